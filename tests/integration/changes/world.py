"""A small directory to write to: two economies, two networks, one organisation, one contact."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from directory.changes.apply import Applied, apply
from directory.changes.kinds import Kinds
from directory.changes.operations import Operation, Put, Retire, prepare
from directory.changes.verify import Verified, verify
from directory.ids import new_id
from directory.registry import KINDS

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SOURCE = {"document": "a letter", "place": "page 1", "meeting": None}
ACTOR = "00000000-0000-4000-8000-000000000001"

ORGANISATION = "11111111-0000-4000-8000-000000000001"
CONTACT = "11111111-0000-4000-8000-000000000002"
CHANNEL = "11111111-0000-4000-8000-000000000003"
HOLDER = "11111111-0000-4000-8000-000000000004"
CHECK = "11111111-0000-4000-8000-000000000005"


def write(
    connection: Connection,
    *operations: Operation,
    at: datetime = NOW,
    kinds: Kinds = KINDS,
    origin: str = "edit",
) -> Applied:
    prepared = prepare(kinds, operations, actor=ACTOR, origin=origin, reason="a test")
    return apply(connection, kinds, prepared, writer=None, at=at)


def check_log(connection: Connection, kinds: Kinds = KINDS) -> Verified:
    return verify(connection, kinds, progress=lambda done, of: None)


def economy(code: str, **fields: Any) -> Put:
    return Put("economy", {"code": code, "name": {"en": code}, "source": SOURCE} | fields)


def network(slug: str, rid: str | None = None, base: int = 0, **fields: Any) -> Put:
    document = {
        "slug": slug,
        "name": {"en": slug},
        "network_kind": "membership",
        "state": "operating",
        "source": SOURCE,
    }
    return Put("network", document | fields, rid, base)


def membership(rid: str | None = None, base: int = 0, **fields: Any) -> Put:
    document = {
        "economy": "AU",
        "network": "interpol",
        "status": "member",
        "known_on": "2026-01-01",
        "source": SOURCE,
    }
    return Put("membership", document | fields, rid, base)


def organisation(rid: str = ORGANISATION, base: int = 0, **fields: Any) -> Put:
    document = {
        "slug": "police",
        "name": {"en": "Police"},
        "organisation_type": "law_enforcement",
        "sector": "public",
        "economy": "AU",
        "owner": "AU",
        "source": SOURCE,
    }
    return Put("organisation", document | fields, rid, base)


def contact(rid: str = CONTACT, base: int = 0, **fields: Any) -> Put:
    document = {
        "title": {"en": "Duty desk"},
        "organisation": ORGANISATION,
        "economy": "AU",
        "owner": "AU",
        "source": SOURCE,
    }
    return Put("contact", document | fields, rid, base)


def channel(rid: str = CHANNEL, base: int = 0, **fields: Any) -> Put:
    document = {
        "contact": CONTACT,
        "medium": "telephone",
        "raw": "+61 2 5550 0100",
        "owner": "AU",
        "source": SOURCE,
    }
    return Put("channel", document | fields, rid, base)


def holder(rid: str = HOLDER, base: int = 0, **fields: Any) -> Put:
    document = {"contact": CONTACT, "name": {"en": "Kim"}, "owner": "AU", "source": SOURCE}
    return Put("holder", document | fields, rid, base)


def check(rid: str = CHECK, base: int = 0, **fields: Any) -> Put:
    document = {
        "channel": CHANNEL,
        "checked_at": "2026-02-01T00:00:00Z",
        "outcome": "answered",
        "method": "test_call",
        "owner": "AU",
        "source": SOURCE,
    }
    return Put("check", document | fields, rid, base)


def settle(connection: Connection) -> None:
    """Write the small directory."""
    write(
        connection,
        economy("AU"),
        economy("TW"),
        network("interpol"),
        network("g7-24-7"),
        organisation(),
        contact(),
        channel(),
        holder(),
        check(),
    )


def make_history(connection: Connection) -> None:
    """Write the small directory and a life for it: changes, endings, and returns."""
    settle(connection)
    write(
        connection,
        contact(base=1, title={"en": "Night desk"}),
        channel(base=1, raw="+61 2 5550 0101"),
    )
    write(connection, Retire("contact", CONTACT, 2))
    write(connection, contact(base=3), channel(base=3, position=2))
    parent = new_id()
    write(
        connection,
        # The child's id sorts and stands before its parent's: the key between them is deferred.
        organisation(base=1, parent=parent),
        organisation(parent, slug="ministry", name={"en": "Ministry", "zh-Hant": "部"}),
    )
    write(
        connection,
        membership(new_id(), until_date="2025-01-01"),
        membership(new_id(), from_date="2025-01-01"),
    )
    write(connection, Retire("check", CHECK, 1))
    write(
        connection,
        contact(base=4, marking="AMBER", audience=["interpol"]),
        channel(base=4, marking="RED"),
    )
