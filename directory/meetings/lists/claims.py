"""Which rows of a list are about which posts, all of them together.

Two rows that fit one post are two desks more often than two people in one. Whoever holds a post and
still stands in the list has not been followed by somebody who shares their switchboard, and who
still stands in it has not moved: a row alone cannot know that, the list does.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from directory.meetings.lists.drafts import Draft
from directory.meetings.lists.likeness import Traits, traits_of
from directory.meetings.lists.matching import CLEAR_BY, Match, Post, Posts, names_a_holder
from directory.meetings.lists.rules.findings import Code

NEW = "new"
"""What a person says of a row that is about no post that the directory has."""


@dataclass(slots=True)
class _Claim:
    """What a row lays claim to.

    Attributes:
        lost: Ids of those that it had to let go of.
    """

    draft: Draft
    traits: Traits
    match: Match
    lost: set[str] = field(default_factory=set)

    @property
    def is_by_name(self) -> bool:
        """Whether the row names whoever holds the post."""
        post = self.match.post
        return post is not None and names_a_holder(self.traits, post)


def matched(
    drafts: list[Draft], posts: Posts, chosen: Mapping[int, str], edited: Collection[str]
) -> Iterator[tuple[Draft, Match | None]]:
    """Each row with the post that it is about; None where what a person chose is none.

    Args:
        drafts: The rows, without those that repeat others. They are taken out, so that each is let
            go of as soon as it is proposed.
        posts: Those that the sender may see.
        chosen: What a person has said that rows are about: a contact's id, or ``new``.
        edited: Ids of the posts whose own rows are in the list.
    """
    told = {draft.row: _chosen(draft, chosen[draft.row], posts) for draft in drafts
            if draft.row in chosen}  # fmt: skip
    taken = {*edited, *(match.post.id for match in told.values() if match and match.post)}
    claims = [
        _Claim(draft, traits, posts.match(draft, traits, taken))
        for draft in drafts
        if draft.row not in chosen and draft.economy is not None and not draft.is_struck
        for traits in [traits_of(draft)]
    ]
    _settle(claims, posts, taken)
    found: dict[int, Match] = {id(claim.draft): claim.match for claim in claims}
    staying = {claim.match.post.id for claim in claims if claim.is_by_name and claim.match.post}
    claims.clear()
    left = deque(drafts)
    drafts.clear()
    while left:
        draft = left.popleft()
        match = told[draft.row] if draft.row in told else found.pop(id(draft), Match())
        if match is not None and match.moved_from is not None and match.moved_from.id in staying:
            match = Match(match.post, None, match.candidates, match.points)
        yield draft, match


def _chosen(draft: Draft, choice: str, posts: Posts) -> Match | None:
    if choice == NEW:
        return Match()
    post = posts.get(choice)
    if post is None or post.economy != draft.economy:
        draft.doubt(Code.AMBIGUOUS_MATCH, choice, None, 0.0)
        return None
    return Match(post)


def _settle(claims: Sequence[_Claim], posts: Posts, taken: Collection[str]) -> None:
    """Let go of posts until no two rows claim one that only one of them can be about."""
    losing = list(_losing(claims))
    while losing:
        for claim, post in losing:
            claim.lost.add(post.id)
            claim.match = posts.match(claim.draft, claim.traits, taken, claim.lost)
        losing = list(_losing(claims))


def _losing(claims: Iterable[_Claim]) -> Iterator[tuple[_Claim, Post]]:
    by_post: dict[str, list[_Claim]] = {}
    for claim in claims:
        if claim.match.post is not None:
            by_post.setdefault(claim.match.post.id, []).append(claim)
    for rivals in by_post.values():
        yield from _beaten(rivals)


def _beaten(rivals: Sequence[_Claim]) -> Iterator[tuple[_Claim, Post]]:
    """The rows that have to let go of a post; where two fit alike, both are asked about."""
    others = [claim for claim in rivals if not claim.is_by_name]
    if len(rivals) == 1 or not others:
        return
    kept: _Claim | None = None
    if len(others) == len(rivals):
        first, second, *_ = sorted(others, key=lambda claim: -claim.match.points)
        if first.match.points - second.match.points < CLEAR_BY:
            for claim in others:
                claim.match = Match(candidates=(claim.match.post,) if claim.match.post else ())
            return
        kept = first
    for claim in others:
        if claim is not kept and claim.match.post is not None:
            yield claim, claim.match.post
