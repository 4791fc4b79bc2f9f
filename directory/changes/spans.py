"""Noting the change sets of a log that is copied: what their entries say of them, and no more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from directory.changes.bulk import insert_rows
from directory.changes.models import change_sets
from directory.changes.placed import Placed
from directory.clock import parse_instant
from directory.db import is_one_of, json_list

ORIGIN = "copy"
"""The door through which they came here. Which one they went through there is not told."""


@dataclass(slots=True)
class _Span:
    first: int
    last: int
    at: datetime
    actor: str


def note_change_sets(connection: Connection, entries: Iterable[Placed]) -> None:
    """Note the change sets of entries, or that more of them is known now.

    Args:
        connection: A unit of work that has the head, opened for copying.
        entries: Some entries, in any order.
    """
    spans: dict[str, _Span] = {}
    for placed in entries:
        told = placed.told
        _widen(
            spans,
            str(told["change_set"]),
            _Span(placed.seq, placed.seq, parse_instant(told["at"]), str(told["actor"])),
        )
    if not spans:
        return
    chosen = {"ids": json_list(spans)}
    known = is_one_of(change_sets.c.id, bindparam("ids"))
    found = connection.execute(select(change_sets).where(known), chosen).all()
    for row in found:
        _widen(spans, row.id, _Span(row.first_seq, row.last_seq, row.at, row.actor))
    if found:
        connection.execute(change_sets.delete().where(known), chosen)
    insert_rows(
        connection,
        change_sets,
        [
            (rid, span.first, span.last, span.at, span.actor, ORIGIN, "", None)
            for rid, span in spans.items()
        ],
    )


def _widen(spans: dict[str, _Span], rid: str, span: _Span) -> None:
    known = spans.setdefault(rid, span)
    if span.first < known.first:
        known.first, known.at = span.first, span.at
    known.last = max(known.last, span.last)
