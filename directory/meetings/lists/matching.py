"""Which post of the directory a row of a returned list is about.

A contact is a post, so it is recognised by what belongs to the post (its numbers, its organisation,
its title) as much as by who holds it; a mailbox alone says little, because desks share them. Where
two posts fit alike, or too little speaks for ending what somebody holds, nobody is chosen: whoever
returned the list is asked.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import orjson
from rapidfuzz import fuzz, process

from directory.contacts.rules.words import TELEPHONE_MEDIA
from directory.documents import Document
from directory.meetings.lists.drafts import Draft, Line
from directory.meetings.lists.likeness import (
    NEARLY,
    OTHER_TITLE,
    SAME_NAME,
    SAME_ORGANISATION,
    SAME_TITLE,
    Traits,
    are_comparable,
    has_other_organisation,
    initials,
    likeness,
    mail_key,
    name_key,
    name_likeness,
    once,
    share_any,
    text_likeness,
    traits_of,
)
from directory.names import fold, in_english

ENOUGH = 3
"""What two posts have to have in common to be taken for one; see ``likeness``."""
ENOUGH_TO_FOLLOW = 4
"""What they have to have in common for somebody to follow whoever holds the post."""
QUICKLY = 1
"""How hard views are packed: no harder than that reading a list takes no longer."""
CLEAR_BY = 1
"""By how much the likeliest has to lead."""
MOST_TOLD = 5


@dataclass(frozen=True, slots=True)
class Post:
    """A post of the directory, as the viewer sees it.

    Thousands are held while a list is read, so each is kept as JSON and packed, a twentieth of what
    it takes as a document, and only those that rows turn out to be about are read again.

    Attributes:
        id: The contact's id.
        economy: Its economy's code.
        text: Its view, packed.
        day: ISO date on which holders hold it.
    """

    id: str
    economy: str
    text: bytes
    day: str
    traits: Traits

    @property
    def view(self) -> Document:
        """The contact with its organisation, channels, holders and keys. Nobody changes it."""
        return _view(self.text)

    @property
    def holders(self) -> Sequence[Document]:
        """Who holds it now."""
        return _holding(self.view, self.day)

    @property
    def told(self) -> str:
        """Which post it is, in words and by its id."""
        who = ", ".join(in_english(holder["name"]) for holder in self.holders)
        return f"{in_english(self.view['title'])}{f' ({who})' if who else ''} {self.id}"


@dataclass(frozen=True, slots=True)
class Match:
    """What was found for a row.

    Attributes:
        post: The post that it is about; None where it is a new one, or where nobody can tell.
        moved_from: Another post that its person holds in the directory, whereas the row has them
            in this one.
        candidates: The posts among which nobody could choose; empty where one was chosen or none
            is like it.
        points: How much speaks for the post.
    """

    post: Post | None = None
    moved_from: Post | None = None
    candidates: tuple[Post, ...] = ()
    points: int = 0


@lru_cache(maxsize=16)
def _view(text: bytes) -> Document:
    """A view from its packed JSON; whoever looks at a post looks several times."""
    found: Document = orjson.loads(zlib.decompress(text))
    return found


def _holding(view: Document, day: str) -> list[Document]:
    return [
        holder
        for holder in view["holders"]
        if holder["until_date"] is None or holder["until_date"] > day
    ]


def post_of(text: str, day: str) -> Post:
    """A contact's view with what it is recognised by.

    Args:
        text: The view as it is served, in JSON.
        day: ISO date on which holders hold it.
    """
    view = orjson.loads(text)
    holders = _holding(view, day)
    names = (name_key(name) for holder in holders for name in holder["name"].values())
    organisation, short = _called(tuple(view["organisation_record"]["name"].values()))
    traits = Traits(
        once(name for name in names if name),
        once(
            (channel["e164"], channel["extension"] or "")
            for channel in view["channels"]
            if channel["medium"] in TELEPHONE_MEDIA and channel["e164"]
        ),
        once(
            mail_key(channel["raw"])
            for channel in view["channels"]
            if channel["medium"] == "e-mail"
        ),
        organisation,
        once(fold(title) for title in view["title"].values()),
        short,
    )
    return Post(
        view["id"], str(view["economy"]), zlib.compress(text.encode(), QUICKLY), day, traits
    )


@lru_cache(maxsize=1024)
def _called(names: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """An organisation's names as they are compared, and their initials: its posts share them."""
    short = once(initials(name) for name in names)
    return once(fold(name) for name in names), tuple(each for each in short if each)


