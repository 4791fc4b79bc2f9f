"""Partners, accounts, their roles and their tokens."""

import sqlalchemy as sa
from alembic import op

from directory.db import Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "partners",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=True),
        sa.Column("economy", sa.Text(), nullable=True),
        sa.Column("clearance", sa.SmallInteger(), nullable=False),
        sa.Column("needs_purpose", sa.Boolean(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=True),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partners")),
    )
    op.create_table(
        "accounts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("account_kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=True),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.CheckConstraint(
            "account_kind IN ('person', 'service')", name=op.f("ck_accounts_known_kind")
        ),
        sa.CheckConstraint(
            "account_kind <> 'person' OR email IS NOT NULL",
            name=op.f("ck_accounts_a_person_is_known"),
        ),
        sa.ForeignKeyConstraint(
            ["partner"], ["partners.id"], name=op.f("fk_accounts_partner_partners")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["accounts.id"], name=op.f("fk_accounts_created_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
    )
    op.create_index(op.f("ix_accounts_partner"), "accounts", ["partner"])
    op.create_index(op.f("ix_accounts_email"), "accounts", ["email"])
    op.create_table(
        "grants",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("economy", sa.Text(), nullable=True),
        sa.Column("granted_at", Instant(), nullable=False),
        sa.Column("granted_by", sa.Text(), nullable=True),
        sa.Column("needs_confirmation", sa.Boolean(), nullable=False),
        sa.Column("confirmed_at", Instant(), nullable=True),
        sa.Column("confirmed_by", sa.Text(), nullable=True),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.Column("revoked_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "role IN ('reader', 'editor', 'coordinator', 'operator', 'auditor')",
            name=op.f("ck_grants_known_role"),
        ),
        sa.CheckConstraint(
            "(role = 'editor') = (economy IS NOT NULL)",
            name=op.f("ck_grants_an_editor_of_an_economy"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], ["accounts.id"], name=op.f(f"fk_grants_{column}_accounts")
            )
            for column in ("account", "granted_by", "confirmed_by", "revoked_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
    )
    op.create_index(op.f("ix_grants_account"), "grants", ["account"])
    op.create_table(
        "tokens",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("hint", sa.Text(), nullable=False),
        sa.Column("issued_at", Instant(), nullable=False),
        sa.Column("issued_by", sa.Text(), nullable=True),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("replaces", sa.Text(), nullable=True),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.Column("revoked_by", sa.Text(), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [column], ["accounts.id"], name=op.f(f"fk_tokens_{column}_accounts")
            )
            for column in ("account", "issued_by", "revoked_by")
        ),
        sa.ForeignKeyConstraint(
            ["replaces"], ["tokens.id"], name=op.f("fk_tokens_replaces_tokens")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("digest", name=op.f("uq_tokens_digest")),
    )
    op.create_index(op.f("ix_tokens_account"), "tokens", ["account"])
    if op.get_context().dialect.name == "postgresql":  # on SQLite it has a file of its own
        op.create_table(
            "token_uses",
            sa.Column("token", sa.Text(), nullable=False),
            sa.Column("used_at", Instant(), nullable=False),
            sa.PrimaryKeyConstraint("token", name=op.f("pk_token_uses")),
        )


def downgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.drop_table("token_uses")
    for table in ("tokens", "grants", "accounts", "partners"):
        op.drop_table(table)
