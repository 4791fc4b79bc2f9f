"""Filling the look-up's inputs from the directory, and asking the rules."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

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
) -> Reach:
    """Answer a question whose economies are named as people name them.

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
    )
    return look_up(connection, facts, question, viewer=viewer)


def look_up(connection: Connection, facts: Facts, question: Question, *, viewer: Viewer) -> Reach:
    """Answer whom to call in one economy, from another, at an instant.

    Args:
        connection: A reading unit of work.
        facts: The reference data that the viewer may see.
        question: Whom, from whom, for what, in which language, when; codes of held economies.
        viewer: Who asks.
    """
    via = {
        row["via"]
        for code in question.parties
        for row in facts.memberships_of.get(code, ())
        if row["via"] is not None
    }
    views = contact_queries.desks(connection, question.parties, via, viewer=viewer, at=question.at)
    held = [_desk(view) for view in views]
    return reach(
        question,
        Directory(facts.economies, facts.networks, facts.memberships_of),
        held,
        [desk for desk in held if desk.contact["economy"] == question.origin],
    )


def _desk(view: Document) -> Desk:
    return Desk(view, view["organisation_record"], view["channels"], view["holders"], view["keys"])
