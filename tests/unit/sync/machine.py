"""Everything that may happen to a log and its copies, in any order: a hypothesis state machine."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from directory.changes.tree import EMPTY_ROOT
from directory.policy import MARKINGS, Tlp
from directory.sync.rules.cursors import Cursor
from directory.sync.rules.scopes import Scope
from tests.unit.sync.ledger import Ledger
from tests.unit.sync.story import Sent, Story

NETWORKS = ("g7-24-7", "interpol")
CLEARANCES = (Tlp.CLEAR, Tlp.GREEN, Tlp.AMBER_STRICT)
RECORDS = st.sampled_from([f"record {key}" for key in range(4)])
LABELS = st.tuples(st.sampled_from(MARKINGS), st.lists(st.sampled_from(NETWORKS), unique=True))
SCOPES = st.builds(Scope, st.sampled_from(CLEARANCES), st.frozensets(st.sampled_from(NETWORKS)))
LIMITS = st.sampled_from([1, 2, 3, 5, 1000])
COPIERS = st.integers(0, 1)


class CopiesOfALedger(RuleBasedStateMachine):
    """One log and two partners who copy it."""

    ledger_type = Ledger

    @initialize(scopes=st.tuples(SCOPES, SCOPES))
    def begin(self, scopes: tuple[Scope, Scope]) -> None:
        self.story = Story(self.ledger_type(), scopes)
        self.backups: list[Ledger] = []

    @property
    def ledger(self) -> Ledger:
        return self.story.ledger

    # What happens at the origin.

    @rule(rid=RECORDS, label=LABELS)
    def a_record_is_written(self, rid: str, label: tuple[str, list[str]]) -> None:
        if not self.ledger.is_gone(rid):
            self.ledger.put(rid, *label)

    @rule(rid=RECORDS)
    def a_record_is_retired(self, rid: str) -> None:
        if self.ledger.is_live(rid):
            self.ledger.retire(rid)

    @precondition(lambda self: self.ledger.payloads)
    @rule(data=st.data(), count=st.integers(1, 3))
    def something_is_erased(self, data: st.DataObject, count: int) -> None:
        every = sorted(self.ledger.payloads)
        self.ledger.erase({data.draw(st.sampled_from(every)) for _ in range(count)})

    @rule(who=COPIERS, scope=SCOPES)
    def a_partner_has_other_rights(self, who: int, scope: Scope) -> None:
        self.story.copiers[who].scope = scope

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
        self.story.ask(self.story.copiers[who], limit, is_crashing=is_crashing, is_old=is_old)

    @precondition(lambda self: any(self.story.sent))
    @rule(who=COPIERS, data=st.data())
    def an_old_answer_comes_again(self, who: int, data: st.DataObject) -> None:
        sent = data.draw(st.sampled_from(self._every_page()))
        self.story.repeat(self.story.copiers[who], sent)

    @precondition(lambda self: any(self.story.sent))
    @rule(who=COPIERS, data=st.data(), place=st.integers(0), bit=st.integers(0, 7))
    def an_answer_is_damaged(self, who: int, data: st.DataObject, place: int, bit: int) -> None:
        if pages := self.story.sent[who]:
            sent = data.draw(st.sampled_from(pages))
            self.story.damage(self.story.copiers[who], sent, place, bit)

    @rule(who=COPIERS, limit=LIMITS, data=st.data())
    def an_origin_lies_about_an_entry(self, who: int, limit: int, data: st.DataObject) -> None:
        self.story.lie(
            self.story.copiers[who], limit, lambda count: data.draw(st.integers(0, count - 1))
        )

    @rule(who=COPIERS, data=st.data())
    def somebody_comes_with_a_wrong_cursor(self, who: int, data: st.DataObject) -> None:
        scope = self.story.copiers[who].scope
        logs = sorted({log for log, _ in self.ledger.roots} | {"0" * 16})
        places = st.tuples(st.sampled_from(logs), st.integers(0, self.ledger.size + 2))
        log, seq = data.draw(places)
        root = self.ledger.roots.get((log, seq), EMPTY_ROOT)
        cursor = Cursor.at(log, seq, root, data.draw(st.sampled_from([scope.hash, "0" * 8])))
        self.story.come_with(cursor, scope)

    @rule(who=COPIERS, limits=st.lists(LIMITS, min_size=1, max_size=3))
    def a_copy_comes_to_the_end(self, who: int, limits: list[int]) -> None:
        """However it came there, it holds what it would had it begun at the beginning."""
        copier = self.story.copiers[who]
        self.story.come_to_the_end(copier, limits)
        beginner = self.story.from_the_beginning(copier.scope, limits)
        assert copier.holds() == beginner.holds()

    def _every_page(self) -> list[Sent]:
        return [page for pages in self.story.sent for page in pages]

    # What holds at every moment.

    @invariant()
    def every_copy_has_the_root_of_its_place(self) -> None:
        self.story.check_roots()

    @invariant()
    def nothing_erased_is_kept(self) -> None:
        self.story.check_erased()

    @invariant()
    def a_copy_holds_what_its_scope_sees(self) -> None:
        self.story.check_scopes()
