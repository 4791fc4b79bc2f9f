"""What the next delegate needs of a meeting, in one answer.

A question of fifteen years ago may still be open. So what is open is looked for in every earlier
meeting of the body, of the bodies within it (an experts' group meets beside the working group that
it belongs to), and in whatever was put off to this meeting.

Everything is looked up under the visibility rule, a part by one statement each: their number does
not grow with what they find.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, literal, or_, select

from directory.changes.applied import applied_from
from directory.changes.errors import UnknownRecordError
from directory.changes.kinds import Kinds
from directory.changes.proposed import waiting_from
from directory.contacts.models import organisations
from directory.db import is_one_of, json_list
from directory.documents import Document
from directory.meetings.handovers import Period, handovers
from directory.meetings.models import attendances, meetings, outcomes
from directory.meetings.schemas import OutcomeState, OutcomeType
from directory.policy import Viewer, viewer_parameters, visible
from directory.reference.facts import Facts

MOST_LISTED = 200
"""Of change sets and of handovers: the newest."""

_UNDATED = date.max
_IS_CANCELLED = meetings.c.document.like('%"state":"cancelled"%').label("is_cancelled")


@dataclass(frozen=True, slots=True)
class Briefing:
    """A meeting and what belongs to it, as one viewer may see it.

    Attributes:
        revision: The meeting's.
        text: The meeting's document as stored.
        attendances: Who took part.
        outcomes: What was decided, and what was asked, promised and proposed.
        open: Of this and of earlier meetings, what nobody has answered or done, the oldest first.
        change_sets: What came of it, applied or waiting, the newest first; told to accounts alone.
        represented: For each economy who represented it ``before``, at the newest earlier meeting
            at which it was named, and ``here``.
        handovers: Who follows whom at which post, since the meeting before.
    """

    revision: int
    text: str
    attendances: Sequence[Document]
    outcomes: Sequence[Document]
    open: Sequence[Document]
    change_sets: Sequence[Document]
    represented: Sequence[Document]
    handovers: Sequence[Document]

    @property
    def parts(self) -> Document:
        """What is added to the meeting's own document."""
        names = ("attendances", "outcomes", "open", "change_sets", "represented", "handovers")
        return {name: getattr(self, name) for name in names}

    @property
    def json(self) -> str:
        """The meeting as it is served."""
        return f"{self.text[:-1]},{orjson.dumps(self.parts).decode()[1:]}"


@dataclass(frozen=True, slots=True)
class _Place:
    """A meeting among those of its body; one that was called off brought nobody together."""

    slug: str
    body: str | None
    first_day: date
    last_day: date
    is_cancelled: bool


def briefing(
    connection: Connection, kinds: Kinds, facts: Facts, name: str, *, viewer: Viewer
) -> Briefing:
    """What a delegate needs of one meeting, by slug or id.

    Raises:
        UnknownRecordError: There is none that the viewer may see.
    """
    rights = viewer_parameters(viewer)
    found = connection.execute(
        select(meetings, _IS_CANCELLED).where(
            or_(meetings.c.slug == bindparam("name"), meetings.c.id == bindparam("name")),
            visible(meetings),
        ),
        {"name": name, **rights},
    ).one_or_none()
    if found is None:
        raise UnknownRecordError(f"There is no meeting {name!r}.")
    this = _place_of(found)
    family = _family(connection, this, rights)
    earlier = [each for each in family if _key(each) < _key(this)]
    took_place = [each for each in family if not each.is_cancelled]
    here = _documents(connection, attendances, this.slug, rights)
    return Briefing(
        found.revision,
        found.document,
        here,
        _documents(connection, outcomes, this.slug, rights),
        _open(connection, this, [each.slug for each in earlier], rights),
        _came_of_it(connection, kinds, this.slug, viewer=viewer),
        _represented(
            facts,
            _last_named(connection, [each for each in earlier if not each.is_cancelled], rights),
            here,
        ),
        handovers(
            connection,
            facts,
            _period(this, took_place),
            this.slug,
            viewer=viewer,
            limit=MOST_LISTED,
        ),
    )


def _came_of_it(
    connection: Connection, kinds: Kinds, slug: str, *, viewer: Viewer
) -> list[Document]:
    # A reason is nobody's record and has no marking of its own, and what waits is for those who
    # may have a say: here as everywhere both are told to accounts alone.
    if viewer.account is None:
        return []
    return [
        *waiting_from(connection, kinds, slug, viewer=viewer, limit=MOST_LISTED),
        *applied_from(connection, kinds, slug, viewer=viewer, limit=MOST_LISTED),
    ]


def _place_of(row: Any) -> _Place:
    first = row.from_date or row.until_date or _UNDATED
    return _Place(row.slug, row.body, first, row.until_date or first, row.is_cancelled)


def _key(place: _Place) -> tuple[date, str]:
    # Of two meetings without a date neither is the earlier one.
    return (place.first_day, "" if place.first_day == _UNDATED else place.slug)


