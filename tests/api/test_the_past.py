"""Whom did we call on 3 March? The past over HTTP, and who changed it since."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import delete, select

from directory.changes.models import log_entries, log_payloads
from directory.changes.operations import Put
from directory.clock import parse_instant, utc_now
from directory.policy import Tlp
from tests.accounts import account
from tests.api.service import Service, served
from tests.integration.changes import world
from tests.integration.changes.tables import take_guards_away
from tests.integration.changes.world import (
    ACTOR,
    CHANNEL,
    CONTACT,
    HOLDER,
    channel,
    check,
    contact,
    economy,
    holder,
    membership,
    network,
    organisation,
)

MEMBERSHIP = "11111111-0000-4000-8000-000000000009"
OLD, NEW = "+61 2 5550 0100", "+61 2 5550 0101"
LABELS: dict[str, Any] = {"marking": "AMBER", "audience": []}


def day(month: int, date: int, hour: int = 12) -> datetime:
    return datetime(2026, month, date, hour, tzinfo=UTC)


@dataclass(frozen=True)
class Past:
    service: Service
    insider: dict[str, str]


@pytest.fixture(scope="module")
def lived(
    new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Past]:
    service = served(new_database(), tmp_path_factory.mktemp("state"))
    desk: dict[str, Any] = {
        "networks": ["interpol"],
        "duty_hours": "24/7",
        "zone": "Australia/Sydney",
    }
    with service.database.writing() as connection:
        world.write(
            connection, economy("AU", apec_order=1), economy("JP", apec_order=2),
            network("interpol"), membership(MEMBERSHIP),
            membership(economy="JP"), organisation(), contact(**desk), channel(),
            check(checked_at="2026-02-01T00:00:00Z"), holder(),
            at=day(2, 2),
        )  # fmt: skip
        # The head of 3 March, by the afternoon.
        world.write(connection, holder(base=1, name={"en": "Lee"}), at=day(3, 3, 15))
        world.write(connection, channel(base=1, raw=NEW), at=day(3, 10))
        world.write(connection, membership(MEMBERSHIP, 1, status="not_member"), at=day(4, 1))
        world.write(connection, holder(base=2, name={"en": "Lee"}, **LABELS), at=day(5, 1))
        world.write(
            connection, channel(base=2, raw=NEW, **LABELS), check(base=1, **LABELS), at=day(5, 2)
        )
        world.write(connection, channel(base=3, raw=NEW), check(base=2), at=day(5, 3))
        _, token = account(connection, economy="JP", clearance=Tlp.AMBER)
    yield Past(service, {"Authorization": f"Bearer {token}"})
    service.dispose()


def numbers(view: Any) -> list[str]:
    return [each["raw"] for each in view["channels"]]


def test_whom_we_called_on_3_march(lived: Past) -> None:
    asked = {"to": "AU", "from_": "JP", "as_of": "2026-03-03"}
    answer = lived.service.get("/reach", at="2026-03-03T02:00Z", **asked)
    assert answer["at"] == "2026-03-03T02:00:00Z"
    assert answer["as_of"] == "2026-03-03T23:59:59.999999Z"
    assert [(r["call"]["raw"], r["standing"]) for r in answer["routes"]] == [(OLD, "open")]
    assert OLD in answer["answer"]
    now = lived.service.get("/reach", to="AU", from_="JP")
    assert now["as_of"] is None
    assert [item["network"] for item in now["closed"]] == ["interpol"]
    assert OLD not in orjson.dumps(now).decode()


@pytest.mark.parametrize(
    ("asked", "at"),
    [
        ({"as_of": "2026-03-03"}, "2026-03-03T12:00:00Z"),
        ({"as_of": "2026-03-03T02:00:00Z"}, "2026-03-03T02:00:00Z"),
        ({"as_of": "2026-03-03", "at": "2011-09-24"}, "2011-09-24T12:00:00Z"),
    ],
    ids=["a date is judged at noon", "an instant at itself", "at is another time"],
)
def test_the_two_times_of_reach(lived: Past, asked: dict[str, str], at: str) -> None:
    assert lived.service.get("/reach", to="AU", from_="JP", **asked)["at"] == at


def test_a_card_of_the_past_is_not_for_use_now(lived: Past) -> None:
    card = lived.service.ask(
        "/reach", accept="text/plain", to="AU", from_="JP", as_of="2026-03-03"
    ).text  # fmt: skip
    assert "As recorded by 2026-03-03T23:59:59Z: not for use now" in card
    assert "Valid until" not in card
    assert OLD in card


def test_a_bare_date_is_the_end_of_its_day(lived: Past) -> None:
    def name(as_of: str) -> str:
        answer = lived.service.ask(f"/holders/{HOLDER}", headers=lived.insider, as_of=as_of)
        return str(answer.get_json()["name"]["en"])

    assert name("2026-03-03") == "Lee"
    assert name("2026-03-03T12:00:00Z") == "Kim"
    assert name("2026-03-02") == "Kim"


@pytest.mark.parametrize("path", [f"/contacts/{CONTACT}", "/contacts", "/economies/AU/contacts"])
def test_contacts_of_then_come_in_todays_shape(lived: Past, path: str) -> None:
    response = lived.service.ask(path, as_of="2026-03-03T02:00:00Z")
    assert response.headers["As-Of"] == "2026-03-03T02:00:00Z"
    found = response.get_json()
    view = found if "items" not in found else found["items"][0]
    live = lived.service.get(f"/contacts/{CONTACT}")
    assert (numbers(view), numbers(live)) == ([OLD], [NEW])
    assert view.keys() == live.keys()
    assert view["channels"][0]["verification"]["result"] == "verified"
    # It has another number now, which nobody called.
    assert live["channels"][0]["verification"]["result"] == "unverified"


def test_what_has_been_narrowed_since_is_hidden_in_the_past_too(lived: Past) -> None:
    past = f"/contacts/{CONTACT}"
    assert lived.service.get(past, as_of="2026-03-04")["holders"] == []
    seen = lived.service.ask(past, headers=lived.insider, as_of="2026-03-04").get_json()
    assert [each["name"]["en"] for each in seen["holders"]] == ["Lee"]
    lived.service.refused(f"/holders/{HOLDER}", 404, as_of="2026-03-04")


def test_widening_does_not_reveal_what_was_narrow(lived: Past) -> None:
    lived.service.refused(f"/channels/{CHANNEL}", 404, as_of="2026-05-02")
    assert lived.service.get(f"/channels/{CHANNEL}", as_of="2026-05-01")["raw"] == NEW
    assert lived.service.get(f"/channels/{CHANNEL}", as_of="2026-05-03")["raw"] == NEW


def test_memberships_as_they_stood(lived: Past) -> None:
    def standing(path: str, **asked: str) -> set[str]:
        found = lived.service.get(path, **asked)["memberships"]
        return {row["status"] for row in found if row["economy"] == "AU"}

    for path in ("/economies/AU", "/networks/interpol"):
        assert standing(path, as_of="2026-03-03") == {"member"}
        assert standing(path) == {"not_member"}
    assert lived.service.get(f"/memberships/{MEMBERSHIP}", as_of="2026-03-03")["revision"] == 1


@pytest.mark.parametrize(
    "path", ["/reach?to=AU", "/contacts", f"/contacts/{CONTACT}", "/economies/AU",
             "/economies/AU/contacts", "/networks/interpol", f"/memberships/{MEMBERSHIP}"],
)  # fmt: skip
def test_before_the_log_and_after_now_there_is_nothing_to_say(lived: Past, path: str) -> None:
    path, _, to = path.partition("?to=")
    problem = lived.service.refused(path, 404, to=to or None, as_of="2026-02-01")
    assert problem["type"] == "/problems/before-the-log"
    for later in ("2190-01-01", f"{utc_now() + timedelta(minutes=1):%Y-%m-%dT%H:%M:%SZ}"):
        problem = lived.service.refused(path, 422, to=to or None, as_of=later)
        assert problem["type"] == "/problems/not-yet-recorded"
    for odd in ("yesterday", "2026-03-03T02:00"):
        assert lived.service.refused(path, 422, to=to or None, as_of=odd)["errors"]


def test_a_search_finds_what_is_held_now(lived: Past) -> None:
    problem = lived.service.refused("/contacts", 422, q="desk", as_of="2026-03-03")
    assert [fault["pointer"] for fault in problem["errors"]] == ["?q"]


def test_what_is_kept_of_the_past_is_given_again_until_a_record_changes(lived: Past) -> None:
    asked: dict[str, Any] = {"as_of": "2026-03-04", "limit": 17}
    first = lived.service.ask("/contacts", **asked)
    held = {"If-None-Match": first.headers["ETag"]}
    again = lived.service.ask("/contacts", headers=held, **asked)
    assert (again.status_code, again.headers["As-Of"]) == (304, first.headers["As-Of"])


def test_a_record_tells_who_changed_what_when_and_why(lived: Past) -> None:
    response = lived.service.ask(f"/channels/{CHANNEL}/history", headers=lived.insider)
    items = response.get_json()["items"]
    assert [item["revision"] for item in items] == [4, 3, 2, 1]
    assert items[2] == {
        "revision": 2,
        "op": "put",
        "at": "2026-03-10T12:00:00Z",
        "change_set": items[2]["change_set"],
        "actor": ACTOR,
        "edited_by": [],
        "approved_by": None,
        "origin": "edit",
        "reason": "a test",
        "meeting": None,
        "is_erased": False,
        "changes": [
            {"field": "/e164", "before": "+61255500100", "after": "+61255500101"},
            {"field": "/raw", "before": OLD, "after": NEW},
        ],
    }
    assert {"field": "/marking", "before": "CLEAR", "after": "AMBER"} in items[1]["changes"]
    assert {"field": "/raw", "before": None, "after": OLD} in items[3]["changes"]
    assert lived.service.get(f"/channels/{CHANNEL}", as_of=items[2]["at"])["raw"] == NEW


def test_versions_that_may_not_be_seen_are_absent(lived: Past) -> None:
    items = lived.service.get(f"/channels/{CHANNEL}/history")["items"]
    assert [item["revision"] for item in items] == [4, 2, 1]
    assert items[0]["changes"] == []
    assert {(item["actor"], item["reason"]) for item in items} == {(None, None)}
    lived.service.refused(f"/holders/{HOLDER}/history", 404)


def test_a_history_comes_in_pages_and_says_when_nothing_has_changed(lived: Past) -> None:
    path = f"/channels/{CHANNEL}/history"
    whole = lived.service.get(path)["items"]
    assert lived.service.walk(path, 1) == whole
    tag = lived.service.ask(path).headers["ETag"]
    assert lived.service.ask(path, headers={"If-None-Match": tag}).status_code == 304
    lived.service.refused(path, 422, page="nonsense")


@pytest.mark.parametrize(
    "path", ["/economies/AU", "/networks/interpol", "/organisations/police",
             f"/contacts/{CONTACT}", f"/memberships/{MEMBERSHIP}"],
)  # fmt: skip
def test_records_with_a_name_have_a_history_under_it(lived: Past, path: str) -> None:
    assert lived.service.get(f"{path}/history")["items"][-1]["revision"] == 1


def test_reading_the_past_of_what_is_amber_is_recorded(lived: Past) -> None:
    def recorded() -> int:
        return len(lived.service.ask("/readings", headers=lived.insider).get_json()["items"])

    for path, asked in (
        (f"/holders/{HOLDER}", {"as_of": "2026-05-02"}),
        (f"/holders/{HOLDER}/history", {}),
        ("/contacts", {"as_of": "2026-05-02"}),
    ):
        before = recorded()
        assert lived.service.ask(path, headers=lived.insider, **asked).status_code == 200
        assert recorded() > before, path


@pytest.fixture
def own(fresh_database: str, tmp_path: Any) -> Iterator[Service]:
    service = served(fresh_database, tmp_path)
    with service.database.writing() as connection:
        world.settle(connection)
        world.write(connection, channel(base=1, raw=NEW), at=world.NOW + timedelta(days=1))
    yield service
    service.dispose()


def test_a_narrowing_is_not_passed_by_what_was_kept(own: Service) -> None:
    day = "2026-03-01T12:30:00Z"
    paths = (f"/contacts/{CONTACT}", "/economies/AU/contacts", "/contacts")
    assert all(OLD in own.ask(path, as_of=day).text for path in paths)
    assert all(OLD in own.ask(path, as_of=day).text for path in paths)
    with own.database.writing() as connection:
        narrow: dict[str, Any] = {"marking": "AMBER"}
        world.write(
            connection, channel(base=2, raw=NEW, **narrow), check(base=1, **narrow), at=utc_now()
        )
    assert not any(OLD in own.ask(path, as_of=day).text for path in paths)


def test_what_has_been_erased_is_gone_and_in_no_list(own: Service) -> None:
    by = "2026-03-01T12:30:00Z"
    with own.database.writing() as connection:
        seq = connection.scalar(
            select(log_entries.c.seq).where(
                log_entries.c.rid == CHANNEL, log_entries.c.revision == 1
            )
        )
        take_guards_away(connection, "log_payloads")
        connection.execute(delete(log_payloads).where(log_payloads.c.seq == seq))
    problem = own.refused(f"/channels/{CHANNEL}", 410, as_of=by)
    assert problem["type"] == "/problems/erased"
    assert own.get(f"/contacts/{CONTACT}", as_of=by)["channels"] == []
    assert own.get(f"/channels/{CHANNEL}")["raw"] == NEW


def test_a_clock_that_was_put_back_hides_nothing(own: Service) -> None:
    with own.database.writing() as connection:
        world.write(
            connection, Put("channel", {**channel().document, "raw": OLD}, CHANNEL, 2),
            at=world.NOW - timedelta(days=300),
        )  # fmt: skip
    told = own.get(f"/channels/{CHANNEL}/history")["items"]
    times = [parse_instant(item["at"]) for item in told]
    assert times == sorted(times, reverse=True)
    assert [own.get(f"/channels/{CHANNEL}", as_of=i["at"])["revision"] for i in told] == [3, 2, 1]
