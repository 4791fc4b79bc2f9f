"""A workbook as it is saved by Excel, LibreOffice and their like, read into a book.

Macros are ignored and files that it refers to are never opened; the book says so in its notes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from directory.meetings.errors import FileTooLargeError, UnreadableFileError
from directory.meetings.lists.limits import Tally
from directory.meetings.lists.packages import DAMAGED, START, Package, Relationships
from directory.meetings.lists.rules.grid import Book, Sheet
from directory.meetings.lists.strings import read_strings
from directory.meetings.lists.styles import read_styles
from directory.meetings.lists.worksheets import Shared, SheetReader

MOST_SHEETS: Final = 100
USUAL_PART: Final = "xl/workbook.xml"
_NOTES: Final = (
    (
        ("xl/vbaproject.bin", "xl/macrosheets/"),
        "The workbook holds macros. They were ignored; only its cells were read.",
    ),
    (
        ("xl/externallinks/", "xl/connections.xml", "xl/querytables/"),
        "The workbook takes values from elsewhere. Nothing was opened; they are as last saved.",
    ),
    (
        ("xl/media/", "xl/charts/", "xl/drawings/drawing", "xl/chartsheets/"),
        "The workbook holds pictures, charts or text boxes. What they say was not read.",
    ),
)


@dataclass(frozen=True, slots=True)
class _Listed:
    """A sheet as the workbook lists it."""

    name: str
    is_hidden: bool
    relationship: str


def read_workbook(package: Package) -> Book:
    """Read every sheet of a workbook.

    Raises:
        UnreadableFileError: It is damaged.
        FileTooLargeError: It holds more than a list can.
        UnsafeFileError: It is built to do harm.
    """
    main = workbook_part(package)
    if main is None:
        raise UnreadableFileError(DAMAGED.format(why="it does not say which sheets it has"))
    relationships = Relationships(package, main)
    listed, counts_from_1904 = _read_listing(package, main)
    shared = Shared(
        strings=read_strings(package, relationships.first("sharedStrings")),
        styles=read_styles(package, relationships.first("styles")),
        counts_from_1904=counts_from_1904,
    )
    tally = Tally()
    notes = [note for folders, note in _NOTES if package.has_under(*folders)]
    sheets = list(_read_sheets(package, relationships, listed, shared, tally, notes))
    if not sheets:
        raise UnreadableFileError(DAMAGED.format(why="it has no sheet with cells"))
    return Book("xlsx", tuple(sheets), notes=(*notes, *tally.notes()))


def workbook_part(package: Package) -> str | None:
    """The part that lists a workbook's sheets; None where the package is no workbook."""
    if USUAL_PART in package:
        return USUAL_PART
    part = Relationships(package, "").first("officeDocument")
    return part if part and part in package and part.startswith("xl/") else None


def _read_listing(package: Package, main: str) -> tuple[list[_Listed], bool]:
    """Which sheets there are, and whether days are counted from 1904."""
    listed, counts_from_1904 = list[_Listed](), False
    for event, element, attributes in package.events(main):
        if event != START:
            continue
        if element == "workbookPr":
            counts_from_1904 = attributes.get("date1904", "0") in {"1", "true"}
        elif element == "sheet":
            relationship = next((v for k, v in attributes.items() if k.endswith(":id")), "")
            is_hidden = attributes.get("state", "visible") != "visible"
            listed.append(_Listed(attributes.get("name", ""), is_hidden, relationship))
    if len(listed) > MOST_SHEETS:
        raise FileTooLargeError(
            f"The workbook has more than {MOST_SHEETS} sheets. Copy the list alone into a new"
            " workbook."
        )
    return listed, counts_from_1904


def _read_sheets(
    package: Package,
    relationships: Relationships,
    listed: list[_Listed],
    shared: Shared,
    tally: Tally,
    notes: list[str],
) -> Iterator[Sheet]:
    for sheet in listed:
        if relationships.kind_of(sheet.relationship) != "worksheet":
            continue
        part = relationships.targets[sheet.relationship]
        if part not in package:
            raise UnreadableFileError(DAMAGED.format(why=f"the sheet '{sheet.name}' is missing"))
        own = Relationships(package, part)
        reader = SheetReader(tally.take_remark(sheet.name), shared, tally, sheet.is_hidden)
        yield reader.read(package, part, own.targets, own.first("comments"))
        notes += reader.notes
