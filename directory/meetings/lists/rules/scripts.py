"""In which script a name is written, and under which language tag it therefore stands.

What a newcomer would get wrong: Chinese characters do not tell the language. Japanese, Korean and
Chinese names share them, so their tag comes from the economy and never from the name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

UNKNOWN_HAN = "und-Hani"
"""The tag of a name in Chinese characters of which nothing tells the language."""

_HAN = (
    "\u2e80-\u2fdf\u3005\u3007\u3021-\u3029\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_KANA = "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\uff66-\uff9d"
_HANGUL = "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af"
_EAST = f"{_HAN}{_KANA}{_HANGUL}"
_THAI = "\u0e01-\u0e3a\u0e40-\u0e4e"
_CYRILLIC = "\u0400-\u052f"
_RUN = re.compile(
    rf"[{_EAST}](?:[ \u3000・·‧.]?[{_EAST}])*"
    rf"|[{_THAI}](?:[. ]{{0,2}}[{_THAI}])*\.?"
    rf"|[{_CYRILLIC}](?:[.]? ?-?[{_CYRILLIC}])*\.?"
)
_ONE_OF = {
    "ja": re.compile(f"[{_KANA}]"),
    "ko": re.compile(f"[{_HANGUL}]"),
    "Hani": re.compile(f"[{_HAN}]"),
    "th": re.compile(f"[{_THAI}]"),
    "ru": re.compile(f"[{_CYRILLIC}]"),
}
_SCRIPTS = {"ko": "Hang", "th": "Thai", "ru": "Cyrl", "ja": "Jpan"}
# Letters that no other language of the 21 economies writes.
_VIETNAMESE = re.compile("[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉĩịọỏốồổỗộớờởỡợụủũứừửữựỳỵỷỹ]", re.IGNORECASE)


def script_runs(text: str) -> list[str]:
    """The stretches of a text that are written in another script than the Latin one."""
    return [match[0].strip() for match in _RUN.finditer(text)]


def tag_of(name: str, tags: Mapping[str, str]) -> str:
    """The tag under which a name stands; ``en`` for Latin letters, whatever the language.

    Args:
        name: In NFC.
        tags: Which tag the economy's names in a script have, by ISO 15924 code.
    """
    for tag, letters in _ONE_OF.items():
        if letters.search(name):
            if tag == "Hani":
                return tags.get("Hani", UNKNOWN_HAN)
            return tags.get(_SCRIPTS[tag], tag)
    return "vi" if _VIETNAMESE.search(name) else "en"


def script_tags(languages: Sequence[str]) -> dict[str, str]:
    """Which tag an economy's names in Chinese characters have, told by its languages.

    Args:
        languages: BCP 47 tags, in the economy's order.
    """
    for language in languages:
        primary, *rest = language.split("-")
        if primary in ("ja", "ko"):
            return {"Hani": primary if primary == "ja" else "ko-Hani"}
        if primary in ("zh", "yue"):
            is_traditional = "Hant" in rest or not {"TW", "HK", "MO"}.isdisjoint(rest)
            return {"Hani": "zh-Hant" if is_traditional else "zh-Hans"}
    return {}
