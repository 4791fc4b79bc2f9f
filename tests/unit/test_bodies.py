"""A body that two programs could read in two ways is refused, and says why."""

import json
import time
from typing import Any

import pytest
from flask import Flask, request
from hypothesis import given
from hypothesis import strategies as st

from directory.errors import InvalidRequestError
from directory.web.bodies import (
    MOST_BYTES,
    MOST_LEVELS,
    BadBodyError,
    BodyTooLargeError,
    NotJsonError,
    read_json,
)

JSON = "application/json"
APP = Flask(__name__)
APP.config["MAX_CONTENT_LENGTH"] = MOST_BYTES


def read(body: bytes | str, content_type: str | None = JSON, **headers: str) -> dict[str, Any]:
    data = body.encode() if isinstance(body, str) else body
    with APP.test_request_context(
        "/", method="PUT", data=data, content_type=content_type, headers=headers
    ):
        return read_json(request)


def refused(body: bytes | str) -> BadBodyError:
    with pytest.raises(BadBodyError) as refusal:
        read(body)
    str(refusal.value).encode()  # can be sent
    return refusal.value


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.sampled_from('aé中\t"\\')), inner),
    max_leaves=20,
)


@given(st.dictionaries(st.text(st.sampled_from('aé中\t"\\[{')), VALUES), st.booleans())
def test_what_a_library_writes_is_read_as_it_was(document: dict[str, Any], ascii: bool) -> None:
    assert read(json.dumps(document, ensure_ascii=ascii)) == document


@given(st.binary(max_size=60) | st.text(st.sampled_from('[]{}":,\\u0dD8e19-.NaIfty ')))
def test_whatever_comes_is_read_or_refused(body: bytes | str) -> None:
    try:
        assert isinstance(read(body), dict)
    except InvalidRequestError as error:
        str(error).encode()


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("", "empty"),
        ("[]", "object"),
        ('"text"', "object"),
        ("null", "object"),
        ("{", "line 1, column 2"),
        ('{"a": 1,}', "line 1"),
        ('{"a": 1} {"b": 2}', "Extra data"),
        ("\ufeff{}", "line 1"),
        (b'{"a": "\xff"}', "not UTF-8: see byte 8"),
        (b"{\x00}", "line 1"),
        ('{"a": "\x01"}', "control"),
        ('{"a": NaN}', "NaN"),
        ('{"a": -Infinity}', "-Infinity"),
        ('{"a": 1e999}', "1e999"),
        ('{"a": 9223372036854775808}', "9223372036854775808"),
        ('{"a": ' + "9" * 100_000 + "}", "too large"),
    ],
)
def test_what_is_not_strictly_json_is_refused_in_words(body: bytes | str, word: str) -> None:
    assert word in refused(body).detail


def test_a_key_that_stands_twice_is_refused_by_name() -> None:
    error = refused('{"title": 1, "x": {"owner": "JP", "owner": "US"}, "title": 2}')
    assert [fault.detail for fault in error.faults] == [
        "the key “owner” stands more than once in one object",
        "the key “title” stands more than once in one object",
    ]


def test_a_key_written_in_two_ways_stands_twice() -> None:
    assert "“owner”" in refused('{"owner": 1, "\\u006fwner": 2}').faults[0].detail
    assert "\\ud800" in refused('{"\\ud800": 1, "\\ud800": 2}').faults[0].detail


@pytest.mark.parametrize("escape", ["\\ud800", "\\uDFFF", "\\udc00\\ud800", "\\u0000"])
def test_what_is_no_character_is_refused_where_it_stands(escape: str) -> None:
    (fault,) = refused(f'{{"a/b": [1, "x{escape}"]}}').faults
    assert fault.pointer == "#/a~1b/1"
    assert refused(f'{{"{escape}": 1}}').faults


def test_a_pair_of_surrogates_is_a_character() -> None:
    assert read('{"a": "\\ud83d\\ude00"}') == {"a": "😀"}


def test_depth_has_a_limit() -> None:
    def nested(levels: int) -> str:
        return '{"a":' + "[" * (levels - 1) + "]" * (levels - 1) + "}"

    assert read(nested(MOST_LEVELS))
    assert f"{MOST_LEVELS} levels" in refused(nested(MOST_LEVELS + 1)).detail
    assert "levels" in refused("[" * 900_000).detail
    assert "levels" in refused('{"a":' * 150_000).detail


def test_brackets_in_texts_are_no_levels() -> None:
    assert read(json.dumps({"a": '\\"[[{{' * 100})) == {"a": '\\"[[{{' * 100}


@pytest.mark.parametrize(
    "body",
    [
        '{"a":' + '"\\"' * 300_000,
        "[" * 40 + '"\\' * 400_000,
        '{"' + "[" * 900_000,
        '"\\\\' * 300_000,
    ],
    ids=["quotes", "backslashes", "brackets in a text", "pairs"],
)
def test_no_body_takes_long_to_refuse(body: str) -> None:
    began = time.process_time()
    with pytest.raises(BadBodyError):
        read(body)
    assert time.process_time() - began < 2  # a second look at every quote would take minutes


def test_size_has_a_limit() -> None:
    room = MOST_BYTES - len('{"a": ""}')
    assert read('{"a": "' + "x" * room + '"}')
    with pytest.raises(BodyTooLargeError):
        read('{"a": "' + "x" * (room + 1) + '"}')


@pytest.mark.parametrize(
    "content_type", [JSON, "Application/JSON", "application/json; charset=UTF-8"]
)
def test_json_may_be_said_in_these_ways(content_type: str) -> None:
    assert read("{}", content_type) == {}


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=utf-16",
    ],
)
def test_another_media_type_is_refused(content_type: str | None) -> None:
    with pytest.raises(NotJsonError, match="Content-Type: application/json"):
        read("{}", content_type)


def test_a_compressed_body_is_refused() -> None:
    with pytest.raises(NotJsonError, match="Content-Encoding"):
        read("{}", **{"Content-Encoding": "gzip"})


def test_a_body_that_ends_too_early_is_refused() -> None:
    overrides = {"CONTENT_LENGTH": "10"}
    with (
        APP.test_request_context("/", data=b"{}", content_type=JSON, environ_overrides=overrides),
        pytest.raises(BadBodyError, match="ended before"),
    ):
        read_json(request)
