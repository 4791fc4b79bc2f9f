"""What was deleted stands in no file of a database once it has been cleared."""

import random
import re
import secrets
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import ProgrammingError

from directory import clearing
from directory.clearing import clear
from directory.db import Database
from tests.databases import Backend
from tests.disk import bytes_of

NOTE = b"mark000000000001"
WORDS = re.compile(rb"mark\d{12}")


def _come_and_go(connection: Connection, dice: random.Random, held: dict[str, bytes]) -> None:
    for _ in range(dice.randrange(1, 6)):
        if held and dice.random() < 0.5:
            key = dice.choice(list(held))
            connection.exec_driver_sql(f"DELETE FROM notes WHERE id = '{key}'")  # noqa: S608
            del held[key]
        else:
            key, word = f"{dice.getrandbits(128):032x}", f"mark{dice.randrange(10**12):012}"
            text = word + "x" * dice.randrange(900)
            connection.exec_driver_sql(f"INSERT INTO notes VALUES ('{key}', '{text}')")  # noqa: S608
            held[key] = word.encode()


def _left(database: Database, held: dict[str, bytes]) -> set[bytes]:
    return set(WORDS.findall(bytes_of(database))) - set(held.values())


def test_h13_rows_are_gone_from_where_they_stood_before_they_were_moved(
    empty_database: str, backend: Backend
) -> None:
    database = Database(empty_database)
    dice, held = random.Random(4), dict[str, bytes]()  # noqa: S311 - chances, not secrets
    with database.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE notes (id TEXT PRIMARY KEY, text TEXT)")
        connection.exec_driver_sql("CREATE INDEX notes_by_text ON notes (text)")
    was_left = False
    for _ in range(20):
        for _ in range(100):
            with database.writing() as connection:
                _come_and_go(connection, dice, held)
        if backend is Backend.SQLITE:
            _empty_the_log(database)
        was_left = was_left or bool(_left(database, held))
        assert clear(database, ["notes"], patience=100).again == ()
        assert _left(database, held) == set()
        assert set(WORDS.findall(bytes_of(database))) == set(held.values())
    # Otherwise nothing of this would have needed clearing.
    assert was_left
    database.dispose()


def _empty_the_log(database: Database) -> None:
    with database.engines[1].connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@pytest.fixture
def notes(empty_database: str) -> Iterator[Database]:
    """A database of which a note has been deleted that may still stand in its files."""
    database = Database(empty_database, lock_timeout=1)
    with database.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE notes (id TEXT PRIMARY KEY, text TEXT)")
        connection.exec_driver_sql("CREATE TABLE others (id TEXT PRIMARY KEY)")
        connection.exec_driver_sql(f"INSERT INTO notes VALUES ('1', '{NOTE.decode()}')")  # noqa: S608
    yield database
    database.dispose()


def _delete(database: Database) -> None:
    with database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM notes")


def _must_be_gone(database: Database) -> None:
    assert clear(database, ["notes"], patience=100).again == ()
    assert NOTE.upper() not in bytes_of(database).upper()


def test_whoever_still_sees_what_was_deleted_is_told_of(notes: Database) -> None:
    other = Database(notes.url)
    with other.reading() as connection:
        assert connection.exec_driver_sql("SELECT text FROM notes").all()
        _delete(notes)
        cleared = clear(notes, ["notes"], patience=0.1)
    other.dispose()
    assert "run this command again" in cleared.todo[0]
    assert cleared.todo[0].startswith(cleared.again[0])
    _must_be_gone(notes)


@pytest.fixture
def on_postgresql(backend: Backend) -> None:
    if backend is Backend.SQLITE:
        pytest.skip("SQLite has no server in which others are at work")


@pytest.mark.usefixtures("on_postgresql")
@pytest.mark.parametrize("is_old", [False, True])
def test_h13_a_table_that_is_empty_by_now_leaves_no_statistics(
    notes: Database, monkeypatch: pytest.MonkeyPatch, *, is_old: bool
) -> None:
    if is_old:
        monkeypatch.setattr(clearing, "_FORGET_STATISTICS", clearing._DELETE_STATISTICS)
    _fill(notes)
    assert NOTE in bytes_of(notes)
    _delete(notes)
    _must_be_gone(notes)


def _fill(notes: Database) -> None:
    """Write notes that the statistics hold, too, also those of an index by an expression."""
    with notes.writing() as connection:
        connection.exec_driver_sql("CREATE INDEX notes_by_case ON notes (upper(text))")
        for number in range(2, 20):
            words = {"id": str(number), "text": f"{NOTE.decode()} {number}"}
            connection.execute(text("INSERT INTO notes VALUES (:id, :text)"), words)
        connection.exec_driver_sql("ANALYZE notes")


