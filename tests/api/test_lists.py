"""Lists in pages: every item once and in order, whatever the limit; queries are read strictly."""

from pathlib import Path
from typing import Any

import pytest

from directory.ids import seeded_id
from directory.pages import write_page
from tests.api.service import API, Service, served
from tests.api.world import put, rid, write

LISTS: list[tuple[str, dict[str, Any]]] = [
    ("/contacts", {}),
    ("/contacts", {"economy": "US"}),
    ("/contacts", {"network": "interpol"}),
    ("/contacts", {"function": "mla_liaison"}),
    ("/contacts", {"language": "zh-Hant"}),
    ("/contacts", {"q": "desk"}),
    ("/organisations", {}),
    ("/organisations", {"economy": "TW"}),
    ("/meetings", {}),
    ("/economies/US/contacts", {}),
    ("/economies/TW/contacts", {}),
    ("/economies/NZ/statements", {}),
    ("/economies/MY/statements", {}),
]


@pytest.mark.parametrize(("path", "query"), LISTS, ids=str)
def test_every_limit_gives_each_item_once_and_in_the_same_order(
    demo: Service, path: str, query: dict[str, Any]
) -> None:
    whole = demo.walk(path, 200, **query)
    ids = [item["id"] for item in whole]
    assert len(ids) == len(set(ids)) > 1
    for limit in range(1, 8):
        assert [item["id"] for item in demo.walk(path, limit, **query)] == ids


def test_a_page_that_ends_a_list_exactly_has_no_next(demo: Service) -> None:
    whole = demo.walk("/meetings", 200)
    assert demo.get("/meetings", limit=len(whole))["next"] is None
    assert demo.get("/meetings", limit=len(whole) - 1)["next"] is not None


def test_a_list_goes_on_after_the_longest_of_titles(fresh_database: str, tmp_path: Path) -> None:
    service = served(fresh_database, tmp_path)
    write(
        service.database,
        [
            put("economy", "JP", code="JP", name={"en": "Japan"}),
            put("organisation", 1, slug="police", name={"en": "Police"}, economy="JP", owner="JP",
                organisation_type="law_enforcement", sector="public"),
            *(
                put("contact", place, title={"ja": f"{'𠮷' * 299}{place}"}, economy="JP",
                    organisation=rid("organisation", 1), owner="JP")
                for place in range(3)
            ),
        ],
    )  # fmt: skip
    for path in ("/contacts", "/economies/JP/contacts"):
        assert len(service.walk(path, 1)) == 3
    service.dispose()


def test_contacts_stand_by_economy_in_apecs_order_and_then_by_title(demo: Service) -> None:
    codes = [economy["code"] for economy in demo.get("/economies")["items"]]
    shown = [contact["economy"] for contact in demo.walk("/contacts", 50)]
    places = [codes.index(code) if code is not None else len(codes) for code in shown]
    assert places == sorted(places)


PAGED = ["/contacts", "/organisations", "/meetings", "/economies/US/contacts",
         "/economies/NZ/statements"]  # fmt: skip


@pytest.mark.parametrize("path", PAGED)
@pytest.mark.parametrize(
    "page",
    ["nonsense", "W10", "e30", "WzEsMiwzXQ", "WyJcdTAwMDAiLCJhIl0", "%00", "é", "[1]", "a" * 2001,
     "WzEsImEiLCJiIl0", "bnVsbA", "W251bGwsIiJd", "W3RydWUsIiJd", "W1tdXQ"],
)  # fmt: skip
def test_a_page_that_no_list_gave_out_is_refused(demo: Service, path: str, page: str) -> None:
    problem = demo.refused(path, 422, page=page)
    assert problem["errors"][0]["pointer"] == "?page"


def test_a_page_of_meetings_begins_with_a_day(demo: Service) -> None:
    page = write_page(["2011-99-99", "tel44"])
    problem = demo.refused("/meetings", 422, page=page)
    assert problem["errors"][0]["pointer"] == "?page"


def test_a_page_of_one_list_is_refused_by_another(demo: Service) -> None:
    page = demo.get("/contacts", limit=1)["next"]
    for path in PAGED[1:]:
        demo.refused(path, 422, page=page)


@pytest.mark.parametrize("limit", ["0", "-1", "201", "x", "", "1.5", "1e1", "9" * 30])
def test_a_limit_outside_one_to_two_hundred_is_refused(demo: Service, limit: str) -> None:
    problem = demo.refused("/contacts", 422, limit=limit)
    assert problem["errors"][0]["pointer"] == "?limit"


