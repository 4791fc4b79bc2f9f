"""The API's own description, for ``docs/openapi.json``, and the shapes of records, for clients.

The route that serves it is asked, so that what is printed is what is served.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import click
import orjson
from flask import Response, current_app

from directory.cli.base import command, running
from directory.cli.printing import show_json
from directory.documents import Document

_SCHEMAS = "#/components/schemas/"


@command("openapi")
@click.option(
    "--schemas",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write a JSON Schema for each kind of record into this folder instead.",
)
def command_openapi(folder: Path | None) -> None:
    """Print the OpenAPI document of the API."""
    cast(Any, current_app).serve()
    with current_app.test_request_context():
        served = cast(Response, current_app.view_functions["openapi"]())
    body = served.get_data()
    if folder is None:
        show_json(body.removesuffix(b"\n"))
        return
    folder.mkdir(parents=True, exist_ok=True)
    shapes = orjson.loads(body)["components"]["schemas"]
    for kind in running().kinds:
        schema = record_schema(shapes, kind.name, kind.version)
        (folder / f"{kind.name}.json").write_bytes(
            orjson.dumps(schema, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"
        )


def record_schema(shapes: Document, kind: str, version: int) -> Document:
    """The JSON Schema of a kind's records as the log and copies have them: every key is there.

    Args:
        shapes: The schemas of the OpenAPI document.
        kind: The kind's name.
        version: The version of its shape.
    """
    defined: Document = {}
    schema: Document = _inlined(shapes[kind.capitalize()], shapes, defined)
    schema["properties"] |= {"kind": {"const": kind}, "version": {"const": version}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{kind}, version {version}",
        **schema,
        **({"$defs": defined} if defined else {}),
    }


def _inlined(value: Any, shapes: Document, defined: Document) -> Any:
    """A part of a schema that stands by itself; the shapes it names are gathered beside it."""
    if isinstance(value, list):
        return [_inlined(item, shapes, defined) for item in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        name = value["$ref"].removeprefix(_SCHEMAS)
        if name not in defined:
            defined[name] = {}
            defined[name] = _inlined(shapes[name], shapes, defined)
        return {"$ref": f"#/$defs/{name}"}
    told = {key: _inlined(item, shapes, defined) for key, item in value.items()}
    if isinstance(told.get("properties"), dict) and told.get("type") == "object":
        # What may be left out in writing is filled in before it is kept.
        told["required"] = sorted(told["properties"])
        # A later version may have more keys; a client passes over those that it does not know.
        told.pop("additionalProperties", None)
    told.pop("readOnly", None)
    told.pop("default", None)
    return told
