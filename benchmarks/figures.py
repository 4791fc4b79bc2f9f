"""A measured figure, what it should be, and how a table shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing that was measured.

    Attributes:
        group: What it is about: ``loading``, ``cpu``, ``search``, ``readings``, ``sync``,
            ``memory``, ``statements``, ``http``.
        unit: Of ``value``, ``low``, ``high`` and ``target``.
        low: The smallest value seen, where it was measured more than once; ``high`` the largest.
        target: What it should be; None where it is told for the reader's eye.
        at_least: Whether the target is the least it should be, or the most.
        note: What else is worth knowing.
    """

    group: str
    name: str
    database: str
    value: float
    unit: str
    low: float | None = None
    high: float | None = None
    target: float | None = None
    at_least: bool = True
    note: str = ""

    @property
    def is_met(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        if self.target is None:
            return None
        return self.value >= self.target if self.at_least else self.value <= self.target


def show(figures: Sequence[Figure], console: Console) -> None:
    """Print the figures as one table, group by group."""
    table = Table(title="What was measured", title_justify="left")
    for heading in ("", "database", "measured", "smallest to largest", "target", ""):
        table.add_column(heading, justify="right" if heading == "measured" else "left")
    group = ""
    for figure in figures:
        if figure.group != group:
            table.add_section()
            group = figure.group
        met = {True: "met", False: "[bold red]missed[/]", None: ""}[figure.is_met]
        table.add_row(
            figure.name,
            figure.database,
            f"{_written(figure.value)} {figure.unit}".strip(),
            _spread(figure),
            _target(figure),
            " ".join(part for part in (met, figure.note) if part),
        )
    console.print(table)


def _spread(figure: Figure) -> str:
    if figure.low is None or figure.high is None:
        return ""
    return f"{_written(figure.low)} to {_written(figure.high)}"


def _target(figure: Figure) -> str:
    if figure.target is None:
        return ""
    return f"{'at least' if figure.at_least else 'at most'} {_written(figure.target)}"


def _written(value: float) -> str:
    if value >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.3f}" if value < 1 else f"{value:.2f}"
