"""Which records marked AMBER or above an answer rests on and shows.

The answer tells of records in its own words, so it does not say by itself what they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from directory.documents import Document, Written
from directory.reach.inputs import Desk
from directory.reach.rules.answer import Reach
from directory.reach.rules.participation import memberships_in_force
from directory.readings.rules import Shown, is_restricted, restricted_in


def shown_by(found: Reach) -> tuple[Shown, ...]:
    """The records marked AMBER or above that an answer shows as JSON."""
    if not any(_behind(found)):
        return ()  # it shows nothing but what it was judged on
    return restricted_in(found.document, restricted_behind(found))


def restricted_behind(found: Reach) -> list[Document]:
    """The documents of the records marked AMBER or above that an answer shows."""
    candidates = list(_behind(found))
    if not candidates:
        return []
    named: set[str | None] = set(_named_in(found.document))
    for route in found.routes:
        named |= {route.standing.via, route.standing.own_via}
    return [document for document in candidates if _names(document) & named]


def _behind(found: Reach) -> Iterator[Document]:
    question, directory = found.question, found.directory
    for desk in found.desks:
        yield from _restricted(desk)
    reference = [*directory.networks.values(), *(directory.economies[c] for c in question.parties)]
    # What stands under evidence is the membership in force.
    held = memberships_in_force(directory.memberships, question.parties, question.day)
    yield from filter(is_restricted, (*reference, *held.values()))


def _restricted(desk: Desk) -> list[Document]:
    known: list[Document] | None = desk.worked_out.get("restricted")
    if known is not None:
        return known
    documents = (
        desk.contact,
        desk.organisation,
        *desk.channels,
        *desk.holders,
        *desk.keys,
    )
    found = desk.worked_out["restricted"] = [each for each in documents if is_restricted(each)]
    return found


def _names(document: Document) -> set[Any]:
    """By what an answer refers to a record: a membership's evidence stands under its network."""
    if document["kind"] == "membership":
        return {document["network"]}
    return {document["id"], document.get("slug"), document.get("code")} - {None}


def _named_in(value: Any) -> Iterator[str]:
    due = [value]
    while due:
        item = due.pop()
        if type(item) is dict:
            yield from (item[key] for key in ("id", "network", "to", "from") if item.get(key))
            due += item.values()
        elif type(item) is list:
            due += item
        elif type(item) is Written:
            yield from item.worked_out(_named_within)


def _named_within(document: Document) -> frozenset[str]:
    return frozenset(_named_in(dict(document)))
