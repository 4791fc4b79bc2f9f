"""Answers to writes, kept for whoever asks again because the first answer was lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from directory.changes.errors import KeyReusedError
from directory.changes.models import idempotency_keys
from directory.db import insert_or_leave

KEPT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered to a write, without what that showed: it is looked up anew.

    Attributes:
        status: The HTTP status, which says what became of the write.
        id: The record that was written, or the change set that was proposed.
    """

    status: int
    id: str


def answered_before(
    connection: Connection, account: str, key: str, request: bytes, *, at: datetime
) -> Answered | None:
    """What was answered to this very request; None lets the caller answer it, and nobody else.

    Whoever asks the same at the same time waits here for the first to commit.

    Args:
        connection: A writing unit of work, in which the write itself will follow.
        account: Who asks.
        key: What they call the request.
        request: Digest of what is asked.
        at: The present instant.

    Raises:
        KeyReusedError: Something else was asked under this key.
    """
    table = idempotency_keys
    connection.execute(table.delete().where(table.c.at < at - KEPT))
    is_new = insert_or_leave(
        connection,
        table,
        {
            "account": account,
            "key": key,
            "request": request,
            "at": at,
            "status": 0,
            "rid": "",
        },
    )
    if is_new:
        return None
    row = connection.execute(
        select(table).where(table.c.account == account, table.c.key == key)
    ).one()
    if bytes(row.request) != request:
        raise KeyReusedError(
            "Under this Idempotency-Key something else was asked before. Nothing was written; give"
            " every request a key of its own."
        )
    return Answered(row.status, row.rid)


def keep(connection: Connection, account: str, key: str, answered: Answered) -> None:
    """Keep the answer to a request, in the unit of work that did what it says."""
    table = idempotency_keys
    connection.execute(
        table.update()
        .where(table.c.account == account, table.c.key == key)
        .values(status=answered.status, rid=answered.id)
    )
