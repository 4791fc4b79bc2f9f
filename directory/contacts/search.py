"""Finding contacts and organisations by any name in any script, by address and by telephone digits.

Every record is found under its own label: a contact never shows because of a holder or a channel
that the viewer may not see. What a slip corrects to may well be a hidden word; the search is then
run again for it under the same policy, so it finds what the viewer could have found by typing it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import partial
from math import ceil
from typing import Any, NamedTuple

from rapidfuzz import fuzz
from sqlalchemy import (
    Connection,
    Integer,
    Select,
    Text,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    or_,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from directory.contacts import numbers, slips
from directory.contacts.index import (
    BEGINNING,
    BUCKET,
    LONGEST_GRAM,
    MARK,
    beginning,
    bucket,
    lexeme,
    place_in_log,
)
from directory.contacts.models import search_entries
from directory.contacts.numbers import Label
from directory.db import constant
from directory.names import QueryGrams, fold, is_latin, query_grams, words
from directory.policy import Viewer, viewer_parameters, visible
from directory.prepared import Prepared

CANDIDATES = 200
"""The newest so many matches are ranked; a longer list would help nobody who is in a hurry."""
NEWEST_BUCKETS = 2
"""In so many buckets, the newest, PostgreSQL looks first."""
MOST_MORE_BUCKETS = 8
"""In more than these beyond the newest, reading the buckets takes longer than all the matches."""
MOST_MORE_OF_BEGINNINGS = 64
"""The same where beginnings are asked for, which stand by bucket: only matches are read."""
Alternatives = Sequence[str]
"""Grams of which one must occur; a trailing ``*`` marks the beginning of a word."""


class Quality(IntEnum):
    """How well a name matches, the best first."""

    EXACT = 0
    PREFIX = 1
    SUBSTRING = 2
    TYPO = 3

    @property
    def label(self) -> str:
        """The word for it in answers."""
        return self.name.lower()


class Hit(NamedTuple):
    """A record that matches.

    Attributes:
        kind: ``organisation``, ``contact``, ``holder`` or ``channel``.
        contact: The desk to show: the record itself, or the one it belongs to.
        organisation: The organisation to show, or a contact's, where that is known.
        matched: The name as written, or the digits.
        label: The label under which it is found.
        is_former: Whether it is a number that the desk no longer has.
    """

    kind: str
    id: str
    contact: str | None
    organisation: str | None
    matched: str
    quality: Quality
    label: Label
    is_former: bool = False


@dataclass(frozen=True, slots=True)
class SearchFound:
    """What a search found, the best first, at most one hit for each desk and organisation.

    Attributes:
        corrected: The words that were searched instead, where only they found anything.
    """

    hits: tuple[Hit, ...]
    corrected: str | None = None


class _Ranked(NamedTuple):
    hit: Hit
    score: float
    folded: str

    @property
    def key(self) -> tuple[Any, ...]:
        hit = self.hit
        return (hit.quality, hit.is_former, -self.score, _KINDS[hit.kind], self.folded, hit.id)

    def holds_begun(self, prefix: str) -> bool:
        """Whether a word of the record's names begins so."""
        return any(word.startswith(prefix) for word in self.folded.split())


_KINDS = {"organisation": 0, "contact": 1, "holder": 2, "channel": 3}


def search(
    connection: Connection, viewer: Viewer, q: str, *, limit: int, correct: bool = True
) -> SearchFound:
    """Find live contacts and organisations by their names, their holders and their channels.

    Args:
        connection: A reading unit of work.
        viewer: Whose eyes to look with.
        q: What was typed, at most a few hundred characters.
        limit: The most hits to return.
        correct: Whether to try words one slip away where nothing matches.
    """
    parameters = viewer_parameters(viewer)
    ranked = _by_number(connection, parameters, q)
    grams = _shortened(query_grams(q))
    if ranked or grams.is_empty:
        return SearchFound(_best(ranked, limit))
    query = _Query(q, grams)
    if "@" in q and grams.complete and grams.prefix is not None:
        # All addresses end alike: gathering those that do is the dear part.
        begun = query.found(connection, parameters, [[g] for g in grams.complete], Quality.EXACT)
        if len(begun) < CANDIDATES:
            return SearchFound(_best((r for r in begun if r.holds_begun(grams.prefix)), limit))
    ranked += query.found(connection, parameters, [[g] for g in query.all], Quality.EXACT)
    if grams.prefix is not None and len(_best(ranked, limit)) < limit:
        begun_last = [*([g] for g in grams.complete), [_begun(grams.prefix)]]
        ranked += query.found(connection, parameters, begun_last, Quality.PREFIX)
    if ranked or not correct:
        return SearchFound(_best(ranked, limit))
    return _corrected(connection, parameters, query, limit)


