"""Redirecting a line that answers around the clock takes two people, whatever the way."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from directory.access.models import accounts, grants, partners, tokens
from directory.policy import Role, Tlp
from tests.api.editors import GUARDED, GUARDED_LINE, PLAIN, Editors, channel, editors_in, furnish
from tests.api.world import SOURCE, certificate, rid
from tests.databases import MakeFurnished


@pytest.fixture
def editors(fresh_furnished: MakeFurnished, tmp_path: Path) -> Iterator[Editors]:
    editors = editors_in(fresh_furnished("editors", furnish), tmp_path)
    yield editors
    editors.service.dispose()


def proposed(response: Any) -> str:
    """The path of the change set that waits."""
    assert response.status_code == 202, response.get_data(as_text=True)
    where: str = response.headers["Location"]
    assert response.get_json()["why"]
    return where.removeprefix("/api/v1")


def redirect(editors: Editors, who: str = "editor") -> str:
    path = f"/channels/{GUARDED_LINE}"
    return proposed(editors.change(who, path, raw="+61 2 5550 0666", e164=None))


def approve(editors: Editors, who: str, where: str) -> Any:
    return editors.ask(who, "POST", f"{where}/approve")


def test_a_redirected_line_waits_for_a_second_person(editors: Editors) -> None:
    before = editors.size()
    where = redirect(editors)
    assert editors.size() == before
    assert editors.get("reader", f"/channels/{GUARDED_LINE}")["raw"] == "+61 2 5550 0101"
    (listed,) = editors.get("second", "/change-sets?state=proposed")["items"]
    assert (listed["id"], listed["operations"]) == (where.rpartition("/")[2], 1)
    (operation,) = editors.get("second", where)["operations"]
    assert operation["document"]["raw"] == "+61 2 5550 0666"
    assert operation["before"]["raw"] == "+61 2 5550 0101"
    assert approve(editors, "editor", where).status_code == 403
    done = approve(editors, "second", where)
    assert (done.status_code, done.get_json()["state"]) == (200, "applied")
    assert editors.get("reader", f"/channels/{GUARDED_LINE}")["raw"] == "+61 2 5550 0666"
    assert approve(editors, "second", where).status_code in {409, 412}
    assert editors.get("second", "/change-sets?state=proposed")["items"] == []


@pytest.mark.parametrize("who", ["reader", "foreigner", "operator", "service"])
def test_who_cannot_decide(editors: Editors, who: str) -> None:
    where = redirect(editors)
    assert approve(editors, who, where).status_code == (404 if who == "operator" else 403)
    rejected = editors.ask(who, "POST", f"{where}/reject", {})
    # A service of the owner's may turn a proposal down: that alters nothing.
    assert rejected.status_code == {"operator": 404, "service": 200}.get(who, 403)
    assert editors.get("reader", f"/channels/{GUARDED_LINE}")["raw"] == "+61 2 5550 0101"


@pytest.mark.parametrize("who", ["second", "chief", "coordinator"])
def test_who_can(editors: Editors, who: str) -> None:
    assert approve(editors, who, redirect(editors)).status_code == 200


def test_a_proposal_is_turned_down_or_taken_back(editors: Editors) -> None:
    where = redirect(editors)
    body = {"remark": "called back: they know nothing of it"}
    turned = editors.ask("second", "POST", f"{where}/reject", body)
    assert (turned.status_code, turned.get_json()["remark"]) == (200, body["remark"])
    assert approve(editors, "chief", where).status_code == 409
    own = redirect(editors)
    assert editors.ask("editor", "POST", f"{own}/reject", {}).status_code == 200


def test_a_proposal_on_what_has_moved_changes_nothing(editors: Editors) -> None:
    where, other = redirect(editors), redirect(editors, "second")
    assert approve(editors, "chief", other).status_code == 200
    late = approve(editors, "second", where)
    assert late.status_code == 409
    assert editors.get("second", where)["state"] == "proposed"


def test_who_may_not_see_all_of_it_decides_on_nothing(editors: Editors) -> None:
    where = proposed(editors.change("chief", f"/channels/{GUARDED_LINE}", marking="RED"))
    assert editors.get("second", "/change-sets")["items"] == []
    assert approve(editors, "second", where).status_code == 404
    editors.employ("other chief", (Role.EDITOR, "AU"), clearance=Tlp.RED)
    assert approve(editors, "other chief", where).status_code == 200


# Every way around that is known.


def test_retiring_and_making_anew(editors: Editors) -> None:
    path = f"/channels/{GUARDED_LINE}"
    proposed(editors.ask("editor", "DELETE", path, If_Match=editors.tag("editor", path)))
    desk = f"/contacts/{GUARDED}"
    proposed(editors.ask("editor", "DELETE", desk, If_Match=editors.tag("editor", desk)))
    twin = {"title": {"en": "Desk around the clock"}, "organisation": rid("organisation", "AU"),
            "economy": "AU", "owner": "AU", "marking": "CLEAR", "source": SOURCE}  # fmt: skip
    proposed(editors.ask("editor", "POST", "/contacts", twin | {"networks": ["g7"]}))
    around_the_clock = {"duty_hours": "Mo-Su 00:00-24:00", "zone": "Australia/Sydney"}
    proposed(editors.ask("editor", "POST", "/contacts", twin | around_the_clock))
    assert editors.ask("editor", "POST", "/contacts", twin).status_code == 201


def test_a_preferred_second_channel(editors: Editors) -> None:
    proposed(editors.ask("editor", "POST", "/channels", channel(GUARDED, position=1)))


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        (f"/channels/{GUARDED_LINE}", {"position": 9}),
        (f"/channels/{GUARDED_LINE}", {"duty_hours": "Sa 10:00-11:00"}),
        (f"/channels/{GUARDED_LINE}", {"marking": "AMBER"}),
        (f"/channels/{GUARDED_LINE}", {"purpose": "duty"}),
        (f"/contacts/{GUARDED}", {"networks": []}),
        (f"/contacts/{GUARDED}", {"networks": ["g7", "other"]}),
        (f"/contacts/{GUARDED}", {"duty_hours": "Mo-Fr 09:00-17:00"}),
        (f"/contacts/{GUARDED}", {"languages": ["fr"]}),
        (f"/contacts/{GUARDED}", {"functions": {"preservation": "no"}}),
        (f"/contacts/{PLAIN}", {"networks": ["g7"]}),
    ],
)
def test_what_a_route_offers_is_altered(
    editors: Editors, path: str, fields: dict[str, Any]
) -> None:
    proposed(editors.change("editor", path, **fields))


def test_keys_and_holders(editors: Editors) -> None:
    of = {"contact": GUARDED, "owner": "AU", "marking": "GREEN", "source": SOURCE}
    proposed(editors.ask("editor", "POST", "/keys", of | {"armored": certificate(1)}))
    proposed(editors.ask("editor", "POST", "/holders", of | {"name": {"en": "Sam Reed"}}))


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/networks/g7", {"two_people": False}),
        ("/networks/g7", {"state": "ended"}),
        ("/networks/g7", {"functions": ["preservation"]}),
        (f"/memberships/{rid('membership', 'AU')}", {"status": "not_member"}),
    ],
)
def test_switching_the_rule_off(editors: Editors, path: str, fields: dict[str, Any]) -> None:
    where = proposed(editors.change("coordinator", path, **fields))
    editors.employ("other coordinator", Role.COORDINATOR, clearance=Tlp.RED)
    assert approve(editors, "other coordinator", where).status_code == 200


def test_what_alters_nothing_on_the_line_takes_one_person(editors: Editors) -> None:
    note = {"note": {"en": "Ask for the officer on duty."}}
    assert editors.change("editor", f"/contacts/{GUARDED}", **note).status_code == 200
    assert editors.change("editor", f"/contacts/{PLAIN}", languages=["en"]).status_code == 200
    assert editors.ask("editor", "POST", "/channels", channel(PLAIN)).status_code == 201
    assert editors.change("coordinator", "/networks/g7", name={"en": "G7"}).status_code == 200


def test_two_accounts_of_one_person_are_one_person(editors: Editors) -> None:
    where = redirect(editors)
    same = accounts.update().values(email="sam@agency.example")
    with editors.service.database.writing() as connection:
        for name in ("editor", "second"):
            connection.execute(same.where(accounts.c.id == editors.accounts[name]))
    refused = approve(editors, "second", where)
    assert refused.status_code == 403
    assert "somebody other" in refused.get_json()["detail"]
    assert approve(editors, "chief", where).status_code == 200


@pytest.mark.parametrize(
    ("table", "column"),
    [(accounts, "created_by"), (grants, "granted_by"), (tokens, "issued_by")],
)
def test_an_account_of_the_proposers_making_is_no_second_person(
    editors: Editors, table: Any, column: str
) -> None:
    where = redirect(editors)
    key = table.c.id if table is accounts else table.c.account
    with editors.service.database.writing() as connection:
        # Through another account in between, which is made by the proposer.
        connection.execute(
            update(accounts)
            .where(accounts.c.id == editors.accounts["operator"])
            .values(created_by=editors.accounts["editor"])
        )
        connection.execute(
            update(table)
            .where(key == editors.accounts["second"])
            .values({column: editors.accounts["operator"]})
        )
    refused = approve(editors, "second", where)
    assert refused.status_code == 403
    assert "made" in refused.get_json()["detail"]
    assert approve(editors, "chief", where).status_code == 200


def check(outcome: str, **more: Any) -> dict[str, Any]:
    return {"channel": GUARDED_LINE, "checked_at": "2026-11-01T02:00:00Z", "outcome": outcome,
            "method": "test_call", "source": SOURCE} | more  # fmt: skip


def test_one_person_alone_reports_that_a_channel_failed(editors: Editors) -> None:
    made = editors.ask("reader", "POST", "/checks", check("number_dead"))
    assert made.status_code == 201
    assert (made.get_json()["owner"], made.get_json()["marking"]) == ("AU", "GREEN")
    (line,) = editors.get("reader", f"/contacts/{GUARDED}")["channels"]
    assert line["verification"]["result"] == "failed"
    back = check("answered", checked_at="2026-11-02T02:00:00Z")
    where = proposed(editors.ask("reader", "POST", "/checks", back))
    assert approve(editors, "editor", where).status_code == 200
    (line,) = editors.get("reader", f"/contacts/{GUARDED}")["channels"]
    assert line["verification"]["result"] == "verified"
    again = check("answered", checked_at="2026-11-03T02:00:00Z")
    assert editors.ask("reader", "POST", "/checks", again).status_code == 201


def test_a_check_is_not_undone_by_one_person(editors: Editors) -> None:
    made = editors.ask("reader", "POST", "/checks", check("number_dead"))
    path = f"/checks/{made.get_json()['id']}"
    proposed(editors.change("editor", path, outcome="answered"))
    proposed(editors.ask("editor", "DELETE", path, If_Match=made.headers["ETag"]))


def test_a_check_says_nothing_of_whose_it_is_or_of_tomorrow(editors: Editors) -> None:
    body = check("answered", owner="AU", marking="CLEAR", checked_at="2099-01-01T00:00:00Z")
    response = editors.ask("reader", "POST", "/checks", body)
    assert response.status_code == 422
    told = {fault["pointer"] for fault in response.get_json()["errors"]}
    assert told == {"#/owner", "#/marking", "#/checked_at"}
    hidden = check("answered", channel=rid("channel", "hidden"))
    unknown = check("answered", channel=rid("channel", "none"))
    said = [
        editors.ask("reader", "POST", "/checks", each).get_json()["errors"][0]["detail"]
        for each in (hidden, unknown)
    ]
    assert said[0].replace(hidden["channel"], "…") == said[1].replace(unknown["channel"], "…")


def test_a_decision_is_answered_in_full_whatever_the_asker_says_to_have(editors: Editors) -> None:
    where = redirect(editors)
    done = editors.ask("second", "POST", f"{where}/approve", If_None_Match="*")
    assert (done.status_code, done.get_json()["state"]) == (200, "applied")


def test_a_look_up_starts_from_the_economy_of_whoever_asks(editors: Editors) -> None:
    with editors.service.database.writing() as connection:
        connection.execute(update(partners).values(economy="JP"))
    asked = editors.get("reader", "/reach?to=AU")
    assert (asked["from"], editors.get("reader", "/reach?to=AU&from=AU")["from"]) == ("JP", "AU")
    assert editors.get(None, "/reach?to=AU")["from"] is None
