"""Two migrators at once: run as a program by the tests.

Usage: python -m tests.integration.migrations.two_at_once DATABASE_URL HOW_MANY

The processes are forked and let go at the same instant; prints what each of them met.
"""

import json
import sys
from multiprocessing import get_context
from typing import Any

from directory.migrate import upgrade

processes = get_context("fork")


def run(url: str, start: Any, told: Any) -> None:
    """Wait for the others, then migrate."""
    start.wait()
    try:
        upgrade(url)
    except Exception as error:  # noqa: BLE001 - told to the test, which allows none
        told.put(f"{type(error).__name__}: {error}")
    else:
        told.put("done")


if __name__ == "__main__":
    crowd = int(sys.argv[2])
    start, told = processes.Barrier(crowd), processes.Queue()
    runners = [processes.Process(target=run, args=(sys.argv[1], start, told)) for _ in range(crowd)]
    for runner in runners:
        runner.start()
    print(json.dumps([told.get() for _ in runners]))  # noqa: T201
    for runner in runners:
        runner.join()
