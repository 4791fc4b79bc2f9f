"""Text as it stands in the cells of lists: tidied, compared, and the words that stand for nothing.

What a newcomer would get wrong: ``plain`` keeps every character's place. The rules look for dates
and hours in the plain text, and cut what they did not use out of the text as it was written; so
nothing gets lost between the two.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

from directory.meetings.lists.rules.findings import Code, Doubt, Read
from directory.names import fold

Span = tuple[int, int]

_LINE_ENDS = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")
_BLANKS = re.compile(r" {2,}")
_AROUND_LINE_END = re.compile(r" ?\n[ \n]*")
_ORDINARY_BLANKS = re.compile(r"[ \t]+")
_DASHES = frozenset("−ｰ")
_TILDES = frozenset("～〜∼˜")
_BETWEEN = " \n,;:|/\\()[]{}<>-–—~+&.、，；：。・·（）［］【】「」『』／－〜～"
"""What stands between the parts of a cell and says nothing by itself. A question mark does."""

_NOTHING_BUT_MARKS = re.compile(r"[-–—―−ー－ｰ_.…?？/／\\·・、,()（）\[\]<>~\s]+")
_MEANS_NOTHING = """
    n/a|n.a.|na|nil|null|none|nothing|not applicable|not available|not known|unknown|blank|empty
    no data|not provided|not given|not nominated|nobody|no one|vacant|void
    ninguno|ninguna|no aplica|no disponible|no tiene|n/d|s/d|sin datos|vacante|nenhum|nenhuma
    não se aplica|aucun|aucune|néant|sans objet|non disponible|vacant
    нет данных|не указано|не указан|отсутствует|н/д|вакансия
    tidak ada|tidak tersedia|belum ada|tiada|không có|chưa có|không áp dụng|ไม่มี|ไม่มีข้อมูล|wala
    無|无|沒有|没有|無資料|无资料|不適用|不适用|不詳|不详|空白|空|懸缺|空缺|從缺
    なし|無し|ナシ|該当なし|該当無し|不明|空欄|欠員|없음|해당없음|해당 없음|미상|공석
"""
_TO_BE_CONFIRMED = """
    tbc|tbd|tba|tbn|t.b.c.|t.b.d.|t.b.a.|tbc/tbd|blank/tbc
    to be confirmed|to be determined|to be advised
    to be announced|to be decided|to be nominated|to be provided|to follow|pending|to be updated
    por confirmar|por definir|por designar|a confirmar|a definir|pendiente|a designar
    à confirmer|à déterminer|à désigner|en attente
    уточняется|подлежит уточнению|будет уточнено|требует уточнения
    akan dikonfirmasi|belum ditentukan|menunggu konfirmasi|chưa xác định|đang cập nhật|sẽ xác nhận
    รอยืนยัน|รอการยืนยัน|ยังไม่กำหนด
    待確認|待确认|待定|待補|待补|待查|待通知|待指派|未定|確認中|确认中|調整中|要確認|미정|추후 통보
    추후통보|확인중|확인 중
"""
_SAME_AS_LEFT = """
    same|the same|as left|see left|same as left|same as on the left|same number|as tel|as telephone
    同左|左同|左に同じ|如左|좌동|mismo|el mismo|la misma|igual|le même|mesmo|o mesmo|тот же|то же
    sama|cùng số
"""
_SAME_AS_ABOVE = """
    ditto|as above|same as above|see above|as previous|same as previous|above|ibid|ibidem|idem
    同上|上同|如上|上に同じ|상동|위와 같음|como arriba|igual que arriba|ver arriba|comme ci-dessus
    voir ci-dessus|igual ao anterior|как выше|см. выше|sama dengan di atas|sda|như trên|เหมือนข้างบน
