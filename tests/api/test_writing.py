"""Writing records over HTTP: who may, what is refused, and that nobody learns by it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import httpx
import pytest

from directory.registry import KINDS
from tests.api.editors import (
    AGENCY,
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
from tests.api.process import gunicorn
from tests.api.world import PLURALS, SOURCE
from tests.databases import MakeFurnished

UNKNOWN = "00000000-0000-4000-8000-00000000dead"


@pytest.fixture
def editors(fresh_furnished: MakeFurnished, tmp_path: Path) -> Iterator[Editors]:
    editors = editors_in(fresh_furnished("editors", furnish), tmp_path)
    yield editors
    editors.service.dispose()


def faults(response: Any) -> dict[str, str]:
    return {fault["pointer"]: fault["detail"] for fault in response.get_json().get("errors", ())}


def test_an_editor_writes_a_channel_and_everybody_finds_it(editors: Editors) -> None:
    made = editors.ask("editor", "POST", "/channels?reason=as+they+told+us", channel())
    assert made.status_code == 201
    where = made.headers["Location"].removeprefix("/api/v1")
    document = editors.get("reader", where)
    assert document == made.get_json()
    assert document["revision"] == 1
    assert document["e164"] == "+61255500199"
    changed = editors.change("editor", where, raw="+61 2 5550 0198", e164=None)
    assert (changed.status_code, changed.get_json()["revision"]) == (200, 2)
    assert changed.get_json()["e164"] == "+61255500198"
    numbers = [line["raw"] for line in editors.get("reader", f"/contacts/{PLAIN}")["channels"]]
    assert "+61 2 5550 0198" in numbers
    gone = editors.ask("editor", "DELETE", where, If_Match=changed.headers["ETag"])
    assert (gone.status_code, gone.get_data()) == (204, b"")
    assert editors.get("reader", where)["retired_at"] is not None
    numbers = [line["raw"] for line in editors.get("reader", f"/contacts/{PLAIN}")["channels"]]
    assert "+61 2 5550 0198" not in numbers


@pytest.mark.parametrize("who", ["reader", "foreigner", "operator", "junior", "coordinator"])
def test_nobody_else_writes_it(editors: Editors, who: str) -> None:
    before = editors.size()
    given = channel(owner="AU")
    made = editors.ask(who, "POST", "/channels", given)
    assert made.status_code in {403, 422}, "an operator does not see the desk at all"
    path = f"/channels/{PLAIN_LINE}"
    response = editors.ask(who, "PUT", path, given, If_Match='"1.x"')
    assert response.status_code == (404 if who == "operator" else 403)
    response = editors.ask(who, "DELETE", path, If_Match='"1.x"')
    assert response.status_code == (404 if who == "operator" else 403)
    assert editors.size() == before


def test_without_a_token_nothing_is_written(editors: Editors) -> None:
    response = editors.ask(None, "POST", "/channels", channel())
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_what_is_unknown_read_only_or_left_open_is_refused_by_name(editors: Editors) -> None:
    response = editors.ask(
        "editor", "POST", "/channels", channel(id=UNKNOWN, phone="1", revision=3)
    )
    assert response.status_code == 422
    assert faults(response) == {
        "#/id": "is set by the directory; leave it out",
        "#/revision": "is set by the directory; leave it out",
        "#/phone": "there is no such field",
    }
    unmarked = {key: value for key, value in channel().items() if key != "marking"}
    response = editors.ask("editor", "POST", "/channels", unmarked)
    assert set(faults(response)) == {"#/marking"}


def test_an_owner_is_never_changed_and_no_marking_rises_above_the_clearance(
    editors: Editors,
) -> None:
    path = f"/channels/{PLAIN_LINE}"
    response = editors.change("editor", path, owner="JP")
    assert (response.status_code, set(faults(response))) == (422, {"#/owner"})
    response = editors.change("editor", path, marking="RED")
    assert (response.status_code, set(faults(response))) == (403, {"#/marking"})
    assert editors.change("chief", path, marking="RED").status_code == 200
    assert editors.ask("editor", "GET", path).status_code == 404


def test_a_change_rests_on_the_revision_that_was_read(editors: Editors) -> None:
    path = f"/channels/{PLAIN_LINE}"
    response = editors.ask("editor", "PUT", path, channel())
    assert response.status_code == 428
    tag = editors.tag("editor", path)
    assert editors.change("second", path, position=2).status_code == 200
    response = editors.ask("editor", "PUT", path, channel(), If_Match=tag)
    assert response.status_code == 412
    assert editors.get("editor", path)["position"] == 2


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_hidden_record_is_written_like_an_unknown_one(editors: Editors, method: str) -> None:
    body = channel() if method == "PUT" else None
    answers = []
    for record in (HIDDEN_LINE, UNKNOWN):
        response = editors.ask("editor", method, f"/channels/{record}", body, If_Match='"1.x"')
        assert response.status_code == 404
        problem = response.get_json()
        del problem["request_id"]
        answers.append(str(problem).replace(record, "…"))
    assert answers[0] == answers[1]


def test_a_hidden_target_is_refused_like_an_unknown_one(editors: Editors) -> None:
    hidden = SECRET_AGENCY
    answers = []
    for parent in (hidden, UNKNOWN):
        response = editors.ask("editor", "POST", "/organisations", organisation(parent=parent))
        assert response.status_code == 422
        answers.append(str(faults(response)).replace(parent, "…"))
    assert answers[0] == answers[1]


def test_a_name_that_a_hidden_organisation_has_is_free(editors: Editors) -> None:
    taken = editors.ask("editor", "POST", "/organisations", organisation(slug="au-police"))
    assert (taken.status_code, set(faults(taken))) == (422, {"#/slug"})
    made = editors.ask("editor", "POST", "/organisations", organisation(slug="au-secret"))
    assert made.status_code == 201
    assert editors.get("reader", "/organisations/au-secret")["id"] == made.get_json()["id"]


def test_what_a_writer_may_not_see_does_not_hinder_them(editors: Editors) -> None:
    """A desk with a hidden line is retired like one without; the hidden line goes along."""
    path = f"/contacts/{PLAIN}"
    response = editors.ask("editor", "DELETE", path, If_Match=editors.tag("editor", path))
    assert response.status_code == 204
    assert editors.get("chief", f"/channels/{HIDDEN_LINE}")["retired_at"] is not None


def test_what_is_judged_against_hidden_records_is_for_those_who_see_them_all(
    editors: Editors,
) -> None:
    membership = {
        "economy": "JP", "network": "g7", "status": "unknown", "known_on": "2026-01-01",
        "marking": "CLEAR", "source": SOURCE, "owner": "directory",
    }  # fmt: skip
    response = editors.ask("junior", "POST", "/memberships", membership)
    assert response.status_code == 403
    assert "cleared for RED" in response.get_data(as_text=True)
    response = editors.ask("editor", "POST", "/memberships", membership)
    assert (response.status_code, set(faults(response))) == (403, {"#/owner"})


def test_h32_a_lost_answer_is_asked_for_again(editors: Editors) -> None:
    first = editors.ask("editor", "POST", "/channels", channel(), Idempotency_Key="one")
    size = editors.size()
    again = editors.ask("editor", "POST", "/channels", channel(), Idempotency_Key="one")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.get_json() == first.get_json()
    assert again.headers["Location"] == first.headers["Location"]
    assert editors.size() == size
    other = editors.ask("editor", "POST", "/channels", channel(position=2), Idempotency_Key="one")
    assert other.status_code == 422
    theirs = editors.ask("second", "POST", "/channels", channel(), Idempotency_Key="one")
    assert theirs.get_json()["id"] != first.get_json()["id"]
    failed = editors.ask("editor", "POST", "/channels", channel("x"), Idempotency_Key="two")
    assert failed.status_code == 422
    mended = editors.ask("editor", "POST", "/channels", channel(), Idempotency_Key="two")
    assert mended.status_code == 201


def test_h32_who_asks_the_same_at_once_is_answered_the_same(
    editors: Editors, tmp_path: Path
) -> None:
    """Of twelve who ask two processes at once one writes; the others are told of it, or refused."""
    size = editors.size()
    headers = {"Authorization": f"Bearer {editors.tokens['editor']}", "Idempotency-Key": "one"}
    bodies = [channel()] * 9 + [channel(position=2)] * 3
    with (
        gunicorn(editors.service.database.url, tmp_path / "another", workers=2) as process,
        ThreadPoolExecutor(len(bodies)) as pool,
    ):
        together = Barrier(len(bodies))

        def ask(body: Any) -> httpx.Response:
            together.wait()
            address = f"{process.url}/api/v1/channels"
            return httpx.post(address, json=body, headers=headers, timeout=60)

        answers = list(pool.map(ask, bodies))
    mine, others = answers[:9], answers[9:]
    kept, refused = (mine, others) if mine[0].status_code == 201 else (others, mine)
    assert {answer.status_code for answer in kept} == {201}
    assert len({answer.json()["id"] for answer in kept}) == 1
    assert {answer.status_code for answer in refused} == {422}
    assert {answer.json()["type"].rpartition("/")[2] for answer in refused} == {"key-reused"}
    assert editors.size() == size + 1


def test_every_kind_has_a_way_to_write_it(editors: Editors) -> None:
    """What the shape asks for is named, whatever the kind: the route is there and reads it."""
    for kind in KINDS:
        plural = PLURALS.get(kind.name, f"{kind.name}s")
        body = {} if kind.name == "check" else {"marking": "CLEAR"}
        response = editors.ask("coordinator", "POST", f"/{plural}", body)
        assert response.status_code == 422, kind.name
        assert faults(response), kind.name


def test_the_agency_is_not_touched_by_anything_above(editors: Editors) -> None:
    assert editors.get("reader", f"/organisations/{AGENCY}")["revision"] == 1


def test_a_number_and_its_raw_text_say_the_same(editors: Editors) -> None:
    response = editors.change("editor", f"/channels/{PLAIN_LINE}", raw="+61 2 5550 0198")
    assert (response.status_code, set(faults(response))) == (422, {"#/e164"})
