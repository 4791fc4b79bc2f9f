"""The shapes of organisations, contacts, holders, channels, keys and checks."""

from __future__ import annotations

import re
from typing import Any

from marshmallow import (
    Schema,
    ValidationError,
    fields,
    post_load,
    validate,
    validates_schema,
)

from directory.changes.schemas import (
    DateText,
    EconomyOwnedSchema,
    InstantText,
    RecordSchema,
    accepted_by,
    code,
    multilingual,
    name_length,
    one_of,
    record_id,
    slug,
    some,
)
from directory.clock import format_instant
from directory.contacts.rules import duty_hours, email, languages, openpgp, telephone
from directory.contacts.rules.words import (
    TELEPHONE_MEDIA,
    CheckMethod,
    CheckOutcome,
    Medium,
    OrganisationType,
    Purpose,
    Sector,
)
from directory.reference.rules import Function
from directory.reference.schemas import check_period, zone_name

E164 = re.compile(r"\+[1-9][0-9]{3,14}\Z")


def language(**kwargs: Any) -> fields.String:
    """A language that somebody can speak or read, by its BCP 47 tag."""
    return fields.String(
        validate=[validate.Length(max=35), accepted_by(languages.normalise_tag)], **kwargs
    )


def hours(**kwargs: Any) -> fields.String:
    """Duty hours in the OpenStreetMap ``opening_hours`` grammar."""
    return fields.String(
        load_default=None,
        allow_none=True,
        validate=[validate.Length(min=1, max=500), accepted_by(duty_hours.validate)],
        **kwargs,
    )


class OrganisationSchema(EconomyOwnedSchema):
    """An agency, unit, company or international body."""

    slug = slug(required=True)
    name = multilingual(required=True, longest=300)
    organisation_type = one_of(OrganisationType, required=True)
    sector = one_of(Sector, required=True)
    parent = record_id(load_default=None, allow_none=True)


class ContactSchema(EconomyOwnedSchema):
    """A post: a desk or office that answers, in an organisation, for an economy."""

    title = multilingual(required=True, longest=300)
    organisation = record_id(required=True)
    posted_in = code(load_default=None, allow_none=True)
    covers = some(code())
    networks = some(slug())
    functions = fields.Dict(
        keys=one_of(Function),
        values=one_of(("yes", "no"), metadata={"description": "absent means unknown"}),
        load_default=dict,
    )
    languages = some(language())
    duty_hours = hours()
    zone = zone_name(load_default=None, allow_none=True)
    note = multilingual()

    @validates_schema
    def hours_need_a_zone(self, data: dict[str, Any], **kwargs: Any) -> None:
        """Nine to five means nothing without saying where."""
        if data["duty_hours"] is not None and data["zone"] is None:
            raise ValidationError("duty hours need the zone they are meant in", "zone")


class HandoverSchema(Schema):
    """How one holder followed another."""

    outgoing = fields.String(load_default=None, allow_none=True, validate=name_length)
    incoming = fields.String(load_default=None, allow_none=True, validate=name_length)
    accompanied = fields.Boolean(load_default=None, allow_none=True, truthy={True}, falsy={False})


class HolderSchema(RecordSchema):
    """A person who holds a contact's post; ``until_date`` is the first day after."""

    contact = record_id(required=True)
    name = multilingual(required=True, longest=300)
    from_date = DateText(load_default=None, allow_none=True)
    until_date = DateText(load_default=None, allow_none=True)
    handover = fields.Nested(HandoverSchema, load_default=None, allow_none=True)

    @validates_schema
    def a_period_ends_after_it_begins(self, data: dict[str, Any], **kwargs: Any) -> None:
        """The end is exclusive, so it must be later than the beginning."""
        check_period(data)


