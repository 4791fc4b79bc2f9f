"""Leaving nothing readable of what was deleted: in free pages, logs, indexes and statistics.

A database deletes by forgetting where something stands. Here what was deleted is written over, as
far as the database itself can; what is beyond it is told, for whoever runs it.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, exc

from directory.db import Database
from directory.engines import empty_write_ahead_log, merge_indexes

SNAPSHOTS = "snapshots"
_CATALOGUE = "VACUUM (FULL) pg_catalog.pg_statistic"

_WHO_SEES = (
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND backend_xmin IS NOT NULL"
    " AND pid <> pg_backend_pid() LIMIT 1"
)
_WAIT_SECONDS = 30.0
_LOOK_AGAIN_SECONDS = 0.05
_SEEN = (
    "somebody has been reading since before, so that what was deleted may still stand in the"
    " tables' files; run this command again"
)
_BUSY = (
    "-wal could not be emptied while somebody reads; run this command again, or stop the service"
    " and run it then"
)
_BEYOND = (
    "write-ahead log, archives of it, standbys and base backups hold what was erased until they are"
    " recycled or expire"
)


def clear(database: Database, tables: Iterable[str]) -> list[str]:
    """Write over what was deleted from a database.

    Args:
        database: The database; no unit of work of this process may be open.
        tables: The names of the tables from which something went.

    Returns:
        What is left to be seen to by hand, in words.
    """
    if database.is_sqlite:
        return _clear_sqlite(database)
    return _clear_postgresql(database, sorted(set(tables)))


def clear_snapshots(state_dir: Path) -> int:
    """Take away the snapshots made for partners, any of which may hold what was erased.

    They are made again when they are asked for.

    Returns:
        How many there were.
    """
    # Not the locks: whoever waits for one would make a snapshot beside whoever holds it.
    files = [
        path
        for path in (state_dir / SNAPSHOTS).glob("**/*")
        if path.is_file() and path.suffix != ".lock"
    ]
    for path in files:
        path.unlink(missing_ok=True)
    return len(files)


def _clear_sqlite(database: Database) -> list[str]:
    path = database.engines[1].url.database
    # The driver's own connection: VACUUM runs in no transaction.
    lent = database.engines[1].raw_connection()
    try:
        driver: Any = lent.driver_connection
        merge_indexes(driver)
        driver.execute("VACUUM")
        is_empty = empty_write_ahead_log(driver)
    except driver.OperationalError as error:
        return [f"{path} could not be written anew ({error}); see to that, and run this again"]
    finally:
        lent.close()
    return [] if is_empty else [f"{path}{_BUSY}"]


def _clear_postgresql(database: Database, tables: Iterable[str]) -> list[str]:
    statements = [f"VACUUM (FULL, ANALYZE) {name}" for name in tables]
    engine = database.engines[1].execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        left = [] if _is_unseen(connection) else [_SEEN]
        for statement in statements:
            left += _tried(connection, statement, f"{statement} as the tables' owner")
        # Statistics hold samples of what stood in the columns.
        left += _tried(connection, _CATALOGUE, f"{_CATALOGUE} as the database's owner")
        left += _tried(connection, "CHECKPOINT", "CHECKPOINT as a superuser")
    return [*left, _BEYOND]


def _is_unseen(connection: Connection) -> bool:
    """Wait until nobody can still see what was deleted: it would be carried over with the rest."""
    give_up = time.monotonic() + _WAIT_SECONDS
    while connection.exec_driver_sql(_WHO_SEES).first() is not None:
        if time.monotonic() > give_up:
            return False
        time.sleep(_LOOK_AGAIN_SECONDS)
    return True


def _tried(connection: Connection, statement: str, otherwise: str) -> list[str]:
    try:
        connection.exec_driver_sql(statement)
    except exc.DBAPIError as error:
        return [f"{otherwise} ({str(error.orig).splitlines()[0]})"]
    return []
