"""Which time zone a cell means: a name or an offset, read within the economy that it belongs to.

What a newcomer would get wrong: an offset is not a zone either. It is matched with those that the
economy's zones had in the year of the list; where the clock has been changed since, that is told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import available_timezones

from directory.meetings.lists.rules.findings import Code, Doubt, Read
from directory.meetings.lists.rules.words import Span, blotted, plain
from directory.meetings.lists.rules.zone_names import (
    ALSO_A_WORD,
    OF_A_SEASON,
    ZONES_BY_NAME,
    relatives,
)
from directory.zones import FIXED
from directory.zones import zone as zone_called

_AS_IT_IS_NOW = 2037
"""A year by which every change of the clock that is known today has been made."""

_IANA = re.compile(r"(?<![\w/])[a-z]{2,12}(?:/[a-z][a-z_-]{2,30}){1,2}(?![\w/])")
_OFFSET = re.compile(
    r"(?<!\w)(?:utc|gmt|ut|zone|tz) ?(?P<first>[+-] ?\d{1,2}(?::?[0-5]\d)?(?!\d))"
    r"(?P<more>(?: ?(?:/|or|y|and) ?[+-]? ?\d{1,2}(?::?[0-5]\d)?(?![\d:]))?)"
    r"|(?<![\w:.])(?P<bare>\+ ?\d{1,2}(?::?[0-5]\d)?(?![\d:]))(?! ?\d)"
)
_ONE_OFFSET = re.compile(r"(?P<sign>[+-]?) ?(?P<hours>\d{1,2}):?(?P<minutes>\d\d)?")
_LOCAL = re.compile(
    r"(?<!\w)(?:local(?: standard)?(?: time)?|lt|hora local|heure locale|当地时间|當地時間|現地時間"
    r"|местное время|по местному времени|waktu setempat|gio dia phuong)(?!\w)"
)
_TIME = r"(?: (?:standard|daylight|summer))?(?: time)?(?: zone)?"
_NAME = re.compile(
    rf"(?<![^\W\d_])(?:{'|'.join(map(re.escape, sorted(ZONES_BY_NAME, key=len, reverse=True)))})"
    rf"(?![^\W_]){_TIME}(?![^\W_])"
)
_SIGNED = re.compile(r" ?[+-] ?\d")
_TIME_AFTER = re.compile(rf"{_TIME}$")


@dataclass(frozen=True, slots=True)
class Mention:
    """What a text says about its zone.

    Attributes:
        spans: Where it says so.
        names: Names in plain text.
        offsets: Offsets from UTC in minutes.
        iana: The name of a zone, where the text holds one.
        is_local: Whether it says that its own economy's time is meant.
    """

    spans: tuple[Span, ...]
    names: tuple[str, ...] = ()
    offsets: tuple[int, ...] = ()
    iana: str | None = None
    is_local: bool = False


def mention_of_zone(shown: str) -> Mention:
    """Find what a tidy text says about its zone; the spans are empty where it says nothing."""
    small = plain(shown)
    if iana := next((m for m in _IANA.finditer(small) if m.group() in _iana_names()), None):
        return Mention((iana.span(),), iana=_iana_names()[iana.group()])
    spans: list[Span] = []
    offsets: list[int] = []
    for match in _OFFSET.finditer(small):
        found = _offsets(match)
        if found:
            spans.append(match.span())
            offsets.extend(found)
    names: dict[str, None] = {}
    for match in _NAME.finditer(blotted(small, spans)):
        name = _TIME_AFTER.sub("", match.group())
        if ZONES_BY_NAME[name] == ("UTC",) and _SIGNED.match(small, match.end()):
            continue  # an offset that there is not
        if _is_meant(name, shown, match):
            spans.append(match.span())
            names[name] = None
    local = _LOCAL.search(small)
    if local is not None:
        spans.append(local.span())
    return Mention(tuple(spans), tuple(names), tuple(offsets), None, local is not None)


def _is_meant(name: str, shown: str, match: re.Match[str]) -> bool:
    """Whether a name that may be a word is written as one of a zone: ET, Pacific, Chile time."""
    if name not in ALSO_A_WORD or match.group() != name:
        return True
    written, after = shown[match.start() : match.end()], shown[match.end() : match.end() + 2]
    if len(shown.strip(" .,;()")) == len(written) or written.isupper():
        return True
    return len(name) > 3 and written[0].isupper() and not after.strip().isalpha()


def _offsets(match: re.Match[str]) -> list[int]:
    """The offsets of a match in minutes; empty where one of them is none."""
    found: list[int] = []
    sign = 1
    for one in _ONE_OFFSET.finditer(f"{match['first'] or match['bare']}{match['more'] or ''}"):
        if one["sign"]:
            sign = -1 if one["sign"] == "-" else 1
        minutes = int(one["hours"]) * 60 + int(one["minutes"] or 0)
        if minutes > 14 * 60:
            return []
        found.append(sign * minutes)
    return found


@lru_cache(maxsize=1)
def _iana_names() -> dict[str, str]:
    """The zones of places that the directory accepts, by their names in plain text."""
    return {
        plain(name): name
        for name in available_timezones()
        if "/" in name and name.partition("/")[0] not in FIXED
    }


def zone_meant(shown: str, mention: Mention, zones: Sequence[str], on: date) -> Read[str]:
    """The zone that a mention means in an economy; without a mention, the economy's own."""
    written = ", ".join(shown[slice(*span)] for span in mention.spans)
    if mention.iana is not None:
        sure = None if _is_of(mention.iana, zones) else 0.7
        return _taken(written, mention.iana, on, sure, "not a zone of this economy")
    if not mention.names and not mention.offsets:
        return _own(written or shown, zones, on)
    candidates = _candidates(mention, zones, on)
    own = [zone for zone in zones if zone in candidates]
    if own:
        return _of_several(written, own, on, _season(mention, own[0], on))
    kin = [zone for zone in candidates if _is_of(zone, zones)]
    if kin:
        return _taken(written, kin[0], on, 0.7, "a zone of this economy other than its seat's")
    if len(candidates) == 1 or (candidates and mention.names and not zones):
        return _taken(written, candidates[0], on, 0.5, "not a zone of this economy")
    proposed = " or ".join(candidates) if mention.names else None
    return Read(None, (Doubt(Code.ZONE_UNCLEAR, written, proposed, 0.0),))


