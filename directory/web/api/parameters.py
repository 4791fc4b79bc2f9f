"""Query parameters that several calls take."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from marshmallow import ValidationError, fields, validate

from directory.clock import AsOf, parse_as_of, parse_at
from directory.contacts.rules import languages
from directory.ids import RECORD_ID
from directory.reference.rules import Function


class InstantField(fields.Field[datetime]):
    """An instant with its zone, or a bare date, which means noon UTC of that day."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        try:
            # An address turns the + of an offset into a blank.
            return parse_at(str(value).replace(" ", "+"))
        except ValueError as error:
            raise ValidationError(str(error)) from None


class AsOfField(fields.Field[AsOf]):
    """The instant by which things had been recorded; a bare date means the end of that day."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> AsOf:
        try:
            return parse_as_of(str(value).replace(" ", "+"))
        except ValueError as error:
            raise ValidationError(str(error)) from None


class LanguageField(fields.Field[str]):
    """A language by its BCP 47 tag, in its usual form."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        try:
            return languages.normalise_tag(str(value)[:100])
        except ValueError as error:
            raise ValidationError(str(error)) from None


def economy_name(**kwargs: Any) -> fields.String:
    """A parameter that names an economy by code, name or alias."""
    return fields.String(
        validate=validate.Length(1, 100),
        metadata={
            "description": "An economy, by its code (`TW`) or any name it goes by.",
            "example": "TW",
        },
        **kwargs,
    )


def function_name() -> fields.String:
    """A parameter that names a function of a contact."""
    return fields.String(
        load_default=None,
        validate=validate.OneOf([str(function) for function in Function]),
        metadata={"description": "What is needed.", "example": "preservation"},
    )


def as_of_instant() -> AsOfField:
    """A parameter that asks for what had been recorded by an instant."""
    return AsOfField(
        load_default=None,
        metadata={
            "type": "string",
            "description": "What the directory had recorded by this instant, with its zone, or by"
            " the end of this date (UTC); what it has recorded now if left out.",
        },
    )


def language_tag() -> LanguageField:
    """A parameter that names a language."""
    return LanguageField(
        load_default=None,
        metadata={
            "type": "string",
            "description": "A language you speak, by its BCP 47 tag.",
            "example": "zh-Hant",
        },
    )


def text_of(description: str, longest: int = 100, **kwargs: Any) -> fields.String:
    """A parameter of free text."""
    options: dict[str, Any] = kwargs if kwargs.get("required") else {"load_default": None}
    return fields.String(
        validate=validate.Length(1, longest), metadata={"description": description}, **options
    )


def id_of(description: str) -> fields.String:
    """A parameter that narrows a list by an id."""
    return fields.String(
        load_default=None,
        validate=validate.Regexp(RECORD_ID, error="an id looks like 01234567-89ab-…"),
        metadata={"description": description},
    )
