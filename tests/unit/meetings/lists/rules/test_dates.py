import time
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.meetings.lists.rules.dates import DayOrder, day_order, read_date
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

TODAY = date(2012, 4, 6)
FIRST_OF_MARCH = date(2012, 3, 1)


def read(text: str, value: Any = "", *, order: DayOrder | None = None) -> Read[date]:
    return read_date(text, text if value == "" else value, order=order, today=TODAY)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        pytest.param("2012-03-01", FIRST_OF_MARCH, id="01 row 1: ISO"),
        pytest.param("15-mar-2012", date(2012, 3, 15), id="01 row 4: a month's short name"),
        pytest.param("2012.03.05", date(2012, 3, 5), id="01 row 5: dots, year first"),
        pytest.param("5 March 2012", date(2012, 3, 5), id="01 row 6: a month's name"),
        pytest.param("2012/03/02", date(2012, 3, 2), id="01 row 9: slashes, year first"),
        ("2012-03-01 00:00:00", FIRST_OF_MARCH),
        ("2012-03-01T00:00:00Z", FIRST_OF_MARCH),
        ("20120301", FIRST_OF_MARCH),
        ("March 5, 2012", date(2012, 3, 5)),
        ("Mar. 5th, 2012", date(2012, 3, 5)),
        ("1st of March 2012", FIRST_OF_MARCH),
        ("2012 March 5", date(2012, 3, 5)),
        ("01-ENE-2012", date(2012, 1, 1)),
        ("Mar/05/2012", date(2012, 3, 5)),
        ("5 Mac 2012", date(2012, 3, 5)),
        ("2012 03 01", FIRST_OF_MARCH),
        ("1º de marzo de 2012", FIRST_OF_MARCH),
        ("5 de março de 2012", date(2012, 3, 5)),
        ("1er mars 2012", FIRST_OF_MARCH),
        ("12 août 2011", date(2011, 8, 12)),
        ("1 марта 2012 г.", FIRST_OF_MARCH),
        ("1 Maret 2012", FIRST_OF_MARCH),
        ("5 Agustus 2011", date(2011, 8, 5)),
        ("ngày 1 tháng 3 năm 2012", FIRST_OF_MARCH),
        ("2012年3月1日", FIRST_OF_MARCH),
        ("二〇一二年三月十五日", date(2012, 3, 15)),
        ("2012년 3월 1일", FIRST_OF_MARCH),
        ("２０１２／０３／０１", FIRST_OF_MARCH),
        ("13/03/2012", date(2012, 3, 13)),
        ("03/13/2012", date(2012, 3, 13)),
        ("3/3/2012", date(2012, 3, 3)),
        ("西元2012年3月1日", FIRST_OF_MARCH),
    ],
)
def test_a_date_that_is_plain_is_read_without_doubt(text: str, day: date) -> None:
    assert read(text) == Read(day)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        pytest.param("平成24年3月1日", FIRST_OF_MARCH, id="01 row 8: a Japanese era"),
        pytest.param("15/03/2555", date(2012, 3, 15), id="01 row 16: a Buddhist year"),
        pytest.param("15 มี.ค. 2555", date(2012, 3, 15), id="03 L14: a Thai date"),
        pytest.param("100年9月24日", date(2011, 9, 24), id="samples: a year of the Republic"),
        pytest.param("101.03.01", FIRST_OF_MARCH, id="samples: with dots"),
        pytest.param("101/3/1", FIRST_OF_MARCH, id="samples: with slashes"),
        pytest.param("一○一年三月一日", FIRST_OF_MARCH, id="samples: in Chinese numerals"),
        ("民國101年3月1日", FIRST_OF_MARCH),
        ("中華民國一百零一年三月一日", FIRST_OF_MARCH),
        ("民國一百年十二月卅一日", date(2011, 12, 31)),
        ("1010301", FIRST_OF_MARCH),
        ("H24.3.1", FIRST_OF_MARCH),
        ("平成二十四年三月一日", FIRST_OF_MARCH),
        ("昭和63年1月2日", date(1988, 1, 2)),
        ("平成元年5月1日", date(1989, 5, 1)),
        ("15 มีนาคม พ.ศ. 2555", date(2012, 3, 15)),
        ("๑๕/๐๓/๒๕๕๕", date(2012, 3, 15)),
        ("2555-03-15", date(2012, 3, 15)),
    ],
)
def test_a_date_of_another_calendar_is_told(text: str, day: date) -> None:
    got = read(text)
    assert got.value == day
    assert codes(got) == [Code.OTHER_CALENDAR]
    assert got.doubts[0].proposed == day.isoformat()