def _own(written: str, zones: Sequence[str], on: date) -> Read[str]:
    if not zones:
        return Read(None, (Doubt(Code.ZONE_UNCLEAR, written, None, 0.0),))
    several = zones if len(zones) > 1 else relatives(zones[0])
    if len(several) > 1:
        return _taken(written, zones[0], on, 0.6, "the seat's; this economy has several zones")
    return _taken(written, zones[0], on, None, "")


def _is_of(zone: str, zones: Sequence[str]) -> bool:
    return any(zone == own or zone in relatives(own) for own in zones)


def _candidates(mention: Mention, zones: Sequence[str], on: date) -> list[str]:
    """The zones that everything said about the zone allows."""
    found: list[str] | None = None
    for name in mention.names:
        known = ZONES_BY_NAME[name]
        found = [zone for zone in found if zone in known] if found is not None else list(known)
    if mention.offsets:
        known = tuple(found) if found is not None else _of_economy(zones)
        for year in (on.year, _AS_IT_IS_NOW):
            fits = [z for z in known if set(mention.offsets) <= set(_offsets_in(z, year))]
            if fits:
                return fits
        return []
    return found or []


def _of_economy(zones: Sequence[str]) -> tuple[str, ...]:
    every = [*zones, *(kin for zone in zones for kin in relatives(zone))]
    return tuple(dict.fromkeys(every))


def _season(mention: Mention, zone: str, on: date) -> str | None:
    """What to tell where only the winter's or the summer's time is named, and there are two."""
    if len(mention.names) + len(mention.offsets) != 1 or len(_offsets_in(zone, on.year)) < 2:
        return None
    if mention.names and mention.names[0] not in OF_A_SEASON:
        return None
    return "the place's own time: what is written holds for a part of the year only"


def _of_several(written: str, own: Sequence[str], on: date, season: str | None) -> Read[str]:
    if len(own) > 1:
        return _taken(written, own[0], on, 0.5, f"or {' or '.join(own[1:])}")
    return _taken(written, own[0], on, 0.8 if season else None, season or "")


def _taken(written: str, zone: str, on: date, sure: float | None, why: str) -> Read[str]:
    """A zone, with a doubt unless it is certain, and one where its clock has been changed since."""
    doubts: list[Doubt] = []
    if sure is not None:
        doubts.append(Doubt(Code.ZONE_UNCLEAR, written, f"{zone} ({why})", sure))
    then, now = _offsets_in(zone, on.year), _offsets_in(zone, _AS_IT_IS_NOW)
    if then != now:
        told = f"{zone} (UTC{_told(then)} in {on.year}, UTC{_told(now)} now)"
        doubts.append(Doubt(Code.ZONE_CHANGED, written, told, 0.9))
    return Read(zone, tuple(doubts))


def _told(offsets: Sequence[int]) -> str:
    return "/".join(
        f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60}"
        + (f":{abs(minutes) % 60:02}" if minutes % 60 else "")
        for minutes in offsets
    )


@lru_cache(maxsize=2048)
def _offsets_in(zone: str, year: int) -> tuple[int, ...]:
    """The offsets from UTC, in minutes, that a place has in the course of a year."""
    place = zone_called(zone)
    found: set[int] = set()
    for month in range(1, 13):
        offset = datetime(year, month, 15, 12, tzinfo=UTC).astimezone(place).utcoffset()
        found.add(round(offset.total_seconds() / 60) if offset is not None else 0)
    return tuple(sorted(found))
