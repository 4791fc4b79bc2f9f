"""Meetings: their list, and of each what the next delegate needs."""

from __future__ import annotations

from typing import Any

from flask import Response

from directory.changes.queries import StoredText
from directory.meetings import queries
from directory.meetings.briefing import briefing
from directory.meetings.text import card
from directory.web.answers import JSON, answer, chosen_form, page_answer, record_answer
from directory.web.api.base import Blueprint, PageQuery, QuerySchema
from directory.web.api.meeting_shapes import MeetingView
from directory.web.api.shapes import MeetingPage
from directory.web.auth import Permission, allows
from directory.web.context import reading, running

blueprint = Blueprint("meetings", __name__, description="Meetings, and what came of them")

CARD = "text/plain"


@blueprint.get("/meetings")
@allows(Permission.READ)
@blueprint.query(PageQuery)
@blueprint.answers(MeetingPage)
def meetings(query: dict[str, Any]) -> Response:
    """Meetings by their first day, those without a date last."""
    with reading() as directory:
        return page_answer(
            queries.meeting_list(directory.connection, viewer=directory.viewer, **query)
        )


@blueprint.get("/meetings/<string:name>")
@allows(Permission.READ)
@blueprint.query(QuerySchema)
@blueprint.answers(MeetingView)
@blueprint.forms(CARD)
def meeting(query: dict[str, Any], name: str) -> Response:
    """One meeting, by slug or id, with what the next delegate needs to know of it.

    What was decided; what is still open, of this and of earlier meetings of the body; the change
    sets that came of it; who represented each economy last time; who hands over to whom.
    `text/plain` in `Accept` gives it as a card of at most 60 lines.
    """
    form = chosen_form((JSON, CARD))
    with reading() as directory:
        found = briefing(
            directory.connection,
            running().kinds,
            directory.facts,
            name,
            viewer=directory.viewer,
        )
    if form == JSON:
        return record_answer(StoredText(found.revision, found.json))
    printed = card(found, directory.facts)
    return answer(
        printed.text.encode(), revision=found.revision, media_type=CARD, behind=printed.shown
    )
