"""Checks: report how a call went, and see what to call next."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields, validate

from directory.changes.errors import InvalidDocumentError, UnknownRecordError
from directory.changes.operations import Put
from directory.changes.queries import label_of
from directory.changes.rights import reporter
from directory.clock import CLOCKS_DIFFER, parse_instant, utc_now
from directory.contacts.due import channels_due, whose_channels
from directory.contacts.rules.words import CheckMethod
from directory.contacts.schemas import CheckSchema
from directory.documents import Document
from directory.errors import Fault
from directory.web.answers import page_answer
from directory.web.api.base import Blueprint, PageQuery
from directory.web.api.check_shapes import DuePage
from directory.web.api.shapes import ProposedShape
from directory.web.api.writing import Edit, EditQuery, write
from directory.web.auth import Permission, allows
from directory.web.context import reading, running

blueprint = Blueprint("checks", __name__, description="How calls went, and what to call next")

OF_THE_CHANNEL = ("owner", "marking", "audience")


@blueprint.post("/checks")
@allows(Permission.ACCOUNT)
@blueprint.query(EditQuery)
@blueprint.body(CheckSchema)
@blueprint.answers(CheckSchema, status=201)
@blueprint.also(202, "A second person has to decide; `Location` is the change set.", ProposedShape)
def report(query: dict[str, Any], body: Document) -> Response:
    """Report how a call went, on any channel that you may see.

    The report belongs to the channel's owner, under the channel's marking; that it was you stands
    in the log alone. One person may report that a channel failed; that a channel of a line that
    answers around the clock works again, or for the first time, takes a second.
    """
    faults = [
        Fault(f"#/{name}", "is the channel's; leave it out")
        for name in OF_THE_CHANNEL
        if name in body
    ]
    if body.get("method") == CheckMethod.CONFIRMATION:
        faults.append(Fault("#/method", "a list is confirmed by its owner: POST …/confirm"))
    faults += from_the_future(body, "checked_at")
    if faults:
        raise InvalidDocumentError("The check cannot be accepted; nothing was written.", *faults)
    kinds = running().kinds
    with reading() as directory:
        try:
            label = label_of(
                directory.connection,
                kinds["channel"],
                str(body.get("channel")),
                viewer=directory.viewer,
            )
        except UnknownRecordError as error:
            raise InvalidDocumentError(
                "The check cannot be accepted; nothing was written.",
                Fault("#/channel", error.detail),
            ) from None
    document = body | {
        "owner": label.owner,
        "marking": label.marking.label,
        "audience": sorted(label.audience),
    }
    edit = Edit(kinds["check"], Put("check", document), 201, "checks")
    return write(edit, query["reason"], writer_of=reporter)


def from_the_future(body: Document, name: str) -> list[Fault]:
    """What is wrong with an instant that has not come: it would outlast every check of today."""
    try:
        checked_at = parse_instant(str(body.get(name)))
    except ValueError:
        return []  # the shape says what is wrong
    if checked_at <= utc_now() + CLOCKS_DIFFER:
        return []
    return [Fault(f"#/{name}", "lies in the future")]


class DueQuery(PageQuery):
    """Whose channels."""

    economy = fields.String(
        load_default=None,
        validate=validate.Length(1, 100),
        metadata={
            "description": "An economy, by its code (`TW`) or any name it goes by; `all` for"
            " everybody's.",
            "example": "TW",
        },
    )


@blueprint.get("/checks/due")
@allows(Permission.READ)
@blueprint.query(DueQuery)
@blueprint.answers(DuePage)
def due(query: dict[str, Any]) -> Response:
    """What to call next, and at which hour there: lines around the clock first.

    In front are those never tried or whose last check failed, then those tried longest since.
    `economy` defaults to your own, for whoever has none to everybody's.
    """
    with reading() as directory:
        whose = whose_channels(directory.facts, query.pop("economy"), viewer=directory.viewer)
        return page_answer(
            channels_due(
                directory.connection, whose, viewer=directory.viewer, at=utc_now(), **query
            )
        )
