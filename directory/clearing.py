"""Leaving nothing readable of what was deleted: in free pages, logs, indexes and statistics.

A database deletes by forgetting where something stands. Here what was deleted is written over, as
far as the database itself can; what is beyond it is told, for whoever runs it. Both databases write
the tables anew for it: SQLite's ``secure_delete`` blanks a row where it stood last, and not where
it had stood before it was moved.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
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
_LOCKED = "55P03"
"""What PostgreSQL says where somebody held a table for too long."""
_LOOK_AGAIN_SECONDS = 0.05
_SEEN = (
    "somebody has been reading since before, so that what was deleted may still stand in the"
    " tables' files"
)
_BUSY = "-wal could not be emptied while somebody reads"
_AGAIN = "run this command again; if need be, stop the service first"
_BEYOND = (
    "write-ahead log, archives of it, standbys and base backups hold what was erased until they are"
    " recycled or expire"
)


@dataclass(frozen=True, slots=True)
class Cleared:
    """What is left after writing over what was deleted, in words.

    Attributes:
        again: What stood in the way, so that it has to be done again.
        by_hand: What is beyond it, and left to whoever runs the database.
    """

    again: tuple[str, ...] = ()
    by_hand: tuple[str, ...] = ()

    @property
    def todo(self) -> list[str]:
        """All of it, for whoever ran a command."""
        return [*(f"{each}; {_AGAIN}" for each in self.again), *self.by_hand]


def clear(database: Database, tables: Iterable[str], *, patience: float = 30.0) -> Cleared:
    """Write over what was deleted from a database.

    Args:
        database: The database; no unit of work of this process may be open.
        tables: The names of the tables from which something went.
        patience: For how many seconds to wait, on PostgreSQL, until nobody sees it any more, and
            for each table.
    """
    if database.is_sqlite:
        return _clear_sqlite(database)
    return _clear_postgresql(database, sorted(set(tables)), patience)


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


def _clear_sqlite(database: Database) -> Cleared:
    path = database.engines[1].url.database
    # The driver's own connection: VACUUM runs in no transaction.
    lent = database.engines[1].raw_connection()
    try:
        driver: Any = lent.driver_connection
        merge_indexes(driver)
        driver.execute("VACUUM")
        is_empty = empty_write_ahead_log(driver)
    except driver.OperationalError as error:
        return Cleared((f"{path} could not be written anew ({error})",))
    finally:
        lent.close()
    return Cleared(() if is_empty else (f"{path}{_BUSY}",))


def _clear_postgresql(database: Database, tables: Iterable[str], patience: float) -> Cleared:
    again, by_hand = list[str](), list[str]()
    wait = f"SET lock_timeout = {int(patience * 1000)}"
    engine = database.engines[1].execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        if not _is_unseen(connection, patience):
            # Whoever reads would keep others waiting behind this, and it would be for nothing.
            return Cleared((_SEEN,), (_BEYOND,))
        connection.exec_driver_sql(wait)
        statements = [(f"VACUUM (FULL, ANALYZE) {name}", "the tables' owner") for name in tables]
        # Statistics hold samples of what stood in the columns.
        statements += [(_CATALOGUE, "the database's owner"), ("CHECKPOINT", "a superuser")]
        for statement, who in statements:
            try:
                connection.exec_driver_sql(statement)
            except exc.DBAPIError as error:
                reason = str(error.orig).splitlines()[0]
                if getattr(error.orig, "sqlstate", None) == _LOCKED:
                    again.append(f"{statement} could not be done ({reason})")
                else:
                    by_hand.append(f"{statement} as {who} ({reason})")
        connection.exec_driver_sql("RESET lock_timeout")
    return Cleared(tuple(again), (*by_hand, _BEYOND))


def _is_unseen(connection: Connection, patience: float) -> bool:
    """Wait until nobody can still see what was deleted: it would be carried over with the rest."""
    give_up = time.monotonic() + patience
    while connection.exec_driver_sql(_WHO_SEES).first() is not None:
        if time.monotonic() > give_up:
            return False
        time.sleep(_LOOK_AGAIN_SECONDS)
    return True
