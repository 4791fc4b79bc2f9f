"""Connections, units of work and the few constructs that both databases must spell differently.

The only module that commits. A reading unit sees one snapshot and cannot write; a writing unit
takes SQLite's write lock before its first read, because a deferred transaction that reads and then
writes is "database is locked" as soon as another writer has committed in between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any, Self

import orjson
from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    Table,
    Text,
    exc,
    literal_column,
    type_coerce,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeDecorator, TypeEngine

from directory.engines import (
    LOCK_TIMEOUT_SECONDS,
    postgresql_engine,
    sqlite_engine,
)
from directory.errors import UnavailableError
from directory.readers import Readers

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def as_instant(value: str | datetime | None) -> datetime | None:
    """An instant as a driver gives it, in UTC."""
    if isinstance(value, str):
        return datetime.fromisoformat(value)
    return None if value is None else value.astimezone(UTC)


class Instant(TypeDecorator[datetime]):
    """An aware instant: ``timestamptz`` on PostgreSQL, fixed-width ISO text in UTC on SQLite.

    Fixed width, so that text sorts as time does.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text where the database has no instants of its own."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Text())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Write the instant in UTC; one without a zone is a mistake of ours."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a zone reached the database")
        value = value.astimezone(UTC)
        if dialect.name == "sqlite":
            return f"{value.isoformat(timespec='microseconds')[:26]}Z"
        return value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Read the instant back in UTC."""
        return as_instant(value)


def let_go_of_pages(connection: Connection) -> None:
    """Give back what SQLite keeps of the pages it has read, up to 32 MB a connection.

    For whoever has read much and goes on with something else; PostgreSQL keeps nothing here.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA shrink_memory")


def json_list(items: Iterable[str]) -> str:
    """Some strings as sorted JSON text, the form in which lists reach a query."""
    return orjson.dumps(sorted(items)).decode()


class StringList(TypeDecorator[str]):
    """Some strings as ``json_list`` writes them: JSON text on SQLite, an array on PostgreSQL.

    PostgreSQL counts what stands in an array that it is given, and only then trusts its indexes.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """An array where the database has them."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(ARRAY(Text()))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:
        """Hand the strings over in the database's own form."""
        return orjson.loads(value) if value and dialect.name == "postgresql" else value


class _Condition(FunctionElement[bool]):
    """A condition that is one on every database, and no number that would have to be compared.

    Without this SQLAlchemy writes ``(… IN …) = 1`` on SQLite, which no index serves.
    """

    type = Boolean()
    inherit_cache = True

    def __init__(self, tested: ColumnElement[Any], items: ColumnElement[Any]) -> None:
        super().__init__(tested, type_coerce(items, StringList))

    def self_group(self, against: OperatorType | None = None) -> Self:
        """Stand as it is: the brackets are its own."""
        return self


class overlaps(_Condition):  # noqa: N801 - reads as a function in a query
    """Whether two JSON lists of strings, both as text, share an item."""

    name = "overlaps"
    inherit_cache = True


class is_one_of(_Condition):  # noqa: N801
    """Whether a text column's value stands in a JSON list of strings."""

    name = "is_one_of"
    inherit_cache = True


@compiles(overlaps, "sqlite")
def _overlaps_on_sqlite(element: overlaps, compiler: SQLCompiler, **kw: Any) -> str:
    column, items = (compiler.process(clause, **kw) for clause in element.clauses)
    return (
        f"(EXISTS (SELECT 1 FROM json_each({column}) AS held"  # noqa: S608 - our own
        f" WHERE held.value IN (SELECT value FROM json_each({items}))))"
    )


@compiles(overlaps, "postgresql")
def _overlaps_on_postgresql(element: overlaps, compiler: SQLCompiler, **kw: Any) -> str:
    column, items = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"jsonb_exists_any(CAST({column} AS jsonb), {items})"


@compiles(is_one_of, "sqlite")
def _is_one_of_on_sqlite(element: is_one_of, compiler: SQLCompiler, **kw: Any) -> str:
    column, items = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"({column} IN (SELECT value FROM json_each({items})))"  # noqa: S608 - our own


@compiles(is_one_of, "postgresql")
def _is_one_of_on_postgresql(element: is_one_of, compiler: SQLCompiler, **kw: Any) -> str:
    column, items = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"({column} = ANY({items}))"


class bytewise(FunctionElement[str]):  # noqa: N801
    """A text that sorts by its bytes, as Python sorts it, whatever the database's own order is."""

    name = "bytewise"
    type = Text()
    inherit_cache = True


@compiles(bytewise, "sqlite")
def _bytewise_on_sqlite(element: bytewise, compiler: SQLCompiler, **kw: Any) -> str:
    (column,) = element.clauses
    return str(compiler.process(column, **kw))


@compiles(bytewise, "postgresql")
def _bytewise_on_postgresql(element: bytewise, compiler: SQLCompiler, **kw: Any) -> str:
    (column,) = element.clauses
    return f'({compiler.process(column, **kw)} COLLATE "C")'


