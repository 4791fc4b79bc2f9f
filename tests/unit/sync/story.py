"""What may happen to a log and its copies, one thing at a time, and what has to hold of each.

Whoever tells the story chooses what happens next: hypothesis, or chance over a long life.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from hashlib import sha256

import orjson
import pytest

from directory.policy import Label, may_see
from directory.sync.errors import Gone
from directory.sync.rules.alarms import Alarm, RefusedError
from directory.sync.rules.claims import HeadClaims
from directory.sync.rules.cursors import Cursor, MalformedCursorError
from directory.sync.rules.scopes import Scope
from tests.unit.sync.copier import Copier
from tests.unit.sync.ledger import GoneError, Ledger, digest_of, sees

Sent = tuple[bytes, HeadClaims]


class Story:
    """One log and the partners who copy it, each under a scope of its own.

    Attributes:
        sent: The pages that each account was sent.
        snapshots: Those that were cut, in their order.
    """

    def __init__(self, ledger: Ledger, scopes: Sequence[Scope]) -> None:
        self.ledger = ledger
        self.copiers = [Copier(f"account {key}", scope) for key, scope in enumerate(scopes)]
        self.sent: list[list[Sent]] = [[] for _ in scopes]
        self.snapshots: list[bytes] = []

    # What happens at the copies, and on the way to them.

    def ask(
        self, copier: Copier, limit: int, *, is_crashing: bool = False, is_old: bool = False
    ) -> bool:
        """One question of a copy; whether it has all then.

        Args:
            copier: Who asks.
            limit: For how many entries at most.
            is_crashing: Whether it dies over the answer.
            is_old: Whether a snapshot that was cut before is given where it may be.
        """
        before = copier.place if is_crashing else None
        if copier.log is None:
            return self._begin(copier, is_crashing=is_crashing, is_old=is_old)
        try:
            sent = self.ledger.page(copier.cursor, limit, copier.scope, copier.account)
        except GoneError as gone:
            self._must_be_gone(copier, gone.reason)
            has_all = self._begin(copier, is_crashing=is_crashing, is_old=is_old)
        else:
            self._must_be_visible(sent[0], copier.scope)
            self.sent[self.copiers.index(copier)].append(sent)
            has_all = copier.take_page(*sent, now=self.ledger.now, is_crashing=is_crashing)
        assert before is None or not copier.log or copier.place == before
        return has_all

    def repeat(self, copier: Copier, sent: Sent) -> None:
        """A page that somebody was sent comes to somebody again."""
        body, head = sent
        if copier.log is None:
            return
        assert head.page is not None
        before, is_next = copier.place, head.page.start == copier.frontier.size
        is_mine = (head.page.audience, head.page.scope) == (copier.account, copier.standing.scope)
        alarm = alarm_of(lambda: copier.take_page(body, head, now=self.ledger.now))
        if not is_mine:
            assert alarm is Alarm.SPLICE
        elif not is_next:
            assert alarm is Alarm.REPLAY
        assert alarm is None or copier.place == before

    def damage(self, copier: Copier, sent: Sent, place: int, bit: int) -> None:
        """A page is falsified, cut off and added to on its way."""
        body, head = sent
        before, flipped = copier.place, bytearray(body)
        flipped[place % len(body)] ^= 1 << bit
        for damaged in (bytes(flipped), body[: place % len(body)], body + b" "):
            alarm = alarm_of(partial(copier.take_page, damaged, head, now=self.ledger.now))
            assert alarm is Alarm.SPLICE
        assert copier.place == before

    def lie(self, copier: Copier, limit: int, choose: Callable[[int], int]) -> None:
        """What the origin signs is not the history that it has signed before: the roots say so.

        Args:
            copier: To whom it lies.
            limit: Of how many entries at most.
            choose: About which of so many entries.
        """
        if copier.log != self.ledger.log or copier.held_under != copier.scope:
            return
        body, _ = self.ledger.page(copier.cursor, limit, copier.scope, copier.account)
        page = orjson.loads(body)
        if not page["entries"]:
            return
        page["entries"][choose(len(page["entries"]))] = {"leaf": sha256(b"another").hexdigest()}
        lie, before = orjson.dumps(page), copier.place
        signed = self.ledger.signed(lie, page["from"], page["to"], copier.scope, copier.account)
        alarm = alarm_of(lambda: copier.take_page(lie, signed, now=self.ledger.now))
        assert alarm is Alarm.FORK
        assert copier.place == before

    def come_with(self, cursor: Cursor, scope: Scope) -> None:
        """Somebody asks from a place where perhaps nobody ever stood."""
        for malformed in (str(cursor)[:-1], f"v2{cursor}", ""):
            with pytest.raises(MalformedCursorError):
                self.ledger.page(malformed, 1, scope, "somebody")
        try:
            body, _ = self.ledger.page(str(cursor), 1, scope, "somebody")
        except GoneError:
            return
        # Whoever is answered stands in this very history, and is told all that follows.
        assert cursor.scope == scope.hash
        assert cursor.seq <= self.ledger.size
        assert cursor.root == self.ledger.root_at(cursor.seq)[:8].hex()
        assert bool(orjson.loads(body)["entries"]) == (cursor.seq < self.ledger.size)

    def come_to_the_end(self, copier: Copier, limits: Sequence[int]) -> None:
        """However a copy came there, it holds what it would had it begun now, and has the root."""
        turn = 0
        while not self.ask(copier, limits[turn % len(limits)]):
            turn += 1
            assert turn < 2 * self.ledger.size + 5, "it never ends"
        assert copier.holds() == self.ledger.holds(copier.scope)
        assert (copier.log, copier.frontier.root()) == (
            self.ledger.log,
            self.ledger.root_at(self.ledger.size),
        )

    def from_the_beginning(self, scope: Scope, limits: Sequence[int]) -> Copier:
        """Somebody who has followed all of it, from the snapshot of an empty log."""
        empty, fresh = type(self.ledger)(self.ledger.log), Copier("account 9", scope)
        empty.now = self.ledger.now
        body = empty.snapshot(scope)
        head = self.ledger.signed(body, 0, 0, scope, fresh.account)
        fresh.take_snapshot(body, head, sha256(body).hexdigest(), now=self.ledger.now)
        turn = 0
        while not fresh.take_page(
            *self.ledger.page(fresh.cursor, limits[turn % len(limits)], scope, fresh.account),
            now=self.ledger.now,
        ):
            turn += 1
        return fresh

    # What holds at every moment.

    def check_roots(self) -> None:
        """Every copy has the root of its place."""
        for copier in self.copiers:
            if copier.log is not None:
                root = self.ledger.roots[copier.log, copier.frontier.size]
                assert copier.frontier.root() == root

    def check_erased(self) -> None:
        """Nothing erased is kept: not at the origin, nor where it was heard of."""
        held = {digest_of(body) for body in self.ledger.payloads.values()}
        assert not held & self.ledger.journal
        for copier in self.copiers:
            if not self._shares_the_history(copier):
                continue
            erased: set[int] = set()
            for entry in self.ledger.entries[: copier.frontier.size]:
                erased.update(entry.targets)
            assert not erased & copier.held.versions.keys()

    def check_scopes(self) -> None:
        """A copy holds what its scope sees, at its own place.

        A record that is not written again later is held as it stands now.
        """
        for copier in self.copiers:
            if not self._shares_the_history(copier):
                continue
            held, scope, size = copier.holds(), copier.held_under, copier.frontier.size
            assert scope is not None
            due = self.ledger.holds(scope)
            for rid, entry in self.ledger.newest.items():
                if entry.seq > size:
                    continue
                if entry.seq in self.ledger.payloads:
                    assert held.get(rid) == due.get(rid)
                elif rid in held:  # it has not heard yet that this is gone
                    assert sees(scope, entry)

    # How it is done.

    def _begin(self, copier: Copier, *, is_crashing: bool, is_old: bool) -> bool:
        """Take a snapshot: a fresh one, or one that was made before and may still be given."""
        scope = copier.scope
        kept = [each for each in self.snapshots if self.ledger.may_be_given(each, scope)]
        body = kept[-1] if kept and is_old else self.ledger.snapshot(scope)
        self.snapshots.append(body)
        size = orjson.loads(body.split(b"\n", 1)[0])["size"]
        head = self.ledger.signed(body, 0, size, scope, copier.account)
        digest, was = sha256(body).hexdigest(), copier.standing
        take = partial(copier.take_snapshot, body, head, digest, now=self.ledger.now)
        if self._is_of_another_line(was.log):
            assert alarm_of(take) is Alarm.FORK
            copier.reset()  # as whoever runs it does, once they know of the restore
            return False
        gives_up = take(is_crashing=is_crashing)
        assert gives_up == self._is_beyond(was.log, was.frontier.size)
        return not is_crashing and size == self.ledger.size

    def _is_of_another_line(self, log: str | None) -> bool:
        """Whether a log was begun and given up without this one going on from it.

        So it is where one backup is restored twice.
        """
        lines = {self.ledger.log, *(epoch.parent for epoch in self.ledger.epochs)}
        return log is not None and log not in lines

    def _is_beyond(self, log: str | None, size: int) -> bool:
        return any(epoch.parent == log and size > epoch.size for epoch in self.ledger.epochs)

    def _must_be_gone(self, copier: Copier, reason: Gone) -> None:
        if reason is Gone.SCOPE_CHANGED:
            assert copier.held_under != copier.scope
        else:
            assert copier.log != self.ledger.log

    def _must_be_visible(self, body: bytes, scope: Scope) -> None:
        """What leaves is of records that the scope sees now, whatever it saw once."""
        for told in orjson.loads(body)["entries"]:
            if told.get("body") is not None:
                record = orjson.loads(told["body"])["record"]
                assert may_see(scope.viewer, Label.of(record))
                assert sees(scope, self.ledger.newest[record["id"]])

    def _shares_the_history(self, copier: Copier) -> bool:
        size = copier.frontier.size
        if copier.log is None or size > self.ledger.size:
            return False
        return copier.frontier.root() == self.ledger.root_at(size)


def alarm_of(take: Callable[[], object]) -> Alarm | None:
    """The alarm with which something is refused; None where it is taken."""
    try:
        take()
    except RefusedError as refused:
        return refused.alarm
    return None
