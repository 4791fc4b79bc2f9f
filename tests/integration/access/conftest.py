from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.office import Office, office_on


@pytest.fixture
def office(fresh_database: str, tmp_path: Path) -> Iterator[Office]:
    """Two operators of two agencies, made at the machine."""
    with office_on(fresh_database, tmp_path) as office:
        yield office