def test_an_era_of_today_is_read_too() -> None:
    got = read_date("令和6年5月1日", None, order=None, today=date(2026, 1, 1))
    assert got.value == date(2024, 5, 1)


@pytest.mark.parametrize(
    ("text", "day", "other"),
    [
        pytest.param("01/03/2012", FIRST_OF_MARCH, "2012-01-03", id="01 rows 2 and 17"),
        pytest.param("3/4/2012", date(2012, 4, 3), "2012-03-04", id="01 row 3"),
        ("01-03-2012", FIRST_OF_MARCH, "2012-01-03"),
        ("1 / 3 / 2012", FIRST_OF_MARCH, "2012-01-03"),
    ],
)
def test_an_ambiguous_date_tells_both_readings(text: str, day: date, other: str) -> None:
    got = read(text)
    assert got.value == day
    doubt = only(got, Code.AMBIGUOUS_DATE)
    assert doubt.confidence == 0.5
    assert doubt.proposed is not None
    assert doubt.proposed.startswith(day.isoformat())
    assert other in doubt.proposed


def test_a_column_that_tells_its_order_decides_and_is_still_told() -> None:
    got = read("01/03/2012", order=DayOrder.MONTH_FIRST)
    assert got.value == date(2012, 1, 3)
    assert only(got, Code.AMBIGUOUS_DATE).confidence == 0.8
    assert only(read("01/03/2012", order=DayOrder.DAY_FIRST), Code.AMBIGUOUS_DATE).confidence == 0.8


def test_of_two_readings_one_that_is_still_to_come_is_not_proposed() -> None:
    """03 L9: 5/3/2012, on 6 April, cannot be 3 May."""
    got = read("5/3/2012", order=DayOrder.MONTH_FIRST)
    assert got.value == date(2012, 3, 5)
    assert only(got, Code.AMBIGUOUS_DATE).confidence == 0.7
    assert read("01/12/2012").value == date(2012, 1, 12)


def test_who_writes_dots_writes_the_day_first() -> None:
    """01 row 15: 01.03.2012."""
    got = read("01.03.2012", order=DayOrder.MONTH_FIRST)
    assert got.value == FIRST_OF_MARCH
    assert only(got, Code.AMBIGUOUS_DATE).confidence == 0.9


def test_where_the_year_stands_first_a_short_one_does_too() -> None:
    got = read("12.3.1", order=DayOrder.YEAR_FIRST)
    assert got.value == FIRST_OF_MARCH
    assert only(got, Code.TWO_DIGIT_YEAR).confidence < 0.5
    assert read("3/12/2011", order=DayOrder.YEAR_FIRST).value == date(2011, 12, 3)


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["2012-03-01", "01/03/2012", "15/03/2555"], DayOrder.DAY_FIRST),
        (["03/25/2012", "3/4/2012"], DayOrder.MONTH_FIRST),
        (["25.3.12"], DayOrder.DAY_FIRST),
        (["25/03/2012", "03/25/2012"], None),
        (["25/03/2012", "26/03/2012", "03/25/2012"], DayOrder.DAY_FIRST),
        (["01/03/2012", "", "TBC", "45/01/2012", "2012-13-25"], None),
        (["2012. 3. 1.", "12.3.7"], DayOrder.YEAR_FIRST),
        (["2012-03-01", "01/03/2012"], None),
        ([], None),
    ],
)
def test_a_column_tells_its_order_by_days_past_the_twelfth(
    texts: list[str], order: DayOrder | None
) -> None:
    assert day_order(texts) is order


