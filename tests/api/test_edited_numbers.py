"""A check counts for the number that it tried, and for no other that comes to stand there."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from directory.changes.operations import Operation, Put
from tests.api.editors import (
    GUARDED,
    GUARDED_LINE,
    PLAIN,
    PLAIN_LINE,
    Editors,
    channel,
    editors_in,
    furnish,
)
from tests.api.world import SOURCE, put, rid, write
from tests.databases import MakeFurnished
from tests.integration.changes import world

PLAIN_PATH = f"/channels/{PLAIN_LINE}"
FIRST, OTHER = "+61 2 5550 0101", "+61 2 5550 0177"
DAY = "2026-11-{:02}T02:00:00Z"
NUMBERS: dict[str, Any] = {"e164": None, "extension": None}


@pytest.fixture
def editors(fresh_furnished: MakeFurnished, tmp_path: Path) -> Iterator[Editors]:
    editors = editors_in(fresh_furnished("editors", furnish), tmp_path)
    yield editors
    editors.service.dispose()


def stand(editors: Editors, *operations: Operation) -> None:
    """Let something stand, whoever would have to agree to it."""
    write(editors.service.database, operations)


def check(line: str, outcome: str, day: int, **more: Any) -> Put:
    label: dict[str, Any] = {"owner": "AU", "marking": "GREEN", "method": "test_call"} | more
    return put("check", f"{line} {day}", channel=line, outcome=outcome,
               checked_at=DAY.format(day), **label)  # fmt: skip


def guarded(base: int, raw: str, **more: Any) -> Put:
    return Put("channel", channel(GUARDED, raw=raw, **more), GUARDED_LINE, base)


def edited(editors: Editors, raw: str) -> None:
    response = editors.change("editor", PLAIN_PATH, raw=raw, **NUMBERS)
    assert response.status_code == 200, response.text


def said_of(editors: Editors, contact: str = PLAIN, query: str = "") -> str:
    """What the checks of a contact's first line say of it."""
    result: str = editors.get("editor", f"/contacts/{contact}{query}")["channels"][0][
        "verification"
    ]["result"]
    return result


def test_another_number_is_not_verified_and_the_first_one_is_again(editors: Editors) -> None:
    stand(editors, check(PLAIN_LINE, "answered", 19))
    assert said_of(editors) == "verified"
    edited(editors, OTHER)
    assert said_of(editors) == "unverified"
    edited(editors, "+61 2 5550 0102")
    assert said_of(editors) == "verified"


def test_a_number_in_another_punctuation_stays_verified(editors: Editors) -> None:
    stand(editors, check(PLAIN_LINE, "answered", 19))
    edited(editors, "+61 (2) 5550-0102")
    assert said_of(editors) == "verified"
    assert editors.change("editor", PLAIN_PATH, position=4, purpose="duty").status_code == 200
    assert said_of(editors) == "verified"


def test_a_number_that_was_mended_has_not_failed(editors: Editors) -> None:
    stand(editors, check(PLAIN_LINE, "answered", 18), check(PLAIN_LINE, "number_dead", 19))
    assert said_of(editors) == "failed"
    edited(editors, OTHER)
    assert said_of(editors) == "unverified"
    confirmed = editors.ask("editor", "POST", "/economies/AU/confirm", {"contacts": [PLAIN]})
    assert (confirmed.status_code, confirmed.get_json()["left_out"]) == (201, [])
    assert said_of(editors) == "verified"
    edited(editors, "+61 2 5550 0102")
    assert said_of(editors) == "failed"


def test_what_is_due_and_covered_and_reached_says_so(editors: Editors) -> None:
    stand(
        editors,
        put("membership", "JP", economy="JP", network="g7", status="member",
            known_on="2026-01-01"),
        put("channel", "second", contact=GUARDED, medium="telephone", raw="+61 2 5550 0133",
            position=2, owner="AU", marking="GREEN"),
        check(GUARDED_LINE, "answered", 19),
        check(rid("channel", "second"), "answered", 1),
    )  # fmt: skip
    assert told(editors) == ("verified", "verified", 0, [FIRST])
    stand(editors, guarded(1, OTHER))
    assert told(editors) == ("unverified", "unverified", 0, [])
    stand(editors, guarded(2, FIRST), check(rid("channel", "second"), "no_answer", 20))
    assert told(editors) == ("verified", "verified", 0, [FIRST])
    stand(editors, guarded(3, OTHER))
    assert told(editors)[2] == 1


def told(editors: Editors) -> tuple[Any, ...]:
    """What four answers say of the guarded line: due, reach, coverage, whom to call back."""
    (due,) = (
        item
        for item in editors.get("editor", "/checks/due?economy=AU")["items"]
        if item["id"] == GUARDED_LINE
    )
    routes = editors.get("editor", "/reach?to=AU&from=JP")["routes"]
    (line,) = (
        one
        for route in routes
        if route["contact"]["id"] == GUARDED
        for one in route["contact"]["channels"]
        if one["id"] == GUARDED_LINE
    )
    (economy,) = editors.get("editor", "/coverage?economy=AU")["economies"]
    (cell,) = (one for one in economy["networks"] if one["network"] == "g7")
    (caller,) = editors.get("editor", "/callers?number=%2B61255500133")["callers"]
    back = [one["raw"] for one in caller["call_back"]]
    nothing = cell["nothing_verified"]["count"]
    return due["why"], line["verification"]["result"], nothing, back


def test_a_check_of_a_number_that_only_looks_like_the_first_is_none_of_it(
    editors: Editors,
) -> None:
    """A check that was not made of it hides no older one that was."""
    stand(editors, check(PLAIN_LINE, "answered", 16))
    edited(editors, OTHER)
    stand(editors, check(PLAIN_LINE, "number_dead", 18))
    assert said_of(editors) == "failed"
    edited(editors, "+61 2 5550 0102")
    assert said_of(editors) == "verified"


