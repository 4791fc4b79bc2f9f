"""The API's calls and shapes as a page shows them, read from its OpenAPI document.

The page is drawn from the document alone: a call that is not in it does not exist for its reader.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urljoin

from directory.web.api.base import PREFIX
from directory.web.examples import EXAMPLES, Example

METHODS = ("get", "post", "put", "patch", "delete")


class Answer(NamedTuple):
    """One answer that a call may give; ``shape`` is empty where it has none."""

    status: str
    description: str
    shape: str


class Key(NamedTuple):
    """One key of a shape; ``refers_to`` names the shape inside it, if there is one."""

    name: str
    value: str
    refers_to: str
    description: str


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the API.

    Attributes:
        anchor: Where on the page it stands.
        tag: The group it belongs to.
        operation: What the OpenAPI document says of it.
        commands: Command lines to try it with.
    """

    anchor: str
    method: str
    path: str
    tag: str
    operation: Mapping[str, Any]
    answers: Sequence[Answer]
    commands: Sequence[str]


def calls_of(document: Mapping[str, Any], host: str) -> list[Call]:
    """The calls of an API, those of the same group together.

    Args:
        document: The API's OpenAPI document.
        host: The address at which the reader reached it, for the examples.
    """
    return [
        Call(
            anchor=re.sub(r"[^a-z0-9]+", "-", f"{method}{path}".lower()).strip("-"),
            method=method.upper(),
            path=path,
            tag=item[method]["tags"][0],
            operation=item[method] | {"parameters": _parameters(item, method)},
            answers=_answers(item[method]),
            commands=[
                _command(example, host)
                for example in EXAMPLES.get(path.removeprefix(PREFIX), ())
                if method == "get"
            ],
        )
        for path, item in document["paths"].items()
        for method in METHODS
        if method in item
    ]


def shapes_of(document: Mapping[str, Any]) -> dict[str, list[Key]]:
    """The keys of each shape that an answer may be made of, by the shape's name."""
    schemas = document["components"]["schemas"]
    shapes: dict[str, list[Key]] = {}
    due = [answer.shape for call in calls_of(document, "") for answer in call.answers]
    while due:
        name = due.pop()
        if name and name not in shapes:
            shapes[name] = [
                Key(key, value_of(told), _reference(told), told.get("description", ""))
                for key, told in schemas[name].get("properties", {}).items()
            ]
            due += [key.refers_to for key in shapes[name]]
    return dict(sorted(shapes.items()))


def value_of(told: Mapping[str, Any]) -> str:
    """What may stand in a place, in words, from its JSON Schema."""
    if "enum" in told:
        return "one of " + ", ".join(str(choice) for choice in told["enum"] if choice is not None)
    types = told.get("type", [])
    kinds = [types] if isinstance(types, str) else list(types)
    if _reference(told):
        return "list of" if "array" in kinds else ""
    if "array" in kinds:
        return f"list of {value_of(told.get('items', {})) or 'values'}"
    if "object" in kinds and isinstance(told.get("additionalProperties"), Mapping):
        kinds[kinds.index("object")] = f"object of {value_of(told['additionalProperties'])}"
    bounds = [f"from {told['minimum']}"] if "minimum" in told else []
    bounds += [f"to {told['maximum']}"] if "maximum" in told else []
    return " ".join([" or ".join(kinds), *bounds])


def _parameters(item: Mapping[str, Any], method: str) -> list[Mapping[str, Any]]:
    return [*item.get("parameters", []), *item[method].get("parameters", [])]


def _answers(operation: Mapping[str, Any]) -> list[Answer]:
    return [
        Answer(status, told.get("description", ""), _shape_of_answer(told))
        for status, told in sorted(operation["responses"].items())
    ]


def _shape_of_answer(told: Mapping[str, Any]) -> str:
    for content in told.get("content", {}).values():
        return _reference(content.get("schema", {}))
    return ""


def _reference(told: Mapping[str, Any]) -> str:
    """The name of the shape that stands in a place, alone or in a list."""
    reference: str = told.get("$ref") or told.get("items", {}).get("$ref", "")
    for option in told.get("anyOf", ()):
        reference = reference or option.get("$ref", "")
    return reference.rsplit("/", 1)[-1]


def _command(example: Example, host: str) -> str:
    address = shlex.quote(urljoin(host, PREFIX + example.path))
    accept = f" -H {shlex.quote(f'Accept: {example.accept}')}" if example.accept else ""
    token = ' -H "Authorization: Bearer $TOKEN"' if example.takes_a_token else ""
    return f"curl -sS{token}{accept} {address}"
