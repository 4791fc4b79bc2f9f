import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.contacts.rules.duty_hours import is_round_the_clock, validate
from directory.meetings.lists.rules.findings import Code, Read
from directory.meetings.lists.rules.hours import Duty, read_hours, read_zone
from directory.meetings.lists.rules.zone_names import SEVERAL, ZONES_BY_NAME
from directory.zones import zone
from tests.unit.meetings.lists.rules.told import (
    LONG,
    REPEATED,
    WRITTEN,
    codes,
    is_honest,
    only,
    remarks_of,
)

ON = date(2012, 4, 6)
SEATS = {
    "AU": "Australia/Sydney", "BN": "Asia/Brunei", "CA": "America/Toronto",
    "CL": "America/Santiago", "CN": "Asia/Shanghai", "HK": "Asia/Hong_Kong", "ID": "Asia/Jakarta",
    "JP": "Asia/Tokyo",
    "KR": "Asia/Seoul", "MY": "Asia/Kuala_Lumpur", "MX": "America/Mexico_City",
    "NZ": "Pacific/Auckland", "PG": "Pacific/Port_Moresby", "PE": "America/Lima",
    "PH": "Asia/Manila", "RU": "Europe/Moscow", "SG": "Asia/Singapore", "TW": "Asia/Taipei",
    "TH": "Asia/Bangkok", "US": "America/New_York", "VN": "Asia/Ho_Chi_Minh",
}  # fmt: skip


def hours(text: str, economy: str = "SG") -> Read[Duty]:
    return read_hours(text, zones=[SEATS[economy]], on=ON)


def zone_of(text: str, economy: str = "SG", on: date = ON) -> Read[str]:
    return read_zone(text, zones=[SEATS[economy]], on=on)


@pytest.mark.parametrize(
    ("economy", "text", "duty_hours"),
    [
        pytest.param("AU", "24 hours (AEST/AEDT)", "24/7", id="01 row 1"),
        pytest.param("BN", "0745-1630, GMT+8", "Mo-Fr 07:45-16:30", id="01 row 2"),
        pytest.param("CA", "24/7, Eastern", "24/7", id="01 row 3"),
        pytest.param("CL", "L-V 08:30-17:30, UTC-3/-4", "Mo-Fr 08:30-17:30", id="01 row 4"),
        pytest.param("CN", "0900-1730 UTC+8", "Mo-Fr 09:00-17:30", id="01 row 5"),
        pytest.param("ID", "08.00-16.00 WIB", "Mo-Fr 08:00-16:00", id="01 row 7"),
        pytest.param(
            "JP", "09:30-18:15 JST; nights via duty room", "Mo-Fr 09:30-18:15", id="01 row 8"
        ),
        pytest.param("KR", "24/7 KST", "24/7", id="01 row 9"),
        pytest.param("MY", "9-6", "Mo-Fr 09:00-18:00", id="01 row 10"),
        pytest.param("NZ", "NZST/NZDT", None, id="01 row 12: a zone alone"),
        pytest.param("PG", "0800-1606", "Mo-Fr 08:00-16:06", id="01 row 13: an odd minute"),
        pytest.param("PH", "8-5 PHT", "Mo-Fr 08:00-17:00", id="01 row 14"),
        pytest.param("RU", "09:00-18:00 MSK", "Mo-Fr 09:00-18:00", id="01 row 15"),
        pytest.param("US", "EST", None, id="01 row 18: a zone alone"),
        pytest.param("US", "24/7", "24/7", id="01 row 19"),
        pytest.param("TW", "0900-1730 UTC+8", "Mo-Fr 09:00-17:30", id="01 row 21"),
        pytest.param("TW", "24/7", "24/7", id="01 row 22"),
    ],
)
def test_the_hours_of_a_returned_list_are_read_in_the_zone_of_the_economy(
    economy: str, text: str, duty_hours: str | None
) -> None:
    assert hours(text, economy).value == Duty(duty_hours, SEATS[economy])


