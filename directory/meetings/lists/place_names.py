"""The economies that a list names, each name looked up once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from directory.documents import Document
from directory.meetings.lists.rules.economy_names import (
    code_called,
    inverted,
    is_short_elsewhere,
    parts_of,
    plainly,
    said_in_english,
)
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
        name = plainly(" ".join(text.split()))
        try:
            code, sure = self._code(name), 0.95
            if code is None:
                code, sure = self._said_twice(name), 0.8
        except AmbiguousEconomyError as error:
            names = "; ".join(candidate.name for candidate in error.candidates)
            return None, (Doubt(Code.AMBIGUOUS_ECONOMY, text, names, 0.0),)
        if code is None:
            return None, (Doubt(Code.UNKNOWN_ECONOMY, text, None, 0.0),)
        name = in_english(self._facts.economies[code]["name"])
        doubts = () if text == name else (Doubt(Code.ECONOMY_ALIAS, text, name, sure),)
        return economy_document(self._facts.economies, code), doubts

    def _code(self, name: str) -> str | None:
        """The code of a name, the directory's own first; None for one that nobody knows.

        Raises:
            AmbiguousEconomyError: The directory says that it may mean several.
        """
        if is_short_elsewhere(name):
            return code_called(name)
        for each in filter(None, (name, inverted(name))):
            try:
                return economy_called(self._facts, said_in_english(each))
            except UnknownEconomyError:
                code = code_called(each)
                if code in self._facts.economies:
                    return code
        return None

    def _said_twice(self, name: str) -> str | None:
        """The code of a name that is written in two ways, one of which may be ambiguous alone.

        Raises:
            AmbiguousEconomyError: No part of it is clear, or the parts mean different economies.
        """
        for parts, is_first_enough in parts_of(name):
            told: list[str | None] = []
            unclear: AmbiguousEconomyError | None = None
            for part in parts:
                try:
                    told.append(self._code(part.strip()))
                except AmbiguousEconomyError as error:
                    unclear = error
            known = {code for code in told if code is not None}
            is_told = None not in told or (is_first_enough and told[0] is not None)
            if len(known) == 1 and is_told:
                return known.pop()
            if unclear is not None and not known:
                raise unclear
        return None


def economy_document(economies: Mapping[str, Document], code: str) -> Place:
    """What rows of an economy are read with."""
    document = economies[code]
    return Place(code, document["zones"], script_tags(document["languages"]))
