"""Returned lists and the doubts about them, as their viewer may see them.

Who sent a list in knows what it says. Everybody else sees a finding as they see the record it is
about, and the list as soon as there is something of it for them to see.
"""

from __future__ import annotations

from datetime import datetime

import orjson
from sqlalchemy import ColumnElement, Connection, RowMapping, and_, bindparam, func, or_, select

from directory.changes.errors import UnknownChangeSetError
from directory.changes.kinds import Kinds
from directory.changes.proposed import Sought, change_sets
from directory.clock import format_instant, parse_instant
from directory.documents import Document
from directory.meetings.models import list_findings, returned_lists
from directory.pages import MOST_ITEMS, Page, after, bad_page, page_of, read_page
from directory.policy import Viewer, viewer_parameters, visible


def _mine(viewer: Viewer) -> ColumnElement[bool]:
    """Whether the viewer sent a list in; nobody without an account has sent any."""
    return returned_lists.c.account == (viewer.account or "")


def returned_list(connection: Connection, kinds: Kinds, rid: str, *, viewer: Viewer) -> Document:
    """One returned list: how it was read, its change sets, and how often each doubt arose.

    Raises:
        UnknownChangeSetError: There is none of which the viewer may see anything.
    """
    row = (
        connection.execute(
            select(returned_lists).where(returned_lists.c.id == bindparam("rid")), {"rid": rid}
        )
        .mappings()
        .one_or_none()
    )
    if row is None:
        raise UnknownChangeSetError(f"There is no returned list {rid}.")
    parts = [
        orjson.loads(text)
        for text in change_sets(
            connection, kinds, Sought(bundle=rid), viewer=viewer, limit=MOST_ITEMS, page=None
        ).texts
    ]
    counts = _counts(connection, rid, viewer)
    is_mine = viewer.account is not None and row["account"] == viewer.account
    if not (is_mine or parts or counts):
        raise UnknownChangeSetError(f"There is no returned list {rid}.")
    return _head(row, is_mine=is_mine) | {"change_sets": parts, "findings": counts}


def _counts(connection: Connection, rid: str, viewer: Viewer) -> dict[str, int]:
    rows = connection.execute(
        select(list_findings.c.code, func.count())
        .join(returned_lists, returned_lists.c.id == list_findings.c.returned_list)
        .where(
            list_findings.c.returned_list == bindparam("rid"),
            or_(_mine(viewer), visible(list_findings)),
        )
        .group_by(list_findings.c.code)
        .order_by(list_findings.c.code),
        {"rid": rid, **viewer_parameters(viewer)},
    )
    return {row[0]: row[1] for row in rows}


def _head(row: RowMapping, *, is_mine: bool) -> Document:
    """What is said of a list; how much was in it, only to who sent it in."""
    head = {
        "id": row["id"],
        "meeting": row["meeting"],
        "file_name": row["file_name"],
        "sha256": bytes(row["digest"]).hex(),
        "received_at": _instant(row["received_at"]),
        "received_from": row["account"],
    }
    if is_mine:
        head |= {
            "reading": orjson.loads(row["reading"]),
            "cells": row["cells"],
            "cells_used": row["cells_used"],
        }
    return head


def _instant(at: datetime) -> str:
    return format_instant(at.replace(microsecond=0))


def findings(
    connection: Connection,
    rid: str,
    *,
    viewer: Viewer,
    code: str | None,
    limit: int,
    page: str | None,
) -> Page:
    """The doubts about a list, in the order of its cells as they were read.

    Raises:
        UnknownChangeSetError: There is no such list of which the viewer may see a finding.
        BadPageError: The page is not one of this list.
    """
    table = list_findings
    statement = (
        select(table)
        .join(returned_lists, returned_lists.c.id == table.c.returned_list)
        .where(table.c.returned_list == bindparam("rid"), or_(_mine(viewer), visible(table)))
        .order_by(table.c.place)
        .limit(limit + 1)
    )
    parameters = {"rid": rid, **viewer_parameters(viewer)}
    if code is not None:
        statement = statement.where(table.c.code == code)
    if page is not None:
        statement = statement.where(after((table.c.place,), read_page(page, int)))
    rows = connection.execute(statement, parameters).mappings().all()
    return page_of(
        [(orjson.dumps(_told(row)).decode(), row["place"]) for row in rows],
        limit,
        lambda row: [row[1]],
    )


def findings_of(
    connection: Connection, change_set: str, *, viewer: Viewer
) -> dict[int, list[Document]]:
    """The doubts about the operations of a change set, by operation."""
    table = list_findings
    rows = connection.execute(
        select(table)
        .where(
            table.c.change_set == bindparam("change_set"),
            table.c.operation.is_not(None),
            visible(table),
        )
        .order_by(table.c.place),
        {"change_set": change_set, **viewer_parameters(viewer)},
    ).mappings()
    found: dict[int, list[Document]] = {}
    for row in rows:
        found.setdefault(row["operation"], []).append(_told(row))
    return found


def _told(row: RowMapping) -> Document:
    return {name: row[name] for name in _TOLD}


_TOLD = ("cell", "code", "read", "proposed", "confidence", "change_set", "operation")


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
    seen = select(list_findings.c.returned_list).where(visible(list_findings))
    statement = (
        select(table)
        .where(or_(_mine(viewer), table.c.id.in_(seen)))
        .order_by(table.c.received_at.desc(), table.c.id.desc())
        .limit(limit + 1)
    )
    if meeting is not None:
        statement = statement.where(table.c.meeting == meeting)
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
