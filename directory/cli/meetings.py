"""Meetings, and of each what the next delegate needs to know."""

from __future__ import annotations

import click
from rich.console import RenderableType
from rich.table import Table

from directory.cli.base import TEXT, Group, as_json, paged, reading, running
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
from directory.cli.recording import record
from directory.documents import Document
from directory.meetings import queries
from directory.meetings.briefing import briefing
from directory.meetings.text import card
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
@click.option("--card", "is_card", is_flag=True, help="Print it as a card of at most 60 lines.")
@as_json
def show_meeting(name: str, is_card: bool, is_json: bool) -> None:
    """Show one meeting, by slug or id, with what the next delegate needs to know of it."""
    with reading() as directory:
        facts = directory.facts
        found = briefing(
            directory.connection, running().kinds, facts, name, viewer=directory.viewer
        )
    if is_card and not is_json:
        printed = card(found, facts)
        record(b"null", printed.shown)
        click.echo(printed.text, nl=False)
        return
    show_record(found.json, lambda item: _parts(item, facts), is_json=is_json)


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
        parts += [heading("Outcomes"), _outcomes(item["outcomes"], facts)]
    return parts + _for_the_next(item, facts)


def _for_the_next(item: Document, facts: Facts) -> list[RenderableType]:
    parts: list[RenderableType] = []
    if item["open"]:
        parts += [heading("Still open"), _open(item["open"], facts)]
    if item["represented"]:
        parts += [
            heading("Who represented each economy"),
            _represented(item["represented"], facts),
        ]
    if item["handovers"]:
        parts += [heading("Who hands over to whom"), _handovers(item["handovers"], facts)]
    if item["change_sets"]:
        parts += [heading("Change sets that came of it"), _change_sets(item["change_sets"])]
    return parts


def _attendances(items: list[Document], facts: Facts) -> Table:
    rows = table("Economy", "Name", "Capacity")
    for item in items:
        rows.add_row(
            economy_named(facts, item["economy"]), named(item["name"]), named(item["capacity"])
        )
    return rows


def _outcomes(items: list[Document], facts: Facts) -> Table:
    rows = table("No.", "Type", "Outcome", "Responsible", "State")
    for item in items:
        rows.add_row(
            item["number"],
            item["type"],
            named(item["text"]),
            _responsible(item, facts),
            words_of(item["state"]),
        )
    return rows


def _open(items: list[Document], facts: Facts) -> Table:
    rows = table("Meeting", "No.", "Type", "Raised by", "Responsible", "Outcome", "Due at")
    for item in items:
        rows.add_row(
            item["meeting"],
            item["number"],
            item["type"],
            economy_named(facts, item["raised_by"]),
            _responsible(item, facts),
            named(item["text"]),
            item["due_meeting"] or "",
        )
    return rows


def _responsible(item: Document, facts: Facts) -> str:
    """Economies by their names, and whoever else was named in the words of the meeting."""
    return ", ".join(economy_named(facts, name) for name in item["responsible"])


def _represented(items: list[Document], facts: Facts) -> Table:
    rows = table("Economy", "Before", "At", "Here")
    for item in items:
        rows.add_row(
            economy_named(facts, item["economy"]),
            _people(item["before"]),
            item["before"][0]["meeting"] if item["before"] else "",
            _people(item["here"]),
        )
    return rows


def _people(items: list[Document]) -> str:
    return "\n".join(named(item["name"]) or "somebody unnamed" for item in items)


def _handovers(items: list[Document], facts: Facts) -> Table:
    rows = table("Economy", "Post", "Outgoing", "Incoming", "On", "Accompanied")
    for item in items:
        rows.add_row(
            economy_named(facts, item["economy"]),
            named(item["title"]),
            named(item["outgoing"] or {}),
            named(item["incoming"] or {}),
            item["on"] or "",
            {True: "yes", False: "no", None: ""}[item["accompanied"]],
        )
    return rows


def _change_sets(items: list[Document]) -> Table:
    rows = table("When", "State", "Operations", "Reason", "Id")
    for item in items:
        rows.add_row(
            item["at"][:10],
            item["state"],
            str(item["operations"]),
            plain(item["reason"]),
            item["id"],
        )
    keep_whole(rows, 4, (item["id"] for item in items))
    return rows
