"""Proposed change sets as their viewer may see them: hidden operations are absent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import orjson
from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Table,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    not_,
    null,
    or_,
    select,
)
from sqlalchemy.sql import FromClause

from directory.changes.errors import UnknownChangeSetError
from directory.changes.kinds import Kinds
from directory.changes.models import change_sets as applied_change_sets
from directory.changes.models import proposed_change_sets, proposed_operations
from directory.clock import format_instant, parse_instant
from directory.documents import Document
from directory.pages import Page, bad_page, page_of, read_page
from directory.policy import Label, Tlp, Viewer, viewer_parameters, visible

PROPOSED, APPROVED, APPLIED, REJECTED = "proposed", "approved", "applied", "rejected"
STATES = (PROPOSED, APPROVED, APPLIED, REJECTED)
OPEN, DROPPED = "open", "dropped"
OPERATION_STATES = (OPEN, APPROVED, DROPPED)
"""What may have become of one operation."""
FROM_A_MEETING = "source/meeting"
"""The field of every record that names the meeting it comes from."""
COMMA = ","


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed change set as one viewer may see it.

    Attributes:
        head: The row of the change set, with the ``meeting`` only where the viewer may see it.
        operations: The rows of those operations that the viewer may see, in their order. Their
            number is their place among these, so that no gap tells of a hidden one.
        is_whole: Whether these are all of them.
    """

    head: RowMapping
    operations: Sequence[RowMapping]
    is_whole: bool

    @property
    def id(self) -> str:
        """The change set's own id."""
        return str(self.head["id"])

    @property
    def kept(self) -> list[RowMapping]:
        """The operations that have not been dropped."""
        return [row for row in self.operations if row["state"] != DROPPED]

    @property
    def authors(self) -> set[str]:
        """Who proposed the change set, and who wrote at an operation that is still part of it."""
        return {self.head["actor"]}.union(*map(editors_of, self.kept))


def editors_of(row: RowMapping) -> list[str]:
    """Who wrote at an operation, beside the one who proposed it."""
    return [] if row["edited_by"] is None else list(orjson.loads(row["edited_by"]))


def label_of(row: RowMapping) -> Label:
    """The label that the record of an operation would have, or has where it is to be retired."""
    return Label(Tlp(row["marking"]), frozenset(orjson.loads(row["audience"])), row["owner"])


def seen_operation(kinds: Kinds, operations: FromClause) -> ColumnElement[bool]:
    """Whether a viewer may see an operation: what it would write, and the record as it stands.

    One on a new record shows no more than it would write itself.
    """
    # Put together once for the table; an alias is made anew for each statement.
    if isinstance(operations, Table):
        return _seen_operation_in(kinds, operations)
    return _seen_operation(kinds, operations)


@lru_cache(maxsize=8)
def _seen_operation_in(kinds: Kinds, operations: Table) -> ColumnElement[bool]:
    return _seen_operation(kinds, operations)


def _seen_operation(kinds: Kinds, operations: FromClause) -> ColumnElement[bool]:
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


def seen_meeting(
    kinds: Kinds, meeting: ColumnElement[str], *, is_live: bool = False
) -> ColumnElement[bool]:
    """Whether a viewer may see the meeting that a change set comes from.

    Args:
        kinds: The registered kinds.
        meeting: Its slug, as a column or a parameter.
        is_live: Whether it must not have been retired.
    """
    (reference,) = (one for one in kinds.shared_references if one.field == FROM_A_MEETING)
    table = kinds[reference.target].table
    conditions = [table.c[reference.key] == meeting, visible(table)]
    if is_live:
        conditions.append(table.c.retired_at.is_(None))
    return exists().where(*conditions)


def _heads(kinds: Kinds, table: FromClause) -> list[ColumnElement[object]]:
    """The columns of change sets, without the meetings that the viewer may not see."""
    others = [column for column in table.columns if column.name != "meeting"]
    meeting = case((seen_meeting(kinds, table.c.meeting), table.c.meeting), else_=null())
    return [*others, meeting.label("meeting")]


@dataclass(frozen=True, slots=True)
class Sought:
    """Which change sets: those with a state, from a meeting, of a bundle."""

    state: str | None = None
    meeting: str | None = None
    bundle: str | None = None


def change_sets(
    connection: Connection,
    kinds: Kinds,
    sought: Sought,
    *,
    viewer: Viewer,
    limit: int,
    page: str | None,
) -> Page:
    """The change sets of which the viewer may see something, the newest first.

    Raises:
        BadPageError: The page is not one of this list.
    """
    table, operations = proposed_change_sets, proposed_operations
    owned = (
        select(operations.c.change_set, operations.c.owner, func.count().label("seen"))
        .where(seen_operation(kinds, operations))
        .group_by(operations.c.change_set, operations.c.owner)
        .subquery("owned")
    )
    owners = func.aggregate_strings(owned.c.owner, COMMA).label("owners")
    seen = (
        select(owned.c.change_set, func.sum(owned.c.seen).label("seen"), owners)
        .group_by(owned.c.change_set)
        .subquery("seen")
    )
    statement = (
        select(*_heads(kinds, table), seen.c.seen, seen.c.owners)
        .join(seen, seen.c.change_set == table.c.id)
        .order_by(table.c.proposed_at.desc(), table.c.id.desc())
        .limit(limit + 1)
    )
    if sought.state is not None:
        statement = statement.where(table.c.state == sought.state)
    if sought.bundle is not None:
        statement = statement.where(table.c.bundle == sought.bundle)
    if sought.meeting is not None:
        statement = statement.where(
            table.c.meeting == sought.meeting, seen_meeting(kinds, table.c.meeting)
        )
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
            seen_operation(kinds, operations),
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
    owners = sorted(row["owners"].split(COMMA))
    return orjson.dumps(head_of(row) | {"operations": int(row["seen"]), "owners": owners}).decode()


