"""Numbers by the digits with which they are dialled from anywhere."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INDEX = "ix_number_entries_digits_seq"


def upgrade() -> None:
    """Make the index."""
    op.create_index(op.f(INDEX), "number_entries", ["digits", "seq"], unique=False)


def downgrade() -> None:
    """Remove the index."""
    op.drop_index(op.f(INDEX), "number_entries")
