"""Characters that a list may hold, and those that no database keeps."""

from __future__ import annotations

import re
from typing import Final

REPLACEMENT: Final = "\ufffd"
# PostgreSQL keeps no NUL and UTF-8 no half of a pair; other controls do nothing but hide things
# from whoever looks at a page or a terminal.
_LINE_BREAKS = re.compile("\r\n?")
_NOT_KEPT = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def storable(text: str) -> tuple[str, int]:
    """A text as every database keeps it, and how many characters had to be replaced.

    Line breaks of any kind become line feeds, which counts for nothing.
    """
    if text.isprintable():
        return text, 0
    return _NOT_KEPT.subn(REPLACEMENT, _LINE_BREAKS.sub("\n", text))


def unescaped(text: str) -> str:
    """A text of a workbook without its escapes: ``_x000D_`` stands for a carriage return.

    Source:
        ISO/IEC 29500-1, 22.9.2.19 (ST_Xstring).
    """
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def share_of_controls(text: str) -> float:
    """Which share of a text no person could have typed."""
    return len(_NOT_KEPT.findall(text.replace("\r", "\n"))) / max(len(text), 1)
