"""Sheets for tests: the two samples as they are handed in, and small ones written by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from directory.meetings.lists.rules.grid import Cell, Cells, Sheet, Value


def sheet(*rows: Sequence[Value], name: str = "") -> Sheet:
    """A sheet of rows from 1 and columns from 1; None and empty text are no cells."""
    cells = {
        (r, c): Cell(r, c, _shown(value), value)
        for r, row in enumerate(rows, start=1)
        for c, value in enumerate(row, start=1)
        if value is not None and value != ""
    }
    return Sheet(name, Cells(cells.values()))


def merged(plain: Sheet, *areas: tuple[int, int, int, int]) -> Sheet:
    """The sheet with areas merged: top, left, bottom, right."""
    cells = dict(plain.cells)
    for top, left, bottom, right in areas:
        anchor = cells[top, left]
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                if (row, column) != (top, left):
                    cells[row, column] = Cell(
                        row, column, anchor.text, anchor.value, merged_with=(top, left)
                    )
    return Sheet(plain.name, Cells(cells.values()))


def _shown(value: Value) -> str:
    return value.date().isoformat() if isinstance(value, datetime) else str(value)


TEL45_HEADINGS = (
    *("No.", "Economy", "Title", "Name (family name in CAPITALS)", "Name in own script"),
    *("Position", "Organisation", "Role in list", "Tel", "Mobile", "Tel/Fax", "E-mail", "24/7?"),
    *("Working language(s)", "Office hours / Time zone", "Networks", "Last confirmed", "Remarks"),
)
"""The headings of the list that came back from TEL45 as separated text."""
