"""Whatever the API refuses, it refuses as a problem document that leads to its page."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from directory.registry import KINDS
from directory.web import observe, problems
from directory.web.api.base import PREFIX
from tests.api.service import Service

NOWHERE = "00000000-0000-4000-8000-000000000000"
VALUES = {"slug": "no-such-list", "code": "ZZ", "name": "no-such-thing", "operation": "7"}
NEEDED = {"/reach": "to=TW", "/search": "q=x", "/callers": "number=1"}
NEEDED |= {"/sync/changes": "after=x", "/sync/digest": "at=x"}


def problem_of(service: Service, response: TestResponse, status: int) -> dict[str, object]:
    assert response.status_code == status, response.get_data(as_text=True)
    assert response.content_type == "application/problem+json"
    assert response.headers["Cache-Control"] == "no-store"
    problem: dict[str, object] = response.get_json()
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert problem["request_id"] == response.headers["X-Request-Id"]
    if problem["type"] != "about:blank":
        assert service.ask(f"/{problem['type']}").status_code == 200
    return problem


def paths(app: Flask) -> Iterator[str]:
    """Every path that is read, with something unknown in each variable place."""
    for path, methods in asked(app).items():
        if "GET" in methods:
            yield path


def asked(app: Flask) -> dict[str, set[str]]:
    """The methods of every path of the API below its prefix, filled with what is unknown."""
    found: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(f"{PREFIX}/"):
            path = rule.rule.removeprefix(PREFIX)
            for converter, name in re.findall(r"<(?:(\w+):)?(\w+)>", path):
                unknown = NOWHERE if converter == "uuid" else VALUES[name]
                path = re.sub(rf"<(?:\w+:)?{name}>", unknown, path)
            found.setdefault(path, set()).update(rule.methods or ())
    return found


def test_an_unknown_path(service: Service) -> None:
    problem = problem_of(service, service.ask("/nothing-here"), 404)
    assert problem["type"] == "about:blank"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_method_that_a_path_does_not_take(service: Service, method: str) -> None:
    tried = 0
    for path, methods in asked(service.app).items():
        if method not in methods:
            response = service.ask(path, method=method)
            problem_of(service, response, 405)
            assert methods == set(response.headers["Allow"].split(", "))
            tried += 1
    assert tried > len(list(KINDS))


def test_a_parameter_that_a_path_does_not_take(service: Service) -> None:
    for path in paths(service.app):
        if path != "/openapi.json":
            needed = NEEDED.get(path, "")
            problem = problem_of(service, service.ask(f"{path}?{needed}&fucntion=x"), 422)
            assert problem["type"] == "/problems/bad-query"
            assert [e["pointer"] for e in problem["errors"]] == ["?fucntion"]  # type: ignore[attr-defined]


def test_something_unknown_in_every_place_of_a_path(service: Service) -> None:
    unknown = [
        path
        for path in paths(service.app)
        # Copies are not for operators, who are told that before anything else.
        if re.search(rf"{NOWHERE}|ZZ|no-such", path) and not path.startswith("/sync/")
    ]
    assert len(unknown) >= len(list(KINDS))
    for path in unknown:
        problem_of(service, service.ask(path), 404)


def test_an_id_that_is_none(service: Service) -> None:
    problem_of(service, service.ask("/channels/12"), 404)


def test_a_form_that_cannot_be_given(service: Service) -> None:
    problem_of(service, service.ask("/reach?to=US", accept="image/png"), 406)


def test_a_failure_that_nobody_foresaw_says_nothing_of_itself() -> None:
    app = Flask("failing")
    problems.register(app)
    observe.register(app)

    @app.get("/fails")
    def fails() -> str:
        raise RuntimeError("the secret of the house")

    response = app.test_client().get("/fails")
    assert response.status_code == 500
    assert response.content_type == "application/problem+json"
    assert "secret" not in response.get_data(as_text=True)


def test_pages_that_do_not_exist_are_problems_too(service: Service) -> None:
    problem_of(service, service.ask("//problems/no-such-problem"), 404)
