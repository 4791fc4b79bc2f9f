"""A change set from its proposal to its undoing, over HTTP."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from directory.clock import format_instant, utc_now
from directory.policy import Role, Tlp
from tests.api.editors import (
    HIDDEN_LINE,
    PLAIN,
    PLAIN_LINE,
    SECRET_AGENCY,
    Editors,
    channel,
    editors_in,
    furnish,
    organisation,
)
from tests.api.proposing import (
    altered,
    amend,
    contact,
    done,
    logged,
    new,
    pointers,
    post,
    propose,
    proposed,
    stored,
)
from tests.api.world import SOURCE, put, write
from tests.databases import MakeFurnished

UNKNOWN = "99999999-0000-4000-8000-000000000000"


@pytest.fixture
def editors(fresh_furnished: MakeFurnished, tmp_path: Path) -> Iterator[Editors]:
    editors = editors_in(fresh_furnished("editors", furnish), tmp_path)
    write(
        editors.service.database,
        [
            put("meeting", "open", slug="open-meeting", name={"en": "Open"}, state="held"),
            put("meeting", "closed", slug="closed-meeting", name={"en": "Closed"}, state="held",
                marking="RED"),
        ],
    )  # fmt: skip
    yield editors
    editors.service.dispose()


def desk_with_line() -> list[dict[str, Any]]:
    return [
        new("channel", channel("ref:a", raw="+61 2 5550 0144")),
        new("contact", contact(), "a"),
    ]


def test_from_a_proposal_to_its_undoing(editors: Editors) -> None:
    size = editors.size()
    note = altered(editors, "contact", PLAIN, note={"en": "Ring twice."})
    response = propose(editors, "reader", *desk_with_line(), note, meeting="open-meeting")
    assert response.status_code == 201
    where = response.headers["Location"].removeprefix("/api/v1")
    made = response.get_json()
    assert (made["state"], made["origin"], made["meeting"]) == (
        "proposed", "proposal", "open-meeting",
    )  # fmt: skip
    assert editors.size() == size
    line, desk, noted = made["operations"]
    assert line["document"]["contact"] == desk["id"]
    assert (line["before"], line["revision"], desk["state"]) == (None, None, "open")
    assert noted["changes"] == [{"field": "note", "before": {}, "after": {"en": "Ring twice."}}]
    assert (noted["base_revision"], noted["revision"], noted["conflict"]) == (1, 1, None)

    assert post(editors, "second", where, "apply").get_json()["type"] == "/problems/not-approved"
    assert post(editors, "reader", where, "approve").status_code == 403
    assert done(post(editors, "second", where, "approve"))["state"] == "approved"
    assert editors.size() == size
    applied = done(post(editors, "reader", where, "apply"))
    assert applied["state"] == "applied"
    assert editors.size() == size + 3
    assert applied["operations"][2]["before"]["note"] == {}
    assert applied["operations"][2]["document"]["revision"] == 2
    assert editors.get("reader", f"/contacts/{desk['id']}")["channels"][0]["id"] == line["id"]

    undone = post(editors, "second", where, "revert", reason="The list was wrong.")
    assert (undone.status_code, undone.get_json()["origin"]) == (
        201, f"revert/{made['id']}",
    )  # fmt: skip
    assert stored(editors, "contact", PLAIN)["note"] == {}
    assert stored(editors, "contact", desk["id"])["retired_at"] is not None
    assert editors.get("reader", where)["reverted_by"] == [undone.get_json()["id"]]

    again = undone.headers["Location"].removeprefix("/api/v1")
    assert done(post(editors, "second", again, "revert"))["meeting"] == "open-meeting"
    assert stored(editors, "contact", PLAIN)["note"] == {"en": "Ring twice."}
    assert stored(editors, "channel", line["id"])["retired_at"] is None


def test_a_change_set_is_applied_once_however_often_it_is_asked(editors: Editors) -> None:
    where = proposed(editors, "reader", *desk_with_line())
    done(post(editors, "second", where, "approve"))
    first = post(editors, "second", where, "apply")
    size = editors.size()
    second = post(editors, "coordinator", where, "apply")
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.data == second.data
    assert editors.size() == size
    assert post(editors, "second", where, "approve").status_code == 409


def test_a_proposal_is_kept_once_under_one_key(editors: Editors) -> None:
    operations = desk_with_line()
    first, second = (
        propose(editors, "reader", *operations, Idempotency_Key="the same") for _ in range(2)
    )
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.headers["Location"] == second.headers["Location"]
    assert len(editors.get("reader", "/change-sets")["items"]) == 1
    other = propose(editors, "reader", operations[1], Idempotency_Key="the same")
    assert other.status_code == 422


@pytest.mark.parametrize(
    ("operation", "pointer"),
    [
        (new("channel", channel(PLAIN, medium="pigeon")), "/document/medium"),
        (new("channel", channel("ref:nobody")), "/document/contact"),
        (new("channel", channel(UNKNOWN)), "/document/contact"),
        (new("contact", contact(organisation=SECRET_AGENCY)), "/document/organisation"),
        (new("contact", contact(marking="AMBER+STRICT")), "/document/marking"),
        (new("contact", contact(audience=["g7"])), "/document/marking"),
        (new("contact", {k: v for k, v in contact().items() if k != "marking"}),
         "/document/marking"),
        ({"op": "retire", "kind": "contact", "id": UNKNOWN, "base_revision": 1}, "/id"),
        ({"op": "retire", "kind": "channel", "id": HIDDEN_LINE, "base_revision": 1}, "/id"),
        ({"op": "retire", "kind": "contact", "id": PLAIN, "base_revision": 7}, "/base_revision"),
        ({"op": "retire", "kind": "contact", "id": PLAIN}, "/base_revision"),
        ({"op": "retire", "kind": "contact"}, "/id"),
        ({"op": "put", "kind": "contact", "id": PLAIN, "base_revision": 1,
          "document": contact(owner="directory", economy=None)}, "/document/owner"),
        ({"op": "put", "kind": "contact"}, "/document"),
        ({"op": "lose", "kind": "contact"}, "/op"),
    ],
)  # fmt: skip
def test_what_cannot_be_proposed_is_told_place_by_place(
    editors: Editors, operation: dict[str, Any], pointer: str
) -> None:
    response = propose(editors, "reader", new("contact", contact()), operation)
    assert response.status_code == 422, response.text
    assert f"#/operations/1{pointer}" in pointers(response)
    assert editors.get("reader", "/change-sets")["items"] == []


def test_what_is_hidden_is_unknown_to_whoever_proposes(editors: Editors) -> None:
    for hidden, unknown in ((HIDDEN_LINE, UNKNOWN), ("closed-meeting", "no-meeting")):
        answers = []
        for name in (hidden, unknown):
            meeting = name if "-meeting" in name else None
            operation = (
                new("contact", contact())
                if meeting
                else {"op": "retire", "kind": "channel", "id": name, "base_revision": 1}
            )
            response = propose(editors, "reader", operation, meeting=meeting)
            assert response.status_code == 422
            answers.append([{**f, "detail": f["detail"].replace(name, "…")}
                            for f in response.get_json()["errors"]])  # fmt: skip
        assert answers[0] == answers[1]


def test_a_name_that_holds_within_the_request_is_given_once(editors: Editors) -> None:
    response = propose(editors, "reader", new("contact", contact(), "a"),
                       new("contact", contact(), "a"))  # fmt: skip
    assert pointers(response) == ["#/operations/1/ref"]


def test_change_sets_are_found_by_state_and_meeting(editors: Editors) -> None:
    plain = proposed(editors, "reader", new("contact", contact()))
    of_meeting = proposed(editors, "reader", new("contact", contact()), meeting="open-meeting")
    done(post(editors, "second", plain, "approve"))

    def found(query: str) -> list[str]:
        items = editors.get("second", f"/change-sets?{query}")["items"]
        return [f"/change-sets/{item['id']}" for item in items]

    assert found("state=approved") == [plain]
    assert found("state=proposed") == [of_meeting]
    assert found("meeting=open-meeting") == [of_meeting]
    assert found("meeting=closed-meeting") == []
    assert found(f"bundle={UNKNOWN}") == []
    assert set(found("")) == {plain, of_meeting}


def test_a_meeting_that_the_reader_may_not_see_is_not_named(editors: Editors) -> None:
    editors.employ("chief coordinator", Role.COORDINATOR, (Role.EDITOR, "AU"), clearance=Tlp.RED)
    where = proposed(
        editors, "chief coordinator", new("contact", contact()), meeting="closed-meeting"
    )
    assert editors.get("chief coordinator", where)["meeting"] == "closed-meeting"
    assert editors.get("reader", where)["meeting"] is None
    assert editors.get("reader", "/change-sets?meeting=closed-meeting")["items"] == []
    done(post(editors, "second", where, "approve"))
    done(post(editors, "second", where, "apply"))
    assert editors.get("chief coordinator", where)["meeting"] == "closed-meeting"


def test_a_single_write_is_told_from_the_log(editors: Editors) -> None:
    path = f"/channels/{PLAIN_LINE}"
    changed = editors.change("editor", path, position=4)
    assert changed.status_code == 200
    (where,) = logged(editors, PLAIN_LINE, 2)
    told = editors.get("reader", where)
    assert (told["state"], told["origin"]) == ("applied", "edit")
    (operation,) = told["operations"]
    assert operation["changes"] == [{"field": "position", "before": 1, "after": 4}]
    assert (operation["before"]["revision"], operation["document"]["revision"]) == (1, 2)


def test_what_the_log_says_of_hidden_records_is_absent(editors: Editors) -> None:
    path = f"/channels/{HIDDEN_LINE}"
    assert editors.change("chief", path, position=4).status_code == 200
    (where,) = logged(editors, HIDDEN_LINE, 2)
    assert len(editors.get("chief", where)["operations"]) == 1
    assert editors.ask("editor", "GET", where).status_code == 404
    # Narrowed since: its wide past is as hidden as its present.
    (seeded,) = logged(editors, PLAIN_LINE, 1)
    before = len(editors.get("editor", seeded)["operations"])
    assert editors.change("chief", f"/channels/{PLAIN_LINE}", marking="RED").status_code == 200
    shown = editors.get("editor", seeded)["operations"]
    assert len(shown) == before - 1
    assert [each["n"] for each in shown] == list(range(before - 1))


def test_an_operation_that_is_hidden_vanishes_and_hinders_who_would_decide(
    editors: Editors,
) -> None:
    hidden = altered(editors, "channel", HIDDEN_LINE, position=3)
    where = proposed(editors, "chief", new("contact", contact()), hidden, new("contact", contact()))
    seen = editors.get("second", where)["operations"]
    assert [(each["n"], each["kind"]) for each in seen] == [(0, "contact"), (1, "contact")]
    (listed,) = editors.get("second", "/change-sets")["items"]
    assert listed["operations"] == 2
    size = editors.size()
    answers = [
        post(editors, "second", where, "approve"),
        amend(editors, "second", where, 0, state="approved"),
        amend(editors, "second", where, 1, state="dropped"),
        post(editors, "second", where, "apply"),
        post(editors, "second", where, "reject"),
    ]
    other = proposed(editors, "reader", new("contact", contact()))
    answers.append(post(editors, "foreigner", other, "approve"))
    assert {each.status_code for each in answers} == {403}
    assert len({each.get_json()["detail"] for each in answers}) == 1
    assert amend(editors, "second", where, 2, state="approved").status_code == 404
    editors.employ("other chief", (Role.EDITOR, "AU"), clearance=Tlp.RED)
    assert done(post(editors, "other chief", where, "approve"))["state"] == "approved"
    assert post(editors, "second", where, "apply").status_code == 403
    done(post(editors, "chief", where, "apply"))
    assert editors.size() == size + 3


def test_operations_are_edited_dropped_and_approved_one_by_one(editors: Editors) -> None:
    where = proposed(editors, "reader", *(new("contact", contact()) for _ in range(3)))
    assert amend(editors, "reader", where, 0, state="approved").status_code == 403
    assert amend(editors, "foreigner", where, 0, state="dropped").status_code == 403
    assert (
        done(amend(editors, "second", where, 0, state="approved"))["approved_by"]
        == (editors.accounts["second"])
    )
    assert done(amend(editors, "reader", where, 1, state="dropped"))["state"] == "dropped"
    assert editors.get("reader", where)["state"] == "proposed"
    assert done(amend(editors, "second", where, 2, state="approved"))["n"] == 2
    assert editors.get("reader", where)["state"] == "approved"

    better = contact(title={"en": "Better"})
    edited = done(amend(editors, "reader", where, 0, document=better))
    assert (edited["state"], edited["approved_by"], edited["edited_by"]) == ("open", None, [])
    assert editors.get("reader", where)["state"] == "proposed"
    by_other = done(amend(editors, "second", where, 0, document=better))
    assert by_other["edited_by"] == [editors.accounts["second"]]
    bad = amend(editors, "second", where, 0, document=contact(economy="XX"))
    assert (bad.status_code, pointers(bad)) == (422, ["#/document/owner"])
    done(post(editors, "second", where, "approve"))
    size = editors.size()
    done(post(editors, "second", where, "apply"))
    assert editors.size() == size + 2
    assert amend(editors, "second", where, 0, state="open").status_code == 409


@pytest.mark.parametrize(
    "body",
    [{}, {"state": "lost"}, {"state": "open", "keep": "mine"}, {"base_revision": 1},
     {"state": "approved", "base_revision": 1}, {"document": None}],
)  # fmt: skip
def test_an_amendment_says_one_thing(editors: Editors, body: dict[str, Any]) -> None:
    where = proposed(editors, "reader", new("contact", contact()))
    assert amend(editors, "reader", where, 0, **body).status_code == 422


def test_a_change_set_of_which_everything_was_dropped_is_not_applied(editors: Editors) -> None:
    where = proposed(editors, "reader", new("contact", contact()))
    done(amend(editors, "reader", where, 0, state="dropped"))
    for verb in ("approve", "apply"):
        assert post(editors, "second", where, verb).status_code == 409
    assert done(post(editors, "reader", where, "reject", remark="mine"))["state"] == "rejected"
    assert post(editors, "second", where, "approve").status_code == 409


def test_a_base_that_moved_makes_exactly_the_touched_operations_conflicts(
    editors: Editors,
) -> None:
    operations = [
        altered(editors, "contact", PLAIN, note={"en": "theirs and mine"}),
        new("contact", contact()),
        altered(editors, "channel", PLAIN_LINE, position=7),
        {"op": "retire", "kind": "contact", "id": PLAIN, "base_revision": 1},
    ]
    where = proposed(editors, "reader", *operations[:3])
    ending = proposed(editors, "reader", operations[3])
    for each in (where, ending):
        done(post(editors, "second", each, "approve"))
    assert editors.change("editor", f"/contacts/{PLAIN}", languages=["fr"]).status_code == 200
    assert editors.change("editor", f"/channels/{PLAIN_LINE}", position=2).status_code == 200
    size = editors.size()
    refused = post(editors, "second", where, "apply")
    assert (refused.status_code, refused.get_json()["type"]) == (409, "/problems/moved-base")
    assert pointers(refused) == ["#/operations/0", "#/operations/2"]
    assert pointers(post(editors, "second", ending, "apply")) == ["#/operations/0"]
    assert editors.size() == size

    first, fresh, line = editors.get("reader", where)["operations"]
    assert fresh["conflict"] is None
    assert first["conflict"]["base"]["languages"] == []
    assert first["conflict"]["theirs"]["languages"] == ["fr"]
    assert first["conflict"]["mine"]["note"] == {"en": "theirs and mine"}
    assert (line["base_revision"], line["revision"]) == (1, 2)

    merged = altered(editors, "contact", PLAIN, note={"en": "theirs and mine"})
    stale = amend(editors, "reader", where, 0, document=merged["document"], base_revision=1)
    assert stale.status_code == 409
    settled = done(amend(editors, "reader", where, 0, document=merged["document"], base_revision=2))
    assert (settled["conflict"], settled["state"]) == (None, "open")
    assert settled["changes"] == [
        {"field": "note", "before": {}, "after": {"en": "theirs and mine"}}
    ]
    done(amend(editors, "second", where, 2, keep="mine", base_revision=2))
    assert post(editors, "second", where, "apply").status_code == 409
    done(post(editors, "second", where, "approve"))
    done(post(editors, "second", where, "apply"))
    assert stored(editors, "contact", PLAIN)["languages"] == ["fr"]
    assert stored(editors, "channel", PLAIN_LINE)["position"] == 7
    done(amend(editors, "second", ending, 0, keep="theirs"))
    assert editors.get("second", ending)["operations"][0]["state"] == "dropped"


def test_a_retirement_of_what_is_retired_is_a_conflict(editors: Editors) -> None:
    retire = {"op": "retire", "kind": "contact", "id": PLAIN, "base_revision": 1}
    one, other = (proposed(editors, "reader", retire) for _ in range(2))
    for each in (one, other):
        done(post(editors, "second", each, "approve"))
    done(post(editors, "second", one, "apply"))
    assert pointers(post(editors, "second", other, "apply")) == ["#/operations/0"]
    assert amend(editors, "second", other, 0, keep="mine").status_code == 409


def test_history_tells_who_wrote_what_another_had_proposed(editors: Editors) -> None:
    """The number that an approver typed is not its proposer's."""
    change = altered(editors, "contact", PLAIN, note={"en": "Twice."})
    where = proposed(editors, "reader", change)
    document = change["document"] | {"note": {"en": "Thrice."}}
    done(amend(editors, "editor", where, 0, document=document))
    done(post(editors, "second", where, "approve"))
    done(post(editors, "second", where, "apply"))
    told = editors.get("reader", f"/contacts/{PLAIN}/history")["items"][0]
    assert told["actor"] == editors.accounts["reader"]
    assert told["edited_by"] == [editors.accounts["editor"]]
    assert told["approved_by"] == editors.accounts["second"]
    public = editors.get(None, f"/contacts/{PLAIN}/history")["items"]
    assert {(each["approved_by"], *each["edited_by"]) for each in public} == {(None,)}


