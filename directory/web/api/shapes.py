"""The shapes of answers, for the OpenAPI document.

A record's own shape is its kind's schema, the same that checks what is written; only what answers
add to it is described here.
"""

from __future__ import annotations

from marshmallow import Schema, fields

from directory.changes.schemas import RecordSchema
from directory.contacts.schemas import (
    ChannelSchema,
    CheckSchema,
    ContactSchema,
    HolderSchema,
    KeySchema,
    OrganisationSchema,
)
from directory.meetings.schemas import AttendanceSchema, MeetingSchema, OutcomeSchema
from directory.reference.schemas import (
    EconomySchema,
    MembershipSchema,
    NetworkSchema,
    StatementSchema,
)
from directory.web.api.finding_shapes import FindingShape
from directory.web.api.shape_fields import many_of as _many
from directory.web.api.shape_fields import names_of as _names
from directory.web.api.shape_fields import text_of as _text


class VerificationShape(Schema):
    """What a channel's checks say of it at the instant asked about."""

    result = _text("unverified, verified, stale (after 90 days) or failed")
    checked_at = _text("when it was last tried", allow_none=True)
    method = _text("by what it was tried", allow_none=True)


class ChannelView(ChannelSchema):
    """A channel with its verification."""

    verification = fields.Nested(VerificationShape)


class ContactView(ContactSchema):
    """A contact with its organisation and what of its parts the viewer may see."""

    organisation_record = fields.Nested(OrganisationSchema)
    channels = _many(ChannelView, "by position")
    holders = _many(HolderSchema, "who held, holds or will hold the post, by first day")
    keys = _many(KeySchema)


class EconomyView(EconomySchema):
    """An economy with its standing in networks."""

    memberships = _many(MembershipSchema, "period by period")


class NetworkView(NetworkSchema):
    """A network with who takes part in it."""

    memberships = _many(MembershipSchema, "by economy in APEC's order, period by period")


class StatementView(StatementSchema):
    """A statement with what superseded it."""

    superseded_by = fields.List(fields.String(), metadata={"description": "ids of later ones"})


class OrganisationView(OrganisationSchema):
    """An organisation."""


def page_of(schema: type[Schema], name: str) -> type[Schema]:
    """The shape of a page of a list."""
    return Schema.from_dict(
        {
            "items": _many(schema),
            "next": _text("what to ask for as `page` to go on; null at the end", allow_none=True),
        },
        name=name,
    )


EconomyPage = page_of(EconomySchema, "EconomyPage")
NetworkPage = page_of(NetworkSchema, "NetworkPage")
OrganisationPage = page_of(OrganisationSchema, "OrganisationPage")
MeetingPage = page_of(MeetingSchema, "MeetingPage")
ContactPage = page_of(ContactView, "ContactPage")
StatementPage = page_of(StatementView, "StatementPage")

RECORD_SHAPES: dict[str, type[RecordSchema]] = {
    "economy": EconomySchema,
    "network": NetworkSchema,
    "organisation": OrganisationSchema,
    "meeting": MeetingSchema,
    "contact": ContactSchema,
    "membership": MembershipSchema,
    "statement": StatementSchema,
    "holder": HolderSchema,
    "channel": ChannelSchema,
    "key": KeySchema,
    "check": CheckSchema,
    "attendance": AttendanceSchema,
    "outcome": OutcomeSchema,
}


class CandidateShape(Schema):
    """An economy that a name may mean."""

    code = fields.String()
    name = fields.String()
    also = _text("what else the name may mean, empty if nothing else")
    href = fields.String()


class Candidates(Schema):
    """The economies that an ambiguous name may mean."""

    detail = fields.String()
    candidates = _many(CandidateShape)


class LabelledShape(Schema):
    """A record, and the label under which it is shown."""

    kind = fields.String()
    id = fields.String()
    owner = fields.String()
    marking = fields.String()
    audience = fields.List(fields.String())


