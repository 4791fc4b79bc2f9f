"""The answer as a card of plain text, for a night when nobody composes JSON.

At most 40 lines of at most 100 columns, whatever the directory holds. Names come from records that
other people typed: control and formatting characters are taken out, wide characters count twice,
and a number that does not fit is left out whole, because half a number is somebody else's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from directory.clock import format_instant
from directory.contacts.rules.words import CheckMethod
from directory.documents import Document
from directory.lines import WIDTH, columns, plain, shortened, wrapped
from directory.names import in_english
from directory.policy import Tlp
from directory.reach.inputs import Question
from directory.reach.rules.answer import Reach
from directory.reach.rules.ranking import Route, function_label
from directory.reach.rules.validity import valid_until

__all__ = ["MOST_LINES", "WIDTH", "card", "columns", "plain", "shortened", "wrapped"]

MOST_LINES = 40

_ANSWER_LINES = 6
_CLOSED_ITEMS = 3
_NOTES = 3
_OWN_ITEMS = 2
_NUMBER_WIDTH = 60
_INDENT = "   "
_UNBROKEN = "\N{NO-BREAK SPACE}"


def card(reach: Reach) -> str:
    """Print an answer as a card; lines end in a newline."""
    domestic = reach.question.origin == reach.question.to  # its own desks are the routes
    own = [] if domestic else reach.document["own_desks"]
    head = _heading(reach, valid_until(reach))
    tail = [*_own_lines(own), *_section_lines(reach)]
    lines, shown = _route_lines(reach, MOST_LINES - 1 - len(head) - len(tail))
    marking = _marking(reach, shown, own[:_OWN_ITEMS])
    return "".join(f"{line}\n" for line in (f"TLP:{marking.label}", *head, *lines, *tail))


def _heading(reach: Reach, until: datetime) -> list[str]:
    question, directory = reach.question, reach.directory
    title = f"To {directory.economy_name(question.to)}"
    if question.origin is not None:
        title += f", from {directory.economy_name(question.origin)}"
    if question.function is not None:
        title += f", for {function_label(question.function)}"
    if question.language is not None:
        title += f", in {question.language}"
    return [
        shortened(plain(title), WIDTH),
        _times(question, until),
        "",
        *_answer_lines(reach),
        "",
    ]


def _answer_lines(reach: Reach) -> list[str]:
    """The sentences, broken between words but never inside a number."""
    text = plain(reach.document["answer"])
    for place in reach.spoken:
        call = reach.routes[place].document["call"]
        if call is not None and (number := plain(call["raw"])):
            text = text.replace(number, number.replace(" ", _UNBROKEN))
    lines = wrapped(text, WIDTH, _ANSWER_LINES)
    return [line.replace(_UNBROKEN, " ") for line in lines]


def _times(question: Question, until: datetime) -> str:
    """For when the card is. What was recorded once is no guide for today's call."""
    if question.as_of is None:
        return f"At {_instant(question.at)}   Valid until {_instant(until)}"
    return (
        f"At {_instant(question.at)}   As recorded by {_instant(question.as_of)}: not for use now"
    )


def _instant(at: datetime) -> str:
    return format_instant(at.replace(microsecond=0))


def _route_lines(reach: Reach, room: int) -> tuple[list[str], list[Route]]:
    """The routes that fit, in rank order, and which they are; those spoken of go first.

    The routes of one desk through several networks share a block.
    """
    together: dict[str, list[int]] = {}
    for place, route in enumerate(reach.routes):
        key = route.desk.id if route.desk is not None else f"{route.standing.network}"
        together.setdefault(key, []).append(place)
    spoken = [places for places in together.values() if not reach.spoken.isdisjoint(places)]
    blocks: dict[int, list[str]] = {}
    shown: list[Route] = []
    for places in (*spoken, *together.values()):
        if places[0] in blocks:
            continue
        routes = [reach.routes[place] for place in places]
        block = _route_block(routes, reach)
        if len(block) > room - 1:
            break
        room -= len(block)
        blocks[places[0]] = block
        shown.extend(routes)
    lines = [line for place in sorted(blocks) for line in blocks[place]]
    return lines + _more(len(reach.routes) - len(shown)), shown


