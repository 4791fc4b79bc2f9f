"""Change sets: proposing them, what they would do, deciding on them, and undoing them."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Response
from marshmallow import Schema, ValidationError

from directory.changes import amending, deciding, idempotency, proposed
from directory.changes import revert as reverting
from directory.changes.amending import Amendment
from directory.changes.apply import Applied
from directory.changes.asked import operations_of
from directory.changes.errors import UnacceptableChangeSetError
from directory.changes.idempotency import Answered
from directory.changes.proposals import ORIGIN, ProposedOperation, propose
from directory.changes.proposed import Sought
from directory.changes.revert import Undoing
from directory.changes.schemas import faults_of, messages_of
from directory.clock import utc_now
from directory.errors import DirectoryError, InvalidInputError
from directory.meetings.lists.doubted import doubted_change_set, doubted_operation
from directory.service import Reading, Writing
from directory.web.answers import answer, page_answer
from directory.web.api.base import PREFIX, Blueprint, PageQuery, QuerySchema
from directory.web.api.change_set_bodies import (
    AmendmentSchema,
    ChangeSetQuery,
    DecisionSchema,
    ProposalSchema,
    UndoingSchema,
)
from directory.web.api.change_set_shapes import ChangeSetPage
from directory.web.api.list_uploads import ListUpload, ReturnedListShape, take_in
from directory.web.api.shapes import (
    ChangeSetShape,
    OperationShape,
    ProposedShape,
)
from directory.web.api.writing import digest_of_request, idempotency_key, proposed_answer
from directory.web.auth import Permission, allows
from directory.web.context import account_of, reading, running, writing

blueprint = Blueprint(
    "change-sets", __name__, description="Changes that somebody proposes and others decide on"
)


class BadDecisionError(InvalidInputError):
    """A decision that says what it cannot say."""

    slug = "bad-decision"
    title = "The decision cannot be used"


@blueprint.get("/change-sets")
@allows(Permission.ACCOUNT)
@blueprint.query(ChangeSetQuery)
@blueprint.answers(ChangeSetPage)
def change_sets(query: dict[str, Any]) -> Response:
    """Change sets that wait, or have waited, for somebody to decide on them; the newest first.

    Those of which you may see something; operations that you may not see are not counted.
    """
    sought = Sought(*(query.pop(name) for name in ("state", "meeting", "bundle")))
    with reading() as directory:
        return page_answer(
            proposed.change_sets(
                directory.connection, running().kinds, sought, viewer=directory.viewer, **query
            )
        )


@blueprint.post("/change-sets")
@allows(Permission.ACCOUNT)
@blueprint.query(QuerySchema)
@blueprint.body(ProposalSchema, form=(ListUpload, take_in))
@blueprint.answers({"anyOf": [ChangeSetShape, ReturnedListShape]}, status=201)
def propose_change_set(query: dict[str, Any], body: dict[str, Any]) -> Response:
    """Propose changes to records that you may see, whoever answers for them.

    Nothing is written until the owners' editors or a coordinator have approved it. A new record
    may carry a `ref`, under which others of the change set name it: `"contact": "ref:a"`. A form
    with a file is a list that has come back, as with `POST /returned-lists`.
    """
    given = _loaded(ProposalSchema(), body, UnacceptableChangeSetError)
    kinds = running().kinds
    operations = [ProposedOperation(each) for each in operations_of(kinds, given["operations"])]

    def keep(directory: Writing) -> Answered:
        rid = propose(
            directory.connection,
            kinds,
            operations,
            viewer=directory.viewer,
            actor=account_of(directory).account,
            origin=ORIGIN,
            reason=given["reason"],
            meeting=given["meeting"],
            at=utc_now(),
        )
        return Answered(201, rid)

    return _once(keep)


@blueprint.get("/change-sets/<uuid:change_set>")
@allows(Permission.ACCOUNT)
@blueprint.query(PageQuery)
@blueprint.answers(ChangeSetShape)
def change_set(query: dict[str, Any], change_set: Any) -> Response:
    """One change set, waiting or applied: its operations, and what each changes field by field.

    One that waits is set against what the directory holds now. Where a record has changed since,
    the operation has a `conflict`. Any change set of the log is answered, single writes included.
    Its operations come in pages; what is answered to a decision holds the first of them.
    """
    with reading() as directory:
        return _told(directory, str(change_set), **query)


@blueprint.patch("/change-sets/<uuid:change_set>/operations/<int:operation>")
@allows(Permission.ACCOUNT)
@blueprint.query(QuerySchema)
@blueprint.body(AmendmentSchema)
@blueprint.answers(OperationShape)
def amend(query: dict[str, Any], body: dict[str, Any], change_set: Any, operation: int) -> Response:
    """Edit, drop, reopen or approve one operation, or settle its conflict.

    Whoever proposed it edits, drops and reopens it; whoever may approve it and sees all of the
    change set does anything. Editing takes an approval away again. A conflict is settled by the
    present `base_revision` with the `document` wanted, or by `keep`.
    """
    amendment = Amendment(**loaded_decision(AmendmentSchema(), body))
    with writing() as directory:
        connection, kinds, viewer = directory.connection, running().kinds, directory.viewer
        amending.amend(
            connection,
            kinds,
            str(change_set),
            operation,
            amendment,
            viewer=viewer,
            why_not_second=running().second_person(connection),
            at=utc_now(),
        )
        told = doubted_operation(connection, kinds, str(change_set), operation, viewer=viewer)
        return answer(orjson.dumps(told))


@blueprint.post("/change-sets/<uuid:change_set>/approve")
@allows(Permission.ACCOUNT)
@blueprint.query(QuerySchema)
@blueprint.answers(ChangeSetShape)
def approve(query: dict[str, Any], change_set: Any) -> Response:
    """Approve what others propose; a single write is applied by it, others wait for `apply`.

    Call them back first: a proposal can be forged as well. Takes an editor of the owners, or a
    coordinator, who may see all of it; where it takes two people, somebody other than those who
    wrote it.
    """
    return _decided(deciding.approve, str(change_set))


@blueprint.post("/change-sets/<uuid:change_set>/apply")
@allows(Permission.ACCOUNT)
@blueprint.query(QuerySchema)
@blueprint.answers(ChangeSetShape)
def apply(query: dict[str, Any], change_set: Any) -> Response:
    """Write what has been approved, whole or not at all; asked twice it is written once.

    Where records have changed since, nothing is written, and exactly those operations are named.
    """
    return _decided(deciding.carry_out, str(change_set))


@blueprint.post("/change-sets/<uuid:change_set>/reject")
@allows(Permission.ACCOUNT)
@blueprint.query(QuerySchema)
@blueprint.body(DecisionSchema)
@blueprint.answers(ChangeSetShape)
def reject(query: dict[str, Any], body: dict[str, Any], change_set: Any) -> Response:
    """Turn a proposal down, or take your own back."""
    decision = loaded_decision(DecisionSchema(), body)
    with writing() as directory:
        deciding.reject(
            directory.connection,
            running().kinds,
            str(change_set),
            viewer=directory.viewer,
            remark=decision["remark"],
            at=utc_now(),
        )
        return _told(directory, str(change_set))


@blueprint.post("/change-sets/<uuid:change_set>/revert")
@allows(Permission.ACCOUNT)
@blueprint.query(QuerySchema)
@blueprint.body(UndoingSchema)
@blueprint.answers(ChangeSetShape, status=201)
@blueprint.also(202, "Others have to decide; `Location` is the change set.", ProposedShape)
def revert(query: dict[str, Any], body: dict[str, Any], change_set: Any) -> Response:
    """Undo an applied change set by a new one.

    What it created is retired, what it changed or retired says again what it said before. What was
    built on since is listed and stands in the way; `only` undoes the rest.
    """
    undoing = Undoing(**loaded_decision(UndoingSchema(), body))

    def undo(directory: Writing) -> Answered:
        done = reverting.revert(
            directory.connection,
            running().kinds,
            str(change_set),
            undoing,
            viewer=directory.viewer,
            actor=account_of(directory).account,
            at=utc_now(),
        )
        return Answered(201 if isinstance(done, Applied) else 202, done.change_set)

    return _once(undo)


def loaded_decision(schema: Schema, body: dict[str, Any]) -> dict[str, Any]:
    """A decision as its schema reads it.

    Raises:
        BadDecisionError: It says what it cannot say.
    """
    return _loaded(schema, body, BadDecisionError)


def _loaded(schema: Schema, body: dict[str, Any], error: type[DirectoryError]) -> dict[str, Any]:
    """A body as its schema reads it."""
    try:
        loaded: dict[str, Any] = schema.load(body)
    except ValidationError as found:
        raise error(
            "The body cannot be used; nothing was done.",
            *faults_of(messages_of(found), read_only=()),
        ) from None
    return loaded


def _once(do: Any) -> Response:
    """Do what is asked, unless it was done before under the same Idempotency-Key, and say so."""
    with writing() as directory:
        connection, account, key = directory.connection, account_of(directory).account, None
        key = idempotency_key()
        if key is None:
            return _kept(directory, do(directory))
        at = utc_now()
        done = idempotency.answered_before(connection, account, key, digest_of_request(), at=at)
        if done is None:
            done = do(directory)
            idempotency.keep(connection, account, key, done)
        return _kept(directory, done)


def _kept(directory: Writing, done: Answered) -> Response:
    if done.status == 202:
        return proposed_answer(directory, done.id)
    response = _told(directory, done.id)
    response.status_code = done.status
    response.headers["Location"] = f"{PREFIX}/change-sets/{done.id}"
    return response


def _decided(decide: Any, rid: str) -> Response:
    with writing() as directory:
        decide(
            directory.connection,
            running().kinds,
            rid,
            viewer=directory.viewer,
            why_not_second=running().second_person(directory.connection),
            at=utc_now(),
        )
        return _told(directory, rid)


def _told(directory: Reading | Writing, rid: str, **query: Any) -> Response:
    found = doubted_change_set(
        directory.connection, running().kinds, rid, viewer=directory.viewer, **query
    )
    return answer(orjson.dumps(found))
