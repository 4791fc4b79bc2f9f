"""Who copies: the cursor that each account came with last, and the register of whole copies.

What is copied is read by programs, a thousand records at a time; it is registered here and not
among the readings. From scope and size it can be told later, from the log, what a copy held.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import (
    Connection,
    LargeBinary,
    SmallInteger,
    Text,
    bindparam,
    cast,
    insert,
    literal,
    null,
    select,
    union_all,
)

from directory.access.rules import Principal
from directory.changes import log
from directory.clock import format_instant
from directory.db import Instant, insert_or_replace, json_list
from directory.ids import new_id
from directory.pages import Page, older, page_of
from directory.policy import Role, Tlp
from directory.prepared import Prepared
from directory.sync.errors import UnknownSnapshotError
from directory.sync.models import copies_taken, sync_cursors
from directory.sync.rules.cursors import Cursor
from directory.sync.rules.scopes import Scope
from directory.sync.snapshots import Cut, may_be_given

FEED, SNAPSHOT, OFFLINE = "feed", "snapshot", "offline"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a mirror has for certain: it came with the cursor of it.

    Attributes:
        account: Whose mirror it is.
        seq: The last entry that it has.
        at: When it came.
    """

    account: str
    partner: str
    log: str
    seq: int
    at: datetime


def receipts(connection: Connection) -> Sequence[Receipt]:
    """The receipts of all mirrors, those that are furthest behind first."""
    found = connection.execute(select(sync_cursors).order_by(sync_cursors.c.seq))
    return [Receipt(row.account, row.partner, row.log_id, row.seq, row.at) for row in found]


def is_noted(connection: Connection, cursor: Cursor, *, actor: Principal) -> bool:
    """Whether an account came with this very cursor last."""
    found = _NOTED.rows(connection, {"account": actor.account})
    return bool(found) and tuple(found[0]) == (cursor.log, cursor.seq, cursor.scope)


_NOTED = Prepared(
    select(sync_cursors.c.log_id, sync_cursors.c.seq, sync_cursors.c.scope).where(
        sync_cursors.c.account == bindparam("account", type_=Text)
    )
)


def note_cursor(connection: Connection, cursor: Cursor, *, actor: Principal, at: datetime) -> None:
    """Note the cursor that an account comes with, in a writing unit of work."""
    row = {
        "account": actor.account,
        "partner": actor.partner,
        "log_id": cursor.log,
        "seq": cursor.seq,
        "scope": cursor.scope,
        "at": at,
    }
    insert_or_replace(connection, sync_cursors, row)


def refuse_outdated(connection: Connection, cut: Cut, scope: Scope) -> None:
    """Refuse a copy from which something was erased or withdrawn since it was looked for.

    Raises:
        UnknownSnapshotError: That is so.
    """
    log.hold(connection)
    if not may_be_given(connection, cut, scope):
        raise UnknownSnapshotError("The snapshot has just been replaced; ask again.")


def register_copy(
    connection: Connection,
    cut: Cut,
    form: str,
    scope: Scope,
    *,
    actor: Principal | None,
    at: datetime,
    valid_until: datetime,
) -> str:
    """Enter a whole copy before it leaves, in a writing unit of work.

    Args:
        connection: A writing unit of work.
        cut: What was cut.
        form: ``snapshot`` or ``offline``.
        scope: For whom.
        actor: Whose account takes it; None where it is made at the machine.
        at: When.
        valid_until: Until when the head that goes with it is believed.

    Returns:
        The entry's id.
    """
    entry = new_id()
    connection.execute(
        insert(copies_taken).values(
            id=entry,
            at=at,
            valid_until=valid_until,
            account=None if actor is None else actor.account,
            partner=None if actor is None else actor.partner,
            form=form,
            log_id=cut.log,
            size=cut.size,
            clearance=int(scope.clearance),
            networks=json_list(scope.networks),
            records=cut.records,
            digest=cut.sha256,
        )
    )
    return entry


def copies(connection: Connection, *, actor: Principal, limit: int, page: str | None) -> Page:
    """Who copies, the newest first: an auditor is told all, everybody else of their own partner.

    A mirror that follows the feed stands there with the place that it has reached.

    Raises:
        BadPageError: The page is not one of this list.
    """
    taken = select(*(copies_taken.c[name] for name in _TAKEN))
    followed = select(
        sync_cursors.c.account.label("id"),
        sync_cursors.c.at,
        cast(null(), Instant).label("valid_until"),
        sync_cursors.c.account,
        sync_cursors.c.partner,
        literal(FEED, Text).label("form"),
        sync_cursors.c.log_id,
        sync_cursors.c.seq.label("size"),
        cast(null(), SmallInteger).label("clearance"),
        cast(null(), Text).label("networks"),
        cast(null(), SmallInteger).label("records"),
        cast(null(), LargeBinary).label("digest"),
    )
    every = union_all(taken, followed).subquery("every")
    statement = select(every).order_by(every.c.at.desc(), every.c.id.desc()).limit(limit + 1)
    if Role.AUDITOR not in actor.roles:
        statement = statement.where(every.c.partner == literal(actor.partner))
    if page is not None:
        statement = statement.where(older(every.c.at, every.c.id, page))
    rows = [(_told(row), row.at.isoformat(), row.id) for row in connection.execute(statement)]
    return page_of(rows, limit, lambda row: [row[1], row[2]])


_TAKEN = (
    "id", "at", "valid_until", "account", "partner", "form", "log_id", "size", "clearance",
    "networks", "records", "digest",
)  # fmt: skip


def _told(row: Any) -> str:
    return orjson.dumps(
        {
            "id": row.id,
            "at": format_instant(row.at),
            "valid_until": None if row.valid_until is None else format_instant(row.valid_until),
            "partner": row.partner,
            "account": row.account,
            "form": row.form,
            "log": row.log_id,
            "size": row.size,
            "clearance": None if row.clearance is None else Tlp(row.clearance).label,
            "networks": None if row.networks is None else orjson.Fragment(row.networks),
            "records": row.records,
            "digest": None if row.digest is None else bytes(row.digest).hex(),
        }
    ).decode()
