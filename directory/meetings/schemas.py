"""The shapes of meetings, attendance and outcomes."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from directory.changes.schemas import (
    DateText,
    DirectoryOwnedSchema,
    code,
    multilingual,
    name_length,
    one_of,
    record_id,
    slug,
    some,
)


class MeetingState(StrEnum):
    """Whether a meeting is to come, took place, or was called off."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class OutcomeType(StrEnum):
    """What a meeting recorded."""

    DECISION = "decision"
    ACTION = "action"
    QUESTION = "question"
    PROPOSAL = "proposal"


class OutcomeState(StrEnum):
    """Where an outcome stands, as far as the directory knows."""

    OPEN = "open"
    AGREED = "agreed"
    DONE = "done"
    ANSWERED = "answered"
    NOT_ADOPTED = "not_adopted"


class AgendaItemSchema(Schema):
    """One line of an agenda, in the local time of the meeting."""

    time = fields.String(
        required=True, validate=validate.Regexp(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]\Z")
    )
    item = multilingual(required=True)


class ReadingSchema(Schema):
    """One of the values that a source gives for the same thing, and where it gives it."""

    value = fields.String(required=True, validate=name_length)
    place = fields.String(required=True, validate=name_length)


class ContradictionSchema(Schema):
    """A thing on which the sources disagree; every reading is kept."""

    about = multilingual(required=True)
    readings = fields.List(
        fields.Nested(ReadingSchema), required=True, validate=validate.Length(min=1, max=20)
    )


class MeetingSchema(DirectoryOwnedSchema):
    """A meeting of a body; ``until_date`` is its last day."""

    slug = slug(required=True)
    name = multilingual(required=True, longest=300)
    body = record_id(load_default=None, allow_none=True)
    economy = code(load_default=None, allow_none=True)
    city = multilingual(longest=200)
    from_date = DateText(load_default=None, allow_none=True)
    until_date = DateText(load_default=None, allow_none=True)
    state = one_of(MeetingState, required=True)
    agenda = fields.List(
        fields.Nested(AgendaItemSchema), load_default=list, validate=validate.Length(max=200)
    )
    contradictions = fields.List(
        fields.Nested(ContradictionSchema), load_default=list, validate=validate.Length(max=50)
    )
    note = multilingual()

    @validates_schema
    def it_ends_no_earlier_than_it_begins(self, data: dict[str, Any], **kwargs: Any) -> None:
        """The last day may be the first, but not earlier."""
        begin, end = data["from_date"], data["until_date"]
        if begin is not None and end is not None and begin > end:
            raise ValidationError("the last day is earlier than the first", "until_date")


class AttendanceSchema(DirectoryOwnedSchema):
    """Who took part in a meeting, in which capacity, that day; unnamed where nobody was named."""

    meeting = slug(required=True)
    economy = code(load_default=None, allow_none=True)
    name = multilingual(longest=300)
    capacity = multilingual(required=True, longest=500)
    organisation = record_id(load_default=None, allow_none=True)


class OutcomeSchema(DirectoryOwnedSchema):
    """A decision, action, question or proposal that a meeting recorded."""

    meeting = slug(required=True)
    number = fields.String(required=True, validate=validate.Regexp(r"[A-Z]{1,3}[0-9]{1,4}\Z"))
    type = one_of(OutcomeType, required=True)
    text = multilingual(required=True)
    raised_by = code(load_default=None, allow_none=True)
    responsible = some(fields.String(validate=name_length))
    due_meeting = slug(load_default=None, allow_none=True)
    state = one_of(OutcomeState, required=True)
    answer = multilingual()
