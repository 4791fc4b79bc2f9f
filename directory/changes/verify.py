"""Checking the log against its hashes, and the tables against the log.

Everything is computed again from the stored bytes; nothing stored is taken for granted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, select

from directory.changes import rows
from directory.changes.kinds import Kinds
from directory.changes.models import change_sets, log_entries, log_head, log_payloads
from directory.changes.redactions import OP, Why
from directory.changes.tree import Frontier, leaf_hash
from directory.clock import format_instant
from directory.documents import Document, canonical, sha256
from directory.policy import Label

PAGE = 2000
MOST_PROBLEMS = 100


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verification found.

    Attributes:
        entries: Entries whose hashes were recomputed.
        records: Rows compared with the log.
        root: The tree's root over all entries, 32 bytes.
        problems: What does not agree, in words; empty when all is well.
    """

    entries: int
    records: int
    root: bytes
    problems: tuple[str, ...]


def verify(
    connection: Connection, kinds: Kinds, *, progress: Callable[[int, int], None]
) -> Verified:
    """Recompute every hash and root of the log and compare every record's row with it.

    Args:
        connection: A reading unit of work.
        kinds: The registered kinds.
        progress: Told how many steps of how many are done.
    """
    head = connection.execute(select(log_head)).one()
    problems: list[str] = []
    told = _Told()
    for entry in _entries(connection):
        seq = told.frontier.size + 1
        problems.extend(f"entry {seq}: {what}" for what in _entry_problems(entry, seq))
        problems.extend(f"entry {seq}: {what}" for what in told.follow(entry))
        if len(problems) >= MOST_PROBLEMS:
            break
        progress(seq, max(seq, head.size))
    else:
        problems.extend(told.root_problems())
        problems.extend(told.erasure_problems())
        problems.extend(_head_problems(head, told))
        problems.extend(_change_set_problems(connection, told))
        problems.extend(_stray_payloads(connection))
    compared = list(_row_problems(connection, kinds, told.latest))
    problems.extend(problem for problem in compared if problem)
    size, root = told.frontier.size, told.frontier.root()
    return Verified(size, len(compared), root, tuple(problems[:MOST_PROBLEMS]))


@dataclass(frozen=True, slots=True)
class _Span:
    """The entries that one change set wrote, as they themselves say."""

    change_set: str
    actor: object
    first: int
    last: int
    at: datetime


class _Told:
    """What the entries read so far say about everything else."""

    def __init__(self) -> None:
        self.frontier = Frontier()
        self.latest: dict[str, tuple[int, Document]] = {}
        self.spans: list[_Span] = []
        self.last_at: datetime | None = None
        self._last: dict[str, tuple[int, str]] = {}
        self._wrong_roots: list[int] = []
        self._missing: set[int] = set()
        self._erased_by: dict[int, int] = {}

    def follow(self, entry: Any) -> Iterator[str]:
        """Take in the next entry and say where it does not follow from those before it."""
        seq = self.frontier.size + 1
        self.frontier.push(leaf_hash(bytes(entry.envelope)))
        if self.frontier.root() != bytes(entry.root):
            self._wrong_roots.append(seq)
        if self.last_at is not None and entry.at <= self.last_at:
            yield f"its time {format_instant(entry.at)} is not after the one before it"
        self.last_at = entry.at
        self._extend_span(entry, seq)
        if entry.op == OP:
            yield from self._follow_redaction(entry, seq)
        else:
            yield from self._follow_record(entry, seq)

    def erasure_problems(self) -> Iterator[str]:
        """Payloads that are missing and nobody erased, and those that were erased and are there."""
        for seq in sorted(self._missing - self._erased_by.keys()):
            yield f"entry {seq}: the payload is missing"
        for seq in sorted(self._erased_by.keys() - self._missing):
            yield f"entry {seq}: entry {self._erased_by[seq]} says it is erased; it is still there"

    def root_problems(self) -> Iterator[str]:
        """One line for all roots that disagree: after an altered entry every later one does."""
        if self._wrong_roots:
            first, more = self._wrong_roots[0], len(self._wrong_roots) - 1
            later = f", nor are {more} later ones" if more else ""
            yield f"entry {first}: the root after it is not what the leaves give{later}"

    def _extend_span(self, entry: Any, seq: int) -> None:
        actor = (_parsed(bytes(entry.envelope)) or {}).get("actor")
        begun = self.spans[-1] if self.spans else None
        if begun is None or begun.change_set != entry.change_set:
            self.spans.append(_Span(entry.change_set, actor, seq, seq, entry.at))
        else:
            self.spans[-1] = replace(begun, last=seq)

    def _follow_redaction(self, entry: Any, seq: int) -> Iterator[str]:
        told = _parsed(bytes(entry.envelope)) or {}
        targets = told.get("targets")
        if not isinstance(targets, list) or not all(type(each) is int for each in targets):
            yield "it does not say what it erases"
            return
        if (
            targets != sorted(set(targets))
            or not targets
            or not 0 < targets[0] <= targets[-1] < seq
        ):
            yield "what it erases are not entries before it, in their order"
        if told.get("why") not in set(Why):
            yield f"it erases for {told.get('why')!r}, which is no reason"
        if entry.body is not None or entry.label_before or entry.label_after:
            yield "it erases, and says something itself"
        for target in targets:
            self._erased_by.setdefault(target, seq)

    def _follow_record(self, entry: Any, seq: int) -> Iterator[str]:
        revision, label = self._last.get(entry.rid, (0, ""))
        if entry.revision != revision + 1:
            yield f"revision {entry.revision} follows revision {revision}"
        if entry.label_before != label:
            yield f"the label before it stands as {entry.label_before!r}, not {label!r}"
        self._last[entry.rid] = (entry.revision, entry.label_after)
        if entry.body is None:
            self._missing.add(seq)
            # Nothing older stands for it: a record is erased whole, or only its past is.
            self.latest.pop(entry.rid, None)
            return
        payload = _parsed(bytes(entry.body))
        if payload is None or sha256(bytes(entry.body)) != bytes(entry.payload_hash):
            return
        record = payload["record"]
        self.latest[entry.rid] = (seq, record)
        due = "" if entry.op == "retire" else Label.of(record).text()
        if entry.label_after != due:
            yield f"the label after it stands as {entry.label_after!r}, not {due!r}"


