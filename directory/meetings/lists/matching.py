"""Which post of the directory a row of a returned list is about.

A contact is a post, so it is recognised by what belongs to the post (its numbers, its organisation,
its title) as much as by who holds it; a mailbox alone says little, because desks share them. Where
two posts fit alike, nobody is chosen: whoever returned the list is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz import fuzz, process

from directory.contacts.rules.words import TELEPHONE_MEDIA
from directory.documents import Document
from directory.meetings.lists.drafts import Draft
from directory.meetings.lists.rules.people import Person
from directory.names import fold

SAME_NAME = 90
SAME_ORGANISATION = 82
SAME_TITLE = 82
OTHER_TITLE = 55
ENOUGH = 3
"""What two posts have to have in common to be taken for one; see ``_likeness``."""
CLEAR_BY = 1
"""By how much the likeliest has to lead."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What a post is recognised by, in the forms in which it is compared.

    Attributes:
        names: Each name of each person in it, folded, its words sorted.
        numbers: E.164 and extension of each telephone.
    """

    names: frozenset[str]
    numbers: frozenset[tuple[str, str]]
    mails: frozenset[str]
    organisation: tuple[str, ...]
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Post:
    """A post of the directory, as the viewer sees it.

    Attributes:
        view: The contact with its organisation, channels, holders and keys.
        holders: Who holds it now.
    """

    view: Document
    holders: Sequence[Document]
    traits: Traits

    @property
    def id(self) -> str:
        """The contact's id."""
        return str(self.view["id"])


@dataclass(frozen=True, slots=True)
class Match:
    """What was found for a row.

    Attributes:
        post: The post that it is about; None where it is a new one, or where nobody can tell.
        moved_from: Another post that its person holds in the directory, whereas the row has them
            in this one.
        candidates: The posts among which nobody could choose; empty where one was chosen or none
            is like it.
    """

    post: Post | None = None
    moved_from: Post | None = None
    candidates: tuple[Post, ...] = ()


def post_of(view: Document, today: str) -> Post:
    """A contact's view with what it is recognised by.

    Args:
        view: As it is served.
        today: ISO date on which holders hold it.
    """
    holders = [
        holder
        for holder in view["holders"]
        if holder["until_date"] is None or holder["until_date"] > today
    ]
    names = {name_key(name) for holder in holders for name in holder["name"].values()}
    traits = Traits(
        frozenset(names - {""}),
        frozenset(
            (channel["e164"], channel["extension"] or "")
            for channel in view["channels"]
            if channel["medium"] in TELEPHONE_MEDIA and channel["e164"]
        ),
        frozenset(
            channel["raw"].casefold()
            for channel in view["channels"]
            if channel["medium"] == "e-mail"
        ),
        tuple(fold(name) for name in view["organisation_record"]["name"].values()),
        tuple(fold(title) for title in view["title"].values()),
    )
    return Post(view, holders, traits)


def traits_of(draft: Draft) -> Traits:
    """What the row's post is recognised by."""
    return Traits(
        frozenset(key for person in draft.people for key in person_keys(person)),
        frozenset((line.e164, line.extension or "") for line in draft.lines if line.e164),
        frozenset(line.raw.casefold() for line in draft.lines if line.medium == "e-mail"),
        (fold(draft.organisation),) if draft.organisation else (),
        (fold(draft.title),) if draft.title else (),
    )


def person_keys(person: Person) -> set[str]:
    """A person's names as they are compared."""
    return {name_key(name) for name in person.name.values()} - {""}


def name_key(name: str) -> str:
    """A name with its words in alphabetical order, because some write the family name first."""
    return " ".join(sorted(fold(name).split()))


def name_likeness(mine: Iterable[str], theirs: Iterable[str]) -> float:
    """How alike the two likeliest of some names are, from 0 to 100."""
    others = list(theirs)
    return max((float(fuzz.ratio(one, other)) for one in mine for other in others), default=0.0)


def text_likeness(mine: Sequence[str], theirs: Sequence[str]) -> float:
    """How alike two texts are whose words may stand in another order, from 0 to 100."""
    return max((_text_likeness(one, other) for one in mine for other in theirs), default=0.0)


@lru_cache(maxsize=65536)
def _text_likeness(one: str, other: str) -> float:
    return float(fuzz.token_sort_ratio(one, other))


def likeness(row: Traits, held: Traits, *, is_post: bool) -> int:
    """How much a row and a post have in common: a number counts 3, a name 4, a title 2.

    Args:
        row: What the row says.
        held: What the post is recognised by.
        is_post: Whether the row names no person: a post with somebody in it is then another one,
            unless its number says otherwise.
    """
    points = 0
    if row.numbers & held.numbers:
        points += 3
    elif {number for number, _ in row.numbers} & {number for number, _ in held.numbers}:
        points += 1
    if row.mails & held.mails:
        points += 2
    named = name_likeness(row.names, held.names)
    points += 4 if named >= SAME_NAME else 2 if named >= SAME_NAME - 8 else 0
    if text_likeness(row.organisation, held.organisation) >= SAME_ORGANISATION:
        points += 1
    titled = text_likeness(row.titles, held.titles)
    if titled >= SAME_TITLE:
        points += 2
    elif row.titles and held.titles and titled < OTHER_TITLE:
        points -= 2
    if is_post and held.names and not row.numbers & held.numbers:
        points -= 1
    return points


