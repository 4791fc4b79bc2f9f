"""What was deleted stands in no file of a database once it has been cleared."""

import random
import re

from sqlalchemy import Connection

from directory.clearing import clear
from directory.db import Database
from tests.databases import Backend
from tests.disk import bytes_of

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
        assert clear(database, ["notes"]).again == ()
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


def test_whoever_still_sees_what_was_deleted_is_told_of(
    empty_database: str, backend: Backend
) -> None:
    database, other = Database(empty_database, lock_timeout=1), Database(empty_database)
    with database.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE notes (id TEXT PRIMARY KEY, text TEXT)")
        connection.exec_driver_sql("INSERT INTO notes VALUES ('1', 'mark000000000001')")
    with other.reading() as connection:
        assert connection.exec_driver_sql("SELECT text FROM notes").all()
        with database.writing() as writing:
            writing.exec_driver_sql("DELETE FROM notes")
        cleared = clear(database, ["notes"], patience=0.1)
    assert cleared.again
    assert cleared.todo[0].startswith(cleared.again[0])
    assert "run this command again" in cleared.todo[0]
    assert clear(database, ["notes"]).again == ()
    assert WORDS.findall(bytes_of(database)) == []
    database.dispose()
    other.dispose()
