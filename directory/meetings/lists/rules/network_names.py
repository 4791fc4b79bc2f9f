"""The networks that a cell names, whatever people call them.

What a newcomer would get wrong: a name beside a network qualifies it. "INTERPOL (sub-bureau)" is
taken part in by way of another, "Budapest (n/a)" is not taken part in at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from directory.meetings.lists.rules.findings import Code, Doubt, Read
from directory.meetings.lists.rules.words import folded_words, one_line, tidy, tidying_doubts
from directory.names import fold

ALIASES: Mapping[str, tuple[str, ...]] = {
    "g7-24-7": (
        "G8 24/7",
        "G7 24/7",
        "G8 24/7 Network",
        "G7 24/7 Network",
        "24/7 Network",
        "G8 24/7 High-Tech Crime Network",
        "24/7 High Tech Crime Network",
        "G8",
        "G7",
        "八大工業國 24/7",
    ),
    "interpol": (
        "INTERPOL",
        "I-24/7",
        "ICPO",
        "ICPO-INTERPOL",
        "國際刑警",
        "國際刑警組織",
        "国际刑警组织",
        "Интерпол",
    ),
    "budapest-35": (
        "Budapest",
        "Budapest Convention",
        "Budapest art. 35",
        "Budapest 24/7",
        "Convention on Cybercrime",
        "CoE 24/7",
        "布達佩斯公約",
    ),
    "un-cybercrime": ("UN Convention", "UN Convention against Cybercrime", "Hanoi Convention"),
    "un-global-poc": ("UN PoC Directory", "UN Points of Contact Directory", "Global PoC Directory"),
    "us-fbi-attache": ("FBI attaché", "FBI Legat", "Legat", "FBI Legal Attaché"),
    "us-doj-attache": ("DOJ attaché", "OPDAT"),
    "apcert": ("APCERT",),
    "apec-experts-group": (
        "Experts' Group",
        "SPSG",
        "SPSG Experts' Group",
        "Cybercrime Experts Group",
    ),
}
"""What people call the networks of the reference seed, beside their names."""

LONGEST_CELL = 4_000
LONGEST_NAME_PIECES = 4
ALIKE = 88

_SEPARATOR = re.compile(r"[\n;；、|,，&]|(?<!24)/|/(?!\s?7)|\s(?:and|et|y|和|及)\s", re.IGNORECASE)
_QUALIFIED = re.compile(r"^(?P<name>[^()（）]+?)\s*[(（](?P<said>[^()（）]*)[)）]\s*$")
_SAID_AFTER = re.compile(r"^(?P<name>[^:：=]+?)\s*(?:[:：=]|\s[-–—]\s)\s*(?P<said>.+)$")
_DENIED_BEFORE = re.compile(r"^(?:not?|non|no en|未加入|非)\s+(?P<name>.+)$", re.IGNORECASE)
_NO = folded_words(
    "n/a n.a. na no not none nil not_applicable not_a_member not_member non-member never left"
    " withdrawn 無 无 否 不適用 不适用 非會員 非会员 未加入 нет aucun ninguno tidak không ไม่"
)
_NOT_YET = folded_words(
    "pending tbc tbd planned applied application applicant observer candidate signed signatory ?"
    " in_process under_consideration 申請中 申请中 觀察員 观察员 待確認 待确认"
)
_YES = folded_words("yes y member ✓ x 是 会员 會員 oui si да ya")


@dataclass(frozen=True, slots=True)
class NetworkName:
    """A network that a cell names.

    Attributes:
        raw: As written.
        qualifier: What is said of taking part: ``sub-bureau``.
    """

    slug: str
    raw: str
    qualifier: str | None = None


def read_networks(
    text: str, *, known: Mapping[str, Sequence[str]]
) -> Read[tuple[NetworkName, ...]]:
    """Read which networks a contact takes part in.

    Args:
        text: What the cell says.
        known: By slug: what a network is called. ``ALIASES`` holds what people usually write.

    Returns:
        Each network once, in the order written. One that the cell says is not taken part in, or not
        yet, is only a doubt; so is a name that nothing here knows.
    """
    if len(text) > LONGEST_CELL:
        return Read(None, (Doubt(Code.UNREADABLE, one_line(text), None, 0.0),))
    doubts = list(tidying_doubts(text))
    slugs = _by_name(tuple((slug, tuple(names)) for slug, names in known.items()))
    found: dict[str, NetworkName] = {}
    for piece in _names(tidy(text), slugs):
        network = _read_piece(piece, slugs, doubts)
        if network is None:
            continue
        if (before := found.get(network.slug)) is None:
            found[network.slug] = network
        elif before.qualifier != network.qualifier:
            doubts.append(Doubt(Code.DUPLICATE, network.raw, before.raw, 0.7))
    return Read(tuple(found.values()) or None, tuple(doubts))


@lru_cache(maxsize=8)
def _by_name(known: tuple[tuple[str, tuple[str, ...]], ...]) -> dict[str, list[str]]:
    slugs: dict[str, list[str]] = {}
    for slug, names in known:
        for name in (slug, *names):
            for key in {_key(name), _key(re.sub(r"[(（].*", "", name))} - {""}:
                if slug not in slugs.setdefault(key, []):
                    slugs[key].append(slug)
    return slugs


def _key(name: str) -> str:
    folded = re.sub(r"\b24\s*x?\s*7\b", "24 7", fold(name))
    return re.sub(r"^the ", "", folded)


def _names(text: str, slugs: Mapping[str, list[str]]) -> list[str]:
    """The pieces between separators, put together where a known name holds one itself."""
    spans = _spans(text)
    names: list[str] = []
    place = 0
    while place < len(spans):
        last = place
        for end in range(min(len(spans), place + LONGEST_NAME_PIECES) - 1, place, -1):
            if _key(text[spans[place][0] : spans[end][1]]) in slugs:
                last = end
                break
        name = one_line(text[spans[place][0] : spans[last][1]]).strip(" .-–—*•")
        if fold(name) or name:
            names.append(name)
        place = last + 1
    return names


def _spans(text: str) -> list[tuple[int, int]]:
    """Where the pieces stand; brackets are not cut."""
    masked = re.sub(r"[(（][^()（）]{0,200}[)）]", lambda m: "\x01" * len(m[0]), text)
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _SEPARATOR.finditer(masked):
        spans.append((start, match.start()))
        start = match.end()
    spans.append((start, len(text)))
    return [(low, high) for low, high in spans if text[low:high].strip()]


def _read_piece(
    piece: str, slugs: Mapping[str, list[str]], doubts: list[Doubt]
) -> NetworkName | None:
    if (slug := _slug_of(piece, slugs, doubts)) is not None:
        return NetworkName(slug, piece) if slug else None
    name, said = _qualification(piece, slugs)
    if said is not None and (slug := _slug_of(name, slugs, doubts)):
        return _qualified(piece, slug, said, doubts)
    doubts.append(Doubt(Code.UNKNOWN_NETWORK, piece, _alike(name, slugs), 0.3))
    if doubts[-1].proposed is None:
        doubts[-1] = Doubt(Code.UNKNOWN_NETWORK, piece, None, 0.0)
    return None


def _slug_of(name: str, slugs: Mapping[str, list[str]], doubts: list[Doubt]) -> str | None:
    """The network of that name; empty, and told, where several have it."""
    candidates = slugs.get(_key(name), [])
    if len(candidates) > 1:
        doubts.append(Doubt(Code.UNKNOWN_NETWORK, name, " or ".join(candidates), 0.4))
        return ""
    return candidates[0] if candidates else None


def _qualification(piece: str, slugs: Mapping[str, list[str]]) -> tuple[str, str | None]:
    """A piece as the network's name and what is said of it."""
    for pattern in (_QUALIFIED, _SAID_AFTER):
        if (match := pattern.match(piece)) and _key(match["name"]) in slugs:
            return match["name"], match["said"].strip()
    if (denied := _DENIED_BEFORE.match(piece)) and _key(denied["name"]) in slugs:
        return denied["name"], "no"
    words = piece.split(" ")
    for count in range(min(len(words) - 1, 12), 0, -1):
        if _key(" ".join(words[:count])) in slugs:
            return " ".join(words[:count]), " ".join(words[count:]).strip(" -–—:,")
    return piece, None


def _qualified(piece: str, slug: str, said: str, doubts: list[Doubt]) -> NetworkName | None:
    folded = fold(said)
    first = folded.split(" ", 1)[0]
    if folded in _YES or not said:
        return NetworkName(slug, piece)
    if folded in _NO or first in {"not", "no", "non"}:
        doubts.append(Doubt(Code.NETWORK_QUALIFIED, piece, None, 0.9))
        return None
    if folded in _NOT_YET or first in _NOT_YET:
        doubts.append(Doubt(Code.NETWORK_QUALIFIED, piece, None, 0.6))
        return None
    doubts.append(Doubt(Code.NETWORK_QUALIFIED, piece, f"{slug} ({said})", 0.7))
    return NetworkName(slug, piece, said)


def _alike(name: str, slugs: Mapping[str, list[str]]) -> str | None:
    """A network whose name is spelled nearly so, to be asked about."""
    key = _key(name)
    if not 4 <= len(key) <= 100:
        return None
    best, slug = max(
        ((fuzz.ratio(key, known), found[0]) for known, found in slugs.items()), default=(0.0, "")
    )
    return slug if best >= ALIKE else None