def test_what_has_been_undone_is_told_so_and_undone_once(editors: Editors) -> None:
    where = proposed(editors, "reader", altered(editors, "contact", PLAIN, note={"en": "Twice."}))
    done(post(editors, "second", where, "approve"))
    done(post(editors, "second", where, "apply"))
    asked = [post(editors, "reader", where, "revert").get_json()["change_set"] for _ in range(2)]
    assert asked[0] == asked[1]  # a proposal that waits is not made twice
    undone = post(editors, "editor", where, "revert").get_json()["id"]
    refused = post(editors, "editor", where, "revert")
    assert (refused.status_code, refused.get_json()["type"]) == (409, "/problems/already-undone")
    assert undone in refused.get_json()["detail"]
    # Once that is undone in its turn, there is something to undo again.
    done(post(editors, "editor", f"/change-sets/{undone}", "revert"))
    assert post(editors, "editor", where, "revert").get_json()["type"] == "/problems/built-on"


def test_what_was_built_on_is_listed_and_the_rest_is_undone(editors: Editors) -> None:
    where = proposed(
        editors,
        "reader",
        *desk_with_line(),
        altered(editors, "contact", PLAIN, note={"en": "Ring twice."}),
    )
    done(post(editors, "second", where, "approve"))
    line, desk, noted = done(post(editors, "second", where, "apply"))["operations"]
    extra = editors.ask("editor", "POST", "/channels", channel(desk["id"], raw="+61 2 5550 0145"))
    assert extra.status_code == 201
    assert editors.change("editor", f"/channels/{line['id']}", position=3).status_code == 200

    refused = post(editors, "editor", where, "revert")
    assert (refused.status_code, refused.get_json()["type"]) == (409, "/problems/built-on")
    assert sorted(pointers(refused)) == sorted(
        [f"channel/{line['id']}", f"channel/{extra.get_json()['id']}"]
    )
    (moved,) = logged(editors, line["id"], 2)
    assert moved.rpartition("/")[2] in refused.text
    rest = post(editors, "editor", where, "revert", only=[noted["id"]])
    assert rest.status_code == 201
    assert stored(editors, "contact", PLAIN)["note"] == {}
    assert stored(editors, "contact", desk["id"])["retired_at"] is None
    assert post(editors, "editor", where, "revert", only=[UNKNOWN]).status_code == 422
    assert post(editors, "editor", where, "revert", only=[noted["id"]]).status_code == 409


