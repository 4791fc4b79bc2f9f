"""How much longer it takes to read what was recorded once than what is recorded now.

Asked of a copy of the loaded database that has been lived in (``living``): by an instant before any
desk was written again, so that of what is found two thirds stand in the tables and a third in the
log. What answers keep is left out: the capability is asked itself, in a reading unit of work, and
each time begins by finding the place in the log.

What counts is processor time, of this process and of the one that serves its connection on
PostgreSQL: on a shared machine a clock on the wall measures its other tenants. It is told beside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from statistics import median
from time import perf_counter, process_time

from sqlalchemy import Connection, select

from benchmarks.living import BEFORE, NOW
from benchmarks.servers import serving, spent
from benchmarks.world import ASKING, INSIDER, MIXED
from directory.changes import past as past_records
from directory.changes.history import history
from directory.contacts import past, queries
from directory.contacts.models import contacts
from directory.contacts.queries import ContactFilter
from directory.db import Database
from directory.reference import past as past_reference
from directory.reference.facts import ReferenceMemory
from directory.registry import KINDS

TURNS, LISTS = 60, 5
PAGE = 200
EVERYWHERE = ContactFilter()


@dataclass(frozen=True, slots=True)
class Latency:
    """How long something takes, and how much of it is because it is past.

    Attributes:
        wall_ms: What a clock on the wall showed of the past.
        most_ms: What is aimed at, of the difference where ``is_added``; None is told only.
    """

    name: str
    now_ms: float
    then_ms: float
    wall_ms: float
    most_ms: float | None
    is_added: bool


@dataclass(frozen=True, slots=True)
class _Took:
    cpu_ms: float
    wall_ms: float


Ask = Callable[[Connection, int, datetime | None], object]
"""Asks for something once: the how manieth time, and by which instant (None is now)."""


def latencies(database: Database) -> Iterator[Latency]:
    """What is asked of the present and of the past."""
    with database.reading() as connection:
        place = past_records.moment(connection, BEFORE, now=NOW)
        ids = connection.scalars(select(contacts.c.id).where(contacts.c.economy == MIXED)).all()
        since = contacts.c.seq > place.seq
        written = connection.scalars(
            select(contacts.c.id).where(since, contacts.c.marking == 0).limit(20)
        ).all()
    one: list[tuple[str, Ask]] = [
        ("a contact as it still is", partial(_contact, _shown(database, ids))),
        ("a contact written since", partial(_contact, _shown(database, written))),
        ("an economy's memberships", _memberships),
    ]
    for name, ask in one:
        yield _latency(database, name, ask, TURNS, 5, is_added=True)
    took = _took(database, partial(_history, written[0]), None, TURNS)
    yield Latency("a contact's history", 0, took.cpu_ms, took.wall_ms, 5, is_added=False)
    yield _latency(database, "the desks of a reach", _desks, TURNS, 5, is_added=True)
    for name, chosen in (
        ("a page of an economy's contacts", ContactFilter(economy="AU")),
        ("a page of those of a network", ContactFilter(network="interpol")),
        ("a page of those with a function", ContactFilter(function="preservation")),
        ("a page of all", EVERYWHERE),
    ):
        yield _latency(database, name, partial(_page, chosen), LISTS, 2000, is_added=False)
    yield _latency(database, "the versions of all contacts", _versions, 1, 2000, is_added=False)


def whole_list(database: Database) -> Iterator[Latency]:
    """Every page of all contacts, one after the other: minutes, so it is asked for by name."""
    yield _latency(database, "every page of all contacts", _every_page, 0, None, is_added=False)


def _latency(
    database: Database, name: str, ask: Ask, turns: int, most_ms: float | None, *, is_added: bool
) -> Latency:
    now, then = (_took(database, ask, by, turns) for by in (None, BEFORE))
    return Latency(name, now.cpu_ms, then.cpu_ms, then.wall_ms, most_ms, is_added)


def _took(database: Database, ask: Ask, by: datetime | None, turns: int) -> _Took:
    """The medians of some turns after a first one; that one where there are none."""
    cpu, wall = [], []
    for turn in range(turns + 1):
        with database.reading() as connection:
            server = serving(connection)
            began, began_cpu = perf_counter(), process_time() + spent(server)
            ask(connection, turn, by)
            cpu.append((process_time() + spent(server) - began_cpu) * 1000)
            wall.append((perf_counter() - began) * 1000)
    return _Took(median(cpu[1:] or cpu), median(wall[1:] or wall))


def _shown(database: Database, ids: Sequence[str]) -> list[str]:
    with database.reading() as connection:
        return sorted(queries.desks(connection, [], ids, viewer=INSIDER, at=NOW).texts)


def _place(connection: Connection, by: datetime | None) -> past_records.Moment | None:
    return None if by is None else past_records.moment(connection, by, now=NOW)


def _contact(ids: Sequence[str], connection: Connection, turn: int, by: datetime | None) -> None:
    rid, moment = ids[turn % len(ids)], _place(connection, by)
    past.contact(connection, rid, viewer=INSIDER, moment=moment, at=by or NOW)


def _memberships(connection: Connection, turn: int, by: datetime | None) -> None:
    # Read anew each time: the application keeps both with the log's head.
    facts = ReferenceMemory().facts(connection, INSIDER)
    moment = _place(connection, by)
    found = past_reference.facts_then(connection, facts, moment, viewer=INSIDER)
    if not found.memberships_of[MIXED]:
        raise ValueError("there are no memberships: nothing was measured")


def _desks(connection: Connection, turn: int, by: datetime | None) -> None:
    moment, economies = _place(connection, by), [MIXED, ASKING]
    if moment is None:
        queries.desks(connection, economies, [], viewer=INSIDER, at=NOW)
    else:
        past.desks(connection, economies, [], viewer=INSIDER, moment=moment, at=NOW)


def _page(chosen: ContactFilter, connection: Connection, turn: int, by: datetime | None) -> None:
    _listed(connection, chosen, by, None)


def _listed(
    connection: Connection, chosen: ContactFilter, by: datetime | None, page: str | None
) -> str | None:
    moment = _place(connection, by)
    found = past.contact_list(
        connection, chosen, viewer=INSIDER, moment=moment, at=by or NOW, limit=PAGE, page=page
    )
    if not found.texts:
        raise ValueError("the list is empty: nothing was measured")
    return found.next


def _every_page(connection: Connection, turn: int, by: datetime | None) -> None:
    page = _listed(connection, EVERYWHERE, by, None)
    while page is not None:
        page = _listed(connection, EVERYWHERE, by, page)


def _versions(connection: Connection, turn: int, by: datetime | None) -> None:
    """All contacts as they were, for what is chosen from them; now, their rows."""
    moment = _place(connection, by or NOW)
    if moment is not None:
        for _ in past_records.versions(connection, [KINDS["contact"]], moment, viewer=INSIDER):
            pass


def _history(rid: str, connection: Connection, turn: int, by: datetime | None) -> None:
    found = history(
        connection,
        KINDS["contact"],
        rid,
        meetings=KINDS["meeting"],
        viewer=INSIDER,
        limit=50,
        page=None,
    )
    if len(found.page.texts) < 2:
        raise ValueError("the history is not what was written")
