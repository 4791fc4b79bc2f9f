"""The long form of the scenario: one life of three directories after another, each with a seed.

Usage: python -m tests.scenarios.sync [SECONDS] [SEED]

Begins no more lives after so many seconds, and prints what came of all of them. A life that fails
is told by its seed, which lives it again as far as the clock of the machine lets it; its folder is
kept.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tests.databases import Backend, Databases
from tests.postgres import kept_folder
from tests.scenarios.sync.driver import Plan, Told, run

PARTS = frozenset({"after the backup", "after the restore"})


def live(seed: str, databases: Databases) -> Told:
    """One life, with more of everything than in the tests."""
    plan = Plan(seed, change_sets=100, asks=20, rights=8, kills=PARTS, patience=180)
    made = [databases.new(Backend.POSTGRESQL), databases.new(Backend.POSTGRESQL, migrated=False)]
    folder = Path(tempfile.mkdtemp(prefix="soak-"))
    told = run(plan, folder, made[0], lambda: made[1])
    shutil.rmtree(folder)
    for url in made:
        databases.drop(url)
    return told


def told_together(lives: list[Told], seconds: float) -> Iterable[str]:
    """The figures of all lives, a line each."""
    yield f"lives: {len(lives)}, in {seconds:.0f} s; every mirror was its scope in the end"
    yield f"entries of the logs: {sum(each.entries + each.given_up for each in lives)}"
    yield f"  of which restores gave up: {sum(each.given_up for each in lives)}"
    verdicts = [verdict for each in lives for verdict in each.verdicts]
    yield f"records held in the end: {sum(each.records for each in verdicts)}"
    yield f"words not to be held, of which none was: {sum(each.absent for each in verdicts)}"
    for name in ("ended", "rights", "faults", "answers", "mirrors", "alarms"):
        every: Counter[str] = sum((getattr(each, name) for each in lives), Counter())
        yield f"{name}: " + (", ".join(f"{n} {key}" for key, n in every.most_common()) or "none")
    yield f"mirrors killed: {sum(each.kills for each in lives)}"
    slowest = max(each.slowest for each in lives)
    yield f"longest until all was there, once the ways were whole: {slowest:.1f} s"


def main(seconds: float, seed: str) -> None:
    """Live until the time is over."""
    begun, lives = time.monotonic(), list[Told]()
    with kept_folder() as folder:
        databases = Databases(folder, os.environ.get("TEST_DATABASE_URL") or None)
        try:
            while not lives or time.monotonic() - begun < seconds:
                mine = f"{seed}-{len(lives)}"
                print(f"seed {mine}", flush=True)
                lives.append(live(mine, databases))
        finally:
            databases.close()
    print("\n".join(told_together(lives, time.monotonic() - begun)))


if __name__ == "__main__":
    given = [each for each in sys.argv[1:] if each]
    main(float(given[0]) if given else 600.0, given[1] if len(given) > 1 else secrets.token_hex(4))
