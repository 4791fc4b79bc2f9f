"""What lists call time zones: abbreviations, words and cities, and the zones that each may mean.

What a newcomer would get wrong: an abbreviation is no zone. EST is New York or Sydney, CST Chicago
or Taipei, and only the economy it was written in tells which.
"""

from __future__ import annotations

from collections.abc import Mapping

from directory.meetings.lists.rules.words import plain

SEVERAL: tuple[tuple[str, ...], ...] = (
    ("Australia/Sydney", "Australia/Melbourne", "Australia/Brisbane", "Australia/Hobart",
     "Australia/Adelaide", "Australia/Darwin", "Australia/Perth"),
    ("America/Toronto", "America/Halifax", "America/St_Johns", "America/Winnipeg",
     "America/Regina", "America/Edmonton", "America/Vancouver"),
    ("America/Santiago", "America/Punta_Arenas", "Pacific/Easter"),
    ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"),
    ("America/Mexico_City", "America/Cancun", "America/Monterrey", "America/Hermosillo",
     "America/Tijuana"),
    ("Pacific/Auckland", "Pacific/Chatham"),
    ("Pacific/Port_Moresby", "Pacific/Bougainville"),
    ("Europe/Moscow", "Europe/Kaliningrad", "Europe/Samara", "Asia/Yekaterinburg", "Asia/Omsk",
     "Asia/Novosibirsk", "Asia/Krasnoyarsk", "Asia/Irkutsk", "Asia/Yakutsk", "Asia/Vladivostok",
     "Asia/Magadan", "Asia/Kamchatka"),
    ("America/New_York", "America/Chicago", "America/Denver", "America/Phoenix",
     "America/Los_Angeles", "America/Anchorage", "Pacific/Honolulu"),
)  # fmt: skip
"""The zones of the member economies that have several, the seat's first. Source: tz database,
zone1970.tab; those in which a desk may lie. China's second is not used by any office."""

_EASTERN = "America/New_York America/Toronto"
_CENTRAL = "America/Chicago America/Winnipeg America/Mexico_City America/Monterrey America/Regina"
_MOUNTAIN = "America/Denver America/Edmonton America/Phoenix America/Hermosillo"
_PACIFIC = "America/Los_Angeles America/Vancouver America/Tijuana"
_SUMMER = "Australia/Sydney Australia/Melbourne Australia/Hobart"
_AUSTRALIAN_EAST = f"{_SUMMER} Australia/Brisbane"
_MALAY = "Asia/Kuala_Lumpur"

_NAMES: tuple[tuple[str, str], ...] = (
    ("est", f"{_EASTERN} America/Cancun {_AUSTRALIAN_EAST}"),
    ("edt", f"{_EASTERN} {_SUMMER}"),
    ("et|est/edt|eastern", f"{_EASTERN} {_AUSTRALIAN_EAST}"),
    ("hora del este|heure de l'est|us eastern", _EASTERN),
    ("cst", f"{_CENTRAL} Asia/Shanghai Asia/Taipei Australia/Adelaide Australia/Darwin"),
    ("cdt|ct|central|us central", f"{_CENTRAL} Australia/Adelaide Australia/Darwin"),
    ("hora del centro|tiempo del centro", "America/Mexico_City America/Monterrey"),
    ("mst|mdt|mt|mountain", _MOUNTAIN),
    ("pst", f"{_PACIFIC} Asia/Manila"),
    ("pdt|pt|pacific|us pacific", _PACIFIC),
    ("akst|akdt|alaska", "America/Anchorage"),
    ("hst|hast|hawaii", "Pacific/Honolulu"),
    ("ast|adt|atlantic", "America/Halifax"),
    ("nst|ndt|newfoundland", "America/St_Johns"),
    ("aest|aet", _AUSTRALIAN_EAST),
    ("aedt|aedst", _SUMMER),
    ("acst|act", "Australia/Adelaide Australia/Darwin"),
    ("acdt", "Australia/Adelaide"),
    ("awst|awt|wst", "Australia/Perth"),
    ("canberra", "Australia/Sydney"),
    ("bnt|bdt|bandar seri begawan", "Asia/Brunei"),
    ("clt|clst|hora de chile|chile", "America/Santiago"),
    ("beijing|北京時間|北京时间|中国标准时间|中國標準時間", "Asia/Shanghai"),
    ("hkt|香港時間|香港时间", "Asia/Hong_Kong"),
    ("wib|waktu indonesia barat", "Asia/Jakarta"),
    ("wita|waktu indonesia tengah", "Asia/Makassar"),
    ("wit|waktu indonesia timur", "Asia/Jayapura"),
    ("jst|日本時間|日本标准时间|japan", "Asia/Tokyo"),
    ("kst|한국시간|한국 시간|korea", "Asia/Seoul"),
    ("myt|mst|kl|waktu malaysia|malaysia", _MALAY),
    ("nzst|nzdt|nzt|nz|new zealand|wellington", "Pacific/Auckland"),
    ("pgt|pngt", "Pacific/Port_Moresby"),
    ("pet|hora peruana|peru", "America/Lima"),
    ("pht|phst|philippine|philippines", "Asia/Manila"),
    ("msk|msd|мск|московское время|по москве|по московскому времени", "Europe/Moscow"),
    ("sgt|sst|新加坡時間|新加坡时间", "Asia/Singapore"),
    ("台北時間|臺北時間|台灣時間|臺灣時間|tpe|twt", "Asia/Taipei"),
    ("ict", "Asia/Bangkok Asia/Ho_Chi_Minh"),
    ("tha|thailand|เวลาประเทศไทย", "Asia/Bangkok"),
    ("hanoi|ha noi|vietnam|viet nam|gio viet nam", "Asia/Ho_Chi_Minh"),
    ("washington|washington dc|washington d.c.", "America/New_York"),
    ("ottawa", "America/Toronto"),
    ("cet|cest|paris|the hague", "Europe/Paris"),
    ("bst|london", "Europe/London"),
    ("utc|gmt|zulu|ut", "UTC"),
)


def _by_name() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for names, meant in _NAMES:
        for name in names.split("|"):
            known = found.setdefault(plain(name), ())
            found[plain(name)] = (*known, *meant.split())
    for zones in {*found.values(), *SEVERAL}:
        for zone in zones:
            city = plain(zone.rpartition("/")[2].replace("_", " "))
            found.setdefault(city, (zone,))
    return found


ZONES_BY_NAME: Mapping[str, tuple[str, ...]] = _by_name()
"""The zones that a name in plain text may mean, the likeliest first; cities among the names."""

_SEASONS = """
    est edt cst cdt mst mdt pst pdt akst akdt ast adt nst ndt aest aedt acst acdt nzst nzdt clt
    clst cet cest bst
"""
OF_A_SEASON = frozenset(_SEASONS.split())
"""Abbreviations that name one season's time where there are two."""

_WORDS = "et ct mt pt nz act ut kl wit pet chile japan korea peru malaysia tha pacific central"
ALSO_A_WORD = frozenset(_WORDS.split())
"""Names that may be words or the names of something else: read only where written as names."""


def relatives(zone: str) -> tuple[str, ...]:
    """The zones of the economy that a zone lies in, where it has several."""
    return next((zones for zones in SEVERAL if zone in zones), ())
