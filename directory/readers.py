"""Connections for reading that stay at hand between units of work.

Not in their pool: taking one from it and giving it back costs as much as a look-up's query.
A connection may have died in the meantime; beginning its transaction finds out.
"""

from __future__ import annotations

from collections import deque
from typing import Any

from sqlalchemy import Connection, Engine, exc

from directory.engines import begin_on_sqlite

MOST_IDLE = 5
"""As many connections as a pool keeps open."""
_COMMAND_OK = 1
"""What libpq calls a command that was carried out (``PGRES_COMMAND_OK``)."""


class Readers:
    """Reading connections that stay out of their pool between units of work.

    Taking one from the pool and giving it back costs as much as a look-up's query.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._idle: deque[Connection] = deque()

    def lend(self) -> Connection:
        """A connection that has just begun its transaction."""
        while self._idle:
            try:
                connection = self._idle.pop()
            except IndexError:
                break  # another thread was quicker
            try:
                _begin_reading(connection)
            except exc.OperationalError:
                _discard(connection)  # the server has been restarted since: ask the pool
            else:
                return connection
        connection = self._engine.connect()
        try:
            _begin_reading(connection)
        except BaseException:
            _discard(connection)
            raise
        return connection

    def take_back(self, connection: Connection) -> None:
        """End the connection's transaction and keep it for the next unit of work."""
        try:
            _end_reading(connection)
        except (exc.DBAPIError, connection.dialect.loaded_dbapi.Error):
            _discard(connection)
            return
        if len(self._idle) < MOST_IDLE:
            self._idle.append(connection)
        else:
            connection.close()

    def close(self) -> None:
        """Give the idle ones back to their pool."""
        while self._idle:
            self._idle.pop().close()


def _begin_reading(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        begin_on_sqlite(connection, "BEGIN")
        return
    driver: Any = connection.connection.driver_connection
    # Straight to libpq; psycopg sees that the transaction stands and begins none of its own.
    begun = driver.pgconn.exec_(b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    if begun.status != _COMMAND_OK:
        message = begun.get_error_message() or "the connection is gone"
        error = connection.dialect.loaded_dbapi.OperationalError(message)
        raise exc.OperationalError("BEGIN", None, error)


def _end_reading(connection: Connection) -> None:
    if connection.in_transaction():
        connection.rollback()
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        if driver.in_transaction:
            driver.rollback()
    elif driver.pgconn.exec_(b"ROLLBACK").status != _COMMAND_OK:
        raise connection.dialect.loaded_dbapi.OperationalError("the connection is gone")


def _discard(connection: Connection) -> None:
    """Close a connection that may be beyond use, and its place in the pool with it."""
    connection.invalidate()
    connection.close()
