"""Workbooks as programs write them, and as they have to be understood."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.colors import Color
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from directory.errors import DirectoryError
from directory.meetings.lists.files import read_file
from directory.meetings.lists.rules.grid import Book, Cell
from tests.integration.meetings.lists.made import (
    MAIN,
    OFFICE,
    archive,
    parts,
    relationships,
    text_cell,
    workbook,
    worksheet,
)


def saved(book: openpyxl.Workbook) -> Book:
    data = io.BytesIO()
    book.save(data)
    return read_file(data.getvalue(), file_name="list.xlsx")


def read(data: bytes) -> Book:
    return read_file(data, file_name="list.xlsx")


def cell_of(book: Book, place: tuple[int, int] = (1, 1)) -> Cell:
    return book.sheets[0].cells[place]


def only(value: Any, number_format: str | None = None) -> Cell:
    """A value as a program saves it in a cell, read."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = value
    if number_format:
        sheet["A1"].number_format = number_format
    return cell_of(saved(book))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Viet Nam", "Viet Nam"),
        (" two  blanks ", " two  blanks "),
        (85205550101, "85205550101"),
        (8.86e11, "886000000000"),
        (0.25, "0.25"),
        (True, "TRUE"),
        (False, "FALSE"),
        (date(2012, 3, 1), "2012-03-01"),
        (datetime(2012, 3, 1, 9, 30), "2012-03-01 09:30"),  # noqa: DTZ001 (a sheet knows no zone)
        (time(7, 45), "07:45"),
        (timedelta(hours=30), "30:00"),
        ("#REF!", "#REF!"),
        ("'=1+1", "'=1+1"),
        ("line\nbreak", "line\nbreak"),
        ("a_x000D_b", "a\nb"),
        ("許功蓋 \U00020bb7", "許功蓋 \U00020bb7"),
    ],
)
def test_a_cell_says_what_is_seen(value: Any, text: str) -> None:
    assert only(value).text == text


def test_a_date_without_a_time_is_a_date() -> None:
    assert only(date(2012, 3, 1)).value == date(2012, 3, 1)
    assert only(40969, "d mmm yyyy").value == date(2012, 3, 1)
    assert only(40969.5, "d/m/yy h:mm").text == "2012-03-01 12:00"
    assert only(40969, "General").value == 40969
    assert only(-5, "yyyy-mm-dd").text == "-5"
    assert only(10**12, "yyyy-mm-dd").text == str(10**12)


def test_dates_in_the_formats_of_east_asia_are_dates() -> None:
    styles = f'<styleSheet xmlns="{MAIN}"><cellXfs><xf/><xf numFmtId="31"/></cellXfs></styleSheet>'
    rows = '<row><c s="1"><v>40969</v></c></row>'
    book = read(archive(parts(worksheet(rows)) | {"xl/styles.xml": styles}))
    assert cell_of(book).value == date(2012, 3, 1)


def test_dates_that_count_from_1904_are_dates() -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = date(2012, 3, 1)
    assert cell_of(saved(book)).text == "2012-03-01"


def test_dates_that_are_written_out_are_dates() -> None:
    rows = '<row><c t="d"><v>2012-03-01T00:00:00</v></c><c t="d"><v>soon</v></c></row>'
    book = read(workbook(worksheet(rows)))
    assert cell_of(book).value == date(2012, 3, 1)
    assert cell_of(book, (1, 2)).value == "soon"


def test_zeros_that_a_format_shows_are_read() -> None:
    assert only(491570156, "0000 000 000").text == "0491 570 156"
    assert only(85205550101, '"+"0').text == "+85205550101"


def test_a_formula_is_read_with_the_value_that_was_saved() -> None:
    rows = (
        '<row r="1"><c r="A1"><f>B1&amp;"x"</f><v>5</v></c><c r="B1" t="str"><f>C1</f><v>ab</v></c>'
        '<c r="C1" t="e"><f>D1/0</f><v>#DIV/0!</v></c><c r="D1" t="b"><f>1=1</f><v>1</v></c>'
        '<c r="E1" t="str"><f>""</f><v></v></c><c r="F1"><f>A1</f></c></row>'
    )
    cells = read(workbook(worksheet(rows))).sheets[0].cells
    assert [(c.text, c.value, c.formula) for c in cells.values()] == [
        ("5", 5, '=B1&"x"'),
        ("ab", "ab", "=C1"),
        ("#DIV/0!", "#DIV/0!", "=D1/0"),
        ("TRUE", True, "=1=1"),
        ("=A1", None, "=A1"),
    ]


