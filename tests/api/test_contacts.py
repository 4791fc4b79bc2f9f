"""Contacts by what they have in common, as JSON and as vCards; retired records."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import vobject

from directory.changes.apply import apply
from directory.changes.operations import Retire, prepare
from directory.ids import seeded_id
from directory.registry import KINDS
from tests.api.service import API, Service, served
from tests.api.world import ACTOR, NOW, make_world, number, rid, write


def keys(service: Service, **query: Any) -> set[str]:
    return {contact["title"]["en"] for contact in service.walk("/contacts", 200, **query)}


def test_contacts_of_an_economy_by_code_name_or_alias(demo: Service) -> None:
    shown = demo.walk("/contacts", 200, economy="BN")
    assert {contact["economy"] for contact in shown} == {"BN"}
    assert {c["title"]["en"] for c in shown} == {"Cybercrime duty officer", "Incident desk"}
    assert demo.walk("/contacts", 200, economy="Brunei") == shown


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ({"network": "tecro-ait-mla"}, lambda c: "tecro-ait-mla" in c["networks"]),
        ({"function": "incident_response"}, lambda c: c["functions"].get("incident_response")
         == "yes"),
        ({"function": "preservation"}, lambda c: c["functions"].get("preservation") == "yes"),
        ({"economy": "JP", "network": "interpol"},
         lambda c: c["economy"] == "JP" and "interpol" in c["networks"]),
    ],
)  # fmt: skip
def test_a_filter_gives_exactly_the_contacts_that_it_names(
    demo: Service, query: dict[str, str], holds: Callable[[Any], bool]
) -> None:
    everything = demo.walk("/contacts", 200)
    expected = [contact["id"] for contact in everything if holds(contact)]
    assert 0 < len(expected) < len(everything)
    assert [contact["id"] for contact in demo.walk("/contacts", 200, **query)] == expected


def test_a_language_is_found_in_any_script_or_variety(demo: Service) -> None:
    def speakers(tag: str) -> set[str]:
        return {contact["id"] for contact in demo.walk("/contacts", 200, language=tag)}

    chinese = speakers("zh")
    assert chinese == speakers("zh-Hant") == speakers("zh-Hans") == speakers("ZH-hant-tw")
    for key in ("demo-tw-police-desk", "demo-cn-police-desk", "demo-sg-police-desk"):
        assert seeded_id("contact", key) in chinese
    assert speakers("ta") == {
        seeded_id("contact", "demo-sg-police-desk"),
        seeded_id("contact", "demo-my-regulator-liaison"),
    }
    assert speakers("es-US") == speakers("es")
    assert seeded_id("contact", "demo-mx-police-desk") in speakers("es-US")
    demo.refused("/contacts", 422, language="not a language")


def test_an_organisation_is_named_by_its_id_or_its_slug(demo: Service) -> None:
    slug = "demo-us-ccs"
    organisation = demo.get(f"/organisations/{slug}")
    assert organisation == demo.get(f"/organisations/{organisation['id']}")
    by_slug = demo.walk("/contacts", 200, organisation=slug)
    assert by_slug == demo.walk("/contacts", 200, organisation=organisation["id"])
    assert [c["id"] for c in by_slug] == [seeded_id("contact", "demo-us-ccs-desk")]
    assert demo.walk("/contacts", 200, organisation="no-such-organisation") == []


@pytest.mark.parametrize(
    ("q", "desk"),
    [
        ("Tom Placeholder", "demo-au-police-desk"),
        ("サイバー犯罪", "demo-jp-police-desk"),
        ("2025550145", "demo-us-ccs-desk"),
        ("watchfloor@police.banksia.example", "demo-au-police-desk"),
        ("conseiller", "demo-ca-justice-mla"),
    ],
)
def test_a_list_narrows_to_what_a_search_finds(demo: Service, q: str, desk: str) -> None:
    assert seeded_id("contact", desk) in {c["id"] for c in demo.walk("/contacts", 3, q=q)}
    assert demo.walk("/contacts", 200, q=q, network="apcert") == []


def test_filters_that_nothing_meets_give_an_empty_list(demo: Service) -> None:
    for query in ({"network": "no-such-network"}, {"q": "zzzzqqqq"}, {"language": "tlh"}):
        assert demo.get("/contacts", **query) == {"items": [], "next": None}


def test_a_function_that_does_not_exist_is_refused_with_those_that_do(demo: Service) -> None:
    (error,) = demo.refused("/contacts", 422, function="dancing")["errors"]
    assert "preservation" in error["detail"]


def test_a_contact_comes_with_its_organisation_channels_holders_and_keys(demo: Service) -> None:
    contact = demo.get("/contacts/" + seeded_id("contact", "demo-au-police-desk"))
    assert contact["organisation_record"]["id"] == contact["organisation"]
    assert [channel["position"] for channel in contact["channels"]] == [1, 2, 3, 4]
    assert {c["verification"]["result"] for c in contact["channels"]} <= {
        "verified", "stale", "failed", "unverified",
    }  # fmt: skip
    held = [(holder["name"]["en"], holder["until_date"]) for holder in contact["holders"]]
    assert held == [("Matilda SPECIMEN", "2026-07-01"), ("Tom PLACEHOLDER", None)]
    assert contact["keys"][0]["armored"].startswith("-----BEGIN PGP PUBLIC KEY BLOCK-----")
    listed = demo.walk("/economies/AU/contacts", 200)
    assert contact in listed


VCARD = f"/contacts/{seeded_id('contact', 'demo-tw-police-desk')}"


@pytest.mark.parametrize(
    ("accept", "version"),
    [
        ("text/vcard", "4.0"),
        ("text/vcard;version=4.0", "4.0"),
        ("text/vcard; version=3.0", "3.0"),
        ("application/json;q=0.5, text/vcard;version=3.0", "3.0"),
        ("text/vcard;version=3.0;q=0.2, text/vcard;version=4.0;q=0.9", "4.0"),
    ],
)
def test_a_contact_is_a_vcard_where_accept_says_so(
    demo: Service, accept: str, version: str
) -> None:
    response = demo.ask(VCARD, accept=accept)
    assert response.status_code == 200
    assert response.mimetype == "text/vcard"
    text = response.get_data(as_text=True)
    assert text.startswith(f"BEGIN:VCARD\r\nVERSION:{version}\r\n")
    assert text.endswith("END:VCARD\r\n")
    assert "+886205550101" in text.replace(" ", "").replace("-", "")
    assert "Accept" in response.headers["Vary"]
    if version == "3.0":
        assert vobject.readOne(text).fn.value


def test_what_no_form_can_give_is_refused(demo: Service) -> None:
    demo.refused(VCARD, 406, accept="image/png")
    demo.refused(VCARD, 406, accept="text/vcard;version=2.1")


@pytest.mark.parametrize("name", ["nonsense", "0", "00000000-0000-0000-0000-000000000000"])
def test_an_unknown_contact_is_not_found(demo: Service, name: str) -> None:
    demo.refused(f"/contacts/{name}", 404)


@pytest.fixture
def ended(fresh_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A directory whose public desk has been retired."""
    service = served(fresh_database, tmp_path_factory.mktemp("state"))
    write(service.database, make_world().visible)
    prepared = prepare(
        KINDS, [Retire("contact", rid("contact", "public"), 1)], actor=ACTOR, origin="edit",
        reason="closed",
    )  # fmt: skip
    with service.database.writing() as connection:
        apply(connection, KINDS, prepared, writer=None, at=NOW)
    yield service
    service.dispose()


def test_a_retired_record_is_readable_by_its_id_and_stands_in_no_list(ended: Service) -> None:
    desk, channel = rid("contact", "public"), rid("channel", "public")
    for path in (f"/contacts/{desk}", f"/channels/{channel}", f"/holders/{rid('holder', 200)}"):
        assert ended.get(path)["retired_at"] == "2026-11-20T12:00:00Z"
    assert ended.get(f"/contacts/{rid('contact', 'shown')}")["retired_at"] is None
    for path in ("/contacts", "/economies/AU/contacts", "/search?q=desk", "/search?q=55500001",
                 "/contacts?q=desk", "/contacts?organisation=public-police",
                 "/reach?to=AU&from=JP", "/reach?to=AU"):  # fmt: skip
        text = ended.app.test_client().get(API + path).get_data(as_text=True)
        assert desk not in text, path
        assert channel not in text, path
    called = ended.get("/callers", number=number(1))
    assert [caller["retired"] for caller in called["callers"]] == [True]
    assert called["callers"][0]["call_back"] == []
