"""Beginnings of words by bucket, in PostgreSQL's full-text index: the newest without the others."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BEGINNING = "\u2039"
BUCKET = 16_384
_UNMARKED = "split_part(gram, '#', 1)"


def upgrade() -> None:
    """Say in each beginning in which bucket its entry lies.

    The release before finds no name by its first one to three letters until it is replaced.
    """
    # A restored backup of before may hold what this program has written already.
    _change_beginnings(f"{_UNMARKED} || '#' || seq / {BUCKET}")


def downgrade() -> None:
    """Leave of each beginning what it was."""
    _change_beginnings(_UNMARKED)


def _change_beginnings(changed: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        return  # its index is read from the newest entry on
    # Only who holds the head of the log may change a table.
    op.execute("UPDATE log_head SET writing = TRUE")
    op.execute(
        "UPDATE search_entries SET grams = ("  # noqa: S608 - our own
        f" SELECT array_to_tsvector(array_agg(CASE WHEN starts_with(gram, '{BEGINNING}')"
        f" THEN {changed} ELSE gram END)) FROM unnest(tsvector_to_array(grams)) AS gram)"
    )
    op.execute("UPDATE log_head SET writing = FALSE")
