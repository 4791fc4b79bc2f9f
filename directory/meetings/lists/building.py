"""Putting together the operations that a list proposes, each record named once.

Two rows may touch one record, and one row several: whoever reads the proposal wants to see each
record's difference in one place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from directory.changes.errors import InvalidDocumentError
from directory.changes.operations import CheckedPut, Operation, Put, Retire
from directory.changes.proposals import ProposedOperation
from directory.documents import Document
from directory.ids import new_id
from directory.meetings.lists.packing import Packed, packed, unpacked
from directory.meetings.lists.rules.findings import Code, Finding
from directory.policy import Label, Tlp

_NO_SOURCE = {"source": None}
Given = Callable[[str, Document], Document]
"""A record's document without what the directory sets, so that it can be written again."""


class Planned:
    """One operation that a list proposes.

    Attributes:
        cells: Addresses of the cells that it was read from.
        findings: What is doubted of it.
        marked_in: Address of the cell that marks it otherwise; empty where none does.
    """

    __slots__ = (
        "_before", "_checked", "_document", "base_revision", "cells", "findings", "id", "kind",
        "label", "marked_in", "owner",
    )  # fmt: skip

    def __init__(
        self,
        kind: str,
        rid: str,
        base_revision: int,
        owner: str,
        label: Label,
        document: Document | None,
        before: Document | None,
        cells: Iterable[str] = (),
    ) -> None:
        self.kind = kind
        self.id = rid
        self.base_revision = base_revision
        self.owner = owner
        self.label = label
        self.cells = dict.fromkeys(cells)
        self.findings: list[Finding] = []
        self.marked_in = ""
        self._before = None if before is None else packed(before)
        self._document = self._before
        self._checked: bytes | None = None
        if document is not before:
            self.document = document

    @property
    def document(self) -> Document | None:
        """What it proposes; None where it ends the record. Read anew for whoever asks."""
        return None if self._document is None else unpacked(self._document)

    @document.setter
    def document(self, document: Document | None) -> None:
        self._document = None if document is None else packed(document)
        self._checked = None

    @property
    def before(self) -> Document | None:
        """What it starts from; None where the record is new. Read anew for whoever asks."""
        return None if self._before is None else unpacked(self._before)

    @property
    def is_new(self) -> bool:
        """Whether there is no such record yet."""
        return self._before is None

    @property
    def is_end(self) -> bool:
        """Whether it ends the record."""
        return self._document is None

    @property
    def proposed(self) -> ProposedOperation:
        """The operation as it is proposed: checked, unless its document has changed since."""
        cells, text = tuple(self.cells), self._checked
        if text is None or self._document is None:
            return ProposedOperation(self.operation, cells)
        put = Put(self.kind, Packed(self._document), self.id, self.base_revision)
        return ProposedOperation(put, cells, CheckedPut(put, text))

    @property
    def operation(self) -> Operation:
        """The operation as a change set takes it."""
        document = self.document
        if document is None:
            return Retire(self.kind, self.id, self.base_revision)
        return Put(self.kind, document, self.id, self.base_revision)

    @property
    def is_needed(self) -> bool:
        """Whether it would change anything; where it comes from alone is no change."""
        if self._document is None or self._before is None:
            return self._document is not self._before
        if self._document == self._before:
            return False
        return unpacked(self._document) | _NO_SOURCE != unpacked(self._before) | _NO_SOURCE

    def check(self, check: Callable[[Put], CheckedPut]) -> None:
        """Have its document checked, unless it has none or would change nothing.

        Args:
            check: What it makes of the document is kept until that changes.

        Raises:
            InvalidDocumentError: As ``check`` raises.
        """
        put = self.operation
        if isinstance(put, Put) and self.is_needed:
            self._checked = check(put).text


class Builder:
    """The operations of one list, by record."""

    def __init__(self, given: Given) -> None:
        self._given = given
        self._planned: dict[str, Planned] = {}

    def create(self, kind: str, document: Document, cells: Iterable[str]) -> Planned:
        """Propose a new record."""
        planned = Planned(
            kind, new_id(), 0, document["owner"], Label.of(document), document, None, cells
        )
        self._planned[planned.id] = planned
        return planned

    def amend(
        self, kind: str, held: Document, changed: Mapping[str, Any], cells: Iterable[str]
    ) -> Planned:
        """Propose other values for some fields of a record, on top of what is proposed already."""
        planned = self._of(kind, held)
        document = planned.document
        if document is not None:
            planned.document = document | dict(changed)
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
        document = None if planned is None else planned.document
        return held if document is None else held | document

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
            try:
                planned.check(check)
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
    if not gone or planned.id in gone or planned.is_end or not planned.is_new:
        return False
    document = planned.document or {}
    return any(document.get(name) in gone for name in ("contact", "channel", "organisation"))


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
