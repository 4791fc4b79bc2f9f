"""What checks tried, and what channels are: a check counts for the number it was made of."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

COLUMNS = (("channels", "digest"), ("checks", "tried"), ("proposed_operations", "noted"))
MADE_AGAIN = ("contact_parts", "checks", "channels")


def upgrade() -> None:
    """Add the columns, and empty what rests on them: ``flask db upgrade`` fills it again."""
    for table, column in COLUMNS:
        op.add_column(table, sa.Column(column, sa.Text(), nullable=True))
    # Only who holds the head of the log may empty a table.
    op.execute("UPDATE log_head SET writing = TRUE")
    for table in MADE_AGAIN:
        op.execute(f"DELETE FROM {table}")  # noqa: S608 - our own
    op.execute("UPDATE log_head SET writing = FALSE")


def downgrade() -> None:
    """Remove the columns; what the log holds of checks by then is for the later program alone."""
    for table, column in reversed(COLUMNS):
        op.drop_column(table, column)
