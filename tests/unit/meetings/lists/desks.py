"""Contacts' views written by hand for the tests of lists, and lists made of them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from directory.documents import Document
from directory.meetings.lists.listing import ContactList
from directory.meetings.lists.rules.printing import printed_row
from directory.policy import Tlp

DAY = date(2026, 11, 26)
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
NETWORKS = {"g7-24-7": "G7 24/7 Network", "interpol": "INTERPOL"}


def record(kind: str, **keys: Any) -> Document:
    return {
        "id": str(uuid.uuid4()),
        "kind": kind,
        "revision": 1,
        "marking": "CLEAR",
        "audience": [],
        "owner": "TW",
        **keys,
    }


def channel(raw: str, medium: str = "telephone", **keys: Any) -> Document:
    usual = {"medium": medium, "raw": raw, "extension": None}
    unverified = {"result": "unverified", "checked_at": None, "method": None}
    return record("channel", **{**usual, "verification": unverified, **keys})


def holder(since: str | None = None, until: str | None = None, **name: str) -> Document:
    tags = {tag.replace("_", "-"): text for tag, text in name.items()}
    return record("holder", name=tags, from_date=since, until_date=until)


def desk(**keys: Any) -> Document:
    """A contact as it is served."""
    usual = {
        "title": {"en": "Duty window"},
        "economy": "TW",
        "networks": ["g7-24-7", "interpol"],
        "functions": {"preservation": "yes", "mla_liaison": "no"},
        "languages": ["zh-Hant-TW", "en"],
        "duty_hours": "24/7",
        "zone": "Asia/Taipei",
        "note": {},
        "organisation_record": record("organisation", name={"en": "Corps (fictional)"}),
        "channels": [channel("+886 2 0555 0101")],
        "holders": [holder(en="FAN Li-hua", zh_Hant="范例華")],
        "keys": [],
    }
    return record("contact", **{**usual, **keys})


def row_of(view: Document, **keys: Any) -> dict[Any, str]:
    usual = {"economy_name": "Chinese Taipei", "network_names": NETWORKS, "day": DAY}
    return printed_row(view, **{**usual, **keys})


def list_of(rows: Sequence[Any], **keys: Any) -> ContactList:
    """A list with these rows."""
    usual: dict[str, Any] = {
        "slug": "g7-24-7",
        "name": "G7 24/7 Network",
        "marking": Tlp.AMBER,
        "at": NOW,
        "valid_until": NOW + timedelta(days=30),
        "rows": rows,
        "economies": ["Hong Kong, China", "Chinese Taipei"],
        "networks": ["G7 24/7 Network", "=INTERPOL"],
        "zones": ["Asia/Hong_Kong", "Asia/Taipei"],
        "records": [],
    }
    return ContactList(**{**usual, **keys})
