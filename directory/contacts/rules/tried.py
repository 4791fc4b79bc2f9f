"""Which number or address a check tried, as a digest of what is dialled or written to.

A channel keeps its record when its number is edited. A check of the number before says nothing of
the one that stands there now; it says again what it said when the old one is put back.

What a newcomer would get wrong: these digests stand in the log, so what they are taken of never
changes. Another punctuation of a number, or another case of an address, must give the same one; of
what is not understood a different text gives a different one, because a doubt assures nobody.
"""

from __future__ import annotations

import unicodedata
from hashlib import sha256

from directory.contacts.rules.email import read_address
from directory.contacts.rules.telephone import national_part
from directory.contacts.rules.words import TELEPHONE_MEDIA, Medium
from directory.documents import Document

HEX_DIGITS = 32
_PUNCTUATION = frozenset({"Cc", "Cf", "Pd", "Pe", "Ps", "Zl", "Zp", "Zs"})
_ALSO_BETWEEN_DIGITS = frozenset(".'\u30fc\u2212")


def digest_of(channel: Document) -> str:
    """What a check of a channel notes to have tried: 32 hexadecimal digits.

    Args:
        channel: A channel's document. Purpose, position, hours and labels play no part.
    """
    told = (channel["medium"], channel["e164"] or "", _written(channel), channel["extension"] or "")
    return sha256("\n".join(told).encode()).hexdigest()[:HEX_DIGITS]


def _written(channel: Document) -> str:
    """What has to be said of the raw text beside the number that was read from it."""
    medium, raw = channel["medium"], channel["raw"]
    if medium == Medium.EMAIL:
        address, warnings = read_address(raw)
        return _folded(raw if address is None or warnings else address)
    if medium not in TELEPHONE_MEDIA:
        return _folded(raw)
    if channel["e164"] is not None:
        return "" if _agree(raw, channel["e164"], channel["extension"]) else _bare(raw)
    # A name on a messaging service may differ from another by a dot.
    return _folded(raw) if medium == Medium.MESSAGING else _bare(raw)


def _agree(raw: str, e164: str, extension: str | None) -> bool:
    """Whether a raw text holds the digits of a number, and after them no others.

    Who edits the text alone may leave the number of before beside it; whoever calls reads both.
    """
    digits = "".join(filter(str.isdecimal, _plain(raw)))
    _, found, rest = digits.partition(national_part(e164.removeprefix("+")))
    return bool(found) and rest in {"", extension}


def _folded(text: str) -> str:
    kept = (one for one in _plain(text) if unicodedata.category(one) != "Cf")
    return " ".join("".join(kept).split())


def _bare(text: str) -> str:
    """A number without its punctuation, but with what parts one from the next, and with words."""
    return "".join(
        one
        for one in _plain(text)
        if unicodedata.category(one) not in _PUNCTUATION and one not in _ALSO_BETWEEN_DIGITS
    )


def _plain(text: str) -> str:
    """A text in one case, width and kind of figures."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    if plain.isascii():
        return plain
    return "".join(
        str(figure) if (figure := unicodedata.decimal(one, None)) is not None else one
        for one in plain
    )
