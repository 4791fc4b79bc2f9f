"""The part of a document's shape that every kind shares, and fields for JSON as it is kept.

Loading checks and completes a document but leaves it made of JSON values: what is validated is
what is hashed, stored and served.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from datetime import date
from functools import cached_property
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from directory.changes.errors import InvalidDocumentError
from directory.changes.reading import Reader, document_reader
from directory.clock import format_instant, parse_instant
from directory.documents import Document
from directory.errors import Fault
from directory.ids import RECORD_ID, SLUG
from directory.policy import DIRECTORY, MARKINGS

SET_BY_THE_DIRECTORY = ("id", "kind", "revision", "version", "retired_at")
UNKNOWN_FIELD = "there is no such field"
LONGEST_TEXT = 4000
LONGEST_LIST = 200

name_length = validate.Length(min=1, max=500)
text_length = validate.Length(max=LONGEST_TEXT)
list_length = validate.Length(max=LONGEST_LIST)


def accepted_by(check: Callable[[str], object]) -> Callable[[str], None]:
    """A validator from a function that raises ValueError with a message for people."""

    def validator(value: str) -> None:
        try:
            check(value)
        except ValueError as error:
            raise ValidationError(str(error)) from None

    return validator


class DateText(fields.String):
    """A calendar date, kept as the text ``2011-09-24``."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = str(super()._deserialize(value, attr, data, **kwargs))
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise ValidationError(f"{text!r} is not a date; write it like 2011-09-24") from None
        return day.isoformat()


class InstantText(fields.String):
    """An instant with its zone, kept in UTC and whole seconds: ``2011-09-24T01:10:00Z``."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        try:
            at = parse_instant(str(super()._deserialize(value, attr, data, **kwargs)))
            return format_instant(at.replace(microsecond=0))
        except ValueError as error:
            raise ValidationError(str(error)) from None


def code(**kwargs: Any) -> fields.String:
    """An economy's code: two capital letters of ISO 3166-1."""
    return fields.String(
        validate=validate.Regexp(r"[A-Z]{2}\Z", error="an economy's code is two capital letters"),
        **kwargs,
    )


def slug(**kwargs: Any) -> fields.String:
    """The readable key of a network, meeting or organisation."""
    return fields.String(
        validate=[
            validate.Length(max=80),
            validate.Regexp(SLUG, error="a slug is lower-case words joined by hyphens"),
        ],
        **kwargs,
    )


def record_id(**kwargs: Any) -> fields.String:
    """The id of another record."""
    return fields.String(
        validate=validate.Regexp(RECORD_ID, error="an id looks like 01234567-89ab-…"), **kwargs
    )


def multilingual(*, required: bool = False, longest: int = LONGEST_TEXT) -> fields.Dict:
    """Text by BCP 47 tag: ``{"en": …, "zh-Hant": …}``; original script kept as written."""
    options: dict[str, Any] = {"required": True} if required else {"load_default": dict}
    return fields.Dict(
        keys=fields.String(
            validate=validate.Regexp(
                r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*\Z", error="not a language tag such as zh-Hant"
            )
        ),
        values=fields.String(validate=validate.Length(min=1, max=longest)),
        validate=validate.Length(min=1 if required else 0, max=40),
        **options,
    )


def one_of(choices: Any, **kwargs: Any) -> fields.String:
    """One of some words."""
    return fields.String(validate=validate.OneOf(tuple(choices)), **kwargs)


def some(inner: fields.Field[Any], **kwargs: Any) -> fields.List[Any]:
    """A list, empty when left out, in which nothing stands twice."""
    return fields.List(inner, load_default=list, validate=[list_length, _without_repeats], **kwargs)


def _without_repeats(items: list[Any]) -> None:
    if len(items) != len({str(item) for item in items}):
        raise ValidationError("the same value stands in it twice")


class SourceSchema(Schema):
    """Where a fact comes from."""

    document = fields.String(required=True, validate=name_length)
    place = fields.String(load_default=None, allow_none=True, validate=text_length)
    meeting = slug(load_default=None, allow_none=True)