GETS = ["/economies", "/economies/JP", "/economies/JP/contacts", "/economies/JP/statements",
        "/contacts", "/organisations", "/organisations/interpol", "/networks", "/networks/interpol",
        "/meetings", "/meetings/tel44", "/search?q=desk", "/callers?number=1",
        "/reach?to=JP", f"/contacts/{seeded_id('contact', 'us-doj-attache')}"]  # fmt: skip


@pytest.mark.parametrize("path", GETS)
def test_a_parameter_that_does_not_exist_is_named(demo: Service, path: str) -> None:
    address = f"{API}{path}{'&' if '?' in path else '?'}surname=x"
    response = demo.app.test_client().get(address)
    assert response.status_code == 422
    problem = response.get_json()
    assert problem["errors"][0]["pointer"] == "?surname"
    assert "no such parameter" in problem["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [("to=JP&to=US", "?to"), ("to=JP&from=US&from=US", "?from"), ("to=JP&x=1&x=2", "?x")],
)
def test_a_parameter_that_stands_twice_is_named(demo: Service, query: str, pointer: str) -> None:
    response = demo.app.test_client().get(f"{API}/reach?{query}")
    assert response.status_code == 422
    assert pointer in {error["pointer"] for error in response.get_json()["errors"]}


def test_every_fault_of_a_query_is_told_at_once(demo: Service) -> None:
    problem = demo.refused("/reach", 422, function="dancing", language="!", at="soon", x=1)
    assert {error["pointer"] for error in problem["errors"]} == {
        "?to", "?function", "?language", "?at", "?x",
    }  # fmt: skip
    assert problem["type"] == "/problems/bad-query"
    assert problem["status"] == 422


@pytest.mark.parametrize(
    "at",
    ["2012-11-02T00:00:00", "2012-11-02T00:00", "2012-11-02 00:00", "20121102T000000",
     "2012-13-01", "2012-11-31", "yesterday", "1320192000", "", "0001-01-01T00:00:00+14:00",
     "9999-12-31T23:59:59-14:00", "2012-W44", "２０１２-11-02"],
)  # fmt: skip
def test_an_instant_without_a_zone_is_refused_with_the_form_to_write(
    demo: Service, at: str
) -> None:
    problem = demo.refused("/reach", 422, to="JP", at=at)
    (error,) = problem["errors"]
    assert error["pointer"] == "?at"
    assert "2011-09-24T01:10:00Z" in error["detail"] or "outside the years" in error["detail"]


@pytest.mark.parametrize(
    ("at", "instant"),
    [
        ("2012-11-02", "2012-11-02T12:00:00Z"),
        ("2012-11-02T05:00:00Z", "2012-11-02T05:00:00Z"),
        ("2012-11-02T05:00:00+08:00", "2012-11-01T21:00:00Z"),
        ("2012-11-02T05:00:00 08:00", "2012-11-01T21:00:00Z"),  # a plus that was not escaped
        ("2012-11-02T05:00:00-05:00", "2012-11-02T10:00:00Z"),
    ],
)
def test_an_instant_is_answered_in_utc(demo: Service, at: str, instant: str) -> None:
    assert demo.get("/reach", to="JP", at=at)["at"] == instant


@pytest.mark.parametrize("at", ["1900-01-01", "2199-12-31T23:59:59Z", "1968-02-29"])
@pytest.mark.parametrize("accept", ["application/json", "text/plain"])
def test_the_first_and_last_years_can_be_asked_about(demo: Service, at: str, accept: str) -> None:
    for to, origin in (("JP", "US"), ("US", "TW"), ("BN", None)):
        response = demo.ask("/reach", accept=accept, to=to, from_=origin, at=at)
        assert response.status_code == 200


@pytest.mark.parametrize(
    "at", ["0001-01-01", "0001-01-02T00:00:00Z", "1899-12-31", "2200-01-01T00:00:00Z",
           "9999-12-31", "9999-12-31T23:59:59Z"],
)  # fmt: skip
def test_years_that_no_desk_keeps_hours_in_are_refused(demo: Service, at: str) -> None:
    (error,) = demo.refused("/reach", 422, to="JP", at=at)["errors"]
    assert error["pointer"] == "?at"
    assert "from 1900 to 2199" in error["detail"]


def test_every_instant_that_is_answered_ends_with_z(demo: Service) -> None:
    for path in ("/contacts?limit=200", "/reach?to=US&from=TW", "/meetings", "/economies",
                 "/economies/TW/contacts"):  # fmt: skip
        for key, text in _instants(demo.app.test_client().get(API + path).get_json()):
            assert text.endswith("Z"), (path, key, text)


def _instants(value: Any, key: str = "") -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [found for k, v in value.items() for found in _instants(v, k)]
    if isinstance(value, list):
        return [found for item in value for found in _instants(item, key)]
    is_instant = key == "at" or key.endswith("_at")
    return [(key, value)] if is_instant and isinstance(value, str) else []
