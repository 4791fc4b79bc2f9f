import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.meetings.errors import FileTooLargeError, WrongDelimiterError
from directory.meetings.lists.delimited import read_delimited
from directory.meetings.lists.limits import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS
from directory.meetings.lists.rules.grid import Book


def grid(book: Book) -> dict[str, str]:
    (sheet,) = book.sheets
    return {sheet.address_of(cell): cell.text for cell in sheet.cells.values()}


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        pytest.param("Economy,Name\nPeru,A; B\nChile,C; D\n", ",", id="semicolons in the cells"),
        pytest.param("Economy;Name\nPeru;A, B\nChile;C, D\n", ";", id="commas in the cells"),
        pytest.param('a;"b,c,d"\ne;"f,g,h"\n', ";", id="commas in quotation marks"),
        pytest.param("Economy\tName\nPeru\tA, B; C\n", "\t", id="tabs"),
        pytest.param("Economy|Name\nPeru|A, B\n", "|", id="bars"),
        pytest.param("List of contacts, 2012\n\nEconomy;Name;Tel\nPeru;A;1\n", ";", id="preamble"),
        pytest.param("Economy\nPeru\n", ",", id="one column"),
        pytest.param("sep=|\nEconomy;Name|Tel\n", "|", id="said in the first line"),
        pytest.param('"sep=;"\r\nEconomy;Name\r\n', ";", id="said in quotation marks"),
        pytest.param("sep=\t\rEconomy\tName\r", "\t", id="a tab said"),
    ],
)
def test_the_delimiter_is_found(text: str, delimiter: str) -> None:
    assert read_delimited(text.encode()).delimiter == delimiter


def test_a_line_that_says_the_delimiter_is_no_row() -> None:
    assert grid(read_delimited(b"sep=;\r\nEconomy;Name\r\n")) == {"A1": "Economy", "B1": "Name"}


def test_a_person_may_choose_another_delimiter() -> None:
    assert grid(read_delimited(b"a;b,c\n", delimiter="semicolon")) == {"A1": "a", "B1": "b,c"}
    assert grid(read_delimited(b"sep=,\na;b,c\n", delimiter=";")) == {"A1": "a", "B1": "b,c"}


@pytest.mark.parametrize("delimiter", ["", "ab", '"', "\n", "x", " ", "\u00e9"])
def test_what_separates_nothing_is_refused(delimiter: str) -> None:
    with pytest.raises(WrongDelimiterError):
        read_delimited(b"a,b\n", delimiter=delimiter)


def test_rows_are_counted_as_a_spreadsheet_counts_them() -> None:
    text = 'a,"two\r\nlines, and ""more"""\r\n\r\n,\r\nb\r\n'
    assert grid(read_delimited(text.encode())) == {
        "A1": "a",
        "B1": 'two\nlines, and "more"',
        "A4": "b",
    }


def test_rows_may_end_in_any_way() -> None:
    for end in ["\r\n", "\n", "\r"]:
        assert grid(read_delimited(end.join(["a,b", "", "c,d,e"]).encode())) == {
            "A1": "a",
            "B1": "b",
            "A3": "c",
            "B3": "d",
            "C3": "e",
        }


def test_formulas_stay_as_they_are_written() -> None:
    text = 'a,\'=1+1\nb,=1+1\nc,"@SUM(A1)"\n'
    read = grid(read_delimited(text.encode()))
    assert (read["B1"], read["B2"], read["B3"]) == ("'=1+1", "=1+1", "@SUM(A1)")


def test_blanks_are_kept_and_cells_of_nothing_but_blanks_are_empty() -> None:
    assert grid(read_delimited(" a ,\u00a0,\u3000 ,x\u200b\n".encode())) == {
        "A1": " a ",
        "D1": "x\u200b",
    }


def test_controls_are_replaced_and_told() -> None:
    lines = "\n".join(f"name {n},number {n}" for n in range(20))
    book = read_delimited(f"a\x07b,c\n{lines}\n\x1a".encode())
    assert grid(book)["A1"] == "a\ufffdb"
    assert book.notes == ("Control characters, which cannot be kept, became \ufffd in A1.",)


def test_a_quotation_mark_that_is_never_closed_is_told() -> None:
    book = read_delimited(b'a,b\n1,"x\n2,y\n')
    assert grid(book)["B2"] == "x\n2,y\n"
    assert "B2 is opened and never closed" in book.notes[0]
    assert read_delimited(b'a,b\n1,"x\n2,y"\n').notes == ()


@pytest.mark.parametrize("length", [LONGEST_CELL + 1, 200_000, 2_000_000])
def test_a_cell_longer_than_any_is_refused(length: int) -> None:
    with pytest.raises(FileTooLargeError, match="32,767 characters"):
        read_delimited(b"a," + b"x" * length + b",b\n")
    assert grid(read_delimited(b"a," + b"x" * LONGEST_CELL))["B1"] == "x" * LONGEST_CELL


def test_a_list_may_have_no_more_rows_and_columns_than_are_read() -> None:
    assert read_delimited(b"\n" * (MOST_ROWS - 1) + b"x").sheets[0].cells
    with pytest.raises(FileTooLargeError, match="more than 20,000 rows"):
        read_delimited(b"\n" * MOST_ROWS + b"x")
    assert read_delimited(b"x" + b"\n,," * MOST_ROWS * 2).sheets[0].cells
    assert read_delimited(b"," * (MOST_COLUMNS - 1) + b"x").sheets[0].cells
    with pytest.raises(FileTooLargeError, match="IW1 holds something"):
        read_delimited(b"," * MOST_COLUMNS + b"x")


FIELDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12)
ROWS = st.lists(st.lists(FIELDS | st.sampled_from(['"', "a\nb", ",", ";"]), max_size=5), max_size=8)


@given(ROWS, st.sampled_from(",;\t|"))
def test_what_a_program_wrote_is_read_back(rows: list[list[str]], delimiter: str) -> None:
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    data = b"\xef\xbb\xbf" + written.getvalue().encode()
    expected = {
        (row, column): field
        for row, fields in enumerate(rows, start=1)
        for column, field in enumerate(fields, start=1)
        if field.strip()
    }
    book = read_delimited(data, delimiter=delimiter)
    read = {place: cell.text for place, cell in book.sheets[0].cells.items()}
    if not (rows and rows[0] and rows[0][0].startswith(("sep=", "\ufeff"))):
        assert read == expected