def head_of(row: RowMapping) -> Document:
    """What is said of a proposed change set beside its operations."""
    return {
        "id": row["id"],
        "state": row["state"],
        "origin": row["origin"],
        "reason": row["reason"],
        "meeting": row["meeting"],
        "bundle": row["bundle"],
        "proposed_at": _instant(row["proposed_at"]),
        "proposed_by": row["actor"],
        "decided_at": _instant(row["decided_at"]),
        "decided_by": row["decided_by"],
        "remark": row["remark"],
    }


def noted_head(connection: Connection, kinds: Kinds, rid: str, *, viewer: Viewer) -> Document:
    """What the log says of a change set that nobody had to propose, in the same form.

    Raises:
        UnknownChangeSetError: The log has none.
    """
    table = applied_change_sets
    row = (
        connection.execute(
            select(*_heads(kinds, table)).where(table.c.id == bindparam("rid")),
            {"rid": rid, **viewer_parameters(viewer)},
        )
        .mappings()
        .one_or_none()
    )
    if row is None:
        raise unknown(rid)
    at = row["at"]
    return head_of(
        {  # type: ignore[arg-type]
            **row,
            "state": APPLIED,
            "bundle": None,
            "proposed_at": at,
            "decided_at": at,
            "decided_by": None,
            "remark": None,
        }
    )


def _instant(at: datetime | None) -> str | None:
    return None if at is None else format_instant(at.replace(microsecond=0))


def unknown(rid: str) -> UnknownChangeSetError:
    """The error that there is no such change set, as far as its viewer may know."""
    return UnknownChangeSetError(f"There is no change set {rid}.")


def proposal(connection: Connection, kinds: Kinds, rid: str, *, viewer: Viewer) -> Proposal:
    """One proposed change set, with the operations that the viewer may see.

    Raises:
        UnknownChangeSetError: There is none of which the viewer may see anything.
    """
    head = _head_row(connection, kinds, rid, viewer)
    seen = _operations(connection, kinds, rid, viewer)
    if head is None or not seen:
        raise unknown(rid)
    operations = proposed_operations
    count = connection.execute(
        select(func.count()).where(operations.c.change_set == rid)
    ).scalar_one()
    return Proposal(head, seen, count == len(seen))


def proposal_part(
    connection: Connection, kinds: Kinds, rid: str, *, viewer: Viewer, first: int, most: int
) -> Proposal:
    """One proposed change set with some of the operations that the viewer may see.

    Those before are passed over unread, but for who may see them: a place is counted among what
    the viewer sees, so that it tells nothing of what is hidden.

    Args:
        connection: A reading unit of work.
        kinds: The registered kinds.
        rid: The change set.
        viewer: Who asks.
        first: How many operations come before.
        most: How many are wanted.

    Returns:
        The change set, without operations where it has none at that place; ``is_whole`` says
        nothing of it.

    Raises:
        UnknownChangeSetError: There is none of which the viewer may see anything.
    """
    head = _head_row(connection, kinds, rid, viewer)
    if head is None:
        raise unknown(rid)
    seen = _operations(connection, kinds, rid, viewer, first, most)
    if not seen and not (first and _operations(connection, kinds, rid, viewer, 0, 1)):
        raise unknown(rid)
    return Proposal(head, seen, is_whole=False)


def _head_row(connection: Connection, kinds: Kinds, rid: str, viewer: Viewer) -> RowMapping | None:
    return (
        connection.execute(
            select(*_heads(kinds, proposed_change_sets)).where(
                proposed_change_sets.c.id == bindparam("rid")
            ),
            {"rid": rid, **viewer_parameters(viewer)},
        )
        .mappings()
        .one_or_none()
    )


def _operations(
    connection: Connection,
    kinds: Kinds,
    rid: str,
    viewer: Viewer,
    first: int = 0,
    most: int | None = None,
) -> Sequence[RowMapping]:
    """The operations of a change set that a viewer may see, or some of them."""
    operations = proposed_operations
    statement = (
        select(operations)
        .where(operations.c.change_set == bindparam("rid"), seen_operation(kinds, operations))
        .order_by(operations.c.place)
    )
    if most is not None:
        statement = statement.limit(most).offset(first)
    return connection.execute(statement, {"rid": rid, **viewer_parameters(viewer)}).mappings().all()


def operations_seen(
    connection: Connection, kinds: Kinds, rid: str, *, viewer: Viewer
) -> tuple[int, int]:
    """How many operations of a proposal the viewer may see, and how many of them were dropped."""
    operations = proposed_operations
    dropped = func.count().filter(operations.c.state == DROPPED)
    is_one = operations.c.change_set == bindparam("rid")
    counted = select(func.count(), dropped).where(is_one, seen_operation(kinds, operations))
    row = connection.execute(counted, {"rid": rid, **viewer_parameters(viewer)}).one()
    return row[0], row[1]
