"""Which sheet of a workbook is the list."""

from __future__ import annotations

from directory.meetings.errors import NoListError, UnknownSheetError
from directory.meetings.lists.help_sheet import is_help
from directory.meetings.lists.rules.columns import Column
from directory.meetings.lists.rules.grid import Book, Sheet, column_letters
from directory.meetings.lists.rules.headings import FoundTable, find_table, headings_in_a_column

SIDEWAYS = (
    "The headings stand below one another in column {column}, where a list has them in one row, and"
    " each contact in a row below them. Turn the table (copy it, and paste it with Transpose), or"
    " write each contact into a row of its own."
)


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
    sideways = None
    for sheet in candidates:
        table = find_table(sheet)
        column = None
        if table is None or not _has_rows(table):
            column = headings_in_a_column(sheet)
        if table is not None and column is None:
            return sheet, table
        sideways = sideways or column
    if sideways is not None:
        raise NoListError(SIDEWAYS.format(column=column_letters(sideways)))
    raise NoListError(
        "No row of headings was found: a list needs one with at least the economy and a name, an"
        " organisation, a telephone or an e-mail address, in a language that is known here."
        " Name the columns, or take the list along from the directory and fill that in."
    )


def _has_rows(table: FoundTable) -> bool:
    """Whether it may be a list: it is ours, or names economies and has somebody below them."""
    if table.machine_row is not None:
        return True
    has_economies = any(Column.ECONOMY in meant.values() for _, meant in table.parts)
    return has_economies and bool(table.data_rows)
