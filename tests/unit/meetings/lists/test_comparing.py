"""What counts as a change to a cell, and what a spreadsheet did by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.meetings.lists.rules.columns import Column
from directory.meetings.lists.rules.comparing import changed_columns, is_same, normal
from directory.meetings.lists.rules.printing import COLUMNS, escaped, printable
from tests.unit.meetings.lists.desks import desk, row_of

ROW = row_of(desk())


def test_a_row_that_came_back_untouched_has_no_changes() -> None:
    assert changed_columns(ROW, ROW) == frozenset()
    assert changed_columns(ROW, {c: escaped(text) for c, text in ROW.items()}) == frozenset()


@pytest.mark.parametrize("column", [each for each in COLUMNS if each is not Column.RECORD])
def test_a_cell_that_was_edited_or_emptied_is_a_change_and_no_other(column: Column) -> None:
    for text in (f"{ROW[column]} x", "something else"):
        assert changed_columns(ROW, ROW | {column: text}) == {column}
    if ROW[column]:
        assert changed_columns(ROW, ROW | {column: " "}) == {column}


def test_a_column_that_was_deleted_says_nothing() -> None:
    found = {column: text for column, text in ROW.items() if column is not Column.TELEPHONE}
    assert changed_columns(ROW, found) == frozenset()


@pytest.mark.parametrize(
    ("column", "printed", "found"),
    [
        (Column.TELEPHONE, "+886 2 0555 0101", "'+886 2 0555 0101"),
        (Column.TELEPHONE, "+886 2 0555 0101", " +886  2\u00a00555 0101\u200b "),
        (Column.TELEPHONE, "a\nb", "a\r\nb\r\n"),
        (Column.TELEPHONE, "+85205550101", "85205550101"),
        (Column.MOBILE, "0491570156", "491570156"),
        (Column.FAX, "+85205550101", "8.52056E+10"),
        (Column.FAX, "+85205550101", "8,520555E10"),
        (Column.NAME, "José", "Jose\u0301"),
        (Column.REMARKS, "_x0041_", "_x005F_x0041_"),
        (Column.REMARKS, "x005F_", ""),
        (Column.REMARKS, "\t=1", "'\t=1"),
        (Column.REMARKS, "007", "7"),
        (Column.HOURS, "24/7", "24-Jul"),
        (Column.HOURS, "24/7", "24/07/2026"),
        (Column.HOURS, "24/7", "7/24/26"),
        (Column.HOURS, "24/7", "2026-07-24 00:00:00"),
        (Column.CONFIRMED, "2026-11-12", "2026-11-12 00:00:00"),
        (Column.CONFIRMED, "2026-11-12", "2026-11-12T00:00:00"),
    ],
)
def test_what_a_spreadsheet_does_by_itself_is_no_change(
    column: Column, printed: str, found: str
) -> None:
    assert is_same(column, printed, found)


@pytest.mark.parametrize(
    ("column", "printed", "found"),
    [
        (Column.TELEPHONE, "+85205550101", "85205550102"),
        (Column.TELEPHONE, "+85205550101", "5205550101"),
        (Column.TELEPHONE, "+852 0555 0101", "+85205550101"),
        (Column.TELEPHONE, "+85205550101", "8.52056E+11"),
        (Column.TELEPHONE, "+85205550101", "8.53056E+10"),
        (Column.REMARKS, "room 007", "room 7"),
        (Column.TELEPHONE, "a\nb", "b\na"),
        (Column.TELEPHONE, "a\nb", "a b"),
        (Column.NAME, "Fan Li-hua", "FAN Li-hua"),
        (Column.HOURS, "24/7", "25/7"),
        (Column.HOURS, "24/7", "24 hours"),
        (Column.CONFIRMED, "2026-11-12", "2026-12-11"),
        (Column.CONFIRMED, "2026-11-12", "12/11/2026"),
    ],
)
def test_what_a_person_does_is_a_change(column: Column, printed: str, found: str) -> None:
    assert not is_same(column, printed, found)


@given(st.text(), st.sampled_from(COLUMNS))
def test_a_text_is_the_same_as_itself_escaped_and_in_blanks(text: str, column: Column) -> None:
    text = printable(text)
    assert is_same(column, text, text)
    assert is_same(column, text, escaped(text))
    assert normal(normal(text)) == normal(text)
