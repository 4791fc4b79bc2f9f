"""Erasing once more, by the journal, what an older copy of the directory still holds.

A line is matched by record, revision and payload, never by its place in the log alone: the copy may
be shorter than the log was, and have gone its own way since. Doing it twice does it once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, select

from directory.changes import log, rows
from directory.changes.apply import apply
from directory.changes.deciding import restate
from directory.changes.journal import Blank, Line
from directory.changes.kinds import Kinds, Reference
from directory.changes.models import log_entries, proposed_change_sets, proposed_operations
from directory.changes.operations import Put, prepare
from directory.changes.proposed import APPROVED, DROPPED, PROPOSED
from directory.changes.reaching import Erasing, entries_where, goes_along, naming
from directory.changes.redact import redact
from directory.changes.redactions import ACTOR, ORIGIN, Why
from directory.db import is_one_of, json_list
from directory.documents import Document
from directory.errors import DirectoryError

ERASED = "[erased]"
"""What stands in a text from which something was taken out."""


@dataclass(frozen=True, slots=True)
class Reapplied:
    """What was erased once more.

    Attributes:
        lines: How many lines were carried out, whether or not they found anything.
        redactions: How many of them had versions left to erase.
        versions: How many payloads went.
        along: Kind and id of records that no line names, and that could not stay without others.
        elsewhere: Rows to be put out that lie in another database, such as SQLite's readings.
    """

    lines: int
    redactions: int
    versions: int
    along: tuple[tuple[str, str], ...]
    elsewhere: tuple[Blank, ...]


def reapply(
    connection: Connection,
    kinds: Kinds,
    lines: Iterable[Line],
    *,
    at: datetime,
    elsewhere: frozenset[str] = frozenset(),
) -> Reapplied:
    """Erase what the journal says is erased and this database still holds.

    Nothing of it is refused: a record that names what goes is written anew without that, and where
    it cannot be it goes too, and is told.

    Args:
        connection: A writing unit of work; nobody may be served before it is committed.
        kinds: The registered kinds.
        lines: The journal's, in order.
        at: The present instant.
        elsewhere: The tables that are not in this database.
    """
    # Before anything is written: entries of this make the log longer than lines tell places in it.
    lines = [line for line in _standing(list(lines)) if not _is_settled(connection, line)]
    for rid, places in _places_to_clear(connection, lines).items():
        _clear(connection, kinds, *places, rid=rid, at=at)
    named = {rid for line in lines for rid in line["records"]}
    _let_go(connection, kinds, lines, named, at)
    redactions = versions = 0
    records: set[tuple[str, str]] = set()
    left: list[Blank] = []
    for line in lines:
        blanks = [Blank(**each) for each in line["blanks"]]
        left += [blank for blank in blanks if blank.table in elsewhere]
        whole, past = _still_held(connection, line)
        erasing = Erasing(
            whole,
            past,
            frozenset(line["change_sets"]),
            tuple(blank for blank in blanks if blank.table not in elsewhere),
            takes_all=True,
        )
        done = redact(connection, kinds, erasing, why=Why(line["why"]), at=at, journal=None)
        _drop(connection, blanks)
        redactions += done.seq is not None
        versions += len(done.targets)
        records |= {(kind, rid) for kind, rid in done.records if rid not in named}
    return Reapplied(len(lines), redactions, versions, tuple(sorted(records)), tuple(left))


def _drop(connection: Connection, blanks: Sequence[Blank]) -> None:
    """Drop the operations that say nothing any more, and say anew what is left to decide.

    The line does so only where they waited when it was written. In an older backup waits what was
    applied by then, and would be applied empty.
    """
    sets, operations = proposed_change_sets, proposed_operations
    keys = [blank.key for blank in blanks if blank.table == operations.name]
    waiting = set(
        connection.scalars(
            select(sets.c.id).where(
                is_one_of(sets.c.id, bindparam("ids")), sets.c.state.in_((PROPOSED, APPROVED))
            ),
            {"ids": json_list({key["change_set"] for key in keys})},
        )
    )
    for key in keys:
        if key["change_set"] in waiting:
            connection.execute(
                operations.update()
                .where(operations.c.change_set == key["change_set"])
                .where(operations.c.place == key["place"])
                .values(state=DROPPED)
            )
    for change_set in sorted(waiting):
        restate(connection, change_set)


def _standing(lines: Sequence[Line]) -> list[Line]:
    """The lines but those whose place another one took: a redaction that was never committed."""
    last = {(line["log"], line["seq"]): number for number, line in enumerate(lines)}
    return [
        line
        for number, line in enumerate(lines)
        if line["seq"] is None or last[line["log"], line["seq"]] == number
    ]


def _is_settled(connection: Connection, line: Line) -> bool:
    """Whether this log itself says what became of a redaction: it happened, or never did."""
    head = log.see(connection)
    if line["seq"] is None or line["log"] != head.log_id:
        return False
    return bool(line["seq"] <= head.size)


def _still_held(connection: Connection, line: Line) -> tuple[frozenset[str], frozenset[int]]:
    """What of a line's targets is still there: records that go whole, and entries of others."""
    targets = {(rid, revision): digest for _, rid, revision, digest in line["targets"]}
    rows = entries_where(connection, log_entries.c.rid, {rid for rid, _ in targets})
    whole = frozenset(line["records"])
    return whole & {row.rid for row in rows}, frozenset(
        row.seq
        for row in rows
        if row.rid not in whole
        and targets.get((row.rid, row.revision)) == bytes(row.payload_hash).hex()
    )


