"""ETags and the methods that every address takes."""

import pytest

from directory.ids import seeded_id
from tests.api.service import API, Service

DESK = seeded_id("contact", "demo-jp-police-desk")
GETS = [
    "/economies", "/economies/JP", "/economies/JP/contacts", "/economies/NZ/statements",
    "/contacts", "/contacts?economy=JP&limit=2", f"/contacts/{DESK}", "/organisations",
    "/organisations/interpol", "/networks", "/networks/interpol", "/meetings",
    "/meetings/apec-tel-44", "/search?q=desk", "/callers?number=%2B81305550101",
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
    assert set(options.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
    for method in ("POST", "PUT", "PATCH", "DELETE", "TRACE"):
        response = client.open(API + path, method=method)
        assert response.status_code == 405
        assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
        assert response.content_type == "application/problem+json"
        assert method in response.get_json()["detail"]


def test_an_address_that_leads_nowhere_is_a_problem_too(demo: Service) -> None:
    problem = demo.refused("/nowhere", 404)
    assert problem["instance"] == f"{API}/nowhere"
    demo.refused("//nowhere", 404)
