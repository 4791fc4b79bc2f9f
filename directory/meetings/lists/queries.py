"""Returned lists and the doubts about them, as their viewer may see them.

Who sent a list in knows what it says. Everybody else sees a finding as they see the operation that
it casts doubt on; one that no operation has is for those who decide for its owner. The list itself
is seen as soon as there is something of it to see.
"""

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
    case,
    exists,
    func,
    null,
    or_,
    select,
)

from directory.changes.errors import UnknownChangeSetError
from directory.changes.kinds import Kinds
from directory.changes.models import proposed_change_sets, proposed_operations
from directory.changes.proposed import Sought, change_sets, seen_meeting, seen_operation
from directory.clock import format_instant, parse_instant
from directory.db import is_one_of
from directory.documents import Document
from directory.meetings.lists.numbering import Numbered, numbered_operations
from directory.meetings.models import list_findings, returned_lists
from directory.pages import MOST_ITEMS, Page, bad_page, page_of, read_page
from directory.policy import DIRECTORY, Role, Tlp, Viewer, viewer_parameters, visible

FINDING = "finding"
"""What the log of readings calls a finding that is about no record."""


@dataclass(frozen=True, slots=True)
class Part:
    """One owner's part of a returned list.

    Attributes:
        id: Of its change set.
    """

    id: str
    owner: str
    state: str


def _mine(viewer: Viewer) -> ColumnElement[bool]:
    """Whether the viewer sent a list in; nobody without an account has sent any."""
    return returned_lists.c.account == (viewer.account or "")


def _seen(kinds: Kinds, viewer: Viewer) -> ColumnElement[bool]:
    """Whether the viewer may see a finding of a list that somebody else sent in.

    What nothing was made of may be anything, such as a sheet for nobody's eyes.
    """
    table, operations = list_findings, proposed_operations
    of_an_operation = exists().where(
        operations.c.change_set == table.c.change_set,
        operations.c.place == table.c.operation,
        seen_operation(kinds, operations),
    )
    decides: ColumnElement[bool] = is_one_of(table.c.owner, bindparam("editor_of"))
    if Role.COORDINATOR in viewer.roles:
        decides = table.c.owner.is_not(None)
    return and_(
        visible(table),
        or_(of_an_operation, and_(table.c.operation.is_(None), decides)),
    )


def _list_is_seen(kinds: Kinds, viewer: Viewer) -> ColumnElement[bool]:
    """Whether the viewer may see anything of a returned list."""
    finding = exists().where(
        list_findings.c.returned_list == returned_lists.c.id, _seen(kinds, viewer)
    )
    part = exists().where(
        proposed_change_sets.c.bundle == returned_lists.c.id,
        proposed_operations.c.change_set == proposed_change_sets.c.id,
        seen_operation(kinds, proposed_operations),
    )
    return or_(_mine(viewer), part, finding)


def _heads(kinds: Kinds) -> list[ColumnElement[object]]:
    """The columns of lists, without the meetings that the viewer may not see."""
    table = returned_lists
    meeting = case((seen_meeting(kinds, table.c.meeting), table.c.meeting), else_=null())
    return [*(c for c in table.columns if c.name != "meeting"), meeting.label("meeting")]


def _row_of(connection: Connection, kinds: Kinds, rid: str, viewer: Viewer) -> RowMapping:
    row = (
        connection.execute(
            select(*_heads(kinds)).where(
                returned_lists.c.id == bindparam("rid"), _list_is_seen(kinds, viewer)
            ),
            {"rid": rid, **viewer_parameters(viewer)},
        )
        .mappings()
        .one_or_none()
    )
    if row is None:
        raise UnknownChangeSetError(f"There is no returned list {rid}.")
    return row


