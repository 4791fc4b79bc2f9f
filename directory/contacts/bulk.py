"""Writing many rows at once, the way each database does it fastest.

Values go to the driver as they are: no column's type converts them. SQLite repeats a prepared
statement; PostgreSQL takes the columns as arrays, so that thousands of rows are one statement.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table


def insert_rows(
    connection: Connection, table: Table, rows: Sequence[Sequence[Any]], *, otherwise: str = ""
) -> None:
    """Insert rows, each with the values of all the table's columns in their order.

    Args:
        connection: A writing unit of work.
        table: Where to.
        rows: What; may be empty.
        otherwise: An ``ON CONFLICT`` clause in SQL.
    """
    if not rows:
        return
    sql = f"{_insert(table, connection.dialect)} {otherwise}"
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(sql, [tuple(row) for row in rows])
    else:
        connection.exec_driver_sql(sql, tuple(map(list, zip(*rows, strict=True))))


@lru_cache(maxsize=64)
def _insert(table: Table, dialect: Dialect) -> str:
    names = [dialect.identifier_preparer.quote(column.name) for column in table.columns]
    into = f"INSERT INTO {table.name} ({', '.join(names)})"
    if dialect.name == "sqlite":
        return f"{into} VALUES ({', '.join('?' * len(names))})"
    types = [column.type.dialect_impl(dialect).compile(dialect) for column in table.columns]
    arrays = ", ".join(f"%s::{_array_type(kind)}[]" for kind in types)
    values = ", ".join(f"given.{name}::{kind}" for name, kind in zip(names, types, strict=True))
    given = f"unnest({arrays}) AS given ({', '.join(names)})"
    return f"{into} SELECT {values} FROM {given}"  # noqa: S608 - names of our own tables


def _array_type(kind: str) -> str:
    return "TEXT" if kind == "TSVECTOR" or "COLLATE" in kind else kind
