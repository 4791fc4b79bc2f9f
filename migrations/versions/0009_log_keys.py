"""On SQLite the log's sequence is the row number itself, and needs no index beside it."""

import sqlalchemy as sa
from alembic import op

from migrations import triggers

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLES = ("log_entries", "log_payloads")


def upgrade() -> None:
    """Turn the keys of entries and payloads into row numbers; PostgreSQL has no such thing."""
    _make_keys(sa.Integer())


def downgrade() -> None:
    """Give the keys an index of their own again."""
    _make_keys(sa.BigInteger())


def _make_keys(kind: sa.types.TypeEngine[int]) -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    for table in TABLES:
        # A table's triggers go with it when it is made anew; its rows are carried over.
        with op.batch_alter_table(table, recreate="always") as batch:
            batch.alter_column("seq", type_=kind, existing_nullable=False)
        triggers.install_append_only_triggers(table)
