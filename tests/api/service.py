"""An application on a database of its own, asked through its test client."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask
from sqlalchemy import event
from werkzeug.test import TestResponse

from directory.app import create_app
from directory.db import Database
from directory.registry import KINDS
from directory.seeding.commands import seed
from directory.settings import OFF, Anonymous, Limits, Mode, Settings
from directory.web.context import running
from tests.databases import Furnish

SEED = Path(__file__).resolve().parents[2] / "seed"
SEEDED_AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
API = "/api/v1"
FOR_ACCOUNTS = ("/access", "/change-sets", "/returned-lists")


@dataclass(frozen=True, slots=True)
class Service:
    """A running directory and whoever asks it.

    Attributes:
        operator: The token that goes with what is asked below ``/access``.
    """

    app: Flask
    operator: str | None = None

    @property
    def database(self) -> Database:
        return running(self.app).database

    def dispose(self) -> None:
        running(self.app).dispose()

    def ask(
        self,
        path: str,
        *,
        accept: str | None = None,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        **query: Any,
    ) -> TestResponse:
        """Ask for a path of the API (``/reach``) or of the root (``//healthz``).

        ``from`` is written ``from_``; parameters that are None are left out.
        """
        address = path.removeprefix("/") if path.startswith("//") else API + path
        asked = {name.removesuffix("_"): v for name, v in query.items() if v is not None}
        given = dict(headers or {})
        if self.operator is not None and path.startswith(FOR_ACCOUNTS):
            given.setdefault("Authorization", f"Bearer {self.operator}")
        if accept is not None:
            given["Accept"] = accept
        client = self.app.test_client()
        return client.open(address, method=method, query_string=asked or None, headers=given)

    def get(self, path: str, **query: Any) -> Any:
        """The JSON that is answered with 200."""
        response = self.ask(path, **query)
        assert response.status_code == 200, response.get_data(as_text=True)
        return response.get_json()

    def refused(self, path: str, status: int, **query: Any) -> Any:
        """The problem that is answered with some status."""
        response = self.ask(path, **query)
        assert response.status_code == status, response.get_data(as_text=True)
        assert response.content_type == "application/problem+json"
        return response.get_json()

    def walk(self, path: str, limit: int, **query: Any) -> list[Any]:
        """All items of a list, page by page."""
        items, page = [], None
        while True:
            answer = self.get(path, limit=limit, page=page, **query)
            items += answer["items"]
            page = answer["next"]
            if page is None:
                return items
            assert len(answer["items"]) == limit
            assert len(items) < 10_000, "the list never ends"

    def statements(self, path: str, **query: Any) -> list[str]:
        """The SQL that a request runs, once the reference data is in memory.

        The drivers are listened to: the hot reads go past SQLAlchemy's own events.
        """
        self.get(path, **query)
        with watching(self.database) as seen:
            self.get(path, **query)
        return seen


@contextmanager
def watching(database: Database) -> Iterator[list[str]]:
    """The statements that reach a database's drivers, on connections opened meanwhile."""
    seen: list[str] = []

    class Cursor(psycopg.Cursor[Any]):
        def execute(self, query: Any, *given: Any, **options: Any) -> Any:
            seen.append(str(query))
            return super().execute(query, *given, **options)

    def note(statement: str) -> None:
        if not statement.startswith("--"):  # what an index of SQLite's asks of its own tables
            seen.append(statement)

    def watch(connection: Any, *given: Any) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.set_trace_callback(note)
        else:
            connection.cursor_factory = Cursor

    # Connections that are open already would go unheard.
    database.dispose()
    for engine in database.engines:
        event.listen(engine, "connect", watch)
    try:
        yield seen
    finally:
        for engine in database.engines:
            event.remove(engine, "connect", watch)
        database.dispose()


def served(url: str, state: Path, anonymous: Anonymous = Anonymous.CLEAR) -> Service:
    """An application on a database."""
    return Service(
        create_app(Settings(Mode.DEVELOPMENT, url, state, anonymous, Limits(OFF, OFF, OFF)))
    )


def sown(*sets: str, at: datetime = SEEDED_AT) -> tuple[str, Furnish]:
    """What ``fresh_furnished`` takes to make a database with some seed sets."""

    def sow(url: str) -> None:
        database = Database(url)
        seed(database, KINDS, SEED, sets, at=at)
        database.dispose()

    return f"sown_{'_'.join(sets)}_{at:%Y%m%d%H}", sow


@contextmanager
def seeded(
    url: str, state: Path, *sets: str, anonymous: Anonymous = Anonymous.CLEAR
) -> Iterator[Service]:
    """An application on a database with some seed sets."""
    service = served(url, state, anonymous)
    seed(service.database, KINDS, SEED, sets, at=SEEDED_AT)
    try:
        yield service
    finally:
        service.dispose()
