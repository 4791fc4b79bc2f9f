"""When a desk answers: OpenStreetMap ``opening_hours`` expressions, read in the desk's own zone.

What a newcomer would get wrong: the answer has three values. ``None`` says that it cannot be told,
because no zone is recorded or because the expression itself says "unknown"; it is not "closed".

Public holidays are those of the economy where the desk is posted, from midnight to midnight there.
They close a desk unless its expression says what happens: by naming ``PH``, or by being ``24/7``,
because a line answered at every hour is answered on New Year's Day too. Nothing below reads a clock
or a setting, so every cache is of a pure function.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from math import floor
from zoneinfo import ZoneInfo

from opening_hours import (  # type: ignore[attr-defined]  # its stub forgets ParserError
    OpeningHours,
    ParserError,
    State,
)

from directory.contacts.rules.public_holidays import (
    COMMENT,
    MONTHS,
    SEPARATOR,
    names_holidays,
    public_holidays,
    with_holidays,
)
from directory.zones import zone as zone_called

LONGEST_EXPRESSION = 500
_WEEK_SECONDS = 7 * 24 * 3600
_WEEKS_AHEAD = 54
_MONTH_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

_MONTH_DAY = re.compile(rf"\b({'|'.join(MONTHS)})\s*(\d{{1,2}})(?![\d:])", re.IGNORECASE)
_UNSUPPORTED = (
    (
        re.compile(r"\bSH\b"),
        "School holidays (SH) are not known here: write dates, such as '2026 Jul 01-Aug 31 off'.",
    ),
    (
        re.compile(r"\b(?:dawn|sunrise|sunset|dusk)\b", re.IGNORECASE),
        "Write clock times such as 06:00: where the sun stands over this desk is not known here.",
    ),
)


def validate(expression: str) -> None:
    """Refuse duty hours that cannot be evaluated here, in words for the person who typed them.

    Raises:
        ValueError: With what to write instead.
    """
    if len(expression) > LONGEST_EXPRESSION:
        raise ValueError(f"Duty hours may hold at most {LONGEST_EXPRESSION} characters.")
    plain = COMMENT.sub(" ", expression)
    for pattern, advice in _UNSUPPORTED:
        if pattern.search(plain):
            raise ValueError(advice)
    for month, day in _MONTH_DAY.findall(plain):
        if not 1 <= int(day) <= _MONTH_DAYS[MONTHS.index(month.title())]:
            raise ValueError(f"There is no {month.title()} {day}.")
    _parsed(expression)
    if any(not rule.strip() for rule in SEPARATOR.split(plain)):
        raise ValueError(
            "A comment alone does not say when somebody answers: write hours before it, "
            "such as 'Mo-Fr 09:00-17:00 \"ask for the duty officer\"'."
        )
    _parsed(with_holidays(expression, ()))


def is_open(expression: str, zone: str | None, posted_in: str | None, at: datetime) -> bool | None:
    """Whether a desk answers at an instant: windows are half-open.

    Args:
        expression: As accepted by ``validate``.
        zone: IANA name, or None where it is not recorded.
        posted_in: Code of the economy whose holidays hold, or None for none.
        at: Aware instant.

    Returns:
        None when it cannot be told: no zone (unless the line is always answered), or the expression
        itself says "unknown".
    """
    if zone is None:
        return True if _is_always_open(expression) else None
    seconds = _seconds(at)
    week = _week(expression, zone, posted_in, seconds // _WEEK_SECONDS)
    return week.states[bisect_right(week.changes, seconds)]


def opens_at(
    expression: str, zone: str | None, posted_in: str | None, at: datetime
) -> datetime | None:
    """The next instant at which a desk that is not open now begins to answer, in UTC.

    Returns:
        None when it is open, when no zone is recorded, or when it stays closed for a year.
    """
    return _next(expression, zone, posted_in, at, opening=True)


def closes_at(
    expression: str, zone: str | None, posted_in: str | None, at: datetime
) -> datetime | None:
    """The first instant at which a desk that is open now no longer answers, in UTC.

    Returns:
        None when it is not open, when no zone is recorded, or when it stays open for a year.
    """
    return _next(expression, zone, posted_in, at, opening=False)


def _seconds(at: datetime) -> int:
    if at.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return floor(at.timestamp())


def _next(
    expression: str, zone: str | None, posted_in: str | None, at: datetime, *, opening: bool
) -> datetime | None:
    if zone is None:
        return None
    seconds = _seconds(at)
    number = seconds // _WEEK_SECONDS
    week = _week(expression, zone, posted_in, number)
    place = bisect_right(week.changes, seconds)
    if (week.states[place] is True) is opening:
        return None
    for later in range(place + 1, len(week.states)):
        if (week.states[later] is True) is opening:
            return datetime.fromtimestamp(week.changes[later - 1], UTC)
    return _first_in_later_weeks(expression, zone, posted_in, number, opening)


@dataclass(frozen=True, slots=True)
class _Week:
    """One week counted from the epoch: ``states[n]`` holds before ``changes[n]``."""

    changes: tuple[int, ...]
    states: tuple[bool | None, ...]


_STATES: dict[State, bool | None] = {State.OPEN: True, State.CLOSED: False, State.UNKNOWN: None}


@lru_cache(maxsize=8192)
def _week(expression: str, zone: str, posted_in: str | None, number: int) -> _Week:
    return _evaluated_week(expression, zone, posted_in, number)


def _evaluated_week(expression: str, zone: str, posted_in: str | None, number: int) -> _Week:
    place = zone_called(zone)
    begins, ends = number * _WEEK_SECONDS, (number + 1) * _WEEK_SECONDS
    monday = datetime.fromtimestamp(begins, UTC).astimezone(place).replace(tzinfo=None)
    # A day more on either side: evaluated by the wall clock, cut by the instant.
    start, stop = monday - timedelta(days=1), monday + timedelta(days=8)
    hours = _hours(expression, posted_in, monday.year)
    changes: list[int] = []
    states: list[bool | None] = [False]
    for opens, closes, state in _windows(hours, start, stop):
        first = max(_instant(opens, place, is_end=False), begins)
        last = min(_instant(closes, place, is_end=True), ends)
        if first >= last:
            continue
        _paint(changes, states, first, last, state, begins)
    if changes and changes[-1] == ends:  # what holds at the end is for the next week to say
        changes.pop()
        states.pop()
    return _Week(tuple(changes), tuple(states))


def _paint(
    changes: list[int],
    states: list[bool | None],
    first: int,
    last: int,
    state: bool | None,
    begins: int,
) -> None:
    """Add a window to a week that holds only earlier ones; closed again after its end."""
    if changes and first <= changes[-1]:
        # It touches the window before it, or overlaps where the clock goes back.
        if last <= changes[-1]:
            return
        first = changes.pop()
        states.pop()
    if first <= begins:
        states[-1] = state
    else:
        changes.append(first)
        states.append(state)
    changes.append(last)
    states.append(False)


def _windows(
    hours: OpeningHours, start: datetime, stop: datetime
) -> list[tuple[datetime, datetime, bool | None]]:
    return [
        (opens, closes, _STATES[state])
        for opens, closes, state, _ in hours.intervals(start, stop)
        if state != State.CLOSED
    ]


def _instant(local: datetime, place: ZoneInfo, *, is_end: bool) -> int:
    """The instant of a wall-clock time, in seconds since the epoch.

    An hour that the clock shows twice belongs to a window both times; a time that it skips is the
    instant of the skip.
    """
    earlier = local.replace(tzinfo=place, fold=0)
    later = local.replace(tzinfo=place, fold=1)
    low, high = int(earlier.timestamp()), int(later.timestamp())
    if low <= high:
        return high if is_end else low
    low, high = high, low
    before = place.utcoffset(datetime.fromtimestamp(low, UTC).astimezone(place))
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, UTC).astimezone(place).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high


@lru_cache(maxsize=4096)
def _first_in_later_weeks(
    expression: str, zone: str, posted_in: str | None, number: int, opening: bool
) -> datetime | None:
    if not opening and _is_always_open(expression):
        return None
    for later in range(number + 1, number + 1 + _WEEKS_AHEAD):
        week = _evaluated_week(expression, zone, posted_in, later)
        instants = (later * _WEEK_SECONDS, *week.changes)
        for instant, state in zip(instants, week.states, strict=True):
            if (state is True) is opening and instant < (later + 1) * _WEEK_SECONDS:
                return datetime.fromtimestamp(instant, UTC)
    return None


def _parsed(expression: str) -> OpeningHours:
    try:
        return OpeningHours(expression)
    except ParserError:
        raise ValueError(
            f"'{expression}' is not understood as duty hours: write days and 24-hour times, "
            "such as 'Mo-Fr 08:30-17:30; Sa 09:00-12:00; PH off', or '24/7'."
        ) from None


@lru_cache(maxsize=4096)
def _is_always_open(expression: str) -> bool:
    plain = COMMENT.sub(" ", expression).strip()
    return bool(plain) and str(_parsed(plain).normalize()) == "24/7"


def is_round_the_clock(expression: str) -> bool:
    """Whether hours answer at all times; ``24/7; Dec 25 off`` has itself said which day does not.

    No public holiday closes such hours.
    """
    return expression.lstrip().startswith("24/7") or _is_always_open(expression)


@lru_cache(maxsize=4096)
def _hours(expression: str, posted_in: str | None, year: int) -> OpeningHours:
    if posted_in is None or (not names_holidays(expression) and is_round_the_clock(expression)):
        return _parsed(with_holidays(expression, ()))
    return _parsed(with_holidays(expression, public_holidays(posted_in, year)))
