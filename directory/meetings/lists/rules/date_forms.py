"""The forms in which lists write dates, and the ways in which each can be read.

What a newcomer would get wrong: three numbers have up to five readings. All that are a day are
given, the usual first; which of them is meant is decided elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from directory.meetings.lists.rules.calendars import (
    ERA,
    MONTH,
    MONTHS,
    NoSuchYearError,
    gregorian_year,
    with_digits,
)
from directory.meetings.lists.rules.words import Span, plain

DAY_FIRST, MONTH_FIRST, YEAR_FIRST = "day_first", "month_first", "year_first"
_THAI = re.compile(r"[\u0e00-\u0e7f]")


@dataclass(frozen=True, slots=True)
class Candidate:
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
class Found:
    """The part of a text that is a date, and the ways to read it, the usual first."""

    span: Span
    candidates: tuple[Candidate, ...]
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
THREE_NUMBERS = re.compile(
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


def find_date(shown: str) -> Found | None:
    """The first date in a text; forms that say more about themselves are tried first."""
    small, places = with_digits(plain(shown))
    for pattern, readings in (
        (_CJK, _by_fields),
        (_ERA_NUMBERS, _by_fields),
        (THREE_NUMBERS, _by_numbers),
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
            return Found(span, tuple(readings(match)), is_dotted)
    return None


def _by_fields(match: re.Match[str]) -> Iterator[Candidate]:
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
                yield replace(reading_of(year, number, day, known), way=before, is_short=True)
    else:
        yield reading_of(year, number, day, era)


def _by_month(match: re.Match[str]) -> Iterator[Candidate]:
    yield reading_of(match["year"] or match["last"], int(match["month"] or match["first"]), None)


def _by_year(match: re.Match[str]) -> Iterator[Candidate]:
    yield reading_of(match["year"] or match["plain"], None, None, match["era"])


def _by_numbers(match: re.Match[str]) -> Iterator[Candidate]:
    """Three numbers: which is the year shows by its digits, which the month often by nothing."""
    a, b, c = match["a"], match["b"], match["c"]
    if len(a) > 2 and len(c) <= 2:
        yield reading_of(a, int(b), int(c))
    elif len(a) > 2:
        yield Candidate(None, "two years")
    elif len(c) > 2:
        yield replace(reading_of(c, int(b), int(a)), way=DAY_FIRST)
        yield replace(reading_of(c, int(a), int(b)), way=MONTH_FIRST)
    else:
        last = next(_of_short_year(c, int(b), int(a)))
        yield replace(last, way=DAY_FIRST)
        last = next(_of_short_year(c, int(a), int(b)))
        yield replace(last, way=MONTH_FIRST)
        for first in _of_short_year(a, int(b), int(c), is_first=True):
            yield replace(first, way=f"{YEAR_FIRST}, {first.way}")


def _of_short_year(
    digits: str,
    month: int | None,
    day: int | None,
    *,
    is_thai: bool = False,
    is_first: bool = False,
) -> Iterator[Candidate]:
    """A year of two digits, which leaves out its hundreds or is a year of the Republic."""
    number = int(digits)
    if is_thai:
        yield replace(reading_of(str(2500 + number), month, day), is_short=True)
        return
    this, last, republic = (
        replace(reading_of(year, month, day), way=way, is_short=True)
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


def reading_of(year: str, month: int | None, day: int | None, era: str | None = None) -> Candidate:
    """One way to read a date whose parts are known: no day where no calendar has such a one."""
    try:
        number, is_foreign = gregorian_year(year, era)
        if month is None:
            return Candidate(None, f"the year {number}")
        read = date(number, month, 1 if day is None else day)
    except (NoSuchYearError, ValueError):
        return Candidate(None, "no such day")
    return Candidate(read, "", is_foreign=is_foreign, is_month=day is None)
