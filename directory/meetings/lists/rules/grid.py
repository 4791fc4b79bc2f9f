"""A list as a grid of cells, whatever file it came in: the one form that everything else reads.

Formatting means something in lists: a struck-out row has left, a hidden one was not to be seen. A
grid therefore keeps what a spreadsheet shows beside what it says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, ValuesView
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache

_BETWEEN = "\0"
"""What stands between the texts of a row as it is held; no cell that can be kept has one."""
_ERROR = re.compile(
    r"#(?:BLOCKED!|BUSY!|CALC!|CONNECT!|DIV/0!|FIELD!|GETTING_DATA|NAME\?|NULL!|NUM!|REF!|SPILL!"
    r"|UNKNOWN!|VALUE!)|Err:5\d\d"
)
"""What spreadsheets show where a formula fails; ``#N/A`` is also what people write for nothing."""
Value = str | int | float | bool | date | datetime | time | None
"""What a spreadsheet holds in a cell; a text file holds text alone."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that is not empty.

    Attributes:
        row: From 1, as the person who has the file open sees it.
        column: From 1.
        text: What it says, as written: neither trimmed nor normalised. Of a number, date or formula
            the text a person would see.
        value: What a spreadsheet holds; the same as ``text`` in a text file. None for a formula
            whose value the file does not hold.
        formula: The formula, with its ``=``; None where there is none.
        is_struck: Whether it is struck out.
        is_hidden: Whether its row or column is hidden.
        fill: The colour of its background as ``RRGGBB``; None where it has none.
        comment: A comment on the cell.
        link: Where it links to.
        merged_with: Row and column of the cell whose text this is, where a merged area covers it.
    """

    row: int
    column: int
    text: str
    value: Value = None
    formula: str | None = None
    is_struck: bool = False
    is_hidden: bool = False
    fill: str | None = None
    comment: str | None = None
    link: str | None = None
    merged_with: tuple[int, int] | None = None

    @property
    def address(self) -> str:
        """Its address within the sheet: ``L15``."""
        return f"{column_letters(self.column)}{self.row}"

    @property
    def is_broken(self) -> bool:
        """Whether a formula stands in it whose result is not there, or is an error."""
        return (self.formula is not None and self.value is None) or (
            self.text[:1] in "#E" and _ERROR.fullmatch(self.text.strip()) is not None
        )


class Cells(Mapping[tuple[int, int], Cell]):
    """The cells of a sheet, by row and column: from the top, and each row from the left.

    Hundreds of thousands may be held, so a row is held as one text, which is a tenth of its cells;
    these are made for whoever asks. A cell that says more than its text is held as it is.
    """

    __slots__ = ("_count", "_covered", "_others", "_rows")

    def __init__(self, cells: Iterable[Cell] = ()) -> None:
        self._rows: dict[int, bytes] = {}
        self._others: dict[int, dict[int, Cell]] = {}
        self._count = 0
        self._covered = 0
        by_row: dict[int, dict[int, Cell]] = {}
        for cell in cells:
            by_row.setdefault(cell.row, {})[cell.column] = cell
        for row in sorted(by_row):
            self._add(row, by_row.pop(row))

    def add_row(self, row: int, texts: Sequence[str]) -> None:
        """Add a row of a text file, below all others; empty texts are no cells."""
        count = sum(map(bool, texts))
        if count:
            self._rows[row] = _BETWEEN.join(texts).encode()
            self._count += count

    def _add(self, row: int, cells: Mapping[int, Cell]) -> None:
        plain = {column: cell.text for column, cell in cells.items() if _is_plain(cell)}
        texts = [plain.get(column, "") for column in range(1, max(plain, default=0) + 1)]
        self._rows[row] = _BETWEEN.join(texts).encode()
        others = {column: cells[column] for column in sorted(cells.keys() - plain.keys())}
        if others:
            self._others[row] = others
            self._covered += sum(cell.merged_with is not None for cell in others.values())
        self._count += len(cells)

    @property
    def written(self) -> int:
        """How many of them are not empty in the file: what a merged area covers is."""
        return self._count - self._covered

    def rows(self) -> Iterator[int]:
        """The numbers of the rows that are not empty, from the top."""
        return iter(self._rows)

    def row(self, row: int) -> Sequence[Cell]:
        """The cells of a row, from the left."""
        cells = [Cell(row, column, text, text) for column, text in self._texts(row)]
        others = self._others.get(row)
        if others:
            cells += others.values()
            cells.sort(key=lambda cell: cell.column)
        return cells

    def columns(self, row: int) -> Sequence[int]:
        """The columns of a row's cells, from the left."""
        columns = [column for column, _ in self._texts(row)]
        others = self._others.get(row)
        return sorted((*columns, *others)) if others else columns

    def _texts(self, row: int) -> Iterator[tuple[int, str]]:
        """The columns and texts of the cells that say nothing else."""
        texts = self._rows.get(row, b"").decode().split(_BETWEEN)
        return ((column, text) for column, text in enumerate(texts, start=1) if text)

    def __getitem__(self, place: tuple[int, int]) -> Cell:
        """The cell of a row and column."""
        row, column = place
        for cell in self.row(row):
            if cell.column == column:
                return cell
        raise KeyError(place)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        """Row and column of each."""
        for row in self._rows:
            for column in self.columns(row):
                yield row, column

    def __len__(self) -> int:
        """How many there are."""
        return self._count

    def values(self) -> ValuesView[Cell]:
        """All of them."""
        return _EachCell(self)


