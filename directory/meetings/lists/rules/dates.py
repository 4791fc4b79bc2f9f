"""Dates as lists write them: any order, any calendar, a month alone, a serial number.

What a newcomer would get wrong: a date that can be read is not yet one that may be believed. Every
reading that the text allows is a candidate; a doubt tells the one that is proposed and the others.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from directory.meetings.lists.rules.calendars import (
    ERA,
    MONTH,
    MONTHS,
    NoSuchYearError,
    gregorian_year,
    with_digits,
)
from directory.meetings.lists.rules.findings import Code, Doubt, Read
from directory.meetings.lists.rules.grid import Value
from directory.meetings.lists.rules.words import Span, nothing_in, plain, remarks, tidy

_FIRST_SERIAL, _LAST_SERIAL = 20_000, 80_000  # 1954 to 2119: no other number in a list is a date
_SERIALS_BEGIN = date(1899, 12, 30)
_SERIALS_OF_1904_BEGIN = date(1904, 1, 1)
_LIFETIME = 50  # years: no list is older
_THAI = re.compile(r"[\u0e00-\u0e7f]")


class DayOrder(StrEnum):
    """Whether the people who filled in a column write the day or the month first."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


@dataclass(frozen=True, slots=True)
class _Candidate:
    """One way to read a text as a date.

    Attributes:
        day: None where no calendar has such a day.
        way: How it was read, for a doubt that tells several.
    """

    day: date | None
    way: str
    is_foreign: bool = False
    is_short: bool = False
    is_month: bool = False


@dataclass(frozen=True, slots=True)
class _Found:
    """The part of a text that is a date, and the ways to read it, the usual first."""

    span: Span
    candidates: tuple[_Candidate, ...]
    is_dotted: bool = False


_END = r"(?!\d|[./-]\d)"
_START = r"(?<![\d.,/-])"
_TH = r"(?:st|nd|rd|th|er|o|a)?"
_OF = r"(?:[ .,/-]|-?(?:de|del|of|nam|thang|ngay|г)\b){0,4}"
_AFTER = r"(?!\d)(?: ?г\b\.?)?"
_YEAR = r"(?P<year>\d{4}|\d{2,3})"
_CJK = re.compile(
    rf"{ERA}?(?P<year>(?<!\d)\d{{1,4}}) ?[年년] ?"
    r"(?:(?P<month>\d{1,2}) ?[月월] ?(?:(?P<day>\d{1,2}) ?[日號号일]?)?)?"
)
_ERA_NUMBERS = re.compile(
    rf"{ERA}(?P<year>\d{{1,4}})[./-](?P<month>\d{{1,2}})(?:[./-](?P<day>\d{{1,2}}))?{_END}"
)
_THREE = re.compile(
    rf"{_START}(?P<a>\d{{1,4}}) ?(?P<sep>[./ -]) ?"
    rf"(?P<b>\d{{1,2}}) ?(?P=sep) ?(?P<c>\d{{1,4}}){_END}"
)
_DAY_NAME_YEAR = re.compile(
    rf"{_START}(?P<day>\d{{1,2}}){_TH}{_OF}{MONTH}{_OF}{ERA}?{_YEAR}{_AFTER}"
)
_NAME_DAY_YEAR = re.compile(
    rf"{MONTH}[ ./-]?(?P<day>\d{{1,2}}){_TH}[,./-]? ?(?P<year>\d{{4}})(?!\d)"
)
_YEAR_NAME_DAY = re.compile(
    rf"{_START}(?P<year>\d{{4}})[ ,./-]{{0,2}}{MONTH}[ ./-]?(?P<day>\d{{1,2}}){_TH}(?!\d)"
)
_NAME_YEAR = re.compile(rf"{MONTH}{_OF}'?{ERA}?{_YEAR}{_AFTER}")
_VIETNAMESE = re.compile(
    r"(?:(?:ngay )?(?<!\d)(?P<day>\d{1,2}) )?(?:thang|thg) (?P<month>\d{1,2})[ ,/]{1,2}(?:nam )?"
    r"(?P<year>\d{4})(?!\d)"
)
_MONTH_OF_YEAR = re.compile(
    rf"{_START}(?:(?P<year>\d{{3,4}})[./-](?P<month>\d{{1,2}})"
    rf"|(?P<first>\d{{1,2}})[./-](?P<last>\d{{4}})){_END}"
)
_DIGITS = re.compile(r"(?<![\d.,])(?P<year>\d{3,4})(?P<month>\d\d)(?P<day>\d\d)(?![\d.,])")
_YEAR_ALONE = re.compile(
    rf"{ERA}(?P<year>\d{{1,4}})(?![\d./-])|(?<![\w.,/-])(?P<plain>(?:19|20|25)\d\d)(?![\w./-])"
)
_MIDNIGHT = re.compile(r"[t ]0?0:00(?::00(?:\.0{1,9})?)?(?: ?z|[+-]00:?00)?(?![\d:])")


