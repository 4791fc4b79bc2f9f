"""Erasing holders some time after they have left: a name is kept as long as it helps, no longer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, and_, or_, select

from directory.changes import log
from directory.changes.deciding import restate
from directory.changes.journal import Journal
from directory.changes.kinds import Kinds
from directory.changes.reaching import Erasing, reach
from directory.changes.redact import Redacted, redact
from directory.changes.redactions import Why
from directory.clearing import UNCLEARED, note_uncleared
from directory.contacts.models import holders
from directory.db import Database
from directory.persons.tables import dropped_with
from directory.persons.unreadable import clear_erased, erasing_alone
from directory.readings.store import Store

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
    database: Database,
    kinds: Kinds,
    store: Store,
    state_dir: Path,
    ended: Sequence[Ended],
    *,
    kept: timedelta,
    at: datetime,
) -> tuple[list[Redacted], list[str]]:
    """Erase holders who have ended, with all that was ever recorded of them.

    Where something was erased before and could not be written over, or whoever did it was killed,
    this does that too. Of several processes one does it after the other.

    Args:
        database: The database; no unit of work of this process may be open.
        kinds: The registered kinds.
        store: Where readings are kept: nothing of theirs ends, but an earlier run's may be left.
        state_dir: The state folder.
        ended: The holders; one who has not ended any more by then is left.
        kept: How long they are kept.
        at: The present instant.

    Returns:
        What was erased, and what is left to be seen to by hand.
    """
    with erasing_alone(state_dir):
        done: list[Redacted] = []
        if ended:
            note_uncleared(state_dir)
        for start in range(0, len(ended), AT_ONCE):
            ids = frozenset(each.id for each in ended[start : start + AT_ONCE])
            with database.writing() as connection:
                log.hold(connection)
                still = {each.id for each in ended_holders(connection, kept=kept, at=at)}
                if ids & still:
                    journal = Journal(state_dir)
                    done.append(_erase_whole(connection, kinds, ids & still, journal, at))
        if not (state_dir / UNCLEARED).exists():
            return [], []
        _, todo = clear_erased(database, kinds, store, state_dir)
        return done, todo


def _erase_whole(
    connection: Connection, kinds: Kinds, ids: frozenset[str], journal: Journal, at: datetime
) -> Redacted:
    """Erase records, and what was ever proposed about them."""
    blanks = tuple(dropped_with(connection, kinds, reach(connection, kinds, Erasing(ids))))
    erasing = Erasing(ids, blanks=blanks)
    done = redact(connection, kinds, erasing, why=Why.RETENTION, at=at, journal=journal)
    for change_set in {blank.key["change_set"] for blank in blanks if "state" in blank.values}:
        restate(connection, change_set)
    return done
