"""Change sets that wait for somebody to decide: proposed, then applied or rejected.

A proposal keeps the documents as they were given. Nothing is written to the records until somebody
who may see every operation of it, and may decide for every owner concerned, applies it; then
it goes through the one door like any other change set, under its own id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import (
    Connection,
    select,
)

from directory.changes.apply import Applied, apply
from directory.changes.errors import (
    DecidedError,
    SecondPersonError,
    UndecidableError,
)
from directory.changes.kinds import Kinds
from directory.changes.models import proposed_change_sets, proposed_operations
from directory.changes.operations import Operation, PreparedChangeSet, Put, Retire, prepare
from directory.changes.proposed import APPLIED, PROPOSED, REJECTED, Proposal, change_set
from directory.changes.rights import Writer, second_person
from directory.db import json_list
from directory.errors import Fault
from directory.ids import new_id
from directory.policy import Label, Tlp, Viewer, may_approve

WhyNotSecond = Callable[[str], str | None]


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
    rid = new_id()
    ids = [put.id for put in change_set.puts]
    _keep(connection, kinds, rid, change_set, _named(given, ids), why, at=at)
    return Proposed(rid, why)


def _named(given: Sequence[Operation], ids: Sequence[str]) -> list[Operation]:
    """The operations with the ids that the directory made for new records."""
    made = iter(ids)
    return [
        operation
        if isinstance(operation, Retire)
        else Put(operation.kind, operation.document, next(made), operation.base_revision)
        for operation in given
    ]


def _keep(
    connection: Connection,
    kinds: Kinds,
    rid: str,
    change_set: PreparedChangeSet,
    operations: Sequence[Operation],
    why: Iterable[Fault],
    *,
    at: datetime,
) -> None:
    connection.execute(
        proposed_change_sets.insert(),
        {
            "id": rid,
            "state": PROPOSED,
            "actor": change_set.actor,
            "origin": change_set.origin,
            "reason": change_set.reason,
            "meeting": change_set.meeting,
            "proposed_at": at,
        },
    )
    reasons = {fault.pointer.split("/")[1]: fault.detail for fault in why}
    labels = {put.id: Label.of(put.record) for put in change_set.puts}
    rows = []
    for place, operation in enumerate(operations):
        record = str(operation.id)
        label = labels.get(record) or _label_of(connection, kinds, operation.kind, record)
        rows.append(
            {
                "change_set": rid,
                "place": place,
                "state": "open",
                "op": "put" if isinstance(operation, Put) else "retire",
                "kind": operation.kind,
                "rid": record,
                "base_revision": operation.base_revision,
                "document": orjson.dumps(dict(operation.document)).decode()
                if isinstance(operation, Put)
                else None,
                "why": reasons.get(record),
                "marking": int(label.marking),
                "audience": json_list(label.audience),
                "owner": label.owner,
            }
        )
    connection.execute(proposed_operations.insert(), rows)


def _label_of(connection: Connection, kinds: Kinds, kind: str, rid: str) -> Label:
    table = kinds[kind].table
    row = connection.execute(
        select(table.c.marking, table.c.audience, table.c.owner).where(table.c.id == rid)
    ).one()
    return Label(Tlp(row.marking), frozenset(orjson.loads(row.audience)), row.owner)


def approve(
    connection: Connection,
    kinds: Kinds,
    rid: str,
    *,
    viewer: Viewer,
    why_not_second: WhyNotSecond,
    at: datetime,
) -> Applied:
    """Apply what somebody else proposed.

    Args:
        connection: A writing unit of work; it is not committed here.
        kinds: The registered kinds.
        rid: The change set.
        viewer: Who decides.
        why_not_second: Says why their account cannot be the second person for what an account
            proposed; None where it can.
        at: The present instant.

    Raises:
        UnknownChangeSetError: There is none of which the viewer may see anything.
        UndecidableError: The viewer may not see all of it, or not decide for an owner concerned, or
            is no second person.
        DecidedError: It was decided on before.
        DirectoryError: As ``apply`` raises; the change set then waits as before.
    """
    found = _decidable(connection, kinds, rid, viewer=viewer)
    hindrance = why_not_second(found.head["actor"])
    if hindrance is not None:
        raise UndecidableError(f"Nothing was decided. {hindrance}")
    operations: list[Operation] = [
        Retire(each["kind"], each["id"], each["base_revision"])
        if each["op"] == "retire"
        else Put(each["kind"], each["document"], each["id"], each["base_revision"])
        for each in found.operations
    ]
    prepared = prepare(
        kinds,
        operations,
        actor=found.head["actor"],
        origin=found.head["origin"],
        reason=found.head["reason"],
        meeting=found.head["meeting"],
        change_set=found.head["id"],
    )
    applied = apply(connection, kinds, prepared, writer=second_person(viewer), at=at)
    _decide(connection, rid, APPLIED, viewer, None, at)
    return applied


def reject(
    connection: Connection,
    kinds: Kinds,
    rid: str,
    *,
    viewer: Viewer,
    remark: str | None,
    at: datetime,
) -> None:
    """Turn a proposal down, or take one's own back.

    Raises:
        UnknownChangeSetError: There is none of which the viewer may see anything.
        UndecidableError: The viewer may not decide on it, and did not propose it.
        DecidedError: It was decided on before.
    """
    found = change_set(connection, kinds, rid, viewer=viewer)
    if viewer.account is None or found.head["actor"] != viewer.account:
        _decidable(connection, kinds, rid, viewer=viewer)
    _decide(connection, rid, REJECTED, viewer, remark, at)


def _decidable(connection: Connection, kinds: Kinds, rid: str, *, viewer: Viewer) -> Proposal:
    found = change_set(connection, kinds, rid, viewer=viewer)
    # One answer for whoever may not see all of it and whoever may not decide for an owner: that
    # there is more than they see must not show.
    if not found.is_whole or not all(
        may_approve(viewer, Label.of(each)) for each in found.operations
    ):
        raise UndecidableError(
            "Nothing was decided: this takes an editor of every owner concerned, or a coordinator,"
            " who may see all of it."
        )
    return found


def _decide(
    connection: Connection, rid: str, state: str, viewer: Viewer, remark: str | None, at: datetime
) -> None:
    """Move a proposal on, if nobody has: of two who decide at once one is told."""
    decided = connection.execute(
        proposed_change_sets.update()
        .where(proposed_change_sets.c.id == rid, proposed_change_sets.c.state == PROPOSED)
        .values(state=state, decided_at=at, decided_by=viewer.account, remark=remark)
    )
    if decided.rowcount != 1:
        raise DecidedError(f"The change set {rid} has been decided on already.")
