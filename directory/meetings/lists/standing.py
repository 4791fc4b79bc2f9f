"""What the directory knows that bears on a row: who takes part in which network, and its tongue."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date

from directory.documents import Document
from directory.meetings.lists.drafts import Draft
from directory.meetings.lists.rules.findings import Code
from directory.names import in_english

_BY_SCRIPT = {
    "CYRILLIC": "ru",
    "THAI": "th",
    "HANGUL": "ko",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
}
_HAN = {"TW": "zh-Hant", "HK": "zh-Hant", "JP": "ja", "KR": "ko"}
NO_TONGUE = "en"


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
        if draft.is_private:
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

    def language_of(self, text: str, economy: str) -> str:
        """The BCP 47 tag under which a text is kept, by its script."""
        return language_of(text, economy)


def language_of(text: str, economy: str) -> str:
    """The BCP 47 tag under which a text is kept, by the script of its first letter that tells."""
    is_han = False
    for char in text:
        script = unicodedata.name(char, "").split(" ", 1)[0]
        if script in _BY_SCRIPT:
            return _BY_SCRIPT[script]
        is_han = is_han or script == "CJK"
        if script == "LATIN" and not is_han:
            return NO_TONGUE
    return _HAN.get(economy, "zh-Hans") if is_han else NO_TONGUE
