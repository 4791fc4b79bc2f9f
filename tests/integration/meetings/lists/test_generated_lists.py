"""Any directory, taken along, changed by a known script, brought back: that script is proposed.

The proof is the next list: what comes of the proposal is applied, and the list that is then taken
along says what the person wrote, where they wrote something, and elsewhere what it said before.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from directory.db import Database
from directory.meetings.lists.plans import Plan
from directory.meetings.lists.rules.columns import Column
from directory.meetings.lists.rules.comparing import normal
from directory.meetings.lists.rules.words import is_empty_word
from directory.registry import KINDS
from directory.seeding.commands import seed
from tests.integration.changes.world import write
from tests.integration.meetings.lists.generated import (
    ECONOMIES,
    NETWORK,
    Desk,
    Table,
    desks,
    odd_texts,
)
from tests.integration.meetings.lists.house import NOW, House, unaccounted

SEED = Path(__file__).resolve().parents[4] / "seed"
EXAMPLES = 60
MEDIA = {
    "telephone": Column.TELEPHONE,
    "mobile": Column.MOBILE,
    "fax": Column.FAX,
    "e-mail": Column.EMAIL,
    "portal": Column.PORTAL,
}
DAY = "2026-11-25"
NEWCOMER = "新仮名"


class _UndoneError(Exception):
    """Ends an example, of which nothing stays."""


class Open:
    """A database within one unit of work, which everything reads and writes."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        yield self.connection


@contextmanager
def undone(database: Database) -> Iterator[Connection]:
    """A unit of work of which nothing stays."""
    with suppress(_UndoneError), database.writing() as connection:
        yield connection
        raise _UndoneError


@pytest.fixture(scope="module")
def shared(new_database: Callable[[], str]) -> Iterator[Database]:
    database = Database(new_database())
    seed(database, KINDS, SEED, ("reference",), at=NOW)
    yield database
    database.dispose()


@dataclass(frozen=True)
class Script:
    """What a person does to a list.

    Attributes:
        edits: By the number of the desk: the column, and what then stands in it.
        struck: Numbers of the desks whose rows they strike out.
        added: Whom they add.
    """

    form: str
    edits: Mapping[int, tuple[Column, str]]
    struck: Sequence[int]
    added: Sequence[Mapping[Column, str]]
    dice: Any
    is_shaped: bool
    saved: tuple[str, str] | None

    @property
    def says(self) -> Mapping[int, tuple[Column, str]]:
        """The edits that say something: a dash or "n/a" changes nothing, an empty cell does."""
        return {
            place: (column, text)
            for place, (column, text) in self.edits.items()
            if not (text and is_empty_word(text))
        }


def cells(desk: Desk) -> st.SearchStrategy[tuple[Column, str]]:
    """One cell of a desk's row as somebody may write it."""
    held = {medium: [one["raw"] for one in desk.channels if one["medium"] == medium]
            for medium in MEDIA}  # fmt: skip
    choices: list[st.SearchStrategy[tuple[Column, str]]] = [
        st.tuples(st.just(Column.POST), odd_texts()),
        st.tuples(st.just(Column.REMARKS), odd_texts() | st.just("")),
        st.tuples(st.just(Column.ZONE), st.sampled_from(["Asia/Taipei", "Europe/Paris"])),
        st.tuples(st.just(Column.LANGUAGES), st.sampled_from(["fr, en", "", "vi"])),
        st.tuples(st.just(Column.FUNCTIONS), st.sampled_from(["", "preservation: no"])),
        st.tuples(st.just(Column.MARKING), st.just("AMBER+STRICT")),
        st.tuples(st.just(Column.NAME), st.just("Quentin NEWCOMER")),
        st.tuples(st.just(Column.OWN_SCRIPT), st.sampled_from([NEWCOMER, ""])),
        st.tuples(st.just(Column.ORGANISATION), st.just("Wholly New Bureau of Placeholders")),
    ]
    if desk.hours:
        choices.append(
            st.tuples(st.just(Column.HOURS), st.sampled_from(["24/7", "Mo 08:00-09:00"]))
        )
    if desk.channels:
        choices.append(st.tuples(st.just(Column.CONFIRMED), st.just(DAY)))
    new = {
        "telephone": "+61 2 5550 0999",
        "mobile": "+61 491 570 156",
        "fax": "+61 2 5550 0998",
        "e-mail": "new@desk.example",
        "portal": "https://new.example/",
    }
    for medium, column in MEDIA.items():
        lines = held[medium]
        ways = [[*lines, new[medium]]]
        if lines:
            ways += [lines[1:], [new[medium], *lines[1:]]]
        choices.append(st.tuples(st.just(column), st.sampled_from(["\n".join(w) for w in ways])))
    return st.one_of(choices)


def added() -> st.SearchStrategy[dict[Column, str]]:
    return st.builds(
        lambda code, name, n: {
            Column.ECONOMY: ECONOMIES[code],
            Column.POST: f"Liaison {n}",
            Column.ORGANISATION: "Second Wholly New Institute",
            Column.NAME: name,
            Column.TELEPHONE: f"+61 2 5550 07{n:02}",
            Column.NETWORKS: "INTERPOL",
        },
        st.sampled_from(sorted(ECONOMIES)),
        st.sampled_from(["Hana SHINJIN", "Wiremu TAUIRA", "Guadalupe EJEMPLO"]),
        st.integers(10, 99),
    )


@st.composite
def scripts(draw: st.DrawFn) -> tuple[list[Desk], Script]:
    held = draw(desks())
    places = st.sampled_from(range(len(held)))
    edited = draw(st.lists(places, unique=True, max_size=3))
    saved = draw(
        st.none()
        | st.tuples(
            st.sampled_from([",", ";", "\t"]), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])
        )
    )
    form = draw(st.sampled_from(["xlsx", "csv"]))
    struck = draw(st.lists(places, unique=True, max_size=2)) if saved is None else []
    return held, Script(
        form,
        {place: draw(cells(held[place])) for place in edited if place not in struck},
        struck,
        draw(st.lists(added(), max_size=2, unique_by=lambda row: row[Column.NAME])),
        draw(st.randoms(use_true_random=False)),
        draw(st.booleans()),
        saved,
    )


def carried_out(table: Table, held: Sequence[Desk], script: Script) -> tuple[bytes, str]:
    """The list as it comes back, with the name of its file."""
    rows = table.posts()
    for place, (column, text) in script.edits.items():
        rows[held[place].id][table.columns.index(column)] = text
    table.struck = [rows[held[place].id] for place in script.struck]
    for row in script.added:
        table.add(row)
    if script.is_shaped:
        used = {Column.RECORD, Column.ECONOMY, Column.NAME, Column.TELEPHONE, Column.POST}
        used |= {column for column, _ in script.edits.values()}
        used |= set().union(*script.added)
        places = [
            place
            for place, column in enumerate(table.columns)
            if column in used or script.dice.random() < 0.7
        ]
        script.dice.shuffle(places)
        script.dice.shuffle(table.rows)
        table.shaped(places)
        table.rename([script.dice.randrange(20) for _ in range(3)])
    if script.saved is None:
        return table.as_xlsx(), "list.xlsx"
    return table.as_csv(*script.saved), "list.csv"


def expected(
    before: Mapping[str, Mapping[Column, str]], held: Sequence[Desk], script: Script
) -> dict[str, dict[Column, str]]:
    """What the rows of the next list say."""
    after = {rid: dict(row) for rid, row in before.items()}
    for place, (column, text) in script.says.items():
        row, desk = after[held[place].id], held[place]
        row[column] = normal(text)
        if column is Column.NAME:
            row[Column.OWN_SCRIPT] = _staying(before[held[place].id], desk)
        if column is Column.OWN_SCRIPT and text:
            row[Column.NAME] = _not_replaced(before[held[place].id], desk)
    for place in script.struck:
        if held[place].holders:
            after[held[place].id] |= {Column.NAME: "", Column.OWN_SCRIPT: ""}
        else:
            del after[held[place].id]
    return after


def _staying(row: Mapping[Column, str], desk: Desk) -> str:
    """Who is named in their own script once the other column names one person alone.

    Whoever has a name in that column has gone; where nobody has, it is the name of the first.
    """
    own = row[Column.OWN_SCRIPT].split("\n")
    if not row[Column.NAME]:
        return row[Column.OWN_SCRIPT]
    alone = [name["ja"] for name in desk.holders if "ja" in name]
    return "\n".join(line for line in own if line in {normal(name) for name in alone})


def _not_replaced(row: Mapping[Column, str], desk: Desk) -> str:
    """Who is named in Latin letters once the other column names somebody else in its first line.

    Whoever stood there first has gone; where nobody did, it is the name of the first.
    """
    first, *_ = row[Column.OWN_SCRIPT].split("\n")
    gone = {normal(name["en"]) for name in desk.holders
            if "en" in name and normal(name.get("zh-Hant", "")) == first != ""}  # fmt: skip
    return "\n".join(line for line in row[Column.NAME].split("\n") if line not in gone)


@given(scripts())
@settings(
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_the_next_list_says_what_was_written(
    shared: Database, scripted: tuple[list[Desk], Script]
) -> None:
    held, script = scripted
    for column, _ in script.edits.values():
        event(f"edits {column}")
    with undone(shared) as connection:
        write(connection, *(each for desk in held for each in desk.operations()), at=NOW)
        house = House(Open(connection))  # type: ignore[arg-type]
        table = Table(house.taken(NETWORK, script.form))
        before = table.told()
        assert before.keys() >= {desk.id for desk in held}
        data, name = carried_out(table, held, script)
        plan = house.plan(data, name)
        assert unaccounted(plan, data, name) == set()
        _assert_nothing_else(plan, held, script, before)
        if plan.operations:
            write(connection, *(one.operation for one in plan.operations), at=NOW)
        after = Table(house.taken(NETWORK, script.form)).told()
        new = [row for rid, row in after.items() if rid not in before]
        wanted = expected(before, held, script)
        assert {rid: row for rid, row in after.items() if rid in before} == wanted
        assert sorted(map(_short, new)) == sorted(map(_short, script.added))


def _short(row: Mapping[Column, str]) -> list[str]:
    return [row[column] for column in (Column.ECONOMY, Column.POST, Column.NAME, Column.TELEPHONE)]


def _assert_nothing_else(
    plan: Plan,
    held: Sequence[Desk],
    script: Script,
    before: Mapping[str, Mapping[Column, str]],
) -> None:
    """Nothing is proposed of a desk in whose row nobody has said anything else."""
    touched = {held[place].id for place in script.struck}
    touched |= {
        held[place].id
        for place, (column, text) in script.says.items()
        if before[held[place].id][column] != normal(text)
    }
    changed = {
        str((one.document or one.before or {}).get("contact", one.id)) for one in plan.operations
    }
    assert changed & {desk.id for desk in held} <= touched
    if not (touched or script.added):
        assert plan.operations == []
