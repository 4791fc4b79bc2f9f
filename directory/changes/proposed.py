"""Proposed change sets as their viewer may see them: hidden operations are absent."""

from __future__ import annotations

from collections.abc import Sequence
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

from directory.changes.errors import UnknownChangeSetError
from directory.changes.kinds import Kinds
from directory.changes.models import proposed_change_sets, proposed_operations
from directory.clock import format_instant, parse_instant
from directory.documents import Document
from directory.pages import Page, bad_page, page_of, read_page
from directory.policy import Tlp, Viewer, viewer_parameters, visible

PROPOSED, APPLIED, REJECTED = "proposed", "applied", "rejected"
STATES = (PROPOSED, APPLIED, REJECTED)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed change set as one viewer may see it.

    Attributes:
        head: The row of the change set.
        operations: Those that the viewer may see, each with ``n``, ``op``, ``kind``, ``id``,
            ``base_revision``, ``document`` as given, ``before`` as it stands now, ``why``, and the
            label under which it is seen.
        is_whole: Whether these are all of them.
    """

    head: RowMapping
    operations: Sequence[Document]
    is_whole: bool

    @property
    def document(self) -> Document:
        """The change set as it is answered."""
        return head_of(self.head) | {"operations": [_told(each) for each in self.operations]}


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


def waiting_from(
    connection: Connection, kinds: Kinds, meeting: str, *, viewer: Viewer, limit: int
) -> list[Document]:
    """What waits to be decided on from a meeting, the newest first, as far as the viewer sees it.

    Returns:
        Of each change set ``id, state, reason, at`` (when it was proposed), and how many of its
        ``operations`` the viewer may see: at least one.
    """
    table, operations = proposed_change_sets, proposed_operations
    rows = connection.execute(
        select(table.c.id, table.c.state, table.c.reason, table.c.proposed_at, func.count())
        .join(operations, operations.c.change_set == table.c.id)
        .where(
            table.c.meeting == bindparam("meeting"),
            table.c.state.in_(("proposed", "approved")),
            _seen(kinds, operations),
        )
        .group_by(table.c.id)
        .order_by(table.c.proposed_at.desc(), table.c.id.desc())
        .limit(limit),
        {"meeting": meeting, **viewer_parameters(viewer)},
    )
    return [
        {"id": rid, "state": state, "reason": reason, "at": _instant(at), "operations": seen}
        for rid, state, reason, at, seen in rows
    ]


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
        "audience": orjson.loads(row["audience"]),
        "owner": row["owner"],
    }


def _told(operation: Document) -> Document:
    """An operation as it is answered: its document says of which record it is, as all do."""
    if operation["document"] is None:
        return operation
    whose = {name: operation[name] for name in ("id", "kind", "owner", "audience")}
    return operation | {"document": operation["document"] | whose}
