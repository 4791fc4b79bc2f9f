"""What the lists cover, and where all hangs on one desk."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from directory.changes.operations import Put
from directory.contacts.rules.covering import MOST_NAMED, Cell, Line, Post, cell_of, counted
from directory.readings.models import readings
from directory.web.context import running
from tests.api.editors import (
    AGENCY,
    GUARDED,
    GUARDED_LINE,
    PLAIN,
    Editors,
    editors_in,
    furnish,
    organisation,
)
from tests.api.service import Service
from tests.api.world import certificate, put, rid, write
from tests.databases import MakeFurnished


@pytest.fixture
def editors(fresh_furnished: MakeFurnished, tmp_path: Path) -> Iterator[Editors]:
    editors = editors_in(fresh_furnished("editors", furnish), tmp_path)
    yield editors
    editors.service.dispose()


def stand(editors: Editors, *operations: Put) -> None:
    write(editors.service.database, operations)


def cells(editors: Editors, who: str = "editor", query: str = "?economy=AU") -> dict[Any, Any]:
    (economy,) = editors.get(who, f"/coverage{query}")["economies"]
    return {cell["network"]: cell for cell in economy["networks"]}


def lacks(cell: dict[str, Any]) -> list[str]:
    return [each["code"] for each in cell["lacks"]]


def desk(key: str, **more: Any) -> Put:
    return put("contact", key, **({"title": {"en": key}, "organisation": AGENCY, "economy": "AU",
               "owner": "AU", "networks": ["g7"]} | more))  # fmt: skip


def line(key: str, contact: str, **more: Any) -> Put:
    return put("channel", key, **({"contact": contact, "medium": "telephone", "owner": "AU",
               "raw": "+61 2 5550 0188"} | more))  # fmt: skip


def test_all_hangs_on_one_contact_and_one_channel(editors: Editors) -> None:
    cell = cells(editors)["g7"]
    assert (cell["contacts"], cell["channels"], cell["around_the_clock"]) == (1, 1, True)
    assert lacks(cell) == ["one-contact", "one-channel", "no-language"]
    assert [each["id"] for each in cell["nothing_verified"]["contacts"]] == [GUARDED]
    assert cell["without_holder"]["count"] == 1
    # The office is designated for no network.
    assert [each["id"] for each in cells(editors)[None]["nothing_verified"]["contacts"]] == [PLAIN]


def test_an_economy_that_takes_part_and_names_nobody_is_a_gap(editors: Editors) -> None:
    stand(editors, put("membership", "JP", economy="JP", network="other", status="member",
                       known_on="2026-01-01"))  # fmt: skip
    cell = cells(editors, query="?economy=JP")["other"]
    assert (cell["contacts"], lacks(cell)) == (0, ["no-contact"])


@pytest.mark.parametrize(
    "period",
    [{"status": "not_member"}, {"until_date": "2020-01-01"}, {"from_date": "2090-01-01"}],
)
def test_where_an_economy_takes_no_part_nothing_is_lacking(
    editors: Editors, period: dict[str, Any]
) -> None:
    fields: dict[str, Any] = {
        "economy": "JP",
        "network": "other",
        "status": "member",
        "known_on": "2026-01-01",
    }
    stand(editors, put("membership", "JP", **(fields | period)))
    # Neither is an APEC member here, so without a cell they are not listed at all.
    assert editors.get("editor", "/coverage?economy=JP")["economies"] == []


def test_hours_languages_holders_and_checks_count(editors: Editors) -> None:
    other = rid("contact", "second")
    stand(
        editors,
        desk("second", languages=["zh-Hant", "en-AU"]),
        line("mail", other, medium="e-mail", raw="second@agency.example"),
        put("holder", "now", contact=other, name={"en": "Sam Reed"}, owner="AU"),
        put("holder", "then", contact=GUARDED, name={"en": "Kim Lane"}, owner="AU",
            from_date="2020-01-01", until_date="2021-01-01"),
        put("check", "reached", channel=rid("channel", "mail"), outcome="answered", owner="AU",
            checked_at="2026-11-20T00:00:00Z", method="test_message"),
    )  # fmt: skip
    cell = cells(editors)["g7"]
    assert (cell["contacts"], cell["channels"], lacks(cell)) == (2, 2, [])
    assert cell["languages"] == ["en", "zh"]
    assert [each["id"] for each in cell["nothing_verified"]["contacts"]] == [GUARDED]
    assert [each["id"] for each in cell["without_holder"]["contacts"]] == [GUARDED]
    stand(editors, put("check", "dead", channel=GUARDED_LINE, outcome="number_dead", owner="AU",
                       checked_at="2026-11-21T00:00:00Z", method="test_call",
                       marking="GREEN"))  # fmt: skip
    cell = cells(editors)["g7"]
    assert cell["around_the_clock"] is False
    assert lacks(cell) == ["one-channel", "not-around-the-clock"]


def test_a_key_that_does_not_expire_lacks_nothing(editors: Editors) -> None:
    stand(editors, put("key", 1, contact=GUARDED, armored=certificate(1), owner="AU"))
    assert cells(editors)["g7"]["expired_keys"]["count"] == 0


def test_an_expired_key_is_told(demo: Service) -> None:
    found = demo.get("/coverage")["economies"]
    assert [economy["code"] for economy in found][:3] == ["AU", "BN", "CA"]
    expired = [
        (economy["code"], each["kind"])
        for economy in found
        for cell in economy["networks"]
        for each in cell["expired_keys"]["contacts"]
    ]
    assert expired == [("NZ", "contact")]


def test_what_is_hidden_covers_nothing(editors: Editors) -> None:
    secret = rid("contact", "secret")
    stand(
        editors,
        desk("secret", marking="RED", languages=["fr"]),
        line("secret", secret, marking="RED"),
        line("narrow", GUARDED, marking="RED", medium="fax"),
        put("holder", "narrow", contact=GUARDED, name={"en": "X"}, owner="AU", marking="RED"),
    )
    seen, all_of_it = cells(editors)["g7"], cells(editors, "chief")["g7"]
    assert (seen["contacts"], seen["channels"], seen["languages"]) == (1, 1, [])
    assert seen["without_holder"]["count"] == 1
    assert (all_of_it["contacts"], all_of_it["channels"]) == (2, 3)
    assert all_of_it["without_holder"]["count"] == 1


def test_a_private_organisation_takes_part_in_no_network(editors: Editors) -> None:
    company = rid("organisation", "company")
    stand(
        editors,
        Put("organisation", organisation(slug="company", sector="private"), company),
        desk("provider", organisation=company),
    )
    assert cells(editors)["g7"]["contacts"] == 1
    assert cells(editors)[None]["contacts"] == 2


def test_what_it_rests_on_is_recorded(editors: Editors) -> None:
    restricted = rid("contact", "amber")
    stand(editors, desk("amber", marking="AMBER"), line("amber", restricted, marking="AMBER"))
    editors.get("editor", "/coverage?economy=AU")
    with running(editors.service.app).readings.reading() as connection:
        texts = connection.scalars(select(readings.c.records)).all()
    assert rid("contact", "amber") in "".join(texts)
    assert rid("channel", "amber") in "".join(texts)


NAMED = json.dumps(
    dict.fromkeys(("kind", "id", "owner", "marking", "audience", "title"), "x"),
)


def test_of_many_that_lack_something_the_first_are_named() -> None:
    cell = Cell()
    lines = counted([Line("telephone", "stale", False)])
    for _ in range(MOST_NAMED + 5):
        cell.add(Post(NAMED, frozenset(), lines, False, False))
    told = cell_of(cell, None)["nothing_verified"]
    assert (told["count"], len(told["contacts"])) == (MOST_NAMED + 5, MOST_NAMED)


@pytest.mark.parametrize(
    ("lines", "lacking"),
    [
        pytest.param([], "no-channel", id="no channel"),
        pytest.param([Line("telephone", "failed", True)] * 2, "all-failed", id="all failed"),
        pytest.param([Line("telephone", None, True)] * 2, "one-medium", id="one medium"),
        pytest.param(
            [Line("telephone", None, True), Line("fax", "failed", True)], "one-channel",
            id="one of two works",
        ),
    ],
)  # fmt: skip
def test_where_all_hangs_on_one_thing(lines: list[Line], lacking: str) -> None:
    cell = Cell()
    for held in ([], lines):
        cell.add(Post(NAMED, frozenset({"en"}), counted(held), True, False))
    assert [each["code"] for each in cell_of(cell, None)["lacks"]] == [lacking]
