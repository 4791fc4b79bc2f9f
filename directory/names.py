"""Text as it is searched and compared: one spelling for every way people write the same name.

What a newcomer would get wrong: accents fall only from Latin, Greek and Cyrillic letters. A
Japanese voicing mark or a Thai vowel sign is the same kind of character, and without it the word is
another word.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from anyascii import anyascii

# Scripts that set no blanks between words (Korean does, but glues its particles to them): a name in
# them is found by any part of it, so it is indexed by its characters and pairs of characters.
_UNSPACED = (
    "CJK",
    "HIRAGANA",
    "KATAKANA",
    "KATAKANA-HIRAGANA",
    "BOPOMOFO",
    "HANGUL",
    "IDEOGRAPHIC",
    "THAI",
    "LAO",
    "KHMER",
    "MYANMAR",
)
_NO_LETTER_OR_DIGIT = re.compile(r"[^0-9a-z]+")
_ACCENTED = ("LATIN", "GREEK", "CYRILLIC")
# Characters of which traditional and simplified writing differ, as far as names of economies and of
# their cities hold them. Source: Unihan (UAX #38), kSimplifiedVariant. No more than that: where one
# simplified character stands for several words, two names would become one.
_SIMPLIFIED = str.maketrans(
    "臺灣國華東廣門島馬亞來萊韓紐蘭幾內魯賓羅龍達爾聖頓靈慶長縣區濱廈陽寧漢濟連雲關鄉鎮莊灘澤嶺橋",
    "台湾国华东广门岛马亚来莱韩纽兰几内鲁宾罗龙达尔圣顿灵庆长县区滨厦阳宁汉济连云关乡镇庄滩泽岭桥",
)
_VARIATION_SELECTORS = frozenset(map(chr, [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]))


@dataclass(frozen=True, slots=True)
class QueryGrams:
    """What an indexed text must hold to be worth an exact look.

    Attributes:
        complete: Grams that must occur as they are.
        prefix: The beginning of one more gram, or None: the word that is still being typed.
    """

    complete: tuple[str, ...]
    prefix: str | None

    @property
    def is_empty(self) -> bool:
        """Whether the query holds nothing that can be searched for."""
        return not self.complete and self.prefix is None


@lru_cache(maxsize=16384)
def _script(char: str) -> str:
    name = unicodedata.name(char, "")
    return name.split(" ", 1)[0]


@lru_cache(maxsize=16384)
def _is_unspaced(char: str) -> bool:
    return _script(char) in _UNSPACED


@lru_cache(maxsize=16384)
def _folded_char(char: str) -> str:
    """One character of a decomposed, case-folded text: letters of their own kind lose their bar."""
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    kind = unicodedata.category(char)
    if kind[0] == "L":
        # đ ø ł ı ħ æ carry their stroke in the letter itself: nothing decomposes it
        if not char.isascii() and _script(char) == "LATIN":
            plain = anyascii(char).casefold()
            return plain if plain.isascii() and plain.isalpha() else char
        return char.translate(_SIMPLIFIED)
    return char if kind[0] in "MN" else " "


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    folded: list[str] = []
    base = " "
    for char in decomposed:
        kind = unicodedata.category(char)
        if kind in ("Cf", "Cs") or char in _VARIATION_SELECTORS:
            continue
        if kind[0] == "M":
            # a mark with nothing under it has no meaning, one on a Latin letter is an accent
            if base != " " and _script(base) not in _ACCENTED:
                folded.append(char)
            continue
        base = char if kind[0] in "LN" else " "
        folded.append(_folded_char(char))
    return unicodedata.normalize("NFC", " ".join("".join(folded).split()))


def fold(text: str) -> str:
    """Fold a text so that all spellings of one name become equal.

    Case, width, accents of Latin, Greek and Cyrillic letters, zero-width characters and the way a
    character is composed all disappear; every digit becomes an ASCII one and punctuation a blank.
    The Chinese characters that names of places are written with become the simplified ones.
    """
    if text.isascii():
        return _NO_LETTER_OR_DIGIT.sub(" ", text.lower()).strip()
    return _folded(text)


def _runs(token: str) -> Iterator[tuple[str, bool]]:
    """Cut a folded token where its script begins or ends to set blanks."""
    if token.isascii():
        yield token, False
        return
    start = 0
    unspaced = _is_unspaced(token[0])
    for place, char in enumerate(token):
        if unicodedata.category(char)[0] == "M":
            continue
        if _is_unspaced(char) != unspaced:
            yield token[start:place], unspaced
            start, unspaced = place, not unspaced
    yield token[start:], unspaced


def _split(text: str) -> list[tuple[str, bool]]:
    return [run for token in fold(text).split() for run in _runs(token)]


def words(text: str) -> list[str]:
    """The folded words of a text, in order; a change of script also ends a word."""
    return [word for word, _ in _split(text)]


def is_latin(word: str) -> bool:
    """Whether a word holds no letter outside the Latin script."""
    return bool(word) and all(not c.isalpha() or _script(c) == "LATIN" for c in fold(word))


def _pairs(parts: Sequence[str]) -> list[str]:
    return [first + second for first, second in pairwise(parts)]


def _romanised(word: str) -> Iterator[str]:
    """A word in Latin letters: as a whole and, for Han, by its syllables and their pairs."""
    whole = fold(anyascii(word)).replace(" ", "")
    if not whole:
        return
    yield whole
    if any(_script(c) in ("CJK", "HANGUL") for c in word):
        syllables = [s for s in (fold(anyascii(c)).replace(" ", "") for c in word) if s]
        yield from syllables
        yield from _pairs(syllables)


def _searchable_words(text: str) -> list[str]:
    found: list[str] = []
    for word, unspaced in _split(text):
        if not unspaced:
            found.append(word)
        if unspaced or not (word.isascii() or is_latin(word)):
            found.extend(_romanised(word))
    return found


def index_grams(text: str) -> list[str]:
    """What a text is found by: its words, characters and pairs of unspaced scripts, romanisation.

    Returns:
        Distinct grams in order of appearance; none of them holds a blank.
    """
    grams: dict[str, None] = dict.fromkeys(_searchable_words(text))
    before = ""
    for word, unspaced in _split(text):
        if unspaced:
            grams.update(dict.fromkeys(word))
            # A blank between family and given name is a habit of the writer: pairs span it.
            grams.update(dict.fromkeys(_pairs(before + word)))
        before = word[-1] if unspaced else ""
    return list(grams)


def query_grams(query: str) -> QueryGrams:
    """What a text's grams must hold to match a query.

    Every word must occur complete, but the last may be only begun; of an unspaced script every pair
    of characters must occur, or the character where there is only one.
    """
    runs = _split(query)
    complete: dict[str, None] = {}
    prefix: str | None = None
    for place, (word, unspaced) in enumerate(runs):
        if unspaced:
            complete.update(dict.fromkeys(_pairs(word) if len(word) > 1 else [word]))
        elif place == len(runs) - 1:
            prefix = word
        else:
            complete[word] = None
    return QueryGrams(tuple(complete), prefix)


def contains(text: str, query: str) -> bool:
    """Whether a text really matches a query, after its grams did.

    Each word of the query must begin a word of the text or of its romanisation; each stretch of an
    unspaced script must occur in one piece, blanks aside.
    """
    runs = _split(query)
    if not runs:
        return False
    begun = _searchable_words(text)
    joined = alias_key(text)
    return all(
        word in joined if unspaced else any(candidate.startswith(word) for candidate in begun)
        for word, unspaced in runs
    )


def alias_key(text: str) -> str:
    """The key by which names of economies are compared: folded, without any blank.

    ``P.R. China`` equals ``PR China``, and ``Hong Kong ,China`` equals ``Hong Kong, China``.
    """
    return fold(text).replace(" ", "")


def in_english(name: Mapping[str, str]) -> str:
    """A multilingual name in English, or in the first language it is held in."""
    return name.get("en") or next(iter(name.values()), "")
