"""A list as a grid of cells, whatever file it came in: the one form that everything else reads.

Formatting means something in lists: a struck-out row has left, a hidden one was not to be seen. A
grid therefore keeps what a spreadsheet shows beside what it says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache

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


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a list; a text file has one, without a name.

    Attributes:
        cells: By row and column. Cells that a merged area covers are there, with ``merged_with``.
        is_hidden: Whether a person who opens the file does not see it.
    """

    name: str
    cells: Mapping[tuple[int, int], Cell]
    is_hidden: bool = False

    def address_of(self, cell: Cell) -> str:
        """A cell's address in the file: ``POC list!L15``, or ``L15`` where there are no sheets."""
        return f"{self.name}!{cell.address}" if self.name else cell.address

    def rows(self) -> Iterator[tuple[int, Sequence[Cell]]]:
        """Its rows that are not empty, from the top, each with its cells from the left."""
        by_row: dict[int, list[Cell]] = {}
        for cell in self.cells.values():
            by_row.setdefault(cell.row, []).append(cell)
        for row in sorted(by_row):
            yield row, sorted(by_row[row], key=lambda cell: cell.column)


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
