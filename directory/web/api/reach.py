"""The main job: whom to call in an economy, from another, for a purpose, now."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response

from directory.clock import utc_now
from directory.documents import json_bytes
from directory.reach.queries import ask, stays_until
from directory.reach.rules.answer import Reach
from directory.reach.shown import restricted_behind, shown_by
from directory.reach.text import card
from directory.web.answers import JSON, Passing, answer, chosen_form, passing_answer
from directory.web.api.base import Blueprint, QuerySchema
from directory.web.api.parameters import (
    InstantField,
    as_of_instant,
    economy_name,
    function_name,
    language_tag,
)
from directory.web.api.shapes import ReachAnswer
from directory.web.auth import Permission, allows
from directory.web.context import Reading, reading, running

blueprint = Blueprint("reach", __name__, description="Whom to call, by which route, right now")

CARD = "text/plain"


class ReachQuery(QuerySchema):
    """Whom to reach, from where, for what."""

    to = economy_name(required=True)
    from_ = economy_name(load_default=None, data_key="from")
    function = function_name()
    language = language_tag()
    at = InstantField(
        load_default=None,
        metadata={
            "type": "string",
            "description": "The instant to judge, with its zone, or a date (noon UTC); now if"
            " left out.",
            "example": "2012-11-02T00:00:00Z",
        },
    )
    as_of = as_of_instant()


@blueprint.get("/reach")
@allows(Permission.READ)
@blueprint.query(ReachQuery)
@blueprint.answers(ReachAnswer, description="Routes, ranked, and what is closed.")
@blueprint.forms(CARD)
def reach(query: dict[str, Any]) -> Response:
    """Whom to call in one economy, from another, for a purpose, at an instant.

    `text/plain` in `Accept` gives the answer as a card of at most 40 lines. With `as_of` it is
    judged on what had been recorded by then: whom would the directory have said to call? Without
    `at` it is then judged at that same instant; where both are dates, at noon UTC of the day.
    """
    form, now = chosen_form((JSON, CARD)), utc_now()
    with reading() as directory:
        if form == CARD:
            found = _found(directory, query, now)
            behind = restricted_behind(found)
            return answer(card(found).encode(), media_type=CARD, behind=behind)
        is_of_now = query["at"] is None and query["as_of"] is None
        return passing_answer(
            directory, now, lambda: _made(directory, query, now), is_kept=is_of_now
        )


def _found(directory: Reading, query: dict[str, Any], now: datetime) -> Reach:
    as_of = query["as_of"]
    then = directory.standpoint(as_of, now=now)
    return ask(
        directory.connection,
        then.facts,
        to=query["to"],
        origin=query["from_"] or directory.viewer.economy,
        function=query["function"],
        language=query["language"],
        at=query["at"] or (now if as_of is None else as_of.at),
        viewer=directory.viewer,
        moment=then.moment,
    ).noted(running().old_copy_notes(directory.connection, now))


def _made(directory: Reading, query: dict[str, Any], now: datetime) -> Passing:
    found = _found(directory, query, now)
    # What a copy says of its age changes with every moment.
    until = None if running().is_mirror else stays_until(directory.facts, found)
    at: str = found.document["at"]
    return Passing(json_bytes(found.document), at, shown_by(found), until)
