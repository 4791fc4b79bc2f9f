"""Networks, and who takes part in them."""

from __future__ import annotations

import click
from rich.console import RenderableType
from rich.table import Table

from directory.cli.base import TEXT, Group, as_json, as_recorded, reading
from directory.cli.printing import (
    economy_named,
    facts_table,
    heading,
    keep_whole,
    named,
    show_page,
    show_record,
    source_of,
    table,
    words_of,
)
from directory.clock import AsOf, utc_now
from directory.documents import Document
from directory.reach.rules.ranking import function_label
from directory.reference.facts import Facts
from directory.reference.queries import network_page, network_view

group = Group("networks", help="The frameworks through which economies reach each other.")


@group.command("list")
@as_json
def list_networks(is_json: bool) -> None:
    """List the networks by slug."""
    with reading() as directory:
        found = network_page(directory.facts)
    show_page(found, _networks, is_json=is_json)


def _networks(items: list[Document]) -> Table:
    rows = table("Slug", "Network", "Kind", "State")
    keep_whole(rows, 0, (item["slug"] for item in items))
    for item in items:
        rows.add_row(item["slug"], named(item["name"]), item["network_kind"], item["state"])
    return rows


@group.command("show")
@click.argument("name", type=TEXT, metavar="SLUG")
@as_recorded
@as_json
def show_network(name: str, as_of: AsOf | None, is_json: bool) -> None:
    """Show one network with each economy's standing, period by period."""
    with reading() as directory:
        facts = directory.standpoint(as_of, now=utc_now()).facts
        stored = network_view(facts, name)
    show_record(stored.text, lambda item: _network(item, facts), is_json=is_json)


def _network(item: Document, facts: Facts) -> list[RenderableType]:
    parts: list[RenderableType] = [
        heading(named(item["name"])),
        facts_table(
            [
                ("Kind", item["network_kind"]),
                ("State", item["state"]),
                ("Sent by", economy_named(facts, item["economy"])),
                ("Serves", ", ".join(function_label(function) for function in item["functions"])),
                ("Note", named(item["note"])),
                ("Source", source_of(item)),
                ("Slug", item["slug"]),
            ]
        ),
    ]
    if item["memberships"]:
        parts += [heading("Economies"), _memberships(item["memberships"], facts)]
    return parts


def _memberships(items: list[Document], facts: Facts) -> Table:
    rows = table("Economy", "Standing", "From", "Until", "Known on", "Source")
    for item in items:
        rows.add_row(
            economy_named(facts, item["economy"]),
            words_of(item["status"]),
            item["from_date"] or "",
            item["until_date"] or "",
            item["known_on"],
            source_of(item),
        )
    return rows
