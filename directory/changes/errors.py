"""What the log refuses."""

from __future__ import annotations

from directory.errors import (
    ConflictError,
    DirectoryError,
    ForbiddenError,
    GoneError,
    InvalidInputError,
    NotFoundError,
)


class InvalidDocumentError(InvalidInputError):
    """A document does not have its kind's shape, or breaks a rule of its kind."""

    slug = "invalid-document"
    title = "A document cannot be accepted"


class UnacceptableChangeSetError(InvalidInputError):
    """The change set as a whole cannot be applied: empty, too large, or a record named twice."""

    slug = "unacceptable-change-set"
    title = "The change set cannot be accepted"


class BrokenReferenceError(InvalidInputError):
    """A record refers to one that is not there for it, or leaves others without theirs."""

    slug = "broken-reference"
    title = "A record refers to something that is not there for it"


class BrokenRuleError(ConflictError):
    """The records would contradict each other."""

    slug = "broken-rule"
    title = "The records would contradict each other"


class StaleRevisionError(ConflictError):
    """The record has been changed since the revision this change starts from."""

    slug = "stale-revision"
    title = "The record has changed in the meantime"


class UnknownRecordError(NotFoundError):
    """There is no record of that kind with that id."""

    slug = "unknown-record"
    title = "There is no such record"


class BeforeTheLogError(NotFoundError):
    """What was recorded by an instant is asked for, and the log had not begun."""

    slug = "before-the-log"
    title = "Nothing had been recorded by then"


class NotYetRecordedError(InvalidInputError):
    """What will be recorded by an instant in the future is asked for."""

    slug = "not-yet-recorded"
    title = "Nobody knows yet what will be recorded by then"


class ErasedError(GoneError):
    """A version whose content has been erased."""

    slug = "erased"
    title = "What this said has been erased"


class StillReferredToError(ConflictError):
    """What is to be erased is named by records that stay."""

    slug = "still-referred-to"
    title = "Other records name what was to be erased"


class NotYoursError(ForbiddenError):
    """A record that the writer may see, but not write."""

    slug = "not-yours"
    title = "This is not yours to write"


class SecondPersonError(ConflictError):
    """The change takes a second person: it alters a line that answers around the clock."""

    slug = "second-person-needed"
    title = "A second person has to decide on this"


class UndecidableError(ForbiddenError):
    """Whoever asks cannot decide on this change set."""

    slug = "not-yours-to-decide"
    title = "You cannot decide on this change set"


class UnknownChangeSetError(NotFoundError):
    """There is no such change set, as far as this viewer may know."""

    slug = "unknown-change-set"
    title = "There is no such change set"


class KeyReusedError(InvalidInputError):
    """An Idempotency-Key that was given to something else before."""

    slug = "key-reused"
    title = "The Idempotency-Key belongs to another request"


class DecidedError(ConflictError):
    """The change set has been decided on already."""

    slug = "already-decided"
    title = "This has been decided already"


class UnapprovedError(ConflictError):
    """A change set of which not everything has been approved, or nothing is left."""

    slug = "not-approved"
    title = "The change set has not been approved"


class MovedBaseError(ConflictError):
    """Records have changed since the revisions that a proposed change set starts from."""

    slug = "moved-base"
    title = "Records have changed since this was proposed"


class UnknownOperationError(NotFoundError):
    """A change set has no such operation, as far as this viewer may know."""

    slug = "unknown-operation"
    title = "The change set has no such operation"


class UnappliedError(ConflictError):
    """A change set that has not been applied, so that there is nothing to undo."""

    slug = "not-applied"
    title = "The change set has not been applied"


class BuiltOnError(ConflictError):
    """What a change set wrote has been changed, or referred to, since."""

    slug = "built-on"
    title = "Something has been built on this since"


class UndoneError(ConflictError):
    """All that a change set wrote has been undone already.

    Attributes:
        by: The newest of the change sets that undid it.
    """

    slug = "already-undone"
    title = "This has been undone already"

    def __init__(self, by: str) -> None:
        self.by = by
        super().__init__(
            f"Nothing was done: the change set {by} has undone it. To have it again, undo that one."
        )


class ForgottenError(ConflictError):
    """What a record said before is not held any more, so that it cannot say it again."""

    slug = "forgotten"
    title = "What was said before is not held any more"


class WideningError(ConflictError):
    """Undoing a change set would let more people see a record than may see it now."""

    slug = "would-widen"
    title = "More people would see this than do now"


class MirrorRefusesError(ConflictError):
    """The directory is the copy of another one, and is written there alone."""

    slug = "this-is-a-copy"
    title = "This directory is a copy"


class CopyInTheWayError(ConflictError):
    """A directory with a log of its own cannot become the copy of another."""

    slug = "copy-in-the-way"
    title = "This directory cannot become a copy"


class CopyMovedError(ConflictError):
    """A copy was brought on by somebody else while this process was about to."""

    slug = "copy-moved"
    title = "The copy has been brought on meanwhile"


class UntakenEntryError(DirectoryError):
    """An entry of the log that is copied cannot be taken over; it is never passed by.

    Attributes:
        seq: The entry, or the first of those among which it is; 0 where it is not known.
    """

    slug = "untaken-entry"
    title = "Something cannot be copied"

    def __init__(self, seq: int, why: str) -> None:
        super().__init__(f"From entry {seq} on: {why}" if seq else why)
        self.seq = seq


class DamagedLogError(DirectoryError):
    """The log or the tables made from it are not what the hashes say."""

    slug = "damaged-log"
    title = "The log does not verify"