class ChannelSchema(RecordSchema):
    """One way to reach a contact. ``raw`` is kept as written, whatever can be read in it."""

    contact = record_id(required=True)
    medium = one_of(Medium, required=True)
    raw = fields.String(
        required=True,
        validate=[
            validate.Length(min=1, max=500),
            # A line break would put a second line into every printed list.
            validate.Regexp(r"[^\r\n\x00]*\Z", error="must be one line"),
        ],
    )
    e164 = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Regexp(E164, error="write it like +12025550143"),
    )
    extension = fields.String(
        load_default=None, allow_none=True, validate=validate.Regexp(r"[0-9*#,;]{1,20}\Z")
    )
    purpose = one_of(Purpose, load_default=str(Purpose.OFFICE))
    position = fields.Integer(load_default=1, strict=True, validate=validate.Range(1, 999))
    duty_hours = hours()

    @post_load
    def read_what_the_raw_text_says(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        """Fill E.164 and extension from a raw number that carries its calling code."""
        if data["medium"] in TELEPHONE_MEDIA:
            number = telephone.read_number(data["raw"], None, doubting=False)
            if data["e164"] is None:
                data["e164"] = number.e164
            elif number.e164 not in {None, data["e164"]}:
                # Who changes one and forgets the other would mislead whoever looks the number up.
                raise ValidationError(f"the raw text says {number.e164}; leave this out", "e164")
            if data["extension"] is None:
                data["extension"] = number.extension
        return data

    @validates_schema
    def only_telephones_have_numbers(self, data: dict[str, Any], **kwargs: Any) -> None:
        """An address in the telephone's place is a mistake that costs a night."""
        if data["medium"] not in TELEPHONE_MEDIA and (data["e164"] or data["extension"]):
            raise ValidationError(f"a channel by {data['medium']} has no number", "e164")

    @validates_schema
    def an_address_can_be_read(self, data: dict[str, Any], **kwargs: Any) -> None:
        """A channel by e-mail that holds no address is a note, not a channel."""
        if data["medium"] == Medium.EMAIL:
            address, warnings = email.read_address(data["raw"])
            if address is None:
                raise ValidationError(list(warnings), "raw")


class KeySchema(RecordSchema):
    """An OpenPGP key of a contact; everything but the key itself is read from it."""

    contact = record_id(required=True)
    armored = fields.String(required=True, validate=validate.Length(min=1, max=100_000))
    fingerprint = fields.String(dump_only=True)
    user_ids = fields.List(fields.String(), dump_only=True)
    created_at = InstantText(dump_only=True)
    expires_at = InstantText(dump_only=True, allow_none=True)

    @post_load
    def read_the_key(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        """Take fingerprint, user ids and dates from the key, never from who sends it."""
        try:
            facts = openpgp.read_key(data["armored"])
        except ValueError as error:
            raise ValidationError(str(error), "armored") from None
        return data | {
            "fingerprint": facts.fingerprint,
            "user_ids": list(facts.user_ids),
            "created_at": format_instant(facts.created_at),
            "expires_at": None if facts.expires_at is None else format_instant(facts.expires_at),
        }


class CheckSchema(RecordSchema):
    """One attempt to reach a channel, or somebody's word that it is right.

    Who reported it stands in the log alone.
    """

    channel = record_id(required=True)
    checked_at = InstantText(required=True)
    local_hour = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(0, 23)
    )
    language = language(load_default=None, allow_none=True)
    outcome = one_of(CheckOutcome, required=True)
    answered_after_seconds = fields.Integer(
        load_default=None,
        allow_none=True,
        strict=True,
        validate=validate.Range(0, 31_536_000),
    )
    method = one_of(CheckMethod, required=True)
    tried = fields.String(
        dump_only=True,
        allow_none=True,
        metadata={
            "description": "what the channel was when it was tried, as a digest; null where that is"
            " not known. The check counts while the channel is still that"
        },
    )

    @post_load
    def what_was_tried_is_noted_elsewhere(
        self, data: dict[str, Any], **kwargs: Any
    ) -> dict[str, Any]:
        """The directory knows the channel, its sender only what they saw of it."""
        return data | {"tried": None}

    @validates_schema
    def only_a_word_is_confirmed(self, data: dict[str, Any], **kwargs: Any) -> None:
        """Whoever confirms has tried nothing, and must not seem to have been answered."""
        is_word = data["method"] == CheckMethod.CONFIRMATION
        if is_word is not (data["outcome"] == CheckOutcome.CONFIRMED):
            raise ValidationError("a confirmation, and nothing else, is confirmed", "outcome")
        of_a_call = ("local_hour", "language", "answered_after_seconds")
        if is_word and any(data[name] is not None for name in of_a_call):
            raise ValidationError("nothing was tried: leave out how it went", "method")
