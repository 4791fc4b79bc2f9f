"""Which records of an answer are recorded, and what counts as a purpose."""

from typing import Any

import pytest

from directory.readings.errors import BadPurposeError
from directory.readings.rules import may_show_restricted, read_purpose, restricted_in


def record(marking: str, name: str = "one", **more: Any) -> dict[str, Any]:
    label = {"marking": marking, "owner": "JP", "audience": []}
    return {"kind": "contact", "id": name} | label | more


@pytest.mark.parametrize("marking", ["AMBER", "AMBER+STRICT", "RED"])
def test_what_is_marked_amber_or_above_is_recorded_wherever_it_stands(marking: str) -> None:
    inner = record(marking, "inner")
    answer = {"items": [record("GREEN", "outer", parts=[{"deep": [inner, inner]}])]}
    assert [shown.id for shown in restricted_in(answer)] == ["inner"]


@pytest.mark.parametrize("marking", ["CLEAR", "GREEN"])
def test_what_is_open_is_not(marking: str) -> None:
    assert restricted_in({"items": [record(marking)]}) == ()


@pytest.mark.parametrize("body", [b'{"marking":"AMBER"}', b'"AMBER+STRICT"', b'["RED"]'])
def test_the_quick_look_misses_nothing(body: bytes) -> None:
    assert may_show_restricted(body)
    assert not may_show_restricted(b'{"marking":"GREEN"}')


def test_what_does_not_say_which_record_it_is_is_not_shown() -> None:
    part = {"id": "one", "marking": "AMBER"}
    with pytest.raises(ValueError, match="does not say"):
        restricted_in({"contact": part})
    assert restricted_in({"contact": part}, [record("AMBER")])[0].owner == "JP"


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (None, None),
        (b"  ", None),
        (b" case 7 ", "case 7"),
        (b"%E6%A1%88%E4%BB%B6 7", "案件 7"),
        ("案件".encode(), "案件"),
        (b"50% sure", "50% sure"),
        (b"x" * 200, "x" * 200),
    ],
)
def test_a_purpose_is_read(given: bytes | None, meant: str | None) -> None:
    assert read_purpose(given) == meant


@pytest.mark.parametrize("given", [b"x" * 201, b"a%0Ab", b"a%00b", b"%FF", b"a%E2%80%A8b"])
def test_a_purpose_that_cannot_be_kept_is_refused(given: bytes) -> None:
    with pytest.raises(BadPurposeError):
        read_purpose(given)
