"""A directory with an economy, a network and an organisation, to put desks into."""

import pytest
from sqlalchemy import Connection

from tests.integration.search.desks import Desks


@pytest.fixture
def desks(connection: Connection) -> Desks:
    """A small directory that is undone when the test ends."""
    return Desks(connection)
