"""A change set as it is answered: each operation with what it changes, as its viewer may see it.

One that waits is set against what the directory holds now; one that was applied is told from the
log, whether anybody had to propose it or not.
"""

from __future__ import annotations

import orjson
from sqlalchemy import Connection, RowMapping, bindparam, select

from directory.changes import proposed
from directory.changes.deciding import has_moved, held_of, noted_of
from directory.changes.entries import entries_seen, some_entries_of, versions
from directory.changes.errors import (
    InvalidDocumentError,
    UnknownChangeSetError,
    UnknownOperationError,
)
from directory.changes.kinds import Kind, Kinds
from directory.changes.models import change_sets
from directory.changes.noting import noted_in
from directory.changes.operations import complete
from directory.changes.proposed import (
    APPLIED,
    APPROVED,
    DROPPED,
    PROPOSED,
    Proposal,
    editors_of,
    head_of,
    label_of,
    noted_head,
    proposal_part,
    unknown,
)
from directory.changes.steps import Held
from directory.documents import Document
from directory.pages import USUAL_ITEMS, bad_page, read_page, write_page
from directory.policy import Label, Viewer

NEVER_SHOWN = frozenset({"id", "kind", "revision", "version"})
"""What differs between any two versions, or never."""
REVERTING = "revert/"
"""How the origin of a change set begins that undoes another."""


def change_set(
    connection: Connection,
    kinds: Kinds,
    rid: str,
    *,
    viewer: Viewer,
    limit: int = USUAL_ITEMS,
    page: str | None = None,
) -> Document:
    """One change set, waiting or applied, with a page of the operations that the viewer may see.

    Args:
        connection: A reading unit of work.
        kinds: The registered kinds.
        rid: The change set.
        viewer: Who asks.
        limit: Operations on a page.
        page: A place among them.

    Raises:
        UnknownChangeSetError: There is none of which the viewer may see anything.
        BadPageError: The page is not one of this change set.
    """
    # A place is how many the viewer has seen: gaps would tell of others.
    (first,) = (0,) if page is None else read_page(page, int)
    if first < 0:
        raise bad_page()
    try:
        found = proposal_part(connection, kinds, rid, viewer=viewer, first=first, most=limit + 1)
    except UnknownChangeSetError:
        told, operations = _noted(connection, kinds, rid, first, limit + 1, viewer=viewer)
    else:
        told, operations = _proposed(connection, kinds, found, first, viewer=viewer)
    if not operations:
        raise bad_page()
    is_more = len(operations) > limit
    return told | {
        "operations": operations[:limit],
        "next": write_page([first + limit]) if is_more else None,
    }


def operation(
    connection: Connection, kinds: Kinds, rid: str, n: int, *, viewer: Viewer
) -> Document:
    """One operation of a change set that waits.

    Raises:
        UnknownChangeSetError: There is none of which the viewer may see anything.
        UnknownOperationError: It has no such operation, as far as they may know.
    """
    found = proposal_part(connection, kinds, rid, viewer=viewer, first=n, most=1)
    if not found.operations:
        raise UnknownOperationError(f"The change set has no operation {n}.")
    (told,) = _waiting(connection, kinds, found, n, viewer=viewer)
    return told


def operations_seen(
    connection: Connection, kinds: Kinds, rid: str, *, viewer: Viewer
) -> tuple[int, int]:
    """How many operations of a change set the viewer may see: those that count, and the dropped."""
    waiting, dropped = proposed.operations_seen(connection, kinds, rid, viewer=viewer)
    if waiting:
        return waiting - dropped, dropped
    return entries_seen(connection, kinds, rid, viewer=viewer), 0


def changes(before: Document | None, after: Document | None) -> list[Document]:
    """The fields in which two versions differ; of a new record those that say something."""
    if after is None:
        return []
    held = before or {}
    return [
        {"field": name, "before": held.get(name), "after": value}
        for name, value in after.items()
        if name not in NEVER_SHOWN
        and value != held.get(name)
        and (held or value not in (None, [], {}))
    ]


def _proposed(
    connection: Connection, kinds: Kinds, found: Proposal, first: int, *, viewer: Viewer
) -> tuple[Document, list[Document]]:
    """What is said of a proposal, and of some of its operations, whose first has a number."""
    if found.head["state"] == APPLIED:
        operations = _written(connection, kinds, found, first, viewer=viewer)
        reverted_by = _reverting(connection, kinds, found.id, viewer=viewer)
    else:
        operations = _waiting(connection, kinds, found, first, viewer=viewer)
        reverted_by = []
    return head_of(found.head) | {"reverted_by": reverted_by}, operations


