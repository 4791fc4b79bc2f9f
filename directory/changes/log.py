"""Taking the head and appending to the log.

The head is one row. Holding it is the right to write: the triggers of every table look at its
``writing`` mark, which no other transaction ever sees set.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, false, null, select, true
from sqlalchemy.exc import DBAPIError

from directory.changes.bulk import insert_rows
from directory.changes.errors import MirrorRefusesError
from directory.changes.models import change_sets, log_entries, log_head, log_payloads
from directory.changes.operations import PreparedChangeSet
from directory.changes.steps import Step
from directory.changes.tree import Frontier, leaf_hash
from directory.clock import format_instant
from directory.db import Database, as_instant
from directory.documents import canonical
from directory.errors import UnavailableError
from directory.prepared import Prepared

ENVELOPE_VERSION = 1
TICK = timedelta(microseconds=1)
NO_LOG = "0" * 16
"""The id of a copy's log before there is any."""
COPY = "copy"
"""What the head is opened for while another log is put in the place of this one."""


@dataclass(slots=True)
class Head:
    """The head while it is held.

    Attributes:
        log_id: Names this log; another history has another name.
        last_at: Time of the newest entry, None while there is none.
    """

    log_id: str
    frontier: Frontier
    last_at: datetime | None

    @property
    def size(self) -> int:
        """Number of entries."""
        return self.frontier.size


@dataclass(frozen=True, slots=True)
class HeadSeen:
    """The head as a reader sees it: who has seen ``size`` has seen everything before it."""

    log_id: str
    size: int
    root: bytes
    last_at: datetime | None


Glance = tuple[str, int, bytes, int | None]
"""The log's id, its size, the tree's root, and which copy of it this is.

Where two are the same, so is every record.
"""

_GLANCE = Prepared(select(log_head.c.log_id, log_head.c.size, log_head.c.root, log_head.c.copies))


_TAKE = Prepared(
    log_head.update()
    .values(writing=true(), opened_for=bindparam("what_for"))
    .returning(
        log_head.c.log_id,
        log_head.c.size,
        log_head.c.frontier,
        log_head.c.last_at,
        log_head.c.copy_of,
    )
)
_RELEASE = Prepared(
    log_head.update().values(
        size=bindparam("size"),
        root=bindparam("root"),
        frontier=bindparam("frontier"),
        last_at=bindparam("last_at"),
        writing=false(),
        opened_for=null(),
    )
)


def glance(connection: Connection) -> Glance:
    """The head as cheaply as it can be had: what is kept in memory is keyed by it."""
    log_id, size, root, copies = _GLANCE.rows(connection, {})[0]
    return log_id, size, root, copies


def see(connection: Connection) -> HeadSeen:
    """The head as it stands in this unit of work."""
    row = connection.execute(
        select(log_head.c.log_id, log_head.c.size, log_head.c.root, log_head.c.last_at)
    ).one()
    return HeadSeen(row.log_id, row.size, bytes(row.root), row.last_at)


def hold(connection: Connection) -> None:
    """Let nobody else write until the unit of work ends, before anything is read that it rests on.

    On SQLite a writing unit keeps all other writers out as it is.
    """
    connection.execute(select(log_head.c.id).with_for_update())


def take(connection: Connection) -> Head:
    """Wait for the head, lock it until the unit of work ends, and open the tables to it.

    Raises:
        UnavailableError: The database has not been migrated.
        MirrorRefusesError: The log is the copy of another directory's, which alone appends to it.
    """
    head, copy_of = _take(connection, opened_for=None)
    refuse_copy(copy_of)
    return head


def take_to_rebuild(connection: Connection) -> Head:
    """Take the head to make tables again from the log, be it a copy's or not."""
    return _take(connection, opened_for=None)[0]


def take_to_copy(connection: Connection) -> tuple[Head, str | None]:
    """Take the head to put another log in the place of this one, or to go on copying it.

    Returns:
        The head, and the address of the directory whose copy it is already.
    """
    return _take(connection, opened_for=COPY)


