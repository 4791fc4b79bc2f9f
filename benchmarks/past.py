"""How much longer it takes to read what was recorded once than what is recorded now.

A copy of the loaded database is lived in first: every third desk, with its channels and its holder,
is written again some days later. Asked is what there was before that, so that of what is found two
thirds stand in the tables and a third in the log. What answers keep is left out: the capability is
asked itself, in a reading unit of work, and each time begins by finding the place in the log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from statistics import median
from time import perf_counter
from typing import Any, TypeVar

import orjson
from sqlalchemy import Connection, func, select, text

from benchmarks.copies import copied
from benchmarks.world import ASKING, AT, INSIDER, MIXED
from directory.changes import past as past_records
from directory.changes.apply import apply
from directory.changes.history import history
from directory.changes.models import log_entries
from directory.changes.operations import Put, prepare
from directory.contacts import past, queries
from directory.contacts.models import channels, contacts, holders
from directory.db import Database
from directory.registry import KINDS

_T = TypeVar("_T")
NOW, BEFORE = AT + timedelta(days=10), AT + timedelta(days=5)
ACTOR = "00000000-0000-4000-8000-000000000001"
OPERATIONS, TURNS, LISTS = 5000, 60, 3
GIVEN_BY_NOBODY = {"id", "kind", "revision", "version", "retired_at", "e164", "extension"}


@dataclass(frozen=True, slots=True)
class Latency:
    """How long something takes, and how much of it is because it is past.

    Attributes:
        most_ms: What is aimed at, of ``added_ms`` where that is set.
    """

    name: str
    now_ms: float
    then_ms: float
    most_ms: float
    is_added: bool


@contextmanager
def lived_in(url: str) -> Iterator[Database]:
    """A copy of a loaded database in which a third has been written again; removed afterwards."""
    with copied(url, "past") as database:
        _live(database)
        yield database


def _live(database: Database) -> None:
    for operations in _batched(_rewritten(database), OPERATIONS):
        given = prepare(KINDS, operations, actor=ACTOR, origin="benchmark", reason="a benchmark")
        with database.writing() as connection:
            apply(connection, KINDS, given, writer=None, at=NOW)
    with database.writing() as connection:
        connection.execute(text("ANALYZE"))


def _batched(items: Iterable[_T], size: int) -> Iterator[list[_T]]:
    """As ``itertools.batched``, which Python 3.11 lacks."""
    them = iter(items)
    while some := list(islice(them, size)):
        yield some


def _rewritten(database: Database) -> Iterator[Put]:
    with database.reading() as connection:
        chosen = {rid for rid in connection.scalars(select(contacts.c.id)) if rid[0] in "01234"}
        for table, key in ((contacts, "id"), (channels, "contact"), (holders, "contact")):
            ids = [
                row.id
                for row in connection.execute(select(table.c.id, table.c[key].label("of")))
                if row.of in chosen
            ]
            for some in _batched(ids, OPERATIONS):
                rows = connection.scalars(select(table.c.document).where(table.c.id.in_(some)))
                for document in map(orjson.loads, rows):
                    kept = {k: v for k, v in document.items() if k not in GIVEN_BY_NOBODY}
                    source = {**document["source"], "place": "page 2"}
                    yield Put(
                        document["kind"],
                        {**kept, "source": source},
                        document["id"],
                        document["revision"],
                    )


def entries(database: Database) -> int:
    """How long the log is."""
    with database.reading() as connection:
        return int(connection.scalar(select(func.count()).select_from(log_entries)) or 0)


def latencies(database: Database) -> Iterator[Latency]:
    """What is asked of the present and of the past."""
    with database.reading() as connection:
        place = past_records.moment(connection, BEFORE, now=NOW)
        ids = connection.scalars(select(contacts.c.id).where(contacts.c.economy == MIXED)).all()
        rewritten = connection.scalars(
            select(contacts.c.id).where(contacts.c.seq > place.seq, contacts.c.marking == 0)
        ).all()[:20]
    for name, chosen in (("a contact as it still is", ids), ("a contact written since", rewritten)):
        seen = _shown(database, chosen)
        yield Latency(
            name,
            _median(database, _contacts(seen, None)),
            _median(database, _contacts(seen, BEFORE)),
            5,
            is_added=True,
        )
    yield Latency(
        "the desks of a reach",
        _median(database, partial(_desks, by=None)),
        _median(database, partial(_desks, by=BEFORE)),
        2000,
        is_added=False,
    )
    for name, economy in (("a page of an economy's contacts", "AU"), ("a page of all", None)):
        yield Latency(
            name,
            _median(database, partial(_list, economy=economy, by=None), LISTS),
            _median(database, partial(_list, economy=economy, by=BEFORE), LISTS),
            2000,
            is_added=False,
        )
    (rid, *_) = rewritten
    took = _median(database, partial(_history, rid=rid))
    yield Latency("a contact's history", took, took, 5, is_added=False)


def _shown(database: Database, ids: Any) -> list[str]:
    with database.reading() as connection:
        found = queries.desks(connection, [], ids, viewer=INSIDER, at=NOW)
    return sorted(found.texts)


def _median(
    database: Database, ask: Callable[[Connection, int], object], turns: int = TURNS
) -> float:
    took = []
    for turn in range(turns + 1):
        began = perf_counter()
        with database.reading() as connection:
            ask(connection, turn)
        took.append((perf_counter() - began) * 1000)
    return median(took[1:])


def _place(connection: Connection, by: datetime | None) -> past_records.Moment | None:
    return None if by is None else past_records.moment(connection, by, now=NOW)


def _contacts(ids: Sequence[str], by: datetime | None) -> Callable[[Connection, int], None]:
    def ask(connection: Connection, turn: int) -> None:
        moment = _place(connection, by)
        rid = ids[turn % len(ids)]
        past.contact(connection, rid, viewer=INSIDER, moment=moment, at=by or NOW)

    return ask


def _desks(connection: Connection, turn: int, *, by: datetime | None) -> None:
    if by is None:
        queries.desks(connection, [MIXED, ASKING], [], viewer=INSIDER, at=NOW)
        return
    moment = past_records.moment(connection, by, now=NOW)
    past.desks(connection, [MIXED, ASKING], [], viewer=INSIDER, moment=moment, at=by)


def _list(connection: Connection, turn: int, *, economy: str | None, by: datetime | None) -> None:
    moment = _place(connection, by)
    found = past.contact_list(
        connection,
        queries.ContactFilter(economy=economy),
        viewer=INSIDER,
        moment=moment,
        at=by or NOW,
        limit=200,
        page=None,
    )
    if not found.texts:
        raise ValueError("the list is empty: nothing was measured")


def _history(connection: Connection, turn: int, *, rid: str) -> None:
    found = history(
        connection,
        KINDS["contact"],
        rid,
        meetings=KINDS["meeting"],
        viewer=INSIDER,
        limit=50,
        page=None,
    )
    if len(found.page.texts) != 2:
        raise ValueError("the history is not what was written")
