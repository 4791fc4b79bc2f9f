"""No way through a proposed change set redirects a guarded line with one person alone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from directory.policy import Role, Tlp
from tests.api.editors import GUARDED, GUARDED_LINE, PLAIN, Editors, channel, editors_in, furnish
from tests.api.proposing import (
    altered,
    amend,
    contact,
    done,
    logged,
    new,
    post,
    proposed,
    stored,
)
from tests.databases import MakeFurnished

FALSE_NUMBER = "+61 2 5550 0666"


@pytest.fixture
def editors(fresh_furnished: MakeFurnished, tmp_path: Path) -> Iterator[Editors]:
    editors = editors_in(fresh_furnished("editors", furnish), tmp_path)
    yield editors
    editors.service.dispose()


def redirect(editors: Editors) -> dict[str, Any]:
    return altered(editors, "channel", GUARDED_LINE, raw=FALSE_NUMBER)


def is_redirected(editors: Editors) -> bool:
    return bool(stored(editors, "channel", GUARDED_LINE)["raw"] == FALSE_NUMBER)


def refused(response: Any) -> None:
    assert response.status_code in {403, 409}, response.text


def test_who_proposes_approves_nothing_that_takes_two(editors: Editors) -> None:
    where = proposed(editors, "editor", redirect(editors), new("contact", contact()))
    assert editors.get("editor", where)["operations"][0]["why"]
    refused(post(editors, "editor", where, "approve"))
    refused(amend(editors, "editor", where, 0, state="approved"))
    done(amend(editors, "editor", where, 1, state="approved"))
    refused(post(editors, "editor", where, "apply"))
    done(amend(editors, "second", where, 0, state="approved"))
    done(post(editors, "editor", where, "apply"))
    assert is_redirected(editors)


def test_who_edits_an_operation_approves_nothing_that_takes_two(editors: Editors) -> None:
    harmless = altered(editors, "channel", GUARDED_LINE, source={"document": "x", "place": None,
                                                                 "meeting": None})  # fmt: skip
    where = proposed(editors, "reader", harmless)
    assert editors.get("reader", where)["operations"][0]["why"] is None
    done(amend(editors, "second", where, 0, state="approved"))
    edited = done(amend(editors, "second", where, 0, document=redirect(editors)["document"]))
    assert (edited["state"], bool(edited["why"])) == ("open", True)
    refused(post(editors, "second", where, "approve"))
    refused(amend(editors, "second", where, 0, state="approved"))
    refused(post(editors, "second", where, "apply"))
    # Nor does it help to have somebody else write over it: both have written at it.
    done(amend(editors, "editor", where, 0, document=redirect(editors)["document"]))
    refused(post(editors, "second", where, "approve"))
    done(post(editors, "chief", where, "approve"))
    done(post(editors, "second", where, "apply"))
    assert is_redirected(editors)


def test_an_approved_operation_that_its_proposer_edits_waits_again(editors: Editors) -> None:
    where = proposed(editors, "editor", altered(editors, "channel", GUARDED_LINE, position=2))
    done(post(editors, "second", where, "approve"))
    done(amend(editors, "editor", where, 0, document=redirect(editors)["document"]))
    refused(post(editors, "editor", where, "apply"))
    refused(post(editors, "editor", where, "approve"))
    assert not is_redirected(editors)


def test_dropping_the_one_that_was_approved_carries_no_other(editors: Editors) -> None:
    where = proposed(
        editors,
        "editor",
        redirect(editors),
        altered(editors, "contact", GUARDED, languages=["fr"]),
    )
    done(amend(editors, "second", where, 1, state="approved"))
    done(amend(editors, "editor", where, 1, state="dropped"))
    refused(post(editors, "editor", where, "approve"))
    refused(post(editors, "editor", where, "apply"))
    done(amend(editors, "editor", where, 1, state="open"))
    refused(post(editors, "editor", where, "apply"))
    assert not is_redirected(editors)


def test_what_becomes_dangerous_after_its_approval_is_not_applied(editors: Editors) -> None:
    """A desk that is plain when its proposer approves it, and guarded when it is written."""
    line = altered(editors, "channel", stored_line(editors), raw=FALSE_NUMBER)
    where = proposed(editors, "editor", line)
    done(amend(editors, "editor", where, 0, state="approved"))
    guarded = editors.change("editor", f"/contacts/{PLAIN}", networks=["g7"])
    waiting = guarded.headers["Location"].removeprefix("/api/v1")
    done(post(editors, "second", waiting, "approve"))
    late = post(editors, "editor", where, "apply")
    assert (late.status_code, late.get_json()["type"]) == (409, "/problems/second-person-needed")
    done(amend(editors, "second", where, 0, state="approved"))
    done(post(editors, "editor", where, "apply"))


def stored_line(editors: Editors) -> str:
    (line,) = editors.get("reader", f"/contacts/{PLAIN}")["channels"]
    return str(line["id"])


def test_what_goes_along_with_a_retirement_is_met_by_who_approved_that(editors: Editors) -> None:
    retire = {"op": "retire", "kind": "contact", "id": GUARDED, "base_revision": 1}
    where = proposed(editors, "editor", retire)
    refused(post(editors, "editor", where, "approve"))
    done(post(editors, "second", where, "approve"))
    done(post(editors, "editor", where, "apply"))
    assert stored(editors, "channel", GUARDED_LINE)["retired_at"] is not None


def test_settling_a_conflict_is_writing(editors: Editors) -> None:
    where = proposed(editors, "reader", redirect(editors))
    done(post(editors, "second", where, "approve"))
    change = editors.change("editor", f"/channels/{GUARDED_LINE}", position=3)
    done(post(editors, "second", change.headers["Location"].removeprefix("/api/v1"), "approve"))
    refused(post(editors, "second", where, "apply"))
    done(amend(editors, "second", where, 0, keep="mine"))
    refused(post(editors, "second", where, "approve"))
    done(post(editors, "chief", where, "approve"))
    done(post(editors, "second", where, "apply"))


def test_undoing_a_redirection_takes_two_and_so_does_undoing_that(editors: Editors) -> None:
    change = editors.change("editor", f"/channels/{GUARDED_LINE}", raw=FALSE_NUMBER, e164=None)
    where = change.headers["Location"].removeprefix("/api/v1")
    done(post(editors, "second", where, "approve"))
    for expected in (False, True):
        asked = post(editors, "editor", where, "revert")
        assert asked.status_code == 202, asked.text
        assert asked.get_json()["why"]
        where = asked.headers["Location"].removeprefix("/api/v1")
        refused(post(editors, "editor", where, "approve"))
        assert is_redirected(editors) is not expected
        done(post(editors, "second", where, "approve"))
        done(post(editors, "editor", where, "apply"))
        assert is_redirected(editors) is expected


def test_the_first_redirection_is_not_undone_by_one_person_in_parts(editors: Editors) -> None:
    others = [new("channel", channel(PLAIN)), new("contact", contact())]
    where = proposed(editors, "reader", redirect(editors), *others)
    done(post(editors, "second", where, "approve"))
    line = done(post(editors, "second", where, "apply"))["operations"][1]
    assert post(editors, "editor", where, "revert", only=[line["id"]]).status_code == 201
    assert post(editors, "editor", where, "revert", only=[GUARDED_LINE]).status_code == 202
    assert is_redirected(editors)


def test_two_coordinators_decide_where_the_editors_are_one_person(editors: Editors) -> None:
    where = proposed(editors, "coordinator", redirect(editors))
    refused(post(editors, "coordinator", where, "approve"))
    editors.employ("other coordinator", Role.COORDINATOR, clearance=Tlp.RED)
    done(post(editors, "other coordinator", where, "approve"))
    done(post(editors, "other coordinator", where, "apply"))
    assert is_redirected(editors)


def test_a_weaker_approval_never_takes_the_place_of_a_stronger(editors: Editors) -> None:
    where = proposed(editors, "editor", altered(editors, "contact", PLAIN, note={"en": "a"}))
    done(post(editors, "second", where, "approve"))
    done(post(editors, "editor", where, "approve"))
    told = done(amend(editors, "editor", where, 0, state="approved"))
    assert told["approved_by"] == editors.accounts["second"]


def test_a_single_write_that_somebody_edited_takes_a_third(editors: Editors) -> None:
    change = editors.change("editor", f"/channels/{GUARDED_LINE}", position=2)
    where = change.headers["Location"].removeprefix("/api/v1")
    done(amend(editors, "second", where, 0, document=redirect(editors)["document"]))
    refused(post(editors, "second", where, "approve"))
    refused(post(editors, "editor", where, "approve"))
    done(post(editors, "chief", where, "approve"))
    assert is_redirected(editors)
    assert logged(editors, GUARDED_LINE, 2) == [where]
