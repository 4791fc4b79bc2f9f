"""What the other tests lean on: databases of one's own, and no way out of this machine."""

import socket
from typing import Any

import pytest
from sqlalchemy import (
    Connection,
    create_engine,
    inspect,
    literal,
    literal_column,
    make_url,
    select,
    text,
)

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


def test_a_test_cannot_send_parts_to_another_machine() -> None:
    with (
        socket.socket(type=socket.SOCK_DGRAM) as sender,
        pytest.raises(RuntimeError, match="tests stay on this machine"),
    ):
        sender.sendmsg([b"hello"], [], 0, ("192.0.2.1", 53))


def test_a_test_cannot_try_whether_another_machine_answers() -> None:
    with (
        socket.socket() as sender,
        pytest.raises(RuntimeError, match="tests stay on this machine"),
    ):
        sender.connect_ex(("192.0.2.1", 80))


@pytest.mark.parametrize("look_up", ["getaddrinfo", "gethostbyname", "gethostbyname_ex"])
def test_a_test_cannot_look_up_another_machine(look_up: str) -> None:
    given = ("contact.example", 80) if look_up == "getaddrinfo" else ("contact.example",)
    with pytest.raises(RuntimeError, match="tests stay on this machine"):
        getattr(socket, look_up)(*given)


def test_a_test_reaches_this_machine() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=5) as client,
    ):
        assert client.getpeername() == server.getsockname()


def test_what_one_engine_has_compiled_serves_the_next(empty_database: str) -> None:
    compiled = []
    for text_given in ("one", "two"):
        engine = create_engine(empty_database)
        with engine.connect() as connection:
            result: Any = connection.execute(
                select(literal(text_given), literal_column("'harness'"))
            )
            assert result.one() == (text_given, "harness")
            compiled.append(result.context.compiled)
        engine.dispose()
    assert compiled[0] is compiled[1]
    assert compiled[0].dialect.name == make_url(empty_database).get_backend_name()