@pytest.mark.parametrize(
    ("text", "day", "others"),
    [
        pytest.param("1.3.12", FIRST_OF_MARCH, ["2012-01-03", "2001-03-12"], id="01 row 10"),
        ("31/12/99", date(1999, 12, 31), []),
        ("99.3.1", date(2010, 3, 1), ["1999-03-01"]),
        ("15 มี.ค. 55", date(2012, 3, 15), []),
        ("1-Mar-12", FIRST_OF_MARCH, []),
        ("24年3月1日", FIRST_OF_MARCH, ["2024-03-01 (of this century)"]),
    ],
)
def test_a_year_cut_short_is_told(text: str, day: date, others: list[str]) -> None:
    got = read(text)
    assert got.value == day
    doubt = only(got, Code.TWO_DIGIT_YEAR)
    assert doubt.confidence <= (0.7 if others else 0.9)
    assert all(other in (doubt.proposed or "") for other in others)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        pytest.param("101年3月", FIRST_OF_MARCH, id="samples: a month alone"),
        ("March 2012", FIRST_OF_MARCH),
        ("2012-03", FIRST_OF_MARCH),
        ("3/2012", FIRST_OF_MARCH),
        ("marzo de 2012", FIRST_OF_MARCH),
        ("2012年3月", FIRST_OF_MARCH),
        ("tháng 3 năm 2012", FIRST_OF_MARCH),
        ("H24.3", FIRST_OF_MARCH),
    ],
)
def test_a_month_alone_is_its_first_day_with_little_confidence(text: str, day: date) -> None:
    got = read(text)
    assert got.value == day
    assert only(got, Code.MONTH_ONLY).confidence <= 0.3


@pytest.mark.parametrize("text", ["令和6年", "2012", "平成24年"])
def test_a_year_alone_is_no_date(text: str) -> None:
    got = read(text)
    assert got.value is None
    assert "without month and day" in (only(got, Code.MONTH_ONLY).proposed or "")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("2012-02-30", id="01 row 7"),
        "13/13/2012",
        "31 April 2012",
        "2012-00-01",
        "平成99年1月1日",
    ],
)
def test_an_impossible_date_is_not_put_right(text: str) -> None:
    got = read(text)
    assert got.value is None
    assert (only(got, Code.IMPOSSIBLE_DATE).read, got.doubts[0].proposed) == (text, None)


@pytest.mark.parametrize("text", ["2012-04-07", "1 May 2012", "41100", "令和6年5月1日"])
def test_a_date_after_today_is_not_taken(text: str) -> None:
    got = read(text)
    assert got.value is None
    assert only(got, Code.FUTURE_DATE).proposed is not None


def test_today_itself_is_taken() -> None:
    assert read("2012-04-06") == Read(TODAY)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("40969", 40969, id="03 L15: a raw serial"),
        ("40969", "40969"),
        ("40969.0", 40969.0),
    ],
)
def test_a_serial_number_is_a_date_and_tells_of_1904(text: str, value: Any) -> None:
    got = read(text, value)
    assert got.value == FIRST_OF_MARCH
    doubt = only(got, Code.SERIAL_DATE)
    assert "2016-03-02 in a file that counts from 1904" in (doubt.proposed or "")
    assert doubt.confidence == 0.95  # in 2016, which is still to come
    assert only(read("38000", 38000), Code.SERIAL_DATE).confidence == 0.8


@pytest.mark.parametrize("value", [0, 1, 12, 491570156, 3.5, True])
def test_another_number_is_no_date(value: Any) -> None:
    assert read(str(value), value).value is None
    assert codes(read(str(value), value)) == [Code.UNREADABLE]


def test_what_a_spreadsheet_holds_as_a_date_is_one() -> None:
    """03 L6 to L13."""
    assert read("2012-03-01", datetime(2012, 3, 1)) == Read(FIRST_OF_MARCH)  # noqa: DTZ001
    assert read("1/3/2012", FIRST_OF_MARCH) == Read(FIRST_OF_MARCH)
    buddhist = read("15/3/2555", datetime(2555, 3, 15))  # noqa: DTZ001
    assert (buddhist.value, codes(buddhist)) == (date(2012, 3, 15), [Code.OTHER_CALENDAR])


def test_the_hour_of_a_date_is_a_remark() -> None:
    assert remarks_of(read("2012-03-01 14:30", datetime(2012, 3, 1, 14, 30))) == [  # noqa: DTZ001
        "14:30"
    ]
    assert remarks_of(read("2012-03-01 14:30")) == ["14:30"]


