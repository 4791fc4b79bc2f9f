"""What a look-up is judged on: the question, the facts about networks, and the desks held.

Everything in here has already been chosen for its viewer. The rules never filter by marking, so a
document that the viewer may not see must never get this far.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from directory.documents import Document
from directory.names import in_english


@dataclass(frozen=True, slots=True)
class Question:
    """Whom to reach, asked by whom, for what, and when.

    Attributes:
        to: Code of the economy to reach.
        origin: Code of the economy that asks; None leaves standing unjudged.
        function: The function that is needed; None judges no function.
        language: BCP 47 tag to be served in; None means the languages of the asking economy.
        at: The instant to judge, aware and in UTC.
        as_of: The instant by which what it is judged on had been recorded; None means now.
    """

    to: str
    origin: str | None
    function: str | None
    language: str | None
    at: datetime
    as_of: datetime | None = None

    @property
    def parties(self) -> tuple[str, ...]:
        """The codes of the economies concerned, the asking one first."""
        return (self.to,) if self.origin is None else (self.origin, self.to)

    @property
    def day(self) -> str:
        """The date, in UTC, on which memberships and terms are judged."""
        return self.at.astimezone(UTC).date().isoformat()


@dataclass(frozen=True, slots=True)
class Directory:
    """The reference facts that standing rests on.

    Attributes:
        economies: Documents by code; at least those of the question and of its closed networks.
        networks: Documents by slug; every network that could matter.
        memberships: Documents of any period, by economy; only those of the economies that the
            question names are read.
    """

    economies: Mapping[str, Document]
    networks: Mapping[str, Document]
    memberships: Mapping[str, Sequence[Document]]

    def economy_name(self, code: str) -> str:
        """The APEC name of an economy."""
        economy = self.economies.get(code)
        return in_english(economy["name"]) if economy else code

    def network_name(self, slug: str) -> str:
        """The name of a network."""
        network = self.networks.get(slug)
        return in_english(network["name"]) if network else slug


@dataclass(frozen=True, slots=True)
class Desk:
    """A contact with what is held on it.

    A desk is kept and judged again and again, so what never changes of it is worked out once.

    Attributes:
        contact: The contact's document.
        organisation: The document of its organisation.
        channels: Documents of its channels, each with one more key, ``verification``:
            ``{"result", "checked_at", "method"}`` as it stands at the instant of the question.
        holders: Documents of its holders, of any period.
        keys: Documents of its keys.
        id: The contact's id.
        title: The contact's title, as answers print it.
        organisation_name: The organisation's name, as answers print it.
        is_private: Whether its organisation is a private one.
        networks: The slugs of the networks it is designated for.
        languages: The tags of the languages it works in.
        worked_out: What rules have found out about the desk alone; bounded by them.
    """

    contact: Document
    organisation: Document
    channels: Sequence[Document]
    holders: Sequence[Document] = ()
    keys: Sequence[Document] = ()
    id: str = field(init=False, compare=False)
    title: str = field(init=False, compare=False)
    organisation_name: str = field(init=False, compare=False)
    is_private: bool = field(init=False, compare=False)
    networks: tuple[str, ...] = field(init=False, compare=False)
    languages: tuple[str, ...] = field(init=False, compare=False)
    worked_out: dict[Any, Any] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        found = {
            "id": str(self.contact["id"]),
            "title": in_english(self.contact["title"]),
            "organisation_name": in_english(self.organisation["name"]),
            "is_private": self.organisation["sector"] == "private",
            "networks": tuple(self.contact["networks"]),
            "languages": tuple(self.contact["languages"]),
            "worked_out": {},
        }
        for name, value in found.items():
            object.__setattr__(self, name, value)
