"""Lists that come back from meetings: sent in as files, read, and kept as proposals."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import orjson
from flask import Response, request
from marshmallow import Schema, fields

from directory.changes import idempotency
from directory.changes.apply import Applied
from directory.changes.idempotency import Answered
from directory.changes.revert import Reverted, Undoing, revert_bundle
from directory.clock import utc_now
from directory.errors import DirectoryError
from directory.meetings.lists import queries
from directory.meetings.lists.engine import plan_list
from directory.meetings.lists.files import read_file
from directory.meetings.lists.limits import MOST_BYTES
from directory.meetings.lists.returned import Sent, keep
from directory.meetings.lists.rules.findings import Code
from directory.meetings.lists.saying import SayingSchema, within_clearance
from directory.service import Reading, Writing
from directory.web.answers import answer, page_answer
from directory.web.api.base import PREFIX, Blueprint, PageQuery, QuerySchema
from directory.web.api.change_set_bodies import UndoingSchema
from directory.web.api.change_sets import loaded_decision
from directory.web.api.parameters import text_of
from directory.web.api.shapes import page_of
from directory.web.api.writing import idempotency_key
from directory.web.auth import Permission, allows
from directory.web.context import account_of, reading, running, writing
from directory.web.uploads import Upload, read_upload

blueprint = Blueprint("returned-lists", __name__, description="Lists that come back from meetings")


class FindingShape(Schema):
    """A doubt about a cell of a returned list."""

    cell = fields.String(metadata={"description": "its address in the file: `POC list!L15`"})
    code = fields.String(metadata={"description": "what sort of doubt"})
    read = fields.String(metadata={"description": "what stands there"})
    proposed = fields.String(allow_none=True, metadata={"description": "what is made of it"})
    confidence = fields.Float(metadata={"description": "from 0, a guess, to 1, certain"})
    change_set = fields.String(allow_none=True)
    operation = fields.Integer(allow_none=True, metadata={"description": "its place in there"})


class ReturnedListShape(Schema):
    """A returned list: how it was read, and what came of it."""

    id = fields.String()
    meeting = fields.String(allow_none=True)
    file_name = fields.String()
    sha256 = fields.String()
    received_at = fields.String()
    received_from = fields.String(allow_none=True)
    reading = fields.Dict(metadata={"description": "how it was read; to who sent it in"})
    cells = fields.Integer(metadata={"description": "how many are not empty; likewise"})
    cells_used = fields.Integer(metadata={"description": "of how many something was made"})
    change_sets = fields.List(fields.Dict(), metadata={"description": "one for each owner"})
    findings = fields.Dict(metadata={"description": "how often each doubt arose"})


class RevertedShape(Schema):
    """What became of undoing a list, change set by change set."""

    items = fields.List(fields.Dict())


class ListsQuery(PageQuery):
    """Of which meeting."""

    meeting = text_of("The slug of the meeting they came from.", 80)


class FindingsQuery(PageQuery):
    """Which findings."""

    code = fields.String(
        load_default=None, metadata={"description": "Only those of one sort.", "enum": list(Code)}
    )


class ListUpload(SayingSchema):
    """A list that has come back: the file, and what its sender says of it."""

    file = fields.Raw(
        required=True, metadata={"type": "string", "format": "binary", "description": ".xlsx, .csv"}
    )


@blueprint.post("/returned-lists")
@allows(Permission.ACCOUNT)
@blueprint.query(QuerySchema)
@blueprint.upload(ListUpload)
@blueprint.answers(ReturnedListShape, status=201)
def send_in(query: dict[str, Any]) -> Response:
    """Send in a list as it came back: it becomes one proposal, a change set for each owner.

    Nothing is written to the records. Every doubt is a finding, every cell is used or listed. What
    an encoding or a date was taken for can be said otherwise by sending it in again.
    """
    upload = read_upload(request, SayingSchema(), most_bytes=MOST_BYTES)
    at = utc_now()
    book = read_file(
        upload.data,
        file_name=upload.name,
        encoding=upload.said["encoding"],
        delimiter=upload.said["delimiter"],
    )
    kinds = running().kinds
    with reading() as directory:
        account = account_of(directory).account
        options = within_clearance(upload.said["options"], directory.viewer)
        plan = plan_list(
            directory.connection,
            directory.facts,
            kinds,
            book,
            options,
            file_name=upload.name,
            viewer=directory.viewer,
            at=at,
            progress=lambda done, of: None,
        )
    sent = Sent(upload.name, upload.data, account)
    with writing() as unit:
        done = _before(unit, account, upload)
        if done is None:
            kept = keep(unit.connection, kinds, plan, options, sent, viewer=unit.viewer, at=at)
            done = Answered(201, kept.id)
            key = idempotency_key()
            if key is not None:
                idempotency.keep(unit.connection, account, key, done)
        response = _told(unit, done.id)
    response.status_code = 201
    response.headers["Location"] = f"{PREFIX}/returned-lists/{done.id}"
    return response


def _before(unit: Writing, account: str, upload: Upload) -> Answered | None:
    """What was answered to the same list before, under the same Idempotency-Key."""
    key = idempotency_key()
    if key is None:
        return None
    parts = (request.path.encode(), repr(sorted(request.form.items())).encode(), upload.data)
    digest = sha256(b"\0".join(sha256(part).digest() for part in parts)).digest()
    return idempotency.answered_before(unit.connection, account, key, digest, at=utc_now())


@blueprint.get("/returned-lists")
@allows(Permission.ACCOUNT)
@blueprint.query(ListsQuery)
@blueprint.answers(page_of(ReturnedListShape, "ReturnedListPage"))
def returned_lists(query: dict[str, Any]) -> Response:
    """Lists that have come back, the newest first, as far as you may see something of them."""
    with reading() as directory:
        return page_answer(
            queries.returned(
                directory.connection, running().kinds, viewer=directory.viewer, **query
            )
        )


@blueprint.get("/returned-lists/<uuid:list_id>")
@allows(Permission.ACCOUNT)
@blueprint.query(QuerySchema)
@blueprint.answers(ReturnedListShape)
def returned_list(query: dict[str, Any], list_id: Any) -> Response:
    """One returned list: its change sets, and how often each doubt arose."""
    with reading() as directory:
        return _told(directory, str(list_id))


@blueprint.get("/returned-lists/<uuid:list_id>/findings")
@allows(Permission.ACCOUNT)
@blueprint.query(FindingsQuery)
@blueprint.answers(page_of(FindingShape, "FindingPage"))
def findings(query: dict[str, Any], list_id: Any) -> Response:
    """The doubts about a returned list, cell by cell."""
    with reading() as directory:
        return page_answer(
            queries.findings(directory.connection, str(list_id), viewer=directory.viewer, **query)
        )


@blueprint.post("/returned-lists/<uuid:list_id>/revert")
@allows(Permission.ACCOUNT)
@blueprint.query(QuerySchema)
@blueprint.body(UndoingSchema)
@blueprint.answers(RevertedShape)
def revert(query: dict[str, Any], body: dict[str, Any], list_id: Any) -> Response:
    """Undo what was applied of a returned list, each change set whole; what cannot be is told."""
    undoing = Undoing(**loaded_decision(UndoingSchema(), body))
    with writing() as directory:
        queries.returned_list(
            directory.connection, running().kinds, str(list_id), viewer=directory.viewer
        )
        done = revert_bundle(
            directory.connection,
            running().kinds,
            str(list_id),
            undoing,
            viewer=directory.viewer,
            actor=account_of(directory).account,
            at=utc_now(),
        )
        return answer(orjson.dumps({"items": [_outcome(each) for each in done]}))


def _outcome(reverted: Reverted) -> dict[str, Any]:
    """What became of one change set of a list."""
    outcome = reverted.outcome
    if isinstance(outcome, DirectoryError):
        faults = [{"pointer": each.pointer, "detail": each.detail} for each in outcome.faults]
        told = {"state": "kept", "detail": outcome.detail, "errors": faults}
    else:
        state = "applied" if isinstance(outcome, Applied) else "proposed"
        told = {"state": state, "reverted_by": outcome.change_set}
    return {"change_set": reverted.change_set} | told


def _told(directory: Reading | Writing, rid: str) -> Response:
    found = queries.returned_list(
        directory.connection, running().kinds, rid, viewer=directory.viewer
    )
    return answer(orjson.dumps(found))
