"""Doubts about what a list says: nothing is guessed silently.

A finding names the cell, what stands in it, what is proposed to be made of it, and how sure that
is. Its code says what sort of doubt it is; ``FINDINGS`` says each in words for people.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T")


class Code(StrEnum):
    """What sort of doubt a finding is."""

    # Of the file as a whole.
    OTHER_SHEET = "other-sheet"
    HIDDEN = "hidden"
    PREAMBLE = "preamble"
    FOOTNOTE = "footnote"
    HEADING = "heading"
    UNKNOWN_COLUMN = "unknown-column"
    COMMENT = "comment"
    LINK_DIFFERS = "link-differs"
    # Of a row.
    NOT_A_RECORD = "not-a-record"
    STRUCK_OUT = "struck-out"
    HIGHLIGHTED = "highlighted"
    DUPLICATE = "duplicate"
    NOBODY_NAMED = "nobody-named"
    SEVERAL_PEOPLE = "several-people"
    AMBIGUOUS_MATCH = "ambiguous-match"
    MISSING = "missing"
    NOT_PROPOSED = "not-proposed"
    # Of a cell.
    UNREADABLE = "unreadable"
    EMPTY_WORD = "empty-word"
    SAME_AS = "same-as"
    FORMULA = "formula"
    FORMULA_TEXT = "formula-text"
    REMARK = "remark"
    REMARK_IN_CELL = "remark-in-cell"
    NEW_ORGANISATION = "new-organisation"
    ORGANISATION_ASSUMED = "organisation-assumed"
    PERSON_MOVED = "person-moved"
    PERSON_CHANGED = "person-changed"
    NOT_CONFIRMED = "not-confirmed"
    NO_CHANGE_OF_ECONOMY = "no-change-of-economy"
    NO_ECONOMY = "no-economy"
    UNKNOWN_ECONOMY = "unknown-economy"
    AMBIGUOUS_ECONOMY = "ambiguous-economy"
    ECONOMY_ALIAS = "economy-alias"
    AMBIGUOUS_DATE = "ambiguous-date"
    IMPOSSIBLE_DATE = "impossible-date"
    MONTH_ONLY = "month-only"
    OTHER_CALENDAR = "other-calendar"
    SERIAL_DATE = "serial-date"
    FUTURE_DATE = "future-date"
    TWO_DIGIT_YEAR = "two-digit-year"
    NUMBER_DOUBTED = "number-doubted"
    NUMBER_COMPLETED = "number-completed"
    NUMBER_RANGE = "number-range"
    SEVERAL_NUMBERS = "several-numbers"
    NUMBER_ELSEWHERE = "number-elsewhere"
    EXTENSION_READ = "extension-read"
    LOST_SIGN = "lost-sign"
    ADDRESS_REPAIRED = "address-repaired"
    SEVERAL_ADDRESSES = "several-addresses"
    NAME_ORDER = "name-order"
    HONORIFIC = "honorific"
    POST_READ = "post-read"
    OTHER_SCRIPT = "other-script"
    NORMALISED = "normalised"
    HOURS_UNCLEAR = "hours-unclear"
    HOURS_READ = "hours-read"
    ZONE_UNCLEAR = "zone-unclear"
    ZONE_CHANGED = "zone-changed"
    UNKNOWN_LANGUAGE = "unknown-language"
    UNKNOWN_NETWORK = "unknown-network"
    IMPOSSIBLE_MEMBERSHIP = "impossible-membership"
    UNRECORDED_MEMBERSHIP = "unrecorded-membership"
    NETWORK_QUALIFIED = "network-qualified"


@dataclass(frozen=True, slots=True)
class Doubt:
    """What a rule doubts of one cell; whoever knows the sheet makes a finding of it.

    Attributes:
        read: What stands there, as written.
        proposed: What is made of it, as a person would read it; None where nothing is.
        confidence: From 0 (nothing but a guess) to 1 (certain, and told only because it changed
            what was written).
    """

    code: Code
    read: str
    proposed: str | None
    confidence: float


@dataclass(frozen=True)
class Read(Generic[T]):
    """What a rule read in a cell.

    Attributes:
        value: None where nothing could be read.
        doubts: What it was unsure of; every part of the text is either in the value or in one.
    """

    value: T | None
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """A doubt, and the cell that it is about.

    Attributes:
        cell: Its address in the file: ``POC list!L15``.
    """

    cell: str
    code: Code
    read: str
    proposed: str | None
    confidence: float
