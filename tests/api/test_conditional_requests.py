"""ETags and the methods that every address takes."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Response

from directory.clock import utc_now
from directory.contacts.queries import DatedText, contact
from directory.ids import seeded_id
from directory.policy import Tlp, Viewer
from directory.service import Asker, Reading
from directory.web.answers import dated_answer
from directory.web.context import running
from tests.api.service import API, Service, served, watching
from tests.api.two_economies import directory_of, first_line_hidden
from tests.api.world import NOW, number, put, rid, write

DESK = seeded_id("contact", "demo-jp-police-desk")
GETS = [
    "/economies", "/economies/JP", "/economies/JP/contacts", "/economies/NZ/statements",
    "/contacts", "/contacts?economy=JP&limit=2", f"/contacts/{DESK}", "/organisations",
    "/organisations/interpol", "/networks", "/networks/interpol", "/meetings",
    "/meetings/tel44", "/search?q=desk", "/callers?number=%2B81305550101",
    "/reach?to=JP&from=US&at=2026-11-18",
    f"/memberships/{seeded_id('membership', 'interpol/JP')}",
    f"/channels/{seeded_id('channel', 'demo-jp-police-desk/duty-telephone')}",
]  # fmt: skip


@pytest.mark.parametrize("path", GETS)
@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', 'W/"other", W/{}', "*"])
def test_what_a_caller_already_has_is_not_sent_again(demo: Service, path: str, form: str) -> None:
    first = demo.app.test_client().get(API + path)
    tag = first.headers["ETag"]
    assert tag.startswith('"')
    again = demo.app.test_client().get(API + path, headers={"If-None-Match": form.format(tag)})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == tag
    other = demo.app.test_client().get(API + path, headers={"If-None-Match": '"1.other"'})
    assert (other.status_code, other.data) == (200, first.data)


def test_the_tag_of_a_record_begins_with_its_revision(demo: Service) -> None:
    for path in (f"/contacts/{DESK}", "/economies/JP", "/organisations/interpol"):
        response = demo.ask(path)
        revision = response.headers["ETag"].strip('"').partition(".")[0]
        assert int(revision) == response.get_json()["revision"]


def test_forms_of_one_contact_have_tags_of_their_own(demo: Service) -> None:
    tags = {
        demo.ask(f"/contacts/{DESK}", accept=accept).headers["ETag"]
        for accept in ("application/json", "text/vcard", "text/vcard;version=3.0")
    }
    assert len(tags) == 3


@pytest.mark.parametrize("path", GETS)
def test_head_answers_like_get_without_a_body(demo: Service, path: str) -> None:
    got, head = (demo.app.test_client().open(API + path, method=m) for m in ("GET", "HEAD"))
    assert (head.status_code, head.data) == (200, b"")
    for name in ("ETag", "Content-Type", "Content-Length", "Vary", "Cache-Control"):
        assert head.headers[name] == got.headers[name]


@pytest.mark.parametrize("path", GETS)
def test_options_and_a_refused_method_name_what_an_address_takes(demo: Service, path: str) -> None:
    client = demo.app.test_client()
    options = client.open(API + path, method="OPTIONS")
    assert options.status_code == 200
    allowed = set(options.headers["Allow"].split(", "))
    assert {"GET", "HEAD", "OPTIONS"} <= allowed
    assert not {"PATCH", "TRACE"} & allowed
    for method in {"POST", "PUT", "PATCH", "DELETE", "TRACE"} - allowed:
        response = client.open(API + path, method=method)
        assert response.status_code == 405
        assert set(response.headers["Allow"].split(", ")) == allowed
        assert response.content_type == "application/problem+json"
        assert method in response.get_json()["detail"]


def test_an_address_that_leads_nowhere_is_a_problem_too(demo: Service) -> None:
    problem = demo.refused("/nowhere", 404)
    assert problem["instance"] == f"{API}/nowhere"
    demo.refused("//nowhere", 404)


@pytest.mark.parametrize(
    "path", [f"/contacts/{DESK}", "/economies/JP/contacts", "/contacts?economy=JP&limit=2"]
)
def test_nothing_is_read_again_to_say_that_nothing_has_changed(demo: Service, path: str) -> None:
    tag = demo.ask(path).headers["ETag"]
    with watching(demo.database) as statements:
        assert demo.ask(path, headers={"If-None-Match": tag}).status_code == 304
    assert not [statement for statement in statements if "contacts" in statement], statements
    assert any("log_head" in statement for statement in statements)
    assert demo.ask(path, headers={"If-None-Match": '"0.other"'}).status_code == 200


@pytest.fixture
def small(new_database: Callable[[], str], tmp_path: Path) -> Iterator[Service]:
    service = served(new_database(), tmp_path)
    write(service.database, directory_of(2))
    yield service
    service.dispose()


def test_a_narrower_marking_reaches_whoever_has_the_answer_and_the_next_look_up(
    small: Service,
) -> None:
    paths = (f"/contacts/{rid('contact', 0)}", "/economies/AU/contacts", "/contacts")
    tags = {path: small.ask(path).headers["ETag"] for path in paths}
    for path, tag in tags.items():
        assert small.ask(path, headers={"If-None-Match": tag}).status_code == 304
    called = [route["call"]["id"] for route in small.get("/reach", to="AU", from_="JP")["routes"]]
    assert rid("channel", 1) in called
    write(small.database, first_line_hidden())
    for path, tag in tags.items():
        again = small.ask(path, headers={"If-None-Match": tag})
        assert again.status_code == 200
        assert rid("channel", 1) not in again.get_data(as_text=True)
    routes = small.ask("/reach", to="AU", from_="JP").get_data(as_text=True)
    assert rid("channel", 1) not in routes
    assert rid("channel", 2) in routes


def test_what_one_viewer_has_is_not_taken_for_what_another_may_see(small: Service) -> None:
    path = f"/contacts/{rid('contact', 0)}"
    narrow = put("channel", 1, 1, contact=rid("contact", 0), medium="telephone", raw=number(1),
                 position=1, owner="AU", marking="AMBER")  # fmt: skip
    check = put("check", 1, 1, channel=rid("channel", 1), outcome="answered", owner="AU",
                checked_at="2026-11-01T00:00:00Z", method="test_call", marking="AMBER")  # fmt: skip
    write(small.database, [check, narrow])
    public = small.ask(path).headers["ETag"]
    with (
        small.app.test_request_context(API + path, headers={"If-None-Match": public}),
        small.database.reading() as connection,
    ):
        small.app.preprocess_request()
        insider = Viewer("JP", frozenset({"interpol"}), Tlp.AMBER, frozenset())
        facts = running(small.app).memory.facts(connection, insider)
        response = answered(Reading(connection, insider, facts, None), rid("contact", 0), utc_now())
    assert response.status_code == 200
    assert rid("channel", 1) in response.get_data(as_text=True)


def test_a_verification_that_lapses_changes_an_answer_that_was_remembered(small: Service) -> None:
    """The checks are of 1 November: after ninety days they are stale."""
    desk = rid("contact", 0)

    def ask(at: datetime, tag: str = "") -> Response:
        given = {"If-None-Match": tag} if tag else {}
        with (
            small.app.test_request_context(f"{API}/contacts/{desk}", headers=given),
            running(small.app).reading(Asker(), at=NOW) as directory,
        ):
            return answered(directory, desk, at)

    lapse = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(days=90)
    first = ask(NOW)
    tag = first.headers["ETag"]
    assert b'"verified"' in first.get_data()
    assert ask(lapse - timedelta(seconds=1), tag).status_code == 304
    assert ask(lapse, tag).status_code == 304, "the last instant of the ninetieth day"
    stale = ask(lapse + timedelta(seconds=1), tag)
    assert stale.status_code == 200
    assert b'"stale"' in stale.get_data()
    # And back: what is remembered of later must not be said of earlier.
    assert ask(NOW, stale.headers["ETag"]).status_code == 200


def answered(directory: Reading, desk: str, at: datetime) -> Response:
    def look() -> DatedText:
        return contact(directory.connection, desk, viewer=directory.viewer, at=at)

    return dated_answer(directory, at, look)


def test_no_address_is_put_right_by_a_redirect_to_whatever_host_was_asked(demo: Service) -> None:
    answer = demo.app.test_client().get(
        f"{API}/economies//contacts", headers={"Host": "evil.example"}
    )
    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"
