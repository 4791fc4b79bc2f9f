"""Reading records of any kind by id, as their viewer may see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import orjson
from sqlalchemy import Connection, Select, Table, bindparam, func, or_, select

from directory.changes.errors import ErasedError, UnknownRecordError
from directory.changes.kinds import Kind
from directory.changes.models import change_sets, log_entries, log_payloads
from directory.changes.versions import seen_label
from directory.db import is_one_of, json_list
from directory.policy import Label, Tlp, Viewer, viewer_parameters, visible
from directory.prepared import Prepared

_LOGGED = Prepared(
    select(log_entries.c.rid).where(is_one_of(log_entries.c.rid, bindparam("ids"))).distinct()
)


@dataclass(frozen=True, slots=True)
class StoredText:
    """A record's document as stored, and the revision it is at."""

    revision: int
    text: str


def record(connection: Connection, kind: Kind, rid: str, *, viewer: Viewer) -> StoredText:
    """One record, live or retired.

    Raises:
        UnknownRecordError: There is none, or the viewer may not see it: the two look the same.
        ErasedError: It has been erased.
    """
    found = connection.execute(
        _with_id(kind.table), {"rid": rid, **viewer_parameters(viewer)}
    ).one_or_none()
    if found is None:
        refuse_erased(connection, kind, rid, viewer=viewer)
        raise UnknownRecordError(f"There is no {kind.name} {rid}.")
    return StoredText(found.revision, found.document)


@cache
def _with_id(table: Table) -> Select[Any]:
    return select(table.c.revision, table.c.document).where(
        table.c.id == bindparam("rid"), visible(table)
    )


def label_of(connection: Connection, kind: Kind, rid: str, *, viewer: Viewer) -> Label:
    """The label of a live record.

    Raises:
        UnknownRecordError: There is none that the viewer may see.
    """
    table = kind.table
    found = connection.execute(
        select(table.c.marking, table.c.audience, table.c.owner).where(
            table.c.id == bindparam("rid"), table.c.retired_at.is_(None), visible(table)
        ),
        {"rid": rid, **viewer_parameters(viewer)},
    ).one_or_none()
    if found is None:
        raise UnknownRecordError(f"There is no {kind.name} {rid}.")
    return Label(Tlp(found.marking), frozenset(orjson.loads(found.audience)), found.owner)


def find(connection: Connection, kind: Kind, name: str, *, viewer: Viewer) -> str:
    """The id of a record, live or retired, that is named by its id or its readable name.

    Raises:
        UnknownRecordError: There is none, or the viewer may not see it: the two look the same.
        ErasedError: It has been erased.
    """
    found = connection.execute(
        _named(kind.table, kind.unique), {"name": name, **viewer_parameters(viewer)}
    ).first()
    if found is None:
        refuse_erased(connection, kind, name, viewer=viewer)
        raise UnknownRecordError(f"There is no {kind.name} {name!r}.")
    return str(found.id)


@cache
def _named(table: Table, unique: str | None) -> Select[Any]:
    """The ids of the records that are called something: it takes longer to write than to run."""
    named = table.c.id == bindparam("name")
    if unique is not None:
        named = or_(named, table.c[unique] == bindparam("name"))
    return select(table.c.id).where(named, visible(table)).order_by(table.c.id)


def logged_among(connection: Connection, ids: Iterable[str]) -> set[str]:
    """Which of some ids the log knows, whether the records are still there or erased."""
    return {rid for (rid,) in _LOGGED.rows(connection, {"ids": json_list(ids)})}


def newest_among(connection: Connection, ids: Iterable[str]) -> dict[str, int]:
    """The newest entry of each of some records, by their ids."""
    found = connection.execute(
        select(log_entries.c.rid, func.max(log_entries.c.seq).label("newest"))
        .where(is_one_of(log_entries.c.rid, bindparam("ids")))
        .group_by(log_entries.c.rid),
        {"ids": json_list(ids)},
    )
    return {row.rid: row.newest for row in found}


_NEWEST = (
    select(log_payloads.c.seq.label("held"), seen_label(log_entries).label("is_seen"))
    .select_from(log_entries)
    .outerjoin(log_payloads, log_payloads.c.seq == log_entries.c.seq)
    .where(log_entries.c.rid == bindparam("rid"), log_entries.c.kind == bindparam("kind"))
    .order_by(log_entries.c.revision.desc())
    .limit(1)
)


def refuse_erased(connection: Connection, kind: Kind, rid: str, *, viewer: Viewer) -> None:
    """Tell whoever might see a record, were it still there, that it has been erased.

    Raises:
        ErasedError: It has been, and the label that it had last is one that the viewer may see.
    """
    newest = connection.execute(
        _NEWEST, {"rid": rid, "kind": kind.name, **viewer_parameters(viewer)}
    ).one_or_none()
    if newest is not None and newest.held is None and newest.is_seen:
        raise ErasedError(f"What the {kind.name} {rid} said has been erased.")


def recorded_at(connection: Connection, rid: str, revision: int) -> datetime:
    """When a revision that the viewer has been shown was recorded."""
    at: datetime = connection.execute(
        select(log_entries.c.at).where(log_entries.c.rid == rid, log_entries.c.revision == revision)
    ).scalar_one()
    return at


def records(
    connection: Connection, kind: Kind, ids: Iterable[str], *, viewer: Viewer
) -> dict[str, str]:
    """The documents of some live records by id; those the viewer may not see are left out."""
    found = connection.execute(
        select(kind.table.c.id, kind.table.c.document).where(
            is_one_of(kind.table.c.id, bindparam("ids")),
            kind.table.c.retired_at.is_(None),
            visible(kind.table),
        ),
        {"ids": json_list(ids), **viewer_parameters(viewer)},
    )
    return {row.id: row.document for row in found}


@dataclass(frozen=True, slots=True)
class NotedChangeSet:
    """A change set as it was noted when it was applied; it holds no contact data.

    Attributes:
        origin: The door it came through, such as ``seed/report``.
        meeting: Slug of the meeting it comes from, if any.
    """

    id: str
    first_seq: int
    last_seq: int
    at: datetime
    actor: str
    origin: str
    reason: str
    meeting: str | None


def newest_change_sets(connection: Connection, limit: int) -> list[NotedChangeSet]:
    """The newest change sets, the last one first."""
    found = connection.execute(
        select(change_sets).order_by(change_sets.c.last_seq.desc()).limit(limit)
    )
    return [NotedChangeSet(**row) for row in found.mappings()]
