"""Erasing what records said: payloads go for good, and every hash of the log still verifies.

What a newcomer would get wrong: a record is erased whole, or only its past is. Where the version
that stands in its table goes, all earlier ones and the row go too, so that nothing that was
erased is followed by something older that was not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, null, select

from directory.changes import log
from directory.changes.bulk import insert_rows
from directory.changes.errors import StillReferredToError, UnacceptableChangeSetError
from directory.changes.journal import VERSION, Blank, Journal
from directory.changes.kinds import Kind, Kinds, OnRetire, Reference, Transition
from directory.changes.models import change_sets, log_entries, log_head, log_payloads
from directory.changes.redactions import ACTOR, KIND, OP, ORIGIN, REASONS, Why
from directory.changes.tree import leaf_hash
from directory.clock import format_instant
from directory.db import is_one_of, json_list, metadata, overlaps
from directory.documents import Document, canonical
from directory.errors import Fault
from directory.ids import new_id
from directory.policy import DIRECTORY

MOST_TARGETS = 20_000
MOST_FAULTS = 50


@dataclass(frozen=True, slots=True)
class Erasing:
    """What is to be erased.

    Attributes:
        records: Ids of records that go whole.
        past: Numbers of entries whose versions have been followed by later ones.
        change_sets: Ids of change sets whose reasons are blanked.
        blanks: Rows beside the log whose text is put out.
        cleared: Of records whose past goes, the places at which something was taken out of their
            present version: an older copy of the directory is brought to that by these.
    """

    records: frozenset[str] = frozenset()
    past: frozenset[int] = frozenset()
    change_sets: frozenset[str] = frozenset()
    blanks: tuple[Blank, ...] = ()
    cleared: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reached:
    """What an erasure reaches, worked out and not done.

    Attributes:
        targets: Numbers of the entries whose payloads go.
        gone: The records that go whole, by kind: those named, and those that cannot stand without.
        along: Which of them were not named.
        rest: Records of which only past versions go, by kind.
    """

    targets: tuple[int, ...]
    gone: Mapping[str, Mapping[str, Document | None]]
    along: frozenset[str]
    rest: Mapping[str, frozenset[str]]


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
    """
    with connection.begin_nested():
        head = log.take(connection)
        connection.execute(log_head.update().values(opened_for="erasure"))
        reached = reach(connection, kinds, erasing)
        seq = head.size + 1 if reached.targets else None
        entry = _entry(head, reached.targets, why, actor, at) if reached.targets else None
        if journal is not None and (entry or erasing.change_sets or erasing.blanks):
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


def reach(connection: Connection, kinds: Kinds, erasing: Erasing) -> Reached:
    """What an erasure reaches.

    Raises:
        StillReferredToError: What stays names something of it.
        UnacceptableChangeSetError: It reaches too much at once.
    """
    past = _entries(connection, log_entries.c.seq, map(int, erasing.past))
    newest = {
        row.rid: row.revision
        for row in _newest(connection, {row.rid for row in past} | erasing.records)
    }
    named = erasing.records | {row.rid for row in past if row.revision == newest[row.rid]}
    gone = _with_dependants(connection, kinds, named)
    whole = {rid for ids in gone.values() for rid in ids}
    entries = _entries(connection, log_entries.c.rid, whole)
    held = _held(connection, {row.seq for row in (*past, *entries)})
    targets = tuple(sorted(held))
    if len(targets) > MOST_TARGETS:
        raise UnacceptableChangeSetError(
            f"{len(targets):,} versions would be erased at once; the most is {MOST_TARGETS:,}."
        )
    rest: dict[str, set[str]] = {}
    for row in past:
        if row.rid not in whole and row.seq in held:
            rest.setdefault(row.kind, set()).add(row.rid)
    return Reached(
        targets,
        gone,
        frozenset(whole - named),
        {name: frozenset(ids) for name, ids in rest.items()},
    )


def put_out(connection: Connection, blank: Blank) -> None:
    """Put out the text of a row beside the log; one that is not there has nothing to put out."""
    table = metadata.tables[blank.table]
    same = [table.c[name] == value for name, value in blank.key.items()]
    connection.execute(table.update().where(*same).values(**blank.values))


def erased_among(connection: Connection, ids: Iterable[str]) -> set[str]:
    """Which of some records have been erased: the log knows them, and not what they said."""
    return {
        row.rid
        for row in _newest(connection, set(ids))
        if row.seq not in _held(connection, {row.seq})
    }


def _entries(connection: Connection, column: Any, values: Iterable[Any]) -> Sequence[Any]:
    """Entries of records, by their number or their record."""
    wanted = sorted(values)
    entry = log_entries.c
    found: list[Any] = []
    for start in range(0, len(wanted), _AT_ONCE):
        found += connection.execute(
            select(entry.seq, entry.kind, entry.rid, entry.revision, entry.payload_hash).where(
                column.in_(wanted[start : start + _AT_ONCE]), entry.op != OP
            )
        ).all()
    return found


