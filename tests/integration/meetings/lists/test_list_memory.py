"""What is held in memory of a list grows with its rows, and by little for each."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from directory.db import Database
from directory.registry import KINDS
from directory.seeding.commands import seed
from tests.integration.meetings.lists.house import NOW

ROOT = Path(__file__).resolve().parents[4]
FEW, MANY = 100, 1_100
MOST_BYTES_A_ROW = 24_000
"""Some 21,000 were seen, most of it of one economy's part as it is judged whole; 26,000 before."""


def test_a_row_takes_little_memory(new_database: Callable[[], str]) -> None:
    database = Database(new_database())
    seed(database, KINDS, ROOT / "seed", ("reference",), at=NOW)
    database.dispose()

    run = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.integration.meetings.lists.remembering",
            database.url,
            str(FEW),
            str(MANY),
        ],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )

    assert run.returncode == 0, run.stderr[-500:]
    told = json.loads(run.stdout)
    assert told["operations"] >= 4 * MANY
    assert 0 < told["each"] < MOST_BYTES_A_ROW
