"""What a signed head claims: the log's size and root, until when, and what it was signed for.

Served alone, a head has no ``page``. Signed for a page of the feed, a snapshot or an offline copy
it names the SHA-256 of exactly those bytes, the scope and the account, so that neither can be
passed off as another's or another's as this one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from directory.clock import format_instant, parse_instant
from directory.documents import Document

HEAD_VERSION = 1
GOOD_FOR = timedelta(hours=48)
"""For how long a head is believed. It is signed anew each day, even where nothing has changed."""
SIGNED_ANEW_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Epoch:
    """Where the log was begun: the log that it goes on from, as far as it goes on from it."""

    parent: str
    size: int
    root: str


@dataclass(frozen=True, slots=True)
class PageClaims:
    """Of what exactly a head was signed: the bytes, for whom, and which part of the log.

    Attributes:
        start: The last entry before a page; 0 for a snapshot.
        end: The last entry of it.
        sha256: Of the bytes as they are before compression, in hexadecimal.
        scope: The scope's hash.
        audience: Id of the account that it was made for; empty for an offline copy.
    """

    start: int
    end: int
    sha256: str
    scope: str
    audience: str


@dataclass(frozen=True, slots=True)
class HeadClaims:
    """A head.

    Attributes:
        log: The log's id.
        size: Number of entries.
        root: The tree's root over them, in hexadecimal.
        at: When it was signed.
        until: Until when it is believed.
        oldest: The first entry that the feed can still begin after.
        next_key: The public key (JWK) that will sign later, while one is announced.
        epochs: The logs that this one goes on from, the newest first.
    """

    log: str
    size: int
    root: str
    at: datetime
    until: datetime
    oldest: int = 0
    next_key: Mapping[str, Any] | None = None
    epochs: tuple[Epoch, ...] = ()
    page: PageClaims | None = None

    @property
    def believed_until(self) -> datetime:
        """Until when it vouches for a copy that is brought on.

        That of an offline copy says more of its own file, and is in more hands than one.
        """
        return min(self.until, self.at + GOOD_FOR)

    def document(self) -> Document:
        """The claims as they are signed; what is absent is left out."""
        told: Document = {
            "v": HEAD_VERSION,
            "log": self.log,
            "size": self.size,
            "root": self.root,
            "at": format_instant(self.at),
            "exp": format_instant(self.until),
            "min_seq": self.oldest,
        }
        if self.next_key is not None:
            told["next_key"] = dict(self.next_key)
        if self.epochs:
            told["epochs"] = [
                {"log": each.parent, "size": each.size, "root": each.root} for each in self.epochs
            ]
        if self.page is not None:
            told["page"] = {
                "from": self.page.start,
                "to": self.page.end,
                "sha256": self.page.sha256,
                "scope": self.page.scope,
                "aud": self.page.audience,
            }
        return told

    @staticmethod
    def read(told: Mapping[str, Any]) -> HeadClaims:
        """Read verified claims.

        Raises:
            ValueError: They are not of this version or shape.
        """
        try:
            if told["v"] != HEAD_VERSION:
                raise ValueError(f"a head of version {told['v']!r} is not known here")
            page = told.get("page")
            return HeadClaims(
                log=str(told["log"]),
                size=int(told["size"]),
                root=str(told["root"]),
                at=parse_instant(told["at"]),
                until=parse_instant(told["exp"]),
                oldest=int(told["min_seq"]),
                next_key=told.get("next_key"),
                epochs=tuple(
                    Epoch(str(each["log"]), int(each["size"]), str(each["root"]))
                    for each in told.get("epochs", ())
                ),
                page=None
                if page is None
                else PageClaims(
                    int(page["from"]),
                    int(page["to"]),
                    str(page["sha256"]),
                    str(page["scope"]),
                    str(page["aud"]),
                ),
            )
        except (KeyError, TypeError) as error:
            raise ValueError(f"a head does not have its shape: {error!r}") from None
