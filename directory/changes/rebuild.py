"""Making the tables of records again from the log."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import orjson
from sqlalchemy import ColumnElement, Connection, Table, select, true

from directory.changes import log, rows
from directory.changes.errors import DamagedLogError
from directory.changes.kinds import Kind, Kinds, Transition
from directory.changes.models import log_entries, log_payloads
from directory.changes.redactions import KIND
from directory.documents import Document, canonical

CHUNK = 1000


@dataclass(frozen=True, slots=True)
class _Version:
    """One version of a record; what it said is None where that has been erased."""

    seq: int
    rid: str
    record: Document | None


def rebuild(
    connection: Connection, kinds: Kinds, *, progress: Callable[[int, int], None]
) -> dict[str, int]:
    """Empty the tables of records and fill them from the log; the log is not touched.

    Args:
        connection: A writing unit of work: nobody sees the empty tables.
        kinds: The registered kinds.
        progress: Told how many kinds of how many are done.

    Returns:
        The number of records of each kind.

    Raises:
        DamagedLogError: The log holds records of a kind nobody registered.
    """
    counts: dict[str, int] = {}
    # A savepoint, so that a unit of work that goes on after an error does not leave the head open.
    with connection.begin_nested():
        head = log.take_to_rebuild(connection)
        _refuse_unknown_kinds(connection, kinds)
        rows.empty(connection, kinds)
        for done, kind in enumerate(kinds, start=1):
            counts[kind.name] = _rebuild_kind(connection, kind)
            progress(done, len(list(kinds)))
        for summary in kinds.summaries:
            summary.fill(connection)
        log.release(connection, head)
    return counts


def is_due(connection: Connection, kinds: Kinds) -> bool:
    """Whether tables stand empty that the log has rows for, as a migration leaves new ones."""
    logged = set(connection.scalars(select(log_entries.c.kind).distinct()))
    made = [(kind.derived[0], kind.table) for kind in kinds if kind.derived]
    made += [(summary.table, summary.of) for summary in kinds.summaries]
    return any(
        kind.name in logged and not _holds(connection, kind.table, true()) for kind in kinds
    ) or any(
        _holds(connection, records, records.c.retired_at.is_(None))
        and not _holds(connection, table, true())
        for table, records in made
    )


def _holds(connection: Connection, table: Table, where: ColumnElement[bool]) -> bool:
    return (
        connection.execute(select(true()).select_from(table).where(where).limit(1)).first()
        is not None
    )


def _refuse_unknown_kinds(connection: Connection, kinds: Kinds) -> None:
    logged = set(connection.scalars(select(log_entries.c.kind).distinct())) - {KIND}
    if unknown := logged - {kind.name for kind in kinds}:
        raise DamagedLogError(
            f"The log holds records of kinds this version does not know: {sorted(unknown)}."
            " Nothing was changed; use the version that wrote them, or a later one."
        )


def _rebuild_kind(connection: Connection, kind: Kind) -> int:
    """Write each record's latest version, and let derived tables follow every step in order.

    A record whose newest version has been erased is gone: nothing older stands for it.
    """
    latest: dict[str, tuple[int, Document]] = {}
    # What the step before led to, as far as it is held: an erased version is stepped over.
    last: dict[str, Document] = {}
    steps: list[Transition] = []
    for version in _versions(connection, kind):
        if version.record is None:
            latest.pop(version.rid, None)
            continue
        if kind.follow is not None:
            steps.append(Transition(version.seq, last.get(version.rid), version.record))
            last[version.rid] = version.record
        latest[version.rid] = version.seq, version.record
    steps = [step for step in steps if step.after["id"] in latest]
    ordered = sorted(latest.values(), key=lambda version: version[0])
    for start in range(0, len(ordered), CHUNK):
        connection.execute(
            kind.table.insert(),
            [
                rows.row_of(kind, record, canonical(record).decode(), seq)
                for seq, record in ordered[start : start + CHUNK]
            ],
        )
    if kind.follow is not None:
        for start in range(0, len(steps), CHUNK):
            kind.follow(connection, steps[start : start + CHUNK])
    return len(latest)


def _versions(connection: Connection, kind: Kind) -> Iterator[_Version]:
    """Every version of every record of a kind, in log order, in the present shape."""
    done = 0
    while True:
        page = connection.execute(
            select(log_entries.c.seq, log_entries.c.rid, log_payloads.c.body)
            .outerjoin(log_payloads, log_payloads.c.seq == log_entries.c.seq)
            .where(log_entries.c.kind == kind.name, log_entries.c.seq > done)
            .order_by(log_entries.c.seq)
            .limit(CHUNK)
        ).all()
        if not page:
            return
        for seq, rid, body in page:
            record = None if body is None else kind.present(orjson.loads(body)["record"])
            yield _Version(seq, rid, record)
        done = page[-1].seq
