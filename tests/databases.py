"""Fresh migrated databases for tests, made quickly on SQLite and on PostgreSQL.

The migrations run once per test run and database, into a template; every database a test gets is
a copy of it (about 35 ms on PostgreSQL, 1 ms on SQLite). All workers of a run share the templates
and one PostgreSQL server, which starts when the first test asks for it.
"""

import itertools
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import URL, make_url

from directory.migrate import upgrade
from tests.postgres import PostgresServer, locked

_numbers = itertools.count(1)


class Backend(StrEnum):
    """A kind of database the directory runs on."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


class Databases:
    """The databases of one test run; every process of the run has one of these on its folder."""

    def __init__(self, folder: Path, server_url: str | None) -> None:
        self._folder = folder
        self._given_url = server_url
        self._prefix = f"{folder.name.replace('-', '_')}_"

    def new(self, backend: Backend, *, migrated: bool = True) -> str:
        """Make a database of one's own.

        Returns:
            Its address, for SQLAlchemy.
        """
        name = f"{self._prefix}{os.getpid()}_{next(_numbers)}"
        if backend is Backend.SQLITE:
            path = self._folder / f"{name}.db"
            if migrated:
                shutil.copyfile(self._sqlite_template(), path)
            return f"sqlite:///{path}"
        template = self._postgresql_template() if migrated else "template0"
        with _administering(self._server()) as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        return _address(self._server(), name)

    def drop(self, url: str) -> None:
        """Remove a database that ``new`` made."""
        database = make_url(url).database
        assert database is not None
        if url.startswith("sqlite"):
            for suffix in ("", "-wal", "-shm"):
                Path(database + suffix).unlink(missing_ok=True)
        else:
            with _administering(self._server()) as connection:
                _drop(connection, database)

    def close(self) -> None:
        """Leave nothing behind on a server that was given; the folder goes with its keeper."""
        if self._given_url is None:
            return
        with _administering(self._server()) as connection:
            names = connection.scalars(
                text("SELECT datname FROM pg_database WHERE starts_with(datname, :prefix)"),
                {"prefix": self._prefix},
            )
            for name in names.all():
                _drop(connection, name)

    def _server(self) -> URL:
        if self._given_url is not None:
            return make_url(self._given_url).set(drivername="postgresql+psycopg")
        server = PostgresServer(self._folder)
        server.start()
        return make_url(server.url)

    def _sqlite_template(self) -> Path:
        path = self._folder / "template.db"
        with self._made_once(path.name) as missing:
            if missing:
                upgrade(f"sqlite:///{path}")
                with closing(sqlite3.connect(path)) as connection:
                    # A copy takes the file alone: what is in the log beside it would be lost.
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return path

    def _postgresql_template(self) -> str:
        name = f"{self._prefix}template"
        with self._made_once(name) as missing:
            if missing:
                with _administering(self._server()) as connection:
                    connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0"))
                upgrade(_address(self._server(), name))
        return name

    @contextmanager
    def _made_once(self, what: str) -> Iterator[bool]:
        """Tell the first comer of all processes that a thing is missing; make the others wait."""
        made = self._folder / f"{what}.made"
        with locked(self._folder / f"{what}.lock"):
            yield not made.exists()
            made.touch()


@contextmanager
def _administering(server: URL) -> Iterator[Connection]:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _drop(connection: Connection, name: str) -> None:
    connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))


def _address(server: URL, database: str) -> str:
    return server.set(database=database).render_as_string(hide_password=False)
