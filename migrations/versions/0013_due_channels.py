"""Channels in the order in which they are to be called."""

import sqlalchemy as sa
from alembic import op

from migrations import triggers

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

UNTRIED, TRIED = "known = '0'", "known > '0'"
INDEXES = {
    "untried_of_economy": (
        UNTRIED,
        ["economy", "is_always", "sort_title", "contact", "position", "channel"],
    ),
    "untried": (UNTRIED, ["is_always", "contact", "position", "channel"]),
    "tried_of_economy": (TRIED, ["economy", "is_always", "known", "channel"]),
    "tried": (TRIED, ["is_always", "known", "channel"]),
    "narrower": ("narrower_checks IS NOT NULL", ["narrower_checks", "channel"]),
}


def upgrade() -> None:
    """Make the table, empty; ``flask db upgrade`` fills it where the log has entries."""
    op.create_table(
        "due_channels",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("economy", sa.Text(), nullable=True),
        sa.Column("sort_title", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_always", sa.SmallInteger(), nullable=False),
        sa.Column("known", sa.Text(), nullable=False),
        sa.Column("narrower_checks", sa.SmallInteger(), nullable=True),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_due_channels")),
        sqlite_with_rowid=False,
    )
    for name, (where, columns) in INDEXES.items():
        condition = sa.text(where)
        op.create_index(
            op.f(f"ix_due_channels_{name}"),
            "due_channels",
            columns,
            sqlite_where=condition,
            postgresql_where=condition,
        )
    triggers.install_record_triggers("due_channels")


def downgrade() -> None:
    """Remove the table; a rebuild after the next upgrade makes it again."""
    op.drop_table("due_channels")
