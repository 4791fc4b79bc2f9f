"""Applying the difference between the seed files and the directory.

The difference is computed without any lock; if somebody writes in between, it is computed again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from directory.changes import rows
from directory.changes.apply import apply
from directory.changes.errors import (
    BrokenReferenceError,
    BrokenRuleError,
    InvalidDocumentError,
    StaleRevisionError,
)
from directory.changes.kinds import Kind, Kinds
from directory.changes.operations import Operation, PreparedChangeSet, Put, Retire, prepare
from directory.changes.steps import Held
from directory.db import Database
from directory.documents import Document
from directory.errors import DirectoryError, Fault
from directory.ids import seeded_id
from directory.seeding.files import (
    SeedFileError,
    SeedRow,
    read_set,
    refuse_dangling_keys,
    refuse_repeats,
    sets_in,
)
from directory.seeding.queries import last_origins, no_longer_named

ORIGIN = "seed"
ACTOR = seeded_id("actor", "seeding")
TRIES = 5


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """A record of the seed that somebody else has written since."""

    place: str
    kind: str
    id: str
    why: str


@dataclass(slots=True)
class SeedReport:
    """What seeding did, or would do.

    Attributes:
        added: Records written for the first time, or again after seeding had retired them.
        changed: Records brought to what the files say now.
        retired: Records that stand in no file any more.
        unchanged: Records that say what the files say.
        left_alone: Records that differ from the files because somebody else wrote them last.
    """

    added: int = 0
    changed: int = 0
    retired: int = 0
    unchanged: int = 0
    left_alone: list[LeftAlone] = field(default_factory=list)


def compare(database: Database, kinds: Kinds, folder: Path, sets: Sequence[str]) -> SeedReport:
    """Say what seeding would do, without doing it.

    Raises:
        SeedFileError: A file cannot be used.
    """
    loaded, elsewhere = _read_sets(kinds, folder, sets)
    with database.reading() as connection:
        return _difference(connection, kinds, sets, loaded, elsewhere)[0]


def seed(
    database: Database,
    kinds: Kinds,
    folder: Path,
    sets: Sequence[str],
    *,
    at: datetime,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> SeedReport:
    """Bring the directory to what the seed sets say, in one unit of work.

    Args:
        database: The directory's.
        kinds: The registered kinds.
        folder: Where the sets are.
        sets: Their names, those that others refer to first.
        at: The present.
        progress: Told how many change sets of how many are applied.

    Raises:
        SeedFileError: A file cannot be used, or not beside what others wrote; nothing was written.
        StaleRevisionError: Others kept writing the same records; nothing was written.
    """
    loaded, elsewhere = _read_sets(kinds, folder, sets)
    for attempt in range(TRIES):
        with database.reading() as connection:
            report, change_sets_due = _difference(connection, kinds, sets, loaded, elsewhere)
        if not change_sets_due:
            return report
        try:
            with database.writing() as connection:
                for done, due in enumerate(change_sets_due, start=1):
                    apply(connection, kinds, due, writer=None, at=at)
                    progress(done, len(change_sets_due))
        except (BrokenReferenceError, BrokenRuleError) as error:
            raise _in_the_files(error, loaded) from error
        except StaleRevisionError:
            if attempt == TRIES - 1:
                raise
        else:
            return report
    raise AssertionError("unreachable")


def _in_the_files(
    error: DirectoryError, loaded: Sequence[Sequence[tuple[SeedRow, Document]]]
) -> SeedFileError:
    """The same faults, each at the row of the file that it is about."""
    places = {f"{row.kind}/{row.id}": row.place for part in loaded for row, _ in part}
    faults = []
    for fault in error.faults:
        record, hash_sign, field = fault.pointer.partition("#")
        faults.append(Fault(places.get(record, record) + hash_sign + field, fault.detail))
    return SeedFileError(
        "The seed files and the directory do not go together; nothing was written.", *faults
    )


def _read_sets(
    kinds: Kinds, folder: Path, sets: Sequence[str]
) -> tuple[list[list[tuple[SeedRow, Document]]], set[str]]:
    """The rows of some sets, and the ids of what stands in the others."""
    everything = {
        name: read_set(kinds, folder, name) for name in dict.fromkeys((*sets, *sets_in(folder)))
    }
    seed_rows = [row for part in everything.values() for row in part]
    refuse_repeats(seed_rows)
    known = {row.id for row in seed_rows}
    refuse_dangling_keys((row for name in sets for row in everything[name]), known)
    loaded = [_load(kinds, everything[name]) for name in sets]
    return loaded, known.difference(row.id for part in loaded for row, _ in part)


def _load(kinds: Kinds, seed_rows: Sequence[SeedRow]) -> list[tuple[SeedRow, Document]]:
    """Check every row against its kind's shape.

    Raises:
        SeedFileError: With one fault per offending place of any row.
    """
    loaded: list[tuple[SeedRow, Document]] = []
    faults: list[Fault] = []
    for row in seed_rows:
        try:
            loaded.append((row, kinds[row.kind].load(row.document)))
        except InvalidDocumentError as error:
            faults.extend(
                Fault(f"{row.place}{fault.pointer}", fault.detail) for fault in error.faults
            )
    if faults:
        raise SeedFileError("The seed files cannot be used; nothing was written.", *faults)
    return loaded


def _difference(
    connection: Connection,
    kinds: Kinds,
    sets: Sequence[str],
    loaded: Sequence[Sequence[tuple[SeedRow, Document]]],
    elsewhere: set[str],
) -> tuple[SeedReport, list[PreparedChangeSet]]:
    report = SeedReport()
    due: list[PreparedChangeSet] = []
    named = {row.id for part in loaded for row, _ in part} | elsewhere
    for name, part in zip(sets, loaded, strict=True):
        operations = _puts(connection, kinds, part, report)
        if operations:
            due.append(_prepare(kinds, operations, name))
    unnamed = no_longer_named(connection, kinds, [_origin(name) for name in sets], named)
    report.left_alone.extend(
        LeftAlone("in no file", one.kind, one.id, "what somebody else wrote refers to it")
        for one in unnamed
        if one.is_needed
    )
    # What others refer to goes last.
    for name in reversed(sets):
        going = [
            Retire(one.kind, one.id, one.revision)
            for one in unnamed
            if one.origin == _origin(name) and not one.is_needed
        ]
        report.retired += len(going)
        if going:
            due.append(_prepare(kinds, going, name))
    return report, due


def _prepare(kinds: Kinds, operations: Sequence[Operation], name: str) -> PreparedChangeSet:
    return prepare(kinds, operations, actor=ACTOR, origin=_origin(name), reason=f"Seed set {name}")


def _origin(name: str) -> str:
    return f"{ORIGIN}/{name}"


def _puts(
    connection: Connection,
    kinds: Kinds,
    part: Sequence[tuple[SeedRow, Document]],
    report: SeedReport,
) -> list[Operation]:
    ids: dict[str, list[str]] = {}
    for row, _ in part:
        ids.setdefault(row.kind, []).append(row.id)
    held = rows.fetch(connection, kinds, ids)
    origins = last_origins(connection, [row.id for row, _ in part])
    operations: list[Operation] = []
    for row, document in part:
        before = held.get(row.id)
        put = Put(row.kind, row.document, row.id, before.revision if before else 0)
        if before is None and row.id not in origins:
            report.added += 1
            operations.append(put)
        elif (
            before is not None
            and _says(kinds[row.kind], before.document, document)
            and not before.is_retired
        ):
            report.unchanged += 1
        elif before is None or not origins[row.id].startswith(f"{ORIGIN}/"):
            report.left_alone.append(LeftAlone(row.place, row.kind, row.id, _why(before)))
        else:
            if before.is_retired:
                report.added += 1
            else:
                report.changed += 1
            operations.append(put)
    return operations


def _why(before: Held | None) -> str:
    if before is None:
        return "it was erased"
    return "somebody retired it" if before.is_retired else "somebody changed it"


def _says(kind: Kind, held: Document, told: Document) -> bool:
    """Whether a record says what a file says; what the directory itself notes is in no file."""
    return kind.as_given(held) == kind.as_given(told)
