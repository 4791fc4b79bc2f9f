"""Backing up a directory, and putting one back.

A restored directory goes on in a new epoch: it has another log id, which names the log that it came
from and where it left that. What mirrors hold beyond that place is then known to be of the other
history, instead of being taken for this one's.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO

import orjson
from sqlalchemy import Connection, false, func, select, true
from sqlalchemy.exc import IntegrityError

from directory import migrate
from directory.access.models import partners
from directory.backup.archive import Archive, opened, written
from directory.backup.errors import BadBackupError, NotEmptyError, NothingToBackUpError
from directory.backup.state import State
from directory.backup.tables import (
    columns_of,
    entry_of_reading,
    lines_of,
    names_its_own_rows,
    row_of,
    table_of,
    tables_to_take,
)
from directory.changes.bulk import insert_rows
from directory.changes.errors import DamagedLogError
from directory.changes.highwater import Mark
from directory.changes.kinds import Kinds
from directory.changes.models import log_epochs, log_head
from directory.changes.reapplying import reapply
from directory.changes.rebuild import rebuild
from directory.changes.verify import verify
from directory.clearing import clear, note_uncleared
from directory.clock import format_instant
from directory.db import Database, metadata
from directory.documents import Document
from directory.readings.models import readings
from directory.readings.store import Store

Progress = Callable[[int, int], None]
READINGS = "readings"
_AGAIN = "flask --app wsgi persons expire --apply tries it again"
ROWS_AT_ONCE = 1000
LOG_ID_BYTES = 8


@dataclass(frozen=True, slots=True)
class Taken:
    """What a backup holds.

    Attributes:
        size: Entries of the log.
        rows: Rows of all tables.
    """

    log: str
    size: int
    root: str
    rows: int


def back_up(
    database: Database,
    store: Store,
    state: State,
    kinds: Kinds,
    to: Path,
    *,
    at: datetime,
    progress: Progress,
) -> Taken:
    """Write all that a directory is into one file; those who read and write go on meanwhile.

    Args:
        database: The directory's, read in one snapshot.
        store: Its readings.
        state: What lies beside it.
        kinds: The registered kinds.
        to: The file, replaced as a whole.
        at: The present instant.
        progress: Told how many parts of how many are done.

    Raises:
        NothingToBackUpError: It is a mirror, which copies anew instead, or has no log.
    """
    tables = tables_to_take(kinds)
    with written(to) as archive, database.reading() as connection:
        head = connection.execute(select(log_head)).one_or_none()
        if head is None or head.copy_of is not None:
            raise NothingToBackUpError(
                "A mirror is not backed up: it copies from its origin again."
                if head is not None
                else "The database holds no directory yet."
            )
        rows = 0
        for done, table in enumerate(tables):
            progress(done, len(tables) + 1)
            rows += archive.add(f"tables/{table.name}.ndjson", lines_of(connection, table))
        rows += archive.add(f"{READINGS}.ndjson", _readings(store))
        for name, content in state.to_keep():
            archive.add(f"state/{name}", content.splitlines(keepends=True))
        archive.bind(
            to,
            {
                "at": format_instant(at),
                "migration": migrate.current(connection),
                "log": head.log_id,
                "size": head.size,
                "root": bytes(head.root).hex(),
                "tables": {str(table.name): columns_of(table) for table in tables},
            },
        )
        progress(len(tables) + 1, len(tables) + 1)
    return Taken(head.log_id, head.size, bytes(head.root).hex(), rows)


def _readings(store: Store) -> Iterator[bytes]:
    with store.reading() as connection:
        found = connection.execute(
            select(readings).order_by(readings.c.at, readings.c.id),
            execution_options={"yield_per": ROWS_AT_ONCE},
        )
        for row in found.mappings():
            yield orjson.dumps(entry_of_reading(row)) + b"\n"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back.

    Attributes:
        taken: What the backup held.
        taken_at: When it was made.
        log: The id of the log that goes on from it.
        records: Number of records, of all kinds.
        erased: How many erasures had to be repeated, because the backup was older than they.
        along: Kind and id of records that went with those, because they named what was erased.
        todo: What is left to be seen to by hand, so that nothing erased can be read in the files.
    """

    taken: Taken
    taken_at: str
    log: str
    records: int
    erased: int
    along: tuple[tuple[str, str], ...]
    todo: tuple[str, ...]


def restore(
    url: str,
    state: State,
    kinds: Kinds,
    path: Path,
    *,
    at: datetime,
    progress: Progress,
) -> Restored:
    """Put a directory back into an empty database, verified, in a new epoch.

    The service does not start from it until this has come to its end.

    Args:
        url: The database, which holds no directory.
        state: What lies beside it; journal and high-water mark there may be newer than the backup.
        kinds: The registered kinds.
        path: The backup.
        at: The present instant.
        progress: Told how many parts of how many are done.

    Raises:
        BadBackupError: The file is no whole backup; nothing was done.
        NotEmptyError: The database holds a directory; nothing was done.
        OtherKeysError: Other signing keys are here than the backup's; nothing was done.
        RestoringError: Another process restores with this state folder; nothing was done.
    """
    archive = opened(path)
    _refuse_newer(archive.about)
    with state.restoring_alone():
        return _restore(url, state, kinds, archive, at, progress)


