"""Confirming an economy's list unchanged, in one act."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Response
from marshmallow import Schema, ValidationError, fields, validate

from directory.changes import idempotency
from directory.changes.errors import InvalidDocumentError, UnknownRecordError
from directory.changes.idempotency import Answered
from directory.changes.proposals import Proposed
from directory.changes.schemas import InstantText, faults_of, messages_of, record_id, slug
from directory.clock import parse_instant, utc_now
from directory.contacts.confirmation import Act, Asked, carry_out, outcome, work_out
from directory.documents import Document
from directory.errors import Fault
from directory.service import Reading, Writing
from directory.web.answers import answer
from directory.web.api.base import Blueprint, QuerySchema
from directory.web.api.check_shapes import ConfirmedShape
from directory.web.api.shapes import ProposedShape
from directory.web.api.writing import digest_of_request, idempotency_key, proposed_answer
from directory.web.auth import Permission, allows
from directory.web.context import account_of, reading, running, writing

blueprint = Blueprint("confirming", __name__, description="Confirming a list unchanged")

MOST_NAMED = 1000


class ConfirmSchema(Schema):
    """What is confirmed, when, and where the word was given."""

    contacts = fields.List(
        record_id(),
        load_default=None,
        allow_none=True,
        validate=validate.Length(1, MOST_NAMED),
        metadata={"description": "only these contacts; the whole list where it is left out"},
    )
    confirmed_at = InstantText(
        load_default=None,
        allow_none=True,
        metadata={"description": "when the word was given; now if left out"},
    )
    meeting = slug(load_default=None, allow_none=True)
    note = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 500))
    revisions = fields.Dict(
        keys=record_id(),
        values=fields.Integer(strict=True, validate=validate.Range(1)),
        load_default=dict,
        metadata={
            "description": "the revision of each contact and channel as you read it, by id: what"
            " has changed, gone or come since is refused instead of confirmed unseen"
        },
    )


@blueprint.post("/economies/<string:code>/confirm")
@allows(Permission.ACCOUNT)
@blueprint.query(QuerySchema)
@blueprint.body(ConfirmSchema)
@blueprint.answers(ConfirmedShape, status=201)
@blueprint.also(202, "A second person has to decide; `Location` is the change set.", ProposedShape)
def confirm(query: dict[str, Any], body: Document, code: str) -> Response:
    """Confirm an economy's list unchanged: one check for each channel that you see and write.

    It says that its owner stands by what is held, not that anybody was called. A channel whose last
    check failed is left out until somebody has reached it. A 24/7 line that nobody ever verified,
    or whose failure somebody saw, takes a second person.
    """
    asked = _loaded(body)
    with reading() as directory:
        act = _worked_out(directory, code, asked)
    with writing() as directory:
        return _done(directory, act)


def _loaded(body: Document) -> Asked:
    try:
        said: Document = ConfirmSchema().load(body)
    except ValidationError as error:
        faults = faults_of(messages_of(error))
        raise InvalidDocumentError("Nothing was confirmed.", *faults) from None
    given = said["confirmed_at"]
    return Asked(
        said["contacts"],
        None if given is None else parse_instant(given),
        said["meeting"],
        said["note"],
        said["revisions"],
    )


def _worked_out(directory: Reading, code: str, asked: Asked) -> Act:
    try:
        return work_out(
            directory.connection,
            directory.facts,
            running().kinds,
            code,
            asked,
            viewer=directory.viewer,
            actor=account_of(directory).account,
            at=utc_now(),
        )
    except UnknownRecordError as error:
        raise InvalidDocumentError(
            "Nothing was confirmed.", Fault("#/meeting", error.detail)
        ) from None


def _done(directory: Writing, act: Act) -> Response:
    connection, at = directory.connection, utc_now()
    account, key = act.prepared.actor, idempotency_key()
    if key is not None:
        before = idempotency.answered_before(connection, account, key, digest_of_request(), at=at)
        if before is not None:
            return _told(directory, act, before)
    done = carry_out(connection, running().kinds, act, viewer=directory.viewer, at=at)
    answered = Answered(202 if isinstance(done, Proposed) else 201, done.change_set)
    if key is not None:
        idempotency.keep(connection, account, key, answered)
    return _told(directory, act, answered)


def _told(directory: Writing, act: Act, answered: Answered) -> Response:
    if answered.status == 202:
        return proposed_answer(directory, answered.id)
    body = outcome(directory.connection, act, answered.id, viewer=directory.viewer)
    response = answer(orjson.dumps(body))
    response.status_code = answered.status
    return response
