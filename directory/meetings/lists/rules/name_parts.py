"""A person's name where the list has a column for each part of it.

What a newcomer would get wrong: a column called "Name" beside one of family names holds the other
part, in French the family's and in Spanish the person's own. What stands in both is decided by
what is said, not by what the columns are called.
"""

from __future__ import annotations

import re
from itertools import starmap

from directory.meetings.lists.rules.findings import Code, Doubt, Read
from directory.meetings.lists.rules.scripts import script_runs
from directory.meetings.lists.rules.words import one_line, tidy
from directory.names import fold

_SEVERAL = re.compile(r"\s*[\n;；、]\s*|\s+[/／]\s+")
_UNSPACED = re.compile("[\u3400-\u9fff\uac00-\ud7af]+")


def read_parts(name: str | None, family: str | None, given: str | None) -> Read[str]:
    """A whole name out of its parts, as a column of names would have it.

    Args:
        name: What the column of names says.
        family: What the column of family names says.
        given: What the column of given names says.

    Returns:
        ``FAMILY, Given`` where both are known, one person on a line; no value where the columns
        name different numbers of people.
    """
    if family is None and given is None:
        return Read(name)
    if name is not None and (family is None or given is None) and not _says(name, family, given):
        family, given = (name, given) if family is None else (family, name)
        name = None
    if name is not None:
        further = () if _says(name, family, given) else (one_line(f"{given} {family}"),)
        return Read(name, tuple(Doubt(Code.REMARK_IN_CELL, each, None, 0.3) for each in further))
    if family is None or given is None:
        return Read(family or given)
    families, givens = _several(family), _several(given)
    if len(families) != len(givens):
        return Read(None, (Doubt(Code.UNREADABLE, one_line(f"{family}, {given}"), None, 0.0),))
    return Read("\n".join(starmap(_whole, zip(families, givens, strict=True))))


def _says(name: str, *parts: str | None) -> bool:
    """Whether a name holds every part already."""
    words = set(fold(name).split())
    return all(set(fold(part or "").split()) <= words for part in parts)


def _several(text: str) -> list[str]:
    return [part for part in _SEVERAL.split(tidy(text)) if fold(part)]


def _whole(family: str, given: str) -> str:
    if _UNSPACED.fullmatch(family) and _UNSPACED.fullmatch(given):
        return family + given
    if re.search("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]", family):
        return f"{family} {given}"
    if script_runs(family):
        return f"{given} {family}"
    return f"{family.replace(',', ' ')}, {given.replace(',', ' ')}"
