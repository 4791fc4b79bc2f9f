"""Addresses of cells and areas as the parts of a workbook write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from directory.meetings.errors import UnreadableFileError
from directory.meetings.lists.limits import MOST_COLUMNS, MOST_ROWS
from directory.meetings.lists.packages import DAMAGED

_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})\Z")
_WHOLE_COLUMN = re.compile(r"\$?([A-Za-z]{1,3})\Z")
_WHOLE_ROW = re.compile(r"\$?([0-9]{1,7})\Z")
_LONGEST_NUMBER = 9


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, no larger than a list can be."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def size(self) -> int:
        """How many cells it has."""
        return max(self.bottom - self.top + 1, 0) * max(self.right - self.left + 1, 0)

    def places(self) -> Iterator[tuple[int, int]]:
        """Row and column of each of its cells, from the top left."""
        for row in range(self.top, self.bottom + 1):
            for column in range(self.left, self.right + 1):
                yield row, column


def count(text: str) -> int:
    """A number that counts something: a row, a style, a place in a list."""
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER):
        raise UnreadableFileError(DAMAGED.format(why=f"it counts {text[:20]!r}"))
    return int(text)


def address(text: str) -> tuple[int, int]:
    """Row and column of an address: ``(15, 12)`` for ``L15``."""
    if not (found := _ADDRESS.match(text)):
        raise UnreadableFileError(DAMAGED.format(why=f"it names a cell {text[:20]!r}"))
    return int(found[2]), _column(found[1])


def area(text: str) -> Area:
    """An area by its corners, ``A6:A8``, cut off where no list reaches."""
    first, _, last = text.partition(":")
    top, left = _corner(first, 1, 1)
    bottom, right = _corner(last or first, MOST_ROWS, MOST_COLUMNS)
    return Area(top, left, min(bottom, MOST_ROWS), min(right, MOST_COLUMNS))


def _corner(text: str, row: int, column: int) -> tuple[int, int]:
    if found := _WHOLE_COLUMN.match(text):
        return row, _column(found[1])
    if found := _WHOLE_ROW.match(text):
        return int(found[1]), column
    return address(text)


@lru_cache(maxsize=1_000)
def _column(letters: str) -> int:
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return column
