"""What somebody means who writes another name over a held organisation's.

The same name, spelt otherwise, is a correction of the organisation itself, for all of its posts. A
name that nobody would take for it is another organisation. In between nothing is taken: the cell is
told, with both ways to get what was meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum, auto

from rapidfuzz.distance import OSA

from directory.documents import Document
from directory.meetings.lists.likeness import SAME_ORGANISATION, initials, text_likeness
from directory.names import fold, in_english

LONG_WORD = 8
"""A word of as many letters may have two wrong."""
SHORT_WORD = 3
"""A word of no more letters may have none wrong: AFP is not APP."""
_INITIALS = re.compile(r"[A-Z]{2,8}\Z")


class Meant(Enum):
    """What a name means that stands where an organisation's was printed."""

    SPELLING = auto()
    SAME = auto()
    UNSURE = auto()
    OTHER = auto()


def meant_by(name: str, held: Document, others: Iterable[Document]) -> Meant:
    """What a name means.

    Args:
        name: As it was written.
        held: The organisation whose name was printed there.
        others: The other organisations of its economy that whoever wrote it may see.
    """
    folded, printed = fold(name), in_english(held["name"])
    names = [fold(one) for one in held["name"].values()]
    if folded == fold(printed):
        return Meant.SPELLING
    if folded in names:
        return Meant.SAME
    theirs = [fold(one) for other in others for one in other["name"].values()]
    if folded in theirs:
        return Meant.OTHER
    if is_respelt(folded, fold(printed)) and not _is_like(folded, theirs):
        return Meant.SPELLING
    if _is_like(folded, names) or stands_for(name, held):
        return Meant.UNSURE
    return Meant.OTHER


def is_respelt(one: str, other: str) -> bool:
    """Whether two folded names are one, of which slips of the finger tell them apart."""
    if one.replace(" ", "") == other.replace(" ", ""):
        return True
    mine, theirs = one.split(), other.split()
    if len(mine) != len(theirs) or not _is_like(one, [other]):
        return False
    return all(_is_slip(a, b) for a, b in zip(mine, theirs, strict=True))


def _is_slip(one: str, other: str) -> bool:
    shorter = min(len(one), len(other))
    if one == other:
        return True
    # A character of Chinese or Japanese is a word of its own.
    if shorter <= SHORT_WORD or not (one.isascii() and other.isascii()):
        return False
    return bool(OSA.distance(one, other) <= (2 if shorter >= LONG_WORD else 1))


def _is_like(folded: str, names: Iterable[str]) -> bool:
    return text_likeness((folded,), list(names)) >= SAME_ORGANISATION


def stands_for(name: str, held: Document) -> bool:
    """Whether a name is the initials or a part of an organisation's."""
    names = held["name"].values()
    if _INITIALS.match(name) and fold(name) in map(initials, names):
        return True
    words = set(fold(name).split())
    return len(words) > 1 and any(words <= set(fold(one).split()) for one in names)
