"""What holds for a whole list, whatever its rows say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from directory.documents import Document
from directory.meetings.lists.drafts import Draft
from directory.meetings.lists.rules.scripts import script_tags, tag_of
from directory.policy import Tlp, Viewer


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for a whole list.

    Attributes:
        document: What the records name as their source.
        meeting: Slug of the meeting that it comes from.
        marking: The marking of what the list brings new.
        viewer: Who returned it.
        at: The present instant; nothing that the list says lies after it.
        changed_on: The day from which somebody else holds a post, where the row does not tell.
        attended: The names of those who attended the meeting, as they are compared.
        economies: Documents by code.
    """

    document: str
    meeting: str | None
    marking: Tlp
    viewer: Viewer
    at: datetime
    changed_on: date
    attended: frozenset[str]
    economies: Mapping[str, Document]

    @property
    def day(self) -> date:
        """The present day."""
        return self.at.date()

    def source(self, draft: Draft) -> Document:
        """Where a record of a row comes from."""
        return {"document": self.document, "place": draft.place, "meeting": self.meeting}

    def language_of(self, text: str, economy: str) -> str:
        """The BCP 47 tag under which a text is kept, by its script and its economy."""
        return tag_of(text, script_tags(self.economies[economy]["languages"]))
