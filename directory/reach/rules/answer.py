"""The whole answer: every network and every desk that matters, each in the one list it belongs to.

Nothing held is dropped without a word. A desk of the economy asked for is a route, stands behind a
closed network, or is not for this; a network is on a route, unrecorded, closed or not for this.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from directory.clock import format_instant
from directory.documents import Document
from directory.reach.inputs import Desk, Directory, Question
from directory.reach.rules.availability import NOW
from directory.reach.rules.hours import Hours
from directory.reach.rules.networks import Networks
from directory.reach.rules.ranking import (
    Judge,
    Route,
    function_label,
    ranked,
    route_through,
    route_without_contact,
)
from directory.reach.rules.sentences import notes_on, two_sentences
from directory.reach.rules.services import post_standing
from directory.reach.rules.standing import (
    CLOSED,
    Standing,
    direct_standing,
    unplaced_standing,
)


@dataclass(frozen=True, slots=True)
class Reach:
    """An answer, with what the card and its period of validity are worked out from.

    Attributes:
        question: What was asked.
        directory: What it was judged on.
        document: The answer as it is served.
        routes: In rank order, as in the document.
        spoken: Places in ``routes`` of those that the sentences name.
        own: A's own desks, as in the document.
        hours: The duty hours already judged.
        desks: All the desks that it was judged on.
    """

    question: Question
    directory: Directory
    document: Document
    routes: Sequence[Route]
    spoken: frozenset[int]
    own: Sequence[Desk]
    hours: Hours
    desks: Sequence[Desk]

    def noted(self, notes: Sequence[Document]) -> Reach:
        """The answer with notes before its own, which whoever reads it has to know first."""
        if not notes:
            return self
        return replace(self, document={**self.document, "notes": [*notes, *self.document["notes"]]})


def reach(
    question: Question, directory: Directory, desks: Sequence[Desk], own_desks: Sequence[Desk]
) -> Reach:
    """Answer whom to call in one economy, from another, at an instant.

    Args:
        question: Whom, from whom, for what, in which language, when.
        directory: What the viewer may see of economies, networks and memberships.
        desks: The desks of the economy asked for, wherever they are posted, in any order, and the
            contacts that its memberships name as ``via``; desks of other economies are ignored.
        own_desks: The desks of the asking economy; empty where none is given.
    """
    judge = Judge(question, directory)
    networks = Networks.of(question, directory, desks, own_desks)
    ways = _Ways(networks, question, directory)
    routes: list[Route] = []
    refused: list[Document] = []
    for desk in desks:
        slugs = networks.of_desk(desk)
        if not slugs and desk.contact["economy"] != question.to:
            continue
        if question.function is not None and _says_no(desk, question.function):
            refused.append(_contact_not_for_this(desk, question.function))
            continue
        standings = ways.to(desk, slugs)
        if standings:
            judged = judge.desk(desk)
            for standing in standings:
                via = networks.other_via(standing, desk)
                routes.append(route_through(standing, judged, via_title=via))
    routes += [route_without_contact(s, question, directory) for s in networks.open_without_desk()]
    ranked(routes)
    refused.sort(key=_contact_id)
    refused[:0] = [
        _network_not_for_this(slug, question, directory, desks) for slug in networks.not_serving()
    ]
    closed = [_closed(standing) for standing in networks.closed()]
    unrecorded = [_unrecorded(standing) for standing in networks.unrecorded()]
    own = _own_desks(question, networks, routes, own_desks, judge)
    answer, spoken = two_sentences(question, directory, routes, networks.closed())
    document = {
        "to": question.to,
        "from": question.origin,
        "function": question.function,
        "at": format_instant(question.at),
        "as_of": None if question.as_of is None else format_instant(question.as_of),
        "answer": answer,
        "own_desks": [item for _, item in own],
        "routes": [route.document for route in routes],
        "unrecorded": unrecorded,
        "closed": closed,
        "not_for_this": refused,
        "notes": notes_on(question, directory, routes, networks, own_desks=bool(own)),
    }
    return Reach(
        question,
        directory,
        document,
        routes,
        frozenset(spoken),
        [d for d, _ in own],
        judge.hours,
        [*desks, *own_desks],
    )


class _Ways:
    """The standings, open or unknown, under which desks may be reached.

    Desks that answer for the same networks are reached in the same ways, but for attachés: each of
    their posts is judged by itself.
    """

    def __init__(self, networks: Networks, question: Question, directory: Directory) -> None:
        self._networks = networks
        self._question = question
        self._directory = directory
        self._known: dict[tuple[object, ...], list[Standing]] = {}

    def to(self, desk: Desk, slugs: Sequence[str]) -> list[Standing]:
        """The ways to one desk, which is reached through these networks."""
        key = (*slugs, desk.networks, desk.is_private)
        ways = self._known.get(key)
        if ways is None:
            ways = self._judged(desk, slugs)
            if self._networks.services.keys().isdisjoint(slugs):
                self._known[key] = ways
        return ways

    def _judged(self, desk: Desk, slugs: Sequence[str]) -> list[Standing]:
        networks, question, directory = self._networks, self._question, self._directory
        if question.origin == question.to or not slugs:
            return [direct_standing(desk, question, directory)]
        found: list[Standing] = []
        placed = False
        for slug in slugs:
            standing: Standing | None
            if slug in networks.services:
                placed = True
                standing = networks.standings.get(slug)  # held only where the service is closed
                if standing is None and networks.serves(slug):
                    standing = post_standing(networks.services[slug], desk, question, directory)
            else:
                standing = networks.standings.get(slug)
                placed = placed or standing is not None
            if standing is None or standing.standing == CLOSED or not networks.serves(slug):
                continue
            found.append(standing)
        return found if placed else [unplaced_standing(desk)]


def _says_no(desk: Desk, function: str) -> bool:
    return bool(desk.contact["functions"].get(function) == "no")


def _contact_not_for_this(desk: Desk, function: str) -> Document:
    contact = desk.contact
    return {
        "network": None,
        "contact": {
            "id": contact["id"],
            "title": contact["title"],
            "networks": contact["networks"],
        },
        "willing": [],
        "code": "contact-says-no",
        "text": f"{desk.title} ({desk.organisation_name}) does not do {function_label(function)}.",
    }


def _contact_id(item: Document) -> str:
    return str(item["contact"]["id"])


def _network_not_for_this(
    slug: str, question: Question, directory: Directory, desks: Sequence[Desk]
) -> Document:
    name, function = directory.network_name(slug), question.function
    if function is not None:
        text = f"{name} does not serve {function_label(function)}."
    else:
        text = f"No request can be sent through {name}."
    # A desk may say yes to what its network does not serve; whoever reads this can ask it.
    willing = {
        desk.id: desk.contact["title"]
        for desk in desks
        if desk.contact["economy"] == question.to
        and slug in desk.contact["networks"]
        and desk.contact["functions"].get(function) == "yes"
    }
    return {
        "network": slug,
        "contact": None,
        "willing": [{"id": contact, "title": title} for contact, title in sorted(willing.items())],
        "code": "network-does-not-serve",
        "text": text,
    }


def _closed(standing: Standing) -> Document:
    return {
        "network": standing.network,
        "code": standing.code,
        "text": standing.basis,
        "evidence": standing.evidence,
        "warnings": standing.warnings,
    }


def _unrecorded(standing: Standing) -> Document:
    return {
        "network": standing.network,
        "code": standing.code,
        "text": standing.basis,
        "missing": list(standing.missing),
        "settled_by": standing.settled_by,
        "evidence": standing.evidence,
        "warnings": standing.warnings,
    }


def _own_desks(
    question: Question,
    networks: Networks,
    routes: Sequence[Route],
    desks: Sequence[Desk],
    judge: Judge,
) -> list[tuple[Desk, Document]]:
    """A's own desks in the networks that routes run through, the ones to use first in front."""
    domestic = question.origin == question.to
    concerned = {s.network: s for s in (r.standing for r in routes) if s.network is not None}
    found = []
    for desk in desks:
        contact = desk.contact
        sends = [slug for slug, s in concerned.items() if s.own_via == contact["id"]]
        answers = contact["networks"] if desk.organisation["sector"] != "private" else ()
        shared = sorted({*sends, *(slug for slug in answers if slug in concerned)})
        if not shared and not (domestic and contact["economy"] == question.to):
            continue
        judged = judge.desk(desk)
        availability = judged.availability
        item = {
            "networks": shared,
            "via_for": sorted(sends),
            "contact": judged.view,
            "call": availability.call,
            "reachable": availability.reachable,
            "opens_at": availability.opens_at,
            "local_time": availability.local_time,
            "warnings": list(availability.warnings),
        }
        key = (
            not sends,
            availability.reachable != NOW,
            availability.verification_rank,
            availability.position,
            desk.id,
        )
        found.append((key, desk, item))
    found.sort(key=lambda entry: entry[0])
    return [(desk, item) for _, desk, item in found]
