"""The OpenAPI document is true, whole, and the one that is committed."""

import re
from pathlib import Path
from typing import Any

import orjson
import pytest

from directory.web.api.base import PREFIX
from directory.web.examples import EXAMPLES, Example
from directory.web.openapi import openapi_document
from tests.api.service import Service

COMMITTED = Path(__file__).resolve().parents[2] / "docs/openapi.json"


FOR_ACCOUNTS = {
    *("/readings", "/change-sets", "/exports", "/returned-lists"),
    *("/sync/snapshot", "/sync/head", "/sync/keys", "/sync/copies"),
}
"""Calls that take an account, whose examples are tried where there are some."""


@pytest.fixture(scope="module")
def document(service: Service) -> Any:
    return orjson.loads(openapi_document(service.app))


def test_the_committed_document_is_the_generated_one(service: Service) -> None:
    # Where it is not: flask --app wsgi openapi > docs/openapi.json
    assert orjson.loads(COMMITTED.read_bytes()) == orjson.loads(openapi_document(service.app))
    assert COMMITTED.read_bytes() == openapi_document(service.app)


def test_the_document_is_served(service: Service) -> None:
    assert service.ask("/openapi.json").data == openapi_document(service.app)


def test_every_route_of_the_api_is_described(service: Service, document: Any) -> None:
    routes = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for rule in service.app.url_map.iter_rules()
        if rule.rule.startswith(f"{PREFIX}/")
    }
    assert routes == {*document["paths"], f"{PREFIX}/openapi.json"}


def test_every_reference_leads_somewhere(document: Any) -> None:
    for reference in re.findall(r'"#/([^"]+)"', orjson.dumps(document).decode()):
        place = document
        for step in reference.split("/"):
            assert step in place, reference
            place = place[step]


def test_every_call_says_what_it_does_and_how_it_refuses(document: Any) -> None:
    for path, item in document["paths"].items():
        for method in item.keys() - {"parameters"}:
            operation = item[method]
            assert operation["summary"].strip(), path
            refused = {"400", "401", "403", "404", "422", "503"}
            assert refused <= operation["responses"].keys()
            assert {"200", "201", "204", "303"} & operation["responses"].keys()
            assert ("409" in operation["responses"]) == (method != "get")


def test_every_reading_call_has_an_example_and_every_example_a_call(document: Any) -> None:
    reading = {
        path.removeprefix(PREFIX) for path, item in document["paths"].items() if "get" in item
    }
    assert reading == set(EXAMPLES)
    # Random ids have no example: the lists beside them have.
    assert {path for path, examples in EXAMPLES.items() if not examples} == {
        "/change-sets/{change_set}",
        "/returned-lists/{list_id}",
        "/returned-lists/{list_id}/findings",
        "/sync/changes",
        "/sync/snapshots/{name}",
        "/sync/digest",
        "/access/partners/{partner_id}",
        "/access/accounts/{account_id}",
    }


@pytest.mark.parametrize(
    "example",
    [
        pytest.param(example, id=f"{example.path} {example.accept}")
        for path, examples in EXAMPLES.items()
        for example in examples
        if path not in FOR_ACCOUNTS
    ],
)
def test_an_example_works(service: Service, example: Example) -> None:
    response = service.ask(example.path, accept=example.accept or None)
    assert response.status_code == 200, response.get_data(as_text=True)
    assert response.mimetype == (example.accept or "application/json")
    told = response.get_json(silent=True) or {}
    assert told.get("items") != []  # an empty list shows nobody anything
