"""How many change sets of one change eight processes write at once, each waiting for its disk."""

from __future__ import annotations

from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from time import perf_counter

from benchmarks.copies import copied
from benchmarks.syncing import ACTOR, network
from benchmarks.world import AT
from directory.changes.apply import apply
from directory.changes.operations import prepare
from directory.db import Database
from directory.ids import new_id
from directory.registry import KINDS

WRITERS, CHANGE_SETS = 8, 150
# Not forked: whoever shares this process's connections would end them.
processes = get_context("spawn")


def appended_per_second(url: str) -> float:
    """Change sets a second, of all writers together, in a copy of a loaded database."""
    with copied(url, "appends") as database:
        together = processes.Barrier(WRITERS + 1)
        writers = [
            processes.Process(target=_write, args=(database.url, number, together))
            for number in range(WRITERS)
        ]
        for writer in writers:
            writer.start()
        together.wait()
        began = perf_counter()
        for writer in writers:
            writer.join()
        took = perf_counter() - began
    if any(writer.exitcode for writer in writers):
        raise ValueError("a writer met with a fault")
    return WRITERS * CHANGE_SETS / took


def _write(url: str, number: int, together: Barrier) -> None:
    database = Database(url)
    with database.reading():
        together.wait()
    for turn in range(CHANGE_SETS):
        made = [network(f"{number}-{turn}-{new_id()[:8]}")]
        given = prepare(KINDS, made, actor=ACTOR, origin="edit", reason="a benchmark")
        with database.writing() as connection:
            apply(connection, KINDS, given, writer=None, at=AT)
    database.dispose()
