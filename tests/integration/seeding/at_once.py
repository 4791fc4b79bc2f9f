"""Several seedings at once: run as a program by the tests.

Usage: python -m tests.integration.seeding.at_once DATABASE_URL FOLDER HOW_MANY

Prints for each of them how many records it added and how many it found unchanged.
"""

import json
import sys
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from directory.db import Database
from directory.registry import KINDS
from directory.seeding.commands import seed
from tests.integration.changes.world import NOW

processes = get_context("fork")


def run(url: str, folder: str, start: Any, told: Any) -> None:
    """Wait for the others, then seed."""
    database = Database(url)
    start.wait()
    try:
        report = seed(database, KINDS, Path(folder), ["base", "more"], at=NOW)
        told.put([report.added, report.unchanged])
    except Exception as error:  # noqa: BLE001 - told to the test, which allows none
        told.put(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    crowd = int(sys.argv[3])
    start, told = processes.Barrier(crowd), processes.Queue()
    runners = [
        processes.Process(target=run, args=(sys.argv[1], sys.argv[2], start, told))
        for _ in range(crowd)
    ]
    for runner in runners:
        runner.start()
    print(json.dumps([told.get() for _ in runners]))  # noqa: T201
    for runner in runners:
        runner.join()
