"""The search index: names by grams, numbers by digits, words for slips of the finger."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

from migrations import triggers

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SEQ = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BYTES = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TABLES = ("search_entries", "search_words", "number_entries")

# The index keeps no text of its own: it reads the grams of the row, and must be told the old ones
# when a row goes. The tokenizer takes every byte beyond ASCII as part of a word.
_FULL_TEXT = (
    """
    CREATE VIRTUAL TABLE search_grams USING fts5(
        grams, content='search_entries', content_rowid='seq',
        tokenize='ascii', detail='none', columnsize=0
    )
    """,
    """
    CREATE TRIGGER search_entries_grams_insert AFTER INSERT ON search_entries
    BEGIN INSERT INTO search_grams(rowid, grams) VALUES (NEW.seq, NEW.grams); END
    """,
    """
    CREATE TRIGGER search_entries_grams_delete AFTER DELETE ON search_entries
    BEGIN
        INSERT INTO search_grams(search_grams, rowid, grams) VALUES ('delete', OLD.seq, OLD.grams);
    END
    """,
    """
    CREATE TRIGGER search_entries_grams_update BEFORE UPDATE ON search_entries
    BEGIN SELECT RAISE(ABORT, 'an entry of the search index is replaced, never changed'); END
    """,
)


def upgrade() -> None:
    """Make the tables, empty; ``flask changes rebuild`` fills them where the log has entries."""
    op.create_table(
        "search_entries",
        sa.Column("seq", SEQ, autoincrement=False, nullable=False),
        sa.Column("rid", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=True),
        sa.Column("organisation", sa.Text(), nullable=True),
        sa.Column("marking", sa.SmallInteger(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("grams", sa.Text().with_variant(TSVECTOR(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_search_entries")),
    )
    op.create_index(op.f("ix_search_entries_rid"), "search_entries", ["rid"], unique=False)
    op.create_table(
        "search_words",
        sa.Column("word", BYTES, nullable=False),
        sa.Column("reversed", BYTES, nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_search_words")),
    )
    op.create_index(op.f("ix_search_words_reversed"), "search_words", ["reversed"], unique=False)
    op.create_table(
        "number_entries",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digits", BYTES, nullable=False),
        sa.Column("reversed", BYTES, nullable=False),
        sa.Column("national", BYTES, nullable=False),
        sa.Column("is_e164", sa.Boolean(), nullable=False),
        sa.Column("low", sa.Text(), nullable=True),
        sa.Column("high", sa.Text(), nullable=True),
        sa.Column("extension", sa.Text(), nullable=True),
        sa.Column("is_switchboard", sa.Boolean(), nullable=False),
        sa.Column("is_former", sa.Boolean(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("marking", sa.SmallInteger(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", "digits", name=op.f("pk_number_entries")),
        sqlite_with_rowid=False,
    )
    for columns in (["reversed", "seq"], ["national", "seq"], ["channel"]):
        name = op.f(f"ix_number_entries_{'_'.join(columns)}")
        op.create_index(name, "number_entries", columns, unique=False)
    triggers.install_record_triggers(*TABLES)
    if op.get_bind().dialect.name == "sqlite":
        for statement in _FULL_TEXT:
            op.execute(statement)
    else:
        op.create_index("search_grams", "search_entries", ["grams"], postgresql_using="gin")


def downgrade() -> None:
    """Remove the tables; a rebuild makes what was in them again."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_grams")
    for table in reversed(TABLES):
        op.drop_table(table)
