"""What a check tried: the number or address itself, however it is written."""

from typing import Any

import pytest

from directory.contacts.rules.tried import digest_of
from directory.contacts.schemas import ChannelSchema
from tests.api.world import SOURCE


def channel(medium: str, raw: str, **more: Any) -> dict[str, Any]:
    given = {"contact": "11111111-0000-4000-8000-000000000001", "source": SOURCE}
    document: dict[str, Any] = ChannelSchema().load(given | {"medium": medium, "raw": raw} | more)
    return document


def test_the_digest_never_changes() -> None:
    """It stands in logs: who makes it another one takes every verification away."""
    assert digest_of(channel("telephone", "+61 2 5550 0101")) == "9d1c80a3ade5cd6771511cbf7ac58233"


@pytest.mark.parametrize(
    ("medium", "one", "other"),
    [
        ("telephone", "+61 2 5550 0101", "+61 (2) 5550-0101"),
        ("telephone", "+61 2 5550 0101", "Duty: +61.2.5550.0101"),
        ("telephone", "+61 2 5550 0101", "＋６１ ２ ５５５０ ０１０１"),
        ("telephone", "+61 2 5550 0101 ext. 12", "+61-2-5550-0101 x12"),
        ("telephone", "(02) 5550 0101", "02-5550-0101"),
        ("telephone", "(02) 5550 0101", "02 5550\u20130101"),
        ("e-mail", "Desk@Police.example", "desk@police.example"),
        ("e-mail", "desk@police.example", "Duty desk <desk@police.example>"),
        ("messaging", "Duty.Desk", "duty.desk "),
        ("portal", "https://Police.example/ask", "https://police.example/ask"),
    ],
)
def test_another_way_of_writing_it_is_the_same(medium: str, one: str, other: str) -> None:
    assert digest_of(channel(medium, one)) == digest_of(channel(medium, other))


@pytest.mark.parametrize(
    ("medium", "one", "other"),
    [
        ("telephone", "+61 2 5550 0101", "+61 2 5550 0102"),
        ("telephone", "+61 2 5550 0101 ext. 12", "+61 2 5550 0101 ext. 13"),
        ("telephone", "+61 2 5550 0101", "+61 2 5550 0101 ext. 13"),
        ("telephone", "(02) 5550 0101", "(02) 5550 0102"),
        ("telephone", "(02) 5550 0101~3", "(02) 5550 01013"),
        ("telephone", "duty room", "duty officer"),
        ("e-mail", "desk@police.example", "desk2@police.example"),
        ("e-mail", "a@police.example, b@police.example", "a@police.example, c@police.example"),
        ("messaging", "duty.desk", "duty_desk"),
        ("portal", "https://police.example/a", "https://police.example/b"),
    ],
)
def test_another_number_or_address_is_another(medium: str, one: str, other: str) -> None:
    assert digest_of(channel(medium, one)) != digest_of(channel(medium, other))


def test_a_number_left_behind_beside_another_text_does_not_count() -> None:
    """Who edits the text alone sends the rest as it was: people dial what is written."""
    e164 = {"e164": "+61255500101", "extension": "12"}
    before = digest_of(channel("telephone", "(02) 5550 0101 ext. 12", **e164))
    assert before == digest_of(channel("telephone", "+61 2 5550 0101 ext. 12"))
    for raw in ("(02) 5550 0199 ext. 12", "(03) 5550 0101 ext. 12", "(02) 5550 0101 ext. 13"):
        assert digest_of(channel("telephone", raw, **e164)) != before


def test_medium_counts_and_nothing_else_does() -> None:
    told = channel("telephone", "+61 2 5550 0101")
    assert digest_of(told) != digest_of(told | {"medium": "mobile"})
    others = {"purpose": "duty", "position": 7, "duty_hours": "24/7", "marking": "RED"}
    assert digest_of(told) == digest_of(told | others)
