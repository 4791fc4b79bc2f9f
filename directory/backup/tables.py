"""Which tables a backup takes, and their rows as text that any database can take back.

Taken is what cannot be made again: the log, what waits to be decided, accounts, registers. The
tables of records are left out: they are made from the log, and so cannot disagree with it.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    LargeBinary,
    MetaData,
    Table,
    Text,
    select,
)

from directory.access.uses import token_uses
from directory.changes.kinds import Kinds
from directory.changes.models import idempotency_keys
from directory.clock import format_instant, parse_instant
from directory.db import Instant, metadata
from directory.documents import Document
from directory.readings.models import readings

ROWS_AT_ONCE = 1000
_LEFT_OUT = {
    idempotency_keys.name: "kept for a day, for answers that were lost",
    token_uses.name: "in a file of its own on SQLite; nothing is decided by it",
    readings.name: "in a file of its own on SQLite; taken through their store",
}

_Writer = Callable[[Any], Any]
_FORMS: dict[str, tuple[type[Any], _Writer, _Writer]] = {
    "bytes": (
        LargeBinary,
        lambda value: base64.b64encode(value).decode(),
        base64.b64decode,
    ),
    "instant": (Instant, format_instant, parse_instant),
    "date": (Date, date.isoformat, date.fromisoformat),
    "truth": (Boolean, bool, bool),
}
"""Values that JSON has no form for: their type, how they are written, how they are read."""


def tables_to_take(kinds: Kinds) -> list[Table]:
    """The tables of a backup, in an order in which every foreign key already stands."""
    made = {kind.table for kind in kinds}
    made |= {derived for kind in kinds for derived in kind.derived}
    made |= {summary.table for summary in kinds.summaries}
    return [
        table
        for table in metadata.sorted_tables
        if table not in made and table.name not in _LEFT_OUT
    ]


def columns_of(table: Table) -> list[Document]:
    """A table's columns as a backup names them: ``[{"name", "form"}]``."""
    return [{"name": str(column.name), "form": _form_of(column)} for column in table.columns]


def _form_of(column: Column[Any]) -> str:
    for form, (type_, _, _) in _FORMS.items():
        if isinstance(column.type, type_):
            return form
    return "plain"


def lines_of(connection: Connection, table: Table) -> Iterator[bytes]:
    """A table's rows in the order of their key, each a line of JSON."""
    writers = [
        _FORMS[each["form"]][1] if each["form"] in _FORMS else None for each in columns_of(table)
    ]
    statement = select(table).order_by(*table.primary_key)
    found = connection.execute(statement, execution_options={"yield_per": ROWS_AT_ONCE})
    for row in found:
        values = [
            value if writer is None or value is None else writer(value)
            for writer, value in zip(writers, row, strict=True)
        ]
        yield orjson.dumps(values) + b"\n"


def table_of(name: str, columns: Sequence[Document]) -> Table:
    """A table as a backup knows it, which may be older than the code's."""
    types = {form: type_ for form, (type_, _, _) in _FORMS.items()}
    return Table(
        name,
        MetaData(),
        *(Column(each["name"], types.get(each["form"], Text)) for each in columns),
    )


def names_its_own_rows(name: str) -> bool:
    """Whether rows of a table refer to others of it, so that they have to come in one statement."""
    table = metadata.tables.get(name)
    return table is not None and any(key.column.table is table for key in table.foreign_keys)


def row_of(line: bytes, columns: Sequence[Document]) -> tuple[Any, ...]:
    """A row from its line."""
    values = orjson.loads(line)
    return tuple(
        value if value is None or each["form"] not in _FORMS else _FORMS[each["form"]][2](value)
        for value, each in zip(values, columns, strict=True)
    )


def entry_of_reading(row: Any) -> Document:
    """A reading as its store takes it."""
    told: Document = {str(name): value for name, value in row.items()}
    at: datetime = told["at"]
    return told | {"at": format_instant(at)}
