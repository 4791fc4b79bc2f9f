"""What to call next, and what the lists cover and lack."""

from __future__ import annotations

import click
from rich.console import RenderableType
from rich.table import Table

from directory.cli.base import (
    TEXT,
    Group,
    as_json,
    code_of,
    command,
    in_economy,
    paged,
    reading,
)
from directory.cli.printing import keep_whole, named, show_answer, show_page, table, words_of
from directory.clock import utc_now
from directory.contacts.coverage import coverage
from directory.contacts.due import channels_due, whose_channels
from directory.documents import Document

group = Group("checks", help="What to call next.")


@group.command("due")
@click.option(
    "--economy", type=TEXT, help="An economy, by its code or any name; `all` for everybody's."
)
@paged
def list_due(economy: str | None, limit: int, page: str | None, is_json: bool) -> None:
    """List the channels to call next, and at which hour: lines around the clock first."""
    with reading() as directory:
        found = channels_due(
            directory.connection,
            whose_channels(directory.facts, economy, viewer=directory.viewer),
            viewer=directory.viewer,
            at=utc_now(),
            limit=limit,
            page=page,
        )
    show_page(found, _due, is_json=is_json)


def _due(items: list[Document]) -> Table:
    rows = table("Channel and desk", "Known", "Now there", "Call at")
    for item in items:
        verification = item["verification"]
        since = f"\n{verification['checked_at'][:10]}" if verification["checked_at"] else ""
        always = ", around the clock" if item["around_the_clock"] else ""
        rows.add_row(
            f"{item['raw']}\n{named(item['title'])} ({item['economy'] or 'no economy'}{always})",
            f"{item['why']}{since}",
            clock_of(item["local_time"]),
            _hour(item),
        )
    keep_whole(rows, 0, (item["raw"] for item in items))
    return rows


def clock_of(local_time: str | None) -> str:
    """The time of day at a desk, and its zone below."""
    if local_time is None:
        return "not known"
    _, time, zone = local_time.split(" ", 2)
    return f"{time}\n{zone}"


def _hour(item: Document) -> str:
    if item["reachable"] == "now":
        return "now"
    if item["local_hour"] is None:
        return "not known"
    return f"{item['local_hour']:02}:00 there\n{item['opens_at']}"


@command("coverage")
@in_economy
@as_json
def command_coverage(economy: str | None, is_json: bool) -> None:
    """Show what the lists cover: who answers, when, in which languages, and what is lacking."""
    with reading() as directory:
        found = coverage(
            directory.connection,
            directory.facts,
            economy=code_of(directory.facts, economy),
            viewer=directory.viewer,
            at=utc_now(),
        )
    show_answer(found.document, _covered, is_json=is_json, behind=found.behind)


def _covered(answer: Document) -> list[RenderableType]:
    rows = table("Economy", "Network", "Desks", "24/7", "Languages", "Lacking")
    for economy in answer["economies"]:
        name = f"{named(economy['name'])} ({economy['code']})"
        if not economy["networks"]:
            rows.add_row(name, "", "", "", "", "takes part in no network that is recorded")
        for place, cell in enumerate(economy["networks"]):
            rows.add_row(
                "" if place else name,
                cell["network"] or "for none of them",
                str(cell["contacts"]),
                "yes" if cell["around_the_clock"] else "no",
                ", ".join(cell["languages"]),
                ", ".join(_lacking(cell)),
            )
    return [rows]


def _lacking(cell: Document) -> list[str]:
    counted = [
        f"{cell[name]['count']} {words_of(name)}"
        for name in ("nothing_verified", "without_holder", "expired_keys")
        if cell[name]["count"]
    ]
    return [*(each["code"].replace("-", " ") for each in cell["lacks"]), *counted]
