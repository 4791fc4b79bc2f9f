"""Filling the look-up's inputs from the directory, and asking the rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

import orjson
from sqlalchemy import Connection

from directory.changes.past import Moment
from directory.contacts import past
from directory.contacts import queries as contact_queries
from directory.documents import Document
from directory.policy import Viewer
from directory.reach.inputs import Desk, Directory, Question
from directory.reach.rules.answer import Reach, reach
from directory.reference.aliases import economy_called
from directory.reference.facts import Facts


def ask(
    connection: Connection,
    facts: Facts,
    *,
    to: str,
    origin: str | None,
    function: str | None,
    language: str | None,
    at: datetime,
    viewer: Viewer,
    moment: Moment | None = None,
) -> Reach:
    """Answer a question whose economies are named as people name them.

    Args:
        connection: A reading unit of work.
        facts: The reference data that the viewer may see, as it was at the moment.
        to: The economy to reach.
        origin: The economy that asks.
        function: What is needed.
        language: The language to be served in.
        at: The instant to judge.
        viewer: Who asks.
        moment: What had been recorded; None means what is recorded now.

    Raises:
        AmbiguousEconomyError: A name is known to mean different economies in different lists.
        UnknownEconomyError: No economy that the viewer may see is called that.
    """
    question = Question(
        to=economy_called(facts, to),
        origin=None if origin is None else economy_called(facts, origin),
        function=function,
        language=language,
        at=at.replace(microsecond=0),
        as_of=None if moment is None else moment.by,
    )
    if moment is None:
        return look_up(connection, facts, question, viewer=viewer)
    views = past.desks(
        connection,
        question.parties,
        _ways_in(facts, question),
        viewer=viewer,
        moment=moment,
        at=question.at,
    )
    return _judged(facts, question, _read(views))


def look_up(connection: Connection, facts: Facts, question: Question, *, viewer: Viewer) -> Reach:
    """Answer whom to call in one economy, from another, at an instant.

    Args:
        connection: A reading unit of work.
        facts: The reference data that the viewer may see.
        question: Whom, from whom, for what, in which language, when; codes of held economies.
        viewer: Who asks.
    """
    return _judged(facts, question, _desks(connection, facts, question, viewer=viewer))


def stays_until(facts: Facts, found: Reach) -> datetime | None:
    """Until when an answer stays as it is, but for the instant that it names; None if unknown.

    Clocks are told to the minute, and duty hours, terms and memberships begin and end with one.
    """
    held: _Held | None = facts.recall(("desks", *found.question.parties))
    if held is None or not held.since <= found.question.at < held.until:
        return None
    minute = found.question.at.replace(second=0)
    return min(minute + timedelta(minutes=1), held.until)


def _judged(facts: Facts, question: Question, held: Sequence[Desk]) -> Reach:
    return reach(
        question,
        Directory(facts.economies, facts.networks, facts.memberships_of),
        held,
        [desk for desk in held if desk.contact["economy"] == question.origin],
    )


class _Held(NamedTuple):
    """The desks that a question is judged on, as they stand from one instant to another."""

    since: datetime
    until: datetime
    desks: Sequence[Desk]


def _desks(
    connection: Connection, facts: Facts, question: Question, *, viewer: Viewer
) -> Sequence[Desk]:
    """The live desks of the economies concerned, and those that memberships name as the way in.

    Which they are, and what they say, hangs on the records and on the viewer's rights alone, but
    for verifications: so they are kept with the facts until the first one lapses.
    """
    what = ("desks", *question.parties)
    held: _Held | None = facts.recall(what)
    if held is not None and held.since <= question.at < held.until:
        return held.desks
    via = _ways_in(facts, question)
    views = contact_queries.desks(connection, question.parties, via, viewer=viewer, at=question.at)
    desks = _read(views.texts)
    if views.until is not None:
        weight = _DESK_WEIGHT * len(desks) + 1
        facts.keep(what, _Held(question.at, views.until, desks), weight=weight)
    return desks


def _ways_in(facts: Facts, question: Question) -> set[str]:
    """Ids of the contacts that memberships name as the way in."""
    return {
        row["via"]
        for code in question.parties
        for row in facts.memberships_of.get(code, ())
        if row["via"] is not None
    }


def _read(texts: Mapping[str, str]) -> list[Desk]:
    return [_desk(text) for _, text in sorted(texts.items())]


_DESK_WEIGHT = 8
"""A desk as it is read takes many times the room of a tag: about a thousand may be kept."""


@lru_cache(maxsize=2048)
def _desk(text: str) -> Desk:
    """Read a desk. Reading costs most of a look-up, and the same text always says the same.

    The text comes from the database, chosen for its viewer: what is kept here is how to read it,
    not whether to show it.
    """
    view: Document = orjson.loads(text)
    return Desk(view, view["organisation_record"], view["channels"], view["holders"], view["keys"])
