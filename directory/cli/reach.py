"""The main job: whom to call in an economy, from another, for a purpose, now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import click
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from directory.cli.base import (
    AT,
    FUNCTION,
    LANGUAGE,
    TEXT,
    as_json,
    as_recorded,
    command,
    reading,
    running,
)
from directory.cli.printing import (
    checked,
    console,
    heading,
    indented,
    keep_whole,
    named,
    show_answer,
    table,
)
from directory.clock import AsOf, format_instant, parse_instant, utc_now
from directory.contacts.rules.words import TELEPHONE_MEDIA
from directory.documents import Document
from directory.reach.queries import ask
from directory.reach.rules.answer import Reach
from directory.reach.rules.hours import local_text
from directory.reach.rules.ranking import Route, function_label
from directory.reach.rules.validity import valid_until
from directory.reach.shown import restricted_behind
from directory.reach.text import plain, wrapped

UNBROKEN = "\N{NO-BREAK SPACE}"
STYLES = {"now": "bold green", "later": "yellow"}
WHY = {
    "function-yes",
    "function-unknown",
    "language-shared",
    "language-not-shared",
    "language-unknown",
}
SEEN = {"no-contact-held", "no-channel-held"}


@command("reach")
@click.argument("to", type=TEXT)
@click.option("--from", "origin", type=TEXT, help="The economy that asks, by code or any name.")
@click.option("--function", type=FUNCTION, metavar="FUNCTION", help="What is needed.")
@click.option("--language", type=LANGUAGE, help="A language you speak: zh-Hant, en, ...")
@click.option("--at", type=AT, help="The instant to judge, with its zone, or a date (noon UTC).")
@as_recorded
@as_json
def command_reach(
    to: str,
    origin: str | None,
    function: str | None,
    language: str | None,
    at: datetime | None,
    as_of: AsOf | None,
    is_json: bool,
) -> None:
    """Whom to call in the economy TO: now, by which route, and if not now, when."""
    now = utc_now()
    with reading() as directory:
        then = directory.standpoint(as_of, now=now)
        found = ask(
            directory.connection,
            then.facts,
            to=to,
            origin=origin or directory.viewer.economy,
            function=function,
            language=language,
            at=at or (now if as_of is None else as_of.at),
            viewer=directory.viewer,
            moment=then.moment,
        ).noted(running().old_copy_notes(directory.connection, now))
    show_answer(
        found.document,
        lambda document: _parts(found),
        is_json=is_json,
        behind=restricted_behind(found),
    )


def _parts(found: Reach) -> list[RenderableType]:
    document = found.document
    parts = [*_head(found), _answer(found)]
    if document["routes"]:
        parts += [heading("Routes"), _routes(found), *_standing(found)]
    if document["own_desks"] and found.question.origin != found.question.to:
        parts += [heading("Your own desks"), _own(document["own_desks"])]
    for title, key in (
        ("Closed", "closed"),
        ("Not recorded, and no contact held", "unrecorded"),
        ("Not for this", "not_for_this"),
        ("Notes", "notes"),
    ):
        if document[key]:
            parts.append(heading(title))
            parts += [indented(plain(item["text"])) for item in document[key]]
    return parts


def _head(found: Reach) -> list[RenderableType]:
    question, directory = found.question, found.directory
    title = f"To {directory.economy_name(question.to)}"
    if question.origin is not None:
        title += f", from {directory.economy_name(question.origin)}"
    if question.function is not None:
        title += f", for {function_label(question.function)}"
    if question.language is not None:
        title += f", in {question.language}"
    here = directory.economies[question.origin or question.to]["zones"][:1]
    if question.as_of is None:
        holds = f"Valid until {_both(valid_until(found).replace(microsecond=0), here)}"
    else:
        recorded = _both(question.as_of.replace(microsecond=0), here)
        holds = f"As recorded by {recorded}: not for use now"
    return [
        Text(plain(title)),
        Text(f"At {_both(question.at, here)}"),
        Text(f"{holds}\n"),
    ]


def _answer(found: Reach) -> Text:
    """The sentences, broken between words but never inside a number that they name."""
    text = plain(found.document["answer"])
    for place in found.spoken:
        call = found.routes[place].document["call"]
        if call is not None and (number := plain(call["raw"])):
            text = text.replace(number, number.replace(" ", UNBROKEN))
    lines = wrapped(text, console().width, len(text))
    return Text("\n".join(lines).replace(UNBROKEN, " "), style="bold")


def _both(at: datetime, zones: Sequence[str]) -> str:
    """An instant in UTC and on a clock of the asking economy."""
    return " = ".join([format_instant(at), *(local_text(at, zone) for zone in zones)])


def _routes(found: Reach) -> Table:
    """The routes in rank order; those of one desk through several networks share a row."""
    together: dict[str, list[Route]] = {}
    for route in found.routes:
        key = route.desk.id if route.desk is not None else route.document["network"]
        together.setdefault(key, []).append(route)
    rows = table("#", "Network and desk", "Call", "Reachable, and why")
    for routes in together.values():
        document = routes[0].document
        rows.add_row(
            " ".join(str(each.document["rank"]) for each in routes),
            "\n".join([*(_network(each.document) for each in routes), _desk(document["contact"])]),
            _call(document["call"]),
            Text.assemble(_when(document), "\n", _why(routes[0])),
            end_section=True,
        )
    _keep_numbers(rows, found.document["routes"])
    return rows


def _own(items: Sequence[Document]) -> Table:
    rows = table("#", "Network and desk", "Call", "Reachable")
    for number, item in enumerate(items, start=1):
        networks = ", ".join(item["networks"])
        desk = "\n".join(filter(None, (networks, _desk(item["contact"]))))
        rows.add_row(str(number), desk, _call(item["call"]), _when(item), end_section=True)
    _keep_numbers(rows, items)
    return rows


def _keep_numbers(rows: Table, items: Sequence[Document]) -> None:
    keep_whole(rows, 2, (_shortest(item["call"]) for item in items))


def _shortest(channel: Document | None) -> str:
    """What must stand on one line: a number. An address may be broken, for it is not dialled."""
    if channel is None or channel["medium"] not in TELEPHONE_MEDIA:
        return "verified 2026-11-23"
    return plain(channel["raw"])


def _network(route: Document) -> str:
    return f"{route['network'] or 'directly'}: {route['standing']}"


def _desk(contact: Document | None) -> str:
    if contact is None:
        return "no contact is held"
    organisation = named(contact["organisation"]["name"], ())
    return f"{named(contact['title'])}\n{organisation}"


def _call(channel: Document | None) -> Text:
    if channel is None:
        return Text("no number or address is held")
    return Text.assemble(
        f"{channel['medium']}\n",
        (plain(channel["raw"]), "bold"),
        "\n",
        checked(channel["verification"]),
    )


def _when(item: Document) -> Text:
    lines = [Text(item["reachable"], style=STYLES.get(item["reachable"], ""))]
    if item["opens_at"] is not None:
        lines.append(Text(f"opens {item['opens_at']}"))
        if item["contact"]["zone"] is not None:
            there = local_text(parse_instant(item["opens_at"]), item["contact"]["zone"])
            lines.append(Text(f"= {there}"))
    elif item["local_time"] is not None:
        lines.append(Text(f"{item['local_time']}"))
    return Text("\n").join(lines)


def _why(route: Route) -> str:
    """What the other columns do not say yet: function, language, and what is to be minded."""
    document = route.document
    told = [item for item in document["reasons"] if item["code"] in WHY]
    told += [
        item
        for item in document["warnings"]
        if item["code"] not in SEEN and item not in route.standing.warnings
    ]
    return plain(" ".join(item["text"] for item in told))


def _standing(found: Reach) -> list[RenderableType]:
    """On what the standings rest, each said once however many desks it leads to."""
    said = dict.fromkeys(
        f"{standing.network}: {' '.join([standing.basis, *_texts(standing.warnings)])}"
        for standing in (route.standing for route in found.routes)
        if standing.network is not None
    )
    return [heading("Standing"), *(indented(plain(text)) for text in said)] if said else []


def _texts(items: Sequence[Document]) -> list[str]:
    return [item["text"] for item in items]