class _EachCell(ValuesView[Cell]):
    """All cells, made row by row."""

    _mapping: Cells

    def __iter__(self) -> Iterator[Cell]:
        for row in self._mapping.rows():
            yield from self._mapping.row(row)


def _is_plain(cell: Cell) -> bool:
    """Whether a cell says nothing but its text."""
    return (
        isinstance(cell.value, str)
        and cell.value == cell.text
        and bool(cell.text)
        and _BETWEEN not in cell.text
        and cell == Cell(cell.row, cell.column, cell.text, cell.text)
    )


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a list; a text file has one, without a name.

    Attributes:
        cells: Cells that a merged area covers are there, with ``merged_with``.
        is_hidden: Whether a person who opens the file does not see it.
    """

    name: str
    cells: Cells
    is_hidden: bool = False

    def address_of(self, cell: Cell) -> str:
        """A cell's address in the file: ``POC list!L15``, or ``L15`` where there are no sheets."""
        return self.address(cell.row, cell.column)

    def address(self, row: int, column: int) -> str:
        """The address in the file of a row and column."""
        place = f"{column_letters(column)}{row}"
        return f"{self.name}!{place}" if self.name else place

    def rows(self) -> Iterator[tuple[int, Sequence[Cell]]]:
        """Its rows that are not empty, from the top, each with its cells from the left."""
        for row in self.cells.rows():
            yield row, self.cells.row(row)


@dataclass(frozen=True, slots=True)
class Book:
    """A list as it was read.

    Attributes:
        form: ``xlsx`` or ``csv``; the latter stands for every text with separated fields.
        sheets: In the file's order.
        encoding: Of a text file: the name of the encoding it was read by.
        encoding_confidence: From 0 to 1; 1 where the file says it itself or somebody has.
        encodings_possible: Others by which every byte of it can be read, best first.
        delimiter: Of a text file: what separates its fields.
        notes: What a person should know of the file, in sentences.
    """

    form: str
    sheets: Sequence[Sheet]
    encoding: str | None = None
    encoding_confidence: float = 1.0
    encodings_possible: Sequence[str] = ()
    delimiter: str | None = None
    notes: Sequence[str] = field(default_factory=tuple)


@lru_cache(maxsize=512)
def column_letters(column: int) -> str:
    """The letters of a column that counts from 1: ``A``, ``Z``, ``AA``."""
    letters = ""
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters
