"""The OpenAPI document says what the API does: every key, every form, every status."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from directory.ids import seeded_id
from tests.api.office import furnish, office_in
from tests.api.service import API, Service
from tests.databases import MakeFurnished

DESK = seeded_id("contact", "demo-au-police-desk")
GETS = {
    "/economies": "/economies",
    "/economies/{code}": "/economies/JP",
    "/economies/{code}/contacts": "/economies/AU/contacts",
    "/economies/{code}/statements": "/economies/NZ/statements",
    "/contacts": "/contacts?limit=200",
    "/contacts/{contact_id}": f"/contacts/{DESK}",
    "/contacts/{contact_id}/history": f"/contacts/{DESK}/history",
    "/organisations": "/organisations?limit=200",
    "/organisations/{name}": "/organisations/interpol",
    "/networks": "/networks",
    "/networks/{name}": "/networks/interpol",
    "/meetings": "/meetings",
    "/meetings/{name}": "/meetings/apec-cybercrime-experts-1",
    "/lists": "/lists",
    "/search": "/search?q=desk",
    "/callers": "/callers?number=%2B61255500101",
    "/reach": "/reach?to=US&from=TW&function=preservation&at=2026-11-18",
    "/memberships/{record_id}": f"/memberships/{seeded_id('membership', 'interpol/JP')}",
    "/channels/{record_id}":
        f"/channels/{seeded_id('channel', 'demo-jp-police-desk/duty-telephone')}",
    "/checks/{record_id}":
        f"/checks/{seeded_id('check', 'demo-au-police-desk/duty-telephone/2026-11-12')}",
    "/holders/{record_id}": f"/holders/{seeded_id('holder', 'demo-au-police-desk/2026-07-01')}",
    "/checks/due": "/checks/due?economy=AU",
    "/coverage": "/coverage",
    "/keys/{record_id}": f"/keys/{seeded_id('key', 'demo-au-police-desk/2024')}",
}  # fmt: skip


@pytest.fixture(scope="module")
def document(demo: Service) -> Any:
    return demo.get("/openapi.json")


def test_every_reading_of_records_is_tried_below(document: Any) -> None:
    untried = {f"{API}/attendances/{{record_id}}", f"{API}/outcomes/{{record_id}}",
               f"{API}/statements/{{record_id}}", f"{API}/readings", f"{API}/exports",
               f"{API}/lists/{{slug}}.xlsx", f"{API}/lists/{{slug}}.csv"}  # fmt: skip
    others = (
        f"{API}/access/", f"{API}/change-sets", f"{API}/returned-lists", f"{API}/sync/",
    )  # fmt: skip
    # Histories have one shape, and a contact's is tried.
    untried |= {
        path for path in document["paths"] if path.endswith("/history") and "/contacts/" not in path
    }
    read = {path for path, item in document["paths"].items() if "get" in item}
    assert {path for path in read - untried if not path.startswith(others)} == {
        API + path for path in GETS
    }


@pytest.mark.parametrize("path", GETS)
def test_an_answer_has_exactly_the_keys_that_are_described(
    demo: Service, document: Any, path: str
) -> None:
    response = demo.app.test_client().get(API + GETS[path])
    assert response.status_code == 200
    told = document["paths"][API + path]["get"]["responses"]["200"]
    differing = sorted(set(differences(response.get_json(), schema_of(told), document, "")))
    assert not differing


def operations(document: Any) -> list[Any]:
    return [
        item[method]
        for item in document["paths"].values()
        for method in item.keys() - {"parameters"}
    ]


def schema_of(told: Any) -> Any:
    return told["content"]["application/json"]["schema"]


def differences(value: Any, schema: Any, document: Any, place: str) -> list[str]:
    """Where an answer has a key that is not described, or lacks one that is."""
    options = [schema, *schema.get("anyOf", [])]
    for option in options:
        if "$ref" in option:
            schema = document["components"]["schemas"][option["$ref"].rsplit("/", 1)[-1]]
    found = []
    if isinstance(value, dict) and "properties" in schema:
        known = schema["properties"]
        found += [f"{place}/{key} is not described" for key in set(value) - set(known)]
        found += [f"{place}/{key} is missing" for key in set(known) - set(value)]
        for key in set(value) & set(known):
            found += differences(value[key], known[key], document, f"{place}/{key}")
    elif isinstance(value, list):
        for item in value:
            found += differences(item, schema.get("items", {}), document, f"{place}[]")
    return found


def test_every_form_that_accept_can_ask_for_is_described(document: Any) -> None:
    def described(path: str) -> tuple[set[str], bool]:
        responses = document["paths"][API + path]["get"]["responses"]
        return set(responses["200"]["content"]), "406" in responses

    assert described("/reach") == ({"application/json", "text/plain"}, True)
    assert described("/contacts/{contact_id}") == ({"application/json", "text/vcard"}, True)
    assert described("/contacts") == ({"application/json"}, False)


def test_no_parameter_can_be_null_and_patterns_are_those_of_json_schema(document: Any) -> None:
    for operation in operations(document):
        for parameter in operation.get("parameters", []):
            schema = parameter["schema"]
            assert isinstance(schema["type"], str)
            assert None not in schema.get("enum", [])
            assert "default" not in schema or schema["default"] is not None
    patterns = re.findall(r'"pattern": ?"([^"]+)"', json.dumps(document))
    assert patterns
    assert all(p.startswith("^") and p.endswith("$") and "\\Z" not in p for p in patterns)


def test_answers_about_accounts_have_exactly_the_keys_that_are_described(
    fresh_furnished: MakeFurnished, tmp_path: Path, document: Any
) -> None:
    with office_in(fresh_furnished("office", furnish), tmp_path) as office:
        account, _ = office.reader()
        partner = office.me(office.ann)["partner"]["id"]
        asked = {
            ("get", "/access/me", "200"): "/access/me",
            ("get", "/access/partners", "200"): "/access/partners",
            ("get", "/access/partners/{partner_id}", "200"): f"/access/partners/{partner}",
            ("get", "/access/accounts", "200"): "/access/accounts",
            ("get", "/access/accounts/{account_id}", "200"): f"/access/accounts/{account}",
            ("get", "/access/tokens", "200"): "/access/tokens",
            ("post", "/access/tokens", "201"): "/access/tokens",
            ("post", "/access/tokens/rotate", "201"): "/access/tokens/rotate",
        }
        for (method, path, status), address in asked.items():
            body = {"account": account} if (method, path) == ("post", "/access/tokens") else None
            answer = office.done(office.ann, method.upper(), address, body)
            told = document["paths"][API + path][method]["responses"][status]
            assert differences(answer, schema_of(told), document, path) == []
