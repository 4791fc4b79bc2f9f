from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from directory.contacts.rules.duty_hours import (
    closes_at,
    is_open,
    opens_at,
    validate,
)
from directory.contacts.rules.public_holidays import public_holidays

MEMBERS = (
    *("AU", "BN", "CA", "CL", "CN", "HK", "ID", "JP", "KR", "MY", "MX"),
    *("NZ", "PG", "PE", "PH", "RU", "SG", "TW", "TH", "US", "VN"),
)
OFFICE = "Mo-Fr 09:00-17:00"
EXPRESSIONS = st.sampled_from(
    [
        OFFICE,
        "24/7",
        "24/7; PH off",
        "Mo-Fr 08:00-12:00,13:00-17:00; Sa,PH 10:00-12:00",
        "Mo-Su 22:00-06:00",
        "Su 01:15-02:45",
        "off",
        'Mo-Fr 09:00-17:00 unknown "on request"',
        "Jun-Aug 10:00-16:00; Dec 25 off",
    ]
)
ZONES = st.sampled_from(
    ["America/New_York", "Australia/Sydney", "Asia/Taipei", "Europe/Moscow", "Pacific/Auckland"]
)
INSTANTS = st.integers(
    int(datetime(2011, 1, 1, tzinfo=UTC).timestamp()),
    int(datetime(2028, 1, 1, tzinfo=UTC).timestamp()),
).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


def instant(text: str, zone: str = "UTC") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def test_a_window_is_half_open() -> None:
    day = "2026-06-17"
    assert is_open(OFFICE, "Asia/Taipei", None, instant(f"{day}T08:59:59", "Asia/Taipei")) is False
    assert is_open(OFFICE, "Asia/Taipei", None, instant(f"{day}T09:00:00", "Asia/Taipei")) is True
    assert is_open(OFFICE, "Asia/Taipei", None, instant(f"{day}T16:59:59", "Asia/Taipei")) is True
    assert is_open(OFFICE, "Asia/Taipei", None, instant(f"{day}T17:00:00", "Asia/Taipei")) is False


def test_a_closed_desk_opens_and_an_open_one_closes() -> None:
    friday_night = instant("2026-06-19T23:00", "Asia/Tokyo")
    assert opens_at(OFFICE, "Asia/Tokyo", None, friday_night) == instant("2026-06-22T00:00")
    assert closes_at(OFFICE, "Asia/Tokyo", None, friday_night) is None
    monday = instant("2026-06-22T10:00", "Asia/Tokyo")
    assert opens_at(OFFICE, "Asia/Tokyo", None, monday) is None
    assert closes_at(OFFICE, "Asia/Tokyo", None, monday) == instant("2026-06-22T08:00")


def test_answers_are_in_utc() -> None:
    opens = opens_at(OFFICE, "Asia/Tokyo", None, instant("2026-06-20T00:00"))
    assert opens is not None
    assert opens.tzinfo is UTC


def test_a_zone_is_read_as_it_was_at_the_instant() -> None:
    # Moscow was at +4 in 2011 and is at +3 now.
    assert is_open(OFFICE, "Europe/Moscow", None, instant("2011-09-26T05:30")) is True
    assert is_open(OFFICE, "Europe/Moscow", None, instant("2026-09-28T05:30")) is False


def test_an_hour_that_the_clock_skips_is_the_instant_of_the_skip() -> None:
    hours, zone = "Su 02:15-05:00", "America/New_York"
    assert is_open(hours, zone, None, instant("2026-03-08T06:59:59")) is False
    assert is_open(hours, zone, None, instant("2026-03-08T07:00")) is True
    before = "Su 00:00-02:30"
    assert closes_at(before, zone, None, instant("2026-03-08T06:00")) == instant("2026-03-08T07:00")
    inside = "Su 02:15-02:45"
    assert opens_at(inside, zone, None, instant("2026-03-07T00:00")) == instant("2026-03-15T06:15")


def test_an_hour_that_the_clock_shows_twice_counts_both_times() -> None:
    hours, zone = "Su 01:15-01:45", "America/New_York"
    opened = [
        minute
        for minute in range(0, 180, 15)
        if is_open(hours, zone, None, instant("2026-11-01T05:00") + timedelta(minutes=minute))
    ]
    assert opened == list(range(15, 105, 15))


