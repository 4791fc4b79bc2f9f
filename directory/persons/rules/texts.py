"""A text as it is looked through for a name: its words, folded, and where each stands.

Scripts that set no blanks are cut into characters, and every word is also known in Latin letters,
so that a name is met in another script than it was asked for in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from anyascii import anyascii

from directory.names import fold, is_latin, words

_RUN = re.compile(r"[A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Word:
    """One word, or one character of a script that sets no blanks.

    Attributes:
        folded: As names are compared.
        latin: The same in Latin letters; may be empty.
        is_own: Whether it is written in another script than Latin.
        start: Where it begins in the text; ``end`` is behind it.
    """

    folded: str
    latin: str
    is_own: bool
    start: int
    end: int


@lru_cache(maxsize=65536)
def _is_unspaced(char: str) -> bool:
    # Where such a script begins, a word ends.
    return len(words(f"a{char}")) == 2


@lru_cache(maxsize=65536)
def _folded(char: str) -> str:
    return fold(char).replace(" ", "")


def words_in(text: str) -> list[Word]:
    """The words of a text, in order."""
    if text.isascii():
        # Most texts: what follows would find the same, character by character.
        return [word for run in _RUN.finditer(text) for word in _word(text, *run.span())]
    found: list[Word] = []
    begin = end = -1
    for place, char in enumerate(text):
        if not _folded(char):
            # A mark belongs to the letter before it; what folds to nothing else ends a word.
            if begin >= 0 and fold(f"a{char}a").count(" ") == 0:
                end = place + 1
                continue
            found += _word(text, begin, end)
            begin = -1
            continue
        if _is_unspaced(char):
            found += _word(text, begin, end)
            found += _word(text, place, place + 1)
            begin = -1
            continue
        begin, end = (place if begin < 0 else begin), place + 1
    return [*found, *_word(text, begin, end)]


def _word(text: str, begin: int, end: int) -> list[Word]:
    if begin < 0:
        return []
    folded, latin, is_own = _forms(text[begin:end])
    return [Word(folded, latin, is_own, begin, end)] if folded else []


@lru_cache(maxsize=65536)
def _forms(word: str) -> tuple[str, str, bool]:
    folded = fold(word).replace(" ", "")
    if folded.isascii():
        return folded, folded, False
    return folded, fold(anyascii(folded)).replace(" ", ""), not is_latin(folded)
