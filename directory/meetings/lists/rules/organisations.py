"""What can be told of an organisation from its name: its slug, its type, whose it is."""

from __future__ import annotations

import re
from collections.abc import Container

from anyascii import anyascii

from directory.contacts.rules.words import OrganisationType, Sector
from directory.names import fold

LONGEST_SLUG = 72
_TYPES: tuple[tuple[OrganisationType, re.Pattern[str]], ...] = (
    (OrganisationType.CSIRT, re.compile(r"\b(?:csirt|cert|computer emergency)\b")),
    (
        OrganisationType.PROSECUTION,
        re.compile(r"\b(?:prosecut\w*|fiscal\w*|attorney general)\b|檢察|检察|검찰"),
    ),
    (
        OrganisationType.LAW_ENFORCEMENT,
        re.compile(
            r"\b(?:police|policia|polisi|constabulary|carabineros|brigada|investigati\w+"
            r"|siber|e crime|cyber ?crime|cyber terror|technology crime|high tech crime)\b"
            r"|警|刑事|경찰"
        ),
    ),
    (
        OrganisationType.JUSTICE,
        re.compile(r"\b(?:justice|justicia|crime section)\b|法務|司法|법무"),
    ),
    (
        OrganisationType.PROVIDER,
        re.compile(r"\b(?:telco|telecom\w*|berhad|bhd|ltd|inc|gmbh|plc|pte|sdn|corp\w*)\b"),
    ),
    (OrganisationType.REGULATOR, re.compile(r"\b(?:commission|regulator\w*|authority|comision)\b")),
)
_PRIVATE = re.compile(r"\bprivate (?:sector|company)\b|私部門|民間")


def type_of(name: str) -> OrganisationType:
    """What an organisation is, as far as its name tells."""
    folded = fold(name)
    return next((kind for kind, words in _TYPES if words.search(folded)), OrganisationType.OTHER)


def sector_of(name: str, *, is_private: bool) -> Sector:
    """Whose it is: public unless something says that it is a company."""
    if is_private or _PRIVATE.search(fold(name)) or type_of(name) is OrganisationType.PROVIDER:
        return Sector.PRIVATE
    return Sector.PUBLIC


def slug_of(name: str, economy: str, taken: Container[str]) -> str:
    """A readable key that nothing else has: ``jp-example-cybercrime-division``."""
    plain = anyascii(re.sub(r"\([^()]*\)", " ", name) or name).lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "organisation"
    stem = f"{economy.lower()}-{words}"[:LONGEST_SLUG].rstrip("-")
    slug, number = stem, 1
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug
