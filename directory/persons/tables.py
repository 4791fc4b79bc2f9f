"""The texts beside the log that may tell of a person: proposals, lists, accounts, reasons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Table, bindparam, or_, select

from directory.access.models import accounts, partners
from directory.changes.journal import Blank
from directory.changes.kinds import Kinds
from directory.changes.models import change_sets, proposed_change_sets, proposed_operations
from directory.changes.proposed import APPROVED, DROPPED, OPEN, PROPOSED
from directory.changes.reaching import Reached
from directory.changes.reapplying import ERASED
from directory.clock import format_instant
from directory.db import is_one_of, json_list
from directory.meetings.models import list_findings, returned_lists
from directory.persons.places import Place, Treatment, excerpt, texts_in
from directory.persons.rules.matching import Person
from directory.readings.models import readings


@dataclass(frozen=True, slots=True)
class _Texts:
    """The columns of a table that hold text of people.

    Attributes:
        columns: Each with what stands there afterwards.
        treatment: What is done to a row.
    """

    table: Table
    columns: dict[str, str | None]
    treatment: Treatment = Treatment.BLANKED


_LOOKED_THROUGH = (
    _Texts(change_sets, {"reason": ""}),
    _Texts(proposed_change_sets, {"reason": "", "remark": None}),
    _Texts(proposed_operations, {"document": None, "why": ""}),
    # Not what is left of it: the journal has what is put in the place of a text, and other people's
    # would stand there.
    _Texts(returned_lists, {"file_name": ERASED, "reading": "{}"}),
    _Texts(list_findings, {"read": ERASED, "proposed": ERASED}),
    _Texts(accounts, {"name": ERASED, "email": None}, Treatment.CLOSED),
    # An agency that is called after a person: only its operator knows what else to call it.
    _Texts(partners, {"name": None}, Treatment.BY_HAND),
)
TABLES = frozenset({*(each.table.name for each in _LOOKED_THROUGH), readings.name})
"""The names of all tables beside the log from which a text may go."""
_JSON = frozenset({"document", "reading"})


def in_tables(connection: Connection, person: Person) -> Iterator[Place]:
    """Every text beside the log that tells of the person."""
    for looked in _LOOKED_THROUGH:
        table = looked.table
        keys = [str(column.name) for column in table.primary_key]
        columns = [table.c[name] for name in (*keys, *looked.columns)]
        for row in connection.execute(select(*columns).order_by(*table.primary_key)).mappings():
            for name in looked.columns:
                for field, text in _texts(name, row[name]):
                    if sure := person.confidence(text):
                        key = {each: row[each] for each in keys}
                        yield Place(table.name, key, field, excerpt(text), sure, looked.treatment)


def _texts(name: str, value: str | None) -> Iterator[tuple[str, str]]:
    if value is None:
        return
    if name in _JSON:
        yield from texts_in(orjson.loads(value), f"{name}")
    else:
        yield name, value


def blank_of(connection: Connection, place: Place, *, at: datetime) -> Blank | None:
    """What is put in the place of a text; None where the row is not of these tables."""
    looked = next((each for each in _LOOKED_THROUGH if each.table.name == place.store), None)
    if looked is None or looked.treatment is Treatment.BY_HAND:
        return None
    name = place.field.split("/")[0]
    values: dict[str, Any] = {name: looked.columns[name]}
    if place.store == accounts.name:
        rid = place.key["id"]
        values = {"name": ERASED, "email": f"{rid}@erased.invalid"} | _closing(connection, rid, at)
    elif place.store == proposed_operations.name:
        values |= _dropping(_operation(connection, place))
        if name == "document":
            # What is noted of a number can be found by trying, and was noted of this document.
            values["noted"] = None
    return Blank(place.store, place.key, values)


def dropped_with(connection: Connection, kinds: Kinds, reached: Reached) -> list[Blank]:
    """What becomes of the operations on records that are erased: none can be carried out.

    Nor can those that note something of what is erased.
    """
    ids = {rid for records in reached.gone.values() for rid in records}
    rows = connection.execute(
        select(
            proposed_operations.c.change_set,
            proposed_operations.c.place,
            proposed_operations.c.state,
            proposed_operations.c.kind,
            proposed_operations.c.rid,
            proposed_operations.c.document,
            proposed_operations.c.noted,
            proposed_change_sets.c.state.label("of"),
        )
        .join(proposed_change_sets, proposed_change_sets.c.id == proposed_operations.c.change_set)
        .where(
            or_(
                is_one_of(proposed_operations.c.rid, bindparam("ids")),
                proposed_operations.c.noted.is_not(None),
            )
        ),
        {"ids": json_list(ids)},
    )
    return [
        Blank(
            proposed_operations.name,
            {"change_set": row.change_set, "place": row.place},
            {"document": None, "noted": None} | _dropping(row),
        )
        for row in rows
        if row.rid in ids or _notes(kinds, row, reached.spent)
    ]


def _notes(kinds: Kinds, row: Any, spent: frozenset[tuple[str, str]]) -> bool:
    noting = kinds[row.kind].noting
    if noting is None or row.noted is None or row.document is None:
        return False
    named = orjson.loads(row.document).get(noting.names)
    return (named, orjson.loads(row.noted).get(noting.field)) in spent


def _closing(connection: Connection, account: str, at: datetime) -> dict[str, Any]:
    closed_at = connection.scalar(select(accounts.c.closed_at).where(accounts.c.id == account))
    return {} if closed_at is not None else {"closed_at": format_instant(at)}


def _operation(connection: Connection, place: Place) -> Any:
    return connection.execute(
        select(proposed_operations.c.state, proposed_change_sets.c.state.label("of"))
        .join(proposed_change_sets, proposed_change_sets.c.id == proposed_operations.c.change_set)
        .where(
            proposed_operations.c.change_set == place.key["change_set"],
            proposed_operations.c.place == place.key["place"],
        )
    ).one()


def _dropping(row: Any) -> dict[str, Any]:
    """An operation that says nothing any more is not applied; one that was, stays as it is."""
    waits = row.of in {PROPOSED, APPROVED} and row.state in {OPEN, APPROVED}
    return {"state": DROPPED} if waits else {}
