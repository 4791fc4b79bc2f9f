"""How long searches and callers take, each asked for many different things the directory holds."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from time import perf_counter

from flask import Flask
from sqlalchemy import func, select

from benchmarks.asking import Call, address
from directory.contacts.models import number_entries, search_entries
from directory.db import Database
from directory.names import is_latin
from directory.policy import Tlp

SAMPLES = 60
WAKING = 10
"""Calls before the clock runs: the first of each kind compile their statements."""


@dataclass(frozen=True, slots=True)
class Latency:
    """How long the calls of one kind took, in milliseconds as a clock on the wall shows them."""

    name: str
    median_ms: float
    p95_ms: float
    longest_ms: float
    most_ms: float
    """What the 95th percentile should be at most."""


@dataclass(frozen=True, slots=True)
class _Held:
    """A few things that everybody may find."""

    names: list[str]
    titles: list[str]
    numbers: list[str]


def latencies(app: Flask, database: Database) -> Iterator[Latency]:
    """Measure every kind of search, and callers."""
    held, dice = _held(database), Random(7)  # noqa: S311
    latin = [name for name in held.names if name.isascii()]
    han = [name for name in held.names if not is_latin(name) and len(name) == 3]
    long_han = [title for title in held.titles if not is_latin(title) and " " not in title]
    kinds: list[tuple[str, Callable[[], str], float]] = [
        ("a word in Latin letters", lambda: dice.choice(latin).split()[1], 20),
        ("two words", lambda: dice.choice(latin), 20),
        ("the beginning of many words", lambda: dice.choice(latin)[: dice.randint(1, 3)], 20),
        ("words that thousands of desks have", lambda: dice.choice(("duty desk", "office")), 20),
        ("two characters", lambda: dice.choice(han)[:2], 20),
        ("four characters", lambda: dice.choice(long_han)[:4], 20),
        ("the end of a number", lambda: dice.choice(held.numbers)[-7:], 20),
        ("a whole number", lambda: dice.choice(held.numbers), 20),
        ("a slip of the pen", lambda: _with_a_slip(dice, dice.choice(latin).split()[1]), 150),
    ]
    for name, make, most in kinds:
        calls = [Call(app, address("/search", q=make())) for _ in range(SAMPLES + WAKING)]
        yield _measure(f"search: {name}", calls, most)
    numbers = [f"+{dice.choice(held.numbers)}" for _ in range(SAMPLES + WAKING)]
    calls = [Call(app, address("/callers", number=number)) for number in numbers]
    yield _measure("callers", calls, 20)


def search_words(database: Database) -> list[str]:
    """Some words to search for."""
    return [name.split()[0] for name in _held(database).names]


def _measure(name: str, calls: list[Call], most_ms: float) -> Latency:
    for call in calls[:WAKING]:
        call()
    taken: list[float] = []
    for call in calls[WAKING:]:
        began = perf_counter()
        call()
        taken.append((perf_counter() - began) * 1000)
    p95 = statistics.quantiles(taken, n=20, method="inclusive")[-1]
    return Latency(name, statistics.median(taken), p95, max(taken), most_ms)


def _with_a_slip(dice: Random, word: str) -> str:
    place = dice.randrange(1, len(word))
    return f"{word[:place]}q{word[place + 1 :]}"


def _held(database: Database) -> _Held:
    """A sample spread over the log: the newest are found soonest."""
    with database.reading() as connection:
        newest = connection.scalar(select(func.max(search_entries.c.seq))) or 0
        dice = Random(11)  # noqa: S311
        places = sorted(dice.sample(range(newest), min(newest, 6000)))
        found = connection.execute(
            select(search_entries.c.kind, search_entries.c.names).where(
                search_entries.c.seq.in_(places), search_entries.c.marking == int(Tlp.CLEAR)
            )
        ).all()
        numbers = connection.scalars(
            select(number_entries.c.digits).where(
                number_entries.c.seq.in_(places),
                number_entries.c.is_e164,
                number_entries.c.marking == int(Tlp.CLEAR),
            )
        ).all()
    by_kind: dict[str, list[str]] = {"holder": [], "contact": []}
    for kind, names in found:
        by_kind.setdefault(kind, []).extend(names.split("\n"))
    return _Held(by_kind["holder"], by_kind["contact"], list(numbers))
