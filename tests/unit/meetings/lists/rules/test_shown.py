from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.meetings.lists.rules.shown import moment_text, number_text


@pytest.mark.parametrize(
    ("number", "number_format", "text"),
    [
        (491570156, "General", "491570156"),
        (85205550101.0, "General", "85205550101"),
        (8.86e11, "General", "886000000000"),
        (8.86e11, "0.00E+00", "886000000000"),
        (1e21, "General", "1000000000000000000000"),
        (0.1, "General", "0.1"),
        (-0.0, "General", "-0"),
        (1e-7, "General", "0.0000001"),
        (float("inf"), "0", "inf"),
        (491570156, "0000000000", "0491570156"),
        (85205550101, '"+"0', "+85205550101"),
        (255500101, '"(0"0") "0000 0000', "(02) 5550 0101"),
        (491570156, "0000 000 000", "0491 570 156"),
        (61491570156, "\\+00 000 000 000", "+61 491 570 156"),
        (2025550101, "000-000-0000", "202-555-0101"),
        (12025550101, "000-000-0000", "1202-555-0101"),
        (7, "##0", "7"),
        (41, "#,##0.00", "41"),
        (0.5, "0%", "0.5"),
        (-5, "000", "-5"),
        (5, "0" * 300, "5"),
        (5, '"x"', "5"),
        (205550101, '"+886 "0 0000 0000', "+886 2 0555 0101"),
    ],
)
def test_a_number_is_shown_with_all_its_digits(
    number: float, number_format: str, text: str
) -> None:
    assert number_text(number, number_format) == text


@given(st.integers(0, 10**18), st.text(st.sampled_from("0#? -()+"), max_size=20))
def test_no_digit_is_ever_lost(number: int, number_format: str) -> None:
    shown = "".join(c for c in number_text(number, number_format) if c.isdigit())
    assert int(shown) == number


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (date(2012, 3, 1), "2012-03-01"),
        (datetime(2012, 3, 1, 9, 30), "2012-03-01 09:30"),  # noqa: DTZ001 (a sheet knows no zone)
        (datetime(2012, 3, 1, 9, 30, 5, 7), "2012-03-01 09:30:05"),  # noqa: DTZ001
        (time(7, 45), "07:45"),
    ],
)
def test_dates_are_shown_by_iso(moment: date | time, text: str) -> None:
    assert moment_text(moment) == text
