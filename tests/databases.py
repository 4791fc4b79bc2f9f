"""Fresh databases for tests, migrated or more, made quickly on SQLite and on PostgreSQL.

The migrations run once per test run and database, into a template; every database a test gets is
a copy of it (about 15 ms on PostgreSQL, 1 ms on SQLite). What many tests write first of all goes
into a template of its own. All workers of a run share the templates and one PostgreSQL server,
which starts when the first test asks for it.
"""

import itertools
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.engine import URL, make_url

from directory.migrate import upgrade
from tests.postgres import PostgresServer, folder_in_memory, locked

_numbers = itertools.count(1)
MIGRATED = "migrated"


class Backend(StrEnum):
    """A kind of database the directory runs on."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


Furnish = Callable[[str], dict[str, Any] | None]
"""Writes to a database whose address it is given, and tells what else tests have to know of it."""


@dataclass(frozen=True, slots=True)
class Furnished:
    """A copy of a database in which something stands.

    Attributes:
        told: What whoever furnished it told of it, such as the tokens of accounts.
    """

    url: str
    told: dict[str, Any]


MakeFurnished = Callable[[str, Furnish], Furnished]


class Databases:
    """The databases of one test run; every process of the run has one of these on its folder."""

    def __init__(self, folder: Path, server_url: str | None) -> None:
        self._folder = folder
        self._files = folder_in_memory(folder)
        self._given_url = server_url
        self._prefix = f"{folder.name.replace('-', '_')}_"
        self._administrator: Engine | None = None
        self._made: dict[str, _Made] = {}

    def new(self, backend: Backend, *, migrated: bool = True) -> str:
        """Make a database of one's own.

        Returns:
            Its address, for SQLAlchemy.
        """
        if migrated:
            self._migrate_once(backend)
        return self._copy(backend, MIGRATED if migrated else None)

    def furnished(self, backend: Backend, what: str, furnish: Furnish) -> Furnished:
        """Make a database of one's own in which something stands already.

        Args:
            backend: The kind of database.
            what: A name for what stands there.
            furnish: Writes it; called once per run with a migrated database, whose connections
                it has to close.
        """
        self._migrate_once(backend)
        with self._made_once(f"{backend}_{what}") as made:
            if made.is_missing:
                made.told = furnish(self._copy(backend, MIGRATED, to=f"template_{what}")) or {}
                self._settle(backend, what)
        return Furnished(self._copy(backend, what), made.told)

    def drop(self, url: str) -> None:
        """Remove a database that ``new`` made."""
        database = make_url(url).database
        assert database is not None
        if url.startswith("sqlite"):
            for suffix in ("", "-wal", "-shm"):
                Path(database + suffix).unlink(missing_ok=True)
        else:
            with self._administering() as connection:
                _drop(connection, database)

    def close(self) -> None:
        """Leave nothing behind on a server that was given; the folder goes with its keeper."""
        if self._given_url is not None:
            with self._administering() as connection:
                names = connection.scalars(
                    text("SELECT datname FROM pg_database WHERE starts_with(datname, :prefix)"),
                    {"prefix": self._prefix},
                )
                for name in names.all():
                    _drop(connection, name)
        self.leave()

    def leave(self) -> None:
        """Close what this process alone has opened."""
        if self._administrator is not None:
            self._administrator.dispose()
            self._administrator = None

    def _copy(self, backend: Backend, what: str | None, *, to: str | None = None) -> str:
        """Copy a template, or the empty database that there always is, and tell the address."""
        name = self._prefix + (to or f"{os.getpid()}_{next(_numbers)}")
        if backend is Backend.SQLITE:
            path = self._files / f"{name}.db"
            if what is not None:
                shutil.copyfile(self._sqlite_template(what), path)
            return f"sqlite:///{path}"
        template = "template0" if what is None else f"{self._prefix}template_{what}"
        # Files are quicker copied than logged, where nothing waits for the disk.
        how = "STRATEGY file_copy" if self._given_url is None else ""
        with self._administering() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template} {how}"))
        return _address(self._server(), name)

    def _server(self) -> URL:
        if self._given_url is not None:
            return make_url(self._given_url).set(drivername="postgresql+psycopg")
        server = PostgresServer(self._folder)
        server.start()
        return make_url(server.url)

    @contextmanager
    def _administering(self) -> Iterator[Connection]:
        """A connection to the server itself, which this process keeps."""
        if self._administrator is None:
            self._administrator = create_engine(self._server(), isolation_level="AUTOCOMMIT")
        with self._administrator.connect() as connection:
            yield connection

    def _migrate_once(self, backend: Backend) -> None:
        with self._made_once(f"{backend}_{MIGRATED}") as made:
            if made.is_missing:
                upgrade(self._copy(backend, None, to=f"template_{MIGRATED}"))
                self._settle(backend, MIGRATED)

    def _sqlite_template(self, what: str) -> Path:
        return self._files / f"{self._prefix}template_{what}.db"

    def _settle(self, backend: Backend, what: str) -> None:
        if backend is Backend.SQLITE:
            with closing(sqlite3.connect(self._sqlite_template(what))) as connection:
                # A copy takes the file alone: what is in the log beside it would be lost.
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def _made_once(self, what: str) -> Iterator["_Made"]:
        """Tell the first comer of all processes that a thing is missing; make the others wait."""
        if what not in self._made:
            path = self._folder / f"{what}.made"
            with locked(self._folder / f"{what}.lock"):
                made = _Made(is_missing=not path.exists())
                if not made.is_missing:
                    made.told = json.loads(path.read_text("utf-8"))
                yield made
                path.write_text(json.dumps(made.told), "utf-8")
            self._made[what] = _Made(is_missing=False, told=made.told)
        else:
            yield self._made[what]


@dataclass
class _Made:
    is_missing: bool
    told: dict[str, Any] = field(default_factory=dict)


def _drop(connection: Connection, name: str) -> None:
    connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))


def _address(server: URL, database: str) -> str:
    return server.set(database=database).render_as_string(hide_password=False)
