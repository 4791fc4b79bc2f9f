"""Reading and writing the rows of record tables, kind by kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

import orjson
from sqlalchemy import Connection, Table, Update, bindparam, select

from directory.changes.bulk import insert_rows
from directory.changes.kinds import Kind, Kinds
from directory.changes.steps import Held, Step
from directory.clock import parse_instant
from directory.db import is_one_of, json_list
from directory.documents import Document
from directory.policy import Tlp
from directory.prepared import Prepared


def fetch(
    connection: Connection, kinds: Kinds, ids_by_kind: Mapping[str, Sequence[str]]
) -> dict[str, Held]:
    """What the directory holds of some records; those it does not hold are left out."""
    held: dict[str, Held] = {}
    for name, ids in ids_by_kind.items():
        kind = kinds[name]
        for rid, revision, document in _held(kind.table).rows(connection, {"ids": json_list(ids)}):
            held[rid] = Held(revision, kind.present(orjson.loads(document)))
    return held


@lru_cache(maxsize=64)
def _held(table: Table) -> Prepared:
    return Prepared(
        select(table.c.id, table.c.revision, table.c.document).where(
            is_one_of(table.c.id, bindparam("ids"))
        )
    )


def write(connection: Connection, steps: Sequence[Step], *, first_seq: int) -> None:
    """Write each step's row; the steps stand in an order in which references already hold."""
    inserts: dict[str, tuple[Table, list[dict[str, Any]]]] = {}
    updates: dict[str, tuple[Table, list[dict[str, Any]]]] = {}
    for index, step in enumerate(steps):
        row = row_of(step.kind, step.record, step.text.decode(), first_seq + index)
        target = inserts if step.before is None else updates
        target.setdefault(step.kind.name, (step.kind.table, []))[1].append(row)
    for table, fresh in inserts.values():
        insert(connection, table, fresh)
    for table, changed in updates.values():
        update(connection, table, changed)


def insert(connection: Connection, table: Table, fresh: Iterable[dict[str, Any]]) -> None:
    """Add rows that are not there yet."""
    in_order = itemgetter(*(column.name for column in table.columns))
    insert_rows(connection, table, [in_order(row) for row in fresh])


def update(connection: Connection, table: Table, changed: Iterable[dict[str, Any]]) -> None:
    """Replace whole rows by their id."""
    rows = [{"row_id": row.pop("id"), **row} for row in changed]
    connection.execute(_replacing(table), rows)


@lru_cache(maxsize=64)
def _replacing(table: Table) -> Update:
    names = [column.name for column in table.columns if column.name != "id"]
    return (
        table.update()
        .where(table.c.id == bindparam("row_id"))
        .values({name: bindparam(name) for name in names})
    )


def empty(connection: Connection, kinds: Kinds) -> None:
    """Put out every record, and all that is made of records."""
    for summary in kinds.summaries:
        connection.execute(summary.table.delete())
    for kind in reversed(list(kinds)):
        for derived in kind.derived:
            connection.execute(derived.delete())
        connection.execute(kind.table.delete())


def row_of(kind: Kind, record: Document, text: str, seq: int) -> dict[str, Any]:
    """The row of a record: its document and the columns that queries need."""
    retired_at = record["retired_at"]
    return {
        "id": record["id"],
        "revision": record["revision"],
        "version": record["version"],
        "marking": int(Tlp.from_label(record["marking"])),
        "audience": json_list(record["audience"]),
        "owner": record["owner"],
        "retired_at": None if retired_at is None else parse_instant(retired_at),
        "source_meeting": record["source"]["meeting"],
        "seq": seq,
        "document": text,
        **kind.columns(record),
    }
