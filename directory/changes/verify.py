"""Checking the log against its hashes, and the tables against the log.

Everything is computed again from the stored bytes; nothing stored is taken for granted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, select

from directory.changes import log, rows
from directory.changes.kinds import Kinds
from directory.changes.models import change_sets, log_entries, log_payloads
from directory.changes.tree import Frontier, leaf_hash
from directory.clock import format_instant
from directory.documents import canonical, sha256

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
    head = log.see(connection)
    problems: list[str] = []
    frontier = Frontier()
    latest: dict[str, tuple[int, bytes]] = {}
    for entry in _entries(connection, head.size):
        seq = frontier.size + 1
        problems.extend(f"entry {seq}: {what}" for what in _entry_problems(entry, seq))
        frontier.push(leaf_hash(bytes(entry.envelope)))
        if frontier.root() != bytes(entry.root):
            problems.append(f"entry {seq}: the root after it is not what the leaves give")
        if entry.body is not None:
            latest[entry.rid] = (seq, bytes(entry.body))
        if len(problems) >= MOST_PROBLEMS:
            break
        progress(seq, head.size)
    if not problems:
        problems.extend(_head_problems(head, frontier))
        problems.extend(_change_set_problems(connection, head.size))
    compared = 0
    for compared, problem in enumerate(_row_problems(connection, kinds, latest), start=1):
        if problem:
            problems.append(problem)
    return Verified(frontier.size, compared, frontier.root(), tuple(problems[:MOST_PROBLEMS]))


def _entries(connection: Connection, size: int) -> Iterator[Any]:
    """The entries with their payloads in order; stops at the first gap's far side unseen."""
    done = 0
    while done < size:
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
    told = orjson.loads(envelope)
    if canonical(told) != envelope:
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
        "payload_hash": bytes(entry.payload_hash).hex(),
    }
    for name, value in columns.items():
        if told.get(name) != value:
            yield f"{name} stands as {value!r} beside the envelope's {told.get(name)!r}"
    if entry.body is None:
        yield "the payload is missing"
    elif sha256(bytes(entry.body)) != bytes(entry.payload_hash):
        yield "the payload is not what the envelope's hash says"


def _head_problems(head: log.HeadSeen, frontier: Frontier) -> Iterator[str]:
    if frontier.size != head.size:
        yield f"the head counts {head.size} entries; there are {frontier.size}"
    elif frontier.root() != head.root:
        yield "the head's root is not what the leaves give"


def _change_set_problems(connection: Connection, size: int) -> Iterator[str]:
    following = 1
    for row in connection.execute(select(change_sets).order_by(change_sets.c.first_seq)):
        if row.first_seq != following:
            yield f"change set {row.id}: begins at entry {row.first_seq}, not {following}"
        following = row.last_seq + 1
    if following != size + 1:
        yield f"the change sets end at entry {following - 1}, the log at {size}"


def _row_problems(
    connection: Connection, kinds: Kinds, latest: dict[str, tuple[int, bytes]]
) -> Iterator[str | None]:
    """One item per record: None where row and log agree."""
    unseen = dict(latest)
    for kind in kinds:
        for row in connection.execute(select(kind.table)).mappings():
            seq, payload = unseen.pop(row["id"], (0, b"null"))
            told = orjson.loads(payload)
            if told is None:
                yield f"{kind.name} {row['id']}: the log does not know it"
                continue
            record = kind.present(told["record"])
            text = canonical(record).decode()
            same = dict(row) == rows.row_of(kind, record, text, seq)
            yield None if same else f"{kind.name} {row['id']}: its row is not what the log says"
    for rid in unseen:
        yield f"record {rid}: the log knows it, its table does not"
