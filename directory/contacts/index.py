"""The search index, kept in step with the log: names by their grams, numbers by their digits.

A function of the transitions alone, so that a rebuild gives the same rows. One record may step
several times within one call: only a rebuild does that, and it is where a careless change breaks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, false, true

from directory.changes.bulk import insert_rows
from directory.changes.kinds import Transition
from directory.contacts.models import number_entries, search_entries, search_words
from directory.contacts.rules.telephone import national_part, number_forms
from directory.contacts.rules.words import TELEPHONE_MEDIA, Medium, Purpose
from directory.db import is_one_of, json_list
from directory.documents import Document
from directory.names import fold, index_grams, is_latin
from directory.policy import Tlp

LONGEST_GRAM = 64
"""Of a longer word only the beginning is indexed; PostgreSQL refuses lexemes beyond 2 KB."""
SHORTEST_CORRECTED = 4
"""A word of three letters is one slip away from half of the directory."""

NAME_TABLES = (search_entries, search_words)
BEGINNING = "\u2039"
"""Marks a gram that is the beginning of a word: so few letters begin too many words to gather."""
LONGEST_BEGINNING = 3
BUCKET = 16_384
"""So many entries of the log share a mark in PostgreSQL's index, by which the newest are asked.

A beginning carries the mark itself: it stands in too many entries to be held against a bucket's.
"""
MARK = "#"
"""Begins the mark of a bucket; no folded text holds it."""
_NAMED = frozenset({"organisation", "contact", "holder"})

_FORGET = (
    search_entries.delete()
    .where(is_one_of(search_entries.c.rid, bindparam("ids")))
    .returning(search_entries.c.kind, search_entries.c.folded)
)
_DROP_UNUSED = search_words.delete().where(
    and_(is_one_of(search_words.c.word, bindparam("words")), search_words.c.uses == 0)
)
_COUNT = "ON CONFLICT (word) DO UPDATE SET uses = search_words.uses + excluded.uses"
_PRESENT = and_(
    is_one_of(number_entries.c.channel, bindparam("ids")), number_entries.c.is_former == false()
)
_REPLACE = number_entries.delete().where(_PRESENT)
_END = number_entries.update().where(_PRESENT).values(is_former=true())


class _Indexed(NamedTuple):
    folded: str
    grams: tuple[str, ...]


class _Number(NamedTuple):
    digits: tuple[str, ...]
    low: str | None
    high: str | None
    extension: str | None
    is_e164: bool


def follow_names(connection: Connection, transitions: Sequence[Transition]) -> None:
    """Keep what organisations, contacts, holders and addresses are found by."""
    latest = {step.after["id"]: step for step in transitions}
    words: Counter[str] = Counter()
    known = {step.after["id"] for step in transitions if step.before is not None}
    if known:
        words.subtract(_forgotten(connection, known))
    rows: list[tuple[Any, ...]] = []
    for step in latest.values():
        row = _entry(step.seq, step.after, connection.dialect.name)
        if row is not None:
            rows.append(row)
            words.update(_words(step.after["kind"], row[_FOLDED]))
    insert_rows(connection, search_entries, rows)
    _count(connection, words)


def forget_names(connection: Connection, ids: Sequence[str]) -> None:
    """Take out what some records are found by."""
    words: Counter[str] = Counter()
    words.subtract(_forgotten(connection, ids))
    _count(connection, words)


def _forgotten(connection: Connection, ids: Iterable[str]) -> Counter[str]:
    """The words of some records' entries, which are taken out."""
    words: Counter[str] = Counter()
    for kind, folded in connection.execute(_FORGET, {"ids": json_list(ids)}):
        words.update(_words(kind, folded))
    return words


def forget_channels(connection: Connection, ids: Sequence[str]) -> None:
    """Take out what some channels are found by, their former numbers too."""
    forget_names(connection, ids)
    connection.execute(
        number_entries.delete().where(is_one_of(number_entries.c.channel, bindparam("ids"))),
        {"ids": json_list(ids)},
    )


def follow_channels(connection: Connection, transitions: Sequence[Transition]) -> None:
    """Keep what channels are found by: telephones by their numbers, the rest by their words."""
    follow_names(connection, transitions)
    for wave in _waves(transitions):
        _follow_numbers(connection, wave)


def _follow_numbers(connection: Connection, steps: Sequence[Transition]) -> None:
    """Move each channel one version on: a number that it no longer has becomes a former one."""
    ended: list[str] = []
    replaced: list[str] = []
    rows: list[tuple[Any, ...]] = []
    for step in steps:
        number = _number(step.after)
        if step.before is not None and (before := _number(step.before)) is not None:
            (replaced if before == number else ended).append(step.after["id"])
        if number is not None:
            rows.extend(_number_rows(step, number))
    for statement, ids in ((_REPLACE, replaced), (_END, ended)):
        if ids:
            connection.execute(statement, {"ids": json_list(ids)})
    insert_rows(connection, number_entries, rows)


def _waves(transitions: Iterable[Transition]) -> Iterator[list[Transition]]:
    """The transitions in rounds in which no record stands twice, each record's own in order."""
    waves: list[list[Transition]] = []
    met: Counter[str] = Counter()
    for step in transitions:
        place = met[step.after["id"]]
        met[step.after["id"]] += 1
        if place == len(waves):
            waves.append([])
        waves[place].append(step)
    yield from waves


