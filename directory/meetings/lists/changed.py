"""Proposing the changed cells of a row that the directory has printed, column by column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from directory.contacts.rules import duty_hours, languages
from directory.contacts.rules.words import Sector
from directory.documents import Document
from directory.meetings.lists.building import Builder, contact_of
from directory.meetings.lists.drafts import Draft
from directory.meetings.lists.lines import Lines
from directory.meetings.lists.officers import Officers
from directory.meetings.lists.planning import Planner
from directory.meetings.lists.present import Present
from directory.meetings.lists.renaming import Meant, meant_by
from directory.meetings.lists.rules.columns import Column
from directory.meetings.lists.rules.comparing import listed, normal
from directory.meetings.lists.rules.findings import Code
from directory.meetings.lists.standing import Standing
from directory.names import in_english
from directory.policy import MARKINGS, Label, Tlp, covers
from directory.reference.facts import Facts
from directory.reference.rules import Function
from directory.zones import zone

if TYPE_CHECKING:
    from directory.meetings.lists.edits import Edited

FIELDS: Mapping[Column, str] = {
    Column.POST: "title",
    Column.ORGANISATION: "organisation",
    Column.HOURS: "hours",
    Column.ZONE: "zone",
    Column.LANGUAGES: "languages",
    Column.NETWORKS: "networks",
    Column.REMARKS: "remarks",
}
"""Under which name a draft keeps the cell of a column."""
UNSURE_NAME = (
    "{name} stays: this may be another name of it, or another organisation. If it is called so now,"
    " change the organisation {slug}; if another is meant, enter that one first, under this name"
)


class Changes:
    """The changed cells of one row."""

    def __init__(
        self,
        builder: Builder,
        planner: Planner,
        standing: Standing,
        facts: Facts,
        edited: Edited,
        checks_of: Callable[[Iterable[Document]], Iterable[Document]],
    ) -> None:
        self._builder = builder
        self._planner = planner
        self._standing = standing
        self._facts = facts
        self._edited = edited
        self._checks_of = checks_of
        self._draft: Draft = edited.draft
        self._base = edited.base
        self._now = Present(edited.post)
        self._contact: dict[str, Any] = {}
        sector = edited.base["organisation_record"]["sector"]
        self._draft.is_private |= sector == Sector.PRIVATE

    def propose(self) -> None:
        """Propose each changed cell, and what a struck-out row or a new date stands for."""
        if self._draft.is_struck:
            self._leave()
            return
        for column, change in self._columns().items():
            if column in self._edited.changed:
                change(normal(self._edited.texts[column]))
        if {Column.NAME, Column.OWN_SCRIPT} & self._edited.changed:
            Officers(self._builder, self._planner, self._edited, self._now).propose()
        channels = Lines(
            self._builder, self._planner, self._edited, self._now, self._checks_of
        ).propose()
        if not self._now.has_all(self._contact):
            self._contact["source"] = self._planner.source(self._draft)
            planned = self._builder.amend(
                "contact", contact_of(self._base), self._contact, self._draft.cells
            )
            planned.findings += self._draft.findings
            if "marking" in self._contact:
                planned.marked_in = self._cell(Column.MARKING)
        if Column.CONFIRMED in self._edited.changed:
            self._confirm(channels)

    def _columns(self) -> Mapping[Column, Callable[[str], None]]:
        return {
            Column.ECONOMY: self._economy,
            Column.POST: self._title,
            Column.ORGANISATION: self._organisation,
            Column.HOURS: self._hours,
            Column.ZONE: self._zone,
            Column.LANGUAGES: self._languages,
            Column.NETWORKS: self._networks,
            Column.FUNCTIONS: self._functions,
            Column.MARKING: self._marking,
            Column.REMARKS: self._remarks,
        }

    def _doubt(
        self, column: Column, code: Code, read: str, proposed: str | None, sure: float
    ) -> None:
        self._draft.doubt_of(FIELDS.get(column, str(column)), code, read, proposed, sure)

    def _cell(self, column: Column) -> str:
        return self._draft.cell_of.get(FIELDS.get(column, str(column)), self._draft.at)

    def _economy(self, text: str) -> None:
        self._doubt(Column.ECONOMY, Code.NO_CHANGE_OF_ECONOMY, text, None, 1.0)

    def _title(self, text: str) -> None:
        if not text:
            self._doubt(Column.POST, Code.UNREADABLE, "", None, 1.0)
            return
        self._contact["title"] = self._retold(self._base["title"], text)

    def _organisation(self, text: str) -> None:
        if not text:
            self._doubt(Column.ORGANISATION, Code.UNREADABLE, "", None, 1.0)
            return
        held = self._base["organisation_record"]
        printed = in_english(held["name"])
        meant = meant_by(text, held, self._planner.other_agencies(self._draft, held))
        if meant is Meant.SPELLING:
            self._respell(held, text)
        elif meant is Meant.SAME:
            self._doubt(Column.ORGANISATION, Code.ORGANISATION_ASSUMED, text, printed, 1.0)
        elif meant is Meant.UNSURE:
            told = UNSURE_NAME.format(name=printed, slug=held["slug"])
            self._doubt(Column.ORGANISATION, Code.NOT_PROPOSED, text, told, 0.0)
        else:
            self._draft.organisation = text
            agency = self._planner.agency(self._draft, self._base)
            self._contact["organisation"] = agency["id"]

    def _respell(self, held: Document, text: str) -> None:
        """Propose another spelling of an organisation's name, for all of its posts."""
        name = self._retold(held["name"], text)
        proposed = self._builder.document_of(held)["name"]
        if proposed not in (held["name"], name):
            told = f"another row spells it {in_english(proposed)}"
            self._doubt(Column.ORGANISATION, Code.NOT_PROPOSED, text, told, 0.0)
            return
        if self._now.organisation_says(held, {"name": name}):
            return
        told = f"the name of {held['slug']}, for all of its posts"
        self._doubt(Column.ORGANISATION, Code.ORGANISATION_ASSUMED, text, told, 0.8)
        changed = {"name": name, "source": self._planner.source(self._draft)}
        cell = self._cell(Column.ORGANISATION)
        planned = self._builder.amend("organisation", held, changed, [cell])
        planned.findings += [f for f in self._draft.findings if f.cell == cell]

    def _hours(self, text: str) -> None:
        found = self._draft.duty_hours
        if text:
            try:
                duty_hours.validate(text)
            except ValueError:
                if found is None:
                    return
            else:
                found = text
        self._contact["duty_hours"] = found if text else None
        needs_zone = found is not None and self._base["zone"] is None
        if needs_zone and Column.ZONE not in self._edited.changed:
            self._contact["zone"] = self._draft.zone

    def _zone(self, text: str) -> None:
        found = self._draft.zone
        try:
            if text:
                zone(text)
            found = text or None
        except ValueError:
            if found is None:
                return
        self._contact["zone"] = found

    def _languages(self, text: str) -> None:
        try:
            tags = [languages.normalise_tag(tag) for tag in listed(text, ",;\n")]
        except ValueError:
            tags = list(self._draft.languages)
            if not tags:
                return
        self._contact["languages"] = list(dict.fromkeys(map(self._as_held, tags)))

    def _as_held(self, tag: str) -> str:
        """The held tag of a language that a person names without its script and place."""
        held = self._base["languages"]
        if tag in held or "-" in tag:
            return tag
        return languages.shared_language(held, tag) or tag

    def _networks(self, text: str) -> None:
        # A network that whoever took the list along may not see was not printed, and stays.
        hidden = [slug for slug in self._base["networks"] if slug not in self._facts.networks]
        by_name = {
            normal(in_english(document["name"])): slug
            for slug, document in self._facts.networks.items()
        }
        lines = listed(text, "\n")
        known = [by_name[line] for line in lines if line in by_name]
        if len(known) < len(lines):
            known = [named.slug for named in self._draft.networks]
        before = self._base["networks"]
        added = [slug for slug in known if slug not in before]
        self._draft.networks = tuple(named for named in self._draft.networks if named.slug in added)
        possible = self._standing.possible(self._draft, added)
        kept = [slug for slug in known if slug in before or slug in possible]
        wanted = [*hidden, *dict.fromkeys(kept)]
        if set(wanted) != set(before):
            self._contact["networks"] = wanted

    def _functions(self, text: str) -> None:
        found: dict[str, str] = {}
        for part in listed(text, ";\n"):
            name, _, answer = part.partition(":")
            function, told = name.strip().replace(" ", "_").lower(), answer.strip().lower()
            if function in set(Function) and told in {"yes", "no"}:
                found[function] = told
            elif told != "unknown":
                self._doubt(Column.FUNCTIONS, Code.UNREADABLE, part, None, 1.0)
                return
        self._contact["functions"] = found

    def _marking(self, text: str) -> None:
        label = text.upper().removeprefix("TLP:").strip()
        if label not in MARKINGS:
            self._doubt(Column.MARKING, Code.UNREADABLE, text, None, 1.0)
            return
        marking = Tlp.from_label(label)
        wanted = replace(Label.of(self._base), marking=marking)
        agency = Label.of(self._base["organisation_record"])
        if not self._planner.may_be_labelled(wanted) or not covers(agency, wanted):
            told = f"wider than its organisation, {agency.text()}, or narrower than you may see"
            self._doubt(Column.MARKING, Code.NOT_PROPOSED, text, told, 1.0)
            return
        self._contact["marking"] = label
        self._mark_parts(marking)

    def _mark_parts(self, marking: Tlp) -> None:
        """Nothing of a post may be seen by more than may see the post."""
        view = self._edited.post.view
        parts = [(kind, part) for kind in ("channel", "holder", "key") for part in view[f"{kind}s"]]
        parts += [("check", each) for each in self._checks_of(view["channels"])]
        for kind, part in parts:
            if Tlp.from_label(part["marking"]) < marking:
                changed = {"marking": marking.label}
                self._builder.amend(kind, part, changed, [self._cell(Column.MARKING)])

    def _remarks(self, text: str) -> None:
        self._contact["note"] = self._retold(self._base["note"], text)

    def _retold(self, texts: Mapping[str, str], text: str) -> dict[str, str]:
        """Texts by language, the one that was printed replaced by what stands there now."""
        printed = in_english(texts)
        kept = {tag: one for tag, one in texts.items() if one != printed}
        if not text:
            # What stood there in other languages said the same.
            return {}
        tag = next((tag for tag, one in texts.items() if one == printed), None)
        return {tag or self._planner.language_of(text, self._base["economy"]): text} | kept

    def _confirm(self, channels: Sequence[Document]) -> None:
        day, before = self._draft.confirmed_on, self._edited.key.confirmed
        if day is not None and (before is None or day > before):
            self._planner.confirm(self._draft, channels)
        elif day is not None:
            self._doubt(Column.CONFIRMED, Code.NOT_PROPOSED, day.isoformat(), None, 1.0)

    def _leave(self) -> None:
        """A row that was struck out: who is in the post has left; a post without anybody ends."""
        holders = self._base["holders"]
        name = in_english(self._base["title"])
        cells = [self._draft.at]
        if not holders:
            self._draft.doubt(Code.STRUCK_OUT, name, "the post has ended", 0.5)
            planned = self._builder.retire("contact", contact_of(self._base), cells)
            planned.findings += self._draft.findings
            return
        self._draft.doubt(Code.STRUCK_OUT, name, "has left the post", 0.9)
        self._draft.cells = self._draft.cells or cells
        for holder in holders:
            if self._now.holder(holder) is not None:
                self._planner.end(self._draft, holder).findings += self._draft.findings
