"""Applying a change set: the one door for writes.

The head's row is the only lock and is taken before anything is read that the decision rests on, so
two change sets never interleave: what was checked still holds when it is written, commit order is
sequence order, and writers cannot deadlock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from directory.changes import log, queries, references, rows
from directory.changes.errors import (
    BrokenRuleError,
    ErasedError,
    InvalidDocumentError,
    SecondPersonError,
    StaleRevisionError,
    UnknownRecordError,
)
from directory.changes.kinds import Kind, Kinds, Transition
from directory.changes.noting import settle
from directory.changes.operations import (
    PreparedChangeSet,
    PreparedPut,
    complete,
    fresh_salts,
    payload_of,
)
from directory.changes.rights import Writer, refuse_foreign
from directory.changes.steps import Held, Step
from directory.clock import format_instant
from directory.db import whole_or_nothing
from directory.documents import Document, canonical, sha256
from directory.errors import Fault
from directory.ids import new_id
from directory.policy import Label


@dataclass(frozen=True, slots=True)
class Applied:
    """What a change set became.

    Attributes:
        revisions: The revision of each record written, by id; cascaded retirements included.
    """

    change_set: str
    first_seq: int
    last_seq: int
    revisions: Mapping[str, int]


def apply(
    connection: Connection,
    kinds: Kinds,
    change_set: PreparedChangeSet,
    *,
    writer: Writer | None,
    at: datetime,
) -> Applied:
    """Write a change set whole, or raise and leave nothing.

    Args:
        connection: A writing unit of work; it is not committed here.
        kinds: The registered kinds.
        change_set: What ``prepare`` made.
        writer: For whom it is applied; None is the operator at the machine, who writes anything.
        at: The present instant. The log's own times never go back even where this does.

    Raises:
        StaleRevisionError: A record has moved since the revision its operation starts from.
        UnknownRecordError: A revision was to follow one that never was.
        InvalidDocumentError: A field that never changes was to change, or what has not come yet is
            told as past.
        BrokenReferenceError: A reference to nothing, to a foreign record, to one that fewer may
            see, or from a record that would be left without what it names.
        BrokenRuleError: The records would contradict each other.
        NotYoursError: The writer may see a record of it, but not write it so.
        SecondPersonError: Somebody else has to decide on it.
        ErasedError: A new record was to have the id of one that has been erased.
    """
    # A savepoint, so that even a caller who goes on after an error commits nothing of it.
    with whole_or_nothing(connection):
        head = log.take(connection)
        first = head.size + 1
        steps = _decide(connection, kinds, change_set, writer, at)
        rows.write(connection, steps, first_seq=first)
        _check_rules(connection, kinds, steps)
        change_set_id = change_set.id or new_id()
        log.append(connection, head, change_set, change_set_id, steps, at=at)
        _follow(connection, kinds, steps, first)
        log.release(connection, head)
    return Applied(change_set_id, first, head.size, {step.id: step.revision for step in steps})


def _decide(
    connection: Connection,
    kinds: Kinds,
    change_set: PreparedChangeSet,
    writer: Writer | None,
    at: datetime,
) -> list[Step]:
    """The steps of the change set, in an order in which every reference already stands."""
    held = rows.fetch(connection, kinds, ids_by_kind(change_set))
    _refuse_erased(connection, change_set, held)
    if writer is not None:
        _refuse_unseen(writer, change_set, held)
    puts = settle(connection, kinds, change_set.puts, held)
    steps = [_put_step(put, held.get(put.id), writer, at) for put in puts]
    steps += _retire_steps(connection, kinds, change_set, held, at)
    steps.sort(key=lambda step: kinds.position(step.kind.name))
    if writer is not None:
        refuse_foreign(writer, steps, change_set.named)
    references.check(connection, kinds, steps, writer)
    if writer is not None:
        unmet = [
            fault
            for fault in dangers(connection, kinds, steps, writer)
            if not writer.meets(fault.pointer.split("/")[1])
        ]
        if unmet:
            raise SecondPersonError(
                "Nothing was written yet: this alters a line that answers around the clock.",
                *unmet,
            )
    return steps


def dangers(
    connection: Connection, kinds: Kinds, steps: Sequence[Step], writer: Writer
) -> Iterable[Fault]:
    """Why some steps need a second person, as far as the writer may see what that rests on."""
    seen = [step for step in steps if writer.sees_step(step)]
    return kinds.dangers(connection, seen, writer.sees)


def _refuse_erased(
    connection: Connection, change_set: PreparedChangeSet, held: Mapping[str, Held]
) -> None:
    """What has been erased is not written again: whoever it was about was promised so."""
    fresh = [put.id for put in change_set.puts if put.id not in held and not put.base_revision]
    if fresh and (erased := queries.logged_among(connection, fresh)):
        raise ErasedError(
            "Nothing was written: a record that has been erased is not written again under its id.",
            *(
                Fault(f"{put.kind.name}/{put.id}", "has been erased")
                for put in change_set.puts
                if put.id in erased
            ),
        )


def _refuse_unseen(writer: Writer, change_set: PreparedChangeSet, held: Mapping[str, Held]) -> None:
    """What the writer may not see answers exactly as what was never there."""
    kinds = {put.id: put.kind.name for put in change_set.puts}
    kinds |= {retire.id: retire.kind for retire in change_set.retirements}
    for rid, found in held.items():
        if not writer.sees(Label.of(found.document)):
            raise _unknown(kinds[rid], rid)


def ids_by_kind(change_set: PreparedChangeSet) -> dict[str, list[str]]:
    """The records that a change set names, by the name of their kind."""
    ids: dict[str, list[str]] = {}
    for put in change_set.puts:
        ids.setdefault(put.kind.name, []).append(put.id)
    for retire in change_set.retirements:
        ids.setdefault(retire.kind, []).append(retire.id)
    return ids


def _put_step(put: PreparedPut, held: Held | None, writer: Writer | None, at: datetime) -> Step:
    _check_base(put.kind.name, put.id, put.base_revision, held)
    faults = [] if held is None else refixed(put, held)
    if held is None and writer is not None:
        # Seed files are of any day: those of the demonstration tell of days to come.
        faults = [*put.kind.untimely(put.record, at)]
    if faults:
        raise InvalidDocumentError(f"The {put.kind.name} {put.id} was not written.", *faults)
    return put_step(put, held)


def refixed(put: PreparedPut, held: Held) -> list[Fault]:
    """The fields that never change and would."""
    return [
        Fault(
            f"#/{name}",
            f"never changes once it is written; it is {held.document[name]!r} and stays so",
        )
        for name in ("owner", *put.kind.fixed)
        if held.document[name] != put.record[name]
    ]


def put_step(put: PreparedPut, held: Held | None) -> Step:
    """The step that a put makes from what the directory holds."""
    return Step(put.kind, put.id, "put", held, put.record, put.text, put.payload, put.payload_hash)


def _check_base(kind: str, rid: str, base_revision: int, held: Held | None) -> None:
    if held is None:
        if base_revision:
            raise _unknown(kind, rid)
        return
    if held.revision != base_revision:
        raise StaleRevisionError(
            f"The {kind} {rid} is at revision {held.revision}; this change starts from"
            f" {base_revision}. Read it again and repeat the change on what it says now."
        )


def _unknown(kind: str, rid: str) -> UnknownRecordError:
    return UnknownRecordError(f"There is no {kind} {rid}.")


def _retire_steps(
    connection: Connection,
    kinds: Kinds,
    change_set: PreparedChangeSet,
    held: Mapping[str, Held],
    at: datetime,
) -> list[Step]:
    named: list[tuple[Kind, str, Held]] = []
    for retire in change_set.retirements:
        before = held.get(retire.id)
        if before is None:
            raise _unknown(retire.kind, retire.id)
        _check_base(retire.kind, retire.id, retire.base_revision, before)
        if before.document["retired_at"] is not None:
            raise StaleRevisionError(f"The {retire.kind} {retire.id} is retired already.")
        named.append((kinds[retire.kind], retire.id, before))
    already = {rid for _, rid, _ in named}
    touched = already | {put.id for put in change_set.puts}
    named += references.dependants(connection, kinds, named, leave_out=touched)
    salted = zip(named, fresh_salts(), strict=False)
    return [retire_step(kind, rid, before, salt, at) for (kind, rid, before), salt in salted]


def retire_step(kind: Kind, rid: str, before: Held, salt: str, at: datetime) -> Step:
    """The step that ends a record."""
    record = complete(
        kind,
        kind.present(before.document),
        rid,
        before.revision + 1,
        retired_at=format_instant(at.replace(microsecond=0)),
    )
    text = canonical(record)
    payload = payload_of(text, kind.version, salt)
    return Step(kind, rid, "retire", before, record, text, payload, sha256(payload))


def _check_rules(connection: Connection, kinds: Kinds, steps: Sequence[Step]) -> None:
    faults: list[Fault] = []
    for kind in kinds:
        changed = [step.id for step in steps if step.kind is kind and step.op == "put"]
        if changed:
            faults.extend(kind.rule(connection, changed))
    if faults:
        raise BrokenRuleError("The change set was not applied; nothing was written.", *faults)


def _follow(connection: Connection, kinds: Kinds, steps: Sequence[Step], first_seq: int) -> None:
    for kind in kinds:
        if kind.follow is None:
            continue
        transitions = [
            Transition(
                first_seq + index, step.before.document if step.before else None, step.record
            )
            for index, step in enumerate(steps)
            if step.kind is kind
        ]
        if transitions:
            kind.follow(connection, transitions)
    written: dict[str, list[Document]] = {}
    for step in steps:
        written.setdefault(step.kind.name, []).append(step.record)
    for summary in kinds.summaries:
        summary.refresh(connection, written)
