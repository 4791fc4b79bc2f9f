"""Contacts' views kept ready by label."""

import sqlalchemy as sa
from alembic import op

from migrations import triggers

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, empty; ``flask changes rebuild`` fills it where the log has entries."""
    op.create_table(
        "contact_parts",
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("marking", sa.SmallInteger(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("base", sa.Text(), nullable=True),
        sa.Column("channels", sa.Text(), nullable=False),
        sa.Column("holders", sa.Text(), nullable=False),
        sa.Column("keys", sa.Text(), nullable=False),
        sa.Column("newest_check", sa.Text(), nullable=False),
        sa.Column("oldest_verified", sa.Text(), nullable=False),
        sa.Column("narrower_checks", sa.SmallInteger(), nullable=True),
        sa.PrimaryKeyConstraint("contact", "marking", "audience", name=op.f("pk_contact_parts")),
    )
    triggers.install_record_triggers("contact_parts")


def downgrade() -> None:
    """Remove the table; a rebuild after the next upgrade makes it again."""
    op.drop_table("contact_parts")
