"""Search anew: longer beginnings of words, one spelling of Chinese places, dialled numbers."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NAME_TABLES = ("search_entries", "search_words")
INDEX = "ix_number_entries_digits_seq"


def upgrade() -> None:
    """Make the index, and empty what holds folded names: ``flask db upgrade`` fills it again."""
    op.create_index(op.f(INDEX), "number_entries", ["digits", "seq"], unique=False)
    _forget_names()


def downgrade() -> None:
    """Remove the index; what was found by the names as they were must be made again, too."""
    _forget_names()
    op.drop_index(op.f(INDEX), "number_entries")


def _forget_names() -> None:
    # Only who holds the head of the log may empty a table.
    op.execute("UPDATE log_head SET writing = TRUE")
    for table in NAME_TABLES:
        op.execute(f"DELETE FROM {table}")  # noqa: S608 - our own
    op.execute("UPDATE log_head SET writing = FALSE")
