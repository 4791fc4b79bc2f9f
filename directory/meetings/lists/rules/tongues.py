"""Languages as lists name them: in English, in themselves, or by a code.

What a newcomer would get wrong: a code of two letters is also a word. ``EN`` is read in a column of
languages; ``no`` and ``is`` are read only where the whole cell is made of codes.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from directory.contacts.rules.languages import normalise_tag
from directory.meetings.lists.rules.findings import Code, Doubt, Read
from directory.meetings.lists.rules.language_names import (
    AMBIGUOUS,
    BY_NAME,
    ECONOMY_CODES,
    ONE_CHARACTER,
    TAGS,
)
from directory.meetings.lists.rules.words import Span, nothing_in, remarks, tidy
from directory.names import fold

_WORD = re.compile(r"[^\s,;/|\\()\[\]{}<>.、，；：:/＋+&・·（）［］【】／\"“”]+")
_JOINING_WORDS = "and y e et und и dan or o ou và with plus 和 及 與 与 或 と 및 และ"
_JOINING = frozenset(map(fold, _JOINING_WORDS.split()))
_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")
_RUN_TOGETHER = re.compile(rf"[{''.join(ONE_CHARACTER)}]+(?:[文語语話话])?")
_UNSPACED = re.compile(
    "|".join(
        re.escape(name)
        for name in sorted(BY_NAME, key=len, reverse=True)
        if len(name) > 1 and re.fullmatch(r"[^\x00-\u0e00]+", name)
    )
)
_BETWEEN_LANGUAGES = re.compile(r"[,;/|\n、，；／＋+&]")
_PIECE = re.compile(r"[^,;/|\n、，；／＋+&()\[\]（）【】]+")
_OPENING = ("(", "（", "[", "【")
_JOINTS = re.compile("[と和及與与]|และ|및")
_MOST_WORDS = 4
_LIKE_ENOUGH = 84.0


@dataclass(slots=True)
class _Reading:
    """What has been read of a cell so far.

    Attributes:
        used: The parts of the text that are in the tags or in one of the doubts.
    """

    tags: dict[str, None] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)
    used: list[Span] = field(default_factory=list)

    def add(self, tag: str, span: Span) -> None:
        self.tags[tag] = None
        self.used.append(span)

    def doubt(self, read: str, proposed: str | None, confidence: float, span: Span) -> None:
        self.doubts.append(Doubt(Code.UNKNOWN_LANGUAGE, read, proposed, confidence))
        self.used.append(span)


def read_languages(text: str) -> Read[tuple[str, ...]]:
    """Read the languages that a desk offers, in the order in which they are written.

    Returns:
        BCP 47 tags, each once. What is said of a language (``limited``) is a remark; what may be a
        language and is not known is a doubt of its own.
    """
    if (nothing := nothing_in(text)) is not None:
        return Read(None, nothing)
    shown = tidy(text)
    words = [(match.group(), match.span()) for match in _WORD.finditer(shown)]
    reading = _Reading()
    are_codes = all(_TAG.fullmatch(word) and _code(word) for word, _ in words)
    unread = list(_read_names(shown, words, reading, are_codes))
    _read_unknown(shown, unread, reading)
    if not reading.tags and not reading.doubts:
        return Read(None, (Doubt(Code.UNKNOWN_LANGUAGE, text, None, 0.0),))
    tags = tuple(reading.tags) or None
    return Read(tags, (*reading.doubts, *remarks(shown, reading.used)))


def _read_names(
    shown: str, words: list[tuple[str, Span]], reading: _Reading, are_codes: bool
) -> Iterator[Span]:
    """Take the names and codes out of a text, longest first; gives the words that are neither."""
    at = 0
    while at < len(words):
        length = _longest_name(shown, words[at : at + _MOST_WORDS], reading)
        if not length:
            word, span = words[at]
            if not _read_word(word, span, reading, are_codes):
                yield span
            length = 1
        at += length


def _longest_name(shown: str, words: list[tuple[str, Span]], reading: _Reading) -> int:
    """How many of the first words are one name of a language, which is then taken."""
    for length in range(len(words), 0, -1):
        span = words[0][1][0], words[length - 1][1][1]
        written = shown[slice(*span)]
        tag = BY_NAME.get(fold(written))
        if tag is not None and not _BETWEEN_LANGUAGES.search(written):
            reading.add(tag, span)
            return length
    return 0


def _read_word(word: str, span: Span, reading: _Reading, are_codes: bool) -> bool:
    """Read a word that is no name: a code, names run together, or one that joins two others."""
    name = fold(word)
    if name in _JOINING and word == word.lower():  # E may stand for English
        reading.used.append(span)
        return True
    if name in AMBIGUOUS:
        reading.doubt(word, AMBIGUOUS[name], 0.0, span)
        return True
    if word in ECONOMY_CODES:
        reading.add(ECONOMY_CODES[word], span)
        reading.doubt(word, ECONOMY_CODES[word], 0.5, span)
        return True
    if _RUN_TOGETHER.fullmatch(word):
        for char in word:
            if char in ONE_CHARACTER:
                reading.add(ONE_CHARACTER[char], span)
        return True
    if (tag := _code(word)) is not None and (are_codes or _is_written_as_code(word)):
        reading.add(tag, span)
        if tag.split("-")[0] not in TAGS:
            reading.doubt(word, tag, 0.5, span)
        return True
    return _read_unspaced(word, span, reading)


def _is_written_as_code(word: str) -> bool:
    return word[:2].isupper() or "-" in word


def _code(word: str) -> str | None:
    if not _TAG.fullmatch(word):
        return None
    if (tag := BY_NAME.get(fold(word))) is not None:
        return tag
    try:
        tag = normalise_tag(word)
    except ValueError:
        return None
    return "zh" if tag == "cmn" else tag


def _read_unspaced(word: str, span: Span, reading: _Reading) -> bool:
    """Names within a word of a script that sets no blanks: ``英語可``, ``日本語と英語``."""
    folded = fold(word)
    if len(folded) != len(word):
        return False
    found = list(_UNSPACED.finditer(folded))
    for match in found:
        reading.add(BY_NAME[match.group()], (span[0] + match.start(), span[0] + match.end()))
    for joint in _JOINTS.finditer(word) if found else ():
        reading.used.append((span[0] + joint.start(), span[0] + joint.end()))
    return bool(found)


def _read_unknown(shown: str, unread: list[Span], reading: _Reading) -> None:
    """Doubt the parts in which no language was found; beside one, unread words are a remark."""
    begun = sorted(start for start, _ in reading.used)
    left = sorted(unread)
    for piece in _PIECE.finditer(shown):
        start, end = piece.span()
        place = bisect_left(left, (start, 0))
        if place == len(left) or left[place][0] >= end:
            continue
        has_language = bisect_left(begun, start) < bisect_left(begun, end)
        if has_language or (shown[start - 1 : start] in _OPENING and reading.tags):
            continue
        written = piece.group().strip()
        tag = _misspelt(written)
        if tag is not None:
            reading.add(tag, (start, end))
        reading.doubt(written, tag, 0.6 if tag else 0.0, (start, end))


def _misspelt(written: str) -> str | None:
    name = fold(written)
    if not 5 <= len(name) <= 20:
        return None
    like = process.extractOne(name, BY_NAME.keys(), scorer=fuzz.ratio, score_cutoff=_LIKE_ENOUGH)
    return None if like is None else BY_NAME[like[0]]
