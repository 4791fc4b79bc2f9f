"""What a scope holds, whole: one file per scope, cut from one reading unit of work.

A snapshot is given again while it is young and little has changed, and no longer once something
in it must not be read any more: then its file is deleted before anybody is answered.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, Select, func, literal_column, select, union_all

from directory.changes.kinds import Kind, Kinds
from directory.changes.models import log_entries, log_head, log_payloads
from directory.clock import format_instant, parse_instant
from directory.db import Database, bytewise
from directory.durable import alone, fresh
from directory.errors import UnavailableError
from directory.policy import Tlp, viewer_parameters, visible
from directory.sync.errors import UnknownSnapshotError
from directory.sync.feed import withdrawn_since
from directory.sync.rules.cursors import Cursor
from directory.sync.rules.scopes import Scope

VERSION = 1
FOLDER = "snapshots"
YOUNG = timedelta(hours=24)
"""For how long a snapshot is given to others who ask, and the one before it to who has begun."""
CHANGED_PART = 10
"""A new one is cut once more than one in so many records may have changed."""
ROWS_AT_ONCE = 500
GZIP_LEVEL = 6
TRIES = 5
MY_FOLDER = 0o700
_NAME = re.compile(
    r"(?P<log>[0-9a-f]{16})-(?P<size>[0-9]{1,18})-(?P<scope>[0-9a-f]{8})-[0-9a-f]{16}\.ndjson\.gz"
)


@dataclass(frozen=True, slots=True)
class Cut:
    """What was written of a scope.

    Attributes:
        log: The log's id.
        size: The entries that it takes in.
        root: The root over them.
        at: The time of the last of them; None where there are none.
        records: How many records stand in it.
        sha256: Of its bytes before compression.
        length: How many bytes these are.
    """

    log: str
    size: int
    root: bytes
    at: datetime | None
    records: int
    sha256: bytes
    length: int


def write_snapshot(
    connection: Connection, kinds: Kinds, scope: Scope, out: Callable[[bytes], object]
) -> Cut:
    """Write what a scope holds, line by line: a header, then one line for each record by its id.

    Args:
        connection: A reading unit of work.
        kinds: The registered kinds.
        scope: What the copy may hold.
        out: Takes the bytes, some lines at a time.
    """
    head = connection.execute(select(log_head)).one()
    given = viewer_parameters(scope.viewer)
    rows, count = _statements(tuple(kinds))
    records = connection.scalar(count, given) or 0
    total, length = hashlib.sha256(), 0

    def write(lines: Iterable[bytes]) -> None:
        nonlocal length
        data = b"".join(lines)
        total.update(data)
        length += len(data)
        out(data)

    root = bytes(head.root)
    header = {
        "v": VERSION,
        "log": head.log_id,
        "size": head.size,
        "root": root.hex(),
        "frontier": bytes(head.frontier).hex(),
        "at": None if head.last_at is None else format_instant(head.last_at),
        "scope": scope.hash,
        "clearance": scope.clearance.label,
        "networks": sorted(scope.networks),
        "cursor": str(Cursor.at(head.log_id, head.size, root, scope.hash)),
        "records": records,
    }
    write([orjson.dumps(header, option=orjson.OPT_APPEND_NEWLINE)])
    found = connection.execute(rows, given, execution_options={"yield_per": ROWS_AT_ONCE})
    written = 0
    for some in found.partitions():
        write(_line(envelope, body) for envelope, body in some)
        written += len(some)
    if written != records:
        raise RuntimeError(f"{records} records were counted and {written} read in one snapshot")
    return Cut(head.log_id, head.size, root, head.last_at, records, total.digest(), length)


def may_be_given(connection: Connection, cut: Cut, scope: Scope, log: str | None = None) -> bool:
    """Whether nothing that was cut has been erased, or left its scope's sight, since.

    The log's id may be given where it has been read in this unit of work.
    """
    if log is None:
        log = connection.scalar(select(log_head.c.log_id))
    return cut.log == log and not withdrawn_since(connection, cut.size, scope=scope)


def _line(envelope: Any, body: Any) -> bytes:
    env, text = orjson.dumps(bytes(envelope).decode()), orjson.dumps(bytes(body).decode())
    return b'{"env":%s,"body":%s}\n' % (env, text)


@lru_cache(maxsize=4)
def _statements(kinds: tuple[Kind, ...]) -> tuple[Select[Any], Select[Any]]:
    """What reads the envelope and payload of each record of a scope, and what counts them."""
    held = union_all(
        *(
            select(kind.table.c.id, kind.table.c.seq).where(visible(kind.table))  # one by one
            for kind in kinds
        )
    ).subquery("held")
    joined = (
        held.join(log_entries, log_entries.c.seq == held.c.seq)
        # A record whose present version has been erased is in no copy.
        .join(log_payloads, log_payloads.c.seq == held.c.seq)
    )
    rows = (
        select(log_entries.c.envelope, log_payloads.c.body)
        .select_from(joined)
        .order_by(bytewise(held.c.id))
    )
    return rows, select(func.count(literal_column("1"))).select_from(joined)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot's file.

    Attributes:
        path: Where it lies, compressed.
        cut: What stands in it.
        scope: Whose it is, in full: the hash in its name is too short to tell two apart for sure.
        made_at: When it was made.
    """

    path: Path
    cut: Cut
    scope: Scope
    made_at: datetime

    @property
    def name(self) -> str:
        """By which it is asked for."""
        return self.path.name


