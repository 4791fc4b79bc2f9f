"""What the recording of readings refuses."""

from __future__ import annotations

from directory.errors import (
    ForbiddenError,
    InvalidInputError,
    PreconditionNeededError,
    UnavailableError,
)


class PurposeNeededError(PreconditionNeededError):
    """The reader's partner shows nothing marked AMBER or above to whoever names no purpose."""

    slug = "purpose-needed"
    title = "Say for which purpose you read this"


class BadPurposeError(InvalidInputError):
    """The purpose that was given cannot be kept."""

    slug = "bad-purpose"
    title = "The purpose cannot be recorded"


class NotRecordedError(UnavailableError):
    """That the answer was read could be recorded nowhere, so it is not given."""

    slug = "reading-not-recorded"
    title = "That you read this could not be recorded"
    retry_after_seconds = 60


class ReadingsClosedError(ForbiddenError):
    """Who read what is not open to this account, whether or not there is anything to tell."""

    slug = "readings-closed"
    title = "Who read this is not open to you"
