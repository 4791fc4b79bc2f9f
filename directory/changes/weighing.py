"""What some operations would do if they were applied now, without writing anything.

Their base is left aside: where it has moved, the steps start from what the directory holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from sqlalchemy import Connection

from directory.changes import references, rows
from directory.changes.apply import dangers, ids_by_kind, put_step, retire_step
from directory.changes.errors import InvalidDocumentError
from directory.changes.kinds import Kinds
from directory.changes.noting import settle
from directory.changes.operations import (
    Operation,
    PreparedChangeSet,
    PreparedPut,
    Retire,
    fresh_salts,
    prepare,
)
from directory.changes.rights import Writer
from directory.changes.steps import Held, Step


def steps_of(
    connection: Connection,
    kinds: Kinds,
    change_set: PreparedChangeSet,
    held: Mapping[str, Held],
    *,
    at: datetime,
) -> list[Step]:
    """The steps of a change set, retirements that follow from others included."""
    puts = settle(connection, kinds, change_set.puts, held)
    steps = [put_step(put, held.get(put.id)) for put in puts]
    ending = [
        (kinds[retire.kind], retire.id, held[retire.id])
        for retire in change_set.retirements
        if retire.id in held and not held[retire.id].is_retired
    ]
    ending += references.dependants(connection, kinds, ending, leave_out=change_set.named)
    salted = zip(ending, fresh_salts(), strict=False)
    steps += [retire_step(kind, rid, before, salt, at) for (kind, rid, before), salt in salted]
    steps.sort(key=lambda step: kinds.position(step.kind.name))
    return steps


def reasons(
    connection: Connection, kinds: Kinds, steps: Sequence[Step], writer: Writer
) -> dict[str, str]:
    """Why steps take a second person, by the id of the record; those that do not are left out."""
    return {
        fault.pointer.split("/")[1]: fault.detail
        for fault in dangers(connection, kinds, steps, writer)
    }


def weigh(
    connection: Connection,
    kinds: Kinds,
    operations: Iterable[Operation],
    *,
    writer: Writer,
    at: datetime,
) -> dict[str, str]:
    """Why operations take a second person; one whose document no longer holds is left aside."""
    puts: list[PreparedPut] = []
    retirements: list[Retire] = []
    for operation in operations:
        with suppress(InvalidDocumentError):
            prepared = prepare(kinds, [operation], actor="", origin="", reason="")
            puts += prepared.puts
            retirements += prepared.retirements
    together = PreparedChangeSet("", "", "", None, tuple(puts), tuple(retirements))
    held = rows.fetch(connection, kinds, ids_by_kind(together))
    steps = steps_of(connection, kinds, together, held, at=at)
    return reasons(connection, kinds, steps, writer)