def test_a_formula_that_was_filled_down_is_that_of_its_row() -> None:
    rows = (
        '<row r="1"><c r="B1"><f t="shared" ref="B1:B3" si="0">A1&amp;$D$1</f></c></row>'
        '<row r="2"><c r="B2"><f t="shared" si="0"/></c></row>'
        '<row r="3"><c r="B3"><f t="shared" si="0"/><v>7</v></c></row>'
    )
    cells = read(workbook(worksheet(rows))).sheets[0].cells
    assert [cell.formula for cell in cells.values()] == ["=A1&$D$1", "=A2&$D$1", "=A3&$D$1"]
    assert cells[3, 2].text == "7"


def test_text_that_looks_like_a_formula_is_text() -> None:
    cell = cell_of(read(workbook(worksheet(f"<row>{text_cell('A1', '=1+1')}</row>"))))
    assert (cell.text, cell.value, cell.formula) == ("=1+1", "=1+1", None)


STRUCK = InlineFont(strike=True)


@pytest.mark.parametrize(
    ("value", "font", "is_struck", "is_noted"),
    [
        ("gone", Font(strike=True), True, False),
        ("here", Font(), False, False),
        (CellRichText(TextBlock(STRUCK, "all "), TextBlock(STRUCK, "gone")), Font(), True, False),
        (CellRichText(TextBlock(STRUCK, "gone"), " "), Font(), True, False),
        (CellRichText(TextBlock(STRUCK, "gone"), " here"), Font(), False, True),
        (CellRichText("gone ", TextBlock(STRUCK, "too")), Font(strike=True), True, False),
        (
            CellRichText("gone ", TextBlock(InlineFont(b=True), "here")),
            Font(strike=True),
            False,
            True,
        ),
    ],
)
def test_a_cell_is_struck_out_when_all_of_it_is(
    value: Any, font: Font, is_struck: bool, is_noted: bool
) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["A1"].font = value, font
    read_back = saved(book)
    assert cell_of(read_back).is_struck is is_struck
    assert cell_of(read_back).text == str(value)
    assert bool(read_back.notes) is is_noted
    assert not is_noted or "Sheet!A1" in read_back.notes[0]


def test_readings_above_japanese_names_are_no_part_of_them() -> None:
    strings = (
        f'<sst xmlns="{MAIN}"><si><t>例示</t><rPh sb="0" eb="2"><t>レイジ</t></rPh></si>'
        "<si><r><t>例</t></r><r><rPr><strike val='0'/></rPr><t>示</t></r><phoneticPr/></si></sst>"
    )
    rows = '<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row>'
    book = read(archive(parts(worksheet(rows)) | {"xl/sharedStrings.xml": strings}))
    assert [cell.text for cell in book.sheets[0].cells.values()] == ["例示", "例示"]


@pytest.mark.parametrize(
    ("fill", "colour"),
    [
        (PatternFill("solid", fgColor="FFFFFF00"), "FFFF00"),
        (PatternFill("solid", fgColor="FFFFFFFF"), None),
        (PatternFill("solid", fgColor=Color(theme=4)), "theme 4"),
        (PatternFill("solid", fgColor=Color(theme=0)), None),
        (PatternFill("solid", fgColor=Color(indexed=13)), "FFFF00"),
        (PatternFill("gray125"), None),
        (PatternFill(), None),
    ],
)
def test_a_coloured_background_is_kept(fill: PatternFill, colour: str | None) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["A1"].fill = "x", fill
    assert cell_of(saved(book)).fill == colour


