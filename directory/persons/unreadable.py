"""Leaving nothing readable of what was erased, whenever the process that erased it ends.

Before something is erased it is noted in the state folder, and the note goes when all is cleared.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from directory.changes.journal import Journal
from directory.changes.kinds import Kinds
from directory.changes.models import log_payloads
from directory.clearing import clear, forget_uncleared
from directory.db import Database
from directory.durable import alone
from directory.persons.tables import TABLES
from directory.readings.models import readings
from directory.readings.store import Store
from directory.sync.snapshots import Snapshots


@contextmanager
def erasing_alone(state_dir: Path) -> Iterator[None]:
    """Erase with no other process beside: of two, the note of one would go with the other's end."""
    state_dir.mkdir(parents=True, exist_ok=True)
    with alone(state_dir / "erasing.lock"):
        yield


def clear_erased(
    database: Database, kinds: Kinds, store: Store, state_dir: Path
) -> tuple[int, list[str]]:
    """Take away what may hold what was erased, and write over where it stood.

    Whatever was erased now: what an earlier run could not clear, this one does.

    Args:
        database: The database; no unit of work of this process may be open.
        kinds: The registered kinds.
        store: Where readings are kept; on SQLite a database of its own, with purposes that name
            who was erased until they are put out here.
        state_dir: The state folder.

    Returns:
        How many snapshots for partners were taken away, and what is left to be seen to by hand.
    """
    snapshots = Snapshots(state_dir).clear()
    cleared = [clear(database, kinds.tables | {log_payloads.name} | TABLES)]
    if store.is_local:
        _put_out_purposes(store, Journal(state_dir))
        cleared.append(clear(store.database, ()))
    if not any(each.again for each in cleared):
        forget_uncleared(state_dir)
    return snapshots, [line for each in cleared for line in each.todo]


def _put_out_purposes(store: Store, journal: Journal) -> None:
    """Put out what the journal names in the readings' own database: no unit of work spans both."""
    named = [
        blank["key"]["id"]
        for line in journal.lines()
        for blank in line["blanks"]
        if blank["table"] == readings.name
    ]
    if named:
        store.put_out(named)
