"""Networks with who takes part in them."""

from __future__ import annotations

from typing import Any

from flask import Response

from directory.clock import utc_now
from directory.reference.queries import network_page, network_view
from directory.web.answers import page_answer, record_answer
from directory.web.api.base import Blueprint, QuerySchema
from directory.web.api.parameters import as_of_instant
from directory.web.api.shapes import NetworkPage, NetworkView
from directory.web.auth import Permission, allows
from directory.web.context import reading

blueprint = Blueprint("networks", __name__, description="Agreed frameworks")


@blueprint.get("/networks")
@allows(Permission.READ)
@blueprint.query(QuerySchema)
@blueprint.answers(NetworkPage)
def networks(query: dict[str, Any]) -> Response:
    """The networks by slug; the list is short and has one page."""
    with reading() as directory:
        return page_answer(network_page(directory.facts))


class NetworkQuery(QuerySchema):
    """By when it had been recorded."""

    as_of = as_of_instant()


@blueprint.get("/networks/<string:name>")
@allows(Permission.READ)
@blueprint.query(NetworkQuery)
@blueprint.answers(NetworkView)
def network(query: dict[str, Any], name: str) -> Response:
    """One network, by slug or id, with each economy's standing, period by period."""
    with reading() as directory:
        facts = directory.standpoint(query["as_of"], now=utc_now()).facts
    return record_answer(network_view(facts, name), as_of=query["as_of"])
