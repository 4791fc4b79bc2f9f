"""What a tired person reads first: two sentences, and the notes that go with them.

The first says whom to call now, or when the next desk opens; the second what is closed. A number is
printed as it was recorded, never reformatted: it may be read out by somebody who must dial it.
"""

from __future__ import annotations

from collections.abc import Sequence

from directory.documents import Document
from directory.reach.inputs import Directory, Question
from directory.reach.rules.availability import LATER, NOW
from directory.reach.rules.hours import local_text
from directory.reach.rules.networks import Networks
from directory.reach.rules.ranking import Route, function_label
from directory.reach.rules.standing import OPEN, Standing

_MOST_NAMED = 3
_DISCLOSED_LATER = frozenset({"preservation", "partial_disclosure"})

_PRESERVING = (
    "preserving-is-not-disclosing",
    "Preserving is not disclosing: content is handed over only on a formal request.",
)
_NOT_JUDGED = ("standing-not-judged", "Say which economy asks (from) to have standing judged.")
_DESK_TO_DESK = (
    "desk-to-desk",
    "Requests through a network go desk to desk: from your own desk to theirs.",
)
_NO_NETWORK = (
    "no-network",
    "A desk that answers for no network may be asked; nothing obliges it to answer.",
)
_PARTICIPATION_ONLY = (
    "participation-only",
    "Standing says who takes part, since when that is known and from which source; nothing more.",
)


def two_sentences(
    question: Question, directory: Directory, routes: Sequence[Route], closed: Sequence[Standing]
) -> tuple[str, list[int]]:
    """The answer in two sentences.

    Args:
        question: What was asked.
        directory: For names.
        routes: In rank order.
        closed: The closed networks.

    Returns:
        The text, and the places in ``routes`` of those that it names.
    """
    first, spoken = _whom(question, directory, routes)
    return f"{first} {_what_is_closed(question, directory, closed)}", spoken


def notes_on(
    question: Question,
    directory: Directory,
    routes: Sequence[Route],
    networks: Networks,
    *,
    own_desks: bool,
) -> list[Document]:
    """What an officer must know before calling."""
    crosses = question.origin is not None and question.origin != question.to
    unsettled = {s.network or "" for s in _unsettled(routes, networks)}
    names = ", ".join(sorted(directory.network_name(slug) for slug in unsettled))
    direct = any(r.standing.network is None and r.standing.standing == OPEN for r in routes)
    told = (
        (question.function in _DISCLOSED_LATER, _PRESERVING),
        (question.origin is None, _NOT_JUDGED),
        (crosses and own_desks, _DESK_TO_DESK),
        (
            bool(unsettled),
            (
                "who-can-settle",
                f"The economies named, or a coordinator of the directory, can settle: {names}.",
            ),
        ),
        (crosses and direct, _NO_NETWORK),
        (crosses, _PARTICIPATION_ONLY),
    )
    return [{"code": code, "text": text} for holds, (code, text) in told if holds]


def _unsettled(routes: Sequence[Route], networks: Networks) -> list[Standing]:
    found = [route.standing for route in routes if route.standing.network is not None]
    return [s for s in (*found, *networks.unrecorded()) if s.missing and s.standing != OPEN]


def _whom(
    question: Question, directory: Directory, routes: Sequence[Route]
) -> tuple[str, list[int]]:
    answering = next((i for i, r in enumerate(routes) if r.document["reachable"] == NOW), None)
    if answering is not None:
        return _call_now(question, directory, routes, answering)
    if not routes:
        purpose = f" for {function_label(question.function)}" if question.function else ""
        name = directory.economy_name(question.to)
        return f"The directory holds no route to {name}{purpose}.", []
    opening = _first_opening(routes)
    if opening is None:
        return _try_first(question, directory, routes[0]), [0]
    text = f"Nobody held here answers now; {_opens(routes[opening])}"
    if opening == 0 or routes[0].document["reachable"] == LATER:
        return text + _unsure(question, directory, routes[opening]) + ".", [opening]
    first = _instead(directory, question, routes[0])
    unsure = _unsure(question, directory, routes[opening])
    return f"{text}{unsure}; {first}.", [opening, 0]


