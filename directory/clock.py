"""Instants as the directory writes and reads them: aware, UTC, ISO 8601 with ``Z``.

Nothing below delivery reads the clock; ``utc_now`` is for delivery (web, CLI) and the commands it
calls receive the instant as an argument.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

NOON = time(12, tzinfo=UTC)
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
CLOCKS_DIFFER = timedelta(minutes=5)
"""How far ahead of the present an instant may lie that somebody says has come."""
FIRST_YEAR, LAST_YEAR = 1900, 2199
"""The years in which duty hours can be judged; the ends of the calendar cannot be reckoned from."""


def utc_now() -> datetime:
    """The present instant, aware and in UTC."""
    return datetime.now(UTC)


def format_instant(at: datetime) -> str:
    """Write an aware instant as ``2011-09-24T01:10:00Z``; microseconds only where there are any."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def parse_instant(text: str) -> datetime:
    """Read an ISO 8601 date-time that carries its zone.

    Raises:
        ValueError: With a message for people: not a date-time, or one without a zone.
    """
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(
            f"{text!r} is not a date-time; write it like 2011-09-24T01:10:00Z"
        ) from None
    if at.tzinfo is None:
        # An address line turns the + of +08:00 into a blank, which then reads as no zone at all.
        raise ValueError(
            f"{text!r} does not say its zone; write it like 2011-09-24T01:10:00Z, or with an"
            " offset like 2011-09-24T09:10:00+08:00 (in an address the + is written %2B)"
        )
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{text!r} is outside the years that can be reckoned with") from None


def parse_at(text: str) -> datetime:
    """Read the instant at which a thing is to hold; a bare date means noon UTC of that day.

    Raises:
        ValueError: With a message for people.
    """
    try:
        day = date.fromisoformat(text) if DAY.match(text) else None
    except ValueError:
        day = None
    at = parse_instant(text) if day is None else datetime.combine(day, NOON)
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise ValueError(f"{text!r} is too far off; write a year from {FIRST_YEAR} to {LAST_YEAR}")
    return at


@dataclass(frozen=True, slots=True)
class AsOf:
    """What ``as_of`` asks for.

    Attributes:
        by: The instant by which things had been recorded; of a bare date the end of the day.
        at: The instant to judge them at where nothing else is said; of a bare date noon, as for
            ``at`` itself: at the last instant of a day hardly a desk would answer.
    """

    by: datetime
    at: datetime


def parse_as_of(text: str) -> AsOf:
    """Read the instant by which things had been recorded.

    Raises:
        ValueError: With a message for people.
    """
    at = parse_at(text)
    by = datetime.combine(at.date(), time.max, UTC) if DAY.match(text) else at
    return AsOf(by, at)
