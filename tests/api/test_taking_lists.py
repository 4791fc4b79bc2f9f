"""The list that a delegate takes along: who stands in it, who may take it, what is kept of it."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import delete, select

from directory.meetings.lists import listing
from directory.meetings.lists.rules.columns import Column
from directory.meetings.lists.rules.printing import NOBODY
from directory.meetings.models import list_exports
from directory.policy import MARKINGS, Role, Tlp
from directory.readings.errors import NotRecordedError
from directory.settings import Anonymous
from directory.web.api.list_shapes import ExportShape
from directory.web.context import running
from tests.accounts import account
from tests.api.lists import ids_in, rows_of, unpacked, workbook
from tests.api.service import Service, served
from tests.api.test_readings import entries, records_in
from tests.api.world import LABELS, make_world, put, rid, write

FORMS = ("xlsx", "csv")
AMBER = f"veiled{LABELS.index(('AMBER', ())):02}"
RED = f"veiled{LABELS.index(('RED', ())):02}"


Make = Callable[..., Callable[..., Any]]
partners = (f"partner {number}" for number in count())


@pytest.fixture(scope="module")
def world_service(
    new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    service, world = served(new_database(), tmp_path_factory.mktemp("state")), make_world()
    write(service.database, world.visible + world.hidden)
    yield service
    service.dispose()


@pytest.fixture
def service(world_service: Service) -> Iterator[Service]:
    """The world, with nothing in the register."""
    yield world_service
    with world_service.database.writing() as connection:
        connection.execute(delete(list_exports))


@pytest.fixture
def new(service: Service) -> Make:
    """Make an account and get something that asks with its token."""

    def make(partner: str | None = None, **more: Any) -> Callable[..., Any]:
        partner = partner or next(partners)
        with service.database.writing() as connection:
            _, token = account(connection, partner=partner, **more)

        def ask(path: str, **query: Any) -> Any:
            headers = {"Authorization": f"Bearer {token}"} | query.pop("headers", {})
            return service.ask(path, headers=headers, **query)

        return ask

    return make


def register(service: Service) -> list[Any]:
    with service.database.reading() as connection:
        return list(connection.execute(select(list_exports).order_by(list_exports.c.at)))


def titles(rows: list[dict[Column, str]]) -> list[str]:
    return [row[Column.POST] for row in rows]


@pytest.mark.parametrize("form", FORMS)
def test_a_network_s_list_holds_the_contacts_designated_for_it(service: Service, form: str) -> None:
    rows = rows_of(service.ask(f"/lists/g7-24-7.{form}").data)
    assert titles(rows) == ["Checked desk", "Public desk"]
    assert {row[Column.ECONOMY] for row in rows} == {"Australia"}
    assert {row[Column.NETWORKS] for row in rows} == {"g7-24-7"}
    assert rows[1][Column.TELEPHONE].split("\n") == [
        "+61 2 5550 0001", "+61 2 5550 0200", "+61 2 5550 0303"
    ]  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_a_meeting_s_list_holds_every_economy_in_apec_s_order(service: Service, form: str) -> None:
    rows = rows_of(service.ask(f"/lists/public-meeting.{form}").data)
    assert [(row[Column.ECONOMY], row[Column.POST], row[Column.REMARKS]) for row in rows] == [
        ("Australia", "Checked desk", ""),
        ("Australia", "Name shown", ""),
        ("Australia", "Public desk", ""),
        ("Japan", "", NOBODY),
    ]


def test_a_member_without_a_contact_for_a_network_has_a_row_there(
    fresh_database: str, tmp_path: Path
) -> None:
    service = served(fresh_database, tmp_path)
    write(
        service.database,
        [*make_world().visible,
         put("membership", "JP", economy="JP", network="interpol", status="member",
             known_on="2026-01-01"),
         put("membership", "AU ended", economy="AU", network="interpol", status="member",
             from_date="2001-01-01", until_date="2002-01-01", known_on="2026-01-01")],
    )  # fmt: skip
    rows = rows_of(service.ask("/lists/interpol.csv").data)
    assert [(row[Column.ECONOMY], row[Column.POST]) for row in rows] == [
        ("Australia", "Name shown"),
        ("Japan", ""),
    ]
    service.dispose()


@pytest.mark.parametrize(
    ("economy", "found"),
    [
        ("JP", {"Japan"}),
        ("japan", {"Japan"}),
        ("AU,JP", {"Australia", "Japan"}),
        (" JP , AU,JP", {"Australia", "Japan"}),
        (None, {"Australia", "Japan"}),
    ],
)
def test_a_list_can_be_narrowed_to_economies(
    service: Service, economy: str | None, found: set[str]
) -> None:
    rows = rows_of(service.ask("/lists/public-meeting.csv", economy=economy).data)
    assert {row[Column.ECONOMY] for row in rows} == found
    assert len(rows) == len({row[Column.RECORD] for row in rows})


@pytest.mark.parametrize("economy", ["Atlantis", "AU,Japan", "XX", ",", "AU,XB"])
def test_an_economy_that_is_none_is_refused(service: Service, economy: str) -> None:
    problem = service.refused("/lists/public-meeting.csv", 404, economy=economy)
    assert problem["type"] == "/problems/unknown-economy"
    assert register(service) == []


def test_several_economies_are_said_in_one_parameter(service: Service) -> None:
    response = service.ask("//api/v1/lists/public-meeting.csv?economy=AU&economy=JP")
    assert response.status_code == 422


def test_a_list_too_long_for_one_file_is_refused_and_says_what_to_do(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "MOST_CONTACTS", 2)
    problem = service.refused("/lists/public-meeting.xlsx", 422)
    assert problem["type"] == "/problems/list-too-long"
    assert problem["errors"][0]["pointer"] == "?economy"
    assert service.ask("/lists/g7-24-7.xlsx").status_code == 200


def test_a_list_is_whole_however_few_contacts_are_read_at_a_time(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = rows_of(service.ask("/lists/public-meeting.csv").data)
    monkeypatch.setattr(listing, "AT_A_TIME", 1)
    assert rows_of(service.ask("/lists/public-meeting.csv").data) == whole


def test_the_lists_are_those_of_networks_and_meetings_that_one_may_see(
    service: Service, new: Make
) -> None:
    shown = service.walk("/lists", 2)
    assert [(item["list_of"], item["slug"]) for item in shown] == [
        ("network", "g7-24-7"),
        ("network", "interpol"),
        ("network", "net-shown"),
        ("meeting", "meeting-shown"),
        ("meeting", "public-meeting"),
    ]
    for item in shown:
        assert service.ask(f"/lists/{item['slug']}.csv").status_code == 200
    ask = new()
    ask("/lists", headers={"X-Request-Id": "lists"})
    restricted = {record["id"] for row in entries(service, "lists") for record in records_in(row)}
    assert restricted == {rid("network", AMBER), rid("meeting", AMBER)}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("slug", ["no-such-list", f"net-{AMBER}", f"meeting-{AMBER}", "x.csv"])
def test_a_hidden_list_is_one_that_never_was(service: Service, slug: str, form: str) -> None:
    problem = service.refused(f"/lists/{slug}.{form}", 404)
    assert problem["type"] == "/problems/unknown-record"
    assert register(service) == []


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("slug", ["g7-24-7", "interpol", "public-meeting"])
def test_nothing_hidden_stands_anywhere_in_a_file(service: Service, slug: str, form: str) -> None:
    body = service.ask(f"/lists/{slug}.{form}").data
    text, world = unpacked(body), make_world()
    seen = {operation.id for operation in world.visible} | {rid("channel", "opened")}
    hidden = [str(operation.id) for operation in world.hidden if operation.id not in seen]
    assert [
        each for each in (*world.secrets, *world.numbers, *hidden) if each.encode() in text
    ] == []
    assert ids_in(rows_of(body)) <= seen


@pytest.mark.parametrize("clearance", [Tlp.GREEN, Tlp.AMBER, Tlp.AMBER_STRICT])
def test_a_reader_takes_along_what_their_clearance_lets_them_see(new: Make, clearance: Tlp) -> None:
    ask = new(clearance=clearance)
    body = ask("/lists/public-meeting.xlsx").data
    places = [
        place for place, (marking, audience) in enumerate(LABELS)
        if not audience and Tlp.from_label(marking) <= clearance
    ]  # fmt: skip
    words = ["shown" if place == 0 else f"veiled{place:02}" for place in places]
    names = [f"Name {word}" for word in words]
    assert {title for title in titles(rows_of(body)) if title.startswith("Name")} == set(names)
    text = unpacked(body).decode()
    assert [word for word in make_world().secrets if word in text] == words[1:]
    title = workbook(body).worksheets[0]["A1"].value
    assert f"TLP:{clearance.label}." in title


def test_red_leaves_the_directory_on_no_list(service: Service, new: Make, tmp_path: Path) -> None:
    ask = new(clearance=Tlp.RED, roles=[(Role.EDITOR, "AU")])
    assert ask(f"/contacts/{rid('contact', RED)}").status_code == 200
    for form in FORMS:
        text = unpacked(ask(f"/lists/public-meeting.{form}").data).decode()
        assert RED not in text
        assert "AMBER+STRICT" in text
        assert rid("contact", RED) not in text
    assert RED not in ask("/lists", limit=200).text
    everybody = Service(served(service.database.url, tmp_path, Anonymous.EVERYTHING).app)
    assert RED not in unpacked(everybody.ask("/lists/public-meeting.csv").data).decode()
    everybody.dispose()


def test_a_file_says_what_to_save_it_as_and_is_kept_by_nobody(service: Service) -> None:
    for form, media_type in (
        ("csv", "text/csv; charset=utf-8"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ):
        headers = service.ask(f"/lists/g7-24-7.{form}").headers
        assert headers["Content-Type"] == media_type
        assert headers["Content-Disposition"].startswith('attachment; filename="g7-24-7-20')
        assert headers["Content-Disposition"].endswith(f'.{form}"')
        assert headers["Cache-Control"] == "private, no-store"
        assert "ETag" not in headers


def test_each_list_is_registered_before_it_leaves(service: Service, new: Make) -> None:
    ask = new(partner="tw-police")
    for form in FORMS:
        body = ask(f"/lists/g7-24-7.{form}", economy="AU").data
        entry = register(service)[-1]
        assert (entry.partner, entry.list, entry.form) == ("tw-police", "g7-24-7", form)
        assert entry.account is not None
        assert bytes(entry.digest) == hashlib.sha256(body).digest()
        assert entry.valid_until - entry.at == timedelta(days=30)
        held = set(orjson.loads(entry.records))
        assert ids_in(rows_of(body)) < held
        assert rid("network", "g7-24-7") in held
        # Keys are on no list.
        assert rid("key", "200") not in held
    assert len(register(service)) == 2


def test_who_has_no_account_is_registered_as_nobody(service: Service) -> None:
    service.ask("/lists/g7-24-7.csv")
    (entry,) = register(service)
    assert (entry.account, entry.partner) == (None, None)


def test_headers_alone_are_no_list_taken_along(service: Service) -> None:
    response = service.ask("/lists/g7-24-7.csv", method="HEAD")
    assert (response.status_code, response.data) == (200, b"")
    assert register(service) == []


def test_a_conditional_request_gets_another_list_and_another_entry(service: Service) -> None:
    for _ in range(2):
        response = service.ask("/lists/g7-24-7.csv", headers={"If-None-Match": "*"})
        assert response.status_code == 200
    assert len(register(service)) == 2


def test_what_a_list_shows_of_amber_is_a_reading(service: Service, new: Make) -> None:
    ask = new()
    body = ask("/lists/public-meeting.csv", headers={"X-Request-Id": "x", "Purpose": "TEL45"}).data
    rows = entries(service, "x")
    recorded = {record["id"] for row in rows for record in records_in(row)}
    assert {row.purpose for row in rows} == {"TEL45"}
    assert rid("contact", AMBER) in recorded
    restricted = {
        str(operation.id) for operation in make_world().hidden
        if dict(getattr(operation, "document", {})).get("marking") in MARKINGS[2:]
    } - {rid("channel", "opened")}  # fmt: skip
    assert ids_in(rows_of(body)) & restricted == recorded & ids_in(rows_of(body))


def test_without_the_purpose_that_an_agency_wants_nothing_leaves(
    service: Service, new: Make
) -> None:
    ask = new(needs_purpose=True)
    assert ask("/lists/public-meeting.xlsx").status_code == 428
    assert register(service) == []
    assert ask("/lists/public-meeting.xlsx", headers={"Purpose": "TEL45"}).status_code == 200


def test_a_list_that_cannot_be_recorded_does_not_leave(
    service: Service, new: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(entries: object) -> None:
        raise NotRecordedError("nowhere")

    monkeypatch.setattr(running(service.app).readings, "record", refuse)
    assert new()("/lists/public-meeting.csv").status_code == 503
    assert register(service) == []


def test_a_list_that_cannot_be_registered_does_not_leave(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    from directory.errors import UnavailableError
    from directory.meetings.lists import register as module

    def refuse(*given: object, **more: object) -> None:
        raise UnavailableError("not now")

    monkeypatch.setattr(module, "register_export", refuse)
    assert service.ask("/lists/g7-24-7.csv").status_code == 503


def test_the_register_is_for_ones_own_partner_and_auditors(service: Service, new: Make) -> None:
    one, colleague = new("tw-police"), new("tw-police", clearance=Tlp.AMBER)
    other, auditor = new("jp-police"), new("audit", roles=[Role.AUDITOR])
    one("/lists/g7-24-7.csv")
    one(f"/lists/net-{AMBER}.xlsx")
    other("/lists/public-meeting.csv")
    service.ask("/lists/interpol.csv")

    def seen(ask: Callable[..., Any]) -> list[tuple[str | None, bool]]:
        items = ask("/exports").json["items"]
        return [(item["list"], item["records"] is not None) for item in items]

    assert seen(one) == [(f"net-{AMBER}", True), ("g7-24-7", True)]
    assert seen(colleague) == [(f"net-{AMBER}", False), ("g7-24-7", False)]
    assert seen(other) == [("public-meeting", True)]
    # By itself an auditor sees no record that is not CLEAR; what was taken is told by its ids.
    assert seen(auditor) == [
        ("interpol", True), ("public-meeting", True), (None, True), ("g7-24-7", True)
    ]  # fmt: skip
    assert service.ask("/exports").status_code == 401
    item = one("/exports").json["items"][0]
    assert item.keys() == ExportShape().fields.keys()
    assert item["form"] == "xlsx"
    assert rid("network", AMBER) in item["records"]
    until, at = (datetime.fromisoformat(item[key]) for key in ("valid_until", "at"))
    assert until - at == timedelta(days=30)


def test_a_colleague_does_not_learn_of_a_list_that_they_may_not_see(
    service: Service, new: Make
) -> None:
    strict = f"veiled{LABELS.index(('AMBER+STRICT', ())):02}"
    one = new("strict", clearance=Tlp.AMBER_STRICT)
    operator = new("strict", roles=[Role.OPERATOR])
    one(f"/lists/meeting-{strict}.csv")
    assert len(one("/exports").json["items"]) == 1
    assert operator("/exports").json["items"] == []


def test_the_register_comes_in_pages(service: Service, new: Make) -> None:
    ask, pages, page = new(), [], None
    for _ in range(3):
        ask("/lists/g7-24-7.csv")
    while True:
        found = ask("/exports", limit=2, page=page).json
        pages.append([item["id"] for item in found["items"]])
        if (page := found["next"]) is None:
            break
    assert [len(each) for each in pages] == [2, 1]
    assert [i for each in pages for i in each] == [row.id for row in register(service)][::-1]
    assert ask("/exports", page="WyJ4IiwieSJd").status_code == 422
    assert ask("/exports", page="WyIyMDI2LTAxLTAxIiwieSJd").status_code == 422


def test_a_list_takes_the_same_few_statements_however_long_it_is(service: Service) -> None:
    from tests.api.service import watching

    def asked(slug: str) -> int:
        service.ask(f"/lists/{slug}.csv")
        with watching(service.database) as seen:
            assert service.ask(f"/lists/{slug}.csv").status_code == 200
        return len(seen)

    assert asked("g7-24-7") <= 12
    assert abs(asked("public-meeting") - asked("g7-24-7")) <= 1
