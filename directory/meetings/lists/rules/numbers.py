"""The telephone numbers of a cell: several, abbreviated, labelled, and what a spreadsheet lost.

What a newcomer would get wrong: what stands beside a number stays in its ``raw`` text, "(O)" and
"(24 hrs)" included. Somebody may still make sense of it at night, and a text that was once read
this way is read the same way when it comes back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import lru_cache

import phonenumbers

from directory.contacts.rules.telephone import (
    ReadNumber,
    international,
    is_in_plan,
    read_number,
)
from directory.contacts.rules.words import Medium, Purpose
from directory.meetings.lists.rules.findings import Code, Doubt, Read
from directory.meetings.lists.rules.number_cells import Slice, cut, in_ascii
from directory.meetings.lists.rules.words import one_line, tidy, tidying_doubts
from directory.names import fold

LONGEST_CELL = 2_000
LONGEST_RAW = 500
SHORTEST_NUMBER = 3
LONGEST_END = 5
"""A run of so few digits after a whole number is the end of another one."""

_ROUNDED = re.compile(r"\s*\d[.,]\d+E\+?\d+\s*", re.IGNORECASE)
_ONLY_DIGITS = re.compile(r"\d+(?:\.0)?")
_EXTENSION_SET_OFF = re.compile(r"-\s*\d+\W*$")
_GROUPS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Number:
    """One number of a cell, as a channel has it.

    Attributes:
        raw: One line, as written; completed where only its end was written.
        e164: None where nothing dialable from abroad could be read.
        purpose: ``office`` where the cell does not say.
    """

    raw: str
    medium: Medium
    e164: str | None
    extension: str | None
    purpose: Purpose


def read_numbers(
    text: str,
    value: str | float | bool | date | datetime | time | None = None,
    *,
    medium: Medium | None,
    region: str | None,
    purpose: Purpose = Purpose.OFFICE,
) -> Read[tuple[Number, ...]]:
    """Read every number of a cell.

    Args:
        text: What the cell shows.
        value: What the spreadsheet holds in it: a number may have been shown rounded.
        medium: What the column is for; None where it is for telephone and fax alike.
        region: Code of the economy whose plan holds for a number without its calling code.
        purpose: Of a number whose cell says nothing of it.
    """
    doubts = list(tidying_doubts(text))
    stored = isinstance(value, (int, float)) and not isinstance(value, bool)
    written = _as_stored(text, value)
    if written is None:
        return Read(None, (*doubts, Doubt(Code.UNREADABLE, one_line(text), None, 0.0)))
    slices = [part for part in cut(written) if _is_number(part, doubts)]
    parts = _resolved(written, slices, region, doubts)
    found = [_number(part, region, medium, purpose, doubts, stored=stored) for part in parts]
    if len(found) > 1:
        shown = "; ".join(f"{n.medium} {n.e164 or n.raw}" for n in found)
        sure = 0.5 if medium is None and not any(part.medium for part in parts) else 0.9
        doubts.insert(0, Doubt(Code.SEVERAL_NUMBERS, one_line(text), shown, sure))
    if not found and not doubts:
        doubts.append(Doubt(Code.UNREADABLE, one_line(text), None, 0.0))
    return Read(tuple(found) or None, tuple(doubts))


@lru_cache(maxsize=1024)
def _read(text: str, region: str | None) -> ReadNumber:
    """What the telephone rules read; they are asked about one text several times."""
    return read_number(text, region, doubting=False)


def _as_stored(text: str, value: object) -> str | None:
    """The text to read: what the spreadsheet holds where it shows less; None where that is lost."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if value != value or value in (float("inf"), float("-inf")) or value != int(value):
            return None if _ROUNDED.fullmatch(in_ascii(text)) else tidy(text)
        whole = str(int(value))
        if _ROUNDED.fullmatch(in_ascii(text)) and len(whole) - len(whole.rstrip("0")) > 5:
            return None  # rounded when it was typed or saved, not only when it is shown
        if _ROUNDED.fullmatch(in_ascii(text)) or _ONLY_DIGITS.fullmatch(in_ascii(text).strip()):
            return whole
    if _ROUNDED.fullmatch(in_ascii(text)) or len(text) > LONGEST_CELL:
        return None
    tidied = tidy(text)
    return tidied[:-2] if re.fullmatch(r"\d{6,}\.0", tidied) else tidied


