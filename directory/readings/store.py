"""The store of readings: appended to in groups, through connections that do nothing else.

On PostgreSQL a table of the directory's database. On SQLite a file beside the directory's, whose
writer nobody else has to wait for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import make_url

from directory.db import Database
from directory.readings.models import readings
from directory.readings.rules import Entry

LOCK_TIMEOUT_SECONDS = 3
"""Whoever holds the store longer than this does not hold up look-ups: there is the spool."""
_AT_ONCE = 500
_REFUSAL = "readings are recorded once and never edited"
_COLUMNS = readings.c.keys()
_INSERT_ON_SQLITE = (
    f"INSERT INTO readings ({', '.join(_COLUMNS)})"  # noqa: S608 - our own names
    f" VALUES ({', '.join('?' for _ in _COLUMNS)})"
)
# An entry that is here already stays as it is, even before REPLACE.
_ONCE_ON_SQLITE = (
    "CREATE TRIGGER IF NOT EXISTS readings_again BEFORE INSERT ON readings"
    " WHEN EXISTS (SELECT 1 FROM readings WHERE id = NEW.id) BEGIN SELECT RAISE(IGNORE); END"
)
_TRIGGERS_ON_SQLITE = (
    *(
        f"CREATE TRIGGER IF NOT EXISTS readings_{verb.lower()} BEFORE {verb} ON readings"
        f" BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        for verb in ("UPDATE", "DELETE")
    ),
    _ONCE_ON_SQLITE,
)
_INSERT_ON_POSTGRESQL = insert(readings).on_conflict_do_nothing()


class Store:
    """Where readings are kept.

    Args:
        url: The address of the directory's database.

    Attributes:
        database: The database that holds them.
        is_local: Whether it is a file, which a full disk keeps from growing.
    """

    def __init__(self, url: str) -> None:
        self.database = Database(_own_address(url), lock_timeout=LOCK_TIMEOUT_SECONDS)
        self.is_local = self.database.is_sqlite
        self._is_ready = not self.is_local

    def append(self, entries: Sequence[Entry]) -> None:
        """Keep some entries, whole or not at all; those that are kept already are passed over."""
        self._make_ready()
        with self.database.writing() as connection:
            if self.is_local:
                rows = [tuple(entry[column] for column in _COLUMNS) for entry in entries]
                connection.exec_driver_sql(_INSERT_ON_SQLITE, rows)
            else:
                connection.execute(_INSERT_ON_POSTGRESQL, [_row(entry) for entry in entries])

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A unit of work that sees one snapshot of what is kept."""
        self._make_ready()
        with self.database.reading() as connection:
            yield connection

    def put_out(self, ids: Sequence[str]) -> None:
        """Take the purposes out of some entries of a local file, for good.

        Its guards are down for nobody else: they are back before this is seen.
        """
        self._make_ready()
        with self.database.writing() as connection:
            connection.exec_driver_sql("DROP TRIGGER readings_update")
            for start in range(0, len(ids), _AT_ONCE):
                part = ids[start : start + _AT_ONCE]
                connection.execute(
                    readings.update().where(readings.c.id.in_(part)).values(purpose=None)
                )
            for trigger in _TRIGGERS_ON_SQLITE:
                connection.exec_driver_sql(trigger)

    def dispose(self) -> None:
        """Close the connections."""
        self.database.dispose()

    def _make_ready(self) -> None:
        if self._is_ready:
            return
        with self.database.writing() as connection:
            readings.create(connection, checkfirst=True)
            for trigger in _TRIGGERS_ON_SQLITE:
                connection.exec_driver_sql(trigger)
        self._is_ready = True


def _own_address(url: str) -> str:
    parts = make_url(url)
    if parts.get_backend_name() != "sqlite":
        return url
    path = Path(str(parts.database))
    beside = path.with_name(f"{path.stem}-readings.db")
    return parts.set(database=str(beside)).render_as_string(hide_password=False)


def _row(entry: Entry) -> dict[str, Any]:
    return entry | {"at": datetime.fromisoformat(entry["at"])}
