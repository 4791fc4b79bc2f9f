"""One desk judged for one question, and the order in which routes are offered.

The order is: standing, function, reachable now, shared language, verification, position. Each step
is a number of the key and a reason in the answer; slug and id come last, so that two routes that
are alike stand in the same order however the records came in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from directory.contacts.rules.languages import shared_language
from directory.documents import Document, Written
from directory.reach.inputs import Desk, Directory, Question
from directory.reach.rules.availability import (
    LAST_POSITION,
    NO_CHANNEL,
    NOW,
    UNKNOWN,
    Availability,
    availability_of,
)
from directory.reach.rules.hours import Hours
from directory.reach.rules.standing import OPEN, Standing

RankingKey = tuple[int, int, int, int, int, int, str, str]

_YES, _NOT_RECORDED, _NO = 0, 1, 2
_FUNCTION_NOT_ASKED = {"code": "function-not-asked", "text": "No function was asked for."}
_LANGUAGE_NOT_ASKED = {"code": "language-not-asked", "text": "No language was asked for."}
_LANGUAGE_UNKNOWN = {"code": "language-unknown", "text": "Its languages are not recorded."}


class Route(NamedTuple):
    """A route before it has its rank.

    Attributes:
        key: Its place among the others.
        standing: How its network stands.
        desk: None where the network is open but no contact is held.
        document: The route as it is answered; ``rank`` is still 0.
    """

    key: RankingKey
    standing: Standing
    desk: Desk | None
    availability: Availability | None
    document: Document


class Judged(NamedTuple):
    """What is said of a desk whatever the network it is reached through."""

    desk: Desk
    view: Document
    availability: Availability
    language: str | None
    reasons: Sequence[Document]
    key: tuple[int, int, int, int, int]


class Judge:
    """Judges desks for one question; languages and hours met twice are judged once."""

    __slots__ = ("_day", "_function", "_function_reasons", "_languages", "_wanted", "hours")

    def __init__(self, question: Question, directory: Directory) -> None:
        self.hours = Hours(question.at)
        self._day = question.day
        self._function = question.function
        self._function_reasons = _reasons_of_function(question.function)
        self._wanted = _languages_wanted(question, directory)
        self._languages: dict[tuple[str, ...], tuple[int, str | None, Document]] = {}

    def desk(self, desk: Desk) -> Judged:
        """Judge a desk for the function, the hour and the language."""
        availability = availability_of(desk, self.hours)
        function = self._function
        does = function is None or desk.contact["functions"].get(function) == "yes"
        function_rank = _YES if does else _NOT_RECORDED
        language_rank, language, language_reason = self._language(desk.languages)
        return Judged(
            desk,
            contact_view(desk, availability, self._day),
            availability,
            language,
            (
                self._function_reasons[function_rank],
                availability.when,
                language_reason,
                *availability.reasons,
            ),
            (
                function_rank,
                0 if availability.reachable == NOW else 1,
                language_rank,
                availability.verification_rank,
                availability.position,
            ),
        )

    def _language(self, offered: tuple[str, ...]) -> tuple[int, str | None, Document]:
        found = self._languages.get(offered)
        if found is None:
            found = self._languages[offered] = _shared(offered, self._wanted)
        return found


def route_through(standing: Standing, judged: Judged, *, via_title: str | None = None) -> Route:
    """The route that a standing and a judged desk make.

    Args:
        standing: Open or unknown.
        judged: The desk.
        via_title: The title of the desk through which the network is meant to be reached, where
            that is another one.
    """
    availability = judged.availability
    warnings = [*standing.warnings, *availability.warnings]
    if via_title is not None:
        text = f"This network is reached through {via_title}; this is another desk."
        warnings.append({"code": "goes-through-via", "text": text})
    document: dict[str, Any] = {
        "rank": 0,
        "network": standing.network,
        "basis": standing.basis,
        "standing": standing.standing,
        "evidence": standing.evidence,
        "contact": judged.view,
        "call": availability.call,
        "reachable": availability.reachable,
        "opens_at": availability.opens_at,
        "local_time": availability.local_time,
        "language": judged.language,
        "reasons": [_standing_reason(standing), *judged.reasons],
        "warnings": warnings,
    }
    key = (_rank(standing), *judged.key, standing.network or "", judged.view["id"])
    return Route(key, standing, judged.desk, availability, document)


def route_without_contact(standing: Standing, question: Question, directory: Directory) -> Route:
    """The route of an open network for which no contact is held."""
    name = directory.economy_name(question.to)
    text = f"The network is open, but the directory holds no contact of {name} for it."
    document: dict[str, Any] = {
        "rank": 0,
        "network": standing.network,
        "basis": standing.basis,
        "standing": standing.standing,
        "evidence": standing.evidence,
        "contact": None,
        "call": None,
        "reachable": UNKNOWN,
        "opens_at": None,
        "local_time": None,
        "language": None,
        "reasons": [_standing_reason(standing)],
        "warnings": [*standing.warnings, {"code": "no-contact-held", "text": text}],
    }
    function_rank = _YES if question.function is None else _NOT_RECORDED
    key = (_rank(standing), function_rank, 1, _NO, NO_CHANNEL, LAST_POSITION + 1)
    return Route((*key, standing.network or "", ""), standing, None, None, document)


def ranked(routes: list[Route]) -> list[Route]:
    """Sort routes, best first, and write each one's rank into its document."""
    routes.sort(key=_key)
    for rank, route in enumerate(routes, start=1):
        route.document["rank"] = rank
    return routes


