"""A delegate takes the list of a meeting along, corrects it, and sends it in; each economy decides.

The whole way over HTTP, with a desk that somebody else has changed meanwhile, and an economy that
does not answer.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from directory.meetings.lists.rules.columns import Column
from directory.policy import Role, Tlp
from tests.accounts import account
from tests.api.editors import Editors
from tests.api.proposing import amend, done, post
from tests.api.returning import CHANGE_SETS, LISTS, send
from tests.api.service import served, sown
from tests.databases import MakeFurnished
from tests.integration.meetings.lists.house import Sheet

MEETING = "tel45"
BEFORE = "2026-11-21"
PEOPLE: dict[str, dict[str, Any]] = {
    "delegate": {"roles": [Role.READER]},
    "editor": {"roles": [(Role.EDITOR, "AU")]},
    "second": {"roles": [(Role.EDITOR, "AU")]},
    "public": {"roles": [Role.READER], "clearance": Tlp.CLEAR},
}
NEW_NUMBER, BETTER_NUMBER = "+61 2 5550 0987", "+61 2 5550 0988"


@pytest.fixture
def people(fresh_furnished: MakeFurnished, tmp_path: Path) -> Iterator[Editors]:
    url = fresh_furnished(*sown("reference", "report", "demo")).url
    people = Editors(served(url, tmp_path))
    with people.service.database.writing() as connection:
        for name, about in PEOPLE.items():
            given: dict[str, Any] = {"partner": f"partner of {name}"}
            given |= {"clearance": Tlp.AMBER_STRICT} | about
            people.accounts[name], people.tokens[name] = account(connection, **given)
    yield people
    people.service.dispose()


def rows_of(sheet: Sheet, economy: str) -> list[int]:
    return [row for row in range(sheet.rows()) if sheet.cell(row, Column.ECONOMY).value == economy]


def taken_along(people: Editors) -> Sheet:
    response = people.ask("delegate", "GET", f"/lists/{MEETING}.xlsx?economy=AU,JP")
    assert response.status_code == 200, response.text
    return Sheet(response.data)


def corrected(sheet: Sheet) -> tuple[int, int]:
    """Correct four cells: two of one Australian desk, one of another, and one of a Japanese."""
    first, other = rows_of(sheet, "Australia")[:2]
    numbers = sheet.cell(first, Column.TELEPHONE).value.split("\n")
    sheet.cell(first, Column.TELEPHONE).value = "\n".join([NEW_NUMBER, *numbers[1:]])
    sheet.cell(first, Column.REMARKS).value = "Ask for the duty officer."
    sheet.cell(other, Column.REMARKS).value = "To be dropped again."
    japanese = next(row for row in rows_of(sheet, "Japan") if sheet.cell(row, Column.RECORD).value)
    sheet.cell(japanese, Column.REMARKS).value = "Ring twice."
    return first, other


def operations(people: Editors, who: str, change_set: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = people.get(who, f"{CHANGE_SETS}/{change_set}")["operations"]
    return found


def states(response: Any) -> dict[str, str]:
    return {item["owner"]: item["state"] for item in done(response)["items"]}


def test_a_list_comes_back(people: Editors) -> None:
    sheet = taken_along(people)
    corrected(sheet)
    response = send(
        people, "delegate", sheet.saved(), path=CHANGE_SETS, name="tel45.xlsx", meeting=MEETING
    )
    assert response.status_code == 201, response.text
    told = response.get_json()
    where, parts = f"{LISTS}/{told['id']}", {p["owner"]: p for p in told["change_sets"]}
    assert {owner: part["operations"] for owner, part in parts.items()} == {"AU": 3, "JP": 1}
    assert told["cells_used"] + sum(told["findings"].values()) >= told["cells"]
    doubts = people.get("delegate", f"{where}/findings?limit=200")["items"]
    assert sum(told["findings"].values()) == len(doubts)

    public = people.get("public", f"{CHANGE_SETS}?bundle={told['id']}")["items"]
    for part in public:
        shown = operations(people, "public", part["id"])
        assert {each["marking"] for each in shown} == {"CLEAR"}
        assert part["operations"] == len(shown)

    # What the list changes, and nothing else.
    au = f"{CHANGE_SETS}/{parts['AU']['id']}"
    found = operations(people, "editor", parts["AU"]["id"])
    line = next(each for each in found if each["kind"] == "channel")
    notes = [each for each in found if each["kind"] == "contact"]
    assert {c["field"] for c in line["changes"]} == {"raw", "e164", "source"}
    old_number = line["before"]["raw"]
    noted = next(n for n in notes if "duty officer" in str(n["document"]["note"]))
    dropped = next(n for n in notes if "dropped" in str(n["document"]["note"]))
    assert all(each["cells"] for each in found)

    # Somebody has written the same desk meanwhile: exactly that operation is a conflict.
    desk = f"/contacts/{noted['id']}"
    assert people.change("editor", desk, note={"en": "Closed in May."}).status_code in {200, 202}
    found = operations(people, "editor", parts["AU"]["id"])
    conflicts = [each for each in found if each["conflict"] is not None]
    assert [each["id"] for each in conflicts] == [noted["id"]]
    conflict = conflicts[0]["conflict"]
    assert conflict["theirs"]["note"] == {"en": "Closed in May."}
    assert conflict["mine"]["note"] == {"en": "Ask for the duty officer."}

    # The owner's editors edit one operation, drop one, settle the conflict, and decide.
    better = {
        name: value
        for name, value in line["document"].items()
        if name not in {"id", "kind", "revision", "version", "retired_at"}
    } | {"raw": BETTER_NUMBER, "e164": None, "extension": None}
    done(amend(people, "editor", au, line["n"], document=better))
    done(amend(people, "editor", au, dropped["n"], state="dropped"))
    settled = done(amend(people, "editor", au, noted["n"], keep="mine"))
    assert settled["conflict"] is None
    assert states(post(people, "second", where, "approve")) == {"AU": "approved", "JP": "proposed"}
    assert states(post(people, "second", where, "apply")) == {"AU": "applied", "JP": "proposed"}
    size = people.size()
    assert states(post(people, "second", where, "apply"))["AU"] == "applied"
    assert people.size() == size

    # Everybody who may sees it, with the meeting that it came from.
    channel = f"/channels/{line['id']}"
    assert people.get("delegate", channel)["raw"] == BETTER_NUMBER
    assert people.get("delegate", desk)["note"] == {"en": "Ask for the duty officer."}
    assert "dropped" not in str(people.get("delegate", f"/contacts/{dropped['id']}")["note"])
    meeting = people.get("delegate", f"/meetings/{MEETING}")
    briefed = {each["id"]: each["state"] for each in meeting["change_sets"]}
    assert briefed == {parts["AU"]["id"]: "applied", parts["JP"]["id"]: "proposed"}
    newest = people.get("delegate", f"{channel}/history")["items"][0]
    assert (newest["change_set"], newest["meeting"]) == (parts["AU"]["id"], MEETING)
    assert people.get("delegate", f"{channel}?as_of={BEFORE}")["raw"] == old_number

    # The same file once more says what is known already, save what was dropped or edited.
    again = send(people, "delegate", taken_along(people).saved(), meeting=MEETING).get_json()
    assert again["change_sets"] == []

    # Undone as a whole: a line that answers around the clock takes a second person there too, and
    # the silent economy has nothing to undo.
    undone = post(people, "editor", where, "revert", reason="The wrong list.")
    assert states(undone) == {"AU": "applied", "JP": "proposed"}
    (waiting,) = (each for each in done(undone)["items"] if each["owner"] == "AU")
    assert people.get("delegate", channel)["raw"] == BETTER_NUMBER
    undoing = f"{CHANGE_SETS}/{waiting['reverted_by']}"
    done(post(people, "second", undoing, "approve"))
    done(post(people, "second", undoing, "apply"))
    assert people.get("delegate", channel)["raw"] == old_number
    assert people.get("delegate", desk)["note"] == {"en": "Closed in May."}
    reverted = people.get("delegate", f"{CHANGE_SETS}/{parts['AU']['id']}")["reverted_by"]
    assert reverted == [waiting["reverted_by"]]