def constant(text: str) -> ColumnElement[str]:
    """A text of ours as SQL itself: a statement full of fixed parameters binds them every time."""
    quoted = text.replace("'", "''")
    return literal_column(f"'{quoted}'", Text)


def lock_out_writers(connection: Connection, table: Table) -> None:
    """Let nobody else write to a table, nor take this lock, until the unit of work ends.

    What was read before may have changed by then: read again what is decided on. On SQLite a
    writing unit keeps all other writers out as it is.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"LOCK TABLE {table.name} IN SHARE ROW EXCLUSIVE MODE")


class Database:
    """One database and its units of work.

    Args:
        url: ``sqlite:///path`` or ``postgresql+psycopg://…``.
        lock_timeout: For how many seconds to wait for another writer.
        guard: Called at the beginning of every writing unit of work; raises where nothing may be
            written.
        is_copy: Whether it is the copy of another directory: its records may then name others that
            it does not hold.
    """

    def __init__(
        self,
        url: str,
        *,
        lock_timeout: int = LOCK_TIMEOUT_SECONDS,
        guard: Callable[[Connection], None] | None = None,
        is_copy: bool = False,
    ) -> None:
        self.url = url
        self._guard = guard
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        if self.is_sqlite:
            make = partial(
                sqlite_engine, url, lock_timeout=lock_timeout, has_foreign_keys=not is_copy
            )
            self._reader = make(begin="BEGIN", read_only=True)
            self._writer = make(begin="BEGIN IMMEDIATE", read_only=False)
        else:
            make = partial(postgresql_engine, url, lock_timeout=lock_timeout)
            self._reader = make(isolation="REPEATABLE READ", read_only=True)
            self._writer = make(isolation="READ COMMITTED", read_only=False)
        self._readers = Readers(self._reader)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A unit of work that sees one snapshot of the database and cannot change it.

        Raises:
            UnavailableError: The database cannot be reached.
        """
        try:
            connection = self._readers.lend()
            try:
                yield connection
            finally:
                self._readers.take_back(connection)
        except exc.OperationalError as error:
            _raise_when_down(error)
            raise

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A unit of work that is committed when the block ends and undone when it raises.

        Raises:
            UnavailableError: Another writer held the database for too long, or it is down.
        """
        with _unavailable_when_down(), self._writer.begin() as connection:
            if self._guard is not None:
                self._guard(connection)
            yield connection

    def dispose(self) -> None:
        """Close the connections; a process that forks calls this before it does."""
        self._readers.close()
        self._reader.dispose()
        self._writer.dispose()

    @property
    def engines(self) -> tuple[Engine, Engine]:
        """The reading and the writing engine, for instruments that listen to both."""
        return self._reader, self._writer


@contextmanager
def whole_or_nothing(connection: Connection) -> Iterator[None]:
    """Undo what the block wrote when it raises, and leave the rest of the unit of work as it is.

    As ``begin_nested`` does, which puts its three statements together anew each time: they took a
    quarter of what a change set of one change takes.
    """
    connection.exec_driver_sql("SAVEPOINT whole")
    try:
        yield
    except BaseException:
        # Where the connection is lost, so is all of it.
        if not connection.invalidated:
            connection.exec_driver_sql("ROLLBACK TO SAVEPOINT whole")
            connection.exec_driver_sql("RELEASE SAVEPOINT whole")
        raise
    connection.exec_driver_sql("RELEASE SAVEPOINT whole")


def insert_or_leave(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert a row unless one with its key is there; whether it was inserted.

    Waits for whoever is inserting the same key until they commit.
    """
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table).values(row).on_conflict_do_nothing()
    return connection.execute(statement.returning(*table.primary_key)).first() is not None


def insert_or_replace(connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Insert a row, in the place of the one with its key where one is there."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table).values(row)
    key = [column.name for column in table.primary_key]
    others = {name: statement.excluded[name] for name in row if name not in key}
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_=others))


@contextmanager
def _unavailable_when_down() -> Iterator[None]:
    try:
        yield
    except exc.OperationalError as error:
        _raise_when_down(error)
        raise


def _raise_when_down(error: exc.OperationalError) -> None:
    if isinstance(error.orig, Exception) and _is_busy(error):
        raise UnavailableError(
            "Another change has held the directory for too long. Nothing was written;"
            " try again in a moment."
        ) from error
    if error.connection_invalidated or _is_unreachable(error):
        raise UnavailableError(
            "The directory's database cannot be reached at the moment."
        ) from error


def _is_busy(error: exc.OperationalError) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    return state in {"55P03", "40001", "40P01"} or "database is locked" in str(error.orig)


def _is_unreachable(error: exc.OperationalError) -> bool:
    # psycopg gives no state for a connection that never came about, or was cut.
    return "unable to open database file" in str(error.orig) or (
        getattr(error.orig, "sqlstate", "not PostgreSQL's") in {None, "57P01", "57P03"}
    )
