"""Whether two desks can talk: language tags, compared as spoken languages.

What a newcomer would get wrong: a library's default limit is made for choosing a text to read. With
it Tamil "matches" English and Cantonese "matches" Mandarin, which helps nobody on a telephone.

Measured with langcodes 3.5 on the script-free tags: regional variants of one language are at most 5
apart, Serbian and Croatian 9, Mandarin offered to a speaker of another Chinese language 10 (14 for
Cantonese), Malay offered to a speaker of Indonesian 14, English offered to one of Tamil 34. So 9 is
the limit: Malay and Indonesian, and Cantonese and Mandarin, are not promised as shared.
"""

from collections.abc import Sequence
from functools import lru_cache

from langcodes import Language, standardize_tag, tag_is_valid

LARGEST_SPOKEN_DISTANCE = 9
_NOT_A_LANGUAGE = frozenset({"und", "mul", "zxx", "mis", "root"})


@lru_cache(maxsize=2048)
def normalise_tag(tag: str) -> str:
    """Write a language tag in its usual form: ``zh-hant-tw`` as ``zh-Hant-TW``.

    Raises:
        ValueError: When it is not a BCP 47 tag of a language.
    """
    try:
        normal = standardize_tag(tag) if tag_is_valid(tag) else ""
    except ValueError:
        normal = ""
    language = normal.split("-", 1)[0].lower()
    if language in _NOT_A_LANGUAGE or len(language) < 2:
        raise ValueError(
            f"'{tag}' is not a language tag: write one such as en, ms-BN, zh-Hant or yue."
        )
    return normal


def shared_language(offered: Sequence[str], wanted: str) -> str | None:
    """The offered language that a speaker of the wanted one can be answered in.

    Args:
        offered: Tags in the desk's order of preference.
        wanted: Tag of the caller's language.

    Returns:
        The closest of the offered tags, as it was given, and of equally close ones the first; None
        when there is none. Script does not count: it is not heard.
    """
    return _shared(tuple(offered), wanted)


@lru_cache(maxsize=8192)
def _shared(offered: tuple[str, ...], wanted: str) -> str | None:
    heard = _spoken(wanted)
    if heard is None:
        return None
    closest: str | None = None
    limit = LARGEST_SPOKEN_DISTANCE + 1
    for tag in offered:
        spoken = _spoken(tag)
        if spoken is not None and (distance := heard.distance(spoken)) < limit:
            closest, limit = tag, distance
    return closest


def spoken_code(tag: str) -> str:
    """The language of a valid tag without script and territory: ``zh`` for ``zh-Hant-TW``."""
    spoken = _spoken(tag)
    return spoken.language or "" if spoken else ""


@lru_cache(maxsize=2048)
def _spoken(tag: str) -> Language | None:
    """A tag with one script for all: leaving it out would let the library infer Hant from TW."""
    try:
        language = Language.get(normalise_tag(tag))
    except ValueError:
        return None
    return Language.make(language=language.language, script="Latn", territory=language.territory)
