import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.meetings.lists.rules.words import folded_words, one_line, tidy, tidying_doubts
from tests.unit.meetings.lists.rules.accounting import codes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Viet\u00a0Nam", "Viet Nam", id="03 A15: a no-break space"),
        pytest.param("\u200bvidu ", "vidu", id="03 G15: a zero-width space"),
        pytest.param("例\u3000太郎", "例 太郎", id="01 r8: an ideographic space"),
        pytest.param("a\r\nb\rc\u2028d", "a\nb\nc\nd", id="line breaks of every kind"),
        pytest.param("a\n \n b", "a\nb", id="empty lines"),
        pytest.param("Jose\u0301", "José", id="composed"),
        pytest.param("\x00a\x07", "a", id="controls"),
    ],
)
def test_a_text_is_made_fit_to_be_read(text: str, expected: str) -> None:
    assert tidy(text) == expected


@pytest.mark.parametrize("text", ["Brunei ", " a  b", "a\nb", "a\r\nb", "例 太郎", ""])
def test_what_any_reader_overlooks_is_not_told(text: str) -> None:
    assert tidying_doubts(text) == ()


@pytest.mark.parametrize("text", ["Viet\u00a0Nam", "a\u200b", "Jose\u0301", "例\u3000太郎"])
def test_what_nobody_sees_is_told(text: str) -> None:
    assert codes(tidying_doubts(text)) == {"normalised"}


def test_word_lists_are_folded_as_cells_are() -> None:
    assert folded_words("Duty_Officer ДЕЖУРНЫЙ n/a") == {"duty officer", "дежурныи", "n a"}


@given(st.text())
def test_a_tidy_text_is_tidy(text: str) -> None:
    tidied = tidy(text)
    assert tidy(tidied) == tidied
    assert tidied == tidied.strip()
    assert unicodedata.is_normalized("NFC", tidied)
    assert "\n" not in one_line(text)
