"""Until when an answer holds if nobody changes a record.

It ends with the first thing that time alone changes: a desk opens or closes, a verification grows
stale, a membership or a holder's term begins or ends, evidence grows old. Never later than a day
on, because records do change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta

from directory.documents import Document
from directory.reach.inputs import Desk
from directory.reach.rules.answer import Reach
from directory.reach.rules.hours import Hours, hours_of, place_of
from directory.reach.rules.participation import is_old, oldest_fresh

LONGEST = timedelta(hours=24)
STALE_AFTER = timedelta(days=90)


def valid_until(reach: Reach) -> datetime:
    """The instant, in UTC, up to which an answer holds."""
    at = reach.question.at
    desks = [route.desk for route in reach.routes if route.desk is not None]
    bounds = [at + LONGEST]
    for desk in (*desks, *reach.own):
        bounds.extend(_hours_change(desk, reach.hours))
        bounds.extend(_verification_lapses(desk.channels, at))
    midnight = datetime.combine(at.astimezone(UTC).date() + timedelta(days=1), time(), UTC)
    if _turns_over(reach, desks, midnight):
        bounds.append(midnight)
    return min(bounds)


def _hours_change(desk: Desk, hours: Hours) -> Iterator[datetime]:
    contact = desk.contact
    zone, place = contact["zone"], place_of(contact)
    for expression in {hours_of(channel, contact) for channel in desk.channels}:
        change = None if expression is None else hours.changes_at(expression, zone, place)
        if change is not None:
            yield change


def _verification_lapses(channels: Iterable[Document], at: datetime) -> Iterator[datetime]:
    for channel in channels:
        verification = channel["verification"]
        if verification["result"] == "verified":
            # The last instant of the ninetieth day is still verified.
            lapse = datetime.fromisoformat(verification["checked_at"]) + STALE_AFTER
            if lapse > at:
                yield lapse


def _turns_over(reach: Reach, desks: Iterable[Desk], midnight: datetime) -> bool:
    """Whether a period begins or ends, or evidence grows old, at the coming midnight."""
    today = (midnight - timedelta(days=1)).date().isoformat()
    tomorrow = midnight.date().isoformat()
    rows = [
        row
        for economy in reach.question.parties
        for row in reach.directory.memberships.get(economy, ())
    ]
    terms = [holder for desk in (*desks, *reach.own) for holder in desk.holders]
    before, after = oldest_fresh(today), oldest_fresh(tomorrow)
    return any(tomorrow in (p["from_date"], p["until_date"]) for p in (*rows, *terms)) or any(
        is_old(row, after) and not is_old(row, before) for row in rows
    )