def function_label(function: str) -> str:
    """A function as people write it: ``MLA liaison``."""
    return function.replace("_", " ").replace("mla ", "MLA ")


_MOST_VIEWS = 16


def contact_view(desk: Desk, availability: Availability, day: str) -> Written:
    """What an answer shows of a contact, its channels in the order to try them."""
    views = desk.worked_out.setdefault("views", {})
    key = (availability.running, day)
    view: Written | None = views.get(key)
    if view is None:
        if len(views) >= _MOST_VIEWS:
            views.clear()
        in_post = [holder for holder in desk.holders if _is_in_post(holder, day)]
        view = views[key] = _view(desk, availability.channels, in_post)
    return view


def _is_in_post(holder: Document, day: str) -> bool:
    return (holder["from_date"] is None or holder["from_date"] <= day) and (
        holder["until_date"] is None or holder["until_date"] > day
    )


def _view(desk: Desk, channels: Sequence[Document], in_post: Sequence[Document]) -> Written:
    contact, organisation = desk.contact, desk.organisation
    return Written(
        {
            "id": contact["id"],
            "title": contact["title"],
            "organisation": {
                "id": organisation["id"],
                "name": organisation["name"],
                "organisation_type": organisation["organisation_type"],
                "sector": organisation["sector"],
            },
            "economy": contact["economy"],
            "posted_in": contact["posted_in"],
            "covers": contact["covers"],
            "networks": contact["networks"],
            "functions": contact["functions"],
            "languages": contact["languages"],
            "duty_hours": contact["duty_hours"],
            "zone": contact["zone"],
            "marking": contact["marking"],
            "audience": contact["audience"],
            "source": contact["source"],
            "holders": [{"id": holder["id"], "name": holder["name"]} for holder in in_post],
            "keys": [{"id": key["id"], "fingerprint": key["fingerprint"]} for key in desk.keys],
            "channels": channels,
        }
    )


def _reasons_of_function(function: str | None) -> tuple[Document, Document]:
    """The reasons of a desk that does what is asked, and of one that may."""
    if function is None:
        return _FUNCTION_NOT_ASKED, _FUNCTION_NOT_ASKED
    label = function_label(function)
    return (
        {"code": "function-yes", "text": f"It does {label}."},
        {"code": "function-unknown", "text": f"Whether it does {label} is not recorded."},
    )


def _shared(offered: tuple[str, ...], wanted: Sequence[str]) -> tuple[int, str | None, Document]:
    if not wanted:
        return _YES, None, _LANGUAGE_NOT_ASKED
    if not offered:
        return _NOT_RECORDED, None, _LANGUAGE_UNKNOWN
    language = next(filter(None, (shared_language(offered, each) for each in wanted)), None)
    if language is not None:
        text = f"It can be spoken with in {language}."
        return _YES, language, {"code": "language-shared", "text": text}
    text = f"It works in {', '.join(offered)}, not in {' or '.join(wanted)}."
    return _NO, None, {"code": "language-not-shared", "text": text}


def _standing_reason(standing: Standing) -> Document:
    return {"code": f"standing-{standing.standing}", "text": standing.basis}


def _languages_wanted(question: Question, directory: Directory) -> list[str]:
    if question.language is not None:
        return [question.language]
    asking = directory.economies.get(question.origin) if question.origin is not None else None
    return list(asking["languages"]) if asking is not None else []


def _rank(standing: Standing) -> int:
    return 0 if standing.standing == OPEN else 1


def _key(route: Route) -> RankingKey:
    return route.key
