"""A list as a file: opened again it says what was printed, cell by cell, and calculates nothing."""

import csv
import io
import re
import zipfile
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from directory.meetings.lists.export import (
    CONTACTS,
    FIRST_ROW,
    HEADING_ROW,
    MACHINE_ROW,
    as_csv,
    as_xlsx,
)
from directory.meetings.lists.help_sheet import HOW_TO, INSTRUCTIONS
from directory.meetings.lists.listing import ContactList
from directory.meetings.lists.rules.columns import Column
from directory.meetings.lists.rules.printing import (
    COLUMNS,
    HEADINGS,
    economy_row,
    machine_name,
    printable,
    unescaped,
)
from directory.policy import Tlp
from tests.unit.meetings.lists.desks import DAY, channel, desk, holder, list_of, record, row_of

FORMULAS = ("=1+1", "+886 2 0555 0101", "-1", "@SUM(A1)", "\t=1", "=HYPERLINK(0)", "#N/A", "'=1")
ROWS = [
    row_of(desk(note={"en": text}, title={"en": f"{text} desk"}, channels=[channel(text)]))
    for text in FORMULAS
] + [economy_row(record("economy"), economy_name="Brunei Darussalam", day=DAY)]
LIST = list_of(ROWS)


def opened(body: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(body))


def text_of(cell: Any) -> str:
    """What a cell shows; the format writes some underscores as an escape."""
    assert cell.value is None or cell.data_type == "s", cell.coordinate
    return re.sub("_x005F_(?=x[0-9A-Fa-f]{4}_)", "_", cell.value or "")


def xlsx_table(body: bytes, count: int) -> list[list[str]]:
    """The rows of contacts of a workbook."""
    sheet = opened(body).worksheets[0]
    width = range(1, len(COLUMNS) + 1)
    return [
        [text_of(sheet.cell(row, column)) for column in width]
        for row in range(FIRST_ROW, FIRST_ROW + count)
    ]


