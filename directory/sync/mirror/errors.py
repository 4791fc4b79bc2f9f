"""What bringing a copy on refuses, and what merely went wrong."""

from __future__ import annotations

from directory.errors import ConflictError, InvalidInputError, NotFoundError, UnavailableError


class OriginNotAddedError(NotFoundError):
    """Nobody has said yet whose copy this directory is to be."""

    slug = "origin-not-added"
    title = "This mirror has no origin yet"


class OriginTroubleError(UnavailableError):
    """The origin does not answer, or not as it should; no sign of an attack."""

    slug = "origin-trouble"
    title = "The origin did not answer as it should"


class CopyTroubleError(UnavailableError):
    """What came could not be kept on this machine; the origin has nothing to do with it."""

    slug = "copy-trouble"
    title = "The copy could not be brought on here"


class BadOriginError(InvalidInputError):
    """An address, a key or a token that nothing can be copied with."""

    slug = "bad-origin"
    title = "Nothing can be copied with this"


class AlarmedError(ConflictError):
    """What the origin sent was refused, and an alarm was raised; the last good copy serves on."""

    slug = "copy-alarmed"
    title = "What the origin sent was refused"


class CopyBegunAnewError(AlarmedError):
    """The origin was restored, so the copy began anew; it serves, and somebody should know why."""

    slug = "copy-begun-anew"
    title = "The copy began anew, because its origin was restored"


class CopyBehindError(ConflictError):
    """The copy cannot be compared before it has all that its origin has."""

    slug = "copy-behind"
    title = "The copy is behind its origin"


class DifferingCopyError(ConflictError):
    """The copy does not hold what its origin says that it has to."""

    slug = "copy-differs"
    title = "The copy is not what its origin holds"
