"""Processor time of our calls beside that of a bare Flask application, in one process.

Both are asked in short turns, one after the other, so that whatever else the machine does falls on
both alike. What other processes do in the meantime, a PostgreSQL server among them, is not counted.
"""

from __future__ import annotations

import gc
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import process_time

from benchmarks import hello
from benchmarks.asking import Call

TURNS = 200
TURN_SECONDS = 0.004


@dataclass(frozen=True, slots=True)
class Relative:
    """How a call stands to the bare application, over many turns.

    Attributes:
        ratio: Bare over ours, the median; 1 would be as fast as the bare application.
        ours_us: Microseconds of processor time, the median.
        bare_us: The same of the bare application.
    """

    ratio: float
    lowest: float
    highest: float
    ours_us: float
    bare_us: float


def beside_bare(call: Callable[[], None], *, turns: int = TURNS) -> Relative:
    """Measure a call beside the bare application."""
    bare = Call(hello.app, "/")
    repeat, repeat_bare = _calls_in_a_turn(call), _calls_in_a_turn(bare)
    ours: list[float] = []
    bares: list[float] = []
    for turn in range(turns):
        # Who comes first changes, lest one always find the caches as the other left them.
        if turn % 2:
            bares.append(_turn(bare, repeat_bare))
            ours.append(_turn(call, repeat))
        else:
            ours.append(_turn(call, repeat))
            bares.append(_turn(bare, repeat_bare))
    ratios = [mean / our for mean, our in zip(bares, ours, strict=True)]
    return Relative(
        statistics.median(ratios),
        min(ratios),
        max(ratios),
        statistics.median(ours) * 1e6,
        statistics.median(bares) * 1e6,
    )


@contextmanager
def settled_memory() -> Iterator[None]:
    """Leave what is loaded to itself when garbage is collected, as a worker does."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _calls_in_a_turn(call: Callable[[], None]) -> int:
    for _ in range(20):
        call()
    return max(3, round(TURN_SECONDS / _turn(call, 20)))


def _turn(call: Callable[[], None], repeat: int) -> float:
    began = process_time()
    for _ in range(repeat):
        call()
    return (process_time() - began) / repeat
