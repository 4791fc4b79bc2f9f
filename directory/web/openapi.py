"""The OpenAPI document, generated from the routes and their schemas."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Flask

from directory.web.api.base import FORMS
from directory.web.problems import MEDIA_TYPE

DESCRIPTION = "directory-openapi"
"""Where an application keeps what writes its document."""
"""The name under which an application keeps how it is described."""
ERRORS = {
    "400": "The request could not be understood.",
    "401": "This takes an account, or the token is not valid.",
    "403": "Your account may not do this.",
    "404": "There is no such thing, as far as you may know.",
    "422": "The request was understood and cannot be accepted; `errors` says where.",
    "428": "Something has to be said: `If-Match` with a change, or what you read for in `Purpose`.",
    "429": "You have asked too often; `Retry-After` says when to go on.",
    "503": "The directory cannot answer at the moment.",
}
WRITING_ERRORS = {
    "409": "This conflicts with what the directory holds.",
    "412": "The record has moved since the revision in `If-Match`.",
    "413": "The body is too large.",
    "415": "The body has to be JSON.",
}
UNCHANGED = {"304": {"description": "You have this already."}}
LENGTH_NEEDED = {"411": {"description": "A body needs a `Content-Length`."}}
BARE = {
    # Said by the server in front of the application, in a form of its own.
    "414": {"description": "The address is too long."},
}


def openapi_document(app: Flask) -> bytes:
    """The OpenAPI document of an application's API, as indented JSON; it is written once."""
    written: bytes = app.extensions[DESCRIPTION]()
    return written


def write_document(document: dict[str, Any]) -> bytes:
    """Complete what the routes say of themselves by what every route answers, and write it."""
    for path in document["paths"].values():
        for method, operation in path.items():
            if isinstance(operation, dict) and "responses" in operation:
                _tell_forms(operation)
                _tell_errors(operation["responses"], is_writing=method != "get")
                _tell_parameters(operation.get("parameters", []))
    _anchor_patterns(document)
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"


def _tell_forms(operation: dict[str, Any]) -> None:
    forms = operation.pop(FORMS, ())
    for media_type in forms:
        operation["responses"]["200"]["content"][media_type] = {"schema": {"type": "string"}}
    if forms:
        operation["responses"]["406"] = _problem("None of the forms in `Accept` can be given.")


def _tell_errors(responses: dict[str, Any], *, is_writing: bool) -> None:
    responses.pop("default", None)
    for status, description in (ERRORS | (WRITING_ERRORS if is_writing else {})).items():
        responses[status] = _problem(description)
    responses |= BARE | (LENGTH_NEEDED if is_writing else UNCHANGED)


def _problem(description: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/ProblemShape"}
    return {"description": description, "content": {MEDIA_TYPE: {"schema": schema}}}


def _tell_parameters(parameters: list[dict[str, Any]]) -> None:
    """A parameter is there or it is not: an address has no null."""
    for parameter in parameters:
        schema = parameter.get("schema", {})
        if schema.get("default", "") is None:
            del schema["default"]
        if isinstance(schema.get("type"), list):
            (schema["type"],) = set(schema["type"]) - {"null"}
        if "enum" in schema:
            schema["enum"] = [choice for choice in schema["enum"] if choice is not None]


def _anchor_patterns(value: Any) -> None:
    """Write the patterns of Python, which match from the start, as those of JSON Schema."""
    for inner in value.values() if isinstance(value, dict) else value:
        if isinstance(inner, dict | list):
            _anchor_patterns(inner)
    if isinstance(value, dict) and str(value.get("pattern", "")).endswith(r"\Z"):
        value["pattern"] = f"^(?:{value['pattern'][:-2]})$"