@pytest.mark.parametrize(
    ("text", "duty_hours"),
    [
        ("24 hours", "24/7"),
        ("24時間", "24/7"),
        ("24/7, daily", "24/7"),
        ("24h Mon-Fri", "Mo-Fr 00:00-24:00"),
        ("24/5", "Mo-Fr 00:00-24:00"),
        ("0000-2400", "24/7"),
        ("Isnin-Jumaat 8.00-17.00", "Mo-Fr 08:00-17:00"),
        ("Mon-Fri 24h, Sat 9:00-12:00", "Mo-Fr 00:00-24:00; Sa 09:00-12:00"),
        ("Mon-Fri 9am-5:30pm", "Mo-Fr 09:00-17:30"),
        ("Mon, Wed & Fri 9.00am - 1.00pm", "Mo,We,Fr 09:00-13:00"),
        ("Mon-Thu 8am-5pm, Fri 8am-noon", "Mo-Th 08:00-17:00; Fr 08:00-12:00"),
        ("Mon-Fri 0900-1700; Sat 0900-1200", "Mo-Fr 09:00-17:00; Sa 09:00-12:00"),
        ("09:00-17:00 Mon-Fri", "Mo-Fr 09:00-17:00"),
        ("Mon-Fri 08:30-12:00, 13:00-17:30", "Mo-Fr 08:30-12:00,13:00-17:30"),
        ("daily 22:00-06:00", "22:00-06:00"),
        ("月-金 9時~24時", "Mo-Fr 09:00-24:00"),
        ("weekdays 9h - 24h", "Mo-Fr 09:00-24:00"),
        ("weekdays 12 noon - 5pm", "Mo-Fr 12:00-17:00"),
        ("weekdays, 6pm to midnight", "Mo-Fr 18:00-24:00"),
        ("Lunes a Viernes 9:00 a 18:00 hrs", "Mo-Fr 09:00-18:00"),
        ("lundi au vendredi 8h30-16h30", "Mo-Fr 08:30-16:30"),
        ("Mo-Fr 9-17 Uhr", "Mo-Fr 09:00-17:00"),
        ("Montag bis Freitag 9:00 bis 17:00", "Mo-Fr 09:00-17:00"),
        ("Senin-Jumat 08.00-16.00", "Mo-Fr 08:00-16:00"),
        ("пн-пт с 9:00 до 18:00", "Mo-Fr 09:00-18:00"),
        ("周一至周五 上午9時至下午5時30分", "Mo-Fr 09:00-17:30"),
        ("週一~週五 08:30～17:30", "Mo-Fr 08:30-17:30"),
        ("星期一至五 0900-1800", "Mo-Fr 09:00-18:00"),
        ("平日 9:30~18:15", "Mo-Fr 09:30-18:15"),
        ("月-金 9時~17時半", "Mo-Fr 09:00-17:30"),
        ("土曜日 10:00-16:00", "Sa 10:00-16:00"),
        ("평일 09:00-18:00", "Mo-Fr 09:00-18:00"),
        ("Fri-Mon 08:00-12:00", "Mo,Fr-Su 08:00-12:00"),
    ],
)
def test_hours_with_their_days_are_read_in_many_languages(text: str, duty_hours: str) -> None:
    read = hours(text)
    assert read.value == Duty(duty_hours, "Asia/Singapore")
    assert remarks_of(read) == []
    assert all(doubt.confidence >= 0.9 for doubt in read.doubts)


def test_hours_without_days_are_said_to_be_assumed() -> None:
    doubt = only(hours("09:00-17:00"), Code.HOURS_READ)
    assert doubt.proposed == "Mo-Fr 09:00-17:00 (Monday to Friday is assumed)"
    assert doubt.confidence == 0.6


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("9-6", "09:00-18:00"),
        ("9-5 Mon-Fri", "09:00-17:00"),
        ("9:00-5:00", "09:00-17:00"),
        ("9 to 5", "09:00-17:00"),
        ("7-7", "07:00-19:00"),
        ("1-5pm", "13:00-17:00"),
        ("8-12", "08:00-12:00"),
    ],
)
def test_hours_that_may_be_of_morning_or_evening_are_doubted(text: str, window: str) -> None:
    read = hours(text)
    assert read.value is not None
    assert read.value.duty_hours == f"Mo-Fr {window}"
    assert only(read, Code.HOURS_UNCLEAR).proposed == window


