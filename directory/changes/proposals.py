"""Proposing change sets: what somebody would have written, kept until others decide on it.

A proposal keeps the documents as they were given. Nothing is written to the records until it has
been approved; then it goes through the one door like any other change set, under its own id.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import Connection, bindparam, select

from directory.changes import references, rows, weighing
from directory.changes.apply import Applied, apply, ids_by_kind
from directory.changes.bulk import insert_rows
from directory.changes.errors import (
    BrokenReferenceError,
    SecondPersonError,
    UnacceptableChangeSetError,
)
from directory.changes.kinds import Kind, Kinds
from directory.changes.models import proposed_change_sets, proposed_operations
from directory.changes.noting import settle
from directory.changes.operations import (
    CheckedPut,
    Operation,
    PreparedChangeSet,
    Put,
    prepare,
)
from directory.changes.proposed import OPEN, PROPOSED, seen_meeting
from directory.changes.refusing import refuse
from directory.changes.rights import Writer, proposer
from directory.changes.steps import Held, Step
from directory.db import json_list
from directory.documents import Document
from directory.errors import Fault
from directory.ids import new_id
from directory.policy import Label, Viewer, viewer_parameters

ORIGIN = "proposal"
"""The door of change sets that somebody proposed as such."""


@dataclass(frozen=True, slots=True)
class ProposedOperation:
    """One operation of a proposal.

    Attributes:
        operation: With the id of the record, made by the caller where it is new.
        cells: Addresses of the cells that it was read from, where it comes from a list.
        checked: The same operation where its document has been checked already.
    """

    operation: Operation
    cells: tuple[str, ...] = ()
    checked: CheckedPut | None = None


@dataclass(frozen=True, slots=True)
class Proposed:
    """A change set that waits for a second person.

    Attributes:
        why: Why it does, record by record.
    """

    change_set: str
    why: Sequence[Fault]


def apply_or_propose(
    connection: Connection,
    kinds: Kinds,
    change_set: PreparedChangeSet,
    given: Sequence[Operation],
    *,
    writer: Writer,
    at: datetime,
) -> Applied | Proposed:
    """Write a change set whole, or keep it for a second person where it takes one.

    Args:
        connection: A writing unit of work; it is not committed here.
        kinds: The registered kinds.
        change_set: What ``prepare`` made of the operations.
        given: The operations, in the same order.
        writer: For whom it is written.
        at: The present instant.

    Raises:
        DirectoryError: As ``apply`` raises; what takes a second person is no error here.
    """
    try:
        return apply(connection, kinds, change_set, writer=writer, at=at)
    except SecondPersonError as error:
        why = error.faults
    held = rows.fetch(connection, kinds, ids_by_kind(change_set))
    reasons = {fault.pointer.split("/")[1]: fault.detail for fault in why}
    operations = [ProposedOperation(each) for each in given]
    noted = _noted(connection, kinds, change_set, held)
    return Proposed(_keep(connection, change_set, operations, held, reasons, noted, None, at), why)


def propose(
    connection: Connection,
    kinds: Kinds,
    given: Sequence[ProposedOperation],
    *,
    viewer: Viewer,
    actor: str,
    origin: str,
    reason: str,
    meeting: str | None,
    bundle: str | None = None,
    at: datetime,
) -> str:
    """Keep a change set for others to decide on; nothing is written to the records.

    Args:
        connection: A writing unit of work; it is not committed here.
        kinds: The registered kinds.
        given: The operations, on records of any owner that the viewer may see. A base that has
            moved is no hindrance: it makes a conflict.
        viewer: Who proposes.
        actor: Their account.
        origin: The door it came through, such as ``list``.
        reason: Why, in words.
        meeting: Slug of the meeting it comes from, if any.
        bundle: What it has in common with other change sets.
        at: The present instant.

    Returns:
        The id of the change set.

    Raises:
        InvalidDocumentError: A document does not have the shape of its kind.
        UnacceptableChangeSetError: A record or the meeting is unknown to the viewer, or a label is
            one that they may not see; one fault per operation, at most fifty.
        BrokenReferenceError: A reference would not hold.
    """
    prepared = prepare(
        kinds,
        [each.checked or each.operation for each in given],
        actor=actor,
        origin=origin,
        reason=reason,
        meeting=meeting,
    )
    refuse_unseen_meeting(connection, kinds, meeting, viewer=viewer)
    held, steps = _judged(connection, kinds, prepared, given, viewer=viewer, at=at)
    why = weighing.reasons(connection, kinds, steps, proposer(viewer))
    noted = {step.id: _noted_in(step.kind, step.record) for step in steps if step.before is None}
    return _keep(connection, prepared, given, held, why, noted, bundle, at)


def refuse_unproposable(
    connection: Connection,
    kinds: Kinds,
    given: Sequence[ProposedOperation],
    *,
    viewer: Viewer,
    at: datetime,
) -> None:
    """Refuse what ``propose`` would refuse of some operations, and keep nothing.

    Whoever merely looks at what they would propose is told of the same faults.

    Args:
        connection: Any unit of work.
        kinds: The registered kinds.
        given: The operations.
        viewer: Who would propose; nobody's account will do.
        at: The present instant.

    Raises:
        DirectoryError: As ``propose`` raises of operations.
    """
    operations = [each.checked or each.operation for each in given]
    prepared = prepare(kinds, operations, actor="", origin="", reason="")
    _judged(connection, kinds, prepared, given, viewer=viewer, at=at)


def _judged(
    connection: Connection,
    kinds: Kinds,
    prepared: PreparedChangeSet,
    given: Sequence[ProposedOperation],
    *,
    viewer: Viewer,
    at: datetime,
) -> tuple[dict[str, Held], list[Step]]:
    """What the directory holds of some records, and the steps that operations would make of it.

    Raises:
        DirectoryError: As ``propose`` raises of operations.
    """
    held = rows.fetch(connection, kinds, ids_by_kind(prepared))
    named = _ids([each.operation for each in given], prepared)
    places = {rid: f"#/operations/{n}" for n, rid in enumerate(named)}
    refuse(prepared, held, places, viewer=viewer, at=at)
    steps = weighing.steps_of(connection, kinds, prepared, held, at=at)
    try:
        references.check(connection, kinds, steps, proposer(viewer))
    except BrokenReferenceError as error:
        error.faults = tuple(_placed(fault, places) for fault in error.faults)
        raise
    return held, steps


def _placed(fault: Fault, places: Mapping[str, str]) -> Fault:
    """A fault of a record as one of the operation that names it; others go along with these."""
    record, _, inside = fault.pointer.partition("#")
    place = places.get(record.partition("/")[2])
    if place is None:
        return fault
    return Fault(f"{place}/document{inside}" if inside else place, fault.detail)


def refuse_unseen_meeting(
    connection: Connection, kinds: Kinds, meeting: str | None, *, viewer: Viewer
) -> None:
    """Refuse a meeting that the viewer may not see as one that never was.

    Raises:
        UnacceptableChangeSetError: There is none, as far as they may know.
    """
    if meeting is None:
        return
    is_seen = connection.execute(
        select(seen_meeting(kinds, bindparam("meeting"), is_live=True)),
        {"meeting": meeting, **viewer_parameters(viewer)},
    ).scalar_one()
    if not is_seen:
        raise UnacceptableChangeSetError(
            "The change set cannot be proposed; nothing was kept.",
            Fault("#/meeting", f"there is no meeting {meeting!r}"),
        )


def _ids(operations: Sequence[Operation], prepared: PreparedChangeSet) -> list[str]:
    """The id of each operation's record, with those that the directory made for new ones."""
    made = iter(prepared.puts)
    return [next(made).id if isinstance(each, Put) else each.id for each in operations]


