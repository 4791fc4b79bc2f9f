"""The two directories that most tests of the API only read: the real seed, and the demo."""

from collections.abc import Callable, Iterator

import pytest

from directory.settings import Anonymous
from tests.api.service import Service, seeded


@pytest.fixture(scope="session")
def real(
    new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """The seed of real facts, read by the public."""
    with seeded(new_database(), tmp_path_factory.mktemp("state"), "reference", "report") as service:
        yield service


@pytest.fixture(scope="session")
def demo(
    new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """The real seed and the fictional desks, read by one who may see all of it."""
    sets = ("reference", "report", "demo")
    state = tmp_path_factory.mktemp("state")
    with seeded(new_database(), state, *sets, anonymous=Anonymous.EVERYTHING) as service:
        yield service
