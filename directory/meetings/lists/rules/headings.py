"""Where in a sheet the list is, and what each of its columns means.

What a newcomer would get wrong: a list that the directory itself wrote names its columns in a
hidden row of its own. Where that row is, it alone decides: people rename and move the rest.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from directory.meetings.lists.rules.columns import Column
from directory.meetings.lists.rules.findings import Code, Finding
from directory.meetings.lists.rules.found_columns import (
    FoundColumn,
    column_under,
    looks_like_data,
    told_apart,
)
from directory.meetings.lists.rules.grid import Cell, Sheet
from directory.meetings.lists.rules.heading_meanings import (
    LONGEST_HEADING,
    SURE,
    is_explanation,
    meaning_below,
    meaning_of,
)
from directory.meetings.lists.rules.table_rows import Rows, is_own, sort_rows
from directory.meetings.lists.rules.words import one_line

MACHINE_PREFIX = "directory:"
ROWS_LOOKED_THROUGH = 200
FEWEST_HEADINGS = 3


@dataclass(frozen=True, slots=True)
class FoundTable:
    """The list within a sheet. Rows count from 1; each that is not empty is in one of these.

    Attributes:
        columns: From the left; those that hold anything.
        heading_rows: With the headings, also where they are repeated further down.
        machine_row: The directory's own row, if the list has one.
        preamble_rows: Above the headings.
        data_rows: The list itself.
        footnote_rows: Notes, totals and captions, wherever they stand.
        findings: Preamble and footnotes cell by cell, columns that are not known or not sure.
        parts: What the columns mean from a row of other headings on, by that row, from the top.
    """

    columns: tuple[FoundColumn, ...]
    heading_rows: tuple[int, ...]
    machine_row: int | None
    preamble_rows: tuple[int, ...]
    data_rows: tuple[int, ...]
    footnote_rows: tuple[int, ...]
    findings: tuple[Finding, ...]
    parts: tuple[tuple[int, Mapping[int, Column]], ...] = ()

    def meanings_of(self, row: int) -> Mapping[int, Column]:
        """What each column means in a row: other headings may stand between it and the first."""
        earlier = bisect_right(self.parts, row, key=lambda part: part[0])
        return self.parts[earlier - 1][1]

    def meanings(self) -> dict[int, Column]:
        """What each column means, by its number; those that nobody knows are left out."""
        return {c.column: c.meaning for c in self.columns if c.meaning is not None}


@dataclass(frozen=True, slots=True)
class _Candidate:
    """One or two rows that may hold the headings."""

    rows: tuple[int, ...]
    columns: tuple[FoundColumn, ...]
    score: float


def find_table(sheet: Sheet) -> FoundTable | None:
    """Find the list in a sheet; None where no row looks like headings."""
    grid = {
        row: kept for row, cells in sheet.rows() if (kept := [c for c in cells if one_line(c.text)])
    }
    machine_row = _machine_row(grid)
    found = _best(grid, machine_row)
    if found is None and machine_row is not None:
        found = _above(grid, machine_row)
    if found is None:
        return None
    named = _machine_names(grid, machine_row)
    rows = sort_rows(grid, found.rows, machine_row, frozenset(named))
    begin = found.rows[0] if found.rows else 0
    headings = {begin: found} | _headings_below(grid, rows, machine_row)
    data = tuple(row for row in rows.data if row not in headings)
    parts: list[tuple[int, Mapping[int, Column]]] = []
    told: list[FoundColumn] = []
    findings = [*_findings_around(sheet, grid, rows)]
    for place, candidate in headings.items():
        later = next((row for row in headings if row > place), None)
        first = place if parts else 0
        own = [row for row in data if first <= row and (later is None or row < later)]
        columns = told_apart(
            _all_columns(candidate, named, grid, own, has_machine=machine_row is not None),
            grid,
            own,
        )
        told = told or columns
        parts.append((first, {c.column: c.meaning for c in columns if c.meaning is not None}))
        findings += _findings(sheet, grid, columns, candidate.rows, own)
    return FoundTable(
        columns=tuple(told),
        heading_rows=tuple(sorted({*found.rows, *rows.repeated, *headings} - {0})),
        machine_row=machine_row,
        preamble_rows=rows.preamble,
        data_rows=data,
        footnote_rows=rows.footnotes,
        findings=tuple(findings),
        parts=tuple(parts),
    )


def headings_in_a_column(sheet: Sheet) -> int | None:
    """The column in which headings stand below one another; None where they do not.

    So it is where a table lies on its side, and where each contact has a card of its own.
    """
    found: dict[int, set[Column]] = {}
    for _, cells in islice(sheet.rows(), ROWS_LOOKED_THROUGH):
        if len(cells) < 2:
            continue
        told = meaning_of(one_line(cells[0].text))
        if told is not None and told[1] >= 0.8 and meaning_of(one_line(cells[1].text)) is None:
            found.setdefault(cells[0].column, set()).add(told[0])
    most = max(found, key=lambda column: len(found[column]), default=None)
    if most is None or len(found[most]) < FEWEST_HEADINGS or Column.ECONOMY not in found[most]:
        return None
    return most


def _machine_row(grid: Mapping[int, Sequence[Cell]]) -> int | None:
    for row, cells in grid.items():
        written = [one_line(cell.text) for cell in cells]
        named = sum(text.casefold().startswith(MACHINE_PREFIX) for text in written)
        if named and named * 2 > len(written):
            return row
    return None


def _machine_names(
    grid: Mapping[int, Sequence[Cell]], machine_row: int | None
) -> dict[int, Column | None]:
    if machine_row is None:
        return {}
    names: dict[int, Column | None] = {}
    for cell in grid[machine_row]:
        text = one_line(cell.text).casefold()
        if text.startswith(MACHINE_PREFIX):
            name = text.removeprefix(MACHINE_PREFIX).strip()
            names[cell.column] = Column(name) if name in set(Column) else None
    return names


def _best(grid: Mapping[int, Sequence[Cell]], machine_row: int | None) -> _Candidate | None:
    rows = [row for row in grid if row != machine_row][:ROWS_LOOKED_THROUGH]
    candidates = [
        candidate
        for row in rows
        for candidate in _candidates(row, grid, machine_row)
        if candidate.score > 0 and len({c.meaning for c in candidate.columns} - {None}) > 1
    ]
    if not candidates:
        return None
    best = max(candidate.score for candidate in candidates)
    # A second list further down may have more columns: the first is the one that is read.
    first = next(c for c in candidates if c.score >= 0.6 * best)
    return max((c for c in candidates if c.rows[0] == first.rows[0]), key=lambda c: c.score)


def _candidates(
    row: int, grid: Mapping[int, Sequence[Cell]], machine_row: int | None
) -> Iterator[_Candidate]:
    upper = {cell.column: one_line(cell.text) for cell in grid[row]}
    penalty = sum(_is_data(cell) for cell in grid[row])
    columns = [column_under(number, text, None) for number, text in upper.items()]
    yield _Candidate((row,), tuple(columns), _score(columns) - 2 * penalty)
    below = row + 1
    if below == machine_row or below not in grid:
        return
    own = [cell for cell in grid[below] if is_own(cell, row)]
    lower = {cell.column: one_line(cell.text) for cell in own}
    spans = any(c not in upper or upper.get(c - 1) == upper[c] for c in lower)
    if any(map(_is_data, own)) or len(lower) < (1 if spans else 2):
        return
    if _is_caption(grid[row], lower):
        return
    carried = _carried(upper, lower)
    columns = [
        column_under(n, carried.get(n, ""), lower.get(n)) for n in sorted({*carried, *lower})
    ]
    if all(_may_be_below(lower[n], carried.get(n, "")) for n in lower):
        # Two rows say more than one of them, where both are headings.
        yield _Candidate((row, below), tuple(columns), _score(columns) - 2 * penalty + 0.3)


def _is_caption(upper: Sequence[Cell], lower: Mapping[int, str]) -> bool:
    """Whether a row says one thing over all headings below it: a title, a date, an economy."""
    texts = [cell for cell in upper if cell.merged_with is None]
    if len(texts) != 1 or len(lower) < 2 or texts[0].column > min(lower):
        return False
    return texts[0].column in lower or meaning_of(one_line(texts[0].text)) is None


def _carried(upper: Mapping[int, str], lower: Mapping[int, str]) -> dict[int, str]:
    """The upper headings, spread over what they stand above where the merged area is lost."""
    carried = dict(upper)
    for column in sorted(lower):
        if column not in carried and column - 1 in carried:
            carried[column] = carried[column - 1]
    return carried


def _may_be_below(lower: str, upper: str) -> bool:
    told = meaning_below(upper, lower)
    return (told is not None and told[1] >= 0.8) or is_explanation(lower)


def _headings_below(
    grid: Mapping[int, Sequence[Cell]], rows: Rows, machine_row: int | None
) -> dict[int, _Candidate]:
    """Further rows of headings, where the list goes on with other columns or in another order."""
    if machine_row is not None:
        return {}
    found = {row: one for row in rows.data if (one := _as_headings(row, grid[row])) is not None}
    if found:
        # Where others stand between, the first headings begin a part of the list as well.
        again = {row: _as_headings(row, grid[row]) for row in rows.repeated}
        found |= {row: one for row, one in again.items() if one is not None}
    return dict(sorted(found.items()))


def _as_headings(row: int, cells: Sequence[Cell]) -> _Candidate | None:
    if len(cells) < FEWEST_HEADINGS or meaning_of(one_line(cells[0].text)) is None:
        return None
    columns = tuple(column_under(c.column, one_line(c.text), None) for c in cells)
    sure = {c.meaning for c in columns if c.confidence >= 0.8}
    if len(sure) < 0.75 * len(columns) or any(map(_is_data, cells)):
        return None
    return _Candidate((row,), columns, _score(columns))


def _score(columns: Sequence[FoundColumn]) -> float:
    return sum(c.confidence if c.meaning is not None else -0.6 for c in columns)


def _is_data(cell: Cell) -> bool:
    if cell.value is not None and not isinstance(cell.value, str):
        return True
    return len(cell.text) > LONGEST_HEADING or looks_like_data(cell.text)


def _above(grid: Mapping[int, Sequence[Cell]], machine_row: int) -> _Candidate:
    """Headings that nobody knows any more: they stand above the directory's own row."""
    earlier = [row for row in grid if row < machine_row]
    if not earlier or len(earlier) > 10:
        return _Candidate((), (), 0.0)
    columns = tuple(column_under(c.column, one_line(c.text), None) for c in grid[earlier[-1]])
    return _Candidate((earlier[-1],), columns, 0.0)