"""
_NOT_NAMED = re.compile(
    r"(?:to be|yet to be|not yet|not) (?:appointed|assigned|designated|identified|named"
    r"|nominated|selected|notified|specified)"
    r"|(?:sin|por|a) (?:asignar|confirmar|definir|designar|determinar|nombrar)"
    r"|(?:no|aun no|pendiente de) (?:asignado|asignada|designado|designada|nombrado|nombrada"
    r"|designar|nombrar)"
    r"|(?:a|non|pas encore) (?:designer|nommer|designe|nomme|communique)"
    r"|(?:не|еще не) (?:назначен|назначена|определен|определена)"
    r"|(?:尚未|尚待|[暂暫]未|[暂暫]|未|待|[从從]|[悬懸]|出|空)(?:任命|公布|告知|委任|指定|指派|提供|提名"
    r"|派任|[确確]定|[确確][认認]|缺|聘|[补補]|定|派|[选選]任|定人[选選]|[无無])"
    r"|(?:[后後]任|人[选選])?(?:[选選]任中|[选選]定中|[调調]整中|未定)|空席|空位"
    r"|(?:currently |now |position |post |temporarily )?(?:unfilled|vacant|vacante)"
    r"(?: (?:as of|depuis|desde|from|pending|post|position|since|until) .{1,40}| now| post| position)?"
    r"|(?:미|추후 ?)(?:지정|정|배정|통보|제공|확정)|(?:지정|선정|임명) ?예정",
)
"""What says that somebody is still to be named, in folded words."""
_UNCHANGED = re.compile(
    r"(?:no|without) (?:any )?changes?|(?:remains? )?unchanged|as before"
    r"|(?:same )?as (?:in |per )?(?:the |your |our )?(?:earlier|existing|last|old|previous)"
    r" (?:directory|list|meeting|one|version|year)"
    r"|sin (?:cambios?|novedad)|(?:aucun|pas de|sans) changements?|без изменении|tidak ada perubahan"
    r"|khong thay đoi|khong thay doi|[変變]更(?:なし|無し)|[无無][変變变]更|[无無][变變][动動化]|不[变變]"
    r"|(?:변경|변동) ?(?:사항 ?)?없음"
)
"""What says that nothing is said here, in folded words: the list before this one may say it."""
_DITTO_MARKS = frozenset(["〃", '"', "''", "″", "”", "“", "“”", ",,", "„", "々", "=", "↑", "^"])
_LEFT_MARKS = frozenset(["←", "<-", "<--"])
_DO = re.compile(r"[-–—. ]*do[-–—.]+", re.IGNORECASE)


def _told_apart(words: str) -> frozenset[str]:
    return frozenset(fold(word) for line in words.strip().splitlines() for word in line.split("|"))


_NOTHING = _told_apart(_MEANS_NOTHING)
_CONFIRM = _told_apart(_TO_BE_CONFIRMED)
_LEFT = _told_apart(_SAME_AS_LEFT)
_ABOVE = _told_apart(_SAME_AS_ABOVE)


@lru_cache(maxsize=256)
def tidy(text: str) -> str:
    """Take out of a text what nobody sees: the same words, with nothing odd between them.

    Composed characters (NFC); no-break and ideographic blanks become blanks; zero-width and control
    characters and soft hyphens go; runs of blanks or of line breaks become one; ends are trimmed.

    A cell is tidied for each of the rules that look at it, mostly one after the other.
    """
    if _is_plain(text):
        return _in_order(text)
    visible = "".join(map(_visible, _LINE_ENDS.sub("\n", unicodedata.normalize("NFC", text))))
    # Without what stood between them, marks may join the letter before them.
    composed = unicodedata.normalize("NFC", visible)
    return _in_order(composed)


def _is_plain(text: str) -> bool:
    """Whether nothing in a text is odd but blanks and line breaks, as in nearly every cell."""
    return text.isascii() and (text.isprintable() or text.replace("\n", "").isprintable())


def _in_order(text: str) -> str:
    """A text of visible characters alone, its blanks and line breaks put in order."""
    if "  " in text:
        text = _BLANKS.sub(" ", text)
    if "\n" in text:
        text = _AROUND_LINE_END.sub("\n", text)
    return text.strip()


@lru_cache(maxsize=8192)
def _visible(char: str) -> str:
    if char == "\n":
        return char
    kind = unicodedata.category(char)
    if kind == "Zs" or char == "\t":
        return " "
    return "" if kind in ("Cf", "Cc", "Cs") else char


def tidied(text: str) -> Read[str]:
    """A text without what nobody sees, and a doubt where that was more than blanks at its ends."""
    tidy_text = tidy(text)
    if tidy_text == text or _is_plain(text):
        return Read(tidy_text)
    lines = _LINE_ENDS.sub("\n", text).strip().split("\n")
    ordinary = "\n".join(
        line for line in (_ORDINARY_BLANKS.sub(" ", line.strip()) for line in lines) if line
    )
    if tidy_text == ordinary:
        return Read(tidy_text)
    return Read(tidy_text, (Doubt(Code.NORMALISED, text, tidy_text, 1.0),))


def tidying_doubts(text: str) -> tuple[Doubt, ...]:
    """What tidying changed beyond blanks that any reader would overlook."""
    return tidied(text).doubts


def one_line(text: str) -> str:
    """A tidy text with its lines one after the other."""
    return " ".join(tidy(text).split("\n"))


def folded_words(text: str) -> frozenset[str]:
    """The words of a word list, folded as cells are before they are compared.

    Args:
        text: Words between blanks; a word of two is written with an underscore between them.
    """
    return frozenset(fold(word) for word in text.split())


def folded(text: str) -> str:
    """A text as words are compared: without case, width, accents and punctuation."""
    return fold(tidy(text))


@lru_cache(maxsize=64)
def _word(shown: str) -> str:
    """A tidy text folded; each cell is compared with several word lists, one after the other."""
    return fold(shown)


def is_empty_word(text: str) -> bool:
    """Whether a cell says that nothing stands in it: ``-``, ``n/a``, ``TBC``, ``無``, ``?``."""
    shown = tidy(text)
    if not shown or _NOTHING_BUT_MARKS.fullmatch(shown):
        return shown not in _DITTO_MARKS | _LEFT_MARKS
    word = _word(shown)
    # Na is a family name; written so it is no abbreviation.
    if shown == "Na":
        return False
    return word in _NOTHING or _is_to_come(word) or _UNCHANGED.fullmatch(word) is not None


def is_to_be_confirmed(text: str) -> bool:
    """Whether an empty word says that something is still to come: ``TBC``, ``待確認``, ``미정``."""
    return _is_to_come(folded(text))


def _is_to_come(word: str) -> bool:
    is_still_to_come = word not in _NOTHING and _NOT_NAMED.fullmatch(word) is not None
    return word in _CONFIRM or is_still_to_come


def same_as(text: str) -> Literal["left", "above"] | None:
    """Which other cell a cell refers to instead of saying anything itself.

    Returns:
        ``left`` for the column to the left (``same``, ``同左``), ``above`` for the row above
        (``ditto``, ``〃``, ``同上``), None for any other text.
    """
    shown = tidy(text)
    if shown in _LEFT_MARKS:
        return "left"
    if shown in _DITTO_MARKS or _DO.fullmatch(shown):
        return "above"
    word = _word(shown)
    if word in _LEFT:
        return "left"
    return "above" if word in _ABOVE else None


def plain(text: str) -> str:
    """A text to look for patterns in, each character at its place.

    Small letters without accents, half-width forms, ASCII digits; every dash is ``-`` and every
    wave ``~``. What has no counterpart of one character stays.
    """
    return text.lower() if text.isascii() else "".join(map(_plain_char, text))


@lru_cache(maxsize=16384)
def _plain_char(char: str) -> str:
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    if char in _TILDES:
        return "~"
    if char in _DASHES or unicodedata.category(char) == "Pd":
        return "-"
    small = unicodedata.normalize("NFKC", char).casefold()
    if len(small) != 1:
        return char
    base = unicodedata.normalize("NFD", small)[0]
    return base if base.isascii() and base.isalpha() else small


def left_over(text: str, used: Iterable[Span]) -> tuple[str, ...]:
    """What of a text was not used, as it was written, without what only stands between parts."""
    parts: list[str] = []
    at = 0
    for start, end in sorted(used):
        parts.append(text[at : max(start, at)])
        at = max(at, end)
    parts.append(text[at:])
    return tuple(part for part in (part.strip(_BETWEEN) for part in parts) if part)


def blotted(text: str, spans: Iterable[Span]) -> str:
    """A text with what has been read already blotted out, so that it is not read twice."""
    chars = list(text)
    for start, end in spans:
        chars[start:end] = "|" * (end - start)
    return "".join(chars)


def remarks(text: str, used: Iterable[Span]) -> tuple[Doubt, ...]:
    """A doubt for each part of a text that was not used: it is shown, and nothing is made of it."""
    return tuple(Doubt(Code.REMARK_IN_CELL, part, None, 0.0) for part in left_over(text, used))


def nothing_in(text: str) -> tuple[Doubt, ...] | None:
    """What to tell of a cell that says nothing: None where it says something."""
    if not tidy(text):
        return ()
    if not is_empty_word(text):
        return None
    proposed = "to be confirmed" if is_to_be_confirmed(text) else "empty"
    return (Doubt(Code.EMPTY_WORD, text, proposed, 1.0),)
