"""When a copy last put out something that has not been written over in its files since."""

import sqlalchemy as sa
from alembic import op

from directory.db import Instant

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; a copy that there is has its files written over with the next pull."""
    op.add_column("mirror_origin", sa.Column("put_out_at", Instant(), nullable=True))
    op.execute("UPDATE mirror_origin SET put_out_at = tried_at WHERE cursor IS NOT NULL")


def downgrade() -> None:
    """Remove the column."""
    op.drop_column("mirror_origin", "put_out_at")
