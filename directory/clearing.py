"""Leaving nothing readable of what was deleted: in free pages, logs, indexes and statistics.

A database deletes by forgetting where something stands. Here what was deleted is written over, as
far as the database itself can; what is beyond it is told, for whoever runs it. Both databases write
the tables anew for it: SQLite's ``secure_delete`` blanks a row where it stood last, and not where
it had stood before it was moved.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, exc, text

from directory.db import Database
from directory.durable import flush_folder
from directory.engines import empty_write_ahead_log, merge_indexes

UNCLEARED = "uncleared"
"""A file of the state folder, there while something was deleted and not written over yet."""
_CATALOGUE = "pg_catalog.pg_statistic"
_ITS_OWN = (
    # An index by an expression has statistics of its own.
    "CAST(:name AS regclass)"
    " UNION ALL SELECT indexrelid FROM pg_index WHERE indrelid = CAST(:name AS regclass)"
)
_FORGET_STATISTICS = text(
    "SELECT pg_clear_attribute_stats(schemaname, tablename, attname, inherited) FROM pg_stats"  # noqa: S608
    " WHERE to_regclass(quote_ident(schemaname) || '.' || quote_ident(tablename))"
    f" IN (SELECT {_ITS_OWN})"
)
_DELETE_STATISTICS = text(
    f"DELETE FROM {_CATALOGUE} WHERE starelid IN (SELECT {_ITS_OWN})"  # noqa: S608 - our own
)
"""The same before PostgreSQL 18, which takes a superuser."""
_OLDER = "age({}) > age(CAST(CAST(:now AS text) AS xid))"
_HOLDS_BACK = text(
    # Whoever writes, in any database: the statement that writes a table anew sees as far back as
    # the oldest of them. One between two statements has no xmin, and holds back all the same.
    "SELECT 1 FROM pg_stat_activity WHERE pid <> pg_backend_pid()"  # noqa: S608 - our own
    f" AND ({_OLDER.format('backend_xid')} OR {_OLDER.format('backend_xmin')}"
    " AND (datname = current_database() OR backend_type = 'walsender'))"
    f" UNION ALL SELECT 1 FROM pg_prepared_xacts WHERE {_OLDER.format('transaction')}"
    f" UNION ALL SELECT 1 FROM pg_replication_slots WHERE {_OLDER.format('xmin')} LIMIT 1"
)
"""Whether anybody may still see, or be taken to see, what was deleted before a transaction."""
_DENIED = "42501"
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
        patience: For how many seconds to wait at most until nobody sees it any more, and on
            PostgreSQL for each table.
    """
    if database.is_sqlite:
        return _clear_sqlite(database, patience)
    return _clear_postgresql(database, sorted(set(tables)), patience)


def note_uncleared(state_dir: Path) -> None:
    """Note that something was deleted and may still be readable: ``persons expire`` sees to it."""
    state_dir.mkdir(parents=True, exist_ok=True)
    (state_dir / UNCLEARED).touch(mode=0o600)
    flush_folder(state_dir)


def forget_uncleared(state_dir: Path) -> None:
    """Take that note away: everything was written over."""
    (state_dir / UNCLEARED).unlink(missing_ok=True)


def _clear_sqlite(database: Database, patience: float) -> Cleared:
    path = database.engines[1].url.database
    # The driver's own connection: VACUUM runs in no transaction.
    lent = database.engines[1].raw_connection()
    try:
        driver: Any = lent.driver_connection
        (usual,) = driver.execute("PRAGMA busy_timeout").fetchone()
        driver.execute(f"PRAGMA busy_timeout={min(usual, int(patience * 1000))}")
        merge_indexes(driver)
        driver.execute("VACUUM")
        is_empty = empty_write_ahead_log(driver)
    except driver.OperationalError as error:
        return Cleared((f"{path} could not be written anew ({error})",))
    finally:
        driver.execute(f"PRAGMA busy_timeout={usual}")
        lent.close()
    return Cleared(() if is_empty else (f"{path}{_BUSY}",))