def _family(connection: Connection, this: _Place, rights: dict[str, Any]) -> list[_Place]:
    """The other live meetings of the body and of the bodies within it, by their first day."""
    if this.body is None:
        return []
    bodies = (
        select(organisations.c.id)
        .where(organisations.c.id == bindparam("body"), visible(organisations))
        .cte("bodies", recursive=True)
    )
    # Not UNION ALL: two bodies that name each other as parents must not go on for ever.
    bodies = bodies.union(
        select(organisations.c.id)
        .join(bodies, organisations.c.parent == bodies.c.id)
        .where(visible(organisations))
    )
    rows = connection.execute(
        select(
            meetings.c.slug,
            meetings.c.body,
            meetings.c.from_date,
            meetings.c.until_date,
            _IS_CANCELLED,
        ).where(
            or_(meetings.c.body == bindparam("body"), meetings.c.body.in_(select(bodies.c.id))),
            meetings.c.slug != bindparam("slug"),
            meetings.c.retired_at.is_(None),
            visible(meetings),
        ),
        {"body": this.body, "slug": this.slug, **rights},
    )
    return sorted(map(_place_of, rows), key=_key)


def _documents(
    connection: Connection, table: Any, slug: str, rights: dict[str, Any]
) -> list[Document]:
    order = (table.c.economy,) if table is attendances else (table.c.number,)
    texts = connection.scalars(
        select(table.c.document)
        .where(table.c.meeting == bindparam("slug"), table.c.retired_at.is_(None), visible(table))
        .order_by(*order, table.c.id),
        {"slug": slug, **rights},
    )
    return [orjson.loads(text) for text in texts]


def _open(
    connection: Connection, this: _Place, earlier: Sequence[str], rights: dict[str, Any]
) -> list[Document]:
    first_day = func.coalesce(meetings.c.from_date, meetings.c.until_date, literal(_UNDATED))
    texts = connection.scalars(
        select(outcomes.c.document)
        .join(meetings, meetings.c.slug == outcomes.c.meeting)
        .where(
            or_(
                is_one_of(outcomes.c.meeting, bindparam("meetings")),
                outcomes.c.due_meeting == bindparam("slug"),
            ),
            outcomes.c.state.in_((OutcomeState.OPEN, OutcomeState.AGREED)),
            outcomes.c.retired_at.is_(None),
            visible(outcomes),
            visible(meetings),
        )
        .order_by(first_day, outcomes.c.meeting, outcomes.c.number, outcomes.c.id),
        {"meetings": json_list([this.slug, *earlier]), "slug": this.slug, **rights},
    )
    return [each for each in map(orjson.loads, texts) if _is_open(each)]


def _is_open(outcome: Document) -> bool:
    """An action that was agreed to has still to be done; anything else that was is settled."""
    state, what = outcome["state"], outcome["type"]
    return bool(state == OutcomeState.OPEN or what == OutcomeType.ACTION)


def _last_named(
    connection: Connection, earlier: Sequence[_Place], rights: dict[str, Any]
) -> list[Document]:
    """For each economy its attendance at the newest of some meetings at which it was named."""
    if not earlier:
        return []
    order = {place.slug: n for n, place in enumerate(earlier)}
    rows = connection.execute(
        select(attendances.c.economy, attendances.c.meeting)
        .where(*_named_at(), is_one_of(attendances.c.meeting, bindparam("meetings")))
        .distinct(),
        {"meetings": json_list(order), **rights},
    )
    last: dict[str, str] = {}
    for economy, slug in rows:
        if economy not in last or order[slug] > order[last[economy]]:
            last[economy] = slug
    if not last:
        return []
    same: list[ColumnElement[bool]] = [
        and_(attendances.c.economy == economy, attendances.c.meeting == slug)
        for economy, slug in sorted(last.items())
    ]
    texts = connection.scalars(
        select(attendances.c.document).where(*_named_at(), or_(*same)).order_by(attendances.c.id),
        rights,
    )
    return [orjson.loads(text) for text in texts]


def _named_at() -> tuple[ColumnElement[bool], ...]:
    return (
        attendances.c.economy.is_not(None),
        attendances.c.retired_at.is_(None),
        visible(attendances),
    )


def _represented(
    facts: Facts, before: Sequence[Document], here: Sequence[Document]
) -> list[Document]:
    """By economy in APEC's order; the economies of attendances that the viewer sees are seen."""
    at_both: dict[str, Document] = {}
    for name, found in (("before", before), ("here", here)):
        for attendance in found:
            if attendance["economy"] is not None:
                parts = at_both.setdefault(attendance["economy"], {"before": [], "here": []})
                parts[name].append(attendance)
    place = {code: n for n, code in enumerate(facts.economies)}
    return [
        {"economy": code, **at_both[code]}
        for code in sorted(at_both, key=lambda code: (place.get(code, len(place)), code))
    ]


def _period(this: _Place, family: Sequence[_Place]) -> Period:
    """From the meeting before until this one; to date, where none has followed it.

    Of the time before a first meeting nothing is told: it would be everybody there ever was.
    """
    before = [each.last_day for each in family if _key(each) < _key(this)]
    is_newest = this.first_day == _UNDATED or not any(
        _key(this) < _key(each) and each.first_day != _UNDATED for each in family
    )
    return Period(
        max((day for day in before if day != _UNDATED), default=this.last_day),
        None if is_newest else this.last_day,
    )
