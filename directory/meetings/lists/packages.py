"""The package of a workbook: a zip archive of XML parts, read so that no package can do harm.

A part is unpacked piece by piece and only if somebody asks for it, and never as a whole: what the
archive says of its sizes is not believed, and pictures, macros and other files are never touched.
No part may declare a document type, so there are no entities to unfold or to fetch.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from functools import lru_cache
from typing import IO, Final
from xml.parsers import expat

from directory.meetings.errors import FileTooLargeError, UnreadableFileError, UnsafeFileError

MOST_ENTRIES: Final = 2_000
MOST_UNPACKED_BYTES: Final = 100_000_000
MOST_ELEMENTS: Final = 4_000_000
DEEPEST: Final = 64
LONGEST_TOKEN_BYTES: Final = 1_000_000
HIGHEST_RATIO: Final = 500
RATIO_COUNTS_FROM_BYTES: Final = 5_000_000
_PIECE = 1 << 16
_CENTRAL_ENTRY = b"PK\x01\x02"
_NO_ATTRIBUTES: Final[dict[str, str]] = {}
_READABLE = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}

START: Final = "start"
END: Final = "end"
TEXT: Final = "text"
Event = tuple[str, str, dict[str, str]]
"""What stands next in a part: ``start`` or ``end`` with an element's name and attributes, or
``text`` with the text. Prefixes are dropped: what they stand for is never in doubt here."""

DAMAGED: Final = (
    "The workbook is damaged: {why}. Open it in a spreadsheet program, save it again as .xlsx and"
    " send that."
)


class Package:
    """The parts of a workbook, of which no more than a bounded amount is ever unpacked.

    Attributes:
        names: The parts' names as they are written, by their names in small letters.
    """

    def __init__(self, data: bytes) -> None:
        # One record of a bomb's directory is short; what is made of it is not.
        if data.count(_CENTRAL_ENTRY) > MOST_ENTRIES:
            raise UnsafeFileError(
                f"The file is an archive of more than {MOST_ENTRIES:,} parts. No list has as many:"
                " copy the list into a new workbook."
            )
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
            raise UnreadableFileError(DAMAGED.format(why="its archive cannot be opened")) from error
        self.names: dict[str, str] = {}
        for entry in self._archive.infolist():
            self._admit(entry)
        self._unpacked_bytes = 0
        self._elements = 0

    def _admit(self, entry: zipfile.ZipInfo) -> None:
        name = entry.filename
        if entry.flag_bits & 1:
            raise UnreadableFileError(
                "The file is an archive with a password. Save the list without a password."
            )
        if name.startswith("/") or "\\" in name or ".." in name.split("/"):
            raise UnsafeFileError(
                "The archive of the workbook names places outside itself. Copy the list into a new"
                " workbook."
            )
        if name.lower() in self.names:
            raise UnsafeFileError(
                "The archive of the workbook holds the same part twice, so that two programs would"
                " read two lists. Save it again as .xlsx in a spreadsheet program."
            )
        self.names[name.lower()] = name

    def __contains__(self, name: str) -> bool:
        return name.lower() in self.names

    def has_under(self, *folders: str) -> bool:
        """Whether there is any part whose name begins with one of these."""
        return any(name.startswith(folders) for name in self.names)

    def beginning(self, name: str, size_bytes: int) -> bytes:
        """The first bytes of a part."""
        try:
            with self._open(name) as part:
                return part.read(size_bytes)
        except _BROKEN as error:
            raise UnreadableFileError(DAMAGED.format(why=f"{name} is broken")) from error

    def events(self, name: str) -> Iterator[Event]:
        """What stands in a part, from its beginning.

        Raises:
            UnsafeFileError: It declares entities, or is built to exhaust whoever reads it.
            UnreadableFileError: It is broken.
        """
        reader = _Reader(name)
        fed = 0
        try:
            with self._open(name) as part:
                while piece := part.read(_PIECE):
                    fed += len(piece)
                    self._count(name, fed, len(piece))
                    yield from self._counted(reader.take(piece))
                    if fed - reader.reached > LONGEST_TOKEN_BYTES:
                        raise _unsafe(f"one name or value in {name} takes more than a megabyte")
                yield from self._counted(reader.take(b"", is_last=True))
        except _BROKEN as error:
            raise UnreadableFileError(DAMAGED.format(why=f"{name} is broken")) from error

    def _open(self, name: str) -> IO[bytes]:
        entry = self._archive.getinfo(self.names[name.lower()])
        if entry.compress_type not in _READABLE:
            raise _unsafe(f"{name} is packed in a way that no spreadsheet program uses")
        return self._archive.open(entry)

    def _count(self, name: str, fed_bytes: int, piece_bytes: int) -> None:
        self._unpacked_bytes += piece_bytes
        if self._unpacked_bytes > MOST_UNPACKED_BYTES:
            raise FileTooLargeError(
                f"The workbook unfolds to more than {MOST_UNPACKED_BYTES // 1_000_000} megabytes."
                " Copy the list alone into a new workbook."
            )
        packed_bytes = self._archive.getinfo(self.names[name.lower()]).compress_size
        if fed_bytes > max(RATIO_COUNTS_FROM_BYTES, HIGHEST_RATIO * packed_bytes):
            raise _unsafe(f"{name} unfolds to more than {HIGHEST_RATIO} times its size")

    def _counted(self, events: list[Event]) -> list[Event]:
        self._elements += len(events)
        if self._elements > MOST_ELEMENTS:
            raise FileTooLargeError(
                "The workbook has more cells, filled or merely formatted, than a list can have."
                " Copy the list alone into a new workbook."
            )
        return events


_BROKEN = (
    expat.ExpatError,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
    LookupError,
)


def _unsafe(why: str) -> UnsafeFileError:
    return UnsafeFileError(
        f"The workbook is built to exhaust whoever reads it: {why}. Copy the list into a new"
        " workbook."
    )


@lru_cache(maxsize=1_000)
def _unprefixed(name: str) -> str:
    return name.rpartition(":")[2]


class _Reader:
    """Turns the bytes of one part into events."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._events: list[Event] = []
        self._depth = 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.StartDoctypeDeclHandler = self._refuse_document_type

    @property
    def reached(self) -> int:
        """How many bytes have been understood."""
        return self._parser.CurrentByteIndex

    def take(self, piece: bytes, *, is_last: bool = False) -> list[Event]:
        """The events that a further piece completes."""
        self._parser.Parse(piece, is_last)
        events, self._events = self._events, []
        return events

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise _unsafe(f"{self._name} is nested more than {DEEPEST} deep")
        self._events.append((START, _unprefixed(name), attributes))

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._events.append((END, _unprefixed(name), _NO_ATTRIBUTES))

    def _text(self, text: str) -> None:
        self._events.append((TEXT, text, _NO_ATTRIBUTES))

    def _refuse_document_type(self, *_: object) -> None:
        raise UnsafeFileError(
            f"{self._name} in the workbook declares a document type, by which a file can pull in"
            " others or unfold without end. Copy the list into a new workbook."
        )


class Relationships:
    """Which parts a part refers to."""

    def __init__(self, package: Package, part: str) -> None:
        folder, name = posixpath.split(part)
        path = posixpath.join(folder, "_rels", f"{name}.rels")
        self.targets: dict[str, str] = {}
        self._kinds: dict[str, str] = {}
        if path not in package:
            return
        for event, element, attributes in package.events(path):
            if event != START or element != "Relationship":
                continue
            target = attributes.get("Target", "")
            if attributes.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            identifier = attributes.get("Id", "")
            self.targets[identifier] = target
            self._kinds[identifier] = attributes.get("Type", "").rpartition("/")[2]

    def kind_of(self, identifier: str) -> str:
        """What a reference is to: ``worksheet``, ``comments``; empty where there is none."""
        return self._kinds.get(identifier, "")

    def first(self, kind: str) -> str | None:
        """The first part of a kind that is referred to."""
        found = (self.targets[key] for key, value in self._kinds.items() if value == kind)
        return next(found, None)
