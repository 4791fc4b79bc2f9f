"""What backup and restore refuse."""

from __future__ import annotations

from directory.errors import ConflictError, InvalidInputError, UnavailableError


class BadBackupError(InvalidInputError):
    """The file is no backup, or not a whole one."""

    slug = "bad-backup"
    title = "This is not a whole backup"


class NotEmptyError(ConflictError):
    """There is a directory already where one was to be restored."""

    slug = "not-empty"
    title = "There is a directory here already"


class NothingToBackUpError(ConflictError):
    """What is to be backed up is not a directory's own."""

    slug = "nothing-to-back-up"
    title = "This cannot be backed up"


class OtherKeysError(ConflictError):
    """Signing keys are here already, and they are not those of the backup."""

    slug = "other-signing-keys"
    title = "There are other signing keys here"


class RestoringError(UnavailableError):
    """A restore has begun and not ended."""

    slug = "restoring"
    title = "A restore has not ended"
