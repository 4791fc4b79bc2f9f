"""Who follows whom at the posts of the directory, in the time between two meetings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Date, and_, bindparam, func, or_, select

from directory.contacts.models import contacts, holders
from directory.documents import Document
from directory.names import fold
from directory.policy import Viewer, viewer_parameters, visible
from directory.reference.facts import Facts

LABELLED = ("kind", "id", "owner", "marking", "audience")


@dataclass(frozen=True, slots=True)
class Period:
    """The days after one and up to another; None leaves the end open."""

    after: date
    until: date | None

    def has(self, day: str | None) -> bool:
        """Whether a written day lies in it."""
        if day is None:
            return False
        is_after = day > self.after.isoformat()
        return is_after and (self.until is None or day <= self.until.isoformat())


def handovers(
    connection: Connection,
    facts: Facts,
    period: Period,
    meeting: str,
    *,
    viewer: Viewer,
    limit: int,
) -> list[Document]:
    """Posts whose holder came, went or was handed over to in a period, by economy.

    Args:
        connection: A reading unit of work.
        facts: What the viewer may see of economies.
        period: The days in which somebody began or ceased to hold a post.
        meeting: Slug of the meeting: a handover without a day counts where it was told there.
        viewer: Who asks.
        limit: How many posts at most; the newest changes go first.

    Returns:
        Of each post ``contact, title, economy, on, outgoing, incoming, accompanied``, and the
        ``records`` that say so. A name that nobody recorded is null.
    """
    given: dict[str, Any] = {"meeting": meeting, "limit": limit, **viewer_parameters(viewer)}
    in_period = or_(*(_within(column, period, given) for column in _DAYS), _TOLD)
    newest = func.max(func.coalesce(holders.c.from_date, holders.c.until_date, _LONG_AGO))
    chosen = (
        select(holders.c.contact, newest.label("newest"))
        # No join: so that the few holders are chosen first, and only their posts are looked at.
        .where(*_seen(holders), in_period, _OF_A_POST_THAT_IS_SEEN)
        .group_by(holders.c.contact)
        .order_by(newest.desc(), holders.c.contact)
        .limit(bindparam("limit"))
        .subquery("chosen")
    )
    rows = connection.execute(
        select(contacts.c.document, holders.c.document)
        .select_from(chosen)
        .join(contacts, contacts.c.id == chosen.c.contact)
        .join(holders, holders.c.contact == contacts.c.id)
        .where(*_seen(holders))
        .order_by(contacts.c.sort_title, contacts.c.id, holders.c.from_date, holders.c.id),
        given,
    )
    posts: dict[str, tuple[Document, list[Document]]] = {}
    for desk, holder in rows:
        contact = orjson.loads(desk)
        posts.setdefault(contact["id"], (contact, []))[1].append(orjson.loads(holder))
    found = [
        told
        for contact, held in posts.values()
        for told in _changes(contact, held, period, meeting)
    ]
    place = {code: n for n, code in enumerate(facts.economies)}
    return sorted(found, key=lambda each: place.get(each["economy"], len(place)))


_OF_A_POST_THAT_IS_SEEN = (
    select(contacts.c.id)
    .where(contacts.c.id == holders.c.contact, contacts.c.retired_at.is_(None), visible(contacts))
    .correlate(holders)
    .exists()
)
_DAYS = (holders.c.from_date, holders.c.until_date)
_LONG_AGO = bindparam("long_ago", date.min, type_=Date)
_TOLD = and_(
    holders.c.from_date.is_(None),
    holders.c.until_date.is_(None),
    holders.c.source_meeting == bindparam("meeting"),
    holders.c.document.not_like('%"handover":null%'),
)


def _seen(table: Any) -> tuple[ColumnElement[bool], ...]:
    return (table.c.retired_at.is_(None), visible(table))


def _within(
    column: ColumnElement[date], period: Period, given: dict[str, Any]
) -> ColumnElement[bool]:
    given["after"] = period.after
    conditions: list[ColumnElement[bool]] = [column > bindparam("after", type_=Date)]
    if period.until is not None:
        conditions.append(column <= bindparam("until", type_=Date))
        given["until"] = period.until
    return and_(*conditions)


def _changes(
    contact: Document, held: Sequence[Document], period: Period, meeting: str
) -> Iterable[Document]:
    """The handovers at one post: each who came, with who went before them, and who went alone."""
    unfollowed = {holder["id"]: holder for holder in held if period.has(holder["until_date"])}
    for holder in held:
        if not (period.has(holder["from_date"]) or _is_told(holder, meeting)):
            continue
        if holder["from_date"] is None and _tells_of_leaving(holder):
            yield _told(contact, holder, None)
            continue
        before = _before(holder, held)
        if before is not None:
            unfollowed.pop(before["id"], None)
        yield _told(contact, before, holder)
    for holder in unfollowed.values():
        yield _told(contact, holder, None)


def _is_told(holder: Document, meeting: str) -> bool:
    return (
        holder["handover"] is not None
        and holder["from_date"] is None
        and holder["until_date"] is None
        and holder["source"]["meeting"] == meeting
    )


def _before(holder: Document, held: Sequence[Document]) -> Document | None:
    """Whoever held the post last before somebody, where the days say so."""
    begins = holder["from_date"]
    ended = [
        each
        for each in held
        if each["id"] != holder["id"]
        and each["until_date"] is not None
        and begins is not None
        and each["until_date"] <= begins
    ]
    return max(ended, key=lambda each: (each["until_date"], each["id"]), default=None)


def _told(
    contact: Document,
    outgoing: Document | None,
    incoming: Document | None,
) -> Document:
    people = [person for person in (incoming, outgoing) if person is not None]
    said = next(_said(incoming, outgoing), _NOTHING_SAID)
    return {
        "contact": contact["id"],
        "title": contact["title"],
        "economy": contact["economy"],
        "on": incoming["from_date"] if incoming else outgoing["until_date"] if outgoing else None,
        "outgoing": outgoing["name"] if outgoing else _in_a_word(said["outgoing"]),
        "incoming": incoming["name"] if incoming else _in_a_word(said["incoming"]),
        "accompanied": said["accompanied"],
        "records": [{name: record[name] for name in LABELLED} for record in (contact, *people)],
    }


def _said(incoming: Document | None, outgoing: Document | None) -> Iterator[Document]:
    """What whoever came, and else whoever went, has recorded of it.

    Both may have the same handover on record. What somebody has of their own leaving does not tell
    whom they followed: they would follow themselves.
    """
    if incoming is not None and incoming["handover"] and not _tells_of_leaving(incoming):
        yield incoming["handover"]
    if outgoing is not None and outgoing["handover"] and _tells_of_leaving(outgoing):
        yield outgoing["handover"]


def _tells_of_leaving(holder: Document) -> bool:
    """Whether a holder's handover is the one by which they went: it names them as outgoing."""
    said = holder["handover"]
    if said is None or said["outgoing"] is None:
        return False
    return fold(said["outgoing"]) in set(map(fold, holder["name"].values()))


_NOTHING_SAID: Document = {"outgoing": None, "incoming": None, "accompanied": None}


def _in_a_word(name: str | None) -> Document | None:
    return None if name is None else {"und": name}
