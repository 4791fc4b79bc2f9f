"""The cells of a file of which something was made: hundreds of thousands, a bit for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from typing import Any

from directory.meetings.errors import UnreadableFileError
from directory.meetings.lists.places import address
from directory.meetings.lists.rules.grid import column_letters


class Used(Set[str]):
    """The addresses of cells, by the row that they stand in."""

    __slots__ = ("_rows",)

    def __init__(self) -> None:
        self._rows: dict[str, dict[int, int]] = {}

    def add(self, sheet: str, row: int, column: int) -> None:
        """Something was made of a cell."""
        rows = self._rows.setdefault(sheet, {})
        rows[row] = rows.get(row, 0) | 1 << column

    def discard(self, sheet: str, row: int, column: int) -> None:
        """Nothing was made of a cell after all."""
        rows = self._rows.get(sheet, {})
        if row in rows:
            rows[row] &= ~(1 << column)

    def has(self, sheet: str, row: int, column: int) -> bool:
        """Whether something was made of a cell."""
        return bool(self._rows.get(sheet, {}).get(row, 0) >> column & 1)

    def __contains__(self, written: object) -> bool:
        """Whether something was made of the cell of an address."""
        sheet, _, place = str(written).rpartition("!")
        try:
            return self.has(sheet, *address(place))
        except UnreadableFileError:
            return False

    def __iter__(self) -> Iterator[str]:
        """The address of each."""
        for sheet, rows in self._rows.items():
            before = f"{sheet}!" if sheet else ""
            for row, columns in rows.items():
                for column in range(columns.bit_length()):
                    if columns >> column & 1:
                        yield f"{before}{column_letters(column)}{row}"

    def __len__(self) -> int:
        """How many there are."""
        return sum(columns.bit_count() for rows in self._rows.values() for columns in rows.values())

    @classmethod
    def _from_iterable(cls, it: Iterable[Any]) -> Any:
        return frozenset(it)
