"""What had been recorded by this instant is, byte for byte, what is recorded."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from directory.changes import queries as record_queries
from directory.changes.kinds import Kind
from directory.changes.past import Moment, moment, record
from directory.changes.past import versions as versions_then
from directory.contacts import past, queries
from directory.db import Database
from directory.pages import Page
from directory.policy import Viewer, viewer_parameters, visible
from directory.reach.inputs import Question
from directory.reach.queries import ask, look_up
from directory.reference.facts import Facts, ReferenceMemory
from directory.reference.past import facts_then
from directory.reference.queries import economy_view, network_view
from directory.registry import KINDS
from tests.integration.past.conftest import NOW, VIEWERS

AT = NOW + timedelta(days=1)
INSTANTS = {
    "now": AT,
    "when some checks have aged": NOW + timedelta(days=60),
    "before the newest checks": NOW - timedelta(days=80),
}
LISTS = {
    "everything": queries.ContactFilter(),
    "an economy": queries.ContactFilter(economy="JP"),
    "a network": queries.ContactFilter(network="g7-24-7"),
    "a function": queries.ContactFilter(function="preservation"),
    "a language": queries.ContactFilter(language="zh"),
    "an organisation": queries.ContactFilter(organisation="interpol"),
}


@pytest.fixture(params=list(VIEWERS.values()), ids=list(VIEWERS))
def viewer(request: pytest.FixtureRequest) -> Viewer:
    found: Viewer = request.param
    return found


def then(connection: Connection) -> Moment:
    return moment(connection, AT, now=AT)


def whole(list_of: Callable[[str | None], Page]) -> list[str]:
    texts: list[str] = []
    page: str | None = None
    while True:
        found = list_of(page)
        texts += found.texts
        page = found.next
        if page is None:
            return texts


@pytest.mark.parametrize("at", INSTANTS.values(), ids=INSTANTS)
def test_every_contact(demo: Database, viewer: Viewer, at: datetime) -> None:
    with demo.reading() as connection:
        shown = whole(lambda page: queries.contact_list(
            connection, queries.ContactFilter(), viewer=viewer, at=at, limit=200, page=page
        ))  # fmt: skip
        assert shown
        views = past.desks(
            connection, list(facts_of(connection, viewer).economies), [],
            viewer=viewer, moment=then(connection), at=at,
        )  # fmt: skip
        assert set(views.values()) <= set(shown)
        for text in shown:
            rid = text[text.index('"id":"') + 6 :][:36]
            live = queries.contact(connection, rid, viewer=viewer, at=at)
            found = past.contact(connection, rid, viewer=viewer, moment=then(connection), at=at)
            assert (found.text, found.revision) == (live.text, live.revision)


@pytest.mark.parametrize("limit", [7, 200])
@pytest.mark.parametrize("chosen", LISTS.values(), ids=LISTS)
def test_every_list_of_contacts(
    demo: Database, viewer: Viewer, chosen: queries.ContactFilter, limit: int
) -> None:
    with demo.reading() as connection:
        live = whole(lambda page: queries.contact_list(
            connection, chosen, viewer=viewer, at=AT, limit=limit, page=page
        ))  # fmt: skip
        found = whole(lambda page: past.contact_list(
            connection, chosen, viewer=viewer, moment=then(connection), at=AT, limit=limit,
            page=page,
        ))  # fmt: skip
        assert found == live


def facts_of(connection: Connection, viewer: Viewer) -> Facts:
    return ReferenceMemory().facts(connection, viewer)


def test_economies_and_networks_with_their_memberships(demo: Database, viewer: Viewer) -> None:
    with demo.reading() as connection:
        live = facts_of(connection, viewer)
        found = facts_then(connection, live, then(connection), viewer=viewer)
        assert found is not live
        assert dict(found.texts) == dict(live.texts)
        assert list(found.economies) == list(live.economies)
        assert list(found.networks) == list(live.networks)
        assert found.memberships == live.memberships
        for code in live.economies:
            assert economy_view(found, code) == economy_view(live, code)
        for slug in live.networks:
            assert network_view(found, slug) == network_view(live, slug)


@pytest.mark.parametrize("at", INSTANTS.values(), ids=INSTANTS)
def test_whom_to_reach(demo: Database, viewer: Viewer, at: datetime) -> None:
    with demo.reading() as connection:
        live = facts_of(connection, viewer)
        held = facts_then(connection, live, then(connection), viewer=viewer)
        for to, origin in (("US", "CA"), ("TW", "JP"), ("HK", "AU"), ("MY", None)):
            question = Question(to, origin, "preservation", None, at)
            expected = look_up(connection, live, question, viewer=viewer).document
            found = ask(
                connection, held, to=to, origin=origin, function="preservation", language=None,
                at=at, viewer=viewer, moment=then(connection),
            ).document  # fmt: skip
            assert found == expected | {"as_of": "2026-11-24T12:00:00Z"}


@pytest.mark.parametrize("kind", list(KINDS), ids=lambda kind: kind.name)
def test_records_of_every_kind(demo: Database, viewer: Viewer, kind: Kind) -> None:
    with demo.reading() as connection:
        ids = connection.scalars(
            kind.table.select().with_only_columns(kind.table.c.id).where(visible(kind.table)),
            viewer_parameters(viewer),
        ).all()
        assert ids or viewer is not VIEWERS["RED, editor of two"]
        for rid in ids:
            live = record_queries.record(connection, kind, rid, viewer=viewer)
            assert record(connection, kind, rid, then(connection), viewer=viewer) == live
        found = versions_then(connection, [kind], then(connection), viewer=viewer)
        assert {version.document["id"] for version in found} == set(ids)
