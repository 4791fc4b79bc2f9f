"""Texts of a workbook, of which parts may be struck out; without the readings set above them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from directory.meetings.errors import FileTooLargeError
from directory.meetings.lists.limits import LONGEST_CELL, MOST_CELLS, MOST_CHARACTERS
from directory.meetings.lists.packages import END, START, TEXT, Event, Package
from directory.meetings.lists.rules.characters import unescaped
from directory.meetings.lists.styles import is_on


@dataclass(frozen=True, slots=True)
class RichText:
    """A text, and how its parts are formatted.

    Attributes:
        strikes: Of its parts that are not blank, whether they are struck out; None is a part that
            looks as its cell does.
    """

    text: str
    strikes: frozenset[bool | None] = frozenset([None])

    def strikes_over(self, *, is_struck: bool) -> set[bool]:
        """Whether parts are struck out in a cell that is, or is not."""
        return {is_struck if mark is None else mark for mark in self.strikes}


NOTHING: Final = RichText("")


@dataclass(slots=True)
class _Gathered:
    """The parts of one text that have been read."""

    parts: list[str] = field(default_factory=list)
    strikes: set[bool | None] = field(default_factory=set)
    length: int = 0
    run_strike: bool | None = None

    def add(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)
        if self.length > 2 * LONGEST_CELL:  # escapes take more than they stand for
            raise FileTooLargeError(
                f"A text in the workbook is longer than the {LONGEST_CELL:,} characters that fit"
                " into a cell. Shorten it, and send the list again."
            )
        if not text.isspace():
            self.strikes.add(self.run_strike)

    def text(self) -> RichText:
        whole = unescaped("".join(self.parts))
        return RichText(whole, frozenset(self.strikes or [None]))


def read_text(events: Iterator[Event], end: str) -> RichText:
    """Read a text up to the end of the element that holds it."""
    gathered = _Gathered()
    for event, element, attributes in events:
        if event == END:
            if element == end:
                break
            if element == "r":
                gathered.run_strike = None
        elif event == START:
            if element == "t":
                gathered.add(plain_text(events, "t"))
            elif element == "rPr":
                gathered.run_strike = False
            elif element == "strike":
                gathered.run_strike = is_on(attributes)
            elif element == "rPh":
                plain_text(events, "rPh")
    return gathered.text()


def plain_text(events: Iterator[Event], end: str) -> str:
    """All text up to the end of the element that holds it."""
    parts, length = list[str](), 0
    for event, element, _ in events:
        if event == TEXT:
            length += len(element)
            if length > 2 * LONGEST_CELL:
                raise FileTooLargeError(
                    f"A cell of the workbook holds more than {LONGEST_CELL:,} characters. Shorten"
                    " it, and send the list again."
                )
            parts.append(element)
        elif event == END and element == end:
            break
    return "".join(parts)


def read_strings(package: Package, part: str | None) -> list[RichText]:
    """The texts that cells refer to, in the order in which they do."""
    strings, characters = list[RichText](), 0
    if part is None or part not in package:
        return strings
    events = package.events(part)
    for event, element, _ in events:
        if event == START and element == "si":
            strings.append(read_text(events, "si"))
            characters += len(strings[-1].text)
            if len(strings) > MOST_CELLS or characters > MOST_CHARACTERS:
                raise FileTooLargeError(
                    f"The workbook holds more than {MOST_CELLS:,} texts, or {MOST_CHARACTERS:,}"
                    " characters. Copy the list alone into a new workbook."
                )
    return strings


def read_comments(package: Package, part: str) -> dict[str, str]:
    """The comments on the cells of a sheet, by the address of the cell."""
    comments, place = dict[str, str](), ""
    events = package.events(part)
    for event, element, attributes in events:
        if event == START and element == "comment":
            place = attributes.get("ref", "")
        elif event == START and element == "text":
            comments[place] = read_text(events, "text").text
    return comments
