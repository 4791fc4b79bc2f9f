"""The tables of organisations, posts, the people who hold them and the ways to reach them."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Text,
)

from directory.changes.models import record_table

organisations = record_table(
    "organisations",
    Column("slug", Text, nullable=False, unique=True),
    Column("economy", Text, ForeignKey("economies.code"), nullable=True),
    # Deferred: a body and its parent may be written by the same change set in either order.
    Column(
        "parent",
        Text,
        ForeignKey("organisations.id", deferrable=True, initially="DEFERRED"),
        nullable=True,
    ),
    Index(None, "economy"),
    Index(None, "parent"),
)

contacts = record_table(
    "contacts",
    Column("organisation", Text, ForeignKey("organisations.id"), nullable=False),
    Column("economy", Text, ForeignKey("economies.code"), nullable=True),
    Column("posted_in", Text, ForeignKey("economies.code"), nullable=True),
    Column("covers", Text, nullable=False),
    Column("networks", Text, nullable=False),
    # The functions said yes to, and the languages spoken, as JSON lists for the filters.
    Column("functions", Text, nullable=False),
    Column("spoken", Text, nullable=False),
    # The folded title, by which desks of one economy are listed.
    Column("sort_title", Text, nullable=False),
    Index(None, "organisation"),
    Index(None, "economy", "sort_title", "id"),
    Index(None, "posted_in"),
)

holders = record_table(
    "holders",
    Column("contact", Text, ForeignKey("contacts.id"), nullable=False),
    Column("from_date", Date, nullable=True),
    Column("until_date", Date, nullable=True),
    CheckConstraint("from_date < until_date", name="ends_after_it_begins"),
    Index(None, "contact"),
)

channels = record_table(
    "channels",
    Column("contact", Text, ForeignKey("contacts.id"), nullable=False),
    Column("medium", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Index(None, "contact", "position"),
)

keys = record_table(
    "keys",
    Column("contact", Text, ForeignKey("contacts.id"), nullable=False),
    Column("fingerprint", Text, nullable=False),
    Index(None, "contact"),
)

checks = record_table(
    "checks",
    Column("channel", Text, ForeignKey("channels.id"), nullable=False),
    # As the document has it, in whole seconds: such text sorts as time does.
    Column("checked_at", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("method", Text, nullable=False),
    Index(None, "channel", "checked_at"),
)
