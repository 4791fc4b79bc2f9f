"""The tables of records, made from the log and remade by a rebuild."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations import triggers

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")

TABLES = (
    "economies",
    "networks",
    "organisations",
    "meetings",
    "contacts",
    "memberships",
    "statements",
    "holders",
    "channels",
    "keys",
    "checks",
    "attendances",
    "outcomes",
)


def _shared() -> list[sa.Column[Any]]:
    """The columns that every table of records has."""
    return [
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("marking", sa.SmallInteger(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("retired_at", INSTANT, nullable=True),
        sa.Column("source_meeting", sa.Text(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
    ]


def upgrade() -> None:
    """Make the tables, empty; ``flask changes rebuild`` fills them where the log has entries."""
    op.create_table(
        "economies",
        *_shared(),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("apec_order", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_economies")),
        sa.UniqueConstraint("code", name=op.f("uq_economies_code")),
    )
    op.create_table(
        "networks",
        *_shared(),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("economy", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["economy"], ["economies.code"], name=op.f("fk_networks_economy_economies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_networks")),
        sa.UniqueConstraint("slug", name=op.f("uq_networks_slug")),
    )
    op.create_table(
        "organisations",
        *_shared(),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("economy", sa.Text(), nullable=True),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["economy"], ["economies.code"], name=op.f("fk_organisations_economy_economies")
        ),
        sa.ForeignKeyConstraint(
            ["parent"],
            ["organisations.id"],
            name=op.f("fk_organisations_parent_organisations"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("slug", name=op.f("uq_organisations_slug")),
    )
    op.create_index(op.f("ix_organisations_economy"), "organisations", ["economy"], unique=False)
    op.create_index(op.f("ix_organisations_parent"), "organisations", ["parent"], unique=False)
    op.create_table(
        "meetings",
        *_shared(),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("economy", sa.Text(), nullable=True),
        sa.Column("from_date", sa.Date(), nullable=True),
        sa.Column("until_date", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "from_date <= until_date", name=op.f("ck_meetings_ends_no_earlier_than_it_begins")
        ),
        sa.ForeignKeyConstraint(
            ["body"], ["organisations.id"], name=op.f("fk_meetings_body_organisations")
        ),
        sa.ForeignKeyConstraint(
            ["economy"], ["economies.code"], name=op.f("fk_meetings_economy_economies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings")),
        sa.UniqueConstraint("slug", name=op.f("uq_meetings_slug")),
    )
    op.create_index(op.f("ix_meetings_body"), "meetings", ["body"], unique=False)
    op.create_table(
        "contacts",
        *_shared(),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("economy", sa.Text(), nullable=True),
        sa.Column("posted_in", sa.Text(), nullable=True),
        sa.Column("covers", sa.Text(), nullable=False),
        sa.Column("networks", sa.Text(), nullable=False),
        sa.Column("functions", sa.Text(), nullable=False),
        sa.Column("spoken", sa.Text(), nullable=False),
        sa.Column("sort_title", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["economy"], ["economies.code"], name=op.f("fk_contacts_economy_economies")
        ),
        sa.ForeignKeyConstraint(
            ["organisation"],
            ["organisations.id"],
            name=op.f("fk_contacts_organisation_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["posted_in"], ["economies.code"], name=op.f("fk_contacts_posted_in_economies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
    )
    op.create_index(
        op.f("ix_contacts_economy_sort_title_id"),
        "contacts",
        ["economy", "sort_title", "id"],
        unique=False,
    )
    op.create_index(op.f("ix_contacts_organisation"), "contacts", ["organisation"], unique=False)
    op.create_index(op.f("ix_contacts_posted_in"), "contacts", ["posted_in"], unique=False)
    op.create_table(
        "memberships",
        *_shared(),
        sa.Column("economy", sa.Text(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=True),
        sa.Column("until_date", sa.Date(), nullable=True),
        sa.Column("via", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "from_date < until_date", name=op.f("ck_memberships_ends_after_it_begins")
        ),
        sa.ForeignKeyConstraint(
            ["economy"], ["economies.code"], name=op.f("fk_memberships_economy_economies")
        ),
        sa.ForeignKeyConstraint(
            ["network"], ["networks.slug"], name=op.f("fk_memberships_network_networks")
        ),
        sa.ForeignKeyConstraint(["via"], ["contacts.id"], name=op.f("fk_memberships_via_contacts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
    )
    op.create_index(
        op.f("ix_memberships_economy_network"), "memberships", ["economy", "network"], unique=False
    )
    op.create_index(op.f("ix_memberships_network"), "memberships", ["network"], unique=False)
    op.create_index(op.f("ix_memberships_via"), "memberships", ["via"], unique=False)
    op.create_table(
        "statements",
        *_shared(),
        sa.Column("economy", sa.Text(), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.Column("meeting", sa.Text(), nullable=True),
        sa.Column("supersedes", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["economy"], ["economies.code"], name=op.f("fk_statements_economy_economies")
        ),
        sa.ForeignKeyConstraint(
            ["meeting"], ["meetings.slug"], name=op.f("fk_statements_meeting_meetings")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statements")),
    )
    op.create_index(op.f("ix_statements_economy"), "statements", ["economy"], unique=False)
    op.create_index(op.f("ix_statements_meeting"), "statements", ["meeting"], unique=False)
    op.create_table(
        "holders",
        *_shared(),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=True),
        sa.Column("until_date", sa.Date(), nullable=True),
        sa.CheckConstraint("from_date < until_date", name=op.f("ck_holders_ends_after_it_begins")),
        sa.ForeignKeyConstraint(
            ["contact"], ["contacts.id"], name=op.f("fk_holders_contact_contacts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holders")),
    )
    op.create_index(
        op.f("ix_holders_contact_from_date_id"),
        "holders",
        ["contact", "from_date", "id"],
        unique=False,
    )
    op.create_table(
        "channels",
        *_shared(),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("medium", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact"], ["contacts.id"], name=op.f("fk_channels_contact_contacts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channels")),
    )
    op.create_index(
        op.f("ix_channels_contact_position_id"),
        "channels",
        ["contact", "position", "id"],
        unique=False,
    )
    op.create_table(
        "keys",
        *_shared(),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact"], ["contacts.id"], name=op.f("fk_keys_contact_contacts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keys")),
    )
    op.create_index(
        op.f("ix_keys_contact_fingerprint_id"),
        "keys",
        ["contact", "fingerprint", "id"],
        unique=False,
    )
    op.create_table(
        "checks",
        *_shared(),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("checked_at", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel"], ["channels.id"], name=op.f("fk_checks_channel_channels")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checks")),
    )
    op.create_index(
        op.f("ix_checks_channel_checked_at_id"),
        "checks",
        ["channel", "checked_at", "id"],
        unique=False,
    )
    op.create_table(
        "attendances",
        *_shared(),
        sa.Column("meeting", sa.Text(), nullable=False),
        sa.Column("economy", sa.Text(), nullable=True),
        sa.Column("organisation", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["economy"], ["economies.code"], name=op.f("fk_attendances_economy_economies")
        ),
        sa.ForeignKeyConstraint(
            ["meeting"], ["meetings.slug"], name=op.f("fk_attendances_meeting_meetings")
        ),
        sa.ForeignKeyConstraint(
            ["organisation"],
            ["organisations.id"],
            name=op.f("fk_attendances_organisation_organisations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendances")),
    )
    op.create_index(op.f("ix_attendances_meeting"), "attendances", ["meeting"], unique=False)
    op.create_index(
        op.f("ix_attendances_organisation"), "attendances", ["organisation"], unique=False
    )
    op.create_table(
        "outcomes",
        *_shared(),
        sa.Column("meeting", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("raised_by", sa.Text(), nullable=True),
        sa.Column("due_meeting", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["due_meeting"], ["meetings.slug"], name=op.f("fk_outcomes_due_meeting_meetings")
        ),
        sa.ForeignKeyConstraint(
            ["meeting"], ["meetings.slug"], name=op.f("fk_outcomes_meeting_meetings")
        ),
        sa.ForeignKeyConstraint(
            ["raised_by"], ["economies.code"], name=op.f("fk_outcomes_raised_by_economies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcomes")),
    )
    op.create_index(op.f("ix_outcomes_due_meeting"), "outcomes", ["due_meeting"], unique=False)
    op.create_index(op.f("ix_outcomes_meeting"), "outcomes", ["meeting"], unique=False)
    triggers.install_record_triggers(*TABLES)


def downgrade() -> None:
    """Remove the tables; the log keeps what was in them."""
    for table in reversed(TABLES):
        op.drop_table(table)
