"""Entries of the log of readings as tests make them and find them again."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from directory.readings.log import ReadingLog
from directory.readings.models import readings
from directory.readings.rules import Entry, Reader, Shown, entries_of

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def entries(request_id: str, *, owner: str = "JP", records: int = 2) -> list[Entry]:
    """The entries of one answer, which shows so many records, each under a label of its own."""
    shown = [Shown("channel", f"record-{n}", owner, "AMBER", (f"net-{n}",)) for n in range(records)]
    reader = Reader("partner", "account", "case 7", "/api/v1/contacts", request_id)
    return entries_of(shown, reader, NOW)


def kept(log: ReadingLog) -> Sequence[Any]:
    """Every row of the store as it is, what waits elsewhere left where it is."""
    with log.store.reading() as connection:
        return connection.execute(select(readings).order_by(readings.c.id)).all()


def requests_kept(log: ReadingLog) -> list[str]:
    """The requests whose answers are in the store."""
    return sorted({row.request_id for row in kept(log)})
