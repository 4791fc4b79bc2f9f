"""The walk finds leaks: a query, an error and a count that tell, put in on purpose."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from flask import Response
from marshmallow import Schema
from sqlalchemy import func, select

from directory.changes.errors import BrokenRuleError
from directory.contacts.models import channels, contacts
from directory.policy import viewer_parameters, visible
from directory.reference.models import networks
from directory.web.answers import answer
from directory.web.api import register, sync
from directory.web.api.base import Blueprint, QuerySchema
from directory.web.api.parameters import text_of
from directory.web.auth import Permission, allows
from directory.web.context import reading
from tests.api.service import API, Service, served
from tests.scenarios.doors.conftest import House
from tests.scenarios.doors.copied import SYNC, WIDEST
from tests.scenarios.doors.records import values_in_figures
from tests.scenarios.doors.routes import UnknownPlaceError, complaints, routes_of
from tests.scenarios.doors.walk import Leak, Walk

View = Callable[[dict[str, Any]], Response]


def leaky_query(query: dict[str, Any]) -> Response:
    """The first channels, and nobody asked who looks."""
    with reading() as directory:
        texts = directory.connection.scalars(select(channels.c.document)).all()
    return answer(orjson.dumps({"items": [orjson.loads(text) for text in texts]}))


def leaky_error(query: dict[str, Any]) -> Response:
    """An error that names what is in the way."""
    with reading() as directory:
        slugs = directory.connection.scalars(select(networks.c.slug)).all()
    raise BrokenRuleError(f"These are taken: {' '.join(slugs)}")


def leaky_count(query: dict[str, Any]) -> Response:
    """How many contacts there are, hidden ones included."""
    with reading() as directory:
        count = directory.connection.scalar(select(func.count()).select_from(contacts))
    return answer(orjson.dumps({"count": count}))


def honest_count(query: dict[str, Any]) -> Response:
    """How many contacts the asker may see."""
    with reading() as directory:
        count = directory.connection.scalar(
            select(func.count()).select_from(contacts).where(visible(contacts)),
            viewer_parameters(directory.viewer),
        )
    return answer(orjson.dumps({"count": count}))


def leaky_ends(query: dict[str, Any]) -> Response:
    """How the numbers of all lines end: four digits, and nothing else of them."""
    with reading() as directory:
        texts = directory.connection.scalars(select(channels.c.document)).all()
    told = (orjson.loads(text) for text in texts)
    ends = [each["raw"][-9:] for each in told if each["medium"] == "telephone"]
    return answer(orjson.dumps({"items": ends}))


class StrangeQuery(QuerySchema):
    """A parameter that nobody has thought of."""

    strange = text_of("Whatever.")


@contextmanager
def built(
    house: House,
    monkeypatch: pytest.MonkeyPatch,
    view: View,
    query: type[QuerySchema] = QuerySchema,
    *,
    rule: str = "/leaks",
    is_declared: bool = True,
) -> Iterator[tuple[Service, Service]]:
    """The directory, and the one without what is hidden, with one route more."""
    blueprint = Blueprint("leaks", __name__)
    described = blueprint.query(query)(blueprint.answers(Schema)(view))
    if is_declared:
        allows(Permission.READ)(described)
    blueprint.route(rule, methods=["GET"])(described)
    module = SimpleNamespace(blueprint=blueprint)
    monkeypatch.setattr(register, "BLUEPRINTS", (*register.BLUEPRINTS, module))
    alone = house.alone(house.person("anonymous"))
    urls = [service.database.url for service in (house.whole, alone)]
    services = [served(url, house.state / f"leaks-{n}") for n, url in enumerate(urls)]
    yield services[0], services[1]
    for service in services:
        service.dispose()


def found(house: House, whole: Service, alone: Service) -> list[Leak]:
    """What a walk of the public through the new route alone reports."""
    walk = Walk(house.records, house.person("anonymous"), 0, whole, alone)
    walk.through([r for r in routes_of(whole.app) if r.path.startswith(f"{API}/leaks")])
    return walk.leaks


def test_a_leaky_query_is_found(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with built(house, monkeypatch, leaky_query) as (whole, alone):
        leaks = found(house, whole, alone)
    assert any("shows" in leak.what for leak in leaks)


def test_the_end_of_a_hidden_number_is_found(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with built(house, monkeypatch, leaky_ends) as (whole, _):
        walk = Walk(house.records, house.person("anonymous"), 0, whole, None)
        walk.through([r for r in routes_of(whole.app) if r.path.startswith(f"{API}/leaks")])
    assert walk.leaks
    assert all(re.search(r"shows [0-9]{4}\b", leak.what) for leak in walk.leaks)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (b"process_start_time_seconds 1.79555090036e+09", set()),
        (b'python_gc_objects_collected_total{generation="0"} 9003.0', set()),
        (b"process_resident_memory_bytes 4.555090030e+09", set()),
        (b"lines_called 6.1255509003e+010", {"9003"}),
        (b"lines_called 55509003.0", {"9003"}),
        (b'calls_total{line="+61 2 5550 9003"} 1.0', {"9003"}),
        (b'calls_total{line="+61255509003"} 1.0', {"9003"}),
        (b'calls_total{to="zqbcdfghjklm"} NaN', {"zqbcdfghjklm"}),
        (b"# HELP calls_total Of 5550 9003", {"9003"}),
        (b"longest_wait_seconds 3.1000105e+07", {"31000105"}),
    ],
)
def test_a_figure_tells_what_stands_in_it_and_not_what_it_comes_to_by_chance(
    line: bytes, found: set[str]
) -> None:
    assert values_in_figures(line) == found


def test_a_copy_of_too_much_is_found(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the feed and in a snapshot, where records are text within text."""
    routes = [r for r in routes_of(house.whole.app) if r.path.startswith(SYNC)]
    person = house.person("reader cleared for GREEN")
    honest = Walk(house.records, person, 0, house.whole, None)
    honest.through(routes)
    assert honest.leaks == []
    assert honest.answers[200] > 3
    monkeypatch.setattr(sync, "Scope", SimpleNamespace(of=lambda viewer: WIDEST))
    leaky = Walk(house.records, person, 0, house.whole, None)
    leaky.through(routes)
    doors = {leak.address.partition("?")[0].removeprefix(SYNC) for leak in leaky.leaks}
    assert "changes" in doors
    assert any(door.startswith("snapshots/") for door in doors)


