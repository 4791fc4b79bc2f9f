"""Files that outlast a crash, and locks between processes that do not.

What is written is whole or not there at all, and on the disk before anybody relies on it.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

MINE_ALONE = 0o600


@contextmanager
def fresh(path: Path, *, mode: int = MINE_ALONE) -> Iterator[IO[bytes]]:
    """A file that is not there yet; once it is closed, what was written is on the disk.

    Args:
        path: The file.
        mode: Who else may read it; nobody, if nothing is said.

    Raises:
        FileExistsError: It is there already.
    """
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
    with os.fdopen(descriptor, "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def replacing(path: Path, *, mode: int = MINE_ALONE) -> Iterator[IO[bytes]]:
    """A file that takes the place of another once it is whole; where that fails, the old one stays.

    Args:
        path: The file, whether it is there or not; its folder is.
        mode: Who else may read it; nobody, if nothing is said.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
    try:
        with fresh(part, mode=mode) as file:
            yield file
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    flush_folder(path.parent)


@contextmanager
def working_folder(beside: Path, prefix: str) -> Iterator[Path]:
    """A folder for the time being, for nobody else to read, and with nothing left of former ones.

    What is killed leaves its folder; whoever comes next to the same place removes it, if it is
    their own.

    Args:
        beside: The file in whose folder it is made.
        prefix: What its name begins with, and the names of no others.
    """
    for left in beside.parent.glob(f"{prefix}*"):
        with suppress(OSError):
            _remove_left(left)
    with (
        tempfile.TemporaryDirectory(prefix=prefix, dir=beside.parent) as name,
        alone(Path(name)),
    ):
        yield Path(name)


def _remove_left(folder: Path) -> None:
    if folder.is_symlink() or not folder.is_dir() or folder.stat().st_uid != os.geteuid():
        return
    # Whoever is still at work holds on to theirs.
    with alone(folder, waits=False) as is_alone:
        if is_alone:
            shutil.rmtree(folder, ignore_errors=True)


def append_whole(descriptor: int, data: bytes, *, end: int) -> None:
    """Append to an open file, and see it on the disk; where that fails, the file ends as it did.

    Args:
        descriptor: Of a file that is open for appending.
        data: What to append.
        end: Where the file ends.
    """
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    except OSError:
        os.ftruncate(descriptor, end)
        raise


@contextmanager
def alone(lock: Path, *, waits: bool = True) -> Iterator[bool]:
    """Keep other processes of this machine, and other threads, out until the block ends.

    Args:
        lock: A file that stands for what is kept to oneself, made where it is not there, or a
            folder.
        waits: Whether to wait for whoever is in.

    Yields:
        Whether nobody else is in; always, where it waits.
    """
    how = os.O_RDONLY if lock.is_dir() else os.O_CREAT | os.O_RDWR
    descriptor = os.open(lock, how, MINE_ALONE)
    try:
        is_alone = True
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
        except BlockingIOError:
            is_alone = False
        yield is_alone
    finally:
        os.close(descriptor)


def flush_folder(folder: Path) -> None:
    """Put a folder's own entries on the disk, so that a new file is in it after a crash."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
