"""Where in a sheet the list is, and what each of its columns means.

What a newcomer would get wrong: a list that the directory itself wrote names its columns in a
hidden row of its own. Where that row is, it alone decides: people rename and move the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

from directory.meetings.lists.rules.columns import Column
from directory.meetings.lists.rules.findings import Code, Finding
from directory.meetings.lists.rules.grid import Cell, Sheet
from directory.meetings.lists.rules.heading_meanings import (
    AMBIGUOUS,
    LONGEST_HEADING,
    SURE,
    is_explanation,
    meaning_below,
    meaning_of,
)
from directory.meetings.lists.rules.honorifics import is_honorific
from directory.meetings.lists.rules.people import may_be_a_person
from directory.meetings.lists.rules.table_rows import Rows, is_own, sort_rows
from directory.meetings.lists.rules.words import one_line
from directory.names import fold

ToldBy = Literal["directory", "heading", "values"]

MACHINE_PREFIX = "directory:"
ROWS_LOOKED_THROUGH = 200
VALUES_LOOKED_AT = 50

_LOOKS_LIKE_DATA = re.compile(r"\S@\S|(?:\d[\s().+-]*){6}")
_OF_A_POST = frozenset(
    fold(heading)
    for heading in (
        *("punto de contacto", "point de contact", "контактный пункт", "đầu mối liên hệ"),
        *("titik kontak", "聯絡窗口", "联络窗口", "連絡窓口", "窓口", "연락창구"),
    )
)
"""Headings over posts, and over people where the list has no column for them."""
_NAMES = frozenset({Column.NAME, Column.FAMILY_NAME, Column.GIVEN_NAME, Column.OWN_SCRIPT})
_OVER_TELEPHONES = {fold("office"): Column.TELEPHONE, fold("contact"): Column.CONTACT_DETAILS}


@dataclass(frozen=True, slots=True)
class FoundColumn:
    """A column of a list.

    Attributes:
        column: From 1.
        heading: As written; of two rows of headings both, with a slash between them. Empty where
            there is none.
        meaning: None where nobody knows.
        told_by: The directory's own row, its heading, or what stands below it.
    """

    column: int
    heading: str
    meaning: Column | None
    confidence: float
    told_by: ToldBy


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
    """

    columns: tuple[FoundColumn, ...]
    heading_rows: tuple[int, ...]
    machine_row: int | None
    preamble_rows: tuple[int, ...]
    data_rows: tuple[int, ...]
    footnote_rows: tuple[int, ...]
    findings: tuple[Finding, ...]

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
    columns = _all_columns(found, named, grid, rows, has_machine=machine_row is not None)
    has_names = any(column.meaning in _NAMES for column in columns)
    columns = [
        _told_by_values(column, grid, rows) if has_names else _or_people(column, grid, rows)
        for column in columns
    ]
    return FoundTable(
        columns=tuple(columns),
        heading_rows=(*found.rows, *rows.repeated),
        machine_row=machine_row,
        preamble_rows=rows.preamble,
        data_rows=rows.data,
        footnote_rows=rows.footnotes,
        findings=(
            *_findings_around(sheet, grid, rows),
            *_findings(sheet, grid, columns, found.rows, rows),
        ),
    )


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
    columns = [_column(number, text, None) for number, text in upper.items()]
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
    columns = [_column(n, carried.get(n, ""), lower.get(n)) for n in sorted({*carried, *lower})]
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


def _column(number: int, upper: str, lower: str | None) -> FoundColumn:
    if lower is None or lower == upper:
        told = meaning_of(upper)
        heading = upper
    else:
        above = meaning_of(upper) if upper else None
        told = meaning_below(upper, lower) or above
        heading = f"{upper} / {lower}" if upper else lower
    return FoundColumn(
        number, heading, told[0] if told else None, told[1] if told else 0.0, "heading"
    )


