"""Which economy stands over which rows, in a list that has no column for economies.

What a newcomer would get wrong: a line that names no economy that is known ends the section above
it all the same. Whoever stands below is somebody else's, and nobody knows whose.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice

from directory.meetings.lists.drafts import findings_of
from directory.meetings.lists.place_names import Called, Place
from directory.meetings.lists.rules.columns import Column
from directory.meetings.lists.rules.findings import Code, Finding
from directory.meetings.lists.rules.found_columns import FoundColumn
from directory.meetings.lists.rules.grid import Cell, Sheet
from directory.meetings.lists.rules.headings import FoundTable
from directory.meetings.lists.rules.words import tidy

MOST_CELLS = 2
"""A line that names the economy of others may have a remark beside it, and nothing more."""
VALUES_LOOKED_AT = 50
SURE = 0.6


def with_economies(sheet: Sheet, table: FoundTable, called: Callable[[str], Called]) -> FoundTable:
    """A table whose column of economies is told by what stands in it, where no heading tells.

    Of several such columns the first is taken; who uses a heading of their own ("Delegation")
    means one.
    """
    if table.machine_row is not None or len(table.parts) > 1 or has_economies(table):
        return table
    for column in table.columns:
        if column.meaning is None and column.note is None:
            values = [*islice(_values(sheet, table, column.column), VALUES_LOOKED_AT)]
            known = sum(called(value)[0] is not None for value in values)
            if known and known >= SURE * len(values):
                return _with_economies_in(sheet, table, column)
    return table


def has_economies(table: FoundTable) -> bool:
    """Whether a heading says where the economies stand."""
    return any(Column.ECONOMY in meant.values() for _, meant in table.parts)


def _values(sheet: Sheet, table: FoundTable, column: int) -> Iterator[str]:
    for row in table.data_rows:
        cells = sheet.cells.row(row)
        if len(cells) > 1:
            yield from (tidy(cell.text) for cell in cells if cell.column == column)


def _with_economies_in(sheet: Sheet, table: FoundTable, column: FoundColumn) -> FoundTable:
    ((first, meant),) = table.parts
    place = _column_of(sheet.address(1, column.column))
    told = replace(column, meaning=Column.ECONOMY, confidence=SURE, told_by="values")
    doubted = [
        replace(each, code=Code.HEADING, proposed=str(Column.ECONOMY), confidence=SURE)
        if each.code is Code.UNKNOWN_COLUMN and _column_of(each.cell) == place
        else each
        for each in table.findings
    ]
    return replace(
        table,
        columns=tuple(told if each is column else each for each in table.columns),
        findings=tuple(doubted),
        parts=((first, {**meant, column.column: Column.ECONOMY}),),
    )


def _column_of(address: str) -> str:
    return address.rstrip("0123456789")


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
        if has_economies(table) or table.machine_row is not None:
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
            if (found[0] is not None and len(cells) <= MOST_CELLS) or is_line:
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
