"""What an economy's list covers: in each of its networks who answers, when and in which languages.

Made in one pass over the contacts and, side by side with it, over their channels, holders and keys,
each in the order of the contacts' ids: what is kept in memory grows with the economies and their
networks, and with what the viewer reads of AMBER and above, never with the contacts.

With 100,000 contacts and 400,000 channels the pass takes about ten seconds of a processor and forty
megabytes, most of these for the list of what was read; for one economy of twenty half a second. It
is a question for a quiet hour.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import orjson
from sqlalchemy import (
    Connection,
    Date,
    Integer,
    Row,
    Select,
    Table,
    bindparam,
    case,
    literal_column,
    or_,
    select,
)

from directory.clock import format_instant, parse_instant
from directory.contacts.always import answers_always, has_no_hours
from directory.contacts.models import channels, checks, contacts, holders, keys, organisations
from directory.contacts.rules.covering import Cell, Line, Post, cell_of
from directory.contacts.rules.words import Sector
from directory.contacts.views import at_instant, newest_check, view_parameters
from directory.documents import Document
from directory.policy import Tlp, Viewer, visible
from directory.readings.rules import is_restricted
from directory.reference.facts import Facts
from directory.reference.rules import NetworkState, Status

AT_A_TIME = 1000
LABELLED = ("kind", "id", "owner", "marking", "audience")
Cells = dict[tuple[str | None, str | None], Cell]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is covered, and the records that say so.

    Attributes:
        document: As it is answered.
        behind: What of AMBER and above it rests on, so that it can be recorded who reads it.
    """

    document: Document
    behind: Sequence[Document]


@dataclass(slots=True)
class _Pass:
    """What one pass over the contacts has found so far."""

    cells: Cells
    behind: list[Document] = field(default_factory=list)


def coverage(
    connection: Connection,
    facts: Facts,
    *,
    economy: str | None,
    viewer: Viewer,
    at: datetime,
) -> Coverage:
    """What the lists of one economy, or of all, cover at an instant.

    Args:
        connection: A reading unit of work.
        facts: Economies, networks and memberships that the viewer may see.
        economy: Code of the economy; None means every one.
        viewer: Who asks.
        at: The present instant.
    """
    codes = list(facts.economies) if economy is None else [economy]
    members, behind = _members(facts, codes, at)
    found = _Pass({key: Cell() for key in members}, behind)
    for post, row in _posts(connection, economy, viewer, at):
        _count(found, post, row, set(codes))
    document = {
        "at": format_instant(at.replace(microsecond=0)),
        "economies": [
            _economy(facts, code, found.cells)
            for code in codes
            if facts.economies[code]["apec_order"] is not None
            or any(key[0] == code for key in found.cells)
        ],
    }
    return Coverage(document, found.behind)


def _members(
    facts: Facts, codes: Iterable[str], at: datetime
) -> tuple[list[tuple[str, str]], list[Document]]:
    """The networks of each economy on a day, and what of AMBER and above says so."""
    day = at.astimezone(UTC).date().isoformat()
    found: list[tuple[str, str]] = []
    behind: list[Document] = []
    for code in codes:
        behind.append(facts.economies[code])
        for membership in facts.memberships_of.get(code, ()):
            network = facts.networks.get(membership["network"])
            begins, ends = membership["from_date"], membership["until_date"]
            if (
                network is None
                or network["state"] != NetworkState.OPERATING
                or membership["status"] != Status.MEMBER
                or (begins is not None and begins > day)
                or (ends is not None and ends <= day)
            ):
                continue
            found.append((code, network["slug"]))
            behind += [membership, network]
    return found, [document for document in behind if is_restricted(document)]


def _count(found: _Pass, post: Post, row: Row[Any], codes: set[str]) -> None:
    if row.economy not in codes:
        return
    networks = [] if row.is_private else orjson.loads(row.networks)
    designated = [key for slug in networks if (key := (row.economy, slug)) in found.cells]
    for key in designated or [(row.economy, None)]:
        found.cells.setdefault(key, Cell()).add(post)
    if row.marking >= Tlp.AMBER:
        found.behind.append({name: post.contact[name] for name in LABELLED})
    found.behind += post.restricted


def _economy(facts: Facts, code: str, cells: Cells) -> Document:
    mine = [(slug, cell) for (of, slug), cell in cells.items() if of == code]
    # Desks that answer for no network come last.
    mine.sort(key=lambda each: (each[0] is None, each[0] or ""))
    return {
        "code": code,
        "name": facts.economies[code]["name"],
        "networks": [
            cell_of(cell, None if slug is None else facts.networks[slug]) for slug, cell in mine
        ],
    }


