"""The shape of a meeting with what the next delegate needs to know of it."""

from __future__ import annotations

from marshmallow import Schema, fields

from directory.meetings.schemas import AttendanceSchema, MeetingSchema, OutcomeSchema
from directory.web.api.shape_fields import many_of, names_of, text_of
from directory.web.api.shapes import LabelledShape


class CameOfIt(Schema):
    """A change set that came of a meeting."""

    id = fields.String()
    state = text_of("proposed or approved (it waits), or applied")
    reason = fields.String()
    at = text_of("when it was proposed or applied")
    operations = fields.Integer(metadata={"description": "how many of its operations you may see"})


class RepresentedShape(Schema):
    """Who represented an economy."""

    economy = fields.String()
    before = many_of(AttendanceSchema, "at the newest earlier meeting at which it was named")
    here = many_of(AttendanceSchema, "at this one")


class HandoverOfPost(Schema):
    """Who follows whom at a post."""

    contact = fields.String()
    title = names_of("the post")
    economy = text_of("code of the economy for which it answers", allow_none=True)
    on = text_of("the first day of who came, or the first day without who went", allow_none=True)
    outgoing = fields.Dict(allow_none=True)
    incoming = fields.Dict(allow_none=True)
    accompanied = fields.Boolean(allow_none=True)
    records = many_of(LabelledShape, "the post, and the holders that say so")


class MeetingView(MeetingSchema):
    """A meeting with what the next delegate needs to know of it."""

    attendances = many_of(AttendanceSchema)
    outcomes = many_of(OutcomeSchema)
    open = many_of(OutcomeSchema, "of this and earlier meetings of the body, and what was put off")
    change_sets = many_of(CameOfIt, "the newest first, of which you may see something; to accounts")
    represented = many_of(RepresentedShape, "by economy in APEC's order")
    handovers = many_of(HandoverOfPost, "since the meeting before, by economy in APEC's order")
