"""The directory that everybody walks through, and for each of them one without what is hidden."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.api.service import Service, served
from tests.api.world import write
from tests.scenarios.doors.people import Person, copy_people, make_people
from tests.scenarios.doors.records import Records, make_records


@dataclass
class House:
    """Everything, everybody, and for everybody the directory without what they may not see."""

    records: Records
    people: list[Person]
    whole: Service
    new_database: Callable[[], str]
    state: Path
    _alone: dict[frozenset[str], Service] = field(default_factory=dict)

    def alone(self, person: Person) -> Service:
        """A directory into which only what a person may see was ever written."""
        seen = frozenset(self.records.values_for(person.sees))
        if seen not in self._alone:
            service = served(self.new_database(), self.state / f"alone-{len(self._alone)}")
            write(service.database, self.records.seen_by(person.sees))
            copy_people(self.whole.database, service.database)
            self._alone[seen] = service
        return self._alone[seen]

    def dispose(self) -> None:
        """Close everything."""
        for service in (self.whole, *self._alone.values()):
            service.dispose()


@pytest.fixture(scope="session")
def records() -> Records:
    return make_records()


@pytest.fixture(scope="module")
def house(
    records: Records,
    new_database: Callable[[], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[House]:
    state = tmp_path_factory.mktemp("state")
    whole = served(new_database(), state)
    write(whole.database, records.all())
    with whole.database.writing() as connection:
        people = make_people(connection)
    house = House(records, people, whole, new_database, state)
    yield house
    house.dispose()