def test_a_leaky_error_is_found(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with built(house, monkeypatch, leaky_error) as (whole, alone):
        leaks = found(house, whole, alone)
    assert any("shows zq" in leak.what for leak in leaks)


def test_a_leaky_count_is_found(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with built(house, monkeypatch, leaky_count) as (whole, alone):
        leaks = found(house, whole, alone)
    assert leaks
    assert all("differs" in leak.what for leak in leaks)


def test_a_route_that_keeps_to_the_policy_is_none(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with built(house, monkeypatch, honest_count) as (whole, alone):
        assert found(house, whole, alone) == []
        assert complaints(whole.app) == []


def test_a_route_that_declares_no_permission_is_found(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with built(house, monkeypatch, honest_count, is_declared=False) as (whole, _):
        assert [each for each in complaints(whole.app) if "/leaks" in each and "@allows" in each]


def test_a_parameter_of_which_nothing_is_known_is_found(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        built(house, monkeypatch, honest_count, StrangeQuery) as (whole, alone),
        pytest.raises(UnknownPlaceError, match=r"\?strange=.*PARAMETERS of tests/"),
    ):
        found(house, whole, alone)


def test_a_place_of_which_nothing_is_known_is_found(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def view(query: dict[str, Any], strange: str) -> Response:
        """One thing."""
        return honest_count(query)

    with (
        built(house, monkeypatch, view, rule="/leaks/<string:strange>") as (whole, alone),  # type: ignore[arg-type]
        pytest.raises(UnknownPlaceError, match=r"{strange}.*Values.in_path of tests/"),
    ):
        found(house, whole, alone)
