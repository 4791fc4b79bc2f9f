"""Processes that sign, cut and copy at the same time: there is one truth, and nothing is lost."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from directory.changes import log
from directory.changes.highwater import HighWater
from directory.clock import utc_now
from directory.db import Database
from directory.policy import Tlp
from directory.sync import feed, heads
from directory.sync.keys import KeyFile
from directory.sync.models import signed_heads
from directory.sync.rules.cursors import Cursor
from directory.sync.rules.scopes import Scope
from tests.integration.changes.world import NOW, economy, settle, write
from tests.integration.sync.copy import Copy
from tests.integration.sync.origin import begin, follow
from tests.integration.sync.state import seen_by

ROOT = Path(__file__).resolve().parents[3]
SCOPE = Scope(Tlp.AMBER, frozenset({"interpol"}))
WRITERS, CHANGE_SETS = 8, 40


def at_once(database: Database, state: Path, what: str) -> list[Any]:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.integration.sync.at_once",
            database.url,
            str(state),
            what,
            "6",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout))


@pytest.fixture
def settled(database: Database) -> Database:
    with database.writing() as connection:
        settle(connection)
    return database


def test_processes_that_sign_at_once_tell_one_truth(settled: Database, tmp_path: Path) -> None:
    for code in ("NZ", "SG", "TH"):
        with settled.writing() as connection:
            write(connection, economy(code))
        told = at_once(settled, tmp_path, "sign")
        assert len(set(told)) == 1
    with settled.reading() as connection:
        kept = connection.execute(
            select(signed_heads.c.size, func.count()).group_by(signed_heads.c.size)
        ).all()
        assert sorted(tuple(row) for row in kept) == [(10, 1), (11, 1), (12, 1)]
    assert len(KeyFile(tmp_path / "signing-keys.json").ring(utc_now()).keys) == 1


def test_processes_that_ask_for_a_snapshot_at_once_are_given_one(
    settled: Database, tmp_path: Path
) -> None:
    told = at_once(settled, tmp_path, "snapshot")
    assert len(set(told)) == 1
    held = sorted(path.name for path in (tmp_path / "snapshots").iterdir())
    assert held == sorted([told[0], f"{told[0]}.json", f"{SCOPE.hash}.lock"])
    assert (tmp_path / "snapshots").stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "snapshots").iterdir())


def test_h1_nothing_is_lost_to_the_feed_while_eight_processes_write(
    database: Database, tmp_path: Path
) -> None:
    """H1: no entry is passed by, each is seen once and in its order, and every head is true."""
    keys = KeyFile(tmp_path / "signing-keys.json", is_made_when_missing=True)
    with database.writing() as connection:
        connection.execute(select(1))
    copy, polls = Copy(), 0
    with database.reading() as connection:
        begin(connection, copy, SCOPE)
    program = ["-m", "tests.integration.changes.load", database.url, str(WRITERS), str(CHANGE_SETS)]
    with subprocess.Popen([sys.executable, *program], cwd=ROOT, stdout=subprocess.PIPE) as load:
        seen: list[int] = []
        while load.poll() is None or _size(database) > copy.seq:
            head = heads.signed(database, keys, HighWater(keys.path.parent), at=utc_now())
            with database.reading() as connection:
                after = Cursor.read(copy.cursor)
                page = feed.page(connection, after, 7, scope=SCOPE, head=head)
            told = copy.take(page.body)
            seen += range(told["from"] + 1, told["to"] + 1)
            if not told["more"]:
                assert (head.claims.size, head.claims.root) == (told["to"], told["root"])
            polls += 1
        assert load.stdout is not None
        load.stdout.read()
    assert load.returncode == 0
    assert polls > 100
    assert seen == list(range(1, _size(database) + 1))
    assert len(seen) > WRITERS * CHANGE_SETS / 4
    with database.reading() as connection:
        assert copy.documents() == seen_by(connection, SCOPE)


def _size(database: Database) -> int:
    with database.reading() as connection:
        return log.see(connection).size


def test_a_writer_who_holds_the_head_stops_no_copy(settled: Database, tmp_path: Path) -> None:
    """H2: what was signed and committed is given out while another change is not yet."""
    keys = KeyFile(tmp_path / "signing-keys.json", is_made_when_missing=True)
    signed = heads.signed(settled, keys, HighWater(keys.path.parent), at=utc_now())
    with settled.writing() as connection:
        write(connection, economy("NZ"), at=NOW)
        with settled.reading() as reader:
            assert heads.current(reader, keys, HighWater(keys.path.parent), at=utc_now()) == signed
            copy = Copy()
            begin(reader, copy, SCOPE)
            follow(reader, copy, SCOPE)
    assert copy.seq == signed.claims.size
    assert (
        heads.signed(settled, keys, HighWater(keys.path.parent), at=utc_now()).claims.size
        == signed.claims.size + 1
    )
