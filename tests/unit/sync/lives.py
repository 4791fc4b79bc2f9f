"""Long lives of a log and its copies in memory, told by chance from a seed.

Usage: python -m tests.unit.sync.lives [LIVES] [OPERATIONS] [SEED]

What stands in a log of tens of thousands of entries is what a state machine's thirty steps never
reach: long histories, pages in the midst of them, backups far behind. A life that fails is told by
its seed, which lives it again, operation by operation.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from random import Random

from directory.changes.tree import EMPTY_ROOT
from directory.policy import MARKINGS, Tlp
from directory.sync.rules.cursors import Cursor
from directory.sync.rules.scopes import Scope
from tests.unit.sync.copier import Copier
from tests.unit.sync.ledger import Ledger
from tests.unit.sync.story import Story

NETWORKS = ("g7-24-7", "interpol")
CLEARANCES = tuple(Tlp.from_label(marking) for marking in MARKINGS)
PARTNERS = 3
RECORDS = 300
"""How many records there are at a time; whoever is erased whole is followed by another."""
KEPT = 20
"""How many pages, snapshots and backups are kept, to come again."""
LIMITS = (1, 2, 7, 50, 300, 1000)
JUDGED = 1000
"""After how many operations of a long life each copy comes to the end and is judged."""


@dataclass
class Lived:
    """What became of a life.

    Attributes:
        happened: How often each thing happened.
        entries: As many as the log had in the end.
        compared: The records of copies that were held against what their scope sees.
    """

    seed: str
    happened: Counter[str] = field(default_factory=Counter)
    entries: int = 0
    compared: int = 0


class Life:
    """One life.

    Args:
        seed: What decides all that happens.
        ledger: The log, before anything stands in it.
        haste: How many times as often things happen that are rare in a long life.

    Attributes:
        often: How often each thing happens, against the others.
    """

    def __init__(self, seed: str, ledger: Ledger | None = None, *, haste: int = 1) -> None:
        self._chance = Random(seed)  # noqa: S311 - repeatable
        scopes = [self._scope() for _ in range(PARTNERS)]
        self._story = Story(ledger or Ledger(), scopes)
        self._names = (f"record {number}" for number in count())
        self._records = [next(self._names) for _ in range(RECORDS)]
        self._backups: list[Ledger] = []
        self._judged = JUDGED // haste
        self.lived = Lived(seed)
        self.often: Mapping[Callable[[], None], float] = {
            self._write: 600, self._retire: 60, self._erase: 6, self._redesignate: 2 * haste,
            self._back_up: 0.5 * haste, self._restore: 0.2 * haste, self._ask: 280, self._crash: 20,
            self._repeat: 10, self._damage: 10, self._lie: 6, self._come_with_a_wrong_cursor: 6,
        }  # fmt: skip

    def live(self, operations: int) -> Lived:
        """Live through so many operations.

        Raises:
            AssertionError: Something does not hold.
            RefusedError: A copy refuses what it must take.
        """
        things, weights = list(self.often), list(self.often.values())
        for number in range(1, operations + 1):
            (thing,) = self._chance.choices(things, weights)
            thing()
            self.lived.happened[thing.__name__] += 1
            if number % self._judged == 0 or number == operations:
                self._judge()
        for copier in self._story.copiers:
            beginner = self._story.from_the_beginning(copier.scope, [1000])
            assert copier.holds() == beginner.holds()
        self.lived.entries = self._ledger.size
        return self.lived

    @property
    def _ledger(self) -> Ledger:
        return self._story.ledger

    def _judge(self) -> None:
        story = self._story
        story.check_scopes()
        story.check_erased()
        for copier in story.copiers:
            story.come_to_the_end(copier, [self._chance.choice(LIMITS[-3:])])
            self.lived.compared += len(copier.holds())

    # What happens at the origin.

    def _write(self) -> None:
        networks = self._chance.sample(NETWORKS, self._chance.randint(0, len(NETWORKS)))
        self._ledger.put(self._record(), self._chance.choice(MARKINGS), networks)

    def _record(self) -> str:
        place = self._chance.randrange(RECORDS)
        if self._ledger.is_gone(self._records[place]):
            self._records[place] = next(self._names)
        return self._records[place]

    def _retire(self) -> None:
        rid = self._chance.choice(self._records)
        if self._ledger.is_live(rid):
            self._ledger.retire(rid)

    def _erase(self) -> None:
        """Erase a record whole, or some versions of several."""
        if self._ledger.payloads:
            every = list(self._ledger.payloads)
            self._ledger.erase(set(self._chance.sample(every, min(3, len(every)))))

    def _redesignate(self) -> None:
        self._copier().scope = self._scope()

    def _back_up(self) -> None:
        self._backups = [*self._backups[1 - KEPT :], self._ledger.backup()]

    def _restore(self) -> None:
        if self._backups:
            self._ledger.restore(self._chance.choice(self._backups))

    # What happens at the copies, and on the way to them.

    def _ask(self) -> None:
        self._story.ask(self._copier(), self._limit(), is_old=self._chance.random() < 0.5)
        self._story.check_roots()
        self._let_go()

    def _crash(self) -> None:
        self._story.ask(self._copier(), self._limit(), is_crashing=True)
        self._let_go()

    def _repeat(self) -> None:
        if pages := [page for sent in self._story.sent for page in sent]:
            self._story.repeat(self._copier(), self._chance.choice(pages))

    def _damage(self) -> None:
        who = self._chance.randrange(PARTNERS)
        if pages := self._story.sent[who]:
            place, bit = self._chance.randrange(1_000_000), self._chance.randrange(8)
            sent = self._chance.choice(pages)
            self._story.damage(self._story.copiers[who], sent, place, bit)

    def _lie(self) -> None:
        self._story.lie(self._copier(), self._limit(), self._chance.randrange)

    def _come_with_a_wrong_cursor(self) -> None:
        scope, seq = self._copier().scope, self._chance.randint(0, self._ledger.size + 2)
        log = self._chance.choice([self._ledger.log, *(e.parent for e in self._ledger.epochs)])
        root = self._ledger.roots.get((log, seq), EMPTY_ROOT)
        named = self._chance.choice([scope.hash, scope.hash, "0" * 8])
        self._story.come_with(Cursor.at(log, seq, root, named), scope)

    def _let_go(self) -> None:
        del self._story.snapshots[:-KEPT]
        for sent in self._story.sent:
            del sent[:-KEPT]

    def _copier(self) -> Copier:
        return self._chance.choice(self._story.copiers)

    def _limit(self) -> int:
        return self._chance.choice(LIMITS)

    def _scope(self) -> Scope:
        networks = [slug for slug in NETWORKS if self._chance.random() < 0.5]
        return Scope(self._chance.choice(CLEARANCES), frozenset(networks))


def live(seed: str, operations: int, *, haste: int = 1) -> Lived:
    """One life from its seed, which is said where it fails."""
    life = Life(seed, haste=haste)
    try:
        return life.live(operations)
    except Exception as error:
        lived = sum(life.lived.happened.values())
        error.add_note(f"the life of seed {seed!r}, at operation {lived + 1}")
        raise


def told_together(lives: Iterable[Lived], seconds: float) -> Iterable[str]:
    """What came of all lives, a line each."""
    lives = list(lives)
    yield f"lives: {len(lives)}, in {seconds:.0f} s; every copy was its scope in the end"
    yield f"operations: {sum(each.happened.total() for each in lives)}"
    yield f"entries of the logs in the end: {sum(each.entries for each in lives)}"
    yield f"records compared: {sum(each.compared for each in lives)}"
    happened: Counter[str] = sum((each.happened for each in lives), Counter())
    told = ((number, name.strip("_").replace("_", " ")) for name, number in happened.most_common())
    yield ", ".join(f"{number} {name}" for number, name in told)


def main(lives: int, operations: int, seed: str) -> None:
    """Live them all, as many at a time as there are cores."""
    begun, ended = time.monotonic(), list[Lived]()
    with ProcessPoolExecutor(os.cpu_count()) as processes:
        seeds = [f"{seed}-{number}" for number in range(lives)]
        for lived in processes.map(partial(live, operations=operations), seeds):
            ended.append(lived)
            print(f"{lived.seed}: {lived.entries} entries, {lived.compared} compared", flush=True)
    print("\n".join(told_together(ended, time.monotonic() - begun)))


if __name__ == "__main__":
    given = [each for each in sys.argv[1:] if each]
    main(
        int(given[0]) if given else 100,
        int(given[1]) if len(given) > 1 else 100_000,
        given[2] if len(given) > 2 else "life",
    )
