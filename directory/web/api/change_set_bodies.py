"""What is sent about change sets: which to list, what to propose, and what is decided."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from directory.changes.amending import SIDES
from directory.changes.operations import MOST_OPERATIONS
from directory.changes.proposed import OPERATION_STATES, STATES
from directory.changes.schemas import one_of, record_id, slug
from directory.web.api.base import PageQuery

LARGEST_REVISION = 2**31 - 1


class ChangeSetQuery(PageQuery):
    """Which change sets."""

    state = fields.String(
        load_default=None,
        validate=validate.OneOf(STATES),
        metadata={"description": "What has become of them."},
    )
    meeting = slug(
        load_default=None, metadata={"description": "The slug of the meeting they come from."}
    )
    bundle = record_id(
        load_default=None,
        metadata={"description": "What they have in common, such as the list they were read from."},
    )


def _revision() -> fields.Integer:
    return fields.Integer(
        load_default=None,
        allow_none=True,
        strict=True,
        validate=validate.Range(0, LARGEST_REVISION),
    )


class AskedOperationSchema(Schema):
    """One operation of a proposal."""

    op = one_of(("put", "retire"), required=True)
    kind = fields.String(required=True, validate=validate.Length(1, 40))
    id = record_id(load_default=None, allow_none=True)
    ref = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Regexp(r"[A-Za-z0-9_-]{1,80}\Z", error="is up to 80 of A-Z a-z 0-9 _ -"),
        metadata={"description": "Of a new record: others name it as `ref:` with this behind."},
    )
    base_revision = _revision()
    document = fields.Dict(load_default=None, allow_none=True)


class ProposalSchema(Schema):
    """A proposed change set."""

    reason = fields.String(required=True, validate=validate.Length(1, 500))
    meeting = slug(load_default=None, allow_none=True)
    operations = fields.List(
        fields.Nested(AskedOperationSchema),
        required=True,
        validate=validate.Length(1, MOST_OPERATIONS),
    )


class DecisionSchema(Schema):
    """A decision; why, for whoever proposed it."""

    remark = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 500))


class AmendmentSchema(Schema):
    """What is to become of one operation: one of `document`, `state` and `keep`."""

    document = fields.Dict(metadata={"description": "What is to be written instead."})
    base_revision = fields.Integer(
        strict=True,
        validate=validate.Range(1, LARGEST_REVISION),
        metadata={"description": "The present revision, on which the operation then rests."},
    )
    state = one_of(OPERATION_STATES)
    keep = one_of(SIDES, metadata={"description": "Of a conflict: `theirs` drops the operation."})

    @validates_schema
    def one_thing_is_said(self, data: dict[str, Any], **kwargs: Any) -> None:
        """What is dropped and edited at once is neither."""
        said = [name for name in ("document", "state", "keep") if name in data]
        if len(said) != 1:
            raise ValidationError("say one of document, state and keep")
        if "base_revision" in data and "state" in data:
            raise ValidationError("goes with document or keep", "base_revision")


class UndoingSchema(Schema):
    """How a change set is to be undone."""

    reason = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 500))
    records = fields.List(
        record_id(),
        data_key="only",
        load_default=None,
        allow_none=True,
        validate=validate.Length(1, MOST_OPERATIONS),
        metadata={"description": "Ids of the records to undo it for."},
    )
    confirm_widening = fields.Boolean(
        load_default=False,
        truthy={True},
        falsy={False},
        metadata={"description": "Whether more people than now may come to see a record."},
    )

    @post_load
    def as_the_command_takes_it(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        """By the names that the command uses."""
        only = data["records"]
        return {
            "reason": data["reason"],
            "only": None if only is None else frozenset(only),
            "may_widen": data["confirm_widening"],
        }
