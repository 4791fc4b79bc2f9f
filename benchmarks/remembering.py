"""How much memory a list takes that comes back: each in a process of its own, as a fresh worker's.

The process has the application loaded and its reference data read; what it has at most after that
is the list's. What SQLite keeps of its pages, at most 32 MB a connection, is in it.

python -m benchmarks.remembering ADDRESS LIST
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import directory.app  # noqa: F401 (the application is loaded)
from benchmarks import returning
from benchmarks.copies import copied
from benchmarks.cpu import settled_memory
from directory.db import Database

SIZES = (500, 1_000, 2_500, 5_000, 10_000)


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a process had at most, in megabytes.

    Attributes:
        before: What it had with the application alone.
        proposed: The most until the list was kept as a proposal.
        applied: The most until all of it was applied.
    """

    name: str
    rows: int
    before: float
    proposed: float
    applied: float


def memories(url: str) -> Iterator[Remembered]:
    """Bring both lists back in several sizes; each to a copy of its own."""
    for name, made in returning.MADE.items():
        for size in SIZES:
            with copied(url, "memory") as database, tempfile.TemporaryDirectory() as folder:
                rows = returning.prepared(database)[:size]
                if len(rows) < size:
                    break
                path = Path(folder) / "list.csv"
                path.write_bytes(made(rows))
                yield Remembered(name, size, *_measured(database.url, path))


def _measured(url: str, path: Path) -> tuple[float, float, float]:
    command = [sys.executable, "-m", "benchmarks.remembering", url, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    before, proposed, applied = json.loads(done.stdout)
    return before, proposed, applied


def _main(url: str, path: Path) -> None:
    database, data = Database(url), path.read_bytes()
    viewer = returning.coordinator(database)
    with settled_memory():
        before = _megabytes("VmRSS")
        kept = returning.proposed(database, data, path.name, viewer)
        proposed = _megabytes("VmHWM")
        returning.applied(database, kept, viewer)
        print(json.dumps([before, proposed, _megabytes("VmHWM")]))
    database.dispose()


def _megabytes(what: str) -> float:
    """What the kernel says of this process; unlike ``getrusage`` not of the one it came from."""
    status = Path("/proc/self/status").read_text("ascii")
    line = next(line for line in status.splitlines() if line.startswith(f"{what}:"))
    return int(line.split()[1]) / 1_000


if __name__ == "__main__":
    _main(sys.argv[1], Path(sys.argv[2]))
