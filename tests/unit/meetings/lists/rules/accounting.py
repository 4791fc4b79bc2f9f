"""Whether everything that a cell says is in what was read or in a doubt."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from hypothesis import strategies as st

from directory.meetings.lists.rules.findings import Doubt

_BETWEEN = re.compile(r"(?<=\s)(?:and|or|y|o|et|ou|dan|и|及|和|與|与|或)(?=\s)", re.IGNORECASE)
"""Words that only separate what is read apart."""


def cells(*pieces: str) -> st.SearchStrategy[str]:
    """Any text, and texts put together from pieces that mean something to a rule."""
    return st.text(max_size=80) | st.lists(st.sampled_from(pieces), max_size=25).map("".join)


def told(doubts: Iterable[Doubt]) -> list[tuple[str, str, str | None]]:
    """Doubts as a table of cases writes them: code, what stands there, what is made of it."""
    return [(str(doubt.code), doubt.read, doubt.proposed) for doubt in doubts]


def codes(doubts: Iterable[Doubt]) -> set[str]:
    return {str(doubt.code) for doubt in doubts}


def unaccounted(text: str, values: Iterable[str | None], doubts: Iterable[Doubt]) -> str:
    """The letters and figures of a text that are nowhere in what was made of it."""
    text = _BETWEEN.sub(" ", text)
    seen = [value for value in values if value]
    seen.extend(doubt.read for doubt in doubts)
    missing = _letters(text) - _letters(" ".join(seen))
    return "".join(sorted(missing.elements()))


def _letters(text: str) -> Counter[str]:
    plain = unicodedata.normalize("NFKC", text)
    return Counter(c for c in plain if unicodedata.category(c)[0] in "LN")
