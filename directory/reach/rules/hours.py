"""Duty hours at one instant; desks that keep the same hours in the same place are judged once."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from directory.clock import format_instant
from directory.contacts.rules.duty_hours import closes_at, is_open, opens_at
from directory.documents import Document

_Kept = tuple[str, str | None, str | None]


class Opening(NamedTuple):
    """The instant at which duty hours begin again, as it is served and as a reason."""

    at: datetime
    text: str
    reason: Document


class Schedule(NamedTuple):
    """The hours that a desk's channels keep, where it keeps them.

    Attributes:
        zone: IANA name; None where it is not recorded.
        place: The economy whose holidays hold.
        expressions: One for each channel; None where none are recorded.
    """

    zone: str | None
    place: str | None
    expressions: tuple[str | None, ...]


class Hours:
    """Duty hours at one instant.

    Attributes:
        at: The instant, aware and in UTC.
    """

    __slots__ = ("_local", "_on", "_open", "_opening", "at")

    def __init__(self, at: datetime) -> None:
        self.at = at
        self._open: dict[_Kept, bool | None] = {}
        self._opening: dict[_Kept, Opening | None] = {}
        self._local: dict[str, str] = {}
        self._on: dict[Schedule, tuple[str | None, tuple[bool | None, ...]]] = {}

    def on(self, schedule: Schedule) -> tuple[str | None, tuple[bool | None, ...]]:
        """The instant on a desk's clock, and for each of its channels whether its hours run."""
        found = self._on.get(schedule)
        if found is None:
            zone, place, expressions = schedule
            running = tuple([self.is_open(each, zone, place) for each in expressions])
            found = self._on[schedule] = (self.local(zone), running)
        return found

    def is_open(self, expression: str | None, zone: str | None, place: str | None) -> bool | None:
        """Whether these hours are running; None where that cannot be said."""
        if expression is None:
            return None
        key = (expression, zone, place)
        if key not in self._open:
            self._open[key] = _is_open(expression, zone, place, self.at)
        return self._open[key]

    def opening(self, expression: str, zone: str | None, place: str | None) -> Opening | None:
        """When these hours, not running now, begin again; None where no such time is known."""
        key = (expression, zone, place)
        if key not in self._opening:
            self._opening[key] = _opening(opens_at(expression, zone, place, self.at), zone)
        return self._opening[key]

    def changes_at(self, expression: str, zone: str | None, place: str | None) -> datetime | None:
        """When these hours next begin or cease to run; None where that cannot be said."""
        running = self.is_open(expression, zone, place)
        if running:
            return closes_at(expression, zone, place, self.at)
        opening = None if running is None else self.opening(expression, zone, place)
        return opening.at if opening is not None else None

    def local(self, zone: str | None) -> str | None:
        """The instant on a desk's clock: ``2026-11-23 22:14 Asia/Tokyo``."""
        if zone is None:
            return None
        if zone not in self._local:
            self._local[zone] = local_text(self.at, zone)
        return self._local[zone]


def local_text(at: datetime, zone: str) -> str:
    """An instant on a zone's clock, to the minute, with the zone's name."""
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} {zone}"


def place_of(contact: Document) -> str | None:
    """The economy whose holidays a contact keeps: where it is posted, else its own."""
    place: str | None = contact["posted_in"] or contact["economy"]
    return place


def hours_of(channel: Document, contact: Document) -> str | None:
    """The duty hours of a channel: its own, else its contact's."""
    hours: str | None = channel["duty_hours"] or contact["duty_hours"]
    return hours


def _is_open(expression: str, zone: str | None, place: str | None, at: datetime) -> bool | None:
    try:
        return is_open(expression, zone, place, at)
    except ValueError:
        # Refused on the way in, but an older record may hold what is refused today. One desk
        # that cannot be judged must not cost the officer the answer about all the others.
        return None


def _opening(at: datetime | None, zone: str | None) -> Opening | None:
    if at is None or zone is None:
        return None
    text = format_instant(at)
    says = f"Its duty hours begin again at {text} ({local_text(at, zone)})."
    return Opening(at, text, {"code": "reachable-later", "text": says})
