"""The steps of records as the log still has them, for the tables that follow them."""

from __future__ import annotations

from collections.abc import Iterable

import orjson
from sqlalchemy import Connection, bindparam, select

from directory.changes.kinds import Kind, Transition
from directory.changes.models import log_entries, log_payloads
from directory.db import is_one_of, json_list
from directory.documents import Document


def transitions_of(connection: Connection, kind: Kind, ids: Iterable[str]) -> list[Transition]:
    """The steps of some records, as far as their payloads are held."""
    found = connection.execute(
        select(log_entries.c.seq, log_entries.c.rid, log_payloads.c.body)
        .join(log_payloads, log_payloads.c.seq == log_entries.c.seq)
        .where(is_one_of(log_entries.c.rid, bindparam("ids")))
        .order_by(log_entries.c.seq),
        {"ids": json_list(ids)},
    )
    last: dict[str, Document] = {}
    steps = []
    for seq, rid, body in found:
        document = kind.present(orjson.loads(body)["record"])
        steps.append(Transition(seq, last.get(rid), document))
        last[rid] = document
    return steps
