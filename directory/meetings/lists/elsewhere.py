"""Telling which numbers that a list brings are another contact's already.

A number may well be of two desks; more often one of them was copied from the line above.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import orjson
from sqlalchemy import Connection

from directory.changes.kinds import Kinds
from directory.changes.queries import records
from directory.contacts.numbers import Line, equal_to
from directory.contacts.rules.words import TELEPHONE_MEDIA
from directory.documents import Document
from directory.meetings.lists.building import Planned
from directory.meetings.lists.rules.findings import Code, Finding
from directory.names import in_english
from directory.policy import Label, Tlp, Viewer, covers, viewer_parameters

AT_A_TIME = 20
"""How many numbers are looked up at once; of each there may be several lines."""


def note_numbers_elsewhere(
    connection: Connection, kinds: Kinds, operations: Iterable[Planned], *, viewer: Viewer
) -> None:
    """Doubt each proposed number that another contact has, where whoever sees one sees both."""
    brought = [
        (planned, said["e164"].removeprefix("+"))
        for planned in operations
        if (said := _number_of(planned))
    ]
    found: dict[str, list[Line]] = {}
    wanted = sorted({digits for _, digits in brought})
    for start in range(0, len(wanted), AT_A_TIME):
        some = wanted[start : start + AT_A_TIME]
        for line in equal_to(connection, viewer_parameters(viewer), some):
            if line.is_e164 and not line.is_former and not line.desk_is_retired:
                found.setdefault(line.digits, []).append(line)
    ids = {line.contact for lines in found.values() for line in lines}
    contacts = {
        rid: orjson.loads(text)
        for rid, text in records(connection, kinds["contact"], ids, viewer=viewer).items()
    }
    for planned, digits in brought:
        said, lines = planned.document, found.get(digits)
        if said is None or lines is None:
            continue
        told = "; ".join(dict.fromkeys(_others(planned, said, lines, contacts)))
        if told:
            cell = next(iter(planned.cells), "")
            also = f"also the number of {told}"
            planned.findings.append(Finding(cell, Code.NUMBER_ELSEWHERE, said["raw"], also, 0.6))


def _number_of(planned: Planned) -> Document | None:
    """The channel that an operation brings, where that has a number that it did not have."""
    if planned.kind != "channel":
        return None
    said, before = planned.document, planned.before
    if said is None or said["medium"] not in TELEPHONE_MEDIA:
        return None
    held = None if before is None else before["e164"]
    return said if said["e164"] and said["e164"] != held else None


def _others(
    planned: Planned, said: Document, lines: Iterable[Line], contacts: dict[str, Document]
) -> Iterator[str]:
    own = Label.of(said)
    for line in lines:
        contact = contacts.get(line.contact)
        if contact is None or line.contact == said["contact"]:
            continue
        marking, audience, owner = line.label
        held = Label(Tlp(marking), frozenset(orjson.loads(audience)), owner)
        is_same = (line.extension or None) == (said["extension"] or None)
        if is_same and covers(Label.of(contact), own) and covers(held, own):
            yield f"{in_english(contact['title'])} {line.contact}"
