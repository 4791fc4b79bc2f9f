"""What the other tests lean on: databases of one's own, and no way out of this machine."""

import socket

import pytest
from sqlalchemy import Connection, create_engine, inspect, text

from directory.db import Database


@pytest.mark.parametrize("time", ["once", "and once more"])
def test_what_is_written_through_the_connection_is_undone(
    connection: Connection, time: str
) -> None:
    connection.execute(text("CREATE TABLE scratch (n INTEGER)"))  # fails if it is still there


@pytest.mark.parametrize("time", ["once", "and once more"])
def test_a_database_of_ones_own_is_migrated_and_keeps_what_is_committed(
    database: Database, time: str
) -> None:
    with database.writing() as connection:
        connection.execute(text("CREATE TABLE scratch (n INTEGER)"))
    with database.reading() as connection:
        tables = inspect(connection).get_table_names()
    assert {"scratch", "alembic_version"} <= set(tables)


def test_an_empty_database_is_empty(empty_database: str) -> None:
    engine = create_engine(empty_database)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_a_test_cannot_connect_to_another_machine() -> None:
    with pytest.raises(RuntimeError, match="tests stay on this machine"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


def test_a_test_cannot_send_to_another_machine() -> None:
    with (
        socket.socket(type=socket.SOCK_DGRAM) as sender,
        pytest.raises(RuntimeError, match="tests stay on this machine"),
    ):
        sender.sendto(b"hello", ("192.0.2.1", 53))


def test_a_test_cannot_look_up_another_machine() -> None:
    with pytest.raises(RuntimeError, match="tests stay on this machine"):
        socket.getaddrinfo("contact.example", 80)
