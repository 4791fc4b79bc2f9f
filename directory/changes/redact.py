"""Erasing what records said: payloads go for good, and every hash of the log still verifies.

What a newcomer would get wrong: a record is erased whole, or only its past is. Where the version
that stands in its table goes, all earlier ones and the row go too, so that nothing that was
erased is followed by something older that was not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, null

from directory.changes import log
from directory.changes.bulk import insert_rows
from directory.changes.journal import VERSION, Blank, Journal
from directory.changes.kinds import Kinds
from directory.changes.models import change_sets, log_entries, log_head, log_payloads
from directory.changes.reaching import AT_ONCE, Erasing, Reached, entries_where, reach
from directory.changes.redactions import ACTOR, KIND, OP, ORIGIN, REASONS, Why
from directory.changes.transitions import transitions_of
from directory.changes.tree import leaf_hash
from directory.clock import format_instant, parse_instant
from directory.db import Instant, is_one_of, json_list, metadata
from directory.documents import Document, canonical
from directory.ids import new_id
from directory.policy import DIRECTORY


@dataclass(frozen=True, slots=True)
class Redacted:
    """What was erased.

    Attributes:
        seq: The entry that says so; None where nothing of the log went.
        targets: The entries whose payloads are gone.
        records: Kind and id of the records that are gone whole.
    """

    seq: int | None
    targets: tuple[int, ...]
    records: tuple[tuple[str, str], ...]


def redact(
    connection: Connection,
    kinds: Kinds,
    erasing: Erasing,
    *,
    why: Why,
    at: datetime,
    journal: Journal | None,
    actor: str = ACTOR,
) -> Redacted:
    """Erase something, whole or not at all.

    Args:
        connection: A writing unit of work; it is not committed here.
        kinds: The registered kinds.
        erasing: What.
        why: What for.
        at: The present instant.
        journal: Where it is kept besides, before it is done; None where it stands there already.
        actor: Who.

    Raises:
        StillReferredToError: What stays names something of it.
        UnacceptableChangeSetError: It reaches too much at once.
        MirrorRefusesError: It is of the log, which is the copy of another directory's.
    """
    with connection.begin_nested():
        is_of_the_log = bool(erasing.records or erasing.past or erasing.change_sets)
        # What stands beside the log is a copy's own.
        head = log.take(connection) if is_of_the_log else log.take_to_rebuild(connection)
        connection.execute(log_head.update().values(opened_for="erasure"))
        reached = reach(connection, kinds, erasing)
        seq = head.size + 1 if reached.targets else None
        entry = _entry(head, reached.targets, why, actor, at) if reached.targets else None
        if journal is not None and (
            entry or erasing.change_sets or erasing.blanks or erasing.elsewhere
        ):
            journal.append(_line(connection, head, erasing, reached, entry, why, at))
        _destroy(connection, kinds, reached)
        if entry is not None:
            _append(connection, head, entry, why, actor)
        _blank_reasons(connection, erasing.change_sets)
        for blank in erasing.blanks:
            put_out(connection, blank)
        connection.execute(log_head.update().values(opened_for=null()))
        log.release(connection, head)
    records = tuple((name, rid) for name, ids in reached.gone.items() for rid in ids)
    return Redacted(seq, reached.targets, records)


def put_out(connection: Connection, blank: Blank) -> None:
    """Put out the text of a row beside the log; one that is not there has nothing to put out."""
    table = metadata.tables[blank.table]
    same = [table.c[name] == value for name, value in blank.key.items()]
    values = {
        name: parse_instant(value) if value and isinstance(table.c[name].type, Instant) else value
        for name, value in blank.values.items()
    }
    connection.execute(table.update().where(*same).values(**values))


def _destroy(connection: Connection, kinds: Kinds, reached: Reached) -> None:
    """Delete payloads and rows, and bring in step what is derived from them."""
    for start in range(0, len(reached.targets), AT_ONCE):
        part = reached.targets[start : start + AT_ONCE]
        connection.execute(log_payloads.delete().where(log_payloads.c.seq.in_(part)))
    written: dict[str, list[Document]] = {}
    for kind in reversed(list(kinds)):
        gone = reached.gone.get(kind.name, {})
        touched = sorted({*gone, *reached.rest.get(kind.name, ())})
        if not touched:
            continue
        if kind.forget is not None:
            kind.forget(connection, touched)
        if gone:
            table = kind.table
            ids = {"ids": json_list(gone)}
            connection.execute(table.delete().where(is_one_of(table.c.id, bindparam("ids"))), ids)
            written[kind.name] = [document for document in gone.values() if document is not None]
        if kind.follow is not None and reached.rest.get(kind.name):
            # The derived tables are told again what is left.
            kind.follow(connection, transitions_of(connection, kind, reached.rest[kind.name]))
    for summary in kinds.summaries:
        summary.refresh(connection, written)


@dataclass(frozen=True, slots=True)
class _Entry:
    seq: int
    rid: str
    change_set: str
    at: datetime
    envelope: bytes
    leaf: bytes


def _entry(head: log.Head, targets: Sequence[int], why: Why, actor: str, at: datetime) -> _Entry:
    seq, rid, change_set = head.size + 1, new_id(), new_id()
    at = log.next_at(head, at)
    envelope = canonical(
        {
            "v": log.ENVELOPE_VERSION,
            "seq": seq,
            "at": format_instant(at),
            "kind": KIND,
            "rid": rid,
            "op": OP,
            "revision": 1,
            "owner": DIRECTORY,
            "change_set": change_set,
            "actor": actor,
            "payload_hash": None,
            "targets": list(targets),
            "why": str(why),
        }
    )
    return _Entry(seq, rid, change_set, at, envelope, leaf_hash(envelope))


def _append(connection: Connection, head: log.Head, entry: _Entry, why: Why, actor: str) -> None:
    head.last_at = entry.at
    head.frontier.push(entry.leaf)
    row = (
        entry.seq,
        entry.change_set,
        KIND,
        entry.rid,
        OP,
        1,
        DIRECTORY,
        entry.at,
        "",
        "",
        b"",
        entry.envelope,
        entry.leaf,
        head.frontier.root(),
    )
    insert_rows(connection, log_entries, [row])
    connection.execute(
        change_sets.insert().values(
            id=entry.change_set,
            first_seq=entry.seq,
            last_seq=entry.seq,
            at=entry.at,
            actor=actor,
            origin=ORIGIN,
            reason=REASONS[why],
            meeting=None,
        )
    )


def _blank_reasons(connection: Connection, ids: Iterable[str]) -> None:
    wanted = json_list(ids)
    if wanted != "[]":
        connection.execute(
            change_sets.update()
            .where(is_one_of(change_sets.c.id, bindparam("ids")))
            .values(reason=""),
            {"ids": wanted},
        )


def _line(
    connection: Connection,
    head: log.Head,
    erasing: Erasing,
    reached: Reached,
    entry: _Entry | None,
    why: Why,
    at: datetime,
) -> dict[str, Any]:
    """What the journal keeps of an erasure, before it is done."""
    targets = entries_where(connection, log_entries.c.seq, reached.targets)
    return {
        "v": VERSION,
        "log": head.log_id,
        "size": head.size,
        "seq": None if entry is None else entry.seq,
        "leaf": None if entry is None else entry.leaf.hex(),
        "at": format_instant(at),
        "why": str(why),
        "targets": [
            [row.seq, row.rid, row.revision, bytes(row.payload_hash).hex()] for row in targets
        ],
        "records": sorted(rid for ids in reached.gone.values() for rid in ids),
        "cleared": {
            rid: {str(revision): list(places) for revision, places in versions.items()}
            for rid, versions in erasing.cleared.items()
        },
        "change_sets": sorted(erasing.change_sets),
        "blanks": [blank.document() for blank in (*erasing.blanks, *erasing.elsewhere)],
    }
