"""Lists of contacts: taken along as files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click
from rich.table import Table

from directory.cli.base import TEXT, Group, for_purpose, paged, reading, running, writing
from directory.cli.printing import keep_whole, show, show_page, table
from directory.cli.recording import record
from directory.clock import utc_now
from directory.documents import Document
from directory.meetings.lists import listing, register
from directory.meetings.lists.export import FORMS
from directory.policy import Viewer
from directory.reach.text import plain
from directory.reference.aliases import economy_called
from directory.reference.facts import Facts
from directory.service import Reading

group = Group("lists", help="Lists of contacts to take along to meetings.")


@group.command("list")
@paged
def list_lists(limit: int, page: str | None, is_json: bool) -> None:
    """List the lists that can be taken along: those of networks, then those of meetings."""
    with reading() as directory:
        viewer, facts = _taker(directory)
        found = listing.lists(
            directory.connection, viewer=viewer, facts=facts, limit=limit, page=page
        )
    record(found.page.json(), found.records)
    show_page(found.page, _lists, is_json=is_json)


def _lists(items: list[Document]) -> Table:
    rows = table("List of", "Name", "Slug")
    for item in items:
        rows.add_row(item["list_of"], plain(item["name"]), item["slug"])
    keep_whole(rows, 2, (item["slug"] for item in items))
    return rows


@group.command("export")
@click.argument("slug", type=TEXT)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--economy",
    "economies",
    type=TEXT,
    multiple=True,
    help="Only an economy, by its code or any name; may be said several times.",
)
@for_purpose
def export_list(slug: str, file: Path, economies: tuple[str, ...]) -> None:
    """Write the list of a network or meeting to FILE, which ends in .xlsx or .csv.

    That it was taken along is entered in the register. FILE must not be there yet.
    """
    form = file.suffix.lower().removeprefix(".")
    if form not in FORMS:
        raise click.UsageError("FILE has to end in .xlsx or .csv: that says what to write.")
    with _new(file) as out:
        with reading() as directory:
            viewer, facts = _taker(directory)
            codes = list(dict.fromkeys(economy_called(facts, name) for name in economies))
            taken = listing.list_called(
                directory.connection,
                slug,
                economies=codes or None,
                viewer=viewer,
                facts=facts,
                at=utc_now(),
            )
        body = FORMS[form][1](taken)
        record(b"{}", taken.records)
        with writing(is_beside=True) as unit:
            register.register_export(unit.connection, taken, form, body, actor=unit.principal)
        out.write(body)
    show(plain(taken.about), f"{len(taken.rows)} rows written to {plain(str(file))}")


def _taker(directory: Reading) -> tuple[Viewer, Facts]:
    """Whoever asks, as lists see for them, and the reference data that stands in their lists."""
    viewer = listing.taken_along(directory.viewer)
    return viewer, running().memory.facts(directory.connection, viewer)


@contextmanager
def _new(file: Path) -> Iterator[IO[bytes]]:
    """A file that only its owner can read; it is gone again where the list is not written."""
    try:
        file.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        raise click.UsageError(f"{file} is there already; name another file.") from None
    except OSError as error:
        raise click.UsageError(f"{file} cannot be written: {error.strerror}.") from None
    try:
        with file.open("wb") as out:
            yield out
    except BaseException:
        file.unlink(missing_ok=True)
        raise
