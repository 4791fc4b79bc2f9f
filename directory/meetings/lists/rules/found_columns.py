"""The columns of a list: what each one's heading says, and what stands below where that is unclear.

What a newcomer would get wrong: one heading does not tell alone. Another column of the same meaning
may belong to a second list beside the first, and is then none of this one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

from directory.meetings.lists.rules.columns import Column
from directory.meetings.lists.rules.grid import Cell
from directory.meetings.lists.rules.heading_meanings import AMBIGUOUS, meaning_below, meaning_of
from directory.meetings.lists.rules.honorifics import is_honorific
from directory.meetings.lists.rules.name_signs import may_be_a_person
from directory.meetings.lists.rules.words import one_line
from directory.names import fold

ToldBy = Literal["directory", "heading", "values"]

VALUES_LOOKED_AT = 50
FEWEST_COMMON = 2
BESIDE = "a second list beside the first: put it below, or send it in by itself"
ANOTHER_OFFICER = "name: of another officer of the same post"
_LOOKS_LIKE_DATA = re.compile(r"\S@\S|(?:\d[\s().+-]*){6}")
_OF_A_POST = frozenset(
    fold(heading)
    for heading in (
        *("punto de contacto", "point de contact", "контактный пункт", "đầu mối liên hệ"),
        *("titik kontak", "聯絡窗口", "联络窗口", "連絡窓口", "窓口", "연락창구"),
    )
)
"""Headings over posts, and over people where the list has no column for them."""
_NAMES = frozenset({Column.NAME, Column.FAMILY_NAME, Column.GIVEN_NAME, Column.OWN_SCRIPT})
_OVER_TELEPHONES = {fold("office"): Column.TELEPHONE, fold("contact"): Column.CONTACT_DETAILS}


@dataclass(frozen=True, slots=True)
class FoundColumn:
    """A column of a list.

    Attributes:
        column: From 1.
        heading: As written; of two rows of headings both, with a slash between them. Empty where
            there is none.
        meaning: None where nobody knows.
        told_by: The directory's own row, its heading, or what stands below it.
        note: What a person is told of it, where that is more than its meaning.
    """

    column: int
    heading: str
    meaning: Column | None
    confidence: float
    told_by: ToldBy
    note: str | None = None


def looks_like_data(text: str) -> bool:
    """Whether a text is no heading but an address or a number."""
    return _LOOKS_LIKE_DATA.search(text) is not None


def column_under(number: int, upper: str, lower: str | None) -> FoundColumn:
    """A column by its heading, or by two of them."""
    if lower is None or lower == upper:
        told = meaning_of(upper)
        heading = upper
    else:
        above = meaning_of(upper) if upper else None
        told = meaning_below(upper, lower) or above
        heading = f"{upper} / {lower}" if upper else lower
    return FoundColumn(
        number, heading, told[0] if told else None, told[1] if told else 0.0, "heading"
    )


def told_apart(
    columns: Sequence[FoundColumn], grid: Mapping[int, Sequence[Cell]], rows: Sequence[int]
) -> list[FoundColumn]:
    """The columns of one list, after a look at each other and at what stands below them."""
    has_names = any(column.meaning in _NAMES for column in columns)
    told = [
        _told_by_values(column, grid, rows) if has_names else _or_people(column, grid, rows)
        for column in columns
    ]
    return _with_further_names(_without_second_list(told))


def _without_second_list(columns: Sequence[FoundColumn]) -> list[FoundColumn]:
    """Without the columns of another list on the right: it begins with economies of its own."""
    begins = [n for n, c in enumerate(columns) if c.meaning is Column.ECONOMY]
    if len(begins) < 2 or any(column.told_by == "directory" for column in columns):
        return [*columns]
    first, second = begins[:2]
    left = {column.meaning for column in columns[first + 1 : second]} - {None}
    right = {column.meaning for column in columns[second + 1 :]} - {None}
    if len(left & right) < FEWEST_COMMON:
        return [*columns]
    if columns[second - 1].meaning is Column.NUMBER:
        second -= 1
    beside = [replace(c, meaning=None, confidence=0.0, note=BESIDE) for c in columns[second:]]
    return [*columns[:second], *beside]


def _with_further_names(columns: Sequence[FoundColumn]) -> list[FoundColumn]:
    """With a doubt about each further column of names: "Name 2", "Alternate contact"."""
    names = [c for c in columns if c.meaning is Column.NAME and c.told_by != "directory"]
    return [
        replace(c, confidence=min(c.confidence, 0.7), note=ANOTHER_OFFICER) if c in names[1:] else c
        for c in columns
    ]


def _told_by_values(
    column: FoundColumn, grid: Mapping[int, Sequence[Cell]], rows: Sequence[int]
) -> FoundColumn:
    """Let the values decide where a heading means two things: "Title", "Office", "Contact"."""
    heading = fold(column.heading)
    is_title = column.meaning in (Column.POSITION, Column.HONORIFIC)
    if column.told_by == "directory" or heading not in AMBIGUOUS:
        return column
    if not is_title and heading not in _OVER_TELEPHONES:
        return column
    values = _values(column, grid, rows)
    if not values:
        return column
    if is_title:
        share = sum(map(is_honorific, values)) / len(values)
        meaning = Column.HONORIFIC if share >= 0.5 else Column.POSITION
        return replace(
            column, meaning=meaning, confidence=max(0.6, share, 1 - share) * 0.9, told_by="values"
        )
    share = sum(_LOOKS_LIKE_DATA.search(value) is not None for value in values) / len(values)
    if share >= 0.5:
        meaning = _OVER_TELEPHONES[heading]
        return replace(column, meaning=meaning, confidence=0.8, told_by="values")
    return column


def _or_people(
    column: FoundColumn, grid: Mapping[int, Sequence[Cell]], rows: Sequence[int]
) -> FoundColumn:
    """Let the values decide whether "Punto de contacto" is who is to be called, or which desk."""
    if column.told_by == "directory" or fold(column.heading) not in _OF_A_POST:
        return _told_by_values(column, grid, rows)
    values = _values(column, grid, rows)
    share = sum(map(may_be_a_person, values)) / max(1, len(values))
    if share < 0.5:
        return column
    return replace(column, meaning=Column.NAME, confidence=0.6, told_by="values")


def _values(
    column: FoundColumn, grid: Mapping[int, Sequence[Cell]], rows: Sequence[int]
) -> Sequence[str]:
    """The first texts of a column."""
    values = (
        text
        for row in rows
        for cell in grid[row]
        if cell.column == column.column and fold(text := one_line(cell.text))
    )
    return [*islice(values, VALUES_LOOKED_AT)]
