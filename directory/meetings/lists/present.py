"""What the directory holds now of a post whose row was printed earlier.

A list may be brought back twice, and somebody may have entered meanwhile what a person wrote into
it. What is there already is proposed by nobody: it is neither a change nor a conflict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from directory.contacts.rules.tried import digest_of
from directory.contacts.rules.words import REACHED, Verification
from directory.documents import Document
from directory.meetings.lists.drafts import Line
from directory.meetings.lists.likeness import name_key
from directory.meetings.lists.matching import Post, is_same_line

NEVER_TRIED = {"result": str(Verification.UNVERIFIED), "checked_at": None}


class Present:
    """A post as the directory has it now, held against what a row says.

    Args:
        post: As the sender may see it.
    """

    def __init__(self, post: Post) -> None:
        self._view = post.view
        self._channels = {channel["id"]: channel for channel in post.view["channels"]}
        self._holders = {holder["id"]: holder for holder in post.holders}

    def has_all(self, told: Mapping[str, Any]) -> bool:
        """Whether the contact says already what a row tells of it."""
        return says(self._view, told)

    def organisation_says(self, printed: Document, told: Mapping[str, Any]) -> bool:
        """Whether the organisation that was printed says already what a row tells of it."""
        now = self._view["organisation_record"]
        return bool(now["id"] == printed["id"]) and says(now, told)

    def channel(self, printed: Document) -> Document | None:
        """A channel that was printed, as it is now; None where it has been taken out since."""
        return self._channels.get(printed["id"])

    def holder(self, printed: Document) -> Document | None:
        """A holder who was printed, as they are now; None where they have left since."""
        return self._holders.get(printed["id"])

    def with_line(self, line: Line) -> list[Document]:
        """The channels that have a row's number or address already; more than one if it doubled."""
        return [
            channel
            for channel in self._channels.values()
            if channel["medium"] == str(line.medium)
            and channel["extension"] == line.extension
            and is_same_line(line, channel)
        ]

    def is_held_by(self, names: Iterable[str]) -> bool:
        """Whether somebody of one of these names holds the post."""
        keys = set(map(name_key, names)) - {""}
        return any(
            name_key(name) in keys
            for holder in self._holders.values()
            for name in holder["name"].values()
        )


def says(held: Document, told: Mapping[str, Any]) -> bool:
    """Whether a record says already what it is told; where that comes from does not count."""
    return all(
        _in_no_order(name, held.get(name)) == _in_no_order(name, value)
        for name, value in told.items()
        if name != "source"
    )


def renumbered(
    now: Document, said: Mapping[str, Any], checks: Callable[[], Iterable[Document]]
) -> Document:
    """A channel once its number is another, with what its checks then say of it.

    Args:
        now: The channel as it is.
        said: What it is to say.
        checks: Its live checks; asked for only where it is another number.
    """
    after = now | dict(said)
    digest = digest_of(after)
    if digest == digest_of(now):
        return after
    tried = [check for check in checks() if check.get("tried") == digest]
    newest = max(tried, key=lambda check: (check["checked_at"], check["id"]), default=None)
    verification = NEVER_TRIED
    if newest is not None:
        result = Verification.VERIFIED if newest["outcome"] in REACHED else Verification.FAILED
        verification = {"result": str(result), "checked_at": newest["checked_at"]}
    return after | {"verification": verification}


def _in_no_order(name: str, value: Any) -> Any:
    return sorted(value) if name == "networks" else value
