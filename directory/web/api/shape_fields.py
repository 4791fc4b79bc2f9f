"""Fields of the shapes of answers: each says what it means, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields


def many_of(schema: type[Schema], description: str = "") -> fields.List[Any]:
    """A list of things of one shape."""
    return fields.List(fields.Nested(schema), metadata={"description": description})


def text_of(description: str, **kwargs: Any) -> fields.String:
    """A text."""
    return fields.String(metadata={"description": description}, **kwargs)


def names_of(description: str) -> fields.Dict:
    """A text by language."""
    return fields.Dict(
        keys=fields.String(), values=fields.String(), metadata={"description": description}
    )
