"""The tables of the log, and the columns that every table of records shares.

Times, marking and label columns stand beside the documents because queries need them; what is
true is in the log, and the record tables can be made again from it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.schema import SchemaItem

from directory.db import Instant, metadata

log_head = Table(
    "log_head",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("log_id", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
    Column("last_at", Instant, nullable=True),
    # Set while a transaction holds the head and cleared before it commits, so no other
    # transaction ever sees it set: the triggers let only the holder of the head write.
    Column("writing", Boolean, nullable=False),
    # Besides, for what: ``erasure`` lets payloads be destroyed, ``copy`` lets another log be put
    # in the place of this one. Null while nothing but appending is allowed.
    Column("opened_for", Text, nullable=True),
    # Address of the directory that this one mirrors; null where it is its own.
    Column("copy_of", Text, nullable=True),
    # Of a copy: when what it began with had been recorded; of what was before it knows nothing.
    Column("began_at", Instant, nullable=True),
    # How many times another log was put in the place of this one: the records may then be others
    # though id, size and root are the same, because another part of that log is held.
    Column("copies", Integer, nullable=True),
    CheckConstraint("id = 1", name="one_row"),
)
"""One row; who holds its lock appends. Commit order is sequence order."""

change_sets = Table(
    "change_sets",
    metadata,
    Column("id", Text, primary_key=True),
    Column("first_seq", BigInteger, nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("meeting", Text, nullable=True),
    CheckConstraint("first_seq <= last_seq", name="not_empty"),
    Index(None, "meeting"),
    Index(None, "origin"),
)

# An INTEGER key is SQLite's own row number: it costs no index.
_SEQ = BigInteger().with_variant(Integer(), "sqlite")

log_entries = Table(
    "log_entries",
    metadata,
    # Counted by the head, never by the database: an identity column has gaps and no order.
    Column("seq", _SEQ, primary_key=True, autoincrement=False),
    Column("change_set", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("rid", Text, nullable=False),
    Column("op", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("owner", Text, nullable=False),
    Column("at", Instant, nullable=False),
    # Server-side only: the record's label before and after, empty where there was none.
    Column("label_before", Text, nullable=False),
    Column("label_after", Text, nullable=False),
    Column("payload_hash", LargeBinary, nullable=False),
    Column("envelope", LargeBinary, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
    Column("root", LargeBinary, nullable=False),
    CheckConstraint("op IN ('put', 'retire', 'redact')", name="known_op"),
    UniqueConstraint("rid", "revision"),
    Index(None, "at"),
    Index(None, "change_set"),
)

log_payloads = Table(
    "log_payloads",
    metadata,
    Column("seq", _SEQ, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
)

log_epochs = Table(
    "log_epochs",
    metadata,
    # The log that was begun, and where it left the one before it.
    Column("log_id", Text, primary_key=True),
    Column("parent", Text, nullable=False),
    Column("parent_size", BigInteger, nullable=False),
    Column("parent_root", LargeBinary, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("reason", Text, nullable=False),
)
"""The logs that were begun where an earlier one was left: one for each restore."""

proposed_change_sets = Table(
    "proposed_change_sets",
    metadata,
    Column("id", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("meeting", Text, nullable=True),
    # Shared by change sets that were proposed together, such as the economies' parts of one list.
    Column("bundle", Text, nullable=True),
    Column("proposed_at", Instant, nullable=False),
    Column("decided_at", Instant, nullable=True),
    Column("decided_by", Text, nullable=True),
    Column("remark", Text, nullable=True),
    CheckConstraint("state IN ('proposed', 'approved', 'applied', 'rejected')", name="known_state"),
    Index(None, "state", "proposed_at", "id"),
    Index(None, "bundle"),
    Index(None, "meeting"),
)
"""Change sets that wait for somebody to decide on them, and what was decided. Not of the log."""

proposed_operations = Table(
    "proposed_operations",
    metadata,
    Column("change_set", Text, ForeignKey("proposed_change_sets.id"), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("state", Text, nullable=False),
    Column("op", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("rid", Text, nullable=False),
    Column("base_revision", Integer, nullable=False),
    # The document as it was given, null for a retirement.
    Column("document", Text, nullable=True),
    # What the directory noted of what it names when it was proposed, as a JSON object.
    Column("noted", Text, nullable=True),
    # Why it needs a second person, null where it does not.
    Column("why", Text, nullable=True),
    # The accounts that wrote at it since, beside the one that proposed it, as a JSON list.
    Column("edited_by", Text, nullable=True),
    Column("approved_by", Text, nullable=True),
    # Addresses of the cells that it was read from, as a JSON list; null where it is from no list.
    Column("cells", Text, nullable=True),
    # The label that the record would have, or has: who may not see it does not see the operation.
    Column("marking", SmallInteger, nullable=False),
    Column("audience", Text, nullable=False),
    Column("owner", Text, nullable=False),
    CheckConstraint("op IN ('put', 'retire')", name="known_op"),
    CheckConstraint("state IN ('open', 'approved', 'dropped')", name="known_state"),
    Index(None, "rid"),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("account", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    # Of what was asked: the same key for something else is a mistake.
    Column("request", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),
    # Not the answer itself: what it showed may by now be hidden from whoever asks again.
    Column("status", SmallInteger, nullable=False),
    Column("rid", Text, nullable=False),
    Index(None, "at"),
)
"""What was answered to a write, for whoever asks again because the answer was lost."""

LOG_TABLES = (log_head, change_sets, log_entries, log_payloads)


def record_table(name: str, *items: SchemaItem) -> Table:
    """A table of one kind of record: the shared columns, then the kind's own.

    Attributes:
        document: The record's canonical JSON, exactly as the log has it.
        seq: The entry that wrote the row.
        retired_at: When the record was retired; null while it is live.
    """
    shared: list[Column[Any]] = [
        Column("id", Text, primary_key=True),
        Column("revision", Integer, nullable=False),
        Column("version", SmallInteger, nullable=False),
        Column("marking", SmallInteger, nullable=False),
        Column("audience", Text, nullable=False),
        Column("owner", Text, nullable=False),
        Column("retired_at", Instant, nullable=True),
        Column("source_meeting", Text, nullable=True),
        Column("seq", BigInteger, nullable=False),
        Column("document", Text, nullable=False),
    ]
    return Table(name, metadata, *shared, *items)
