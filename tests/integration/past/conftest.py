"""The whole seed, to be read as it was by some instant."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from directory.db import Database
from directory.policy import PUBLIC, Tlp, Viewer
from tests.api.service import sown
from tests.databases import MakeFurnished

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
VIEWERS = {
    "the public": PUBLIC,
    "GREEN": Viewer(None, frozenset(), Tlp.GREEN, frozenset()),
    "AMBER in one network": Viewer("TW", frozenset({"g7-24-7"}), Tlp.AMBER, frozenset()),
    "AMBER in others": Viewer("JP", frozenset({"interpol", "apcert"}), Tlp.AMBER, frozenset()),
    "RED, editor of two": Viewer(
        "US", frozenset({"g7-24-7", "budapest-35"}), Tlp.RED, frozenset({"US", "MY"})
    ),
}


@pytest.fixture(scope="session")
def demo(new_furnished: MakeFurnished) -> Iterator[Database]:
    database = Database(new_furnished(*sown("reference", "report", "demo", at=NOW)).url)
    yield database
    database.dispose()
