"""A contact's view that stands ready must be the one put together for its viewer at an instant."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest
from sqlalchemy import bindparam, select

from directory.contacts import queries
from directory.contacts.models import contacts, organisations
from directory.contacts.views import view_parameters, view_text
from directory.db import Database, is_one_of, json_list
from directory.policy import PUBLIC, Tlp, Viewer, visible
from directory.prepared import Prepared
from tests.api.service import sown
from tests.databases import MakeFurnished

SEED = Path(__file__).resolve().parents[3] / "seed"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ECONOMIES = ("AU", "HK", "JP", "MY", "SG", "TW", "US", "VN")

ONE_BY_ONE = Prepared(
    select(contacts.c.id, view_text())
    .join(organisations, organisations.c.id == contacts.c.organisation)
    .where(
        is_one_of(contacts.c.economy, bindparam("economies")),
        contacts.c.retired_at.is_(None),
        visible(contacts),
    )
)
VIEWERS = {
    "the public": PUBLIC,
    "GREEN": Viewer(None, frozenset(), Tlp.GREEN, frozenset()),
    "AMBER in one network": Viewer("TW", frozenset({"g7-24-7"}), Tlp.AMBER, frozenset()),
    "AMBER in others": Viewer("JP", frozenset({"interpol", "apcert"}), Tlp.AMBER, frozenset()),
    "AMBER+STRICT, an editor": Viewer("JP", frozenset(), Tlp.AMBER_STRICT, frozenset({"JP"})),
    "RED, editor of two": Viewer(
        "US", frozenset({"g7-24-7", "budapest-35"}), Tlp.RED, frozenset({"US", "MY"})
    ),
}
INSTANTS = {
    "now": NOW,
    "when some checks have aged": datetime(2027, 1, 15, tzinfo=UTC),
    "when all have": datetime(2030, 1, 1, tzinfo=UTC),
    "before the newest checks": datetime(2026, 9, 1, tzinfo=UTC),
    "before all checks": datetime(2001, 1, 1, tzinfo=UTC),
}


@pytest.fixture(scope="module")
def demo(new_furnished: MakeFurnished) -> Iterator[Database]:
    database = Database(new_furnished(*sown("reference", "report", "demo")).url)
    yield database
    database.dispose()


@pytest.mark.parametrize("at", INSTANTS.values(), ids=INSTANTS)
@pytest.mark.parametrize("viewer", VIEWERS.values(), ids=VIEWERS)
def test_what_stands_ready_is_what_is_put_together(
    demo: Database, viewer: Viewer, at: datetime
) -> None:
    with demo.reading() as connection:
        for economy in ECONOMIES:
            given = {"economies": json_list([economy]), **view_parameters(viewer, at)}
            rows = ONE_BY_ONE.rows(connection, given)
            expected = {rid: orjson.loads(text) for rid, text in rows}
            ready = queries.desks(connection, [economy], [], viewer=viewer, at=at)
            assert {rid: orjson.loads(text) for rid, text in ready.texts.items()} == expected
            for rid, view in expected.items():
                stored = queries.contact(connection, rid, viewer=viewer, at=at)
                assert orjson.loads(stored.text) == view


@pytest.mark.parametrize("at", INSTANTS.values(), ids=INSTANTS)
@pytest.mark.parametrize("viewer", VIEWERS.values(), ids=VIEWERS)
def test_time_changes_views_when_they_say_and_not_before(
    demo: Database, viewer: Viewer, at: datetime
) -> None:
    with demo.reading() as connection:
        for economy in ECONOMIES:

            def texts(instant: datetime, economy: str = economy) -> Mapping[str, str]:
                views = queries.desks(connection, [economy], [], viewer=viewer, at=instant)
                return views.texts

            views = queries.desks(connection, [economy], [], viewer=viewer, at=at)
            if views.until is None:
                continue
            assert at <= views.until
            if views.until.year == 9999:  # never
                assert texts(at + timedelta(days=36_500)) == views.texts
                continue
            assert texts(views.until) == views.texts
            assert texts(views.until + timedelta(seconds=1)) != views.texts
