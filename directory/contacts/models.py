"""The tables of organisations, posts, the people who hold them and the ways to reach them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR

from directory.changes.models import record_table
from directory.db import metadata

organisations = record_table(
    "organisations",
    # Unique among what one viewer may see: that a hidden organisation has a name must not show.
    Column("slug", Text, nullable=False),
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
    Index(None, "slug"),
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
    Index(None, "contact", "from_date", "id"),
)

channels = record_table(
    "channels",
    Column("contact", Text, ForeignKey("contacts.id"), nullable=False),
    Column("medium", Text, nullable=False),
    Column("position", Integer, nullable=False),
    # Of its number or address, against which a check's ``tried`` is held.
    Column("digest", Text, nullable=True),
    Index(None, "contact", "position", "id"),
)

keys = record_table(
    "keys",
    Column("contact", Text, ForeignKey("contacts.id"), nullable=False),
    Column("fingerprint", Text, nullable=False),
    Index(None, "contact", "fingerprint", "id"),
)

checks = record_table(
    "checks",
    Column("channel", Text, ForeignKey("channels.id"), nullable=False),
    # As the document has it, in whole seconds: such text sorts as time does.
    Column("checked_at", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("tried", Text, nullable=True),
    Index(None, "channel", "checked_at", "id"),
)

# An INTEGER key is SQLite's own row number: it costs no index, and the full-text index names it.
_SEQ = BigInteger().with_variant(Integer(), "sqlite")
# Compared byte by byte on both databases, so that a range of texts is a prefix.
_BYTES = Text().with_variant(Text(collation="C"), "postgresql")

search_entries = Table(
    "search_entries",
    metadata,
    Column("seq", _SEQ, primary_key=True, autoincrement=False),
    Column("rid", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("contact", Text, nullable=True),
    Column("organisation", Text, nullable=True),
    Column("marking", SmallInteger, nullable=False),
    Column("audience", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("names", Text, nullable=False),
    Column("folded", Text, nullable=False),
    Column("grams", Text().with_variant(TSVECTOR(), "postgresql"), nullable=False),
    Index(None, "rid"),
)
"""What live records are found by, each under its own label; ``seq`` is the entry that wrote it.

The index over the grams is called ``search_grams`` on both databases, but only the migration can
tell how to make it: a GIN index on PostgreSQL, on SQLite a full-text table that triggers keep.
"""

search_words = Table(
    "search_words",
    metadata,
    Column("word", _BYTES, primary_key=True),
    Column("reversed", _BYTES, nullable=False),
    Column("uses", Integer, nullable=False),
    Index(None, "reversed"),
)
"""The Latin words of names in ``search_entries``, for finding what was meant by a slip."""

number_entries = Table(
    "number_entries",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    # One row for each number of a range; digits of the E.164 form, or else of what was written.
    Column("digits", _BYTES, primary_key=True),
    Column("reversed", _BYTES, nullable=False),
    Column("national", _BYTES, nullable=False),
    Column("is_e164", Boolean, nullable=False),
    Column("low", Text, nullable=True),
    Column("high", Text, nullable=True),
    Column("extension", Text, nullable=True),
    Column("is_switchboard", Boolean, nullable=False),
    Column("is_former", Boolean, nullable=False),
    Column("channel", Text, nullable=False),
    Column("contact", Text, nullable=False),
    Column("marking", SmallInteger, nullable=False),
    Column("audience", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Index(None, "digits", "seq"),
    Index(None, "reversed", "seq"),
    Index(None, "national", "seq"),
    Index(None, "channel"),
    sqlite_with_rowid=False,
)
"""The numbers of telephone channels, present and former, under the label each was last kept with.

A former number may be shown only to one who may also see what the channel's row says now.
"""

contact_parts = Table(
    "contact_parts",
    metadata,
    Column("contact", Text, primary_key=True),
    Column("marking", SmallInteger, primary_key=True),
    Column("audience", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    # The contact and its organisation, on the row under the contact's own label alone.
    Column("base", Text, nullable=True),
    Column("channels", Text, nullable=False),
    Column("holders", Text, nullable=False),
    Column("keys", Text, nullable=False),
    # When the newest check was made on which a channel's verification rests, and the oldest of
    # those that verified one; empty and beyond all dates where there is none.
    Column("newest_check", Text, nullable=False),
    Column("oldest_verified", Text, nullable=False),
    # The widest marking of a check under another label than its channel's; null without one.
    Column("narrower_checks", SmallInteger, nullable=True),
)
"""Live contacts' views as they are served, one row for each label under which a part stands.

Everybody who may see a label sees the same parts under it, so they can stand ready as text.
"""

_UNTRIED, _TRIED = text("known = '0'"), text("known > '0'")

due_channels = Table(
    "due_channels",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("contact", Text, nullable=False),
    Column("economy", Text, nullable=True),
    Column("sort_title", Text, nullable=False),
    Column("position", Integer, nullable=False),
    # Whether it answers around the clock: 1, or 0.
    Column("is_always", SmallInteger, nullable=False),
    # What its newest check says, '0' or '1' and the instant, as text that sorts as is wanted.
    Column("known", Text, nullable=False),
    # The widest marking of a check under another label than the channel's; null without one.
    Column("narrower_checks", SmallInteger, nullable=True),
    *(
        Index(name, *columns, sqlite_where=where, postgresql_where=where)
        for name, where, columns in (
            (
                "ix_due_channels_untried_of_economy",
                _UNTRIED,
                ("economy", "is_always", "sort_title", "contact", "position", "channel"),
            ),
            ("ix_due_channels_untried", _UNTRIED, ("is_always", "contact", "position", "channel")),
            (
                "ix_due_channels_tried_of_economy",
                _TRIED,
                ("economy", "is_always", "known", "channel"),
            ),
            ("ix_due_channels_tried", _TRIED, ("is_always", "known", "channel")),
            (
                "ix_due_channels_narrower",
                text("narrower_checks IS NOT NULL"),
                ("narrower_checks", "channel"),
            ),
        )
    ),
    sqlite_with_rowid=False,
)
"""Channels of live contacts in the order in which they are to be called, each part by an index.

Of checks it counts those under the channel's own label, of whatever instant.
"""
