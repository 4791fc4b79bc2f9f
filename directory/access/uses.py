"""When tokens were last used: noted in memory, written in groups behind the requests.

A look-up never waits for this. On SQLite the table has a file of its own, because a file has one
writer at a time and an import may hold the directory's for long. What is not yet written when a
process is killed is lost: a few seconds of last use, which nothing is decided by.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock, Timer

from sqlalchemy import Column, Table, Text, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from directory.db import Database, Instant, is_one_of, json_list, metadata
from directory.errors import UnavailableError

APART = timedelta(minutes=1)
"""How much later a use has to be to be noted again."""
GROUP_SECONDS = 5.0

token_uses = Table(
    "token_uses",
    metadata,
    # No foreign key: on SQLite the tokens are in another file.
    Column("token", Text, primary_key=True),
    Column("used_at", Instant, nullable=False),
    info={"only_on": "postgresql"},
)
log = logging.getLogger("directory.access")


def kept_beside(database: Database, state_dir: Path) -> LastUses:
    """The last uses of a directory's tokens: in its PostgreSQL database, or in ``uses.db``."""
    if database.is_sqlite:
        return LastUses(Database(f"sqlite:///{state_dir / 'uses.db'}"))
    return LastUses(database)


class LastUses:
    """When tokens were last used, to about a minute. Safe between threads.

    Args:
        database: Where it is kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = Lock()
        self._writing = Lock()
        self._noted: dict[str, datetime] = {}
        self._unwritten: dict[str, datetime] = {}
        self._timer: Timer | None = None
        self._is_ready = not database.is_sqlite

    def note(self, token_id: str, at: datetime) -> None:
        """Remember that a token is used; once a minute for each token."""
        last = self._noted.get(token_id)
        if last is not None and at - last < APART:
            return
        with self._lock:
            self._noted[token_id] = self._unwritten[token_id] = at
            if self._timer is None:
                self._timer = Timer(GROUP_SECONDS, self._write_in_time)
                self._timer.daemon = True
                self._timer.start()

    def of(self, token_ids: Iterable[str]) -> dict[str, datetime]:
        """When some tokens were last used, as far as they ever were."""
        asked = list(token_ids)
        if not asked:
            return {}
        self._make_ready()
        with self._database.reading() as connection:
            rows = connection.execute(
                select(token_uses).where(is_one_of(token_uses.c.token, bindparam("tokens"))),
                {"tokens": json_list(asked)},
            )
            found: dict[str, datetime] = {row.token: row.used_at for row in rows}
        with self._lock:
            for token_id in asked:
                if token_id in self._unwritten:
                    found[token_id] = self._unwritten[token_id]
        return found

    def write(self) -> None:
        """Write what has been noted since the last time, in one unit of work.

        Raises:
            UnavailableError: The store cannot be written; what was noted is kept for next time.
        """
        with self._writing:
            self._write()

    def _write(self) -> None:
        with self._lock:
            group = dict(self._unwritten)
            if not group:
                return
            newest = max(self._noted.values())
            self._noted = {one: at for one, at in self._noted.items() if newest - at < APART}
        self._make_ready()
        made = sqlite.insert if self._database.is_sqlite else postgresql.insert
        statement = made(token_uses)
        newer = statement.on_conflict_do_update(
            index_elements=[token_uses.c.token],
            set_={"used_at": statement.excluded.used_at},
            where=token_uses.c.used_at < statement.excluded.used_at,
        )
        with self._database.writing() as connection:
            # In one order, so that two processes never wait for each other.
            rows = [{"token": token, "used_at": at} for token, at in sorted(group.items())]
            connection.execute(newer, rows)
        with self._lock:
            for token_id, at in group.items():
                if self._unwritten.get(token_id) == at:
                    del self._unwritten[token_id]

    def dispose(self) -> None:
        """Write what is still unwritten, and close the connections."""
        with self._lock:
            timer = self._timer
        if timer is not None:
            timer.cancel()
            self._write_in_time()
        with self._writing:  # the timer's thread may be at it
            self._database.dispose()

    def _write_in_time(self) -> None:
        with self._lock:
            self._timer = None
        try:
            self.write()
        except (UnavailableError, SQLAlchemyError) as error:
            log.warning("last uses of tokens could not be written: %s", type(error).__name__)

    def _make_ready(self) -> None:
        if not self._is_ready:
            with self._database.writing() as connection:
                token_uses.create(connection, checkfirst=True)
            self._is_ready = True
