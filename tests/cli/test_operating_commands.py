"""What an operator runs: migrations, the seed, the log."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, select, text

from directory.service import EXTENSION
from directory.settings import Anonymous
from tests.cli.commands import Commands, commands


def everything(app: Commands) -> dict[str, list[Sequence[Any]]]:
    """Every row of every table of records."""
    directory = app.app.extensions[EXTENSION]
    with directory.database.reading() as connection:
        return {
            kind.name: [
                tuple(row)
                for row in connection.execute(select(kind.table).order_by(kind.table.c.id))
            ]
            for kind in directory.kinds
        }


def tampered(app: Commands, statement: str) -> None:
    """Change a database as somebody would who goes around every guard."""
    url = app.app.extensions[EXTENSION].settings.database_url
    engine = create_engine(url)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
        else:
            guards = connection.execute(text("SELECT name FROM sqlite_master WHERE type='trigger'"))
            for name in guards.scalars().all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text(statement))
    engine.dispose()


def test_an_unmigrated_database_is_told_with_the_command_to_run(unmigrated: Commands) -> None:
    for command in (("reach", "US"), ("changes", "verify"), ("seed", "apply", "reference")):
        result = unmigrated.run(*command)
        assert result.exit_code == 1
        assert "flask --app wsgi db upgrade" in result.stderr
        assert "Traceback" not in result.stderr


def test_upgrade_brings_the_database_to_what_check_asks_for(unmigrated: Commands) -> None:
    assert unmigrated.done("db", "current") == "none\n"
    assert unmigrated.run("db", "check").exit_code == 1
    assert "at no migration" in unmigrated.done("db", "upgrade")
    assert "its tables are those of the code" in unmigrated.done("db", "check")


def test_check_notices_a_table_that_is_not_the_code_s(fresh: Commands) -> None:
    tampered(fresh, "ALTER TABLE change_sets ADD COLUMN mood TEXT")
    result = fresh.run("db", "check")
    assert result.exit_code == 1
    assert "mood" in result.stderr


def test_downgrade_says_what_is_lost_and_does_nothing_unless_told(fresh: Commands) -> None:
    before = fresh.done("db", "current")
    said = fresh.done("db", "downgrade", "base")
    assert "0001" in said
    assert "Nothing was changed" in said
    assert fresh.done("db", "current") == before
    fresh.done("db", "downgrade", "base", "--apply")
    assert fresh.done("db", "current") == "none\n"
    fresh.done("db", "upgrade")
    assert fresh.run("db", "check").exit_code == 0


def test_downgrade_to_nowhere_is_not_found(fresh: Commands) -> None:
    result = fresh.run("db", "downgrade", "nowhere", "--apply")
    assert result.exit_code == 3
    assert "nowhere" in result.stderr


def test_an_empty_directory_says_how_to_fill_it(fresh: Commands) -> None:
    result = fresh.run("reach", "US")
    assert result.exit_code == 3
    assert "flask --app wsgi seed apply reference report" in result.stderr
    assert "seed apply" in fresh.done("economies", "list")


def test_a_closed_directory_says_why_nothing_is_found(fresh_database: str, tmp_path: Path) -> None:
    with commands(fresh_database, tmp_path, anonymous=Anonymous.NOTHING) as closed:
        closed.done("seed", "apply", "reference")
        result = closed.run("reach", "US")
        assert result.exit_code == 3
        assert "DIRECTORY_ANONYMOUS=nothing" in result.stderr


def test_a_dry_run_of_the_seed_says_what_it_would_do_and_does_not(fresh: Commands) -> None:
    said = fresh.done("seed", "apply", "reference", "--dry-run")
    assert "would be added" in said
    assert fresh.json("economies", "list")["items"] == []
    assert said.split()[0] == fresh.done("seed", "apply", "reference").split()[0]


def test_seeding_twice_changes_nothing(fresh: Commands) -> None:
    fresh.done("seed", "apply", "reference")
    root = fresh.done("changes", "verify")
    assert "0 records were added, 0 changed, 0 retired" in fresh.done("seed", "apply", "reference")
    assert fresh.done("changes", "verify") == root


def test_an_unknown_seed_set_is_refused(fresh: Commands) -> None:
    result = fresh.run("seed", "apply", "nothing")
    assert result.exit_code == 1
    assert "there are demo, reference, report" in result.stderr


def test_verify_prints_the_root_and_rebuild_changes_nothing(fresh: Commands) -> None:
    fresh.done("seed", "apply", "reference", "report")
    verified = fresh.done("changes", "verify")
    assert "verify." in verified
    before = everything(fresh)
    said = fresh.done("changes", "rebuild")
    assert "Nothing was changed" in said
    assert "economy" in fresh.done("changes", "rebuild", "--apply")
    assert everything(fresh) == before
    assert any(before.values())
    assert fresh.done("changes", "verify") == verified


def test_verify_refuses_a_record_that_somebody_altered(fresh: Commands) -> None:
    fresh.done("seed", "apply", "reference")
    tampered(fresh, "UPDATE economies SET apec_order = 99 WHERE code = 'TW'")
    result = fresh.run("changes", "verify")
    assert result.exit_code == 1
    assert "its row is not what the log says" in result.stderr


def test_the_log_shows_the_newest_change_sets_first(fresh: Commands) -> None:
    fresh.done("seed", "apply", "reference", "report")
    printed = fresh.done("changes", "log")
    assert printed.index("seed/report") < printed.index("seed/reference")
    assert "seed/reference" not in fresh.done("changes", "log", "--limit", "1")
