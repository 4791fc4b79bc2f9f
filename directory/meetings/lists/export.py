"""A list as a file to take along: an Excel workbook, or text with commas.

Nothing in it calculates, links or runs. A text that a spreadsheet would take for a formula stands
there as the text it is; a column keeps what is typed into it as it was typed.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from itertools import zip_longest
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from directory.meetings.lists.help_sheet import HOW_TO, INSTRUCTIONS, TO_CHOOSE_FROM
from directory.meetings.lists.listing import ContactList
from directory.meetings.lists.rules.columns import Column
from directory.meetings.lists.rules.printing import (
    COLUMNS,
    HEADINGS,
    escaped,
    is_formula_like,
    machine_name,
    printable,
)
from directory.policy import MARKINGS, Tlp

CONTACTS = "Contacts"
"""The name of the sheet with the list."""
HEADING_ROW, MACHINE_ROW, FIRST_ROW = 2, 3, 4
ROOM_ROWS = 500
"""How many rows below the last one still offer choices."""
TEXT, DATE = "@", "yyyy-mm-dd"
A3 = 8
"""The number of a size of paper, as the format has it."""
WIDTHS: Mapping[Column, int] = {
    Column.ECONOMY: 18,
    Column.POST: 28,
    Column.ORGANISATION: 28,
    Column.NAME: 22,
    Column.OWN_SCRIPT: 18,
    Column.TELEPHONE: 22,
    Column.EMAIL: 30,
    Column.PORTAL: 28,
    Column.NETWORKS: 26,
    Column.FUNCTIONS: 26,
    Column.CONFIRMED: 12,
    Column.MARKING: 14,
    Column.REMARKS: 34,
}
USUAL_WIDTH = 18
LINE_POINTS, HIGHEST_POINTS = 15, 409
_LIKE_AN_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_WRAPPED = Alignment(wrap_text=True, vertical="top")


def as_csv(taken: ContactList) -> bytes:
    """A list as UTF-8 text with commas, such as Excel opens with a double click.

    The last line, after an empty one, says what the list is and until when it is valid.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADINGS.values())
    writer.writerow([machine_name(column) for column in COLUMNS])
    writer.writerows([escaped(row[column]) for column in COLUMNS] for row in taken.rows)
    writer.writerow([])
    writer.writerow([printable(taken.about)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_xlsx(taken: ContactList) -> bytes:
    """A list as an Excel workbook of two sheets: the contacts, and how to fill them in."""
    book = Workbook(write_only=True)
    book.properties.creator = "Contact directory"
    book.properties.title = printable(taken.about)
    choices = {
        Column.ECONOMY: taken.economies,
        Column.NETWORKS: taken.networks,
        Column.MARKING: [each for each in MARKINGS if Tlp.from_label(each) is not Tlp.RED],
        Column.ZONE: taken.zones,
    }
    _write_contacts(book.create_sheet(CONTACTS), taken, choices)
    _write_how_to(book.create_sheet(HOW_TO), taken, choices)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


FORMS: Mapping[str, tuple[str, Callable[[ContactList], bytes]]] = {
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_xlsx),
    "csv": ("text/csv", as_csv),
}
"""Each form of a list: its media type, and what writes it."""


class _Pen:
    """Makes cells of one sheet, all of them text.

    A style is worked out once for all its cells: openpyxl's own way takes longer than all the rest.
    """

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet
        self._plain = self._styled(TEXT)._style
        self._quoted = self._styled(TEXT, quotes=True)._style
        self._dated = self._styled(DATE)._style

    def cell(self, text: str, font: Font | None = None, fill: PatternFill | None = None) -> Any:
        """A cell that shows exactly this text."""
        cell: Any = WriteOnlyCell(self._sheet)
        cell._style = self._quoted if is_formula_like(text) else self._plain
        if font is not None or fill is not None:
            cell._style = copy(cell._style)
            cell.font, cell.fill = font or Font(), fill or PatternFill()
        # Past what guesses at formulas. A text that looks like one of the format's own escapes
        # for characters would be read as the character.
        cell._value = _LIKE_AN_ESCAPE.sub("_x005F_", text)
        cell.data_type = "s"
        return cell

    def cell_for(self, column: Column, text: str) -> Any:
        """A cell of a contact's row; None where it is empty and has its column's style."""
        if not text:
            return None
        cell = self.cell(text)
        if column is Column.CONFIRMED:
            # A date that is typed over it shall be one.
            cell._style = self._dated
        return cell

    def _styled(self, number_format: str, *, quotes: bool = False) -> Any:
        cell: Any = WriteOnlyCell(self._sheet)
        cell.number_format, cell.alignment = number_format, _WRAPPED
        cell.quotePrefix = quotes
        return cell


_HEADING = Font(bold=True, color="FFFFFF")
_HEADING_FILL = PatternFill("solid", fgColor="1F3864")
_ABOUT = Font(bold=True, size=12)


def _write_contacts(
    sheet: Any, taken: ContactList, choices: Mapping[Column, Sequence[str]]
) -> None:
    last_row = FIRST_ROW + len(taken.rows) + ROOM_ROWS
    sheet.freeze_panes = f"C{FIRST_ROW}"
    for place, column in enumerate(COLUMNS, start=1):
        width = sheet.column_dimensions[get_column_letter(place)]
        width.width = WIDTHS.get(column, USUAL_WIDTH)
        # Also of cells that are still empty: what is typed there keeps its + and its 0.
        width.number_format = DATE if column is Column.CONFIRMED else TEXT
        width.alignment = _WRAPPED
        width.hidden = column is Column.RECORD
    sheet.row_dimensions[HEADING_ROW].height = 2 * LINE_POINTS
    sheet.row_dimensions[MACHINE_ROW].hidden = True
    _set_up_for_print(sheet, taken)
    for place, (column, names) in enumerate(choices.items()):
        letter = get_column_letter(COLUMNS.index(column) + 1)
        offered = _offer(place, len(names), column)
        offered.add(f"{letter}{FIRST_ROW}:{letter}{last_row}")
        sheet.data_validations.append(offered)
    pen = _Pen(sheet)
    about = pen.cell(printable(taken.about), _ABOUT)
    about.alignment = Alignment(wrap_text=False)
    sheet.append([about])
    sheet.append([pen.cell(text, _HEADING, _HEADING_FILL) for text in HEADINGS.values()])
    sheet.append([pen.cell(machine_name(column)) for column in COLUMNS])
    for number, row in enumerate(taken.rows, start=FIRST_ROW):
        sheet.row_dimensions[number].height = _height(row)
        sheet.append([pen.cell_for(column, row[column]) for column in COLUMNS])


def _height(row: Mapping[Column, str]) -> float:
    """How high a row has to be, in points: not every program works that out by itself."""
    most = max(
        sum(1 + (_breadth(line) - 1) // (WIDTHS.get(column, USUAL_WIDTH) - 1) for line in lines)
        for column, text in row.items()
        if column is not Column.RECORD
        for lines in [text.split("\n")]
    )
    return min(most * LINE_POINTS, HIGHEST_POINTS)


def _breadth(line: str) -> int:
    """How many characters of Latin text a line is as broad as; one at the least."""
    if line.isascii():
        return len(line) or 1
    return len(line) + sum(character >= "\u1100" for character in line)


def _offer(place: int, count: int, column: Column) -> DataValidation:
    """Choices for a column, taken from the second sheet; other texts are let through."""
    letter = get_column_letter(3 + place)
    return DataValidation(
        type="list",
        formula1=f"'{HOW_TO}'!${letter}$2:${letter}${max(2, count + 1)}",
        allow_blank=True,
        showErrorMessage=False,
        showInputMessage=column is Column.NETWORKS,
        promptTitle="Networks" if column is Column.NETWORKS else None,
        prompt="Several: one to a line." if column is Column.NETWORKS else None,
    )


def _set_up_for_print(sheet: Any, taken: ContactList) -> None:
    sheet.print_title_rows = f"{HEADING_ROW}:{HEADING_ROW}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = A3
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddHeader.right.text = sheet.oddFooter.right.text = f"TLP:{taken.marking.label}"
    sheet.oddFooter.left.text = f"Valid until {taken.valid_until:%Y-%m-%d}"
    sheet.oddFooter.center.text = "Page &P of &N"


def _write_how_to(sheet: Any, taken: ContactList, choices: Mapping[Column, Sequence[str]]) -> None:
    sheet.column_dimensions["A"].width = 100
    for place in range(len(choices)):
        sheet.column_dimensions[get_column_letter(3 + place)].width = 30
    pen = _Pen(sheet)
    heading = [HOW_TO, "", *(f"{HEADINGS[column]}{TO_CHOOSE_FROM}" for column in choices)]
    sheet.append([pen.cell(text, _HEADING, _HEADING_FILL) if text else None for text in heading])
    lines: Iterable[Sequence[str | None]] = zip_longest(
        (*INSTRUCTIONS, printable(taken.about)), (), *choices.values()
    )
    for line in lines:
        sheet.append([pen.cell(printable(text)) if text else None for text in line])