def day_order(texts: Iterable[str]) -> DayOrder | None:
    """Whether a column writes the day or the month first, by those of its dates that tell.

    Returns:
        None where none of them tells, or as many say one as the other.
    """
    told: Counter[DayOrder] = Counter()
    for text in texts:
        numbers = _THREE.search(plain(tidy(text)))
        if numbers is None or len(numbers["a"]) > 2:
            continue
        first, second = int(numbers["a"]), int(numbers["b"])
        if first > 12 >= second > 0 and first <= 31:
            told[DayOrder.DAY_FIRST] += 1
        elif second > 12 >= first > 0 and second <= 31:
            told[DayOrder.MONTH_FIRST] += 1
    days, months = told[DayOrder.DAY_FIRST], told[DayOrder.MONTH_FIRST]
    if days == months:
        return None
    return DayOrder.DAY_FIRST if days > months else DayOrder.MONTH_FIRST


def read_date(text: str, value: Value, *, order: DayOrder | None, today: date) -> Read[date]:
    """Read a date on which something has been done, so one that is not after today.

    Args:
        text: The cell's text.
        value: What a spreadsheet holds in the cell.
        order: What ``day_order`` says of the cell's column.
        today: The day on which the list is read, or on which it was filled in.

    Returns:
        The first day of a month where no day is given; no value where the day cannot be, lies
        after today, or is not told at all.
    """
    if (nothing := nothing_in(text)) is not None and isinstance(value, str | None):
        return Read(None, nothing)
    if isinstance(value, date):
        return _of_spreadsheet(text, value, today)
    shown = tidy(text)
    if (serial := _serial(shown, value)) is not None:
        return _of_serial(text, serial, today)
    found = _find(shown)
    if found is None:
        return Read(None, (Doubt(Code.UNREADABLE, text, None, 0.0),))
    span = _with_midnight(shown, found.span)
    read = _choose(shown[slice(*span)], found, order, today)
    return Read(read.value, (*read.doubts, *remarks(shown, [span])))


def _of_spreadsheet(text: str, value: date, today: date) -> Read[date]:
    doubts: list[Doubt] = []
    day = value.date() if isinstance(value, datetime) else value
    if isinstance(value, datetime) and value.time() != time():
        doubts.append(Doubt(Code.REMARK_IN_CELL, value.strftime("%H:%M"), None, 0.0))
    read = _choose(
        text, _Found((0, 0), (_candidate(str(day.year), day.month, day.day),)), None, today
    )
    return Read(read.value, (*read.doubts, *doubts))


def _serial(shown: str, value: Value) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        number = float(value)
    elif re.fullmatch(r"[0-9]{5}(?:\.[0-9]{1,12})?", shown):
        number = float(shown)
    else:
        return None
    return number if _FIRST_SERIAL <= number < _LAST_SERIAL else None


def _of_serial(text: str, serial: float, today: date) -> Read[date]:
    day = _SERIALS_BEGIN + timedelta(days=int(serial))
    of_1904 = _SERIALS_OF_1904_BEGIN + timedelta(days=int(serial))
    if day > today:
        return Read(None, (Doubt(Code.FUTURE_DATE, text, day.isoformat(), 0.0),))
    # A file that counts from 1904 is rare, and where that day is still to come it is none.
    sure = 0.8 if of_1904 <= today else 0.95
    proposed = f"{day} ({of_1904} in a file that counts from 1904)"
    doubts = [Doubt(Code.SERIAL_DATE, text, proposed, sure)]
    if serial % 1:
        doubts.append(Doubt(Code.REMARK_IN_CELL, text, None, 0.0))
    return Read(day, tuple(doubts))