def _is_number(part: Slice, doubts: list[Doubt]) -> bool:
    if part.digits and len(part.text) <= LONGEST_RAW:
        return True
    # A word that seemed to lead to another number led to none: it belongs to the remark.
    remark = f"{part.joint} {part.text}" if fold(part.joint) else part.text
    doubts.append(Doubt(Code.REMARK_IN_CELL, remark, None, 0.3))
    return False


def _resolved(
    written: str, slices: list[Slice], region: str | None, doubts: list[Doubt]
) -> list[Slice]:
    """Slices that each stand alone: neighbours in one, ends of numbers completed."""
    parts: list[Slice] = []
    for part in slices:
        if part.is_after_range_word:
            read = one_line(written[parts[-1].start if parts else 0 : part.end])
            doubts.append(Doubt(Code.NUMBER_RANGE, read, "the first and the last alone", 0.5))
        before = parts[-1] if parts else None
        base = before and _read(before.text, region)
        if (
            before
            and base
            and base.e164
            and (joined := _as_range(written, before, part, base, region))
        ):
            parts[-1] = joined
        elif before and base and base.e164:
            parts.append(_completed(part, before, region, doubts))
        elif part.digits < SHORTEST_NUMBER:
            doubts.append(Doubt(Code.REMARK_IN_CELL, part.text, None, 0.5))
        else:
            parts.append(part)
    return parts


def _as_range(
    written: str, before: Slice, part: Slice, base: ReadNumber, region: str | None
) -> Slice | None:
    """Both together where the second only names a neighbour of the first: "0101 / 0102"."""
    if part.digits > LONGEST_END or part.medium or base.extension or base.range_low:
        return None
    text = written[before.start : part.end].replace("\n", " / ").replace("; ", " / ")
    if _read(text, region).range_low is None or len(text) > LONGEST_RAW:
        return None
    return replace(
        before,
        text=text,
        end=part.end,
        purpose=before.purpose or part.purpose,
        remarks=(*before.remarks, *part.remarks),
    )


def _completed(part: Slice, before: Slice, region: str | None, doubts: list[Doubt]) -> Slice:
    """A number of which only the end is written, with the beginning of the one before it."""
    run, base = in_ascii(part.run), in_ascii(before.run)
    if run.startswith(("+", "(")) or part.digits >= before.digits:
        return part
    groups, base_groups = _GROUPS.findall(run), _GROUPS.findall(base)
    lengths = [len(group) for group in groups]
    is_end = lengths == [len(group) for group in base_groups[-len(groups) :]]
    # A number with a trunk zero of its own is complete; one in the same groups is not.
    if part.digits > LONGEST_END and not (is_end and len(groups) < len(base_groups)):
        return part
    whole = before.run[: _place_of_end(base, part.digits)] + part.run
    e164 = _read(whole, region).e164
    if e164 is None or e164 == _read(part.text, region).e164:
        return part
    text = part.text.replace(part.run, whole, 1)
    doubts.append(Doubt(Code.NUMBER_COMPLETED, part.text, text, 0.8))
    return replace(part, text=text, run=whole)


def _place_of_end(run: str, digits: int) -> int:
    """Where the last so many digits of a number begin."""
    places = [place for place, char in enumerate(run) if char.isdigit()]
    return places[-digits]


