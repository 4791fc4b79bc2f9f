"""The rules of copying hold whatever happens in whatever order, and a broken rule is noticed."""

from __future__ import annotations

from hashlib import sha256

import orjson
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from directory.policy import Tlp
from directory.sync.rules.alarms import RefusedError
from directory.sync.rules.cursors import Cursor
from directory.sync.rules.scopes import Scope
from tests.unit.sync.copier import Copier
from tests.unit.sync.ledger import Entry, Ledger, Sight, sees
from tests.unit.sync.lives import Life, live
from tests.unit.sync.machine import CopiesOfALedger

QUICK = settings(
    max_examples=200,
    stateful_step_count=30,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def test_copies_hold_what_their_scopes_see_whatever_happens() -> None:
    run_state_machine_as_test(CopiesOfALedger, settings=QUICK)


def test_copies_hold_what_their_scopes_see_over_a_long_life() -> None:
    lived = live("a", 5000, haste=10)
    assert lived.compared
    assert lived.happened.keys() == {each.__name__ for each in Life("a").often}


def test_whoever_has_other_rights_takes_what_was_cut_earlier_for_others_of_that_scope() -> None:
    ledger, before, after = Ledger(), Scope(Tlp.GREEN, frozenset()), Scope(Tlp.CLEAR, frozenset())
    ledger.put("record 1", "CLEAR", ())
    cut = ledger.snapshot(after)
    ledger.put("record 2", "CLEAR", ())
    copier = Copier("account", before)
    take(ledger, copier, ledger.snapshot(before))
    assert copier.frontier.size == 2
    take(ledger, copier, cut)
    assert copier.frontier.size == 1
    sent = ledger.page(copier.cursor, 10, after, copier.account)
    assert copier.take_page(*sent, now=ledger.now)
    assert copier.holds() == ledger.holds(after)
    assert len(copier.holds()) == 2


def take(ledger: Ledger, copier: Copier, cut: bytes) -> None:
    """Let somebody take a snapshot that was cut before, signed now."""
    told = orjson.loads(cut.split(b"\n", 1)[0])
    scope = Scope(Tlp.from_label(told["clearance"]), frozenset(told["networks"]))
    head = ledger.signed(cut, 0, told["size"], scope, copier.account)
    copier.take_snapshot(cut, head, sha256(cut).hexdigest(), now=ledger.now)


class RemovalsPassForLeaves(Ledger):
    """Whoever held a record is not told that it has left their sight."""

    def sight(self, entry: Entry, scope: Scope) -> Sight:
        sight = super().sight(entry, scope)
        return Sight.LEAF if sight is Sight.REMOVED else sight


class ErasuresAreJudgedLikeRecords(Ledger):
    """An erasure has no label, so nobody sees that it was."""

    def sight(self, entry: Entry, scope: Scope) -> Sight:
        return Sight.LEAF if entry.op == "redact" else super().sight(entry, scope)


class EntriesAreJudgedAlone(Ledger):
    """What was open once is given out, though the record has been hidden since."""

    def sight(self, entry: Entry, scope: Scope) -> Sight:
        return Sight.SHOWN if sees(scope, entry) else super().sight(entry, scope)


class RecordsAreJudgedAlone(Ledger):
    """What was hidden once is given out, because the record is open now."""

    def sight(self, entry: Entry, scope: Scope) -> Sight:
        if entry.op != "redact" and sees(scope, self.newest[entry.rid]):
            return Sight.SHOWN
        return super().sight(entry, scope)


class RetirementsAreUnmarked(Ledger):
    """What has ended leaves every copy, though it can still be read at the origin."""

    def sight(self, entry: Entry, scope: Scope) -> Sight:
        return Sight.REMOVED if entry.op == "retire" else super().sight(entry, scope)


class RestoresBringBackWhatWasErased(Ledger):
    """The journal is not applied to what was restored."""

    def erase_again(self) -> None:
        pass


class ScopesAreNotAskedFor(Ledger):
    """Whoever's rights have changed goes on from where they were."""

    def check(self, cursor: Cursor, scope: Scope) -> None:
        super().check(Cursor(cursor.log, cursor.seq, cursor.root, scope.hash), scope)


class RootsAreNotAskedFor(Ledger):
    """A cursor of another history is as good as one of this."""

    def check(self, cursor: Cursor, scope: Scope) -> None:
        seq = min(cursor.seq, self.size)
        super().check(Cursor.at(self.log, seq, self.root_at(seq), cursor.scope), scope)


class SnapshotsAreGivenForEver(Ledger):
    """What was cut once is given again, whatever has been withdrawn since."""

    def may_be_given(self, snapshot: bytes, scope: Scope) -> bool:
        return f'"scope":"{scope.hash}"'.encode() in snapshot


@pytest.mark.parametrize(
    "broken",
    [
        RemovalsPassForLeaves,
        ErasuresAreJudgedLikeRecords,
        EntriesAreJudgedAlone,
        RecordsAreJudgedAlone,
        RetirementsAreUnmarked,
        RestoresBringBackWhatWasErased,
        ScopesAreNotAskedFor,
        RootsAreNotAskedFor,
        SnapshotsAreGivenForEver,
    ],
)
def test_a_broken_rule_is_noticed(broken: type[Ledger]) -> None:
    with pytest.raises((AssertionError, RefusedError)):
        Life("a", broken(), haste=10).live(5000)
