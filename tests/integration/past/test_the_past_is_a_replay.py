"""Any past is what a replay of the log up to it gives, filtered by the policy in memory."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from directory.changes.errors import UnknownRecordError
from directory.changes.history import history
from directory.changes.operations import Operation, Put, Retire
from directory.changes.past import moment, record, versions
from directory.contacts import past
from directory.contacts.queries import ContactFilter
from directory.errors import DirectoryError
from directory.policy import PUBLIC, Tlp, Viewer
from directory.reference.facts import ReferenceMemory
from directory.reference.past import facts_then
from directory.registry import KINDS
from tests.integration.changes.world import (
    CHANNEL,
    CHECK,
    CONTACT,
    HOLDER,
    NOW,
    ORGANISATION,
    SOURCE,
    economy,
    network,
    write,
)
from tests.integration.past.replay import Replay, entries

OTHER, BODY = "22222222-0000-4000-8000-000000000001", "22222222-0000-4000-8000-000000000002"
MEMBERSHIP = "22222222-0000-4000-8000-000000000003"
FAR_OFF = datetime(2100, 1, 1, tzinfo=UTC)
VIEWERS = (
    PUBLIC,
    Viewer(None, frozenset(), Tlp.GREEN, frozenset()),
    Viewer("TW", frozenset({"interpol"}), Tlp.AMBER, frozenset()),
    Viewer("AU", frozenset(), Tlp.RED, frozenset({"AU"})),
    Viewer(None, frozenset({"interpol", "g7-24-7"}), Tlp.AMBER, frozenset({"directory"})),
)
LABELS: tuple[dict[str, Any], ...] = (
    {"marking": "CLEAR", "audience": []},
    {"marking": "GREEN", "audience": []},
    {"marking": "AMBER", "audience": ["interpol"]},
    {"marking": "CLEAR", "audience": ["g7-24-7", "interpol"]},
    {"marking": "RED", "audience": []},
)
AU = {"owner": "AU", "source": SOURCE}
DESK = {"title": {"en": "Desk"}, "languages": ["en"], "networks": ["interpol"]}
RECORDS: dict[str, tuple[str, dict[str, Any]]] = {
    ORGANISATION: ("organisation", {
        "slug": "police", "name": {"en": "Police"}, "organisation_type": "law_enforcement",
        "sector": "public", "economy": "AU", **AU,
    }),
    BODY: ("organisation", {
        "slug": "body", "name": {"en": "Body"}, "organisation_type": "international_body",
        "sector": "international", "source": SOURCE,
    }),
    CONTACT: ("contact", {**DESK, "organisation": ORGANISATION, "economy": "AU", **AU}),
    OTHER: ("contact", {**DESK, "organisation": BODY, "source": SOURCE}),
    CHANNEL: ("channel", {
        "contact": CONTACT, "medium": "telephone", "raw": "+61 2 5550 0100", **AU,
    }),
    HOLDER: ("holder", {"contact": CONTACT, "name": {"en": "Kim"}, **AU}),
    CHECK: ("check", {
        "channel": CHANNEL, "checked_at": "2026-02-01T00:00:00Z", "outcome": "answered",
        "method": "test_call", **AU,
    }),
    MEMBERSHIP: ("membership", {
        "economy": "AU", "network": "interpol", "status": "member", "known_on": "2026-01-01",
        "source": SOURCE,
    }),
}  # fmt: skip
OF_THE_DESK = (ORGANISATION, CONTACT, CHANNEL, HOLDER, CHECK)

steps = st.fixed_dictionaries(
    {
        "who": st.one_of(
            st.just(OF_THE_DESK),
            st.just((OTHER,)),
            st.lists(st.sampled_from(list(RECORDS)), min_size=1, max_size=3),
        ),
        "label": st.sampled_from(LABELS),
        "word": st.sampled_from(["A", "B"]),
        "economy": st.sampled_from(["AU", "TW", None]),
        "retires": st.sampled_from([False, False, False, True]),
        # The clock may go back; the log's times never do.
        "minutes": st.integers(-90, 90),
    }
)


def altered(rid: str, step: dict[str, Any]) -> dict[str, Any]:
    kind, document = RECORDS[rid]
    changed: dict[str, Any] = document | step["label"]
    if kind == "contact":
        changed["title"] = {"en": f"Desk {step['word']}"}
    elif kind == "channel":
        changed["position"] = len(step["word"]) + (step["word"] == "B")
    elif kind == "check":
        changed["outcome"] = "answered" if step["word"] == "A" else "no_answer"
    elif kind == "membership":
        changed["status"] = "member" if step["word"] == "A" else "not_member"
    if rid == OTHER:
        changed["economy"] = step["economy"]
        changed["organisation"] = BODY if step["word"] == "A" else rid_of_public_body()
    return changed


def rid_of_public_body() -> str:
    return "22222222-0000-4000-8000-000000000009"


def live_through(connection: Connection, life: list[dict[str, Any]]) -> None:
    """Write a small directory and what happens to it; what the directory refuses is skipped."""
    public_body = RECORDS[BODY][1] | {"slug": "public-body"}
    write(
        connection, economy("AU", apec_order=1), economy("TW", apec_order=2), network("interpol"),
        network("g7-24-7"), Put("organisation", public_body, rid_of_public_body()),
    )  # fmt: skip
    at = NOW + timedelta(minutes=1)
    write(connection, *(Put(kind, doc, rid) for rid, (kind, doc) in RECORDS.items()), at=at)
    held = dict.fromkeys(RECORDS, 1)
    for step in life:
        at += timedelta(minutes=step["minutes"])
        chosen = dict.fromkeys(step["who"])
        operations: list[Operation] = [
            Retire(RECORDS[rid][0], rid, held[rid])
            if step["retires"]
            else Put(RECORDS[rid][0], altered(rid, step), rid, held[rid])
            for rid in chosen
        ]
        try:
            applied = write(connection, *operations, at=at)
        except DirectoryError:
            continue
        held |= {rid: n for rid, n in applied.revisions.items() if rid in held}


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    life=st.lists(steps, min_size=1, max_size=8),
    back=st.integers(0, 12),
    viewer=st.sampled_from(VIEWERS),
)
def test_any_past_of_any_life(
    connection: Connection, life: list[dict[str, Any]], back: int, viewer: Viewer
) -> None:
    undone = connection.begin_nested()
    try:
        live_through(connection, life)
        log = entries(connection)
        by = log[-1 - back].at
        compare(connection, Replay(log, by, viewer), by, viewer)
        tell(connection, Replay(log, FAR_OFF, viewer), viewer)
    finally:
        undone.rollback()


def compare(connection: Connection, expected: Replay, by: datetime, viewer: Viewer) -> None:
    then = moment(connection, by, now=FAR_OFF)
    for kind in KINDS:
        found = {v.document["id"]: v for v in versions(connection, [kind], then, viewer=viewer)}
        assert {rid: v.document for rid, v in found.items()} == expected.of(kind.name)
        assert all(orjson.loads(v.text) == v.document for v in found.values())
    for rid, (name, _) in RECORDS.items():
        try:
            stored = record(connection, KINDS[name], rid, then, viewer=viewer)
        except UnknownRecordError:
            assert rid not in expected.seen
        else:
            assert orjson.loads(stored.text) == expected.seen[rid]
    views = expected.views(by)
    lists = {
        "all": ContactFilter(),
        "AU": ContactFilter(economy="AU"),
        "TW": ContactFilter(economy="TW"),
        "body": ContactFilter(organisation="body"),
    }
    for name, chosen in lists.items():
        listed = []
        page: str | None = None
        while True:
            found_page = past.contact_list(
                connection, chosen, viewer=viewer, moment=then, at=by, limit=1, page=page
            )
            listed += [orjson.loads(text) for text in found_page.texts]
            page = found_page.next
            if page is None:
                break
        wanted = [
            view
            for view in views.values()
            if name in ("all", view["economy"]) or (name == "body" and view["organisation"] == BODY)
        ]
        if name == "body" and BODY not in expected.seen:
            wanted = []
        assert {view["id"]: view for view in listed} == {view["id"]: view for view in wanted}
        assert len(listed) == len(wanted)
        order = [({"AU": 1, "TW": 2}.get(v["economy"], 9), v["title"]["en"]) for v in listed]
        assert order == sorted(order)
    for code, ids in (("AU", [OTHER]), ("AU", []), ("TW", [])):
        desks = past.desks(connection, [code], ids, viewer=viewer, moment=then, at=by)
        assert {rid: orjson.loads(text) for rid, text in desks.items()} == {
            rid: view for rid, view in views.items() if view["economy"] == code or rid in ids
        }
    live = ReferenceMemory().facts(connection, viewer)
    facts = facts_then(connection, live, then, viewer=viewer)
    assert list(facts.memberships) == expected.live("membership")
    assert sorted(facts.economies) == sorted(d["code"] for d in expected.live("economy"))


def tell(connection: Connection, now: Replay, viewer: Viewer) -> None:
    """A record's history names the versions that its viewer may see, and no others' words."""
    log = entries(connection)
    for rid, (name, _) in RECORDS.items():
        if rid not in now.seen:
            continue
        told = []
        page: str | None = None
        while True:
            found = history(
                connection, KINDS[name], rid, meetings=KINDS["meeting"], viewer=viewer, limit=2,
                page=page,
            )  # fmt: skip
            told += [orjson.loads(text) for text in found.page.texts]
            page = found.page.next
            if page is None:
                break
        seen = [
            entry.document
            for entry in reversed(log)
            if entry.document["id"] == rid and Replay([entry], FAR_OFF, viewer).seen
        ]
        assert [item["revision"] for item in told] == [doc["revision"] for doc in seen]
        for item, after, before in zip(told, seen, [*seen[1:], None], strict=True):
            for change in item["changes"]:
                assert at_pointer(after, change["field"]) == change["after"]
                assert at_pointer(before, change["field"]) == change["before"]
            changed = {change["field"].split("/")[1] for change in item["changes"]}
            if before is not None:
                kept = after.keys() - changed - {"revision"}
                assert {key: after[key] for key in kept} == {key: before[key] for key in kept}


def at_pointer(document: Any, pointer: str) -> Any:
    for name in pointer.split("/")[1:]:
        document = (document or {}).get(name)
    return document