@pytest.mark.usefixtures("on_postgresql")
def test_h13_whoever_begins_to_write_meanwhile_keeps_no_statistics_of_before(
    notes: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fill(notes)
    _delete(notes)
    other, write_anew = Database(notes.url), clearing._is_written_anew
    with ExitStack() as writers:

        def begin_to_write(connection: Connection, table: str, again: list[str]) -> bool:
            if table == "notes":
                writing = writers.enter_context(other.writing())
                writing.exec_driver_sql("INSERT INTO others VALUES ('1')")
            return write_anew(connection, table, again)

        monkeypatch.setattr(clearing, "_is_written_anew", begin_to_write)
        cleared = clear(notes, ["notes"], patience=0.2)
        monkeypatch.undo()
    other.dispose()
    assert [each for each in cleared.again if "pg_statistic" in each]
    _must_be_gone(notes)


@pytest.mark.usefixtures("on_postgresql")
@pytest.mark.parametrize("where", ["this database", "another database"])
def test_h13_a_writer_between_two_statements_is_waited_for(
    notes: Database, new_database: Callable[[], str], where: str
) -> None:
    """It has no snapshot, so that one might think that it sees nothing.

    In another database it sees none of this; but whatever writes a table anew sees as far back as
    that one.
    """
    other = Database(notes.url if where == "this database" else new_database())
    with other.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE more (id TEXT PRIMARY KEY)")
        _delete(notes)
        assert clear(notes, ["notes"], patience=0.1).again
    other.dispose()
    _must_be_gone(notes)


@pytest.mark.usefixtures("on_postgresql")
def test_whoever_came_after_the_deletion_is_not_waited_for(notes: Database) -> None:
    _delete(notes)
    other, cleared = Database(notes.url), None
    for _ in range(100):
        # Whoever writes to another database of the server meanwhile makes a reader look older.
        with other.reading() as connection:
            connection.exec_driver_sql("SELECT * FROM others").all()
            cleared = clear(notes, ["notes"], patience=0.1)
        # The statistics went only now, before its eyes.
        if all("pg_statistic" in each for each in cleared.again):
            break
    other.dispose()
    assert cleared is not None
    assert all("pg_statistic" in each for each in cleared.again)
    assert NOTE not in bytes_of(notes)


@pytest.mark.usefixtures("on_postgresql")
@pytest.mark.parametrize("how", ["pg_cancel_backend", "pg_terminate_backend"])
def test_h13_what_was_broken_off_is_still_to_be_done(notes: Database, how: str) -> None:
    _delete(notes)
    other, killer = Database(notes.url), Database(notes.url)
    with other.writing() as connection, ThreadPoolExecutor(1) as pool:
        # It sees nothing, and has the table: VACUUM waits for that.
        connection.exec_driver_sql("LOCK TABLE notes IN ACCESS SHARE MODE")
        clearing = pool.submit(clear, notes, ["notes"], patience=60)
        _break_off(killer, how)
        assert clearing.result().again
    for each in (other, killer):
        each.dispose()
    _must_be_gone(notes)


def _break_off(database: Database, how: str) -> None:
    statement = (
        f"SELECT {how}(pid) FROM pg_stat_activity WHERE query LIKE 'VACUUM%%notes'"  # noqa: S608
        " AND wait_event_type = 'Lock'"
    )
    until = time.monotonic() + 60
    with database.engines[1].execution_options(isolation_level="AUTOCOMMIT").connect() as it:
        while it.exec_driver_sql(statement).first() is None:
            assert time.monotonic() < until
            time.sleep(0.02)


@pytest.mark.usefixtures("on_postgresql")
def test_h13_a_table_of_another_is_not_taken_for_cleared(notes: Database) -> None:
    _delete(notes)
    with notes.writing() as connection:
        role = f"reader_{secrets.token_hex(4)}"
        try:
            connection.exec_driver_sql(f"CREATE ROLE {role} LOGIN PASSWORD '{role}'")
        except ProgrammingError:
            pytest.skip("the tests' role may make no other")
    url = make_url(notes.url).set(username=role, password=role)
    theirs = Database(url.render_as_string(hide_password=False))
    cleared = clear(theirs, ["notes"])
    theirs.dispose()
    with notes.writing() as connection:
        connection.exec_driver_sql(f"DROP ROLE {role}")
    assert any("notes was passed over" in each for each in cleared.again)
    _must_be_gone(notes)
