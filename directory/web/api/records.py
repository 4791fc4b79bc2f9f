"""Single records of the kinds that have no page of their own, by id, live or retired."""

from __future__ import annotations

from typing import Any

from flask import Response

from directory.changes.past import record as record_then
from directory.changes.queries import record
from directory.clock import utc_now
from directory.web.answers import record_answer
from directory.web.api.base import Blueprint, QuerySchema
from directory.web.api.parameters import as_of_instant
from directory.web.api.shapes import RECORD_SHAPES
from directory.web.auth import Permission, allows
from directory.web.context import reading, running

blueprint = Blueprint("records", __name__, description="Single records by id")

KINDS = {
    "memberships": "membership",
    "statements": "statement",
    "holders": "holder",
    "channels": "channel",
    "keys": "key",
    "checks": "check",
    "attendances": "attendance",
    "outcomes": "outcome",
}


class RecordQuery(QuerySchema):
    """By when it had been recorded."""

    as_of = as_of_instant()


def _add(plural: str, name: str) -> None:
    def view(query: dict[str, Any], record_id: Any) -> Response:
        with reading() as directory:
            then = directory.standpoint(query["as_of"], now=utc_now())
            kind, rid = running().kinds[name], str(record_id)
            if then.moment is None:
                found = record(directory.connection, kind, rid, viewer=directory.viewer)
            else:
                found = record_then(
                    directory.connection, kind, rid, then.moment, viewer=directory.viewer
                )
        return record_answer(found, as_of=query["as_of"])

    view.__name__ = name
    view.__doc__ = f"One {name}, live or retired."
    described = blueprint.query(RecordQuery)(blueprint.answers(RECORD_SHAPES[name])(view))
    allows(Permission.READ)(described)
    blueprint.route(f"/{plural}/<uuid:record_id>", methods=["GET"])(described)


for _plural, _name in KINDS.items():
    _add(_plural, _name)
