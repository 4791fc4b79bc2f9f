"""In which encoding a text file is written: what it says itself, else a guess that is told.

A byte order mark decides; then strict UTF-8, which no other text passes by chance; then UTF-16 by
the place of its NULs; then the encodings of the economies' own systems in a fixed order, by how
plausible the text is that comes out. A person may overrule all of it.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from directory.meetings.errors import UnreadableFileError, WrongEncodingError
from directory.meetings.lists.rules.characters import share_of_controls
from directory.meetings.lists.rules.plausibility import plausibility

ENCODINGS: Final[Mapping[str, str]] = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16, little end first",
    "utf-16-be": "UTF-16, big end first",
    "cp950": "Big5 (Traditional Chinese)",
    "big5hkscs": "Big5 with Hong Kong's supplement",
    "cp932": "Shift-JIS (Japanese)",
    "gb18030": "GB 18030, GBK, GB 2312 (Simplified Chinese)",
    "cp949": "EUC-KR (Korean)",
    "cp1252": "Windows-1252 (Western European)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "cp874": "Windows-874, TIS-620 (Thai)",
    "cp1250": "Windows-1250 (Central European)",
    "cp1258": "Windows-1258 (Vietnamese)",
    "koi8-r": "KOI8-R (Russian)",
    "euc-jp": "EUC-JP (Japanese)",
    "iso2022-jp": "ISO-2022-JP (Japanese)",
}
"""The encodings that a person may choose, with their names for people."""
_ALIASES: Final[Mapping[str, str]] = {
    "utf8": "utf-8",
    "utf-8-sig": "utf-8",
    "ascii": "utf-8",
    "big5": "cp950",
    "sjis": "cp932",
    "shift-jis": "cp932",
    "shiftjis": "cp932",
    "windows-31j": "cp932",
    "ms932": "cp932",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "cp936": "gb18030",
    "euc-kr": "cp949",
    "euckr": "cp949",
    "latin-1": "cp1252",
    "iso-8859-1": "cp1252",
    "tis-620": "cp874",
    "eucjp": "euc-jp",
    "iso-2022-jp": "iso2022-jp",
    "big5-hkscs": "big5hkscs",
}
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_GUESSED: Final = ("cp950", "cp932", "gb18030", "cp949", "cp1252", "cp1251", "cp874")
_ESCAPE_TO_JAPANESE: Final = (b"\x1b$B", b"\x1b$@")
MOST_CONTROLS: Final = 0.01
FEWEST_NULS: Final = 0.05
"""Of the characters of a text in UTF-16: those of its commas, digits and line ends alone."""
SURE_FROM_CHARACTERS: Final = 3


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file.

    Attributes:
        confidence: From 0 to 1; 1 where the file says its encoding, or somebody does.
        possible: Other encodings by which every byte of it can be read, best first.
    """

    text: str
    encoding: str
    confidence: float
    possible: tuple[str, ...] = ()


def decode(data: bytes, *, encoding: str | None = None) -> Decoded:
    """Read the bytes of a text file.

    Args:
        data: The whole file.
        encoding: What a person chose; None to find out.

    Raises:
        WrongEncodingError: The chosen encoding is unknown, or is not the file's.
        UnreadableFileError: It is no text.
    """
    if encoding is not None:
        return _decoded_as(data, encoding)
    decoded = _marked(data) or _with_nuls(data) or _escaped(data) or _unicode(data)
    if decoded is None:
        decoded = _guessed(data)
    if share_of_controls(decoded.text) > MOST_CONTROLS:
        raise UnreadableFileError(
            "The file is no text and no workbook. Send the list as .xlsx, or as .csv text."
        )
    return decoded


def known_encoding(name: str) -> str | None:
    """The name under which an encoding is known here; None where it is not."""
    folded = name.strip().lower().replace("_", "-").replace(" ", "-")
    folded = _ALIASES.get(folded, folded)
    if folded not in ENCODINGS and folded.startswith("windows-"):
        folded = folded.replace("windows-", "cp")
    return folded if folded in ENCODINGS else None


