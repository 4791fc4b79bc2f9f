"""Filling the look-up's inputs from the directory, and asking the rules."""

from __future__ import annotations

from sqlalchemy import Connection

from directory.contacts import queries as contact_queries
from directory.documents import Document
from directory.policy import Viewer
from directory.reach.inputs import Desk, Directory, Question
from directory.reach.rules.answer import Reach, reach
from directory.reference.facts import Facts


def look_up(connection: Connection, facts: Facts, question: Question, *, viewer: Viewer) -> Reach:
    """Answer whom to call in one economy, from another, at an instant.

    Args:
        connection: A reading unit of work.
        facts: The reference data that the viewer may see.
        question: Whom, from whom, for what, in which language, when; codes of held economies.
        viewer: Who asks.
    """
    concerned = {question.to, question.origin} - {None}
    via = {
        row["via"]
        for code in concerned
        for row in facts.memberships_of.get(str(code), ())
        if row["via"] is not None
    }
    views = contact_queries.desks(
        connection, (str(code) for code in concerned), via, viewer=viewer, at=question.at
    )
    held = [_desk(view) for view in views]
    return reach(
        question,
        Directory(facts.economies, facts.networks, facts.memberships_of),
        held,
        [desk for desk in held if desk.contact["economy"] == question.origin],
    )


def _desk(view: Document) -> Desk:
    return Desk(view, view["organisation_record"], view["channels"], view["holders"], view["keys"])