def _with_midnight(shown: str, span: Span) -> Span:
    """A date's span with the midnight that a spreadsheet wrote after it; another time is told."""
    midnight = _MIDNIGHT.match(plain(shown), span[1])
    return span if midnight is None else (span[0], midnight.end())


def _find(shown: str) -> _Found | None:
    """The first date in a text; forms that say more about themselves are tried first."""
    small, places = with_digits(plain(shown))
    for pattern, readings in (
        (_CJK, _by_fields),
        (_ERA_NUMBERS, _by_fields),
        (_THREE, _by_numbers),
        (_DAY_NAME_YEAR, _by_fields),
        (_NAME_DAY_YEAR, _by_fields),
        (_YEAR_NAME_DAY, _by_fields),
        (_VIETNAMESE, _by_fields),
        (_NAME_YEAR, _by_fields),
        (_MONTH_OF_YEAR, _by_month),
        (_DIGITS, _by_fields),
        (_YEAR_ALONE, _by_year),
    ):
        if match := pattern.search(small):
            end = match.start() + len(match.group().rstrip(" "))
            span = places[match.start()], places[end]
            is_dotted = match.groupdict().get("sep") == "."
            return _Found(span, tuple(readings(match)), is_dotted)
    return None


def _by_fields(match: re.Match[str]) -> Iterator[_Candidate]:
    """A date whose text says which of its parts is which."""
    named = match.groupdict()
    era, year, month = named.get("era"), match["year"], named.get("month")
    number = None if month is None else MONTHS.get(month) or int(month)
    day = None if named.get("day") is None else int(match["day"])
    if len(year) <= 2 and era is None:
        is_thai = _THAI.search(match.group()) is not None
        yield from _of_short_year(year, number, day, is_thai=is_thai, is_first=match.re is _CJK)
        if match.re is _CJK:
            for known, before in (("平成", "of Heisei"), ("令和", "of Reiwa")):
                yield replace(_candidate(year, number, day, known), way=before, is_short=True)
    else:
        yield _candidate(year, number, day, era)


def _by_month(match: re.Match[str]) -> Iterator[_Candidate]:
    yield _candidate(match["year"] or match["last"], int(match["month"] or match["first"]), None)


def _by_year(match: re.Match[str]) -> Iterator[_Candidate]:
    yield _candidate(match["year"] or match["plain"], None, None, match["era"])


def _by_numbers(match: re.Match[str]) -> Iterator[_Candidate]:
    """Three numbers: which is the year shows by its digits, which the month often by nothing."""
    a, b, c = match["a"], match["b"], match["c"]
    if len(a) > 2 and len(c) <= 2:
        yield _candidate(a, int(b), int(c))
    elif len(a) > 2:
        yield _Candidate(None, "two years")
    elif len(c) > 2:
        yield replace(_candidate(c, int(b), int(a)), way=DayOrder.DAY_FIRST)
        yield replace(_candidate(c, int(a), int(b)), way=DayOrder.MONTH_FIRST)
    else:
        last = next(_of_short_year(c, int(b), int(a)))
        yield replace(last, way=DayOrder.DAY_FIRST)
        last = next(_of_short_year(c, int(a), int(b)))
        yield replace(last, way=DayOrder.MONTH_FIRST)
        for first in _of_short_year(a, int(b), int(c), is_first=True):
            yield replace(first, way=f"year first, {first.way}")


