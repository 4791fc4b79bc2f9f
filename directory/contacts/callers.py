"""Whose number is this? The desks whose channel has the number that a display shows.

A displayed number proves nothing: anybody can have any number displayed. What this answers is whom
the caller claims to be, never who is calling; the way to know is to call the desk back on a
verified channel that has another number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from sqlalchemy import Connection

from directory.contacts import numbers
from directory.contacts.numbers import WHOLE_NUMBER, Label, Line
from directory.contacts.rules.telephone import normalise_query, number_forms, read_number
from directory.contacts.rules.words import TELEPHONE_MEDIA
from directory.documents import Document
from directory.policy import Viewer, viewer_parameters

LONGEST_EXTENSION = 6


class MatchKind(IntEnum):
    """How a number belongs to a channel, the nearest first."""

    EXACT = 0
    RANGE = 1
    SWITCHBOARD = 2
    FORMER = 3

    @property
    def label(self) -> str:
        """The word for it in answers."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Match:
    """A channel that has the number.

    Attributes:
        is_whole: Whether the number matches from its calling code on; otherwise only the end of
            it does, and numbers of several economies may end alike.
        number: The channel's number, with its plus where the calling code is known.
        low: First number of a range, ``high`` the last, written like ``number``.
        extension: The extension behind the number.
        desk_is_retired: Whether the desk itself has ended.
        label: The label under which the number is found.
    """

    kind: MatchKind
    contact: str
    channel: str
    is_whole: bool
    number: str
    low: str | None
    high: str | None
    extension: str | None
    desk_is_retired: bool
    label: Label


@dataclass(frozen=True, slots=True)
class CallersFound:
    """The channels that have a number, the nearest first, each at most once.

    Attributes:
        digits: What was looked up: E.164 without the plus where the calling code is known.
        is_e164: Whether it is.
    """

    digits: str
    is_e164: bool
    matches: tuple[Match, ...]

    def is_incoming(self, channel: Document) -> bool:
        """Whether a channel has the number itself, and is therefore no way to call back."""
        if channel["medium"] not in TELEPHONE_MEDIA or not self.digits:
            return False
        forms = number_forms(channel["raw"], channel["e164"], channel["extension"])
        held = forms.digits.lstrip("0")
        if not held:
            return False
        if forms.low and forms.high and self._is_between(forms.low, forms.high):
            return True
        short, long = sorted((self.digits, held), key=len)
        if self.is_e164 and channel["e164"] is not None:
            extension = forms.extension or ""
            return self.digits in {held, held + extension}
        return long.endswith(short) and len(short) >= min(WHOLE_NUMBER, len(long))

    def _is_between(self, low: str, high: str) -> bool:
        if self.is_e164:
            return len(low) == len(self.digits) and low <= self.digits <= high
        end = len(self.digits)
        return end >= WHOLE_NUMBER and low[-end:] <= self.digits <= high[-end:]


@dataclass(frozen=True, slots=True)
class _Shown:
    """A number as a display shows it, or as somebody typed it from there."""

    digits: str
    is_e164: bool
    extension: str | None


def callers(
    connection: Connection, viewer: Viewer, number: str, region: str | None
) -> CallersFound:
    """Find the channels that have a number, as they are now or as they once were.

    Args:
        connection: A reading unit of work.
        viewer: Whose eyes to look with.
        number: What the display shows, in any punctuation.
        region: Code of the economy whose numbering plan holds where no calling code is shown.
    """
    shown = _read(number, region)
    best: dict[str, Match] = {}
    for line in _lines(connection, viewer_parameters(viewer), shown):
        match = _match(line, shown)
        if match is not None:
            held = best.setdefault(match.channel, match)
            if _order(match) < _order(held):
                best[match.channel] = match
    matches = tuple(sorted(best.values(), key=_order))
    return CallersFound(shown.digits, shown.is_e164, matches)


def _order(match: Match) -> tuple[Any, ...]:
    return (match.kind, not match.is_whole, match.contact, match.channel, match.number)


def _read(number: str, region: str | None) -> _Shown:
    # An address turns a plus into a blank.
    text = re.sub(r"\A\s+(?=\d)", "+", number)
    read = read_number(text, region)
    if read.e164 is not None:
        return _Shown(read.e164[1:], True, read.extension)
    return _Shown(normalise_query(text), False, read.extension)


def _lines(connection: Connection, viewer: dict[str, Any], shown: _Shown) -> Iterator[Line]:
    digits = shown.digits
    if not digits:
        return
    yield from numbers.equal_to(connection, viewer, _spellings(digits))
    if not shown.is_e164 and len(digits) >= WHOLE_NUMBER:
        yield from numbers.ending_with(connection, viewer, digits)


def _spellings(digits: str) -> Iterator[str]:
    """The digits under which a channel may hold a number: with more in front, or less behind."""
    yield digits
    yield f"0{digits}"
    for start in range(1, len(digits) - WHOLE_NUMBER + 1):
        yield digits[start:]
        yield f"0{digits[start:]}"
    # A switchboard that sends the extension along shows it as further digits.
    for end in range(max(len(digits) - LONGEST_EXTENSION, WHOLE_NUMBER), len(digits)):
        yield digits[:end]


def _match(line: Line, shown: _Shown) -> Match | None:
    extension = shown.extension
    held = line.digits if line.is_e164 else line.digits.lstrip("0")
    if shown.digits == held:
        is_whole = shown.is_e164 and line.is_e164
    elif line.extension and shown.digits == held + line.extension:
        is_whole, extension = shown.is_e164 and line.is_e164, line.extension
    elif (not shown.is_e164 and held.endswith(shown.digits)) or (
        not line.is_e164 and shown.digits.endswith(held)
    ):
        is_whole = False
    else:
        return None
    plus = "+" if line.is_e164 else ""
    return Match(
        _kind(line, extension),
        line.contact,
        line.channel,
        is_whole,
        plus + line.digits,
        None if line.low is None else plus + line.low,
        None if line.high is None else plus + line.high,
        line.extension,
        line.desk_is_retired,
        line.label,
    )


def _kind(line: Line, extension: str | None) -> MatchKind:
    if line.is_former:
        return MatchKind.FORMER
    if line.is_switchboard and (extension is None or extension != line.extension):
        return MatchKind.SWITCHBOARD
    return MatchKind.RANGE if line.low is not None else MatchKind.EXACT
