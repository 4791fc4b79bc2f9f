"""Whether a desk answers at an instant, on which channel to call it first, and when it next opens.

Duty hours say when a channel answers, whatever its medium: an e-mail address with hours that are
running counts as answered now. Voice and messaging still come first, because somebody who answers
can be asked again. A channel whose last check failed counts for nothing but a last resort.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final, NamedTuple

from directory.documents import Document, Written
from directory.reach.inputs import Desk
from directory.reach.rules.hours import Hours, Opening, Schedule, hours_of, place_of

NOW: Final = "now"
LATER: Final = "later"
UNKNOWN: Final = "unknown"

VERIFICATION_ORDER: Final = {"verified": 0, "stale": 1, "unverified": 2, "failed": 3}
NO_CHANNEL: Final = 4
LAST_POSITION: Final = 1_000_000

# Weights of a channel in the order to try: not failed, running, spoken, then its verification.
_FAILED, _NOT_RUNNING, _NOT_SPOKEN = 100, 20, 10
_WEIGHTS = {"verified": 0, "stale": 1, "unverified": 2, "failed": _FAILED}
_SPOKEN = frozenset({"telephone", "mobile", "messaging"})


class Availability(NamedTuple):
    """What can be said about reaching a desk at an instant.

    Attributes:
        reachable: ``now``, ``later`` or ``unknown``.
        opening: The next opening of a channel that has not failed; only where ``later``.
        local_time: The instant on the desk's clock; None without a zone.
        call: The channel to use first; a failed one only where there is no other.
        verification_rank: Where its verification ranks; no channel ranks last.
        position: Its place in the contact's own list.
        channels: All channels, in the order to try them.
        running: For each channel, in the contact's own order, whether its hours are running; this
            alone decides the order to try them.
        when: Why it is reachable then.
        reasons: What is to be said of the channel to use first.
    """

    reachable: str
    opening: Opening | None
    local_time: str | None
    call: Document | None
    verification_rank: int
    position: int
    channels: list[Document]
    running: tuple[bool | None, ...]
    when: Document
    reasons: tuple[Document, ...]
    warnings: Sequence[Document]

    @property
    def opens_at(self) -> str | None:
        """The next opening as it is served."""
        return self.opening.text if self.opening is not None else None


class _Order(NamedTuple):
    """A desk's channels in the order to try them, while the same of them keep hours that run.

    Attributes:
        channels: All of them, the one to use first in front.
        call: The first one.
        answers: Whether somebody answers the first one now.
        running: For each channel, in the contact's own order, whether its hours are running.
        waiting: The hours of channels that do not answer now and have not failed.
        reasons: What is to be said of the first one, after how it can be reached.
        warnings: What is to be said where it is known when somebody answers.
        unknown: Why it is not known, where it is not.
        unknown_warnings: What is to be said then.
    """

    channels: list[Document]
    call: Document
    answers: bool
    running: tuple[bool | None, ...]
    waiting: tuple[str, ...]
    verification_rank: int
    position: int
    reasons: tuple[Document, Document]
    warnings: Sequence[Document]
    unknown: Document
    unknown_warnings: Sequence[Document]


_MOST_ORDERS = 16


def availability_of(desk: Desk, hours: Hours) -> Availability:
    """Judge one desk at the instant of ``hours``."""
    schedule = desk.worked_out.get("schedule") or _schedule(desk)
    local_time, running = hours.on(schedule)
    if not desk.channels:
        return _without_channel(local_time)
    order = _order_of(desk, schedule, running)
    opening, warnings = None, order.warnings
    if order.answers:
        reachable, when = NOW, _ANSWERS_NOW
    elif (opening := _first_opening(order.waiting, schedule, hours)) is not None:
        reachable, when = LATER, opening.reason
    else:
        reachable, when, warnings = UNKNOWN, order.unknown, order.unknown_warnings
    return Availability(
        reachable,
        opening,
        local_time,
        order.call,
        order.verification_rank,
        order.position,
        order.channels,
        order.running,
        when,
        order.reasons,
        warnings,
    )


def _order_of(desk: Desk, schedule: Schedule, running: tuple[bool | None, ...]) -> _Order:
    orders = desk.worked_out.setdefault("orders", {})
    order: _Order | None = orders.get(running)
    if order is None:
        if len(orders) >= _MOST_ORDERS:
            orders.clear()
        order = orders[running] = _order(desk, schedule, running)
    return order


def _schedule(desk: Desk) -> Schedule:
    contact, usual = desk.contact, desk.contact["duty_hours"]
    expressions = tuple(
        usual if channel["duty_hours"] is None else channel["duty_hours"]
        for channel in desk.channels
    )
    schedule = Schedule(contact["zone"], place_of(contact), expressions)
    desk.worked_out["schedule"] = schedule
    return schedule


def _order(desk: Desk, schedule: Schedule, running: tuple[bool | None, ...]) -> _Order:
    ordered = []
    waiting: set[str] = set()
    failed = 0
    for channel, runs, expression in zip(desk.channels, running, schedule.expressions, strict=True):
        weight = _WEIGHTS[channel["verification"]["result"]]
        if weight == _FAILED:
            failed += 1
        elif runs is False and expression is not None:
            waiting.add(expression)
        if not runs:
            weight += _NOT_RUNNING
        if channel["medium"] not in _SPOKEN:
            weight += _NOT_SPOKEN
        ordered.append((weight, channel["position"], channel["id"], channel))
    ordered.sort()
    best, position, _, call = ordered[0]
    verification = call["verification"]
    checked = verification_reason(
        verification["result"], verification["checked_at"], verification["method"]
    )
    return _Order(
        channels=[entry[3] for entry in ordered],
        call=Written(call),
        answers=best < _NOT_RUNNING,
        running=running,
        waiting=tuple(waiting),
        verification_rank=VERIFICATION_ORDER[verification["result"]],
        position=position,
        reasons=(checked, position_reason(position)),
        warnings=_warnings(desk.contact, len(ordered), failed, is_unknown=False),
        unknown=_why_unknown(desk, failed),
        unknown_warnings=_warnings(desk.contact, len(ordered), failed, is_unknown=True),
    )


def _first_opening(waiting: Sequence[str], schedule: Schedule, hours: Hours) -> Opening | None:
    if not waiting:
        return None
    found = [hours.opening(each, schedule.zone, schedule.place) for each in waiting]
    return min((each for each in found if each is not None), key=_opens_at, default=None)


def _opens_at(opening: Opening) -> datetime:
    return opening.at


_ANSWERS_NOW = {"code": "reachable-now", "text": "Its duty hours are running: it answers now."}
_NO_CHANNEL_REASON = {"code": "reachable-unknown", "text": "No channel of this desk is held."}
_NO_CHANNEL_HELD = (
    {"code": "no-channel-held", "text": "The directory holds no number or address of this desk."},
)


def _without_channel(local_time: str | None) -> Availability:
    return Availability(
        UNKNOWN,
        None,
        local_time,
        None,
        NO_CHANNEL,
        LAST_POSITION,
        [],
        (),
        _NO_CHANNEL_REASON,
        (),
        _NO_CHANNEL_HELD,
    )


def _why_unknown(desk: Desk, failed: int) -> Document:
    contact = desk.contact
    if failed == len(desk.channels):
        text = "The last check of every channel held failed."
    elif contact["zone"] is None or any(hours_of(c, contact) is None for c in desk.channels):
        text = "When it answers is not recorded."
    else:
        text = "Its duty hours do not say when it next answers."
    return {"code": "reachable-unknown", "text": text}


# Pure functions of short texts: the same few reasons stand in every answer.
@lru_cache(maxsize=4096)
def verification_reason(result: str, checked_at: str | None, method: str | None) -> Document:
    """A channel's verification as a reason. Shared between answers: never to be changed."""
    day, how = (checked_at or "")[:10], (method or "").replace("_", " ")
    text = {
        "verified": f"Verified on {day} ({how}).",
        "stale": f"Last verified on {day} ({how}), too long before to rely on.",
        "failed": f"The last check failed, on {day} ({how}).",
    }.get(result, "This channel was never checked.")
    return {"code": f"verification-{result}", "text": text}


@lru_cache(maxsize=256)
def position_reason(position: int) -> Document:
    """A channel's position as a reason. Shared between answers: never to be changed."""
    return {"code": "position", "text": f"Number {position} in the desk's own list."}


def _warnings(contact: Document, held: int, failed: int, *, is_unknown: bool) -> list[Document]:
    warnings: list[Document] = []
    if failed == held:
        text = "The last check of every channel held failed; the one given is a last resort."
        warnings.append({"code": "channel-failed", "text": text})
    elif failed:
        text = f"Of {held} channels, {failed} failed the last check; they are passed over."
        warnings.append({"code": "failed-channels", "text": text})
    if is_unknown and contact["duty_hours"] is None:
        text = "The directory does not hold this desk's duty hours."
        warnings.append({"code": "hours-not-recorded", "text": text})
    elif is_unknown and contact["zone"] is None:
        text = "Duty hours are held, but not the time zone they are kept in."
        warnings.append({"code": "zone-not-recorded", "text": text})
    return warnings
