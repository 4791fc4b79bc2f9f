"""Coverage: economies by networks, hours and languages, and where nobody answers."""

from __future__ import annotations

from typing import Any

from flask import Response

from directory.clock import utc_now
from directory.contacts.coverage import coverage
from directory.documents import json_bytes
from directory.reference.aliases import economy_called
from directory.web.answers import answer
from directory.web.api.base import Blueprint, QuerySchema
from directory.web.api.check_shapes import CoverageAnswer
from directory.web.api.parameters import economy_name
from directory.web.auth import Permission, allows
from directory.web.context import reading

blueprint = Blueprint("coverage", __name__, description="What the lists cover, and what they lack")


class CoverageQuery(QuerySchema):
    """Whose lists."""

    economy = economy_name(load_default=None)


@blueprint.get("/coverage")
@allows(Permission.READ)
@blueprint.query(CoverageQuery)
@blueprint.answers(CoverageAnswer)
def covered(query: dict[str, Any]) -> Response:
    """What the lists cover: for each economy and each of its networks who answers, when, and how.

    `lacks` says where nobody is held and where all hangs on one contact, channel or medium.
    Contacts with nothing verified, without a holder or with an expired key are counted, and the
    first of them named. Without `economy` it looks at every record, and takes its time.
    """
    named = query["economy"]
    with reading() as directory:
        found = coverage(
            directory.connection,
            directory.facts,
            economy=None if named is None else economy_called(directory.facts, named),
            viewer=directory.viewer,
            at=utc_now(),
        )
    return answer(json_bytes(found.document), behind=found.behind)