def returned_list(connection: Connection, kinds: Kinds, rid: str, *, viewer: Viewer) -> Document:
    """One returned list: how it was read, its change sets, and how often each doubt arose.

    Raises:
        UnknownChangeSetError: There is none of which the viewer may see anything.
    """
    row = _row_of(connection, kinds, rid, viewer)
    parts = _parts(connection, kinds, rid, viewer)
    page = change_sets(
        connection, kinds, Sought(bundle=rid), viewer=viewer, limit=MOST_ITEMS, page=None
    )
    heads = {head["id"]: head for head in map(orjson.loads, page.texts)}
    is_mine = viewer.account is not None and row["account"] == viewer.account
    return _head(row, is_mine=is_mine) | {
        "change_sets": [heads[part.id] | {"owner": part.owner} for part in parts],
        "findings": _counts(connection, kinds, rid, viewer),
    }


def parts_of(connection: Connection, kinds: Kinds, rid: str, *, viewer: Viewer) -> list[Part]:
    """The change sets of a returned list, in an order in which they can be applied.

    Raises:
        UnknownChangeSetError: There is no list of which the viewer may see anything.
    """
    _row_of(connection, kinds, rid, viewer)
    return _parts(connection, kinds, rid, viewer)


def _parts(connection: Connection, kinds: Kinds, rid: str, viewer: Viewer) -> list[Part]:
    table, operations = proposed_change_sets, proposed_operations
    rows = connection.execute(
        select(table.c.id, func.min(operations.c.owner), table.c.state)
        .join(operations, operations.c.change_set == table.c.id)
        .where(table.c.bundle == bindparam("rid"), seen_operation(kinds, operations))
        .group_by(table.c.id, table.c.state),
        {"rid": rid, **viewer_parameters(viewer)},
    )
    parts = [Part(*row) for row in rows]
    # What others refer to is the directory's.
    return sorted(parts, key=lambda part: (part.owner != DIRECTORY, part.owner, part.id))


def _counts(connection: Connection, kinds: Kinds, rid: str, viewer: Viewer) -> dict[str, int]:
    found = connection.execute(
        select(list_findings.c.code, func.count())
        .join(returned_lists, returned_lists.c.id == list_findings.c.returned_list)
        .where(
            list_findings.c.returned_list == bindparam("rid"),
            or_(_mine(viewer), _seen(kinds, viewer)),
        )
        .group_by(list_findings.c.code)
        .order_by(list_findings.c.code),
        {"rid": rid, **viewer_parameters(viewer)},
    )
    return {code: count for code, count in found}  # noqa: C416 - rows are no pairs to mypy


def _head(row: RowMapping, *, is_mine: bool) -> Document:
    """What is said of a list; what hangs on all of the file, only to who sent it in."""
    head = {
        "id": row["id"],
        "meeting": row["meeting"],
        "file_name": row["file_name"],
        "received_at": _instant(row["received_at"]),
        "received_from": row["account"],
    }
    if is_mine:
        head |= {
            "sha256": bytes(row["digest"]).hex(),
            "reading": orjson.loads(row["reading"]),
            "cells": row["cells"],
            "cells_used": row["cells_used"],
        }
    return head


def _instant(at: datetime) -> str:
    return format_instant(at.replace(microsecond=0))


def findings(
    connection: Connection,
    kinds: Kinds,
    rid: str,
    *,
    viewer: Viewer,
    code: str | None,
    limit: int,
    page: str | None,
) -> Page:
    """The doubts about a list, in the order of its cells as they were read.

    Raises:
        UnknownChangeSetError: There is no such list of which the viewer may see anything.
        BadPageError: The page is not one of this list.
    """
    _row_of(connection, kinds, rid, viewer)
    table = list_findings
    # A place in the list is how many the viewer has seen: gaps would tell of others.
    (before,) = (0,) if page is None else read_page(page, int)
    if before < 0:
        raise bad_page()
    statement = (
        select(table)
        .join(returned_lists, returned_lists.c.id == table.c.returned_list)
        .where(
            table.c.returned_list == bindparam("rid"),
            or_(_mine(viewer), _seen(kinds, viewer)),
        )
        .order_by(table.c.place)
        .limit(limit + 1)
        .offset(before)
    )
    if code is not None:
        statement = statement.where(table.c.code == code)
    rows = connection.execute(statement, {"rid": rid, **viewer_parameters(viewer)}).mappings().all()
    named = {(row["change_set"], row["operation"]) for row in rows if row["operation"] is not None}
    operations = numbered_operations(connection, kinds, named, viewer)
    return page_of(
        [
            (orjson.dumps(_told(row, operations)).decode(), before + n)
            for n, row in enumerate(rows, start=1)
        ],
        limit,
        lambda row: [row[1]],
    )


