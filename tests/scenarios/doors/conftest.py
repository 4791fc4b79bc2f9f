"""The directory that everybody walks through, and for each of them one without what is hidden."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from directory.changes.models import proposed_change_sets, proposed_operations
from directory.changes.operations import Put
from tests.api.service import API, Service, served
from tests.api.world import number, rid, write
from tests.scenarios.doors.people import Person, copy_people, make_people
from tests.scenarios.doors.records import LABELS, Records, make_records, word
from tests.scenarios.doors.returned import Returned, send_in

EDITOR = "editor of JP cleared for RED"

RELABELLED: tuple[dict[str, Any], ...] = (
    {},
    {"marking": "CLEAR", "audience": []},
    {"marking": "RED"},
)
"""What proposals do to the label of a record: leave it, widen it, narrow it."""


@dataclass
class House:
    """Everything, everybody, and for everybody the directory without what they may not see."""

    records: Records
    people: list[Person]
    whole: Service
    new_database: Callable[[], str]
    state: Path
    returned: Returned
    _alone: dict[frozenset[str], Service] = field(default_factory=dict)
    _fresh: list[Service] = field(default_factory=list)

    def alone(self, person: Person) -> Service:
        """A directory into which only what a person may see was ever written."""
        seen = frozenset(self.records.values_for(person.sees) | self.returned.values_for(person))
        if seen not in self._alone:
            service = served(self.new_database(), self.state / f"alone-{len(self._alone)}")
            write(service.database, self.records.seen_by(person.sees))
            copy_people(self.whole.database, service.database)
            self._copy_proposals(service, person)
            self.returned.copy(self.whole.database, service.database, person)
            self._alone[seen] = service
        return self._alone[seen]

    def fresh(self, person: Person) -> tuple[Service, Service]:
        """The whole directory and the one without what a person may not see, to be written to."""
        made = []
        for records in (self.records.all(), self.records.seen_by(person.sees)):
            url = self.new_database()
            service = served(url, self.state / f"fresh-{len(self._fresh)}")
            self._fresh.append(service)
            write(service.database, records)
            copy_people(self.whole.database, service.database)
            made.append(service)
        return made[0], made[1]

    def person(self, name: str) -> Person:
        """Somebody by name."""
        return next(person for person in self.people if person.name == name)

    def propose(self) -> None:
        """Let an editor propose another number for lines around the clock, under every label."""
        editor, client = self.person(EDITOR), self.whole.app.test_client()
        for place in range(len(LABELS)):
            key = rid("channel", 2200 + place)
            document = {**self.records.document(key), "raw": number(9000 + place)}
            document |= RELABELLED[place % len(RELABELLED)]
            reason = word(place, "reason")
            response = client.put(
                f"{API}/channels/{key}?reason={reason}",
                json=document,
                headers={**editor.headers, "If-Match": '"1.any"'},
            )
            assert response.status_code == 202, response.text
            change_set = response.get_json()["change_set"]
            self.records.propose(change_set, Put("channel", document, key, 1), reason)

    def _copy_proposals(self, service: Service, person: Person) -> None:
        """Let a directory hold the proposals of which a person may see something."""
        seen = {key for key, one in self.records.proposed.items() if one.is_seen(person.sees)}
        tables = ((proposed_change_sets, "id"), (proposed_operations, "change_set"))
        with self.whole.database.reading() as source, service.database.writing() as target:
            for table, name in tables:
                rows = [dict(row) for row in source.execute(select(table)).mappings()]
                if rows := [row for row in rows if row[name] in seen]:
                    target.execute(insert(table), rows)

    def dispose(self) -> None:
        """Close everything."""
        for service in (self.whole, *self._alone.values(), *self._fresh):
            service.dispose()


@pytest.fixture(scope="session")
def house(
    new_database: Callable[[], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[House]:
    state = tmp_path_factory.mktemp("state")
    records = make_records()
    whole = served(new_database(), state)
    write(whole.database, records.all())
    with whole.database.writing() as connection:
        people = make_people(connection)
    sender = next(person for person in people if person.name == EDITOR)
    returned = send_in(whole, records, sender)
    house = House(records, people, whole, new_database, state, returned)
    records.returned = returned
    house.propose()
    yield house
    house.dispose()
