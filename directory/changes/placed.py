"""Another directory's log as far as it is copied: its entries, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from directory.changes.tree import Frontier


@dataclass(frozen=True, slots=True)
class Placed:
    """One entry of the log that is copied, as far as it was given.

    Attributes:
        told: What its envelope says.
        root: The tree's root after it; of what a copy begins with, the root after all of it.
        body: The payload; None where the record leaves the copy, or the payload has been erased.
        is_withdrawn: Whether the record leaves the copy.
    """

    seq: int
    told: Mapping[str, Any]
    envelope: bytes
    root: bytes
    body: bytes | None
    is_withdrawn: bool = False

    @property
    def rid(self) -> str:
        """Id of its record."""
        return str(self.told["rid"])

    @property
    def is_redaction(self) -> bool:
        """Whether it says that payloads are gone."""
        return bool(self.told["op"] == "redact")


@dataclass(frozen=True, slots=True)
class Reached:
    """Where a log stands that is copied.

    Attributes:
        log: Its id.
        last_at: The time of its last entry, as far as that is known.
    """

    log: str
    frontier: Frontier
    last_at: datetime | None