def test_the_past_is_judged_by_the_number_of_then(editors: Editors) -> None:
    stand(editors, check(GUARDED_LINE, "answered", 19))
    for base, (day, raw) in enumerate([(22, OTHER), (24, FIRST)], start=1):
        with editors.service.database.writing() as connection:
            at = datetime(2026, 11, day, tzinfo=UTC)
            world.write(connection, guarded(base, raw), at=at)
    for day, result in ((21, "verified"), (23, "unverified"), (25, "verified")):
        query = f"?as_of={DAY.format(day)}"
        assert said_of(editors, GUARDED, query) == result
        (item,) = editors.get("editor", f"/contacts{query}&network=g7")["items"]
        assert item["channels"][0]["verification"]["result"] == result
    assert said_of(editors, GUARDED) == "verified"


# What a check notes.


def report(editors: Editors, who: str, line: str, outcome: str, **more: Any) -> Any:
    body = {"channel": line, "checked_at": DAY.format(24), "outcome": outcome,
            "method": "test_call", "source": SOURCE}  # fmt: skip
    return editors.ask(who, "POST", "/checks", body | more)


def test_nobody_says_themselves_what_was_tried(editors: Editors) -> None:
    before = editors.size()
    refused = report(editors, "reader", PLAIN_LINE, "answered", tried="0" * 32)
    assert refused.status_code == 422
    assert refused.get_json()["errors"] == [
        {"pointer": "#/tried", "detail": "is set by the directory; leave it out"}
    ]
    assert editors.size() == before


def test_what_was_tried_is_told_and_outlives_an_edit_of_the_check(editors: Editors) -> None:
    made = report(editors, "reader", PLAIN_LINE, "answered")
    assert made.status_code == 201
    tried = made.get_json()["tried"]
    assert len(tried) == 32
    edited(editors, OTHER)
    path = f"/checks/{made.get_json()['id']}"
    assert editors.change("editor", path, language="en").get_json()["tried"] == tried
    assert said_of(editors) == "unverified"


def test_a_change_set_checks_the_number_that_it_leaves(editors: Editors) -> None:
    stand(editors, Put("channel", channel(raw=OTHER), PLAIN_LINE, 1),
          check(PLAIN_LINE, "answered", 19))  # fmt: skip
    assert said_of(editors) == "verified"
    edited(editors, "+61 2 5550 0102")
    assert said_of(editors) == "unverified"


def waiting(response: Any) -> str:
    assert response.status_code == 202, response.text
    where: str = response.headers["Location"]
    return where.removeprefix("/api/v1")


def approve(editors: Editors, where: str) -> None:
    response = editors.ask("second", "POST", f"{where}/approve")
    assert response.status_code == 200, response.text


def test_a_check_that_waited_speaks_of_the_number_that_it_was_made_of(editors: Editors) -> None:
    where = waiting(report(editors, "editor", GUARDED_LINE, "answered"))
    (shown,) = editors.get("second", where)["operations"]
    stand(editors, guarded(1, OTHER))
    approve(editors, where)
    assert said_of(editors, GUARDED) == "unverified"
    stand(editors, guarded(2, FIRST))
    assert said_of(editors, GUARDED) == "verified"
    made = editors.get("editor", f"/checks/{shown['id']}")
    assert made["tried"] == shown["document"]["tried"] is not None


def test_a_proposal_checks_the_number_that_it_proposes(editors: Editors) -> None:
    line = editors.get("editor", PLAIN_PATH)
    document = channel(raw=OTHER, source=line["source"])
    of_check = {"channel": PLAIN_LINE, "checked_at": DAY.format(24), "outcome": "answered",
                "method": "test_call", "source": SOURCE, "owner": "AU",
                "marking": "GREEN"}  # fmt: skip
    operations = [
        {"op": "put", "kind": "channel", "id": PLAIN_LINE, "base_revision": 1,
         "document": document},
        {"op": "put", "kind": "check", "document": of_check},
    ]  # fmt: skip
    made = editors.ask("editor", "POST", "/change-sets", {"reason": "x", "operations": operations})
    assert made.status_code == 201, made.text
    where = f"/change-sets/{made.get_json()['id']}"
    approve(editors, where)
    assert editors.ask("second", "POST", f"{where}/apply").status_code == 200
    assert said_of(editors) == "verified"


# Two people.


def test_the_first_call_of_a_new_number_of_a_guarded_line_takes_two(editors: Editors) -> None:
    stand(editors, check(GUARDED_LINE, "answered", 19))
    assert report(editors, "reader", GUARDED_LINE, "answered").status_code == 201
    stand(editors, guarded(1, OTHER))
    where = waiting(report(editors, "reader", GUARDED_LINE, "answered"))
    assert said_of(editors, GUARDED) == "unverified"
    approve(editors, where)
    assert said_of(editors, GUARDED) == "verified"
    assert report(editors, "reader", GUARDED_LINE, "answered").status_code == 201


def test_a_failure_of_the_number_before_does_not_hold_the_next_call_up(editors: Editors) -> None:
    for each in (
        check(GUARDED_LINE, "answered", 18),
        guarded(1, OTHER),
        check(GUARDED_LINE, "number_dead", 19),
        guarded(2, FIRST),
    ):
        stand(editors, each)
    assert report(editors, "reader", GUARDED_LINE, "answered").status_code == 201
    stand(editors, guarded(3, OTHER))
    waiting(report(editors, "reader", GUARDED_LINE, "answered"))
