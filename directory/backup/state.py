"""What a directory keeps beside its database, as far as backup and restore need it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson

from directory.backup.archive import Archive
from directory.backup.errors import OtherKeysError, RestoringError
from directory.changes.highwater import HighWater
from directory.changes.journal import FILE, Journal, Line, read_lines
from directory.durable import alone, flush_folder, replacing

KEYS, JOURNAL = "signing-keys.json", FILE
RESTORING = "restoring.json"


@dataclass(frozen=True, slots=True)
class State:
    """The state folder of a directory, and its signing keys, which may lie elsewhere."""

    folder: Path
    keys: Path

    @property
    def high_water(self) -> HighWater:
        """The marks of what was vouched for."""
        return HighWater(self.folder)

    def to_keep(self) -> Iterator[tuple[str, bytes]]:
        """The files that a backup takes, those that there are."""
        for name, path in ((KEYS, self.keys), (JOURNAL, self.folder / JOURNAL)):
            if path.exists():
                yield name, path.read_bytes()

    def kept_in(self, archive: Archive) -> Iterator[tuple[str, bytes]]:
        """The files that a backup has of it."""
        for name in (KEYS, JOURNAL):
            lines = archive.lines(f"state/{name}")
            if lines:
                yield name, b"".join(lines)

    def refuse_other_keys(self, kept: Mapping[str, bytes]) -> None:
        """Refuse to put keys back over others: mirrors would then believe neither.

        Raises:
            OtherKeysError: Neither the keys here are all in the backup, nor its keys all here.
        """
        if KEYS not in kept or not self.keys.exists():
            return
        here, there = _kids(self.keys.read_bytes()), _kids(kept[KEYS])
        # Keys only ever come on: of two states of one file the later has them all.
        if not (there <= here or here <= there):
            raise OtherKeysError(
                f"{self.keys} holds keys that the backup does not know. Where they are those that"
                " mirrors believe, keep them and take the backup's out of its file; otherwise move"
                " this file away."
            )

    def put_back(self, kept: Mapping[str, bytes]) -> None:
        """Put back what is not here any more; what is here stays, where it is as new or newer.

        The journal here is given the lines that the backup alone knew, in the place of the first:
        where it was lost, and another begun, those of before are needed as much.
        """
        if KEYS in kept and (
            not self.keys.exists() or _kids(self.keys.read_bytes()) < _kids(kept[KEYS])
        ):
            self.keys.parent.mkdir(parents=True, exist_ok=True)
            with replacing(self.keys) as file:
                file.write(kept[KEYS])
        journal = self.folder / JOURNAL
        here = Journal(self.folder).lines()
        merged = _merged(list(read_lines(kept.get(JOURNAL, b""))), here)
        if merged != here:
            journal.parent.mkdir(parents=True, exist_ok=True)
            with replacing(journal) as file:
                file.writelines(orjson.dumps(line) + b"\n" for line in merged)

    def erasures(self, archive: Archive) -> list[Line]:
        """What was ever erased, by the journal here and the backup's, each line once.

        The one here may be newer; where it was lost, the backup's knows what it knew then.
        """
        here = Journal(self.folder).lines()
        there = list(read_lines(b"".join(archive.lines(f"state/{JOURNAL}"))))
        return _merged(there, here)

    @contextmanager
    def restoring_alone(self) -> Iterator[None]:
        """Restore with nobody else beside: of two, the note of one would go with the other's end.

        Raises:
            RestoringError: Somebody else does already.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with alone(self.folder / "restoring.lock", waits=False) as is_alone:
            if not is_alone:
                raise RestoringError("Another process is restoring here; nothing was done.")
            yield

    def begin_restoring(self, path: Path) -> None:
        """Note that a restore has begun: until it has ended, nothing is served."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with replacing(self.folder / RESTORING) as file:
            file.write(orjson.dumps({"from": str(path)}) + b"\n")

    def end_restoring(self) -> None:
        """Note that it has ended."""
        (self.folder / RESTORING).unlink()
        flush_folder(self.folder)


def _kids(keys: bytes) -> set[str]:
    return {each["kid"] for each in orjson.loads(keys)["keys"]}


def _merged(there: Sequence[Line], here: Sequence[Line]) -> list[Line]:
    """The lines of two journals, each once; those that only the older one knows come first."""
    return [*(line for line in there if line not in here), *here]


def refuse_while_restoring(folder: Path) -> None:
    """Refuse to use what a restore has left half done: it may hold what has been erased.

    Args:
        folder: The state folder.

    Raises:
        RestoringError: A restore was begun and has not ended.
    """
    path = folder / RESTORING
    if path.exists():
        raise RestoringError(
            f"The directory is not to be used: a restore was begun and has not ended ({path})."
            " Restore once more, into an empty database; that takes the note away."
        )
