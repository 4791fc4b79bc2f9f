"""The economies that a list names, each name looked up once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from directory.documents import Document
from directory.meetings.lists.rules.findings import Code, Doubt
from directory.meetings.lists.rules.scripts import script_tags
from directory.names import in_english
from directory.reference.aliases import (
    AmbiguousEconomyError,
    UnknownEconomyError,
    economy_called,
)
from directory.reference.facts import Facts


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of the economy that a row is about.

    Attributes:
        zones: Its IANA zones.
        scripts: The BCP 47 tag of each script, as its people write names.
    """

    code: str
    zones: Sequence[str]
    scripts: Mapping[str, str]


Called = tuple[Place | None, tuple[Doubt, ...]]


class Places:
    """What the names of economies mean, with the doubts about each."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._known: dict[str, Called] = {}

    def called(self, text: str) -> Called:
        """The economy of a name; None where there is none, or several might be meant."""
        if text not in self._known:
            self._known[text] = self._look_up(text)
        return self._known[text]

    def _look_up(self, text: str) -> Called:
        try:
            code = economy_called(self._facts, " ".join(text.split()))
        except AmbiguousEconomyError as error:
            names = "; ".join(candidate.name for candidate in error.candidates)
            return None, (Doubt(Code.AMBIGUOUS_ECONOMY, text, names, 0.0),)
        except UnknownEconomyError:
            return None, (Doubt(Code.UNKNOWN_ECONOMY, text, None, 0.0),)
        name = in_english(self._facts.economies[code]["name"])
        doubts = () if text == name else (Doubt(Code.ECONOMY_ALIAS, text, name, 0.95),)
        return economy_document(self._facts.economies, code), doubts


def economy_document(economies: Mapping[str, Document], code: str) -> Place:
    """What rows of an economy are read with."""
    document = economies[code]
    return Place(code, document["zones"], script_tags(document["languages"]))
