"""An origin and a copy of it, each in a database of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from directory.db import Database
from tests.integration.sync.copies import Copy
from tests.integration.sync.mirrors import MirrorUnderTest, Way
from tests.integration.sync.small_origin import SmallOrigin


@pytest.fixture
def origin(database: Database) -> SmallOrigin:
    return SmallOrigin(database)


@pytest.fixture
def copy(new_database: Callable[[], str]) -> Iterator[Copy]:
    """A copy that does not hold anything yet."""
    database = Database(new_database(), is_copy=True)
    made = Copy(database)
    made.begin()
    yield made
    database.dispose()


@pytest.fixture
def mirror(
    origin: SmallOrigin, new_database: Callable[[], str], tmp_path: Path
) -> Iterator[MirrorUnderTest]:
    """A mirror that knows its origin and has not asked it for anything."""
    database = Database(new_database(), is_copy=True)
    made = MirrorUnderTest(Way(origin), database, tmp_path / "mirror")
    made.add()
    yield made
    database.dispose()
