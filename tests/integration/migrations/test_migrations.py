"""The schema goes up, down and up again with what is in it, or does not move at all.

Nothing here counts migrations: what is tested are the ends, 0001 (the log alone) and the newest.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, inspect, select, text

from directory import migrate, registry
from directory.changes.operations import Put, Retire
from directory.changes.rebuild import is_due, rebuild
from directory.changes.rows import fetch as rows_of
from directory.changes.schemas import SET_BY_THE_DIRECTORY
from directory.changes.verify import verify
from directory.db import Database
from directory.ids import seeded_id
from directory.registry import KINDS
from directory.seeding.commands import seed
from tests.databases import MakeFurnished
from tests.integration.changes.tables import GUARDED, all_rows, take_guards_away
from tests.integration.changes.world import NOW, make_history, write

ROOT = Path(__file__).resolve().parents[3]
THE_LOG_ALONE = "0001"
UNVERSIONED = ("alembic_version",)
# The head has had columns since that say nothing while nothing is copied or erased.
GROWN = "log_head"


def lived_in(url: str) -> None:
    """The whole seed, in which something has changed and ended."""
    database = Database(url)
    seed(database, KINDS, ROOT / "seed", ["reference", "report", "demo"], at=NOW)
    network = seeded_id("network", "interpol")
    with database.writing() as connection:
        held = rows_of(connection, KINDS, {"network": [network]})[network]
        document = {
            key: held.document[key] for key in held.document if key not in SET_BY_THE_DIRECTORY
        }
        write(connection, Put("network", document | {"note": {"en": "x"}}, network, 1))
        check = connection.scalar(select(KINDS["check"].table.c.id).limit(1))
        assert check is not None
        write(connection, Retire("check", check, 1))
    database.dispose()


@pytest.fixture
def full(fresh_furnished: MakeFurnished) -> Iterator[Database]:
    """A directory in which something has happened, to take down and up again."""
    database = Database(fresh_furnished("lived_in", lived_in).url)
    yield database
    database.dispose()


def rows(database: Database) -> dict[str, list[str]]:
    with database.reading() as connection:
        return all_rows(connection)


def triggers(database: Database) -> list[tuple[str, ...]]:
    with database.reading() as connection:
        return _triggers(connection)


def _triggers(connection: Connection) -> list[tuple[str, ...]]:
    statement = (
        "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY 1, 2"
        if connection.dialect.name == "sqlite"
        else "SELECT c.relname, t.tgname, pg_get_triggerdef(t.oid), t.tgenabled, p.prosrc"
        " FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid"
        " WHERE NOT t.tgisinternal ORDER BY 1, 2"
    )
    return [tuple(map(str, row)) for row in connection.execute(text(statement))]


def told(part: Mapping[str, Any]) -> str:
    """What the database says of a part of a table; SQLite's conditions of indexes are objects."""
    options = part.get("dialect_options", {})
    return repr({**part, "dialect_options": {name: str(value) for name, value in options.items()}})


def schema(database: Database) -> list[str]:
    """Everything the database says of its tables, in one form for both."""
    with database.reading() as connection:
        seen = inspect(connection)
        return [
            f"{name} {what} {sorted(map(told, found(name)))}"
            for name in sorted(seen.get_table_names())
            for what, found in (
                ("columns", seen.get_columns),
                ("indexes", seen.get_indexes),
                ("keys", seen.get_foreign_keys),
                ("checks", seen.get_check_constraints),
                ("unique", seen.get_unique_constraints),
            )
        ]


def rebuilt(database: Database) -> None:
    with database.writing() as connection:
        rebuild(connection, KINDS, progress=lambda done, of: None)


def problems(database: Database) -> tuple[str, ...]:
    with database.reading() as connection:
        return verify(connection, KINDS, progress=lambda done, of: None).problems


def test_the_tables_of_the_code_are_those_of_the_migrations(fresh_database: str) -> None:
    assert list(registry.KINDS)  # its import registers every table
    assert list(migrate.differences(fresh_database)) == []


