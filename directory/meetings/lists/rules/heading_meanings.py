"""What one heading means, by its words.

What a newcomer would get wrong: a heading often says the same twice, in two languages, or names two
things. What it means is what all its parts mean together.
"""

from __future__ import annotations

import re
from functools import lru_cache

from directory.meetings.lists.rules.columns import Column
from directory.meetings.lists.rules.heading_words import (
    FAMILIAR,
    TELEPHONES,
    TOGETHER,
    UNDER_TELEPHONE,
    familiar_phrase,
)
from directory.names import fold

LONGEST_HEADING = 160
LONGEST_WITH_PHRASE = 60
SURE = 0.95

_BRACKETED = re.compile(r"\s*[(（\[][^()（）\[\]]*[)）\]]\s*")
_PARTS = re.compile(r"[/／\n、|&＆・,;]|\s(?:and|or|y|et|и|及|與|와|及び)\s", re.IGNORECASE)
_SCRIPT_CHANGE = re.compile(r"[\u0e00-\u0e7f\u3040-\u9fff\uac00-\ud7af／・（）]+")
_COUNTED = re.compile(r"(?<=[^\W\d])[ .#-]{0,2}(?:[1-9]|[①-⑨])$")
AMBIGUOUS = {
    fold(heading): sure
    for heading, sure in {
        "title": 0.6,
        "título": 0.6,
        "titre": 0.6,
        "rank": 0.6,
        "rank/title": 0.6,
        "title/rank": 0.6,
        "звание": 0.6,
        "contact": 0.8,
        "contacts": 0.8,
        "office": 0.7,
        "date": 0.6,
        "as of": 0.7,
        "line": 0.6,
        "post": 0.8,
        "title / agency": 0.9,
    }.items()
}
"""Headings that mean several things: how sure the usual meaning is where no value tells."""


@lru_cache(maxsize=4096)
def meaning_of(heading: str) -> tuple[Column, float] | None:
    """What a heading means alone, and how sure that is."""
    folded = fold(heading) or heading.strip()
    if not folded or len(heading) > LONGEST_HEADING:
        return None
    if (exact := _exact(heading)) is not None:
        return exact, AMBIGUOUS.get(folded, 1.0)
    bare = _BRACKETED.sub(" ", heading).strip()
    if bare and bare != heading.strip() and (exact := _exact(bare)) is not None:
        return exact, min(SURE, AMBIGUOUS.get(fold(bare), 1.0))
    counted = _COUNTED.sub("", bare or heading)
    if counted != (bare or heading) and (exact := _exact(counted)) is not None:
        return exact, min(SURE, AMBIGUOUS.get(fold(counted), 1.0))
    if (several := _meaning_of_parts(bare or heading)) is not None:
        return several
    if len(folded) <= LONGEST_WITH_PHRASE and (phrase := familiar_phrase(folded)) is not None:
        return phrase, 0.6
    return None


def meaning_below(upper: str, lower: str) -> tuple[Column, float] | None:
    """What a heading means below another one."""
    above = meaning_of(upper) if upper else None
    if above and above[0] in TELEPHONES and (under := UNDER_TELEPHONE.get(fold(lower))):
        return under, SURE
    return meaning_of(lower)


def _exact(heading: str) -> Column | None:
    folded = fold(heading) or heading.strip()
    return FAMILIAR.get(folded) or FAMILIAR.get(folded.replace(" ", ""))


def _meaning_of_parts(heading: str) -> tuple[Column, float] | None:
    """The meaning of "Position / Agency" and of one heading in two languages."""
    parts = [part for part in _PARTS.split(heading) if fold(part)]
    if len(parts) == 1:
        # Two languages with nothing but a blank between them.
        parts = [*_SCRIPT_CHANGE.findall(heading), *_SCRIPT_CHANGE.split(heading)]
        parts = [part for part in parts if fold(part)]
    if not 1 < len(parts) <= 6:
        return None
    known = [column for part in parts if (column := _exact(part)) is not None]
    sure = SURE if len(known) == len(parts) else 0.8
    meanings = frozenset(known)
    if len(meanings) > 1:
        meanings -= {Column.NUMBER}  # "mobile / number" is no serial number
    if len(meanings) == 1:
        return next(iter(meanings)), sure
    together = TOGETHER.get(meanings)
    return (together, sure) if together is not None else None


def is_explanation(text: str) -> bool:
    """Whether a text only explains the heading above it: ``(family name in CAPITALS)``."""
    return _BRACKETED.fullmatch(text) is not None
