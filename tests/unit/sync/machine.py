"""Everything that may happen to a log and its copies, in any order: a hypothesis state machine."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from hashlib import sha256

import orjson
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from directory.changes.tree import EMPTY_ROOT
from directory.policy import MARKINGS, Label, Tlp, may_see
from directory.sync.errors import Gone
from directory.sync.rules.alarms import Alarm, RefusedError
from directory.sync.rules.claims import HeadClaims
from directory.sync.rules.cursors import Cursor, MalformedCursorError
from directory.sync.rules.scopes import Scope
from tests.unit.sync.copier import Copier
from tests.unit.sync.ledger import GoneError, Ledger, digest_of, sees

NETWORKS = ("g7-24-7", "interpol")
RECORDS = st.sampled_from([f"record {key}" for key in range(4)])
LABELS = st.tuples(st.sampled_from(MARKINGS), st.lists(st.sampled_from(NETWORKS), unique=True))
SCOPES = st.builds(
    Scope,
    st.sampled_from([Tlp.CLEAR, Tlp.GREEN, Tlp.AMBER_STRICT]),
    st.frozensets(st.sampled_from(NETWORKS)),
)
LIMITS = st.sampled_from([1, 2, 3, 5, 1000])
COPIERS = st.integers(0, 1)
Sent = tuple[bytes, HeadClaims]


class CopiesOfALedger(RuleBasedStateMachine):
    """One log and two partners who copy it, each under a scope of its own.

    Attributes:
        sent: Every page that each account was ever sent.
    """

    ledger_type = Ledger

    @initialize(scopes=st.tuples(SCOPES, SCOPES))
    def begin(self, scopes: tuple[Scope, Scope]) -> None:
        self.ledger = self.ledger_type()
        self.copiers = [Copier(f"account {key}", scope) for key, scope in enumerate(scopes)]
        self.sent: list[list[Sent]] = [[], []]
        self.snapshots: list[bytes] = []
        self.backups: list[Ledger] = []

    # What happens at the origin.

    @rule(rid=RECORDS, label=LABELS)
    def a_record_is_written(self, rid: str, label: tuple[str, list[str]]) -> None:
        if not self.ledger.is_gone(rid):
            self.ledger.put(rid, *label)

    @rule(rid=RECORDS)
    def a_record_is_retired(self, rid: str) -> None:
        newest = self.ledger.newest.get(rid)
        if newest is not None and newest.op == "put" and not self.ledger.is_gone(rid):
            self.ledger.retire(rid)

    @precondition(lambda self: self.ledger.payloads)
    @rule(data=st.data(), count=st.integers(1, 3))
    def something_is_erased(self, data: st.DataObject, count: int) -> None:
        every = sorted(self.ledger.payloads)
        self.ledger.erase({data.draw(st.sampled_from(every)) for _ in range(count)})

    @rule(who=COPIERS, scope=SCOPES)
    def a_partner_has_other_rights(self, who: int, scope: Scope) -> None:
        self.copiers[who].scope = scope

    @rule()
    def a_backup_is_made(self) -> None:
        self.backups.append(self.ledger.backup())

    @precondition(lambda self: self.backups)
    @rule(data=st.data())
    def a_backup_is_restored(self, data: st.DataObject) -> None:
        self.ledger.restore(data.draw(st.sampled_from(self.backups)))

    # What happens at the copies, and on the way to them.

    @rule(who=COPIERS, limit=LIMITS, is_crashing=st.booleans(), is_old=st.booleans())
    def a_copy_asks(self, who: int, limit: int, *, is_crashing: bool, is_old: bool) -> None:
        copier = self.copiers[who]
        before = copier.place
        self._ask(who, limit, is_crashing=is_crashing, is_old=is_old)
        assert not is_crashing or copier.log is None or copier.place == before

    @precondition(lambda self: any(self.sent))
    @rule(who=COPIERS, data=st.data())
    def an_old_answer_comes_again(self, who: int, data: st.DataObject) -> None:
        copier = self.copiers[who]
        pages = self.sent[data.draw(COPIERS)]
        if not pages or copier.log is None:
            return
        body, head = data.draw(st.sampled_from(pages))
        assert head.page is not None
        before, is_next = copier.place, head.page.start == copier.frontier.size
        is_mine = (head.page.audience, head.page.scope) == (copier.account, copier.standing.scope)
        alarm = _alarm_of(lambda: copier.take_page(body, head, now=self.ledger.now))
        if not is_mine:
            assert alarm is Alarm.SPLICE
        elif not is_next:
            assert alarm is Alarm.REPLAY
        assert alarm is None or copier.place == before

    @precondition(lambda self: any(self.sent))
    @rule(who=COPIERS, data=st.data(), place=st.integers(0), bit=st.integers(0, 7))
    def an_answer_is_damaged(self, who: int, data: st.DataObject, place: int, bit: int) -> None:
        pages, copier = self.sent[who], self.copiers[who]
        if not pages:
            return
        body, head = data.draw(st.sampled_from(pages))
        before, flipped = copier.place, bytearray(body)
        flipped[place % len(body)] ^= 1 << bit
        for damaged in (bytes(flipped), body[: place % len(body)], body + b" "):
            alarm = _alarm_of(partial(copier.take_page, damaged, head, now=self.ledger.now))
            assert alarm is Alarm.SPLICE
        assert copier.place == before

    @rule(who=COPIERS, limit=LIMITS, data=st.data())
    def an_origin_lies_about_an_entry(self, who: int, limit: int, data: st.DataObject) -> None:
        """What it signs is not the history that it has signed before: the roots say so."""
        copier = self.copiers[who]
        if copier.log != self.ledger.log or copier.held_under != copier.scope:
            return
        body, _ = self.ledger.page(copier.cursor, limit, copier.scope, copier.account)
        page = orjson.loads(body)
        if not page["entries"]:
            return
        place = data.draw(st.integers(0, len(page["entries"]) - 1))
        page["entries"][place] = {"leaf": sha256(b"another").hexdigest()}
        lie, before = orjson.dumps(page), copier.place
        signed = self.ledger.signed(lie, page["from"], page["to"], copier.scope, copier.account)
        alarm = _alarm_of(lambda: copier.take_page(lie, signed, now=self.ledger.now))
        assert alarm is Alarm.FORK
        assert copier.place == before

    @rule(who=COPIERS, data=st.data())
    def somebody_comes_with_a_wrong_cursor(self, who: int, data: st.DataObject) -> None:
        scope = self.copiers[who].scope
        logs = sorted({log for log, _ in self.ledger.roots} | {"0" * 16})
        places = st.tuples(st.sampled_from(logs), st.integers(0, self.ledger.size + 2))
        log, seq = data.draw(places)
        root = self.ledger.roots.get((log, seq), EMPTY_ROOT)
        cursor = Cursor.at(log, seq, root, data.draw(st.sampled_from([scope.hash, "0" * 8])))
        for malformed in (str(cursor)[:-1], f"v2{cursor}", ""):
            with pytest.raises(MalformedCursorError):
                self.ledger.page(malformed, 1, scope, "somebody")
        try:
            body, _ = self.ledger.page(str(cursor), 1, scope, "somebody")
        except GoneError:
            return
        # Whoever is answered stands in this very history, and is told all that follows.
        assert cursor.scope == scope.hash
        assert seq <= self.ledger.size
        assert root == self.ledger.root_at(seq)
        assert bool(orjson.loads(body)["entries"]) == (seq < self.ledger.size)

    @rule(who=COPIERS, limits=st.lists(LIMITS, min_size=1, max_size=3))
    def a_copy_comes_to_the_end(self, who: int, limits: list[int]) -> None:
        """However it came there, it holds what it would had it begun now, or at the beginning."""
        copier, turn = self.copiers[who], 0
        while not self._ask(who, limits[turn % len(limits)]):
            turn += 1
            assert turn < 2 * self.ledger.size + 5, "it never ends"
        due = self.ledger.holds(copier.scope)
        assert copier.holds() == due
        assert (copier.log, copier.frontier.root()) == (
            self.ledger.log,
            self.ledger.root_at(self.ledger.size),
        )
        assert copier.holds() == self._from_the_beginning(copier.scope, limits).holds()

    # How it is done.

    def _ask(
        self, who: int, limit: int, *, is_crashing: bool = False, is_old: bool = False
    ) -> bool:
        """One question of a copy; whether it has all then."""
        copier = self.copiers[who]
        if copier.log is None:
            return self._begin(copier, is_crashing=is_crashing, is_old=is_old)
        try:
            sent = self.ledger.page(copier.cursor, limit, copier.scope, copier.account)
        except GoneError as gone:
            self._must_be_gone(copier, gone.reason)
            return self._begin(copier, is_crashing=is_crashing, is_old=is_old)
        self._must_be_visible(sent[0], copier.scope)
        self.sent[who].append(sent)
        return copier.take_page(*sent, now=self.ledger.now, is_crashing=is_crashing)

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
            assert _alarm_of(take) is Alarm.FORK
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

    def _from_the_beginning(self, scope: Scope, limits: list[int]) -> Copier:
        """Somebody who has followed all of it, from the snapshot of an empty log."""
        empty, fresh = self.ledger_type(self.ledger.log), Copier("account 9", scope)
        empty.now, body = self.ledger.now, b""
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

    # What holds at every moment.

    @invariant()
    def every_copy_has_the_root_of_its_place(self) -> None:
        for copier in self.copiers:
            if copier.log is not None:
                root = self.ledger.roots[copier.log, copier.frontier.size]
                assert copier.frontier.root() == root

    @invariant()
    def nothing_erased_is_kept(self) -> None:
        held = {digest_of(body) for body in self.ledger.payloads.values()}
        assert not held & self.ledger.journal
        for copier in self.copiers:
            if not self._shares_the_history(copier):
                continue
            erased: set[int] = set()
            for entry in self.ledger.entries[: copier.frontier.size]:
                erased |= set(entry.targets)
            assert not erased & copier.versions.keys()

    @invariant()
    def a_copy_holds_what_its_scope_sees(self) -> None:
        """At its own place: a record that is not written again later is held as it stands now."""
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

    def _shares_the_history(self, copier: Copier) -> bool:
        size = copier.frontier.size
        if copier.log is None or size > self.ledger.size:
            return False
        return copier.frontier.root() == self.ledger.root_at(size)


def _alarm_of(take: Callable[[], object]) -> Alarm | None:
    """The alarm with which something is refused; None where it is taken."""
    try:
        take()
    except RefusedError as refused:
        return refused.alarm
    return None