def test_rows_and_columns_are_hidden_in_several_ways() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in range(1, 5):
        for column in range(1, 7):
            sheet.cell(row, column, "x")
    sheet.row_dimensions[2].hidden = True
    sheet.column_dimensions.group("B", "C", hidden=True)
    hidden = {c.address for c in saved(book).sheets[0].cells.values() if c.is_hidden}
    assert hidden == {f"{c}2" for c in "ABCDEF"} | {f"{c}{r}" for r in (1, 3, 4) for c in "BC"}


def test_what_is_made_too_small_to_see_is_hidden() -> None:
    rows = (
        f'<row r="1" ht="0">{text_cell("A1", "x")}</row>'
        f'<row r="2">{text_cell("A2", "x")}{text_cell("B2", "x")}</row>'
    )
    book = read(workbook(worksheet(rows, before='<cols><col min="2" max="9" width="0"/></cols>')))
    assert {c.address: c.is_hidden for c in book.sheets[0].cells.values()} == {
        "A1": True,
        "A2": False,
        "B2": True,
    }


def test_hidden_sheets_are_read_and_marked() -> None:
    book = openpyxl.Workbook()
    for state in ["visible", "hidden", "veryHidden"]:
        sheet = book.create_sheet(state)
        sheet["A1"], sheet.sheet_state = "x", state
    assert [(s.name, s.is_hidden) for s in saved(book).sheets[1:]] == [
        ("visible", False),
        ("hidden", True),
        ("veryHidden", True),
    ]


def test_what_a_merged_area_covers_has_its_text_and_its_own_place() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["A1"].font, sheet["A1"].comment = "x", Font(strike=True), Comment("c", "a")
    sheet.merge_cells("A1:B2")
    sheet.merge_cells("D1:E2")
    sheet.row_dimensions[2].hidden = True
    cells = saved(book).sheets[0].cells
    assert {place: (c.text, c.merged_with, c.is_hidden) for place, c in cells.items()} == {
        (1, 1): ("x", None, False),
        (1, 2): ("x", (1, 1), False),
        (2, 1): ("x", (1, 1), True),
        (2, 2): ("x", (1, 1), True),
    }
    assert [c.comment for c in cells.values()] == ["c", None, None, None]
    assert all(c.is_struck for c in cells.values())


def test_what_stands_beneath_merged_cells_is_told() -> None:
    rows = f'<row r="1">{text_cell("A1", "Peru")}{text_cell("B1", "Chile")}</row>'
    merged = '<mergeCells><mergeCell ref="A1:B1"/></mergeCells>'
    book = read(workbook(worksheet(rows, after=merged)))
    assert cell_of(book, (1, 2)).text == "Peru"
    assert "List!B1 ('Chile')" in book.notes[0]


def test_a_title_merged_across_the_whole_sheet_ends_where_lists_do() -> None:
    rows = f'<row r="1">{text_cell("A1", "List of contacts")}</row>'
    merged = '<mergeCells><mergeCell ref="A1:XFD1"/></mergeCells>'
    assert len(read(workbook(worksheet(rows, after=merged))).sheets[0].cells) == 256


def test_links_and_comments_are_kept() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["A1"].hyperlink = "desk", "mailto:desk@police.example"
    sheet["A2"], sheet["A2"].comment = "x", Comment("ask the\nduty room", "somebody")
    sheet["A3"].comment = Comment("nobody here", "somebody")
    read_back = saved(book)
    assert cell_of(read_back).link == "mailto:desk@police.example"
    assert cell_of(read_back, (2, 1)).comment == "ask the\nduty room"
    assert (3, 1) not in read_back.sheets[0].cells
    assert read_back.notes == ("Sheet!A3 is empty but has a comment: nobody here",)


def test_a_link_within_the_workbook_and_over_several_cells_is_kept() -> None:
    rows = f'<row r="1">{text_cell("A1", "x")}{text_cell("B1", "y")}</row>'
    links = '<hyperlinks><hyperlink ref="A1:B1" location="Old!A1"/></hyperlinks>'
    book = read(workbook(worksheet(rows, after=links)))
    assert [cell.link for cell in book.sheets[0].cells.values()] == ["#Old!A1", "#Old!A1"]


