"""The tables of reference data."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, Integer, Text

from directory.changes.models import record_table

economies = record_table(
    "economies",
    Column("code", Text, nullable=False, unique=True),
    Column("apec_order", Integer, nullable=True),
)

networks = record_table(
    "networks",
    Column("slug", Text, nullable=False, unique=True),
    Column("economy", Text, ForeignKey("economies.code"), nullable=True),
)

memberships = record_table(
    "memberships",
    Column("economy", Text, ForeignKey("economies.code"), nullable=False),
    Column("network", Text, ForeignKey("networks.slug"), nullable=False),
    Column("status", Text, nullable=False),
    Column("from_date", Date, nullable=True),
    Column("until_date", Date, nullable=True),
    Column("via", Text, ForeignKey("contacts.id"), nullable=True),
    CheckConstraint("from_date < until_date", name="ends_after_it_begins"),
    Index(None, "economy", "network"),
    Index(None, "network"),
    Index(None, "via"),
)

statements = record_table(
    "statements",
    Column("economy", Text, ForeignKey("economies.code"), nullable=False),
    Column("said_on", Date, nullable=False),
    Column("meeting", Text, ForeignKey("meetings.slug"), nullable=True),
    Column("supersedes", Text, nullable=False),
    Index(None, "economy"),
    Index(None, "meeting"),
)
