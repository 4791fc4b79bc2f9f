"""Three directories live: an origin that is written to and restored, and two mirrors of it."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from directory.backup.commands import back_up, restore
from directory.backup.state import State
from directory.clock import utc_now
from directory.db import Database
from directory.readings.store import Store
from directory.registry import KINDS
from tests.api.process import gunicorn
from tests.scenarios.sync.ground import AGENCIES, change_rights, lay
from tests.scenarios.sync.judge import Verdict, judge, words_of
from tests.scenarios.sync.processes import Mirror, Writers, head_of, way_of, writers
from tests.scenarios.sync.proxy import Way, proxy


@dataclass(frozen=True, slots=True)
class Plan:
    """How long, how many and how bad.

    Attributes:
        seed: Of all chances; the clock of the machine has a say beside it.
        change_sets: How many each writer writes each time.
        fault_rate: How likely an answer to a mirror meets with a fault.
        asks: How often each mirror has to ask each time, at least.
        rights: How often a partner's rights change each time.
        kills: When the process of a mirror is killed.
        patience: How long mirrors may take in the end.
    """

    seed: str
    change_sets: int = 8
    writers: int = 8
    fault_rate: float = 0.5
    asks: int = 3
    rights: int = 2
    kills: frozenset[str] = frozenset({"after the backup"})
    patience: float = 100.0


@dataclass
class Told:
    """What came of it.

    Attributes:
        given_up: Entries that the restore did not bring back.
        slowest: How long it took at most until all was there, on ways that were whole again.
    """

    entries: int = 0
    given_up: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    mirrors: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    rights: Counter[str] = field(default_factory=Counter)
    alarms: Counter[str] = field(default_factory=Counter)
    verdicts: list[Verdict] = field(default_factory=list)
    kills: int = 0
    slowest: float = 0.0


@dataclass
class Live:
    """A scenario under way.

    Attributes:
        url: Of the origin's database; another one after the restore.
        words: Every word that was seen in the origin's log.
    """

    plan: Plan
    folder: Path
    url: str
    mirrors: Sequence[Mirror]
    writers: Writers
    dice: random.Random
    told: Told = field(default_factory=Told)
    words: set[bytes] = field(default_factory=set)
    restored_at: float | None = None

    @property
    def state(self) -> Path:
        """The origin's state folder."""
        return self.folder / "origin" / "state"

    def write(self, part: str) -> None:
        """Let everybody write while rights change: mirrors begin anew again and again."""
        self._write(f"{part}, unsettled", self.plan.rights)
        self.converge()

    def follow(self, part: str) -> None:
        """Let everybody write while rights stay: mirrors follow page by page, and are judged."""
        self.meet_faults(self.plan.fault_rate)
        self._write(f"{part}, settled", 0)
        if part in self.plan.kills:
            self.dice.choice(self.mirrors).kill()
        self.converge()
        self.judge()

    def _write(self, what: str, rights: int) -> None:
        before = [way.asked for way in self.ways]
        self.writers.begin(self.url, f"{self.plan.seed}, {what}", self.plan.change_sets)
        database = Database(self.url)
        for turn in range(1, self.plan.asks + 1):
            self.wait(partial(self.have_asked, turn, before))
            if turn <= rights:
                self.told.rights[change_rights(database, self.dice)] += 1
            self.words |= words_of(database)
        self.writers.wait()
        self.words |= words_of(database)
        database.dispose()

    def have_asked(self, times: int, since: Sequence[int]) -> bool:
        """Whether every mirror has asked so many times since then."""
        return all(way.asked >= was + times for way, was in zip(self.ways, since, strict=True))

    @property
    def ways(self) -> list[Way]:
        """The ways of the mirrors."""
        return [mirror.way for mirror in self.mirrors]

    def wait(self, is_so: Callable[[], bool]) -> None:
        """Wait until something is so; that it never is, is a failure."""
        begun = time.monotonic()
        while not is_so():
            assert time.monotonic() - begun < self.plan.patience, self.where()
            time.sleep(0.1)

    def back_up(self) -> Path:
        """Back the origin up while it runs."""
        file = self.folder / "origin.backup"
        database, store = Database(self.url), Store(self.url)
        state = State(self.state, self.state / "signing-keys.json")
        back_up(database, store, state, KINDS, file, at=utc_now(), progress=lambda *_: None)
        database.dispose()
        store.dispose()
        return file

    def restore(self, file: Path, url: str) -> None:
        """Put the backup into another database, while nobody is served."""
        before = Database(self.url)
        size = head_of(before)[1]
        before.dispose()
        self.restored_at = time.time()
        state = State(self.state, self.state / "signing-keys.json")
        done = restore(url, state, KINDS, file, at=utc_now(), progress=lambda *_: None)
        self.told.given_up += size - done.taken.size
        self.url = url

    def lead_to(self, address: str) -> None:
        """Let every way end at the origin, where it is now."""
        for mirror in self.mirrors:
            mirror.way.upstream = address

    def meet_faults(self, rate: float) -> None:
        """From now on so many of the answers meet with a fault."""
        for mirror in self.mirrors:
            mirror.way.rate = rate

    def converge(self) -> None:
        """Wait until every mirror has all that there is, on ways that are whole again."""
        self.meet_faults(0)
        begun, database = time.monotonic(), Database(self.url)
        self.wait(lambda: all(mirror.is_current(database) for mirror in self.mirrors))
        self.told.entries = head_of(database)[1]
        self.told.slowest = max(self.told.slowest, time.monotonic() - begun)
        database.dispose()

    def where(self) -> str:
        """Where the mirrors stand, and what they said last."""
        return "\n".join(
            f"mirror {each.agency.number} at {head_of(each.database)[:2]}:\n"
            + "\n".join(each.log.read_text().splitlines()[-8:])
            for each in self.mirrors
        )

    def judge(self) -> None:
        """End the mirrors and look at what they hold."""
        database = Database(self.url)
        for mirror in self.mirrors:
            mirror.end()
            self.told.verdicts.append(
                judge(database, mirror, restored_at=self.restored_at, every_word=self.words)
            )
        database.dispose()

    def sum_up(self) -> Told:
        """What came of it, once everything has ended."""
        for mirror in self.mirrors:
            told = mirror.told()
            assert told["tracebacks"] == 0, self.where()
            self.told.mirrors.update(told)
            self.told.faults.update(mirror.way.count)
            self.told.answers.update(mirror.way.places)
            self.told.kills += mirror.kills
        for verdict in self.told.verdicts[-len(self.mirrors) :]:
            self.told.alarms.update(verdict.alarms)
        self.told.ended = self.writers.ended
        return self.told