def test_a_difference_would_be_seen(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(text("ALTER TABLE channels ADD COLUMN stray TEXT"))
        connection.execute(text("DROP INDEX ix_log_entries_at"))
    found = str(migrate.differences(database.url))
    assert "stray" in found
    assert "ix_log_entries_at" in found


def test_a_database_knows_where_it_stands(empty_database: str) -> None:
    engine = create_engine(empty_database)
    with engine.connect() as connection:
        assert migrate.current(connection) is None
    migrate.upgrade(empty_database)
    with engine.connect() as connection:
        assert migrate.current(connection) == migrate.newest()
    engine.dispose()


def test_migrating_what_is_at_the_newest_changes_nothing(full: Database) -> None:
    before = rows(full), triggers(full), schema(full)
    migrate.upgrade(full.url)
    assert (rows(full), triggers(full), schema(full)) == before


def test_down_to_the_log_alone_and_up_again_loses_nothing(full: Database) -> None:
    before, guards, shape = rows(full), triggers(full), schema(full)
    full.dispose()
    migrate.downgrade(full.url, THE_LOG_ALONE)
    kept = rows(full)
    assert set(kept) == {*UNVERSIONED, "change_sets", "log_entries", "log_head", "log_payloads"}
    assert all(kept[name] == before[name] for name in kept if name not in (*UNVERSIONED, GROWN))
    assert before[GROWN] == [f"{kept[GROWN][0].removesuffix(')')}, None, None, None, None)"]
    full.dispose()
    migrate.upgrade(full.url)
    assert triggers(full) == guards
    assert schema(full) == shape
    rebuilt(full)
    assert rows(full) == before
    assert problems(full) == ()


def test_a_step_down_and_up_again_loses_nothing(full: Database) -> None:
    before, shape = rows(full), schema(full)
    full.dispose()
    migrate.downgrade(full.url, "-1")
    full.dispose()
    migrate.upgrade(full.url)
    assert schema(full) == shape
    with full.reading() as connection:
        is_filled_on_upgrade = is_due(connection, KINDS)
    if is_filled_on_upgrade:
        rebuilt(full)
    assert rows(full) == before
    assert problems(full) == ()


def test_down_to_nothing_and_up_again(full: Database) -> None:
    guards, shape = triggers(full), schema(full)
    full.dispose()
    migrate.downgrade(full.url, "base")
    with full.reading() as connection:
        assert inspect(connection).get_table_names() == [*UNVERSIONED]
        assert _triggers(connection) == []
    full.dispose()
    migrate.upgrade(full.url)
    assert (triggers(full), schema(full)) == (guards, shape)
    with full.writing() as connection:
        make_history(connection)
    assert problems(full) == ()


FAILING = '''
"""Alters a table, takes a guard away, writes rows, and falls over."""

import sqlalchemy as sa
from alembic import op

revision = "failing"
down_revision = {head!r}
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("channels") as batch:
        batch.add_column(sa.Column("extra", sa.Text(), nullable=True))
        batch.create_index("ix_channels_medium", ["medium"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER log_entries_delete")
    else:
        op.execute("DROP TRIGGER log_entries_delete ON log_entries")
    op.execute("UPDATE log_head SET writing = TRUE")
    op.execute("DELETE FROM log_entries WHERE seq > 3")
    op.execute("DELETE FROM checks")
    op.create_table("halfway", sa.Column("n", sa.Integer(), primary_key=True))
    op.execute("INSERT INTO halfway VALUES (1)")
    {ending}


def downgrade():
    pass
'''


@pytest.fixture
def extra_migration(tmp_path: Path) -> Callable[[str], Path]:
    """Make a folder with one more migration, which ends as told."""

    def make(ending: str) -> Path:
        source = FAILING.format(head=migrate.newest(), ending=ending)
        (tmp_path / "failing.py").write_text(source, "utf-8")
        return tmp_path

    return make


@pytest.mark.parametrize(
    ("ending", "error"),
    [
        pytest.param("raise RuntimeError('half-way')", "half-way", id="it raises"),
        pytest.param(
            "op.execute('SELECT nothing FROM nowhere')", "nowhere", id="the database does"
        ),
    ],
)
def test_a_migration_that_fails_half_way_leaves_everything_as_it_was(
    full: Database, extra_migration: Callable[[str], Path], ending: str, error: str
) -> None:
    before = rows(full), triggers(full), schema(full)
    full.dispose()
    config = migrate.configuration(extra_migration(ending))
    with pytest.raises(Exception, match=error):
        migrate.upgrade(full.url, config=config)
    assert (rows(full), triggers(full), schema(full)) == before
    assert problems(full) == ()


def test_the_same_migration_would_have_changed_all_that(
    full: Database, extra_migration: Callable[[str], Path]
) -> None:
    before = rows(full), triggers(full), schema(full)
    full.dispose()
    migrate.upgrade(full.url, config=migrate.configuration(extra_migration("pass")))
    after = rows(full), triggers(full), schema(full)
    assert all(one != other for one, other in zip(before, after, strict=True))


def test_a_migration_that_leaves_rows_without_their_target_is_undone(
    full: Database, extra_migration: Callable[[str], Path]
) -> None:
    before = rows(full), triggers(full), schema(full)
    full.dispose()
    ending = 'op.execute("DELETE FROM organisations")'
    config = migrate.configuration(extra_migration(ending))
    if full.is_sqlite:
        with pytest.raises(migrate.BrokenMigrationError, match="contacts"):
            migrate.upgrade(full.url, config=config)
    else:
        with pytest.raises(Exception, match="violates foreign key"):
            migrate.upgrade(full.url, config=config)
    assert (rows(full), triggers(full), schema(full)) == before


@pytest.fixture
def crowd(empty_database: str) -> list[str]:
    """What four migrators of one empty database met, all let go at one instant."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.integration.migrations.two_at_once",
            empty_database,
            "4",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    told: list[str] = json.loads(done.stdout)
    return told


def test_migrators_that_start_together_make_one_directory(
    crowd: list[str], empty_database: str
) -> None:
    assert crowd == ["done"] * 4
    database = Database(empty_database)
    with database.writing() as connection:
        assert migrate.current(connection) == migrate.newest()
        make_history(connection)
    assert problems(database) == ()
    database.dispose()


def test_guards_taken_away_would_be_missed(database: Database) -> None:
    before = triggers(database)
    with database.writing() as connection:
        take_guards_away(connection, *GUARDED[:1])
    assert triggers(database) != before


BEFORE_WHAT_WAS_TRIED, WHAT_WAS_TRIED = "0010", "0011"


def test_what_checks_tried_is_made_from_the_log(full: Database) -> None:
    """Nothing of it can be told from the rows of before: an upgrade fills them from the log."""
    before, guards, shape = rows(full), triggers(full), schema(full)
    assert all(None not in row for row in _tried(full))
    for _ in range(2):
        full.dispose()
        migrate.downgrade(full.url, BEFORE_WHAT_WAS_TRIED)
        assert not {"tried", "digest"} & _columns(full)
        full.dispose()
        migrate.upgrade(full.url, WHAT_WAS_TRIED)
        assert _tried(full) == []
        full.dispose()
        migrate.upgrade(full.url)
        with full.reading() as connection:
            assert is_due(connection, KINDS)
        rebuilt(full)
    assert (rows(full), triggers(full), schema(full)) == (before, guards, shape)
    assert problems(full) == ()


def _columns(database: Database) -> set[str]:
    with database.reading() as connection:
        seen = inspect(connection)
        return {each["name"] for name in ("channels", "checks") for each in seen.get_columns(name)}


def _tried(database: Database) -> list[tuple[str | None, ...]]:
    with database.reading() as connection:
        found = connection.execute(
            text("SELECT digest, tried FROM checks JOIN channels ON channels.id = checks.channel")
        )
        return [tuple(row) for row in found]
