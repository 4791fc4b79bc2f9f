"""What somebody may not see is absent, through every door, for everybody."""

from __future__ import annotations

import pytest

from tests.scenarios.doors.conftest import House
from tests.scenarios.doors.records import values_in
from tests.scenarios.doors.routes import complaints
from tests.scenarios.doors.walk import Leak, Walk, listening, told


def test_every_route_can_be_walked(house: House) -> None:
    assert complaints(house.whole.app) == []


def test_everybody_is_who_the_policy_has_to_take_them_for(house: House) -> None:
    for person in house.people[1:]:
        me = house.whole.get("/access/me", headers=person.headers)
        assert person.viewer.clearance is not None
        assert me["clearance"] == person.viewer.clearance.label, person.name
        assert set(me["networks"]) == person.viewer.networks, person.name


def test_nobody_reads_what_they_may_not(house: House) -> None:
    leaks: list[Leak] = []
    answered = 0
    with listening("directory") as ear:
        for turn, person in enumerate(house.people):
            walk = Walk(house.records, person, turn, house.whole, house.alone(person), compared=2)
            walk.everything()
            leaks += walk.leaks
            answered += sum(walk.answers.values())
    if leaks:
        pytest.fail(told(leaks))
    assert answered > 1000
    metrics = house.whole.ask("//metrics").data
    assert not values_in(metrics) & house.records.values
    assert not values_in(ear.stream.getvalue().encode()) & house.records.values