@dataclass(slots=True)
class Posts:
    """The posts that a list may be about, by what they are recognised by."""

    _by_id: dict[str, Post] = field(default_factory=dict)
    _by_number: dict[str, list[Post]] = field(default_factory=dict)
    _by_mail: dict[str, list[Post]] = field(default_factory=dict)
    _names: dict[str, dict[str, list[Post]]] = field(default_factory=dict)
    _organisations: dict[str, dict[str, list[Post]]] = field(default_factory=dict)
    _near: dict[tuple[str, str], list[Post]] = field(default_factory=dict)

    def add(self, post: Post) -> None:
        """Let rows be recognised as this post."""
        self._by_id[post.id] = post
        for number, _ in post.traits.numbers:
            self._by_number.setdefault(number, []).append(post)
        for mail in post.traits.mails:
            self._by_mail.setdefault(mail, []).append(post)
        economy = str(post.view["economy"])
        for keys, texts in (
            (self._names, post.traits.names),
            (self._organisations, post.traits.organisation),
        ):
            for text in texts:
                keys.setdefault(economy, {}).setdefault(text, []).append(post)

    def get(self, rid: str) -> Post | None:
        """A post by its id."""
        return self._by_id.get(rid)

    def of_person(self, economy: str, keys: Iterable[str]) -> list[Post]:
        """The posts of an economy that somebody with one of some names holds."""
        names = self._names.get(economy, {})
        found = {
            post.id: post for key in keys for post in self._alike(key, economy, names, SAME_NAME)
        }
        return list(found.values())

    def match(self, draft: Draft) -> Match:
        """The post that a row is about."""
        row = traits_of(draft)
        scored = sorted(
            (
                (likeness(row, post.traits, is_post=draft.is_post), post)
                for post in self._candidates(draft.economy or "", row)
            ),
            key=lambda pair: (-pair[0], pair[1].id),
        )
        enough = [(points, post) for points, post in scored if points >= ENOUGH]
        if not enough:
            return Match(moved_from=self._moved(draft, row, None))
        if len(enough) > 1 and enough[0][0] - enough[1][0] < CLEAR_BY:
            return Match(candidates=tuple(post for _, post in enough[:5]))
        post = enough[0][1]
        if self._is_the_person_alone(row, post.traits):
            return Match(moved_from=post)
        return Match(post, self._moved(draft, row, post))

    def _is_the_person_alone(self, row: Traits, held: Traits) -> bool:
        """Whether nothing but the person is the same: then they have another post now."""
        return (
            name_likeness(row.names, held.names) >= SAME_NAME
            and bool(row.organisation)
            and text_likeness(row.organisation, held.organisation) < SAME_ORGANISATION
            and not row.numbers & held.numbers
            and text_likeness(row.titles, held.titles) < SAME_TITLE
        )

    def _moved(self, draft: Draft, row: Traits, post: Post | None) -> Post | None:
        """The other post that the row's person holds in the directory, if there is just one."""
        if not row.names:
            return None
        if post is not None and name_likeness(row.names, post.traits.names) >= SAME_NAME:
            return None
        names = self._names.get(draft.economy or "", {})
        others = {
            found.id: found
            for name in row.names
            for found in names.get(name, ())
            if found is not post
        }
        return next(iter(others.values())) if len(others) == 1 else None

    def _candidates(self, economy: str, row: Traits) -> Iterable[Post]:
        found: dict[str, Post] = {}
        for number, _ in row.numbers:
            found.update((post.id, post) for post in self._by_number.get(number, ()))
        for mail in row.mails:
            found.update((post.id, post) for post in self._by_mail.get(mail, ()))
        for texts, keys, cutoff in (
            (row.names, self._names, SAME_NAME - 8),
            (row.organisation, self._organisations, SAME_ORGANISATION),
        ):
            for text in texts:
                near = self._alike(text, economy, keys.get(economy, {}), cutoff)
                found.update((post.id, post) for post in near)
        return [post for post in found.values() if post.view["economy"] == economy]

    def _alike(
        self, text: str, economy: str, keys: Mapping[str, list[Post]], cutoff: int
    ) -> list[Post]:
        key = (f"{economy} {cutoff}", text)
        if key not in self._near:
            alike = process.extract(
                text, keys.keys(), scorer=fuzz.token_sort_ratio, score_cutoff=cutoff, limit=20
            )
            self._near[key] = [post for name, _, _ in alike for post in keys[name]]
        return self._near[key]
