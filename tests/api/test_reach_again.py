"""The same look-up asked again within its minute: what is given is what would be judged anew."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from directory.clock import format_instant
from directory.policy import Tlp, Viewer
from directory.reach.queries import ask
from directory.service import Reading
from directory.web.answers import Passing, passing_answer
from directory.web.api import reach as reach_module
from directory.web.context import running
from tests.api.service import API, Service, served
from tests.api.two_economies import directory_of, first_line_hidden
from tests.api.world import NOW, rid, write

NOON = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)
LAPSE = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(days=90)
"""The checks are of 1 November: after ninety days they are stale."""


@pytest.fixture
def small(new_database: Callable[[], str], tmp_path: Path) -> Iterator[Service]:
    service = served(new_database(), tmp_path)
    write(service.database, directory_of(2))
    yield service
    service.dispose()


class Asking:
    """Asks for whom to call at instants of the test's own."""

    def __init__(self, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
        self.service = service
        self.now = NOON
        monkeypatch.setattr(reach_module, "utc_now", lambda: self.now)

    def now_at(self, now: datetime, **query: Any) -> bytes:
        self.now = now
        body: bytes = self.service.ask("/reach", **query).get_data()
        return body

    def judged_at(self, at: datetime, **query: Any) -> bytes:
        body: bytes = self.service.ask("/reach", at=format_instant(at), **query).get_data()
        return body


@pytest.mark.parametrize("origin", ["US", "JP", None])
def test_what_is_given_again_is_what_would_be_judged_anew(
    demo: Service, monkeypatch: pytest.MonkeyPatch, origin: str | None
) -> None:
    asking = Asking(demo, monkeypatch)
    for to in [economy["code"] for economy in demo.get("/economies")["items"]]:
        for seconds in (0, 1, 59, 60, 61, 119, 36_000, 36_059, 30):
            at = NOON + timedelta(seconds=seconds)
            query = {"to": to, "from_": origin, "function": "preservation"}
            assert asking.now_at(at, **query) == asking.judged_at(at, **query), (to, at)


def test_within_a_minute_it_is_judged_once(demo: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    asking = Asking(demo, monkeypatch)
    judged: list[datetime] = []

    def counted(*given: Any, **more: Any) -> Any:
        judged.append(more["at"])
        return ask(*given, **more)

    monkeypatch.setattr(reach_module, "ask", counted)
    bodies = {
        asking.now_at(NOON + timedelta(hours=7, seconds=seconds), to="JP", from_="NZ")
        for seconds in (5, 6, 59, 60, 61)
    }
    assert (len(bodies), len(judged)) == (5, 2)


def test_a_verification_that_lapses_within_a_minute_is_seen(
    small: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking = Asking(small, monkeypatch)
    found = []
    for seconds in (-1, 0, 1, 2, -1):
        at = LAPSE + timedelta(seconds=seconds)
        body = asking.now_at(at, to="AU", from_="JP")
        assert body == asking.judged_at(at, to="AU", from_="JP")
        found.append(b'"stale"' in body)
    assert found == [False, False, True, True, False]


def test_what_is_hidden_or_told_in_between_is_seen_at_once(
    small: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking = Asking(small, monkeypatch)
    assert rid("channel", 1) in asking.now_at(NOON, to="AU", from_="JP").decode()
    write(small.database, first_line_hidden())
    again = asking.now_at(NOON + timedelta(seconds=1), to="AU", from_="JP").decode()
    assert rid("channel", 1) not in again
    assert rid("channel", 2) in again


def test_it_is_kept_apart_for_each_economy_that_asks(small: Service) -> None:
    """Who gives no ``from`` asks from their own economy, and two may see the same."""

    def asked_from(economy: str) -> bytes:
        body = b'{"from":"' + economy.encode() + b'","at":"T"}'
        made = Passing(body, "T", (), NOW + timedelta(minutes=1))
        viewer = Viewer(economy, frozenset(), Tlp.CLEAR, frozenset())
        with small.database.reading() as connection:
            facts = running(small.app).memory.facts(connection, viewer)
            directory = Reading(connection, viewer, facts, None)
            return passing_answer(directory, NOW, lambda: made, is_kept=True).get_data()

    with small.app.test_request_context(f"{API}/reach?to=AU"):
        small.app.preprocess_request()
        for _ in range(2):
            assert b'"from":"JP"' in asked_from("JP")
            assert b'"from":"NZ"' in asked_from("NZ")