def test_who_may_not_write_it_proposes_to_undo_it(editors: Editors) -> None:
    assert editors.change("editor", f"/channels/{PLAIN_LINE}", position=4).status_code == 200
    (where,) = logged(editors, PLAIN_LINE, 2)
    asked = post(editors, "reader", where, "revert")
    assert asked.status_code == 202
    waiting = asked.headers["Location"].removeprefix("/api/v1")
    told = editors.get("reader", waiting)
    assert (told["state"], told["origin"]) == (
        "proposed", f"revert/{where.rpartition('/')[2]}",
    )  # fmt: skip
    done(post(editors, "second", waiting, "approve"))
    assert stored(editors, "channel", PLAIN_LINE)["position"] == 4
    done(post(editors, "second", waiting, "apply"))
    assert stored(editors, "channel", PLAIN_LINE)["position"] == 1
    assert editors.get("reader", where)["reverted_by"] == [told["id"]]


def test_what_has_been_narrowed_is_not_widened_by_the_way(editors: Editors) -> None:
    path = f"/channels/{PLAIN_LINE}"
    assert editors.change("editor", path, marking="AMBER").status_code == 200
    (where,) = logged(editors, PLAIN_LINE, 2)
    refused = post(editors, "editor", where, "revert")
    assert (refused.status_code, refused.get_json()["type"]) == (409, "/problems/would-widen")
    assert stored(editors, "channel", PLAIN_LINE)["marking"] == "AMBER"
    done(post(editors, "editor", where, "revert", confirm_widening=True))
    assert stored(editors, "channel", PLAIN_LINE)["marking"] == "GREEN"


