"""How a copy stands: whose it is, how old, what stands against it, and whether it is whole."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, select

from directory.changes.kinds import Kinds
from directory.changes.models import log_entries, log_payloads
from directory.clock import format_instant
from directory.db import bytewise
from directory.documents import Document
from directory.sync.mirror.state import RaisedAlarm, State, alarms, find_state

OLD = timedelta(days=1)
"""From when on whoever reads a copy is told how old it is in so many words."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a copy stands.

    Attributes:
        state: None where nobody has said whose copy it is to be.
        alarms: Those that stand.
        records: How many records it holds, by kind.
    """

    state: State | None
    alarms: list[RaisedAlarm]
    records: dict[str, int]

    def document(self, now: datetime) -> Document:
        """The same, as it is told."""
        state = self.state
        if state is None:
            return {"origin": None, "alarms": []}
        head, scope = state.head, state.scope
        return {
            "origin": state.address,
            "account": state.account,
            "as_of": _instant(state.pulled_at),
            "age_seconds": age_seconds(state, now),
            "log": None if state.cursor is None else state.log,
            "size": state.frontier.size,
            "root": state.frontier.root().hex(),
            "cursor": state.cursor,
            "clearance": None if scope is None else scope.clearance.label,
            "networks": [] if scope is None else sorted(scope.networks),
            "began_at": _instant(state.began_at),
            "head_at": None if head is None else _instant(head.at),
            "head_believed_until": None if head is None else _instant(head.believed_until),
            "keys": [key["kid"] for key in state.keys],
            "token_expires_at": _instant(state.token_expires_at),
            "tried_at": _instant(state.tried_at),
            "trouble": state.trouble,
            "put_out_at": _instant(state.put_out_at),
            "alarms": [alarm.document() for alarm in self.alarms],
            "records": self.records,
        }


def standing(connection: Connection, kinds: Kinds, *, now: datetime) -> Standing:
    """How a copy stands."""
    held: dict[str, int] = {}
    for (name,) in connection.execute(
        select(log_entries.c.kind)
        .join(log_payloads, log_payloads.c.seq == log_entries.c.seq)
        .where(_is_newest())
    ):
        held[name] = held.get(name, 0) + 1
    order = [kind.name for kind in kinds]
    names = sorted(held, key=lambda name: (order.index(name) if name in order else 99, name))
    return Standing(
        find_state(connection),
        alarms(connection, now=now),
        {name: held[name] for name in names},
    )


def age_seconds(state: State, now: datetime) -> int | None:
    """How long ago the copy had all that there was; None where it never has."""
    if state.pulled_at is None:
        return None
    return max(0, int((now - state.pulled_at).total_seconds()))


def old_copy_notes(connection: Connection, *, at: datetime) -> list[Document]:
    """A note on how old a copy is, for whoever is about to call; none while it is of today."""
    state = find_state(connection)
    if state is None:
        return []
    if state.pulled_at is None:
        text = f"This is a copy of {state.address} that never had all that is recorded there."
    elif at - state.pulled_at <= OLD:
        return []
    else:
        days = (at - state.pulled_at).days
        text = (
            f"This is a copy of {state.address}, {days} {'day' if days == 1 else 'days'} old, of"
            f" {_instant(state.pulled_at)}: what was changed there since is missing here."
        )
    return [{"code": "old-copy", "text": text}]


def digest(connection: Connection) -> tuple[str, int]:
    """What the copy holds, in short, and of how many records: as its origin computes it."""
    total, records = hashlib.sha256(), 0
    found = connection.execute(
        select(log_entries.c.rid, log_entries.c.revision, log_entries.c.payload_hash)
        .join(log_payloads, log_payloads.c.seq == log_entries.c.seq)
        .where(_is_newest())
        .order_by(bytewise(log_entries.c.rid)),
        execution_options={"yield_per": 1000},
    )
    for rid, revision, payload_hash in found:
        total.update(f"{rid} {revision} {bytes(payload_hash).hex()}\n".encode())
        records += 1
    return total.hexdigest(), records


def differing(connection: Connection, kinds: Kinds) -> list[str]:
    """The records whose rows are not those that the copied log says; in words."""
    found = []
    for kind in kinds:
        logged = connection.execute(
            select(log_entries.c.rid, log_entries.c.seq)
            .join(log_payloads, log_payloads.c.seq == log_entries.c.seq)
            .where(log_entries.c.kind == kind.name, _is_newest())
        )
        newest = {row.rid: row.seq for row in logged}
        held = connection.execute(select(kind.table.c.id, kind.table.c.seq))
        rows = {row.id: row.seq for row in held}
        found += [
            f"{kind.name} {rid}"
            for rid in sorted(newest.keys() | rows.keys())
            if newest.get(rid) != rows.get(rid)
        ]
    return found


_LATER = log_entries.alias("later")


def _is_newest() -> ColumnElement[bool]:
    return (
        ~select(_LATER.c.seq)
        .where(_LATER.c.rid == log_entries.c.rid, _LATER.c.revision > log_entries.c.revision)
        .exists()
    )


def _instant(at: datetime | None) -> str | None:
    return None if at is None else format_instant(at.replace(microsecond=0))
