"""What an economy's list covers: in each of its networks who answers, when and in which languages.

Made in one pass over the contacts and, side by side with it, over their channels, holders and keys,
each in the order of the contacts' ids: what is kept in memory grows with the economies and their
networks, and with what the viewer reads of AMBER and above, never with the contacts.

With 100,000 contacts and 400,000 channels the pass takes about eight seconds of a processor and
forty megabytes, most of these for the list of what was read; for one economy of twenty less than
half a second. It is a question for a quiet hour.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain, groupby
from operator import itemgetter
from typing import Any, NamedTuple

import orjson
from sqlalchemy import (
    Connection,
    Date,
    Integer,
    Select,
    Table,
    Text,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    null,
    or_,
    select,
)

from directory.clock import format_instant, parse_instant
from directory.contacts.always import answers_always, has_no_hours
from directory.contacts.models import channels, checks, contacts, holders, keys, organisations
from directory.contacts.rules.covering import Cell, Line, Lines, Post, cell_of, counted
from directory.contacts.rules.words import Sector
from directory.contacts.views import at_instant, newest_check, view_parameters
from directory.db import constant
from directory.documents import Document
from directory.policy import Tlp, Viewer, visible
from directory.readings.rules import is_restricted
from directory.reference.facts import Facts
from directory.reference.rules import NetworkState, Status

AT_A_TIME = 1000
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
    wanted = set(codes)
    for post, row, labels in _posts(connection, economy, viewer, at):
        if _count(found, post, row, wanted):
            found.behind += labels
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


def _count(found: _Pass, post: Post, row: _Contact, codes: set[str]) -> bool:
    """Count a contact in its cells; whether it is of an economy that was asked for."""
    if row.economy not in codes:
        return False
    networks = () if row.is_private else _strings(row.networks)
    named: list[tuple[str | None, str | None]] = [(row.economy, slug) for slug in networks]
    for key in [key for key in named if key in found.cells] or [(row.economy, None)]:
        cell = found.cells.get(key)
        if cell is None:
            cell = found.cells[key] = Cell()
        cell.add(post)
    return True


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


class _Contact(NamedTuple):
    """A contact's row."""

    id: str
    economy: str | None
    networks: str
    spoken: str
    owner: str
    marking: int
    audience: str
    is_private: bool
    text: str


def _posts(
    connection: Connection, economy: str | None, viewer: Viewer, at: datetime
) -> Iterator[tuple[Post, _Contact, list[Document]]]:
    """Every live contact with what a cell needs of its parts, and their labels, by id.

    The labels are those of AMBER and above, so that it can be recorded who reads them.
    """
    given = view_parameters(viewer, at) | {"day": at.astimezone(UTC).date(), "economy": economy}

    def streamed(statement: Select[Any], by: Any) -> Iterator[Sequence[Any]]:
        if economy is not None:
            if by is not contacts.c.id:
                statement = statement.join(contacts, contacts.c.id == by)
            statement = statement.where(contacts.c.economy == bindparam("economy"))
        options = {"stream_results": True, "yield_per": AT_A_TIME}
        rows = connection.execute(statement.order_by(by), given, execution_options=options)
        return chain.from_iterable(rows.partitions())

    private = set(connection.scalars(_PRIVATE))
    lines = _Beside(streamed(_parts(channels, _LINE, _LABEL), channels.c.contact))
    people = _Beside(streamed(_parts(holders).where(*_IN_POST), holders.c.contact))
    expiring = _Beside(
        streamed(
            _parts(keys, keys.c.document).where(keys.c.document.not_like('%"expires_at":null%')),
            keys.c.contact,
        )
    )
    for rid, organisation, always, *others in streamed(_CONTACTS, contacts.c.id):
        row = _Contact._make((rid, *others[:-1], organisation in private, others[-1]))
        held = lines.of(rid)
        post = Post(
            row.text,
            _strings(row.spoken),
            _lines(tuple([line[1] for line in held]), always == 1),
            bool(people.of(rid)),
            any(_is_expired(each[1], at) for each in expiring.of(rid)),
        )
        labels = [_label("channel", *line[2].split(" ", 3)) for line in held if line[2]]
        if row.marking >= Tlp.AMBER:
            labels.insert(0, _label("contact", rid, row.owner, str(row.marking), row.audience))
        yield post, row, labels


_ONE, _ZERO = literal_column("1", Integer), literal_column("0", Integer)
_PRIVATE = select(organisations.c.id).where(
    organisations.c.document.contains(f'"sector":"{Sector.PRIVATE}"', autoescape=True)
)
_CONTACTS = select(
    contacts.c.id,
    contacts.c.organisation,
    case((answers_always(contacts.c.document), _ONE), else_=_ZERO),
    contacts.c.economy,
    contacts.c.networks,
    contacts.c.spoken,
    contacts.c.owner,
    contacts.c.marking,
    contacts.c.audience,
    contacts.c.document,
).where(contacts.c.retired_at.is_(None), visible(contacts))
# One text for each channel, of which there are few: most contacts have the same as some other.
_LINE = (
    channels.c.medium
    + constant(" ")
    + func.coalesce(
        newest_check(at_instant(), visible, checks.c.checked_at <= bindparam("at")), constant("")
    )
    + case(
        (has_no_hours(channels.c.document), constant(" ")),
        (answers_always(channels.c.document), constant(" 1")),
        else_=constant(" 0"),
    )
)
_SPACE = constant(" ")
# Of what is marked AMBER or above alone: who reads it is recorded.
_LABEL = case(
    (
        channels.c.marking >= literal_column(str(int(Tlp.AMBER)), Integer),
        channels.c.id
        + _SPACE
        + channels.c.owner
        + _SPACE
        + cast(channels.c.marking, Text)
        + _SPACE
        + channels.c.audience,
    ),
    else_=null(),
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

    def __init__(self, rows: Iterator[Sequence[Any]]) -> None:
        self._groups = groupby(rows, key=itemgetter(0))
        self._next = next(self._groups, None)

    def of(self, contact: str) -> list[Sequence[Any]]:
        """The parts of the contact that has been come to; those of contacts not seen are passed."""
        while self._next is not None and self._next[0] < contact:
            self._next = next(self._groups, None)
        if self._next is None or self._next[0] != contact:
            return []
        return list(self._next[1])


@lru_cache(maxsize=20_000)
def _lines(codes: tuple[str, ...], is_always: bool) -> Lines:
    """The channels of a contact by what ``_LINE`` says of them, and whether its own hours run."""
    lines = []
    for code in codes:
        medium, result, always = code.split(" ")
        lines.append(Line(medium, result or None, is_always if always == "" else always == "1"))
    return counted(lines)


@lru_cache(maxsize=10_000)
def _strings(text: str) -> frozenset[str]:
    """Some strings that stand as a JSON list."""
    return frozenset(orjson.loads(text))


def _label(kind: str, rid: str, owner: str, marking: str, audience: str) -> Document:
    return {
        "kind": kind,
        "id": rid,
        "owner": owner,
        "marking": Tlp(int(marking)).label,
        "audience": sorted(_strings(audience)),
    }


def _is_expired(text: str, at: datetime) -> bool:
    key: Mapping[str, Any] = orjson.loads(text)
    return parse_instant(key["expires_at"]) <= at
