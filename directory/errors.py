"""The errors of the directory, by category; capabilities subclass these.

No HTTP here: ``directory.web.problems`` alone knows statuses, keyed by category, so a new error
needs no new mapping::

    DirectoryError
    ├── InvalidRequestError   the request itself is malformed
    ├── InvalidInputError     understood, but not acceptable; one fault per offending place
    ├── UnauthenticatedError  no account, or a token that is not valid
    ├── NotFoundError         absent, or hidden from this viewer: the two look the same
    ├── GoneError             it was there, and its content has been destroyed
    ├── ForbiddenError        only where the viewer may know that the thing exists
    ├── PreconditionNeededError  the request must say on what it rests
    ├── PreconditionFailedError  what it rests on has moved
    ├── ConflictError         the thing has moved, or a rule across records stands in the way
    └── UnavailableError      try again later
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and where.

    Attributes:
        pointer: JSON Pointer into the input as a URI fragment (``#/channels/0/raw``), the name of
            a query parameter (``?at``), or a place in a file (``contacts.toml [3]``).
        detail: What is wrong and what to do, for the person who sent it.
    """

    pointer: str
    detail: str


class DirectoryError(Exception):
    """Anything the directory refuses, said for its reader.

    Attributes:
        slug: Stable name of the class of error; its page is ``/problems/<slug>``.
        title: Constant summary of the class of error.
        detail: What happened this time, addressed to the reader.
        faults: The offending places, if the error has any.
        members: What a program is told besides, by name.
    """

    slug: ClassVar[str] = "directory-error"
    title: ClassVar[str] = "The directory could not do this"

    def __init__(self, detail: str, *faults: Fault) -> None:
        super().__init__(detail)
        self.detail = detail
        self.faults = faults
        self.members: Mapping[str, str] = {}

    def __str__(self) -> str:
        places = "".join(f"\n  {fault.pointer}: {fault.detail}" for fault in self.faults)
        return self.detail + places


class InvalidRequestError(DirectoryError):
    """The request is malformed: it could not be understood at all."""

    slug = "malformed-request"
    title = "The request could not be understood"


class InvalidInputError(DirectoryError):
    """The request was understood and is not acceptable; each fault names a place."""

    slug = "invalid-input"
    title = "The request was understood but cannot be accepted"


class UnauthenticatedError(DirectoryError):
    """No account, or a token that is not valid: unknown, expired and revoked look the same."""

    slug = "token-needed"
    title = "This needs a valid token"


class NotFoundError(DirectoryError):
    """There is no such thing, as far as this viewer may know."""

    slug = "not-found"
    title = "There is no such record"


class GoneError(DirectoryError):
    """The viewer may know that the thing was there; its content has been destroyed."""

    slug = "gone"
    title = "This is no longer there"


class ForbiddenError(DirectoryError):
    """The viewer may know of the thing but may not do this with it."""

    slug = "forbidden"
    title = "This is not open to you"


class ConflictError(DirectoryError):
    """The record has moved on, or a rule that spans records stands in the way."""

    slug = "conflict"
    title = "This conflicts with what the directory holds"


class PreconditionNeededError(DirectoryError):
    """The request must say on what it rests, such as the revision it changes."""

    slug = "precondition-needed"
    title = "The request does not say what it rests on"


class PreconditionFailedError(DirectoryError):
    """What the request rests on is no longer so."""

    slug = "precondition-failed"
    title = "What the request rests on has changed"


class UnavailableError(DirectoryError):
    """The directory cannot answer at the moment; trying again later may help."""

    slug = "unavailable"
    title = "The directory cannot answer at the moment"
    retry_after_seconds = 5
