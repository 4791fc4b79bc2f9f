"""A copy's own state: whose it is, how far it has come, and which keys it believes.

It is written in the same units of work as the records, so that neither is ever ahead.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, select

from directory.changes.models import log_head
from directory.changes.tree import Frontier
from directory.clock import format_instant
from directory.policy import Tlp
from directory.sync.mirror.errors import OriginNotAddedError
from directory.sync.models import mirror_alarms, mirror_origin
from directory.sync.rules.alarms import Alarm
from directory.sync.rules.claims import HeadClaims
from directory.sync.rules.scopes import Scope
from directory.sync.rules.standing import Standing

HOW_TO_ADD = "flask --app wsgi mirror add URL --token … --pin KEY"


@dataclass(frozen=True, slots=True)
class RaisedAlarm:
    """An alarm that nobody has seen to."""

    code: str
    at: datetime
    detail: str

    def document(self) -> dict[str, str]:
        """The alarm as it is told."""
        return {"code": self.code, "at": format_instant(self.at), "detail": self.detail}


@dataclass(frozen=True, slots=True)
class State:
    """Where a copy stands.

    Attributes:
        address: Of its origin.
        account: Id of the account there as which it copies.
        token: That account's secret.
        keys: The public keys that it believes: the present one, then the next.
        cursor: The place that it has reached; None before it holds anything.
        scope: What it may hold.
        head: The newest head that it verified and reached.
        frontier: Of the log as far as it is held.
        pulled_at: When it last had all that there was.
        put_out_at: When it last put out something whose bytes may still stand in its files.
    """

    address: str
    account: str
    token: str
    token_expires_at: datetime | None
    keys: Sequence[Mapping[str, Any]]
    cursor: str | None
    scope: Scope | None
    head: HeadClaims | None
    log: str
    frontier: Frontier
    began_at: datetime | None
    pulled_at: datetime | None
    tried_at: datetime | None
    trouble: str | None
    put_out_at: datetime | None

    def frozen(self, now: datetime) -> RaisedAlarm | None:
        """The alarm that the newest head is no longer believed, once it is not."""
        head = self.head
        if head is None or now < head.believed_until:
            return None
        return RaisedAlarm(
            Alarm.FREEZE,
            head.believed_until,
            f"the newest head is of {format_instant(head.at)} and was believed until"
            f" {format_instant(head.believed_until)}",
        )

    @property
    def standing(self) -> Standing:
        """The same, as what comes is judged by it."""
        return Standing(
            self.account,
            None if self.cursor is None else self.log,
            self.frontier,
            None if self.scope is None else self.scope.hash,
            self.head,
        )


def find_state(connection: Connection) -> State | None:
    """The state of a copy, None where nobody has said whose it is to be."""
    row = connection.execute(select(mirror_origin)).one_or_none()
    if row is None:
        return None
    head = connection.execute(select(log_head)).one()
    return State(
        row.address,
        row.account,
        row.token,
        row.token_expires_at,
        orjson.loads(row.keys),
        row.cursor,
        None if row.scope is None else _scope(row.scope),
        None if row.head is None else _claims(row.head),
        head.log_id,
        Frontier(head.size, bytes(head.frontier)),
        row.began_at,
        row.pulled_at,
        row.tried_at,
        row.trouble,
        row.put_out_at,
    )


def state_of(connection: Connection) -> State:
    """The state of a copy.

    Raises:
        OriginNotAddedError: Nobody has said whose it is to be.
    """
    found = find_state(connection)
    if found is None:
        raise OriginNotAddedError(f"Say whose copy this is to be: {HOW_TO_ADD}")
    return found


def write_state(connection: Connection, **values: Any) -> None:
    """Write some columns of a copy's state."""
    connection.execute(mirror_origin.update().values(**values))


def written_scope(scope: Scope) -> str:
    """A scope as it is kept."""
    told = {
        "clearance": scope.clearance.label,
        "networks": sorted(scope.networks),
        "hash": scope.hash,
    }
    return orjson.dumps(told).decode()


def _scope(text: str) -> Scope:
    told = orjson.loads(text)
    return Scope(Tlp.from_label(told["clearance"]), frozenset(told["networks"]))


def _claims(head: str) -> HeadClaims:
    """The claims of a head that was verified before it was kept."""
    payload = head.split(".")[1]
    return HeadClaims.read(
        orjson.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    )


def alarms(connection: Connection, *, now: datetime) -> list[RaisedAlarm]:
    """The alarms that stand, the oldest first.

    That nobody vouches for the copy any more is one of them whether or not anybody has noted it:
    whatever brings the copy on may have ended, or be kept waiting by somebody on the way.
    """
    found = connection.execute(
        select(mirror_alarms.c.code, mirror_alarms.c.at, mirror_alarms.c.detail)
        .where(mirror_alarms.c.cleared_at.is_(None))
        .order_by(mirror_alarms.c.at, mirror_alarms.c.id)
    )
    raised = [RaisedAlarm(*row) for row in found]
    state = find_state(connection)
    frozen = None if state is None else state.frozen(now)
    if frozen is None or any(each.code == frozen.code for each in raised):
        return raised
    return sorted([*raised, frozen], key=lambda each: each.at)
