"""Numbers and dates of a spreadsheet as a person sees them.

A telephone number that somebody typed into a spreadsheet is a number there, and lost its ``+`` and
its zeros. Where the cell's format brings them back to the eye, they are brought back here too.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal
from typing import Final

# 0, # and ? stand for digits; all else in such a format is shown as it is.
_DIGITS_ALONE = re.compile(r'(?:[0#? \-+()]|"[^"]*"|\\.)+\Z')
_SIGNS = re.compile(r'"([^"]*)"|\\(.)|(.)', re.DOTALL)
_PLACEHOLDERS: Final = frozenset("0#?")
LONGEST_FORMAT: Final = 255


def number_text(number: int | float, number_format: str = "General") -> str:
    """A number as a cell with this format shows it, if the format only sets its digits apart.

    Every other format is left out of account: all digits are given, and none that is not there.
    """
    text = _plain(number)
    if (
        len(number_format) <= LONGEST_FORMAT
        and text.isdigit()
        and _DIGITS_ALONE.match(number_format)
    ):
        return _filled(text, number_format) or text
    return text


def _plain(number: int | float) -> str:
    if isinstance(number, int):
        return str(number)
    if number != number or abs(number) == float("inf"):
        return str(number)
    text = format(Decimal(repr(number)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _filled(digits: str, number_format: str) -> str | None:
    """Digits put into the places of a format, from the right; None where it has no places."""
    signs = [
        (quoted or escaped, False) if quoted or escaped else (plain, plain in _PLACEHOLDERS)
        for quoted, escaped, plain in _SIGNS.findall(number_format)
    ]
    places = sum(is_place for _, is_place in signs)
    if not places or _has_digits_of_its_own(signs):
        return None
    left, shown = digits, list[str]()
    for sign, is_place in reversed(signs):
        if not is_place:
            shown.append(sign)
            continue
        places -= 1
        if not places:
            digit, left = left, ""
        else:
            digit, left = left[-1:], left[:-1]
        shown.append(digit or ("0" if sign == "0" else ""))
    return "".join(reversed(shown)).strip()


def _has_digits_of_its_own(signs: list[tuple[str, bool]]) -> bool:
    """Whether a format puts digits behind those of the number: nobody could tell them apart."""
    first = next(place for place, (_, is_place) in enumerate(signs) if is_place)
    return any(sign.isdigit() for text, is_place in signs[first:] if not is_place for sign in text)


def moment_text(moment: date | datetime | time) -> str:
    """A date or time by ISO 8601, without seconds where there are none."""
    if isinstance(moment, datetime):
        return f"{moment.date().isoformat()} {moment_text(moment.time())}"
    if isinstance(moment, date):
        return moment.isoformat()
    exact = moment.replace(microsecond=0)
    return exact.isoformat("seconds" if exact.second else "minutes")
