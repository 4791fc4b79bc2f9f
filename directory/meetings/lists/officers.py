"""Who is named in a row that was taken along, and in whose place.

A person stands in two columns, in Latin letters and in their own script; who has no name in one of
them had no line there, and cannot have lost it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from directory.documents import Document
from directory.meetings.lists.building import Builder
from directory.meetings.lists.drafts import Draft
from directory.meetings.lists.likeness import NAMESAKES, name_key, name_likeness
from directory.meetings.lists.pairing import as_named, keys_of
from directory.meetings.lists.planning import MISSPELT, Planner
from directory.meetings.lists.present import Present, says
from directory.meetings.lists.rules.columns import Column
from directory.meetings.lists.rules.comparing import normal
from directory.meetings.lists.rules.findings import Code
from directory.meetings.lists.rules.people import Person
from directory.meetings.lists.rules.printing import name_tags
from directory.names import in_english

if TYPE_CHECKING:
    from directory.meetings.lists.edits import Edited


class Officers:
    """The officers of one row whose names were changed."""

    def __init__(self, builder: Builder, planner: Planner, edited: Edited, now: Present) -> None:
        self._builder = builder
        self._planner = planner
        self._edited = edited
        self._draft: Draft = edited.draft
        self._base = edited.base
        self._now = now

    def propose(self) -> None:
        """Compare who is named, line by line, with who was printed."""
        said: dict[str, dict[Column, str]] = {}
        new: dict[int, dict[Column, str]] = {}
        for column in (Column.NAME, Column.OWN_SCRIPT):
            for place, (holder, line) in enumerate(self._paired(column, self._lines(column))):
                if holder is None:
                    new.setdefault(place, {})[column] = line or ""
                else:
                    said.setdefault(holder["id"], {})[column] = line or ""
        for holder in self._base["holders"]:
            texts = said.get(holder["id"])
            if texts is not None and any(texts.values()):
                self._renamed(holder, texts)
            elif texts is not None:
                self._gone(holder, texts)
        for each in new.values():
            self._install(Person(self._name(None, each)), None)

    def _gone(self, holder: Document, said: Mapping[Column, str]) -> None:
        if self._now.holder(holder) is None:
            return
        latin, own = name_tags(holder["name"])
        if set(said) == {Column.OWN_SCRIPT} and latin is not None:
            # The column of Latin names, which nobody touched, still names them.
            self._unspelt(holder, own)
            return
        if len(said) < sum(tag is not None for tag in (latin, own)):
            # The other column still names them: they may have lost a spelling, not the post.
            name = in_english(holder["name"])
            self._draft.doubt_of(
                str(next(iter(said))), Code.PERSON_CHANGED, "", f"{name} has left", 0.5
            )
        self._end(holder)

    def _unspelt(self, holder: Document, tag: str | None) -> None:
        """Propose that somebody is no longer written in their own script."""
        name = {each: text for each, text in holder["name"].items() if each != tag}
        told = f"{in_english(name)} is no longer written so"
        self._draft.doubt_of(str(Column.OWN_SCRIPT), Code.PERSON_CHANGED, "", told, 0.8)
        self._spelt(holder, name)

    def _spelt(self, holder: Document, name: Mapping[str, str]) -> None:
        """Propose that one and the same person is written otherwise."""
        told = {"name": dict(name), "source": self._planner.source(self._draft)}
        now = self._now.holder(holder)
        if now is None or says(now, told):
            return
        planned = self._builder.amend("holder", holder, told, self._draft.cells)
        planned.findings += self._draft.findings

    def _lines(self, column: Column) -> list[str] | None:
        """The lines of a column that was changed; None for one that was not."""
        if column not in self._edited.changed:
            return None
        return [line for line in normal(self._edited.texts[column]).split("\n") if line]

    def _paired(
        self, column: Column, lines: Sequence[str] | None
    ) -> Iterable[tuple[Document | None, str | None]]:
        """Each line with whose it is; who has none has gone, and one of nobody's is of who is new.

        Who has no name in the script of the column had no line in it, and cannot have lost one.
        """
        if lines is None:
            return []
        everybody = list(self._base["holders"])
        place = 0 if column is Column.NAME else 1
        printed = [one for one in everybody if name_tags(one["name"])[place] is not None]
        if not printed:
            printed = everybody[: len(lines)]
        if len(lines) >= len(printed):
            return as_named(printed, lines)
        keys = {name_key(line) for line in lines}
        staying = [one for one in printed if name_likeness(keys_of(one), keys) >= MISSPELT]
        if len(staying) != len(lines):
            staying = printed[: len(lines)]
        gone = [(one, None) for one in printed if one not in staying]
        return [*zip(staying, lines, strict=True), *gone]

    def _renamed(self, holder: Document, said: Mapping[Column, str]) -> None:
        """Whoever is named otherwise is misspelt, or somebody else; a name may also be added."""
        before = {tag: holder["name"][tag] for tag in name_tags(holder["name"]) if tag is not None}
        name = self._name(holder, said)
        if name == before:
            return
        changed = {tag for tag, text in name.items() if before.get(tag) != text}
        was = {name_key(text) for tag, text in before.items() if tag in changed or tag not in name}
        keys = {name_key(name[tag]) for tag in changed or name}
        if not was or name_likeness(was, keys) >= _least_likeness(holder, said):
            unprinted = {tag: text for tag, text in holder["name"].items() if tag not in before}
            self._spelt(holder, unprinted | name)
            return
        self._end(holder)
        self._install(Person({tag: name[tag] for tag in changed}), holder)

    def _end(self, holder: Document) -> None:
        if self._now.holder(holder) is not None:
            self._planner.end(self._draft, holder).findings += self._draft.findings

    def _install(self, person: Person, outgoing: Document | None) -> None:
        if not self._now.is_held_by(person.name.values()):
            self._planner.install(self._draft, self._base, person, outgoing)

    def _name(self, holder: Document | None, said: Mapping[Column, str]) -> dict[str, str]:
        """A name by language tag, as its cells say it now; an emptied one is left out."""
        held = {} if holder is None else holder["name"]
        name: dict[str, str] = {}
        for column, tag in zip((Column.NAME, Column.OWN_SCRIPT), name_tags(held), strict=True):
            text = said.get(column, held[tag] if tag is not None else "")
            if text:
                name[tag or self._tag_of(column, text)] = text
        return name

    def _tag_of(self, column: Column, text: str) -> str:
        is_latin_column = column is Column.NAME
        return "en" if is_latin_column else self._planner.language_of(text, self._base["economy"])


def _least_likeness(holder: Document, said: Mapping[Column, str]) -> float:
    """How alike two names are at least that are one person's.

    One character of three is a slip where the Latin name beside it stays as it was.
    """
    latin, _ = name_tags(holder["name"])
    return NAMESAKES if set(said) == {Column.OWN_SCRIPT} and latin is not None else MISSPELT
