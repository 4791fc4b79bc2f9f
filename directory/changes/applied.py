"""Change sets that were applied, as far as their viewer may see what they wrote."""

from __future__ import annotations

from sqlalchemy import Connection, Select, bindparam, func, literal, select, union_all

from directory.changes.kinds import Kind, Kinds
from directory.changes.models import change_sets, log_entries
from directory.changes.versions import seen_version
from directory.clock import format_instant
from directory.documents import Document
from directory.policy import Viewer, viewer_parameters


def applied_from(
    connection: Connection, kinds: Kinds, meeting: str, *, viewer: Viewer, limit: int
) -> list[Document]:
    """What was applied from a meeting, the newest first, as far as the viewer may see it.

    Two statements, whose cost is that of the entries these change sets have.

    Returns:
        Of each change set ``id, state, reason, at``, and how many of the ``operations`` the viewer
        may see: at least one.
    """
    given = {"meeting": meeting, **viewer_parameters(viewer)}
    written = connection.scalars(
        select(log_entries.c.kind)
        .join(change_sets, change_sets.c.id == log_entries.c.change_set)
        .where(change_sets.c.meeting == bindparam("meeting"))
        .distinct(),
        given,
    ).all()
    if not written:
        return []
    counted = union_all(*(_counted(kinds[name]) for name in sorted(written))).subquery("counted")
    rows = connection.execute(
        select(
            change_sets.c.id,
            change_sets.c.reason,
            change_sets.c.at,
            func.sum(counted.c.seen).label("seen"),
        )
        .join(counted, counted.c.change_set == change_sets.c.id)
        .group_by(change_sets.c.id)
        .order_by(change_sets.c.last_seq.desc())
        .limit(limit),
        given,
    )
    return [
        {
            "id": row.id,
            "state": "applied",
            "reason": row.reason,
            "at": format_instant(row.at.replace(microsecond=0)),
            "operations": int(row.seen),
        }
        for row in rows
    ]


def _counted(kind: Kind) -> Select[tuple[str, int]]:
    """How many of the versions of a kind that a meeting's change sets wrote the viewer may see."""
    return (
        select(log_entries.c.change_set, func.count().label("seen"))
        .join(kind.table, kind.table.c.id == log_entries.c.rid)
        .join(change_sets, change_sets.c.id == log_entries.c.change_set)
        .where(
            change_sets.c.meeting == bindparam("meeting"),
            log_entries.c.kind == literal(kind.name),
            log_entries.c.op.in_(("put", "retire")),
            seen_version(kind),
        )
        .group_by(log_entries.c.change_set)
    )
