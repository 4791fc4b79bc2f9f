"""What a running service tells its operator, and what it never tells."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from directory.logs import JsonLines
from directory.web.auth import Permission, allows
from tests.api.service import API, Service, served

DESK_NUMBER = "+81305550101"


@contextmanager
def log_lines() -> Iterator[list[Any]]:
    """What is logged meanwhile, each line read as JSON."""
    stream, lines = io.StringIO(), list[Any]()
    (handler,) = [
        handler
        for handler in logging.getLogger("directory").handlers
        if isinstance(handler, logging.StreamHandler) and isinstance(handler.formatter, JsonLines)
    ]
    before = handler.setStream(stream)
    try:
        with redirect_stderr(stream):
            yield lines
    finally:
        handler.setStream(before or handler.stream)
        lines += [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_request_is_one_line_of_json_under_its_routes_pattern(demo: Service) -> None:
    with log_lines() as lines:
        demo.ask("/economies/JP/contacts", headers={"X-Request-Id": "abc-1"}, limit=1)
    (line,) = lines
    assert line["request_id"] == "abc-1"
    assert line["route"] == f"{API}/economies/<string:code>/contacts"
    assert (line["method"], line["status"], line["level"]) == ("GET", 200, "info")
    assert line["at"].endswith("Z")
    assert line["milliseconds"] > 0


def test_no_log_line_holds_what_was_asked_for(demo: Service) -> None:
    with log_lines() as lines:
        demo.ask("/callers", number=DESK_NUMBER)
        demo.ask("/search", q="Matilda")
        demo.ask("/economies/Atlantis-Matilda")
        demo.ask("/reach", to="Matilda")
        demo.ask("/Matilda/Matilda")
        demo.ask("/contacts", method="MATILDA")
    text = json.dumps(lines)
    assert len(lines) == 6
    assert "atilda" not in text
    assert "MATILDA" not in text
    assert DESK_NUMBER not in text


def test_a_request_id_is_echoed_or_made_where_it_cannot_be(demo: Service) -> None:
    echoed = demo.ask("/economies", headers={"X-Request-Id": "from-the-proxy_1.2"})
    assert echoed.headers["X-Request-Id"] == "from-the-proxy_1.2"
    for bad in ("", "a b", "x" * 65, 'a"b', "é"):
        made = demo.ask("/nowhere", headers={"X-Request-Id": bad})
        assert made.headers["X-Request-Id"] != bad
        assert made.get_json()["request_id"] == made.headers["X-Request-Id"]


@pytest.mark.parametrize("path", ["/economies", "/nowhere", "//healthz", "//metrics", "//docs"])
def test_every_answer_forbids_sniffing_and_sets_no_cookie(demo: Service, path: str) -> None:
    response = demo.ask(path)
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in response.headers
    assert "Server" not in response.headers or "/" not in response.headers["Server"]


def test_a_living_process_says_so(demo: Service) -> None:
    assert demo.ask("//healthz").get_json() == {"status": "ok"}


def test_a_ready_directory_says_so(demo: Service) -> None:
    response = demo.ask("//readyz")
    assert (response.status_code, response.get_json()["status"]) == (200, "ready")


def test_a_database_without_migrations_is_not_ready_and_says_what_to_run(
    empty_database: str, tmp_path: Path
) -> None:
    service = served(empty_database, tmp_path)
    response = service.ask("//readyz")
    problem = response.get_json()
    assert response.status_code == 503
    assert problem["type"] == "/problems/not-ready"
    assert "flask --app wsgi db upgrade" in problem["detail"]
    assert int(response.headers["Retry-After"]) > 0
    assert service.ask("//healthz").status_code == 200
    service.dispose()


def test_a_database_that_is_gone_is_a_503_everywhere_but_health(
    empty_database: str, tmp_path: Path
) -> None:
    url = make_url(empty_database)
    gone = url.set(database=str(tmp_path / "gone" / "directory.db"))
    if url.get_backend_name() == "postgresql":
        gone = url.set(database="no_such_database_here")
    service = served(gone.render_as_string(hide_password=False), tmp_path)
    if (tmp_path / "gone").exists():
        (tmp_path / "gone").rmdir()
    for path in ("//readyz", "/economies", "/reach?to=JP"):
        response = service.app.test_client().get(path[1:] if path.startswith("//") else API + path)
        assert response.status_code == 503, response.get_data(as_text=True)
        assert response.content_type == "application/problem+json"
        assert "Retry-After" in response.headers
        assert "no_such_database_here" not in response.get_data(as_text=True)
    assert service.ask("//healthz").status_code == 200
    service.dispose()


def test_metrics_know_routes_and_no_contact_data(demo: Service) -> None:
    demo.ask("/callers", number=DESK_NUMBER)
    demo.ask("/economies/Atlantis-Matilda")
    demo.ask("/economies/JP/contacts")
    demo.ask("/Matilda/whatever")
    demo.ask("/contacts", method="MATILDA")
    response = demo.ask("//metrics")
    text = response.get_data(as_text=True)
    assert response.content_type.startswith("text/plain")
    assert f'route="{API}/economies/<string:code>/contacts"' in text
    assert 'status="404"' in text
    # Without the figures: any digits may come up in a count of seconds.
    ours = "".join(
        line.rpartition(" ")[0] for line in text.splitlines() if line.startswith("directory_")
    )
    for told in ("Matilda", "MATILDA", DESK_NUMBER[1:], "0555", "Atlantis", "/economies/JP"):
        assert told not in ours


def test_what_nobody_foresaw_is_hidden_from_the_caller_and_logged_for_the_operator(
    fresh_database: str, tmp_path: Path
) -> None:
    service = served(fresh_database, tmp_path)

    def fail() -> str:
        raise ZeroDivisionError("the secret +81 3 0555 0101")

    service.app.add_url_rule("/fails", "fails", allows(Permission.ANYONE)(fail))
    with log_lines() as lines:
        response = service.ask("//fails")
    service.dispose()
    problem = response.get_json()
    assert response.status_code == 500
    assert response.content_type == "application/problem+json"
    assert "secret" not in response.get_data(as_text=True)
    assert "ZeroDivision" not in response.get_data(as_text=True)
    assert problem["request_id"] == response.headers["X-Request-Id"]
    logged = [line for line in lines if "exception" in line]
    assert len(logged) == 1
    assert logged[0]["level"] == "error"
    assert logged[0]["request_id"] == problem["request_id"]
