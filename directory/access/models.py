"""The tables of who uses the directory: partners, accounts, what they are for, and their tokens.

They are not records: nothing here is published, synced or part of the log. Rows are ended, never
deleted, so that who made or appointed whom can always be told.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
)

from directory.db import Instant, metadata

partners = Table(
    "partners",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    # No foreign keys to records: their tables are emptied and filled again from the log.
    Column("organisation", Text, nullable=True),
    Column("economy", Text, nullable=True),
    Column("clearance", SmallInteger, nullable=False),
    Column("needs_purpose", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", Text, nullable=True),
    Column("closed_at", Instant, nullable=True),
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("partner", Text, ForeignKey("partners.id"), nullable=False),
    Column("account_kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    # Who the person is, by an e-mail address: two accounts of one person are one person.
    Column("email", Text, nullable=True),
    Column("created_at", Instant, nullable=False),
    Column("created_by", Text, ForeignKey("accounts.id"), nullable=True),
    Column("closed_at", Instant, nullable=True),
    CheckConstraint("account_kind IN ('person', 'service')", name="known_kind"),
    CheckConstraint("account_kind <> 'person' OR email IS NOT NULL", name="a_person_is_known"),
    Index(None, "partner"),
    Index(None, "email"),
)

grants = Table(
    "grants",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account", Text, ForeignKey("accounts.id"), nullable=False),
    Column("role", Text, nullable=False),
    Column("economy", Text, nullable=True),
    Column("granted_at", Instant, nullable=False),
    Column("granted_by", Text, ForeignKey("accounts.id"), nullable=True),
    # An operator who grants to their own partner needs another operator: until then, no effect.
    Column("needs_confirmation", Boolean, nullable=False),
    Column("confirmed_at", Instant, nullable=True),
    Column("confirmed_by", Text, ForeignKey("accounts.id"), nullable=True),
    Column("revoked_at", Instant, nullable=True),
    Column("revoked_by", Text, ForeignKey("accounts.id"), nullable=True),
    CheckConstraint(
        "role IN ('reader', 'editor', 'coordinator', 'operator', 'auditor')", name="known_role"
    ),
    CheckConstraint("(role = 'editor') = (economy IS NOT NULL)", name="an_editor_of_an_economy"),
    Index(None, "account"),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account", Text, ForeignKey("accounts.id"), nullable=False),
    # SHA-256 of the token: it is random, so a slow hash would protect nothing.
    Column("digest", LargeBinary, nullable=False, unique=True),
    # The first characters after the prefix, by which people tell their tokens apart.
    Column("hint", Text, nullable=False),
    Column("issued_at", Instant, nullable=False),
    # Who first had the secret in hand; a token that replaces another takes this over.
    Column("issued_by", Text, ForeignKey("accounts.id"), nullable=True),
    Column("expires_at", Instant, nullable=False),
    Column("replaces", Text, ForeignKey("tokens.id"), nullable=True),
    Column("revoked_at", Instant, nullable=True),
    Column("revoked_by", Text, ForeignKey("accounts.id"), nullable=True),
    Index(None, "account"),
)

ACCESS_TABLES = (partners, accounts, grants, tokens)
