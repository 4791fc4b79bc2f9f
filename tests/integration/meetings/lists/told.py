"""What a plan does with each row of a list, told in a few lines that a person can check."""

import re
from collections import defaultdict
from collections.abc import Mapping

from directory.documents import Document
from directory.meetings.lists.building import Planned
from directory.meetings.lists.plans import Plan
from directory.names import in_english

_CELL = re.compile(r"(?:(.*)!)?([A-Z]+)([0-9]+)\Z")
_ROW = re.compile(r"row ([0-9]+)")


def by_row(plan: Plan) -> Mapping[int, list[str]]:
    """The lines of each row of the sheet that was taken: what is proposed, what is doubted."""
    told: dict[int, list[str]] = defaultdict(list)
    organisations = {one.id: one for one in plan.operations if one.kind == "organisation"}
    checks: dict[int, set[str]] = defaultdict(set)
    for one in plan.operations:
        document = one.document or {}
        row = int(_found(_ROW.match(document["source"]["place"]))[1])
        if one.kind == "check":
            checks[row].add(document["checked_at"][:10])
        elif one.kind != "organisation":
            told[row] += _TELLING[one.kind](document, organisations)
    for row, days in checks.items():
        told[row].append(f"confirmed: {', '.join(sorted(days))}")
    for row, codes in _doubts(plan).items():
        told[row] += codes
    return told


def elsewhere(plan: Plan) -> list[str]:
    """What is doubted of other sheets than the one that was taken."""
    found = (_found(_CELL.match(noted.finding.cell)) for noted in plan.findings)
    sheet = plan.reading["sheet"]
    return sorted({cell[0] for cell in found if cell[1] != sheet})


def _doubts(plan: Plan) -> Mapping[int, list[str]]:
    """The codes of each cell, in the order of the cells: ``Q6: ambiguous-date``."""
    cells: dict[tuple[int, int, str], dict[str, None]] = defaultdict(dict)
    for noted in plan.findings:
        cell = _found(_CELL.match(noted.finding.cell))
        if cell[1] == plan.reading["sheet"]:
            cells[int(cell[3]), len(cell[2]), cell[2]][str(noted.finding.code)] = None
    told: dict[int, list[str]] = defaultdict(list)
    for (row, _, column), codes in sorted(cells.items()):
        told[row].append(f"{column}{row}: {', '.join(codes)}")
    return told


def _contact(document: Document, organisations: Mapping[str, Planned]) -> list[str]:
    new = organisations.get(document["organisation"])
    agency = "one that is known" if new is None else in_english((new.document or {})["name"])
    told = [f"{document['economy']} | {in_english(document['title'])} | {agency}"]
    if document["duty_hours"]:
        told.append(f"hours: {document['duty_hours']} in {document['zone']}")
    elif document["zone"]:
        told.append(f"zone: {document['zone']}")
    told += [
        f"{name}: {', '.join(document[name])}"
        for name in ("languages", "networks")
        if document[name]
    ]
    if document["note"]:
        told.append(f"note: {in_english(document['note'])}")
    return told


def _holder(document: Document, _: Mapping[str, Planned]) -> list[str]:
    name: Mapping[str, str] = document["name"]
    return [f"officer: {', '.join(f'{text} ({tag})' for tag, text in name.items())}"]


def _channel(document: Document, _: Mapping[str, Planned]) -> list[str]:
    told = f"{document['medium']}: {document['raw']}"
    if document["e164"]:
        told += f" = {document['e164']}"
    if document["extension"]:
        told += f" ext. {document['extension']}"
    if document["purpose"] != "office":
        told += f", {document['purpose']}"
    return [f"{told}, {document['duty_hours']}" if document["duty_hours"] else told]


def _found(match: re.Match[str] | None) -> re.Match[str]:
    assert match is not None
    return match


_TELLING = {"contact": _contact, "holder": _holder, "channel": _channel}