@pytest.mark.parametrize(
    ("text", "remarks"),
    [
        ("2012-03-01 (by phone)", ["by phone"]),
        ("confirmed 5 March 2012?", ["confirmed", "?"]),
        ("2012-03-01, 2011-09-24", ["2011-09-24"]),
        ("平成24年3月1日（電話）", ["電話"]),
    ],
)
def test_what_stands_beside_a_date_is_kept(text: str, remarks: list[str]) -> None:
    got = read(text)
    assert got.value is not None
    assert remarks_of(got) == remarks


@pytest.mark.parametrize(
    ("text", "code"),
    [("TBC", Code.EMPTY_WORD), ("-", Code.EMPTY_WORD), ("soon", Code.UNREADABLE)],
)
def test_what_holds_no_date_says_so(text: str, code: Code) -> None:
    got = read(text)
    assert (got.value, codes(got)) == (None, [code])


def test_a_cell_that_holds_nothing_has_no_doubt() -> None:
    assert read("  ", None) == Read(None)


MONTHS = {
    "en": "January February March April May June July August September October November December",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre"
    " diciembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro"
    " dezembro",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "id": "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
    "th": "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม",
    "th short": "ม.ค. ก.พ. มี.ค. เม.ย. พ.ค. มิ.ย. ก.ค. ส.ค. ก.ย. ต.ค. พ.ย. ธ.ค.",
}
FORMS = [
    "{y}-{m:02}-{d:02}", "{y}/{m}/{d}", "{y}.{m:02}.{d:02}", "{d}/{m}/{y}", "{m}/{d}/{y}",
    "{d}.{m}.{y}",    "{d:02}-{m:02}-{y}", "{y}年{m}月{d}日", "{y}년 {m}월 {d}일",
    "民國{roc}年{m}月{d}日", "{roc}.{m:02}.{d:02}", "{roc}/{m}/{d}", "平成{h}年{m}月{d}日",
    "H{h}.{m}.{d}", "{d}/{m}/{be}",
    "ngày {d} tháng {m} năm {y}", "{serial}", "{y}{m:02}{d:02}", "{d}.{m}.{yy:02}",
    "{d}/{m}/{yy:02}",
    *(f"{{d}} {{{language}}} {{y}}" for language in ("en", "fr", "ru", "id")),
    *(f"{{d}} de {{{language}}} de {{y}}" for language in ("es", "pt")),
    "{en} {d}, {y}", "{d} {th} {be}", "{d} {th short} {be}",
]  # fmt: skip


@given(st.dates(date(2000, 1, 1), TODAY), st.sampled_from(FORMS))
def test_a_date_in_any_form_is_read_back_or_doubted(day: date, form: str) -> None:
    names = {language: months.split()[day.month - 1] for language, months in MONTHS.items()}
    text = form.format(
        y=day.year, m=day.month, d=day.day, roc=day.year - 1911, h=day.year - 1988,
        be=day.year + 543, serial=(day - date(1899, 12, 30)).days, yy=day.year % 100, **names,
    )  # fmt: skip
    got = read(text)
    if got.value != day:
        told = " ".join(doubt.proposed or "" for doubt in got.doubts)
        assert day.isoformat() in told
    else:
        assert all(doubt.confidence > 0 for doubt in got.doubts)
    assert remarks_of(got) == []


@given(st.dates(date(2000, 1, 1), TODAY), st.sampled_from(["q", "remark", "(zz top)", "？"]))
def test_a_remark_beside_a_date_is_never_lost(day: date, remark: str) -> None:
    for text in (f"{day} {remark}", f"{remark} {day}"):
        got = read(text)
        assert got.value == day
        assert remarks_of(got) == [remark.strip("()")]


@given(WRITTEN, st.none() | WRITTEN | st.integers() | st.floats() | st.datetimes() | st.dates())
def test_whatever_stands_there_is_read_or_doubted(text: str, value: Any) -> None:
    got = read_date(text, value, order=None, today=TODAY)
    assert got.value is None or got.value <= TODAY
    assert is_honest(got, text)


@pytest.mark.parametrize("part", REPEATED)
def test_a_long_cell_takes_no_longer_than_it_is(part: str) -> None:
    text = (part * LONG)[:LONG]
    begun = time.process_time()
    read(text)
    day_order([text])
    assert time.process_time() - begun < 2
