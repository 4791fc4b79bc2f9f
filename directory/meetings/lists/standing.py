"""Whether a row's economy takes part in the networks that it names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from directory.documents import Document
from directory.meetings.lists.drafts import Draft
from directory.meetings.lists.rules.findings import Code
from directory.names import in_english


class Standing:
    """The reference data that rows are held against.

    Args:
        networks: Documents by slug.
        memberships: Documents by the economy's code.
        on: The day on which they hold.
    """

    def __init__(
        self,
        networks: Mapping[str, Document],
        memberships: Mapping[str, Sequence[Document]],
        on: date,
    ) -> None:
        self._networks = networks
        self._memberships = memberships
        self._on = on.isoformat()

    def networks_of(self, draft: Draft) -> list[str]:
        """The networks for which a row designates its post; one that cannot be is told instead."""
        return self.possible(draft, [named.slug for named in draft.networks])

    def possible(self, draft: Draft, networks: Sequence[str]) -> list[str]:
        """Those of some networks that a post of a row's economy can answer for."""
        if draft.is_private and networks:
            names = "; ".join(in_english(self._networks[slug]["name"]) for slug in networks)
            told = "a company takes part in none"
            draft.doubt_of("networks", Code.NOT_PROPOSED, names, told, 0.95)
            return []
        slugs: list[str] = []
        for slug in networks:
            membership = self._membership(draft.economy or "", slug)
            name = in_english(self._networks[slug]["name"])
            if membership is not None and membership["status"] == "not_member":
                told = f"known on {membership['known_on']}, {membership['source']['document']}"
                draft.doubt_of("networks", Code.IMPOSSIBLE_MEMBERSHIP, name, None, 0.95)
                draft.doubt_of("networks", Code.NOT_PROPOSED, name, told, 0.95)
                continue
            if membership is None or membership["status"] == "unknown":
                draft.doubt_of("networks", Code.UNRECORDED_MEMBERSHIP, name, slug, 0.6)
            slugs.append(slug)
        return slugs

    def _membership(self, economy: str, network: str) -> Document | None:
        for membership in self._memberships.get(economy, ()):
            if (
                membership["network"] == network
                and (membership["from_date"] or "") <= self._on
                and (membership["until_date"] is None or self._on < membership["until_date"])
            ):
                return membership
        return None
