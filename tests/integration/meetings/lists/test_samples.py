"""The two lists that came back from meetings, read cell by cell."""

import csv
from datetime import date
from pathlib import Path

import pytest

from directory.meetings.lists.files import read_file
from directory.meetings.lists.rules.grid import Book, Sheet

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
RETURN_FORM = "01_tel45_poc_return_utf8bom.csv"
MEETING_RETURN = "03_meeting_return.xlsx"


@pytest.fixture(scope="module")
def returned() -> Book:
    return read_file((SAMPLES / MEETING_RETURN).read_bytes(), file_name=MEETING_RETURN)


@pytest.fixture(scope="module")
def poc_list(returned: Book) -> Sheet:
    return returned.sheets[0]


def written(sheet: Sheet) -> dict[str, str]:
    """The texts of a sheet's own cells, without those that a merged area covers."""
    return {cell.address: cell.text for cell in sheet.cells.values() if not cell.merged_with}


def row_of(sheet: Sheet, row: int) -> dict[str, str]:
    return {cell.address: cell.text for (at, _), cell in sorted(sheet.cells.items()) if at == row}


def addresses(sheet: Sheet, attribute: str) -> set[str]:
    return {cell.address for cell in sheet.cells.values() if getattr(cell, attribute)}


def test_the_csv_says_its_encoding_and_shows_its_delimiter() -> None:
    book = read_file((SAMPLES / RETURN_FORM).read_bytes(), file_name=RETURN_FORM)
    assert (book.form, book.encoding, book.encoding_confidence) == ("csv", "utf-8", 1.0)
    assert (book.delimiter, book.notes) == (",", ())


def test_every_cell_of_the_csv_is_read() -> None:
    data = (SAMPLES / RETURN_FORM).read_bytes()
    lines = csv.reader(data.decode("utf-8-sig").splitlines(keepends=True))
    expected = {
        (row, column): text.replace("\r\n", "\n")
        for row, fields in enumerate(lines, start=1)
        for column, text in enumerate(fields, start=1)
        if text
    }
    (sheet,) = read_file(data, file_name=RETURN_FORM).sheets
    assert {place: cell.text for place, cell in sheet.cells.items()} == expected
    assert len(expected) == 356
    assert sheet.cells[4, 2].text == "Economy"
    assert sheet.cells[6, 2].text == "Brunei "
    assert sheet.cells[7, 9].text == "613-555-0178 ext. 4521\n613-555-0179 (after hours)"


def test_the_workbook_has_three_sheets_and_one_is_hidden(returned: Book) -> None:
    assert [(sheet.name, sheet.is_hidden) for sheet in returned.sheets] == [
        ("POC list", False),
        ("Old list (about 2007)", False),
        ("hidden notes", True),
    ]
    assert (returned.form, returned.encoding, returned.delimiter) == ("xlsx", None, None)
    assert returned.notes == ()


def test_title_and_headings_reach_over_what_they_cover(poc_list: Sheet) -> None:
    assert {cell.merged_with for (row, column), cell in poc_list.cells.items() if row == 1} == {
        None,
        (1, 1),
    }
    assert len(row_of(poc_list, 1)) == 12
    assert row_of(poc_list, 4) | row_of(poc_list, 5) == {
        **dict.fromkeys(["A4", "A5"], "Economy"),
        **dict.fromkeys(["B4", "B5"], "Name"),
        **dict.fromkeys(["C4", "C5"], "Position / Agency"),
        **dict.fromkeys(["D4", "E4", "F4"], "Telephone"),
        "D5": "Office",
        "E5": "Mobile",
        "F5": "Fax",
        **dict.fromkeys(["G4", "G5"], "E-mail"),
        **dict.fromkeys(["H4", "H5"], "24/7"),
        **dict.fromkeys(["I4", "I5"], "Lang."),
        **dict.fromkeys(["J4", "J5"], "Zone"),
        **dict.fromkeys(["K4", "K5"], "Networks"),
        **dict.fromkeys(["L4", "L5"], "Confirmed"),
    }


