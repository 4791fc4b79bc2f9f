"""The versions of records that entries of another directory's log wrote, ready to be written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from directory.changes import rows
from directory.changes.errors import DamagedLogError, UntakenEntryError
from directory.changes.kinds import Kind, Kinds
from directory.changes.placed import Placed
from directory.changes.tree import leaf_hash
from directory.clock import parse_instant
from directory.documents import Document, canonical
from directory.policy import Label


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a record, ready to be written.

    Attributes:
        kind: None for a kind that this program does not know: it is kept, and not read.
        record: In the present shape of its kind.
        row: Of the kind's table.
    """

    placed: Placed
    kind: Kind | None
    record: Document
    row: dict[str, Any] | None

    @property
    def is_retired(self) -> bool:
        """Whether this is the version that ended the record."""
        return bool(self.placed.told["op"] == "retire")

    def entry(self, before: Document | None) -> tuple[Any, ...]:
        """Its row of the log's entries, in the order of the columns.

        Args:
            before: The version before it, as far as the copy holds that.
        """
        told, placed = self.placed.told, self.placed
        label = Label.of(self.record).text()
        if before is None or before["retired_at"] is not None:
            # A retirement stands under the label that the record had: it is that of the record.
            label_before = label if self.is_retired else ""
        else:
            label_before = Label.of(before).text()
        return (
            placed.seq,
            told["change_set"],
            told["kind"],
            told["rid"],
            told["op"],
            told["revision"],
            told["owner"],
            parse_instant(told["at"]),
            label_before,
            "" if self.is_retired else label,
            bytes.fromhex(told["payload_hash"]),
            placed.envelope,
            leaf_hash(placed.envelope),
            placed.root,
        )


def version_of(kinds: Kinds, placed: Placed) -> Version:
    """Read the version that an entry wrote.

    Raises:
        UntakenEntryError: It is of a shape that this program does not know, or of none at all.
    """
    try:
        record = orjson.loads(placed.body or b"")["record"]
        kind = kinds.known(placed.told["kind"])
        if kind is None:
            Label.of(record)  # it has to have one for the policy to judge
            return Version(placed, None, record, None)
        record = kind.present(record)
        row = rows.row_of(kind, record, canonical(record).decode(), placed.seq)
    except DamagedLogError as error:
        raise UntakenEntryError(placed.seq, str(error)) from error
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        # What the error itself says may hold a value of the record.
        why = f"what it wrote does not have the shape of its kind ({type(error).__name__})"
        raise UntakenEntryError(placed.seq, why) from error
    return Version(placed, kind, record, row)
