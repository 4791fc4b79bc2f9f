"""Taking out of one owner's part what cannot be proposed, so that one cell never fails a list.

What stands against a part is known only once it is held against the records behind its own: this is
done when a list is read, for whoever merely looks, and again when it is kept, for somebody may have
written meanwhile. What is hindered is told at its cell, and the rest goes on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection

from directory.changes.errors import (
    BrokenReferenceError,
    InvalidDocumentError,
    UnacceptableChangeSetError,
)
from directory.changes.kinds import Kinds
from directory.changes.operations import MOST_OPERATIONS
from directory.changes.proposals import refuse_unproposable
from directory.errors import Fault
from directory.meetings.lists.building import Planned, stands_on
from directory.meetings.lists.plans import Noted, by_owner
from directory.meetings.lists.rules.findings import Code, Finding
from directory.policy import Viewer

_PLACE = re.compile(r"#/operations/(\d+)")
_OF_OPERATIONS = (BrokenReferenceError, InvalidDocumentError, UnacceptableChangeSetError)
WITH_ITS_RECORD = "what it belongs to cannot be proposed"
T = TypeVar("T")


def proposable(
    connection: Connection,
    kinds: Kinds,
    operations: Sequence[Planned],
    *,
    viewer: Viewer,
    at: datetime,
) -> tuple[list[Planned], list[Noted]]:
    """What of some operations could be proposed now, in their order, and what hinders the rest.

    Args:
        connection: A reading unit of work: nothing is kept.
        kinds: The registered kinds.
        operations: Of any owners.
        viewer: Who would propose, or merely looks.
        at: The present instant.
    """

    def judge(part: Sequence[Planned]) -> None:
        given = [one.proposed for one in part]
        refuse_unproposable(connection, kinds, given, viewer=viewer, at=at)

    sound: set[str] = set()
    hindered: list[Noted] = []
    for part in by_owner(operations).values():
        _, left, told = sifted(part, judge)
        sound.update(one.id for one in left)
        hindered += told
    return [one for one in operations if one.id in sound], hindered


def sifted(
    operations: Sequence[Planned], propose: Callable[[Sequence[Planned]], T]
) -> tuple[T | None, list[Planned], list[Noted]]:
    """Propose what of a part can be.

    Args:
        operations: The part.
        propose: Proposes operations whole, or would; raises and keeps nothing where they cannot be.

    Returns:
        What ``propose`` returned, None where nothing could be proposed; what is in it; and what
        hinders the rest.

    Raises:
        UnacceptableChangeSetError: The part is larger than a change set may be.
        DirectoryError: As ``propose`` raises, where no operation is to blame.
    """
    if len(operations) > MOST_OPERATIONS:
        raise UnacceptableChangeSetError(
            f"The list would change {len(operations):,} records of {operations[0].owner}; a change"
            f" set holds at most {MOST_OPERATIONS:,}. Split the list. Nothing was proposed."
        )
    left = list(operations)
    hindered: list[Noted] = []
    while left:
        try:
            return propose(left), left, hindered
        except _OF_OPERATIONS as error:
            faults = _by_operation(left, error.faults)
            if not faults:
                raise
            hindered += [_noted(left[place], told) for place, told in faults.items()]
            left, along = _without(left, [left[place] for place in faults])
            hindered += [_noted(one, WITH_ITS_RECORD) for one in along]
    return None, left, hindered


def _by_operation(operations: Sequence[Planned], faults: Iterable[Fault]) -> dict[int, str]:
    """What stands against which operation, in words."""
    found: dict[int, list[str]] = {}
    for fault in faults:
        match = _PLACE.match(fault.pointer)
        if match is not None and int(match[1]) < len(operations):
            found.setdefault(int(match[1]), []).append(fault.detail)
    return {place: "; ".join(dict.fromkeys(told)) for place, told in found.items()}


def _noted(planned: Planned, told: str) -> Noted:
    cell = planned.marked_in or next(iter(planned.cells), "")
    read = str((planned.document or {}).get("marking", "")) if planned.marked_in else planned.kind
    finding = Finding(cell, Code.NOT_PROPOSED, read, told, 1.0)
    label = planned.label
    return Noted(finding, None, label.owner, label.marking, tuple(sorted(label.audience)))


def _without(
    operations: Sequence[Planned], hindered: Sequence[Planned]
) -> tuple[list[Planned], list[Planned]]:
    """What is left without some operations, and what goes along because it stands on these."""
    named: set[str] = set()
    for planned in hindered:
        if planned.marked_in:
            _unmark(planned, operations)
        else:
            named.add(planned.id)
    gone = set(named)
    while more := {one.id for one in operations if stands_on(one, gone)}:
        gone |= more
    left = [one for one in operations if one.id not in gone and one.is_needed]
    return left, [one for one in operations if one.id in gone - named]


def _unmark(contact: Planned, operations: Iterable[Planned]) -> None:
    """Leave a contact and its parts under the markings that they have."""
    behind = {contact.id}
    for one in [contact, *operations]:
        before, document = one.before, one.document
        if before is None or document is None:
            continue
        if behind & {one.id, before.get("contact"), before.get("channel")}:
            behind.add(one.id)
            one.document = {**document, "marking": before["marking"]}
            one.marked_in = ""
