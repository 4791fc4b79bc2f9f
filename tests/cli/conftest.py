"""A directory with everything in it, which tests of reading commands share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.service import sown
from tests.cli.commands import Commands, commands
from tests.databases import MakeFurnished


@pytest.fixture(scope="module")
def demo(
    new_furnished: MakeFurnished, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Commands]:
    """The real seed and the fictional desks, read by one who may see all of it."""
    url = new_furnished(*sown("reference", "report", "demo")).url
    with commands(url, tmp_path_factory.mktemp("state")) as demo:
        yield demo


@pytest.fixture
def fresh(fresh_database: str, tmp_path: Path) -> Iterator[Commands]:
    """An empty, migrated directory of the test's own."""
    with commands(fresh_database, tmp_path) as fresh:
        yield fresh


@pytest.fixture
def unmigrated(empty_database: str, tmp_path: Path) -> Iterator[Commands]:
    """A directory whose database nobody has migrated."""
    with commands(empty_database, tmp_path) as unmigrated:
        yield unmigrated
