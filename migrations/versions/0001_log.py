"""The log: head, change sets, entries and payloads."""

import hashlib
import secrets

import sqlalchemy as sa
from alembic import op

from migrations import triggers

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
EMPTY_ROOT = hashlib.sha256(b"").digest()


def upgrade() -> None:
    """Make the log, empty, under a name of its own."""
    op.create_table(
        "log_head",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("log_id", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.Column("last_at", INSTANT, nullable=True),
        sa.Column("writing", sa.Boolean(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_log_head_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_head")),
    )
    op.create_table(
        "change_sets",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("first_seq", sa.BigInteger(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("meeting", sa.Text(), nullable=True),
        sa.CheckConstraint("first_seq <= last_seq", name=op.f("ck_change_sets_not_empty")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_sets")),
    )
    op.create_table(
        "log_entries",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("change_set", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("rid", sa.Text(), nullable=False),
        sa.Column("op", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("label_before", sa.Text(), nullable=False),
        sa.Column("label_after", sa.Text(), nullable=False),
        sa.Column("payload_hash", sa.LargeBinary(), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "op IN ('put', 'retire', 'redact')", name=op.f("ck_log_entries_known_op")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_log_entries")),
        sa.UniqueConstraint("rid", "revision", name=op.f("uq_log_entries_rid_revision")),
    )
    op.create_index(op.f("ix_log_entries_at"), "log_entries", ["at"], unique=False)
    op.create_index(op.f("ix_log_entries_change_set"), "log_entries", ["change_set"], unique=False)
    op.create_table(
        "log_payloads",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_log_payloads")),
    )
    head = sa.table(
        "log_head",
        *(sa.column(name) for name in ("id", "log_id", "size")),
        sa.column("root", sa.LargeBinary),
        sa.column("frontier", sa.LargeBinary),
        sa.column("writing", sa.Boolean),
    )
    op.bulk_insert(
        head,
        [
            {
                "id": 1,
                "log_id": secrets.token_hex(8),
                "size": 0,
                "root": EMPTY_ROOT,
                "frontier": b"",
                "writing": False,
            }
        ],
    )
    triggers.install_log_triggers()


def downgrade() -> None:
    """Remove the log, and with it everything the directory ever recorded."""
    triggers.remove_log_functions()
    op.drop_table("log_payloads")
    op.drop_table("log_entries")
    op.drop_table("change_sets")
    op.drop_table("log_head")