def _score(columns: Sequence[FoundColumn]) -> float:
    return sum(c.confidence if c.meaning is not None else -0.6 for c in columns)


def _is_data(cell: Cell) -> bool:
    if cell.value is not None and not isinstance(cell.value, str):
        return True
    return len(cell.text) > LONGEST_HEADING or _LOOKS_LIKE_DATA.search(cell.text) is not None


def _above(grid: Mapping[int, Sequence[Cell]], machine_row: int) -> _Candidate:
    """Headings that nobody knows any more: they stand above the directory's own row."""
    earlier = [row for row in grid if row < machine_row]
    if not earlier or len(earlier) > 10:
        return _Candidate((), (), 0.0)
    columns = tuple(_column(c.column, one_line(c.text), None) for c in grid[earlier[-1]])
    return _Candidate((earlier[-1],), columns, 0.0)


def _all_columns(
    found: _Candidate,
    named: Mapping[int, Column | None],
    grid: Mapping[int, Sequence[Cell]],
    rows: Rows,
    *,
    has_machine: bool,
) -> list[FoundColumn]:
    """Every column that has a heading or holds anything."""
    by_number = {column.column: column for column in found.columns}
    used = {cell.column for row in rows.data for cell in grid[row]}
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


def _told_by_values(
    column: FoundColumn, grid: Mapping[int, Sequence[Cell]], rows: Rows
) -> FoundColumn:
    """Let the values decide where a heading means two things: "Title", "Office", "Contact"."""
    heading = fold(column.heading)
    is_title = column.meaning in (Column.POSITION, Column.HONORIFIC)
    if column.told_by == "directory" or heading not in AMBIGUOUS:
        return column
    if not is_title and heading not in _OVER_TELEPHONES:
        return column
    values = _values(column, grid, rows)
    if not values:
        return column
    if is_title:
        share = sum(map(is_honorific, values)) / len(values)
        meaning = Column.HONORIFIC if share >= 0.5 else Column.POSITION
        return replace(
            column, meaning=meaning, confidence=max(0.6, share, 1 - share) * 0.9, told_by="values"
        )
    share = sum(_LOOKS_LIKE_DATA.search(value) is not None for value in values) / len(values)
    if share >= 0.5:
        meaning = _OVER_TELEPHONES[heading]
        return replace(column, meaning=meaning, confidence=0.8, told_by="values")
    return column


def _or_people(column: FoundColumn, grid: Mapping[int, Sequence[Cell]], rows: Rows) -> FoundColumn:
    """Let the values decide whether "Punto de contacto" is who is to be called, or which desk."""
    if column.told_by == "directory" or fold(column.heading) not in _OF_A_POST:
        return _told_by_values(column, grid, rows)
    values = _values(column, grid, rows)
    share = sum(map(may_be_a_person, values)) / max(1, len(values))
    if share < 0.5:
        return column
    return replace(column, meaning=Column.NAME, confidence=0.6, told_by="values")


def _values(column: FoundColumn, grid: Mapping[int, Sequence[Cell]], rows: Rows) -> Sequence[str]:
    """The first texts of a column."""
    values = (
        text
        for row in rows.data
        for cell in grid[row]
        if cell.column == column.column and fold(text := one_line(cell.text))
    )
    return [*islice(values, VALUES_LOOKED_AT)]


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
    rows: Rows,
) -> Iterator[Finding]:
    first: dict[int, Cell] = {}
    for row in (*heading_rows, *rows.data):
        for cell in grid[row]:
            first.setdefault(cell.column, cell)
    for column in columns:
        cell = first.get(
            column.column, Cell(heading_rows[0] if heading_rows else 1, column.column, "")
        )
        where = sheet.address_of(cell)
        if column.meaning is None:
            yield Finding(where, Code.UNKNOWN_COLUMN, column.heading, None, 0.0)
        elif column.confidence < SURE:
            yield Finding(
                where, Code.HEADING, column.heading, str(column.meaning), column.confidence
            )
