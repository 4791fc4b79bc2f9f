"""The file of a backup: a compressed tar whose first member says what all others must be.

``manifest.json`` names each member with its SHA-256, so that a file that was cut off or altered is
refused before anything is done with it. ``tables/<name>.ndjson`` hold rows; ``state/…`` what lies
beside the database. The file holds every secret of the directory, and is for its owner alone.
"""

from __future__ import annotations

import hashlib
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import orjson

from directory.backup.errors import BadBackupError
from directory.documents import Document
from directory.durable import flush_folder, fresh, working_folder

VERSION = 1
MANIFEST = "manifest.json"
MOST_MANIFEST_BYTES = 1_000_000
_PIECE = 1 << 20


class Writing:
    """An archive that is being written: members are gathered, then bound together.

    Args:
        folder: Where the members wait; nobody else may read it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._members: list[Document] = []

    def add(self, name: str, lines: Iterable[bytes]) -> int:
        """Add a member.

        Returns:
            The number of its lines.
        """
        digest, count = hashlib.sha256(), 0
        with (self._folder / str(len(self._members))).open("wb") as file:
            for line in lines:
                digest.update(line)
                file.write(line)
                count += 1
        self._members.append({"name": name, "lines": count, "sha256": digest.hexdigest()})
        return count

    def bind(self, to: Path, about: Document) -> None:
        """Write the archive, whole or not at all.

        Args:
            to: The file, replaced where there is one.
            about: What the manifest says besides.
        """
        manifest = orjson.dumps(
            {"v": VERSION, **about, "members": self._members}, option=orjson.OPT_INDENT_2
        )
        part = self._folder / "whole"
        with (
            fresh(part) as file,
            tarfile.open(fileobj=file, mode="w:gz", compresslevel=3) as tar,
        ):
            told = tarfile.TarInfo(MANIFEST)
            told.size = len(manifest)
            tar.addfile(told, BytesIO(manifest))
            for place, member in enumerate(self._members):
                self._bind_member(tar, self._folder / str(place), member["name"])
        part.replace(to)
        flush_folder(to.parent)

    @staticmethod
    def _bind_member(tar: tarfile.TarFile, path: Path, name: str) -> None:
        told = tarfile.TarInfo(name)
        told.size = path.stat().st_size
        with path.open("rb") as file:
            tar.addfile(told, file)


@contextmanager
def written(to: Path) -> Iterator[Writing]:
    """An archive to be written beside the file that it becomes, where there is room for it."""
    with working_folder(to, ".contact-directory-backup-") as folder:
        yield Writing(folder)


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive whose every member is what its manifest says.

    Attributes:
        about: The manifest.
    """

    path: Path
    about: Document

    def members(self) -> Iterator[tuple[str, IO[bytes]]]:
        """The members in their order, each to be read before the next is asked for."""
        with tarfile.open(self.path, "r:gz") as tar:
            for told in tar:
                file = tar.extractfile(told)
                if told.name != MANIFEST and file is not None:
                    yield told.name, file

    def lines(self, name: str) -> list[bytes]:
        """The lines of one member, empty where there is none."""
        for found, file in self.members():
            if found == name:
                return list(file)
        return []


def opened(path: Path) -> Archive:
    """Open an archive and look at all of it.

    Raises:
        BadBackupError: It is none, or not whole; nothing has been done with it.
        FileNotFoundError: There is no such file.
    """
    try:
        with tarfile.open(path, "r:gz") as tar:
            about = _manifest(tar)
            for member in about["members"]:
                _check(tar, member)
            if tar.next() is not None:
                raise BadBackupError("The file holds more than its manifest names.")
    except (tarfile.TarError, EOFError, ValueError, KeyError, TypeError, OSError) as error:
        if isinstance(error, FileNotFoundError):
            raise
        raise BadBackupError(f"{path.name} is no backup, or was cut off: {error}.") from error
    return Archive(path, about)


def _manifest(tar: tarfile.TarFile) -> Document:
    told = tar.next()
    file = None if told is None or told.name != MANIFEST else tar.extractfile(told)
    if file is None:
        raise BadBackupError("The file does not begin with the manifest of a backup.")
    about: Any = orjson.loads(file.read(MOST_MANIFEST_BYTES))
    if about["v"] != VERSION:
        raise BadBackupError(
            f"The backup is of version {about['v']}; this program knows version {VERSION}."
        )
    return dict(about)


def _check(tar: tarfile.TarFile, member: Document) -> None:
    told = tar.next()
    file = None if told is None or told.name != member["name"] else tar.extractfile(told)
    if file is None:
        raise BadBackupError(f"The backup lacks {member['name']}.")
    digest = hashlib.sha256()
    while piece := file.read(_PIECE):
        digest.update(piece)
    if digest.hexdigest() != member["sha256"]:
        raise BadBackupError(f"In the backup {member['name']} is not what it was; use another one.")
