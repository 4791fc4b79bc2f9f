"""How large a list may be, and the counting that stops at it.

Everything is counted while it is read, never believed from what a file says of itself, so that a
file takes bounded time and memory whatever it holds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from directory.meetings.errors import FileTooLargeError
from directory.meetings.lists.rules.characters import REPLACEMENT, storable
from directory.meetings.lists.rules.grid import column_letters

MOST_BYTES: Final = 10_000_000
MOST_ROWS: Final = 20_000
MOST_COLUMNS: Final = 256
MOST_CELLS: Final = 400_000
MOST_FORMATTED_CELLS: Final = 1_000_000
MOST_CHARACTERS: Final = 20_000_000
LONGEST_CELL: Final = 32_767
"""What a spreadsheet program holds in a cell."""
MOST_PLACES_TOLD: Final = 20


def place_of(sheet: str, row: int, column: int) -> str:
    """The address of a cell for a sentence: ``POC list!L15``."""
    address = f"{column_letters(column)}{row}"
    return f"{sheet}!{address}" if sheet else address


@dataclass(slots=True)
class Tally:
    """What has been read of a file so far.

    Attributes:
        replaced: Places of cells that held characters which cannot be kept.
    """

    cells: int = 0
    characters: int = 0
    passed: int = 0
    replaced: list[str] = field(default_factory=list)

    def pass_by(self) -> None:
        """Count a cell that may be empty but formatted; some programs write very many."""
        self.passed += 1
        if self.passed > MOST_FORMATTED_CELLS:
            raise FileTooLargeError(
                f"The workbook has more than {MOST_FORMATTED_CELLS:,} cells, filled or merely"
                " formatted. Copy the list alone into a new workbook."
            )

    def take(self, sheet: str, row: int, column: int, text: str) -> str:
        """Count a cell that is not empty, and give its text as it can be kept.

        Raises:
            FileTooLargeError: It is too long, too far out, or one too many.
        """
        if row > MOST_ROWS or column > MOST_COLUMNS:
            place = place_of(sheet, row, column)
            raise FileTooLargeError(
                f"{place} holds something, outside the {MOST_ROWS:,} rows and {MOST_COLUMNS}"
                " columns that a list can have. Delete what stands there, or send the list alone."
            )
        if len(text) > LONGEST_CELL:
            place = place_of(sheet, row, column)
            raise FileTooLargeError(
                f"{place} holds more than the {LONGEST_CELL:,} characters that fit into a cell. In"
                " a text file a quotation mark before it is probably never closed: put it right."
            )
        self.cells += 1
        if self.cells > MOST_CELLS:
            raise FileTooLargeError(
                f"The file holds more than {MOST_CELLS:,} cells. Send the list alone, in parts if"
                " need be."
            )
        self._count(text)
        kept, replacements = storable(text)
        if replacements:
            self.replaced.append(place_of(sheet, row, column))
        return kept

    def take_remark(self, text: str) -> str:
        """Count a comment or the target of a link, and give it as it can be kept."""
        self._count(text)
        return storable(text)[0]

    def _count(self, text: str) -> None:
        self.characters += len(text)
        if self.characters > MOST_CHARACTERS:
            raise FileTooLargeError(
                f"The cells of the file hold more than {MOST_CHARACTERS:,} characters together."
                " Send the list alone, in parts if need be."
            )

    def notes(self) -> list[str]:
        """What a person should know of the characters that were replaced."""
        if not self.replaced:
            return []
        places = listed(self.replaced)
        return [f"Control characters, which cannot be kept, became {REPLACEMENT} in {places}."]


def listed(places: list[str]) -> str:
    """Places in a sentence; of many the first, and how many more."""
    more = len(places) - MOST_PLACES_TOLD
    told = ", ".join(places[:MOST_PLACES_TOLD])
    return f"{told} and {more} more" if more > 0 else told