def _posts(
    connection: Connection, economy: str | None, viewer: Viewer, at: datetime
) -> Iterator[tuple[Post, Row[Any]]]:
    """Every live contact with what a cell needs of its parts, by id."""
    given = view_parameters(viewer, at) | {"day": at.astimezone(UTC).date(), "economy": economy}

    def streamed(statement: Select[Any], by: Any) -> Iterator[Row[Any]]:
        if economy is not None:
            if by is not contacts.c.id:
                statement = statement.join(contacts, contacts.c.id == by)
            statement = statement.where(contacts.c.economy == bindparam("economy"))
        options = {"stream_results": True, "yield_per": AT_A_TIME}
        return iter(connection.execute(statement.order_by(by), given, execution_options=options))

    lines = _Beside(streamed(_parts(channels, *_LINE), channels.c.contact))
    people = _Beside(streamed(_parts(holders).where(*_IN_POST), holders.c.contact))
    expiring = _Beside(
        streamed(
            _parts(keys, keys.c.document).where(keys.c.document.not_like('%"expires_at":null%')),
            keys.c.contact,
        )
    )
    for row in streamed(_CONTACTS, contacts.c.id):
        contact = orjson.loads(row.document)
        held = lines.of(row.id)
        yield (
            Post(
                contact,
                orjson.loads(row.spoken),
                [_line(each, row) for each in held],
                bool(people.of(row.id)),
                any(_is_expired(each.document, at) for each in expiring.of(row.id)),
                [_label(each) for each in held if each.marking >= Tlp.AMBER],
            ),
            row,
        )


_ONE, _ZERO = literal_column("1", Integer), literal_column("0", Integer)
_CONTACTS = (
    select(
        contacts.c.id,
        contacts.c.economy,
        contacts.c.networks,
        contacts.c.spoken,
        contacts.c.marking,
        contacts.c.document,
        case((answers_always(contacts.c.document), _ONE), else_=_ZERO).label("always"),
        organisations.c.document.contains(f'"sector":"{Sector.PRIVATE}"', autoescape=True).label(
            "is_private"
        ),
    )
    .join(organisations, organisations.c.id == contacts.c.organisation)
    .where(contacts.c.retired_at.is_(None), visible(contacts))
)
_LINE = (
    channels.c.id,
    channels.c.medium,
    channels.c.marking,
    channels.c.audience,
    channels.c.owner,
    newest_check(at_instant(), visible, checks.c.checked_at <= bindparam("at")).label("result"),
    case(
        (has_no_hours(channels.c.document), literal_column("NULL", Integer)),
        (answers_always(channels.c.document), _ONE),
        else_=_ZERO,
    ).label("always"),
)
_DAY = bindparam("day", type_=Date)
_IN_POST = (
    or_(holders.c.from_date.is_(None), holders.c.from_date <= _DAY),
    or_(holders.c.until_date.is_(None), holders.c.until_date > _DAY),
)


def _parts(table: Table, *columns: Any) -> Select[Any]:
    return (
        select(table.c.contact, *columns)
        .select_from(table)
        .where(table.c.retired_at.is_(None), visible(table))
    )


class _Beside:
    """Rows of parts, read side by side with the contacts that they belong to, in the same order."""

    def __init__(self, rows: Iterator[Row[Any]]) -> None:
        self._groups = groupby(rows, key=lambda row: row.contact)
        self._next = next(self._groups, None)

    def of(self, contact: str) -> list[Row[Any]]:
        """The parts of the contact that has been come to; those of contacts not seen are passed."""
        while self._next is not None and self._next[0] < contact:
            self._next = next(self._groups, None)
        if self._next is None or self._next[0] != contact:
            return []
        return list(self._next[1])


def _line(row: Row[Any], contact: Row[Any]) -> Line:
    always = contact.always if row.always is None else row.always
    return Line(row.medium, row.result, bool(always))


def _label(row: Row[Any]) -> Document:
    return {
        "kind": "channel",
        "id": row.id,
        "owner": row.owner,
        "marking": Tlp(row.marking).label,
        "audience": orjson.loads(row.audience),
    }


def _is_expired(text: str, at: datetime) -> bool:
    key: Mapping[str, Any] = orjson.loads(text)
    return parse_instant(key["expires_at"]) <= at