def run(plan: Plan, folder: Path, url: str, new_url: Callable[[], str]) -> Told:
    """One whole scenario.

    Args:
        plan: How.
        folder: Where everything lies but the origin's databases.
        url: A migrated database for the origin.
        new_url: Makes an empty one, into which it is restored.
    """
    dice = random.Random(plan.seed)  # noqa: S311 - chances, not secrets
    with ExitStack() as ending:
        ways = [ending.enter_context(proxy(way_of(plan.seed, each.number))) for each in AGENCIES]
        mirrors = [
            Mirror(agency, folder / f"mirror {agency.number}", way)
            for agency, way in zip(AGENCIES, ways, strict=True)
        ]
        for mirror in mirrors:
            ending.callback(mirror.database.dispose)
            ending.callback(mirror.end)
        state = folder / "origin" / "state"
        told = ending.enter_context(writers(state, plan.writers))
        live = Live(plan, folder, url, mirrors, told, dice)
        database = Database(url)
        tokens = lay(database)
        database.dispose()
        with gunicorn(url, folder / "origin", anonymous="nothing") as origin:
            live.lead_to(origin.url)
            for mirror in mirrors:
                mirror.add(tokens[mirror.agency.number])
                mirror.start()
            live.converge()
            live.meet_faults(plan.fault_rate)
            live.write("before the backup")
            file = live.back_up()
            live.follow("after the backup")
        live.restore(file, new_url())
        with gunicorn(live.url, folder / "origin", anonymous="nothing") as origin:
            live.lead_to(origin.url)
            live.meet_faults(plan.fault_rate)
            for mirror in mirrors:
                mirror.start()
            live.write("after the restore")
            live.follow("after the restore")
        return live.sum_up()
