"""A list that is sent in as a file: it is read, and becomes one proposal."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson
from flask import Response, request
from marshmallow import Schema, fields

from directory.changes import idempotency
from directory.changes.idempotency import Answered
from directory.clock import utc_now
from directory.errors import Fault
from directory.meetings.lists import queries
from directory.meetings.lists.engine import plan_list
from directory.meetings.lists.files import read_file
from directory.meetings.lists.limits import MOST_BYTES
from directory.meetings.lists.plans import Options, Plan
from directory.meetings.lists.returned import Sent, keep
from directory.meetings.lists.saying import SayingSchema, within_clearance
from directory.meetings.no_list import refuse_no_list
from directory.policy import Tlp
from directory.service import Reading, Writing
from directory.web.answers import answer
from directory.web.api.base import PREFIX
from directory.web.api.shapes import ChangeSetHead
from directory.web.api.writing import idempotency_key
from directory.web.context import account_of, reading, running, writing
from directory.web.uploads import BadUploadError, Upload, read_upload

PUBLIC_UNSAID = (
    "is left out, and you are cleared for nothing but CLEAR: what the list brings new would be"
    " public; say marking=CLEAR if it may be"
)


class PartShape(ChangeSetHead):
    """One owner's part of a returned list."""

    owner = fields.String(metadata={"description": "whose records it is about"})


class ReturnedListShape(Schema):
    """A returned list: how it was read, and what came of it."""

    id = fields.String()
    meeting = fields.String(allow_none=True)
    file_name = fields.String()
    received_at = fields.String()
    received_from = fields.String(allow_none=True)
    sha256 = fields.String(metadata={"description": "of the file; to who sent it in"})
    reading = fields.Dict(metadata={"description": "how it was read; to who sent it in"})
    cells = fields.Integer(metadata={"description": "how many are not empty; likewise"})
    cells_used = fields.Integer(metadata={"description": "of how many something was made"})
    change_sets = fields.List(
        fields.Nested(PartShape), metadata={"description": "one for each owner"}
    )
    findings = fields.Dict(
        values=fields.Integer(), metadata={"description": "how often each doubt arose"}
    )


class ListUpload(SayingSchema):
    """A list that has come back: the file, and what its sender says of it."""

    file = fields.Raw(
        required=True, metadata={"type": "string", "format": "binary", "description": ".xlsx, .csv"}
    )


def take_in(query: dict[str, Any]) -> Response:
    """Read the list in a form, and propose what it says: a change set for each owner.

    Who asks is known before anything is read: what nobody may send costs nothing.
    """
    with reading() as seen:
        account = account_of(seen).account
    upload = read_upload(request, SayingSchema(), most_bytes=MOST_BYTES)
    at, kinds = utc_now(), running().kinds
    plan, options = _planned(upload, at)
    refuse_no_list(plan)
    sent = Sent(upload.name, upload.data, account)
    with writing() as unit:
        done = _before(unit, account, upload)
        if done is None:
            kept = keep(unit.connection, kinds, plan, options, sent, viewer=unit.viewer, at=at)
            done = Answered(201, kept.id)
            key = idempotency_key()
            if key is not None:
                idempotency.keep(unit.connection, account, key, done)
        response = told(unit, done.id)
    response.status_code = 201
    response.headers["Location"] = f"{PREFIX}/returned-lists/{done.id}"
    return response


def _planned(upload: Upload, at: datetime) -> tuple[Plan, Options]:
    """What a list proposes; the cells of the file are let go of before any of it is kept."""
    book = read_file(
        upload.data,
        file_name=upload.name,
        encoding=upload.said["encoding"],
        delimiter=upload.said["delimiter"],
    )
    with reading() as directory:
        options = within_clearance(upload.said["options"], directory.viewer)
        _refuse_wider_than_said(upload, options)
        if "marking" not in upload.fields and options.marking is Tlp.CLEAR:
            raise BadUploadError(
                "The form cannot be used; nothing was read.", Fault("#/marking", PUBLIC_UNSAID)
            )
        plan = plan_list(
            directory.connection,
            directory.facts,
            running().kinds,
            book,
            options,
            file_name=upload.name,
            viewer=directory.viewer,
            at=at,
            progress=lambda done, of: None,
        )
    return plan, options


def _refuse_wider_than_said(upload: Upload, options: Options) -> None:
    """Refuse a marking above the sender's clearance: nothing is marked wider than they said."""
    if "marking" in upload.fields and options.marking.label != upload.fields["marking"]:
        raise BadUploadError(
            "The form cannot be used; nothing was read.",
            Fault("#/marking", f"is above your clearance, {options.marking.label}"),
        )


def _before(unit: Writing, account: str, upload: Upload) -> Answered | None:
    """What was answered to the same list before, under the same Idempotency-Key."""
    key = idempotency_key()
    if key is None:
        return None
    parts = (
        request.path.encode(),
        upload.name.encode(),
        repr(sorted(upload.fields.items())).encode(),
        upload.data,
    )
    digest = sha256(b"\0".join(sha256(part).digest() for part in parts)).digest()
    return idempotency.answered_before(unit.connection, account, key, digest, at=utc_now())


def told(directory: Reading | Writing, rid: str) -> Response:
    """A returned list as it is answered."""
    found = queries.returned_list(
        directory.connection, running().kinds, rid, viewer=directory.viewer
    )
    return answer(orjson.dumps(found))
