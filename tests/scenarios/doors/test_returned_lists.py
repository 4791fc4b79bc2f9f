"""Nobody learns by sending a list in: it is held against what its sender may see."""

from __future__ import annotations

import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.api.returning import form, listed, part
from tests.api.service import API, Service
from tests.scenarios.doors.conftest import House
from tests.scenarios.doors.people import NAMES as NAMES_OF_PEOPLE
from tests.scenarios.doors.records import Records, values_in
from tests.scenarios.doors.routes import UNKNOWN, routes_of
from tests.scenarios.doors.test_writing import PASSING, Writer, none_learned
from tests.scenarios.doors.walk import Walk
from tests.scenarios.doors.walk import told as all_told

SENDERS = ("editor of AU", "coordinator", "reader cleared for GREEN", "service")
DOORS = ("/change-sets", "/returned-lists")
AT_THE_DOORS = tuple(API + door for door in DOORS)
NAMES = {"AU": "Land of AU", "JP": "Land of JP"}


def send(writer: Writer, service: Service, door: str, data: bytes, **said: str) -> TestResponse:
    """Send a list in as somebody."""
    fields = [part(name, value.encode()) for name, value in said.items()]
    headers = {"X-Request-Id": "the-same", **writer.person.headers}
    return service.app.test_client().post(
        API + door, headers=headers, **form(part("file", data, "list.csv"), *fields)
    )


def told(response: TestResponse, *names: str) -> tuple[int, bytes]:
    """An answer without what is made by chance, and without what its asker said."""
    text = response.data
    for name in names:
        text = text.replace(name.encode(), b"...")
    return response.status_code, re.sub(rb'"sha256":"[0-9a-f]+"', b"", PASSING.sub(b"?", text))


def rows_on(records: Records) -> list[str]:
    """Rows that name what desks of two owners have under every label."""
    found = []
    for owner, first in (("AU", 100), ("JP", 200)):
        contacts = [key for key in records.of_kind("contact")
                    if records.document(key)["owner"] == owner]  # fmt: skip
        for key in contacts[:: max(1, len(contacts) // 18)]:
            lines = [records.document(c) for c in records.of_kind("channel")
                     if records.document(c)["contact"] == key]  # fmt: skip
            numbers = [c["raw"] for c in lines if c["medium"] == "telephone"][:1]
            mails = [c["raw"] for c in lines if c["medium"] == "e-mail"][:1]
            title = records.document(key)["title"]["en"]
            found.append(f"{NAMES[owner]},,{title},,{''.join(numbers)},{''.join(mails)}")
        assert len(found) > first // 100
    return found


def test_the_forms_are_described_and_tried_here(house: House) -> None:
    paths = {route.path for route in routes_of(house.whole.app) if route.method == "post"}
    assert {API + door for door in DOORS} <= paths


def test_a_meeting_or_a_desk_that_is_hidden_is_one_that_there_is_not(house: House) -> None:
    tried = 0
    walks: list[Writer] = []
    for turn, name in enumerate(SENDERS):
        whole, _ = house.fresh(house.person(name))
        writer = Writer(house.records, house.person(name), turn, whole, None)
        walks.append(writer)
        data = listed(f"{NAMES['AU']},,A new desk,Some agency,+61 2 5550 9990,")
        hidden: list[tuple[dict[str, str], dict[str, str]]] = [
            ({"meeting": str(writer.records.document(key)["slug"])}, {"meeting": "no-such-name"})
            for key in writer.hidden("meeting")
        ]
        hidden += [
            ({"matches": f"2={key}"}, {"matches": f"2={UNKNOWN}"})
            for key in writer.hidden("contact")
        ]
        for door in DOORS:
            for known, unknown in hidden:
                answers: list[Any] = []
                for said in (known, unknown):
                    response = send(writer, whole, door, data, **said)
                    writer.look_through(door, response.data, values_in(repr(said).encode()))
                    answers.append(told(response, *said.values(), *(
                        value.removeprefix("2=") for value in said.values())))  # fmt: skip
                tried += 1
                if answers[0] != answers[1]:
                    writer.note(f"POST {door} {known}", f"{answers[0]} and {answers[1]}"[:900])
    none_learned(walks)
    assert tried > 20


@pytest.mark.parametrize("name", SENDERS[:3])
def test_a_list_is_read_as_if_what_is_hidden_had_never_been(house: House, name: str) -> None:
    """The same rows, naming numbers and titles of hidden desks, in both directories."""
    person = house.person(name)
    whole, alone = house.fresh(person)
    writer = Writer(house.records, person, 0, whole, alone)
    data = listed(*rows_on(house.records))
    answers = []
    for service in (whole, alone):
        response = send(writer, service, DOORS[0], data)
        assert response.status_code == 201, response.text
        rid = response.get_json()["id"]
        client = service.app.test_client()
        parts = [response.data]
        addresses = [f"/returned-lists/{rid}/findings?limit=200"]
        addresses += [f"/change-sets/{each['id']}" for each in response.get_json()["change_sets"]]
        parts += [client.get(API + each, headers=person.headers).data for each in addresses]
        answers.append([told_part(each) for each in parts])
    if answers[0] != answers[1]:
        pairs = zip(*answers, strict=False)
        one, other = next((a, b) for a, b in pairs if a != b)
        at = next(n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
        pytest.fail(
            f"{one[max(0, at - 300) : at + 300]!r}\nand\n{other[max(0, at - 300) : at + 300]!r}"
        )


def told_part(body: bytes) -> bytes:
    """A body without ids, instants and digests."""
    return re.sub(rb'"sha256":"[0-9a-f]+"', b"", PASSING.sub(b"?", body))


@pytest.mark.parametrize("name", NAMES_OF_PEOPLE)
def test_of_a_list_everybody_sees_what_there_would_be_without_the_rest(
    house: House, name: str
) -> None:
    person, turn = house.person(name), NAMES_OF_PEOPLE.index(name)
    walk = Walk(house.records, person, turn, house.whole, house.alone(person), compared=1)
    walk.through(
        [route for route in routes_of(house.whole.app) if route.path.startswith(AT_THE_DOORS)]
    )
    if walk.leaks:
        pytest.fail(all_told(walk.leaks))
