"""What stands before every route: counts, headers, and no token where it does not belong."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import request
from sqlalchemy import text
from werkzeug.test import TestResponse

from directory.access.rules import new_token
from directory.app import create_app
from directory.clock import utc_now
from directory.settings import OFF, Anonymous, Limits, Mode, Settings
from directory.web.counts import Memory
from tests.api.redis import redis
from tests.api.service import API, Service, watching
from tests.api.test_operations import log_lines
from tests.api.tokens import reader

FEW = Limits(asks="5/minute", writes="3/minute", refused="3/minute")


@contextmanager
def service(url: str, state: Path, limits: Limits = FEW, **more: Any) -> Iterator[Service]:
    settings = Settings(Mode.DEVELOPMENT, url, state, Anonymous.CLEAR, limits)
    made = Service(create_app(replace(settings, **more)))
    yield made
    made.dispose()


def ask(
    asked: Service,
    token: str | None = None,
    *,
    address: str = "192.0.2.1",
    forwarded: str | None = None,
    path: str = f"{API}/economies",
    method: str = "GET",
) -> TestResponse:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    if forwarded is not None:
        headers["X-Forwarded-For"] = forwarded
    environ = {"REMOTE_ADDR": address}
    client = asked.app.test_client()
    return client.open(path, method=method, headers=headers, environ_overrides=environ)


def statuses(times: int, asked: Service, *given: Any, **more: Any) -> list[int]:
    return [ask(asked, *given, **more).status_code for _ in range(times)]


def test_who_asks_too_often_is_told_when_to_come_back(fresh_database: str, tmp_path: Path) -> None:
    with service(fresh_database, tmp_path) as asked:
        assert statuses(5, asked) == [200] * 5
        refused = ask(asked)
        assert refused.status_code == 429
        assert refused.content_type == "application/problem+json"
        assert refused.get_json()["type"] == "/problems/too-many-requests"
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
        assert refused.headers["Retry-After"] in refused.get_json()["detail"]
        assert refused.headers["X-Request-Id"]
        assert ask(asked, address="192.0.2.2").status_code == 200


def test_addresses_that_lead_nowhere_count_too(fresh_database: str, tmp_path: Path) -> None:
    with service(fresh_database, tmp_path) as asked:
        assert statuses(6, asked, path="/nowhere") == [404] * 5 + [429]


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_health_is_never_counted(fresh_database: str, tmp_path: Path, path: str) -> None:
    with service(fresh_database, tmp_path) as asked:
        assert statuses(7, asked, path=path) == [200] * 7


def test_an_account_is_counted_by_itself_wherever_it_is(
    fresh_database: str, tmp_path: Path
) -> None:
    with service(fresh_database, tmp_path) as asked:
        one, other = reader(asked.database, "one"), reader(asked.database, "other")
        assert statuses(1, asked, one) == [200]  # until then it is the address that pays
        assert statuses(5, asked, one, address="192.0.2.2") == [200] * 5
        assert statuses(1, asked, one, address="192.0.2.3") == [429]
        assert statuses(1, asked, other, address="192.0.2.2") == [200]


def test_inventing_tokens_does_not_get_round_the_limit(fresh_database: str, tmp_path: Path) -> None:
    with service(fresh_database, tmp_path) as asked:
        found = [ask(asked, new_token()).status_code for _ in range(8)]
        assert found == [401] * 3 + [429] * 5
        assert ask(asked, "anything").status_code == 429


def test_guesses_hold_up_neither_known_accounts_nor_who_has_none(
    fresh_database: str, tmp_path: Path
) -> None:
    with service(fresh_database, tmp_path, replace(FEW, asks="100/minute")) as asked:
        known, late = reader(asked.database, "known"), reader(asked.database, "late")
        assert ask(asked, known).status_code == 200
        assert statuses(4, asked, new_token()) == [401] * 3 + [429]
        assert ask(asked, known).status_code == 200
        assert ask(asked).status_code == 200
        # One that this process has never seen cannot be told from a guess that is right.
        assert ask(asked, late).status_code == 429
        assert ask(asked, late, address="192.0.2.2").status_code == 200


def test_a_token_that_is_revoked_is_known_no_more(fresh_database: str, tmp_path: Path) -> None:
    with service(fresh_database, tmp_path, replace(FEW, asks="100/minute")) as asked:
        token = reader(asked.database)
        assert ask(asked, token).status_code == 200
        with asked.database.writing() as connection:
            connection.execute(text("UPDATE tokens SET revoked_at = issued_at"))
        assert statuses(4, asked, token) == [401] * 3 + [429]


def test_what_changes_something_has_a_limit_of_its_own(fresh_database: str, tmp_path: Path) -> None:
    with service(fresh_database, tmp_path) as asked:
        assert statuses(4, asked, method="PUT") == [405] * 3 + [429]
        assert ask(asked).status_code == 200


def test_an_address_without_a_trusted_proxy_is_that_of_the_connection(
    fresh_database: str, tmp_path: Path
) -> None:
    with service(fresh_database, tmp_path) as asked:
        found = [ask(asked, forwarded=f"198.51.100.{n}").status_code for n in range(6)]
        assert found == [200] * 5 + [429]


def test_behind_a_trusted_proxy_it_is_what_that_proxy_has_written(
    fresh_database: str, tmp_path: Path
) -> None:
    with service(fresh_database, tmp_path, trusted_proxies=1) as asked:
        # The first address is what the client made up; the last is what the proxy has seen.
        found = [ask(asked, forwarded=f"10.0.0.{n}, 198.51.100.1").status_code for n in range(6)]
        assert found == [200] * 5 + [429]
        assert ask(asked, forwarded="198.51.100.2").status_code == 200


def test_addresses_of_one_network_are_one(fresh_database: str, tmp_path: Path) -> None:
    with service(fresh_database, tmp_path) as asked:
        found = [ask(asked, address=f"2001:db8:1:2::{n:x}").status_code for n in range(6)]
        assert found == [200] * 5 + [429]
        assert ask(asked, address="2001:db8:1:3::1").status_code == 200
        mapped = [ask(asked, address="::ffff:192.0.2.9").status_code for _ in range(5)]
        assert mapped == [200] * 5
        assert ask(asked, address="192.0.2.9").status_code == 429
        assert ask(asked, address="no:address").status_code == 200


def test_limits_can_be_switched_off(fresh_database: str, tmp_path: Path) -> None:
    with service(fresh_database, tmp_path, Limits(OFF, OFF, OFF)) as asked:
        assert set(statuses(30, asked)) == {200}
        assert set(statuses(30, asked, new_token())) == {401}


def test_with_redis_all_processes_count_as_one(fresh_database: str, tmp_path: Path) -> None:
    with redis() as server, log_lines() as lines:
        limits = replace(FEW, storage=server.url)
        with (
            service(fresh_database, tmp_path, limits) as one,
            service(fresh_database, tmp_path, limits) as other,
        ):
            token = reader(one.database)
            assert statuses(3, one) + statuses(2, other) == [200] * 5
            assert statuses(1, one) + statuses(1, other) == [429] * 2
            assert 1 <= int(ask(one).headers["Retry-After"]) <= 60
            guesses = [ask(s, new_token(), address="192.0.2.2") for s in (one, other, one, other)]
            assert [g.status_code for g in guesses] == [401] * 3 + [429]
            assert statuses(2, one, token, address="192.0.2.3") == [200] * 2
            assert token not in json.dumps(list(server.held))
            assert any("token:" in name for name in server.held)
    assert "DOES NOT ANSWER" not in json.dumps(lines)


def test_without_redis_each_counts_by_itself_and_says_so_loudly(
    fresh_database: str, tmp_path: Path
) -> None:
    with redis() as server:
        limits = replace(FEW, storage=server.url)
        with service(fresh_database, tmp_path, limits) as asked:
            assert statuses(2, asked) == [200] * 2
            gone = server.url
    with log_lines() as lines, service(fresh_database, tmp_path, limits) as asked:
        assert statuses(6, asked) == [200] * 5 + [429]
        assert statuses(1, asked, new_token(), address="192.0.2.2") == [401]
    (loud,) = [line for line in lines if "DOES NOT ANSWER" in line["message"]]
    assert loud["level"] == "error"
    assert gone not in json.dumps(lines)


def test_memory_has_an_end_however_many_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("directory.web.counts.MOST_NAMES", 2000)
    memory = Memory()
    for n in range(5000):
        memory.count(str(n), 60)
    assert len(memory) <= 2001
    assert memory.count("0", 60) == 2  # who was there before is still counted alone
    assert memory.count("somebody new", 60) > 2000
    assert 0 < memory.left("somebody new") <= 60


def test_memory_forgets_whose_time_is_over() -> None:
    memory = Memory()
    for n in range(1000):
        memory.count(str(n), 0)
    assert memory.count("0", 0) == 1
    memory.count("a", 60)
    assert memory.count("a", 60) == memory.counted("a") == 2
    assert len(memory) == 2


NOBODY = "00000000-0000-4000-8000-000000000000"
SAME = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def test_every_answer_of_every_route_carries_the_headers_and_no_cookie(demo: Service) -> None:
    adapter = demo.app.url_map.bind("localhost")
    paths = ["/nowhere", f"{API}/economies?nonsense=1", f"{API}/economies/JP"]
    for rule in demo.app.url_map.iter_rules():
        values: dict[str, object] = dict.fromkeys(rule.arguments, NOBODY)
        values |= dict.fromkeys({"operation"} & rule.arguments, 1)
        paths.append(adapter.build(rule.endpoint, values))
    assert len(paths) > 20
    for path in paths:
        for method in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE"):
            response = demo.app.test_client().open(
                path, method=method, headers={"Origin": "https://elsewhere.example"}
            )
            told = response.headers
            assert {name: told.get(name) for name in SAME} == SAME, path
            assert told["Content-Security-Policy"].startswith("default-src 'none'"), path
            assert "frame-ancestors 'none'" in told["Content-Security-Policy"]
            assert len(told.getlist("Content-Security-Policy")) == 1
            assert "Set-Cookie" not in told
            assert [name for name, _ in told.items() if name.startswith("Access-Control")] == []
            assert "Strict-Transport-Security" not in told
            response.close()


def test_in_production_browsers_are_told_to_stay_with_encryption(
    fresh_database: str, tmp_path: Path
) -> None:
    with service(fresh_database, tmp_path, mode=Mode.PRODUCTION) as asked:
        assert "max-age=" in ask(asked).headers["Strict-Transport-Security"]


@pytest.mark.parametrize(
    "address",
    [
        "/economies?token={}",
        "/economies?access_token={}&limit=1",
        "/search?q={}",
        "/economies?{}",
        "/economies/{}",
        "/nowhere/{}",
        "/economies?token=dir%5F{short}",
        "/economies?token=%64ir_{short}",
    ],
)
def test_a_token_in_an_address_is_refused_and_written_nowhere(demo: Service, address: str) -> None:
    token = new_token()
    short = token.removeprefix("dir_")
    with log_lines() as lines:
        response = demo.app.test_client().get(API + address.format(token, short=short))
    problem = response.get_json()
    assert (response.status_code, problem["type"]) == (400, "/problems/token-in-address")
    assert "revoked" in problem["detail"]
    assert short not in response.get_data(as_text=True) + str(response.headers)
    assert lines
    assert short not in json.dumps(lines)


def test_no_token_is_in_any_log_whatever_goes_wrong(fresh_database: str, tmp_path: Path) -> None:
    with service(fresh_database, tmp_path, Limits(OFF, OFF, OFF)) as asked, log_lines() as lines:
        token = reader(asked.database)

        @asked.app.before_request
        def fail() -> None:
            if request.path == "/fails":
                raise ZeroDivisionError(f"with {request.headers['Authorization']}")

        assert ask(asked, token).status_code == 200
        assert ask(asked, token, path="/fails").status_code == 500
        assert ask(asked, token, method="PUT").status_code == 405
        assert ask(asked, token + "x").status_code == 401
        with asked.database.writing() as connection:
            connection.execute(text("DROP TABLE tokens"))
        asked.dispose()
        assert ask(asked, token).status_code == 500
    assert sum("exception" in line for line in lines) == 2
    assert token not in json.dumps(lines)
    assert token.removeprefix("dir_") not in json.dumps(lines)


def test_tokens_that_are_not_valid_get_one_answer_after_one_way(
    fresh_database: str, tmp_path: Path
) -> None:
    with service(fresh_database, tmp_path, Limits(OFF, OFF, OFF)) as asked:
        now = utc_now()
        bad = {
            "expired": reader(asked.database, "expired", expires_at=now - timedelta(days=1)),
            "revoked": reader(asked.database, "revoked", revoked_at=now),
            "unknown": new_token(),
            "malformed": "dir_x",
            "empty": "",
            "another": "secret",
        }
        bodies, headers, ways = set(), set(), set()
        for token in bad.values():
            ask(asked, token)
            with watching(asked.database) as seen:
                response = ask(asked, token)
            assert response.status_code == 401
            told = {n: v for n, v in response.headers.items() if n != "X-Request-Id"}
            headers.add(json.dumps(told))
            body = response.get_json()
            del body["request_id"]
            bodies.add(json.dumps(body))
            ways.add(json.dumps([" ".join(line.split()) for line in _without_values(seen)]))
        assert len(bodies) == 1
        assert len(headers) == 1
        assert len(ways) == 1, ways


def _without_values(statements: list[str]) -> list[str]:
    """Statements without what SQLite's trace fills in."""
    return [re.sub(r"[xX]?'[^']*'", "?", statement) for statement in statements]