def _noted(
    connection: Connection, kinds: Kinds, prepared: PreparedChangeSet, held: Mapping[str, Held]
) -> dict[str, str | None]:
    """What is noted in the new records of a proposal, by their ids."""
    return {
        put.id: _noted_in(put.kind, put.record)
        for put in settle(connection, kinds, prepared.puts, held)
        if put.id not in held
    }


def _noted_in(kind: Kind, record: Document) -> str | None:
    """What a proposal keeps beside a new document; null where the kind notes nothing."""
    if kind.noting is None:
        return None
    return written({kind.noting.field: record[kind.noting.field]})


def _keep(
    connection: Connection,
    prepared: PreparedChangeSet,
    given: Sequence[ProposedOperation],
    held: Mapping[str, Held],
    why: Mapping[str, str],
    noted: Mapping[str, str | None],
    bundle: str | None,
    at: datetime,
) -> str:
    """Store a proposal; returns its id."""
    rid = new_id()
    connection.execute(
        proposed_change_sets.insert(),
        {
            "id": rid,
            "state": PROPOSED,
            "actor": prepared.actor,
            "origin": prepared.origin,
            "reason": prepared.reason,
            "meeting": prepared.meeting,
            "bundle": bundle,
            "proposed_at": at,
        },
    )
    records = {put.id: put.record for put in prepared.puts}
    ids = _ids([each.operation for each in given], prepared)
    kept = []
    for place, (each, record) in enumerate(zip(given, ids, strict=True)):
        operation = each.operation
        document = records[record] if record in records else held[record].document
        label = Label.of(document)
        # In the order of the columns.
        kept.append(
            (
                rid,
                place,
                OPEN,
                "put" if isinstance(operation, Put) else "retire",
                operation.kind,
                record,
                operation.base_revision,
                written(operation.document) if isinstance(operation, Put) else None,
                noted.get(record),
                why.get(record),
                None,
                None,
                orjson.dumps(each.cells).decode() if each.cells else None,
                int(label.marking),
                json_list(label.audience),
                label.owner,
            )
        )
    insert_rows(connection, proposed_operations, kept)
    return rid


def written(document: Mapping[str, object]) -> str:
    """A document as a proposal keeps it."""
    return orjson.dumps(dict(document)).decode()
