"""Public holidays, written into duty hours as dates.

What a newcomer would get wrong: ``PH`` in an expression cannot be left to the library that
evaluates it. It knows no holidays for four of the economies, and would say "open" there.
"""

import re
from datetime import date
from functools import lru_cache

import holidays

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
COMMENT = re.compile(r'"[^"]*"')
SEPARATOR = re.compile(r"(;|\|\|)")
_HOLIDAY_WORD = re.compile(r"\bPH\b")
_DAY = r"(?:Mo|Tu|We|Th|Fr|Sa|Su)(?:-(?:Mo|Tu|We|Th|Fr|Sa|Su))?(?:\[[\d,\-]+\])?"
_DAYS = rf"{_DAY}(?:\s*,\s*{_DAY})*"
_HOLIDAY_RULE = re.compile(
    rf"\s*(?:(?P<before>{_DAYS})\s*,\s*)?PH(?:\s*,\s*(?P<after>{_DAYS}))?"
    r'(?P<rest>(?:\s+(?:\d\d?:\d\d|off|closed|open|unknown|").*)?)\s*',
    re.DOTALL,
)


@lru_cache(maxsize=256)
def public_holidays(economy: str, year: int) -> tuple[date, ...]:
    """The public holidays of an economy in a year and the two beside it."""
    try:
        found = holidays.country_holidays(economy, years=range(year - 1, year + 2))
    except NotImplementedError:  # a guest whose holidays nobody has compiled
        return ()
    return tuple(sorted(found))


def names_holidays(expression: str) -> bool:
    """Whether duty hours say themselves what happens on public holidays."""
    return bool(_HOLIDAY_WORD.search(COMMENT.sub(" ", expression)))


def with_holidays(expression: str, dates: tuple[date, ...]) -> str:
    """Write public holidays into duty hours: for ``PH``, or else as days off.

    Raises:
        ValueError: When ``PH`` stands where no dates can.
    """
    listed = ",".join(f"{day.year} {MONTHS[day.month - 1]} {day.day:02}" for day in dates)
    if not names_holidays(expression):
        return f"{expression}; {listed} off" if listed else expression
    # Separators are sought in the text without its comments, blanked to the same length.
    plain = COMMENT.sub(lambda quoted: "x" * len(quoted[0]), expression)
    rules: list[str] = []
    separator, start = "", 0
    for found in (*SEPARATOR.finditer(plain), None):
        end = found.start() if found else len(plain)
        for rule in _substituted(expression[start:end], listed):
            rules.append(f"{separator} {rule} " if rules else rule)
            separator = ";"
        if found:
            separator, start = found[0], found.end()
    return "".join(rules).strip() or "off"


def _substituted(rule: str, listed: str) -> list[str]:
    """One rule with the holidays' dates in place of ``PH``; none where nothing is left of it."""
    if not names_holidays(rule):
        return [rule.strip()]
    parts = _HOLIDAY_RULE.fullmatch(rule)
    if parts is None or names_holidays(parts["rest"]):
        raise ValueError(
            "Write public holidays as a rule of their own after a semicolon, "
            "such as 'Mo-Fr 09:00-17:00; PH off' or 'Sa,PH 10:00-12:00'."
        )
    days = ",".join(filter(None, (parts["before"], parts["after"])))
    return [f"{when}{parts['rest']}".strip() for when in (days, listed) if when]
