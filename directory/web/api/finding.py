"""Finding a desk by a name or digits, and asking whose number is displayed."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Response
from marshmallow import fields, validate

from directory.clock import utc_now
from directory.contacts.finding import find, who_calls
from directory.pages import MOST_ITEMS, USUAL_ITEMS
from directory.reference.aliases import economy_called
from directory.web.answers import answer
from directory.web.api.base import Blueprint, QuerySchema
from directory.web.api.parameters import economy_name, text_of
from directory.web.api.shapes import CallersAnswer, SearchAnswer
from directory.web.auth import Permission, allows
from directory.web.context import reading

blueprint = Blueprint("finding", __name__, description="Search, and who is calling")


class SearchQuery(QuerySchema):
    """What to search for."""

    q = text_of(
        "A name in any script, an address, or digits of a number; the last word may be unfinished.",
        200,
        required=True,
    )
    limit = fields.Integer(load_default=USUAL_ITEMS, validate=validate.Range(1, MOST_ITEMS))


@blueprint.get("/search")
@allows(Permission.READ)
@blueprint.query(SearchQuery)
@blueprint.answers(SearchAnswer)
def search(query: dict[str, Any]) -> Response:
    """Economies, networks, organisations and desks by name, holder, address or digits."""
    with reading() as directory:
        found = find(
            directory.connection,
            directory.facts,
            directory.viewer,
            query["q"],
            limit=query["limit"],
        )
    return answer(orjson.dumps(found))


class CallersQuery(QuerySchema):
    """A displayed number, and where it is displayed."""

    number = text_of("The number as displayed, in any punctuation.", 60, required=True)
    economy = economy_name(load_default=None)


@blueprint.get("/callers")
@allows(Permission.READ)
@blueprint.query(CallersQuery)
@blueprint.answers(CallersAnswer)
def callers(query: dict[str, Any]) -> Response:
    """Who is calling? The desks that have a number, and the verified channels to call back.

    A displayed number proves nothing, and the answer says so. `economy` says whose numbering plan
    a number without a calling code belongs to.
    """
    with reading() as directory:
        economy = query["economy"]
        region = None if economy is None else economy_called(directory.facts, economy)
        found = who_calls(
            directory.connection,
            directory.facts,
            directory.viewer,
            query["number"],
            region=region,
            at=utc_now(),
        )
    return answer(orjson.dumps(found))
