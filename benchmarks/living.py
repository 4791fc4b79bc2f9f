"""A copy of a loaded database in which desks have been written again, some of them several times.

What the log holds beside the tables is what a look into the past costs. So a third of the desks is
written again, with their channels and their holders, in three turns that lie weeks apart: some
once, some twice, some thrice. 100,000 contacts make a log of more than a million entries.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice
from typing import TypeVar

import orjson
from sqlalchemy import Connection, func, select, text

from benchmarks.copies import copied
from benchmarks.world import AT
from directory.changes.apply import apply
from directory.changes.models import log_entries
from directory.changes.operations import Put, prepare
from directory.contacts.models import channels, contacts, holders
from directory.db import Database
from directory.registry import KINDS

_T = TypeVar("_T")
TURNS = ((10, "01234"), (40, "123"), (70, "1"))
"""After how many days desks are written again, and how the ids of these begin."""
BEFORE, BETWEEN = AT + timedelta(days=5), AT + timedelta(days=50)
"""Instants before the first turn and before the last."""
NOW = AT + timedelta(days=80)
ACTOR = "00000000-0000-4000-8000-000000000001"
OPERATIONS = 5000
GIVEN_BY_NOBODY = {"id", "kind", "revision", "version", "retired_at", "e164", "extension"}


@contextmanager
def lived_in(url: str) -> Iterator[Database]:
    """A copy of a loaded database that has been lived in; removed afterwards."""
    with copied(url, "past") as database:
        live(database)
        yield database


def live(database: Database) -> None:
    """Write desks again, turn by turn."""
    for days, beginnings in TURNS:
        for some in _batched(_parts_of_desks(database, beginnings), OPERATIONS):
            with database.reading() as connection:
                puts = list(_again(connection, some, days))
            given = prepare(KINDS, puts, actor=ACTOR, origin="benchmark", reason="a benchmark")
            with database.writing() as connection:
                apply(connection, KINDS, given, writer=None, at=AT + timedelta(days=days))
    with database.writing() as connection:
        connection.execute(text("ANALYZE"))


def _batched(items: Iterable[_T], size: int) -> Iterator[list[_T]]:
    """As ``itertools.batched``, which Python 3.11 lacks."""
    them = iter(items)
    while some := list(islice(them, size)):
        yield some


def _parts_of_desks(database: Database, beginnings: str) -> list[tuple[str, str]]:
    """The kinds and ids of some desks, their channels and their holders, each after its desk."""
    with database.reading() as connection:
        return [
            (kind, row.id)
            for kind, table, key in (
                ("contact", contacts, contacts.c.id),
                ("channel", channels, channels.c.contact),
                ("holder", holders, holders.c.contact),
            )
            for row in connection.execute(select(table.c.id, key.label("of")))
            if row.of[0] in beginnings
        ]


def _again(connection: Connection, some: Iterable[tuple[str, str]], days: int) -> Iterator[Put]:
    """Records as they are, but for the page that their source names."""
    ids: dict[str, list[str]] = {}
    for kind, rid in some:
        ids.setdefault(kind, []).append(rid)
    for kind, chosen in ids.items():
        table = KINDS[kind].table
        rows = connection.scalars(select(table.c.document).where(table.c.id.in_(chosen)))
        for document in map(orjson.loads, rows):
            kept = {name: value for name, value in document.items() if name not in GIVEN_BY_NOBODY}
            source = {**document["source"], "place": f"page {days}"}
            yield Put(kind, {**kept, "source": source}, document["id"], document["revision"])


def entries(database: Database) -> int:
    """How long the log is."""
    with database.reading() as connection:
        return int(connection.scalar(select(func.count()).select_from(log_entries)) or 0)
