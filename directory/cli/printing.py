"""How commands print: tables and progress for people, one JSON body for programs.

A console that is no terminal gets no colour and, where its width is unknown, 80 columns. Names
were typed by other people: they pass through ``plain``, which takes out what would move the pen,
and never reach rich as markup. What does not fit is wrapped, never cut: half a number is somebody
else's.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import NoReturn

import click
import orjson
from rich import box
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from directory.cli.base import why_nothing_is_found
from directory.cli.recording import record
from directory.documents import Document
from directory.names import in_english
from directory.pages import Page
from directory.reach.text import columns, plain
from directory.reference.facts import Facts

QUICK_SECONDS = 2.0
WIDEST = 46
Steps = Callable[[int, int], None]


class _Console(Console):
    def on_broken_pipe(self) -> NoReturn:
        """Leave it to the command, which knows how to end."""
        raise BrokenPipeError


def console() -> Console:
    """Standard output as it is now: click's test runner and pipes put others in its place."""
    out = sys.stdout
    if isinstance(out, io.TextIOWrapper) and out.encoding.lower() not in {"utf-8", "utf8"}:
        out.reconfigure(errors="backslashreplace")
    return _Console(file=out, highlight=False, markup=False, emoji=False, soft_wrap=False)


def show(*parts: RenderableType) -> None:
    """Print some things below each other."""
    out = console()
    for part in parts:
        out.print(part)


def show_json(body: bytes | str) -> None:
    """Print the body of an answer and a line end."""
    click.echo(body if isinstance(body, str) else body.decode())


def show_answer(
    found: Document,
    made: Callable[[Document], Iterable[RenderableType]],
    *,
    is_json: bool,
    behind: Iterable[Document] = (),
) -> None:
    """Print an answer, once it is recorded who reads it.

    Args:
        found: What the API answers with.
        made: Puts it for people.
        is_json: Whether to print it for programs.
        behind: The records that it shows in part or in other words.
    """
    body = orjson.dumps(found)
    record(body, behind)
    if is_json:
        show_json(body)
    else:
        show(*made(found))


def show_record(
    text: str, made: Callable[[Document], Iterable[RenderableType]], *, is_json: bool
) -> None:
    """Print a record, once it is recorded who reads it; as JSON it is what the API answers."""
    record(text)
    if is_json:
        show_json(text)
    else:
        show(*made(orjson.loads(text)))


def show_page(
    page: Page,
    made: Callable[[list[Document]], RenderableType],
    *,
    is_json: bool,
    behind: Iterable[Document] = (),
) -> None:
    """Print a page of a list, and how to get the next, once it is recorded who reads it.

    Args:
        page: The page.
        made: Puts its items for people.
        is_json: Whether to print it for programs.
        behind: The records that it shows in part or in other words.
    """
    record(page.json(), behind)
    if is_json:
        show_json(page.json())
        return
    items = [orjson.loads(text) for text in page.texts]
    if not items:
        show("There is nothing to show.", *why_nothing_is_found())
        return
    show(made(items))
    if page.next is not None:
        click.echo(f"There is more: --page {page.next}")


def table(*headings: str) -> Table:
    """A table without frames, which wraps what does not fit and cuts nothing."""
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    for title in headings:
        made.add_column(title, overflow="fold")
    return made


def facts_table(rows: Iterable[tuple[str, str | Text | None]]) -> Table:
    """What is said of one thing, a line each; what is empty is left out."""
    made = Table.grid(padding=(0, 2))
    made.add_column(no_wrap=True, style="dim")
    made.add_column(overflow="fold")
    for word, value in rows:
        if value:
            made.add_row(word, value)
    return made


def heading(text: str) -> Text:
    """A heading, with a blank line before it."""
    return Text(f"\n{text}", style="bold")


def indented(text: RenderableType) -> Padding:
    """Something under a heading."""
    return Padding(text, (0, 0, 0, 2))


def keep_whole(made: Table, column: int, texts: Iterable[str]) -> None:
    """Make a column as wide as its widest text, so that a number stands on one line.

    A width, never a least width: rich lets a table with one of those run over the edge, and cuts
    what stands there.
    """
    widest = max((columns(text) for text in texts), default=0)
    title = columns(str(made.columns[column].header))
    made.columns[column].width = max(min(widest, WIDEST), title)


def named(name: Mapping[str, str], languages: Sequence[str] | None = None) -> str:
    """A name in English, and beside it as it is written in its own scripts.

    Args:
        name: Multilingual text.
        languages: The languages whose names stand beside the English one; None means all held.
    """
    first = plain(in_english(name))
    spoken = None if languages is None else {tag.split("-", 1)[0] for tag in languages}
    others = (
        plain(text)
        for tag, text in name.items()
        if spoken is None or tag.split("-", 1)[0] in spoken
    )
    return " / ".join(dict.fromkeys([first, *others]))


def economy_named(facts: Facts, code: str | None) -> str:
    """An economy by its APEC name, with the code that commands take."""
    if code is None:
        return ""
    economy = facts.economies.get(code)
    return f"{in_english(economy['name'])} ({code})" if economy is not None else code


def checked(verification: Mapping[str, str | None]) -> Text:
    """What a channel's checks say of it, and since when."""
    result = verification["result"] or ""
    day = (verification["checked_at"] or "")[:10]
    style = {"verified": "green", "stale": "yellow", "failed": "red"}.get(result, "")
    return Text(f"{result} {day}".rstrip(), style=style)


def source_of(document: Document) -> str:
    """Where a record comes from."""
    source = document["source"]
    return ", ".join(filter(None, (source["document"], source["place"], source["meeting"])))


def marked(document: Document) -> str:
    """A record's marking, and who alone may see it."""
    audience = ", ".join(document["audience"])
    return f"TLP:{document['marking']}" + (f", members of {audience} only" if audience else "")


def words_of(code: str | None) -> str:
    """A word of the records as people write it: ``out of hours``."""
    return (code or "").replace("_", " ")


@contextmanager
def progress(description: str) -> Iterator[Steps]:
    """Show a bar on standard error once a task has taken two seconds, on a terminal only.

    Yields:
        What the task tells how many steps of how many are done.
    """
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(file=sys.stderr, highlight=False),
        transient=True,
    )
    task = bar.add_task(description, total=None)
    began = monotonic()
    is_shown = False

    def steps(done: int, of: int) -> None:
        nonlocal is_shown
        bar.update(task, completed=done, total=of)
        if not is_shown and bar.console.is_terminal and monotonic() - began >= QUICK_SECONDS:
            is_shown = True
            bar.start()

    try:
        yield steps
    finally:
        if is_shown:
            bar.stop()


def answered(value: object) -> str:
    """One answer among several: nothing means that it is not known."""
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
