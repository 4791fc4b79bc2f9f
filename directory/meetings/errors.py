"""What meetings refuse."""

from __future__ import annotations

from directory.errors import InvalidInputError


class UnreadableFileError(InvalidInputError):
    """The file is no list that can be read: another form, or damaged."""

    slug = "unreadable-file"
    title = "The file cannot be read as a list"


class FileTooLargeError(InvalidInputError):
    """The file, or what it unfolds to, is larger than any list."""

    slug = "file-too-large"
    title = "The file is larger than a list can be"


class UnsafeFileError(InvalidInputError):
    """The file is built in a way that harms whoever reads it."""

    slug = "unsafe-file"
    title = "The file is built in a way that is not safe to read"


class WrongEncodingError(InvalidInputError):
    """The encoding that somebody chose is unknown, or is not the file's."""

    slug = "wrong-encoding"
    title = "The file cannot be read in this encoding"


class WrongDelimiterError(InvalidInputError):
    """What somebody chose can separate no fields."""

    slug = "wrong-delimiter"
    title = "This cannot separate the fields of a file"


class NoListError(InvalidInputError):
    """The file holds no table with headings that a list of contacts has."""

    slug = "no-list"
    title = "The file holds no list of contacts"


class UnknownSheetError(InvalidInputError):
    """The file has no sheet of the name that somebody chose."""

    slug = "unknown-sheet"
    title = "The file has no such sheet"
