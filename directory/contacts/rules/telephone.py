"""Telephone numbers as people write them in lists, and as callers and searchers type them.

What a newcomer would get wrong: a number is never refused because a numbering plan does not know
it. Real duty lines sit behind switchboards, in new ranges and on closed networks: the library's
doubt is a warning beside the number, and what was written is kept whatever was read from it.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import (
    COUNTRY_CODE_TO_REGION_CODE,
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    ValidationResult,
)

LONGEST_E164_DIGITS = 15
LARGEST_RANGE = 100

_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fc", "-"))
_TILDES = str.maketrans(dict.fromkeys("\u301c\u223c\u223d", "~"))
_EXTENSION_WORDS = (
    r"ext(?:ension|n)?|x|#|内線|內線|分機|分机|转分机|轉分機|转|轉|доб(?:авочный)?"
    r"|loc(?:al)?|int(?:erno|\.)?|anexo|ramal|poste|samb(?:ungan)?|máy lẻ|nội bộ|내선|ต่อ|p\.?o"
)
_EXTENSION = re.compile(
    rf"^[\s,;/()\-]*(?:(?:{_EXTENSION_WORDS})[.:\s]*|ext=)(?P<digits>\d{{1,10}})(?!\d)",
    re.IGNORECASE,
)
_RUN = re.compile(r"[+(]*\s?\+?\s?\(?\d(?:[ ().\-]*\d)*")
_RANGE = re.compile(r"^\s*(?:~|\bal\b|\bto\b|至|到)\s*(?P<digits>\d+)", re.IGNORECASE)
_SECOND = re.compile(r"^\s*[/,、;&]\s*(?P<digits>\d{1,8}(?:[ \-]\d{1,8})?)(?![ \-]?\d)")
_HYPHEN_TAIL = re.compile(r"^(?P<base>.*?(?P<group>\d+)\)?)-(?P<tail>\d{1,4})$")
_TRUNK_ZERO = re.compile(r"\(\s*0\s*\)")
_SPREADSHEET = re.compile(r"\d[.,]\d+E\+?\d+", re.IGNORECASE)
_REMARK = re.compile(
    r"\(\s*\d{1,2}[\s\-]*[^\W\d_][^()]*\)|(?<![\d\-])24\s?(?:/\s?7|x7|h(?:ou)?rs?|h)\b",
    re.IGNORECASE,
)
_LABEL = re.compile(r"^[^\d+(#]*[:.]\s*")


@dataclass(frozen=True, slots=True)
class ReadNumber:
    """What was read from a written number.

    Attributes:
        e164: With its plus; None where nothing dialable from abroad could be read.
        range_low: First of several consecutive numbers, as E.164 digits without the plus.
        range_high: Last of them, inclusive and of the same length.
        warnings: For people.
    """

    e164: str | None
    extension: str | None
    range_low: str | None
    range_high: str | None
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NumberForms:
    """A number as an index holds it.

    Attributes:
        digits: Of the E.164 form, or else of what was written; empty when there are none.
        reversed_digits: So that the end of a number can be looked up as a prefix.
        low: First number of a range, or None when it is a single number.
        high: Last number of the range, of the same length: they compare as text.
    """

    digits: str
    reversed_digits: str
    low: str | None
    high: str | None
    extension: str | None


@dataclass(frozen=True, slots=True)
class _Written:
    """A written text, taken apart before any numbering plan is asked."""

    run: str
    extension: str | None
    range_digits: str | None
    second_digits: str | None
    further: bool


def read_number(raw: str, region: str | None, *, doubting: bool = True) -> ReadNumber:
    """Read the first number of a text.

    Args:
        raw: As it was written; several numbers, labels and remarks are put up with.
        region: Code of the economy whose plan holds for a number without its calling code.
        doubting: Whether to warn of a number that the numbering plan does not know, which takes a
            third of the time; what is read is the same.
    """
    warnings: list[str] = []
    if _SPREADSHEET.search(raw):
        return _unread("A spreadsheet has rounded this number: ask for it again.")
    written = _take_apart(_clean(raw))
    if written is None:
        return _unread("There is no telephone number in this text: kept as written.")
    extension = written.extension
    run, tail = written.run, None
    if (hyphen := _HYPHEN_TAIL.match(run)) and (meaning := _tail_meaning(hyphen, region)):
        run, tail = hyphen["base"], hyphen["tail"]
        if meaning == "extension":
            extension, tail = extension or tail, None
            warnings.append(f"-{extension} was read as an extension.")
    e164 = _e164(run, region, warnings, doubting=doubting)
    low, high = _range(e164, tail or written.range_digits, written.second_digits)
    if written.range_digits and low is None:
        warnings.append("The range could not be read: only its first number was.")
    if written.further or (written.second_digits and low is None):
        warnings.append("More than one number: the first was read, give each a channel.")
    return ReadNumber(e164, extension, low, high, tuple(warnings))


def number_forms(raw: str, e164: str | None, extension: str | None) -> NumberForms:
    """What an index holds of a stored number, so that it is found however it is typed."""
    written = _take_apart(_clean(raw))
    low = high = None
    digits = _digits(e164) if e164 else _digits(written.run) if written else ""
    if written and e164:
        tail = None
        hyphen = _HYPHEN_TAIL.match(written.run)
        # The stored number tells whether the last figures are part of it: no plan is needed.
        if hyphen and digits.endswith(_digits(hyphen["base"]).lstrip("0")):
            tail = hyphen["tail"]
        low, high = _range(e164, tail or written.range_digits, written.second_digits)
    return NumberForms(digits, digits[::-1], low, high, extension)


def normalise_query(text: str) -> str:
    """The digits of a number that somebody typed or a display showed, in any punctuation.

    What says how to dial and not whom falls away, so that the rest ends the digits of the number
    meant: a plus (also one that an address turned into a blank), ``(0)``, an international or
    trunk zero. Fewer than seven digits are a part of a number and stay as they are.
    """
    cleaned = _clean(text)
    is_international = cleaned.lstrip(" (").startswith("+") or bool(re.match(r"^ +\d", text))
    written = _take_apart(cleaned.strip())
    digits = _digits(_without_trunk_zero(written.run) if written else cleaned)
    if len(digits) < 7:
        return digits
    if not is_international and digits.startswith("011") and len(digits) >= 13:
        digits = digits[3:]
    return digits.lstrip("0")


def international(e164: str, extension: str | None = None) -> str:
    """A number as it is shown and read out: ``+886 2 0555 0102 ext. 12``."""
    try:
        shown = phonenumbers.format_number(_parsed(e164, None), PhoneNumberFormat.INTERNATIONAL)
    except NumberParseException:
        shown = e164
    return f"{shown} ext. {extension}" if extension else shown


def is_in_plan(e164: str) -> bool:
    """Whether the numbering plan known here has a number."""
    try:
        return phonenumbers.is_valid_number(_parsed(e164, None))
    except NumberParseException:
        return False


def _unread(warning: str) -> ReadNumber:
    return ReadNumber(None, None, None, None, (warning,))


def _clean(text: str) -> str:
    if text.isascii():
        return text
    # An en dash must become a hyphen, and a Japanese length mark is one among figures.
    normal = unicodedata.normalize("NFKC", text).translate(_DASHES).translate(_TILDES)
    kept = (c for c in normal if unicodedata.category(c) != "Cf")
    return "".join(
        str(figure) if (figure := unicodedata.decimal(c, None)) is not None else c for c in kept
    )


def _digits(text: str) -> str:
    return "".join(c for c in text if c in "0123456789")


def national_part(digits: str) -> str:
    """The digits of an E.164 number after its calling code; no calling code begins another."""
    for length in (1, 2, 3):
        if int(digits[:length] or "0") in COUNTRY_CODE_TO_REGION_CODE:
            return digits[length:]
    return digits


def _take_apart(text: str) -> _Written | None:
    text = _REMARK.sub("|", text)  # "(24 hrs)" holds figures, but none of the number
    found = _RUN.search(_LABEL.sub("", text, count=1)) or _RUN.search(text)
    if found is None:
        return None
    rest = found.string[found.end() :]
    extension = range_digits = second_digits = None
    if match := _EXTENSION.match(rest):
        extension = match["digits"]
    elif match := _RANGE.match(rest):
        range_digits = match["digits"]
    elif match := _SECOND.match(rest):
        second_digits = _digits(match["digits"])
    if match:
        rest = rest[match.end() :]
    if extension is None and (late := _EXTENSION.match(rest)):
        extension, rest = late["digits"], rest[late.end() :]
    further = any(len(_digits(run)) >= 5 for run in _RUN.findall(rest))
    return _Written(found[0], extension, range_digits, second_digits, further)


def _without_trunk_zero(run: str) -> str:
    # Italy's zero belongs to the number, however people bracket it.
    return run if _digits(run).startswith("39") else _TRUNK_ZERO.sub("", run)


def _is_international(run: str) -> bool:
    return "+" in run


def _parse(run: str, region: str | None) -> PhoneNumber | None:
    if _is_international(run):
        run = _without_trunk_zero(run)
    text = ("+" if _is_international(run) else "") + _digits(run)
    if region is None and text.startswith("00"):
        text = "+" + text.lstrip("0")
    try:
        return _parsed(text, None if text.startswith("+") else region)
    except NumberParseException:
        return None


@lru_cache(maxsize=1024)
def _parsed(text: str, region: str | None) -> PhoneNumber:
    """What the library reads, which takes long; of one number it is asked several times in a row.

    Nobody changes what it gives.
    """
    return phonenumbers.parse(text, region)


def _is_possible(number: PhoneNumber | None) -> bool:
    return (
        number is not None
        and phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE
    )


def _with_calling_code(run: str, region: str | None) -> PhoneNumber | None:
    """A number that begins with its region's calling code but lost the plus."""
    code = str(phonenumbers.country_code_for_region(region)) if region else "0"
    if code == "0" or _is_international(run) or not _digits(run).startswith(code):
        return None
    national = _parse(run, region)
    if national is not None and phonenumbers.is_valid_number(national):
        return None
    restored = _parse("+" + run, None)
    return restored if _is_possible(restored) else None


