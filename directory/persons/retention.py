"""Erasing holders some time after they have left: a name is kept as long as it helps, no longer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, and_, or_, select

from directory.changes.journal import Journal
from directory.changes.kinds import Kinds
from directory.changes.reaching import Erasing
from directory.changes.redact import Redacted, redact
from directory.changes.redactions import Why
from directory.clearing import clear, clear_snapshots
from directory.contacts.models import holders
from directory.db import Database

AT_ONCE = 1000
"""So many holders in one entry of the log: each may have had several versions."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A holder whose time is over.

    Attributes:
        until: The first day on which they did not hold the post any more.
    """

    id: str
    contact: str
    owner: str
    until: date


def ended_holders(connection: Connection, *, kept: timedelta, at: datetime) -> list[Ended]:
    """The holders who have ended for longer than they are kept, those longest ago first.

    One has ended with their last day in the post, or when the record was retired.

    Args:
        connection: A reading unit of work.
        kept: How long they are kept.
        at: The present instant.
    """
    latest = at.astimezone(UTC) - kept
    rows = connection.execute(
        select(
            holders.c.id,
            holders.c.contact,
            holders.c.owner,
            holders.c.until_date,
            holders.c.retired_at,
        ).where(
            or_(
                holders.c.until_date <= latest.date(),
                # A retired one whose last day nobody told.
                and_(holders.c.until_date.is_(None), holders.c.retired_at <= latest),
            )
        )
    )
    found = [
        Ended(row.id, row.contact, row.owner, row.until_date or row.retired_at.date())
        for row in rows
    ]
    return sorted(found, key=lambda ended: (ended.until, ended.id))


def erase_ended(
    database: Database, kinds: Kinds, state_dir: Path, ended: Sequence[Ended], *, at: datetime
) -> tuple[list[Redacted], list[str]]:
    """Erase holders who have ended, with all that was ever recorded of them.

    Returns:
        What was erased, and what is left to be seen to by hand.
    """
    done: list[Redacted] = []
    for start in range(0, len(ended), AT_ONCE):
        ids = frozenset(each.id for each in ended[start : start + AT_ONCE])
        with database.writing() as connection:
            done.append(
                redact(
                    connection,
                    kinds,
                    Erasing(ids),
                    why=Why.RETENTION,
                    at=at,
                    journal=Journal(state_dir),
                )
            )
    if not done:
        return [], []
    clear_snapshots(state_dir)
    tables = {"log_payloads", *(summary.table.name for summary in kinds.summaries)}
    holder = kinds["holder"]
    tables |= {holder.table.name, *(table.name for table in holder.derived)}
    return done, clear(database, tables)
