"""The tables as a test looks at them, and with the guards off as a test damages them."""

from typing import Any

from sqlalchemy import Connection, Table, inspect, text

from directory.changes.models import LOG_TABLES
from directory.db import metadata
from directory.migrate import is_ours
from directory.registry import KINDS

LOG_NAMES = [table.name for table in LOG_TABLES]
RECORD_NAMES = [kind.table.name for kind in KINDS]
GUARDED = [*LOG_NAMES, *RECORD_NAMES]


def all_rows(connection: Connection, *, but: tuple[str, ...] = ()) -> dict[str, list[Any]]:
    """Every row of every table, all columns, as the database gives them.

    Where SQLite keeps a full-text index is left out: its pages depend on how they were filled.
    """
    found = {}
    for name in inspect(connection).get_table_names():
        if name not in but and is_ours(name, "table", {}):
            rows = connection.exec_driver_sql(f'SELECT * FROM "{name}"')  # noqa: S608
            found[name] = sorted(repr(tuple(row)) for row in rows)
    return found


def table(name: str) -> Table:
    return metadata.tables[name]


def take_guards_away(connection: Connection, *names: str) -> None:
    """Do what only somebody with the database in his hands can do."""
    for name in names:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"ALTER TABLE {name} DISABLE TRIGGER USER"))
            continue
        triggers = connection.scalars(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :name"),
            {"name": name},
        ).all()
        for trigger in triggers:
            connection.execute(text(f"DROP TRIGGER {trigger}"))
