"""How much longer an answer marked AMBER takes because it is recorded first who reads it."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from time import perf_counter
from unittest.mock import patch

from flask import Flask
from sqlalchemy import text

from benchmarks.asking import Measured, insiders_calls
from directory.db import Database
from directory.readings.log import Outcome, ReadingLog
from directory.readings.rules import Entry
from directory.service import EXTENSION, Running

SAMPLES = 150
AT_ONCE = 4
"""As many threads as a worker has."""


@dataclass(frozen=True, slots=True)
class Added:
    """What recording adds to a call, in milliseconds as a clock on the wall shows them."""

    name: str
    median_ms: float
    p95_ms: float
    without_ms: float
    """The median of the calls that were not recorded."""


def added(app: Flask) -> Iterator[Added]:
    """Measure the calls of a partner's officer, recorded and not, by turns."""
    running: Running = app.extensions[EXTENSION]
    for measured in insiders_calls(app):
        for when, meanwhile, threads in (
            ("", nullcontext(), 1),
            (f", {AT_ONCE} at once", nullcontext(), AT_ONCE),
            (", while a change holds the database", _held(running.database), 1),
        ):
            yield _added(measured, when, meanwhile, threads)


def _added(
    measured: Measured, when: str, meanwhile: AbstractContextManager[None], threads: int
) -> Added:
    recorded: list[float] = []
    unrecorded: list[float] = []
    with meanwhile, ThreadPoolExecutor(threads) as pool:
        _turn(pool, measured, threads)
        while len(recorded) < SAMPLES:
            recorded += _turn(pool, measured, threads)
            with patch.object(ReadingLog, "record", _record_nothing):
                unrecorded += _turn(pool, measured, threads)
    usual = statistics.median(unrecorded)
    return Added(
        measured.name + when,
        (statistics.median(recorded) - usual) * 1e3,
        (statistics.quantiles(recorded, n=20)[-1] - usual) * 1e3,
        usual * 1e3,
    )


def _turn(pool: ThreadPoolExecutor, measured: Measured, threads: int) -> list[float]:
    def timed(_: int) -> float:
        began = perf_counter()
        measured.call()
        return perf_counter() - began

    return list(pool.map(timed, range(threads * 3)))


def _record_nothing(log: ReadingLog, entries: Sequence[Entry]) -> Outcome:
    return Outcome.STORED


@contextmanager
def _held(database: Database) -> Iterator[None]:
    """Hold the database as an import does, for as long as the block lasts."""
    with database.writing() as connection:
        connection.execute(text("UPDATE partners SET name = name"))
        yield
