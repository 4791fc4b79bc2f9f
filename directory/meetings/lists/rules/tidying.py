"""Text of a cell made fit to be read: composed, without what nobody sees.

What a newcomer would get wrong: line breaks stay. They often are the only separator in a cell.
"""

from __future__ import annotations

import unicodedata

from directory.meetings.lists.rules.findings import Code, Doubt
from directory.names import fold

_BREAKS = str.maketrans(dict.fromkeys("\r\v\f\x1c\x1d\x1e\x85\u2028\u2029", "\n"))

_UNSEEN = frozenset({"Cf", "Cc", "Cs"})


def tidy(text: str) -> str:
    """A text in NFC, with plain blanks and without invisible characters; its lines stay lines."""
    if text.isprintable():  # no line break, and nothing that is not seen
        return " ".join(unicodedata.normalize("NFC", text).split())
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").translate(_BREAKS))
    lines = (" ".join(_seen(line).split()) for line in composed.split("\n"))
    return "\n".join(line for line in lines if line)


def _seen(line: str) -> str:
    if line.isprintable():
        return line
    return "".join(c for c in line if c == "\t" or unicodedata.category(c) not in _UNSEEN)


def one_line(text: str) -> str:
    """A tidy text with its lines one after the other."""
    return " ".join(tidy(text).split("\n"))


def folded_words(text: str) -> frozenset[str]:
    """The words of a word list, folded as cells are before they are compared.

    Args:
        text: Words between blanks; a word of two is written with an underscore between them.
    """
    return frozenset(fold(word) for word in text.split())


def tidying_doubts(text: str) -> tuple[Doubt, ...]:
    """What tidying changed beyond blanks that any reader would overlook."""
    tidied = tidy(text)
    if " ".join(tidied.split()) == " ".join(part for part in text.split(" ") if part).strip():
        return ()
    if "".join(tidied.split()) == "".join(_without_plain_blanks(text)):
        return ()
    return (Doubt(Code.NORMALISED, text, tidied, 1.0),)


def _without_plain_blanks(text: str) -> list[str]:
    return [c for c in text if c not in " \t\r\n"]
