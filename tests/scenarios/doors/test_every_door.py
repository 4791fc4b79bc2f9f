"""What somebody may not see is absent, through every door, for everybody."""

from __future__ import annotations

import pytest

from tests.scenarios.doors.conftest import House
from tests.scenarios.doors.people import NAMES
from tests.scenarios.doors.records import values_in, values_in_figures
from tests.scenarios.doors.routes import complaints
from tests.scenarios.doors.walk import Walk, listening, told


def test_every_route_can_be_walked(house: House) -> None:
    assert complaints(house.whole.app) == []


def test_everybody_is_who_the_policy_has_to_take_them_for(house: House) -> None:
    for person in house.people[1:]:
        me = house.whole.get("/access/me", headers=person.headers)
        assert person.viewer.clearance is not None
        assert me["clearance"] == person.viewer.clearance.label, person.name
        assert set(me["networks"]) == person.viewer.networks, person.name


@pytest.mark.parametrize("name", NAMES)
def test_nobody_reads_what_they_may_not(house: House, name: str) -> None:
    person, turn = house.person(name), NAMES.index(name)
    with listening("directory") as ear:
        walk = Walk(house.records, person, turn, house.whole, house.alone(person), compared=3)
        walk.everything()
    if walk.leaks:
        pytest.fail(told(walk.leaks))
    assert sum(walk.answers.values()) > 150
    assert walk.answers[200] > 50
    # Not even what they may see stands in a log or a figure.
    told_besides = values_in(ear.stream.getvalue().encode())
    told_besides |= values_in_figures(house.whole.ask("//metrics").data)
    assert not told_besides & house.records.values


def test_nobody_is_forgotten(house: House) -> None:
    assert [person.name for person in house.people] == NAMES
