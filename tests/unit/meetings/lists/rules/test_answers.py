import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.meetings.lists.rules.answers import read_round_the_clock
from directory.meetings.lists.rules.findings import Code, Read
from tests.unit.meetings.lists.rules.told import (
    LONG,
    REPEATED,
    WRITTEN,
    codes,
    is_honest,
    only,
    remarks_of,
)

YES = [
    pytest.param("Y", id="01 row 1"),
    pytest.param("yes/oui", id="01 row 3: in two languages"),
    pytest.param("sí", id="01 row 4: in Spanish"),
    pytest.param("24 hrs", id="01 row 6"),
    pytest.param("24h", id="01 row 8"),
    pytest.param("Sí", id="01 row 11"),
    pytest.param("да", id="01 row 15: in Russian"),
    pytest.param("24x7", id="01 row 18"),
    pytest.param("24/7", id="03 H8"),
    "YES.", "oui",
    "ya", "예", "はい", "是", "✓", "○", "TRUE", "1", "24時間", "24小時",
    "가능", "24시간", "H24", "24h/24", "24h/24 7j/7", "7x24x365", "24-hr", "24 hours a day", "２４時間",
    "круглосуточно",
    "around the clock", "Yes, 24/7",
]  # fmt: skip
NO = [pytest.param("N", id="01 row 7"), pytest.param("no", id="01 row 10"), "No.", "non", "нет",
    "tidak",
      "いいえ", "否", "아니오", "불가", "×", "FALSE", "0"]  # fmt: skip


@pytest.mark.parametrize("text", YES)
def test_these_say_yes(text: str) -> None:
    assert read_round_the_clock(text) == Read(True)


@pytest.mark.parametrize("text", NO)
def test_these_say_no(text: str) -> None:
    assert read_round_the_clock(text) == Read(False)


@pytest.mark.parametrize("value", [True, False])
def test_what_a_spreadsheet_holds_as_an_answer_is_one(value: bool) -> None:
    assert read_round_the_clock(str(value).upper(), value) == Read(value)


@pytest.mark.parametrize(
    ("text", "answer", "remark"),
    [
        pytest.param("Y (duty phone)", True, "duty phone", id="01 row 2"),
        ("yes, except holidays", True, "except holidays"),
        ("duty phone 24/7", True, "duty phone"),
        ("是(值班電話)", True, "值班電話"),
        ("Y?", True, "?"),
        ("N, see remarks", False, "see remarks"),
        ("no, office hours only", False, "office hours only"),
        ("mornings only", False, "mornings only"),
        ("office hours", False, "office hours"),
        ("8-5", False, "8-5"),
        ("24/5", False, "24/5"),
        ("Mon-Fri", False, "Mon-Fri"),
        ("N (n/a at night)", False, "n/a at night"),
        ("平日のみ", False, "平日のみ"),
    ],
)
def test_what_stands_beside_an_answer_is_kept(text: str, answer: bool, remark: str) -> None:
    read = read_round_the_clock(text)
    assert read.value is answer
    assert remarks_of(read) == [remark]
    assert only(read, Code.REMARK_IN_CELL).proposed == ("yes" if answer else "no")
    assert only(read, Code.REMARK_IN_CELL).confidence < 0.9


@pytest.mark.parametrize(
    "text", ["No 24/7", "not 24/7", "不是24小時", "非24小時", "yes, office hours only"]
)
def test_an_answer_against_itself_is_no_with_a_doubt(text: str) -> None:
    read = read_round_the_clock(text)
    assert read.value is False
    assert only(read, Code.UNREADABLE).proposed == "no"


@pytest.mark.parametrize("text", ["無", "なし", "없음"])
def test_a_word_that_means_no_and_nothing_is_a_doubtful_no(text: str) -> None:
    read = read_round_the_clock(text)
    assert read.value is False
    assert only(read, Code.EMPTY_WORD).confidence == 0.5


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("?", Code.EMPTY_WORD, id="01 row 5"),
        ("-", Code.EMPTY_WORD),
        ("n/a", Code.EMPTY_WORD),
        ("TBC", Code.EMPTY_WORD),
        ("Y/N", Code.UNREADABLE),
        ("on call", Code.UNREADABLE),
        ("x", Code.UNREADABLE),
        ("N/A (a post)", Code.UNREADABLE),
        ("note 3", Code.UNREADABLE),
    ],
)
def test_what_is_no_answer_says_so(text: str, code: Code) -> None:
    read = read_round_the_clock(text)
    assert (read.value, codes(read)) == (None, [code])


@given(WRITTEN)
def test_whatever_stands_there_is_read_or_doubted(text: str) -> None:
    assert is_honest(read_round_the_clock(text), text)


@given(st.sampled_from(["Y", "no", "24/7", "да", "oui"]), st.sampled_from(["zz", "ask 55", "＊"]))
def test_a_remark_beside_an_answer_is_never_lost(answer: str, remark: str) -> None:
    assert remarks_of(read_round_the_clock(f"{answer}, {remark}")) == [remark]
    assert remarks_of(read_round_the_clock(f"{answer} ({remark})")) == [remark]


@pytest.mark.parametrize("part", REPEATED)
def test_a_long_cell_takes_no_longer_than_it_is(part: str) -> None:
    begun = time.process_time()
    read_round_the_clock((part * LONG)[:LONG])
    assert time.process_time() - begun < 2
