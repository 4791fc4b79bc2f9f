"""What a person changed in a row, and what their spreadsheet did to it by itself.

Excel and LibreOffice add and drop blanks and, where a list went through CSV, take a number's + and
leading zeros for decoration and ``24/7`` for a day in July. None of that is a change. A date that
reads otherwise counts as one here: only whoever reads dates can say which day was meant.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from directory.meetings.lists.rules.columns import Column
from directory.meetings.lists.rules.printing import unescaped

_BLANKS = re.compile(r"[^\S\n]+")
_WIDTHLESS = re.compile("[\u200b\u2060\ufeff]")
_ESCAPED_CHARACTER = "x005F_"
"""What a workbook adds to an underscore. openpyxl takes it out again, wherever it stands."""
_PLAIN_NUMBER = re.compile(r"\+?[0-9]+\Z")
_ROUNDED = re.compile(r"([0-9])(?:[.,]([0-9]+))?E\+?([0-9]{1,2})\Z", re.IGNORECASE)
_MIDNIGHT = re.compile(r"[T ]00:00(?::00(?:\.0+)?)?\Z")
_JULY = r"(?:jul[a-z]*|0?7)"
_DAY_OF_24_7 = re.compile(
    rf"(?:24[-/. ]?{_JULY}|{_JULY}[-/. ]24)(?:[-/., ]+[0-9]{{2,4}})?\Z|[0-9]{{4}}-07-24\b",
    re.IGNORECASE,
)


def changed_columns(
    printed: Mapping[Column, str], found: Mapping[Column, str]
) -> frozenset[Column]:
    """The columns in which a row that came back says something else than was printed.

    Args:
        printed: What was printed.
        found: What came back; a column that is not there was deleted, and says nothing.
    """
    return frozenset(
        column
        for column, text in found.items()
        if column is not Column.RECORD
        and column in printed
        and not is_same(column, printed[column], text)
    )


def is_same(column: Column, printed: str, found: str) -> bool:
    """Whether a cell says what was printed in it, whatever spreadsheets did to it by themselves."""
    was, now = normal(printed), normal(found)
    if was == now:
        return True
    if column is Column.CONFIRMED:
        return _MIDNIGHT.sub("", now) == was
    if column is Column.HOURS and was == "24/7":
        return _DAY_OF_24_7.match(now) is not None
    return _is_same_number(was, now)


def normal(text: str) -> str:
    """A text without what is no part of what it says: blanks, composition, marks of escaping."""
    text = _bare(text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _WIDTHLESS.sub("", unicodedata.normalize("NFC", text))
    text = "\n".join(_BLANKS.sub(" ", line).strip() for line in text.split("\n")).strip()
    return _bare(text)


def listed(text: str, separators: str) -> list[str]:
    """The parts of a text between any of some characters."""
    for separator in separators[1:]:
        text = text.replace(separator, separators[0])
    return [part.strip() for part in text.split(separators[0]) if part.strip()]


def _bare(text: str) -> str:
    """A text without marks of escaping, however often it was escaped."""
    while (shorter := unescaped(text).replace(_ESCAPED_CHARACTER, "")) != text:
        text = shorter
    return text


def _is_same_number(was: str, now: str) -> bool:
    """Whether a number was taken for an amount: without its +, without its 0, or rounded."""
    if _PLAIN_NUMBER.match(was) is None:
        return False
    digits = was.lstrip("+0")
    if now.isascii() and now.isdigit():
        return now.lstrip("0") == digits
    if (rounded := _ROUNDED.match(now)) is None:
        return False
    kept = rounded[1] + (rounded[2] or "")
    if len(digits) != int(rounded[3]) + 1 or len(kept) > len(digits):
        return False
    unit = int("1" + "0" * (len(digits) - len(kept)))
    return abs(int(kept) * unit - int(digits)) * 2 <= unit
