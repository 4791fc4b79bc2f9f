"""Whether a text tells of a person: by name in any script and order, initials, mailbox or number.

What a newcomer would get wrong: nothing here is certain but what was asked for to the letter. A
name in Latin letters stands for many in another script, and initials for many people, so every hit
says how sure it is and a person decides.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations

from directory.meetings.lists.rules.honorifics import split_honorific_after, split_honorifics
from directory.names import fold
from directory.persons.rules.texts import Word, words_in

CERTAIN = 1.0
MAILBOX = 0.9
OTHER_SCRIPT = 0.8
SHORTENED = 0.6
INITIALS = 0.5
FAMILY_NAME = 0.3
"""How sure a hit is: the name as asked for, in a mailbox, in another script, without one of its
words, with initials, and with a form of address alone."""
MOST_WORDS = 6
MOST_KNOWN = 100_000
SHORTEST_NUMBER = 6
_ADDRESS = re.compile(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+")
_NUMBER = re.compile(r"\+?\d(?:[\s().\u2010-\u2015/-]{0,2}\d){5,}")
_CUT = re.compile(r"[._+\-\d]+")


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a text tells of the person.

    Attributes:
        start: The first character; ``end`` is behind the last.
        confidence: How sure it is, 1 for what was asked for.
    """

    start: int
    end: int
    confidence: float


