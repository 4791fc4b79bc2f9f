"""How long a list that comes back takes: to be proposed, and to be applied.

Two lists of as many rows as the directory has desks, or 5,000: the one that was taken along, with a
remark in every row, and a foreign one, half of it desks that are held and half of it new ones. What
counts is processor time of this process; of the file's reading, too. A copy is written to.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from time import process_time

from sqlalchemy import func, select

from benchmarks.copies import copied
from benchmarks.cpu import settled_memory
from benchmarks.world import AT
from directory.changes.apply import apply
from directory.changes.deciding import approve, carry_out
from directory.changes.models import proposed_operations
from directory.changes.operations import Put, prepare
from directory.db import Database
from directory.meetings.lists.engine import plan_list
from directory.meetings.lists.files import read_file
from directory.meetings.lists.listing import list_called
from directory.meetings.lists.plans import Options, Plan
from directory.meetings.lists.returned import Kept, Sent, keep
from directory.meetings.lists.rules.columns import Column
from directory.meetings.lists.rules.printing import COLUMNS, HEADINGS, escaped, machine_name
from directory.policy import DIRECTORY, PUBLIC, Role, Tlp, Viewer
from directory.reference.facts import ReferenceMemory
from directory.registry import KINDS

MEETING = "benchmark-meeting"
ROWS = 5_000
ACTOR = "00000000-0000-4000-8000-000000000001"
Row = Mapping[Column, str]


@dataclass(frozen=True, slots=True)
class Returning:
    """How one list came back.

    Attributes:
        propose_seconds: Reading the file, comparing it with the directory and keeping it.
        apply_seconds: Approving and applying every part.
    """

    name: str
    rows: int
    operations: int
    propose_seconds: float
    apply_seconds: float


def lists(url: str) -> Iterator[Returning]:
    """Bring both lists back, each to a copy of its own."""
    for name, made in MADE.items():
        with copied(url, "lists") as database, settled_memory():
            yield _returned(database, name, made)


def _returned(database: Database, name: str, made: Callable[[list[Row]], bytes]) -> Returning:
    rows = prepared(database)[:ROWS]
    data, viewer = made(rows), coordinator(database)
    began = process_time()
    kept = proposed(database, data, f"{name}.csv", viewer)
    between = process_time()
    applied(database, kept, viewer)
    return Returning(
        name, len(rows), _operations(database, kept), between - began, process_time() - between
    )


def prepared(database: Database) -> list[Row]:
    """Hold a meeting, and take the list of all desks along from it."""
    _meet(database)
    viewer = coordinator(database)
    with database.reading() as connection:
        facts = ReferenceMemory().facts(connection, viewer)
        held = list_called(
            connection, MEETING, viewer=replace(viewer, clearance=Tlp.AMBER_STRICT), facts=facts,
            at=AT,
        )  # fmt: skip
    return list(held.rows)


def proposed(database: Database, data: bytes, name: str, viewer: Viewer) -> Kept:
    """Propose what a list says, from its bytes."""
    plan = _planned(database, data, viewer)
    with database.writing() as connection:
        return keep(
            connection, KINDS, plan, Options(), Sent(name, data, ACTOR), viewer=viewer, at=AT
        )


def applied(database: Database, kept: Kept, viewer: Viewer) -> None:
    """Approve and apply every part of a list."""
    for rid in kept.change_sets.values():
        with database.writing() as connection:
            for decide in (approve, carry_out):
                decide(connection, KINDS, rid, viewer=viewer, why_not_second=_nobody, at=AT)


def _operations(database: Database, kept: Kept) -> int:
    with database.reading() as connection:
        return connection.execute(
            select(func.count())
            .select_from(proposed_operations)
            .where(proposed_operations.c.change_set.in_(kept.change_sets.values()))
        ).scalar_one()


def _planned(database: Database, data: bytes, viewer: Viewer) -> Plan:
    book = read_file(data, file_name="list.csv")
    with database.reading() as connection:
        return plan_list(
            connection,
            ReferenceMemory().facts(connection, viewer),
            KINDS,
            book,
            Options(),
            file_name="list.csv",
            viewer=viewer,
            at=AT,
            progress=lambda done, of: None,
        )


def _nobody(author: str, approver: str) -> None:
    """Everybody is a second person here."""


def coordinator(database: Database) -> Viewer:
    """Somebody who may see and decide everything."""
    with database.reading() as connection:
        public = ReferenceMemory().facts(connection, PUBLIC)
    owners = frozenset({*public.economies, DIRECTORY})
    return Viewer(
        None, frozenset(public.networks), Tlp.RED, owners, frozenset({Role.COORDINATOR}), "second"
    )


def _meet(database: Database) -> None:
    source = {"document": "a benchmark", "place": None, "meeting": None}
    meeting = Put(
        "meeting",
        {"slug": MEETING, "name": {"en": "A meeting"}, "state": "held", "source": source},
    )
    given = prepare(KINDS, [meeting], actor=ACTOR, origin="benchmark", reason="a benchmark")
    with database.writing() as connection:
        apply(connection, KINDS, given, writer=None, at=AT)


def _remarked(rows: list[Row]) -> bytes:
    """The list as it was taken along, with a remark in every row."""
    lines = [list(HEADINGS.values()), [machine_name(column) for column in COLUMNS]]
    for row in rows:
        said = {**row, Column.REMARKS: f"Ask for the duty officer. {row[Column.REMARKS]}"}
        lines.append([escaped(said[column]) for column in COLUMNS])
    return _text(lines)


def _foreign(rows: list[Row]) -> bytes:
    """A list of somebody else's: half of it is held, with one more number, and half is new."""
    wanted = (Column.ECONOMY, Column.NAME, Column.OWN_SCRIPT, Column.POST, Column.ORGANISATION,
              Column.TELEPHONE, Column.EMAIL, Column.HOURS)  # fmt: skip
    lines = [
        ["Economy", "Name", "Own script", "Position", "Organisation", "Tel", "E-mail", "Hours"]
    ]
    for number, row in enumerate(rows):
        said = dict(row)
        if number % 2:
            said |= {
                Column.NAME: f"Newcomer {_word(number)} {_word(number * 7)}",
                Column.OWN_SCRIPT: "",
                Column.POST: f"{_word(number * 3)} desk",
                Column.TELEPHONE: f"+61 2 5550 {number:04}",
                Column.EMAIL: f"new{number}@new.example",
            }
        else:
            said[Column.TELEPHONE] += f"\n+61 2 5551 {number:04}"
        lines.append([said[column] for column in wanted])
    return _text(lines)


def _word(number: int) -> str:
    """A word that no other number has."""
    letters = ""
    number += 26**3
    while number:
        number, letter = divmod(number, 26)
        letters += "aeioubdfgklmnprstvwzchjqxy"[letter]
    return letters.capitalize()


def _text(lines: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(lines)
    return out.getvalue().encode()


MADE: Mapping[str, Callable[[list[Row]], bytes]] = {"taken along": _remarked, "foreign": _foreign}
"""The lists by what they are, and how each is made of the rows of the one taken along."""
