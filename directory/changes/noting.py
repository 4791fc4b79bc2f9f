"""What the directory notes in new records of those that they name.

It is noted where a record is made, or where making it is proposed: what became of the other record
by the time that a proposal is applied is not what its sender spoke of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import orjson
from sqlalchemy import Connection

from directory.changes import rows
from directory.changes.kinds import Kind, Kinds
from directory.changes.operations import PreparedPut, fresh_salts, payload_of
from directory.changes.steps import Held
from directory.documents import Document, canonical, sha256


def settle(
    connection: Connection, kinds: Kinds, puts: Sequence[PreparedPut], held: Mapping[str, Held]
) -> list[PreparedPut]:
    """The puts of one change set, with what the directory notes in their documents.

    Args:
        connection: Any unit of work; while the head is held, what is noted cannot change.
        kinds: The registered kinds.
        puts: All of them: what is noted of a record is as they leave it.
        held: What the directory holds of their records. What was noted in one is kept.
    """
    fresh = [put for put in puts if put.id not in held and put.noted is None]
    others = _named(connection, kinds, puts, fresh)
    salts = fresh_salts()
    settled = []
    for put in puts:
        noting = put.kind.noting
        if noting is not None:
            value = noted_in(put.kind, put.noted, held.get(put.id))
            if value is None and put.id not in held and put.noted is None:
                other = others.get(put.record[noting.names])
                value = None if other is None else noting.of(other)
            if value != put.record[noting.field]:
                put = _rewritten(put, put.record | {noting.field: value}, next(salts))
        settled.append(put)
    return settled


def noted_in(kind: Kind, noted: Mapping[str, str | None] | None, before: Held | None) -> str | None:
    """What is known to be noted in a record: what it says already, or was noted of a proposal."""
    if kind.noting is None:
        return None
    known = (noted or {}) if before is None else before.document
    value: str | None = known.get(kind.noting.field)
    return value


def _named(
    connection: Connection, kinds: Kinds, puts: Sequence[PreparedPut], fresh: Sequence[PreparedPut]
) -> dict[str, Document]:
    """The records that new ones name, as they are once all is written, by their ids."""
    wanted: dict[str, set[str]] = {}
    for put in fresh:
        if put.kind.noting is not None:
            named = put.record[put.kind.noting.names]
            wanted.setdefault(put.kind.noting.target, set()).add(named)
    if not wanted:
        return {}
    found = {put.id: put.record for put in puts if put.id in wanted.get(put.kind.name, ())}
    missing = {name: [*(ids - found.keys())] for name, ids in wanted.items()}
    held = rows.fetch(connection, kinds, {name: ids for name, ids in missing.items() if ids})
    return found | {rid: each.document for rid, each in held.items()}


def _rewritten(put: PreparedPut, record: Document, salt: str) -> PreparedPut:
    text = canonical(record)
    payload = payload_of(text, put.kind.version, salt)
    return replace(
        put,
        # In the order of its keys, as a replay reads it.
        record=orjson.loads(text),
        text=text,
        payload=payload,
        payload_hash=sha256(payload),
    )
