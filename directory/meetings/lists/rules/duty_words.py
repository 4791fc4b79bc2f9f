"""Whether what stands in the place of a name names a post and nobody: ``Duty Officer``.

What a newcomer would get wrong: the words alone do not tell. ``Jane SAMPLE, Duty Officer`` is a
person, so every word of a post's title has to be one that titles are made of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from directory.meetings.lists.rules.posts import ORGANISATIONS, TITLES
from directory.meetings.lists.rules.words import folded_words
from directory.names import fold

_PHRASES = (
    "duty officer",
    "officer on duty",
    "duty desk",
    "duty phone",
    "duty team",
    "duty room",
    "duty manager",
    "duty station",
    "watchfloor",
    "watch floor",
    "watch officer",
    "watch desk",
    "operations centre",
    "operations center",
    "operations room",
    "command centre",
    "command center",
    "control room",
    "situation room",
    "situation centre",
    "help desk",
    "helpdesk",
    "hotline",
    "on call officer",
    "on call",
    "front desk",
    "switchboard",
    "24 7",
    "24 hour",
    "contact point",
    "point of contact",
    "oficial de guardia",
    "guardia",
    "officier de permanence",
    "permanence",
    "petugas piket",
    "piket",
    "truc ban",
    "can bo truc",
    "дежурныи",
    "дежурная часть",
)
_GENERIC = folded_words(
    """
    the of and for at on in a 24 7 hour hours h hrs national cyber cybercrime crime crimes high tech
    technology computer security incident response emergency shift senior general main central
    international network desk room centre center operations operation night day duty watch floor
    line mailbox contact point de la del el los du des les y et
    """
)
_UNSPACED = re.compile(
    "值班|值日|當值|当值|當直|当直|宿直|勤務中心|勤务中心|勤務指揮|指揮中心|指挥中心|聯絡窗口|联络窗口|連絡窓口"
    "|당직|상황실|종합상황|เวร|ศูนย์ปฏิบัติการ"
)
_BRACKETED = re.compile(r"[(（\[][^()（）\[\]]*[)）\]]")
_ORGANISED = re.compile(r"[,，]")


def is_post(text: str, further: Iterable[str] = ()) -> Literal["certain", "likely"] | None:
    """Whether a text names a post and nobody.

    Args:
        text: Tidy, and short enough to be a name.
        further: More phrases that say so, folded.

    Returns:
        ``likely`` where it also holds words that could be a name; None for a person.
    """
    bare = _BRACKETED.sub(" ", text).strip() or text
    if _UNSPACED.search(bare):
        return "certain"
    folded = fold(bare)
    padded = f" {folded} "
    phrase = next((p for p in (*_PHRASES, *further) if f" {p} " in padded), None)
    if phrase is None:
        return None
    others = padded.replace(f" {phrase} ", " ").split()
    known = _GENERIC | ORGANISATIONS | TITLES
    if all(word in known for word in others):
        return "certain"
    if _ORGANISED.search(bare) and not any(word in ORGANISATIONS for word in others):
        return None
    return "likely"
