"""A directory's log in memory, and the feed of it, written from the rules and not from the queries.

It knows no tables: records are an id, a label and a text. What it sends is bytes as an origin sends
them, so that what reads them here is the mirror's own verifying.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from functools import lru_cache
from hashlib import sha256
from typing import Any

import orjson

from directory.changes.tree import EMPTY_ROOT, Frontier, leaf_hash
from directory.clock import format_instant
from directory.documents import canonical
from directory.policy import Label, Tlp, may_see
from directory.sync.errors import Gone
from directory.sync.rules.claims import GOOD_FOR, Epoch, HeadClaims, PageClaims
from directory.sync.rules.cursors import Cursor
from directory.sync.rules.scopes import Scope

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
OWNER = "AU"
FIRST = "0000000000000001"
CHANGE_SET = "11111111-0000-4000-8000-000000000001"


class GoneError(Exception):
    """Nobody can go on from a cursor."""

    def __init__(self, reason: Gone) -> None:
        super().__init__(str(reason))
        self.reason = reason


class Sight(Enum):
    """What of an entry a scope is given."""

    LEAF = auto()
    REMOVED = auto()
    SHOWN = auto()
    REDACTED = auto()


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the log.

    Attributes:
        label: The one that it stands under; that of the record, for its retirement.
        targets: The entries whose payloads it erased.
        before: The version of the same record before this one.
    """

    seq: int
    rid: str
    op: str
    revision: int
    label: Label | None
    envelope: bytes
    root: bytes
    targets: tuple[int, ...] = ()
    before: Entry | None = field(default=None, repr=False, compare=False)


