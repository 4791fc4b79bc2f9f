"""Looking telephone numbers up by all or part of their digits.

A former number is shown only to one who may see it as it was last kept, the channel as it is now,
and the desk: three labels, judged in one query.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, select

from directory.contacts.models import channels, contacts, number_entries
from directory.contacts.rules.telephone import national_part, normalise_query, read_number
from directory.db import is_one_of, json_list
from directory.policy import visible
from directory.prepared import Prepared

MOST_LINES = 200
SHORTEST_PART = 4
WHOLE_NUMBER = 7
"""From so many digits on, the end of a number is one that people dial."""

Label = Sequence[Any]
"""Marking, audience as JSON text, and owner, as the tables keep them."""
Part = Literal["whole", "beginning", "end"]


class Line(NamedTuple):
    """One number of a channel.

    Attributes:
        digits: Of the E.164 form without its plus, or else as they were written.
        is_e164: Which of the two.
        low: First number of the range it belongs to, if any; ``high`` is the last.
        is_former: Whether the channel has another number now, or none.
        desk_is_retired: Whether the contact itself has ended.
        national: The digits without calling code or leading zeros.
        label: The narrower of the labels under which the number and its channel are kept.
    """

    digits: str
    is_e164: bool
    low: str | None
    high: str | None
    extension: str | None
    is_switchboard: bool
    is_former: bool
    channel: str
    contact: str
    national: str
    desk_is_retired: bool
    label: Label


@dataclass(frozen=True, slots=True)
class MatchingLine:
    """A number of which a query has the whole or a part.

    Attributes:
        has_extension: Whether the query also has its extension.
    """

    line: Line
    part: Part
    has_extension: bool


def _select() -> Select[Any]:
    held = number_entries.c
    return (
        select(
            held.digits,
            held.is_e164,
            held.low,
            held.high,
            held.extension,
            held.is_switchboard,
            held.is_former,
            held.channel,
            held.contact,
            held.national,
            contacts.c.retired_at.is_not(None),
            held.marking,
            held.audience,
            held.owner,
            channels.c.marking,
            channels.c.audience,
            channels.c.owner,
        )
        .join(channels, channels.c.id == held.channel)
        .join(contacts, contacts.c.id == held.contact)
        .where(visible(number_entries), visible(channels), visible(contacts))
        .limit(MOST_LINES)
    )


def _between(text: ColumnElement[str], name: str) -> ColumnElement[bool]:
    return and_(text >= bindparam(name), text < bindparam(f"{name}_end"))


def _beginning(digits: str, name: str) -> dict[str, str]:
    # The next character after "9" is ":".
    return {name: digits, f"{name}_end": f"{digits}:"}


_LIVE = contacts.c.retired_at.is_(None)
_BY_END = (number_entries.c.reversed, number_entries.c.seq)
_ENDING = Prepared(
    _select().where(_between(number_entries.c.reversed, "ending")).order_by(*_BY_END)
)
_LIVE_ENDING = Prepared(
    _select().where(_between(number_entries.c.reversed, "ending"), _LIVE).order_by(*_BY_END)
)
_LIVE_BEGINNING = Prepared(
    _select()
    .where(_between(number_entries.c.national, "national"), _LIVE)
    .order_by(number_entries.c.national, number_entries.c.seq)
)
_LIVE_DIALLED = Prepared(
    _select()
    .where(_between(number_entries.c.digits, "digits"), _LIVE)
    .order_by(number_entries.c.digits, number_entries.c.seq)
)
_EQUAL = Prepared(
    _select().where(is_one_of(number_entries.c.reversed, bindparam("ends"))).order_by(*_BY_END)
)


def ending_with(connection: Connection, viewer: dict[str, Any], digits: str) -> Iterator[Line]:
    """The numbers that end with some digits, those of retired desks included."""
    return _lines(_ENDING.rows(connection, viewer | _beginning(digits[::-1], "ending")))


def equal_to(connection: Connection, viewer: dict[str, Any], all_: Iterable[str]) -> Iterator[Line]:
    """The numbers with exactly these digits, those of retired desks included."""
    ends = json_list({digits[::-1] for digits in all_})
    return _lines(_EQUAL.rows(connection, viewer | {"ends": ends}))


def matching(connection: Connection, viewer: dict[str, Any], q: str) -> Iterator[MatchingLine]:
    """The numbers of live desks that begin or end with the digits of a query, or are them."""
    digits = normalise_query(q)
    letters = sum(character.isalpha() for character in q)
    # "desk 24" is a name; "Tel. 5550 1234 ext. 12" is a number all the same.
    if len(digits) < SHORTEST_PART or (
        letters and not (len(digits) >= WHOLE_NUMBER and letters < len(digits))
    ):
        return
    extension = read_number(q, None).extension
    seen: set[tuple[str, str, bool]] = set()
    for line in _parts(connection, viewer, digits):
        if (key := (line.channel, line.digits, line.is_former)) not in seen:
            seen.add(key)
            has_extension = extension is not None and line.extension == extension
            yield MatchingLine(line, _part(line, digits), has_extension)


def _parts(connection: Connection, viewer: dict[str, Any], digits: str) -> Iterator[Line]:
    ending = viewer | _beginning(digits[::-1], "ending")
    yield from _lines(_LIVE_ENDING.rows(connection, ending))
    if national := digits.lstrip("0"):
        begun = viewer | _beginning(national, "national")
        yield from _lines(_LIVE_BEGINNING.rows(connection, begun))
    # Typed with its calling code, with or without the plus; no calling code begins with a zero.
    if national == digits and national_part(digits) != digits:
        dialled = viewer | _beginning(digits, "digits")
        yield from _lines(_LIVE_DIALLED.rows(connection, dialled))


def _part(line: Line, digits: str) -> Part:
    if digits in {line.digits, line.national}:
        return "whole"
    return (
        "beginning" if line.digits.startswith(digits) or line.national.startswith(digits) else "end"
    )


def _lines(rows: Sequence[Sequence[Any]]) -> Iterator[Line]:
    for row in rows:
        line = Line._make([*row[:11], max(row[11:14], row[14:17], key=itemgetter(0))])
        yield line._replace(
            is_e164=bool(line.is_e164),
            is_switchboard=bool(line.is_switchboard),
            is_former=bool(line.is_former),
            desk_is_retired=bool(line.desk_is_retired),
        )
