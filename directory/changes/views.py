"""A change set as it is answered: each operation with what it changes, as its viewer may see it.

One that waits is set against what the directory holds now; one that was applied is told from the
log, whether anybody had to propose it or not.
"""

from __future__ import annotations

import orjson
from sqlalchemy import Connection, RowMapping, bindparam, select

from directory.changes.deciding import has_moved, held_of, noted_of
from directory.changes.entries import entries_of, versions
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
    proposal,
    unknown,
)
from directory.changes.steps import Held
from directory.documents import Document
from directory.policy import Label, Tlp, Viewer

NEVER_SHOWN = frozenset({"id", "kind", "revision", "version"})
"""What differs between any two versions, or never."""
REVERTING = "revert/"
"""How the origin of a change set begins that undoes another."""


def change_set(connection: Connection, kinds: Kinds, rid: str, *, viewer: Viewer) -> Document:
    """One change set, waiting or applied, with the operations that the viewer may see.

    Raises:
        UnknownChangeSetError: There is none of which the viewer may see anything.
    """
    try:
        found = proposal(connection, kinds, rid, viewer=viewer)
    except UnknownChangeSetError:
        return _noted(connection, kinds, rid, viewer=viewer)
    told = head_of(found.head)
    if found.head["state"] == APPLIED:
        operations = _written(connection, kinds, found, viewer=viewer)
        reverted_by = _reverting(connection, kinds, rid, viewer=viewer)
    else:
        operations = _waiting(connection, kinds, found, viewer=viewer)
        reverted_by = []
    return told | {"reverted_by": reverted_by, "operations": operations}


def operation(
    connection: Connection, kinds: Kinds, rid: str, n: int, *, viewer: Viewer
) -> Document:
    """One operation of a change set that waits.

    Raises:
        UnknownChangeSetError: There is none of which the viewer may see anything.
        UnknownOperationError: It has no such operation, as far as they may know.
    """
    found = proposal(connection, kinds, rid, viewer=viewer)
    if not 0 <= n < len(found.operations):
        raise UnknownOperationError(f"The change set has no operation {n}.")
    alone = Proposal(found.head, [found.operations[n]], found.is_whole)
    (told,) = _waiting(connection, kinds, alone, viewer=viewer)
    return told | {"n": n}


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


def _waiting(
    connection: Connection, kinds: Kinds, found: Proposal, *, viewer: Viewer
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
    for n, row in enumerate(found.operations):
        rid, before = row["rid"], held.get(row["rid"])
        mine = _completed(kinds[row["kind"]], row, before)
        now = None if before is None else before.document
        conflict = None
        if rid in ids:
            base = bases.get((rid, row["base_revision"]))
            conflict = {"base": base, "theirs": now, "mine": mine}
        told.append(
            _proposed(row, n)
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
    connection: Connection, kinds: Kinds, found: Proposal, *, viewer: Viewer
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
    for n, row in enumerate(found.operations):
        before, after = (past.get((row["rid"], row["base_revision"] + step)) for step in (0, 1))
        if row["state"] == DROPPED:
            after = None
        now = held.get(row["rid"])
        told.append(
            _proposed(row, n)
            | {
                "revision": None if now is None else now.revision,
                "document": after,
                "before": before,
                "changes": changes(before, after),
                "conflict": None,
            }
        )
    return told


def _proposed(row: RowMapping, n: int) -> Document:
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


def _noted(connection: Connection, kinds: Kinds, rid: str, *, viewer: Viewer) -> Document:
    """A change set from the log, as far as the viewer may see what it wrote."""
    entries = entries_of(connection, kinds, rid, viewer=viewer)
    if not entries:
        raise unknown(rid)
    wanted = [
        (entry["kind"], entry["rid"], entry["revision"] - step)
        for entry in entries
        for step in (0, 1)
    ]
    past = versions(connection, kinds, wanted, viewer=viewer)
    operations = []
    for n, entry in enumerate(entries):
        after, before = (past.get((entry["rid"], entry["revision"] - step)) for step in (0, 1))
        label = Label(
            Tlp(entry["marking"]), frozenset(orjson.loads(entry["audience"])), entry["owner"]
        )
        operations.append(
            {
                "n": n,
                "state": APPROVED,
                "op": entry["op"],
                "kind": entry["kind"],
                "id": entry["rid"],
                "base_revision": entry["revision"] - 1,
                "revision": entry["now"],
                "document": after,
                "before": before,
                "changes": changes(before, after),
                "conflict": None,
                "cells": [],
                "why": None,
                "edited_by": [],
                "approved_by": None,
            }
            | _labelled(label)
        )
    return noted_head(connection, kinds, rid, viewer=viewer) | {
        "reverted_by": _reverting(connection, kinds, rid, viewer=viewer),
        "operations": operations,
    }


def _reverting(connection: Connection, kinds: Kinds, rid: str, *, viewer: Viewer) -> list[str]:
    """The change sets that undo some of one, of which the viewer may see something."""
    table = change_sets
    later = connection.scalars(
        select(table.c.id).where(table.c.origin == bindparam("origin")).order_by(table.c.first_seq),
        {"origin": f"{REVERTING}{rid}"},
    ).all()
    return [each for each in later if entries_of(connection, kinds, each, viewer=viewer)]