def csv_lines(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def csv_table(body: bytes) -> list[list[str]]:
    """The rows of contacts of a CSV file, without the escape of formulas."""
    lines = csv_lines(body)
    return [[unescaped(text) for text in line] for line in lines[2 : lines.index([])]]


def table(taken: ContactList) -> list[list[str]]:
    return [list(row.values()) for row in taken.rows]


def test_every_cell_of_a_workbook_says_what_was_printed() -> None:
    assert xlsx_table(as_xlsx(LIST), len(ROWS)) == table(LIST)


def test_a_csv_file_holds_the_same_table() -> None:
    assert csv_table(as_csv(LIST)) == table(LIST)


TEXTS = st.text(max_size=12) | st.sampled_from([*FORMULAS, "_x0041_", "a\r\nb", "0491570156"])


@given(title=TEXTS, name=TEXTS, raw=TEXTS, note=TEXTS)
@example(title="\x00\x0b", name="\ufffe", raw=" a ", note="\n\n")
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_survives_both_forms(title: str, name: str, raw: str, note: str) -> None:
    row = row_of(
        desk(
            title={"en": title},
            holders=[holder(en=name, zh_Hant=f"華{name}")],
            channels=[channel(raw)],
            note={"en": note},
        )
    )
    assert row[Column.POST] == printable(title)
    assert row[Column.TELEPHONE] == printable(raw)
    assert row[Column.REMARKS] == printable(note)
    taken = list_of([row])
    assert xlsx_table(as_xlsx(taken), 1) == table(taken)
    assert csv_table(as_csv(taken)) == table(taken)


def test_headings_stand_above_a_hidden_row_for_programs() -> None:
    sheet = opened(as_xlsx(LIST))[CONTACTS]
    headings, names = (
        [cell.value for cell in sheet[number]] for number in (HEADING_ROW, MACHINE_ROW)
    )
    assert headings == list(HEADINGS.values())
    assert names == [machine_name(column) for column in COLUMNS]
    assert MACHINE_ROW == HEADING_ROW + 1
    hidden = [number for number, row in sheet.row_dimensions.items() if row.hidden]
    assert hidden == [MACHINE_ROW]
    lines = csv_lines(as_csv(LIST))
    assert lines[:2] == [headings, names]


def test_the_last_column_is_hidden_and_no_other() -> None:
    sheet = opened(as_xlsx(LIST))[CONTACTS]
    assert [letter for letter, column in sheet.column_dimensions.items() if column.hidden] == ["T"]
    assert sheet["T3"].value == "directory:record"


def test_what_is_typed_into_an_empty_cell_stays_as_typed() -> None:
    sheet = opened(as_xlsx(LIST))[CONTACTS]
    formats = {
        column: sheet.column_dimensions[cell.column_letter].number_format
        for column, cell in zip(COLUMNS, sheet[HEADING_ROW], strict=True)
    }
    assert formats.pop(Column.CONFIRMED) == "yyyy-mm-dd"
    assert set(formats.values()) == {"@"}
    held = {cell.number_format for row in sheet.iter_rows(FIRST_ROW) for cell in row if cell.value}
    assert held == {"@"}


def test_a_date_typed_over_a_confirmation_is_a_date() -> None:
    verified = {"result": "verified", "checked_at": "2026-11-12T01:00:00Z"}
    view = desk(channels=[channel("1", verification=verified)])
    sheet = opened(as_xlsx(list_of([row_of(view)])))[CONTACTS]
    cell = sheet.cell(FIRST_ROW, COLUMNS.index(Column.CONFIRMED) + 1)
    assert (cell.value, cell.number_format) == ("2026-11-12", "yyyy-mm-dd")


def test_formula_like_cells_are_marked_as_text() -> None:
    sheet = opened(as_xlsx(LIST))[CONTACTS]
    for row, text in enumerate(FORMULAS, start=FIRST_ROW):
        cell = sheet.cell(row, COLUMNS.index(Column.TELEPHONE) + 1)
        assert (cell.value, cell.data_type) == (text, "s")
        assert bool(cell.quotePrefix) is text.startswith(("=", "+", "-", "@", "\t"))
    for line in csv_lines(as_csv(LIST))[2:]:
        assert not [text for text in line if text.startswith(("=", "+", "-", "@", "\t"))]


@pytest.mark.parametrize(
    ("column", "choices"),
    [
        (Column.ECONOMY, ["Hong Kong, China", "Chinese Taipei"]),
        (Column.NETWORKS, ["G7 24/7 Network", "=INTERPOL"]),
        (Column.MARKING, ["CLEAR", "GREEN", "AMBER", "AMBER+STRICT"]),
        (Column.ZONE, ["Asia/Hong_Kong", "Asia/Taipei"]),
    ],
)
def test_a_column_offers_its_choices_below_the_last_row_too(
    column: Column, choices: list[str]
) -> None:
    book = opened(as_xlsx(LIST))
    letter = book[CONTACTS].cell(1, COLUMNS.index(column) + 1).column_letter
    (offered,) = [
        each
        for each in book[CONTACTS].data_validations.dataValidation
        if f"{letter}{FIRST_ROW + len(ROWS) + 1}" in each.sqref
    ]
    assert offered.type == "list"
    assert not offered.showErrorMessage  # several networks are written by hand
    name, area = offered.formula1.split("!")
    assert name == f"'{HOW_TO}'"
    found = [cell.value for (cell,) in book[HOW_TO][area.replace("$", "")]]
    assert found == choices


def test_the_second_sheet_says_how_to_fill_the_first_in() -> None:
    said = [cell.value for cell in opened(as_xlsx(LIST))[HOW_TO]["A"]]
    assert said[:1] == [HOW_TO]
    assert set(INSTRUCTIONS) <= set(said)
    assert LIST.about in said


def test_marking_and_validity_stand_where_people_look() -> None:
    about = (
        "Points of contact: G7 24/7 Network. TLP:AMBER. As of 2026-11-26 09:00 UTC."
        " Valid until 2026-12-26; after that take a new one."
    )
    sheet = opened(as_xlsx(LIST))[CONTACTS]
    assert sheet["A1"].value == about
    assert sheet.oddHeader.right.text == sheet.oddFooter.right.text == "TLP:AMBER"
    assert sheet.oddFooter.left.text == "Valid until 2026-12-26"
    assert sheet.oddFooter.center.text == "Page &P of &N"
    assert sheet.print_title_rows == "$2:$2"
    assert sheet.freeze_panes == "C4"
    assert csv_lines(as_csv(LIST))[-2:] == [[], [about]]


def test_a_name_of_several_lines_keeps_to_one() -> None:
    assert "\n" not in list_of([], name="A\nnetwork", marking=Tlp.CLEAR).about


def test_a_csv_file_is_what_excel_opens() -> None:
    body = as_csv(LIST)
    assert body.startswith(b"\xef\xbb\xbfEconomy,")
    assert body.endswith(b"\r\n")
    assert body.count(b"\r\n") == len(csv_lines(body))


def test_a_workbook_links_nowhere_runs_nothing_and_names_nobody() -> None:
    with zipfile.ZipFile(io.BytesIO(as_xlsx(LIST))) as archive:
        names = archive.namelist()
        parts = {name: archive.read(name).decode() for name in names}
    assert not [name for name in names if re.search("vba|externalLink|media|custom", name)]
    assert not [name for name, text in parts.items() if "<f>" in text or "TargetMode" in text]
    core = parts["docProps/core.xml"]
    assert re.findall("<dc:creator>(.*?)</dc:creator>", core) == ["Contact directory"]
    assert "lastModifiedBy" not in core
    assert opened(as_xlsx(LIST)).properties.title == LIST.about


def test_an_empty_list_is_a_list() -> None:
    taken = list_of([], economies=[], networks=[], zones=[])
    assert xlsx_table(as_xlsx(taken), 1) == [[""] * len(COLUMNS)]
    assert csv_table(as_csv(taken)) == []
