"""Lines of plain text for a terminal or a printer: names on them were typed by other people.

Control and formatting characters are taken out, wide characters count twice, and what is cut never
ends in half a number, because that is somebody else's.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

WIDTH = 100


def plain(text: str) -> str:
    """A text on one line, without characters that draw nothing or move the pen."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept = (
        " " if char.isspace() or unicodedata.category(char) in ("Cc", "Zl", "Zp") else char
        for char in text
        if unicodedata.category(char) not in ("Cf", "Cs", "Co", "Cn")
    )
    return " ".join("".join(kept).split())


def columns(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def shortened(text: str, width: int) -> str:
    """A text in at most so many columns, its end marked where some of it is missing."""
    if columns(text) <= width:
        return text
    return _head(text, width - 1).rstrip() + "…"


def wrapped(text: str, width: int, most: int) -> list[str]:
    """A text broken into at most so many lines, at blanks where there are any.

    Where it is cut, nothing with a digit is left at the end: it might be half a number.
    """
    lines: list[str] = []
    line = ""
    for word in _pieces(text.split(" "), width):
        longer = f"{line} {word}" if line else word
        if columns(longer) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    if line:
        lines.append(line)
    if len(lines) > most:
        words = lines[most - 1].split(" ")
        while words and any(char.isdigit() for char in words[-1]):
            words.pop()
        lines[most - 1 :] = [f"{_head(' '.join(words), width - 2)} …"]
    return lines


def _pieces(words: Iterable[str], width: int) -> Iterator[str]:
    for word in words:
        rest = word
        while columns(rest) > width:
            piece = _head(rest, width)
            yield piece
            rest = rest[len(piece) :]
        yield rest


def _head(text: str, width: int) -> str:
    taken = 0
    for place, char in enumerate(text):
        taken += columns(char)
        if taken > width:
            return text[:place]
    return text