def names_a_holder(row: Traits, post: Post) -> bool:
    """Whether somebody whom a row names holds a post."""
    return name_likeness(row.names, post.traits.names) >= SAME_NAME


@dataclass(slots=True)
class Posts:
    """The posts that a list may be about, by what they are recognised by."""

    _by_id: dict[str, Post] = field(default_factory=dict)
    _by_number: dict[str, tuple[Post, ...]] = field(default_factory=dict)
    _by_mail: dict[str, tuple[Post, ...]] = field(default_factory=dict)
    _names: dict[str, dict[str, list[Post]]] = field(default_factory=dict)
    _organisations: dict[str, dict[str, list[Post]]] = field(default_factory=dict)
    _titles: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    _near: dict[tuple[str, str], list[Post]] = field(default_factory=dict)
    _titled: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    def add(self, post: Post) -> None:
        """Let rows be recognised as this post."""
        self._by_id[post.id] = post
        for number in once(post.traits.lines):
            self._by_number[number] = (*self._by_number.get(number, ()), post)
        for mail in post.traits.mails:
            self._by_mail[mail] = (*self._by_mail.get(mail, ()), post)
        economy = post.economy
        for title in post.traits.titles:
            self._titles.setdefault(economy, {}).setdefault(title, []).append(post.id)
        for keys, texts in (
            (self._names, post.traits.names),
            (self._organisations, {*post.traits.organisation, *post.traits.initials}),
        ):
            for text in texts:
                keys.setdefault(economy, {}).setdefault(text, []).append(post)

    def get(self, rid: str) -> Post | None:
        """A post by its id."""
        return self._by_id.get(rid)

    def of_person(self, economy: str, keys: Iterable[str]) -> list[Post]:
        """The posts of an economy that somebody of just one of some names holds."""
        names = self._names.get(economy, {})
        found = {post.id: post for key in keys for post in names.get(key, ())}
        return list(found.values())

    def left(self, draft: Draft) -> list[Post]:
        """The posts that a struck-out row may be about: those that its people hold.

        Where it tells more than who they are, only those of which that holds as well.
        """
        row = traits_of(draft)
        held = [
            post
            for post in self.of_person(draft.economy or "", row.names)
            if names_a_holder(row, post) and not has_other_organisation(row, post.traits)
        ]
        if len(held) < 2:
            return held
        points = [likeness(row, post.traits, is_post=False) for post in held]
        return [post for post, each in zip(held, points, strict=True) if each == max(points)]

    def match(self, draft: Draft, row: Traits | None = None, *without: Collection[str]) -> Match:
        """The post that a row is about.

        Args:
            draft: The row.
            row: What its post is recognised by, where that is known.
            without: Ids of posts that it is not about.
        """
        row = row or traits_of(draft)
        scored = sorted(
            (
                (likeness(row, post.traits, is_post=draft.is_post), post)
                for post in self._candidates(draft.economy or "", row)
                if not any(post.id in some for some in without)
            ),
            key=lambda pair: (-pair[0], pair[1].id),
        )
        enough = [(points, post) for points, post in scored if points >= ENOUGH]
        if not enough:
            return Match(moved_from=self._moved(draft, row, None, without))
        if len(enough) > 1 and enough[0][0] - enough[1][0] < CLEAR_BY:
            return Match(candidates=tuple(post for _, post in enough[:MOST_TOLD]))
        points, post = enough[0]
        if _is_the_person_alone(row, post.traits):
            return Match(moved_from=self._moved(draft, row, None, without))
        if points < ENOUGH_TO_FOLLOW and row.names and post.holders:
            return Match(candidates=(post,))
        return Match(post, self._moved(draft, row, post, without), points=points)

    def _moved(
        self, draft: Draft, row: Traits, post: Post | None, without: Sequence[Collection[str]]
    ) -> Post | None:
        """The other post that the row's person holds in the directory, if there is just one."""
        if not row.names or (post is not None and names_a_holder(row, post)):
            return None
        others = [
            found
            for found in self.of_person(draft.economy or "", row.names)
            if found is not post
            and not any(found.id in some for some in without)
            and names_a_holder(row, found)
        ]
        return others[0] if len(others) == 1 else None

    def _candidates(self, economy: str, row: Traits) -> Iterable[Post]:
        found: dict[str, Post] = {}
        for number in row.lines:
            found.update((post.id, post) for post in self._by_number.get(number, ()))
        for mail in row.mails:
            found.update((post.id, post) for post in self._by_mail.get(mail, ()))
        for name in row.names:
            near = self._alike(
                name, economy, self._names.get(economy, {}), SAME_NAME - NEARLY, fuzz.ratio
            )
            found.update((post.id, post) for post in near)
        held = self._organisations.get(economy, {})
        titled = self._alike_in_title(economy, row.titles)
        for text in (*row.organisation, *row.initials) if titled else ():
            # An organisation has many posts; alone it makes none of them likely.
            for post in self._alike(text, economy, held, SAME_ORGANISATION, fuzz.token_sort_ratio):
                if post.id in titled:
                    found[post.id] = post
        return [post for post in found.values() if post.economy == economy]

    def _alike_in_title(self, economy: str, titles: Iterable[str]) -> set[str]:
        """The ids of an economy's posts of which a title is like one of some."""
        held, found = self._titles.get(economy, {}), set[str]()
        for title in titles:
            key = (economy, title)
            if key not in self._titled:
                alike = process.extract(
                    title,
                    held.keys(),
                    scorer=fuzz.token_sort_ratio,
                    score_cutoff=SAME_TITLE,
                    limit=None,
                )
                near = (one for one, *_ in alike if text_likeness([title], [one]) >= SAME_TITLE)
                self._titled[key] = set[str]().union(*(held[one] for one in near))
            found |= self._titled[key]
        return found

    def _alike(
        self, text: str, economy: str, keys: Mapping[str, list[Post]], cutoff: int, scorer: Any
    ) -> list[Post]:
        key = (f"{economy} {cutoff}", text)
        if key not in self._near:
            alike = process.extract(text, keys.keys(), scorer=scorer, score_cutoff=cutoff, limit=20)
            self._near[key] = [post for name, _, _ in alike for post in keys[name]]
        return self._near[key]


def _is_the_person_alone(row: Traits, held: Traits) -> bool:
    """Whether nothing but the person is the same: then they have another post now.

    A post stays in its organisation, and keeps what it does; a person leaves both.
    """
    if name_likeness(row.names, held.names) < SAME_NAME:
        return False
    if share_any(row.lines, held.lines) or share_any(row.mails, held.mails):
        return False
    if has_other_organisation(row, held):
        return True
    return (
        bool(row.numbers or row.mails)
        and are_comparable(row.titles, held.titles)
        and text_likeness(row.titles, held.titles) < OTHER_TITLE
    )


def is_same_line(line: Line, channel: Document) -> bool:
    """Whether a row gives a channel that a post has already."""
    if line.medium in TELEPHONE_MEDIA and line.e164 is not None:
        return bool(
            channel["e164"] == line.e164
            and line.extension in {None, channel["extension"]}
            and (line.medium == "fax") == (channel["medium"] == "fax")
        )
    if channel["medium"] != str(line.medium):
        return False
    if line.medium == "e-mail":
        return mail_key(channel["raw"]) == mail_key(line.raw)
    return fold(str(channel["raw"])) == fold(line.raw)
