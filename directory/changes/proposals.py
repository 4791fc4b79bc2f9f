"""Change sets that wait for somebody to decide: proposed, then applied or rejected.

A proposal keeps the documents as they were given. Nothing is written to the records until somebody
who may see every operation of it, and may decide for every owner concerned, applies it; then
it goes through the one door like any other change set, under its own id.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    bindparam,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
)
from sqlalchemy.sql import FromClause

from directory.changes.apply import Applied, apply
from directory.changes.errors import (
    DecidedError,
    SecondPersonError,
    UndecidableError,
    UnknownChangeSetError,
)
from directory.changes.kinds import Kinds
from directory.changes.models import proposed_change_sets, proposed_operations
from directory.changes.operations import Operation, PreparedChangeSet, Put, Retire, prepare
from directory.changes.rights import Writer, second_person
from directory.clock import format_instant, parse_instant
from directory.db import json_list
from directory.documents import Document
from directory.errors import Fault
from directory.ids import new_id
from directory.pages import Page, bad_page, page_of, read_page
from directory.policy import Label, Tlp, Viewer, may_approve, viewer_parameters, visible

PROPOSED, APPLIED, REJECTED = "proposed", "applied", "rejected"
STATES = (PROPOSED, APPLIED, REJECTED)


@dataclass(frozen=True, slots=True)
class Proposed:
    """A change set that waits for a second person.

    Attributes:
        why: Why it does, record by record.
    """

    change_set: str
    why: Sequence[Fault]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed change set as one viewer may see it.

    Attributes:
        head: The row of the change set.
        operations: Those that the viewer may see, each with ``n``, ``op``, ``kind``, ``id``,
            ``base_revision``, ``document`` as given, ``before`` as it stands now, and ``why``.
        is_whole: Whether these are all of them.
    """

    head: RowMapping
    operations: Sequence[Document]
    is_whole: bool

    @property
    def document(self) -> Document:
        """The change set as it is answered."""
        return head_of(self.head) | {"operations": list(self.operations)}


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


def _seen(kinds: Kinds, operations: FromClause) -> ColumnElement[bool]:
    """Whether a viewer may see an operation: what it would write, and the record as it stands.

    One on a new record shows no more than it would write itself.
    """
    held = [
        exists().where(kind.table.c.id == operations.c.rid, not_(visible(kind.table)))
        for kind in kinds
    ]
    hidden = or_(
        *(
            and_(operations.c.kind == literal(kind.name), condition)
            for kind, condition in zip(kinds, held, strict=True)
        )
    )
    return and_(visible(operations), not_(hidden))


def change_sets(
    connection: Connection,
    kinds: Kinds,
    *,
    viewer: Viewer,
    state: str | None,
    limit: int,
    page: str | None,
) -> Page:
    """The change sets of which the viewer may see something, the newest first.

    Raises:
        BadPageError: The page is not one of this list.
    """
    table, operations = proposed_change_sets, proposed_operations
    seen = (
        select(operations.c.change_set, func.count().label("seen"))
        .where(_seen(kinds, operations))
        .group_by(operations.c.change_set)
        .subquery("seen")
    )
    statement = (
        select(table, seen.c.seen)
        .join(seen, seen.c.change_set == table.c.id)
        .order_by(table.c.proposed_at.desc(), table.c.id.desc())
        .limit(limit + 1)
    )
    if state is not None:
        statement = statement.where(table.c.state == state)
    if page is not None:
        statement = statement.where(_before(*_read_place(page)))
    rows = connection.execute(statement, viewer_parameters(viewer)).mappings().all()
    return page_of(
        [(_line(row), format_instant(row["proposed_at"]), row["id"]) for row in rows],
        limit,
        lambda row: list(row[1:]),
    )


def _read_place(page: str) -> tuple[datetime, str]:
    text, rid = read_page(page, str, str)
    try:
        return parse_instant(text), rid
    except ValueError:
        raise bad_page() from None


def _before(at: datetime, rid: str) -> ColumnElement[bool]:
    table = proposed_change_sets
    return or_(table.c.proposed_at < at, and_(table.c.proposed_at == at, table.c.id < rid))


def _line(row: RowMapping) -> str:
    return orjson.dumps(head_of(row) | {"operations": row["seen"]}).decode()