def refuse_copy(copy_of: str | None) -> None:
    """Refuse to write to the copy of another directory.

    Args:
        copy_of: The address of that directory; None where this one is no copy.

    Raises:
        MirrorRefusesError: It is one.
    """
    if copy_of is not None:
        raise MirrorRefusesError(
            f"This directory is a copy of {copy_of} and only shows what is recorded there. Make"
            " the change there, with an account of that directory; it comes here by itself."
        )


def refuse_copies(database: Database) -> None:
    """Refuse to serve the copy of another directory as if it were one of its own.

    A database that does not answer yet, or is not migrated, is left to others to judge.

    Raises:
        MirrorRefusesError: It is one.
    """
    try:
        with database.reading() as connection:
            address = copied_from(connection)
    except (UnavailableError, DBAPIError):
        return
    if address is not None:
        raise MirrorRefusesError(
            f"The directory does not start: its database is a copy of {address}, and would be shown"
            " as nobody's copy. Set DIRECTORY_MODE=mirror."
        )


def copied_from(connection: Connection) -> str | None:
    """The address of the directory that this one is a copy of, None where it is its own."""
    address: str | None = connection.execute(select(log_head.c.copy_of)).scalar_one_or_none()
    return address


def _take(connection: Connection, *, opened_for: str | None) -> tuple[Head, str | None]:
    rows = _TAKE.rows(connection, {"what_for": opened_for})
    if not rows:
        raise UnavailableError("The directory's log has no head; run: flask --app wsgi db upgrade")
    log_id, size, frontier, last_at, copy_of = rows[0]
    return Head(log_id, Frontier(size, bytes(frontier)), as_instant(last_at)), copy_of


def release(connection: Connection, head: Head) -> None:
    """Write the head back and close the tables again."""
    _RELEASE.run(
        connection,
        {
            "size": head.size,
            "root": head.frontier.root(),
            "frontier": head.frontier.packed(),
            "last_at": head.last_at,
        },
    )


def append(
    connection: Connection,
    head: Head,
    prepared: PreparedChangeSet,
    change_set_id: str,
    steps: Sequence[Step],
    *,
    at: datetime,
) -> None:
    """Append one entry per step and note the change set; moves the head forward.

    The time of an entry is at least a microsecond after the one before it, so that "what was
    recorded by an instant" has one answer even where the machine's clock went back.
    """
    first_seq, began_at = head.size + 1, next_at(head, at)
    entries: list[tuple[Any, ...]] = []
    payloads: list[tuple[int, bytes]] = []
    for step in steps:
        seq = head.size + 1
        head.last_at = entry_at = next_at(head, at)
        envelope = envelope_of(step, seq, entry_at, change_set_id, prepared.actor)
        leaf = leaf_hash(envelope)
        head.frontier.push(leaf)
        # In the order of the columns.
        entries.append(
            (
                seq,
                change_set_id,
                step.kind.name,
                step.id,
                step.op,
                step.revision,
                step.record["owner"],
                entry_at,
                step.label_before,
                step.label_after,
                step.payload_hash,
                envelope,
                leaf,
                head.frontier.root(),
            )
        )
        payloads.append((seq, step.payload))
    insert_rows(connection, log_entries, entries)
    insert_rows(connection, log_payloads, payloads)
    noted = (
        change_set_id,
        first_seq,
        head.size,
        began_at,
        prepared.actor,
        prepared.origin,
        prepared.reason,
        prepared.meeting,
    )
    insert_rows(connection, change_sets, [noted])


def next_at(head: Head, at: datetime) -> datetime:
    """The time of the next entry: never that of the newest one, nor earlier."""
    return at if head.last_at is None else max(at, head.last_at + TICK)


def envelope_of(step: Step, seq: int, at: datetime, change_set_id: str, actor: str) -> bytes:
    """The canonical envelope of an entry; it holds no personal data and is never erased."""
    return canonical(
        {
            "v": ENVELOPE_VERSION,
            "seq": seq,
            "at": format_instant(at),
            "kind": step.kind.name,
            "rid": step.id,
            "op": step.op,
            "revision": step.revision,
            "owner": step.record["owner"],
            "change_set": change_set_id,
            "actor": actor,
            "payload_hash": step.payload_hash.hex(),
        }
    )