class Snapshots:
    """The snapshots that lie beside a directory's database. Safe between threads and processes.

    Args:
        state_dir: The folder for what the service keeps.
    """

    def __init__(self, state_dir: Path) -> None:
        self._folder = state_dir / FOLDER

    def newest(self, database: Database, kinds: Kinds, scope: Scope, *, at: datetime) -> Snapshot:
        """A snapshot of a scope that may be given out, made now where there is none.

        Raises:
            UnavailableError: It cannot be written.
        """
        try:
            with self._locked(scope):
                for _ in range(TRIES):
                    found = self._newest(database, kinds, scope, at)
                    if found.path.exists():
                        return found
        except OSError as error:
            raise UnavailableError(
                f"The snapshot could not be written ({error.strerror}); nothing is lost by asking"
                " again later."
            ) from error
        raise UnavailableError("Something was erased while the snapshot was made; ask again.")

    def named(self, connection: Connection, name: str, *, scope: Scope) -> Snapshot:
        """A snapshot by its name.

        Raises:
            UnknownSnapshotError: There is none, it is another scope's, or something in it must not
                be given out any more.
        """
        found = _NAME.fullmatch(name)
        snapshot = None
        if found is not None and found["scope"] == scope.hash:
            snapshot = _read(self._folder / name)
        if (
            snapshot is None
            or snapshot.scope != scope
            or not self._may_be_given(connection, snapshot, scope)
        ):
            raise UnknownSnapshotError(
                "There is no such snapshot, or no longer. Ask for the present one:"
                " GET /api/v1/sync/snapshot"
            )
        return snapshot

    def clear(self) -> int:
        """Delete all of them, any of which may hold what was erased; how many there were.

        They are made again when they are asked for.
        """
        if not self._folder.is_dir():
            return 0
        # Not the locks: whoever waits for one would make a snapshot beside whoever holds it.
        files = [path for path in self._folder.iterdir() if path.suffix != ".lock"]
        for path in files:
            path.unlink(missing_ok=True)
        return sum(path.suffix == ".gz" for path in files)

    def _newest(self, database: Database, kinds: Kinds, scope: Scope, at: datetime) -> Snapshot:
        with database.reading() as connection:
            log, size = connection.execute(select(log_head.c.log_id, log_head.c.size)).one()
            kept = [
                snapshot
                for snapshot in self._of(scope)
                if self._may_be_given(connection, snapshot, scope, log)
            ]
            if kept and _is_reusable(kept[0], size, at):
                self._tidy(kept[1:], kept[0], at)
                return kept[0]
            made = self._make(connection, kinds, scope, at)
        with database.reading() as connection:
            # Whoever erased while it was made may have cleared the folder before it was there.
            self._may_be_given(connection, made, scope)
        self._tidy(kept, made, at)
        return made

    def _of(self, scope: Scope) -> list[Snapshot]:
        """A scope's snapshots, the newest first."""
        paths = [path for path in self._paths() if f"-{scope.hash}-" in path.name]
        read = [snapshot for snapshot in map(_read, paths) if snapshot is not None]
        found = [snapshot for snapshot in read if snapshot.scope == scope]
        return sorted(found, key=lambda each: (each.made_at, each.cut.size), reverse=True)

    def _may_be_given(
        self, connection: Connection, snapshot: Snapshot, scope: Scope, log: str | None = None
    ) -> bool:
        """Whether nothing that stands in a snapshot has been withdrawn; deletes it otherwise."""
        if may_be_given(connection, snapshot.cut, scope, log):
            return True
        _remove(snapshot.path)
        return False

    def _make(self, connection: Connection, kinds: Kinds, scope: Scope, at: datetime) -> Snapshot:
        part = self._folder / f"{scope.hash}.{secrets.token_hex(8)}.part"
        try:
            with fresh(part) as raw, gzip.GzipFile("", "wb", GZIP_LEVEL, raw, mtime=0) as out:
                cut = write_snapshot(connection, kinds, scope, out.write)
            name = f"{cut.log}-{cut.size}-{scope.hash}-{secrets.token_hex(8)}.ndjson.gz"
            snapshot = Snapshot(self._folder / name, cut, scope, at)
            with fresh(_about(snapshot.path)) as out_about:
                out_about.write(orjson.dumps(_told(snapshot)))
            part.rename(snapshot.path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        return snapshot

    def _tidy(self, others: list[Snapshot], newest: Snapshot, at: datetime) -> None:
        """Keep one snapshot before the newest, as long as somebody may be at it still."""
        for place, snapshot in enumerate(others):
            if place or at - newest.made_at >= YOUNG or at - snapshot.made_at >= 2 * YOUNG:
                _remove(snapshot.path)

    def _paths(self) -> Iterator[Path]:
        with suppress(FileNotFoundError):
            yield from (path for path in self._folder.iterdir() if _NAME.fullmatch(path.name))

    @contextmanager
    def _locked(self, scope: Scope) -> Iterator[None]:
        """Let one at a time make a scope's snapshot; what a dead one left half made goes."""
        self._folder.mkdir(mode=MY_FOLDER, parents=True, exist_ok=True)
        with alone(self._folder / f"{scope.hash}.lock"):
            for left in self._folder.glob(f"{scope.hash}.*.part"):
                left.unlink(missing_ok=True)
            for about in self._folder.glob(f"*-{scope.hash}-*.json"):
                if not about.with_suffix("").exists():
                    about.unlink(missing_ok=True)
            yield


def _is_reusable(snapshot: Snapshot, size: int, at: datetime) -> bool:
    # Another process may have made it while this one waited, after this one looked at the clock.
    age, changed = abs(at - snapshot.made_at), size - snapshot.cut.size
    return age < YOUNG and changed * CHANGED_PART <= snapshot.cut.records


def _about(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")


def _remove(path: Path) -> None:
    """Delete a snapshot; whoever reads it at this moment has it open."""
    path.unlink(missing_ok=True)
    _about(path).unlink(missing_ok=True)


def _told(snapshot: Snapshot) -> dict[str, Any]:
    cut = snapshot.cut
    return {
        "log": cut.log,
        "size": cut.size,
        "root": cut.root.hex(),
        "at": None if cut.at is None else format_instant(cut.at),
        "records": cut.records,
        "sha256": cut.sha256.hex(),
        "length": cut.length,
        "clearance": snapshot.scope.clearance.label,
        "networks": sorted(snapshot.scope.networks),
        "made_at": format_instant(snapshot.made_at),
    }


def _read(path: Path) -> Snapshot | None:
    """A snapshot from its file; None where it, or what is told about it, is not there."""
    try:
        told = orjson.loads(_about(path).read_bytes())
        at = told["at"]
        cut = Cut(
            told["log"],
            told["size"],
            bytes.fromhex(told["root"]),
            None if at is None else parse_instant(at),
            told["records"],
            bytes.fromhex(told["sha256"]),
            told["length"],
        )
        scope = Scope(Tlp.from_label(told["clearance"]), frozenset(told["networks"]))
        made_at = parse_instant(told["made_at"])
        return Snapshot(path, cut, scope, made_at) if path.is_file() else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
