import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.meetings.lists.rules.findings import Code
from directory.meetings.lists.rules.words import (
    folded,
    folded_words,
    is_empty_word,
    is_to_be_confirmed,
    left_over,
    nothing_in,
    one_line,
    plain,
    same_as,
    tidied,
    tidy,
    tidying_doubts,
)
from tests.unit.meetings.lists.rules.told import LONG, REPEATED, WRITTEN, codes


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        pytest.param("Brunei ", "Brunei", id="01 row 2: a blank at the end"),
        pytest.param("例\u3000太郎", "例 太郎", id="01 row 8: an ideographic blank in a name"),
        pytest.param("Viet\u00a0Nam", "Viet Nam", id="03 A15: a no-break space"),
        pytest.param(
            "\u200bvidu@c50-vn.example ", "vidu@c50-vn.example", id="03 G15: a zero-width space"
        ),
        pytest.param("Nguye\u0302\u0303n", "Nguyễn", id="01 row 17: text in NFD"),
        pytest.param("a\r\nb\rc\u2028d", "a\nb\nc\nd", id="every end of a line"),
        pytest.param("one  \t two \n\n  three", "one two\nthree", id="runs of blanks"),
        pytest.param("co\u00adoperation", "cooperation", id="a soft hyphen"),
        pytest.param("\u202bname\u202c\ufeff", "name", id="marks of direction"),
        pytest.param("a\x00b\ud800", "ab", id="what no text may hold"),
        pytest.param("\x00a\x07", "a", id="controls at either end"),
        pytest.param(
            "613-555-0178 ext. 4521\n613-555-0179",
            "613-555-0178 ext. 4521\n613-555-0179",
            id="01 row 3: a line break inside a cell stays",
        ),
    ],
)
def test_a_text_is_tidied_of_what_nobody_sees(written: str, meant: str) -> None:
    assert tidy(written) == meant
    assert tidied(written).value == meant


@pytest.mark.parametrize(
    ("written", "is_told"),
    [
        ("Brunei ", False),
        ("  \u00a0 name \t", False),
        ("one  two\r\nthree", False),
        ("plain", False),
        ("", False),
        ("例\u3000太郎", True),
        ("Viet\u00a0Nam", True),
        ("\u200bvidu@c50-vn.example ", True),
        ("Nguye\u0302\u0303n", True),
    ],
)
def test_more_than_trimming_is_told(written: str, is_told: bool) -> None:
    read = tidied(written)
    assert tidying_doubts(written) == read.doubts
    assert codes(read) == ([Code.NORMALISED] if is_told else [])
    for doubt in read.doubts:
        assert (doubt.read, doubt.proposed, doubt.confidence) == (written, read.value, 1.0)


def test_words_are_compared_without_case_width_accents_and_punctuation() -> None:
    assert folded(" ＥＸＡＭＰＬＥ, Émile! ") == folded("example emile")
    assert folded("Tel./Fax") == folded("TEL / FAX")


def test_word_lists_are_folded_as_cells_are() -> None:
    assert folded_words("Duty_Officer ДЕЖУРНЫЙ n/a") == {"duty officer", "дежурныи", "n a"}
    assert folded("例　太郎") == folded("例 太郎")


@pytest.mark.parametrize(
    "word",
    [
        "-", "–", "—", "--", "ー", "…", ".", "/", "?", "？？", "n/a", "N/A", "N.A.", "na", "nil",
        "None",
        "null", "(blank)", "[none]", "無", "无", "なし", "該当なし", "없음", "空缺", "vacant",
        "нет данных", "ninguno", "néant", "no change", "Unchanged", "As per previous list",
        "same as last year", "sin cambios", "変更なし", "無變更", "변경 없음", "без изменений",
    ],
)  # fmt: skip
def test_these_words_say_that_nothing_stands_there(word: str) -> None:
    assert is_empty_word(word)
    assert not is_to_be_confirmed(word)


@pytest.mark.parametrize(
    "word",
    [
        "TBC", "tbd", "T.B.C.", "TBA", "to be confirmed", "(to be advised)", "待確認", "待确认",
        "未定",
        "미정", "por confirmar", "à confirmer", "уточняется", "(blank)/TBC",
        "暂缺", "暫無", "尚未指派", "後任未定", "선정 예정", "미지정", "Sin designar", "not yet nominated",
        "non désigné", "ещё не назначен", "Vacant since March", "vacante desde enero",
    ],
)  # fmt: skip
def test_these_words_say_that_something_is_still_to_come(word: str) -> None:
    assert is_empty_word(word)
    assert is_to_be_confirmed(word)


@pytest.mark.parametrize(
    "word",
    [
        "Na",
        "NOH",
        "Nil Example",
        "x",
        "✓",
        "○",
        "〃",
        "ditto",
        "no",
        "0",
        "+",
        "無名",
        "未央",
        "안정",
        "Por",
    ],
)
def test_these_words_say_something(word: str) -> None:
    assert not is_empty_word(word)


def test_what_a_cell_without_a_value_says_is_told_in_words() -> None:
    assert nothing_in("Jane") is None
    assert nothing_in(" \u200b") == ()
    assert [(d.code, d.proposed) for d in nothing_in("TBC") or ()] == [
        (Code.EMPTY_WORD, "to be confirmed")
    ]
    assert [(d.code, d.proposed) for d in nothing_in("n/a") or ()] == [(Code.EMPTY_WORD, "empty")]


@pytest.mark.parametrize("word", ["same", "Same.", "as left", "see left", "同左", "(same)", "←"])
def test_these_words_mean_the_column_to_the_left(word: str) -> None:
    """01 row 13: "same" in Tel/Fax."""
    assert same_as(word) == "left"


@pytest.mark.parametrize(
    "word",
    ["ditto", "Ditto.", "-do-", "〃", '"', "″", "同上", "as above", "see above", "상동", "idem"],
)
def test_these_words_mean_the_row_above(word: str) -> None:
    assert same_as(word) == "above"


@pytest.mark.parametrize("word", ["", "-", "do", "same street 5", "above all", "n/a", "同"])
def test_other_words_mean_no_other_cell(word: str) -> None:
    assert same_as(word) is None


@given(WRITTEN)
def test_tidying_twice_is_tidying_once(text: str) -> None:
    tidy_text = tidy(text)
    assert tidy(tidy_text) == tidy_text
    assert unicodedata.is_normalized("NFC", tidy_text)
    assert "  " not in tidy_text
    assert tidy_text == tidy_text.strip()
    assert "\n" not in one_line(text)


@given(WRITTEN)
def test_plain_text_keeps_every_place(text: str) -> None:
    assert len(plain(text)) == len(text)


def test_plain_text_is_what_patterns_are_written_in() -> None:
    assert plain("１５ Março，9–17～１８ ＵＴＣ－３") == "15 marco,9-17~18 utc-3"
    assert plain("๑๕") == "15"


@given(
    WRITTEN,
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 10)).map(lambda s: (s[0], sum(s)))),
)
def test_what_was_not_used_is_left_over(text: str, used: list[tuple[int, int]]) -> None:
    left = "".join(left_over(text, used))
    places = {place for start, end in used for place in range(start, end)}
    unused = [char for place, char in enumerate(text) if place not in places and char.isalnum()]
    assert [char for char in left if char.isalnum()] == unused


@pytest.mark.parametrize("part", REPEATED)
def test_a_long_cell_takes_no_longer_than_it_is(part: str) -> None:
    text = (part * LONG)[:LONG]
    begun = time.process_time()
    tidied(text)
    is_empty_word(text)
    same_as(text)
    assert time.process_time() - begun < 2