def test_macros_and_other_files_are_left_alone_and_told() -> None:
    made = parts() | {
        "xl/vbaProject.bin": b"\xd0\xcf",
        "xl/externalLinks/externalLink1.xml": "<!DOCTYPE x><x/>",
        "xl/media/image1.png": b"",
    }
    book = read(archive(made))
    assert cell_of(book).text == "Economy"
    assert [note.split(". ")[0] for note in book.notes] == [
        "The workbook holds macros",
        "The workbook takes values from elsewhere",
        "The workbook holds pictures, charts or text boxes",
    ]


def test_escapes_cannot_bring_in_what_is_not_kept() -> None:
    cells = text_cell("A1", "a_x0000_b") + text_cell("B1", "_xD800_") + text_cell("C1", "_x0009_y")
    book = read(workbook(worksheet(f'<row r="1">{cells}</row>')))
    assert [c.text for c in book.sheets[0].cells.values()] == ["a\ufffdb", "\ufffd", "\ty"]
    assert book.notes[0].endswith("in List!A1, List!B1.")


def test_cells_and_rows_without_addresses_follow_each_other() -> None:
    rows = (
        '<row><c><v>1</v></c><c r="D1"><v>2</v></c><c><v>3</v></c></row><row><c><v>4</v></c></row>'
    )
    cells = read(workbook(worksheet(rows))).sheets[0].cells
    assert {c.address: c.value for c in cells.values()} == {"A1": 1, "D1": 2, "E1": 3, "A2": 4}


def test_formatted_cells_that_are_empty_do_not_count() -> None:
    far = '<row r="1048576"><c r="XFD1048576" s="0"/></row>'
    book = read(workbook(worksheet(f'<row r="1">{text_cell("A1", "x")}</row>{far}')))
    assert len(book.sheets[0].cells) == 1


def test_a_workbook_may_keep_its_sheets_elsewhere_and_prefix_its_elements() -> None:
    sheet = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>5</x:v></x:c>'
        "</x:row></x:sheetData></x:worksheet>"
    )
    made = parts()
    made["xl/book.xml"] = made.pop("xl/workbook.xml")
    made["xl/odd/one.xml"] = sheet
    made["_rels/.rels"] = relationships(("r", "officeDocument", "/xl/book.xml"))
    made["xl/_rels/book.xml.rels"] = relationships(("rId1", "worksheet", "/xl/odd/one.xml"))
    assert cell_of(read(archive(made))).value == 5


@pytest.mark.parametrize(
    "sheet",
    [
        pytest.param(worksheet('<row r="x"/>'), id="a row without a number"),
        pytest.param(worksheet('<row><c r="1A"/></row>'), id="a cell without an address"),
        pytest.param(worksheet('<row><c t="s"><v>7</v></c></row>'), id="a text that is not there"),
        pytest.param("<worksheet><sheetData>", id="cut off"),
        pytest.param(b"\xff\xfe<worksheet/>", id="bytes in no encoding"),
        pytest.param('<?xml version="1.0" encoding="klingon"?><worksheet/>', id="no encoding"),
    ],
)
def test_a_damaged_workbook_is_refused(sheet: str | bytes) -> None:
    with pytest.raises(DirectoryError, match=r"damaged.*save it again as .xlsx") as refused:
        read(workbook(sheet))
    assert refused.value.slug == "unreadable-file"


PIECES = st.sampled_from(
    [
        '"',
        "-1",
        "9" * 30,
        "A1:B",
        "1E999",
        "nan",
        "s",
        "shared",
        "_x0000_",
        "<",
        "</c>",
        "<f>A1</f>",
        '<f t="shared" si="0"/>',
        "1.5",
        "\u0663",
        "1_0",
        "&#0;",
        "\x00",
    ]
)