def _restore(
    url: str, state: State, kinds: Kinds, archive: Archive, at: datetime, progress: Progress
) -> Restored:
    about = archive.about
    _refuse_full(url, about)
    keys = dict(state.kept_in(archive))
    state.refuse_other_keys(keys)
    state.begin_restoring(archive.path)
    migrate.upgrade(url, about["migration"])
    database, store, todo = Database(url), Store(url), list[str]()
    try:
        with database.writing() as connection:
            rows = _load(connection, archive, progress)
        _load_readings(store, archive)
        migrate.upgrade(url)
        with database.writing() as connection:
            _rebuilt(connection, kinds, progress)
            # Before the new epoch: the journal knows the log by the name that it had.
            erased = reapply(
                connection,
                kinds,
                state.erasures(archive),
                at=at,
                elsewhere=frozenset({READINGS} if store.is_local else ()),
            )
            log_id = _open_epoch(connection, about, at)
            found = verify(connection, kinds, progress=progress)
            if found.problems:
                raise BadBackupError(
                    "What was put back does not verify; the service does not start from it:\n"
                    + "\n".join(found.problems)
                )
        if erased.elsewhere:
            store.put_out([blank.key["id"] for blank in erased.elsewhere])
        if erased.lines:
            # A line may have blanked rows alone, or rows of the readings' own database.
            cleared = [clear(database, [table.name for table in metadata.sorted_tables])]
            if store.is_local:
                cleared.append(clear(store.database, ()))
            again = [f"{line}; {_AGAIN}" for each in cleared for line in each.again]
            todo = again + [line for each in cleared for line in each.by_hand]
            if again:
                note_uncleared(state.folder)
    finally:
        database.dispose()
        store.dispose()
    state.put_back(keys)
    # Whoever starts the service from the old database is told.
    state.high_water.leave(Mark(about["log"], about["size"], about["root"]), left_for=log_id)
    state.high_water.raise_to(Mark(log_id, found.entries, found.root.hex()))
    state.end_restoring()
    taken = Taken(about["log"], about["size"], about["root"], rows)
    return Restored(
        taken, about["at"], log_id, found.records, erased.redactions, erased.along, tuple(todo)
    )


def _rebuilt(connection: Connection, kinds: Kinds, progress: Progress) -> None:
    try:
        rebuild(connection, kinds, progress=progress)
    except (IntegrityError, DamagedLogError) as error:
        raise BadBackupError(
            "The log of the backup contradicts itself: records name others that are not in it."
            " The service does not start from it; use another backup."
        ) from error


def _refuse_newer(about: Document) -> None:
    if about["migration"] not in migrate.known():
        raise BadBackupError(
            f"The backup is of migration {about['migration']}, which this program does not know."
            " Use the release that made it, or a later one."
        )


def _refuse_full(url: str, about: Document) -> None:
    database = Database(url)
    try:
        with database.reading() as connection:
            held = migrate.current(connection)
            if held is None:
                return
            is_used = held != about["migration"] or _holds_something(connection)
    finally:
        database.dispose()
    if is_used:
        raise NotEmptyError(
            "The database holds a directory already, or is of another release. Restore into an"
            " empty one: name a new file, or a new PostgreSQL database, in DIRECTORY_DATABASE_URL."
        )


def _holds_something(connection: Connection) -> bool:
    size = connection.scalar(select(log_head.c.size))
    return bool(size) or bool(connection.scalar(select(func.count()).select_from(partners)))


def _load(connection: Connection, archive: Archive, progress: Progress) -> int:
    """Put every table's rows back; the log's head goes with the log."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    # Held as a new log's head at first: what opens a log for a copy is itself guarded by it.
    connection.execute(log_head.update().values(writing=true(), opened_for="copy"))
    tables, rows = archive.about["tables"], 0
    for done, (name, file) in enumerate(archive.members()):
        table = name.removeprefix("tables/").removesuffix(".ndjson")
        progress(done, len(tables))
        if table == log_head.name:
            _replace_head(connection, file, tables[table])
        elif name.startswith("tables/"):
            rows += _load_table(connection, table, tables[table], file)
    connection.execute(log_head.update().values(writing=false(), opened_for=None))
    return rows


def _replace_head(connection: Connection, file: IO[bytes], columns: list[Document]) -> None:
    (line,) = list(file)
    names = [each["name"] for each in columns]
    told = dict(zip(names, row_of(line, columns), strict=True))
    connection.execute(
        log_head.update().values(
            {name: told[name] for name in ("log_id", "size", "root", "frontier", "last_at")}
        )
    )


def _load_table(connection: Connection, name: str, columns: list[Document], file: IO[bytes]) -> int:
    table, rows = table_of(name, columns), 0
    at_once = None if names_its_own_rows(name) else ROWS_AT_ONCE
    while True:
        some = [row_of(line, columns) for line in islice(file, at_once)]
        insert_rows(connection, table, some)
        rows += len(some)
        if at_once is None or len(some) < at_once:
            return rows


def _open_epoch(connection: Connection, about: Document, at: datetime) -> str:
    """Begin a new log where the one of the backup is left."""
    log_id = secrets.token_hex(LOG_ID_BYTES)
    connection.execute(log_head.update().values(writing=true(), opened_for="copy", log_id=log_id))
    connection.execute(
        log_epochs.insert().values(
            log_id=log_id,
            parent=about["log"],
            parent_size=about["size"],
            parent_root=bytes.fromhex(about["root"]),
            opened_at=at,
            reason="restore",
        )
    )
    connection.execute(log_head.update().values(writing=false(), opened_for=None))
    return log_id


def _load_readings(store: Store, archive: Archive) -> None:
    for name, file in archive.members():
        if name == f"{READINGS}.ndjson":
            while some := [orjson.loads(line) for line in islice(file, ROWS_AT_ONCE)]:
                store.append(some)