def _parsed(data: bytes) -> dict[str, Any] | None:
    """A JSON object, None where the bytes are none."""
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


def _entries(connection: Connection) -> Iterator[Any]:
    """Every entry with its payload, in order; also those that the head does not count."""
    done = 0
    while True:
        page = connection.execute(
            select(log_entries, log_payloads.c.body)
            .outerjoin(log_payloads, log_payloads.c.seq == log_entries.c.seq)
            .where(log_entries.c.seq > done)
            .order_by(log_entries.c.seq)
            .limit(PAGE)
        ).all()
        if not page:
            return
        yield from page
        done = page[-1].seq


def _entry_problems(entry: Any, seq: int) -> Iterator[str]:
    if entry.seq != seq:
        yield f"the sequence jumps to {entry.seq}"
    envelope = bytes(entry.envelope)
    if leaf_hash(envelope) != bytes(entry.leaf):
        yield "the leaf is not the hash of the envelope"
    yield from _envelope_problems(entry, envelope)
    if entry.body is not None and sha256(bytes(entry.body)) != bytes(entry.payload_hash):
        yield "the payload is not what the envelope's hash says"


def _envelope_problems(entry: Any, envelope: bytes) -> Iterator[str]:
    told = _parsed(envelope)
    if told is None:
        yield "the envelope is not JSON"
        return
    if not _is_canonical(told, envelope):
        yield "the envelope is not canonical"
    columns = {
        "seq": entry.seq,
        "at": format_instant(entry.at),
        "kind": entry.kind,
        "rid": entry.rid,
        "op": entry.op,
        "revision": entry.revision,
        "owner": entry.owner,
        "change_set": entry.change_set,
        "payload_hash": bytes(entry.payload_hash).hex() or None,
    }
    for name, value in columns.items():
        if told.get(name) != value:
            yield f"{name} stands as {value!r} beside the envelope's {told.get(name)!r}"


def _is_canonical(told: dict[str, Any], envelope: bytes) -> bool:
    try:
        return canonical(told) == envelope
    except ValueError:
        return False


def _head_problems(head: Any, told: _Told) -> Iterator[str]:
    if told.frontier.size != head.size:
        yield f"the head counts {head.size} entries; there are {told.frontier.size}"
    elif told.frontier.root() != bytes(head.root):
        yield "the head's root is not what the leaves give"
    elif told.frontier.packed() != bytes(head.frontier):
        yield "the head's frontier is not what the leaves give; the next root would be wrong"
    elif head.last_at != told.last_at:
        yield "the head's time is not that of the newest entry"
    if head.writing or head.opened_for is not None:
        yield "the head was left open: the tables are not guarded"


def _change_set_problems(connection: Connection, told: _Told) -> Iterator[str]:
    noted = {row.id: row for row in connection.execute(select(change_sets))}
    for span in told.spans:
        row = noted.pop(span.change_set, None)
        where = f"change set {span.change_set}"
        if row is None:
            yield f"{where}: entries {span.first} to {span.last} name it; it is not noted"
        elif (row.first_seq, row.last_seq) != (span.first, span.last):
            yield (
                f"{where}: is noted for entries {row.first_seq} to {row.last_seq};"
                f" entries {span.first} to {span.last} name it"
            )
        elif row.actor != span.actor or row.at != span.at:
            yield f"{where}: its actor or time is not what its entries say"
    for name in noted:
        yield f"change set {name}: no entry names it"


def _stray_payloads(connection: Connection) -> Iterator[str]:
    known = select(log_entries.c.seq).where(log_entries.c.seq == log_payloads.c.seq)
    for (seq,) in connection.execute(
        select(log_payloads.c.seq).where(~known.exists()).order_by(log_payloads.c.seq)
    ):
        yield f"payload {seq}: there is no entry with that number"


def _row_problems(
    connection: Connection, kinds: Kinds, latest: dict[str, tuple[int, Document]]
) -> Iterator[str | None]:
    """One item per record: None where row and log agree."""
    unseen = dict(latest)
    for kind in kinds:
        for row in connection.execute(select(kind.table)).mappings():
            found = unseen.pop(row["id"], None)
            if found is None:
                yield f"{kind.name} {row['id']}: the log does not know it"
                continue
            seq, told = found
            record = kind.present(told)
            text = canonical(record).decode()
            same = dict(row) == rows.row_of(kind, record, text, seq)
            yield None if same else f"{kind.name} {row['id']}: its row is not what the log says"
    for rid in unseen:
        yield f"record {rid}: the log knows it, its table does not"
