"""The OpenAPI document, generated from the routes and their schemas."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Flask

from directory.web.problems import MEDIA_TYPE

ERRORS = {
    "400": "The request could not be understood.",
    "404": "There is no such thing, as far as you may know.",
    "422": "The request was understood and cannot be accepted; `errors` says where.",
    "503": "The directory cannot answer at the moment.",
}


def openapi_document(app: Flask) -> bytes:
    """The OpenAPI document of an application's API, as indented JSON."""
    document: dict[str, Any] = app.extensions["directory-openapi"].to_dict()
    problem = {"$ref": "#/components/schemas/ProblemShape"}
    for path in document["paths"].values():
        for operation in path.values():
            if not isinstance(operation, dict) or "responses" not in operation:
                continue
            operation["responses"].pop("default", None)
            for status, description in ERRORS.items():
                operation["responses"][status] = {
                    "description": description,
                    "content": {MEDIA_TYPE: {"schema": problem}},
                }
            operation["responses"]["304"] = {"description": "You have this already."}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"
