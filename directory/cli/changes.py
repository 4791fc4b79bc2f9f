"""The log: whether it verifies, making the tables again from it, and who changed what."""

from __future__ import annotations

import click

from directory.changes import log
from directory.changes.errors import DamagedLogError
from directory.changes.queries import newest_change_sets
from directory.changes.rebuild import rebuild as rebuild_tables
from directory.changes.verify import verify as verify_log
from directory.cli.base import Group, running
from directory.cli.printing import progress, show, table
from directory.clock import format_instant
from directory.reach.text import plain

group = Group("changes", help="The log of everything that was ever written.")


@group.command("verify")
def verify() -> None:
    """Recompute every hash and root, and compare every record with the log."""
    directory = running()
    with directory.database.reading() as connection, progress("Verifying") as steps:
        found = verify_log(connection, directory.kinds, progress=steps)
    for problem in found.problems:
        click.echo(problem, err=True)
    if found.problems:
        raise DamagedLogError("The log, or the tables made from it, are not what they were.")
    click.echo(f"{found.entries} entries and {found.records} records verify.")
    click.echo(f"Root {found.root.hex()}")


@group.command("rebuild")
@click.option("--apply", "is_applied", is_flag=True, help="Do it; otherwise only say what it does.")
def rebuild(is_applied: bool) -> None:
    """Empty the tables of records and fill them again from the log."""
    directory = running()
    if not is_applied:
        with directory.database.reading() as connection:
            size = log.see(connection).size
        click.echo(
            f"Would empty the tables of {len(list(directory.kinds))} kinds of record and fill them"
            f" from the {size} entries of the log. Readers go on seeing what they see now."
        )
        click.echo("Nothing was changed. Give --apply to do it.")
        return
    with directory.database.writing() as connection, progress("Rebuilding") as steps:
        counts = rebuild_tables(connection, directory.kinds, progress=steps)
    rows = table("Kind", "Records")
    for kind, count in counts.items():
        rows.add_row(kind, str(count))
    show(rows)


@group.command("log")
@click.option("--limit", type=click.IntRange(1, 200), default=20, show_default=True)
def newest(limit: int) -> None:
    """Show the newest change sets: when, through which door, why, and how many changes."""
    with running().database.reading() as connection:
        found = newest_change_sets(connection, limit)
    rows = table("When", "Entries", "What, and by whom")
    for each in found:
        meeting = f", from {each.meeting}" if each.meeting is not None else ""
        rows.add_row(
            format_instant(each.at.replace(microsecond=0)),
            f"{each.first_seq}-{each.last_seq}",
            plain(f"{each.reason}{meeting} ({each.origin})") + f"\n{each.actor}",
        )
    show(rows)
