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
class Copier:
    """An account, what it may hold, and what it holds.

    Attributes:
        scope: What it may hold by now; ``held_under`` is the scope of what it holds.
        forgotten: The entries whose payloads it was told to forget.
    """

    account: str
    scope: Scope
    log: str | None = None
    frontier: Frontier = field(default_factory=Frontier)
    held_under: Scope | None = None
    cursor: str = ""
    head: HeadClaims | None = None
    versions: Versions = field(default_factory=dict)
    forgotten: set[int] = field(default_factory=set)

    @property
    def standing(self) -> Standing:
        scope = None if self.held_under is None else self.held_under.hash
        return Standing(self.account, self.log, self.frontier, scope, self.head)

    @property
    def place(self) -> tuple[str | None, int, str, Versions]:
        """Everything that a crash or a refusal must leave as it is."""
        return self.log, self.frontier.size, self.cursor, dict(self.versions)

    def holds(self) -> dict[str, bytes]:
        """The newest payload of each record."""
        return {self.versions[seq][0]: self.versions[seq][1] for seq in sorted(self.versions)}

    def take_page(
        self, body: bytes, head: HeadClaims, *, now: datetime, is_crashing: bool = False
    ) -> bool:
        """Take a page, whole or, crashing, not at all; whether the head has been reached."""
        page = read_page(body, head, self.standing, now=now)
        versions, forgotten = dict(self.versions), set(self.forgotten)
        for placed in page.entries:
            _apply(placed, versions, forgotten)
        if is_crashing:
            return False
        self.versions, self.forgotten = versions, forgotten
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
            self.versions = {each.seq: (each.rid, each.body or b"") for each in read}
            self.forgotten, self.held_under = set(), header.scope
            self._stand(header.log, header.frontier, header.cursor)
            if header.frontier.size == head.size:
                self.head = head
        return gives_up

    def reset(self) -> None:
        """Put out all that is held."""
        self.log, self.frontier, self.head, self.held_under = None, Frontier(), None, None
        self.versions, self.forgotten, self.cursor = {}, set(), ""

    def _stand(self, log: str, frontier: Frontier, cursor: Cursor) -> None:
        self.log, self.frontier, self.cursor = log, frontier, str(cursor)


def _apply(placed: Placed, versions: Versions, forgotten: set[int]) -> None:
    """What each thing that arrives changes: the client's rules."""
    if placed.is_redaction:
        targets = set(placed.told["targets"])
        forgotten |= targets
        newest = {rid: seq for seq, (rid, _) in sorted(versions.items())}
        whole = {rid for rid, seq in newest.items() if seq in targets}
        for seq in [s for s, (rid, _) in versions.items() if s in targets or rid in whole]:
            del versions[seq]
    elif placed.body is None:
        for seq in [s for s, (rid, _) in versions.items() if rid == placed.rid]:
            del versions[seq]
    else:
        versions[placed.seq] = (placed.rid, placed.body)