def _number(
    part: Slice,
    region: str | None,
    medium: Medium | None,
    purpose: Purpose,
    doubts: list[Doubt],
    *,
    stored: bool,
) -> Number:
    read = _read(part.text, region)
    if read.e164 is None and part.run in part.text:
        # Figures of something else stand before the number: "room 5, …".
        read = _read(part.text[part.text.index(part.run) :], region)
    if not part.run.startswith("+") and ("+" in in_ascii(part.text) or part.run.startswith("00")):
        # What a text says with its calling code wins over what the economy's plan makes of it.
        plain = _read(part.text, None)
        read = read if plain.e164 in (None, read.e164) else plain
    number = Number(
        part.text,
        part.medium or medium or Medium.TELEPHONE,
        read.e164,
        read.extension,
        part.purpose or purpose,
    )
    _tell_of_labels(part, medium, doubts)
    _tell_of_reading(part, read, number, doubts, medium=medium)
    if read.e164 is not None:
        _tell_of_completion(part, read.e164, region, doubts, stored=stored)
    return number


def _tell_of_labels(part: Slice, medium: Medium | None, doubts: list[Doubt]) -> None:
    for remark in part.remarks:
        if remark.medium is not None and remark.medium != medium:
            doubts.append(Doubt(Code.REMARK_IN_CELL, remark.text, str(remark.medium), 0.95))
        elif remark.purpose is not None:
            doubts.append(Doubt(Code.REMARK_IN_CELL, remark.text, str(remark.purpose), 0.9))
        elif remark.medium is None:
            doubts.append(Doubt(Code.REMARK_IN_CELL, remark.text, None, 0.5))


def _tell_of_reading(
    part: Slice, read: ReadNumber, number: Number, doubts: list[Doubt], *, medium: Medium | None
) -> None:
    if read.range_low and read.range_high:
        is_said = re.search(r"[~～〜]|\bal\b|\bto\b|至|到", part.text)
        sure = 0.95 if is_said else 0.5 if medium is None and not part.medium else 0.7
        shown = f"+{read.range_low} to +{read.range_high}"
        doubts.append(Doubt(Code.NUMBER_RANGE, part.text, shown, sure))
    if read.extension:
        is_guessed = part.extensions != 1 or _EXTENSION_SET_OFF.search(in_ascii(part.text))
        shown = f"ext. {read.extension}"
        sure = 0.4 if part.extensions > 1 else 0.7 if is_guessed else 0.95
        doubts.append(Doubt(Code.EXTENSION_READ, part.text, shown, sure))
    is_unsaid = medium is None and part.medium is None
    if number.e164 is None:
        kept = f"{number.medium}, as it is written" if is_unsaid else None
        doubts.append(Doubt(Code.NUMBER_DOUBTED, part.text, kept, 0.2))
    elif is_unsaid:
        shown = f"{number.medium} {international(number.e164, number.extension)}"
        doubts.append(Doubt(Code.NUMBER_DOUBTED, part.text, shown, 0.6))
    elif not is_in_plan(number.e164):
        shown = international(number.e164, number.extension)
        doubts.append(Doubt(Code.NUMBER_DOUBTED, part.text, shown, 0.6))


def _tell_of_completion(
    part: Slice, e164: str, region: str | None, doubts: list[Doubt], *, stored: bool
) -> None:
    """Say where the calling code was taken from, and what a spreadsheet dropped."""
    run = in_ascii(part.run)
    if "+" in run:
        return
    digits = "".join(_GROUPS.findall(run))
    # In a cell that holds nothing but digits the sign or zero was lost; people set blanks.
    is_bare = stored or _ONLY_DIGITS.fullmatch(in_ascii(part.text)) is not None
    has_code = e164[1:] == digits or (not e164.endswith(digits) and digits.startswith(e164[1:4]))
    if has_code:
        code = Code.LOST_SIGN if is_bare else Code.NUMBER_COMPLETED
        doubts.append(Doubt(code, part.text, e164, 0.9 if is_bare else 0.95))
        return
    has_trunk = region is not None and phonenumbers.ndd_prefix_for_region(region, True) == "0"
    if is_bare and has_trunk and not digits.startswith("0"):
        doubts.append(Doubt(Code.LOST_SIGN, part.text, e164, 0.85))
    else:
        doubts.append(Doubt(Code.NUMBER_COMPLETED, part.text, e164, 0.9))
