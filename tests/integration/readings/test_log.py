"""What is read is recorded before the answer leaves, in the store or beside it, or not answered."""

import errno
import logging
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from unittest.mock import patch

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from directory.db import Database
from directory.errors import UnavailableError
from directory.policy import Tlp
from directory.readings import log as log_module
from directory.readings.errors import NotRecordedError
from directory.readings.log import Outcome, ReadingLog
from directory.readings.rules import Entry
from directory.readings.spool import BALLAST_BYTES, Spool
from directory.readings.store import Store
from tests.databases import Backend
from tests.integration.readings.entries import entries, kept, requests_kept

MOUNT, UMOUNT = shutil.which("mount") or "", shutil.which("umount") or ""


class Breakable(Store):
    """A store that can be taken away."""

    is_broken = False
    groups = 0

    def append(self, entries: Sequence[Entry]) -> None:
        if self.is_broken:
            raise UnavailableError("gone")
        self.groups += 1
        super().append(entries)


@pytest.fixture
def store(fresh_database: str) -> Iterator[Breakable]:
    store = Breakable(fresh_database)
    yield store
    store.dispose()


@pytest.fixture
def log(store: Breakable, tmp_path: Path) -> ReadingLog:
    return ReadingLog(store, Spool(tmp_path / "readings"))


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_module, "TRY_AGAIN_AFTER_SECONDS", 0)
    monkeypatch.setattr(log_module, "PREPARE_EVERY_SECONDS", 0)
    # Other tests may have set the directory's log up so that nothing reaches pytest.
    monkeypatch.setattr(logging.getLogger("directory"), "propagate", True)


def test_an_entry_says_who_read_what_when_and_why(log: ReadingLog) -> None:
    assert log.record(entries("one", records=1)) is Outcome.STORED
    (row,) = kept(log)
    assert (row.partner, row.account, row.purpose) == ("partner", "account", "case 7")
    assert (row.owner, row.marking, row.audience) == ("JP", Tlp.AMBER, '["net-0"]')
    assert row.records == '[{"kind":"channel","id":"record-0"}]'
    assert (row.at.isoformat(), row.day) == ("2026-11-20T12:00:00+00:00", "2026-11-20")
    assert (row.door, row.request_id) == ("/api/v1/contacts", "one")
    assert log.trouble() is None


def test_many_answers_share_a_commit(log: ReadingLog, store: Breakable) -> None:
    names = [f"request-{n:03}" for n in range(200)]
    with ThreadPoolExecutor(16) as pool:
        outcomes = set(pool.map(lambda name: log.record(entries(name)), names))
    assert outcomes == {Outcome.STORED}
    assert requests_kept(log) == names
    assert store.groups < len(names)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE readings SET purpose = 'another'",
        "DELETE FROM readings",
        "TRUNCATE readings",
    ],
)
def test_the_log_is_never_edited(log: ReadingLog, backend: Backend, statement: str) -> None:
    if backend is Backend.SQLITE and statement.startswith("TRUNCATE"):
        pytest.skip("SQLite knows no TRUNCATE")
    log.record(entries("one"))
    before = kept(log)
    with pytest.raises(DBAPIError), log.store.database.writing() as connection:
        connection.execute(text(statement))
    assert kept(log) == before


def test_an_entry_that_is_kept_cannot_be_put_in_again_as_another(
    log: ReadingLog, backend: Backend
) -> None:
    log.record(first := entries("one"))
    before = kept(log)
    log.record([entry | {"purpose": "another"} for entry in first])
    if backend is Backend.SQLITE:
        with log.store.database.writing() as connection:
            connection.execute(
                text("INSERT OR REPLACE INTO readings SELECT id, answer, at, day, partner, account,"
                     " records, owner, marking, audience, 'another', door, request_id"
                     " FROM readings")
            )  # fmt: skip
    assert kept(log) == before


def test_what_cannot_be_stored_waits_and_is_stored_once_it_can(
    log: ReadingLog, store: Breakable, caplog: pytest.LogCaptureFixture
) -> None:
    log.record(entries("before"))
    store.is_broken = True
    assert log.record(entries("meanwhile")) is Outcome.SPOOLED
    assert log.record(entries("again")) is Outcome.SPOOLED
    assert "READINGS CANNOT BE STORED" in caplog.text
    assert "not in their store" in (log.trouble() or "")
    assert requests_kept(log) == ["before"]
    store.is_broken = False
    assert log.record(entries("after")) is Outcome.STORED
    assert requests_kept(log) == ["after", "again", "before", "meanwhile"]
    assert log.trouble() is None
    assert len(kept(log)) == 8


