"""Where in a cell one telephone number ends and the next begins, and what is said of each.

What a newcomer would get wrong: a label belongs to the number after it where the cell begins with
one ("Tel: … Fax: …"), and to the number before it otherwise ("… (O) … (HP)").
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from directory.contacts.rules.words import Medium, Purpose
from directory.names import fold

_LABELS: dict[Medium, str] = {
    Medium.TELEPHONE: """
        tel telephone telefono telefon phone ph tlf telp telepon o office off did dir direct
        landline work w t home h kantor oficina bureau тел телефон раб 電話 电话 办公 辦公 公
        辦公室 办公室 直線 直线 專線 专线 市話 市话 전화 사무실 โทร โทรศัพท์ đt
        """,
    Medium.MOBILE: """
        mobile mob cell cellular cellphone celular cel movil portable gsm hp handphone m c ponsel
        моб мобильный сот 手機 手机 行動 行動電話 携帯 携帯電話 휴대폰
        핸드폰 휴대전화 มือถือ dđ
        """,
    Medium.FAX: """
        fax f facsimile faks télécopie télécopieur факс 傳真 传真 ファックス ファクス
        ファクシミリ 팩스 โทรสาร แฟกซ์
        """,
    Medium.MESSAGING: """
        wa whatsapp signal telegram viber wechat 微信 kakaotalk kakao zalo threema
        """,
}
MEDIA = {fold(word): medium for medium, words in _LABELS.items() for word in words.split()}
"""What a label beside a number says that it is, by the folded label."""

_PURPOSE_WORDS: dict[Purpose, str] = {
    Purpose.OUT_OF_HOURS: r"""
        after[ -]?(?:office[ -]?)?hours|out[ -]of[ -](?:office[ -]?)?hours|non[ -]office
        |nights?\b|weekends?|a/h\b|夜間|夜间|下班後|下班后|非上班|時間外|야간
        |fuera[ ]de[ ]horario|hors[ ]heures
        """,
    Purpose.EMERGENCY: r"emergency|urgen\w*|緊急|紧急|긴급|экстр\w*",
    Purpose.SWITCHBOARD: r"switchboard|main[ ]line|operator|總機|总机|代表番号|대표|centralita",
    Purpose.DUTY: r"""
        24\s?(?:/\s?7|x\s?7|[ -]?h(?:ou)?rs?|[ -]?h|時間|小時|小时|시간|ч\w*|horas|jam)
        |\bduty\b|值班|当直|當值|當直|당직|guardia|piket|дежурн\w*
        """,
}
_PURPOSES = tuple(
    (re.compile(words, re.IGNORECASE | re.VERBOSE), purpose)
    for purpose, words in _PURPOSE_WORDS.items()
)

_EXTENSION_WORDS = (
    r"ext(?:ension|n)?|x|#|内線|內線|分機|分机|转|轉|доб(?:авочный)?|loc(?:al)?|int(?:erno)?|anexo"
    r"|ramal|poste|samb(?:ungan)?|máy lẻ|nội bộ|내선|ต่อ"
)
_EXTENSION = re.compile(
    rf"(?<![^\W\d_])(?:;?ext=|(?:{_EXTENSION_WORDS})[.:\s]{{0,3}})\d{{1,10}}", re.IGNORECASE
)
_RANGE_WORDS = r"~|\bal\b|\bto\b|至|到"
_RANGE = re.compile(rf"(?:{_RANGE_WORDS})\s?\d{{1,8}}(?![ ().-]?\d)", re.IGNORECASE)
_BRACKET = re.compile(r"\([^()]{0,200}\)")
_HOURS = re.compile(
    r"(?<![\d-])24\s?(?:/\s?7|x\s?7|[ -]?h(?:ou)?rs?|h|時間|小時|小时|시간)(?![\w])", re.IGNORECASE
)
_RUN = re.compile(r"\+?[ ]?\(?\+?\d(?:[ .()-]{1,3}\d|\d)*")
_ONE_NUMBER = re.compile(r"\+?[ ]?(?:\(\d{1,4}\)[ -]?)?\d(?:[ .-]?\d){4,16}")
_SEPARATOR = re.compile(
    rf"[\n\t;|/,、&]|(?:{_RANGE_WORDS}|\b(?:and|or|y|o|et|ou)\b|[和或及])(?=\s*\x00)", re.IGNORECASE
)
_WORDS = sorted(
    {word for words in _LABELS.values() for word in words.split() if len(word) > 1},
    key=len,
    reverse=True,
)
# Chinese sets no blanks around a label; elsewhere it has to be a word of its own.
_LABEL = re.compile(
    "(?:"
    + "|".join(word for word in _WORDS if re.match("[\u3040-\u9fff]", word))
    + "|(?<![^\\W\\d_])(?:"
    + "|".join(re.escape(word) for word in _WORDS)
    + r"|h/p|[tmfhow](?=\s?[.:]))(?![^\W\d_]))[.:]{0,2}",
    re.IGNORECASE,
)
_MARGIN = " \t,，;；/／、&|-–—\n"
_JOINED = re.compile(r"(?:and|or|y|o|et|ou)\s+(?=[+(\d])|[和或及]\s*(?=[+(\d])", re.IGNORECASE)
_FIRST_NUMBER = 5
"""A run of fewer digits is no number of its own where another is near."""


@dataclass(frozen=True, slots=True)
class Remark:
    """What a cell says of a number: a label, hours, or words that are only kept."""

    text: str
    medium: Medium | None = None
    purpose: Purpose | None = None


@dataclass(frozen=True, slots=True)
class Slice:
    """The part of a cell that belongs to one number; without digits, to none.

    Attributes:
        text: As written, without what separates it from the next.
        start: Where that begins in the cell's text, and
        end: where it ends.
        run: The number in it.
        joint: What separated it from the slice before.
    """

    text: str
    start: int
    end: int
    run: str
    digits: int
    joint: str
    medium: Medium | None
    purpose: Purpose | None
    remarks: tuple[Remark, ...]

    @property
    def is_after_range_word(self) -> bool:
        """Whether it is the last of several numbers, written out: "0101 to 0109"."""
        return re.fullmatch(_RANGE_WORDS, self.joint, re.IGNORECASE) is not None

    @property
    def extensions(self) -> int:
        """How many extensions it names."""
        return len(_EXTENSION.findall(in_ascii(self.text)))


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    start: int
    end: int


@lru_cache(maxsize=4096)
def _ascii_char(char: str) -> str:
    if (figure := unicodedata.decimal(char, None)) is not None:
        return str(figure)
    if char in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212":
        return "-"
    if char in "\u301c\u223c\uff5e":
        return "~"
    plain = unicodedata.normalize("NFKC", char)
    return plain if len(plain) == 1 else char


def in_ascii(text: str) -> str:
    """A text with full-width and foreign figures and marks as ASCII ones, place by place."""
    return text if text.isascii() else "".join(map(_ascii_char, text))


def cut(text: str) -> list[Slice]:
    """Cut a tidy cell into slices of at most one number each, in the order written."""
    plain = in_ascii(text)
    lines = plain.split("\n")
    if all(map(_ONE_NUMBER.fullmatch, lines)):
        # Most cells hold a number on each line and nothing else: no need to look for more.
        return list(_lines(text, lines))
    slices: list[Slice] = []
    start, joint = 0, ""
    tokens = _tokens(plain)
    for end, next_start, next_joint in [*_cuts(plain, tokens), (len(text), 0, "")]:
        own = [token for token in tokens if start <= token.start < end]
        if made := _slice(text[:end], start, own, plain, joint):
            slices.append(made)
        start, joint = next_start, next_joint
    return slices


def _lines(text: str, lines: list[str]) -> Iterator[Slice]:
    """The numbers of a cell that has one on each line."""
    start = 0
    for line in lines:
        end = start + len(line)
        digits = sum(c.isdigit() for c in line)
        written = text[start:end]
        yield Slice(written, start, end, written, digits, "", None, None, ())
        start = end + 1


def _tokens(plain: str) -> list[_Token]:
    tokens: list[_Token] = []

    def take(kind: str, pattern: re.Pattern[str], masked: str) -> str:
        kept = list(masked)
        for match in pattern.finditer(masked):
            if kind == "bracket" and not any(c.isalpha() for c in match[0]):
                continue
            tokens.append(_Token(kind, match.start(), match.end()))
            kept[match.start() : match.end()] = "\x00" * len(match[0])
        return "".join(kept)

    rest = take("bracket", _BRACKET, plain)
    rest = take("hours", _HOURS, rest)
    rest = take("extension", _EXTENSION, rest)
    rest = take("range", _RANGE, rest)
    rest = take("label", _LABEL, rest)
    rest = take("number", _RUN, rest)
    take("separator", _SEPARATOR, rest)
    return sorted(tokens, key=lambda token: token.start)


def _cuts(plain: str, tokens: list[_Token]) -> list[tuple[int, int, str]]:
    """Where slices end and the next begin, and what stands between them."""
    cuts: list[tuple[int, int, str]] = []
    labels_first = _labels_come_first(plain, tokens)
    pending: _Token | None = None
    has_number = False
    for token in tokens:
        if token.kind == "separator":
            # The first after a number cuts, unless what follows is but more of that number.
            pending = pending or token if has_number else None
            if plain[token.start] in "\n;|" and not has_number:
                cuts.append((token.start, token.end, plain[token.start]))
        elif token.kind in ("extension", "range"):
            pending = None
        elif _begins_next(plain, token, labels_first=labels_first):
            digits = _digits(plain, token)
            is_long = token.kind != "number" or (digits >= 3 and pending is not None)
            if has_number and (is_long or digits >= _FIRST_NUMBER):
                end, start = (pending.start, pending.end) if pending else (token.start,) * 2
                cuts.append((end, start, plain[end:start].strip()))
                has_number, pending = False, None
            has_number = has_number or (token.kind == "number" and digits >= 3)
    return cuts


def _labels_come_first(plain: str, tokens: list[_Token]) -> bool:
    for token in tokens:
        if token.kind == "number" and _digits(plain, token) >= _FIRST_NUMBER:
            return False
        if token.kind == "label" or (token.kind == "bracket" and _remark(plain, token).medium):
            return True
    return False


def _begins_next(plain: str, token: _Token, *, labels_first: bool) -> bool:
    if token.kind == "number":
        return True
    is_label = token.kind == "label" or (token.kind == "bracket" and _remark(plain, token).medium)
    return bool(is_label) and labels_first


def _digits(plain: str, token: _Token) -> int:
    return sum(c.isdigit() for c in plain[token.start : token.end])


def _slice(text: str, start: int, tokens: list[_Token], plain: str, joint: str) -> Slice | None:
    piece = text[start:].strip(_MARGIN)
    if joined := _JOINED.match(piece):
        piece = piece[joined.end() :]
    begins = text.find(piece, start)
    if not fold(piece):
        return None
    numbers = [token for token in tokens if token.kind == "number"]
    main = max(numbers, key=lambda token: _digits(plain, token), default=None)
    remarks = tuple(
        remark
        for token in tokens
        if token.kind in ("bracket", "hours", "label")
        and not _EXTENSION.search(plain[token.start : token.end])
        for remark in [_remark(plain, token, text[token.start : token.end])]
        if remark.medium or remark.purpose or token.kind == "bracket"
    )
    media = dict.fromkeys(remark.medium for remark in remarks if remark.medium)
    is_both = Medium.TELEPHONE in media and Medium.FAX in media
    return Slice(
        " ".join(piece.split("\n")),
        begins,
        begins + len(piece),
        text[main.start : main.end].strip() if main else "",
        _digits(plain, main) if main else 0,
        joint,
        None if is_both else next(iter(media), None),
        next((remark.purpose for remark in remarks if remark.purpose), None),
        remarks,
    )


def _remark(plain: str, token: _Token, written: str = "") -> Remark:
    said = plain[token.start : token.end].strip("(): .")
    purpose = next((p for words, p in _PURPOSES if words.search(said)), None)
    folded = fold(said)
    medium = MEDIA.get(folded) or MEDIA.get(folded.replace(" ", ""))
    if medium is None:
        medium = next((MEDIA[w] for w in folded.split() if len(w) > 1 and w in MEDIA), None)
    return Remark((written or said).strip(), medium, purpose)