class RecordSchema(Schema):
    """What every record carries; a kind's schema adds its own fields."""

    id = record_id(dump_only=True)
    kind = fields.String(dump_only=True)
    revision = fields.Integer(dump_only=True)
    version = fields.Integer(dump_only=True)
    retired_at = InstantText(dump_only=True, allow_none=True)
    marking = one_of(MARKINGS, load_default="CLEAR")
    audience = some(slug())
    owner = fields.String(
        load_default=DIRECTORY,
        validate=validate.Regexp(
            r"(?:[A-Z]{2}|directory)\Z", error="an owner is an economy's code or directory"
        ),
    )
    source = fields.Nested(SourceSchema, required=True)

    @cached_property
    def _plain(self) -> Reader:
        return document_reader(self)

    def _deserialize(self, data: Any, **kwargs: Any) -> Any:
        """Read the fields; marshmallow does so only where there is something to object to."""
        if kwargs["unknown"] == RAISE and not kwargs["many"] and not kwargs["partial"]:
            with suppress(ValidationError):
                return self._plain(data)
        return super()._deserialize(data, **kwargs)


class DirectoryOwnedSchema(RecordSchema):
    """A record for which no single economy answers, but the coordinators."""

    @validates_schema
    def the_directory_answers_for_it(self, data: dict[str, Any], **kwargs: Any) -> None:
        """An economy that owned its own standing could open routes and audiences to itself."""
        if data["owner"] != DIRECTORY:
            raise ValidationError("records of this kind belong to the directory", "owner")


class EconomyOwnedSchema(RecordSchema):
    """A record for which its economy answers, or the coordinators for an international body."""

    economy = code(load_default=None, allow_none=True)

    @validates_schema
    def its_economy_answers_for_it(self, data: dict[str, Any], **kwargs: Any) -> None:
        """Nobody puts a record under another economy's name."""
        if data["owner"] not in {data["economy"], DIRECTORY}:
            raise ValidationError("must be the record's economy, or directory", "owner")


def loader(schema: type[RecordSchema]) -> Callable[[Mapping[str, Any]], Document]:
    """The ``load`` of a kind: validate with its schema, or say what is wrong and where."""
    instance = schema()
    read_only = instance.dump_fields.keys() - instance.load_fields.keys()

    def load(document: Mapping[str, Any]) -> Document:
        try:
            loaded: Document = instance.load(document)
        except ValidationError as error:
            raise InvalidDocumentError(
                "The document does not have the shape of its kind; nothing was written.",
                *faults_of(messages_of(error), read_only=read_only),
            ) from None
        loaded["audience"].sort()
        return loaded

    return load


def given_by(schema: type[RecordSchema]) -> frozenset[str]:
    """The fields that a writer of a kind sends."""
    return frozenset(schema().load_fields)


def messages_of(error: ValidationError) -> dict[Any, Any]:
    """The messages of a validation, by field."""
    messages: dict[Any, Any] = error.normalized_messages()  # type: ignore[no-untyped-call]
    return messages


def faults_of(
    messages: Mapping[Any, Any],
    place: str = "#",
    *,
    read_only: Collection[str] = SET_BY_THE_DIRECTORY,
) -> list[Fault]:
    """Turn marshmallow's nested messages into faults with JSON Pointers.

    Args:
        messages: What marshmallow says, by field.
        place: Pointer to what was validated.
        read_only: Fields that exist and are not the sender's to set.
    """
    faults: list[Fault] = []
    for key, value in messages.items():
        step = str(key).replace("~", "~0").replace("/", "~1")
        pointer = place if key == "_schema" else f"{place}/{step}"
        if isinstance(value, Mapping):
            faults.extend(faults_of(value, pointer, read_only=read_only))
            continue
        for message in value if isinstance(value, list) else [value]:
            if message == "Unknown field.":
                message = (
                    "is set by the directory; leave it out"
                    if pointer.removeprefix("#/") in read_only
                    else UNKNOWN_FIELD
                )
            faults.append(Fault(pointer, str(message)))
    return faults
