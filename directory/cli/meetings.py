"""Meetings with who took part and what came of them."""

from __future__ import annotations

import click
from rich.console import RenderableType
from rich.table import Table

from directory.cli.base import TEXT, Group, as_json, paged, reading
from directory.cli.printing import (
    economy_named,
    facts_table,
    heading,
    indented,
    keep_whole,
    named,
    show_page,
    show_record,
    source_of,
    table,
    words_of,
)
from directory.documents import Document
from directory.meetings import queries
from directory.reach.text import plain
from directory.reference.facts import Facts

group = Group("meetings", help="Meetings, and what they decided or left open.")


@group.command("list")
@paged
def list_meetings(limit: int, page: str | None, is_json: bool) -> None:
    """List meetings by their first day, those without a date last."""
    with reading() as directory:
        facts = directory.facts
        found = queries.meeting_list(
            directory.connection, viewer=directory.viewer, limit=limit, page=page
        )
    show_page(found, lambda items: _meetings(items, facts), is_json=is_json)


def _meetings(items: list[Document], facts: Facts) -> Table:
    rows = table("From", "Until", "Meeting", "Place", "Slug")
    for item in items:
        rows.add_row(
            item["from_date"] or "not known",
            item["until_date"] or "",
            f"{named(item['name'])} ({item['state']})",
            _place(item, facts),
            item["slug"],
        )
    keep_whole(rows, 4, (item["slug"] for item in items))
    return rows


def _place(item: Document, facts: Facts) -> str:
    return ", ".join(filter(None, (named(item["city"]), economy_named(facts, item["economy"]))))


@group.command("show")
@click.argument("name", type=TEXT, metavar="SLUG")
@as_json
def show_meeting(name: str, is_json: bool) -> None:
    """Show one meeting, by slug or id, with who took part and what came of it."""
    with reading() as directory:
        facts = directory.facts
        stored = queries.meeting(directory.connection, name, viewer=directory.viewer)
    show_record(stored.text, lambda item: _parts(item, facts), is_json=is_json)


def _parts(item: Document, facts: Facts) -> list[RenderableType]:
    parts: list[RenderableType] = [
        heading(named(item["name"])),
        facts_table(
            [
                ("State", item["state"]),
                ("From", item["from_date"]),
                ("Until", item["until_date"]),
                ("Place", _place(item, facts)),
                ("Note", named(item["note"])),
                ("Source", source_of(item)),
                ("Slug", item["slug"]),
            ]
        ),
    ]
    if item["agenda"]:
        parts.append(heading("Agenda"))
        parts += [indented(f"{each['time']}  {named(each['item'])}") for each in item["agenda"]]
    if item["contradictions"]:
        parts.append(heading("The sources contradict each other"))
        for each in item["contradictions"]:
            readings = "; ".join(f"{r['value']} ({r['place']})" for r in each["readings"])
            parts.append(indented(plain(f"{named(each['about'])}: {readings}")))
    if item["attendances"]:
        parts += [heading("Attendance"), _attendances(item["attendances"], facts)]
    if item["outcomes"]:
        parts += [heading("Outcomes"), _outcomes(item["outcomes"])]
    return parts


def _attendances(items: list[Document], facts: Facts) -> Table:
    rows = table("Economy", "Name", "Capacity")
    for item in items:
        rows.add_row(
            economy_named(facts, item["economy"]), named(item["name"]), named(item["capacity"])
        )
    return rows


def _outcomes(items: list[Document]) -> Table:
    rows = table("No.", "Type", "Outcome", "Responsible", "State")
    for item in items:
        rows.add_row(
            item["number"],
            item["type"],
            named(item["text"]),
            ", ".join(item["responsible"]),
            words_of(item["state"]),
        )
    return rows
