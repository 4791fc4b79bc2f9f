"""What separates the fields of a text file."""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Final

from directory.meetings.errors import WrongDelimiterError

USUAL: Final = ","
# In this order of preference: a tab is hardly ever part of a text, and a comma often is.
_CANDIDATES: Final = ("\t", ";", "|", USUAL)
_NAMES: Final = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";"}
_QUOTES: Final = "\"'"
_DIRECTIVE = re.compile(r'\A"?sep=([^"\r\n])"?(?:\r\n|\r|\n|\Z)', re.IGNORECASE)
SAMPLE_ROWS: Final = 200
SAMPLE_CHARACTERS: Final = 200_000
MOST_COLUMNS_COUNTED: Final = 64


def chosen_delimiter(delimiter: str) -> str:
    """The delimiter that a person chose, by itself or by its name.

    Raises:
        WrongDelimiterError: It can separate nothing.
    """
    chosen = _NAMES.get(delimiter.lower(), delimiter)
    if len(chosen) == 1 and (chosen == "\t" or _is_sign(chosen)):
        return chosen
    raise WrongDelimiterError(
        f"{delimiter[:20]!r} cannot separate fields. Choose a comma, a semicolon, a tab, or another"
        " single sign."
    )


def _is_sign(character: str) -> bool:
    return (
        character.isprintable()
        and not character.isalnum()
        and not character.isspace()
        and character not in _QUOTES
    )


def directive(text: str) -> tuple[str | None, str]:
    """The delimiter that a first line ``sep=;`` names, and the text without that line.

    Spreadsheet programs show no row for that line, and count from the next.
    """
    if found := _DIRECTIVE.match(text):
        return found[1], text[found.end() :]
    return None, text


def guessed_delimiter(text: str) -> str:
    """The delimiter by which most rows have the same number of fields, and the most of them."""
    sample = text[:SAMPLE_CHARACTERS]
    scored = [(_evenness(sample, candidate), candidate) for candidate in _CANDIDATES]
    best, delimiter = max(scored, key=lambda pair: pair[0])
    return delimiter if best > 0 else USUAL


def _evenness(sample: str, delimiter: str) -> float:
    counts = Counter(_field_counts(sample, delimiter))
    several = {count: times for count, times in counts.items() if count > 1}
    if not several:
        return 0.0
    count, times = max(several.items(), key=lambda pair: (pair[1] * math.log2(pair[0]), pair[0]))
    return times / counts.total() * math.log2(min(count, MOST_COLUMNS_COUNTED))


def _field_counts(sample: str, delimiter: str) -> Iterator[int]:
    """How many fields each row has; one, where a quotation mark was torn from its other."""
    rows = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        for row in islice(rows, SAMPLE_ROWS):
            if any(row):
                yield 1 if any(field.count('"') % 2 for field in row) else len(row)
    except csv.Error:  # a field beyond all measure: what was counted has to do
        return
