"""Statements that are compiled once and run by the driver, past the layers that would cost more."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, exc
from sqlalchemy.sql import Executable


class Prepared:
    """A statement compiled once per database and then run with the driver's own parameters.

    Compiling and caching a Core statement costs more than a look-up's whole query, so the hot
    reads keep the text. The parameters still pass through the types' processors.
    """

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def rows(
        self, connection: Connection, parameters: Mapping[str, Any]
    ) -> Sequence[Sequence[Any]]:
        """Run the statement and return its rows as the driver gives them (no result processing).

        The connection must be in a unit of work, as each that the database hands out is.
        """
        rows: Sequence[Sequence[Any]] = self._executed(connection, parameters).fetchall()
        return rows

    def run(self, connection: Connection, parameters: Mapping[str, Any]) -> None:
        """Run a statement that gives no rows."""
        self._executed(connection, parameters)

    def _executed(self, connection: Connection, parameters: Mapping[str, Any]) -> Any:
        dialect = connection.dialect
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = self._compiled[dialect.name] = _Compiled(self._statement, dialect)
        # The driver itself: a fifth of the cost of going through the engine.
        driver: Any = connection.connection.driver_connection
        try:
            return driver.execute(compiled.sql, compiled.bind(parameters))
        except dialect.loaded_dbapi.OperationalError as error:
            raise exc.OperationalError(compiled.sql, None, error) from error


class _Compiled:
    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
        self.sql = str(compiled)
        self._order: Sequence[str] | None = compiled.positiontup
        names = {name: bind for bind, name in compiled.bind_names.items()}
        self._fixed: dict[str, Any] = {}
        self._processors: dict[str, Callable[[Any], Any]] = {}
        for name, bind in names.items():
            processor = bind.type.dialect_impl(dialect).bind_processor(dialect)
            if processor is not None:
                self._processors[name] = processor
            if not bind.required:
                value = bind.effective_value
                self._fixed[name] = processor(value) if processor is not None else value
        self._given = [name for name in names if name not in self._fixed]

    def bind(self, parameters: Mapping[str, Any]) -> Any:
        """The parameters in the form and order the driver wants."""
        bound = dict(self._fixed)
        for name in self._given:
            value = parameters[name]
            processor = self._processors.get(name)
            bound[name] = value if processor is None else processor(value)
        if self._order is None:
            return bound
        return tuple(bound[name] for name in self._order)
