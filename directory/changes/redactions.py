"""How an entry that erases is told from one that writes a record, and what is said of it."""

from __future__ import annotations

from enum import StrEnum

from directory.ids import seeded_id

KIND = "redaction"
"""No kind of record: an entry of this kind names entries before it, and has no payload."""
OP = "redact"
ORIGIN = "redact"
ACTOR = seeded_id("actor", "redacting")
"""Whoever is at the machine: nobody else erases."""


class Why(StrEnum):
    """What something is erased for."""

    ERASURE = "erasure"
    RETENTION = "retention"
    LEGAL = "legal"


REASONS = {
    Why.ERASURE: "Erased at a person's request",
    Why.RETENTION: "Erased because the time for keeping it is over",
    Why.LEGAL: "Erased because the law demands it",
}
"""All that is recorded of a reason: in words of one's own there might be a name."""