def _of_short_year(
    digits: str,
    month: int | None,
    day: int | None,
    *,
    is_thai: bool = False,
    is_first: bool = False,
) -> Iterator[_Candidate]:
    """A year of two digits, which leaves out its hundreds or is a year of the Republic."""
    number = int(digits)
    if is_thai:
        yield replace(_candidate(str(2500 + number), month, day), is_short=True)
        return
    this, last, republic = (
        replace(_candidate(year, month, day), way=way, is_short=True)
        for year, way in (
            (str(2000 + number), "of this century"),
            (str(1900 + number), "of the last"),
            (f"{number:03}", "of the Republic of China"),
        )
    )
    if number < 70:
        yield from (this, last, republic)
    else:  # in 1999 the year stood last; who writes it first may well count from 1911
        yield from (republic, last, this) if is_first else (last, this, republic)


def _candidate(year: str, month: int | None, day: int | None, era: str | None = None) -> _Candidate:
    try:
        number, is_foreign = gregorian_year(year, era)
        if month is None:
            return _Candidate(None, f"the year {number}")
        read = date(number, month, 1 if day is None else day)
    except (NoSuchYearError, ValueError):
        return _Candidate(None, "no such day")
    return _Candidate(read, "", is_foreign=is_foreign, is_month=day is None)


def _choose(read: str, found: _Found, order: DayOrder | None, today: date) -> Read[date]:
    """Of the ways to read a date the likeliest that can be, with what is doubtful about it."""
    possible = _distinct(found.candidates, today)
    past = [candidate for candidate in possible if candidate.day and candidate.day <= today]
    if not possible:
        return Read(None, (_impossible(read, found.candidates),))
    if not past:
        soonest = min(candidate.day for candidate in possible if candidate.day)
        return Read(None, (Doubt(Code.FUTURE_DATE, read, soonest.isoformat(), 0.0),))
    best = next((candidate for candidate in past if candidate.way == order), past[0])
    if found.is_dotted:  # who writes dots writes the day before the month
        best = past[0]
    return Read(best.day, tuple(_doubts(read, best, past, possible, found.is_dotted, order)))


def _distinct(candidates: Sequence[_Candidate], today: date) -> list[_Candidate]:
    """The readings that are a day, each day once; a year cut short is none of long ago."""
    days: dict[date, _Candidate] = {}
    for candidate in candidates:
        is_old = (
            candidate.is_short and candidate.day and candidate.day.year < today.year - _LIFETIME
        )
        if candidate.day is not None and not is_old:
            days.setdefault(candidate.day, candidate)
    return list(days.values())


def _impossible(read: str, candidates: Sequence[_Candidate]) -> Doubt:
    year = next((c.way for c in candidates if c.way.startswith("the year")), None)
    if year is None:
        return Doubt(Code.IMPOSSIBLE_DATE, read, None, 0.0)
    return Doubt(Code.MONTH_ONLY, read, f"{year}, without month and day", 0.0)


def _doubts(
    read: str,
    best: _Candidate,
    past: Sequence[_Candidate],
    possible: Sequence[_Candidate],
    is_dotted: bool,
    order: DayOrder | None,
) -> Iterator[Doubt]:
    orders = {candidate.way for candidate in possible} & set(DayOrder)
    sides = [c for c in possible if c is not best and (not best.is_short or c.way in orders)]
    if sides and len(orders) == 2 and best.way in orders:
        sure = 0.9 if is_dotted else 0.8 if best.way == order else 0.5
        if len({c.way for c in past} & set(DayOrder)) == 1:
            sure = max(sure, 0.7)
        yield Doubt(Code.AMBIGUOUS_DATE, read, _told(best, sides), sure)
    if best.is_short:
        others = [c for c in possible if c is not best]
        sure = 0.7 if best.way in (*DayOrder, "") else 0.4
        yield Doubt(Code.TWO_DIGIT_YEAR, read, _told(best, others), sure)
    if best.is_foreign:
        yield Doubt(Code.OTHER_CALENDAR, read, str(best.day), 0.95)
    if best.is_month:
        yield Doubt(Code.MONTH_ONLY, read, str(best.day), 0.3)


def _told(best: _Candidate, others: Sequence[_Candidate]) -> str:
    """The proposed reading of a date, and the others that were possible."""
    told = [f"{best.day}{_way(best)}", *(f"or {other.day}{_way(other)}" for other in others)]
    return ", ".join(told)


def _way(candidate: _Candidate) -> str:
    return f" ({candidate.way.replace('_', ' ')})" if candidate.way else ""
