"""The tables of meetings, attendance and outcomes."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, Text

from directory.changes.models import record_table

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
