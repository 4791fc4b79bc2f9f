"""What the log says of the past, read from its first entry to its last, and judged in memory."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Connection, select

from directory.changes.models import log_entries, log_payloads
from directory.clock import format_instant, parse_instant
from directory.contacts.rules.tried import digest_of
from directory.documents import Document
from directory.policy import Label, Viewer, may_see
from directory.registry import KINDS

REACHED = {"answered", "answered_late", "language_problem"}


@dataclass(frozen=True)
class Entry:
    """One entry of the log with what it wrote."""

    seq: int
    at: datetime
    change_set: str
    document: Document


def entries(connection: Connection) -> list[Entry]:
    """The whole log."""
    rows = connection.execute(
        select(
            log_entries.c.seq,
            log_entries.c.at,
            log_entries.c.change_set,
            log_entries.c.kind,
            log_payloads.c.body,
        )
        .join(log_payloads, log_payloads.c.seq == log_entries.c.seq)
        .order_by(log_entries.c.seq)
    )
    return [
        Entry(r.seq, r.at, r.change_set, KINDS[r.kind].present(orjson.loads(r.body)["record"]))
        for r in rows
    ]


class Replay:
    """The directory by an instant, as far as a viewer may see it."""

    def __init__(self, log: Iterable[Entry], by: datetime, viewer: Viewer) -> None:
        begun = set()
        latest: dict[str, Document] = {}
        self.then: dict[str, Document] = {}
        for entry in log:
            latest[entry.document["id"]] = entry.document
            if entry.at <= by or entry.change_set in begun:
                begun.add(entry.change_set)
                self.then[entry.document["id"]] = entry.document
        self.seen = {
            rid: document
            for rid, document in self.then.items()
            if may_see(viewer, Label.of(document)) and may_see(viewer, Label.of(latest[rid]))
        }

    def of(self, kind: str) -> dict[str, Document]:
        """The records of a kind, retired ones too."""
        return {rid: doc for rid, doc in self.seen.items() if doc["kind"] == kind}

    def live(self, kind: str) -> list[Document]:
        """The records of a kind that were in its lists."""
        return [document for document in self.of(kind).values() if document["retired_at"] is None]

    def views(self, at: datetime) -> dict[str, Document]:
        """The contacts that were live, with their parts."""
        return {
            contact["id"]: self._view(contact, at)
            for contact in self.live("contact")
            if contact["organisation"] in self.seen
        }

    def _view(self, contact: Document, at: datetime) -> Document:
        def parts(kind: str) -> list[Document]:
            return [part for part in self.live(kind) if part["contact"] == contact["id"]]

        return contact | {
            "organisation_record": self.seen[contact["organisation"]],
            "channels": [
                channel | {"verification": self._verification(channel, at)}
                for channel in sorted(parts("channel"), key=lambda c: (c["position"], c["id"]))
            ],
            "holders": sorted(parts("holder"), key=lambda h: (h["from_date"] or "", h["id"])),
            "keys": [],
        }

    def _verification(self, channel: Document, at: datetime) -> dict[str, Any]:
        made = [
            check
            for check in self.live("check")
            if check["channel"] == channel["id"]
            and check["tried"] == digest_of(channel)
            and check["checked_at"] <= format_instant(at.replace(microsecond=0))
        ]
        if not made:
            return {"checked_at": None, "method": None, "result": "unverified"}
        newest = max(made, key=lambda check: (check["checked_at"], check["id"]))
        age = at.replace(microsecond=0) - parse_instant(newest["checked_at"])
        result = "stale" if age > timedelta(days=90) else "verified"
        if newest["outcome"] not in REACHED:
            result = "failed"
        return {
            "checked_at": newest["checked_at"],
            "method": newest["method"],
            "result": result,
        }
