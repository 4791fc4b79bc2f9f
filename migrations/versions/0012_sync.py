"""Copies for partners: epochs, signed heads, who took what, and a mirror's own state."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from directory.db import Instant
from migrations import triggers

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLES = (
    "log_epochs",
    "signed_heads",
    "sync_cursors",
    "copies_taken",
    "mirror_origin",
    "mirror_alarms",
)
HEAD_COLUMNS: dict[str, Any] = {
    "opened_for": sa.Text(),
    "copy_of": sa.Text(),
    "began_at": Instant(),
    "copies": sa.Integer(),
}


def upgrade() -> None:
    # Without batch mode, which would make the table of the head anew and lose its triggers.
    for column, type_ in HEAD_COLUMNS.items():
        op.add_column("log_head", sa.Column(column, type_, nullable=True))
    triggers.open_log_triggers()
    _guard_readings("directory_opened('erasure')")
    op.create_table(
        "log_epochs",
        sa.Column("log_id", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=False),
        sa.Column("parent_size", sa.BigInteger(), nullable=False),
        sa.Column("parent_root", sa.LargeBinary(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("log_id", name=op.f("pk_log_epochs")),
    )
    op.create_table(
        "signed_heads",
        sa.Column("log_id", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("kid", sa.Text(), nullable=False),
        sa.Column("jws", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("log_id", "size", "at", name=op.f("pk_signed_heads")),
    )
    op.create_table(
        "sync_cursors",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("log_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_sync_cursors")),
    )
    op.create_table(
        "copies_taken",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("valid_until", Instant(), nullable=False),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("partner", sa.Text(), nullable=True),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("log_id", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("clearance", sa.SmallInteger(), nullable=False),
        sa.Column("networks", sa.Text(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "form IN ('snapshot', 'offline')", name=op.f("ck_copies_taken_known_form")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_copies_taken")),
    )
    op.create_index(op.f("ix_copies_taken_at_id"), "copies_taken", ["at", "id"])
    op.create_table(
        "mirror_origin",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("token_expires_at", Instant(), nullable=True),
        sa.Column("keys", sa.Text(), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=True),
        sa.Column("scope", sa.Text(), nullable=True),
        sa.Column("head", sa.Text(), nullable=True),
        sa.Column("head_at", Instant(), nullable=True),
        sa.Column("began_seq", sa.BigInteger(), nullable=True),
        sa.Column("began_at", Instant(), nullable=True),
        sa.Column("pulled_at", Instant(), nullable=True),
        sa.Column("tried_at", Instant(), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_mirror_origin_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mirror_origin")),
    )
    op.create_table(
        "mirror_alarms",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("cleared_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mirror_alarms")),
    )
    op.create_index(op.f("ix_mirror_alarms_at_id"), "mirror_alarms", ["at", "id"])


def _guard_readings(function: str) -> None:
    # What somebody wrote that they read for may name a person; on SQLite the store opens its file.
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER readings_update ON readings")
        op.execute(
            "CREATE TRIGGER readings_update BEFORE UPDATE ON readings"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {function}"
        )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    _guard_readings("directory_refuse()")
    triggers.close_log_triggers()
    for column in reversed(HEAD_COLUMNS):
        op.drop_column("log_head", column)
