"""What copying refuses: cursors that lead nowhere any more, keys and signatures that fail."""

from __future__ import annotations

from enum import StrEnum

from directory.errors import (
    ConflictError,
    DirectoryError,
    ForbiddenError,
    GoneError,
    NotFoundError,
    UnavailableError,
)

SNAPSHOT = "/api/v1/sync/snapshot"
"""Where whoever cannot go on from their cursor begins again."""


class Gone(StrEnum):
    """Why nobody can go on from a cursor.

    Attributes:
        UNKNOWN_LOG: Neither this log nor one that it goes on from.
        FORKED: The log has not been at this place as its holder knew it.
        EXPIRED: What followed it is no longer kept.
        SCOPE_CHANGED: Its holder may see more or less than when it was given.
    """

    UNKNOWN_LOG = "unknown-log"
    FORKED = "forked"
    EXPIRED = "expired"
    SCOPE_CHANGED = "scope-changed"


_DETAILS = {
    Gone.UNKNOWN_LOG: "The cursor is of another directory's log, or of one that was given up.",
    Gone.FORKED: "This log never stood as the cursor says: the directory was restored from an"
    " earlier state since, or what gave the cursor out was not this directory.",
    Gone.EXPIRED: "What came after the cursor is no longer kept.",
    Gone.SCOPE_CHANGED: "What your agency may see has changed since the cursor was given.",
}


class CursorGoneError(GoneError):
    """It is a cursor, and nobody can go on from it.

    Attributes:
        reason: Why.
    """

    slug = "cursor-gone"
    title = "The feed does not go on from this cursor"

    def __init__(self, reason: Gone) -> None:
        super().__init__(f"{_DETAILS[reason]} Begin again with a snapshot: GET {SNAPSHOT}")
        self.reason = reason
        self.members = {"reason": str(reason), "snapshot": SNAPSHOT}


class NoOriginError(ForbiddenError):
    """The directory is itself a copy: what it holds is given on by its origin alone."""

    slug = "no-origin"
    title = "This directory is a copy itself"


class UnknownSnapshotError(NotFoundError):
    """There is no such snapshot any more, or it is none of the asker's."""

    slug = "unknown-snapshot"
    title = "There is no such snapshot"


class SigningKeyError(UnavailableError):
    """The key that heads are signed with is missing, or cannot be used."""

    slug = "signing-key-unusable"
    title = "The directory cannot sign"


class KeysInUseError(ConflictError):
    """There are keys already, or the next one has been announced."""

    slug = "keys-in-use"
    title = "The signing keys are left as they are"


class ContradictedHeadError(UnavailableError):
    """The log is behind, or other than, what has been signed of it: nothing more is signed."""

    slug = "head-contradicted"
    title = "The log contradicts what was signed of it"


class BadSignatureError(DirectoryError):
    """A signature is not that of a key which is believed.

    Attributes:
        kid: The key that it says to be of; None where it names none.
        is_known: Whether that key is one of those believed.
    """

    slug = "bad-signature"
    title = "The signature does not hold"

    def __init__(self, detail: str, *, kid: str | None = None, is_known: bool = False) -> None:
        super().__init__(detail)
        self.kid = kid
        self.is_known = is_known