def _call_now(
    question: Question, directory: Directory, routes: Sequence[Route], place: int
) -> tuple[str, list[int]]:
    route = routes[place]
    document = route.document
    clock = document["local_time"]
    there = f", {clock} there" if clock is not None else ""
    through = ""
    if route.standing.network is not None and route.standing.standing == OPEN:
        through = f", through {directory.network_name(route.standing.network)}"
    text = (
        f"Call {_desk(route)} now on {_channel(document['call'])}{there}{through}"
        f"{_unsure(question, directory, route)}"
    )
    # A better desk that is closed at this hour may be worth waiting for.
    better = next((i for i in range(place) if routes[i].document["reachable"] == LATER), None)
    if better is None or routes[better].desk is route.desk:
        return f"{text}.", [place]
    text += f"; ranked before it, {_opens(routes[better])}"
    return f"{text}{_unsure(question, directory, routes[better])}.", [place, better]


def _try_first(question: Question, directory: Directory, route: Route) -> str:
    return f"Nobody held here is known to answer now; {_instead(directory, question, route)}."


def _instead(directory: Directory, question: Question, route: Route) -> str:
    """What can be said of a desk that cannot be said to answer now or later."""
    document = route.document
    if route.desk is None:
        network = directory.network_name(route.standing.network or "")
        economy = directory.economy_name(question.to)
        return f"{network} is open, but the directory holds no contact of {economy} for it"
    unsure = _unsure(question, directory, route)
    call = document["call"]
    if call is None:
        return f"the directory holds no number or address of {_desk(route)}{unsure}"
    if call["verification"]["result"] == "failed":
        return f"the last check of every channel of {_desk(route)} failed{unsure}"
    return f"try {_desk(route)} on {_channel(call)}, whose hours are not recorded{unsure}"


def _first_opening(routes: Sequence[Route]) -> int | None:
    """The place of the route that opens next; open standing comes before unknown."""
    found = [
        (route.document["standing"] != OPEN, route.document["opens_at"], place)
        for place, route in enumerate(routes)
        if route.document["reachable"] == LATER
    ]
    return min(found)[2] if found else None


def _opens(route: Route) -> str:
    opening = route.availability.opening if route.availability is not None else None
    if opening is None or route.desk is None:
        return ""
    zone = route.desk.contact["zone"]
    there = f" ({local_text(opening.at, zone)})" if zone else ""
    call = _channel(route.document["call"])
    return f"{_desk(route)} opens at {opening.text}{there} on {call}"


def _unsure(question: Question, directory: Directory, route: Route) -> str:
    """What is not recorded about a route that the sentence nevertheless names."""
    doubts = []
    if question.origin is not None and route.standing.standing != OPEN:
        network = route.standing.network
        name = directory.network_name(network) if network is not None else "this route"
        doubts.append(f"{name} is open to {directory.economy_name(question.origin)}")
    if any(reason["code"] == "function-unknown" for reason in route.document["reasons"]):
        doubts.append(f"it does {function_label(question.function or '')}")
    if not doubts:
        return ""
    return f" (not recorded: whether {' and whether '.join(doubts)})"


def _desk(route: Route) -> str:
    desk = route.desk
    return f"{desk.title} ({desk.organisation_name})" if desk is not None else ""


def _channel(channel: Document) -> str:
    return f"{channel['medium']} {channel['raw']}"


def _what_is_closed(question: Question, directory: Directory, closed: Sequence[Standing]) -> str:
    economy = directory.economy_name(question.to)
    if question.origin == question.to:
        return f"Within {economy} no network is needed, so none is closed."
    unjudged = "Standing is not judged, because the economy that asks was not given"
    if closed:
        named = [
            f"{directory.network_name(standing.network or '')} ({standing.short})"
            for standing in closed[:_MOST_NAMED]
        ]
        if len(closed) > _MOST_NAMED:
            named.append(f"{len(closed) - _MOST_NAMED} more")
        listed = ", ".join(named)
        return f"Closed: {listed}." if question.origin else f"{unjudged}; closed to all: {listed}."
    if question.origin is None:
        return f"{unjudged}."
    return f"Nothing is recorded as closed from {directory.economy_name(question.origin)}."
