"""What the log says of a change set, as its viewer may see it: entries, and versions in bulk."""

from __future__ import annotations

from collections.abc import Iterable

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
    null,
    or_,
    select,
)

from directory.changes.kinds import Kinds
from directory.changes.models import change_sets, log_entries, log_payloads
from directory.changes.versions import seen_label, seen_version
from directory.db import is_one_of, json_list
from directory.documents import Document
from directory.policy import Viewer, viewer_parameters, visible

Entry = RowMapping
Revision = tuple[str, int]
"""A record's id and one of its revisions."""


def entries_of(connection: Connection, kinds: Kinds, rid: str, *, viewer: Viewer) -> list[Entry]:
    """The entries of a change set of which the viewer may see what they wrote, in their order.

    Each with ``seq, kind, rid, op, revision``, and of the record as it stands ``now`` (its
    revision), ``marking``, ``audience`` and ``owner``.
    """
    entry = log_entries.c
    names = connection.scalars(
        select(entry.kind)
        .where(entry.change_set == bindparam("rid"), entry.op.in_(("put", "retire")))
        .distinct(),
        {"rid": rid},
    ).all()
    found: list[Entry] = []
    for name in names:
        table = kinds[name].table
        found.extend(
            connection.execute(
                select(
                    entry.seq,
                    entry.kind,
                    entry.rid,
                    entry.op,
                    entry.revision,
                    table.c.revision.label("now"),
                    table.c.marking,
                    table.c.audience,
                    table.c.owner,
                )
                .select_from(log_entries.join(table, table.c.id == entry.rid))
                .where(
                    entry.change_set == bindparam("rid"),
                    entry.kind == bindparam("kind"),
                    entry.op.in_(("put", "retire")),
                    seen_version(kinds[name]),
                ),
                {"rid": rid, "kind": name, **viewer_parameters(viewer)},
            )
            .mappings()
            .all()
        )
    return sorted(found, key=lambda each: int(each["seq"]))


def some_entries_of(
    connection: Connection, kinds: Kinds, rid: str, *, viewer: Viewer, first: int, most: int
) -> list[Entry]:
    """Some of the entries of a change set of which the viewer may see what they wrote, in order.

    Each with ``seq, kind, rid, op, revision``.

    Args:
        connection: A reading unit of work.
        kinds: The registered kinds.
        rid: The change set.
        viewer: Who asks.
        first: How many of them come before.
        most: How many are wanted.
    """
    entry = log_entries.c
    # By the log's own order, so that a page needs no more than what comes before it.
    statement = (
        select(entry.seq, entry.kind, entry.rid, entry.op, entry.revision)
        .where(_is_seen_of(kinds))
        .order_by(entry.seq)
        .limit(most)
        .offset(first)
    )
    given = _span(connection, rid) | viewer_parameters(viewer)
    return list(connection.execute(statement, given).mappings())


def entries_seen(connection: Connection, kinds: Kinds, rid: str, *, viewer: Viewer) -> int:
    """How many entries of a change set the viewer may see what they wrote."""
    return connection.execute(
        select(func.count()).where(_is_seen_of(kinds)),
        _span(connection, rid) | viewer_parameters(viewer),
    ).scalar_one()


def _span(connection: Connection, rid: str) -> dict[str, int]:
    """Where in the log a change set stands; of one that the log has not, nowhere."""
    table = change_sets
    span = connection.execute(
        select(table.c.first_seq, table.c.last_seq).where(table.c.id == rid)
    ).one_or_none()
    first, last = (0, -1) if span is None else span
    return {"first_seq": first, "last_seq": last}


def _is_seen_of(kinds: Kinds) -> ColumnElement[bool]:
    """Whether an entry is of a change set, and the viewer may see what it wrote."""
    entry = log_entries.c
    return and_(
        entry.seq.between(bindparam("first_seq"), bindparam("last_seq")),
        entry.op.in_(("put", "retire")),
        seen_label(log_entries),
        or_(
            *(
                and_(
                    entry.kind == literal(kind.name),
                    exists().where(kind.table.c.id == entry.rid, visible(kind.table)),
                )
                for kind in kinds
            )
        ),
    )


def erased_entries(connection: Connection, rid: str, *, viewer: Viewer) -> list[Entry]:
    """The entries of a change set whose records have been erased whole, as ``entries_of`` has them.

    Those alone of which the viewer might have seen what they wrote.
    """
    entry, newer, held = log_entries.c, log_entries.alias("newer"), log_payloads.c.seq
    newest = (
        select(newer.c.seq)
        .where(newer.c.rid == entry.rid)
        .order_by(newer.c.revision.desc())
        .limit(1)
        .correlate(log_entries)
        .scalar_subquery()
    )
    found = connection.execute(
        select(entry.seq, entry.kind, entry.rid, entry.op, entry.revision, null().label("now"))
        .where(
            entry.change_set == bindparam("rid"),
            entry.op.in_(("put", "retire")),
            ~select(held).where(held == newest).exists(),
            seen_label(log_entries),
        )
        .order_by(entry.seq),
        {"rid": rid, **viewer_parameters(viewer)},
    )
    return list(found.mappings().all())


def versions(
    connection: Connection,
    kinds: Kinds,
    wanted: Iterable[tuple[str, str, int]],
    *,
    viewer: Viewer,
) -> dict[Revision, Document]:
    """Past versions of records, by kind, id and revision; those not to be seen are left out."""
    by_kind: dict[str, dict[str, set[int]]] = {}
    for name, rid, revision in wanted:
        by_kind.setdefault(name, {}).setdefault(rid, set()).add(revision)
    found: dict[Revision, Document] = {}
    for name, revisions in by_kind.items():
        kind = kinds[name]
        spread = [each for some in revisions.values() for each in some]
        bodies = connection.execute(
            select(log_entries.c.rid, log_entries.c.revision, log_payloads.c.body)
            .select_from(log_entries)
            .join(log_payloads, log_payloads.c.seq == log_entries.c.seq)
            .join(kind.table, kind.table.c.id == log_entries.c.rid)
            .where(
                is_one_of(log_entries.c.rid, bindparam("ids")),
                log_entries.c.revision.between(bindparam("first"), bindparam("last")),
                seen_version(kind),
            ),
            {
                "ids": json_list(revisions),
                "first": min(spread),
                "last": max(spread),
                **viewer_parameters(viewer),
            },
        )
        for rid, revision, body in bodies:
            if revision in revisions[rid]:
                found[rid, revision] = kind.present(orjson.loads(body)["record"])
    return found
