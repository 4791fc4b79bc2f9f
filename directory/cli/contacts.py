"""Contacts, which are desks that answer, and organisations."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import click
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from directory.cli.base import (
    FUNCTION,
    LANGUAGE,
    TEXT,
    Group,
    as_json,
    as_recorded,
    code_of,
    in_economy,
    paged,
    reading,
)
from directory.cli.printing import (
    checked,
    economy_named,
    facts_table,
    heading,
    keep_whole,
    marked,
    named,
    show_page,
    show_record,
    source_of,
    table,
    words_of,
)
from directory.cli.recording import record
from directory.clock import AsOf, format_instant, utc_now
from directory.contacts import past, queries
from directory.contacts.finding import card_of, contacts_matching
from directory.contacts.rules.words import TELEPHONE_MEDIA
from directory.documents import Document
from directory.reach.rules.hours import local_text
from directory.reach.rules.ranking import function_label
from directory.reach.text import plain
from directory.reference.facts import Facts

contacts = Group("contacts", help="Desks that answer.")
organisations = Group("organisations", help="The agencies that desks belong to.")


@contacts.command("list")
@in_economy
@click.option("--network", type=TEXT, help="The slug of a network they are designated for.")
@click.option("--function", type=FUNCTION, metavar="FUNCTION", help="What they are known to do.")
@click.option("--language", type=LANGUAGE, help="A language they speak.")
@click.option("--organisation", type=TEXT, help="The id or slug of their organisation.")
@click.option("--q", type=TEXT, help="A name, an address or digits to find them by.")
@as_recorded
@paged
def list_contacts(
    economy: str | None,
    q: str | None,
    as_of: AsOf | None,
    limit: int,
    page: str | None,
    is_json: bool,
    **chosen: Any,
) -> None:
    """List contacts by economy in APEC's order, then by title."""
    if q is not None and as_of is not None:
        raise click.UsageError("--q finds what is held now; leave it out, or --as-of.")
    with reading() as directory:
        then = directory.standpoint(as_of, now=utc_now())
        facts = then.facts
        ids = None if q is None else contacts_matching(directory.connection, directory.viewer, q)
        found = past.contact_list(
            directory.connection,
            queries.ContactFilter(economy=code_of(facts, economy), ids=ids, **chosen),
            viewer=directory.viewer,
            moment=then.moment,
            at=then.at,
            limit=limit,
            page=page,
        )
    show_page(found, lambda items: contacts_table(items, facts), is_json=is_json)


def contacts_table(items: list[Document], facts: Facts) -> Table:
    """Contacts, each with its first channels and the id to show it by."""
    rows = table("Point of contact (post)", "Contact details and id")
    for item in items:
        organisation = named(item["organisation_record"]["name"])
        place = economy_named(facts, item["economy"])
        details = [_detail(each) for each in item["channels"]] or ["none held"]
        rows.add_row(
            "\n".join(filter(None, (named(item["title"]), organisation, place))),
            "\n".join([*details, item["id"]]),
            end_section=True,
        )
    keep_whole(rows, 1, (text for i in items for text in (*map(_detail, i["channels"]), i["id"])))
    return rows


def _detail(channel: Document) -> str:
    """A number with its medium; an address shows by itself what it is."""
    raw = plain(channel["raw"])
    return f"{channel['medium']} {raw}" if channel["medium"] in TELEPHONE_MEDIA else raw


@contacts.command("show")
@click.argument("contact", type=click.UUID, metavar="ID")
@click.option("--vcard", type=click.Choice(["3.0", "4.0"]), help="Print it as a vCard.")
@as_recorded
@as_json
def show_contact(contact: uuid.UUID, vcard: Any, as_of: AsOf | None, is_json: bool) -> None:
    """Show one contact with its channels, officers in post and keys."""
    with reading() as directory:
        then = directory.standpoint(as_of, now=utc_now())
        facts, at = then.facts, then.at
        stored = past.contact(
            directory.connection, str(contact), viewer=directory.viewer, moment=then.moment, at=at
        )
        if vcard is not None:
            card = card_of(directory.connection, stored, facts, vcard, at=at)
            record(stored.text)
            click.echo(card, nl=False)
            return
    show_record(stored.text, lambda view: _contact_parts(view, facts, at), is_json=is_json)


