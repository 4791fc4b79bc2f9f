"""The order in which channels are to be called, as statements that read a page of it.

What stands ready (``due_channels``) is in this order by its indexes. It holds for whoever sees of a
channel's checks those under the channel's own label alone, once the newest of them has been made;
for the others the checks are judged anew, and the two are merged by the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    false,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    true,
    union_all,
)

from directory.contacts.due_channels import IS_ALWAYS, NEVER, REACHED, guarded_networks, known
from directory.contacts.models import channels, checks, contacts, due_channels
from directory.db import constant
from directory.pages import after
from directory.policy import visible

STAGES = tuple((is_always, is_known) for is_always in (1, 0) for is_known in (False, True))
"""The parts of the list: around the clock or not, and of either first those never tried."""


class _Part(NamedTuple):
    """Some of the channels, and how they are judged.

    Attributes:
        which: Which of those that stand ready.
        is_always: Whether they answer around the clock, as 1 or 0.
        known: What their newest check says.
    """

    which: ColumnElement[bool]
    is_always: ColumnElement[int]
    known: ColumnElement[str]


_EMPTY, _ZERO, _ONE = constant(""), literal_column("0", Integer), literal_column("1", Integer)
_NEVER, _REACHED = constant(NEVER), constant(REACHED)
_BY: Any = bindparam("at")
_LATER = (
    and_(due_channels.c.known > _NEVER + _BY, due_channels.c.known < _REACHED),
    due_channels.c.known > _REACHED + _BY,
)
"""That the newest check was made later than the instant; a confirmation is dated at noon."""
_NARROWER = due_channels.c.narrower_checks <= bindparam("clearance")
_ANEW = known(visible, checks.c.checked_at <= _BY)
_READY = _Part(true(), due_channels.c.is_always, due_channels.c.known)
_BUT_THOSE_APART = _READY._replace(which=not_(or_(func.coalesce(_NARROWER, false()), *_LATER)))
_ALL_ANEW = _Part(true(), case((IS_ALWAYS, _ONE), else_=_ZERO), _ANEW)


@dataclass(frozen=True, slots=True)
class Order:
    """The order for a viewer at an instant.

    Attributes:
        economy: Whose channels; None means everybody's.
        parts: How they are judged.
    """

    economy: str | None
    parts: Sequence[_Part]

    def stage(self, stage: int, place: Sequence[Any], most: int) -> Select[Any]:
        """Select the first of a part of the list, from a place in it.

        What was never tried stands by its desk, the others by what their checks say.

        Returns:
            Rows of two texts and a number by which they are in order, and the id of the channel.
        """
        found = [self._first(stage, place, most, part) for part in self.parts]
        if len(found) == 1:
            return found[0]
        together = union_all(*(select(each.subquery()) for each in found)).subquery()
        return select(together).order_by(*self._sorted(stage, list(together.c))).limit(most)

    def _first(self, stage: int, place: Sequence[Any], most: int, part: _Part) -> Select[Any]:
        is_always, is_known = STAGES[stage]
        key: list[ColumnElement[Any]] = (
            [part.known, _EMPTY, _ZERO, due_channels.c.channel]
            if is_known
            else [
                _EMPTY if self.economy is None else due_channels.c.sort_title,
                due_channels.c.contact,
                due_channels.c.position,
                due_channels.c.channel,
            ]
        )
        return (
            select(*(each.label(f"key_{n}") for n, each in enumerate(key)))
            .select_from(due_channels)
            .join(channels, channels.c.id == due_channels.c.channel)
            .join(contacts, contacts.c.id == due_channels.c.contact)
            .where(
                *self._begins(stage, key, place),
                part.which,
                part.is_always == (_ONE if is_always else _ZERO),
                part.known > _NEVER if is_known else part.known == _NEVER,
                visible(contacts),
                visible(channels),
                *_of(self.economy),
            )
            .order_by(*self._sorted(stage, key))
            .limit(most)
        )

    def _begins(
        self, stage: int, key: Sequence[Any], place: Sequence[Any]
    ) -> list[ColumnElement[bool]]:
        if not place:
            return []
        columns, values = self._sorted(stage, key), self._sorted(stage, place)
        # The first by itself as well, and before all else: there SQLite's index begins.
        return [columns[0] >= literal(values[0], columns[0].type), after(columns, values)]

    def _sorted(self, stage: int, key: Sequence[Any]) -> list[Any]:
        """Of a key what the part of the list is sorted by; the rest only fills its place."""
        _, is_known = STAGES[stage]
        if is_known:
            return [key[0], key[3]]
        return list(key[1:] if self.economy is None else key)


def order_for(
    connection: Connection,
    economy: str | None,
    guarded: Iterable[str],
    given: Mapping[str, Any],
) -> Order:
    """The order for a viewer at an instant.

    Args:
        connection: A reading unit of work.
        economy: Whose channels; None means everybody's.
        guarded: Slugs of the networks that the viewer sees and whose contacts answer around the
            clock.
        given: The parameters of views for the viewer at the instant.
    """
    if set(guarded) != set(guarded_networks(connection)):
        return Order(economy, (_ALL_ANEW,))
    apart = _apart(economy)
    if connection.execute(apart.limit(1), given).first() is None:
        return Order(economy, (_READY,))
    those_apart = _Part(due_channels.c.channel.in_(apart), due_channels.c.is_always, _ANEW)
    return Order(economy, (_BUT_THOSE_APART, those_apart))


def _apart(economy: str | None) -> Any:
    """Select the channels that are judged anew."""
    later = (
        select(due_channels.c.channel).where(
            due_channels.c.is_always.in_([_ZERO, _ONE]),
            due_channels.c.known > _NEVER,
            condition,
            *_of(economy),
        )
        for condition in _LATER
    )
    narrower = select(due_channels.c.channel).where(_NARROWER, *_of(economy))
    return union_all(*later, narrower)


def _of(economy: str | None) -> list[ColumnElement[bool]]:
    return [] if economy is None else [due_channels.c.economy == bindparam("economy")]
