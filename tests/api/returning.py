"""Sending lists in over HTTP, as tests put it."""

from collections.abc import Mapping
from typing import Any

from werkzeug.test import TestResponse

from tests.api.editors import Editors
from tests.api.service import API

HEADINGS = "Economy,Name,Position,Organisation,Telephone,E-mail"
LISTS, CHANGE_SETS = "/returned-lists", "/change-sets"


def listed(*rows: str) -> bytes:
    """A list of contacts as text with commas."""
    return "\r\n".join([HEADINGS, *rows, ""]).encode()


def part(name: str, value: bytes, file: str | None = None) -> bytes:
    """One part of a form."""
    named = "" if file is None else f'; filename="{file}"'
    return f'--b\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'.encode() + (
        value + b"\r\n"
    )


def form(*parts: bytes) -> dict[str, Any]:
    """A form as a client of Werkzeug's sends it: its own would lie in a temporary file."""
    return {
        "data": b"".join([*parts, b"--b--\r\n"]),
        "content_type": "multipart/form-data; boundary=b",
    }


def send(
    editors: Editors,
    who: str | None,
    data: bytes,
    *,
    path: str = LISTS,
    name: str = "list.csv",
    headers: Mapping[str, str] | None = None,
    said: Mapping[str, str] | None = None,
    **more: str,
) -> TestResponse:
    """Send a list in as somebody; what is said of it beside the file as keywords or in ``said``."""
    given = dict(headers or {})
    if who is not None:
        given["Authorization"] = f"Bearer {editors.tokens[who]}"
    fields = [part(key, value.encode()) for key, value in {**(said or {}), **more}.items()]
    return editors.service.app.test_client().post(
        API + path, headers=given, **form(part("file", data, name), *fields)
    )


def sent(editors: Editors, who: str, data: bytes, **more: Any) -> Any:
    """A list that was taken in."""
    response = send(editors, who, data, **more)
    assert response.status_code == 201, response.text
    return response.get_json()