def test_who_asks_for_readings_sees_those_that_wait_too(log: ReadingLog, store: Breakable) -> None:
    store.is_broken = True
    log.record(entries("waits"))
    store.is_broken = False
    with log.reading() as connection:
        assert connection.scalar(text("SELECT count(*) FROM readings")) == 2


def test_what_was_handed_over_twice_is_there_once(log: ReadingLog, store: Breakable) -> None:
    store.is_broken = True
    log.record(entries("one"))
    store.is_broken = False
    ended = patch.object(Path, "unlink", side_effect=OSError("the process ended"))
    with ended, pytest.raises(OSError, match="the process ended"):
        log.spool.hand_over(store.append)
    assert log.spool.waiting_bytes()
    log.catch_up()
    assert len(kept(log)) == 2
    assert not log.spool.waiting_bytes()


def test_a_line_that_was_never_finished_is_passed_over(log: ReadingLog, store: Breakable) -> None:
    store.is_broken = True
    log.record(entries("whole"))
    (path,) = log.spool.folder.glob("*.jsonl")
    path.write_bytes(path.read_bytes() + b'{"id":"torn","ans')
    store.is_broken = False
    log.catch_up()
    assert requests_kept(log) == ["whole"]


def test_when_too_much_waits_the_answer_is_refused(store: Breakable, tmp_path: Path) -> None:
    log = ReadingLog(store, Spool(tmp_path / "readings", most_bytes=1_000))
    store.is_broken = True
    assert log.record(entries("fits")) is Outcome.SPOOLED
    with pytest.raises(NotRecordedError):
        log.record(entries("does not", records=5))
    assert "refused" in (log.trouble() or "")
    store.is_broken = False
    log.record(entries("after"))
    assert requests_kept(log) == ["after", "fits"]
    assert log.trouble() is None


def test_a_group_that_is_not_written_whole_leaves_the_spool_as_it_was(
    log: ReadingLog, store: Breakable
) -> None:
    store.is_broken = True
    log.record(entries("whole"))
    (path,) = log.spool.folder.glob("*.jsonl")
    before = path.read_bytes()
    with (
        patch.object(os, "fsync", side_effect=OSError(errno.EIO, "broken")),
        pytest.raises(NotRecordedError),
    ):
        log.record(entries("lost"))
    assert path.read_bytes() == before


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    folder.mkdir()
    command = [MOUNT, "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if (
        os.geteuid() != 0
        or not MOUNT
        or not UMOUNT
        or subprocess.run(command, capture_output=True).returncode
    ):
        pytest.skip("nobody may mount a small disk here")
    try:
        yield folder
    finally:
        subprocess.run([UMOUNT, "--lazy", str(folder)], check=True)


def fill(path: Path) -> None:
    """Write until the disk is full."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT)
    with suppress(OSError):
        while True:
            os.write(file, b"x" * 4096)
    os.close(file)


def until_refused(log: ReadingLog) -> tuple[list[str], set[Outcome]]:
    """The requests that were answered before one was refused, and how they were recorded."""
    answered: list[str] = []
    outcomes: set[Outcome] = set()
    for n in range(5_000):
        try:
            outcomes.add(log.record(entries(name := f"full-{n}", records=20)))
        except NotRecordedError:
            return answered, outcomes
        answered.append(name)
    raise AssertionError("nothing was ever refused")


def test_a_full_disk_first_spools_and_then_refuses(tmp_path: Path) -> None:
    """On SQLite, where store and spool share the disk that is full."""
    with small_disk(tmp_path / "disk", "24m") as disk:
        log = ReadingLog.of(f"sqlite:///{disk / 'directory.db'}", disk)
        log.record(entries("before"))
        assert (disk / "readings/ballast").stat().st_size == BALLAST_BYTES
        fill(disk / "filler")
        answered, outcomes = until_refused(log)
        assert Outcome.SPOOLED in outcomes
        assert not (disk / "readings/ballast").exists()
        assert len(answered) > 50
        (disk / "filler").unlink()
        log.record(entries("after"))
        log.catch_up()
        assert log.spool.waiting_bytes() == 0
        assert requests_kept(log) == sorted(["before", *answered, "after"])
        log.record(entries("and the ballast is back"))
        assert (disk / "readings/ballast").exists()
        log.dispose()


def test_whoever_holds_the_directory_holds_up_no_reading(
    database: Database, log: ReadingLog
) -> None:
    with database.writing() as connection:
        connection.execute(text("UPDATE partners SET name = name"))
        assert log.record(entries("during an import")) is Outcome.STORED
