"""From the rows of a list to the operations that it proposes.

What the directory holds beyond the list is left alone: a list that leaves a number out does not say
that the number is dead. What the list says otherwise is proposed, and every doubt stands beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from directory.clock import NOON
from directory.contacts.confirming import checks_for
from directory.contacts.rules.languages import shared_language
from directory.contacts.rules.words import TELEPHONE_MEDIA, Sector
from directory.documents import Document
from directory.meetings.lists.agencies import Agencies
from directory.meetings.lists.building import Builder, Planned, contact_of, narrower
from directory.meetings.lists.drafts import Draft, Line
from directory.meetings.lists.likeness import (
    SAME_NAME,
    SAME_TITLE,
    name_key,
    name_likeness,
    person_keys,
    text_likeness,
)
from directory.meetings.lists.matching import Match, Post, Posts, is_same_line
from directory.meetings.lists.present import NEVER_TRIED
from directory.meetings.lists.rules.findings import Code
from directory.meetings.lists.rules.people import Person
from directory.meetings.lists.standing import Standing
from directory.meetings.lists.terms import Terms
from directory.names import fold, in_english
from directory.policy import Label, may_see

EXACTLY = 100
ABBREVIATION = re.compile(r"[A-Z]{2,8}\Z")
MISSPELT = 80
"""From how alike two names may be one name written in two ways."""


class Planner:
    """Proposes what rows say, one after the other."""

    def __init__(
        self, builder: Builder, terms: Terms, posts: Posts, agencies: Agencies, standing: Standing
    ) -> None:
        self._builder = builder
        self._terms = terms
        self._posts = posts
        self._agencies = agencies
        self._standing = standing

    def propose(self, draft: Draft, match: Match | None) -> None:
        """Propose what a row says.

        Args:
            draft: The row.
            match: The post that it is about; None where nothing is to be made of it.
        """
        if draft.economy is None or match is None:
            return
        if draft.is_struck:
            self._leave(draft)
            return
        if not draft.people and not draft.lines and not draft.is_post:
            draft.doubt(Code.NOBODY_NAMED, draft.name, None, 1.0)
            return
        if match.candidates:
            told = "; ".join(post.told for post in match.candidates)
            draft.doubt(Code.AMBIGUOUS_MATCH, draft.name, told, 0.0)
            return
        post = match.post
        contact = self._create(draft) if post is None else self._amend(draft, post)
        if match.moved_from is not None:
            self._move(draft, match.moved_from, contact)

    def source(self, draft: Draft) -> Document:
        """Where a record of a row comes from."""
        return self._terms.source(draft)

    def language_of(self, text: str, economy: str) -> str:
        """The BCP 47 tag under which a text is kept."""
        return self._terms.language_of(text, economy)

    def may_be_labelled(self, label: Label) -> bool:
        """Whether whoever returned the list may see what has a label."""
        return may_see(self._terms.viewer, label)

    def agency(self, draft: Draft, post: Document) -> Document:
        """The organisation that a row names for a post, by the view of which it is told."""
        return self._agencies.of(draft, post)

    def other_agencies(self, draft: Draft, held: Document) -> list[Document]:
        """The organisations of a row's economy but one."""
        return self._agencies.others(draft, held)

    # A post that the directory does not have.

    def _create(self, draft: Draft) -> Document:
        agency = self._agencies.of(draft)
        draft.is_private |= agency["sector"] == Sector.PRIVATE
        label = Label.of(agency)
        document = {
            "title": self._title(draft),
            "organisation": agency["id"],
            "economy": draft.economy,
            "posted_in": None,
            "covers": [],
            "networks": self._standing.networks_of(draft),
            "functions": {},
            "languages": list(draft.languages),
            "duty_hours": draft.duty_hours,
            "zone": draft.zone,
            "note": {"en": draft.remarks} if draft.remarks else {},
            "owner": draft.economy,
            "source": self._terms.source(draft),
            **narrower(label, self._terms.marking),
        }
        planned = self._builder.create("contact", document, draft.cells)
        planned.findings += draft.findings
        contact = document | {"id": planned.id}
        for person in draft.people:
            self._install(draft, contact, person, None, None)
        self._reach(draft, contact, [], draft.lines)
        return contact

    def _title(self, draft: Draft) -> Document:
        text = draft.title or draft.organisation or ""
        return {self._terms.language_of(text, draft.economy or ""): text}

    # A post that it has.

    def _amend(self, draft: Draft, post: Post) -> Document:
        view = post.view
        held = self._builder.document_of(view)
        changed = self._retitled(draft, held) | self._at_other_hours(draft, held)
        draft.is_private |= view["organisation_record"]["sector"] == Sector.PRIVATE
        spoken = held["languages"]
        added = [tag for tag in draft.languages if shared_language(spoken, tag) is None]
        if added:
            changed["languages"] = [*held["languages"], *added]
        added = [slug for slug in self._standing.networks_of(draft) if slug not in held["networks"]]
        if added:
            changed["networks"] = [*held["networks"], *added]
        agency = self._agencies.of(draft, view)
        if agency["id"] != held["organisation"]:
            changed["organisation"] = agency["id"]
        if draft.remarks and draft.remarks not in held["note"].values():
            draft.doubt_of("remarks", Code.REMARK, draft.remarks, None, 1.0)
        if changed:
            changed["source"] = self._terms.source(draft)
            planned = self._builder.amend("contact", contact_of(view), changed, draft.cells)
            planned.findings += draft.findings
        contact = held | changed
        self._occupy(draft, post, contact)
        self._reach(draft, contact, view["channels"], draft.lines)
        return contact

    def _retitled(self, draft: Draft, held: Document) -> dict[str, Any]:
        if not draft.title:
            return {}
        alike = text_likeness((fold(draft.title),), [fold(t) for t in held["title"].values()])
        if alike >= SAME_TITLE:
            return {}
        if ABBREVIATION.match(draft.title):
            # It says less than what is there, which it may well stand for.
            draft.doubt_of("title", Code.REMARK, draft.title, in_english(held["title"]), 0.6)
            return {}
        tag = self._terms.language_of(draft.title, draft.economy or "")
        return {"title": {**held["title"], tag: draft.title}}

    def _at_other_hours(self, draft: Draft, held: Document) -> dict[str, Any]:
        hours, before = draft.duty_hours, held["duty_hours"]
        if hours is not None and before not in {None, hours} and draft.is_round_the_clock_alone:
            told = f"office {before}, telephones at any hour"
            draft.doubt_of("round_the_clock", Code.HOURS_UNCLEAR, hours, told, 0.6)
            draft.line_hours = hours
        elif hours is not None and hours != before:
            return {"duty_hours": hours, "zone": draft.zone or held["zone"]}
        elif draft.zone is not None and held["zone"] is None:
            return {"zone": draft.zone}
        return {}

    # Who holds it.

    def _occupy(self, draft: Draft, post: Post, contact: Document) -> None:
        """Bring who holds a post to what a row says: known, misspelt, or somebody else."""
        leaving = list(post.holders)
        arriving: list[Person] = []
        for person in draft.people:
            keys = person_keys(person)
            known = max(leaving, key=lambda holder: _likeness(keys, holder), default=None)
            if known is None or _likeness(keys, known) < MISSPELT:
                arriving.append(person)
                continue
            leaving.remove(known)
            self._respell(draft, known, person, _likeness(keys, known))
        for person in arriving:
            outgoing = leaving.pop(0) if leaving else None
            if outgoing is not None:
                self.end(draft, outgoing)
                draft.doubt_of(
                    "name",
                    Code.PERSON_CHANGED,
                    in_english(person.name),
                    f"{in_english(outgoing['name'])} has left; {in_english(person.name)} follows",
                    0.8,
                )
            self._install(draft, contact, person, outgoing, self._day(draft, outgoing))

    def _respell(self, draft: Draft, holder: Document, person: Person, alike: float) -> None:
        added = {tag: name for tag, name in person.name.items() if tag not in holder["name"]}
        if alike < SAME_NAME:
            added = dict(person.name)
        if alike < EXACTLY:
            draft.doubt_of(
                "name",
                Code.PERSON_CHANGED,
                in_english(person.name),
                f"the same person as {in_english(holder['name'])}, written otherwise",
                0.5 if alike < SAME_NAME else 0.7,
            )
        if added:
            changed = {"name": holder["name"] | added, "source": self._terms.source(draft)}
            self._builder.amend("holder", holder, changed, draft.cells).findings += draft.findings

    def install(
        self, draft: Draft, contact: Document, person: Person, outgoing: Document | None
    ) -> None:
        """Let somebody hold a post, who may follow somebody else."""
        self._install(draft, contact, person, outgoing, self._day(draft, outgoing))

    def _install(
        self,
        draft: Draft,
        contact: Document,
        person: Person,
        outgoing: Document | None,
        since: date | None,
    ) -> None:
        handover = None
        if outgoing is not None:
            handover = {
                "outgoing": in_english(outgoing["name"]),
                "incoming": in_english(person.name),
                "accompanied": self._accompanied(outgoing["name"], person.name),
            }
        document = {
            "contact": contact["id"],
            "name": dict(person.name),
            "from_date": None if since is None else since.isoformat(),
            "until_date": None,
            "handover": handover,
            "owner": contact["owner"],
            "source": self._terms.source(draft),
            **narrower(Label.of(contact), self._terms.marking),
        }
        self._builder.create("holder", document, draft.cells).findings += draft.findings

    def _accompanied(self, outgoing: Mapping[str, str], incoming: Mapping[str, str]) -> bool | None:
        """Whether both were at the meeting; None where it is not known who was."""
        there = [
            any(name_key(name) in self._terms.attended for name in names.values())
            for names in (outgoing, incoming)
        ]
        return there[0] if there[1] else None

    def end(self, draft: Draft, holder: Document) -> Planned:
        """End what a person holds, on the day from which the row holds."""
        day = self._day(draft, holder).isoformat()
        changed = {"until_date": day, "source": self._terms.source(draft)}
        return self._builder.amend("holder", holder, changed, draft.cells)

    def _day(self, draft: Draft, outgoing: Document | None) -> date:
        """The day from which somebody else holds a post; nobody leaves before they came."""
        day = draft.confirmed_on or self._terms.changed_on
        began = None if outgoing is None else outgoing["from_date"]
        return self._terms.day if began is not None and began >= day.isoformat() else day

    def _move(self, draft: Draft, old: Post, contact: Document) -> None:
        """End what a person held before, who holds another post now."""
        keys = {key for person in draft.people for key in person_keys(person)}
        for holder in old.holders:
            if _likeness(keys, holder) >= SAME_NAME:
                self.end(draft, holder)
                draft.doubt_of(
                    "name",
                    Code.PERSON_MOVED,
                    in_english(holder["name"]),
                    f"has left {in_english(old.view['title'])} for {in_english(contact['title'])}",
                    0.6,
                )

    def _leave(self, draft: Draft) -> None:
        """A row that is struck out: who is named in it has left."""
        keys = {key for person in draft.people for key in person_keys(person)}
        posts = self._posts.left(draft)
        if len(posts) > 1:
            draft.doubt(
                Code.AMBIGUOUS_MATCH, draft.name, "; ".join(post.told for post in posts), 0.0
            )
            posts = []
        leaving = [
            holder
            for post in posts
            for holder in post.holders
            if _likeness(keys, holder) >= SAME_NAME
        ]
        told = "has left the post" if leaving else None
        draft.doubt(Code.STRUCK_OUT, draft.name, told, 0.8 if leaving else 1.0)
        for holder in leaving:
            self.end(draft, holder).findings += draft.findings

    # How it is reached.

    def _reach(
        self, draft: Draft, contact: Document, held: Sequence[Document], lines: Iterable[Line]
    ) -> None:
        """Add the channels that are not there yet; those of the row are confirmed by its date."""
        position = max((channel["position"] for channel in held), default=0)
        confirmed: list[Document] = []
        for line in lines:
            known = next((channel for channel in held if is_same_line(line, channel)), None)
            if known is None:
                position += 1
                planned = self._add_channel(draft, contact, line, position)
                known = (planned.document or {}) | {"id": planned.id}
            confirmed.append(known)
        if draft.confirmed_on is not None and not draft.is_highlighted:
            self.confirm(draft, confirmed)

    def add_channels(
        self, draft: Draft, contact: Document, held: Sequence[Document], lines: Iterable[Line]
    ) -> list[Document]:
        """Add channels behind those that a post has."""
        last = max((channel["position"] for channel in held), default=0)
        added = []
        for position, line in enumerate(lines, start=last + 1):
            planned = self._add_channel(draft, contact, line, position)
            added.append((planned.document or {}) | {"id": planned.id})
        return added

    def confirm(self, draft: Draft, channels: Sequence[Document]) -> None:
        """Propose the checks that a date of confirmation stands for."""
        if draft.confirmed_on is None:
            return
        cell = draft.cell_of.get("confirmed", draft.at)
        on = min(datetime.combine(draft.confirmed_on, NOON), self._terms.at)
        due = []
        for channel in channels:
            verification = channel.get("verification", NEVER_TRIED)
            if verification["result"] == "failed":
                # A word does not overrule a call: it has to be reached first.
                draft.doubt_of("confirmed", Code.NOT_CONFIRMED, channel["raw"], None, 1.0)
            elif (verification["checked_at"] or "") < draft.confirmed_on.isoformat():
                due.append(channel)
        for put in checks_for(due, on=on, source=self._terms.source(draft)):
            planned = self._builder.create("check", dict(put.document), [cell])
            planned.findings += [f for f in draft.findings if f.cell == cell]

    def _add_channel(self, draft: Draft, contact: Document, line: Line, position: int) -> Planned:
        is_telephone = line.medium in TELEPHONE_MEDIA
        document = {
            "contact": contact["id"],
            "medium": str(line.medium),
            "raw": line.raw,
            "e164": line.e164,
            "extension": line.extension,
            "purpose": str(line.purpose),
            "position": position,
            "duty_hours": draft.line_hours if is_telephone else None,
            "owner": contact["owner"],
            "source": self._terms.source(draft),
            **narrower(Label.of(contact), self._terms.marking),
        }
        planned = self._builder.create("channel", document, [line.cell])
        planned.findings += [f for f in draft.findings if f.cell == line.cell]
        return planned


def _likeness(keys: set[str], holder: Document) -> float:
    return name_likeness(keys, {name_key(name) for name in holder["name"].values()})
