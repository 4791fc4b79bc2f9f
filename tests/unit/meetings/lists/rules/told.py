"""What the tests of the rules ask of every rule."""

from __future__ import annotations

from typing import TypeVar

from hypothesis import strategies as st

from directory.meetings.lists.rules.findings import Code, Doubt, Read
from directory.meetings.lists.rules.words import tidy

T = TypeVar("T")

WRITTEN = st.text(max_size=60) | st.text(
    st.sampled_from(
        "0123456789 /-.:,;()?+~～年月日時平成民國週一二三五至上午下午"
        "YNyesno24hx7EnglishUTCGMTKSTMoFrL V"
        "\u00a0\u3000\u200b\n\t英日本語中文ไทยมี.ค.марта"
    ),
    max_size=40,
)
"""Arbitrary text, and text made of what the rules look for."""

REPEATED = [
    "1", "1.", "1 ", "1/1/", "a", "a ", "12:", "9-5 ", "9-", "Mon-Fri ", "24/7 ", "24 h", "UTC+8 ",
    "UTC+", "EST ", "English ", "englsh,", "en ", "de de ", "5 de ", "March ", "平成", "一年",
    "月-",
    "週一", " ", "\u00a0", "\u200b", "\u0301", "?", "-", "((", "yes/", "no ", "\n", "x\n", "\x00",
    "\ud800",
]  # fmt: skip
"""What a pattern that goes back and forth would take long over, when it is repeated."""

LONG = 10_000


def codes(read: Read[T]) -> list[Code]:
    return [doubt.code for doubt in read.doubts]


def only(read: Read[T], code: Code) -> Doubt:
    """The one doubt of a code."""
    (found,) = [doubt for doubt in read.doubts if doubt.code is code]
    return found


def remarks_of(read: Read[T]) -> list[str]:
    return [doubt.read for doubt in read.doubts if doubt.code is Code.REMARK_IN_CELL]


def is_honest(read: Read[T], text: str) -> bool:
    """Whether what holds anything visible is in the value or doubted, with sound confidence."""
    sound = all(0.0 <= doubt.confidence <= 1.0 for doubt in read.doubts)
    sure_of_nothing = all(
        doubt.confidence == 0.0 for doubt in read.doubts if doubt.proposed is None
    )
    return (
        sound
        and sure_of_nothing
        and (read.value is not None or bool(read.doubts) or not tidy(text))
    )
