"""Processes that sign, or cut snapshots, at the very same time: run as a program by the tests.

Usage: python -m tests.integration.sync.at_once DATABASE_URL STATE_DIR sign|snapshot PROCESSES

Prints one JSON list: what each process was given.
"""

import json
import sys
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from directory.changes.highwater import HighWater
from directory.clock import utc_now
from directory.db import Database
from directory.policy import Tlp
from directory.registry import KINDS
from directory.sync import heads
from directory.sync.keys import KeyFile
from directory.sync.rules.scopes import Scope
from directory.sync.snapshots import Snapshots

processes = get_context("fork")


def run(url: str, state: Path, what: str, gate: Any, results: Any) -> None:
    """Wait for the others, and begin."""
    database, keys = Database(url), KeyFile(state / "signing-keys.json", is_made_when_missing=True)
    scope = Scope(Tlp.AMBER, frozenset({"interpol"}))
    gate.wait()
    if what == "sign":
        results.put(heads.signed(database, keys, HighWater(keys.path.parent), at=utc_now()).text)
    else:
        found = Snapshots(state).newest(database, KINDS, scope, at=utc_now())
        results.put(found.name)
    database.dispose()


def main(url: str, state: Path, what: str, count: int) -> None:
    """Run the processes and print what they were given."""
    gate, results = processes.Barrier(count), processes.Queue()
    crowd = [
        processes.Process(target=run, args=(url, state, what, gate, results)) for _ in range(count)
    ]
    for process in crowd:
        process.start()
    print(json.dumps([results.get() for _ in crowd]))  # noqa: T201
    for process in crowd:
        process.join()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
