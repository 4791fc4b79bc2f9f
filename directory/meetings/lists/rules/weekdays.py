"""The days of the week as lists name them, alone, in ranges and as working days."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from directory.meetings.lists.rules.words import Span, plain

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
WORKING_DAYS = frozenset(range(5))
EVERY_DAY = frozenset(range(7))

_LONG = (
    ("monday mondays mon lunes lun lundi montag senin isnin segunda понедельник пн จันทร์ 월요일"),
    "tuesday tuesdays tues tue martes mar mardi dienstag selasa sel вторник вт อังคาร 화요일",
    "wednesday wednesdays wed miercoles mie mercredi mer mittwoch rabu среда ср พุธ 수요일",
    (
        "thursday thursdays thurs thur thu jueves jue jeudi jeu donnerstag kamis khamis"
        " четверг чт พฤหัส 목요일"
    ),
    (
        "friday fridays fri viernes vie vendredi ven freitag jumat jumaat jum'at sexta"
        " пятница пт ศุกร์ 금요일"
    ),
    "saturday saturdays sat sabado sab samedi sam samstag sabtu суббота сб เสาร์ 토요일",
    ("sunday sundays sun domingo dom dimanche dim sonntag minggu ahad воскресенье вс อาทิตย์ 일요일"),
)
_SHORT = (
    "m mo lu l sen 一 月 월",
    "tu di ma 二 火 화",
    "w we mi x rab 三 水 수",
    "th ju je kam 四 木 목",
    "f fr vi ve v jum 五 金 금",
    "s sa sab 六 土 토",
    "su so do d min 日 天 일",
)
"""Read only in a range or after 週, 星期 and the like: alone they are letters or numbers."""

_GROUPS: Mapping[str, frozenset[int]] = {
    plain(name): days
    for names, days in (
        (
            (
                "weekdays|week days|working days|work days|workdays|business days|week-days|平日"
                "|工作日|上班日|jours ouvrables|jours ouvres|dias habiles|dias laborables"
                "|dias uteis|werktags|hari kerja|рабочие дни|по рабочим дням|будни|평일"
                "|วันทำการ|ngay lam viec"
            ),
            WORKING_DAYS,
        ),
        (
            (
                "daily|every day|everyday|7 days a week|7 days|each day|每日|每天|毎日"
                "|tous les jours|todos los dias|todos os dias|taglich|setiap hari|ежедневно|매일"
                "|ทุกวัน|hang ngay"
            ),
            EVERY_DAY,
        ),
        ("weekends|weekend|fin de semana|週末|周末|假日|akhir pekan|주말", frozenset({5, 6})),
    )
    for name in names.split("|")
}


def _numbered(table: tuple[str, ...]) -> dict[str, int]:
    return {plain(name): day for day, names in enumerate(table) for name in names.split()}


_LONG_DAYS = _numbered(_LONG)
_ALL_DAYS = _numbered(_SHORT) | _LONG_DAYS


def _one_of(names: Mapping[str, object]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


_WEEK = r"(?:週|周|星期|禮拜|礼拜)"
_AFTER = r"(?:曜日?|일)?"
_TO = (
    r"(?: ?(?:-|~|至|到|から|부터|ถึง) ?"
    r"| (?:to|thru|through|until|a|au|ate|as|bis|s/d|sampai|hingga|по|den) )"
)
_B, _E = r"(?<![^\W\d_])", r"\.?(?![^\W\d_])"
_RANGES = (
    re.compile(rf"{_WEEK}([一二三四五六日天]){_TO}{_WEEK}?([一二三四五六日天])"),
    re.compile(
        rf"([月火水木金土日월화수목금토일]){_AFTER}{_TO}([月火水木金土日월화수목금토일]){_AFTER}"
    ),
    re.compile(rf"{_B}({_one_of(_ALL_DAYS)})\.?{_TO}({_one_of(_ALL_DAYS)}){_E}"),
)
_GROUP = re.compile(rf"{_B}(?:{_one_of(_GROUPS)})(?![^\W\d_])")
_SINGLES = (
    re.compile(rf"{_WEEK}([一二三四五六日天])"),
    re.compile(r"([月火水木金土日])曜日?"),
    re.compile(rf"{_B}({_one_of(_LONG_DAYS)}){_E}"),
    re.compile(r"(?<!\w)(mo|tu|we|th|fr|sa|su)(?=[, ]{1,2}(?:\d|(?:mo|tu|we|th|fr|sa|su)\b))"),
)


@dataclass(frozen=True, slots=True)
class DaysNamed:
    """Days that a text names, and where."""

    span: Span
    days: frozenset[int]


def days_named(small: str) -> list[DaysNamed]:
    """The days that a plain text names, from the left; none of them overlap."""
    found: list[DaysNamed] = []
    taken: set[int] = set()
    for named in _every(small):
        places = range(*named.span)
        if taken.isdisjoint(places):
            taken.update(places)
            found.append(named)
    return sorted(found, key=lambda named: named.span)


def _every(small: str) -> Iterator[DaysNamed]:
    for match in _GROUP.finditer(small):
        yield DaysNamed(match.span(), _GROUPS[match.group()])
    for pattern in _RANGES:
        for match in pattern.finditer(small):
            yield DaysNamed(match.span(), _range(_ALL_DAYS[match[1]], _ALL_DAYS[match[2]]))
    for pattern in _SINGLES:
        for match in pattern.finditer(small):
            yield DaysNamed(match.span(), frozenset({_ALL_DAYS[match[1]]}))


def _range(first: int, last: int) -> frozenset[int]:
    return frozenset((first + n) % 7 for n in range((last - first) % 7 + 1))


def written(days: frozenset[int]) -> str:
    """Days in the grammar of duty hours: ``Mo-Fr``, ``Mo,We``; nothing for every day."""
    if days == EVERY_DAY:
        return ""
    runs: list[list[int]] = []
    for day in sorted(days):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(
        DAYS[run[0]] if len(run) == 1 else f"{DAYS[run[0]]}-{DAYS[run[-1]]}" for run in runs
    )
