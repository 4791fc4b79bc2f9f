"""The processes of a scenario: an origin that is served, mirrors that pull, writers that write."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from directory.changes.models import log_head
from directory.db import Database
from directory.migrate import upgrade
from directory.registry import KINDS
from directory.sync.mirror import adding, pins
from directory.sync.mirror.origin import HttpOrigin
from directory.sync.mirror.state import state_of
from tests.scenarios.sync.ground import Agency, scope_of
from tests.scenarios.sync.proxy import Way

ROOT = Path(__file__).resolve().parents[3]
ENDS_WITHIN = 60
Head = tuple[str, int, bytes]


def head_of(database: Database) -> Head:
    """The log, the size and the root that a directory has reached."""
    with database.reading() as connection:
        row = connection.execute(select(log_head)).one()
    return row.log_id, row.size, bytes(row.root)


@dataclass
class Mirror:
    """A mirror: its database, the way to its origin, and the process that pulls.

    Attributes:
        kills: How often its process was killed.
    """

    agency: Agency
    folder: Path
    way: Way
    kills: int = 0
    popen: subprocess.Popen[bytes] | None = None
    database: Database = field(init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True)
        self.database = Database(f"sqlite:///{self.file}", is_copy=True)

    @property
    def file(self) -> Path:
        return self.folder / "mirror.db"

    @property
    def log(self) -> Path:
        return self.folder / "mirror.log"

    def add(self, token: str) -> None:
        """Make it the copy of the origin, whose key is taken from it on a way that is whole yet."""
        upgrade(self.database.url)
        origin = HttpOrigin(self.way.url, token)
        try:
            (key, *_) = origin.keys()
            account = origin.account()
            key = pins.pinned(pins.kid_of(key), origin.keys)
        finally:
            origin.close()
        with self.database.writing() as connection:
            adding.add_origin(
                connection, KINDS, address=self.way.url, account=account, token=token, key=key
            )

    def start(self) -> None:
        """Let it pull until it is told to end."""
        environment = {n: v for n, v in os.environ.items() if not n.startswith("DIRECTORY_")} | {
            "DIRECTORY_MODE": "mirror",
            "DIRECTORY_DATABASE_URL": self.database.url,
            "DIRECTORY_STATE_DIR": str(self.folder / "state"),
        }
        command = [sys.executable, "-m", "flask", "--app", "wsgi"]
        command += ["mirror", "pull", "--watch", "--every", "1"]
        with self.log.open("ab") as out:
            self.popen = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=out, stderr=out
            )

    def kill(self) -> None:
        """Kill it where it is, and start it again."""
        assert self.popen is not None
        self.popen.kill()
        self.popen.wait()
        self.kills += 1
        self.start()

    def end(self) -> None:
        """Ask it to end, as a service manager would."""
        if self.popen is not None:
            self.popen.send_signal(signal.SIGTERM)
            try:
                self.popen.wait(ENDS_WITHIN)
            except subprocess.TimeoutExpired:
                self.popen.kill()
                self.popen.wait()

    def is_current(self, origin: Database) -> bool:
        """Whether it has all that there is, under the rights that it has now, and nothing more."""
        with origin.reading() as there, self.database.reading() as here:
            scope, state = scope_of(there, self.agency), state_of(here)
        is_clear = state.put_out_at is None
        return state.scope == scope and is_clear and head_of(self.database) == head_of(origin)

    def told(self) -> Counter[str]:
        """What its process has printed, counted: what it refused, and by how many snapshots."""
        count: Counter[str] = Counter()
        for line in self.log.read_text("utf-8", "replace").splitlines():
            first, _, rest = line.partition(" ")
            if first == "ALARM" and "began anew" in rest:
                count["told of a restore"] += 1
            elif first == "ALARM":
                count[f"refused as {rest.partition(':')[0]}"] += 1
            elif first == "Began":
                count["snapshots"] += 1
            elif first == "Traceback":
                count["tracebacks"] += 1
            elif first == "Up":
                count["pulls by pages"] += 1
            else:
                count["trouble"] += 1
        return count


@dataclass
class Writers:
    """The program whose processes write."""

    popen: subprocess.Popen[str]
    ended: Counter[str] = field(default_factory=Counter)

    def begin(self, url: str, seed: str, change_sets: int) -> None:
        """Let each of them write so many change sets."""
        assert self.popen.stdin is not None
        self.popen.stdin.write(json.dumps([url, seed, change_sets]) + "\n")
        self.popen.stdin.flush()

    def wait(self) -> None:
        """Wait until they have; they met with nothing but rules."""
        assert self.popen.stdout is not None
        line = self.popen.stdout.readline()
        assert line, "the writers have ended before their time"
        told: dict[str, Any] = json.loads(line)
        assert told["surprises"] == []
        self.ended.update(told["ended"])


@contextmanager
def writers(state: Path, count: int) -> Iterator[Writers]:
    """The writers' program, until the block ends."""
    command = [sys.executable, "-m", "tests.scenarios.sync.writers", str(state), str(count)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as popen:
        try:
            yield Writers(popen)
        finally:
            assert popen.stdin is not None
            popen.stdin.close()
            popen.terminate()


def way_of(seed: str, number: int) -> Way:
    """The way of one mirror, with chances of its own."""
    return Way(random.Random(f"{seed} way {number}"))  # noqa: S311 - chances, not secrets