def head_of(row: RowMapping) -> Document:
    """What is said of a change set beside its operations."""
    return {
        "id": row["id"],
        "state": row["state"],
        "reason": row["reason"],
        "meeting": row["meeting"],
        "proposed_at": _instant(row["proposed_at"]),
        "proposed_by": row["actor"],
        "decided_at": _instant(row["decided_at"]),
        "decided_by": row["decided_by"],
        "remark": row["remark"],
    }


def _instant(at: datetime | None) -> str | None:
    return None if at is None else format_instant(at.replace(microsecond=0))


def change_set(connection: Connection, kinds: Kinds, rid: str, *, viewer: Viewer) -> Proposal:
    """One proposed change set, with the operations that the viewer may see.

    Raises:
        UnknownChangeSetError: There is none of which the viewer may see anything.
    """
    head = (
        connection.execute(
            select(proposed_change_sets).where(proposed_change_sets.c.id == bindparam("rid")),
            {"rid": rid},
        )
        .mappings()
        .one_or_none()
    )
    operations = proposed_operations
    seen = (
        connection.execute(
            select(operations)
            .where(operations.c.change_set == bindparam("rid"), _seen(kinds, operations))
            .order_by(operations.c.place),
            {"rid": rid, **viewer_parameters(viewer)},
        )
        .mappings()
        .all()
    )
    if head is None or not seen:
        raise UnknownChangeSetError(f"There is no change set {rid}.")
    count = connection.execute(
        select(func.count()).where(operations.c.change_set == rid)
    ).scalar_one()
    return Proposal(
        head,
        [_operation(connection, kinds, row) for row in seen],
        count == len(seen),
    )


def _operation(connection: Connection, kinds: Kinds, row: RowMapping) -> Document:
    table = kinds[row["kind"]].table
    # Whoever sees the operation sees the record: that is part of the condition it was chosen by.
    before = connection.execute(
        select(table.c.document).where(table.c.id == row["rid"])
    ).scalar_one_or_none()
    return {
        "n": row["place"],
        "op": row["op"],
        "kind": row["kind"],
        "id": row["rid"],
        "base_revision": row["base_revision"],
        "document": None if row["document"] is None else orjson.loads(row["document"]),
        "before": None if before is None else orjson.loads(before),
        "why": row["why"],
        "marking": Tlp(row["marking"]).label,
        "owner": row["owner"],
    }


def approve(
    connection: Connection,
    kinds: Kinds,
    rid: str,
    *,
    viewer: Viewer,
    hindrance: str | None,
    at: datetime,
) -> Applied:
    """Apply what somebody else proposed.

    Args:
        connection: A writing unit of work; it is not committed here.
        kinds: The registered kinds.
        rid: The change set.
        viewer: Who decides.
        hindrance: Why their account cannot be the second person, None where it can.
        at: The present instant.

    Raises:
        UnknownChangeSetError: There is none of which the viewer may see anything.
        UndecidableError: The viewer may not see all of it, or not decide for an owner concerned, or
            is no second person.
        DecidedError: It was decided on before.
        DirectoryError: As ``apply`` raises; the change set then waits as before.
    """
    found = _decidable(connection, kinds, rid, viewer=viewer, hindrance=hindrance)
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
        found = _decidable(connection, kinds, rid, viewer=viewer, hindrance=None)
    _decide(connection, rid, REJECTED, viewer, remark, at)


def _decidable(
    connection: Connection, kinds: Kinds, rid: str, *, viewer: Viewer, hindrance: str | None
) -> Proposal:
    found = change_set(connection, kinds, rid, viewer=viewer)
    owners = {each["owner"]: each["marking"] for each in found.operations}
    # One answer for whoever may not see all of it and whoever may not decide for an owner: that
    # there is more than they see must not show.
    if not found.is_whole or not all(
        may_approve(viewer, Label(Tlp.from_label(marking), frozenset(), owner))
        for owner, marking in owners.items()
    ):
        raise UndecidableError(
            "Nothing was decided: this takes an editor of every owner concerned, or a coordinator,"
            " who may see all of it."
        )
    if hindrance is not None:
        raise UndecidableError(f"Nothing was decided. {hindrance}")
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
