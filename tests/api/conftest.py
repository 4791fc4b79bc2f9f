"""The two directories that most tests of the API only read: the real seed, and the demo."""

from collections.abc import Iterator

import pytest

from directory.settings import Anonymous
from tests.api.service import Service, served, sown
from tests.databases import MakeFurnished


@pytest.fixture(scope="session")
def real(
    new_furnished: MakeFurnished, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """The seed of real facts, read by the public."""
    url = new_furnished(*sown("reference", "report")).url
    service = served(url, tmp_path_factory.mktemp("state"))
    yield service
    service.dispose()


@pytest.fixture(scope="session")
def demo(
    new_furnished: MakeFurnished, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """The real seed and the fictional desks, read by one who may see all of it."""
    url = new_furnished(*sown("reference", "report", "demo")).url
    service = served(url, tmp_path_factory.mktemp("state"), Anonymous.EVERYTHING)
    yield service
    service.dispose()