def _route_block(routes: Sequence[Route], reach: Reach) -> list[str]:
    route, name_of = routes[0], reach.directory.network_name
    document = route.document
    ranks = ", ".join(str(each.document["rank"]) for each in routes)
    networks = "; ".join(
        f"{name_of(each.standing.network) if each.standing.network else 'directly'}:"
        f" {each.standing.standing}"
        for each in routes
    )
    head = f"{ranks}. {document['reachable'].upper()}:"
    if route.desk is None:
        return [
            _line(f"{head} {networks}"),
            f"{_INDENT}no contact is held for this network",
        ]
    desk = route.desk
    language = f"; language {document['language']}" if document["language"] is not None else ""
    return [
        _line(f"{head} {desk.title}, {desk.organisation_name}"),
        _line(f"{_INDENT}{_channel(document['call'], desk.id)}{_when(document)}"),
        _line(f"{_INDENT}{networks}{language}"),
    ]


def _when(document: Document) -> str:
    opens = f"; opens {document['opens_at']}" if document["opens_at"] else ""
    clock = document["local_time"]
    # Its date is dropped: beside the hour it would only be mistaken for that of the opening.
    return f"{opens}; now {clock.split(' ', 1)[1]}" if clock else opens


def _channel(channel: Document | None, contact: str) -> str:
    if channel is None:
        return "no number or address is held"
    verification = channel["verification"]
    checked = verification["result"]
    if checked != "unverified":
        how = " by word" if verification["method"] == CheckMethod.CONFIRMATION else ""
        checked += f"{how} {verification['checked_at'][:10]}"
    number = plain(channel["raw"])
    if columns(number) > _NUMBER_WIDTH:
        number = channel["e164"] or f"(too long to print; see contact {contact})"
    return f"{channel['medium']} {number}  ({checked})"


def _own_lines(own: Sequence[Document]) -> list[str]:
    if not own:
        return []
    lines = ["", "Your own desks"]
    for item in own[:_OWN_ITEMS]:
        contact = item["contact"]
        name = shortened(plain(in_english(contact["title"])), 30)
        lines.append(_line(f"{_INDENT}{name}: {_channel(item['call'], contact['id'])}"))
    return lines + _more(len(own) - _OWN_ITEMS)


def _section_lines(reach: Reach) -> list[str]:
    document, name_of = reach.document, reach.directory.network_name
    lines = [f"Closed: {item['text']}" for item in document["closed"][:_CLOSED_ITEMS]]
    lines += _more(len(document["closed"]) - _CLOSED_ITEMS)
    unrecorded = ", ".join(name_of(item["network"]) for item in document["unrecorded"])
    if unrecorded:
        lines.append(f"Standing not recorded, and no contact held: {unrecorded}")
    refused = ", ".join(
        name_of(item["network"])
        if item["contact"] is None
        else in_english(item["contact"]["title"])
        for item in document["not_for_this"]
    )
    if refused:
        lines.append(f"Not for this: {refused}")
    lines += [f"Note: {item['text']}" for item in document["notes"][:_NOTES]]
    return ["", *map(_line, lines)] if lines else []


def _more(count: int) -> list[str]:
    return [f"{_INDENT}… and {count} more"] if count > 0 else []


def _line(text: str) -> str:
    indent = _INDENT if text.startswith(_INDENT) else ""
    return shortened(indent + plain(text), WIDTH)


def _marking(reach: Reach, routes: Iterable[Route], own: Iterable[Document]) -> Tlp:
    """The most restrictive marking among the records that the card shows."""
    documents: list[Document] = [*_standing_documents(reach)]
    for route in routes:
        if route.desk is not None:
            documents.append(route.desk.contact)
            documents.extend(_shown(route.document["call"]))
    for item in own:
        documents.append(item["contact"])
        documents.extend(_shown(item["call"]))
    markings = [Tlp.from_label(document["marking"]) for document in documents]
    return max(markings, default=Tlp.CLEAR)


def _standing_documents(reach: Reach) -> Iterator[Document]:
    """The networks and memberships that standing rests on; few, and nearly always CLEAR."""
    yield from reach.directory.networks.values()
    for economy in reach.question.parties:
        yield from reach.directory.memberships.get(economy, ())


def _shown(channel: Document | None) -> tuple[Document, ...]:
    return () if channel is None else (channel,)
