"""Processor time of the processes that serve a database, which is no part of this process's.

PostgreSQL has a process for each connection; SQLite has none, and neither has a server on another
machine: nothing is counted then.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection

from directory.db import Database

_ALL = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"


def serving(connection: Connection) -> list[Path]:
    """Where the system tells what the process on the other side of a connection has spent."""
    if connection.dialect.name != "postgresql":
        return []
    return [_told_of(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())]


def serving_all(database: Database) -> list[Path]:
    """The same of every connection that a database has at this moment."""
    if database.is_sqlite:
        return []
    with database.reading() as connection:
        return [_told_of(pid) for (pid,) in connection.exec_driver_sql(_ALL)]


def spent(servers: Iterable[Path]) -> float:
    """Seconds of processor time so far."""
    total = 0.0
    for told in servers:
        with suppress(OSError):
            total += int(told.read_text().split()[0]) / 1e9
    return total


def _told_of(pid: int) -> Path:
    return Path(f"/proc/{pid}/schedstat")
