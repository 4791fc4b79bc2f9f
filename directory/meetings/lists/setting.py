"""What the rows of a list are read with, whichever row it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from directory.meetings.lists.place_names import Place
from directory.meetings.lists.rules.dates import DayOrder
from directory.meetings.lists.rules.findings import Doubt


@dataclass(frozen=True, slots=True)
class Setting:
    """What rows are read with.

    Attributes:
        place_called: What an economy's name means, with the doubts about it.
        networks: Names and aliases of networks, by slug.
        order: Whether the list writes the day first, as far as its dates tell.
        day: Nothing in a list lies after it.
        document: What the file is called.
    """

    place_called: Callable[[str], tuple[Place | None, tuple[Doubt, ...]]]
    networks: Mapping[str, Sequence[str]]
    order: DayOrder | None
    day: date
    document: str
