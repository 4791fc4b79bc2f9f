"""The main job: whom to call in an economy, from another, for a purpose, now."""

from __future__ import annotations

from typing import Any

from flask import Response

from directory.clock import utc_now
from directory.documents import json_bytes
from directory.reach.queries import ask
from directory.reach.shown import restricted_behind
from directory.reach.text import card
from directory.web.answers import JSON, answer, chosen_form
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
from directory.web.context import reading, running

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
    form, now, as_of = chosen_form((JSON, CARD)), utc_now(), query["as_of"]
    with reading() as directory:
        then = directory.standpoint(as_of, now=now)
        found = ask(
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
    behind = restricted_behind(found)
    if form == CARD:
        return answer(card(found).encode(), media_type=CARD, behind=behind)
    return answer(json_bytes(found.document), behind=behind, said=found.document)
