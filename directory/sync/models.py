"""The tables of copying: what was signed and who took what, and a mirror's own state.

They are no records and no part of the log. ``signed_heads``, ``sync_cursors`` and ``copies_taken``
are an origin's; ``mirror_origin`` and ``mirror_alarms`` are a mirror's.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
)

from directory.db import Instant, metadata

signed_heads = Table(
    "signed_heads",
    metadata,
    Column("log_id", Text, primary_key=True),
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Instant, primary_key=True),
    Column("root", LargeBinary, nullable=False),
    Column("kid", Text, nullable=False),
    Column("jws", Text, nullable=False),
)
"""Heads that were signed, kept before anybody is given one, and while they are believed."""

sync_cursors = Table(
    "sync_cursors",
    metadata,
    Column("account", Text, primary_key=True),
    Column("partner", Text, nullable=False),
    Column("log_id", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("scope", Text, nullable=False),
    Column("at", Instant, nullable=False),
)
"""The cursor that each account came with last: what its mirror holds for certain."""

copies_taken = Table(
    "copies_taken",
    metadata,
    Column("id", Text, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("valid_until", Instant, nullable=False),
    Column("account", Text, nullable=True),
    Column("partner", Text, nullable=True),
    Column("form", Text, nullable=False),
    Column("log_id", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    # The scope in full: which records it held can be told from the log.
    Column("clearance", SmallInteger, nullable=False),
    Column("networks", Text, nullable=False),
    Column("records", Integer, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    CheckConstraint("form IN ('snapshot', 'offline')", name="known_form"),
    Index(None, "at", "id"),
)
"""The register of copies that were taken whole."""

mirror_origin = Table(
    "mirror_origin",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("address", Text, nullable=False),
    # Id of the account there that it copies as: what was signed for another is not for it.
    Column("account", Text, nullable=False),
    Column("token", Text, nullable=False),
    Column("token_expires_at", Instant, nullable=True),
    # The public keys that it believes, as a JSON list of JWKs: the present one, then the next.
    Column("keys", Text, nullable=False),
    Column("cursor", Text, nullable=True),
    # What the copy may hold, as JSON: ``clearance``, ``networks`` and the scope's ``hash``.
    Column("scope", Text, nullable=True),
    # The newest head that it verified.
    Column("head", Text, nullable=True),
    Column("head_at", Instant, nullable=True),
    # The snapshot that it began with: of what was before it knows nothing.
    Column("began_seq", BigInteger, nullable=True),
    Column("began_at", Instant, nullable=True),
    Column("pulled_at", Instant, nullable=True),
    Column("tried_at", Instant, nullable=True),
    Column("trouble", Text, nullable=True),
    # When something was last put out that has not been written over in the files since.
    Column("put_out_at", Instant, nullable=True),
    CheckConstraint("id = 1", name="one_row"),
)
"""Where a mirror copies from, and how far it has come: written with the records themselves."""

mirror_alarms = Table(
    "mirror_alarms",
    metadata,
    Column("id", Text, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("code", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("cleared_at", Instant, nullable=True),
    Index(None, "at", "id"),
)
"""What a mirror found that must not be, until an operator has seen to it."""
