"""What the contacts of one economy in one network cover, and what they lack: pure rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import orjson

from directory.contacts.rules.words import Verification
from directory.documents import Document

MOST_NAMED = 20
"""Contacts that are named of those that lack something; the others are counted."""

_LACKS = {
    "no-contact": "No contact is held, though the economy takes part.",
    "one-contact": "All hangs on one contact.",
    "no-channel": "No number or address is held.",
    "all-failed": "The last check of every channel failed.",
    "one-channel": "All hangs on one channel.",
    "one-medium": "All channels are of one medium: one fault silences them all.",
    "not-around-the-clock": "No channel answers around the clock, though the network is for that.",
    "no-language": "In which languages anybody answers is not recorded.",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A channel, as far as covering goes.

    Attributes:
        medium: Telephone, e-mail and so on.
        result: What its checks say; None where it was never checked.
        always: Whether its hours run at all times.
    """

    medium: str
    result: str | None
    always: bool


@dataclass(frozen=True, slots=True)
class Lines:
    """The channels of one contact, counted.

    Attributes:
        working: Those of which it is not known that nobody answers: others cover nothing.
        always: How many of these answer around the clock; ``media`` are theirs as well.
        is_verified: Whether any of them is.
    """

    count: int
    working: int
    always: int
    media: frozenset[str]
    is_verified: bool


def counted(lines: Sequence[Line]) -> Lines:
    """Count the channels of one contact."""
    working = [line for line in lines if line.result != Verification.FAILED]
    return Lines(
        len(lines),
        len(working),
        sum(line.always for line in working),
        frozenset(line.medium for line in working),
        any(line.result == Verification.VERIFIED for line in lines),
    )


@dataclass(frozen=True, slots=True)
class Post:
    """A contact, as far as covering goes.

    Attributes:
        text: Its document, as JSON.
        spoken: The languages that are spoken there.
        lines: Its channels.
        is_held: Whether somebody is known to hold the post.
        has_expired_key: Whether one of its keys has expired.
    """

    text: str
    spoken: frozenset[str]
    lines: Lines
    is_held: bool
    has_expired_key: bool


@dataclass(slots=True)
class _Lacking:
    """Contacts that lack something: how many, and which, the first of them."""

    count: int = 0
    named: list[Document] = field(default_factory=list)

    def add(self, text: str) -> None:
        self.count += 1
        if len(self.named) < MOST_NAMED:
            contact = orjson.loads(text)
            names = ("kind", "id", "owner", "marking", "audience", "title")
            self.named.append({name: contact[name] for name in names})

    @property
    def document(self) -> Document:
        return {"count": self.count, "contacts": self.named}


@dataclass(slots=True)
class Cell:
    """The contacts of an economy in a network, counted one after the other."""

    contacts: int = 0
    channels: int = 0
    working: int = 0
    always: int = 0
    media: set[str] = field(default_factory=set)
    languages: set[str] = field(default_factory=set)
    nothing_verified: _Lacking = field(default_factory=_Lacking)
    without_holder: _Lacking = field(default_factory=_Lacking)
    expired_keys: _Lacking = field(default_factory=_Lacking)

    def add(self, post: Post) -> None:
        """Count one more contact."""
        lines = post.lines
        self.contacts += 1
        self.channels += lines.count
        self.working += lines.working
        self.always += lines.always
        self.media |= lines.media
        self.languages |= post.spoken
        if not lines.is_verified:
            self.nothing_verified.add(post.text)
        if not post.is_held:
            self.without_holder.add(post.text)
        if post.has_expired_key:
            self.expired_keys.add(post.text)


def cell_of(cell: Cell, network: Document | None) -> Document:
    """A cell as it is answered.

    Args:
        cell: What was counted.
        network: The network's document; None for the contacts that are designated for none.
    """
    is_for_nights = network is not None and bool(network["two_people"])
    return {
        "network": None if network is None else network["slug"],
        "network_name": None if network is None else network["name"],
        "contacts": cell.contacts,
        "channels": cell.channels,
        "around_the_clock": cell.always > 0,
        "languages": sorted(cell.languages),
        "media": sorted(cell.media),
        "lacks": [
            {"code": code, "text": _LACKS[code]}
            for code in _lacks(cell, is_for_nights=is_for_nights)
        ],
        "nothing_verified": cell.nothing_verified.document,
        "without_holder": cell.without_holder.document,
        "expired_keys": cell.expired_keys.document,
    }


def _lacks(cell: Cell, *, is_for_nights: bool) -> Iterator[str]:
    if not cell.contacts:
        yield "no-contact"
        return
    if cell.contacts == 1:
        yield "one-contact"
    if not cell.channels:
        yield "no-channel"
    elif not cell.working:
        yield "all-failed"
    elif cell.working == 1:
        yield "one-channel"
    elif len(cell.media) == 1:
        yield "one-medium"
    if is_for_nights and not cell.always:
        yield "not-around-the-clock"
    if not cell.languages:
        yield "no-language"
