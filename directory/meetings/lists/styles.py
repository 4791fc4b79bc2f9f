"""The formatting of a workbook's cells, as far as it means something in a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from openpyxl.styles.colors import COLOR_INDEX
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format

from directory.meetings.errors import FileTooLargeError
from directory.meetings.lists.packages import END, START, Package
from directory.meetings.lists.rules.shown import LONGEST_FORMAT

# Dates in the formats that Excel shows in Chinese, Japanese and Korean; openpyxl lacks them.
# Source: ISO/IEC 29500-1, 18.8.30 (numFmt).
_EAST_ASIAN_DATES: Final = frozenset([*range(27, 37), *range(50, 59)])
_SECTIONS: Final = frozenset(["numFmts", "fonts", "fills", "cellXfs"])
# Excel writes at most 65,490 formats of cells, and fewer fonts and fills.
MOST_STYLES: Final = 150_000
_WHITE: Final = frozenset(["FFFFFF", "theme 0"])
_FALSE: Final = frozenset(["0", "false"])


@dataclass(frozen=True, slots=True)
class Style:
    """How a cell looks.

    Attributes:
        is_date: Whether its number is shown as a date or a time.
        is_duration: Whether its number is shown as hours that may be more than a day's.
        fill: As a grid's cell has it.
    """

    number_format: str = "General"
    is_date: bool = False
    is_duration: bool = False
    is_struck: bool = False
    fill: str | None = None


PLAIN: Final = Style()


def is_on(attributes: Mapping[str, str]) -> bool:
    """Whether an element that stands for a yes says so: it does unless it denies it."""
    return attributes.get("val", "1") not in _FALSE


@dataclass(slots=True)
class _Sheet:
    """What a style sheet has listed so far."""

    formats: dict[int, str] = field(default_factory=dict)
    strikes: list[bool] = field(default_factory=list)
    fills: list[str | None] = field(default_factory=list)
    is_solid: bool = False
    styles: list[Style] = field(default_factory=list)

    def take(self, section: str, element: str, attributes: Mapping[str, str]) -> None:
        """Take what begins in a section of the style sheet.

        Raises:
            FileTooLargeError: It lists more than any program writes.
        """
        listed = len(self.formats) + len(self.strikes) + len(self.fills) + len(self.styles)
        if listed > MOST_STYLES:
            raise FileTooLargeError(
                f"The workbook has more than {MOST_STYLES:,} formats of cells. Copy the list alone"
                " into a new workbook."
            )
        if section == "numFmts" and element == "numFmt":
            self.formats[_number(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif section == "fonts":
            self._font(element, attributes)
        elif section == "fills":
            self._fill(element, attributes)
        elif section == "cellXfs" and element == "xf":
            self.styles.append(self._style(attributes))

    def _font(self, element: str, attributes: Mapping[str, str]) -> None:
        if element == "font":
            self.strikes.append(False)
        elif element == "strike" and self.strikes:
            self.strikes[-1] = is_on(attributes)

    def _fill(self, element: str, attributes: Mapping[str, str]) -> None:
        if element == "fill":
            self.fills.append(None)
        elif element == "patternFill":
            self.is_solid = attributes.get("patternType") == "solid"
        elif element == "fgColor" and self.is_solid and self.fills:
            self.fills[-1] = _colour(attributes)

    def _style(self, attributes: Mapping[str, str]) -> Style:
        format_id = _number(attributes.get("numFmtId"))
        code = self.formats.get(format_id) or BUILTIN_FORMATS.get(format_id, "General")
        font, fill = _number(attributes.get("fontId")), _number(attributes.get("fillId"))
        return Style(
            number_format=code,
            is_date=format_id in _EAST_ASIAN_DATES or _is_date(code),
            is_duration=_is_duration(code),
            is_struck=font < len(self.strikes) and self.strikes[font],
            fill=self.fills[fill] if fill < len(self.fills) else None,
        )


def read_styles(package: Package, part: str | None) -> list[Style]:
    """The styles of a workbook, in the order in which cells name them."""
    sheet = _Sheet()
    section = ""
    for event, element, attributes in package.events(part) if part and part in package else ():
        if event == START:
            if element in _SECTIONS:
                section = element
            sheet.take(section, element, attributes)
        elif event == END and element == section:
            section = ""
    return sheet.styles


@lru_cache(maxsize=1_000)
def _is_date(code: str) -> bool:
    return len(code) <= LONGEST_FORMAT and bool(is_date_format(code))


@lru_cache(maxsize=1_000)
def _is_duration(code: str) -> bool:
    return len(code) <= LONGEST_FORMAT and bool(is_timedelta_format(code))


def _colour(attributes: Mapping[str, str]) -> str | None:
    """``RRGGBB``; of a theme's colour its place there. White is no colour for this."""
    colour = None
    if "rgb" in attributes:
        colour = attributes["rgb"][-6:].upper()
    elif "theme" in attributes:
        colour = f"theme {attributes['theme'][:3]}"
        if attributes.get("tint"):
            return colour
    elif "indexed" in attributes:
        index = _number(attributes["indexed"])
        colour = COLOR_INDEX[index][-6:] if index < len(COLOR_INDEX) else None
    return None if colour in _WHITE else colour


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0
