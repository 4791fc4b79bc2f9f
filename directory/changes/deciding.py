"""Deciding on proposed change sets: approving, applying and rejecting them.

Whoever approves anything may see everything. What takes two people is met operation by operation,
by an approver who is a second person to whoever proposed the change set and to everybody who wrote
at it since; that is judged once more when it is applied, on what would then be written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import orjson
from sqlalchemy import Connection, RowMapping, and_, select

from directory.changes import rows
from directory.changes.apply import apply
from directory.changes.errors import (
    DecidedError,
    MovedBaseError,
    StaleRevisionError,
    UnapprovedError,
    UndecidableError,
)
from directory.changes.kinds import Kinds
from directory.changes.models import proposed_change_sets, proposed_operations
from directory.changes.operations import Operation, Put, Retire, prepare
from directory.changes.proposed import (
    APPLIED,
    APPROVED,
    DROPPED,
    OPEN,
    PROPOSED,
    REJECTED,
    Proposal,
    label_of,
    proposal,
)
from directory.changes.rights import Writer, carrier, second_person
from directory.changes.steps import Held
from directory.errors import Fault
from directory.policy import Viewer, may_approve

AT_ONCE = "edit"
"""The origin of single writes, which their approval applies."""
MOST_FAULTS = 50

WhyNotSecond = Callable[[str, str], str | None]
"""Says why, for what one account wrote, another cannot be the second person; None where it can."""


def approve(
    connection: Connection,
    kinds: Kinds,
    rid: str,
    *,
    viewer: Viewer,
    why_not_second: WhyNotSecond,
    at: datetime,
) -> None:
    """Approve every operation that the viewer may decide on; a single write is applied by it.

    Args:
        connection: A writing unit of work; it is not committed here.
        kinds: The registered kinds.
        rid: The change set.
        viewer: Who decides.
        why_not_second: Judges whether they are a second person.
        at: The present instant.

    Raises:
        UnknownChangeSetError: There is none of which the viewer may see anything.
        UndecidableError: The viewer may not see all of it, or not decide on any of it, or is no
            second person where it takes one.
        DecidedError: It was applied or rejected before.
        UnapprovedError: Nothing is left of it.
        DirectoryError: As ``apply`` raises; the change set then waits as before.
    """
    found = undecided(connection, kinds, rid, viewer=viewer)
    mine = [row for row in found.kept if may_decide(viewer, row)]
    is_at_once = found.head["origin"] == AT_ONCE
    if not found.is_whole or (found.kept and not mine) or (is_at_once and mine != found.kept):
        raise undecidable()
    _refuse_empty(found)
    hindrance = hindrance_of(found, viewer, why_not_second)
    if hindrance is not None:
        mine = [row for row in mine if row["state"] == OPEN]
        if is_at_once or any(row["why"] is not None for row in mine):
            raise UndecidableError(f"Nothing was decided. {hindrance}")
    alter(connection, found, mine, state=APPROVED, approved_by=viewer.account)
    if is_at_once:
        _apply(connection, kinds, found, writer=second_person(viewer), viewer=viewer, at=at)
    else:
        restate(connection, rid)


def carry_out(
    connection: Connection,
    kinds: Kinds,
    rid: str,
    *,
    viewer: Viewer,
    why_not_second: WhyNotSecond,
    at: datetime,
) -> None:
    """Apply a change set of which everything is approved or dropped; once, however often asked.

    Raises:
        UnknownChangeSetError: There is none of which the viewer may see anything.
        UndecidableError: The viewer may not see all of it, or neither proposed it nor decides on
            anything in it.
        DecidedError: It was rejected before.
        UnapprovedError: Not everything has been approved, or nothing is left.
        SecondPersonError: Something takes a second person, and whoever approved it is none.
        MovedBaseError: Records have changed since; one fault per operation.
        DirectoryError: As ``apply`` raises; the change set then waits as before.
    """
    found = locked(connection, kinds, rid, viewer=viewer)
    is_theirs = is_proposer(found, viewer) or any(
        may_decide(viewer, row) for row in found.operations
    )
    if not found.is_whole or not is_theirs:
        raise undecidable()
    if found.head["state"] == APPLIED:
        return
    _refuse_decided(found)
    _refuse_empty(found)
    waiting = [
        Fault(f"#/operations/{n}", "has not been approved; approve it or drop it")
        for n, row in enumerate(found.operations)
        if row["state"] == OPEN
    ]
    if waiting:
        raise UnapprovedError("Nothing was applied yet.", *waiting[:MOST_FAULTS])
    writer = carrier(viewer, _met_by(found, why_not_second))
    _apply(connection, kinds, found, writer=writer, viewer=viewer, at=at)


def reject(
    connection: Connection,
    kinds: Kinds,
    rid: str,
    *,
    viewer: Viewer,
    remark: str | None,
    at: datetime,
) -> None:
    """Turn a proposal down, or take one's own back.

    Raises:
        UnknownChangeSetError: There is none of which the viewer may see anything.
        UndecidableError: The viewer may not decide on all of it, and did not propose it.
        DecidedError: It was decided on before.
    """
    found = locked(connection, kinds, rid, viewer=viewer)
    if not is_proposer(found, viewer) and not (
        found.is_whole and all(may_decide(viewer, row) for row in found.operations)
    ):
        raise undecidable()
    _refuse_decided(found)
    _decide(connection, found, REJECTED, viewer, remark, at)


def undecided(connection: Connection, kinds: Kinds, rid: str, *, viewer: Viewer) -> Proposal:
    """A proposal that still waits, which nobody else decides on until the unit of work ends.

    Raises:
        UnknownChangeSetError: There is none of which the viewer may see anything.
        DecidedError: It was decided on before.
    """
    found = locked(connection, kinds, rid, viewer=viewer)
    _refuse_decided(found)
    return found


def locked(connection: Connection, kinds: Kinds, rid: str, *, viewer: Viewer) -> Proposal:
    """A proposal, which nobody else decides on until the unit of work ends.

    Its row is taken before the head, by everybody: those who decide never wait for each other.
    """
    table = proposed_change_sets
    connection.execute(select(table.c.id).where(table.c.id == rid).with_for_update())
    return proposal(connection, kinds, rid, viewer=viewer)


def is_proposer(found: Proposal, viewer: Viewer) -> bool:
    """Whether it is the viewer's own proposal."""
    return viewer.account is not None and found.head["actor"] == viewer.account


