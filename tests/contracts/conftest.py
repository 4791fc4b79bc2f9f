"""One application over everything that is seeded, for the promises that concern its pages."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from directory.access.commands.accounts import create_operator
from directory.clock import utc_now
from directory.migrate import upgrade
from directory.settings import Anonymous
from directory.web.context import running
from tests.api.service import Service, seeded


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The seed and the fictional desks. No page depends on the database: SQLite will do."""
    folder = tmp_path_factory.mktemp("contracts")
    url = f"sqlite:///{folder / 'directory.db'}"
    upgrade(url)
    sets = ("reference", "report", "demo")
    with seeded(url, folder, *sets, anonymous=Anonymous.EVERYTHING) as service:
        with service.database.writing() as connection:
            _, token = create_operator(
                connection, "Ann", "ann@alpha.example", "Alpha", at=utc_now()
            )
        yield replace(service, operator=token)
        running(service.app).dispose()
