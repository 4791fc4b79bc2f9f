"""Measure copying beside peers: ``python -m benchmarks.peers --environment .tools/peers``.

The environment is one of their own, made from the lock file beside this (``make bench-peers``).
Wall-clock times of one client on loopback, turn by turn, so that what else the machine does falls
on all of them; the ratio to this directory is what counts.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter

from rich.console import Console
from rich.table import Table

from benchmarks.peers.servers import Server, ours, radicale, xandikos

CHANGED = 10


def main() -> None:
    """Start all three, copy, change, ask, and show what was seen."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--environment", type=Path, required=True)
    parser.add_argument("--cards", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=20)
    given = parser.parse_args()
    environment = given.environment.absolute()
    with tempfile.TemporaryDirectory() as temporary, ExitStack() as stack:
        folder = Path(temporary)
        servers: list[Server] = [
            stack.enter_context(ours(folder / "ours", given.cards)),
            stack.enter_context(radicale(folder / "radicale", given.cards, environment)),
            stack.enter_context(xandikos(folder / "xandikos", given.cards, environment)),
        ]
        _show(given.cards, [_Seen(server) for server in servers], given.rounds)


class _Seen:
    """What was measured of one server."""

    def __init__(self, server: Server) -> None:
        self.server = server
        began = perf_counter()
        self.whole_bytes = server.whole()
        self.whole = perf_counter() - began
        self.polls: list[float] = []
        self.deltas: list[float] = []
        self.delta_bytes = 0

    def turn(self, version: int) -> None:
        """Ask with nothing new, then with ten cards changed."""
        self.polls.append(self._ask(0))
        self.server.change(range(CHANGED), version)
        self.deltas.append(self._ask(CHANGED))

    def _ask(self, expected: int) -> float:
        began = perf_counter()
        count, size = self.server.news()
        took = perf_counter() - began
        assert count == expected, (self.server.name, count)
        self.delta_bytes = size
        return took * 1000


def _show(cards: int, seen: list[_Seen], rounds: int) -> None:
    for version in range(2, rounds + 2):
        for each in seen:
            each.turn(version)
    table = Table(title=f"Copying {cards:,} cards; milliseconds, median and 95th percentile")
    for heading in ("", "all of it, s", "MB", "nothing new", "ten changed", "bytes a change"):
        table.add_column(heading, justify="right" if heading else "left")
    for each in seen:
        table.add_row(
            each.server.name,
            f"{each.whole:.2f}",
            f"{each.whole_bytes / 1e6:.1f}",
            _spread(each.polls),
            _spread(each.deltas),
            f"{each.delta_bytes / CHANGED:.0f}",
        )
    Console(width=110).print(table)


def _spread(times: list[float]) -> str:
    percentile = statistics.quantiles(times, n=20)[-1]
    return f"{statistics.median(times):,.1f}  {percentile:,.1f}"


if __name__ == "__main__":
    main()
