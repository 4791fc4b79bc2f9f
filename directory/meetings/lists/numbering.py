"""The numbers under which a viewer knows operations that findings cast doubt on."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, bindparam, func, select

from directory.changes.kinds import Kinds
from directory.changes.models import proposed_operations
from directory.changes.proposed import seen_operation
from directory.db import is_one_of, json_list
from directory.policy import Viewer, viewer_parameters

Numbered = Mapping[tuple[str, int], tuple[int, str, str]]
"""By change set and place: the number among those that the viewer sees, the kind and the record."""


def numbered_operations(
    connection: Connection, kinds: Kinds, named: Collection[tuple[str, int]], viewer: Viewer
) -> Numbered:
    """Some operations, by change set and place; those before them are counted, and not read."""
    if not named:
        return {}
    table = proposed_operations
    places = [place for _, place in named]
    number = func.row_number().over(partition_by=table.c.change_set, order_by=table.c.place) - 1
    numbered = (
        select(table.c.change_set, table.c.place, number, table.c.kind, table.c.rid)
        .where(
            is_one_of(table.c.change_set, bindparam("change_sets")),
            table.c.place <= bindparam("last"),
            seen_operation(kinds, table),
        )
        .subquery()
    )
    rows = connection.execute(
        select(numbered).where(numbered.c.place >= bindparam("first")),
        {
            "change_sets": json_list(sorted({change_set for change_set, _ in named})),
            "first": min(places),
            "last": max(places),
            **viewer_parameters(viewer),
        },
    )
    return {(change_set, place): (n, kind, rid) for change_set, place, n, kind, rid in rows}
