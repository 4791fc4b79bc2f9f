"""Rows of one list that say the same: one proposal comes of them, and a finding."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from directory.meetings.lists.drafts import Draft
from directory.meetings.lists.likeness import (
    SAME_NAME,
    SAME_TITLE,
    Traits,
    likeness,
    name_likeness,
    text_likeness,
    traits_of,
)
from directory.meetings.lists.rules.findings import Code, Finding

ALIKE = 5
"""What two rows have to have in common to be one; more than a row and a post of the directory."""


def without_duplicates(drafts: Iterable[Draft]) -> list[Draft]:
    """The rows, each that repeats an earlier one merged into it."""
    kept: list[Draft] = []
    by_trait: dict[tuple[str, str], list[tuple[Draft, Traits]]] = {}
    for draft in drafts:
        traits = traits_of(draft)
        first = _earlier(draft, traits, by_trait)
        if first is not None:
            _merge(first, draft)
            continue
        kept.append(draft)
        for key in _keys(draft, traits):
            by_trait.setdefault(key, []).append((draft, traits))
    return kept


def _keys(draft: Draft, traits: Traits) -> list[tuple[str, str]]:
    """What two rows have to share before they are compared at all."""
    economy = draft.economy or ""
    texts = [*traits.names, *traits.mails, *(number for number, _ in traits.numbers)]
    return [(economy, text) for text in texts]


def _earlier(
    draft: Draft, traits: Traits, by_trait: dict[tuple[str, str], list[tuple[Draft, Traits]]]
) -> Draft | None:
    if draft.economy is None or draft.is_struck:
        return None
    for key in _keys(draft, traits):
        for other, theirs in by_trait.get(key, ()):
            if not other.is_struck and _is_same(draft, traits, other, theirs):
                return other
    return None


def _is_same(draft: Draft, mine: Traits, other: Draft, theirs: Traits) -> bool:
    if draft.is_post != other.is_post or bool(mine.names) != bool(theirs.names):
        return False
    if mine.names and name_likeness(mine.names, theirs.names) < SAME_NAME:
        return False
    if not mine.names and text_likeness(mine.titles, theirs.titles) < SAME_TITLE:
        return False
    # Who is in two agencies has two posts, however the rest may look.
    return likeness(mine, theirs, is_post=False) >= ALIKE


def _merge(first: Draft, later: Draft) -> None:
    """Keep what a repetition says beyond the first row: channels, networks, a newer date."""
    known = {(line.medium, line.e164 or line.raw.casefold()) for line in first.lines}
    first.lines += [
        line for line in later.lines if (line.medium, line.e164 or line.raw.casefold()) not in known
    ]
    first.languages = _joined(first.languages, later.languages)
    slugs = {named.slug for named in first.networks}
    first.networks += tuple(named for named in later.networks if named.slug not in slugs)
    dates = [day for day in (first.confirmed_on, later.confirmed_on) if day is not None]
    first.confirmed_on = max(dates, default=None)
    first.duty_hours = first.duty_hours or later.duty_hours
    first.zone = first.zone or later.zone
    first.cells += later.cells
    first.findings += later.findings
    first.findings += _left_out(first, later)
    first.findings.append(
        Finding(later.at, Code.DUPLICATE, later.name, f"the same as {first.place}", 0.9)
    )


def _left_out(first: Draft, later: Draft) -> list[Finding]:
    """What a repetition says otherwise: it is shown, and nothing is made of it."""
    said = {
        "title": (first.title, later.title),
        "organisation": (first.organisation, later.organisation),
        "hours": (first.duty_hours, later.duty_hours),
        "remarks": (first.remarks, later.remarks),
    }
    return [
        Finding(later.cell_of[what], Code.REMARK, text, kept, 0.9)
        for what, (kept, text) in said.items()
        if text and text != kept and what in later.cell_of
    ]


def _joined(one: Sequence[str], other: Sequence[str]) -> tuple[str, ...]:
    return (*one, *(item for item in other if item not in one))
