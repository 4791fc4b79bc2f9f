"""Proposed change sets of the small directory, and somebody who may decide on all of them."""

from datetime import timedelta

from sqlalchemy import Connection

from directory.changes.deciding import approve, carry_out
from directory.changes.operations import Operation, Retire
from directory.changes.proposals import ProposedOperation, propose
from directory.ids import new_id
from directory.policy import DIRECTORY, Role, Tlp, Viewer
from directory.registry import KINDS
from tests.integration.changes.world import CHECK, NOW, channel, contact, holder

DECIDER = Viewer(
    None, frozenset(), Tlp.RED, frozenset({"AU", "TW", DIRECTORY}),
    frozenset({Role.COORDINATOR}), "decider",
)  # fmt: skip
LATER = NOW + timedelta(hours=1)


def is_second(author: str, approver: str) -> None:
    """Everybody is a second person to everybody."""


def given() -> list[Operation]:
    """New records that refer to each other, a change, an ending, and what goes along with it."""
    desk = new_id()
    return [
        contact(desk, title={"en": "Second desk"}),
        channel(new_id(), contact=desk, raw="+61 2 5550 0107"),
        holder(base=1, name={"en": "Robin"}),
        Retire("check", CHECK, 1),
        *(channel(new_id(), raw=f"+61 2 5550 {n:04}") for n in range(200, 260)),
    ]


def proposed(connection: Connection, *operations: Operation) -> str:
    """A change set that waits."""
    return propose(
        connection,
        KINDS,
        [ProposedOperation(each) for each in operations],
        viewer=DECIDER,
        actor="proposer",
        origin="proposal",
        reason="a test",
        meeting=None,
        at=LATER,
    )


def approved(connection: Connection, *operations: Operation) -> str:
    """A change set that waits to be applied."""
    rid = proposed(connection, *operations)
    approve(connection, KINDS, rid, viewer=DECIDER, why_not_second=is_second, at=LATER)
    return rid


def applied(connection: Connection, rid: str) -> None:
    """Apply a change set."""
    carry_out(connection, KINDS, rid, viewer=DECIDER, why_not_second=is_second, at=LATER)
