"""A copy in memory that keeps what the mirror's own verifying lets through."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from directory.changes.placed import Placed
from directory.changes.tree import Frontier
from directory.sync.rules.claims import HeadClaims
from directory.sync.rules.cursors import Cursor
from directory.sync.rules.scopes import Scope
from directory.sync.rules.standing import Standing, is_beyond, judge_claims, judge_head
from directory.sync.rules.verifying import read_header, read_page, read_records

Versions = dict[int, tuple[str, bytes]]
"""The record and the payload of each entry that is held."""


@dataclass
class Held:
    """The versions that a copy holds.

    Attributes:
        of_record: The entries of each record that is held, in their order.
    """

    versions: Versions = field(default_factory=dict)
    of_record: dict[str, list[int]] = field(default_factory=dict)

    def keep(self, seq: int, rid: str, body: bytes) -> None:
        """Keep a version that is newer than all others."""
        self.versions[seq] = rid, body
        self.of_record.setdefault(rid, []).append(seq)

    def forget(self, rid: str) -> None:
        """Forget a record, with all its versions."""
        for seq in self.of_record.pop(rid, ()):
            del self.versions[seq]

    def forget_versions(self, seqs: set[int]) -> None:
        """Forget some versions; a record of which the newest goes, goes whole."""
        for seq in sorted(seqs & self.versions.keys()):
            if seq not in self.versions:
                continue
            rid = self.versions[seq][0]
            if self.of_record[rid][-1] in seqs:
                self.forget(rid)
            else:
                del self.versions[seq]
                self.of_record[rid].remove(seq)

    def newest(self) -> dict[str, bytes]:
        """The newest payload of each record."""
        return {rid: self.versions[seqs[-1]][1] for rid, seqs in self.of_record.items()}


@dataclass
class Copier:
    """An account, what it may hold, and what it holds.

    Attributes:
        scope: What it may hold by now; ``held_under`` is the scope of what it holds.
    """

    account: str
    scope: Scope
    log: str | None = None
    frontier: Frontier = field(default_factory=Frontier)
    held_under: Scope | None = None
    cursor: str = ""
    head: HeadClaims | None = None
    held: Held = field(default_factory=Held)

    @property
    def standing(self) -> Standing:
        scope = None if self.held_under is None else self.held_under.hash
        return Standing(self.account, self.log, self.frontier, scope, self.head)

    @property
    def place(self) -> tuple[str | None, int, str, Versions]:
        """Everything that a crash or a refusal must leave as it is."""
        return self.log, self.frontier.size, self.cursor, dict(self.held.versions)

    def holds(self) -> dict[str, bytes]:
        """The newest payload of each record."""
        return self.held.newest()

    def take_page(
        self, body: bytes, head: HeadClaims, *, now: datetime, is_crashing: bool = False
    ) -> bool:
        """Take a page, whole or, crashing, not at all; whether the head has been reached."""
        page = read_page(body, head, self.standing, now=now)
        if is_crashing:
            return False
        for placed in page.entries:
            _apply(placed, self.held)
        self._stand(page.log, page.frontier, page.cursor)
        if page.is_last:
            self.head = head
        return page.is_last

    def take_snapshot(
        self, body: bytes, head: HeadClaims, digest: str, *, now: datetime,
        is_crashing: bool = False,
    ) -> bool:  # fmt: skip
        """Take a snapshot in the place of all; whether it gives up entries that were held."""
        judge_claims(head, self.standing, digest)
        judge_head(head, self.standing, now=now)
        first, *rest = body.splitlines()
        header = read_header(first, head, self.standing)
        read = list(read_records(iter(rest), header))
        gives_up = is_beyond(head, self.standing)
        if not is_crashing:
            self.held, self.held_under = Held(), header.scope
            for each in read:
                self.held.keep(each.seq, each.rid, each.body or b"")
            self._stand(header.log, header.frontier, header.cursor)
            if header.frontier.size == head.size:
                self.head = head
        return gives_up

    def reset(self) -> None:
        """Put out all that is held."""
        self.log, self.frontier, self.head, self.held_under = None, Frontier(), None, None
        self.held, self.cursor = Held(), ""

    def _stand(self, log: str, frontier: Frontier, cursor: Cursor) -> None:
        self.log, self.frontier, self.cursor = log, frontier, str(cursor)


def _apply(placed: Placed, held: Held) -> None:
    """What each thing that arrives changes: the client's rules."""
    if placed.is_redaction:
        held.forget_versions(set(placed.told["targets"]))
    elif placed.body is None:
        held.forget(placed.rid)
    else:
        held.keep(placed.seq, placed.rid, placed.body)
