"""Units of work: whole or not at all, one snapshot to a reader, and a plain word when it fails."""

import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text

from directory import migrate
from directory.changes import log
from directory.changes.models import log_head
from directory.db import Database
from directory.errors import UnavailableError
from tests.integration.changes.world import economy, write


class UndoneError(Exception):
    """Ends a unit of work early."""


def size(connection: Connection) -> int | None:
    return connection.scalar(select(log_head.c.size))


def test_a_unit_that_ends_is_kept_and_one_that_raises_is_not(database: Database) -> None:
    with suppress(UndoneError), database.writing() as connection:
        write(connection, economy("AU"))
        assert size(connection) == 1
        raise UndoneError
    with database.writing() as connection:
        assert size(connection) == 0
        write(connection, economy("AU"))
    with database.reading() as connection:
        assert size(connection) == 1


def test_a_reader_keeps_its_snapshot_while_others_write(database: Database) -> None:
    with database.reading() as reader:
        assert log.glance(reader)[1] == 0
        with database.writing() as connection:
            write(connection, economy("AU"))
        assert log.glance(reader)[1] == 0
        assert reader.scalars(text("SELECT code FROM economies")).all() == []
    with database.reading() as reader:
        assert log.glance(reader)[1] == 1


def test_a_reader_whose_connection_was_cut_meanwhile_gets_another(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has no connection to cut")
    with database.reading() as reader:
        mine = reader.scalar(text("SELECT pg_backend_pid()"))
    with database.reading() as reader:
        assert reader.scalar(text("SELECT pg_backend_pid()")) == mine
    with database.writing() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": mine})
    with database.reading() as reader:
        assert log.glance(reader)[1] == 0
        assert reader.scalar(text("SELECT pg_backend_pid()")) != mine


def test_a_reading_unit_that_raises_leaves_nothing_for_the_next(database: Database) -> None:
    with suppress(UndoneError), database.reading() as reader:
        assert size(reader) == 0
        raise UndoneError
    with database.writing() as connection:
        write(connection, economy("AU"))
    with database.reading() as reader:
        assert size(reader) == 1


def test_who_waits_too_long_is_told_to_come_again(database: Database) -> None:
    impatient = Database(database.url, lock_timeout=1)
    with database.writing() as connection:
        write(connection, economy("AU"))
        with pytest.raises(UnavailableError, match="held the directory for too long"):
            _write(impatient)
    _write(impatient)
    impatient.dispose()


def _write(database: Database) -> None:
    with database.writing() as connection:
        write(connection, economy("TW"))


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////dev/null/directory.db",
        "sqlite:////proc",
        "postgresql+psycopg://nobody@/nothing?host=/nowhere",
    ],
)
def test_a_database_that_cannot_be_reached_is_told_as_such(url: str) -> None:
    with pytest.raises((UnavailableError, OSError)):
        _look(url)


def _look(url: str) -> None:
    with Database(url).reading() as connection:
        log.glance(connection)


def test_a_log_without_its_head_is_told_as_such(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.execute(text("DROP TRIGGER log_head_delete"))
    else:
        connection.execute(text("ALTER TABLE log_head DISABLE TRIGGER USER"))
    connection.execute(log_head.delete())
    with pytest.raises(UnavailableError, match="db upgrade"):
        write(connection, economy("AU"))


def _look_at_nothing(url: str) -> None:
    database = Database(url)
    with database.reading():
        pass
    database.dispose()


@pytest.mark.parametrize("use", [migrate.upgrade, _look_at_nothing])
def test_a_new_file_that_another_process_is_writing_is_waited_for(
    tmp_path: Path, use: Callable[[str], None]
) -> None:
    # SQLite refuses to change the journal of a file under a writer at once, timeout or not.
    other = sqlite3.connect(tmp_path / "new.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.3, other.execute, ["COMMIT"])
    release.start()
    use(f"sqlite:///{tmp_path / 'new.db'}")
    release.join()
    assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    other.close()