_AT_ONCE = 500


def _newest(connection: Connection, ids: set[str]) -> list[Any]:
    newest: dict[str, Any] = {}
    for row in _entries(connection, log_entries.c.rid, ids):
        if row.rid not in newest or row.revision > newest[row.rid].revision:
            newest[row.rid] = row
    return list(newest.values())


def _held(connection: Connection, seqs: set[int]) -> set[int]:
    """Which of some entries still have their payloads."""
    wanted, held = sorted(seqs), set[int]()
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        held |= set(
            connection.scalars(select(log_payloads.c.seq).where(log_payloads.c.seq.in_(part)))
        )
    return held


def _with_dependants(
    connection: Connection, kinds: Kinds, named: frozenset[str] | set[str]
) -> dict[str, dict[str, Document | None]]:
    """Records by kind with what their rows say, and those that cannot stand without them."""
    gone: dict[str, dict[str, Document | None]] = {}
    for row in _newest(connection, set(named)):
        gone.setdefault(row.kind, {})[row.rid] = None
    for name, ids in gone.items():
        ids.update(_documents(connection, kinds[name], ids))
    naming: list[tuple[Kind, Document, Document]] = []
    wave = {name: [*filter(None, ids.values())] for name, ids in gone.items()}
    while wave:
        following: dict[str, list[Document]] = {}
        for kind, reference, document, target in _naming(connection, kinds, wave):
            if document["id"] in gone.get(kind.name, {}):
                continue
            if not _goes_along(reference):
                naming.append((kind, document, target))
                continue
            gone.setdefault(kind.name, {})[document["id"]] = document
            following.setdefault(kind.name, []).append(document)
        wave = following
    faults = [
        Fault(
            f"{target['kind']}/{target['id']}",
            f"is named by the {kind.name} {document['id']}; change or erase that first",
        )
        for kind, document, target in naming
        if document["id"] not in gone.get(kind.name, {})
    ]
    if faults:
        raise StillReferredToError("Nothing was erased.", *faults[:MOST_FAULTS])
    return gone


def _goes_along(reference: Reference) -> bool:
    """Whether a record is nothing without the one it names, as a check is without its channel."""
    return reference.on_retire is OnRetire.CASCADE or reference.same_owner


def _documents(connection: Connection, kind: Kind, ids: Iterable[str]) -> dict[str, Document]:
    found = connection.execute(
        select(kind.table.c.id, kind.table.c.document).where(
            is_one_of(kind.table.c.id, bindparam("ids"))
        ),
        {"ids": json_list(ids)},
    )
    return {row.id: kind.present(orjson.loads(row.document)) for row in found}


def _naming(
    connection: Connection, kinds: Kinds, wave: Mapping[str, Sequence[Document]]
) -> Iterable[tuple[Kind, Reference, Document, Document]]:
    """Every record, live or retired, that names one of these."""
    for name, targets in wave.items():
        for kind, reference in kinds.referring_to(name):
            by_key = {target[reference.key]: target for target in targets}
            test = overlaps if reference.many else is_one_of
            found = connection.scalars(
                select(kind.table.c.document).where(
                    test(kind.table.c[reference.column], bindparam("values"))
                ),
                {"values": json_list(by_key)},
            ).all()
            for text in found:
                document = kind.present(orjson.loads(text))
                for _, value in reference.values(document):
                    if value in by_key:
                        yield kind, reference, document, by_key[value]


def _destroy(connection: Connection, kinds: Kinds, reached: Reached) -> None:
    """Delete payloads and rows, and bring in step what is derived from them."""
    for start in range(0, len(reached.targets), _AT_ONCE):
        part = reached.targets[start : start + _AT_ONCE]
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
            _follow_again(connection, kind, kind.follow, reached.rest[kind.name])
    for summary in kinds.summaries:
        summary.refresh(connection, written)


def _follow_again(
    connection: Connection,
    kind: Kind,
    follow: Callable[[Connection, Sequence[Transition]], None],
    ids: Iterable[str],
) -> None:
    """Tell the derived tables again what is left of some records."""
    found = connection.execute(
        select(log_entries.c.seq, log_entries.c.rid, log_payloads.c.body)
        .join(log_payloads, log_payloads.c.seq == log_entries.c.seq)
        .where(is_one_of(log_entries.c.rid, bindparam("ids")))
        .order_by(log_entries.c.seq),
        {"ids": json_list(ids)},
    )
    last: dict[str, Document] = {}
    steps = []
    for seq, rid, body in found:
        document = kind.present(orjson.loads(body)["record"])
        steps.append(Transition(seq, last.get(rid), document))
        last[rid] = document
    follow(connection, steps)


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
    targets = _entries(connection, log_entries.c.seq, reached.targets)
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
        "cleared": {rid: list(places) for rid, places in erasing.cleared.items()},
        "change_sets": sorted(erasing.change_sets),
        "blanks": [blank.document() for blank in erasing.blanks],
    }
