"""Economies in APEC's order, their contacts, and what was said of them."""

from __future__ import annotations

import click
from rich.console import RenderableType
from rich.table import Table

from directory.cli.base import TEXT, Group, as_json, as_recorded, paged, reading
from directory.cli.contacts import contacts_table
from directory.cli.printing import (
    facts_table,
    heading,
    named,
    show_page,
    show_record,
    source_of,
    table,
    words_of,
)
from directory.clock import AsOf, utc_now
from directory.contacts.past import contacts_of
from directory.documents import Document
from directory.names import in_english
from directory.reach.text import plain
from directory.reference.aliases import economy_called
from directory.reference.facts import Facts
from directory.reference.queries import economy_page, economy_view, statement_list

group = Group("economies", help="The economies, under their APEC names.")
named_economy = click.argument("name", type=TEXT, metavar="CODE")


@group.command("list")
@as_json
def list_economies(is_json: bool) -> None:
    """List the economies in APEC's order, guests last."""
    with reading() as directory:
        found = economy_page(directory.facts)
    show_page(found, _economies, is_json=is_json)


def _economies(items: list[Document]) -> Table:
    rows = table("Code", "Economy", "Calls", "Zones")
    for item in items:
        zones = ", ".join(item["zones"][:1]) + (
            f" and {len(item['zones']) - 1} more" if len(item["zones"]) > 1 else ""
        )
        rows.add_row(item["code"], named(item["name"], item["languages"]), _calls(item), zones)
    return rows


def _calls(item: Document) -> str:
    return f"+{item['calling_code']}"


@group.command("show")
@named_economy
@as_recorded
@as_json
def show_economy(name: str, as_of: AsOf | None, is_json: bool) -> None:
    """Show one economy, by code or any name, with its standing in networks."""
    with reading() as directory:
        facts = directory.standpoint(as_of, now=utc_now()).facts
        stored = economy_view(facts, economy_called(facts, name))
    show_record(stored.text, lambda item: _economy(item, facts), is_json=is_json)


def _economy(item: Document, facts: Facts) -> list[RenderableType]:
    parts: list[RenderableType] = [
        heading(f"{named(item['name'], item['languages'])} ({item['code']})"),
        facts_table(
            [
                ("Also called", ", ".join(item["aliases"])),
                (
                    "Ambiguous",
                    "; ".join(f"{a['text']}: also {a['also']}" for a in item["ambiguous_aliases"]),
                ),
                ("Calling code", _calls(item)),
                ("Zones", ", ".join(item["zones"])),
                ("Languages", ", ".join(item["languages"])),
                ("Seat", named(item["seat"], item["languages"])),
                ("Joined APEC", item["joined_on"]),
                ("Source", source_of(item)),
            ]
        ),
    ]
    if item["memberships"]:
        parts += [heading("Networks"), _memberships(item["memberships"], facts)]
    return parts


def _memberships(items: list[Document], facts: Facts) -> Table:
    rows = table("Network", "Standing", "From", "Until", "Known on", "Source")
    for item in items:
        network = facts.networks.get(item["network"])
        rows.add_row(
            in_english(network["name"]) if network is not None else item["network"],
            words_of(item["status"]),
            item["from_date"] or "",
            item["until_date"] or "",
            item["known_on"],
            source_of(item),
        )
    return rows


@group.command("contacts")
@named_economy
@as_recorded
@paged
def list_contacts(
    name: str, as_of: AsOf | None, limit: int, page: str | None, is_json: bool
) -> None:
    """List the contacts that answer for an economy."""
    with reading() as directory:
        then = directory.standpoint(as_of, now=utc_now())
        facts = then.facts
        found = contacts_of(
            directory.connection,
            economy_called(facts, name),
            viewer=directory.viewer,
            moment=then.moment,
            at=then.at,
            limit=limit,
            page=page,
        )
    show_page(found, lambda items: contacts_table(items, facts), is_json=is_json)


@group.command("statements")
@named_economy
@paged
def list_statements(name: str, limit: int, page: str | None, is_json: bool) -> None:
    """List what was said of an economy, by date; an old statement is not today's truth."""
    with reading() as directory:
        facts = directory.facts
        found = statement_list(
            directory.connection,
            economy_called(facts, name),
            viewer=directory.viewer,
            limit=limit,
            page=page,
        )
    show_page(found, _statements, is_json=is_json)


def _statements(items: list[Document]) -> Table:
    rows = table("Said on", "Topic", "Statement", "Source")
    for item in items:
        later = "\n(superseded since)" if item["superseded_by"] else ""
        rows.add_row(
            item["said_on"],
            words_of(item["topic"]),
            plain(in_english(item["text"])) + later,
            source_of(item),
        )
    return rows