def findings_of(
    connection: Connection,
    kinds: Kinds,
    change_set: str,
    *,
    viewer: Viewer,
    first: int,
    most: int,
) -> dict[int, list[Document]]:
    """The doubts about some operations of a change set, by the number that the viewer knows.

    Args:
        connection: A reading unit of work.
        kinds: The registered kinds.
        change_set: Its id.
        viewer: Who asks.
        first: The number of the first of the operations.
        most: How many operations.
    """
    operations = proposed_operations
    places = connection.scalars(
        select(operations.c.place)
        .where(
            operations.c.change_set == bindparam("change_set"), seen_operation(kinds, operations)
        )
        .order_by(operations.c.place)
        .limit(most)
        .offset(first),
        {"change_set": change_set, **viewer_parameters(viewer)},
    ).all()
    if not places:
        return {}
    numbers = {place: n for n, place in enumerate(places, start=first)}
    table = list_findings
    rows: Sequence[RowMapping] = (
        connection.execute(
            select(table)
            .join(returned_lists, returned_lists.c.id == table.c.returned_list)
            .where(
                table.c.change_set == bindparam("change_set"),
                table.c.operation.between(places[0], places[-1]),
                or_(_mine(viewer), _seen(kinds, viewer)),
            )
            .order_by(table.c.place),
            {"change_set": change_set, **viewer_parameters(viewer)},
        )
        .mappings()
        .all()
    )
    found: dict[int, list[Document]] = {}
    for row in rows:
        n = numbers.get(row["operation"])
        if n is not None:
            found.setdefault(n, []).append({name: row[name] for name in _SAID})
    return found


_SAID = ("cell", "code", "read", "proposed", "confidence")


def _told(row: RowMapping, operations: Numbered) -> Document:
    """A finding that stands by itself, with what has to be known to record who reads it."""
    n, kind, record = operations.get(
        (row["change_set"], row["operation"]),
        (None, FINDING, "/".join((row["returned_list"], row["owner"], row["cell"].split("!")[-1]))),
    )
    return {name: row[name] for name in _SAID} | {
        "change_set": None if n is None else row["change_set"],
        "operation": n,
        "kind": kind,
        "id": record,
        "marking": Tlp(row["marking"]).label,
        "audience": orjson.loads(row["audience"]),
        "owner": row["owner"],
    }


def returned(
    connection: Connection,
    kinds: Kinds,
    *,
    viewer: Viewer,
    meeting: str | None,
    limit: int,
    page: str | None,
) -> Page:
    """The returned lists of which the viewer may see something, the newest first.

    Raises:
        BadPageError: The page is not one of this list.
    """
    table = returned_lists
    statement = (
        select(*_heads(kinds))
        .where(_list_is_seen(kinds, viewer))
        .order_by(table.c.received_at.desc(), table.c.id.desc())
        .limit(limit + 1)
    )
    if meeting is not None:
        statement = statement.where(
            table.c.meeting == meeting, seen_meeting(kinds, table.c.meeting)
        )
    if page is not None:
        text, rid = read_page(page, str, str)
        try:
            at = parse_instant(text)
        except ValueError:
            raise bad_page() from None
        statement = statement.where(
            or_(
                table.c.received_at < at,
                and_(table.c.received_at == at, table.c.id < rid),
            )
        )
    rows = connection.execute(statement, viewer_parameters(viewer)).mappings().all()
    return page_of(
        [
            (
                orjson.dumps(_head(row, is_mine=False)).decode(),
                format_instant(row["received_at"]),
                row["id"],
            )
            for row in rows
        ],
        limit,
        lambda row: list(row[1:]),
    )
