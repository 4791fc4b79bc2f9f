"""How far the log had come when it was last vouched for, kept outside the database.

A database that was put back from an older backup knows nothing of what it lost. The mark does: it
is written after every signed head, beside the database and never into its backups, and a log that
has fallen behind it takes no more writes until ``changes restore`` has opened a new epoch.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path

import orjson
from sqlalchemy import Connection, select

from directory.changes.models import log_head
from directory.durable import replacing
from directory.errors import UnavailableError
from directory.prepared import Prepared

FOLDER = "high-water"
READABLE = 0o644
_HEAD = Prepared(select(log_head.c.log_id, log_head.c.size, log_head.c.root, log_head.c.copy_of))


class FallenBehindError(UnavailableError):
    """The log holds less than it did: it was put back without ``changes restore``."""

    slug = "fallen-behind"
    title = "The directory has fallen behind what it has vouched for"
    retry_after_seconds = 3600


@dataclass(frozen=True, slots=True)
class Mark:
    """A log's size and root when they were vouched for.

    Attributes:
        left_for: The id of the log that was begun in this one's place by a restore; nothing is
            vouched for of a log that was left.
    """

    log: str
    size: int
    root: str
    left_for: str | None = None


class HighWater:
    """The marks of the logs that a state folder has seen, one file each.

    Args:
        state_dir: The folder.
    """

    def __init__(self, state_dir: Path) -> None:
        self._folder = state_dir / FOLDER

    def mark(self, log_id: str) -> Mark | None:
        """How far a log had come, None where nobody has vouched for it here."""
        try:
            told = orjson.loads(self._path(log_id).read_bytes())
        except FileNotFoundError:
            return None
        return Mark(str(told["log"]), int(told["size"]), str(told["root"]), told.get("left_for"))

    def raise_to(self, mark: Mark) -> None:
        """Keep a mark, on the disk itself before this returns; one that is higher stays."""
        held = self.mark(mark.log)
        if held is not None and (held.left_for is not None or held.size >= mark.size):
            return
        self._write(mark)

    def leave(self, mark: Mark, *, left_for: str) -> None:
        """Note that a log was left for another: a database that still holds it is the old one.

        Args:
            mark: How far the log had come where it was left, as far as is known.
            left_for: The id of the log that goes on.
        """
        held = self.mark(mark.log) or mark
        self._write(replace(max(held, mark, key=lambda each: each.size), left_for=left_for))

    def _write(self, mark: Mark) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        # No secret: whoever runs commands at the machine may be another user than the service.
        with replacing(self._path(mark.log), mode=READABLE) as file:
            file.write(orjson.dumps(asdict(mark)) + b"\n")

    def refuse_behind(self, connection: Connection) -> None:
        """Refuse to go on where the log holds less than was vouched for, or something else.

        Args:
            connection: Any unit of work.

        Raises:
            FallenBehindError: It does; the detail says what to do.
        """
        _refuse(self.why_behind(connection))

    def refuse_less(self, log: str, size: int, root: bytes) -> None:
        """``refuse_behind`` for who has read where the log is.

        Raises:
            FallenBehindError: It holds less than was vouched for, or something else.
        """
        _refuse(self._why(log, size, root))

    def why_behind(self, connection: Connection) -> str | None:
        """What ``refuse_behind`` would say, None where all is well."""
        found = _HEAD.rows(connection, {})
        if not found or found[0][3] is not None:
            return None
        log, size, root, _ = found[0]
        return self._why(log, size, bytes(root))

    def _why(self, log: str, size: int, root: bytes) -> str | None:
        mark = self.mark(log)
        if mark is not None and mark.left_for is not None:
            return (
                f"The database holds log {log}, which was left by a restore: the directory"
                f" goes on as log {mark.left_for}. Name the restored database in"
                " DIRECTORY_DATABASE_URL, and put this one away: it holds what was erased since."
            )
        is_other = mark is not None and size == mark.size and root.hex() != mark.root
        if mark is None or (size >= mark.size and not is_other):
            return None
        return (
            f"The database holds {size} entries of log {log}, and {mark.size} have"
            " been vouched for: it was put back from an older copy. Nothing is written until that"
            " is settled: restore a backup with: flask --app wsgi changes restore FILE"
        )

    def _path(self, log_id: str) -> Path:
        return self._folder / f"{log_id}.json"


def _refuse(why: str | None) -> None:
    if why is not None:
        raise FallenBehindError(why)
