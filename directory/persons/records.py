"""The records that tell of a person, in every version that the log still holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import orjson
from sqlalchemy import Connection, func, select

from directory.changes.kinds import Kinds
from directory.changes.models import log_entries, log_payloads
from directory.changes.redactions import OP
from directory.documents import Document
from directory.persons.places import Place, Treatment, excerpt, texts_in
from directory.persons.rules.matching import Person

AT_ONCE = 1000
_LABELLED = ("kind", "id", "owner", "marking", "audience")
_THEIRS = {
    "holder": ("/name/",),
    "attendance": ("/name/",),
    "channel": ("/raw", "/e164"),
    "key": ("/user_ids/",),
}
"""Where a record names whose it is: it is then erased whole."""
_NAMES = {"holder": ("name",), "attendance": ("name",), "channel": ("raw", "e164")}


def in_records(connection: Connection, kinds: Kinds, person: Person) -> Iterator[Place]:
    """Every text of every version that tells of the person."""
    for row in _versions(connection):
        record = orjson.loads(row.body)["record"]
        told = [
            (pointer, text, sure)
            for pointer, text in texts_in(record)
            if (sure := person.confidence(text))
        ]
        is_present = bool(told) and row.revision == _revision(connection, kinds, row)
        for pointer, text, sure in told:
            yield Place(
                "record" if is_present else "version",
                {"kind": row.kind, "id": row.rid, "revision": row.revision},
                pointer,
                excerpt(text),
                sure,
                _treatment(row.kind, pointer, record, is_present=is_present),
                row.seq,
                {name: record.get(name) for name in _LABELLED},
            )


def spellings_in(connection: Connection, seqs: Iterable[int]) -> list[str]:
    """How the people, addresses and numbers are written that some versions of records name."""
    found: dict[str, None] = {}
    for seq in sorted(seqs):
        row = connection.execute(
            select(log_entries.c.kind, log_payloads.c.body)
            .join(log_payloads, log_payloads.c.seq == log_entries.c.seq)
            .where(log_entries.c.seq == seq)
        ).one()
        record = orjson.loads(row.body)["record"]
        for name in _NAMES.get(row.kind, ()):
            found.update(dict.fromkeys(text for _, text in texts_in(record[name], f"/{name}")))
    return list(found)


def newest_of(connection: Connection, ids: Iterable[str]) -> list[int]:
    """The newest version of each of some records: an earlier one may have been somebody else's."""
    newest = [
        connection.scalar(
            select(func.max(log_entries.c.seq))
            .join(log_payloads, log_payloads.c.seq == log_entries.c.seq)
            .where(log_entries.c.rid == rid)
        )
        for rid in ids
    ]
    return [seq for seq in newest if seq is not None]


def _versions(connection: Connection) -> Iterator[Any]:
    done = 0
    while True:
        page = connection.execute(
            select(
                log_entries.c.seq,
                log_entries.c.kind,
                log_entries.c.rid,
                log_entries.c.revision,
                log_payloads.c.body,
            )
            .join(log_payloads, log_payloads.c.seq == log_entries.c.seq)
            .where(log_entries.c.seq > done, log_entries.c.op != OP)
            .order_by(log_entries.c.seq)
            .limit(AT_ONCE)
        ).all()
        if not page:
            return
        yield from page
        done = page[-1].seq


def _revision(connection: Connection, kinds: Kinds, row: Any) -> int | None:
    kind = kinds.known(row.kind)
    if kind is None:
        # A copy holds what its origin has, kinds that this program does not know among it.
        return None
    table = kind.table
    found: int | None = connection.scalar(select(table.c.revision).where(table.c.id == row.rid))
    return found


def _treatment(kind: str, pointer: str, record: Document, *, is_present: bool) -> Treatment:
    is_theirs = any(pointer.startswith(place) for place in _THEIRS.get(kind, ()))
    # A retired record is not written again, so there is no version of it without the name.
    if is_theirs or not is_present or record["retired_at"] is not None:
        return Treatment.ERASED
    return Treatment.REWRITTEN


def is_theirs(place: Place) -> bool:
    """Whether a place of a record says that the record is the person's own."""
    return any(place.field.startswith(start) for start in _THEIRS.get(place.key["kind"], ()))
