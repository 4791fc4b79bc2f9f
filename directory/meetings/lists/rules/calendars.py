"""The years, months and numerals in which lists write their dates.

What a newcomer would get wrong: the number of a year says which calendar it belongs to only within
limits. 101 is a year of the Republic of China, 2555 a Buddhist one; 24 may be anything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from directory.meetings.lists.rules.words import plain

REPUBLIC_BEGINS = 1911
BUDDHIST_AHEAD = 543
_BUDDHIST_YEARS = range(2400, 2700)
_GREGORIAN_YEARS = range(1900, 2200)

_ERAS = (
    # The year before the first, the last year, and the names.
    (2018, 999, "令和 令 r reiwa"),
    (1988, 31, "平成 平 h heisei"),
    (1925, 64, "昭和 昭 s showa"),
    (REPUBLIC_BEGINS, 999, "中華民國 中华民国 民國 民国 roc minguo"),
    (-BUDDHIST_AHEAD, 9999, "佛曆 พ.ศ. พศ b.e. be"),
    (0, 9999, "西元 公元 西暦 ค.ศ. คศ"),
)

_MONTHS = (
    "january jan janvier janv januar januari enero ene janeiro января янв январь มกราคม ม.ค.",
    (
        "february feb fevrier fevr fev februar februari febrero fevereiro pebruari peb"
        " февраля фев февраль กุมภาพันธ์ ก.พ."
    ),
    "march mar mars marzo marco maret mac mart marz марта мар март มีนาคม มี.ค.",
    "april apr avril avr abril abr апреля апр апрель เมษายน เม.ย.",
    "may mai mayo maio mei мая май พฤษภาคม พ.ค.",
    "june jun juin junio junho juni июня июн июнь มิถุนายน มิ.ย.",
    "july jul juillet juil julio julho juli julai июля июл июль กรกฎาคม ก.ค.",
    "august aug aout agosto ago agustus agu agt ogos августа авг август สิงหาคม ส.ค.",
    (
        "september sept sep septembre septiembre setiembre set setembro"
        " сентября сен сент сентябрь กันยายน ก.ย."
    ),
    "october oct octobre octubre outubro out oktober okt октября окт октябрь ตุลาคม ต.ค.",
    "november nov novembre noviembre novembro nopember nop ноября ноя нояб ноябрь พฤศจิกายน พ.ย.",
    (
        "december dec decembre diciembre dic dezembro dez dezember desember des disember"
        " декабря дек декабрь ธันวาคม ธ.ค."
    ),
)
MONTHS: Mapping[str, int] = {
    plain(name): number for number, names in enumerate(_MONTHS, 1) for name in names.split()
}
"""The names of months in plain text, with the numbers of the months."""


def _longest_first(names: Mapping[str, object]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


MONTH = rf"(?<![^\W\d_])(?P<month>{_longest_first(MONTHS)})(?![^\W\d_])\.?"
_BEGINNINGS: Mapping[str, tuple[int, int]] = {
    plain(name): (before, last) for before, last, names in _ERAS for name in names.split()
}
ERA = rf"(?:(?<![a-z])(?P<era>{_longest_first(_BEGINNINGS)})[. ]?)"
_NUMERALS = {numeral: str(n % 10) for n, numeral in enumerate("〇一二三四五六七八九○零")}
_NUMERALS |= {"○": "0", "零": "0", "元": "1", "两": "2", "兩": "2"}
_TENS = {"廿": "二十", "卅": "三十"}
_HAN_NUMBER = re.compile(r"[〇○零一二三四五六七八九十百廿卅元]{1,8}(?= ?[年月日號号])")


class NoSuchYearError(ValueError):
    """A number that is no year of the calendar it is written in."""


def gregorian_year(digits: str, era: str | None) -> tuple[int, bool]:
    """The year that a number of three or four digits, or one with its era, stands for.

    Returns:
        The year, and whether it was written in another calendar.

    Raises:
        NoSuchYearError: When no calendar that lists use has such a year.
    """
    number = int(digits)
    if era is not None:
        beginning, last = _BEGINNINGS[era]
        year = number + beginning
        if not 1 <= number <= last or year not in _GREGORIAN_YEARS:
            raise NoSuchYearError(digits)
        return year, beginning != 0
    if len(digits) == 3 and number:
        return number + REPUBLIC_BEGINS, True
    if number in _BUDDHIST_YEARS:
        return number - BUDDHIST_AHEAD, True
    if number in _GREGORIAN_YEARS:
        return number, False
    raise NoSuchYearError(digits)


def with_digits(text: str) -> tuple[str, list[int]]:
    """Write the Chinese numbers before 年, 月 and 日 in digits.

    Returns:
        The text, and for each of its characters and its end the place that it had before.
    """
    written: list[str] = []
    places: list[int] = []
    at = 0
    for number in _HAN_NUMBER.finditer(text):
        written.append(text[at : number.start()])
        places.extend(range(at, number.start()))
        digits = _in_digits(number.group())
        written.append(digits)
        places.extend([number.start()] * len(digits))
        at = number.end()
    written.append(text[at:])
    places.extend(range(at, len(text) + 1))
    return "".join(written), places


def _in_digits(numerals: str) -> str:
    """``一○一``, ``一百零一`` and ``百零一`` as ``101``; ``廿五`` and ``二十五`` as ``25``."""
    for short, spelt in _TENS.items():
        numerals = numerals.replace(short, spelt)
    if "十" not in numerals and "百" not in numerals:
        return "".join(_NUMERALS[numeral] for numeral in numerals)
    total = digit = 0
    for numeral in numerals:
        if numeral in "十百":
            total += (digit or 1) * (10 if numeral == "十" else 100)
            digit = 0
        else:
            digit = int(_NUMERALS[numeral])
    return str(total + digit)