def _e164(run: str, region: str | None, warnings: list[str], *, doubting: bool) -> str | None:
    number = _with_calling_code(run, region)
    if number is not None and _parse(run, region) != number:
        warnings.append(f"Read as +{number.country_code} …: it begins with the calling code.")
    number = number or _parse(run, region)
    if number is None:
        warnings.append(
            "No calling code and no economy to take it from: kept as written."
            if region is None and not _is_international(run)
            else "This could not be read as a telephone number: kept as written."
        )
        return None
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    if len(e164) - 1 > LONGEST_E164_DIGITS:
        warnings.append("This has too many digits for a telephone number: kept as written.")
        return None
    if not _is_international(run) and not _is_possible(number):
        warnings.append("This cannot be dialled from abroad as it is written: kept as written.")
        return None
    if doubting and not phonenumbers.is_valid_number(number):
        warnings.append("The numbering plan known here has no such number: check it by calling.")
    return e164


def _tail_meaning(hyphen: re.Match[str], region: str | None) -> str | None:
    """What figures after a last hyphen are: the end of a range, an extension, or just digits."""
    base, group, tail = hyphen["base"], hyphen["group"], hyphen["tail"]
    if not _is_possible(_with_calling_code(base, region) or _parse(base, region)):
        return None
    whole = _with_calling_code(hyphen[0], region) or _parse(hyphen[0], region)
    is_range = len(tail) <= len(group) and 0 < int(tail) - int(group[-len(tail) :]) < LARGEST_RANGE
    if len(tail) == 1:
        # Nobody sets off a single last digit of a number.
        return "range" if is_range and len(group) > 2 else None
    if whole is not None and _is_possible(whole):
        is_plain = len(tail) >= len(group) or phonenumbers.is_valid_number(whole)
        return None if is_plain or not is_range else "range"
    return "range" if is_range else "extension"


def _range(
    e164: str | None, range_digits: str | None, second_digits: str | None
) -> tuple[str | None, str | None]:
    """The first and last number where the text names several lines.

    Two numbers side by side are a range only when they are neighbours: the numbers between others
    belong to somebody else.
    """
    end = range_digits or second_digits
    if e164 is None or end is None:
        return None, None
    low = _digits(e164)
    if len(end) > len(low):
        return None, None
    high = low[: len(low) - len(end)] + end
    lines = int(high) - int(low)
    if not 0 < lines < (LARGEST_RANGE if range_digits else 2):
        return None, None
    return low, high