@given(st.data())
@settings(max_examples=150)
def test_any_damage_is_read_or_refused(data: st.DataObject) -> None:
    sheet = worksheet(
        '<row r="1" hidden="1" ht="5"><c r="A1" s="1" t="str"><f t="shared" si="0">B1</f>'
        '<v>1</v></c><c r="B1" t="s"><v>0</v></c>'
        '<c r="C1" t="inlineStr"><is><t>x</t></is></c></row>',
        before='<cols><col min="1" max="2" width="3"/></cols>',
        after='<mergeCells><mergeCell ref="A1:B2"/></mergeCells>',
    )
    start = data.draw(st.integers(0, len(sheet)))
    end = data.draw(st.integers(start, min(start + 6, len(sheet))))
    broken = sheet[:start] + data.draw(PIECES) + sheet[end:]
    strings = f'<sst xmlns="{MAIN}"><si><t>x</t></si></sst>'
    try:
        book = read(archive(parts(broken) | {"xl/sharedStrings.xml": strings}))
    except DirectoryError:
        return
    for cell in book.sheets[0].cells.values():
        assert cell.text
        assert "\0" not in cell.text


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=8)
VALUES = (
    TEXTS.filter(lambda text: not text.startswith("=") and "_x" not in text)
    | st.integers(0, 10**15)
    | st.booleans()
    | st.dates(date(1901, 1, 1), date(2100, 1, 1))
)


@given(st.lists(st.lists(VALUES, max_size=4), max_size=6))
@settings(max_examples=60)
def test_what_a_program_saved_is_read_back(rows: list[list[Any]]) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row, values in enumerate(rows, start=1):
        for column, value in enumerate(values, start=1):
            sheet.cell(row, column).value = value
    expected = {
        (row, column): value
        for row, values in enumerate(rows, start=1)
        for column, value in enumerate(values, start=1)
        if not isinstance(value, str) or value.strip()
    }
    read_back = {place: cell.value for place, cell in saved(book).sheets[0].cells.items()}
    assert read_back == expected
    assert [type(value) for value in read_back.values()] == [type(v) for v in expected.values()]


# What Excel does to a workbook that another program wrote (``excel.py`` has the sources).


def shared(item: str) -> str:
    """What a cell says that names one shared string."""
    strings = f'<sst xmlns="{MAIN}"><si>{item}</si></sst>'
    rows = '<row><c t="s"><v>0</v></c></row>'
    return cell_of(read(archive(parts(worksheet(rows)) | {"xl/sharedStrings.xml": strings}))).text


@pytest.mark.parametrize(
    ("item", "text"),
    [
        pytest.param('<t xml:space="preserve"> two  blanks </t>', " two  blanks ", id="blanks"),
        pytest.param("<r><t>Head</t></r><r><rPr><b/></rPr><t>, deputy</t></r>", "Head, deputy",
                     id="runs"),
        pytest.param('<r><t>東</t></r><r><t>京</t></r><rPh sb="0" eb="2"><t>トウキョウ</t></rPh>'
                     '<phoneticPr fontId="1" type="noConversion"/>', "東京", id="a reading"),
        pytest.param('<t>東</t><rPh sb="0" eb="1"><t>ヒガシ</t></rPh><phoneticPr fontId="1"/>',
                     "東", id="a reading of a plain text"),
        pytest.param("<t>a_x000D_\nb</t>", "a\nb", id="a carriage return before a line feed"),
        pytest.param("<t>a_x005F_x000D_b</t>", "a_x000D_b", id="what looks like an escape"),
        pytest.param("<t>_x005F_x005F_x005F_x000D_</t>", "_x005F_x000D_",
                     id="and one of an escape"),
        pytest.param("<t>a_x005f_x000d_b</t>", "a_x000d_b", id="an escape in small letters"),
    ],
)  # fmt: skip
def test_a_shared_string_says_what_was_typed(item: str, text: str) -> None:
    assert shared(item) == text


