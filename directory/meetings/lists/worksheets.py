"""One sheet of a workbook, read from its XML.

Why not by openpyxl, which writes our workbooks: it unfolds every merged area and every range of a
link into cells, reads each sheet into a tree of objects before anybody can count them, tells a
formula or its value but not both, and forgets what a merged area covers. A sheet of a few hundred
bytes exhausts it. Its knowledge of dates and of moving formulas is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final

from openpyxl.formula.tokenizer import TokenizerError
from openpyxl.formula.translate import Translator, TranslatorError
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

from directory.meetings.errors import UnreadableFileError
from directory.meetings.lists import overlays
from directory.meetings.lists.limits import MOST_COLUMNS, MOST_ROWS, Tally, listed, place_of
from directory.meetings.lists.packages import DAMAGED, END, START, Event, Package
from directory.meetings.lists.places import Area, address, area, count
from directory.meetings.lists.rules.characters import unescaped
from directory.meetings.lists.rules.grid import Cell, Cells, Sheet, Value, column_letters
from directory.meetings.lists.rules.shown import moment_text, number_text
from directory.meetings.lists.strings import (
    NOTHING,
    RichText,
    plain_text,
    read_comments,
    read_text,
)
from directory.meetings.lists.styles import PLAIN, Style

_FALSE: Final = frozenset(["", "0", "false"])
# A formula that was filled down is written once. To move it takes as long as it is.
LONGEST_MOVED_FORMULA: Final = 255
MOST_MOVED_FORMULAS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Shared:
    """What all sheets of a workbook share."""

    strings: list[RichText]
    styles: list[Style]
    counts_from_1904: bool


@dataclass(slots=True)
class _Pending:
    """A cell whose end has not been read."""

    row: int
    column: int
    kind: str
    style: Style
    value: str = ""
    formula: str | None = None
    shared_formula: str | None = None
    text: RichText = NOTHING


@dataclass(slots=True)
class SheetReader:
    """Reads one sheet.

    Attributes:
        tally: Counts over all sheets of the file.
    """

    name: str
    shared: Shared
    tally: Tally
    is_hidden: bool = False
    _cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    _merged: list[Area] = field(default_factory=list)
    _links: list[tuple[Area, str, str]] = field(default_factory=list)
    _hidden_rows: set[int] = field(default_factory=set)
    _hidden_columns: set[int] = field(default_factory=set)
    _formulas: dict[str, tuple[str, str]] = field(default_factory=dict)
    _moved: int = 0
    _row: int = 0
    _column: int = 0
    _partly_struck: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def read(
        self, package: Package, part: str, targets: Mapping[str, str], comments: str | None
    ) -> Sheet:
        """The sheet, with what merged areas, links and comments add to its cells.

        Args:
            package: All parts of the workbook.
            part: The sheet's part of the package.
            targets: Where its links lead, by their identifiers.
            comments: The part with its comments.
        """
        events = package.events(part)
        for event, element, attributes in events:
            if event != START:
                continue
            if element == "row":
                self._begin_row(attributes)
            elif element == "c":
                self.tally.pass_by()
                self._keep(self._pending(events, attributes))
            else:
                self._take_other(element, attributes)
        self._overlay(targets, read_comments(package, comments) if comments else {})
        if self._partly_struck:
            self.notes.append(f"Only a part is struck out in {listed(self._partly_struck)}.")
        return Sheet(self.name, Cells(self._cells.values()), self.is_hidden)

    def _overlay(self, targets: Mapping[str, str], comments: Mapping[str, str]) -> None:
        sheet, tally = self.name, self.tally
        links = [
            (covered, targets.get(identifier) or (f"#{place}" if place else ""))
            for covered, identifier, place in self._links
        ]
        self.notes += overlays.merge(
            self._cells, self._merged, sheet=sheet, tally=tally, is_hidden=self._is_place_hidden
        )
        overlays.link(self._cells, links, sheet=sheet, tally=tally)
        self.notes += overlays.comment(self._cells, comments, sheet=sheet, tally=tally)

    def _is_place_hidden(self, row: int, column: int) -> bool:
        return row in self._hidden_rows or column in self._hidden_columns

    def _take_other(self, element: str, attributes: Mapping[str, str]) -> None:
        if element == "col":
            self._hide_columns(attributes)
        elif element == "mergeCell":
            self._merged.append(area(attributes.get("ref", "")))
        elif element == "hyperlink":
            identifier = next((v for k, v in attributes.items() if k.endswith(":id")), "")
            place = attributes.get("location", "")
            self._links.append((area(attributes.get("ref", "")), identifier, place))

    def _begin_row(self, attributes: Mapping[str, str]) -> None:
        self._row = count(attributes["r"]) if "r" in attributes else self._row + 1
        self._column = 0
        if _is_hidden(attributes, "ht") and self._row <= MOST_ROWS:
            self._hidden_rows.add(self._row)

    def _hide_columns(self, attributes: Mapping[str, str]) -> None:
        if _is_hidden(attributes, "width"):
            first, last = count(attributes.get("min", "1")), count(attributes.get("max", "1"))
            self._hidden_columns.update(range(first, min(last, MOST_COLUMNS) + 1))

    def _pending(self, events: Iterator[Event], attributes: Mapping[str, str]) -> _Pending:
        if "r" in attributes:
            row, self._column = address(attributes["r"])
        else:
            row, self._column = self._row, self._column + 1
        style = count(attributes.get("s", "0"))
        styles = self.shared.styles
        pending = _Pending(
            row,
            self._column,
            attributes.get("t", "n"),
            styles[style] if style < len(styles) else PLAIN,
        )
        for event, element, about in events:
            if event == END and element == "c":
                return pending
            if event == START:
                self._take_part(pending, events, element, about)
        return pending

    def _take_part(
        self, pending: _Pending, events: Iterator[Event], element: str, about: Mapping[str, str]
    ) -> None:
        if element == "v":
            pending.value = plain_text(events, "v")
        elif element == "f":
            pending.formula = "=" + plain_text(events, "f")
            pending.shared_formula = about.get("si") if about.get("t") == "shared" else None
        elif element == "is":
            pending.text = read_text(events, "is")

    def _keep(self, pending: _Pending) -> None:
        """Make a cell of what was read, unless it shows nothing."""
        formula = self._formula(pending)
        rich, value = self._read(pending)
        if formula is not None and not rich.text and pending.kind != "str":
            rich, value = RichText(formula), None
        if not rich.text or rich.text.isspace():
            return
        row, column = pending.row, pending.column
        text = self.tally.take(self.name, row, column, rich.text)
        marks = rich.strikes_over(is_struck=pending.style.is_struck)
        if len(marks) > 1:
            self._partly_struck.append(place_of(self.name, row, column))
        self._cells[row, column] = Cell(
            row,
            column,
            text,
            value=text if isinstance(value, str) else value,
            formula=formula,
            is_struck=marks == {True},
            is_hidden=self._is_place_hidden(row, column),
            fill=pending.style.fill,
        )

    def _read(self, pending: _Pending) -> tuple[RichText, Value]:
        """What a cell shows, and the value behind it."""
        kind, written = pending.kind, pending.value
        if kind == "inlineStr":
            return pending.text, pending.text.text
        if not written:
            return NOTHING, None
        if kind == "s":
            return (found := self._string(written)), found.text
        if kind == "b":
            return RichText("FALSE" if written in _FALSE else "TRUE"), written not in _FALSE
        if kind == "d":
            moment = _written_date(written)
            return RichText(written if moment is None else moment_text(moment)), moment or written
        if kind == "n":
            return self._number(written, pending.style)
        return RichText(unescaped(written)), unescaped(written)

    def _string(self, index: str) -> RichText:
        place = count(index)
        if place >= len(self.shared.strings):
            raise UnreadableFileError(DAMAGED.format(why="a cell names a text that is not there"))
        return self.shared.strings[place]

    def _number(self, written: str, style: Style) -> tuple[RichText, Value]:
        number = _parsed(written)
        if number is None:
            return RichText(written), written
        if style.is_date:
            moment = self._moment(number, is_duration=style.is_duration)
            if isinstance(moment, str):
                return RichText(moment), moment
            if moment is not None:
                return RichText(moment_text(moment)), moment
        return RichText(number_text(number, style.number_format)), number

    def _moment(self, number: int | float, *, is_duration: bool) -> date | time | str | None:
        if number < 0:
            return None
        epoch = MAC_EPOCH if self.shared.counts_from_1904 else WINDOWS_EPOCH
        try:
            moment: date | time | timedelta = from_excel(number, epoch, timedelta=is_duration)
        except (OverflowError, ValueError):
            return None
        if isinstance(moment, timedelta):
            minutes, seconds = divmod(round(moment.total_seconds()), 60)
            hours, minutes = divmod(minutes, 60)
            return f"{hours}:{minutes:02}" + (f":{seconds:02}" if seconds else "")
        if isinstance(moment, datetime) and moment.time() == time.min:
            return moment.date()
        return moment

    def _formula(self, pending: _Pending) -> str | None:
        """The formula of a cell; one that was filled down is moved to where it stands."""
        formula, shared = pending.formula, pending.shared_formula
        if shared is None or formula is None:
            return formula
        here = f"{column_letters(pending.column)}{pending.row}"
        if formula != "=":
            self._formulas[shared] = (formula, here)
            return formula
        written, there = self._formulas.get(shared, (formula, here))
        self._moved += 1
        if len(written) > LONGEST_MOVED_FORMULA or self._moved > MOST_MOVED_FORMULAS:
            return written
        try:
            return str(Translator(written, there).translate_formula(here))
        except (TokenizerError, TranslatorError, ValueError, IndexError):
            return written


def _is_hidden(attributes: Mapping[str, str], size: str) -> bool:
    """Whether a row or column is hidden, or made so small that it is."""
    return attributes.get("hidden", "") not in _FALSE or _parsed(attributes.get(size, "1")) == 0


def _parsed(written: str) -> int | float | None:
    """A number as a workbook writes it; None where it is none."""
    try:
        return int(written) if written.lstrip("-").isdigit() else float(written)
    except ValueError:
        return None


def _written_date(written: str) -> date | time | None:
    """A date or time that is written out, as the strict form of workbooks does; None for others."""
    text = written.removesuffix("Z")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        pass
    else:
        return moment.date() if moment.time() == time.min else moment
    try:
        return time.fromisoformat(text.removeprefix("T"))
    except ValueError:
        return None
