"""From what people call an economy to its code; an ambiguous name asks instead of guessing."""

from __future__ import annotations

from dataclasses import dataclass

from directory.documents import Document
from directory.errors import InvalidInputError, NotFoundError
from directory.names import alias_key, in_english
from directory.reference.facts import Facts


class UnknownEconomyError(NotFoundError):
    """No economy is called that."""

    slug = "unknown-economy"
    title = "No economy is called that"


class AmbiguousEconomyError(InvalidInputError):
    """The name may mean more than one economy.

    Attributes:
        candidates: Codes and names of the economies of the directory that it may mean.
    """

    slug = "ambiguous-economy"
    title = "The name may mean more than one economy"

    def __init__(self, detail: str, candidates: tuple[Candidate, ...]) -> None:
        super().__init__(detail)
        self.candidates = candidates


@dataclass(frozen=True, slots=True)
class Candidate:
    """An economy that a name may mean, and what else it may mean."""

    code: str
    name: str
    also: str


def economy_called(facts: Facts, name: str) -> str:
    """The code of the economy that a code, name or alias means.

    Raises:
        AmbiguousEconomyError: The name is known to mean different things in different lists.
        UnknownEconomyError: No economy the viewer may see is called that.
    """
    if name in facts.economies:
        return name
    key = alias_key(name)
    candidates = [
        Candidate(code, in_english(document["name"]), entry["also"])
        for code, document in facts.economies.items()
        for entry in document["ambiguous_aliases"]
        if alias_key(entry["text"]) == key
    ]
    meant = [code for code, document in facts.economies.items() if key in _keys(document)]
    if candidates or len(meant) > 1:
        candidates += [
            Candidate(code, in_english(facts.economies[code]["name"]), "")
            for code in meant
            if code not in {candidate.code for candidate in candidates}
        ]
        listed = "; ".join(
            f"{candidate.name} ({candidate.code})" + (f", or {also}" if also else "")
            for candidate in candidates
            for also in [candidate.also]
        )
        raise AmbiguousEconomyError(
            f"{name!r} may mean more than one: {listed}. Ask for the one you mean by its code.",
            tuple(candidates),
        )
    if not meant:
        known = ", ".join(facts.economies)
        raise UnknownEconomyError(
            f"No economy here is called {name!r}. The directory knows {known or 'none'};"
            " other places are not APEC economies or are not held."
        )
    return meant[0]


def _keys(document: Document) -> set[str]:
    names = [
        document["code"],
        document["alpha3"] or "",
        *document["name"].values(),
        *document["short_name"].values(),
        *document["aliases"],
    ]
    return {alias_key(name) for name in names} - {""}


def economies_matching(facts: Facts, text: str) -> list[str]:
    """The codes of the economies with a name or alias that begins with a text, in APEC's order."""
    key = alias_key(text)
    return [
        code
        for code, document in facts.economies.items()
        if key
        and any(
            name.startswith(key)
            for name in _keys(document)
            | {alias_key(entry["text"]) for entry in document["ambiguous_aliases"]}
        )
    ]
