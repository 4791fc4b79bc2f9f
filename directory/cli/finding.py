"""Finding a desk by a name or digits, and asking whose number is displayed."""

from __future__ import annotations

import click
from rich.console import RenderableType
from rich.text import Text

from directory.cli.base import (
    TEXT,
    as_json,
    code_of,
    command,
    in_economy,
    reading,
    why_nothing_is_found,
)
from directory.cli.printing import (
    checked,
    economy_named,
    heading,
    keep_whole,
    named,
    show_answer,
    table,
)
from directory.clock import utc_now
from directory.contacts.finding import find, who_calls
from directory.documents import Document
from directory.pages import MOST_ITEMS, USUAL_ITEMS
from directory.reach.text import plain
from directory.reference.facts import Facts


@command("search")
@click.argument("query", type=TEXT, nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1, MOST_ITEMS), default=USUAL_ITEMS, show_default=True)
@as_json
def command_search(query: tuple[str, ...], limit: int, is_json: bool) -> None:
    """Find economies, networks, organisations and desks by name, address or digits."""
    with reading() as directory:
        facts = directory.facts
        found = find(directory.connection, facts, directory.viewer, " ".join(query), limit=limit)
    show_answer(found, lambda found: _found(found, facts), is_json=is_json)


def _found(found: Document, facts: Facts) -> list[RenderableType]:
    parts: list[RenderableType] = []
    if found["corrected"] is not None:
        parts.append(f"Searched instead for: {plain(found['corrected'])}")
    if not found["items"]:
        return [*parts, "Nothing is found.", *why_nothing_is_found()]
    rows = table("Name", "Kind", "Found by")
    for item in found["items"]:
        place = economy_named(facts, item["economy"])
        name = item["href"].rsplit("/", 1)[1]
        rows.add_row(
            "\n".join(filter(None, (named(item["name"]), place, name))),
            item["kind"],
            f"{item['matched_in']}: {plain(item['matched'])}" + (" (former)" * item["former"]),
            end_section=True,
        )
    keep_whole(rows, 0, (item["id"] for item in found["items"]))
    return [*parts, rows]


@command("callers")
@click.argument("number", type=TEXT)
@in_economy
@as_json
def command_callers(number: str, economy: str | None, is_json: bool) -> None:
    """Who is calling? The desks that have NUMBER, and on what to call them back.

    --economy says whose numbering plan a number without a calling code belongs to.
    """
    with reading() as directory:
        facts = directory.facts
        found = who_calls(
            directory.connection,
            facts,
            directory.viewer,
            number,
            region=code_of(facts, economy),
            at=utc_now(),
        )
    show_answer(found, lambda found: _parts(found, facts), is_json=is_json)


def _parts(found: Document, facts: Facts) -> list[RenderableType]:
    parts: list[RenderableType] = [Text(found["note"], style="bold")]
    if not found["callers"]:
        return [*parts, f"No desk held here has {found['number'] or 'such a number'}."]
    for caller in found["callers"]:
        title = named(caller["title"]) if caller["title"] is not None else caller["contact"]
        parts.append(heading(title + (" (retired)" if caller["retired"] else "")))
        if caller["organisation"] is not None:
            place = economy_named(facts, caller["economy"])
            parts.append(", ".join(filter(None, (named(caller["organisation"]), place))))
        parts.append(f"Match: {caller['match']}, {_number(caller)}")
        if not caller["call_back"]:
            parts.append("No verified channel is held to call it back on.")
            continue
        rows = table("Call back on", "Number or address", "Checked")
        for channel in caller["call_back"]:
            raw = plain(channel["raw"])
            rows.add_row(channel["medium"], raw, checked(channel["verification"]))
        keep_whole(rows, 1, (plain(channel["raw"]) for channel in caller["call_back"]))
        parts.append(rows)
    return parts


def _number(caller: Document) -> str:
    text = str(caller["number"])
    if caller["until"] is not None:
        text += f" to {caller['until']}"
    if caller["extension"] is not None:
        text += f", extension {caller['extension']}"
    return text if caller["whole_number"] else f"{text} (only its end matches)"