def test_hours_before_those_of_a_named_day_are_those_of_the_others() -> None:
    read = hours("8.00 - 16.30, Jumaat 8.00 - 12.15")
    assert read.value == Duty("Mo-Fr 08:00-16:30; Fr 08:00-12:15", "Asia/Singapore")
    assert only(read, Code.HOURS_READ).confidence == 0.6


def test_hours_over_midnight_stay_as_they_are_written() -> None:
    read = hours("Mon-Fri 22:00-06:00")
    assert read.value == Duty("Mo-Fr 22:00-06:00", "Asia/Singapore")
    assert Code.HOURS_UNCLEAR not in codes(read)


@pytest.mark.parametrize(
    "expression",
    ["24/7", "Mo-Fr 08:30-17:30; PH off", 'Mo-Fr 09:00-17:00 "ask for the duty officer"'],
)
def test_hours_as_the_directory_writes_them_stay_as_they_are(expression: str) -> None:
    assert hours(expression) == Read(Duty(expression, "Asia/Singapore"))


@pytest.mark.parametrize(
    ("text", "remarks"),
    [
        pytest.param(
            "09:30-18:15 JST; nights via duty room", ["nights via duty room"], id="01 row 8"
        ),
        ("Mon-Fri 9:00-17:00 (closed on holidays)", ["closed on holidays"]),
        ("24/7 (duty phone)", ["duty phone"]),
        ("Mon-Fri 9:00-17:00, hotline 24/7", ["hotline 24/7"]),
        ("Mon-Thu 08:00-17:00, Fri by appointment", ["Fri by appointment"]),
        ("09:00-17:00, 25:00-26:00", ["25:00-26:00"]),
    ],
)
def test_what_stands_beside_hours_is_kept(text: str, remarks: list[str]) -> None:
    read = hours(text, "JP")
    assert read.value is not None
    assert read.value.duty_hours is not None
    assert remarks_of(read) == remarks


@pytest.mark.parametrize("text", ["office hours", "25:00-26:00", "1234567", "call +852 0555 0101"])
def test_what_says_no_hours_is_not_guessed(text: str) -> None:
    assert (hours(text).value, codes(hours(text))) == (None, [Code.HOURS_UNCLEAR])


def test_an_empty_word_says_no_hours() -> None:
    assert (hours("TBC").value, codes(hours("TBC"))) == (None, [Code.EMPTY_WORD])
    assert (zone_of("-").value, codes(zone_of("-"))) == (None, [Code.EMPTY_WORD])


@pytest.mark.parametrize(
    ("economy", "text", "name"),
    [
        pytest.param("AU", "Australia/Sydney", "Australia/Sydney", id="03 J6"),
        pytest.param("HK", "HKT", "Asia/Hong_Kong", id="03 J9"),
        pytest.param("JP", "JST", "Asia/Tokyo", id="03 J10"),
        pytest.param("KR", "KST", "Asia/Seoul", id="03 J11"),
        pytest.param("TW", "UTC+8", "Asia/Taipei", id="03 J12"),
        pytest.param("TH", "ICT", "Asia/Bangkok", id="03 J14"),
        pytest.param("VN", "UTC+7", "Asia/Ho_Chi_Minh", id="03 J15"),
        ("VN", "ICT", "Asia/Ho_Chi_Minh"),
        ("HK", "(GMT+08:00) Hong Kong", "Asia/Hong_Kong"),
        ("TW", "CST", "Asia/Taipei"),
        ("TW", "台北時間", "Asia/Taipei"),
        ("PH", "PST", "Asia/Manila"),
        ("SG", "SGT (UTC+8)", "Asia/Singapore"),
        ("AU", "AEST/AEDT", "Australia/Sydney"),
        ("US", "Eastern", "America/New_York"),
        ("US", "ET", "America/New_York"),
        ("AU", "australia/perth", "Australia/Perth"),
        ("BN", "local time", "Asia/Brunei"),
    ],
)
def test_a_zone_is_the_one_its_name_means_in_the_economy(
    economy: str, text: str, name: str
) -> None:
    assert zone_of(text, economy) == Read(name)


