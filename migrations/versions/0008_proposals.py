"""Change sets that wait for a second person; names of organisations unique to whoever sees them."""

import sqlalchemy as sa
from alembic import op

from directory.db import Instant
from migrations import triggers

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "proposed_change_sets",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("meeting", sa.Text(), nullable=True),
        sa.Column("proposed_at", Instant(), nullable=False),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('proposed', 'applied', 'rejected')",
            name=op.f("ck_proposed_change_sets_known_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposed_change_sets")),
    )
    op.create_index(
        op.f("ix_proposed_change_sets_state_proposed_at_id"),
        "proposed_change_sets",
        ["state", "proposed_at", "id"],
    )
    op.create_table(
        "proposed_operations",
        sa.Column("change_set", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("op", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("rid", sa.Text(), nullable=False),
        sa.Column("base_revision", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("marking", sa.SmallInteger(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.CheckConstraint("op IN ('put', 'retire')", name=op.f("ck_proposed_operations_known_op")),
        sa.ForeignKeyConstraint(
            ["change_set"],
            ["proposed_change_sets.id"],
            name=op.f("fk_proposed_operations_change_set_proposed_change_sets"),
        ),
        sa.PrimaryKeyConstraint("change_set", "place", name=op.f("pk_proposed_operations")),
    )
    op.create_index(op.f("ix_proposed_operations_rid"), "proposed_operations", ["rid"])
    op.create_table(
        "idempotency_keys",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request", sa.LargeBinary(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("rid", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_index(op.f("ix_idempotency_keys_at"), "idempotency_keys", ["at"])
    with op.batch_alter_table("organisations") as organisations:
        organisations.drop_constraint(op.f("uq_organisations_slug"), type_="unique")
        organisations.create_index(op.f("ix_organisations_slug"), ["slug"])
    _guard_again()


def downgrade() -> None:
    with op.batch_alter_table("organisations") as organisations:
        organisations.drop_index(op.f("ix_organisations_slug"))
        organisations.create_unique_constraint(op.f("uq_organisations_slug"), ["slug"])
    _guard_again()
    op.drop_table("idempotency_keys")
    op.drop_table("proposed_operations")
    op.drop_table("proposed_change_sets")


def _guard_again() -> None:
    """Batch mode made the table anew on SQLite, and its triggers went with the old one."""
    if op.get_bind().dialect.name == "sqlite":
        triggers.install_record_triggers("organisations")
