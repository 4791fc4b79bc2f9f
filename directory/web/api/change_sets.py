"""Change sets that wait for a second person: what they would do, and deciding on them."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Response
from marshmallow import Schema, ValidationError, fields, validate

from directory.changes import proposals, proposed
from directory.changes.proposed import STATES
from directory.changes.schemas import faults_of, messages_of
from directory.clock import utc_now
from directory.errors import InvalidInputError
from directory.service import Reading, Writing
from directory.web.answers import answer, page_answer
from directory.web.api.base import Blueprint, PageQuery, QuerySchema
from directory.web.api.shapes import ChangeSetPage, ChangeSetShape
from directory.web.auth import Permission, allows
from directory.web.context import account_of, reading, running, writing

blueprint = Blueprint("change-sets", __name__, description="Changes that take a second person")


class ChangeSetQuery(PageQuery):
    """Which change sets."""

    state = fields.String(
        load_default=None,
        validate=validate.OneOf(STATES),
        metadata={"description": "What has become of them."},
    )


class BadDecisionError(InvalidInputError):
    """A decision that says what it cannot say."""

    slug = "bad-decision"
    title = "The decision cannot be used"


class DecisionSchema(Schema):
    """A decision; why, for whoever proposed it."""

    remark = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 500))


@blueprint.get("/change-sets")
@allows(Permission.ACCOUNT)
@blueprint.query(ChangeSetQuery)
@blueprint.answers(ChangeSetPage)
def change_sets(query: dict[str, Any]) -> Response:
    """Change sets that wait, or have waited, for a second person; the newest first.

    Those of which you may see something; operations that you may not see are not counted.
    """
    with reading() as directory:
        return page_answer(
            proposed.change_sets(
                directory.connection, running().kinds, viewer=directory.viewer, **query
            )
        )


@blueprint.get("/change-sets/<uuid:change_set>")
@allows(Permission.ACCOUNT)
@blueprint.query(QuerySchema)
@blueprint.answers(ChangeSetShape)
def change_set(query: dict[str, Any], change_set: Any) -> Response:
    """One change set: each operation, what it would write, and what the directory holds now."""
    with reading() as directory:
        return _told(directory, str(change_set))


@blueprint.post("/change-sets/<uuid:change_set>/approve")
@allows(Permission.ACCOUNT)
@blueprint.query(QuerySchema)
@blueprint.answers(ChangeSetShape)
def approve(query: dict[str, Any], change_set: Any) -> Response:
    """Apply what somebody else proposed. Call them back first: a proposal can be forged as well.

    Takes an editor of every owner concerned, or a coordinator, who may see all of it, is a person,
    and is somebody other than the one who proposed it.
    """
    with writing() as directory:
        proposals.approve(
            directory.connection,
            running().kinds,
            str(change_set),
            viewer=directory.viewer,
            why_not_second=running().second_person(
                directory.connection, account_of(directory).account
            ),
            at=utc_now(),
        )
        return _told(directory, str(change_set))


@blueprint.post("/change-sets/<uuid:change_set>/reject")
@allows(Permission.ACCOUNT)
@blueprint.query(QuerySchema)
@blueprint.body(DecisionSchema)
@blueprint.answers(ChangeSetShape)
def reject(query: dict[str, Any], body: dict[str, Any], change_set: Any) -> Response:
    """Turn a proposal down, or take your own back."""
    try:
        decision = DecisionSchema().load(body)
    except ValidationError as error:
        raise BadDecisionError(
            "The decision cannot be used; nothing was decided.", *faults_of(messages_of(error))
        ) from None
    with writing() as directory:
        proposals.reject(
            directory.connection,
            running().kinds,
            str(change_set),
            viewer=directory.viewer,
            remark=decision["remark"],
            at=utc_now(),
        )
        return _told(directory, str(change_set))


def _told(directory: Reading | Writing, rid: str) -> Response:
    found = proposed.change_set(directory.connection, running().kinds, rid, viewer=directory.viewer)
    return answer(orjson.dumps(found.document))