def _decoded_as(data: bytes, encoding: str) -> Decoded:
    known = known_encoding(encoding)
    if known is None:
        raise WrongEncodingError(
            f"'{encoding[:40]}' is no encoding that is known here. Choose one of"
            f" {', '.join(ENCODINGS)}."
        )
    try:
        text = data.decode(known)
    except UnicodeDecodeError as error:
        raise WrongEncodingError(
            f"The file is not written in {ENCODINGS[known]}: {_place(data, error)} cannot be read"
            " in it. Choose another encoding, or none to have it guessed."
        ) from error
    if "\0" in text:
        raise _nul_error()
    return Decoded(text.lstrip("\ufeff"), known, 1.0)


def _marked(data: bytes) -> Decoded | None:
    for mark, encoding in _MARKS:
        if not data.startswith(mark):
            continue
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            raise UnreadableFileError(
                f"The file says that it is written in {encoding.upper()}, but"
                f" {_place(data, error)} cannot be read in it. Save it again as UTF-8, or choose"
                " its encoding."
            ) from error
        if "\0" in text:
            raise _nul_error()
        return Decoded(text.lstrip("\ufeff"), encoding, 1.0)
    return None


def _with_nuls(data: bytes) -> Decoded | None:
    """UTF-16 without a mark: its blanks, digits and commas have a NUL at one end."""
    if b"\0" not in data:
        return None
    first, second = data[::2].count(0), data[1::2].count(0)
    encoding = "utf-16-be" if first > second else "utf-16-le"
    at_one_end = max(first, second) >= FEWEST_NULS * len(data) / 2 and (
        10 * min(first, second) <= max(first, second)
    )
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _nul_error() from error
    has_lines = b"\n" not in data or "\n" in text
    if not (at_one_end and has_lines) or "\0" in text or share_of_controls(text) > MOST_CONTROLS:
        raise _nul_error()
    return Decoded(text, encoding, 0.9)


def _escaped(data: bytes) -> Decoded | None:
    if not any(escape in data for escape in _ESCAPE_TO_JAPANESE):
        return None
    try:
        return Decoded(data.decode("iso2022-jp"), "iso2022-jp", 0.95, ("utf-8",))
    except UnicodeDecodeError:
        return None


def _unicode(data: bytes) -> Decoded | None:
    if data.isascii():
        return Decoded(data.decode("ascii"), "utf-8", 1.0)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    foreign = sum(not character.isascii() for character in text)
    confidence = 0.99 if foreign >= SURE_FROM_CHARACTERS else 0.9
    possible = tuple(other for _, _, other, _ in sorted(_readings(data)))
    return Decoded(text, "utf-8", confidence, possible)


def _guessed(data: bytes) -> Decoded:
    readings = sorted(_readings(data))
    if not readings:
        raise UnreadableFileError(
            "The file cannot be read in any encoding that is known here. Save the list as .xlsx, or"
            " as text in UTF-8."
        )
    (worse, _, encoding, text), *others = readings
    score, next_score = -worse, -others[0][0] if others else 0.0
    confidence = score * min(1.0, 0.5 + score - next_score)
    return Decoded(text, encoding, round(confidence, 2), tuple(other[2] for other in others))


def _readings(data: bytes) -> Iterator[tuple[float, int, str, str]]:
    """Every encoding that reads all bytes: sorted, the most plausible is first."""
    for place, encoding in enumerate(_GUESSED):
        for variant in (encoding, "big5hkscs") if encoding == "cp950" else (encoding,):
            try:
                text = data.decode(variant)
            except UnicodeDecodeError:
                continue
            yield -plausibility(text, variant), place, variant, text
            break


def _place(data: bytes, error: UnicodeDecodeError) -> str:
    line = data.count(b"\n", 0, error.start) + 1
    return f"byte {error.start + 1:,} (0x{data[error.start]:02X}, in line {line:,})"


def _nul_error() -> UnreadableFileError:
    return UnreadableFileError(
        "The file holds NUL characters, which no text has. Save the list again as .xlsx, or as text"
        " in UTF-8."
    )
