"""Which economy stands over which rows, in a list that has no column for economies.

What a newcomer would get wrong: a line that names no economy that is known ends the section above
it all the same. Whoever stands below is somebody else's, and nobody knows whose.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator

from directory.meetings.lists.drafts import findings_of
from directory.meetings.lists.place_names import Called, Place
from directory.meetings.lists.rules.columns import Column
from directory.meetings.lists.rules.findings import Code, Finding
from directory.meetings.lists.rules.grid import Cell, Sheet
from directory.meetings.lists.rules.headings import FoundTable
from directory.meetings.lists.rules.words import tidy


class Sections:
    """The lines of a sheet that name the economy of the rows below them.

    Attributes:
        cells: Those lines; something was made of them.
        findings: What is doubted of them.
    """

    def __init__(self, sheet: Sheet, table: FoundTable, called: Callable[[str], Called]) -> None:
        self.cells: list[Cell] = []
        self.findings: list[Finding] = []
        self._starts: list[tuple[int, Place | None]] = []
        self._sheet = sheet
        has_column = any(Column.ECONOMY in meant.values() for _, meant in table.parts)
        if has_column or table.machine_row is not None:
            return
        lines = [*self._lines(table, called)]
        by_sheet, _ = called(sheet.name)
        if by_sheet is None and all(place is None for _, (place, _) in lines):
            return
        if by_sheet is not None:
            self._starts.append((0, by_sheet))
        for cell, (place, doubts) in lines:
            self._starts.append((cell.row, place))
            self.findings += findings_of(sheet.address_of(cell), doubts)
            if place is not None:
                self.cells.append(cell)

    def _lines(
        self, table: FoundTable, called: Callable[[str], Called]
    ) -> Iterator[tuple[Cell, Called]]:
        """The rows that begin with an economy, and those of the list that say one thing alone."""
        data, around = set(table.data_rows), {*table.preamble_rows, *table.footnote_rows}
        for row in sorted(data | around):
            cells = [
                c for c in self._sheet.cells.row(row) if c.merged_with is None and tidy(c.text)
            ]
            if not cells or cells[0].is_hidden:
                continue
            found = called(tidy(cells[0].text))
            is_line = len(cells) == 1 and (row in data or row + 1 in table.heading_rows[1:])
            if found[0] is not None or is_line:
                yield cells[0], found

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._starts)

    @property
    def rows(self) -> frozenset[int]:
        """The rows that are such a line."""
        return frozenset(row for row, _ in self._starts)

    @property
    def codes(self) -> frozenset[str]:
        """Of which economies there are sections."""
        return frozenset(place.code for _, place in self._starts if place is not None)

    def over(self, row: int) -> Place | None:
        """The economy that stands over a row; None where nobody knows which."""
        earlier = bisect_right(self._starts, row, key=lambda start: start[0])
        return self._starts[earlier - 1][1] if earlier else None

    def without(self, findings: tuple[Finding, ...]) -> list[Finding]:
        """What is doubted of a table, without that its sections are only captions."""
        used = {self._sheet.address_of(cell) for cell in self.cells}
        captions = {Code.PREAMBLE, Code.FOOTNOTE}
        return [f for f in findings if f.code not in captions or f.cell not in used]
