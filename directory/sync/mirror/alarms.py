"""Raising alarms and clearing them; each stands until somebody who runs the copy has seen to it."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import Connection, select

from directory.ids import new_id
from directory.sync.models import mirror_alarms
from directory.sync.rules.alarms import Alarm

log = logging.getLogger("directory.mirror")


def raise_alarm(connection: Connection, alarm: Alarm, detail: str, *, at: datetime) -> None:
    """Note an alarm, once as long as it stands: an attack that goes on fills no table."""
    standing = connection.execute(
        select(mirror_alarms.c.id).where(
            mirror_alarms.c.code == str(alarm), mirror_alarms.c.cleared_at.is_(None)
        )
    ).first()
    if standing is None:
        connection.execute(
            mirror_alarms.insert().values(id=new_id(), at=at, code=str(alarm), detail=detail)
        )
    log.error("alarm", extra={"fields": {"alarm": str(alarm), "detail": detail}})


def clear_alarms(connection: Connection, *codes: str, at: datetime) -> int:
    """Mark alarms as seen to.

    Args:
        connection: A writing unit of work.
        codes: Which; none means all.
        at: The present instant.

    Returns:
        How many there were.
    """
    chosen = mirror_alarms.update().where(mirror_alarms.c.cleared_at.is_(None))
    if codes:
        chosen = chosen.where(mirror_alarms.c.code.in_(codes))
    return connection.execute(chosen.values(cleared_at=at)).rowcount