def test_the_economy_is_carried_down_its_merged_cells(poc_list: Sheet) -> None:
    for row, anchor in [(7, (6, 1)), (8, (6, 1)), (13, (12, 1))]:
        assert poc_list.cells[row, 1].merged_with == anchor
        assert poc_list.cells[row, 1].text == poc_list.cells[anchor].text
    covered = {cell.address for cell in poc_list.cells.values() if cell.merged_with}
    assert len(covered) == 11 + 2 + 9 + 2 + 1


def test_numbers_are_read_with_their_digits_and_nothing_more(poc_list: Sheet) -> None:
    for place, number in [((9, 4), 85205550101), ((6, 5), 491570156), ((15, 12), 40969)]:
        cell = poc_list.cells[place]
        assert (cell.text, cell.value) == (str(number), number)
        assert isinstance(cell.value, int)


def test_a_formula_without_a_value_shows_itself(poc_list: Sheet) -> None:
    cell = poc_list.cells[10, 6]
    assert (cell.text, cell.value, cell.formula) == ("=D10", None, "=D10")
    assert addresses(poc_list, "formula") == {"F10"}


def test_dates_are_dates(poc_list: Sheet) -> None:
    dates = {
        cell.address: cell.value for cell in poc_list.cells.values() if isinstance(cell.value, date)
    }
    first = date(2012, 3, 1)
    assert dates == {
        "B2": date(2012, 4, 6),
        "L6": first,
        "L7": first,
        "L8": first,
        "L10": first,
        "L11": date(2012, 3, 2),
        "L12": date(2011, 9, 24),
        "L13": date(2010, 5, 12),
    }
    assert poc_list.cells[13, 12].text == "2010-05-12"
    assert poc_list.cells[9, 12].value == "5/3/2012"
    assert poc_list.cells[14, 12].value == "15 มี.ค. 2555"


def test_the_struck_out_row_is_struck_out_save_for_what_its_merged_cell_shows(
    poc_list: Sheet,
) -> None:
    struck = {f"{column}13" for column in "BCDGHIJL"}
    assert addresses(poc_list, "is_struck") == struck
    assert row_of(poc_list, 13).keys() == struck | {"A13"}
    assert not poc_list.cells[12, 1].is_struck


def test_the_yellow_row_is_yellow(poc_list: Sheet) -> None:
    yellow = {cell.address for cell in poc_list.cells.values() if cell.fill == "FFFF00"}
    assert yellow == addresses(poc_list, "fill") == set(row_of(poc_list, 14))


def test_the_hidden_row_is_read_and_marked(poc_list: Sheet) -> None:
    assert addresses(poc_list, "is_hidden") == set(row_of(poc_list, 16))
    assert poc_list.cells[16, 2].text == "Insp. Peter SAMPEL"


def test_odd_blanks_are_kept_as_they_are(poc_list: Sheet) -> None:
    assert poc_list.cells[15, 1].text == "Viet\u00a0Nam"
    assert poc_list.cells[15, 7].text == "\u200bvidu@c50-vn.example "
    assert poc_list.cells[11, 4].text == "+82 2 055 0101\n+82 2 055 0102"


def test_the_comment_and_the_link_are_kept(poc_list: Sheet) -> None:
    assert addresses(poc_list, "comment") == {"D10"}
    assert poc_list.cells[10, 4].comment == "nights: ask for the duty room"
    assert addresses(poc_list, "link") == {"G9"}
    assert poc_list.cells[9, 7].link == "mailto:old-tcd@police-hk.example"


def test_no_cell_is_lost(returned: Book, poc_list: Sheet) -> None:
    per_row = {row: len(cells) for row, cells in poc_list.rows()}
    assert per_row == {
        1: 12, 2: 2, 4: 12, 5: 12, 6: 11, 7: 9, 8: 10, 9: 11, 10: 11, 11: 9, 12: 10,
        13: 9, 14: 9, 15: 9, 16: 7, 17: 2, 19: 1,
    }  # fmt: skip
    assert len(written(poc_list)) == sum(per_row.values()) - 25
    assert written(returned.sheets[1])["A5"] == "Macao"
    assert len(written(returned.sheets[1])) == 15
    assert written(returned.sheets[2]) == {"A1": "internal: do not import"}