def may_decide(viewer: Viewer, row: RowMapping) -> bool:
    """Whether the viewer may approve an operation; they see its record as it stands anyway."""
    return may_approve(viewer, label_of(row))


def undecidable() -> UndecidableError:
    """One answer for whoever may not see all of it and whoever may not decide for an owner.

    That there is more than they see must not show.
    """
    return UndecidableError(
        "Nothing was decided: this takes an editor of every owner concerned, or a coordinator,"
        " who may see all of it."
    )


def hindrance_of(found: Proposal, viewer: Viewer, why_not_second: WhyNotSecond) -> str | None:
    """Why the viewer is no second person to somebody who wrote at the change set."""
    told = (why_not_second(author, str(viewer.account)) for author in sorted(found.authors))
    return next((why for why in told if why is not None), None)


def alter(
    connection: Connection, found: Proposal, operations: Sequence[RowMapping], **values: Any
) -> None:
    """Write some columns of some operations."""
    table = proposed_operations
    if operations:
        places = [row["place"] for row in operations]
        whose = table.c.change_set == found.id
        if len(places) < len(found.operations):
            whose = and_(whose, table.c.place.in_(places))
        connection.execute(table.update().where(whose).values(**values))


def restate(connection: Connection, rid: str) -> None:
    """Say of a change set that waits whether all that is left of it has been approved."""
    table, operations = proposed_change_sets, proposed_operations
    states = set(
        connection.scalars(
            select(operations.c.state).where(operations.c.change_set == rid).distinct()
        )
    )
    state = APPROVED if APPROVED in states and OPEN not in states else PROPOSED
    connection.execute(table.update().where(table.c.id == rid).values(state=state))


