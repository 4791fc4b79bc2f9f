"""Backup and restore: ``flask changes backup FILE``, ``flask changes restore FILE``."""

from __future__ import annotations

from pathlib import Path

import click

from directory.backup import commands
from directory.backup.state import State
from directory.cli.base import running, to_new_file
from directory.cli.changes import group
from directory.cli.printing import progress
from directory.clock import utc_now

OF_THEN = (
    "Accounts, tokens, clearances and markings are those of then: what was closed, revoked or"
    " lowered since holds again until it is done once more. What was taken outside since is in no"
    " register."
)
"""What a restore cannot know of, for whoever must see to it before the service starts."""


@group.command("backup")
@to_new_file
def backup(file: Path) -> None:
    """Write all of the directory into FILE: log, accounts, readings, signing keys, journal.

    Those who read and write go on meanwhile. The file holds every secret of the directory.
    """
    directory = running()
    with progress("Backing up") as steps:
        taken = commands.back_up(
            directory.database,
            directory.readings.store,
            _state(),
            directory.kinds,
            file.absolute(),
            at=utc_now(),
            progress=steps,
        )
    click.echo(f"{taken.rows} rows, {taken.size} entries of log {taken.log}.")
    click.echo(f"Root {taken.root}")


@group.command("restore")
@click.argument("file", type=click.Path(dir_okay=False, exists=True, path_type=Path))
def restore(file: Path) -> None:
    """Put the directory of FILE into an empty database, verified, as a new epoch of its log.

    Erasures that the backup is older than are repeated. Stop the service first; it does not start
    before this has come to its end. Mirrors notice by themselves.
    """
    settings = running().settings
    with progress("Restoring") as steps:
        done = commands.restore(
            settings.database_url,
            _state(),
            running().kinds,
            file.absolute(),
            at=utc_now(),
            progress=steps,
        )
    click.echo(f"The directory is as it was at {done.taken_at}: {done.records} records.")
    click.echo(f"Log {done.taken.log} goes on, from entry {done.taken.size}, as log {done.log}.")
    click.echo("Have the service use this database from now on, and put the old one away.")
    click.echo(OF_THEN)
    if done.erased:
        click.echo(f"{done.erased} erasures since were repeated.")
    for todo in done.todo:
        click.echo(f"By hand: {todo}")
    for kind, rid in done.along:
        click.echo(f"Went along, because it named what was erased; record it anew: {kind} {rid}")


def _state() -> State:
    settings = running().settings
    return State(settings.state_dir, settings.signing_keys)
