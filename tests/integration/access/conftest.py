from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.office import Office, furnish, office_in
from tests.databases import MakeFurnished


@pytest.fixture
def office(fresh_furnished: MakeFurnished, tmp_path: Path) -> Iterator[Office]:
    """Two operators of two agencies, made at the machine."""
    with office_in(fresh_furnished("office", furnish), tmp_path) as office:
        yield office
