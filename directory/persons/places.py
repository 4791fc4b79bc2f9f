"""Where a person occurs: one place for each text, with what would be done to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from directory.documents import Document
from directory.ids import RECORD_ID

LONGEST_EXCERPT = 120


class Treatment(StrEnum):
    """What is done to a place when the person is erased."""

    ERASED = "erased"
    REWRITTEN = "rewritten"
    BLANKED = "blanked"
    CLOSED = "closed"
    BY_HAND = "by hand"


@dataclass(frozen=True, slots=True)
class Place:
    """One text that tells of the person.

    Attributes:
        store: What holds it: ``record``, ``version``, or the name of a table or file.
        key: Which row of it: kind, id and revision of a version, the primary key of a row.
        field: Where in that: a JSON Pointer, or a column.
        text: What stands there, shortened.
        confidence: How sure it is that the person is meant.
        treatment: What erasing does to it.
        seq: The entry of the log that wrote it; None where it is not of the log.
        shown: What of a version has to be recorded about its being shown.
    """

    store: str
    key: Mapping[str, Any]
    field: str
    text: str
    confidence: float
    treatment: Treatment
    seq: int | None = None
    shown: Document | None = None

    def document(self) -> Document:
        """The place as it is printed for programs."""
        return {
            "store": self.store,
            "key": dict(self.key),
            "field": self.field,
            "text": self.text,
            "confidence": self.confidence,
            "treatment": str(self.treatment),
        }


def excerpt(text: str) -> str:
    """The beginning of a text."""
    return text if len(text) <= LONGEST_EXCERPT else text[: LONGEST_EXCERPT - 1] + "…"


_NO_TEXT = frozenset({"id", "kind", "owner", "marking", "retired_at", "armored", "fingerprint"})


def texts_in(value: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a document that somebody wrote, with its JSON Pointer."""
    if isinstance(value, str):
        if value and not RECORD_ID.match(value):
            yield pointer, value
    elif isinstance(value, dict):
        for name, item in value.items():
            if pointer or name not in _NO_TEXT:
                yield from texts_in(item, f"{pointer}/{_step(name)}")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from texts_in(item, f"{pointer}/{number}")


@lru_cache(maxsize=1024)
def _step(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
