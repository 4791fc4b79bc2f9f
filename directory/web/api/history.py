"""What became of a record: who changed which field, when, why, and from which meeting."""

from __future__ import annotations

from typing import Any

from flask import Response

from directory.changes.errors import UnknownRecordError
from directory.changes.history import history
from directory.changes.queries import find
from directory.service import Reading
from directory.web.answers import answer
from directory.web.api.base import Blueprint, PageQuery
from directory.web.api.economies import elsewhere
from directory.web.api.records import KINDS
from directory.web.api.shapes import Candidates, HistoryPage
from directory.web.auth import Permission, allows
from directory.web.context import reading, running

blueprint = Blueprint("history", __name__, description="Who changed what, when and why")

BY_NAME = {"networks": "network", "organisations": "organisation", "meetings": "meeting"}


@blueprint.get("/economies/<string:code>/history")
@allows(Permission.READ)
@blueprint.query(PageQuery)
@blueprint.answers(HistoryPage)
@blueprint.also(300, "The name may mean several.", Candidates)
@blueprint.also(308, "The name means this economy.")
def economy_history(query: dict[str, Any], code: str) -> Response:
    """What became of one economy's record, the newest change first."""
    with reading() as directory:
        try:
            return _history(directory, "economy", code, query)
        except UnknownRecordError:
            return elsewhere(directory.facts, code, "/history")


def _history(directory: Reading, name: str, called: str, query: dict[str, Any]) -> Response:
    kinds, viewer = running().kinds, directory.viewer
    kind = kinds[name]
    found = history(
        directory.connection,
        kind,
        find(directory.connection, kind, called, viewer=viewer),
        meetings=kinds["meeting"],
        viewer=viewer,
        **query,
    )
    return answer(found.page.json().encode(), behind=found.behind)


def _add(path: str, place: str, name: str) -> None:
    def view(query: dict[str, Any], **named: Any) -> Response:
        with reading() as directory:
            return _history(directory, name, str(named[place]), query)

    view.__name__ = f"{name}_history"
    view.__doc__ = f"""What became of one {name}, the newest change first.

    Versions that you may not see are absent. Who wrote, and why, is told to accounts.
    """
    described = blueprint.query(PageQuery)(blueprint.answers(HistoryPage)(view))
    allows(Permission.READ)(described)
    blueprint.route(path, methods=["GET"])(described)


for _plural, _name in BY_NAME.items():
    _add(f"/{_plural}/<string:name>/history", "name", _name)
_add("/contacts/<uuid:contact_id>/history", "contact_id", "contact")
for _plural, _name in KINDS.items():
    _add(f"/{_plural}/<uuid:record_id>/history", "record_id", _name)
