"""Who read what of AMBER and above."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields

from directory.readings import queries
from directory.readings.queries import Asked
from directory.web.answers import page_answer
from directory.web.api.base import Blueprint, PageQuery
from directory.web.api.parameters import text_of
from directory.web.api.shapes import ReadingPage
from directory.web.auth import Permission, allows
from directory.web.context import reading, running

blueprint = Blueprint("readings", __name__, description="Who read what of AMBER and above")


class ReadingQuery(PageQuery):
    """Whose readings, of whose records, in which days."""

    owner = text_of("The owner of the records: the code of an economy, or `directory`.", 20)
    partner = text_of("The id of the readers' partner.", 80)
    from_ = fields.Date(
        load_default=None, data_key="from", metadata={"description": "The first day, in UTC."}
    )
    until = fields.Date(load_default=None, metadata={"description": "The last day, in UTC."})


@blueprint.get("/readings")
@allows(Permission.ACCOUNT)
@blueprint.query(ReadingQuery)
@blueprint.answers(ReadingPage)
def readings(query: dict[str, Any]) -> Response:
    """Who read records marked AMBER or above.

    With `owner` alone: how many answers showed records of that owner's, by day and partner, for the
    owner's editors. Otherwise the entries of your own partner that concern records which you may
    see, with reader, record and purpose; an auditor sees every partner's.
    """
    limit, page = query.pop("limit"), query.pop("page")
    with reading() as directory:
        names = queries.names_of_partners(directory.connection)
    with running().readings.reading() as connection:
        return page_answer(
            queries.find(
                connection,
                Asked(query["owner"], query["partner"], query["from_"], query["until"]),
                viewer=directory.viewer,
                principal=directory.principal,
                names=names,
                limit=limit,
                page=page,
            )
        )