@pytest.mark.parametrize(
    ("economy", "text"),
    [
        pytest.param("US", "EST", id="01 row 18: EST would load, and be wrong in summer"),
        ("US", "UTC-5"),
        ("CA", "EDT"),
        ("AU", "EST"),
        ("AU", "AEST"),
        ("NZ", "NZST"),
    ],
)
def test_a_name_for_half_of_the_year_means_the_place_and_is_told(economy: str, text: str) -> None:
    read = zone_of(text, economy)
    assert read.value == SEATS[economy]
    doubt = only(read, Code.ZONE_UNCLEAR)
    assert (doubt.read, doubt.confidence) == (text, 0.8)


@pytest.mark.parametrize(
    ("economy", "text", "name"),
    [("US", "PST", "America/Los_Angeles"), ("US", "Central time", "America/Chicago"),
     ("AU", "AWST", "Australia/Perth"), ("AU", "Brisbane time", "Australia/Brisbane"),
     ("ID", "WITA", "Asia/Makassar"), ("CA", "UTC-8", "America/Vancouver")],
)  # fmt: skip
def test_a_zone_other_than_the_seats_is_taken_with_a_doubt(
    economy: str, text: str, name: str
) -> None:
    read = zone_of(text, economy)
    assert read.value == name
    assert only(read, Code.ZONE_UNCLEAR).confidence == 0.7


@pytest.mark.parametrize(
    ("economy", "text"), [("JP", "UTC+8"), ("JP", "EST"), ("SG", "x"), ("SG", "GMT+25")]
)
def test_a_zone_that_cannot_be_the_economys_is_not_taken(economy: str, text: str) -> None:
    read = zone_of(text, economy)
    assert read.value is None
    assert only(read, Code.ZONE_UNCLEAR).confidence == 0.0


def test_several_zones_that_fit_are_told() -> None:
    read = read_zone("AEST/AEDT", zones=["Australia/Melbourne", "Australia/Sydney"], on=ON)
    assert read.value == "Australia/Melbourne"
    assert "or Australia/Sydney" in (only(read, Code.ZONE_UNCLEAR).proposed or "")


def test_hours_without_a_zone_are_those_of_the_seat_told_where_there_are_several() -> None:
    assert Code.ZONE_UNCLEAR not in codes(hours("09:00-17:00", "SG"))
    assert only(hours("09:00-17:00", "US"), Code.ZONE_UNCLEAR).confidence == 0.6
    nowhere = read_hours("24/7", zones=[], on=ON)
    assert nowhere.value == Duty("24/7", None)
    assert codes(nowhere) == [Code.ZONE_UNCLEAR]


def test_a_clock_that_has_been_changed_since_is_told() -> None:
    """01 row 15: Moscow was UTC+4 from 2011 to 2014."""
    read = hours("09:00-18:00 MSK", "RU")
    doubt = only(read, Code.ZONE_CHANGED)
    assert (doubt.read, doubt.proposed) == ("MSK", "Europe/Moscow (UTC+4 in 2012, UTC+3 now)")
    assert zone_of("MSK", "RU", on=date(2020, 1, 1)) == Read("Europe/Moscow")
    assert Code.ZONE_CHANGED in codes(zone_of("UTC+4", "RU"))
    assert Code.ZONE_CHANGED in codes(zone_of("CST", "MX"))
    assert Code.ZONE_CHANGED not in codes(zone_of("UTC-3/-4", "CL", on=date(2024, 5, 1)))


