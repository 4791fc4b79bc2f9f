"""How alike a row of a list and a post of the directory are, and what is compared of them.

Two texts that differ in a number, a single letter or a point of the compass are never alike,
however much else they share: District A is not District B. Texts in different scripts say nothing
of each other.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from rapidfuzz import fuzz

from directory.meetings.lists.drafts import Draft
from directory.meetings.lists.rules.people import Person
from directory.names import fold, is_latin

T = TypeVar("T")
SAME_NAME = 90
SAME_ORGANISATION = 82
SAME_TITLE = 82
OTHER_TITLE = 55
NEARLY = 8
"""How much less than the same name may still be one, written otherwise."""
WEAK = 2
"""What two posts have in common at most that share neither a name, a number nor a title."""
_OTHERWISE_WRITTEN = SAME_NAME - NEARLY
NAMESAKES = 60
"""Below this, two names in one script are those of two people."""
_COMPASS = ("north", "south", "east", "west")
_TELLING = frozenset(
    [
        *_COMPASS,
        *(f"{point}ern" for point in _COMPASS),
        "central",
        "i",
        "ii",
        "iii",
        "iv",
        "v",
        "vi",
    ]
)
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_BEHIND_A_COMMA = re.compile(r",.*", re.DOTALL)
_ADDRESS = re.compile(r"<\s*([^<>\s]+@[^<>\s]+)\s*>")


@dataclass(frozen=True, slots=True)
class Traits:
    """What a post is recognised by, in the forms in which it is compared.

    Of each there are one or two, and thousands of posts are held: they are no sets.

    Attributes:
        names: Each name of each person in it, folded, its words sorted.
        numbers: E.164 and extension of each telephone.
        mails: Addresses alone, without the names before them.
        organisation: Its names, folded.
        initials: Of the names of its organisation.
    """

    names: tuple[str, ...]
    numbers: tuple[tuple[str, str], ...]
    mails: tuple[str, ...]
    organisation: tuple[str, ...]
    titles: tuple[str, ...]
    initials: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """The numbers without their extensions."""
        return tuple(number for number, _ in self.numbers)


def traits_of(draft: Draft) -> Traits:
    """What the row's post is recognised by."""
    return Traits(
        once(key for person in draft.people for key in person_keys(person)),
        once((line.e164, line.extension or "") for line in draft.lines if line.e164),
        once(mail_key(line.raw) for line in draft.lines if line.medium == "e-mail"),
        (fold(draft.organisation),) if draft.organisation else (),
        (fold(draft.title),) if draft.title else (),
        (initials(draft.organisation),) if draft.organisation else (),
    )


def once(found: Iterable[T]) -> tuple[T, ...]:
    """Each of some things once."""
    return tuple(dict.fromkeys(found))


def share_any(mine: Iterable[T], theirs: Collection[T]) -> bool:
    """Whether anything is among both."""
    for each in mine:  # noqa: SIM110 - a generator takes three times as long, and pairs are many
        if each in theirs:
            return True
    return False


def person_keys(person: Person) -> set[str]:
    """A person's names as they are compared."""
    return {name_key(name) for name in person.name.values()} - {""}


@lru_cache(maxsize=8192)
def name_key(name: str) -> str:
    """A name with its words in alphabetical order, because some write the family name first."""
    words = fold(name).split()
    return "".join(words) if _UNSPACED.search(name) else " ".join(sorted(words))


def mail_key(raw: str) -> str:
    """An address as it is compared: without the name that may stand before it."""
    found = _ADDRESS.search(raw)
    return (found[1] if found else raw).strip().casefold()


@lru_cache(maxsize=4096)
def initials(name: str) -> str:
    """The initials of a name's words, without what stands in brackets or behind a comma."""
    words = fold(_BEHIND_A_COMMA.sub(" ", _IN_BRACKETS.sub(" ", name))).split()
    return "".join(word[0] for word in words) if len(words) > 1 else ""


def name_likeness(mine: Iterable[str], theirs: Iterable[str]) -> float:
    """How alike the two likeliest of some names are, from 0 to 100.

    People whose names sound alike are told apart by their own script: where that differs, they are
    at most one person who is written otherwise.
    """
    ours, others = list(mine), list(theirs)
    alike = _best(ours, others)
    if alike >= SAME_NAME:
        own = [name for name in ours if not _is_latin(name)]
        their_own = [name for name in others if not _is_latin(name)]
        if own and their_own and _best(own, their_own) < NAMESAKES:
            return _OTHERWISE_WRITTEN
    return alike


def _best(mine: Sequence[str], theirs: Sequence[str]) -> float:
    return max((float(fuzz.ratio(one, other)) for one in mine for other in theirs), default=0.0)


def text_likeness(mine: Sequence[str], theirs: Sequence[str]) -> float:
    """How alike two folded texts are whose words may stand in another order, from 0 to 100."""
    return max((_text_likeness(one, other) for one in mine for other in theirs), default=0.0)


@lru_cache(maxsize=8192)
def _text_likeness(one: str, other: str) -> float:
    alike = float(fuzz.token_sort_ratio(one, other))
    if alike < SAME_ORGANISATION or one == other:
        return alike
    differing = set(one.split()) ^ set(other.split())
    if any(word.isdigit() or len(word) == 1 or word in _TELLING for word in differing):
        return min(alike, float(OTHER_TITLE))
    return alike


def organisation_likeness(row: Traits, held: Traits) -> float:
    """How alike two organisations are; one may be written with its initials alone."""
    if share_any(row.initials, held.organisation) or share_any(held.initials, row.organisation):
        return 100.0
    return text_likeness(row.organisation, held.organisation)


def has_other_organisation(row: Traits, held: Traits) -> bool:
    """Whether it is sure that two organisations are not the same."""
    return (
        are_comparable(row.organisation, held.organisation)
        and organisation_likeness(row, held) < SAME_ORGANISATION
    )


def are_comparable(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    """Whether some of two texts are in scripts of which one can say something of the other."""
    return any(_is_latin(one) == _is_latin(other) for one in mine for other in theirs)


_is_latin = lru_cache(maxsize=8192)(is_latin)


def likeness(row: Traits, held: Traits, *, is_post: bool) -> int:
    """How much a row and a post have in common: a number counts 3, a name 4, a title 2.

    Args:
        row: What the row says.
        held: What the post is recognised by.
        is_post: Whether the row names no person: a post with somebody in it is then another one,
            unless its number says otherwise.
    """
    shares_number = share_any(row.numbers, held.numbers)
    points = 3 if shares_number else 1 if share_any(row.lines, held.lines) else 0
    named = name_likeness(row.names, held.names)
    points += 4 if named >= SAME_NAME else 2 if named >= _OTHERWISE_WRITTEN else 0
    if share_any(row.mails, held.mails):
        points += 2
    if organisation_likeness(row, held) >= SAME_ORGANISATION:
        points += 1
    titled = _title_points(row, held)
    points += titled
    if is_post and held.names and not shares_number:
        points -= 1
    if named < SAME_NAME and not shares_number and titled <= 0:
        return min(points, WEAK)
    return points


def _title_points(row: Traits, held: Traits) -> int:
    if not are_comparable(row.titles, held.titles):
        return 0
    titled = text_likeness(row.titles, held.titles)
    return 2 if titled >= SAME_TITLE else -1 if titled > OTHER_TITLE else -2
