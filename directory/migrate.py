"""Moving the database's schema: up to the newest, down, and whether code and database agree.

On SQLite the whole move is one transaction with foreign keys off, checked before it is committed;
on PostgreSQL an advisory lock keeps two movers apart. A migration that fails leaves everything as
it was.

Alembic is imported where it is needed: most commands never are, and it is a twelfth of their start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, create_engine, event, pool
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from directory.db import Database, metadata
from directory.engines import LOCK_TIMEOUT_SECONDS, keep_a_write_ahead_log
from directory.errors import ConflictError, NotFoundError, UnavailableError

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
_ADVISORY_LOCK = 0x0D1EC7


class BrokenMigrationError(ConflictError):
    """A migration would leave rows that refer to nothing; it was undone."""

    slug = "broken-migration"
    title = "The migration was undone"


class UnknownMigrationError(NotFoundError):
    """There is no such migration, or not on the way there is to go."""

    slug = "unknown-migration"
    title = "There is no such migration"


class DatabaseBehindError(ConflictError):
    """The database is older than the code that would serve from it."""

    slug = "database-behind"
    title = "The database is behind this code"


def configuration(*more_versions: Path) -> Config:
    """Alembic's configuration, without a file.

    Args:
        more_versions: Further folders with migrations, after the project's own.
    """
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("prepend_sys_path", str(MIGRATIONS.parent).replace("%", "%%"))
    folders = [str(MIGRATIONS / "versions"), *map(str, more_versions)]
    config.set_main_option("version_locations", "\n".join(folders).replace("%", "%%"))
    return config


def _migrations() -> ScriptDirectory:
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(configuration())


def upgrade(url: str, revision: str = "head", *, config: Config | None = None) -> None:
    """Bring the database up to a revision, or leave it as it was."""
    from alembic import command

    _move(url, config or configuration(), lambda chosen: command.upgrade(chosen, revision))


def downgrade(url: str, revision: str, *, config: Config | None = None) -> None:
    """Take the database down to a revision, or leave it as it was."""
    from alembic import command

    _move(url, config or configuration(), lambda chosen: command.downgrade(chosen, revision))


def undone_by(url: str, revision: str) -> list[tuple[str, str]]:
    """The migrations that going down to a revision would undo, the newest first, with their titles.

    Raises:
        UnknownMigrationError: There is no such revision below the one the database is at.
    """
    from alembic.script.revision import RevisionError
    from alembic.util import CommandError

    script = _migrations()
    with _migration_connection(url) as connection:
        held = current(connection)
    if held is None or held == revision:
        return []
    try:
        steps = list(script.iterate_revisions(held, revision))
    except (CommandError, RevisionError) as error:
        raise UnknownMigrationError(
            f"From {held}, where the database is, no way leads down to {revision!r}."
        ) from error
    return [(step.revision, step.doc) for step in steps]


def newest() -> str:
    """The revision this code is written for."""
    return str(_migrations().get_current_head())


def known() -> frozenset[str]:
    """The revisions that this code knows."""
    script = _migrations()
    return frozenset(step.revision for step in script.walk_revisions())


def current(connection: Connection) -> str | None:
    """The revision the database is at, None before the first migration."""
    from alembic.runtime.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()


def refuse_when_behind(database: Database) -> None:
    """Refuse to serve from a database that this code has still to bring up.

    One that is ahead may be served from: a migration leaves it usable to the release before, whose
    processes may have to start again meanwhile. One that does not answer may come back.

    Raises:
        DatabaseBehindError: It is behind; the detail says what to run.
    """
    script = _migrations()
    head = str(script.get_current_head())
    try:
        with database.reading() as connection:
            held = current(connection)
    except (UnavailableError, DBAPIError):
        return
    behind = {step.revision for step in script.walk_revisions()} - {head}
    if held is None or held in behind:
        raise DatabaseBehindError(
            f"The directory does not start: its database is at migration {held or 'none'}, this"
            f" code needs {head}. Run: flask --app wsgi db upgrade"
        )


def differences(url: str) -> Sequence[Any]:
    """What the tables of the code and of the database do not agree on, as Alembic tells it."""
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    with _migration_connection(url) as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "compare_server_default": True,
                "include_name": is_ours,
                "include_object": partial(_belongs_here, connection.dialect.name),
            },
        )
        found: Sequence[Any] = compare_metadata(context, metadata)
        return found


def is_ours(name: str | None, type_: str, parent_names: Any) -> bool:
    """Whether Alembic should compare a thing: each database has a full-text index of its own."""
    is_indexed = type_ in {"table", "index"}
    return not (is_indexed and name is not None and name.startswith("search_grams"))


def _belongs_here(
    dialect: str, item: Any, name: str | None, type_: str, is_reflected: bool, other: Any
) -> bool:
    """Whether a table or index of the code is one that this kind of database has at all."""
    if type_ == "table":
        return bool(item.info.get("only_on", dialect) == dialect)
    if type_ != "index" or is_reflected:
        return True
    return dialect == "postgresql" or item.dialect_options["postgresql"]["using"] is False


def _move(url: str, config: Config, step: Callable[[Config], None]) -> None:
    with _migration_connection(url) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
        config.attributes["connection"] = connection
        step(config)
        if connection.dialect.name == "sqlite":
            _check_foreign_keys(connection)


def _check_foreign_keys(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        tables = sorted({row[0] for row in broken})
        raise BrokenMigrationError(
            f"{len(broken)} rows would refer to nothing after the migration, in"
            f" {', '.join(tables)}. The database is as it was before."
        )


@contextmanager
def _migration_connection(url: str) -> Iterator[Connection]:
    """A connection of its own: foreign keys can only be switched off outside a transaction."""
    if make_url(url).get_backend_name() == "sqlite":
        Path(str(make_url(url).database)).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            url,
            poolclass=pool.NullPool,
            hide_parameters=True,
            connect_args={"isolation_level": None, "timeout": LOCK_TIMEOUT_SECONDS},
        )

        @event.listens_for(engine, "connect")
        def configure(connection: Any, entry: Any) -> None:
            keep_a_write_ahead_log(connection)
            # Rebuilding a table in batch mode would otherwise cascade into its children.
            connection.execute("PRAGMA foreign_keys=OFF")

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        engine = create_engine(url, poolclass=pool.NullPool, hide_parameters=True)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
