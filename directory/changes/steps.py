"""A record's step from one revision to the next, between being decided and being written."""

from __future__ import annotations

from dataclasses import dataclass

from directory.changes.kinds import Kind
from directory.documents import Document
from directory.policy import Label


@dataclass(frozen=True, slots=True)
class Held:
    """What the directory holds of a record before a change."""

    revision: int
    document: Document

    @property
    def is_retired(self) -> bool:
        """Whether the record has been ended."""
        return self.document["retired_at"] is not None


@dataclass(frozen=True, slots=True)
class Step:
    """One record's next revision, decided but not yet written.

    Attributes:
        op: ``put`` or ``retire``.
        before: What the directory holds of the record, None if it is new.
        text: The record's canonical bytes.
    """

    kind: Kind
    id: str
    op: str
    before: Held | None
    record: Document
    text: bytes
    payload: bytes
    payload_hash: bytes

    @property
    def revision(self) -> int:
        """The revision that this step writes."""
        return int(self.record["revision"])

    @property
    def label_before(self) -> str:
        """The label under which the record stood in lists, empty if it stood in none."""
        if self.before is None or self.before.is_retired:
            return ""
        return _text_of(self.before.document)

    @property
    def label_after(self) -> str:
        """The label under which the record stands from now on, empty if it is retired."""
        return "" if self.op == "retire" else _text_of(self.record)


def _text_of(document: Document) -> str:
    # Nearly every record's: the rest of the label is longer to look up than to write.
    if not document["audience"]:
        return str(document["marking"])
    return Label.of(document).text()