@pytest.mark.parametrize("economy", MEMBERS)
def test_every_member_keeps_its_holidays(economy: str) -> None:
    workdays = [
        day for day in public_holidays(economy, 2026) if day.year == 2026 and day.weekday() < 5
    ]
    assert len(workdays) >= 3
    for day in workdays:
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        assert is_open(OFFICE, "UTC", economy, noon) is False
        assert is_open(OFFICE, "UTC", None, noon) is True


def test_the_holidays_are_those_of_where_the_desk_is_posted() -> None:
    merdeka = instant("2026-08-31T12:00", "Asia/Kuala_Lumpur")
    assert is_open(OFFICE, "Asia/Kuala_Lumpur", "MY", merdeka) is False
    assert is_open(OFFICE, "Asia/Kuala_Lumpur", "TW", merdeka) is True
    opens = opens_at(OFFICE, "Asia/Kuala_Lumpur", "MY", merdeka)
    assert opens == instant("2026-09-01T09:00", "Asia/Kuala_Lumpur")


def test_a_holiday_is_found_across_the_turn_of_the_year() -> None:
    eve = instant("2026-12-31T18:00", "Asia/Tokyo")
    assert public_holidays("JP", 2026)[-1] > date(2027, 1, 1)
    assert opens_at(OFFICE, "Asia/Tokyo", "JP", eve) == instant("2027-01-04T09:00", "Asia/Tokyo")


def test_a_guest_without_known_holidays_has_none() -> None:
    assert is_open(OFFICE, "UTC", "XX", instant("2026-12-25T12:00")) is True


@pytest.mark.parametrize(
    ("expression", "answers"),
    [
        pytest.param("24/7", True, id="a line that is always answered"),
        pytest.param("Mo-Su 00:00-24:00", True, id="the same in other words"),
        pytest.param('24/7 "ask for the duty officer"', True, id="with a comment"),
        pytest.param("24/7; Dec 24 off", True, id="with a closing day of its own"),
        pytest.param("24/7; PH off", False, id="unless it says so"),
        pytest.param("Mo-Su 08:00-20:00", False, id="long hours are not all hours"),
        pytest.param("Mo-Fr 09:00-17:00; PH 10:00-14:00", True, id="hours for holidays"),
        pytest.param("PH 10:00-14:00; Mo-Fr 09:00-11:00", False, id="a later rule wins"),
        pytest.param("Mo-Th,PH 09:00-17:00", True, id="a holiday among the weekdays"),
        pytest.param("Mo-Fr 09:00-17:00; Su,PH off", False, id="closed with the Sundays"),
        pytest.param('Mo-Fr 09:00-17:00 "not PH; ask"', False, id="a comment decides nothing"),
        pytest.param('Mo-Fr 09:00-17:00 "a; b || c"; PH 10:00-14:00', True, id="nor separates"),
        pytest.param("PH off", False, id="nothing but holidays"),
    ],
)
def test_what_a_holiday_does_to_a_desk(expression: str, answers: bool) -> None:
    validate(expression)
    christmas = instant("2026-12-25T12:00", "America/New_York")  # a Friday
    assert is_open(expression, "America/New_York", "US", christmas) is answers


def test_without_a_zone_only_a_line_that_is_always_answered_can_be_judged() -> None:
    at = instant("2026-06-17T12:00")
    assert is_open(OFFICE, None, "TW", at) is None
    assert is_open("24/7", None, "TW", at) is True
    assert opens_at(OFFICE, None, "TW", at) is None
    assert closes_at(OFFICE, None, "TW", at) is None


def test_hours_that_say_unknown_are_not_closed() -> None:
    hours = "Mo-Fr 09:00-17:00; Sa 09:00-12:00 unknown"
    assert is_open(hours, "UTC", None, instant("2026-06-20T10:00")) is None
    assert is_open(hours, "UTC", None, instant("2026-06-20T13:00")) is False
    assert opens_at(hours, "UTC", None, instant("2026-06-20T10:00")) == instant("2026-06-22T09:00")


