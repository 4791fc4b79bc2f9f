"""Office hours as lists write them, turned into duty hours and the zone in which they hold.

What a newcomer would get wrong: hours without days are not hours of every day. Monday to Friday is
assumed, and told; only ``24 hours`` and ``24/7`` mean every day by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from directory.contacts.rules.duty_hours import LONGEST_EXPRESSION, validate
from directory.meetings.lists.rules.answers import ROUND_THE_CLOCK
from directory.meetings.lists.rules.findings import Code, Doubt, Read
from directory.meetings.lists.rules.weekdays import (
    EVERY_DAY,
    WORKING_DAYS,
    days_named,
    written,
)
from directory.meetings.lists.rules.words import (
    Span,
    blotted,
    nothing_in,
    plain,
    remarks,
    tidy,
)
from directory.meetings.lists.rules.zones import mention_of_zone, zone_meant

ALWAYS = "24/7"
_WHOLE_DAY = "00:00-24:00"
_MOST_RULES = 14
_PAD = "_"
_AM = r"a\.?m\.?(?!\w)|上午|午前|早上|오전|เช้า|sa\b"
_PM = r"p\.?m\.?(?!\w)|下午|午後|晚上|오후|chieu"
_UNIT = r"(?: ?(?:hrs?|hours?|h|uhr|น|часов|ч)(?![^\W\d_])\.?)?"


def _time(n: int) -> str:
    """The pattern of a time of day: ``0745``, ``8.30``, ``9h``, ``下午5時``, ``9 am``."""
    return (
        rf"(?:(?P<before{n}>{_AM}|{_PM}) ?)?"
        rf"(?P<hour{n}>\d\d(?=\d\d(?!\d))|\d{{1,2}})"
        rf"(?:(?P<close{n}>[0-5]\d)(?!\d)|[:.](?P<point{n}>[0-5]\d)(?!\d)"
        rf"| ?[h時时點点시] ?(?:(?P<han{n}>[0-5]?\d|半) ?[分분]?(?!\d))?)?"
        rf"(?::00)?(?: ?(?P<after{n}>{_AM}|{_PM}))?{_UNIT}{_PAD}{{0,16}}"
    )


_BETWEEN = (
    r" ?(?:-|~|to(?!\w)|till?(?!\w)|until|through|a(?!\w)|as(?!\w)|bis|до|s/d|sampai|hingga|den"
    r"|至|到|から|부터|ถึง|>|→) ?"
)
_RANGE = re.compile(
    rf"(?<![\d:.,+])(?:(?:from|de|von|с|pukul|jam|das|tu) )?{_time(1)}{_BETWEEN}{_time(2)}"
    r"(?!\d|[:.]\d)(?:まで|까지)?"
)
_NOON = re.compile(r"(?<!\w)(?:12 ?noon|noon |noon$|12 ?mn(?!\w)|midday|正午|mediodia)(?!\w)")
_MIDNIGHT = re.compile(r"(?<!\w)(?:12 )?(?:midnight|medianoche|minuit)(?!\w)")
_ALL_DAY = re.compile(rf"(?<![a-z0-9а-я/:.~-])(?<![~-] )(?:{ROUND_THE_CLOCK})(?!\d)")
_WEEK = re.compile(r"7|365|clock|always|年中無休")
_FIVE_DAYS = re.compile(r"(?<![\w/:.])24 ?[/x] ?5(?!\d)")
_IN_THE_GRAMMAR = re.compile(r"\s*(?:24/7|(?:Mo|Tu|We|Th|Fr|Sa|Su|PH)\b|[A-Z][a-z]{2} \d\d)")


@dataclass(frozen=True, slots=True)
class Duty:
    """When a desk answers, and in which zone; None for what a cell does not say."""

    duty_hours: str | None
    zone: str | None


@dataclass(frozen=True, slots=True)
class _Part:
    """Days, or a window of hours, at their place in the text."""

    span: Span
    days: frozenset[int] | None = None
    window: str | None = None
    is_always: bool = False
    is_week: bool = False
    is_guess: bool = False


@dataclass(slots=True)
class _Rule:
    """Windows that hold on the same days; no days where none are written."""

    days: frozenset[int] | None = None
    windows: list[str] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    is_always: bool = False

    @property
    def has_hours(self) -> bool:
        return self.is_always or bool(self.windows)

    @property
    def is_whole_day(self) -> bool:
        return self.windows in ([], [_WHOLE_DAY])


@dataclass(frozen=True, slots=True)
class _Made:
    """Duty hours made of a text.

    Attributes:
        used: The parts of the text that are in them.
    """

    expression: str | None = None
    doubts: tuple[Doubt, ...] = ()
    used: tuple[Span, ...] = ()


def read_hours(text: str, *, zones: Sequence[str], on: date) -> Read[Duty]:
    """Read a cell that says when a desk answers, and may say in which zone.

    Args:
        text: The cell's text.
        zones: The zones that the directory holds for the economy, the seat's first.
        on: The day on which the list was filled in.

    Returns:
        Duty hours as ``duty_hours.validate`` accepts them, with the zone that is written or, where
        none is, the economy's own; no value where the text says nothing of either.
    """
    if (nothing := nothing_in(text)) is not None:
        return Read(None, nothing)
    shown = tidy(text)
    if _is_in_the_grammar(shown):
        zone = zone_meant(shown, mention_of_zone(""), zones, on)
        return Read(Duty(shown, zone.value), zone.doubts)
    mention = mention_of_zone(shown)
    made = _made(shown, _parts(blotted(_with_noon(plain(shown)), mention.spans)))
    if made.expression is None and not mention.spans:
        return Read(None, made.doubts or (Doubt(Code.HOURS_UNCLEAR, text, None, 0.0),))
    zone = zone_meant(shown, mention, zones, on)
    left = remarks(shown, [*mention.spans, *made.used])
    return Read(Duty(made.expression, zone.value), (*made.doubts, *zone.doubts, *left))


def read_zone(text: str, *, zones: Sequence[str], on: date) -> Read[str]:
    """Read a cell that names a time zone.

    Args:
        text: The cell's text.
        zones: The zones that the directory holds for the economy, the seat's first.
        on: The day on which the list was filled in.

    Returns:
        The IANA name of a place's zone; no value where the text names none, or several that are
        not the economy's.
    """
    if (nothing := nothing_in(text)) is not None:
        return Read(None, nothing)
    shown = tidy(text)
    mention = mention_of_zone(shown)
    if not mention.spans:
        return Read(None, (Doubt(Code.ZONE_UNCLEAR, text, None, 0.0),))
    read = zone_meant(shown, mention, zones, on)
    return Read(read.value, (*read.doubts, *remarks(shown, mention.spans)))


def _is_in_the_grammar(shown: str) -> bool:
    """Whether a text already is duty hours, as the directory itself writes them."""
    return _IN_THE_GRAMMAR.match(shown) is not None and _is_valid(shown)


@lru_cache(maxsize=1024)
def _is_valid(expression: str) -> bool:
    try:
        validate(expression)
    except ValueError:
        return False
    return True


def _with_noon(small: str) -> str:
    """A text with clock times for noon and midnight, each as long as the word."""
    small = _NOON.sub(lambda noon: "12:00".ljust(len(noon.group()), _PAD), small)
    return _MIDNIGHT.sub(lambda midnight: "24:00".ljust(len(midnight.group()), _PAD), small)


def _parts(small: str) -> list[_Part]:
    """The days and hours in a plain text, from the left."""
    found = [
        _Part(match.span(), is_always=True, is_week=_WEEK.search(match.group()) is not None)
        for match in _ALL_DAY.finditer(small)
    ]
    found += [
        _Part(match.span(), days=WORKING_DAYS, is_always=True)
        for match in _FIVE_DAYS.finditer(small)
    ]
    small = blotted(small, [part.span for part in found])
    for match in _RANGE.finditer(small):
        if (part := _window(match)) is not None:
            found.append(part)
    small = blotted(small, [part.span for part in found])
    found += [_Part(named.span, days=named.days) for named in days_named(small)]
    return _without_other_lines(sorted(found, key=lambda part: part.span))


def _without_other_lines(parts: list[_Part]) -> list[_Part]:
    """Leave out the 24/7 of another line (``office 9-5, hotline 24/7``): less is promised."""
    if not any(part.window for part in parts):
        return parts
    has_days = any(part.days for part in parts)
    return [part for part in parts if not part.is_always or (has_days and not part.is_week)]


def _window(match: re.Match[str]) -> _Part | None:
    """A window of hours; None where a time is none."""
    first, second = _clock(match, 1), _clock(match, 2)
    if first is None or second is None:
        return None
    (opens, is_opening_told), (closes, is_closing_told) = first, second
    is_bare = not (is_opening_told or is_closing_told)
    is_office = 5 * 60 <= opens <= 12 * 60 and closes <= min(opens, 9 * 60)
    is_guess = is_bare and closes <= opens and (is_office or closes == opens <= 12 * 60)
    if is_guess:
        closes += 12 * 60
    elif is_closing_told and not is_opening_told and opens < min(7 * 60, closes - 12 * 60):
        opens, is_guess = opens + 12 * 60, True  # 1-5pm
    opens %= 24 * 60
    if opens == closes:
        return None
    window = f"{opens // 60:02}:{opens % 60:02}-{closes // 60:02}:{closes % 60:02}"
    return _Part(match.span(), window=window, is_guess=is_guess or (is_bare and _is_vague(match)))


def _is_vague(match: re.Match[str]) -> bool:
    """Whether only hours are written, which may be those of the morning or of the evening."""
    return all(
        match[f"{part}{n}"] is None for part in ("close", "point", "han") for n in (1, 2)
    ) and (re.fullmatch(r"\d{1,2} ?[-~] ?\d{1,2}", match.group().strip()) is not None)


def _clock(match: re.Match[str], n: int) -> tuple[int, bool] | None:
    """Minutes since midnight, and whether the half of the day was written; None for no time."""
    hour = int(match[f"hour{n}"])
    minutes = match[f"close{n}"] or match[f"point{n}"] or match[f"han{n}"] or "0"
    minute = 30 if minutes == "半" else int(minutes)
    half = match[f"before{n}"] or match[f"after{n}"]
    if half is not None and 1 <= hour <= 12:
        hour = hour % 12 + (12 if re.fullmatch(_PM, half) else 0)
    if hour > 24 or (hour == 24 and minute):
        return None
    return hour * 60 + minute, half is not None


def _made(shown: str, parts: Sequence[_Part]) -> _Made:
    """Duty hours made of the parts; days for which no hours can be read are not in them."""
    rules = [rule for rule in _rules(parts) if rule.has_hours]
    if not rules:
        return _Made()
    used = tuple(sorted(span for rule in rules for span in rule.spans))
    if all(rule.is_whole_day and rule.days in (None, EVERY_DAY) for rule in rules):
        return _Made(ALWAYS, (), used)
    expression = "; ".join(_written(rule) for rule in rules[: _MOST_RULES + 1])
    read = ", ".join(shown[slice(*span)] for span in used)
    if (
        len(rules) > _MOST_RULES
        or len(expression) > LONGEST_EXPRESSION
        or not _is_valid(expression)
    ):
        return _Made(None, (Doubt(Code.HOURS_UNCLEAR, shown, None, 0.0),))
    hours = [part for part in parts if part.span in used]
    return _Made(expression, tuple(_doubts(shown, read, expression, rules, hours)), used)


def _doubts(
    shown: str, read: str, expression: str, rules: Sequence[_Rule], hours: Sequence[_Part]
) -> Iterator[Doubt]:
    if any(rule.days is None for rule in rules):
        told = f"{expression} (Monday to Friday is assumed)"
        yield Doubt(Code.HOURS_READ, read, told, 0.6)
    else:
        yield Doubt(Code.HOURS_READ, read, expression, 0.9)
    for part in hours:
        if part.is_guess:
            yield Doubt(Code.HOURS_UNCLEAR, shown[slice(*part.span)], part.window, 0.7)


def _rules(parts: Sequence[_Part]) -> list[_Rule]:
    """Put days and windows together: days hold for the windows after them, or before them.

    Where hours stand both first and last, the first are those of the days that are not named.
    """
    rules: list[_Rule] = []
    are_days_first = bool(parts) and (parts[0].days is not None or parts[-1].days is None)
    waits = True  # for the windows of the days that were named last
    for part in parts:
        is_hours = part.window is not None or part.is_always
        if part.days is not None and (not rules or (are_days_first and not waits)):
            rules.append(_Rule(part.days))
            waits = True
        elif part.days is not None:
            rules[-1].days = (rules[-1].days or frozenset()) | part.days
        elif not rules or (not are_days_first and rules[-1].days is not None):
            rules.append(_Rule())
        if is_hours:
            waits = False
            rules[-1].is_always |= part.is_always
            rules[-1].windows += [] if part.window is None else [part.window]
        rules[-1].spans.append(part.span)
    return rules


def _written(rule: _Rule) -> str:
    days = written(WORKING_DAYS if rule.days is None else rule.days)
    return f"{days} {','.join(rule.windows) or _WHOLE_DAY}".strip()
