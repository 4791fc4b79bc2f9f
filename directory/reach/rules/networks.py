"""Every network as it stands for one question, and which of them no desk is held for.

An attaché service has no standing of its own: each of its posts is judged by what it covers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from directory.documents import Document
from directory.reach.inputs import Desk, Directory, Question
from directory.reach.rules.services import (
    closed_service,
    post_standing,
    service_without_post,
)
from directory.reach.rules.standing import (
    CLOSED,
    OPEN,
    UNKNOWN,
    Between,
    Standing,
    standing_of,
)

_NONE: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Networks:
    """The networks of a question.

    Attributes:
        standings: By slug, for every network that concerns the question; attaché services stand
            here only where they are closed, because each of their posts is judged by itself.
        services: The attaché services that the economy asked for sends out, by slug.
        via_of: For each contact through which the economy asked for is reached, the slugs.
        titles: The titles of all desks in hand, by contact id.
        held: Slugs for which a desk is held; for an attaché service one that may be asked.
        documents: The networks' documents, by slug and in that order.
        to: The economy asked for.
        missing_posts: Services of which no post is held that may be asked.
        serving: Slugs of networks that may serve the function.
        meeting: Slugs of networks through which no request goes: associations that serve no
            function.
    """

    standings: dict[str, Standing]
    services: dict[str, Document]
    via_of: dict[str, list[str]]
    titles: dict[str, str]
    held: set[str]
    documents: dict[str, Document]
    to: str
    missing_posts: list[Standing]
    serving: frozenset[str]
    meeting: frozenset[str]

    @classmethod
    def of(
        cls,
        question: Question,
        directory: Directory,
        desks: Sequence[Desk],
        own_desks: Sequence[Desk],
    ) -> Networks:
        """Judge every network; an economy asking for its own desks needs none."""
        documents = dict(sorted(directory.networks.items()))
        titles = {desk.id: desk.title for desk in (*own_desks, *desks)}
        meeting = frozenset(slug for slug, network in documents.items() if _only_meets(network))
        serving = frozenset(
            slug
            for slug, network in documents.items()
            if slug not in meeting and _may_serve(network, question.function)
        )
        here = cls({}, {}, {}, titles, set(), documents, question.to, [], serving, meeting)
        if question.origin != question.to:
            here._judge(question, directory, desks)
        return here

    def of_desk(self, desk: Desk) -> Sequence[str]:
        """The slugs of the networks that a desk is reached through.

        A private organisation takes no part in its economy's networks, and a desk of another
        economy counts only where a membership names it as the way in. A desk known only from
        meetings is reached directly.
        """
        via = self.via_of.get(desk.id, _NONE) if self.via_of else _NONE
        if desk.is_private or desk.contact["economy"] != self.to:
            return via
        listed: Sequence[str] = desk.networks
        if not self.meeting.isdisjoint(listed):
            listed = [slug for slug in listed if slug not in self.meeting]
        return [*listed, *(slug for slug in via if slug not in listed)] if via else listed

    def serves(self, slug: str) -> bool:
        """Whether a network may serve the function; one that lists no functions may serve any."""
        return slug in self.serving

    def other_via(self, standing: Standing, desk: Desk) -> str | None:
        """The title of the desk that a network goes through, where this is not that desk."""
        if standing.via is None or standing.via == desk.id:
            return None
        return self.titles.get(standing.via)

    def closed(self) -> list[Standing]:
        """The closed networks, by slug."""
        return [s for s in self.standings.values() if s.standing == CLOSED]

    def not_serving(self) -> list[str]:
        """Slugs of the networks that are not closed but do not serve the function."""
        alive = [slug for slug, s in self.standings.items() if s.standing != CLOSED]
        services = [slug for slug in self.services if slug not in self.standings]
        return [slug for slug in sorted((*alive, *services)) if not self.serves(slug)]

    def open_without_desk(self) -> list[Standing]:
        """Open networks that serve the function and for which no desk is held."""
        return self._without_desk(OPEN)

    def unrecorded(self) -> list[Standing]:
        """Networks of unknown standing for which no desk is held, and services without a post."""
        return [*self._without_desk(UNKNOWN), *self.missing_posts]

    def _without_desk(self, wanted: str) -> list[Standing]:
        return [
            standing
            for slug, standing in self.standings.items()
            if standing.standing == wanted and slug not in self.held and self.serves(slug)
        ]

    def _judge(self, question: Question, directory: Directory, desks: Sequence[Desk]) -> None:
        between = Between.of(question, directory, self.titles)
        answered = _answered(desks, question.to)
        for slug, network in self.documents.items():
            if network["network_kind"] == "attache":
                if network["economy"] == question.to:
                    self._judge_service(network, question, directory, desks)
                continue
            standing = standing_of(network, between, is_held=slug in answered)
            if standing is None:
                continue
            self.standings[slug] = standing
            if slug in answered:
                self.held.add(slug)
            if standing.via in self.titles and standing.via is not None:
                self.via_of.setdefault(standing.via, []).append(slug)
                self.held.add(slug)

    def _judge_service(
        self, network: Document, question: Question, directory: Directory, desks: Sequence[Desk]
    ) -> None:
        slug = network["slug"]
        self.services[slug] = network
        closed = closed_service(network)
        if closed is not None:
            self.standings[slug] = closed
            return
        posts = [d for d in desks if slug in d.networks and _is_of(d, question.to)]
        if any(post_standing(network, post, question, directory) for post in posts):
            self.held.add(slug)
        elif self.serves(slug):
            self.missing_posts.append(service_without_post(network, question, directory))


def _answered(desks: Iterable[Desk], economy: str) -> set[str]:
    """The networks that the desks of an economy answer for."""
    listed = {desk.networks for desk in desks if _is_of(desk, economy)}
    return {slug for networks in listed for slug in networks}


def _is_of(desk: Desk, economy: str) -> bool:
    return not desk.is_private and desk.contact["economy"] == economy


def _only_meets(network: Document) -> bool:
    return network["network_kind"] == "association" and not network["functions"]


def _may_serve(network: Document, function: str | None) -> bool:
    functions = network["functions"]
    return function is None or not functions or function in functions
