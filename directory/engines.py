"""Engines: how a connection to each of the two databases is made and made ready."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, exc
from sqlalchemy.engine import make_url
from sqlalchemy.pool import ConnectionPoolEntry

LOCK_TIMEOUT_SECONDS = 30
_TRY_AGAIN_AFTER_SECONDS = 0.02
_LOOK_AGAIN_AFTER_SECONDS = 0.002


def sqlite_engine(
    url: str,
    begin: str,
    *,
    read_only: bool,
    lock_timeout: int = LOCK_TIMEOUT_SECONDS,
    has_foreign_keys: bool = True,
) -> Engine:
    """An engine for a SQLite file in WAL mode, whose folder it makes.

    Args:
        url: ``sqlite:///path``; not ``:memory:``, which no two connections share.
        begin: The statement that begins a transaction.
        read_only: Whether SQLite shall refuse every write.
        lock_timeout: For how many seconds to wait for another writer.
        has_foreign_keys: Whether a row may name none that is not there.
    """
    path = make_url(url).database
    if not path or path == ":memory:":
        raise ValueError("the directory needs a SQLite file: several connections share it")
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        connect_args={"isolation_level": None, "timeout": lock_timeout},
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def configure(connection: Any, entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={lock_timeout * 1000}")
        keep_a_write_ahead_log(connection)
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute(f"PRAGMA foreign_keys={'ON' if has_foreign_keys else 'OFF'}")
        cursor.execute("PRAGMA cache_size=-32000")
        if read_only:
            cursor.execute("PRAGMA query_only=ON")
        else:
            # What is deleted is overwritten, not only given up.
            cursor.execute("PRAGMA secure_delete=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        begin_on_sqlite(connection, begin, waits_for=None if read_only else lock_timeout)

    return engine


def postgresql_engine(
    url: str, isolation: str, *, read_only: bool, lock_timeout: int = LOCK_TIMEOUT_SECONDS
) -> Engine:
    """An engine for PostgreSQL whose connections keep UTC and wait for a lock only so long.

    Args:
        url: ``postgresql+psycopg://…``.
        isolation: What its transactions see, ``READ COMMITTED`` or ``REPEATABLE READ``.
        read_only: Whether PostgreSQL shall refuse every write.
        lock_timeout: For how many seconds to wait for another writer.
    """
    options = f"-c timezone=UTC -c lock_timeout={lock_timeout}s"
    if read_only:
        # A plan for any value would pass the index by: economies differ in size by a thousand.
        options += " -c default_transaction_read_only=on -c plan_cache_mode=force_custom_plan"
    return create_engine(
        url,
        isolation_level=isolation,
        # An error is logged, and what was looked for or written may be contact data.
        hide_parameters=True,
        pool_pre_ping=True,
        connect_args={"options": options, "connect_timeout": 10},
    )


def keep_a_write_ahead_log(connection: Any) -> None:
    """Put a SQLite file into WAL mode, which it then keeps.

    Args:
        connection: The driver's own connection.

    Raises:
        sqlite3.OperationalError: Another process held the file for the whole lock timeout.
    """
    give_up = time.monotonic() + LOCK_TIMEOUT_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except connection.OperationalError as error:
            # Of several that open a new file at once SQLite refuses all but one without waiting:
            # its busy timeout does not hold where a reader wants to become the only one.
            if "locked" not in str(error) or time.monotonic() > give_up:
                raise
            time.sleep(_TRY_AGAIN_AFTER_SECONDS)
        else:
            return


def merge_indexes(driver: Any) -> None:
    """Put the parts of full-text indexes together: until then they keep words of what is gone.

    Args:
        driver: The driver's own connection, in no transaction.
    """
    for (name,) in driver.execute(
        "SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%fts5%'"
    ).fetchall():
        driver.execute(f"INSERT INTO {name}({name}) VALUES ('optimize')")  # noqa: S608 - ours


def empty_write_ahead_log(driver: Any) -> bool:
    """Carry the write-ahead log over into its file, and empty it; whether nobody still reads it.

    Args:
        driver: The driver's own connection, in no transaction.
    """
    (is_busy, *_) = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not is_busy


def begin_on_sqlite(
    connection: Connection, statement: str, *, waits_for: int | None = None
) -> None:
    """Begin a transaction, unless the unit of work has begun it.

    Args:
        connection: The one on which.
        statement: What begins it.
        waits_for: For how many seconds to wait for another writer; None where it keeps nobody out.
    """
    driver: Any = connection.connection.driver_connection
    if driver.in_transaction:
        return
    try:
        if waits_for is None:
            driver.execute(statement)
        else:
            _begin_to_write(driver, statement, waits_for)
    except connection.dialect.loaded_dbapi.OperationalError as error:
        # Past the engine, so that nobody else gives it the form that is looked for above.
        raise exc.OperationalError(statement, None, error) from error


def _begin_to_write(driver: Any, statement: str, waits_for: int) -> None:
    """Begin to write as soon as nobody else does.

    SQLite itself would look again after up to a tenth of a second, and the later the longer it has
    waited: of eight writers some waited for seconds while newer ones went before them.
    """
    give_up = time.monotonic() + waits_for
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                driver.execute(statement)
            except driver.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > give_up:
                    raise
            else:
                return
            time.sleep(_LOOK_AGAIN_AFTER_SECONDS)
    finally:
        driver.execute(f"PRAGMA busy_timeout={waits_for * 1000}")
