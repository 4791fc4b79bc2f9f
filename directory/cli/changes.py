"""The log: whether it verifies, making the tables again from it, and who changed what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click
import orjson
from rich.table import Table

from directory.changes import log
from directory.changes.errors import DamagedLogError, MirrorRefusesError
from directory.changes.history import history
from directory.changes.queries import find, newest_change_sets
from directory.changes.rebuild import rebuild as rebuild_tables
from directory.changes.verify import verify as verify_log
from directory.cli.base import TEXT, Group, paged, read_as_an_account, reading, running
from directory.cli.printing import progress, show, show_page, table
from directory.clock import format_instant, parse_instant
from directory.documents import Document
from directory.reach.text import plain

group = Group("changes", help="The log of everything that was ever written.")


@group.command("verify")
def verify() -> None:
    """Recompute every hash and root, and compare every record with the log."""
    directory = running()
    with directory.database.reading() as connection, progress("Verifying") as steps:
        # The database says it, whatever the settings are.
        if log.copied_from(connection) is not None:
            raise MirrorRefusesError(
                "A copy holds only those entries that its partner may see, so their hashes alone"
                " give no root. Compare it with its origin: flask mirror check"
            )
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


@group.command("history")
@click.argument("name", type=TEXT, metavar="KIND")
@click.argument("record", type=TEXT, metavar="ID")
@paged
def tell_history(name: str, record: str, limit: int, page: str | None, is_json: bool) -> None:
    """Show who changed which field of a record, when, why, and from which meeting.

    KIND is economy, contact, channel and so on; ID may also be a code or a slug. The ids of a
    contact's channels and holders are in `contacts show --json`. Who and why is told to an account
    (--as).
    """
    kinds = running().kinds
    kind = kinds[name]
    with reading() as directory:
        found = history(
            directory.connection,
            kind,
            find(directory.connection, kind, record, viewer=directory.viewer),
            meetings=kinds["meeting"],
            viewer=directory.viewer,
            limit=limit,
            page=page,
        )
    show_page(found.page, _changes, is_json=is_json, behind=found.behind)


def _changes(items: list[Document]) -> Table:
    rows = table("Revision", "When, why and by whom", "What")
    for item in items:
        meeting = f", from {item['meeting']}" if item["meeting"] is not None else ""
        why = f"{item['reason']}{meeting}" if item["reason"] is not None else f"{meeting}"
        when = format_instant(parse_instant(item["at"]).replace(microsecond=0))
        about = [when, plain(f"{why} ({item['origin']})".lstrip(", ")), *_by(item)]
        what = ["erased"] if item["is_erased"] else [_change(each) for each in item["changes"]]
        rows.add_row(
            f"{item['revision']} {item['op']}",
            "\n".join(filter(None, about)),
            "\n".join(what),
            end_section=True,
        )
    return rows


def _by(item: Document) -> Iterator[str]:
    """Who had a hand in it, and the change set that `change-sets show` tells more of."""
    if item["actor"] is None:
        return
    yield f"by {item['actor']}"
    yield from (f"edited by {account}" for account in item["edited_by"])
    if item["approved_by"] is not None:
        yield f"approved by {item['approved_by']}"
    yield f"in {item['change_set']}"


def _change(change: Document) -> str:
    before, after = (_said(change[side]) for side in ("before", "after"))
    return plain(f"{change['field']}: {before} -> {after}")


def _said(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()


read_as_an_account(tell_history)
