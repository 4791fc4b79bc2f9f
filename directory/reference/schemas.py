"""The shapes of reference records."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from directory.changes.schemas import (
    DateText,
    DirectoryOwnedSchema,
    accepted_by,
    code,
    multilingual,
    name_length,
    one_of,
    record_id,
    slug,
    some,
    text_length,
)
from directory.reference.rules import Function, NetworkKind, NetworkState, Status
from directory.zones import zone


def language_tag(**kwargs: Any) -> fields.String:
    """A language by its BCP 47 tag."""
    return fields.String(
        validate=validate.Regexp(
            r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*\Z", error="not a language tag such as zh-Hant-TW"
        ),
        **kwargs,
    )


def zone_name(**kwargs: Any) -> fields.String:
    """A time zone by its Area/City name."""
    return fields.String(validate=accepted_by(zone), **kwargs)


class AmbiguousAliasSchema(Schema):
    """A name that may mean this economy, and what else it may mean."""

    text = fields.String(required=True, validate=name_length)
    also = fields.String(required=True, validate=name_length)


class EconomySchema(DirectoryOwnedSchema):
    """An APEC member or a guest, under its APEC name."""

    code = code(required=True)
    name = multilingual(required=True, longest=200)
    short_name = multilingual(longest=200)
    aliases = some(fields.String(validate=name_length))
    ambiguous_aliases = fields.List(
        fields.Nested(AmbiguousAliasSchema), load_default=list, validate=validate.Length(max=50)
    )
    apec_order = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(1, 999)
    )
    alpha3 = fields.String(
        load_default=None, allow_none=True, validate=validate.Regexp(r"[A-Z]{3}\Z")
    )
    numeric = fields.String(
        load_default=None, allow_none=True, validate=validate.Regexp(r"[0-9]{3}\Z")
    )
    zones = some(zone_name())
    calling_code = fields.String(
        load_default=None, allow_none=True, validate=validate.Regexp(r"[1-9][0-9]{0,2}\Z")
    )
    languages = some(language_tag())
    seat = multilingual(longest=200)
    joined_on = DateText(load_default=None, allow_none=True)


class NetworkSchema(DirectoryOwnedSchema):
    """An agreed framework through which economies reach each other."""

    slug = slug(required=True)
    name = multilingual(required=True, longest=300)
    network_kind = one_of(NetworkKind, required=True)
    state = one_of(NetworkState, required=True)
    functions = some(one_of(Function))
    economy = code(load_default=None, allow_none=True)
    two_people = fields.Boolean(
        load_default=False,
        truthy={True},
        falsy={False},
        metadata={
            "description": "whether changes to the contacts that answer for it take two people"
        },
    )
    note = multilingual()

    @validates_schema
    def an_attache_network_has_a_sender(self, data: dict[str, Any], **kwargs: Any) -> None:
        """An attaché service belongs to the economy that sends; no other network has one."""
        if (data["network_kind"] == NetworkKind.ATTACHE) != (data["economy"] is not None):
            raise ValidationError(
                "an attaché network, and no other, names the economy that sends", "economy"
            )


class MembershipSchema(DirectoryOwnedSchema):
    """An economy's standing in a network for a period; ``until_date`` is the first day after."""

    economy = code(required=True)
    network = slug(required=True)
    status = one_of(Status, required=True)
    from_date = DateText(load_default=None, allow_none=True)
    until_date = DateText(load_default=None, allow_none=True)
    via = record_id(load_default=None, allow_none=True)
    known_on = DateText(required=True)
    note = multilingual()

    @validates_schema
    def a_period_ends_after_it_begins(self, data: dict[str, Any], **kwargs: Any) -> None:
        """The end is exclusive, so it must be later than the beginning."""
        check_period(data)


def check_period(data: dict[str, Any]) -> None:
    """Refuse a half-open period that ends before it has begun.

    Raises:
        ValidationError: On ``until_date``.
    """
    begin, end = data["from_date"], data["until_date"]
    if begin is not None and end is not None and begin >= end:
        raise ValidationError("the first day after must be later than the first day", "until_date")


class StatementSchema(DirectoryOwnedSchema):
    """What was said of an economy on a day; dated, and never overwritten by a later one."""

    economy = code(required=True)
    topic = fields.String(required=True, validate=name_length)
    text = multilingual(required=True)
    said_on = DateText(required=True)
    said_by = fields.String(load_default=None, allow_none=True, validate=text_length)
    meeting = slug(load_default=None, allow_none=True)
    supersedes = some(record_id())
    note = multilingual()