_FOLDED = search_entries.columns.keys().index("folded")


def _entry(seq: int, document: Document, dialect: str) -> tuple[Any, ...] | None:
    """The row of a live record that has anything to be found by, in the order of the columns."""
    if document["retired_at"] is not None:
        return None
    kind = document["kind"]
    lines = [(name, found) for name in _names(document) if (found := _indexed(name)).folded]
    if not lines:
        return None
    grams = " ".join(dict.fromkeys(gram for _, found in lines for gram in found.grams))
    if dialect == "postgresql":
        grams = _tsvector(grams.split(), bucket(place_in_log(seq)))
    return (
        seq,
        document["id"],
        kind,
        document["id"] if kind == "contact" else document.get("contact"),
        document["id"] if kind == "organisation" else document.get("organisation"),
        int(Tlp.from_label(document["marking"])),
        json_list(document["audience"]),
        document["owner"],
        "\n".join(name for name, _ in lines),
        "\n".join(found.folded for _, found in lines),
        grams,
    )


def _tsvector(grams: Iterable[str], mark: str) -> str:
    # Folded text holds no quotation mark and no backslash.
    marked = [gram + mark if gram.startswith(BEGINNING) else gram for gram in grams]
    return "'" + "' '".join([*marked, mark]) + "'"


def lexeme(gram: str) -> str:
    """A gram as PostgreSQL reads it in a tsvector or tsquery."""
    return "'" + gram.replace("\\", "\\\\").replace("'", "''") + "'"


def place_in_log(seq: int) -> int:
    """The number of the bucket in which an entry of the log lies."""
    return seq // BUCKET


def bucket(place: int) -> str:
    """The mark that the entries of a bucket share; no gram is like it."""
    return f"{MARK}{place}"


def beginning(word: str) -> str | None:
    """The gram for a word of which only a few letters are typed, None where there is none."""
    # From Thai on there are hardly any scripts that set blanks.
    return BEGINNING + word if len(word) <= LONGEST_BEGINNING and word < "\u0e00" else None


def _names(document: Document) -> Iterator[str]:
    kind = document["kind"]
    if kind == "channel":
        # A name on a messaging service is no number, though the medium may have one.
        if document["medium"] not in TELEPHONE_MEDIA or (
            document["medium"] == Medium.MESSAGING and document["e164"] is None
        ):
            yield " ".join(document["raw"].split())
        return
    for name in document["title" if kind == "contact" else "name"].values():
        yield " ".join(name.split())
    if kind == "organisation":
        yield document["slug"]


@lru_cache(maxsize=8192)
def _indexed(name: str) -> _Indexed:
    folded = fold(name)
    # The words of an ASCII name are all its grams: no other script, nothing to romanise.
    grams = folded.split() if folded.isascii() else index_grams(folded)
    begun = {gram[: length + 1]: None for gram in grams for length in range(LONGEST_BEGINNING)}
    kept = [gram[:LONGEST_GRAM] for gram in grams]
    return _Indexed(folded, tuple(dict.fromkeys([*kept, *filter(None, map(beginning, begun))])))


def _words(kind: str, folded: str) -> Iterable[str]:
    """The distinct words that a slip may have meant."""
    if kind not in _NAMED:
        return ()
    return {word for word in folded.split() if is_correctable(word)}


@lru_cache(maxsize=65536)
def is_correctable(word: str) -> bool:
    """Whether a folded word is one in which a single slip can be told."""
    return SHORTEST_CORRECTED <= len(word) <= LONGEST_GRAM and word.isalpha() and is_latin(word)


def _count(connection: Connection, words: Counter[str]) -> None:
    rows = [(word, word[::-1], uses) for word, uses in words.items() if uses]
    insert_rows(connection, search_words, rows, otherwise=_COUNT)
    if fewer := [word for word, uses in words.items() if uses < 0]:
        connection.execute(_DROP_UNUSED, {"words": json_list(fewer)})


def _number(document: Document) -> _Number | None:
    """The number of a live telephone channel, or None where there is none."""
    if document["retired_at"] is not None or document["medium"] not in TELEPHONE_MEDIA:
        return None
    forms = number_forms(document["raw"], document["e164"], document["extension"])
    if not forms.digits:
        return None
    digits = [forms.digits]
    if forms.low is not None and forms.high is not None:
        width = len(forms.low)
        digits = [f"{line:0{width}}" for line in range(int(forms.low), int(forms.high) + 1)]
    is_e164 = document["e164"] is not None
    return _Number(tuple(digits), forms.low, forms.high, forms.extension, is_e164)


def _number_rows(step: Transition, number: _Number) -> Iterator[tuple[Any, ...]]:
    document = step.after
    for digits in number.digits:
        yield (
            step.seq,
            digits,
            digits[::-1],
            national_part(digits) if number.is_e164 else digits.lstrip("0"),
            number.is_e164,
            number.low,
            number.high,
            number.extension,
            number.extension is not None or document["purpose"] == Purpose.SWITCHBOARD,
            False,
            document["id"],
            document["contact"],
            int(Tlp.from_label(document["marking"])),
            json_list(document["audience"]),
            document["owner"],
        )
