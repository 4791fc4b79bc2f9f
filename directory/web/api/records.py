"""Single records of the kinds that have no page of their own, by id, live or retired."""

from __future__ import annotations

from typing import Any

from flask import Response

from directory.changes.queries import record
from directory.web.answers import record_answer
from directory.web.api.base import Blueprint, QuerySchema
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


def _add(plural: str, name: str) -> None:
    def view(query: dict[str, Any], record_id: Any) -> Response:
        with reading() as directory:
            kind = running().kinds[name]
            return record_answer(
                record(directory.connection, kind, str(record_id), viewer=directory.viewer)
            )

    view.__name__ = name
    view.__doc__ = f"One {name}, live or retired."
    described = blueprint.query(QuerySchema)(blueprint.answers(RECORD_SHAPES[name])(view))
    allows(Permission.READ)(described)
    blueprint.route(f"/{plural}/<uuid:record_id>", methods=["GET"])(described)


for _plural, _name in KINDS.items():
    _add(_plural, _name)
