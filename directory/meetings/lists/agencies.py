"""The organisations that a list names: those the directory has, and those it has not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from rapidfuzz import fuzz, process

from directory.documents import Document
from directory.meetings.lists.building import Builder
from directory.meetings.lists.drafts import Draft
from directory.meetings.lists.likeness import SAME_ORGANISATION, initials, text_likeness
from directory.meetings.lists.renaming import stands_for
from directory.meetings.lists.rules.findings import Code
from directory.meetings.lists.rules.organisations import sector_of, slug_of, type_of
from directory.names import fold, in_english
from directory.policy import DIRECTORY, Label, Tlp, covers

_INITIALS = re.compile(r"[A-Z]{2,8}\Z")


class Agencies:
    """Finds the organisation that a row means, or proposes a new one.

    Args:
        builder: Where new ones are proposed.
        held: The organisations of the economies concerned that the viewer may see.
        marking: The marking of new ones.
        source: Where a record of a row comes from.
        language_of: The BCP 47 tag of a text by its script, in an economy.
    """

    def __init__(
        self,
        builder: Builder,
        held: Iterable[Document],
        *,
        marking: Tlp,
        source: Callable[[Draft], Document],
        language_of: Callable[[str, str], str],
    ) -> None:
        self._builder = builder
        self._marking = marking
        self._source = source
        self._language_of = language_of
        self._known: dict[str, dict[str, Document]] = {}
        self._by_initials: dict[str, dict[str, list[Document]]] = {}
        self._slugs: set[str] = set()
        self._newest: dict[str, Document] = {}
        for document in held:
            self._add(document)

    def _add(self, document: Document) -> None:
        self._slugs.add(document["slug"])
        names = self._known.setdefault(document["economy"] or "", {})
        for name in document["name"].values():
            names.setdefault(fold(name), document)
            short = self._by_initials.setdefault(document["economy"] or "", {})
            short.setdefault(initials(name), []).append(document)

    def of(self, draft: Draft, post: Document | None = None) -> Document:
        """The organisation that a row means.

        Args:
            draft: The row.
            post: The view of its post, if the directory has it. Whoever may see the post has to see
                the organisation.
        """
        economy = draft.economy or ""
        held = None if post is None else post["organisation_record"]
        if draft.organisation is None:
            found = held or self._assumed(draft, economy)
        else:
            found = self._called(draft, draft.organisation, held)
            found = found or self._create(draft, economy, post)
        if post is not None and held is not None and not _may_have(post, found):
            told = f"{in_english(found['name'])}: not all who see the post may see it"
            draft.doubt_of("organisation", Code.NOT_PROPOSED, draft.name, told, 1.0)
            found = held
        self._newest[economy] = found
        return found

    def _called(self, draft: Draft, name: str, held: Document | None) -> Document | None:
        economy, folded = draft.economy or "", fold(name)
        names = self._known.get(economy, {})
        if held is not None and folded in map(fold, held["name"].values()):
            return held
        if folded in names:
            return names[folded]
        if held is not None and _is_called(held, name):
            return held
        found = self._by_initials_alone(economy, name) or _nearest(folded, names)
        if found is not None:
            draft.doubt_of(
                "organisation", Code.ORGANISATION_ASSUMED, name, in_english(found["name"]), 0.7
            )
        return found

    def others(self, draft: Draft, held: Document) -> list[Document]:
        """The organisations of a row's economy but one, new ones included."""
        names = self._known.get(draft.economy or "", {})
        found = {document["id"]: document for document in names.values()}
        return [document for rid, document in found.items() if rid != held["id"]]

    def _by_initials_alone(self, economy: str, name: str) -> Document | None:
        """The one organisation of an economy that some initials can stand for."""
        if not _INITIALS.match(name):
            return None
        found = self._by_initials.get(economy, {}).get(fold(name), [])
        return found[0] if len({document["id"] for document in found}) == 1 else None

    def _assumed(self, draft: Draft, economy: str) -> Document:
        """A row that names no organisation: the one named last for its economy, or nobody's."""
        before = self._newest.get(economy)
        if before is not None:
            draft.doubt(Code.ORGANISATION_ASSUMED, draft.name, in_english(before["name"]), 0.5)
            return before
        draft.doubt(Code.ORGANISATION_ASSUMED, draft.name, None, 0.1)
        draft.organisation = "Organisation not named in the list"
        return self._create(draft, economy)

    def _create(self, draft: Draft, economy: str, post: Document | None = None) -> Document:
        name = draft.organisation or ""
        marking = self._marking if post is None else min(self._marking, Label.of(post).marking)
        kind, sector = type_of(name), sector_of(name, is_private=draft.is_private)
        slug = slug_of(name, economy, self._slugs)
        draft.doubt_of(
            "organisation", Code.NEW_ORGANISATION, name, f"{slug} ({kind}, {sector})", 0.6
        )
        document: Document = {
            "slug": slug,
            "name": {self._language_of(name, economy): name},
            "organisation_type": str(kind),
            "sector": str(sector),
            "parent": None,
            "economy": economy,
            "owner": economy,
            "marking": marking.label,
            "audience": [],
            "source": self._source(draft),
        }
        cell = draft.cell_of.get("organisation", draft.at)
        planned = self._builder.create("organisation", document, [cell])
        planned.findings += [f for f in draft.findings if f.cell == cell]
        created = document | {"id": planned.id, "kind": "organisation"}
        self._add(created)
        return created


def _may_have(post: Document, agency: Document) -> bool:
    """Whether a post may name an organisation as its own."""
    label, target = Label.of(post), Label.of(agency)
    return target.owner in {label.owner, DIRECTORY} and covers(target, label)


def _is_called(held: Document, name: str) -> bool:
    """Whether an organisation may be called so, which is known already to be the one meant."""
    names = [fold(one) for one in held["name"].values()]
    return text_likeness((fold(name),), names) >= SAME_ORGANISATION or stands_for(name, held)


def _nearest(folded: str, names: Mapping[str, Document]) -> Document | None:
    likely = process.extract(
        folded, names.keys(), scorer=fuzz.token_sort_ratio, score_cutoff=SAME_ORGANISATION, limit=5
    )
    near = (name for name, _, _ in likely)
    return next(
        (names[name] for name in near if text_likeness((folded,), (name,)) >= SAME_ORGANISATION),
        None,
    )
