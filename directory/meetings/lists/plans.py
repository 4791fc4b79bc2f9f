"""What a returned list comes to: operations by owner, and findings, before anything is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date

from directory.documents import Document
from directory.meetings.lists.building import Planned
from directory.meetings.lists.rules.findings import Finding
from directory.policy import Tlp

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Options:
    """What a person says of a list beside the file.

    Attributes:
        meeting: Slug of the meeting that it comes from.
        sheet: Name of the sheet to take; None takes the first one with a list on it.
        marking: The marking of what the list brings new.
        matches: The contact that a row is about, by the row's number: an id, or ``new``.
        is_month_first: Whether dates such as 3/4/2012 name the month first; None where the list
            itself has to tell.
    """

    meeting: str | None = None
    sheet: str | None = None
    marking: Tlp = Tlp.AMBER
    matches: Mapping[int, str] = field(default_factory=dict)
    is_month_first: bool | None = None


@dataclass(frozen=True, slots=True)
class Noted:
    """A finding, under the label of what it is about.

    Attributes:
        planned: The operation that it casts doubt on; None where there is none.
        owner: Of whose records it is.
        marking: How restricted what it shows is.
    """

    finding: Finding
    planned: Planned | None
    owner: str
    marking: Tlp
    audience: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What a list comes to.

    Attributes:
        operations: In the order of the list.
        reading: How the file was read: sheet, headings, encoding and so on, as JSON can hold it.
        cells: How many cells of the file are not empty.
        used: The addresses of those of which something was made.
        today: The day on which it was read.
    """

    operations: Sequence[Planned]
    findings: Sequence[Noted]
    reading: Document
    cells: int
    used: Set[str]
    today: date

    def by_owner(self) -> dict[str, list[Planned]]:
        """The operations of each owner, each a change set of its own."""
        return by_owner(self.operations)


def by_owner(operations: Iterable[Planned]) -> dict[str, list[Planned]]:
    """Operations by whose records they are about, in their order."""
    owners: dict[str, list[Planned]] = {}
    for planned in operations:
        owners.setdefault(planned.owner, []).append(planned)
    return owners


def noted(
    findings: Iterable[tuple[Finding, str]], operations: Iterable[Planned], marking: Tlp
) -> list[Noted]:
    """Each finding once, under the label of the first operation that it casts doubt on.

    Args:
        findings: With the owner that it is of where no operation has it.
        operations: With the findings that each has.
        marking: How restricted it is where no operation has it.
    """
    found: dict[Finding, Noted] = {}
    for planned in operations:
        for finding in planned.findings:
            label = planned.label
            found.setdefault(
                finding,
                Noted(finding, planned, label.owner, label.marking, tuple(sorted(label.audience))),
            )
    for finding, owner in findings:
        found.setdefault(finding, Noted(finding, None, owner, marking))
    return list(found.values())
