"""The order that stands ready must be the one that is judged anew, for every viewer and instant."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from sqlalchemy import Connection

from directory.contacts import due, due_order
from directory.contacts.due_channels import guarded_networks
from directory.db import Database
from directory.policy import PUBLIC, Tlp, Viewer
from tests.api.service import sown
from tests.api.world import SOURCE, put, write
from tests.databases import MakeFurnished

VIEWERS = {
    "the public": PUBLIC,
    "GREEN": Viewer(None, frozenset(), Tlp.GREEN, frozenset()),
    "AMBER in one network": Viewer("TW", frozenset({"g7-24-7"}), Tlp.AMBER, frozenset()),
    "RED, editor of two": Viewer(
        "US", frozenset({"g7-24-7", "budapest-35"}), Tlp.RED, frozenset({"US", "MY"})
    ),
}
INSTANTS = {
    "after all checks": datetime(2026, 12, 24, 12, tzinfo=UTC),
    "between two checks": datetime(2026, 11, 2, tzinfo=UTC),
    "before all checks": datetime(2001, 1, 1, tzinfo=UTC),
}


@pytest.fixture(scope="module")
def demo(new_furnished: MakeFurnished) -> Iterator[Database]:
    database = Database(new_furnished(*sown("reference", "report", "demo")).url)
    with database.reading() as connection:
        lines = [
            text
            for text in _listed(connection, None, [], PUBLIC, INSTANTS["after all checks"])
            if text["medium"] == "telephone"
        ][:6]
    # Under the line's own label and under narrower ones, failed and reached, at several instants.
    markings = ("CLEAR", "GREEN", "AMBER", "RED")
    checks = [
        put(
            "check", f"{line['id']} {marking}",
            channel=line["id"], owner=line["owner"], marking=marking, source=SOURCE,
            checked_at=f"2026-11-0{1 + (n + m) % 4}T02:00:00Z", method="test_call",
            outcome="answered" if (n + m) % 2 else "no_answer",
        )
        for n, line in enumerate(lines)
        for m, marking in enumerate(markings[: 1 + n % 4] if n % 2 else markings[n % 4 :])
    ]  # fmt: skip
    write(database, checks)
    yield database
    database.dispose()


def _listed(
    connection: Connection, economy: str | None, guarded: list[str], viewer: Viewer, at: datetime
) -> list[dict[str, Any]]:
    """The whole list, page by page."""
    found: list[dict[str, Any]] = []
    page = None
    while True:
        answer = due.channels_due(
            connection, due.Whose(economy, guarded), viewer=viewer, at=at, limit=7, page=page
        )
        found += [orjson.loads(text) for text in answer.texts]
        if answer.next is None:
            return found
        page = answer.next


@pytest.mark.parametrize("at", INSTANTS.values(), ids=INSTANTS)
@pytest.mark.parametrize("viewer", VIEWERS.values(), ids=VIEWERS)
@pytest.mark.parametrize("economy", [None, "US", "JP", "AU"])
def test_what_stands_ready_is_what_is_judged_anew(
    demo: Database,
    viewer: Viewer,
    at: datetime,
    economy: str | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with demo.reading() as connection:
        guarded = guarded_networks(connection)
        ready = _listed(connection, economy, guarded, viewer, at)
        monkeypatch.setattr(due_order, "guarded_networks", lambda _: ["none that anybody sees"])
        assert ready == _listed(connection, economy, guarded, viewer, at)
    assert ready
    assert len({item["id"] for item in ready}) == len(ready)


def test_whoever_sees_not_every_guarded_network_is_answered_by_those_they_see(
    demo: Database,
) -> None:
    at = INSTANTS["after all checks"]
    with demo.reading() as connection:
        all_of_them = guarded_networks(connection)
        assert all_of_them
        seen, hidden = (
            [i["id"] for i in _listed(connection, None, each, PUBLIC, at) if i["around_the_clock"]]
            for each in (all_of_them, [])
        )
    assert set(hidden) < set(seen)
