"""Taking out of one owner's part what cannot be proposed, so that one cell never fails a list.

Only when a part is proposed is it known what stands against it: records behind a contact, or what
somebody has written since the list was read. What is hindered is told at its cell, and the rest
goes on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from directory.changes.errors import BrokenReferenceError, UnacceptableChangeSetError
from directory.errors import Fault
from directory.meetings.lists.building import Planned, stands_on
from directory.meetings.lists.plans import Noted
from directory.meetings.lists.rules.findings import Code, Finding

_PLACE = re.compile(r"#/operations/(\d+)")


def sifted(
    operations: Sequence[Planned], propose: Callable[[Sequence[Planned]], str]
) -> tuple[str | None, list[Planned], list[Noted]]:
    """Propose what of a part can be.

    Args:
        operations: The part.
        propose: Proposes operations whole, or raises and keeps nothing; returns the change set.

    Returns:
        The change set, None where nothing could be proposed; what is in it; and what hinders the
        rest.

    Raises:
        DirectoryError: As ``propose`` raises, where no operation is to blame.
    """
    left = list(operations)
    hindered: list[Noted] = []
    while left:
        try:
            return propose(left), left, hindered
        except (BrokenReferenceError, UnacceptableChangeSetError) as error:
            faults = _by_operation(left, error.faults)
            if not faults:
                raise
            hindered += [_noted(left[place], told) for place, told in faults.items()]
            left = _without(left, [left[place] for place in faults])
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


def _without(operations: Sequence[Planned], hindered: Sequence[Planned]) -> list[Planned]:
    """What is left without some operations, and without whatever stands on these."""
    gone: set[str] = set()
    for planned in hindered:
        if planned.marked_in:
            _unmark(planned, operations)
        else:
            gone.add(planned.id)
    while more := {one.id for one in operations if stands_on(one, gone)}:
        gone |= more
    return [one for one in operations if one.id not in gone and one.is_needed]


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
