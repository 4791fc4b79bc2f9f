"""The journal of redactions: what was erased, kept outside the database and its backups.

A backup still holds what was erased after it was made, so a restore erases it once more by this
file. A line is on the disk before its redaction is committed, so one may stand here that never
happened: its entry is not in the log, and a later line may name the same place. ``reapply`` tells
the two apart. No line holds what it erased: it names records by id and payloads by their hashes.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from directory.durable import MINE_ALONE, append_whole, flush_folder
from directory.errors import DirectoryError

FILE = "redactions.ndjson"
VERSION = 1
Line = Mapping[str, Any]


class DamagedJournalError(DirectoryError):
    """A line of the journal of redactions cannot be read."""

    slug = "damaged-journal"
    title = "The journal of redactions cannot be read"


@dataclass(frozen=True, slots=True)
class Blank:
    """A row beside the log whose text is put out.

    Attributes:
        table: Name of the table.
        key: The row, by its primary key.
        values: What stands in its columns from then on: nothing that tells of what stood there.
    """

    table: str
    key: Mapping[str, Any]
    values: Mapping[str, Any]

    def document(self) -> dict[str, Any]:
        """The blank as the journal has it."""
        return {"table": self.table, "key": dict(self.key), "values": dict(self.values)}


class Journal:
    """The journal in a folder.

    Args:
        folder: The service's own, made when it is needed.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE

    def append(self, line: Line) -> None:
        """Keep a line; returns when it outlasts a crash.

        Raises:
            OSError: It could not be written, and the file is as it was.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        is_new = not self.path.exists()
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, MINE_ALONE)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            _append_line(handle, orjson.dumps(line) + b"\n")
        finally:
            os.close(handle)
        if is_new:
            flush_folder(self.path.parent)

    def lines(self) -> list[Line]:
        """What was ever erased, in order; a line that was never finished is left out.

        Raises:
            DamagedJournalError: A line in the middle is none of ours.
        """
        if not self.path.exists():
            return []
        return list(read_lines(self.path.read_bytes()))


def read_lines(data: bytes) -> Iterator[Line]:
    """The lines of a journal, from its bytes.

    Raises:
        DamagedJournalError: A line in the middle is none of ours.
    """
    *whole, _unfinished = data.split(b"\n")
    for number, text in enumerate(whole, start=1):
        try:
            line = orjson.loads(text)
        except orjson.JSONDecodeError:
            line = None
        if not isinstance(line, dict) or line.get("v") != VERSION:
            raise DamagedJournalError(
                f"Line {number} of {FILE} is none that this version writes. What it told to erase"
                " is not known; nothing was done."
            )
        yield line


def _append_line(handle: int, data: bytes) -> None:
    end = os.fstat(handle).st_size
    # A line that a crash has cut off would swallow the beginning of this one.
    torn = end > 0 and os.pread(handle, 1, end - 1) != b"\n"
    begun = _last_line_begins(handle, end) if torn else end
    if torn:
        os.ftruncate(handle, begun)
    append_whole(handle, data, end=begun)


def _last_line_begins(handle: int, end: int) -> int:
    data = os.pread(handle, end, 0)
    return data.rfind(b"\n") + 1