def _all_columns(
    found: _Candidate,
    named: Mapping[int, Column | None],
    grid: Mapping[int, Sequence[Cell]],
    data: Sequence[int],
    *,
    has_machine: bool,
) -> list[FoundColumn]:
    """Every column that has a heading or holds anything."""
    by_number = {column.column: column for column in found.columns}
    used = {cell.column for row in data for cell in grid[row]}
    columns: list[FoundColumn] = []
    for number in sorted({*by_number, *named, *used}):
        column = by_number.get(number, FoundColumn(number, "", None, 0.0, "heading"))
        if number in named:
            sure = 1.0 if named[number] is not None else 0.0
            column = FoundColumn(number, column.heading, named[number], sure, "directory")
        elif has_machine:
            # Somebody added it to the directory's own list.
            column = replace(column, confidence=min(column.confidence, 0.7))
        columns.append(column)
    return columns


def _findings_around(
    sheet: Sheet, grid: Mapping[int, Sequence[Cell]], rows: Rows
) -> Iterator[Finding]:
    for code, numbers in ((Code.PREAMBLE, rows.preamble), (Code.FOOTNOTE, rows.footnotes)):
        for row in numbers:
            for cell in grid[row]:
                if cell.merged_with is None:
                    yield Finding(sheet.address_of(cell), code, cell.text, None, 1.0)


def _findings(
    sheet: Sheet,
    grid: Mapping[int, Sequence[Cell]],
    columns: Sequence[FoundColumn],
    heading_rows: Sequence[int],
    data: Sequence[int],
) -> Iterator[Finding]:
    first: dict[int, Cell] = {}
    for row in (*heading_rows, *data):
        for cell in grid[row]:
            first.setdefault(cell.column, cell)
    for column in columns:
        cell = first.get(
            column.column, Cell(heading_rows[0] if heading_rows else 1, column.column, "")
        )
        where = sheet.address_of(cell)
        if column.meaning is None:
            yield Finding(where, Code.UNKNOWN_COLUMN, column.heading, column.note, 0.0)
        elif column.confidence < SURE:
            told = column.note or str(column.meaning)
            yield Finding(where, Code.HEADING, column.heading, told, column.confidence)
