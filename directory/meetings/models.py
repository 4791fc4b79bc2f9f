"""The tables of meetings, attendance and outcomes, and of lists taken along and brought back."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
)

from directory.changes.models import record_table
from directory.db import Instant, metadata

meetings = record_table(
    "meetings",
    Column("slug", Text, nullable=False, unique=True),
    Column("body", Text, ForeignKey("organisations.id"), nullable=True),
    Column("economy", Text, ForeignKey("economies.code"), nullable=True),
    Column("from_date", Date, nullable=True),
    Column("until_date", Date, nullable=True),
    CheckConstraint("from_date <= until_date", name="ends_no_earlier_than_it_begins"),
    Index(None, "body"),
)

attendances = record_table(
    "attendances",
    Column("meeting", Text, ForeignKey("meetings.slug"), nullable=False),
    Column("economy", Text, ForeignKey("economies.code"), nullable=True),
    Column("organisation", Text, ForeignKey("organisations.id"), nullable=True),
    Index(None, "meeting"),
    Index(None, "organisation"),
)

outcomes = record_table(
    "outcomes",
    Column("meeting", Text, ForeignKey("meetings.slug"), nullable=False),
    Column("number", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("raised_by", Text, ForeignKey("economies.code"), nullable=True),
    Column("due_meeting", Text, ForeignKey("meetings.slug"), nullable=True),
    Index(None, "meeting"),
    Index(None, "due_meeting"),
)

returned_lists = Table(
    "returned_lists",
    metadata,
    # Also the bundle of the change sets that were proposed from it.
    Column("id", Text, primary_key=True),
    Column("meeting", Text, nullable=True),
    Column("file_name", Text, nullable=False),
    # SHA-256 of the file. The file itself is not kept: what it says stands in the proposals.
    Column("digest", LargeBinary, nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("account", Text, nullable=True),
    Column("received_at", Instant, nullable=False),
    # How it was read, as JSON: encoding, delimiter, sheet, rows of headings, columns.
    Column("reading", Text, nullable=False),
    Column("cells", Integer, nullable=False),
    Column("cells_used", Integer, nullable=False),
    Index(None, "meeting"),
    Index(None, "received_at", "id"),
)
"""Lists that came back from meetings: how each was read. What they say is proposed, never kept."""

list_findings = Table(
    "list_findings",
    metadata,
    Column("returned_list", Text, ForeignKey("returned_lists.id"), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("cell", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("read", Text, nullable=False),
    Column("proposed", Text, nullable=True),
    Column("confidence", Float, nullable=False),
    # The operation that it casts doubt on, where there is one.
    Column("change_set", Text, nullable=True),
    Column("operation", Integer, nullable=True),
    # Who may see it, as of a record: what a cell says is as restricted as what is made of it.
    Column("marking", SmallInteger, nullable=False),
    Column("audience", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Index(None, "change_set"),
)
"""Doubts about cells of returned lists, and cells that nothing was made of."""

list_exports = Table(
    "list_exports",
    metadata,
    Column("id", Text, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("valid_until", Instant, nullable=False),
    Column("account", Text, nullable=True),
    Column("partner", Text, nullable=True),
    # Slug of the network or meeting whose list it is, and the form: xlsx or csv.
    Column("list", Text, nullable=False),
    Column("form", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    # Ids of the records that it holds, as a JSON list: what was taken outside, and with whom.
    Column("records", Text, nullable=False),
    Index(None, "at", "id"),
    Index(None, "list"),
)
"""The register of lists that were taken along."""
