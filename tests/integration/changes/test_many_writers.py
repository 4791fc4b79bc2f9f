"""Processes that write at once: no gap, no loss, no lock error, and every rule holds throughout."""

import json
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from directory.changes.models import change_sets, log_entries, log_head
from directory.changes.rebuild import rebuild
from directory.db import Database
from directory.registry import KINDS
from tests.databases import Backend
from tests.integration.changes.load import broken_rules
from tests.integration.changes.tables import all_rows
from tests.integration.changes.world import check_log, economy, settle, write

ROOT = Path(__file__).resolve().parents[3]
WRITERS = 8
CHANGE_SETS = 60


def program(name: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", f"tests.integration.changes.{name}", *arguments]


@pytest.fixture(scope="module")
def crowded(
    new_database: Callable[[], str], backend: Backend
) -> Iterator[tuple[Database, dict[str, Any]]]:
    """A database that eight processes wrote to while one watched, and what they tell."""
    url = new_database()
    done = subprocess.run(
        program("load", url, str(WRITERS), str(CHANGE_SETS)),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
    )
    assert done.returncode == 0, done.stderr
    database = Database(url)
    yield database, json.loads(done.stdout)
    database.dispose()


def test_no_writer_met_anything_but_a_rule(crowded: tuple[Database, dict[str, Any]]) -> None:
    _, told = crowded
    assert [writer["surprises"] for writer in told["writers"]] == [[]] * WRITERS
    ended: Counter[str] = sum((Counter(w["ended"]) for w in told["writers"]), Counter())
    assert sum(ended.values()) == WRITERS * CHANGE_SETS
    # If nobody had been refused, they would not have been in each other's way.
    for name in ("kept", "RolledBackError", "BrokenReferenceError", "BrokenRuleError"):
        assert ended[name] > 0, ended
    assert ended["kept"] > WRITERS * CHANGE_SETS / 4


def test_what_was_kept_is_in_the_log_and_nothing_else(
    crowded: tuple[Database, dict[str, Any]],
) -> None:
    database, told = crowded
    kept = [name for writer in told["writers"] for name in writer["kept"]]
    with database.reading() as connection:
        noted = connection.scalars(
            select(change_sets.c.id).where(change_sets.c.first_seq > 1)
        ).all()
        assert sorted(noted) == sorted(kept)
        assert check_log(connection).problems == ()


def test_the_sequence_has_no_gap_and_first_sight_is_sequence_order(
    crowded: tuple[Database, dict[str, Any]],
) -> None:
    database, told = crowded
    with database.reading() as connection:
        size = connection.scalar(select(log_head.c.size)) or 0
        log = connection.execute(
            select(log_entries.c.seq, log_entries.c.at).order_by(log_entries.c.seq)
        ).all()
    assert [seq for seq, _ in log] == list(range(1, size + 1))
    assert told["reader"]["seen"] == list(range(1, size + 1))
    assert told["reader"]["complaints"] == []
    assert told["reader"]["polls"] > 100
    times = [at for _, at in log]
    assert sorted(set(times)) == times


def test_rules_across_records_hold_afterwards_and_a_rebuild_agrees(
    crowded: tuple[Database, dict[str, Any]],
) -> None:
    database, _ = crowded
    with database.writing() as connection:
        assert set(broken_rules(connection).values()) == {0}
        before = all_rows(connection)
        rebuild(connection, KINDS, progress=lambda done, of: None)
        assert all_rows(connection) == before


def test_h3_a_writer_killed_with_the_head_in_its_hand_leaves_nothing_and_stops_nobody(
    database: Database,
) -> None:
    with database.writing() as connection:
        settle(connection)
        before = all_rows(connection)

    def write_on() -> None:
        with database.writing() as connection:
            write(connection, economy("NZ"))

    with subprocess.Popen(
        program("holding", database.url), cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "holding\n"
        with database.reading() as connection:
            assert all_rows(connection) == before
        other = threading.Thread(target=write_on)
        other.start()
        other.join(timeout=0.3)
        assert other.is_alive()  # it waits for the head
        holder.send_signal(signal.SIGKILL)
        other.join(timeout=10)
        assert not other.is_alive()
    with database.reading() as connection:
        assert check_log(connection).problems == ()
        assert connection.scalar(select(log_head.c.size)) == 10  # nine before, one since
        networks = KINDS["network"].table
        assert "half-written" not in connection.scalars(select(networks.c.slug)).all()
    with database.writing() as connection:
        write(connection, economy("SG"))
