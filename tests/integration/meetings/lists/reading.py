"""Reads files within limits, each in a process of its own: the tests start it and ask it.

python -m tests.integration.meetings.lists.reading MEGABYTES SECONDS

Everything is imported once, and a process is forked for each file whose path comes in, a line each;
how it went goes out as a line of JSON, or an empty one where the process did not live to tell.
"""

import json
import resource
import sys
import time
from multiprocessing import get_context
from pathlib import Path

from directory.errors import DirectoryError
from directory.meetings.lists.files import read_file

processes = get_context("fork")


def most_megabytes() -> int:
    """The most memory that this process ever had; what it was forked from does not count."""
    status = Path("/proc/self/status").read_text("ascii")
    kilobytes = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(kilobytes.split()[1]) // 1_000


def read(path: Path, megabytes: int, seconds: int) -> None:
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
    print(json.dumps(told), end="", flush=True)  # noqa: T201 (read by the test)


def main(megabytes: int, seconds: int) -> None:
    for line in sys.stdin:
        path = Path(line.rstrip("\n"))
        child = processes.Process(target=read, args=(path, megabytes, seconds))
        child.start()
        child.join()
        print(flush=True)  # noqa: T201 (read by the test)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
