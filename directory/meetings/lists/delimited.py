"""A text file with separated fields, read into a book.

A row's number is that of its record, as spreadsheet programs count: a cell may hold line breaks. A
sign before a formula (``'=1+1``), as exports set it, is left standing: whoever knows whether the
list was exported here takes it away.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from directory.meetings.errors import FileTooLargeError
from directory.meetings.lists.limits import LONGEST_CELL, MOST_ROWS, Tally
from directory.meetings.lists.rules import delimiters, encodings
from directory.meetings.lists.rules.grid import Book, Cells, Sheet


def read_delimited(
    data: bytes, *, encoding: str | None = None, delimiter: str | None = None
) -> Book:
    """Read a text file.

    Args:
        data: The whole file.
        encoding: What a person chose; None to find out.
        delimiter: What a person chose, by itself or by its name; None to find out.

    Raises:
        UnreadableFileError: It is no text, or damaged.
        WrongEncodingError: The chosen encoding is unknown, or is not the file's.
        WrongDelimiterError: The chosen delimiter can separate nothing.
        FileTooLargeError: It holds more than a list can.
    """
    decoded = encodings.decode(data, encoding=encoding)
    named, text = delimiters.directive(decoded.text.rstrip("\x1a"))
    if delimiter is not None:
        separator = delimiters.chosen_delimiter(delimiter)
    elif named is not None:
        separator = delimiters.chosen_delimiter(named)
    else:
        separator = delimiters.guessed_delimiter(text)
    tally = Tally()
    cells = _cells(text, separator, tally)
    notes = [*_unclosed(text, cells, separator), *tally.notes()]
    return Book(
        "csv",
        (Sheet("", cells),),
        encoding=decoded.encoding,
        encoding_confidence=decoded.confidence,
        encodings_possible=decoded.possible,
        delimiter=separator,
        notes=tuple(notes),
    )


def _cells(text: str, delimiter: str, tally: Tally) -> Cells:
    lines, cells = io.StringIO(text, newline=""), Cells()
    row = 0
    try:
        for row, fields in enumerate(csv.reader(lines, delimiter=delimiter), start=1):
            texts = [
                tally.take("", row, column, field) if field and not field.isspace() else ""
                for column, field in enumerate(fields, start=1)
            ]
            cells.add_row(row, texts)
            if row == MOST_ROWS:
                _refuse_more(lines.read(), delimiter)
                break
    except csv.Error as error:
        raise FileTooLargeError(
            f"A cell in row {row + 1:,} holds more than the {LONGEST_CELL:,} characters that fit"
            " into one. A quotation mark is probably opened there and never closed: put it right."
        ) from error
    return cells


def _refuse_more(rest: str, delimiter: str) -> None:
    """Refuse rows beyond the last that a list may have, unless they are empty."""
    if rest.strip(f'{delimiter}" \t\r\n'):
        raise FileTooLargeError(
            f"The file has more than {MOST_ROWS:,} rows. Send the list alone, in parts if need be."
        )


def _unclosed(text: str, cells: Cells, delimiter: str) -> Iterator[str]:
    """Tell of a quotation mark that nobody closed: the rest of the file went into one cell."""
    last = next(reversed(cells.row(max(cells.rows()))), None) if cells else None
    if last is None or "\n" not in last.text:
        return
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for _ in reader:
            pass
    except csv.Error as error:
        if "unexpected end" in str(error):
            yield (
                f"A quotation mark in {last.address} is opened and never closed: all that follows"
                " it in the file became part of that cell."
            )