def _shortened(grams: QueryGrams) -> QueryGrams:
    prefix = grams.prefix and grams.prefix[:LONGEST_GRAM]
    return QueryGrams(tuple(gram[:LONGEST_GRAM] for gram in grams.complete), prefix)


def _by_number(connection: Connection, parameters: dict[str, Any], q: str) -> list[_Ranked]:
    """Desks whose number begins or ends with the digits that were typed, or is them."""
    ranked: list[_Ranked] = []
    for number in numbers.matching(connection, parameters, q):
        quality = {"whole": Quality.EXACT, "beginning": Quality.PREFIX}.get(
            number.part, Quality.SUBSTRING
        )
        line = number.line
        shown = f"+{line.digits}" if line.is_e164 else line.digits
        hit = Hit(
            "channel", line.channel, line.contact, None, shown, quality, line.label, line.is_former
        )
        ranked.append(_Ranked(hit, 100.0 if number.has_extension else 0.0, line.digits))
    return ranked


def _corrected(
    connection: Connection, parameters: dict[str, Any], query: _Query, limit: int
) -> SearchFound:
    """What the words one slip away find, which is said with the answer."""
    meant = {gram: slips.one_away(connection, gram) for gram in query.all}
    if not any(meant.values()):
        return SearchFound(())
    wanted = [[gram, *meant[gram]] for gram in query.all]
    if query.grams.prefix is not None:
        wanted[-1].append(_begun(query.grams.prefix))
    ranked = query.found(connection, parameters, wanted, Quality.TYPO)
    if not ranked:
        return SearchFound(())
    tokens = min(ranked, key=lambda item: item.key).folded.split()
    corrected = " ".join(
        next((other for other in meant.get(word, ()) if other in tokens), word)
        for word in query.words
    )
    return SearchFound(_best(ranked, limit), corrected)


def _best(ranked: Iterable[_Ranked], limit: int) -> tuple[Hit, ...]:
    """The best hit for each desk and organisation."""
    hits: dict[tuple[str | None, str], Hit] = {}
    for item in sorted(ranked, key=lambda item: item.key):
        about = item.hit.contact or item.hit.id
        hits.setdefault((item.hit.contact, about), item.hit)
    return tuple(hits.values())[:limit]


class _Query:
    """A query taken apart, and how its candidates are judged."""

    def __init__(self, q: str, grams: QueryGrams) -> None:
        self.grams = grams
        self.all = grams.complete if grams.prefix is None else (*grams.complete, grams.prefix)
        self.folded = fold(q)
        # Words of other scripts may lie inside a word; all the pairs of a longer one can occur in
        # a name without it.
        self.words = words(q)
        self._others = [word for word in self.words if not is_latin(word)]
        self._stretches = sorted(
            {w for w in self._others if len(w) > 2 and w not in self.all}, key=lambda w: -len(w)
        )
        self._newest: int | None = None

    def found(
        self,
        connection: Connection,
        parameters: dict[str, Any],
        wanted: Sequence[Alternatives],
        quality: Quality,
    ) -> list[_Ranked]:
        """The candidates that hold one gram of each of the alternatives, judged."""
        given = parameters | {"stretch": self._stretches[0] if self._stretches else ""}
        if connection.dialect.name == "sqlite":
            match = _match(wanted, _fts5_gram, " OR ", " AND ")
            rows = _ON_SQLITE.rows(connection, given | {"match": match})
        else:
            if self._newest is None:
                self._newest = _NEWEST.rows(connection, {})[0][0] or 0
            rows = _on_postgresql(connection, given, wanted, self._newest)
        return [ranked for row in rows if (ranked := self._judged(row, quality)) is not None]

    def _judged(self, row: Sequence[Any], quality: Quality) -> _Ranked | None:
        rid, kind, contact, organisation, names, folded, *label = row
        lines = folded.split("\n")
        if self._others:
            joined = folded.replace(" ", "")
            if any(stretch not in joined for stretch in self._stretches[1:]):
                return None
            quality = max(quality, self._quality_of_others(folded.split()))
        name, score = names, fuzz.ratio(self.folded, lines[0])
        if len(lines) > 1:
            scores = [fuzz.ratio(self.folded, line) for line in lines]
            score = max(scores)
            name = names.split("\n")[scores.index(score)]
        return _Ranked(Hit(kind, rid, contact, organisation, name, quality, label), score, folded)

    def _quality_of_others(self, tokens: Sequence[str]) -> Quality:
        if all(word in tokens for word in self._others):
            return Quality.EXACT
        if all(any(token.startswith(word) for token in tokens) for word in self._others):
            return Quality.PREFIX
        return Quality.SUBSTRING


