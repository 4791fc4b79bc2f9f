"""What the second sheet of a list says: how the first is filled in, in plain English."""

from __future__ import annotations

from directory.meetings.lists.listing import ABOUT, VALID_DAYS
from directory.meetings.lists.rules.grid import Cell, Sheet

HOW_TO = "How to fill this in"
"""The name of the sheet, and its first line."""
TO_CHOOSE_FROM = ": to choose from"
FIRST_CHOICES = 3
"""The first of the columns that hold what there is to choose from."""
_HOW_TO_TEXT = f"""
This list is what you may see of the directory. Correct it and bring it back: each change becomes a
proposal that the economy concerned decides on.

Change a cell: write over it. Leave empty what you do not know. To take a text out, empty its cell.

Several officers, numbers or addresses: one to a line within the cell (Alt+Enter).

A person or desk that has left: strike the row out (format its cells as struck through). Do not
delete the row: a row that is missing says nothing.

A new person or desk: add a row below the last one, with the economy in the first column.

Confirmed: the date on which you checked that the row reaches the right desk, such as 2012-03-01.
Put no date where you have not checked.

Duty hours: as in Mo-Fr 09:00-17:00 or 24/7, in the local time of the time zone.

Working languages: tags such as en, ja, zh-Hant, with commas between.

Functions: as in preservation: yes; mla liaison: no. What is left out is not known.

Rows may be sorted, and columns moved, hidden or deleted. Leave the hidden row and the hidden column
at the end as they are: by them the directory knows its own records again.

The list is valid for {VALID_DAYS} days. Treat every copy as its marking (TLP) says.
"""
INSTRUCTIONS = tuple(" ".join(each.split()) for each in _HOW_TO_TEXT.split("\n\n"))
"""How to fill a list in, in plain English; the second sheet."""


def is_help(sheet: Sheet) -> bool:
    """Whether a sheet of a list that came back is this one, whatever it is called by now."""
    first = sheet.cells.get((1, 1))
    return first is not None and first.text.strip() == HOW_TO


def is_printed_help(cell: Cell) -> bool:
    """Whether a cell of the sheet says what the directory printed there; others are somebody's."""
    text = " ".join(cell.text.split())
    if cell.column >= FIRST_CHOICES:
        return True
    return text in {HOW_TO, *INSTRUCTIONS} or text.startswith(ABOUT)