class FoundShape(Schema):
    """Something that a search led to."""

    kind = _text("economy, network, organisation or contact")
    id = fields.String()
    name = _names("its name or title by language")
    economy = _text("code of its economy", allow_none=True)
    marking = fields.String()
    audience = fields.List(fields.String())
    owner = fields.String()
    matched = _text("what matched, as it is written")
    matched_in = _text("the kind of record that matched: a contact is also found by its holder")
    matched_record = fields.Nested(
        LabelledShape, metadata={"description": "the record that matched"}
    )
    quality = _text("exact, prefix, substring or typo")
    former = fields.Boolean(metadata={"description": "whether it is a number it no longer has"})
    href = fields.String()


class SearchAnswer(Schema):
    """What a search led to, the best first."""

    items = _many(FoundShape)
    next = fields.String(allow_none=True)
    corrected = _text("what was searched instead, where nothing matched", allow_none=True)


class CallerShape(Schema):
    """A desk that has the displayed number, or had it."""

    match = _text("exact, range, switchboard or former")
    contact = fields.String()
    title = fields.Dict(allow_none=True)
    organisation = fields.Dict(allow_none=True)
    economy = fields.String(allow_none=True)
    economy_name = fields.String(allow_none=True)
    retired = fields.Boolean()
    number = fields.String()
    until = _text("last number of a range", allow_none=True)
    extension = fields.String(allow_none=True)
    whole_number = fields.Boolean(
        metadata={"description": "false where only the end of the number could be compared"}
    )
    call_back = _many(ChannelView, "verified channels that are not the displayed number")
    records = _many(LabelledShape, "the channel with the number, the desk and its organisation")


class CallersAnswer(Schema):
    """Whom a displayed number points to; it proves nothing."""

    number = fields.String()
    match = _text("exact, range, switchboard, former or none")
    callers = _many(CallerShape)
    note = fields.String()


class Reason(Schema):
    """Why, in a word for programs and in words for people."""

    code = fields.String()
    text = fields.String()


class RouteShape(Schema):
    """A way to a desk, with everything it was ranked by."""

    rank = fields.Integer()
    network = _text("slug, or null where no network is needed", allow_none=True)
    basis = fields.String()
    standing = _text("open or unknown")
    evidence = fields.List(fields.Dict())
    contact = fields.Dict(allow_none=True)
    call = fields.Dict(
        allow_none=True, metadata={"description": "the channel to use first, verification included"}
    )
    reachable = _text("now, later or unknown")
    opens_at = fields.String(allow_none=True)
    local_time = fields.String(allow_none=True)
    language = fields.String(allow_none=True)
    reasons = _many(Reason)
    warnings = _many(Reason)


class ReachAnswer(Schema):
    """Whom to call, by which route, and what is closed."""

    to = fields.String()
    from_ = fields.String(data_key="from", allow_none=True)
    function = fields.String(allow_none=True)
    at = fields.String()
    as_of = _text("by when what it is judged on had been recorded; null is now", allow_none=True)
    answer = _text("two sentences for a tired person")
    own_desks = fields.List(fields.Dict())
    routes = _many(RouteShape, "ranked")
    unrecorded = fields.List(fields.Dict())
    closed = fields.List(fields.Dict())
    not_for_this = fields.List(fields.Dict())
    notes = fields.List(fields.Raw())


class FieldChange(Schema):
    """A field that a change gave another value."""

    field = _text("JSON Pointer into the document; objects are gone into, lists are not")
    before = fields.Raw(allow_none=True)
    after = fields.Raw(allow_none=True)


class HistoryShape(Schema):
    """One change of a record."""

    revision = fields.Integer()
    op = _text("put or retire")
    at = _text("when it was recorded")
    change_set = fields.String()
    actor = _text("id of the account that wrote or proposed it; told to accounts", allow_none=True)
    edited_by = fields.List(fields.String(), metadata={"description": "by whom since; to accounts"})
    approved_by = _text("account that approved it; told to accounts", allow_none=True)
    origin = _text("the door it came through")
    reason = _text("why; told to accounts", allow_none=True)
    meeting = _text("slug of the meeting it comes from", allow_none=True)
    is_erased = fields.Boolean(metadata={"description": "what it said has been erased since"})
    changes = _many(FieldChange, "against the newest older version that you may see")


HistoryPage = page_of(HistoryShape, "HistoryPage")


