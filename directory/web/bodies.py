"""Bodies of requests, read strictly: what two programs could read in two ways is refused.

A parser that keeps the last of two equal keys, or turns ``NaN`` into something, would write what
nobody has looked at. Everything here is refused before a schema sees it.

Source:
    RFC 8259, JSON; RFC 7493, I-JSON.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from flask import Request
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from directory.errors import Fault, InvalidRequestError

MOST_BYTES = 1_000_000
MOST_LEVELS = 32
"""The deepest document of any kind has six."""
LONGEST_NUMBER = 40
ECHOED = 60

# Possessive, and content with a string that never ends: no body makes it look twice.
_TOKENS = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[{\]}]', re.DOTALL)
_NO_CHARACTER = re.compile(r"[\x00\ud800-\udfff]")


class BadBodyError(InvalidRequestError):
    """The body is not JSON, or can be read in more than one way."""

    slug = "bad-body"
    title = "The body cannot be read"


class BodyTooLargeError(InvalidRequestError):
    """The body is larger than anything the directory takes."""

    slug = "body-too-large"
    title = "The body is too large"


class NotJsonError(InvalidRequestError):
    """The body is of another media type than JSON, or compressed."""

    slug = "not-json"
    title = "The body has to be JSON"


def read_json(request: Request) -> dict[str, Any]:
    """The JSON object in the body of a request.

    Raises:
        NotJsonError: It is not said to be JSON.
        BodyTooLargeError: It is larger than ``MOST_BYTES``.
        BadBodyError: It is not UTF-8, not JSON or not an object; it is nested too deeply, says a
            key twice, or holds what is no number or no character.
    """
    _refuse_other_media_types(request)
    text = _text(_bytes(request))
    _refuse_depth(text)
    document = _parsed(text)
    if not isinstance(document, dict):
        raise BadBodyError("The body has to be one JSON object: { … }.")
    if "\\u" in text:  # no other way leads from UTF-8 to a character that is none
        _refuse_what_is_no_character(document)
    return document


def _refuse_other_media_types(request: Request) -> None:
    if request.mimetype != "application/json" or (
        request.mimetype_params.get("charset", "utf-8").lower() != "utf-8"
    ):
        raise NotJsonError(
            "Send the body as JSON in UTF-8 and say so: Content-Type: application/json"
        )
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise NotJsonError("Send the body as it is, without Content-Encoding.")


def _bytes(request: Request) -> bytes:
    try:
        body = request.get_data()
    except RequestEntityTooLarge:
        raise BodyTooLargeError(f"A body may have {MOST_BYTES:,} bytes at most.") from None
    except ClientDisconnected:
        raise BadBodyError("The body ended before its Content-Length.") from None
    if len(body) > MOST_BYTES:
        raise BodyTooLargeError(f"A body may have {MOST_BYTES:,} bytes at most.")
    return body


def _text(body: bytes) -> str:
    if not body:
        raise BadBodyError("The body is empty; a JSON object is needed.")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadBodyError(f"The body is not UTF-8: see byte {error.start + 1}.") from None


def _refuse_depth(text: str) -> None:
    """Refuse deep nesting before the parser, which calls itself, gets to see it."""
    if text.count("[") + text.count("{") <= MOST_LEVELS:
        return
    level = 0
    for found in _TOKENS.finditer(text):
        sign = found.group()
        if sign in "[{":
            level += 1
            if level > MOST_LEVELS:
                raise BadBodyError(f"The body is nested more than {MOST_LEVELS} levels deep.")
        elif sign in "]}":
            level -= 1


def _parsed(text: str) -> Any:
    twice: dict[str, None] = {}

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            seen: set[str] = set()
            for key, _ in pairs:
                if key in seen:
                    twice[key] = None
                seen.add(key)
        return found

    try:
        document = json.loads(
            text,
            object_pairs_hook=members,
            parse_constant=_refuse_constant,
            parse_float=_float,
            parse_int=_integer,
        )
    except json.JSONDecodeError as error:
        raise BadBodyError(
            f"The body is not JSON: line {error.lineno}, column {error.colno}: {error.msg}."
        ) from None
    if twice:
        raise BadBodyError(
            "The body says something twice; which was meant cannot be known.",
            *(
                Fault("#", f"the key {_shown(key)} stands more than once in one object")
                for key in list(twice)[:20]
            ),
        )
    return document


def _refuse_constant(name: str) -> NoReturn:
    raise BadBodyError(f"{name} is no number that JSON knows; leave it out or write null.")


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise BadBodyError(f"The number {_shown(text)} is too large.")
    return number


def _integer(text: str) -> int:
    # 64 bits are what every reader of JSON that has integers can keep.
    if len(text) > LONGEST_NUMBER or not -(2**63) <= int(text) < 2**63:
        raise BadBodyError(f"The number {_shown(text)} is too large.")
    return int(text)


def _refuse_what_is_no_character(document: Any) -> None:
    faults = [
        Fault(pointer, "NUL, or half of a surrogate pair, is no character to keep; leave it out")
        for pointer, text in _texts(document, "#")
        if _NO_CHARACTER.search(text)
    ]
    if faults:
        raise BadBodyError("The body holds what is no character.", *faults[:20])


def _texts(value: Any, pointer: str) -> Iterator[tuple[str, str]]:
    """Every text in a document, keys included, and where it stands."""
    if isinstance(value, str):
        yield pointer, value
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _texts(item, f"{pointer}/{place}")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield pointer, key
            step = _visible(key).replace("~", "~0").replace("/", "~1")
            yield from _texts(item, f"{pointer}/{step}")


def _shown(text: str) -> str:
    short = text if len(text) <= ECHOED else text[:ECHOED] + "…"
    return f"“{_visible(short)}”"


def _visible(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()
