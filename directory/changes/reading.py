"""Reading documents that are plainly right in a fraction of the time that their schema takes.

A schema is made to tell what is wrong, field by field; hardly any document has anything wrong. A
reader is made of the schema's own fields and validators, takes a document of plain JSON values in
which it finds nothing to object to, and leaves every other one to the schema. What both of them
take they read alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, missing, validate

Reader = Callable[[Any], Any]
"""Takes a value and returns it as it is loaded.

Raises:
    ValidationError: With no message for anybody: the schema is to say what is wrong.
"""


class UnreadError(ValidationError):
    """The value is for the schema to judge."""

    def __init__(self) -> None:
        super().__init__("not read")


def document_reader(schema: Schema) -> Reader:
    """A reader of the documents that a schema loads; the schema's hooks are left to it.

    Args:
        schema: With fields that are called as the document calls them.
    """
    plan = [
        (name, field.load_default, field.allow_none, _reader(field))
        for name, field in schema.load_fields.items()
    ]

    def read(document: Any) -> Any:
        if type(document) is not dict:
            raise UnreadError
        loaded: dict[str, Any] = {}
        left_out = 0
        for name, default, may_be_null, read_value in plan:
            value = document.get(name, missing)
            if value is missing:
                if default is missing:
                    raise UnreadError
                left_out += 1
                loaded[name] = default() if callable(default) else default
            elif value is None:
                if not may_be_null:
                    raise UnreadError
                loaded[name] = None
            else:
                loaded[name] = read_value(value)
        if len(document) != len(plan) - left_out:
            raise UnreadError  # it has fields that nobody knows
        return loaded

    return read


def _reader(field: fields.Field[Any]) -> Reader:
    if field.data_key or field.attribute or field.pre_load or field.post_load:
        raise TypeError(f"{field!r} is read in a way that is not known here")
    make = _MAKERS.get(type(field))
    return field.deserialize if make is None else make(field)


def _text_reader(field: Any) -> Reader:
    return _checked(str, _checks(field.validators))


def _number_reader(field: Any) -> Reader:
    return _checked(int, _checks(field.validators))


def _checked(kind: type, checks: Sequence[Reader]) -> Reader:
    if len(checks) == 1:
        (check,) = checks

        def read_one(value: Any) -> Any:
            if type(value) is not kind:
                raise UnreadError
            check(value)
            return value

        return read_one

    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise UnreadError
        for check in checks:
            check(value)
        return value

    return read


def _list_reader(field: Any) -> Reader:
    read_item, checks = _reader(field.inner), _checks(field.validators)

    def read(value: Any) -> list[Any]:
        if type(value) is not list:
            raise UnreadError
        items = [read_item(item) for item in value]
        for check in checks:
            check(items)
        return items

    return read


def _mapping_reader(field: Any) -> Reader:
    read_key, read_value = _reader(field.key_field), _reader(field.value_field)
    checks = _checks(field.validators)

    def read(value: Any) -> dict[str, Any]:
        if type(value) is not dict:
            raise UnreadError
        items = {read_key(key): read_value(item) for key, item in value.items()}
        for check in checks:
            check(items)
        return items

    return read


def _nested_reader(field: Any) -> Reader:
    schema: Schema = field.schema
    if field.many or field.unknown is not None or schema.unknown != RAISE or _has_hooks(schema):
        loaded: Reader = field.deserialize
        return loaded
    return document_reader(schema)


def _has_hooks(schema: Schema) -> bool:
    kind = type(schema)
    return any(hasattr(getattr(kind, name, None), "__marshmallow_hook__") for name in dir(kind))


_MAKERS: Mapping[type, Callable[[Any], Reader]] = {
    fields.String: _text_reader,
    fields.Integer: _number_reader,
    fields.List: _list_reader,
    fields.Dict: _mapping_reader,
    fields.Nested: _nested_reader,
}


def _checks(validators: Sequence[Any]) -> list[Reader]:
    return [_check(validator) for validator in validators]


def _check(validator: Any) -> Reader:
    """A validator without the words it would have, where it is one of the usual ones."""
    if type(validator) is validate.Regexp:
        return _matching(validator.regex)
    if type(validator) is validate.OneOf:
        return _among(frozenset(validator.choices))
    if type(validator) is validate.Length and validator.equal is None:
        return _as_long_as(validator.min or 0, validator.max)
    check: Reader = validator
    return check


def _matching(pattern: re.Pattern[Any]) -> Reader:
    def check(value: str) -> None:
        if pattern.match(value) is None:
            raise UnreadError

    return check


def _among(choices: frozenset[str]) -> Reader:
    def check(value: str) -> None:
        if value not in choices:
            raise UnreadError

    return check


def _as_long_as(least: int, most: int | None) -> Reader:
    longest = float("inf") if most is None else most

    def check(value: Sequence[Any]) -> None:
        if not least <= len(value) <= longest:
            raise UnreadError

    return check
