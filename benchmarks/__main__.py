"""Measure the directory: ``python -m benchmarks --help``."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from benchmarks.databases import FOLDER, Store, opened_store
from benchmarks.figures import Figure, show
from benchmarks.loading import loaded
from benchmarks.runs import LONG, RUNS, Subject
from tests.databases import Backend


def main() -> None:
    """Run the measurements that were asked for and show what they found."""
    arguments = _arguments()
    backends = list(Backend) if arguments.database == "both" else [Backend(arguments.database)]
    with _quiet_log() as terminal, opened_store(arguments.folder) as store:
        figures = [
            figure
            for backend in backends
            for figure in _figures(store, backend, arguments, terminal)
        ]
    figures.sort(key=lambda figure: list(Backend).index(Backend(figure.database)))
    figures.sort(key=lambda figure: _GROUPS.index(figure.group))
    show(figures, Console(width=None if sys.stdout.isatty() else 160))
    if arguments.json:
        told = [{**asdict(figure), "is_met": figure.is_met} for figure in figures]
        arguments.json.write_text(json.dumps(told, indent=1) + "\n")


_GROUPS = ("loading", "cpu", "search", "readings", "past", "lists", "sync", "memory", "http")


def _figures(
    store: Store, backend: Backend, arguments: argparse.Namespace, terminal: Console
) -> Iterator[Figure]:
    with (
        tempfile.TemporaryDirectory() as state_dir,
        Progress(console=terminal, transient=True) as bars,
    ):
        bar = bars.add_task(f"{backend}: loading", total=arguments.contacts * RECORDS_A_CONTACT)
        url, loading, is_fresh = loaded(
            store,
            backend,
            arguments.contacts,
            anew=arguments.reload,
            progress=lambda done: bars.update(bar, completed=done),
        )
        bars.remove_task(bar)
        subject = Subject(backend, url, loading, is_fresh, Path(state_dir))
        for name in arguments.only or RUNS:
            bar = bars.add_task(f"{backend}: {name}", total=None)
            for figure in (RUNS | LONG)[name](subject):
                bars.update(bar, description=f"{backend}: {name}: {figure.name}")
                yield figure
            bars.remove_task(bar)


RECORDS_A_CONTACT = 7.3
"""About how many records there are for each contact, for the bar."""


@contextmanager
def _quiet_log() -> Iterator[Console]:
    """Throw away the log, whose lines are written all the same; the terminal stays for progress."""
    held = sys.stderr
    with Path(os.devnull).open("w") as nowhere:
        sys.stderr = nowhere
        try:
            yield Console(file=held)
        finally:
            sys.stderr = held


_NAMES = f"{', '.join(RUNS)}; by name alone: {', '.join(LONG)}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    parser.add_argument("--contacts", type=int, default=100_000, help="desks to load (100000)")
    parser.add_argument("--database", choices=[*Backend, "both"], default="both")
    parser.add_argument("--only", nargs="+", choices=RUNS | LONG, metavar="NAME", help=_NAMES)
    parser.add_argument("--reload", action="store_true", help="load anew what is kept loaded")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument(
        "--folder", type=Path, default=FOLDER, help=f"where loaded databases are kept ({FOLDER})"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