def test_what_never_changes_has_no_next_change() -> None:
    at = instant("2026-06-17T12:00")
    assert closes_at("24/7", "Asia/Tokyo", "JP", at) is None
    assert opens_at("off", "Asia/Tokyo", "JP", at) is None
    assert closes_at("2026-2040 Mo-Su", "Asia/Tokyo", None, at) is None


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        is_open(OFFICE, "Asia/Tokyo", "JP", datetime(2026, 6, 17, 12))  # noqa: DTZ001


@given(EXPRESSIONS, ZONES, st.sampled_from([None, "US", "AU", "TW"]), INSTANTS)
def test_the_next_change_is_where_the_answer_changes(
    expression: str, zone: str, posted_in: str | None, at: datetime
) -> None:
    now = is_open(expression, zone, posted_in, at)
    ask = closes_at if now is True else opens_at
    change = ask(expression, zone, posted_in, at)
    assume(change is not None)
    assert change is not None
    assert change > at
    just_before = change - timedelta(seconds=1)
    assert (is_open(expression, zone, posted_in, change) is True) is not (now is True)
    assert (is_open(expression, zone, posted_in, max(just_before, at)) is True) is (now is True)
    middle = at + (change - at) / 2
    assert (is_open(expression, zone, posted_in, middle) is True) is (now is True)


@given(ZONES, INSTANTS)
def test_office_hours_are_those_of_the_clock_on_the_wall(zone: str, at: datetime) -> None:
    local = at.astimezone(ZoneInfo(zone))
    expected = local.weekday() < 5 and 9 <= local.hour < 17
    assert is_open(OFFICE, zone, None, at) is expected


@pytest.mark.parametrize(
    "expression",
    [
        OFFICE,
        "24/7",
        "Mo-Fr 08:30-12:00,13:00-17:30; Sa 09:00-12:00; PH off",
        "Mo-Su 20:00-08:00",
        "Feb 29 10:00-11:00",
        "2026 Jul 01-2026 Aug 31 off",
        "Mo[1] 10:00-12:00",
        "Mo-Fr 09:00-17:00 || unknown",
        'Mo-Fr 09:00-17:00 "sunrise desk; SH"',
    ],
)
def test_duty_hours_that_can_be_evaluated_are_accepted(expression: str) -> None:
    validate(expression)


@pytest.mark.parametrize(
    ("expression", "advice"),
    [
        pytest.param("9-5", "24-hour times", id="no grammar"),
        pytest.param("", "24-hour times", id="nothing"),
        pytest.param("0745-1630, GMT+8", "24-hour times", id="as lists write them"),
        pytest.param("Mo-Fr 09:00-17:00;", "24-hour times", id="a rule missing"),
        pytest.param("Feb 30 off", "no Feb 30", id="a day that does not exist"),
        pytest.param('"call first"', "comment alone", id="a comment without hours"),
        pytest.param("Mo-Fr 09:00-17:00; SH off", "School holidays", id="school holidays"),
        pytest.param("sunrise-sunset", "clock times", id="the sun"),
        pytest.param("Mo-Fr 09:00-17:00, PH off", "semicolon", id="PH in another's rule"),
        pytest.param("Jan-Mar PH off", "semicolon", id="PH within months"),
        pytest.param("PH -1 day off", "semicolon", id="the day before"),
        pytest.param("PH Mo-Fr off", "semicolon", id="PH on weekdays"),
        pytest.param("Mo-Fr 09:00-17:00; " * 40, "at most", id="endless"),
    ],
)
def test_duty_hours_that_cannot_be_evaluated_are_refused(expression: str, advice: str) -> None:
    with pytest.raises(ValueError, match=advice) as refused:
        validate(expression)
    assert "expected EOI" not in str(refused.value)


@given(st.text(max_size=40) | st.text(st.sampled_from('MoFrPSHJan0123459:;,-|"/ '), max_size=40))
def test_any_text_is_either_accepted_or_refused_in_words(text: str) -> None:
    try:
        validate(text)
    except ValueError:
        return
    assert is_open(text, "Asia/Tokyo", "JP", instant("2026-06-17T12:00")) in (True, False, None)
