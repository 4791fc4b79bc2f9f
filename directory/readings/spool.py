"""Entries that wait on the local disk because the store cannot be written.

Files of JSON lines, of which the oldest go to the store first; all processes of a service share
them under one lock. A ballast file is given up when the disk is full, so that there is room for
the first entries in any case.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import orjson

from directory.durable import MINE_ALONE, append_whole, flush_folder
from directory.readings.rules import Entry

MOST_BYTES = 64_000_000
"""So much may wait: 100,000 answers or so, after which answers are refused."""
FILE_BYTES = 250_000
"""As much as is handed to the store at once: a request waits for it."""
BALLAST_BYTES = 1_000_000


class FullSpoolError(OSError):
    """As much waits already as may."""


class Spool:
    """The entries that wait in a folder.

    Args:
        folder: Made when it is needed.
        most_bytes: How much may wait in it.
    """

    def __init__(self, folder: Path, *, most_bytes: int = MOST_BYTES) -> None:
        self.folder = folder
        self._most_bytes = most_bytes
        self._ballast = folder / "ballast"

    def prepare(self) -> bool:
        """Make the folder, its lock and the ballast while there is room.

        Returns:
            Whether the ballast lies there.
        """
        if self._ballast.exists():
            return True
        made = self._ballast.with_suffix(".new")
        try:
            with self._locked():
                # Random, lest a file system that compresses keep no room for it at all.
                _write_whole(made, os.urandom(BALLAST_BYTES))
                made.replace(self._ballast)
        except OSError:
            made.unlink(missing_ok=True)
            return False
        return True

    def waiting_bytes(self) -> int:
        """How much waits."""
        return sum(path.stat().st_size for path in self._files())

    def append(self, entries: Sequence[Entry]) -> None:
        """Keep some entries on the disk, whole or not at all.

        Raises:
            OSError: They could not be written, or too much waits already.
        """
        lines = b"".join(orjson.dumps(entry) + b"\n" for entry in entries)
        with self._locked():
            if self.waiting_bytes() + len(lines) > self._most_bytes:
                raise FullSpoolError(f"{self._most_bytes} bytes wait already")
            try:
                self._write(lines)
            except OSError:
                if not self._ballast.exists():
                    raise
                self._ballast.unlink(missing_ok=True)
                self._write(lines)

    def hand_over(self, append: Callable[[Sequence[Entry]], None]) -> bool:
        """Hand the oldest file's entries over, and forget them.

        Should the process end in between, they are handed over once more: each has its id.

        Returns:
            Whether there were any.
        """
        with self._locked():
            oldest = next(iter(self._files()), None)
            if oldest is None:
                return False
            entries = list(_entries_in(oldest))
            if entries:
                append(entries)
            oldest.unlink()
            return True

    def _files(self) -> list[Path]:
        # Asked with every answer that is recorded: globbing would take as long as its row.
        try:
            found = list(self.folder.iterdir())
        except OSError:
            return []  # there is no folder yet
        return sorted(path for path in found if path.suffix == ".jsonl")

    def _write(self, lines: bytes) -> None:
        files = self._files()
        newest = files[-1] if files else None
        if newest is None or newest.stat().st_size >= FILE_BYTES:
            number = int(newest.stem) + 1 if newest is not None else 1
            newest = self.folder / f"{number:08}.jsonl"
        _write_whole(newest, lines)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _write_whole(path: Path, data: bytes) -> None:
    """Append to a file and see it on the disk, or leave the file as it was."""
    is_new = not path.exists()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, MINE_ALONE)
    try:
        append_whole(handle, data, end=os.fstat(handle).st_size)
    finally:
        os.close(handle)
    if is_new:
        flush_folder(path.parent)


def _entries_in(path: Path) -> Iterator[Entry]:
    for line in path.read_bytes().split(b"\n"):
        # A line that was never finished belongs to an answer that was never given.
        with suppress(orjson.JSONDecodeError):
            yield orjson.loads(line)
