"""The database's schema: up to the newest, down, and whether code and database agree."""

from __future__ import annotations

import click

from directory import migrate
from directory.changes.rebuild import is_due, rebuild
from directory.cli.base import UPGRADE, Group, running
from directory.cli.printing import progress

group = Group("db", help="The database's schema.")


@group.command("upgrade")
def upgrade() -> None:
    """Bring the database to the newest migration."""
    url = running().settings.database_url
    before = _current()
    migrate.upgrade(url)
    after = _current()
    click.echo(f"The database was at {before or 'no migration'} and is at {after}.")
    _fill_new_tables()


@group.command("downgrade")
@click.argument("revision")
@click.option("--apply", "is_applied", is_flag=True, help="Do it; otherwise only say what it does.")
def downgrade(revision: str, is_applied: bool) -> None:
    """Take the database down to REVISION, or to `base`; what later migrations keep is lost."""
    lost = migrate.undone_by(running().settings.database_url, revision)
    if not lost:
        click.echo(f"The database is at {_current()} already; nothing is to be undone.")
        return
    click.echo("To be undone, with all that the database keeps in what they made:")
    for name, title in lost:
        click.echo(f"  {name}  {title}")
    if not is_applied:
        click.echo("Nothing was changed. Give --apply to do it.")
        return
    migrate.downgrade(running().settings.database_url, revision)
    click.echo(f"The database is at {_current() or 'no migration'}.")


@group.command("current")
def current() -> None:
    """Print the migration the database is at."""
    click.echo(_current() or "none")


@group.command("check")
def check() -> None:
    """Say whether the database is the one this code is written for; exit 1 where it is not."""
    newest, held = migrate.newest(), _current()
    if held != newest:
        click.echo(
            f"The database is at migration {held or 'none'}, this code needs {newest}: {UPGRADE}",
            err=True,
        )
        raise click.exceptions.Exit(1)
    differences = migrate.differences(running().settings.database_url)
    for difference in differences:
        click.echo(str(difference), err=True)
    if differences:
        click.echo(f"{len(differences)} things differ between code and database.", err=True)
        raise click.exceptions.Exit(1)
    click.echo(f"The database is at {held}, and its tables are those of the code.")


def _fill_new_tables() -> None:
    """Make from the log what a migration has left empty, so that no look-up finds it so."""
    database, kinds = running().database, running().kinds
    with database.reading() as connection:
        if not is_due(connection, kinds):
            return
    with database.writing() as connection, progress("Filling new tables") as step:
        rebuild(connection, kinds, progress=step)
    click.echo("New tables were filled from the log.")


def _current() -> str | None:
    with running().database.reading() as connection:
        return migrate.current(connection)
