"""What of a proposal could never be applied, or is not its proposer's to speak of: told at once.

The same is judged when a proposal is made and when an operation of it is edited.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from directory.changes.apply import refixed
from directory.changes.errors import UnacceptableChangeSetError
from directory.changes.operations import PreparedChangeSet, PreparedPut
from directory.changes.steps import Held
from directory.errors import Fault
from directory.policy import Label, Viewer, may_see

MOST_FAULTS = 50


def refuse(
    prepared: PreparedChangeSet,
    held: Mapping[str, Held],
    places: Mapping[str, str],
    *,
    viewer: Viewer,
    at: datetime,
) -> None:
    """Refuse operations that nobody could ever apply, or that the viewer may not speak of.

    Args:
        prepared: The operations.
        held: What the directory holds of their records.
        places: A pointer to each operation, by the id of its record.
        viewer: Who proposes.
        at: The present instant.

    Raises:
        UnacceptableChangeSetError: One fault per place, at most fifty.
    """
    faults: list[Fault] = []
    for retire in prepared.retirements:
        found = held.get(retire.id)
        if found is None or found.is_retired or not _sees(viewer, found):
            faults.append(_no_such(places, retire.kind, retire.id))
        elif retire.base_revision > found.revision:
            faults.append(_not_yet(places[retire.id], found))
    for put in prepared.puts:
        faults.extend(_faults_of(put, held.get(put.id), places, viewer, at))
    if faults:
        raise UnacceptableChangeSetError(
            "Some operations cannot be proposed; nothing was kept.", *faults[:MOST_FAULTS]
        )


def _faults_of(
    put: PreparedPut,
    found: Held | None,
    places: Mapping[str, str],
    viewer: Viewer,
    at: datetime,
) -> Iterator[Fault]:
    place = places[put.id]
    is_known = found is not None and _sees(viewer, found)
    if is_known != bool(put.base_revision):
        yield _no_such(places, put.kind.name, put.id)
        return
    faults: Iterable[Fault]
    if found is not None and is_known:
        if put.base_revision > found.revision:
            yield _not_yet(place, found)
        faults = refixed(put, found)
    else:
        faults = put.kind.untimely(put.record, at)
    for fault in faults:
        yield Fault(f"{place}/document{fault.pointer.removeprefix('#')}", fault.detail)
    label = Label.of(put.record)
    if not may_see(viewer, label):
        yield Fault(
            f"{place}/document/marking",
            f"you could not see it yourself under {label.text()}; propose it under a label that"
            " you may see",
        )


def _sees(viewer: Viewer, found: Held) -> bool:
    return may_see(viewer, Label.of(found.document))


def _no_such(places: Mapping[str, str], kind: str, rid: str) -> Fault:
    return Fault(f"{places[rid]}/id", f"there is no {kind} {rid}")


def _not_yet(place: str, found: Held) -> Fault:
    return Fault(f"{place}/base_revision", f"the record is at revision {found.revision}")
