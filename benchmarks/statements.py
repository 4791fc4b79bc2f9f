"""How many statements a call sends to the database, counted where the driver sends them.

The engine's own events do not see the hot reads, which use the driver's cursor.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import event

from benchmarks.asking import Call
from directory.db import Database

_AROUND = ("BEGIN", "ROLLBACK", "--")
"""What begins and ends a unit, and what an index of SQLite's asks of its own tables."""


def statements_of(call: Call, database: Database) -> list[str]:
    """The statements of a call that has been made before, but for those around a unit of work."""
    call()
    database.dispose()  # so that the connection is taken anew, and watched
    with _noted(database) as seen:
        call()
    return [text for text in seen if not text.startswith(_AROUND)]


@contextmanager
def _noted(database: Database) -> Iterator[list[str]]:
    seen: list[str] = []

    class Noting(psycopg.Cursor[Any]):
        def execute(self, query: Any, *given: Any, **options: Any) -> Noting:
            seen.append(str(query))
            super().execute(query, *given, **options)
            return self

    def watch(driver: Any, *_: object) -> None:
        if database.is_sqlite:
            driver.set_trace_callback(seen.append)
        else:
            driver.cursor_factory = Noting

    def leave(driver: Any, *_: object) -> None:
        if driver is None:
            return
        if database.is_sqlite:
            driver.set_trace_callback(None)
        else:
            driver.cursor_factory = psycopg.Cursor

    reader = database.engines[0]
    event.listen(reader, "checkout", watch)
    event.listen(reader, "checkin", leave)
    try:
        yield seen
    finally:
        event.remove(reader, "checkout", watch)
        event.remove(reader, "checkin", leave)