def _refuse_decided(found: Proposal) -> None:
    if found.head["state"] not in {PROPOSED, APPROVED}:
        raise DecidedError(
            f"The change set {found.id} has been decided on already: it was {found.head['state']}."
        )


def _refuse_empty(found: Proposal) -> None:
    if not found.kept:
        raise UnapprovedError("Every operation of it was dropped; nothing is left to decide on.")


def _met_by(found: Proposal, why_not_second: WhyNotSecond) -> Callable[[str], bool]:
    """Whether who approved what happens to a record is a second person to all who wrote."""
    approvers = {row["rid"]: {row["approved_by"]} for row in found.kept}
    # What goes along with others goes with something that is retired.
    retiring = {row["approved_by"] for row in found.kept if row["op"] == "retire"}

    @cache
    def is_second(approver: str) -> bool:
        return all(why_not_second(author, approver) is None for author in found.authors)

    return lambda record: all(map(is_second, approvers.get(record, retiring)))


def operation_of(row: RowMapping) -> Operation:
    """An operation as it was proposed, or written since."""
    if row["op"] == "retire":
        return Retire(row["kind"], row["rid"], row["base_revision"])
    document = orjson.loads(row["document"])
    return Put(row["kind"], document, row["rid"], row["base_revision"], noted_of(row))


def noted_of(row: RowMapping) -> Mapping[str, str | None]:
    """What the directory noted when an operation was proposed, and does not note again."""
    return {} if row["noted"] is None else orjson.loads(row["noted"])


def held_of(
    connection: Connection, kinds: Kinds, operations: Sequence[RowMapping]
) -> dict[str, Held]:
    """What the directory holds of the records of some operations."""
    ids: dict[str, list[str]] = {}
    for row in operations:
        ids.setdefault(row["kind"], []).append(row["rid"])
    return rows.fetch(connection, kinds, ids)


def has_moved(row: RowMapping, held: Held | None) -> bool:
    """Whether a record is no longer as an operation takes it to be."""
    if held is None:
        return False
    is_gone = row["op"] == "retire" and held.is_retired
    return is_gone or held.revision != row["base_revision"]


def _apply(
    connection: Connection,
    kinds: Kinds,
    found: Proposal,
    *,
    writer: Writer,
    viewer: Viewer,
    at: datetime,
) -> None:
    prepared = prepare(
        kinds,
        [operation_of(row) for row in found.kept],
        actor=found.head["actor"],
        origin=found.head["origin"],
        reason=found.head["reason"],
        meeting=_meeting_of(connection, found),
        change_set=found.id,
    )
    try:
        apply(connection, kinds, prepared, writer=writer, at=at)
    except StaleRevisionError as error:
        raise _moved(connection, kinds, found) or error from error
    _decide(connection, found, APPLIED, viewer, None, at)


def _meeting_of(connection: Connection, found: Proposal) -> str | None:
    """The meeting that the proposal names, whether or not whoever applies it may see that."""
    table = proposed_change_sets
    meeting: str | None = connection.execute(
        select(table.c.meeting).where(table.c.id == found.id)
    ).scalar_one()
    return meeting


def _moved(connection: Connection, kinds: Kinds, found: Proposal) -> MovedBaseError | None:
    held = held_of(connection, kinds, found.kept)
    faults = [
        Fault(
            f"#/operations/{n}",
            f"the {row['kind']} {row['rid']} is at revision {held[row['rid']].revision}, and the"
            f" operation starts from {row['base_revision']}; settle it or drop it",
        )
        for n, row in enumerate(found.operations)
        if row["state"] != DROPPED and has_moved(row, held.get(row["rid"]))
    ]
    if not faults:
        return None
    return MovedBaseError("Nothing was written: records have changed since.", *faults)


def _decide(
    connection: Connection,
    found: Proposal,
    state: str,
    viewer: Viewer,
    remark: str | None,
    at: datetime,
) -> None:
    table = proposed_change_sets
    connection.execute(
        table.update()
        .where(table.c.id == found.id)
        .values(state=state, decided_at=at, decided_by=viewer.account, remark=remark)
    )
