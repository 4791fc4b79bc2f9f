"""The last column of a list: which records a row was made of, for programs alone.

A key holds ids, revisions and days and nothing that the records say: who deletes a column of a list
before handing it on must not hand it on in another form.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from directory.contacts.rules.words import Medium
from directory.documents import Document
from directory.ids import RECORD_ID

FORM = "v1"
_BLANKS = re.compile("[\\s\u200b-\u200f\u2060\ufeff]+")
_CHECKSUM_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Printed:
    """One record of a row, as it was when the row was printed."""

    id: str
    revision: int


@dataclass(frozen=True, slots=True)
class PrintedChannel(Printed):
    """A channel of a row."""

    medium: Medium


@dataclass(frozen=True, slots=True)
class RecordKey:
    """What a row of a list was made of.

    Attributes:
        printed_on: The day for which it was printed.
        confirmed: The day in its column of confirmations; None where that was empty.
        contact: None where the row is that of an economy without any contact.
        economy: The economy's record, where the row is that of an economy alone.
        holders: In the order of the lines of their cells.
        channels: In the order printed, over all media; those of one medium are the lines of a cell.
    """

    printed_on: date
    confirmed: date | None = None
    contact: Printed | None = None
    organisation: Printed | None = None
    economy: Printed | None = None
    holders: tuple[Printed, ...] = ()
    channels: tuple[PrintedChannel, ...] = ()


def record_key(
    view: Document, holders: Iterable[Document], *, day: date, confirmed: str = ""
) -> str:
    """The key of a contact's row.

    Args:
        view: The contact with ``organisation_record`` and ``channels``.
        holders: Those of its holders that the row names.
        day: The day for which the row is printed.
        confirmed: What stands in its column of confirmations.
    """
    parts = [f"confirmed:{confirmed}"] if confirmed else []
    parts += [_part("contact", view), _part("organisation", view["organisation_record"])]
    parts += [_part("holder", holder) for holder in holders]
    parts += [f"{_part('channel', each)}:{each['medium']}" for each in view["channels"]]
    return _signed(day, parts)


def economy_key(economy: Document, *, day: date) -> str:
    """The key of the row of an economy without any contact."""
    return _signed(day, [_part("economy", economy)])


def read_record_key(text: str) -> RecordKey | None:
    """Read a key back; None where it is none, or has been damaged since it was printed.

    Blanks do not matter: cells are wrapped, mails are too.
    """
    said, _, checksum = _BLANKS.sub("", text).rpartition(";")
    if not said or checksum != _checksum(said):
        return None
    try:
        return _read(said)
    except (KeyError, ValueError):
        return None


def _part(name: str, document: Document) -> str:
    return f"{name}:{document['id']}:{document['revision']}"


def _signed(day: date, parts: list[str]) -> str:
    said = ";".join([FORM, day.isoformat(), *parts])
    return f"{said};{_checksum(said)}"


def _checksum(said: str) -> str:
    """Enough to notice damage; nobody is kept from writing a key of their own."""
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:_CHECKSUM_LENGTH]


def _read(said: str) -> RecordKey:
    form, day, *parts = said.split(";")
    if form != FORM:
        raise ValueError("another form")
    confirmed: date | None = None
    single: dict[str, Printed] = {}
    holders: list[Printed] = []
    channels: list[PrintedChannel] = []
    for part in parts:
        name, *rest = part.split(":")
        if name == "confirmed":
            (told,) = rest
            confirmed = date.fromisoformat(told)
        elif name == "channel":
            *which, medium = rest
            printed = _printed(which)
            channels.append(PrintedChannel(printed.id, printed.revision, Medium(medium)))
        elif name == "holder":
            holders.append(_printed(rest))
        else:
            single[name] = _printed(rest)
    if single.keys() not in ({"contact", "organisation"}, {"economy"}):
        raise ValueError("of neither a contact nor an economy")
    return RecordKey(
        date.fromisoformat(day),
        confirmed,
        single.get("contact"),
        single.get("organisation"),
        single.get("economy"),
        tuple(holders),
        tuple(channels),
    )


def _printed(rest: list[str]) -> Printed:
    rid, revision = rest
    if not RECORD_ID.match(rid):
        raise ValueError("no id")
    return Printed(rid, int(revision))
