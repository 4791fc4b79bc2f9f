"""Processes that bring a copy on and are killed, or do so all at once: run by the tests.

Usage: python -m tests.integration.sync.dying COPY_URL ORIGIN_URL FOLDER snapshot|page|racing KEY

Everything is imported once and the processes are forked. One is killed after each statement and
each answer of the database in turn, until one lives. Prints one JSON object for each.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey

from directory.db import Database
from directory.registry import KINDS
from directory.sync.mirror import pulling, status
from directory.sync.mirror.pulling import Mirror
from directory.sync.mirror.state import find_state
from tests.integration.sync.copies import ALL
from tests.integration.sync.mirrors import Way
from tests.integration.sync.small_origin import SmallOrigin, state
from tests.ticking import ticking

processes = get_context("fork")
MOST = 400
STEP = 3
"""So many ticks further on each one dies: each database ticks some three times a statement."""


def pull_once(urls: tuple[str, str], folder: Path, key: ECKey, tick: Callable[..., None]) -> None:
    """Bring the copy on, with a tick before and after everything its database is asked."""
    copy, held = Database(urls[0], is_copy=True), Database(urls[1])
    origin = SmallOrigin(held, key)
    with ticking(copy, tick):
        pulling.pull(Mirror(copy, KINDS, folder, lambda: origin.now), Way(origin))
    copy.dispose()
    held.dispose()


def die_at(urls: tuple[str, str], folder: Path, key: ECKey, n: int) -> None:
    ticks = iter(range(1, n))

    def tick(*_: Any) -> None:
        if next(ticks, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    pull_once(urls, folder, key, tick)


def look(url: str) -> dict[str, Any]:
    """How far the copy is by its state, and whether its records are of that place."""
    database = Database(url, is_copy=True)
    with database.reading() as connection:
        found = find_state(connection)
        assert found is not None
        told = {
            "cursor": found.cursor,
            "size": found.frontier.size,
            "wrong": status.differing(connection, KINDS),
            "held": state(connection, ALL),
        }
    database.dispose()
    return told


def killed(urls: tuple[str, str], folder: Path, key: ECKey) -> list[dict[str, Any]]:
    seen = []
    for n in range(1, MOST, STEP):
        child = processes.Process(target=die_at, args=(urls, folder, key, n))
        child.start()
        child.join()
        seen.append(look(urls[0]) | {"exit": child.exitcode})
        if child.exitcode != -signal.SIGKILL:
            break
    return seen


def racing(urls: tuple[str, str], folder: Path, key: ECKey) -> list[dict[str, Any]]:
    """Let four processes bring it on at once, past the lock that keeps them apart."""
    start = processes.Barrier(4)

    def run() -> None:
        start.wait()
        pull_once(urls, folder, key, lambda *_: None)

    crowd = [processes.Process(target=run) for _ in range(4)]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    return [look(urls[0]) | {"exit": max(each.exitcode or 0 for each in crowd)}]


if __name__ == "__main__":
    how = racing if sys.argv[4] == "racing" else killed
    signing = ECKey.import_key(json.loads(sys.argv[5]))
    print(json.dumps(how((sys.argv[1], sys.argv[2]), Path(sys.argv[3]), signing)))  # noqa: T201