def _clear_postgresql(database: Database, tables: Sequence[str], patience: float) -> Cleared:
    engine = database.engines[1].execution_options(isolation_level="AUTOCOMMIT")
    again, by_hand = list[str](), [_BEYOND]
    try:
        with engine.connect() as connection:
            if not _is_unseen(connection, patience):
                # Whoever reads would keep others waiting behind this, and it would be for nothing.
                return Cleared((_SEEN,), (_BEYOND,))
            connection.exec_driver_sql(f"SET lock_timeout = {int(patience * 1000)}")
            for name in tables:
                if not _is_written_anew(connection, name, again):
                    again.append(f"{name} was passed over: only its owner can VACUUM (FULL) it")
                _forget_statistics(connection, name, by_hand)
            _clear_statistics(connection, patience, again, by_hand)
            _write_back(connection, by_hand)
            connection.exec_driver_sql("RESET lock_timeout")
    except exc.DBAPIError as error:
        # Cut off, most likely.
        again.append(_reason(error))
    return Cleared(tuple(again), tuple(by_hand))


def _clear_statistics(
    connection: Connection, patience: float, again: list[str], by_hand: list[str]
) -> None:
    """Write the statistics anew: they hold samples of what stood in the columns.

    Those of before went a moment ago, with the tables. Whoever has been at work since before that
    keeps them.
    """
    if not _is_unseen(connection, patience):
        again.append(f"{_CATALOGUE}: {_SEEN}")
    elif not _is_written_anew(connection, _CATALOGUE, again):
        by_hand.insert(0, f"VACUUM (FULL) {_CATALOGUE} as the database's owner")


def _is_unseen(connection: Connection, patience: float) -> bool:
    """Wait until nobody can still see what was deleted: it would be carried over with the rest."""
    now = connection.scalar(text("SELECT CAST(CAST(pg_current_xact_id() AS xid) AS text)"))
    give_up = time.monotonic() + patience
    while connection.execute(_HOLDS_BACK, {"now": now}).first() is not None:
        if time.monotonic() > give_up:
            return False
        time.sleep(_LOOK_AGAIN_SECONDS)
    return True


def _is_written_anew(connection: Connection, table: str, again: list[str]) -> bool:
    """Write a table anew; whether it was, or else has been noted as still to be done."""
    where = text("SELECT pg_relation_filenode(CAST(:name AS regclass))")
    before = connection.scalar(where, {"name": table})
    try:
        connection.exec_driver_sql(f"VACUUM (FULL, ANALYZE) {table}")
    except exc.DBAPIError as error:
        if error.connection_invalidated:
            raise
        again.append(f"{table} could not be written anew: {_reason(error)}")
        return True
    # It warns of a table that is another's, and goes on.
    return bool(connection.scalar(where, {"name": table}) != before)


def _forget_statistics(connection: Connection, table: str, by_hand: list[str]) -> None:
    """Forget the statistics of a table that is empty by now: ANALYZE leaves those of before."""
    if connection.exec_driver_sql(f"SELECT 1 FROM {table} LIMIT 1").first() is not None:  # noqa: S608
        return
    version = connection.dialect.server_version_info or ()
    forget = _FORGET_STATISTICS if version >= (18,) else _DELETE_STATISTICS
    try:
        connection.execute(forget, {"name": table})
    except exc.DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != _DENIED:
            raise
        by_hand.insert(
            0,
            f"DELETE FROM {_CATALOGUE} WHERE starelid = '{table}'::regclass"  # noqa: S608 - told
            " as a superuser",
        )


def _write_back(connection: Connection, by_hand: list[str]) -> None:
    """Have what is in memory written to the files, where whoever asks may say so."""
    try:
        connection.exec_driver_sql("CHECKPOINT")
    except exc.DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != _DENIED:
            raise
        by_hand.insert(0, f"CHECKPOINT as a superuser ({_reason(error)})")


def _reason(error: exc.DBAPIError) -> str:
    return str(error.orig).splitlines()[0]
