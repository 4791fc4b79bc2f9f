"""What seeding wrote, and who has come to lean on it since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from directory.changes import references, rows
from directory.changes.kinds import Kinds, OnRetire
from directory.changes.models import change_sets, log_entries, log_payloads
from directory.db import is_one_of, json_list


def last_origins(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Through which door the newest entry of each record came."""
    found = connection.execute(
        select(log_entries.c.rid, change_sets.c.origin)
        .join(change_sets, change_sets.c.id == log_entries.c.change_set)
        .where(is_one_of(log_entries.c.rid, bindparam("ids")))
        .order_by(log_entries.c.seq),
        {"ids": json_list(ids)},
    )
    return {row.rid: row.origin for row in found}


@dataclass(frozen=True, slots=True)
class Unnamed:
    """A live record that a seed set wrote last and no file names any more.

    Attributes:
        origin: The set that wrote it, as the log has it.
        is_needed: Whether something that stays refers to it, so that it must stay too.
    """

    origin: str
    kind: str
    id: str
    revision: int
    is_needed: bool


def no_longer_named(
    connection: Connection, kinds: Kinds, origins: Sequence[str], named: set[str]
) -> list[Unnamed]:
    """The live records that some sets wrote last and no file names any more.

    Args:
        connection: A reading unit of work.
        kinds: The registered kinds.
        origins: The seed sets, as the log has them.
        named: The ids that stand in the files of any set.
    """
    newer = log_entries.alias("newer")
    found = connection.execute(
        select(change_sets.c.origin, log_entries.c.kind, log_entries.c.rid, log_entries.c.revision)
        .join(change_sets, change_sets.c.id == log_entries.c.change_set)
        # What has been erased is no longer there to be retired.
        .join(log_payloads, log_payloads.c.seq == log_entries.c.seq)
        .where(
            change_sets.c.origin.in_(origins),
            log_entries.c.op == "put",
            ~select(newer.c.seq)
            .where(newer.c.rid == log_entries.c.rid, newer.c.revision > log_entries.c.revision)
            .exists(),
        )
        .order_by(log_entries.c.seq)
    )
    unnamed = [row for row in found if row.rid not in named]
    leaning = _leaning_on(connection, kinds, {row.rid: row.kind for row in unnamed})
    written_by = last_origins(connection, {one for some in leaning.values() for one in some})
    # What the files still name may have let go by the time the retiring begins.
    going = {row.rid for row in unnamed}
    letting_go = {one for one, origin in written_by.items() if one in named and origin in origins}
    while needed := {rid for rid in going if leaning.get(rid, set()) - going - letting_go}:
        going -= needed
    return [
        Unnamed(row.origin, row.kind, row.rid, row.revision, row.rid not in going)
        for row in unnamed
    ]


def _leaning_on(
    connection: Connection, kinds: Kinds, kind_of: dict[str, str]
) -> dict[str, set[str]]:
    """The live records that refer to each of some records and would go with it or forbid it."""
    ids_by_kind: dict[str, list[str]] = {}
    for rid, kind in kind_of.items():
        ids_by_kind.setdefault(kind, []).append(rid)
    held = rows.fetch(connection, kinds, ids_by_kind)
    leaning: dict[str, set[str]] = {}
    documents = {kind: [held[rid].document for rid in ids] for kind, ids in ids_by_kind.items()}
    for reference, target, referrer in references.referrers(connection, kinds, documents):
        if reference.on_retire is not OnRetire.KEEP:
            leaning.setdefault(target["id"], set()).add(referrer["id"])
    return leaning