def _begun(word: str) -> str:
    """The gram for a word that is still being typed."""
    return beginning(word) or f"{word}*"


def _on_postgresql(
    connection: Connection, given: dict[str, Any], wanted: Sequence[Alternatives], newest: int
) -> Sequence[Sequence[Any]]:
    """The newest matches, asked for among the newest entries first.

    A word that stands in every thirtieth name fills the list from there; all its matches would
    take longer to fetch and sort than anybody should wait. What the newest entries do not fill is
    asked of as many older ones as should, and of all only where the matches are few.
    """
    are_begun = any(all(map(_is_beginning, grams)) for grams in wanted)

    def asked_for(marks: Sequence[str]) -> Sequence[Sequence[Any]]:
        match = _match(wanted, partial(_tsquery_gram, marks=marks), " | ", " & ")
        if marks and not are_begun:
            match += f" & ({' | '.join(map(lexeme, marks))})"
        return _ON_POSTGRESQL.rows(connection, given | {"match": match})

    def within(places: range) -> Sequence[Sequence[Any]]:
        return asked_for([bucket(place) for place in places])

    end = place_in_log(newest) + 1
    older = max(0, end - NEWEST_BUCKETS)
    rows = list(within(range(older, end)))
    asked = newest + 1 - older * BUCKET
    most = MOST_MORE_OF_BEGINNINGS if are_begun else MOST_MORE_BUCKETS
    if older and (more := _buckets_to_fill(len(rows), asked, most)):
        oldest = max(0, older - more)
        rows += within(range(oldest, older))
        older = oldest
    if len(rows) < CANDIDATES and older:
        return asked_for(())
    return rows[:CANDIDATES]


def _buckets_to_fill(found: int, asked: int, most: int) -> int:
    """How many more buckets should fill the list, 0 if none or more than pay.

    Args:
        found: How many matches there were among the newest.
        asked: So many entries of the log.
        most: More do not pay.
    """
    if not found:
        return 0
    # Half as many again: matches do not lie evenly.
    more = ceil(1.5 * asked * (CANDIDATES - found) / (found * BUCKET))
    return more if more <= most else 0


def _match(
    wanted: Sequence[Alternatives], one: Callable[[str], str], either: str, both: str
) -> str:
    """A query in the language of the database's full-text index."""
    return both.join(f"({either.join(map(one, grams))})" for grams in wanted)


def _fts5_gram(gram: str) -> str:
    quoted = '"' + gram.removesuffix("*").replace('"', '""') + '"'
    return f"{quoted} *" if gram.endswith("*") else quoted


def _tsquery_gram(gram: str, marks: Sequence[str]) -> str:
    if _is_beginning(gram):
        # In which bucket it stands is a part of it: in any, where none is named.
        return " | ".join(lexeme(gram + mark) for mark in marks) or f"{lexeme(gram + MARK)}:*"
    quoted = lexeme(gram.removesuffix("*"))
    return f"{quoted}:*" if gram.endswith("*") else quoted


def _is_beginning(gram: str) -> bool:
    return gram.startswith(BEGINNING)


def _entries() -> Select[Any]:
    """The columns that judging needs, of what the viewer may see and no gram rules out."""
    stretch = bindparam("stretch", type_=Text)
    place = func.replace(search_entries.c.folded, constant(" "), constant(""))
    return (
        select(
            search_entries.c.rid,
            search_entries.c.kind,
            search_entries.c.contact,
            search_entries.c.organisation,
            search_entries.c.names,
            search_entries.c.folded,
            search_entries.c.marking,
            search_entries.c.audience,
            search_entries.c.owner,
        )
        .where(visible(search_entries), or_(stretch == constant(""), _position(place, stretch) > 0))
        .limit(CANDIDATES)
    )


def _position(text: Any, part: Any) -> Any:
    # Spelt alike on both databases, unlike ``instr`` and ``strpos``.
    return func.length(text) - func.length(func.replace(text, part, constant("")))


_grams = table("search_grams", column("rowid", Integer), column("search_grams", Text))
_NEWEST = Prepared(select(func.max(search_entries.c.seq)))
_ON_SQLITE = Prepared(
    _entries()
    .join(_grams, _grams.c.rowid == search_entries.c.seq)
    .where(_grams.c.search_grams.op("MATCH")(bindparam("match", type_=Text)))
    .order_by(_grams.c.rowid.desc())
)
_ON_POSTGRESQL = Prepared(
    _entries()
    .where(search_entries.c.grams.op("@@")(cast(bindparam("match", type_=Text), TSQUERY)))
    # The sum keeps the planner from walking the whole table in the order of its key in the hope
    # of enough matches: it takes words that never stand together for common ones.
    .order_by((search_entries.c.seq + literal_column("0")).desc())
)
