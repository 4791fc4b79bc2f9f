"""Reads one file within limits, as a process of its own: prints how it went as JSON.

python -m tests.integration.meetings.lists.reading FILE MEGABYTES SECONDS
"""

import json
import resource
import sys
import time
from pathlib import Path

from directory.errors import DirectoryError
from directory.meetings.lists.files import read_file


def most_megabytes() -> int:
    """The most memory that this process ever had; what it was forked from does not count."""
    status = Path("/proc/self/status").read_text("ascii")
    kilobytes = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(kilobytes.split()[1]) // 1_000


def main(path: Path, megabytes: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * 1_000_000,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds,) * 2)
    began = time.process_time()
    told: dict[str, object] = {}
    try:
        book = read_file(path.read_bytes(), file_name=path.name)
        told |= {"cells": sum(len(sheet.cells) for sheet in book.sheets), "notes": book.notes}
    except DirectoryError as error:
        told |= {"refused": error.slug, "detail": error.detail}
    told["seconds"] = round(time.process_time() - began, 2)
    told["megabytes"] = most_megabytes()
    print(json.dumps(told))  # noqa: T201 (read by the test that started this)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
