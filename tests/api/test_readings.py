"""Whoever reads AMBER or above is on record, by whatever door, and few may know of it."""

import os
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from flask import Response
from sqlalchemy import select, text

from directory.policy import DIRECTORY, Role, Tlp
from directory.readings.errors import NotRecordedError
from directory.readings.models import readings
from directory.settings import Anonymous
from directory.web.auth import Permission, allows
from directory.web.context import running
from tests.accounts import account
from tests.api.process import gunicorn
from tests.api.service import Service, served
from tests.api.test_visibility import Two, doors
from tests.api.world import LABELS, make_world, number, rid, whole_world
from tests.databases import Backend, MakeFurnished

OPEN, AMBER, RED = (
    f"veiled{LABELS.index((marking, ())):02}" for marking in ("GREEN", "AMBER", "RED")
)
DESK = f"/contacts/{rid('contact', AMBER)}"
OPEN_DESK = f"/contacts/{rid('contact', OPEN)}"
OTHER = f"/organisations/{rid('organisation', AMBER)}"
RED_DESK = f"/contacts/{rid('contact', RED)}"
RESTRICTED = [
    place for place, (marking, _) in enumerate(LABELS) if Tlp.from_label(marking) >= Tlp.AMBER
]
numbers = count()


def entries(service: Service, request_id: str | None = None) -> list[Any]:
    """The rows of the log, or those of one request."""
    with running(service.app).readings.reading() as connection:
        rows = connection.execute(select(readings).order_by(readings.c.id)).all()
    return [row for row in rows if request_id in {None, row.request_id}]


def records_in(row: Any) -> list[dict[str, str]]:
    """Kind and id of what an entry tells of."""
    found: list[dict[str, str]] = orjson.loads(row.records)
    return found


