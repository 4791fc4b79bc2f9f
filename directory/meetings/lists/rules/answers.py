"""Whether a line is answered at every hour, as people answer that question.

What a newcomer would get wrong: the answer is seldom a bare yes. What stands beside it ("duty
phone", "mornings only") is kept as a remark: somebody wrote it because yes alone was not true.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum

from directory.meetings.lists.rules.findings import Code, Doubt, Read
from directory.meetings.lists.rules.grid import Value
from directory.meetings.lists.rules.weekdays import EVERY_DAY, days_named
from directory.meetings.lists.rules.words import Span, nothing_in, plain, remarks, tidy

_YES = """
    yes y yeah yep true ok oui si sim ja да д ya iya ada co vang va opo po oo ใช่ มี 예 네 유 있음 가능
    はい 有 是 可 可以 対応可 能 有的 はい。 ✓ ✔ √ ☑ ✅ ○ ◯ 〇 ● ◎
"""
_NO = """
    no n nope not non false nao nein нет н tidak bukan khong hindi wala ไม่ ไม่ใช่ ไม่มี 아니오
    아니요 무 없음 불가능 불가
    いいえ 否 不是 不可 并非 並非 非 無 无 没有 沒有 なし 不 ✗ ✘ ☒ ❌ × ✕
"""
_PART_OF_THE_DAY = (
    (
        r"(?:office|business|working|work|day|daytime|morning|mornings|afternoon|weekday|weekdays)"
        r" ?(?:hours?|times?|days?)? only"
    ),
    (
        r"only (?:in |during )?(?:the )?(?:office|business|working|day|daytime|weekdays|mornings?)"
        r"(?: hours)?"
    ),
    r"(?:office|business|working) hours",
    r"nights? only|weekends? only|24 ?[/x] ?5",
    r"平日のみ|僅上班時間|上班時間|仅工作时间|工作时间|勤務時間内",
    r"solo (?:en )?horario (?:de oficina|laboral)|heures (?:de bureau|ouvrables)(?: seulement)?",
    r"только в рабочее время|рабочее время|jam kerja|gio hanh chinh|업무시간|근무시간",
)
ROUND_THE_CLOCK = (
    r"(?:24 ?[/x*×] ?7|7 ?[/x*×] ?24)(?: ?[/x*×] ?36[56]| ?(?:小時|小时|時間|시간)(?!\w))?|24 ?[/x] ?365"
    r"|24 ?h(?:rs?)? ?/ ?24(?:[ ,-]{0,2}7 ?[jd] ?/ ?7)?"
    r"|24-?7(?![\d:.])"
    r"|24 ?h(?:rs?)?\.? ?[/,x]? ?7 ?(?:days|d|j|/ ?7)(?: a week| per week)?"
    r"|24[ -]?(?:hours?|hrs?\.?|h|horas?|heures|часа|час\.?|ч|jam|gio|stunden|ชั่วโมง|ชม\.?)"
    r"(?![^\W\d_])(?:[ ,]*(?:a|per|/) ?day)?(?:[ ,]*(?:7|seven) days(?: (?:a|per) week)?)?"
    r"|24 ?(?:時間|小時|小时|시간)(?:対応|体制)?|全天候?|全日(?!制)|年中無休|終日|24時"
    r"|h ?24(?!\d)|a(?:round|ll) the clock|round[- ]the[- ]clock|always|any ?time|at all times"
    r"|круглосуточно|siempre|permanent(?:e|ly)?|ตลอด 24 ชั่วโมง|sepanjang waktu"
)
"""What says "at every hour" in plain text."""


class _Says(Enum):
    YES = "yes"
    NO = "no"
    ALWAYS = "always"
    PARTLY = "partly"


# A word of letters ends where no letter follows; the scripts that set no blanks have no such end.
_END = r"(?![a-z0-9а-я'])(?! ?/ ?a(?![a-z]))"


def _any_of(words: str) -> str:
    longest_first = sorted(map(plain, words.split()), key=len, reverse=True)
    return "|".join(
        re.escape(word) + (_END if re.search(r"[a-z0-9а-я]$", word) else "")
        for word in longest_first
    )


_EVERY_HOUR = re.compile(rf"(?<![a-z0-9а-я/:.])(?:{ROUND_THE_CLOCK})(?!\d)")
_PARTLY = re.compile(rf"(?<!\w)(?:{'|'.join(plain(part) for part in _PART_OF_THE_DAY)})")
_HOURS = re.compile(
    r"(?<!\d)\d{1,2}[:.h]?(?:\d\d)? ?(?:am)? ?[-~] ?\d{1,2}[:.h]?(?:\d\d)? ?(?:pm)?(?!\d)"
)
_ANSWER = re.compile(rf"(?P<yes>{_any_of(_YES)})|(?P<no>{_any_of(_NO)})")
_BETWEEN = re.compile(r"[\s,;:/|.&()\[\]、，。!-]{0,6}")


def read_round_the_clock(text: str, value: Value = None) -> Read[bool]:
    """Read whether a line is answered at every hour.

    Args:
        text: The cell's text.
        value: What a spreadsheet holds in the cell, where it may be a yes or no of its own.

    Returns:
        False also for what names a part of the day (``mornings only``, ``8-5``), which is kept as
        a remark; no value for ``?``, for a contradiction, and for what answers another question.
    """
    shown = tidy(text)
    if isinstance(value, bool) or shown in ("1", "0"):
        return Read(value if isinstance(value, bool) else shown == "1")
    if (nothing := nothing_in(text)) is not None:
        return _of_nothing(text, nothing)
    small = plain(shown)
    said = [*_leading_answers(small), *_elsewhere(small)]
    kinds = {kind for kind, _ in said}
    if not kinds:
        if _HOURS.search(small) or any(named.days != EVERY_DAY for named in days_named(small)):
            return Read(False, (Doubt(Code.REMARK_IN_CELL, shown, "no", 0.6),))
        return Read(None, (Doubt(Code.UNREADABLE, text, None, 0.0),))
    if kinds >= {_Says.YES, _Says.NO}:
        return Read(None, (Doubt(Code.UNREADABLE, text, None, 0.0),))
    is_always = not kinds & {_Says.NO, _Says.PARTLY}
    used = [span for kind, span in said if kind is not _Says.PARTLY]
    doubts = remarks(shown, used)
    if len(kinds) > 1 and not is_always and kinds != {_Says.NO, _Says.PARTLY}:
        doubts = (Doubt(Code.UNREADABLE, shown, "no", 0.6), *doubts)
    return Read(is_always, _as_sure(doubts, "yes" if is_always else "no", kinds))


def _as_sure(doubts: tuple[Doubt, ...], answer: str, kinds: set[_Says]) -> tuple[Doubt, ...]:
    """The remarks beside an answer, each with the answer that is proposed in spite of it."""
    sure = 0.7 if kinds == {_Says.PARTLY} else 0.8
    return tuple(
        Doubt(d.code, d.read, answer, 0.5 if "?" in d.read else sure)
        if d.code is Code.REMARK_IN_CELL
        else d
        for d in doubts
    )


def _leading_answers(small: str) -> Iterator[tuple[_Says, Span]]:
    """The yes and no words at the beginning: ``yes/oui``, ``Y``, ``no,``."""
    at = _between(small, 0)
    while word := _ANSWER.match(small, at):
        yield (_Says.YES if word["yes"] else _Says.NO), word.span()
        at = _between(small, word.end())


def _between(small: str, at: int) -> int:
    match = _BETWEEN.match(small, at)
    return match.end() if match else at


def _elsewhere(small: str) -> Iterator[tuple[_Says, Span]]:
    """What names all hours or some of them, wherever it stands."""
    for match in _EVERY_HOUR.finditer(small):
        yield _Says.ALWAYS, match.span()
    for match in _PARTLY.finditer(small):
        yield _Says.PARTLY, match.span()


def _of_nothing(text: str, nothing: tuple[Doubt, ...]) -> Read[bool]:
    """An empty word; 無 and なし may answer the question as well."""
    if _ANSWER.fullmatch(plain(tidy(text))):
        return Read(False, (Doubt(Code.EMPTY_WORD, text, "no", 0.5),))
    return Read(None, nothing)
