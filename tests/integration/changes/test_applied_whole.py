"""A change set is applied whole or not at all, and once, whatever becomes of who applies it."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from directory.changes import log
from directory.changes.operations import Operation
from directory.db import Database
from tests.integration.changes.deciders import applied, approved, given
from tests.integration.changes.world import settle

ROOT = Path(__file__).resolve().parents[3]


def waiting(database: Database, operations: list[Operation]) -> tuple[str, int]:
    """An approved change set, and how many entries the log has before it."""
    with database.writing() as connection:
        settle(connection)
        rid = approved(connection, *operations)
        return rid, log.see(connection).size


def run(database: Database, rid: str, how: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.integration.changes.dying", database.url, rid, how],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


@pytest.mark.timeout(400)
def test_who_is_killed_at_any_statement_leaves_all_or_nothing(database: Database) -> None:
    operations = given()
    rid, size = waiting(database, operations)
    *dead, last = run(database, rid, "killed")
    assert {each["exit"] for each in dead} == {-signal.SIGKILL}
    assert last["exit"] == 0
    assert [each["problems"] for each in (*dead, last)] == [[]] * (len(dead) + 1)
    nothing = {"size": size, "state": "approved", "noted": 0}
    whole = {"size": size + len(operations), "state": "applied", "noted": 1}
    states = [{key: each[key] for key in nothing} for each in dead]
    assert all(state in (nothing, whole) for state in states)
    # The tick after the commit is the last: whoever is killed there has applied it.
    assert states.index(whole) == len(states) - 1
    assert len(states) > 40
    with database.writing() as connection:
        applied(connection, rid)
        assert log.see(connection).size == size + len(operations)


def test_several_processes_that_apply_it_at_once_apply_it_once(database: Database) -> None:
    operations = given()
    rid, size = waiting(database, operations)
    (found,) = run(database, rid, "racing")
    assert found["ends"] == ["applied"] * 4
    assert (found["size"], found["noted"]) == (size + len(operations), 1)
    assert found["problems"] == []
