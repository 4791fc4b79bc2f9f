"""Writing many rows at once, the way each database does it fastest.

A column's type converts its values only where the driver cannot take them as they are. SQLite
repeats a prepared statement that inserts some dozens of rows: for each statement that a trigger may
stop half-way it notes how to go back. PostgreSQL takes the rows as a COPY, or, where a conflict is
to be settled, the columns as arrays: either way thousands of rows are one statement. One row alone
is quicker as a statement that the server has met before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import Boolean, Connection, Dialect, LargeBinary, Table, exc

_TAKEN_AS_THEY_ARE = (Boolean, LargeBinary)
"""Types of which SQLAlchemy converts values that both drivers understand."""
_ROWS = 50
"""Rows in one of SQLite's statements, which may hold 999 values and more."""


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
    insert = _insert(table, connection.dialect)
    sql = f"{insert.sql} {otherwise}"
    if insert.converters:
        rows = _converted(rows, insert.converters)
    if connection.dialect.name == "sqlite":
        _insert_by_dozens(connection, sql, rows)
    elif otherwise:
        connection.exec_driver_sql(sql, tuple(map(list, zip(*rows, strict=True))))
    elif len(rows) == 1:
        _insert_one(connection, insert.one, rows[0])
    else:
        _copy(connection, insert.copy, rows)


def _insert_by_dozens(connection: Connection, sql: str, rows: Sequence[Any]) -> None:
    """Insert rows on SQLite; the statement is one for a single row."""
    whole = len(rows) // _ROWS * _ROWS
    driver: Any = connection.connection.driver_connection
    with _as_the_engine_raises(connection, sql):
        if whole:
            row = f"({', '.join('?' * len(rows[0]))})"
            values = (
                tuple(chain.from_iterable(rows[start : start + _ROWS]))
                for start in range(0, whole, _ROWS)
            )
            driver.executemany(sql.replace(row, ", ".join([row] * _ROWS), 1), values)
        if whole < len(rows):
            driver.executemany(sql, rows[whole:])


def _converted(rows: Sequence[Sequence[Any]], converters: Sequence[_Converter]) -> list[Any]:
    converted = [list(row) for row in rows]
    for place, convert in converters:
        for row in converted:
            if row[place] is not None:
                row[place] = convert(row[place])
    return [tuple(row) for row in converted]


_Converter = tuple[int, Callable[[Any], Any]]


class _Insert(NamedTuple):
    """A table's statement, and the columns whose values are converted for it, by place."""

    sql: str
    one: str
    copy: str
    converters: tuple[_Converter, ...]


@lru_cache(maxsize=64)
def _insert(table: Table, dialect: Dialect) -> _Insert:
    converters: list[_Converter] = []
    for place, column in enumerate(table.columns):
        convert = column.type.dialect_impl(dialect).bind_processor(dialect)
        if convert is not None and not isinstance(column.type, _TAKEN_AS_THEY_ARE):
            converters.append((place, convert))
    names = ", ".join(_names(table, dialect))
    values = ", ".join(["%s"] * len(table.columns))
    one = f"INSERT INTO {table.name} ({names}) VALUES ({values})"  # noqa: S608 - our own
    copy = f"COPY {table.name} ({names}) FROM STDIN"
    return _Insert(_sql(table, dialect), one, copy, tuple(converters))


def _insert_one(connection: Connection, sql: str, row: Sequence[Any]) -> None:
    driver: Any = connection.connection.driver_connection
    with _as_the_engine_raises(connection, sql):
        driver.execute(sql, row)


def _copy(connection: Connection, sql: str, rows: Iterable[Sequence[Any]]) -> None:
    driver: Any = connection.connection.driver_connection
    with (
        _as_the_engine_raises(connection, sql),
        driver.cursor() as cursor,
        cursor.copy(sql) as copy,
    ):
        for row in rows:
            copy.write_row(row)


@contextmanager
def _as_the_engine_raises(connection: Connection, sql: str) -> Iterator[None]:
    """For what goes past the engine, which costs more than many a statement itself."""
    try:
        yield
    except connection.dialect.loaded_dbapi.Error as error:
        raise exc.DBAPIError.instance(
            sql, None, error, connection.dialect.loaded_dbapi.Error, dialect=connection.dialect
        ) from error


def _names(table: Table, dialect: Dialect) -> list[str]:
    return [dialect.identifier_preparer.quote(column.name) for column in table.columns]


def _sql(table: Table, dialect: Dialect) -> str:
    names = _names(table, dialect)
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
