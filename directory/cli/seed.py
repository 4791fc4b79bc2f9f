"""Filling the directory from the seed files; what others have changed since is left alone."""

from __future__ import annotations

from pathlib import Path

import click

from directory.cli.base import Group, running
from directory.cli.printing import progress, show, table
from directory.clock import utc_now
from directory.seeding.commands import SeedReport, compare, seed

FOLDER = Path(__file__).resolve().parents[2] / "seed"

group = Group("seed", help="The records that stand in files.")


@group.command("apply")
@click.argument("sets", nargs=-1, required=True, metavar="SET...")
@click.option("--dry-run", "is_trial", is_flag=True, help="Only say what it would do.")
def apply(sets: tuple[str, ...], is_trial: bool) -> None:
    """Bring the directory to what seed sets say: reference, report, demo (fictional)."""
    directory = running()
    with directory.database.reading() as connection:
        directory.refuse_copy(connection)
    names = tuple(dict.fromkeys(sets))
    with progress("Seeding") as steps:
        if is_trial:
            report = compare(directory.database, directory.kinds, FOLDER, names)
        else:
            report = seed(
                directory.database,
                directory.kinds,
                FOLDER,
                names,
                at=utc_now(),
                progress=steps,
            )
    _show(report, is_trial=is_trial)


def _show(report: SeedReport, *, is_trial: bool) -> None:
    verb = "would be" if is_trial else "were"
    click.echo(
        f"{report.added} records {verb} added, {report.changed} changed, {report.retired} retired;"
        f" {report.unchanged} say what the files say already."
    )
    if report.left_alone:
        click.echo(f"{len(report.left_alone)} records were left alone:")
        rows = table("Place in the files", "Kind", "Why")
        for left in report.left_alone:
            rows.add_row(left.place, left.kind, left.why)
        show(rows)