class ReadingShape(Schema):
    """A count for the owner's editors, or one entry for the reader's own partner and an auditor."""

    owner = fields.String()
    partner = _text(
        "id of the reader's partner; null is somebody without an account", allow_none=True
    )
    day = _text("of a count: the day, in UTC")
    partner_name = _text("of a count: what the partner is called", allow_none=True)
    answers = fields.Integer(
        metadata={"description": "of a count: how many answers showed records of the owner's"}
    )
    id = fields.String()
    at = _text("of an entry: when it was read")
    account = _text("of an entry: id of the reader's account", allow_none=True)
    records = fields.List(
        fields.Dict(keys=fields.String(), values=fields.String()),
        metadata={"description": "of an entry: `kind` and `id` of each record"},
    )
    record_marking = _text("of an entry: the marking under which they were shown")
    purpose = _text("of an entry: what it was read for", allow_none=True)
    door = _text("of an entry: the route or the command")
    request_id = _text("of an entry: under which the request is logged")


ReadingPage = page_of(ReadingShape, "ReadingPage")


class FaultShape(Schema):
    """One thing that is wrong, and where."""

    pointer = fields.String()
    detail = fields.String()


class ProposedShape(Schema):
    """A change that waits for a second person."""

    change_set = fields.String()
    state = fields.String()
    why = _many(FaultShape, "why it takes a second person")


class ChangedField(Schema):
    """A field that an operation changes."""

    field = fields.String()
    before = fields.Raw(allow_none=True)
    after = fields.Raw(allow_none=True)


class ConflictShape(Schema):
    """A record that has changed since the revision from which an operation starts."""

    base = fields.Dict(allow_none=True, metadata={"description": "what the operation starts from"})
    theirs = fields.Dict(metadata={"description": "what the directory holds now"})
    mine = fields.Dict(
        allow_none=True, metadata={"description": "what would be written; null is a retirement"}
    )


class OperationShape(Schema):
    """One operation of a change set."""

    n = fields.Integer()
    state = _text("open, approved or dropped")
    op = _text("put or retire")
    kind = fields.String()
    id = fields.String()
    base_revision = fields.Integer()
    revision = fields.Integer(
        allow_none=True, metadata={"description": "at which revision the record is now"}
    )
    document = fields.Dict(
        allow_none=True, metadata={"description": "what would be written, or was"}
    )
    before = fields.Dict(
        allow_none=True, metadata={"description": "what the directory holds, or held before"}
    )
    changes = _many(ChangedField, "the fields in which the two differ")
    conflict = fields.Nested(ConflictShape, allow_none=True)
    cells = fields.List(
        fields.String(), metadata={"description": "the cells of a list that it was read from"}
    )
    findings = _many(FindingShape, "what is doubted of it, where it was read from a list")
    why = _text("why it takes a second person", allow_none=True)
    edited_by = fields.List(
        fields.String(), metadata={"description": "accounts that wrote at it since"}
    )
    approved_by = _text("the account that approved it", allow_none=True)
    marking = fields.String()
    audience = fields.List(fields.String())
    owner = fields.String()


class ChangeSetHead(Schema):
    """What is said of a change set in a list."""

    id = fields.String()
    state = _text("proposed, approved, applied or rejected")
    origin = _text("the door it came through: proposal, list, edit, revert/… of another, …")
    reason = fields.String()
    meeting = fields.String(allow_none=True)
    bundle = _text("what it has in common with others, such as their list", allow_none=True)
    proposed_at = fields.String()
    proposed_by = _text("the account that proposed it")
    decided_at = fields.String(allow_none=True)
    decided_by = fields.String(allow_none=True)
    remark = fields.String(allow_none=True)
    operations = fields.Integer(metadata={"description": "how many of its operations you may see"})


class ChangeSetShape(ChangeSetHead):
    """A change set, as far as you may see it."""

    reverted_by = fields.List(
        fields.String(), metadata={"description": "change sets that undo it, or part of it"}
    )
    operations = _many(OperationShape)  # type: ignore[assignment]
    next = _text("what to ask for as `page` to go on; null at the end", allow_none=True)


class ProblemShape(Schema):
    """A problem document of RFC 9457."""

    type = fields.String()
    title = fields.String()
    status = fields.Integer()
    detail = fields.String()
    instance = fields.String()
    request_id = fields.String()
    errors = _many(FaultShape)
