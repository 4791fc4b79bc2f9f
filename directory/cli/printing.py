"""How commands print: tables and progress for people, one JSON body for programs.

A console that is no terminal gets no colour and no cursor movement; where its width is unknown it
has 80 columns. Names were typed by other people: they pass through ``shown``, which takes out
what would move the pen, and never reach rich as markup.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import monotonic

import click
from rich import box
from rich.console import Console, RenderableType
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

QUICK_SECONDS = 2.0
Steps = Callable[[int, int], None]


def console() -> Console:
    """Standard output as it is now: click's test runner and pipes put others in its place."""
    return Console(file=sys.stdout, highlight=False, markup=False, emoji=False)


def show(*parts: RenderableType) -> None:
    """Print some things below each other."""
    out = console()
    for part in parts:
        out.print(part)


def show_json(body: bytes | str) -> None:
    """Print the body of an answer and a line end."""
    text = body if isinstance(body, str) else body.decode()
    click.echo(text.removesuffix("\n"))


def table(*headings: str, title: str | None = None) -> Table:
    """A table without frames, which wraps what does not fit and cuts nothing."""
    made = Table(
        title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False
    )
    for heading in headings:
        made.add_column(heading, overflow="fold")
    return made


def heading(text: str) -> Text:
    """A heading, with a blank line before it."""
    return Text(f"\n{text}", style="bold")


def listed(items: Sequence[str]) -> str:
    """A few items in one line."""
    return ", ".join(items)


@contextmanager
def progress(description: str) -> Iterator[Steps]:
    """Show a bar on standard error once a task has taken two seconds, on a terminal only.

    Yields:
        What the task tells how many steps of how many are done; a task that cannot tell has a bar
        that only shows that it lives.
    """
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
        console=Console(file=sys.stderr, highlight=False),
        transient=True,
    )
    task = bar.add_task(description, total=None)
    began = monotonic()

    def steps(done: int, of: int) -> None:
        if not bar.live.is_started and bar.console.is_terminal:
            if monotonic() - began < QUICK_SECONDS:
                return
            bar.start()
        bar.update(task, completed=done, total=of)

    try:
        yield steps
    finally:
        if bar.live.is_started:
            bar.stop()