@dataclass
class Reader:
    """Somebody with an account who asks a service."""

    service: Service
    account: str
    token: str

    def ask(self, path: str, **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"} | more.pop("headers", {})
        return self.service.ask(path, headers=headers, **more)

    def items(self, **query: Any) -> list[Any]:
        response = self.ask("/readings", **query)
        assert response.status_code == 200, response.text
        found: list[Any] = response.json["items"]
        return found


Make = Callable[..., Reader]


@pytest.fixture
def service(fresh_furnished: MakeFurnished, tmp_path: Path) -> Iterator[Service]:
    service = served(fresh_furnished(*whole_world()).url, tmp_path)
    yield service
    service.dispose()


@pytest.fixture
def new(service: Service) -> Make:
    """Make an account; ``service`` has the world in it."""

    def make(partner: str = "tw-police", **more: Any) -> Reader:
        with service.database.writing() as connection:
            return Reader(service, *account(connection, partner=partner, **more))

    return make


@pytest.fixture(scope="module")
def everybody(
    new_furnished: MakeFurnished, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Two]:
    world, url = make_world(), new_furnished(*whole_world()).url
    service = served(url, tmp_path_factory.mktemp("state"), Anonymous.EVERYTHING)
    yield Two(world, service, service, service)
    service.dispose()


def texts_of(place: int) -> list[str]:
    """What stands in the records of one label alone."""
    return [f"veiled{place:02}", number(100 + place), number(200 + place)]


def forms_of(path: str) -> list[str | None]:
    """What to ask for, where ``None`` is JSON."""
    if "/reach" in path:
        return [None, "text/plain"]
    return [None, "text/vcard"] if "/contacts/" in path else [None]


def test_what_a_door_shows_is_on_record_whatever_the_form(everybody: Two) -> None:
    ids: dict[int, set[str]] = {}
    for operation in everybody.world.hidden:
        for place in RESTRICTED:
            if any(t in str(operation.document) for t in texts_of(place)):  # type: ignore[union-attr]
                ids.setdefault(place, set()).add(str(operation.id))
    shown: dict[str, set[int]] = {}
    for path in doors(everybody):
        for accept in forms_of(path):
            request_id = f"door-{next(numbers)}"
            response = everybody.everybody.app.test_client().get(
                path, headers={"X-Request-Id": request_id} | ({"Accept": accept} if accept else {})
            )
            if response.status_code == 200:
                body = response.get_data(as_text=True).replace(
                    response.request.query_string.decode(), ""
                )
                shown[request_id] = {p for p in RESTRICTED if any(t in body for t in texts_of(p))}
    assert sum(map(len, shown.values())) > 200
    recorded: dict[str, set[str]] = {}
    for row in entries(everybody.everybody):
        assert row.marking >= Tlp.AMBER
        recorded.setdefault(row.request_id, set()).update(r["id"] for r in records_in(row))
    missing = {
        (request_id, place)
        for request_id, places in shown.items()
        for place in places
        if not recorded.get(request_id, set()) & ids[place]
    }
    assert not missing


def test_an_entry_names_reader_record_door_and_purpose(service: Service, new: Make) -> None:
    reader = new()
    headers = {"Purpose": "case%207", "X-Request-Id": "this"}
    assert reader.ask(DESK, headers=headers).status_code == 200
    found = entries(service, "this")
    assert {(row.partner, row.account) for row in found} == {("tw-police", reader.account)}
    assert {row.purpose for row in found} == {"case 7"}
    assert {row.door for row in found} == {"/api/v1/contacts/<uuid:contact_id>"}
    kinds = sorted(record["kind"] for row in found for record in records_in(row))
    assert kinds == ["channel", "channel", "contact", "holder", "key", "organisation"]
    assert {row.owner for row in found} == {"AU"}


@pytest.mark.parametrize("path", ["/search", "/callers"])
def test_a_hidden_number_of_an_open_desk_is_on_record(
    service: Service, new: Make, path: str
) -> None:
    place = LABELS.index(("AMBER", ()))
    shown = {"q" if path == "/search" else "number": number(200 + place)}
    headers = {"X-Request-Id": "this"}
    response = new().ask(path, headers=headers, **shown)
    assert rid("contact", "public") in response.text
    found = [each for row in entries(service, "this") for each in records_in(row)]
    assert {"kind": "channel", "id": rid("channel", 200 + place)} in found


def test_what_is_given_again_is_on_record_again(service: Service, new: Make) -> None:
    reader = new()
    told = []
    for request_id in ("first", "second"):
        response = reader.ask("/reach", to="AU", headers={"X-Request-Id": request_id})
        assert response.status_code == 200
        told.append({r["id"] for row in entries(service, request_id) for r in records_in(row)})
    assert rid("contact", AMBER) in told[0]
    assert told[1] == told[0]


def test_a_304_and_a_head_are_readings_too(service: Service, new: Make) -> None:
    reader = new()
    tag = reader.ask(DESK).headers["ETag"]
    unchanged = {"If-None-Match": tag, "X-Request-Id": "unchanged"}
    assert reader.ask(DESK, headers=unchanged).status_code == 304
    assert reader.ask(DESK, method="HEAD", headers={"X-Request-Id": "head"}).status_code == 200
    for request_id in ("unchanged", "head"):
        (row,) = entries(service, request_id)
        assert len(records_in(row)) == 6


def test_a_route_that_answers_past_the_recording_answers_nothing(service: Service) -> None:
    past = allows(Permission.READ)(lambda: Response('{"marking":"AMBER"}'))
    service.app.add_url_rule("/api/v1/past", "past", past)
    assert "AMBER" not in (refused := service.ask("/past")).text
    assert refused.status_code == 500


def test_what_is_open_is_read_unrecorded(service: Service, new: Make) -> None:
    assert new().ask(OPEN_DESK).status_code == 200
    assert entries(service) == []


def test_who_may_not_see_it_leaves_no_entry(service: Service, new: Make) -> None:
    assert new(clearance=Tlp.GREEN).ask(DESK).status_code == 404
    assert entries(service) == []


def test_the_log_holds_no_contact_data(service: Service, new: Make, backend: Backend) -> None:
    reader = new()
    for path in (DESK, "/economies/AU/contacts", "/search?q=" + AMBER, "/reach?to=AU&from=JP"):
        assert reader.ask(path).status_code == 200
    held = "\n".join(map(repr, entries(service)))
    assert AMBER not in held
    assert "5550" not in held
    assert "@" not in held
    if backend is Backend.SQLITE:
        url = service.database.url
        path = url.removeprefix("sqlite:///").removesuffix(".db") + "-readings.db"
        data = Path(path).read_bytes() + Path(f"{path}-wal").read_bytes()
        assert rid("contact", AMBER).encode() in data
        for secret in (AMBER.encode(), b"5550", b"@world"):
            assert secret not in data


def test_a_partner_may_ask_for_a_purpose(service: Service, new: Make) -> None:
    reader = new(needs_purpose=True)
    refused = reader.ask(DESK)
    assert refused.status_code == 428
    assert refused.json["type"] == "/problems/purpose-needed"
    assert AMBER not in refused.text
    tag = new("other").ask(DESK).headers["ETag"]
    assert reader.ask(DESK, headers={"If-None-Match": tag}).status_code == 428
    assert reader.ask(OPEN_DESK).status_code == 200
    assert reader.ask(DESK, headers={"Purpose": "case 7"}).status_code == 200


@pytest.mark.parametrize("purpose", ["x" * 201, "a%0Ab", "%FF"])
def test_a_purpose_that_cannot_be_kept_is_refused(new: Make, purpose: str) -> None:
    problem = new().ask(DESK, headers={"Purpose": purpose})
    assert (problem.status_code, problem.json["type"]) == (422, "/problems/bad-purpose")


def test_an_owners_editors_learn_counts_by_partner_and_day_and_nothing_else(new: Make) -> None:
    reader, editor = new(), new("au", roles=[(Role.EDITOR, "AU")])
    for _ in range(3):
        reader.ask(DESK, headers={"Purpose": "secret case", "X-Request-Id": "same"})
    editor.ask(DESK)
    found = editor.items(owner="AU")
    assert [(item["partner"], item["answers"]) for item in found] == [("au", 1), ("tw-police", 3)]
    assert {*found[0]} == {"owner", "day", "partner", "partner_name", "answers"}
    assert "secret" not in str(found)
    assert reader.account not in str(found)
    assert editor.items(owner="AU", until="2020-01-01") == []
    assert editor.items(owner="AU", from_="2020-01-01") == found


def test_counts_come_in_pages(new: Make) -> None:
    editor = new("au", roles=[(Role.EDITOR, "AU")])
    for name in "abc":
        new(name).ask(DESK)
    whole = editor.items(owner="AU")
    headers = {"Authorization": f"Bearer {editor.token}"}
    assert [i["partner"] for i in whole] == ["a", "b", "c"]
    assert editor.service.walk("/readings", 1, owner="AU", headers=headers) == whole


@pytest.mark.parametrize("owner", ["AU", "JP", "ZZ", DIRECTORY])
def test_nobody_else_learns_whether_there_is_anything_to_count(new: Make, owner: str) -> None:
    new().ask(DESK)
    stranger = new("stranger", roles=[Role.READER, (Role.EDITOR, "NZ")])
    problem = stranger.ask("/readings", owner=owner, headers={"X-Request-Id": "same"})
    assert problem.status_code == 403
    assert problem.json["type"] == "/problems/readings-closed"
    assert problem.json["detail"].endswith("told to the owner's editors.")


def test_entries_are_for_the_readers_own_partner(new: Make) -> None:
    reader, colleague, stranger = new(), new(), new("stranger")
    reader.ask(OTHER)
    reader.ask(DESK, headers={"Purpose": "case 7"})
    first, _ = found = colleague.items()
    assert len(first["records"]) == 6
    assert (first["account"], first["purpose"]) == (reader.account, "case 7")
    assert colleague.items(partner="tw-police", owner="AU") == found
    assert stranger.items() == []
    for partner in ("tw-police", "no such partner"):
        assert stranger.ask("/readings", partner=partner).status_code == 403
    headers = {"Authorization": f"Bearer {colleague.token}"}
    assert colleague.service.walk("/readings", 1, headers=headers) == found


def test_an_auditor_sees_every_entry_and_no_record(new: Make) -> None:
    new().ask(DESK)
    new("other").ask(DESK)
    auditor = new("audit", roles=[Role.AUDITOR])
    assert {item["partner"] for item in auditor.items()} == {"tw-police", "other"}
    assert len(auditor.items(partner="other")) == 1
    assert len(auditor.items(owner="AU")) == 2
    assert auditor.ask(DESK).status_code == 404


def test_operators_and_strangers_learn_nothing(service: Service, new: Make) -> None:
    new().ask(DESK)
    assert new(roles=[Role.OPERATOR]).ask("/readings").status_code == 403
    assert service.ask("/readings").status_code == 401


def test_a_colleague_does_not_learn_of_a_record_by_who_has_read_it(new: Make) -> None:
    editor = new("au", clearance=Tlp.RED, roles=[(Role.EDITOR, "AU")])
    colleague = new("au")
    assert editor.ask(RED_DESK).status_code == 200
    assert colleague.ask(RED_DESK).status_code == 404
    assert len(editor.items()) == 1
    assert colleague.items() == []


def test_a_revoked_token_reads_no_log_at_once(service: Service, new: Make) -> None:
    reader = new()
    reader.ask(DESK)
    assert reader.items()
    with service.database.writing() as connection:
        connection.execute(text("UPDATE tokens SET revoked_at = issued_at"))
    assert reader.ask("/readings").status_code == 401


def test_when_nothing_can_be_written_amber_alone_is_refused(
    service: Service, new: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, log = new(), running(service.app).readings

    def refuse(entries: object) -> None:
        raise NotRecordedError("nowhere")

    monkeypatch.setattr(log, "record", refuse)
    problem = reader.ask(DESK)
    assert (problem.status_code, problem.json["type"]) == (503, "/problems/reading-not-recorded")
    assert AMBER not in problem.text
    assert reader.ask(OPEN_DESK).status_code == 200


def test_the_operator_is_told(service: Service, new: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    reader, log = new(), running(service.app).readings
    assert service.get("//readyz")["readings"] == "recorded"
    full = OSError("disk full")
    monkeypatch.setattr(log.store, "append", lambda entries: (_ for _ in ()).throw(sql_error()))
    assert reader.ask(DESK).status_code == 200
    assert "not in their store" in service.get("//readyz")["readings"]
    assert 'directory_readings_total{outcome="spooled"}' in service.ask("//metrics").text
    monkeypatch.setattr(log.spool, "append", lambda entries: (_ for _ in ()).throw(full))
    assert reader.ask(DESK).status_code == 503
    assert "refused" in service.get("//readyz")["readings"]


def sql_error() -> Exception:
    from sqlalchemy.exc import OperationalError

    return OperationalError("INSERT", None, sqlite3.OperationalError("database or disk is full"))


def test_no_answer_is_lost_when_every_process_is_killed(
    fresh_furnished: MakeFurnished, tmp_path: Path
) -> None:
    url = fresh_furnished(*whole_world()).url
    received: list[str] = []

    def ask(worker: int) -> None:
        with httpx.Client(base_url=f"{process.url}/api/v1", timeout=10) as client:
            for n in range(100_000):
                name = f"kill-{worker}-{n}"
                answer = client.get(DESK, headers={"X-Request-Id": name})
                assert answer.status_code == 200
                assert orjson.loads(answer.content)["marking"] == "AMBER"
                received.append(name)

    with gunicorn(url, tmp_path) as process, ThreadPoolExecutor(6) as pool:
        asked = [pool.submit(ask, worker) for worker in range(6)]
        until = time.monotonic() + 20
        while len(received) <= 200 and time.monotonic() < until:
            time.sleep(0.01)
        children = Path(f"/proc/{process.popen.pid}/task/{process.popen.pid}/children").read_text()
        for pid in (process.popen.pid, *map(int, children.split())):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for each in asked:
            assert isinstance(each.exception(timeout=30), httpx.TransportError)
    after = served(url, process.state)
    recorded = {row.request_id for row in entries(after)}
    after.dispose()
    assert len(received) > 50
    assert set(received) - recorded == set()
