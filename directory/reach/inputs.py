"""What a look-up is judged on: the question, the facts about networks, and the desks held.

Everything in here has already been chosen for its viewer. The rules never filter by marking, so a
document that the viewer may not see must never get this far.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

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
    """

    to: str
    origin: str | None
    function: str | None
    language: str | None
    at: datetime

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

    Attributes:
        contact: The contact's document.
        organisation: The document of its organisation.
        channels: Documents of its channels, each with one more key, ``verification``:
            ``{"result", "checked_at", "method"}`` as it stands at the instant of the question.
        holders: Documents of its holders, of any period.
        keys: Documents of its keys.
    """

    contact: Document
    organisation: Document
    channels: Sequence[Document]
    holders: Sequence[Document] = ()
    keys: Sequence[Document] = ()

    @property
    def id(self) -> str:
        """The contact's id."""
        return str(self.contact["id"])

    @property
    def title(self) -> str:
        """The contact's title, as answers print it."""
        return in_english(self.contact["title"])

    @property
    def organisation_name(self) -> str:
        """The organisation's name, as answers print it."""
        return in_english(self.organisation["name"])
