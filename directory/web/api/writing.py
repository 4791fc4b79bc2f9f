"""Writing single records: each call is a change set of one operation.

What takes a second person is kept as a proposed change set, and the answer is 202 with its address.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import orjson
from flask import Response, request

from directory.changes import idempotency, proposed
from directory.changes.errors import InvalidDocumentError, StaleRevisionError
from directory.changes.idempotency import Answered
from directory.changes.kinds import Kind
from directory.changes.operations import Operation, PreparedChangeSet, Put, Retire, prepare
from directory.changes.proposals import Proposed, apply_or_propose
from directory.changes.queries import find, record
from directory.changes.rights import Writer, author
from directory.clock import utc_now
from directory.documents import Document
from directory.errors import (
    DirectoryError,
    Fault,
    InvalidRequestError,
    PreconditionFailedError,
    PreconditionNeededError,
)
from directory.service import Writing
from directory.web.answers import answer, record_answer
from directory.web.api.base import PREFIX, Blueprint, QuerySchema
from directory.web.api.parameters import text_of
from directory.web.api.records import KINDS
from directory.web.api.shapes import RECORD_SHAPES, ProposedShape
from directory.web.auth import Permission, allows
from directory.web.context import account_of, reading, running, writing

blueprint = Blueprint("writing", __name__, description="Writing records, one at a time")

PATHS = {
    "economies/<string:code>": "economy",
    "networks/<string:name>": "network",
    "organisations/<string:name>": "organisation",
    "meetings/<string:name>": "meeting",
    "contacts/<uuid:contact_id>": "contact",
} | {f"{plural}/<uuid:record_id>": name for plural, name in KINDS.items()}
ORIGIN = "edit"
NO_REASON = "An edit."
LONGEST_KEY = 200


class EditQuery(QuerySchema):
    """Why a record is written."""

    reason = text_of("Why, in a few words, for whoever reads the history.", 500)


class SomebodyWroteError(PreconditionFailedError):
    """The record has moved since the revision in ``If-Match``."""

    slug = "revision-moved"
    title = "The record is at another revision"


@dataclass(frozen=True, slots=True)
class Edit:
    """One record to be written, as the request says.

    Attributes:
        status: What is answered when it has been written.
        path: Where the record is found afterwards, without its id.
    """

    kind: Kind
    operation: Operation
    status: int
    path: str


def write(edit: Edit, reason: str | None, *, writer_of: Any = author) -> Response:
    """Write what a request says, for whoever asks, and answer with the record.

    The documents are checked before the directory is held, and who asks before that.
    """
    with reading() as seen:
        account = account_of(seen).account
    try:
        prepared = prepare(
            running().kinds,
            [edit.operation],
            actor=account,
            origin=ORIGIN,
            reason=reason or NO_REASON,
        )
        with writing() as directory:
            return _written(directory, edit, prepared, writer_of(directory.viewer))
    except StaleRevisionError as error:
        raise SomebodyWroteError(error.detail) from error
    except DirectoryError as error:
        error.faults = tuple(map(_in_the_body, error.faults))
        raise


def _written(
    directory: Writing, edit: Edit, prepared: PreparedChangeSet, writer: Writer
) -> Response:
    connection, at = directory.connection, utc_now()
    account, key = prepared.actor, idempotency_key()
    if key is not None:
        before = idempotency.answered_before(connection, account, key, digest_of_request(), at=at)
        if before is not None:
            return _answer(directory, edit, before)
    done = apply_or_propose(
        connection, running().kinds, prepared, [edit.operation], writer=writer, at=at
    )
    answered = (
        Answered(202, done.change_set)
        if isinstance(done, Proposed)
        else Answered(edit.status, next(iter(prepared.named)))
    )
    if key is not None:
        idempotency.keep(connection, account, key, answered)
    return _answer(directory, edit, answered)


def _answer(directory: Writing, edit: Edit, answered: Answered) -> Response:
    if answered.status == 202:
        return proposed_answer(directory, answered.id)
    if answered.status == 204:
        return Response(status=204)
    response = record_answer(
        record(directory.connection, edit.kind, answered.id, viewer=directory.viewer)
    )
    response.status_code = answered.status
    if answered.status == 201:
        response.headers["Location"] = f"{PREFIX}/{edit.path}/{answered.id}"
    return response


def proposed_answer(directory: Writing, change_set: str) -> Response:
    """The answer that a change waits for others, and why."""
    found = proposed.proposal(
        directory.connection, running().kinds, change_set, viewer=directory.viewer
    )
    why = [
        {"pointer": f"#/operations/{n}", "detail": row["why"]}
        for n, row in enumerate(found.operations)
        if row["why"] is not None
    ]
    body = {"change_set": change_set, "state": found.head["state"], "why": why}
    response = answer(orjson.dumps(body))
    response.status_code = 202
    response.headers["Location"] = f"{PREFIX}/change-sets/{change_set}"
    return response


def _in_the_body(fault: Fault) -> Fault:
    """A fault of the one operation as a fault of the body that was sent."""
    pointer = fault.pointer.removeprefix("#/operations/0/document").partition("#")
    place = pointer[2] or ("" if pointer[0] and not pointer[0].startswith("/") else pointer[0])
    return Fault(f"#{place}", fault.detail)


def revision_to_change() -> int:
    """The revision that the request rests on, from ``If-Match``.

    Raises:
        PreconditionNeededError: It names none.
    """
    for tag in (*request.if_match.as_set(include_weak=True),):
        before, dot, _ = tag.partition(".")
        if dot and before.isascii() and before.isdigit() and len(before) < 10:
            return int(before)
    raise PreconditionNeededError(
        "Say which revision you change: read the record and send its ETag as If-Match."
    )


def idempotency_key() -> str | None:
    """What whoever asks calls the request, in case its answer is lost.

    Raises:
        InvalidRequestError: It is no name for one.
    """
    key = request.headers.get("Idempotency-Key")
    if key is not None and not (0 < len(key) <= LONGEST_KEY and key.isprintable()):
        raise InvalidRequestError(
            f"An Idempotency-Key has up to {LONGEST_KEY} printable characters."
        )
    return key


def digest_of_request() -> bytes:
    """Digest of everything that a request to write rests on."""
    parts = (
        request.method.encode(),
        request.full_path.encode(),
        request.headers.get("If-Match", "").encode(),
        request.get_data(),
    )
    return sha256(b"\0".join(sha256(part).digest() for part in parts)).digest()


def require_marking(body: Mapping[str, Any]) -> None:
    """Refuse a document that leaves open who may see it: no number becomes public by default.

    Raises:
        InvalidDocumentError: It names no marking.
    """
    if "marking" not in body:
        raise InvalidDocumentError(
            "The document does not say who may see it; nothing was written.",
            Fault("#/marking", "say it: CLEAR, GREEN, AMBER, AMBER+STRICT or RED"),
        )


def _id_of(kind: Kind, path: Mapping[str, Any]) -> str:
    """The id of the record that an address names.

    Raises:
        UnknownRecordError: There is none that whoever asks may see.
    """
    (named,) = path.values()
    with reading() as directory:
        return find(directory.connection, kind, str(named), viewer=directory.viewer)


def _add(path: str, name: str) -> None:
    plural, _, _ = path.partition("/")

    def create(query: dict[str, Any], body: Document) -> Response:
        require_marking(body)
        kind = running().kinds[name]
        return write(Edit(kind, Put(name, body), 201, plural), query["reason"])

    def change(query: dict[str, Any], body: Document, **named: Any) -> Response:
        kind = running().kinds[name]
        rid, revision = _id_of(kind, named), revision_to_change()
        require_marking(body)
        put = Put(name, body, rid, revision)
        return write(Edit(kind, put, 200, plural), query["reason"])

    def retire(query: dict[str, Any], **named: Any) -> Response:
        kind = running().kinds[name]
        rid, revision = _id_of(kind, named), revision_to_change()
        return write(Edit(kind, Retire(name, rid, revision), 204, plural), query["reason"])

    shape = RECORD_SHAPES[name]
    create.__doc__ = f"Write a new {name}."
    change.__doc__ = f"Write the next revision of a {name}, whole; `If-Match` names the one before."
    retire.__doc__ = f"Retire a {name}, and what cannot stand without it."
    for view, method, rule, status, has_body in (
        (create, "POST", f"/{plural}", 201, True),
        (change, "PUT", f"/{path}", 200, True),
        (retire, "DELETE", f"/{path}", 204, False),
    ):
        if name == "check" and method == "POST":
            continue  # whoever may see a channel reports how a call went
        view.__name__ = f"{view.__name__}_{name}"
        described = blueprint.answers(shape if has_body else None, status=status)(view)
        described = blueprint.also(
            202, "A second person has to decide; `Location` is the change set.", ProposedShape
        )(described)
        if has_body:
            described = blueprint.body(shape)(described)
        described = allows(Permission.ACCOUNT)(blueprint.query(EditQuery)(described))
        blueprint.route(rule, methods=[method])(described)


for _path, _name in PATHS.items():
    _add(_path, _name)
