"""Change sets that are approved before they are applied, and lists of meetings."""

import sqlalchemy as sa
from alembic import op

from directory.db import Instant

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BEFORE = "state IN ('proposed', 'applied', 'rejected')"
SINCE = "state IN ('proposed', 'approved', 'applied', 'rejected')"


def upgrade() -> None:
    op.create_index(op.f("ix_change_sets_meeting"), "change_sets", ["meeting"])
    op.create_index(op.f("ix_change_sets_origin"), "change_sets", ["origin"])
    with op.batch_alter_table("proposed_change_sets") as proposed:
        proposed.add_column(sa.Column("bundle", sa.Text(), nullable=True))
        proposed.drop_constraint(op.f("ck_proposed_change_sets_known_state"), type_="check")
        proposed.create_check_constraint(op.f("ck_proposed_change_sets_known_state"), SINCE)
        for column in ("bundle", "meeting"):
            proposed.create_index(op.f(f"ix_proposed_change_sets_{column}"), [column])
    with op.batch_alter_table("proposed_operations") as operations:
        operations.add_column(
            sa.Column("state", sa.Text(), nullable=False, server_default=sa.text("'open'"))
        )
        for column in ("edited_by", "approved_by", "cells"):
            operations.add_column(sa.Column(column, sa.Text(), nullable=True))
        operations.create_check_constraint(
            op.f("ck_proposed_operations_known_state"), "state IN ('open', 'approved', 'dropped')"
        )
    with op.batch_alter_table("proposed_operations") as operations:
        operations.alter_column("state", server_default=None)
    op.create_table(
        "returned_lists",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("meeting", sa.Text(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("reading", sa.Text(), nullable=False),
        sa.Column("cells", sa.Integer(), nullable=False),
        sa.Column("cells_used", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_returned_lists")),
    )
    op.create_index(op.f("ix_returned_lists_meeting"), "returned_lists", ["meeting"])
    op.create_index(
        op.f("ix_returned_lists_received_at_id"), "returned_lists", ["received_at", "id"]
    )
    op.create_table(
        "list_findings",
        sa.Column("returned_list", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("cell", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("read", sa.Text(), nullable=False),
        sa.Column("proposed", sa.Text(), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("change_set", sa.Text(), nullable=True),
        sa.Column("operation", sa.Integer(), nullable=True),
        sa.Column("marking", sa.SmallInteger(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["returned_list"],
            ["returned_lists.id"],
            name=op.f("fk_list_findings_returned_list_returned_lists"),
        ),
        sa.PrimaryKeyConstraint("returned_list", "place", name=op.f("pk_list_findings")),
    )
    op.create_index(op.f("ix_list_findings_change_set"), "list_findings", ["change_set"])
    op.create_table(
        "list_exports",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("valid_until", Instant(), nullable=False),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("partner", sa.Text(), nullable=True),
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("records", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_exports")),
    )
    op.create_index(op.f("ix_list_exports_at_id"), "list_exports", ["at", "id"])
    op.create_index(op.f("ix_list_exports_list"), "list_exports", ["list"])


def downgrade() -> None:
    for table in ("list_exports", "list_findings", "returned_lists"):
        op.drop_table(table)
    # What the earlier program has no word for waits again; what was dropped is no part of it.
    op.execute("DELETE FROM proposed_operations WHERE state = 'dropped'")
    op.execute("UPDATE proposed_change_sets SET state = 'proposed' WHERE state = 'approved'")
    with op.batch_alter_table("proposed_operations") as operations:
        operations.drop_constraint(op.f("ck_proposed_operations_known_state"), type_="check")
        for column in ("cells", "approved_by", "edited_by", "state"):
            operations.drop_column(column)
    with op.batch_alter_table("proposed_change_sets") as proposed:
        for column in ("bundle", "meeting"):
            proposed.drop_index(op.f(f"ix_proposed_change_sets_{column}"))
        proposed.drop_constraint(op.f("ck_proposed_change_sets_known_state"), type_="check")
        proposed.create_check_constraint(op.f("ck_proposed_change_sets_known_state"), BEFORE)
        proposed.drop_column("bundle")
    op.drop_index(op.f("ix_change_sets_origin"), "change_sets")
    op.drop_index(op.f("ix_change_sets_meeting"), "change_sets")
