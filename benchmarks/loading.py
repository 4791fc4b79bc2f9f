"""Loading the fictional directory through the one door, and how long that takes."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from time import perf_counter, process_time

from sqlalchemy import create_engine, text

from benchmarks.cpu import settled_memory
from benchmarks.databases import Store
from benchmarks.world import AT, World
from directory import migrate
from directory.changes.apply import apply
from directory.changes.operations import prepare
from directory.db import Database
from directory.registry import KINDS
from tests.databases import Backend

OPERATIONS = 5_000
"""Operations in a change set."""

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Loading:
    """How a database was loaded.

    Attributes:
        prepare_seconds: Checking documents and making their bytes, before anything is locked.
        apply_seconds: Deciding, writing and committing; the head is held.
        cpu_seconds: What both took of this process's processor time.
        measured_on: The day.
    """

    records: int
    prepare_seconds: float
    apply_seconds: float
    cpu_seconds: float
    measured_on: str

    @property
    def records_per_second(self) -> float:
        """Records from their documents to the disk."""
        return self.records / (self.prepare_seconds + self.apply_seconds)


def loaded(
    store: Store, backend: Backend, contacts: int, *, anew: bool, progress: Progress
) -> tuple[str, Loading, bool]:
    """Find or load a database.

    Returns:
        Its address, how it was loaded, and whether that was now.
    """
    notes = store.path(backend, contacts)
    if notes.exists() and not anew:
        return store.url(backend, contacts), Loading(**json.loads(notes.read_text())), False
    url = store.make_empty(backend, contacts)
    migrate.upgrade(url)
    database = Database(url)
    try:
        with settled_memory():
            loading = _load(database, World(contacts), progress)
    finally:
        database.dispose()
    _settle(url, backend)
    notes.write_text(json.dumps(asdict(loading)))
    return url, loading, True


def _load(database: Database, world: World, progress: Progress) -> Loading:
    operations = world.operations()
    records, prepared_in, applied_in, cpu = 0, 0.0, 0.0, 0.0
    # What is measured begins with the documents: making them up is not part of it.
    while some := list(itertools.islice(operations, OPERATIONS)):
        began, began_cpu = perf_counter(), process_time()
        change_set = prepare(KINDS, some, actor="benchmarks", origin="import", reason="a benchmark")
        between = perf_counter()
        with database.writing() as connection:
            apply(connection, KINDS, change_set, writer=None, at=AT)
        prepared_in += between - began
        applied_in += perf_counter() - between
        cpu += process_time() - began_cpu
        records += len(some)
        progress(records)
    today = datetime.now(UTC).date().isoformat()
    return Loading(records, prepared_in, applied_in, cpu, today)


def _settle(url: str, backend: Backend) -> None:
    """Do at once what a running database does by and by."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        if backend is Backend.SQLITE:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        else:
            connection.execute(text("VACUUM ANALYZE"))
    engine.dispose()