@dataclass
class Ledger:
    """A log that can be written, erased from, backed up and restored.

    Attributes:
        payloads: Of the entries that have not been erased.
        journal: The hashes of all payloads that were ever erased; it outlives every restore.
        newest: The newest entry of each record.
        roots: The root at each size of each log there ever was.
    """

    log: str = FIRST
    entries: list[Entry] = field(default_factory=list)
    payloads: dict[int, bytes] = field(default_factory=dict)
    frontier: Frontier = field(default_factory=Frontier)
    epochs: tuple[Epoch, ...] = ()
    newest: dict[str, Entry] = field(default_factory=dict)
    journal: set[str] = field(default_factory=set)
    roots: dict[tuple[str, int], bytes] = field(default_factory=lambda: {(FIRST, 0): EMPTY_ROOT})
    now: datetime = START
    written: int = 0

    @property
    def size(self) -> int:
        return len(self.entries)

    # Writing.

    def put(self, rid: str, marking: str, audience: Sequence[str]) -> None:
        """Write a record, which may be new, or retired."""
        self._write(rid, "put", Label(Tlp.from_label(marking), frozenset(audience), OWNER))

    def retire(self, rid: str) -> None:
        """End a record, which keeps the label that it had."""
        self._write(rid, "retire", self.newest[rid].label)

    def _write(self, rid: str, op: str, label: Label | None) -> None:
        assert label is not None
        revision = self.newest[rid].revision + 1 if rid in self.newest else 1
        self.written += 1
        record = {
            "id": rid, "kind": "contact", "revision": revision, "owner": OWNER,
            "marking": label.marking.label, "audience": sorted(label.audience),
            "retired_at": format_instant(self.now) if op == "retire" else None,
        }  # fmt: skip
        body = canonical({"record": record, "salt": f"{self.written:032x}", "version": 1})
        more = {"payload_hash": digest_of(body)}
        self._append(rid, "contact", op, revision, label, more)
        self.payloads[self.size] = body

    def erase(self, targets: set[int]) -> None:
        """Erase payloads; a record of which the newest goes, goes whole."""
        touched = {self.entries[seq - 1].rid for seq in targets}
        whole = [newest for rid in touched if (newest := self.newest[rid]).seq in targets]
        chosen = targets.union(*({each.seq for each in versions(newest)} for newest in whole))
        gone = tuple(sorted(chosen & self.payloads.keys()))
        if not gone:
            return
        for seq in gone:
            self.journal.add(digest_of(self.payloads.pop(seq)))
        self.written += 1
        more = {"payload_hash": None, "targets": list(gone), "why": "erasure"}
        self._append(f"redaction {self.written}", "redaction", "redact", 1, None, more)

    def _append(
        self, rid: str, kind: str, op: str, revision: int, label: Label | None,
        more: Mapping[str, Any],
    ) -> None:  # fmt: skip
        self.now += timedelta(seconds=1)
        envelope = canonical(
            {
                "v": 1, "seq": self.size + 1, "at": format_instant(self.now), "kind": kind,
                "rid": rid, "op": op, "revision": revision, "owner": OWNER,
                "change_set": CHANGE_SET, "actor": CHANGE_SET, **more,
            }
        )  # fmt: skip
        self.frontier.push(leaf_hash(envelope))
        root, targets = self.frontier.root(), tuple(more.get("targets", ()))
        before = self.newest.get(rid)
        entry = Entry(self.size + 1, rid, op, revision, label, envelope, root, targets, before)
        self.entries.append(entry)
        self.roots[self.log, self.size] = root
        if op != "redact":
            self.newest[rid] = entry

    def is_gone(self, rid: str) -> bool:
        """Whether a record has been erased whole; then nobody can write it again."""
        return rid in self.newest and self.newest[rid].seq not in self.payloads

    def is_live(self, rid: str) -> bool:
        """Whether a record was written, and neither retired nor erased since."""
        newest = self.newest.get(rid)
        return newest is not None and newest.op == "put" and not self.is_gone(rid)

    # Backup and restore.

    def backup(self) -> Ledger:
        """The log as it stands, to be put back later."""
        kept = copy(self)
        kept.entries, kept.payloads = list(self.entries), dict(self.payloads)
        kept.frontier = Frontier(self.size, self.frontier.packed())
        kept.newest = dict(self.newest)
        return kept

    def restore(self, kept: Ledger) -> None:
        """Put an earlier state back, as a new epoch, without what was erased since."""
        parent = Epoch(kept.log, kept.size, kept.root_at(kept.size).hex())
        self.written += 1
        self.log, self.epochs = f"{self.written + 2**32:016x}", (parent, *kept.epochs)
        again = kept.backup()
        self.entries, self.payloads, self.newest = again.entries, again.payloads, again.newest
        self.frontier = again.frontier
        for size in range(self.size + 1):
            self.roots[self.log, size] = self.root_at(size)
        self.erase_again()

    def erase_again(self) -> None:
        """Erase what the journal says is erased."""
        self.erase({seq for seq, b in self.payloads.items() if digest_of(b) in self.journal})

    # What a scope holds, and is sent.

    def holds(self, scope: Scope) -> dict[str, bytes]:
        """The payload of each record that a copy has to hold."""
        return {
            rid: self.payloads[entry.seq]
            for rid, entry in self.newest.items()
            if entry.seq in self.payloads and sees(scope, entry)
        }

    def sight(self, entry: Entry, scope: Scope) -> Sight:
        """What of an entry a scope is given now."""
        if entry.op == "redact":
            return Sight.REDACTED
        if sees(scope, entry) and sees(scope, self.newest[entry.rid]):
            return Sight.SHOWN
        was_seen = entry.before is not None and sees(scope, entry.before)
        return Sight.REMOVED if was_seen else Sight.LEAF

    def root_at(self, seq: int) -> bytes:
        """The root after an entry."""
        return self.entries[seq - 1].root if seq else EMPTY_ROOT

    def head(self, page: PageClaims | None = None) -> HeadClaims:
        """The head, signed now."""
        root = self.root_at(self.size).hex()
        return HeadClaims(
            self.log, self.size, root, self.now, self.now + GOOD_FOR, epochs=self.epochs, page=page
        )

    def check(self, cursor: Cursor, scope: Scope) -> None:
        """Whether somebody can go on from a cursor."""
        most = self.size
        if cursor.log != self.log:
            for epoch in self.epochs:
                most = min(most, epoch.size)
                if epoch.parent == cursor.log:
                    break
            else:
                raise GoneError(Gone.UNKNOWN_LOG)
        if cursor.seq > most or self.root_at(cursor.seq)[:8].hex() != cursor.root:
            raise GoneError(Gone.FORKED)
        if cursor.scope != scope.hash:
            raise GoneError(Gone.SCOPE_CHANGED)

    def page(self, after: str, limit: int, scope: Scope, account: str) -> tuple[bytes, HeadClaims]:
        """The page after a cursor, and the head that is signed for it."""
        cursor = Cursor.read(after)
        self.check(cursor, scope)
        start, end = cursor.seq, min(cursor.seq + limit, self.size)
        body = canonical(
            {
                "log": self.log, "from": start, "to": end, "more": end < self.size,
                "cursor": str(Cursor.at(self.log, end, self.root_at(end), scope.hash)),
                "root": self.root_at(end).hex(),
                "entries": [self._told(entry, scope) for entry in self.entries[start:end]],
            }
        )  # fmt: skip
        return body, self.signed(body, start, end, scope, account)

    def _told(self, entry: Entry, scope: Scope) -> dict[str, Any]:
        sight, envelope = self.sight(entry, scope), entry.envelope.decode()
        if sight is Sight.LEAF:
            return {"leaf": leaf_hash(entry.envelope).hex()}
        if sight is Sight.REMOVED:
            return {"env": envelope, "remove": 1}
        if sight is Sight.REDACTED:
            return {"env": envelope}
        body = self.payloads.get(entry.seq)
        return {"env": envelope, "body": None if body is None else body.decode()}

    def signed(self, body: bytes, start: int, end: int, scope: Scope, account: str) -> HeadClaims:
        """The head that is signed for some bytes."""
        return self.head(PageClaims(start, end, sha256(body).hexdigest(), scope.hash, account))

    def snapshot(self, scope: Scope) -> bytes:
        """All that a scope holds."""
        held = self.holds(scope)
        root = self.root_at(self.size)
        header = {
            "v": 1, "log": self.log, "size": self.size, "root": root.hex(),
            "frontier": self.frontier.packed().hex(), "at": format_instant(self.now),
            "scope": scope.hash, "clearance": scope.clearance.label,
            "networks": sorted(scope.networks), "records": len(held),
            "cursor": str(Cursor.at(self.log, self.size, root, scope.hash)),
        }  # fmt: skip
        lines: Iterator[dict[str, Any]] = (
            {"env": self.newest[rid].envelope.decode(), "body": held[rid].decode()}
            for rid in sorted(held)
        )
        return b"".join(canonical(line) + b"\n" for line in (header, *lines))

    def may_be_given(self, snapshot: bytes, scope: Scope) -> bool:
        """Whether nothing that stands in a snapshot has been withdrawn or erased since."""
        told = orjson.loads(snapshot.split(b"\n", 1)[0])
        if told["log"] != self.log or told["scope"] != scope.hash:
            return False
        return not any(
            entry.op == "redact" or self._is_withdrawn(entry, scope)
            for entry in self.entries[told["size"] :]
        )

    def _is_withdrawn(self, entry: Entry, scope: Scope) -> bool:
        was_seen = entry.before is not None and sees(scope, entry.before)
        return was_seen and not sees(scope, self.newest[entry.rid])


def versions(newest: Entry) -> Iterator[Entry]:
    """A record's versions, the newest first."""
    each: Entry | None = newest
    while each is not None:
        yield each
        each = each.before


def sees(scope: Scope, entry: Entry) -> bool:
    """Whether a scope sees an entry's label."""
    return entry.label is not None and may_see(scope.viewer, entry.label)


@lru_cache(maxsize=50_000)
def digest_of(body: bytes) -> str:
    """The hash of a payload, which is asked for at every step."""
    return sha256(body).hexdigest()