def _places_to_clear(
    connection: Connection, lines: Sequence[Line]
) -> dict[str, tuple[Any, set[str], set[str]]]:
    """The newest versions that are targets of records that stay, and what goes of each.

    Returns:
        By record: its entry, the places, and the fields in which any text goes. A later line knows
        a version that was made from this one after an earlier line, and only its own places.
    """
    named = {rid for line in lines for rid in line["records"]}
    targets = {
        (rid, revision, digest) for line in lines for _, rid, revision, digest in line["targets"]
    }
    newest: dict[str, Any] = {}
    for row in entries_where(connection, log_entries.c.rid, {each[0] for each in targets} - named):
        if row.rid not in newest or row.revision > newest[row.rid].revision:
            newest[row.rid] = row
    found: dict[str, tuple[Any, set[str], set[str]]] = {}
    for rid, row in newest.items():
        if (rid, row.revision, bytes(row.payload_hash).hex()) not in targets:
            continue
        places, fields = set[str](), set[str]()
        for line in lines:
            for revision, cleared in line["cleared"].get(rid, {}).items():
                if int(revision) == row.revision:
                    places.update(cleared)
                elif int(revision) > row.revision:
                    fields.update(place.split("/")[1] for place in cleared)
        found[rid] = row, places, fields
    return found


def _clear(
    connection: Connection,
    kinds: Kinds,
    row: Any,
    places: set[str],
    fields: set[str],
    *,
    rid: str,
    at: datetime,
) -> None:
    """Write a record's present version anew, without what was taken out of it.

    Where that cannot be, the version stays the newest, and the record goes with it.
    """

    def cleared(document: Document) -> Document:
        for place in places:
            document = replaced(document, place, ERASED)
        return {
            name: _emptied(value) if name in fields else value for name, value in document.items()
        }

    # Of a version that no line tells the places of, nothing can be kept.
    if places:
        _write_anew(connection, kinds, row.kind, rid, cleared, at)


def _emptied(value: Any) -> Any:
    """A value with nothing in the place of its texts."""
    if isinstance(value, str):
        return ERASED
    if isinstance(value, Mapping):
        return {name: _emptied(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_emptied(item) for item in value]
    return value


def _let_go(
    connection: Connection, kinds: Kinds, lines: Sequence[Line], named: set[str], at: datetime
) -> None:
    """Have the records that name what goes name nothing there, as far as they can."""
    held = [_still_held(connection, line) for line in lines]
    past = entries_where(connection, log_entries.c.seq, {seq for _, seqs in held for seq in seqs})
    going = {rid for whole, _ in held for rid in whole}
    wave: dict[str, list[Document]] = {}
    for row in (*past, *entries_where(connection, log_entries.c.rid, going)):
        found = rows.fetch(connection, kinds, {row.kind: [row.rid]}).get(row.rid)
        if found is not None and (row.rid in going or row.revision == found.revision):
            wave.setdefault(row.kind, []).append(found.document)
    gone = going | {document["id"] for documents in wave.values() for document in documents}
    while wave:
        following: dict[str, list[Document]] = {}
        for kind, reference, document, target in list(naming(connection, kinds, wave)):
            rid = document["id"]
            if rid in named or rid in gone:
                continue
            leaving = partial(_leaving_out, reference=reference, value=target[reference.key])
            if not goes_along(reference) and _write_anew(
                connection, kinds, kind.name, rid, leaving, at
            ):
                continue
            gone.add(rid)
            following.setdefault(kind.name, []).append(document)
        wave = following


def _leaving_out(document: Document, *, reference: Reference, value: str) -> Document:
    """A document that does not name another record in a field any more."""
    outer, _, inner = reference.field.partition("/")
    if inner:
        return document | {outer: document[outer] | {inner: None}}
    if reference.many:
        return document | {outer: [each for each in document[outer] if each != value]}
    return document | {outer: None}


def _write_anew(
    connection: Connection,
    kinds: Kinds,
    kind: str,
    rid: str,
    change: Callable[[Document], Document],
    at: datetime,
) -> bool:
    """Write a record's present version anew, changed; whether that could be."""
    held = rows.fetch(connection, kinds, {kind: [rid]}).get(rid)
    if held is None or held.document["retired_at"] is not None:
        return False
    put = Put(kind, change(kinds[kind].as_given(held.document)), rid, held.revision)
    try:
        with connection.begin_nested():
            prepared = prepare(kinds, [put], actor=ACTOR, origin=ORIGIN, reason="")
            apply(connection, kinds, prepared, writer=None, at=at)
    except DirectoryError:
        return False
    return True


def replaced(document: Document, pointer: str, value: str) -> Document:
    """A document in which another text stands at a place that there is; unchanged otherwise."""
    names = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    changed: Document = orjson.loads(orjson.dumps(document))
    inner: Any = changed
    for name in names[:-1]:
        inner = _within(inner, name)
    if isinstance(_within(inner, names[-1]), str):
        inner[int(names[-1]) if isinstance(inner, list) else names[-1]] = value
    return changed


def _within(value: Any, name: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(name)
    if isinstance(value, list) and name.isdigit() and int(name) < len(value):
        return value[int(name)]
    return None
