"""Processes that apply a change set and are killed, or do so all at once: run by the tests.

Usage: python -m tests.integration.changes.dying DATABASE_URL CHANGE_SET killed|racing

Everything is imported once and the processes are forked. ``killed`` kills one after each statement
and after each answer of the database in turn, until one lives; ``racing`` lets four go at once.
Prints one JSON object.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from multiprocessing import get_context
from typing import Any

from sqlalchemy import select

from directory.changes import log
from directory.changes.models import change_sets, proposed_change_sets
from directory.db import Database
from directory.registry import KINDS
from tests.integration.changes.deciders import applied
from tests.integration.changes.world import check_log
from tests.ticking import ticking

processes = get_context("fork")
MOST = 500


def apply_once(url: str, rid: str, tick: Callable[..., None]) -> None:
    """Apply the change set, with a tick before and after everything the database is asked."""
    database = Database(url)
    with ticking(database, tick), database.writing() as connection:
        applied(connection, rid)
    tick()
    database.dispose()


def die_at(url: str, rid: str, n: int) -> None:
    """Apply the change set and be killed at the n-th tick."""
    ticks = iter(range(1, n))

    def tick(*_: Any) -> None:
        if next(ticks, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    apply_once(url, rid, tick)


def look(url: str, rid: str) -> dict[str, Any]:
    """What the directory holds, and whether it verifies."""
    database = Database(url)
    with database.reading() as connection:
        found = {
            "size": log.see(connection).size,
            "state": connection.scalar(
                select(proposed_change_sets.c.state).where(proposed_change_sets.c.id == rid)
            ),
            "noted": len(
                connection.scalars(select(change_sets.c.id).where(change_sets.c.id == rid)).all()
            ),
            "problems": list(check_log(connection, KINDS).problems),
        }
    database.dispose()
    return found


def killed(url: str, rid: str) -> list[dict[str, Any]]:
    """Kill one process after the other, each a tick later, until one lives to its end."""
    seen = []
    for n in range(1, MOST):
        child = processes.Process(target=die_at, args=(url, rid, n))
        child.start()
        child.join()
        seen.append(look(url, rid) | {"exit": child.exitcode})
        if child.exitcode != -signal.SIGKILL:
            break
    return seen


def racing(url: str, rid: str) -> list[dict[str, Any]]:
    """Let four processes apply it at once."""
    start, told = processes.Barrier(4), processes.Queue()

    def run() -> None:
        start.wait()
        try:
            apply_once(url, rid, lambda *_: None)
        except Exception as error:  # noqa: BLE001 - told to the test, which allows none
            told.put(repr(error))
        else:
            told.put("applied")

    crowd = [processes.Process(target=run) for _ in range(4)]
    for each in crowd:
        each.start()
    ends = [told.get() for _ in crowd]
    for each in crowd:
        each.join()
    return [look(url, rid) | {"ends": ends}]


if __name__ == "__main__":
    how = {"killed": killed, "racing": racing}[sys.argv[3]]
    print(json.dumps(how(sys.argv[1], sys.argv[2])))  # noqa: T201