def _contact_parts(view: Document, facts: Facts, at: datetime) -> list[RenderableType]:
    functions, zone = view["functions"], view["zone"]
    clock = " = ".join(
        [format_instant(at.replace(microsecond=0)), *([local_text(at, zone)] if zone else [])]
    )
    parts: list[RenderableType] = [
        heading(named(view["title"])),
        facts_table(
            [
                ("Retired", view["retired_at"]),
                ("Organisation", named(view["organisation_record"]["name"])),
                ("Economy", economy_named(facts, view["economy"])),
                ("Posted in", economy_named(facts, view["posted_in"])),
                ("Covers", ", ".join(economy_named(facts, code) for code in view["covers"])),
                ("Networks", ", ".join(view["networks"])),
                (
                    "Does",
                    ", ".join(function_label(f) for f, does in functions.items() if does == "yes"),
                ),
                (
                    "Does not",
                    ", ".join(function_label(f) for f, does in functions.items() if does == "no"),
                ),
                ("Languages", ", ".join(view["languages"])),
                ("Duty hours", f"{view['duty_hours'] or 'not recorded'} {view['zone'] or ''}"),
                ("Now", clock),
                ("Note", named(view["note"])),
                ("Marking", marked(view)),
                ("Source", source_of(view)),
                ("Id", view["id"]),
            ]
        ),
        heading("Contact details"),
        _channels(view["channels"]) if view["channels"] else "None are held.",
    ]
    if view["holders"]:
        parts += [heading("Officer in post"), _holders(view["holders"])]
    if view["keys"]:
        parts += [heading("OpenPGP keys"), *(key["fingerprint"] for key in view["keys"])]
    return parts


def _channels(items: list[Document]) -> Table:
    rows = table("By", "Number or address", "For, checked, marked")
    for item in items:
        raw = plain(item["raw"])
        hours = f"\n{item['duty_hours']}" if item["duty_hours"] is not None else ""
        rows.add_row(
            item["medium"],
            raw + hours,
            Text.assemble(
                f"{words_of(item['purpose'])}\n",
                checked(item["verification"]),
                f"\n{marked(item)}",
            ),
            end_section=True,
        )
    keep_whole(rows, 1, (plain(item["raw"]) for item in items))
    return rows


def _holders(items: list[Document]) -> Table:
    rows = table("Name", "From", "Until")
    for item in items:
        rows.add_row(named(item["name"]), item["from_date"] or "", item["until_date"] or "")
    return rows


@organisations.command("list")
@in_economy
@paged
def list_organisations(economy: str | None, limit: int, page: str | None, is_json: bool) -> None:
    """List organisations by slug."""
    with reading() as directory:
        facts = directory.facts
        found = queries.organisation_list(
            directory.connection,
            economy=code_of(facts, economy),
            viewer=directory.viewer,
            limit=limit,
            page=page,
        )
    show_page(found, lambda items: _organisations(items, facts), is_json=is_json)


def _organisations(items: list[Document], facts: Facts) -> Table:
    rows = table("Organisation", "Economy", "Type", "Slug")
    for item in items:
        rows.add_row(
            named(item["name"]),
            economy_named(facts, item["economy"]),
            words_of(item["organisation_type"]),
            item["slug"],
        )
    keep_whole(rows, 3, (item["slug"] for item in items))
    return rows


@organisations.command("show")
@click.argument("name", type=TEXT, metavar="SLUG")
@as_json
def show_organisation(name: str, is_json: bool) -> None:
    """Show one organisation, by slug or id."""
    with reading() as directory:
        facts = directory.facts
        stored = queries.organisation(directory.connection, name, viewer=directory.viewer)
    show_record(stored.text, lambda item: _organisation(item, facts), is_json=is_json)


def _organisation(item: Document, facts: Facts) -> list[RenderableType]:
    return [
        heading(named(item["name"])),
        facts_table(
            [
                ("Retired", item["retired_at"]),
                ("Economy", economy_named(facts, item["economy"])),
                ("Type", words_of(item["organisation_type"])),
                ("Sector", item["sector"]),
                ("Part of", item["parent"]),
                ("Marking", marked(item)),
                ("Source", source_of(item)),
                ("Slug", item["slug"]),
                ("Id", item["id"]),
            ]
        ),
    ]
