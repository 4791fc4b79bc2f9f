"""Dates as lists write them: any order, any calendar, a month alone, a serial number.

What a newcomer would get wrong: a date that can be read is not yet one that may be believed. Every
reading that the text allows is a candidate; a doubt tells the one that is proposed and the others.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from directory.meetings.lists.rules.date_forms import (
    DAY_FIRST,
    MONTH_FIRST,
    THREE_NUMBERS,
    YEAR_FIRST,
    Candidate,
    Found,
    find_date,
    reading_of,
)
from directory.meetings.lists.rules.findings import Code, Doubt, Read
from directory.meetings.lists.rules.grid import Value
from directory.meetings.lists.rules.words import Span, nothing_in, plain, remarks, tidy

_FIRST_SERIAL, _LAST_SERIAL = 20_000, 80_000  # 1954 to 2119: no other number in a list is a date
_SERIALS_BEGIN = date(1899, 12, 30)
_SERIALS_OF_1904_BEGIN = date(1904, 1, 1)
_MIDNIGHT = re.compile(r"[t ]0?0:00(?::00(?:\.0{1,9})?)?(?: ?z|[+-]00:?00)?(?![\d:])")
_LIFETIME = 50  # years: no list is older


class DayOrder(StrEnum):
    """Whether the people who filled in a column write the day, the month or the year first."""

    DAY_FIRST = DAY_FIRST
    MONTH_FIRST = MONTH_FIRST
    YEAR_FIRST = YEAR_FIRST


def day_order(texts: Iterable[str]) -> DayOrder | None:
    """Whether a column writes the day or the month first, by those of its dates that tell.

    Returns:
        The year first where whole years stand so and nothing tells of another order; None where no
        date tells, or as many say one as the other.
    """
    told: Counter[DayOrder] = Counter()
    has_year_last = False
    for text in texts:
        numbers = THREE_NUMBERS.search(plain(tidy(text)))
        if numbers is None:
            continue
        if len(numbers["a"]) > 2:
            told[DayOrder.YEAR_FIRST] += 1
            continue
        has_year_last |= len(numbers["c"]) > 2
        first, second = int(numbers["a"]), int(numbers["b"])
        if first > 12 >= second > 0 and first <= 31:
            told[DayOrder.DAY_FIRST] += 1
        elif second > 12 >= first > 0 and second <= 31:
            told[DayOrder.MONTH_FIRST] += 1
    days, months = told[DayOrder.DAY_FIRST], told[DayOrder.MONTH_FIRST]
    if days == months:
        is_year_first = told[DayOrder.YEAR_FIRST] and not days and not has_year_last
        return DayOrder.YEAR_FIRST if is_year_first else None
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
    found = find_date(shown)
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
        text, Found((0, 0), (reading_of(str(day.year), day.month, day.day),)), None, today
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


def _choose(read: str, found: Found, order: DayOrder | None, today: date) -> Read[date]:
    """Of the ways to read a date the likeliest that can be, with what is doubtful about it."""
    possible = _distinct(found.candidates, today)
    past = [candidate for candidate in possible if candidate.day and candidate.day <= today]
    if not possible:
        return Read(None, (_impossible(read, found.candidates),))
    if not past:
        soonest = min(candidate.day for candidate in possible if candidate.day)
        return Read(None, (Doubt(Code.FUTURE_DATE, read, soonest.isoformat(), 0.0),))
    best = next((one for one in past if order and one.way.startswith(order)), past[0])
    if (
        found.is_dotted and order != DayOrder.YEAR_FIRST
    ):  # who writes dots writes the day before the month
        best = past[0]
    return Read(best.day, tuple(_doubts(read, best, past, possible, found.is_dotted, order)))


def _distinct(candidates: Sequence[Candidate], today: date) -> list[Candidate]:
    """The readings that are a day, each day once; a year cut short is none of long ago."""
    days: dict[date, Candidate] = {}
    for candidate in candidates:
        is_old = (
            candidate.is_short and candidate.day and candidate.day.year < today.year - _LIFETIME
        )
        if candidate.day is not None and not is_old:
            days.setdefault(candidate.day, candidate)
    return list(days.values())


def _impossible(read: str, candidates: Sequence[Candidate]) -> Doubt:
    year = next((c.way for c in candidates if c.way.startswith("the year")), None)
    if year is None:
        return Doubt(Code.IMPOSSIBLE_DATE, read, None, 0.0)
    return Doubt(Code.MONTH_ONLY, read, f"{year}, without month and day", 0.0)


def _doubts(
    read: str,
    best: Candidate,
    past: Sequence[Candidate],
    possible: Sequence[Candidate],
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
        sure = 0.9 if not others else 0.7 if best.way in orders else 0.4
        yield Doubt(Code.TWO_DIGIT_YEAR, read, _told(best, others), sure)
    if best.is_foreign:
        yield Doubt(Code.OTHER_CALENDAR, read, str(best.day), 0.95)
    if best.is_month:
        yield Doubt(Code.MONTH_ONLY, read, f"{best.day:%Y-%m}, without a day", 0.3)


def _told(best: Candidate, others: Sequence[Candidate]) -> str:
    """The proposed reading of a date, and the others that were possible."""
    told = [f"{best.day}{_way(best)}", *(f"or {other.day}{_way(other)}" for other in others)]
    return ", ".join(told)


def _way(candidate: Candidate) -> str:
    return f" ({candidate.way.replace('_', ' ')})" if candidate.way else ""
