"""A list is confirmed unchanged in one act: a word, which is not a call."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from directory.contacts.confirming import checks_for
from tests.api.editors import (
    GUARDED,
    GUARDED_LINE,
    HIDDEN_LINE,
    PLAIN,
    PLAIN_LINE,
    Editors,
    channel,
    editors_in,
    furnish,
)
from tests.api.world import SOURCE, put, rid, write
from tests.databases import MakeFurnished

CONFIRM = "/economies/AU/confirm"


@pytest.fixture
def editors(fresh_furnished: MakeFurnished, tmp_path: Path) -> Iterator[Editors]:
    editors = editors_in(fresh_furnished("editors", furnish), tmp_path)
    yield editors
    editors.service.dispose()


def check(line: str, outcome: str, at: str = "2026-11-01T02:00:00Z") -> dict[str, Any]:
    return {"channel": line, "checked_at": at, "outcome": outcome, "method": "test_call",
            "source": SOURCE}  # fmt: skip


def verification(editors: Editors, contact: str, line: str, who: str = "reader") -> Any:
    lines = editors.get(who, f"/contacts/{contact}")["channels"]
    return next(each["verification"] for each in lines if each["id"] == line)


def answer_once(editors: Editors, line: str = GUARDED_LINE) -> None:
    """Let two people verify a line that answers around the clock for the first time."""
    made = editors.ask("reader", "POST", "/checks", check(line, "answered"))
    where = made.headers["Location"].removeprefix("/api/v1")
    assert editors.ask("second", "POST", f"{where}/approve").status_code == 200


def test_a_list_is_confirmed_in_one_act(editors: Editors) -> None:
    answer_once(editors)
    before = editors.size()
    done = editors.ask("editor", "POST", CONFIRM, {"confirmed_at": "2026-11-20T03:00:00+08:00"})
    assert done.status_code == 201, done.text
    told = done.get_json()
    assert (told["channels"], told["contacts"], told["left_out"]) == (2, 2, [])
    assert editors.size() == before + 2
    for contact, line in ((GUARDED, GUARDED_LINE), (PLAIN, PLAIN_LINE)):
        said = verification(editors, contact, line)
        assert said["checked_at"] == "2026-11-19T19:00:00Z"
        assert said["method"] == "confirmation"
    card = editors.ask("reader", "GET", "/reach?to=AU&at=2026-11-21", Accept="text/plain").text
    assert "(verified by word 2026-11-19)" in card, card
    (desk,) = (
        route
        for route in editors.get("reader", "/reach?to=AU&at=2026-11-21")["routes"]
        if route["contact"]["id"] == PLAIN
    )
    assert {"code": "verification-verified", "text": "Verified on 2026-11-19 (confirmation)."} in (
        desk["reasons"]
    )


def test_a_line_around_the_clock_that_nobody_verified_takes_two(editors: Editors) -> None:
    waiting = editors.ask("editor", "POST", CONFIRM, {})
    assert waiting.status_code == 202
    where = waiting.headers["Location"].removeprefix("/api/v1")
    assert len(waiting.get_json()["why"]) == 1
    assert verification(editors, PLAIN, PLAIN_LINE)["result"] == "unverified"
    assert editors.ask("second", "POST", f"{where}/approve").status_code == 200
    assert verification(editors, GUARDED, GUARDED_LINE)["method"] == "confirmation"


def test_a_word_does_not_overrule_a_call(editors: Editors) -> None:
    answer_once(editors)
    editors.ask("reader", "POST", "/checks", check(PLAIN_LINE, "number_dead"))
    told = editors.ask("editor", "POST", CONFIRM, {}).get_json()
    assert told["channels"] == 1
    assert [each["channel"] for each in told["left_out"]] == [PLAIN_LINE]
    assert verification(editors, PLAIN, PLAIN_LINE)["result"] == "failed"
    refused = editors.ask("editor", "POST", CONFIRM, {"contacts": [PLAIN]})
    assert refused.status_code == 409
    assert refused.get_json()["type"] == "/problems/nothing-to-confirm"


@pytest.mark.parametrize("who", ["reader", "foreigner", "coordinator"])
def test_it_is_the_owners_word(editors: Editors, who: str) -> None:
    before = editors.size()
    for body in ({}, {"contacts": [PLAIN]}):
        assert editors.ask(who, "POST", CONFIRM, body).status_code == 403
    assert editors.size() == before


def test_a_coordinator_confirms_what_belongs_to_the_directory(editors: Editors) -> None:
    desk, line = rid("contact", "body"), rid("channel", "body")
    whose: dict[str, Any] = {"owner": "directory", "source": SOURCE}
    write(
        editors.service.database,
        [
            put("organisation", "body", slug="a-body", name={"en": "A body (fictional)"},
                organisation_type="international_body", sector="international"),
            put("contact", "body", title={"en": "Liaison"}, economy="AU",
                organisation=rid("organisation", "body"), **whose),
            put("channel", "body", contact=desk, medium="telephone", raw="+61 2 5550 0177",
                **whose),
        ],
    )  # fmt: skip
    told = editors.ask("coordinator", "POST", CONFIRM, {}).get_json()
    assert (told["channels"], told["contacts"]) == (1, 1)
    assert verification(editors, desk, line)["result"] == "verified"
    assert verification(editors, PLAIN, PLAIN_LINE)["result"] == "unverified"


def test_what_is_hidden_is_neither_confirmed_nor_betrayed(editors: Editors) -> None:
    answer_once(editors)
    told = editors.ask("editor", "POST", CONFIRM, {"contacts": [PLAIN]}).get_json()
    assert told["channels"] == 1
    assert verification(editors, PLAIN, HIDDEN_LINE, "chief")["result"] == "unverified"
    assert editors.ask("chief", "POST", CONFIRM, {"contacts": [PLAIN]}).get_json()["channels"] == 2
    assert verification(editors, PLAIN, HIDDEN_LINE, "chief")["method"] == "confirmation"
    unknown = editors.ask("editor", "POST", CONFIRM, {"contacts": [rid("contact", "none")]})
    assert unknown.status_code == 422
    assert unknown.get_json()["errors"][0]["pointer"] == "#/contacts/0"


def test_what_has_moved_since_it_was_read_is_not_confirmed(editors: Editors) -> None:
    answer_once(editors)
    seen = {GUARDED: 1, PLAIN: 1, GUARDED_LINE: 1, PLAIN_LINE: 1}
    assert editors.change("editor", f"/channels/{PLAIN_LINE}", position=4).status_code == 200
    refused = editors.ask("editor", "POST", CONFIRM, {"revisions": seen})
    assert (refused.status_code, refused.get_json()["type"]) == (409, "/problems/list-moved")
    assert [each["pointer"] for each in refused.get_json()["errors"]] == [
        f"#/revisions/{PLAIN_LINE}"
    ]
    now = seen | {PLAIN_LINE: 2}
    assert editors.ask("editor", "POST", "/channels", channel(PLAIN)).status_code == 201
    came = editors.ask("editor", "POST", CONFIRM, {"revisions": now})
    assert "was not in the list you read" in came.get_json()["errors"][0]["detail"]
    # Of a kind of which none is named, none is compared.
    only = {"revisions": {GUARDED: 1, PLAIN: 1}}
    assert editors.ask("editor", "POST", CONFIRM, only).status_code == 201
    gone = {"revisions": now | {rid("channel", "gone"): 1}}
    assert editors.ask("editor", "POST", CONFIRM, gone).status_code == 409


def test_the_same_request_again_is_the_same_act(editors: Editors) -> None:
    answer_once(editors)
    first = editors.ask("editor", "POST", CONFIRM, {}, Idempotency_Key="one")
    size = editors.size()
    again = editors.ask("editor", "POST", CONFIRM, {}, Idempotency_Key="one")
    assert (again.status_code, again.get_json()) == (201, first.get_json())
    assert editors.size() == size


def test_the_meeting_at_which_the_word_was_given(editors: Editors) -> None:
    answer_once(editors)
    for slug, marking in (("tel46", "CLEAR"), ("closed", "AMBER"), ("secret", "RED")):
        meeting = put("meeting", slug, slug=slug, name={"en": slug}, state="held", marking=marking)
        write(editors.service.database, [meeting])
    body = {"meeting": "tel46", "note": "Confirmed at the table."}
    assert editors.ask("editor", "POST", CONFIRM, body).status_code == 201
    # The check of a GREEN line says nothing of a meeting that fewer may see.
    assert editors.ask("editor", "POST", CONFIRM, {"meeting": "closed"}).status_code == 201
    for unseen in ("secret", "no-such-meeting"):
        refused = editors.ask("editor", "POST", CONFIRM, {"meeting": unseen})
        assert refused.status_code == 422
        assert refused.get_json()["errors"] == [
            {"pointer": "#/meeting", "detail": f"There is no meeting {unseen!r}."}
        ]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"confirmed_at": "2099-01-01T00:00:00Z"}, "#/confirmed_at"),
        ({"confirmed_at": "2026-11-01"}, "#/confirmed_at"),
        ({"contacts": []}, "#/contacts"),
        ({"revisions": {PLAIN: 0}}, f"#/revisions/{PLAIN}"),
        ({"economy": "JP"}, "#/economy"),
    ],
)
def test_what_cannot_be_confirmed(editors: Editors, body: dict[str, Any], pointer: str) -> None:
    refused = editors.ask("editor", "POST", CONFIRM, body)
    assert refused.status_code == 422
    assert refused.get_json()["errors"][0]["pointer"].startswith(pointer)


def test_a_call_is_not_reported_as_a_word(editors: Editors) -> None:
    word = check(PLAIN_LINE, "confirmed") | {"method": "confirmation"}
    assert editors.ask("reader", "POST", "/checks", word).status_code == 422
    assert editors.ask("reader", "POST", "/checks", check(PLAIN_LINE, "confirmed")).status_code == (
        422
    )


def test_the_checks_of_a_list_are_made_without_the_database() -> None:
    line = {"id": PLAIN_LINE, "owner": "AU", "marking": "AMBER", "audience": ["g7"], "raw": "…"}
    (made,) = checks_for([line], on=datetime(2026, 11, 1, tzinfo=UTC), source=SOURCE)
    assert made.document == {
        "channel": PLAIN_LINE, "checked_at": "2026-11-01T00:00:00Z", "outcome": "confirmed",
        "method": "confirmation", "source": SOURCE, "owner": "AU", "marking": "AMBER",
        "audience": ["g7"],
    }  # fmt: skip
