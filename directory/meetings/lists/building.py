"""Putting together the operations that a list proposes, each record named once.

Two rows may touch one record, and one row several: whoever reads the proposal wants to see each
record's difference in one place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from directory.changes.errors import InvalidDocumentError
from directory.changes.operations import CheckedPut, Operation, Put, Retire
from directory.changes.proposals import ProposedOperation
from directory.documents import Document
from directory.ids import new_id
from directory.meetings.lists.rules.findings import Code, Finding
from directory.policy import Label, Tlp

_NO_SOURCE = {"source": None}
Given = Callable[[str, Document], Document]
"""A record's document without what the directory sets, so that it can be written again."""


@dataclass(slots=True)
class Planned:
    """One operation that a list proposes.

    Attributes:
        cells: Addresses of the cells that it was read from.
        findings: What is doubted of it.
        marked_in: Address of the cell that marks it otherwise; empty where none does.
        checked: What it proposed when its document was checked; it may have changed since.
    """

    kind: str
    id: str
    base_revision: int
    owner: str
    label: Label
    document: Document | None
    before: Document | None
    cells: dict[str, None] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    marked_in: str = ""
    checked: CheckedPut | None = None

    @property
    def proposed(self) -> ProposedOperation:
        """The operation as it is proposed: checked, unless its document has changed since."""
        cells, checked = tuple(self.cells), self.checked
        if checked is not None and checked.put.document is self.document:
            return ProposedOperation(checked.put, cells, checked)
        return ProposedOperation(self.operation, cells)

    @property
    def operation(self) -> Operation:
        """The operation as a change set takes it."""
        if self.document is None:
            return Retire(self.kind, self.id, self.base_revision)
        return Put(self.kind, self.document, self.id, self.base_revision)

    @property
    def is_needed(self) -> bool:
        """Whether it would change anything; where it comes from alone is no change."""
        if self.document is None or self.before is None:
            return self.document is not self.before
        return self.document | _NO_SOURCE != self.before | _NO_SOURCE


class Builder:
    """The operations of one list, by record."""

    def __init__(self, given: Given) -> None:
        self._given = given
        self._planned: dict[str, Planned] = {}

    def create(self, kind: str, document: Document, cells: Iterable[str]) -> Planned:
        """Propose a new record."""
        planned = Planned(kind, new_id(), 0, document["owner"], Label.of(document), document, None)
        planned.cells.update(dict.fromkeys(cells))
        self._planned[planned.id] = planned
        return planned

    def amend(
        self, kind: str, held: Document, changed: Mapping[str, Any], cells: Iterable[str]
    ) -> Planned:
        """Propose other values for some fields of a record, on top of what is proposed already."""
        planned = self._of(kind, held)
        if planned.document is not None:
            planned.document = planned.document | dict(changed)
        planned.cells.update(dict.fromkeys(cells))
        return planned

    def retire(self, kind: str, held: Document, cells: Iterable[str]) -> Planned:
        """Propose to end a record."""
        planned = self._of(kind, held)
        planned.document = None
        planned.cells.update(dict.fromkeys(cells))
        return planned

    def document_of(self, held: Document) -> Document:
        """A record as it would be after what is proposed so far."""
        planned = self._planned.get(held["id"])
        return held if planned is None or planned.document is None else held | planned.document

    def _of(self, kind: str, held: Document) -> Planned:
        planned = self._planned.get(held["id"])
        if planned is None:
            before = self._given(kind, held)
            planned = Planned(
                kind, held["id"], held["revision"], held["owner"], Label.of(held), before, before
            )
            self._planned[held["id"]] = planned
        return planned

    def operations(self) -> list[Planned]:
        """What is proposed and would change something, in the order in which it came up."""
        return [planned for planned in self._planned.values() if planned.is_needed]

    def drop_unsound(self, check: Callable[[Put], CheckedPut]) -> list[Planned]:
        """Take out what could never be written, and whatever stands on it.

        Args:
            check: Raises InvalidDocumentError for a document that does not have its kind's shape.
                What it makes of others is kept with them.

        Returns:
            What was taken out, each with a finding for every fault.
        """
        dropped: list[Planned] = []
        gone: set[str] = set()
        for rid, planned in self._planned.items():
            put = planned.operation
            if isinstance(put, Retire) or not planned.is_needed:
                continue
            try:
                planned.checked = check(put)
            except InvalidDocumentError as error:
                cell = next(iter(planned.cells), "")
                planned.findings += [
                    Finding(
                        cell,
                        Code.NOT_PROPOSED,
                        _value(planned, fault.pointer),
                        f"{planned.kind}{fault.pointer}: {fault.detail}",
                        1.0,
                    )
                    for fault in error.faults
                ]
                gone.add(rid)
                dropped.append(planned)
        while more := [one for one in self._planned.values() if stands_on(one, gone)]:
            gone.update(planned.id for planned in more)
            dropped += more
        for rid in gone:
            del self._planned[rid]
        return dropped


def stands_on(planned: Planned, gone: set[str]) -> bool:
    """Whether something new names what is taken out."""
    if planned.id in gone or planned.document is None or planned.before is not None:
        return False
    return any(
        planned.document.get(name) in gone for name in ("contact", "channel", "organisation")
    )


def _value(planned: Planned, pointer: str) -> str:
    """What stands at a place of a document, in a few words."""
    name = pointer.removeprefix("#/").partition("/")[0]
    return str((planned.document or {}).get(name, ""))[:200]


def narrower(one: Label, marking: Tlp) -> dict[str, Any]:
    """The marking and audience of a part of a record: never wider than the record itself."""
    return {
        "marking": max(one.marking, marking).label,
        "audience": sorted(one.audience),
    }


def contact_of(view: Document) -> Document:
    """The contact's own document in its view."""
    parts = ("organisation_record", "channels", "holders", "keys")
    return {key: value for key, value in view.items() if key not in parts}
