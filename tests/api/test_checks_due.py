"""What to call next: lines around the clock first, those of which the least is known in front."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from directory.access.models import partners
from directory.contacts.always import AROUND_THE_CLOCK
from directory.contacts.due import when_to_call
from directory.contacts.rules.duty_hours import is_round_the_clock
from tests.api.editors import GUARDED, GUARDED_LINE, PLAIN, PLAIN_LINE, Editors, editors_in, furnish
from tests.api.world import SOURCE, number, put, rid, write
from tests.databases import MakeFurnished


@pytest.fixture
def editors(fresh_furnished: MakeFurnished, tmp_path: Path) -> Iterator[Editors]:
    editors = editors_in(fresh_furnished("editors", furnish), tmp_path)
    yield editors
    editors.service.dispose()


def check(line: str, outcome: str, day: str) -> dict[str, Any]:
    return {"channel": line, "checked_at": f"{day}T02:00:00Z", "outcome": outcome,
            "method": "test_call", "source": SOURCE}  # fmt: skip


def note(editors: Editors, *checks: dict[str, Any]) -> None:
    """Let checks stand, whoever would have to agree to them."""
    label: dict[str, Any] = {"owner": "AU", "marking": "GREEN"}
    records = [put("check", repr(each), **each, **label) for each in checks]
    write(editors.service.database, records)


def lines(editors: Editors, *numbers: int, **fields: Any) -> list[str]:
    """Further lines of the office, under its label."""
    of = {"contact": PLAIN, "medium": "telephone", "owner": "AU", "marking": "GREEN"} | fields
    write(editors.service.database, [put("channel", n, raw=number(n), **of) for n in numbers])
    return [rid("channel", n) for n in numbers]


def due(editors: Editors, who: str = "editor", query: str = "economy=AU") -> list[str]:
    """The ends of the numbers to call, page by page."""
    found: list[str] = []
    page = ""
    while True:
        answer = editors.get(who, f"/checks/due?limit=2&{query}{page}")
        found += [item["raw"][-3:] for item in answer["items"]]
        if answer["next"] is None:
            return found
        page = f"&page={answer['next']}"


def test_lines_around_the_clock_come_first_whatever_is_known_of_them(editors: Editors) -> None:
    note(editors, check(GUARDED_LINE, "answered", "2026-11-20"))
    assert due(editors) == ["101", "102"]
    lines(editors, 201, duty_hours="24/7", position=3)
    assert due(editors) == ["201", "101", "102"]


def test_of_the_others_the_least_known_comes_first(editors: Editors) -> None:
    recent, failed, older, never = lines(editors, 301, 302, 303, 304)
    note(
        editors,
        check(recent, "answered", "2026-11-10"),
        check(failed, "answered", "2026-11-01"),
        check(failed, "no_answer", "2026-11-12"),
        check(older, "no_answer", "2026-10-01"),
        check(older, "answered", "2026-10-02"),
        check(PLAIN_LINE, "answered", "2026-05-01"),
    )
    assert rid("channel", 304) == never
    assert due(editors) == ["101", "304", "302", "102", "303", "301"]
    why = {
        item["raw"][-3:]: item["why"]
        for item in editors.get("editor", "/checks/due?economy=AU")["items"]
    }
    assert [why[each] for each in ("304", "302", "102", "301")] == [
        "unverified", "failed", "stale", "verified",
    ]  # fmt: skip


def test_what_is_hidden_is_not_due_and_its_checks_do_not_show(editors: Editors) -> None:
    assert due(editors) == ["101", "102"]
    assert due(editors, "chief") == ["101", "102", "103"]
    hidden = check(PLAIN_LINE, "number_dead", "2026-11-10")
    write(
        editors.service.database,
        [put("check", "hidden", owner="AU", marking="RED", **hidden)],
    )
    assert due(editors, "editor") == ["101", "102"]
    (line,) = (
        item
        for item in editors.get("editor", "/checks/due?economy=AU")["items"]
        if item["id"] == PLAIN_LINE
    )
    assert line["why"] == "unverified"


def test_whose_channels_are_due(editors: Editors) -> None:
    desk, line = rid("contact", "tokyo"), rid("channel", "tokyo")
    jp: dict[str, Any] = {"owner": "JP", "economy": "JP"}
    write(
        editors.service.database,
        [
            put("organisation", "JP", slug="jp-police", name={"en": "Police (fictional)"},
                organisation_type="law_enforcement", sector="public", **jp),
            put("contact", "tokyo", title={"en": "Tokyo"},
                organisation=rid("organisation", "JP"), **jp),
            put("channel", "tokyo", contact=desk, medium="e-mail", raw="desk401@tokyo.example",
                owner="JP"),
        ],
    )  # fmt: skip
    everybody = {"101", "102", "ple"}
    assert set(due(editors, query="economy=all")) == everybody
    assert set(due(editors, query="")) == everybody  # the partner has no economy
    assert due(editors, query="economy=Japan") == ["ple"]
    with editors.service.database.writing() as connection:
        connection.execute(update(partners).values(economy="JP"))
    assert [item["id"] for item in editors.get("editor", "/checks/due")["items"]] == [line]


def test_the_hour_in_which_to_call(editors: Editors) -> None:
    items = {item["contact"]: item for item in editors.get("editor", "/checks/due")["items"]}
    assert (items[GUARDED]["around_the_clock"], items[GUARDED]["reachable"]) == (True, "now")
    assert items[GUARDED]["local_time"].endswith("Australia/Sydney")
    assert items[PLAIN]["around_the_clock"] is False
    assert 9 <= items[PLAIN]["local_hour"] < 17


HOURS: dict[str, Any] = {"duty_hours": None}
DESK: dict[str, Any] = {
    "duty_hours": "Mo-Fr 09:00-17:00",
    "zone": "Asia/Tokyo",
    "posted_in": "JP",
    "economy": "AU",
}


@pytest.mark.parametrize(
    ("at", "reachable", "opens_at", "hour"),
    [
        pytest.param("2026-11-26T01:30", "now", None, 10, id="on duty"),
        pytest.param("2026-11-26T08:00", "later", "2026-11-27T00:00:00Z", 9, id="as it closes"),
        pytest.param("2026-11-28T01:30", "later", "2026-11-30T00:00:00Z", 9, id="on a Saturday"),
    ],
)
def test_the_hour_is_that_of_the_desk(
    at: str, reachable: str, opens_at: str | None, hour: int
) -> None:
    told = when_to_call(HOURS, DESK, datetime.fromisoformat(at).replace(tzinfo=UTC))
    assert (told["reachable"], told["opens_at"], told["local_hour"]) == (reachable, opens_at, hour)


@pytest.mark.parametrize("lacking", [{"duty_hours": None}, {"zone": None}])
def test_where_the_hour_is_not_known_none_is_given(lacking: dict[str, Any]) -> None:
    told = when_to_call(HOURS, DESK | lacking, datetime(2026, 11, 26, tzinfo=UTC))
    assert (told["reachable"], told["opens_at"], told["local_hour"]) == ("unknown", None, None)


@pytest.mark.parametrize("hours", AROUND_THE_CLOCK)
def test_hours_that_are_sought_as_around_the_clock_are(hours: str) -> None:
    assert is_round_the_clock(hours)


def test_a_page_of_another_list_is_refused(editors: Editors) -> None:
    page = editors.get("editor", "/contacts?limit=1")["next"]
    assert editors.ask("editor", "GET", f"/checks/due?page={page}").status_code == 422