def test_what_only_waits_is_not_undone(editors: Editors) -> None:
    where = proposed(editors, "reader", new("contact", contact()))
    assert post(editors, "reader", where, "revert").get_json()["type"] == "/problems/not-applied"
    unknown = post(editors, "reader", f"/change-sets/{UNKNOWN}", "revert")
    assert unknown.status_code == 404


def test_a_retired_desk_comes_back_with_all_that_went_with_it(editors: Editors) -> None:
    path = f"/contacts/{PLAIN}"
    editors.ask("chief", "DELETE", path, If_Match=editors.tag("chief", path))
    (where,) = logged(editors, PLAIN, 2)
    assert len(editors.get("chief", where)["operations"]) == 3
    assert len(editors.get("editor", where)["operations"]) == 2
    done(post(editors, "chief", where, "revert"))
    for line in (PLAIN_LINE, HIDDEN_LINE):
        assert stored(editors, "channel", line)["retired_at"] is None


def check(**fields: Any) -> dict[str, Any]:
    return {
        "channel": PLAIN_LINE,
        "checked_at": "2026-02-01T00:00:00Z",
        "outcome": "answered",
        "method": "test_call",
        "owner": "AU",
        "marking": "GREEN",
        "source": SOURCE,
    } | fields


WORD = {"outcome": "confirmed", "method": "confirmation"}