@pytest.mark.parametrize(
    ("cell", "text", "value"),
    [
        pytest.param('<c t="str"><f>A2</f><v>ab</v></c>', "ab", "ab", id="a formula's text"),
        pytest.param('<c t="b"><v>1</v></c>', "TRUE", True, id="a truth"),
        pytest.param('<c t="e"><v>#N/A</v></c>', "#N/A", "#N/A", id="an error"),
        pytest.param('<c t="n"><v>5E-2</v></c>', "0.05", 0.05, id="a number"),
        pytest.param('<c t="d"><v>2012-03-01T00:00:00</v></c>', "2012-03-01", date(2012, 3, 1),
                     id="a day of the strict form"),
        pytest.param('<c t="d"><v>2012-03-01T09:30:00Z</v></c>', "2012-03-01 09:30",
                     datetime(2012, 3, 1, 9, 30), id="an instant of the strict form"),  # noqa: DTZ001
        pytest.param('<c t="d"><v>09:30:00</v></c>', "09:30", time(9, 30), id="a time of it"),
    ],
)  # fmt: skip
def test_a_cell_is_read_by_its_type(cell: str, text: str, value: Any) -> None:
    found = cell_of(read(workbook(worksheet(f"<row>{cell}</row>"))))
    assert (found.text, found.value) == (text, value)


def test_formats_of_conditions_strike_nothing_out() -> None:
    styles = (
        f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts><cellXfs><xf fontId="0"/>'
        '</cellXfs><dxfs count="1"><dxf><font><strike/></font><numFmt numFmtId="0" '
        'formatCode="yyyy"/></dxf></dxfs><extLst><ext uri="{0}"><x14:dxfs xmlns:x14="urn:x14">'
        "<dxf><font><strike/></font></dxf></x14:dxfs></ext></extLst></styleSheet>"
    )
    rows = '<row><c s="0"><v>5</v></c></row>'
    cell = cell_of(read(archive(parts(worksheet(rows)) | {"xl/styles.xml": styles})))
    assert (cell.is_struck, cell.text) == (False, "5")


def test_the_places_of_form_controls_are_no_rows_and_columns() -> None:
    anchor = (
        '<mc:AlternateContent xmlns:mc="urn:mc"><mc:Choice Requires="x14"><from xmlns:xdr="urn:d">'
        "<xdr:col>0</xdr:col><xdr:row>0</xdr:row></from></mc:Choice><mc:Fallback/>"
        "</mc:AlternateContent>"
    )
    made = worksheet(f'<row r="1">{text_cell("A1", "x")}</row>', after=anchor)
    cell = cell_of(read(workbook(made)))
    assert (cell.text, cell.is_hidden) == ("x", False)


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_the_order_and_state_of_sheets_are_the_workbook_s(state: str) -> None:
    made = parts()
    made["xl/workbook.xml"] = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}" xmlns:xr="urn:xr"><sheets>'
        f'<sheet name="Second" sheetId="7" state="{state}" r:id="rId9" xr:uid="rId1"/>'
        '<sheet name="First" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    made["xl/_rels/workbook.xml.rels"] = relationships(
        ("rId1", "worksheet", "/xl/worksheets/sheet1.xml"),
        ("rId9", "worksheet", "/xl/worksheets/sheet2.xml"),
    )
    made["xl/worksheets/sheet2.xml"] = worksheet(f"<row>{text_cell('A1', 'y')}</row>")
    found = [(sheet.name, sheet.is_hidden) for sheet in read(archive(made)).sheets]
    assert found == [("Second", True), ("First", False)]


def test_the_strict_form_is_read_like_the_other() -> None:
    strict = "http://purl.oclc.org/ooxml/"
    made = {
        name: str(text)
        .replace(MAIN, f"{strict}spreadsheetml/main")
        .replace(OFFICE, f"{strict}officeDocument/relationships")
        for name, text in parts().items()
    }
    assert cell_of(read(archive(dict(made)))).text == "Economy"


def test_tables_names_and_chains_of_formulas_say_nothing() -> None:
    made = parts() | {
        "xl/tables/table1.xml": f'<table xmlns="{MAIN}" ref="A1:A2"/>',
        "xl/calcChain.xml": f'<calcChain xmlns="{MAIN}"><c r="A1" i="1"/></calcChain>',
        "xl/worksheets/_rels/sheet1.xml.rels": relationships(
            ("rId1", "table", "/xl/tables/table1.xml")
        ),
    }
    book = read(archive(made))
    assert [len(sheet.cells) for sheet in book.sheets] == [1]
    assert book.notes == ()
