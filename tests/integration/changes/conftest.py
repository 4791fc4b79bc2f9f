"""A settled directory, and one with the whole seed and a history; both undone after each test."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import Connection

from directory.db import Database
from tests.api.service import sown
from tests.databases import MakeFurnished
from tests.integration.changes.world import NOW, make_history, settle

SEED = Path(__file__).resolve().parents[3] / "seed"


class _UndoneError(Exception):
    pass


@pytest.fixture
def settled(connection: Connection) -> Connection:
    """A writing unit of work in which the small directory stands."""
    settle(connection)
    return connection


@pytest.fixture(scope="session")
def lived_in(new_database: Callable[[], str]) -> Iterator[Database]:
    """A directory in which something has happened; to be read, or written to and undone."""
    database = Database(new_database())
    with database.writing() as connection:
        make_history(connection)
    yield database
    database.dispose()


@pytest.fixture(scope="session")
def seeded(new_furnished: MakeFurnished) -> Iterator[Database]:
    """A directory with every seed set; to be read, or written to and undone."""
    database = Database(new_furnished(*sown("reference", "report", "demo", at=NOW)).url)
    yield database
    database.dispose()


@pytest.fixture
def history(lived_in: Database) -> Iterator[Connection]:
    """A writing unit of work on the directory in which something has happened, to be undone."""
    with suppress(_UndoneError), lived_in.writing() as connection:
        yield connection
        raise _UndoneError


@pytest.fixture
def whole_seed(seeded: Database) -> Iterator[Connection]:
    """A writing unit of work on the whole seed, to be undone."""
    with suppress(_UndoneError), seeded.writing() as connection:
        yield connection
        raise _UndoneError
