"""A list that Excel has saved proposes what the person did in it, as far as Excel is known here.

Nobody has a copy of Excel in these tests: ``excel.py`` says which of its ways are imitated, and by
which source each is known.
"""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from openpyxl.styles import Font

from directory.db import Database
from directory.meetings.lists.edits import LEFT_AS_IT_IS
from directory.meetings.lists.files import read_file
from directory.meetings.lists.rules.columns import Column
from directory.meetings.lists.rules.findings import Code
from directory.registry import KINDS
from directory.seeding.commands import seed
from tests.integration.meetings.lists.excel import as_excel_saves, with_result
from tests.integration.meetings.lists.house import NOW, House, Sheet, unaccounted
from tests.integration.meetings.lists.test_round_trip import MEETING, said

SEED = Path(__file__).resolve().parents[4] / "seed"
FORMS = pytest.mark.parametrize(
    "form",
    [
        pytest.param({}, id="as it is usual"),
        pytest.param({"counts_from_1904": True}, id="days from 1904"),
        pytest.param({"is_strict": True}, id="strict"),
        pytest.param({"is_terse": True}, id="terse"),
    ],
)


@pytest.fixture
def house(new_database: Callable[[], str]) -> Iterator[House]:
    database = Database(new_database())
    seed(database, KINDS, SEED, ("reference", "report", "demo"), at=NOW)
    yield House(database)
    database.dispose()


@FORMS
def test_untouched_it_proposes_nothing(house: House, form: dict[str, bool]) -> None:
    data = as_excel_saves(Sheet(house.taken(MEETING)).saved(), **form)
    plan = house.plan(data)
    assert plan.operations == []
    assert plan.reading["sheet"] == "Contacts"
    assert unaccounted(plan, data) == set()


@FORMS
def test_it_proposes_exactly_what_the_person_did(house: House, form: dict[str, bool]) -> None:
    sheet = Sheet(house.taken(MEETING))
    sheet.cell(0, Column.POST).value = " 夜間　デスク_x000D_ "
    sheet.cell(1, Column.REMARKS).value = 'Read this,\nthen <call> & "ask" for Desk 2'
    confirmed = sheet.cell(2, Column.CONFIRMED)
    confirmed.value, confirmed.number_format = date(2026, 11, 20), "yyyy\\-mm\\-dd"
    sheet.cell(3, Column.TELEPHONE).value = "=1+1"
    sheet.cell(3, Column.TELEPHONE).data_type = "s"
    row = sheet.row_where(lambda at: bool(at(Column.NAME)) and at(Column.ECONOMY) == "Thailand")
    for cell in sheet.sheet[sheet.first + row]:
        cell.font = Font(strike=True)
    below = sheet.rows()
    for column, text in ((Column.ECONOMY, "Australia"), (Column.POST, "New desk (fictional)"),
                         (Column.ORGANISATION, "New unit (fictional)"),
                         (Column.TELEPHONE, "+61 2 5550 0177")):  # fmt: skip
        sheet.cell(below, column).value = text
    before = sheet.saved()
    after = as_excel_saves(before, **form)
    wanted, plan = house.plan(before), house.plan(after)
    assert len({one.kind for one in wanted.operations}) >= 4
    assert told(said(plan)) == told(said(wanted))
    assert [(n.finding.code, n.finding.read) for n in plan.findings] == [
        (n.finding.code, n.finding.read) for n in wanted.findings
    ]
    assert unaccounted(plan, after) == set()


def told(changes: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Without the ids that new records are given."""
    return [each for each in changes if each[1] not in {"organisation", "contact", "channel"}]


@FORMS
def test_every_cell_says_what_it_said(house: House, form: dict[str, bool]) -> None:
    before = Sheet(house.taken(MEETING)).saved()
    books = [
        read_file(data, file_name="list.xlsx") for data in (before, as_excel_saves(before, **form))
    ]
    shown = [
        {sheet.name: {(c.row, c.column): (c.text, c.is_struck, c.is_hidden)
                      for c in sheet.cells.values()} for sheet in book.sheets}
        for book in books
    ]  # fmt: skip
    assert shown[0] == shown[1]
    assert not books[1].notes


def test_of_a_formula_only_the_saved_result_counts(house: House) -> None:
    sheet = Sheet(house.taken(MEETING))
    post, remarks = sheet.cell(0, Column.POST), sheet.cell(1, Column.REMARKS)
    remarks.value = "Somebody's remark"
    data = as_excel_saves(sheet.saved())
    wanted = said(house.plan(data))
    same = with_result(data, post.coordinate, "str", post.value)
    same = with_result(same, remarks.coordinate, "str", remarks.value)
    assert told(said(house.plan(same))) == told(wanted)
    other = with_result(data, remarks.coordinate, "str", "Another remark")
    assert len(said(house.plan(other))) == len(wanted)
    assert said(house.plan(other)) != wanted


@pytest.mark.parametrize(
    "column", [Column.POST, Column.ORGANISATION, Column.NAME, Column.TELEPHONE, Column.ZONE]
)
@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        pytest.param("e", "#REF!", Code.FORMULA, id="an error"),
        pytest.param("n", "", Code.FORMULA, id="a formula that was never computed"),
        pytest.param("e", "#N/A", Code.EMPTY_WORD, id="nothing was found"),
        pytest.param("str", "TBC", Code.EMPTY_WORD, id="a word for nothing"),
    ],
)
def test_what_says_nothing_changes_nothing(
    house: House, column: Column, kind: str, value: str, code: Code
) -> None:
    sheet = Sheet(house.taken(MEETING))
    row = sheet.row_where(lambda at: bool(at(Column.NAME) and at(Column.TELEPHONE)))
    cell = sheet.cell(row, column)
    cell.value = cell.value or "Asia/Tokyo"
    plan = house.plan(with_result(as_excel_saves(sheet.saved()), cell.coordinate, kind, value))
    assert plan.operations == []
    (finding,) = [n.finding for n in plan.findings if n.finding.cell.endswith(cell.coordinate)]
    assert (finding.code, finding.proposed) == (code, LEFT_AS_IT_IS)


def test_words_in_the_place_of_numbers_take_none_out(house: House) -> None:
    sheet = Sheet(house.taken(MEETING))
    row = sheet.row_where(lambda at: bool(at(Column.TELEPHONE)))
    cell = sheet.cell(row, Column.TELEPHONE)
    cell.value = "call the embassy"
    plan = house.plan(sheet.saved())
    assert plan.operations == []
    assert [(n.finding.code, n.finding.read) for n in plan.findings
            if n.finding.cell.endswith(cell.coordinate)] == [
        (Code.REMARK_IN_CELL, "call the embassy")
    ]  # fmt: skip


def test_an_emptied_cell_is_empty(house: House) -> None:
    sheet = Sheet(house.taken(MEETING))
    row = sheet.row_where(lambda at: bool(at(Column.TELEPHONE)))
    lines = sheet.cell(row, Column.TELEPHONE).value.count("\n") + 1
    sheet.cell(row, Column.TELEPHONE).value = None
    retired = house.plan(sheet.saved()).operations
    assert [(one.kind, one.document) for one in retired] == [("channel", None)] * lines
