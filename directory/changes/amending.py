"""Amending a proposed change set, operation by operation: editing, dropping, approving, settling.

Whoever edits an operation becomes one of its authors and takes its approval away; putting it on
another revision is an edit as well, because what it undoes there is of their choosing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, RowMapping

from directory.changes import weighing
from directory.changes.deciding import (
    WhyNotSecond,
    alter,
    held_of,
    hindrance_of,
    is_proposer,
    may_decide,
    operation_of,
    restate,
    undecidable,
    undecided,
)
from directory.changes.errors import (
    InvalidDocumentError,
    StaleRevisionError,
    UndecidableError,
    UnknownOperationError,
)
from directory.changes.kinds import Kinds
from directory.changes.operations import PreparedPut, Put, prepare
from directory.changes.proposals import written
from directory.changes.proposed import APPROVED, DROPPED, OPEN, Proposal, editors_of, proposal
from directory.changes.refusing import refuse
from directory.changes.rights import proposer
from directory.changes.steps import Held
from directory.db import json_list
from directory.documents import Document
from directory.errors import DirectoryError, Fault
from directory.policy import Label, Viewer

MINE, THEIRS = "mine", "theirs"
SIDES = (MINE, THEIRS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """What is to become of one operation: exactly one of ``document``, ``state`` and ``keep``.

    Attributes:
        document: What is to be written instead.
        base_revision: The present revision, on which a document then rests.
        state: ``open``, ``approved`` or ``dropped``.
        keep: Of a conflict, ``mine`` puts the operation on the present revision as it is, and
            ``theirs`` drops it.
    """

    document: Document | None = None
    base_revision: int | None = None
    state: str | None = None
    keep: str | None = None


def amend(
    connection: Connection,
    kinds: Kinds,
    rid: str,
    n: int,
    amendment: Amendment,
    *,
    viewer: Viewer,
    why_not_second: WhyNotSecond,
    at: datetime,
) -> None:
    """Edit, drop, reopen or approve one operation.

    Its proposer may edit, drop and reopen it; whoever may decide on it and sees the whole change
    set may do everything.

    Args:
        connection: A writing unit of work; it is not committed here.
        kinds: The registered kinds.
        rid: The change set.
        n: The number of the operation, as the viewer sees it.
        amendment: What is to become of it.
        viewer: Who amends.
        why_not_second: Judges whether they are a second person.
        at: The present instant.

    Raises:
        UnknownChangeSetError: There is none of which the viewer may see anything.
        UnknownOperationError: It has no such operation, as far as they may know.
        UndecidableError: It is not theirs to amend so.
        DecidedError: The change set was decided on before.
        StaleRevisionError: The revision that a document is to rest on is not the present one.
        InvalidDocumentError: The document does not have the shape of its kind.
        UnacceptableChangeSetError: The document could never be written, or not seen by them.
    """
    found = undecided(connection, kinds, rid, viewer=viewer)
    if not 0 <= n < len(found.operations):
        raise UnknownOperationError(f"The change set has no operation {n}.")
    row = found.operations[n]
    is_approver = found.is_whole and may_decide(viewer, row)
    if not is_approver and (amendment.state == APPROVED or not is_proposer(found, viewer)):
        raise undecidable()
    if amendment.state == APPROVED:
        _approve(connection, found, row, viewer, why_not_second)
    elif amendment.state is not None or amendment.keep == THEIRS:
        state = amendment.state or DROPPED
        alter(connection, found, [row], state=state, approved_by=None)
    else:
        _edit(connection, kinds, found, row, amendment, viewer, at)
        _weigh_again(connection, kinds, rid, viewer, at)
    restate(connection, rid)


def _approve(
    connection: Connection,
    found: Proposal,
    row: RowMapping,
    viewer: Viewer,
    why_not_second: WhyNotSecond,
) -> None:
    if row["state"] == DROPPED:
        raise UndecidableError("The operation was dropped; open it again first.")
    hindrance = hindrance_of(found, viewer, why_not_second)
    if hindrance is not None:
        if row["why"] is not None:
            raise UndecidableError(f"Nothing was decided. {hindrance}")
        if row["state"] == APPROVED:
            return  # an approval that counts for more stays
    alter(connection, found, [row], state=APPROVED, approved_by=viewer.account)


def _edit(
    connection: Connection,
    kinds: Kinds,
    found: Proposal,
    row: RowMapping,
    amendment: Amendment,
    viewer: Viewer,
    at: datetime,
) -> None:
    held = held_of(connection, kinds, [row])
    base = _base(row, held.get(row["rid"]), amendment)
    values: dict[str, Any] = {"base_revision": base}
    if row["op"] == "put":
        document = amendment.document
        if document is None and row["document"] is None:
            raise UndecidableError("What the operation said has been erased; it stays dropped.")
        if document is None:
            document = orjson.loads(row["document"])
        values |= _rewritten(kinds, row, document, base, held, viewer, at)
    elif amendment.document is not None:
        raise InvalidDocumentError(
            "Nothing was changed.", Fault("#/document", "a retirement has none; drop it instead")
        )
    editors = {*editors_of(row)}
    if not is_proposer(found, viewer):
        editors.add(str(viewer.account))
    values["edited_by"] = json_list(editors) if editors else None
    alter(connection, found, [row], state=OPEN, approved_by=None, **values)


def _base(row: RowMapping, held: Held | None, amendment: Amendment) -> int:
    present = 0 if held is None else held.revision
    if amendment.base_revision not in {None, present}:
        raise StaleRevisionError(
            f"The {row['kind']} {row['rid']} is at revision {present}. Look at what it says now,"
            " and settle the conflict on that."
        )
    if row["op"] == "retire" and held is not None and held.is_retired:
        raise StaleRevisionError(f"The {row['kind']} {row['rid']} is retired already; drop this.")
    if amendment.base_revision is None and amendment.keep != MINE:
        return int(row["base_revision"])
    return present


def _rewritten(
    kinds: Kinds,
    row: RowMapping,
    document: Document,
    base: int,
    held: Mapping[str, Held],
    viewer: Viewer,
    at: datetime,
) -> dict[str, Any]:
    """The columns of an operation with another document."""
    put = Put(row["kind"], document, row["rid"], base)
    try:
        prepared = prepare(kinds, [put], actor="", origin="", reason="")
        refuse(prepared, held, {row["rid"]: "#/operations/0"}, viewer=viewer, at=at)
    except DirectoryError as error:
        error.faults = tuple(map(_in_the_body, error.faults))
        raise
    (made,) = prepared.puts
    label = Label.of(made.record)
    return {
        "document": written(document),
        "noted": _still_noted(row, made),
        "marking": int(label.marking),
        "audience": json_list(label.audience),
        "owner": label.owner,
    }


def _still_noted(row: RowMapping, put: PreparedPut) -> str | None:
    """What was noted of what the operation named; of what it names instead nothing was."""
    noting = put.kind.noting
    if noting is None or orjson.loads(row["document"])[noting.names] != put.record[noting.names]:
        return None
    noted: str | None = row["noted"]
    return noted


def _in_the_body(fault: Fault) -> Fault:
    return Fault(f"#{fault.pointer.removeprefix('#/operations/0')}", fault.detail)


def _weigh_again(
    connection: Connection, kinds: Kinds, rid: str, viewer: Viewer, at: datetime
) -> None:
    """What one operation says decides whether others take a second person."""
    found = proposal(connection, kinds, rid, viewer=viewer)
    operations = [operation_of(row) for row in found.kept]
    why = weighing.weigh(connection, kinds, operations, writer=proposer(viewer), at=at)
    for row in found.kept:
        if row["why"] != why.get(row["rid"]):
            alter(connection, found, [row], why=why.get(row["rid"]))