@pytest.mark.parametrize("how", [{}, WORD], ids=["a call", "a word"])
def test_no_change_set_brings_a_check_that_lies_in_the_future(
    editors: Editors, how: dict[str, Any]
) -> None:
    ahead = check(checked_at=format_instant(utc_now() + timedelta(days=1)), **how)
    response = propose(editors, "coordinator", new("check", ahead))
    assert response.status_code == 422
    assert pointers(response) == ["#/operations/0/document/checked_at"]
    where = proposed(editors, "coordinator", new("check", check(**how)))
    response = amend(editors, "coordinator", where, 0, document=ahead)
    assert response.status_code == 422
    assert pointers(response) == ["#/document/checked_at"]
    post(editors, "coordinator", where, "approve")
    assert done(post(editors, "coordinator", where, "apply"))["state"] == "applied"


def test_a_word_that_somebody_returned_is_approved_by_a_coordinator(editors: Editors) -> None:
    where = proposed(editors, "foreigner", new("check", check(**WORD)))
    assert post(editors, "foreigner", where, "approve").status_code == 403
    done(post(editors, "coordinator", where, "approve"))
    assert done(post(editors, "coordinator", where, "apply"))["state"] == "applied"
    confirmed = editors.ask("coordinator", "POST", "/economies/AU/confirm", {})
    assert confirmed.status_code == 403


def test_a_list_of_change_sets_says_whose_records_as_far_as_they_are_seen(
    editors: Editors,
) -> None:
    agency = {"slug": "jp-other", "economy": "JP", "owner": "JP", "marking": "AMBER+STRICT"}
    proposed(
        editors,
        "coordinator",
        new("organisation", organisation(**agency)),
        new("contact", contact()),
        new("contact", contact()),
    )
    (whole,) = editors.get("coordinator", "/change-sets")["items"]
    assert (whole["owners"], whole["operations"]) == (["AU", "JP"], 3)
    (part,) = editors.get("reader", "/change-sets")["items"]
    assert (part["owners"], part["operations"]) == (["AU"], 2)