def _waiting(
    connection: Connection, kinds: Kinds, found: Proposal, first: int, *, viewer: Viewer
) -> list[Document]:
    held = held_of(connection, kinds, found.operations)
    moved = [
        row
        for row in found.operations
        if found.head["state"] in {PROPOSED, APPROVED}
        and row["state"] != DROPPED
        and has_moved(row, held.get(row["rid"]))
    ]
    bases = versions(
        connection,
        kinds,
        [(row["kind"], row["rid"], row["base_revision"]) for row in moved],
        viewer=viewer,
    )
    ids = {row["rid"] for row in moved}
    told = []
    for n, row in enumerate(found.operations, start=first):
        rid, before = row["rid"], held.get(row["rid"])
        mine = _completed(kinds[row["kind"]], row, before)
        now = None if before is None else before.document
        conflict = None
        if rid in ids:
            base = bases.get((rid, row["base_revision"]))
            conflict = {"base": base, "theirs": now, "mine": mine}
        told.append(
            _as_proposed(row, n)
            | {
                "revision": None if before is None else before.revision,
                "document": mine,
                "before": now,
                "changes": changes(now, mine),
                "conflict": conflict,
            }
        )
    return told


def _written(
    connection: Connection, kinds: Kinds, found: Proposal, first: int, *, viewer: Viewer
) -> list[Document]:
    """The operations of a proposal that was applied: its bases did not move before that."""
    wanted = [
        (row["kind"], row["rid"], row["base_revision"] + step)
        for row in found.operations
        for step in (0, 1)
    ]
    held = held_of(connection, kinds, found.operations)
    past = versions(connection, kinds, wanted, viewer=viewer)
    told = []
    for n, row in enumerate(found.operations, start=first):
        before, after = (past.get((row["rid"], row["base_revision"] + step)) for step in (0, 1))
        if row["state"] == DROPPED:
            after = None
        now = held.get(row["rid"])
        told.append(
            _as_proposed(row, n)
            | {
                "revision": None if now is None else now.revision,
                "document": after,
                "before": before,
                "changes": changes(before, after),
                "conflict": None,
            }
        )
    return told


def _as_proposed(row: RowMapping, n: int) -> Document:
    label = label_of(row)
    return {
        "n": n,
        "state": row["state"],
        "op": row["op"],
        "kind": row["kind"],
        "id": row["rid"],
        "base_revision": row["base_revision"],
        "cells": [] if row["cells"] is None else orjson.loads(row["cells"]),
        "why": row["why"],
        "edited_by": editors_of(row),
        "approved_by": row["approved_by"],
    } | _labelled(label)


def _labelled(label: Label) -> Document:
    return {
        "marking": label.marking.label,
        "audience": sorted(label.audience),
        "owner": label.owner,
    }


def _completed(kind: Kind, row: RowMapping, before: Held | None) -> Document | None:
    """The document of an operation as it would be written; None for a retirement."""
    if row["document"] is None:
        return None
    given: Document = orjson.loads(row["document"])
    try:
        document = kind.load(given)
    except InvalidDocumentError:
        # Its kind has grown stricter since. It cannot be applied so, but has to be seen.
        document = given | _labelled(label_of(row))
    if kind.noting is not None:
        document |= {kind.noting.field: noted_in(kind, noted_of(row), before)}
    return complete(kind, document, row["rid"], row["base_revision"] + 1, retired_at=None)


def _noted(
    connection: Connection, kinds: Kinds, rid: str, first: int, most: int, *, viewer: Viewer
) -> tuple[Document, list[Document]]:
    """A change set from the log, as far as the viewer may see what it wrote."""
    entries = some_entries_of(connection, kinds, rid, viewer=viewer, first=first, most=most)
    if not entries and not (first and _is_seen(connection, kinds, rid, viewer)):
        raise unknown(rid)
    wanted = [
        (entry["kind"], entry["rid"], entry["revision"] - step)
        for entry in entries
        for step in (0, 1)
    ]
    past = versions(connection, kinds, wanted, viewer=viewer)
    held = held_of(connection, kinds, entries)
    operations = []
    for n, entry in enumerate(entries, start=first):
        after, before = (past.get((entry["rid"], entry["revision"] - step)) for step in (0, 1))
        now = held[entry["rid"]]
        operations.append(
            {
                "n": n,
                "state": APPROVED,
                "op": entry["op"],
                "kind": entry["kind"],
                "id": entry["rid"],
                "base_revision": entry["revision"] - 1,
                "revision": now.revision,
                "document": after,
                "before": before,
                "changes": changes(before, after),
                "conflict": None,
                "cells": [],
                "why": None,
                "edited_by": [],
                "approved_by": None,
            }
            | {name: now.document[name] for name in ("marking", "audience", "owner")}
        )
    told = noted_head(connection, kinds, rid, viewer=viewer)
    return told | {"reverted_by": _reverting(connection, kinds, rid, viewer=viewer)}, operations


def _is_seen(connection: Connection, kinds: Kinds, rid: str, viewer: Viewer) -> bool:
    """Whether the viewer may see anything of what a change set of the log wrote."""
    return bool(some_entries_of(connection, kinds, rid, viewer=viewer, first=0, most=1))


def _reverting(connection: Connection, kinds: Kinds, rid: str, *, viewer: Viewer) -> list[str]:
    """The change sets that undo some of one, of which the viewer may see something."""
    table = change_sets
    later = connection.scalars(
        select(table.c.id).where(table.c.origin == bindparam("origin")).order_by(table.c.first_seq),
        {"origin": f"{REVERTING}{rid}"},
    ).all()
    return [each for each in later if _is_seen(connection, kinds, each, viewer)]