class Person:
    """A person as they are looked for.

    Args:
        spellings: Their name as it may be written, in any script; also addresses and numbers.
    """

    def __init__(self, spellings: Iterable[str]) -> None:
        self.spellings = tuple(dict.fromkeys(filter(None, map(_normal, spellings))))
        self._own: set[str] = set()
        self._forms: dict[str, float] = {}
        self._families: set[str] = set()
        self._addresses: set[str] = set()
        self._numbers: set[str] = set()
        for spelling in self.spellings:
            self._learn(spelling)
        self._longest = MOST_WORDS + 1
        # Most texts of a directory stand in many versions of many records.
        self._known: dict[str, float] = {}

    @property
    def is_nobody(self) -> bool:
        """Whether there is nothing to look for."""
        return not (self._own or self._forms or self._addresses or self._numbers)

    def hits(self, text: str) -> list[Hit]:
        """Where a text tells of the person, in order; none overlaps another."""
        text = _normal(text)
        found = [*self._in_numbers(text), *self._in_addresses(text)]
        # What stands in an address has been judged as a mailbox.
        words = words_in(_ADDRESS.sub(lambda found: " " * len(found[0]), text))
        found += self._in_words(words)
        found += self._after_an_address(text, words)
        return _apart(found)

    def confidence(self, text: str) -> float:
        """How sure it is that a text tells of the person; 0 where it does not."""
        known = self._known.get(text)
        if known is None:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            known = max((hit.confidence for hit in self.hits(text)), default=0.0)
            self._known[text] = known
        return known

    def without(self, text: str, instead: str, least: float) -> str:
        """The text with something else where it tells of the person."""
        text = _normal(text)
        for hit in reversed(self.hits(text)):
            if hit.confidence >= least:
                text = text[: hit.start] + instead + text[hit.end :]
        return text

    def _learn(self, spelling: str) -> None:
        if "@" in spelling:
            address = _ADDRESS.search(spelling)
            if address is not None:
                self._addresses.add(address[0].casefold())
            spelling = _ADDRESS.sub(" ", spelling)
        digits = _digits(spelling)
        if len(digits) >= SHORTEST_NUMBER and not any(char.isalpha() for char in spelling):
            self._numbers.add(digits)
            return
        words = words_in(_bare(spelling))
        if not words:
            return
        if all(word.is_own for word in words):
            self._own.add("".join(word.folded for word in words))
        sure = OTHER_SCRIPT if any(word.is_own for word in words) else CERTAIN
        self._learn_latin([word.latin for word in words if word.latin][:MOST_WORDS], sure)

    def _learn_latin(self, words: Sequence[str], sure: float) -> None:
        for order in _orders(words):
            self._form("".join(order), sure)
        if len(words) > 2:
            for left_out in range(len(words)):
                rest = [*words[:left_out], *words[left_out + 1 :]]
                for order in _orders(rest):
                    self._form("".join(order), min(sure, SHORTENED))
        if len(words) > 1:
            self._families |= {words[0], words[-1]}
            for full in {0, len(words) - 1}:
                others = [word[0] for place, word in enumerate(words) if place != full]
                for order in ([words[full], *others], [*others, words[full]]):
                    self._form("".join(order), INITIALS)
                for order in ([words[full], others[0]], [others[0], words[full]]):
                    self._form("".join(order), INITIALS)

    def _form(self, joined: str, sure: float) -> None:
        if len(joined) > 1:
            self._forms[joined] = max(sure, self._forms.get(joined, 0.0))

    def _in_words(self, words: Sequence[Word]) -> Iterator[Hit]:
        for first in range(len(words)):
            own = latin = ""
            for last in range(first, min(first + self._longest, len(words))):
                word = words[last]
                own += word.folded
                latin += word.latin
                begin, end = words[first].start, word.end
                if own in self._own:
                    yield Hit(begin, end, CERTAIN)
                elif (sure := self._forms.get(latin, 0.0)) > 0:
                    stretch = words[first : last + 1]
                    if any(each.is_own for each in stretch):
                        sure = min(sure, OTHER_SCRIPT)
                    # One word that is only initials and a name run together is a word of its own.
                    if sure > INITIALS or len(stretch) > 1:
                        yield Hit(begin, end, sure)

    def _in_addresses(self, text: str) -> Iterator[Hit]:
        for found in _ADDRESS.finditer(text):
            if found[0].casefold() in self._addresses:
                yield Hit(found.start(), found.end(), CERTAIN)
                continue
            local = found[0].rpartition("@")[0]
            sure = self._forms.get(fold(_CUT.sub("", local)).replace(" ", ""), 0.0)
            if sure:
                yield Hit(found.start(), found.end(), min(sure, MAILBOX))
            elif self._families & {fold(part) for part in _CUT.split(local)}:
                yield Hit(found.start(), found.end(), FAMILY_NAME)

    def _in_numbers(self, text: str) -> Iterator[Hit]:
        if not self._numbers:
            return
        for found in _NUMBER.finditer(text):
            digits = _digits(found[0])
            if any(_same_number(digits, number) for number in self._numbers):
                yield Hit(found.start(), found.end(), CERTAIN)

    def _after_an_address(self, text: str, words: Sequence[Word]) -> Iterator[Hit]:
        """A form of address with the first or the last word of the name: Mr Lee, Lee女士."""
        for place, word in enumerate(words):
            if word.latin not in self._families and word.folded not in self._families:
                continue
            begun = words[max(0, place - 2)].start
            before, _ = split_honorifics(text[begun : word.end])
            if not before and place:
                before, _ = split_honorifics(text[words[place - 1].start : word.end])
            after, _ = split_honorific_after(text[word.start : word.end + 4].strip())
            if before or after:
                yield Hit(word.start, word.end, FAMILY_NAME)


def _normal(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


def _bare(spelling: str) -> str:
    """A name without what is written before and after it."""
    _, name = split_honorifics(spelling)
    _, name = split_honorific_after(name)
    return name


def _orders(words: Sequence[str]) -> Iterable[Sequence[str]]:
    """The orders in which a name may be written: every one, or the turned ones of a long name."""
    if len(words) <= 4:
        return permutations(words)
    return [[*words[place:], *words[:place]] for place in range(len(words))]


def _digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(char)) for char in text if char.isdecimal())


def _same_number(one: str, other: str) -> bool:
    """Whether digits are of one number, with its calling code or without."""
    shorter, longer = sorted((one.lstrip("0"), other.lstrip("0")), key=len)
    return len(shorter) >= SHORTEST_NUMBER and longer.endswith(shorter)


def _apart(hits: Iterable[Hit]) -> list[Hit]:
    """The surest of hits that overlap, and of those the longest."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (-hit.confidence, hit.start - hit.end, hit.start)):
        if all(hit.end <= other.start or other.end <= hit.start for other in kept):
            kept.append(hit)
    return sorted(kept, key=lambda hit: hit.start)