@pytest.mark.parametrize(
    "text", ["the pet shop", "act now", "9-5, Central Bureau", "wit and ut", "Jean et Paul"]
)
def test_a_word_is_no_zone(text: str) -> None:
    assert not {Code.ZONE_CHANGED} & set(codes(hours(text, "CA")))
    assert (zone_of(text, "CA").value, codes(zone_of(text, "CA"))) == (None, [Code.ZONE_UNCLEAR])


@pytest.mark.parametrize(
    "name", sorted({z for zones in (*ZONES_BY_NAME.values(), *SEVERAL) for z in zones})
)
def test_every_zone_of_the_tables_is_one_that_contacts_hold(name: str) -> None:
    assert zone(name).key == name


TIMES = st.integers(0, 23).flatmap(lambda h: st.tuples(st.just(h), st.sampled_from([0, 15, 30])))
WRITERS = [
    "{a:02}:{am:02}-{b:02}:{bm:02}", "{a:02}{am:02}-{b:02}{bm:02}",
    "{a:02}.{am:02} – {b:02}.{bm:02}", "{a}h{am:02}-{b}h{bm:02}", "{a}時{am}分~{b}時{bm}分",
    "{a:02}:{am:02} to {b:02}:{bm:02} hrs",
    "{a:02}:{am:02}至{b:02}:{bm:02}", "from {a}:{am:02} until {b}:{bm:02}",
]  # fmt: skip
DAYS = [("Mon-Fri", "Mo-Fr"), ("L-V", "Mo-Fr"), ("週一至週五", "Mo-Fr"), ("Sat", "Sa"),
        ("月~土", "Mo-Sa"), ("lundi à samedi", "Mo-Sa"), ("Senin-Kamis", "Mo-Th"), ("Samstag",
        "Sa")]  # fmt: skip


@given(TIMES, TIMES, st.sampled_from(WRITERS), st.sampled_from(DAYS))
def test_hours_in_any_form_are_read_back_or_doubted(
    opens: tuple[int, int], closes: tuple[int, int], form: str, days: tuple[str, str]
) -> None:
    written = form.format(a=opens[0], am=opens[1], b=closes[0], bm=closes[1])
    read = hours(f"{days[0]} {written}")
    meant = f"{days[1]} {opens[0]:02}:{opens[1]:02}-{closes[0]:02}:{closes[1]:02}"
    if read.value is None or read.value.duty_hours != meant:
        assert Code.HOURS_UNCLEAR in codes(read)


@given(WRITTEN, st.sampled_from([*([z] for z in SEATS.values()), [], ["Asia/Tokyo", "Asia/Seoul"]]))
def test_whatever_stands_there_is_read_or_doubted(text: str, zones: list[str]) -> None:
    read = read_hours(text, zones=zones, on=ON)
    assert is_honest(read, text)
    if read.value is not None and read.value.duty_hours is not None:
        validate(read.value.duty_hours)
    if read.value is not None and read.value.zone is not None:
        zone(read.value.zone)
    assert is_honest(read_zone(text, zones=zones, on=ON), text)


@given(
    st.sampled_from(["24/7", "09:00-17:00", "UTC+8", "SGT"]), st.sampled_from(["zzqq", "(ask 5)"])
)
def test_a_remark_beside_hours_is_never_lost(said: str, remark: str) -> None:
    assert remarks_of(hours(f"{said}; {remark}")) == [remark.strip("()")]


def test_all_hours_are_round_the_clock() -> None:
    read = hours("24 hours")
    assert read.value is not None
    assert is_round_the_clock(read.value.duty_hours or "")


@pytest.mark.parametrize("part", REPEATED)
def test_a_long_cell_takes_no_longer_than_it_is(part: str) -> None:
    text = (part * LONG)[:LONG]
    begun = time.process_time()
    hours(text, "US")
    zone_of(text, "US")
    assert time.process_time() - begun < 2
