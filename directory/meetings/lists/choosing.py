"""Which sheet of a workbook is the list."""

from __future__ import annotations

from directory.meetings.errors import NoListError, UnknownSheetError
from directory.meetings.lists.help_sheet import is_help
from directory.meetings.lists.rules.grid import Book, Sheet
from directory.meetings.lists.rules.headings import FoundTable, find_table


def chosen_sheet(book: Book, name: str | None) -> tuple[Sheet, FoundTable]:
    """The sheet that is taken: the one that was asked for, or the first that holds a list.

    Raises:
        NoListError: No visible sheet has headings that are known, or the one asked for has none.
        UnknownSheetError: There is no sheet of that name.
    """
    # The help that goes with our own lists has columns that look like a list's, and may be moved.
    candidates = [sheet for sheet in book.sheets if not (sheet.is_hidden or is_help(sheet))]
    if name is not None:
        candidates = [sheet for sheet in book.sheets if sheet.name == name]
        if not candidates:
            known = ", ".join(sheet.name for sheet in book.sheets) or "none"
            raise UnknownSheetError(f"The file has no sheet {name!r}; it has {known}.")
    for sheet in candidates:
        table = find_table(sheet)
        if table is not None:
            return sheet, table
    raise NoListError(
        "No row of headings was found: a list needs one with at least the economy and a name, an"
        " organisation, a telephone or an e-mail address, in a language that is known here."
        " Name the columns, or take the list along from the directory and fill that in."
    )
