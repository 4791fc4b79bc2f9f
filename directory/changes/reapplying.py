"""Erasing once more, by the journal, what an older copy of the directory still holds.

A line is matched by record, revision and payload, never by its place in the log alone: the copy may
be shorter than the log was, and have gone its own way since. Doing it twice does it once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, select

from directory.changes import log
from directory.changes.apply import apply
from directory.changes.journal import Blank, Line
from directory.changes.kinds import Kinds
from directory.changes.models import log_entries, log_payloads
from directory.changes.operations import Put, prepare
from directory.changes.reaching import Erasing, entries_where
from directory.changes.redact import redact
from directory.changes.redactions import ACTOR, ORIGIN, Why
from directory.documents import Document

ERASED = "[erased]"
"""What stands in a text from which something was taken out."""


@dataclass(frozen=True, slots=True)
class Reapplied:
    """What was erased once more.

    Attributes:
        redactions: How many lines had something left to erase.
        versions: How many payloads went.
        elsewhere: Rows to be put out that lie in another database, such as SQLite's readings.
    """

    redactions: int
    versions: int
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

    Args:
        connection: A writing unit of work; nobody may be served before it is committed.
        kinds: The registered kinds.
        lines: The journal's, in order.
        at: The present instant.
        elsewhere: The tables that are not in this database.

    Raises:
        StillReferredToError: What stays names something that was erased.
    """
    redactions = versions = 0
    left: list[Blank] = []
    for line in _standing(list(lines)):
        if _is_settled(connection, line):
            continue
        blanks = [Blank(**each) for each in line["blanks"]]
        left += [blank for blank in blanks if blank.table in elsewhere]
        erasing = _still_held(connection, kinds, line, at)
        done = redact(
            connection,
            kinds,
            Erasing(
                erasing.records,
                erasing.past,
                frozenset(line["change_sets"]),
                tuple(blank for blank in blanks if blank.table not in elsewhere),
            ),
            why=Why(line["why"]),
            at=at,
            journal=None,
        )
        redactions += done.seq is not None
        versions += len(done.targets)
    return Reapplied(redactions, versions, tuple(left))


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


def _still_held(connection: Connection, kinds: Kinds, line: Line, at: datetime) -> Erasing:
    """What of a line's targets is still there, its present versions cleared where they can be."""
    targets = {(rid, revision): digest for _, rid, revision, digest in line["targets"]}
    rows = entries_where(connection, log_entries.c.rid, {rid for rid, _ in targets})
    matched = [
        row for row in rows if targets.get((row.rid, row.revision)) == bytes(row.payload_hash).hex()
    ]
    newest = {row.rid: row.revision for row in sorted(rows, key=lambda row: row.revision)}
    whole = frozenset(line["records"])
    for row in matched:
        places = line["cleared"].get(row.rid)
        if places and row.rid not in whole and row.revision == newest[row.rid]:
            _clear(connection, kinds, row, places, at)
    return Erasing(
        whole & {row.rid for row in rows},
        frozenset(row.seq for row in matched if row.rid not in whole),
    )


def _clear(
    connection: Connection, kinds: Kinds, row: Any, places: Sequence[str], at: datetime
) -> None:
    """Write a record's present version anew, without what was taken out of it."""
    body = connection.scalar(select(log_payloads.c.body).where(log_payloads.c.seq == row.seq))
    if body is None:
        return
    kind = kinds[row.kind]
    held = kind.present(orjson.loads(bytes(body))["record"])
    if held["retired_at"] is not None:
        return
    document = kind.as_given(held)
    for place in places:
        document = replaced(document, place, ERASED)
    put = Put(row.kind, document, row.rid, row.revision)
    prepared = prepare(kinds, [put], actor=ACTOR, origin=ORIGIN, reason="")
    apply(connection, kinds, prepared, writer=None, at=at)


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
