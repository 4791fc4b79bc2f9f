"""Last use is told to about a minute, kept over processes, and waited for by nobody."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from directory.access.models import partners
from directory.access.uses import LastUses, kept_beside
from directory.db import Database, lock_out_writers
from tests.api.office import Office
from tests.api.service import watching

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def uses(database: Database, tmp_path: Path) -> Iterator[LastUses]:
    uses = kept_beside(database, tmp_path)
    yield uses
    uses.dispose()


def test_a_use_is_told_before_and_after_it_is_written(
    uses: LastUses, database: Database, tmp_path: Path
) -> None:
    uses.note("one", NOW)
    assert uses.of(["one", "two"]) == {"one": NOW}
    uses.write()
    assert uses.of(["one", "two"]) == {"one": NOW}
    assert uses.of([]) == {}
    another = kept_beside(database, tmp_path)
    assert another.of(["one"]) == {"one": NOW}
    another.dispose()


def test_a_token_is_noted_once_a_minute(uses: LastUses) -> None:
    for seconds, told in ((0, 0), (30, 0), (59, 0), (60, 60), (100, 60)):
        uses.note("one", NOW + seconds * SECOND)
        assert uses.of(["one"]) == {"one": NOW + told * SECOND}
        uses.write()
        assert uses.of(["one"]) == {"one": NOW + told * SECOND}


def test_an_older_use_never_replaces_a_newer(
    uses: LastUses, database: Database, tmp_path: Path
) -> None:
    another = kept_beside(database, tmp_path)
    uses.note("one", NOW)
    another.note("one", NOW + timedelta(hours=1))
    another.write()
    uses.write()
    assert uses.of(["one"]) == another.of(["one"]) == {"one": NOW + timedelta(hours=1)}
    another.dispose()


def test_what_is_noted_is_written_by_itself_when_the_directory_closes(
    uses: LastUses, database: Database, tmp_path: Path
) -> None:
    another = kept_beside(database, tmp_path)
    another.note("one", NOW)
    another.dispose()
    assert uses.of(["one"]) == {"one": NOW}


def test_a_store_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "uses.db").write_bytes(b"this is no database" * 100)
    uses = LastUses(Database(f"sqlite:///{tmp_path / 'uses.db'}"))
    uses.write()
    uses.note("one", NOW)
    uses.dispose()


def test_a_request_waits_for_no_writer(office: Office) -> None:
    _, token = office.reader()
    office.me(token)
    with office.service.database.writing() as connection:
        lock_out_writers(connection, partners)
        assert office.me(token)["name"] == "Rita"
    with watching(office.service.database) as seen:
        office.me(token)
    assert not [statement for statement in seen if "token_uses" in statement]
