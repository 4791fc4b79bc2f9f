"""Lists that come back from meetings: sent in as files, read, and kept as proposals."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Response
from marshmallow import Schema, fields

from directory.changes.revert import Undoing
from directory.clock import utc_now
from directory.meetings.lists import queries, together
from directory.meetings.lists.queries import Part
from directory.meetings.lists.rules.findings import Code
from directory.meetings.lists.together import Decision, Terms
from directory.web.answers import answer, page_answer
from directory.web.api.base import Blueprint, PageQuery, QuerySchema
from directory.web.api.change_set_bodies import UndoingSchema
from directory.web.api.change_sets import loaded_decision
from directory.web.api.finding_shapes import FindingShape
from directory.web.api.list_uploads import ListUpload, ReturnedListShape, take_in, told
from directory.web.api.parameters import text_of
from directory.web.api.shapes import FaultShape, page_of
from directory.web.auth import Permission, allows
from directory.web.context import account_of, reading, running, writing

blueprint = Blueprint("returned-lists", __name__, description="Lists that come back from meetings")


class ListFindingShape(FindingShape):
    """A doubt about a cell of a returned list, and which record it is about."""

    change_set = fields.String(allow_none=True)
    operation = fields.Integer(allow_none=True, metadata={"description": "its place in there"})
    kind = fields.String(metadata={"description": "of the record; `finding` where there is none"})
    id = fields.String(metadata={"description": "of the record, or its place in the list"})
    marking = fields.String()
    audience = fields.List(fields.String())
    owner = fields.String(metadata={"description": "whose records it is about"})


class OutcomeShape(Schema):
    """What became of one owner's part."""

    change_set = fields.String()
    owner = fields.String(metadata={"description": "whose records it is about"})
    state = fields.String(
        metadata={
            "description": "proposed, approved, applied, rejected, or reverted by this or before"
        }
    )
    detail = fields.String(metadata={"description": "what hinders it, where something does"})
    errors = fields.List(fields.Nested(FaultShape))
    reverted_by = fields.String(metadata={"description": "the change set that undoes it, or would"})


class OutcomesShape(Schema):
    """What became of a list, part by part."""

    items = fields.List(fields.Nested(OutcomeShape))


class ListsQuery(PageQuery):
    """Of which meeting."""

    meeting = text_of("The slug of the meeting they came from.", 80)


class FindingsQuery(PageQuery):
    """Which findings."""

    code = fields.String(
        load_default=None, metadata={"description": "Only those of one sort.", "enum": list(Code)}
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
    return take_in(query)


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
        return told(directory, str(list_id))


@blueprint.get("/returned-lists/<uuid:list_id>/findings")
@allows(Permission.ACCOUNT)
@blueprint.query(FindingsQuery)
@blueprint.answers(page_of(ListFindingShape, "FindingPage"))
def findings(query: dict[str, Any], list_id: Any) -> Response:
    """The doubts about a returned list, cell by cell."""
    with reading() as directory:
        return page_answer(
            queries.findings(
                directory.connection,
                running().kinds,
                str(list_id),
                viewer=directory.viewer,
                **query,
            )
        )


@blueprint.post("/returned-lists/<uuid:list_id>/approve")
@allows(Permission.ACCOUNT)
@blueprint.query(QuerySchema)
@blueprint.answers(OutcomesShape)
def approve(query: dict[str, Any], list_id: Any) -> Response:
    """Approve every part of a list on which you may decide; each is told, with what hinders it."""
    return _decided(str(list_id), together.approving(_terms()))


@blueprint.post("/returned-lists/<uuid:list_id>/apply")
@allows(Permission.ACCOUNT)
@blueprint.query(QuerySchema)
@blueprint.answers(OutcomesShape)
def apply(query: dict[str, Any], list_id: Any) -> Response:
    """Write every part of a list that has been approved, each whole or not at all.

    An economy that has not answered delays no other. Asked twice it is written once.
    """
    return _decided(str(list_id), together.applying(_terms()))


@blueprint.post("/returned-lists/<uuid:list_id>/revert")
@allows(Permission.ACCOUNT)
@blueprint.query(QuerySchema)
@blueprint.body(UndoingSchema)
@blueprint.answers(OutcomesShape)
def revert(query: dict[str, Any], body: dict[str, Any], list_id: Any) -> Response:
    """Undo what was applied of a returned list, each part whole; what cannot be is told."""
    undoing = Undoing(**loaded_decision(UndoingSchema(), body))
    with reading() as directory:
        account = account_of(directory).account
    # What others refer to goes last.
    return _decided(str(list_id), together.reverting(_terms(), undoing, account), is_backwards=True)


def _terms() -> Terms:
    return Terms(running().kinds, running().second_person, utc_now())


def _decided(rid: str, decision: Decision, *, is_backwards: bool = False) -> Response:
    with reading() as directory:
        parts: list[Part] = queries.parts_of(
            directory.connection, running().kinds, rid, viewer=directory.viewer
        )
    ordered = parts[::-1] if is_backwards else parts
    return answer(orjson.dumps({"items": together.decide_on_each(ordered, decision, writing)}))
