"""The words of the directory that are one slip of the finger away from a word nobody has.

One letter left out, added, mistaken or swapped with its neighbour leaves either the beginning or
the end of a word as it was: two ranges of an index hold every candidate.
"""

from __future__ import annotations

from typing import Any

from rapidfuzz.distance import OSA
from sqlalchemy import Column, Connection, Select, and_, bindparam, func, select, union

from directory.contacts.index import is_correctable
from directory.contacts.models import search_words
from directory.prepared import Prepared

MOST_WORDS = 50
_LAST_CHARACTER = chr(0x10FFFF)


def one_away(connection: Connection, word: str) -> list[str]:
    """The indexed words one slip away from a folded word, the most used first.

    The vocabulary holds hidden names too: these words are for a search under a viewer's policy,
    never for showing.
    """
    if not is_correctable(word):
        return []
    kept = (len(word) - 1) // 2
    beginning, end = word[:kept], word[:kept:-1]
    candidates = _CANDIDATES.rows(
        connection,
        {
            "begin": beginning,
            "begin_end": beginning + _LAST_CHARACTER,
            "end": end,
            "end_end": end + _LAST_CHARACTER,
            "shortest": len(word) - 1,
            "longest": len(word) + 1,
        },
    )
    near = [
        (-uses, other)
        for other, uses in candidates
        if OSA.distance(word, other, score_cutoff=1) == 1
    ]
    return [other for _, other in sorted(near)[:MOST_WORDS]]


def _within(text: Column[str], begin: str) -> Select[Any]:
    length = func.length(search_words.c.word)
    return select(search_words.c.word, search_words.c.uses).where(
        and_(text >= bindparam(begin), text < bindparam(f"{begin}_end")),
        length.between(bindparam("shortest"), bindparam("longest")),
    )


_CANDIDATES = Prepared(
    union(_within(search_words.c.word, "begin"), _within(search_words.c.reversed, "end"))
)
