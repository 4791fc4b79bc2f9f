"""Putting another directory's log in the place of this one, and going on copying it.

Nothing is decided here: what is taken over was decided, written and signed elsewhere, and verified
before it comes here. A copy holds what its partner may see and no more, so records may name others
that it does not hold; between two pages, half of a change set may be here and half not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby, islice

import orjson
from sqlalchemy import Connection, bindparam, exc, func, inspect, select

from directory.changes import log, rows
from directory.changes.bulk import insert_rows
from directory.changes.copied import Version, version_of
from directory.changes.errors import CopyInTheWayError, CopyMovedError, UntakenEntryError
from directory.changes.kinds import Kind, Kinds, Transition
from directory.changes.models import change_sets, log_entries, log_head, log_payloads
from directory.changes.placed import Placed, Reached
from directory.changes.spans import note_change_sets
from directory.changes.transitions import transitions_of
from directory.changes.tree import Frontier
from directory.db import is_one_of, json_list
from directory.documents import Document

AT_ONCE = 500
_TOO_LONG = "54000"
"""What PostgreSQL says of a value that is too long for its index."""

Step = tuple[Version, Document | None]
"""A version, and the one before it as far as the copy holds that."""


def tables(kinds: Kinds) -> set[str]:
    """The names of the tables that hold what was copied."""
    return kinds.tables | {log_entries.name, log_payloads.name, change_sets.name}


def become_copy(connection: Connection, kinds: Kinds, address: str) -> None:
    """Make an empty directory the copy of another; from then on nothing else writes to it.

    Args:
        connection: A writing unit of work.
        kinds: The registered kinds.
        address: Where the other one is.

    Raises:
        CopyInTheWayError: Something was written here.
    """
    head, copy_of = log.take_to_copy(connection)
    if copy_of is None and head.size:
        raise CopyInTheWayError(
            f"This directory has a log of its own, with {head.size:,} entries, which a copy would"
            " put out. A copy begins with an empty database: name one in DIRECTORY_DATABASE_URL."
        )
    connection.execute(log_head.update().values(copy_of=address))
    if connection.dialect.name == "postgresql":
        _drop_foreign_keys(connection, kinds)
    log.release(connection, head)


def _drop_foreign_keys(connection: Connection, kinds: Kinds) -> None:
    """Let records name others that are not held; on SQLite the connection says that."""
    inspector = inspect(connection)
    for kind in kinds:
        for key in inspector.get_foreign_keys(kind.table.name):
            name = connection.dialect.identifier_preparer.quote(str(key["name"]))
            connection.exec_driver_sql(f"ALTER TABLE {kind.table.name} DROP CONSTRAINT {name}")


def replace_all(
    connection: Connection, kinds: Kinds, entries: Iterable[Placed], reached: Reached
) -> int:
    """Put out everything and begin anew with the present version of every record.

    Args:
        connection: A writing unit of work: nobody sees the empty tables.
        kinds: The registered kinds.
        entries: The entry that wrote each record, with its payload, in any order.
        reached: Where the log stands of which they are.

    Returns:
        How many records there are.

    Raises:
        UntakenEntryError: One of them cannot be taken over; the unit of work must not be kept.
    """
    log.take_to_copy(connection)
    _put_out(connection, kinds)
    count = 0
    with _untaken_where_refused(0):
        coming = iter(entries)
        while chunk := list(islice(coming, AT_ONCE)):
            steps: list[Step] = [(version_of(kinds, each), None) for each in chunk]
            _write(connection, [version for version, _ in steps], {})
            _note(connection, steps)
            _tell_derived(connection, steps)
            count += len(chunk)
        for summary in kinds.summaries:
            summary.fill(connection)
    copies = func.coalesce(log_head.c.copies, 0) + 1
    connection.execute(log_head.update().values(began_at=reached.last_at, copies=copies))
    _release(connection, reached)
    return count


def put_out(connection: Connection, kinds: Kinds) -> None:
    """Put out all that was copied, and leave an empty log."""
    log.take_to_copy(connection)
    _put_out(connection, kinds)
    copies = func.coalesce(log_head.c.copies, 0) + 1
    connection.execute(log_head.update().values(began_at=None, last_at=None, copies=copies))
    _release(connection, Reached(log.NO_LOG, Frontier(), None))


def follow(
    connection: Connection,
    kinds: Kinds,
    entries: Sequence[Placed],
    reached: Reached,
    *,
    after: tuple[str, int],
) -> None:
    """Take over the next entries of the log that is copied.

    Args:
        connection: A writing unit of work.
        kinds: The registered kinds.
        entries: Those that were given more of than their leaf, in their order.
        reached: Where the log stands after them.
        after: The log and the size on which they follow.

    Raises:
        CopyMovedError: The copy does not stand there any more: somebody else was quicker.
        UntakenEntryError: One of them cannot be taken over; the unit of work must not be kept.
    """
    head, _ = log.take_to_copy(connection)
    if (head.log_id, head.size) != after:
        raise CopyMovedError("Another process has brought this copy on meanwhile.")
    last = {placed.rid: placed.seq for placed in entries if placed.body is not None}
    with _untaken_where_refused(head.size + 1):
        for is_redaction, run in groupby(entries, lambda placed: placed.is_redaction):
            if is_redaction:
                _redact(connection, kinds, [seq for each in run for seq in each.told["targets"]])
            else:
                _take_over(connection, kinds, list(run), last)
    last_at = reached.last_at or head.last_at
    _release(connection, Reached(reached.log, reached.frontier, last_at))


def _take_over(
    connection: Connection, kinds: Kinds, run: Sequence[Placed], last: Mapping[str, int]
) -> None:
    """Take over entries of which each writes a record, or takes it out of the copy.

    Args:
        connection: A unit of work that has the head, opened for copying.
        kinds: The registered kinds.
        run: The entries.
        last: The last entry of each record that has a payload, on the whole page.
    """
    held = rows.fetch(connection, kinds, _known_ids(kinds, run))
    current = {rid: each.document for rid, each in held.items()}
    steps: dict[str, list[Step]] = {}
    leaving: dict[str, str] = {}
    for placed in run:
        rid = placed.rid
        if placed.body is None:
            if not placed.is_withdrawn and placed.seq < last.get(rid, 0):
                # Erased since, and not its newest version: what is held of it before stays.
                continue
            leaving[rid] = placed.told["kind"]
            steps.pop(rid, None)
            current.pop(rid, None)
            continue
        version = version_of(kinds, placed)
        steps.setdefault(rid, []).append((version, current.get(rid)))
        current[rid] = version.record
    written = forget(connection, kinds, leaving)
    _write(connection, [mine[-1][0] for mine in steps.values()], held.keys() - leaving.keys())
    in_order = sorted(
        (step for mine in steps.values() for step in mine), key=lambda step: step[0].placed.seq
    )
    _note(connection, in_order)
    _tell_derived(connection, in_order)
    for version, _ in in_order:
        if version.kind is not None:
            written.setdefault(version.kind.name, []).append(version.record)
    for summary in kinds.summaries:
        summary.refresh(connection, written)


def forget(
    connection: Connection, kinds: Kinds, leaving: Mapping[str, str]
) -> dict[str, list[Document]]:
    """Take records out of the copy, and with them all that it ever held of them.

    Args:
        connection: A unit of work that has the head, opened for copying.
        kinds: The registered kinds.
        leaving: The name of its kind for the id of each; some may not be held.

    Returns:
        What they said last, by kind, for what is put together from several records.
    """
    said: dict[str, list[Document]] = {}
    for kind in reversed(list(kinds)):
        ids = [rid for rid, name in leaving.items() if name == kind.name]
        if not ids:
            continue
        chosen = {"ids": json_list(ids)}
        if kind.forget is not None:
            kind.forget(connection, ids)
        gone = connection.scalars(
            kind.table.delete()
            .where(is_one_of(kind.table.c.id, bindparam("ids")))
            .returning(kind.table.c.document),
            chosen,
        )
        # Its leaving is a change of it, of which nothing is known but that there was one.
        said[kind.name] = [
            document | {"revision": document["revision"] + 1}
            for document in (kind.present(orjson.loads(text)) for text in gone)
        ]
    if leaving:
        chosen = {"ids": json_list(leaving)}
        of_them = is_one_of(log_entries.c.rid, bindparam("ids"))
        theirs = select(log_entries.c.seq).where(of_them)
        connection.execute(log_payloads.delete().where(log_payloads.c.seq.in_(theirs)), chosen)
        connection.execute(log_entries.delete().where(of_them), chosen)
    return said


def _redact(connection: Connection, kinds: Kinds, targets: Sequence[int]) -> None:
    """Destroy payloads; a record whose present version was one of them goes whole."""
    touched: dict[str, str] = {}
    for start in range(0, len(targets), AT_ONCE):
        part = targets[start : start + AT_ONCE]
        found = connection.execute(
            select(log_entries.c.rid, log_entries.c.kind).where(log_entries.c.seq.in_(part))
        )
        touched.update((row.rid, row.kind) for row in found)
        connection.execute(log_payloads.delete().where(log_payloads.c.seq.in_(part)))
    if not touched:
        return
    newest = (
        select(log_entries.c.rid, func.max(log_entries.c.seq).label("seq"))
        .where(is_one_of(log_entries.c.rid, bindparam("ids")))
        .group_by(log_entries.c.rid)
        .subquery()
    )
    gone = connection.scalars(
        select(newest.c.rid)
        .outerjoin(log_payloads, log_payloads.c.seq == newest.c.seq)
        .where(log_payloads.c.seq.is_(None)),
        {"ids": json_list(touched)},
    ).all()
    said = forget(connection, kinds, {rid: touched[rid] for rid in gone})
    for kind in kinds:
        left = [rid for rid, name in touched.items() if name == kind.name and rid not in set(gone)]
        if left and kind.follow is not None and kind.forget is not None:
            kind.forget(connection, left)
            kind.follow(connection, transitions_of(connection, kind, left))
    for summary in kinds.summaries:
        summary.refresh(connection, said)


def _known_ids(kinds: Kinds, run: Iterable[Placed]) -> dict[str, list[str]]:
    ids: dict[str, list[str]] = {}
    for placed in run:
        if kinds.known(placed.told["kind"]) is not None:
            ids.setdefault(placed.told["kind"], []).append(placed.rid)
    return ids


def _write(connection: Connection, versions: Sequence[Version], standing: Iterable[str]) -> None:
    """Write the rows of records; those that stand already are replaced."""
    held = set(standing)
    by_kind: dict[str, list[Version]] = {}
    for version in versions:
        if version.kind is not None:
            by_kind.setdefault(version.kind.name, []).append(version)
    for some in by_kind.values():
        kind = some[0].kind
        if kind is None:
            continue
        fresh = [dict(each.row or {}) for each in some if each.record["id"] not in held]
        changed = [dict(each.row or {}) for each in some if each.record["id"] in held]
        rows.insert(connection, kind.table, fresh)
        if changed:
            rows.update(connection, kind.table, changed)


def _note(connection: Connection, steps: Sequence[Step]) -> None:
    """Enter entries and payloads in the log, and the change sets that they are of."""
    insert_rows(connection, log_entries, [version.entry(before) for version, before in steps])
    insert_rows(
        connection,
        log_payloads,
        [(version.placed.seq, version.placed.body) for version, _ in steps],
    )
    note_change_sets(connection, [version.placed for version, _ in steps])


def _tell_derived(connection: Connection, steps: Sequence[Step]) -> None:
    by_kind: dict[str, tuple[Kind, list[Transition]]] = {}
    for version, before in steps:
        if version.kind is not None and version.kind.follow is not None:
            transition = Transition(version.placed.seq, before, version.record)
            by_kind.setdefault(version.kind.name, (version.kind, []))[1].append(transition)
    for kind, transitions in by_kind.values():
        if kind.follow is not None:
            kind.follow(connection, transitions)


def _put_out(connection: Connection, kinds: Kinds) -> None:
    rows.empty(connection, kinds)
    for table in (log_payloads, log_entries, change_sets):
        connection.execute(table.delete())


def _release(connection: Connection, reached: Reached) -> None:
    connection.execute(log_head.update().values(log_id=reached.log))
    log.release(connection, log.Head(reached.log, reached.frontier, reached.last_at))


@contextmanager
def _untaken_where_refused(first: int) -> Iterator[None]:
    """Turn what the database refuses to hold into what cannot be taken over."""
    try:
        yield
    except (exc.IntegrityError, exc.DataError) as error:
        raise UntakenEntryError(first, _refusal(error)) from error
    except exc.OperationalError as error:
        if getattr(error.orig, "sqlstate", None) != _TOO_LONG:
            raise
        raise UntakenEntryError(first, _refusal(error)) from error
    except (OverflowError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise UntakenEntryError(first, f"it cannot be read ({type(error).__name__})") from error


def _refusal(error: exc.DBAPIError) -> str:
    # What the database itself says may hold the values that it refuses.
    return f"the database refuses to hold what is written there ({type(error.orig).__name__})"
