"""Which line of an edited cell is which of the lines that were printed in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher

from directory.documents import Document
from directory.meetings.lists.likeness import name_key

Block = tuple[list[tuple[str, Document]], list[str]]
"""What was printed, each line with its record, and the lines that stand there instead."""


def keys_of(holder: Document) -> set[str]:
    """A holder's names as they are compared."""
    return {name_key(name) for name in holder["name"].values()}


def as_named(
    printed: Sequence[Document], lines: Sequence[str]
) -> list[tuple[Document | None, str]]:
    """Each line with whose it is: who is named as before, or else the next who was printed."""
    left = list(printed)
    found: dict[int, Document] = {}
    for place, line in enumerate(lines):
        same = next((one for one in left if name_key(line) in keys_of(one)), None)
        if same is not None:
            left.remove(same)
            found[place] = same
    for place in range(len(lines)):
        if place not in found and left:
            found[place] = left.pop(0)
    return [(found.get(place), line) for place, line in enumerate(lines)]


def replaced(
    was: Sequence[str], held: Sequence[Document], now: Sequence[str]
) -> tuple[list[Document], list[Block]]:
    """The records whose lines stay, though perhaps elsewhere in the cell, and what was replaced."""
    staying: list[Document] = []
    blocks: list[Block] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if tag == "equal":
            staying += held[i1:i2]
        else:
            before = list(zip(was[i1:i2], held[i1:i2], strict=True))
            blocks.append((before, list(now[j1:j2])))
    return staying + [_take_out(blocks, text) for text in _moved(blocks)], blocks


def _moved(blocks: Sequence[Block]) -> list[str]:
    before = Counter(text for held, _ in blocks for text, _ in held)
    return [*(before & Counter(text for _, lines in blocks for text in lines)).elements()]


def _take_out(blocks: Sequence[Block], text: str) -> Document:
    """Take a line that has only moved out of what was replaced; returns its record."""
    next(lines for _, lines in blocks if text in lines).remove(text)
    held, place = next(
        (held, place) for held, _ in blocks for place, (was, _) in enumerate(held) if was == text
    )
    return held.pop(place)[1]
