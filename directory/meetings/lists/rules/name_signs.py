"""What shows that a text names somebody, or that it does not."""

from __future__ import annotations

import re

from directory.meetings.lists.rules.duty_words import is_post
from directory.meetings.lists.rules.honorifics import split_honorifics
from directory.meetings.lists.rules.posts import tells_its_sort
from directory.meetings.lists.rules.scripts import script_runs
from directory.names import fold

_SENTENCE = re.compile(
    r"[^\W\d_a-z]?(?:[a-z]+ )+(?:as|by|for|from|in|is|later|not|of|on|per|please|the|to|will|with)"
    r"(?: [a-z]+)*[.!]?"
)
"""Words without a capital among them, as in "See the separate sheet": nobody's name."""


def may_be_a_person(text: str) -> bool:
    """Whether a text may well name somebody: it is as short as a name, and no post or agency."""
    if split_honorifics(text)[0]:
        return True
    if is_post(text) is not None or tells_its_sort(text) or any(c.isdigit() for c in text):
        return False
    words = len(fold(text).split())
    return 1 < words <= 6 if not script_runs(text) else len(text) <= 12


def is_whole(piece: str) -> bool:
    """Whether a text shows by its capitals that it has both parts of a name: "Jane SAMPLE"."""
    words = [word for word in piece.split() if len(word) > 1 and word[0].isupper()]
    return any(map(str.isupper, words)) and not all(map(str.isupper, words))


def is_sentence(text: str) -> bool:
    """Whether a text says something instead of naming somebody."""
    return _SENTENCE.fullmatch(text) is not None
