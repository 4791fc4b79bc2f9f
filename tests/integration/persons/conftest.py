"""A directory in which one person stands in every place there is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from directory.db import Database
from directory.readings.log import ReadingLog
from tests.integration.persons.everywhere import Everywhere, put_everywhere


@pytest.fixture
def everywhere(fresh_database: str, tmp_path: Path) -> Iterator[Everywhere]:
    """One of the test's own, committed."""
    database, state = Database(fresh_database), tmp_path / "state"
    read_log = ReadingLog.of(fresh_database, state)
    yield put_everywhere(Everywhere(database, read_log, state))
    database.dispose()
    read_log.dispose()
