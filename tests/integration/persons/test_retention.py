"""Holders who left longer ago than they are to be kept are erased, and nobody else."""

from datetime import timedelta
from pathlib import Path

import orjson
from sqlalchemy import select

from directory.changes.journal import Journal
from directory.changes.models import log_entries
from directory.changes.operations import Retire
from directory.db import Database
from directory.persons.retention import ended_holders, erase_ended
from directory.registry import KINDS
from tests.integration.changes.tables import table
from tests.integration.changes.world import HOLDER, NOW, check_log, holder, settle, write

KEPT = timedelta(days=100)
LEFT = "2025-11-21"
"""A hundred days before."""
PRESENT = "11111111-0000-4000-8000-0000000000a1"
LATELY = "11111111-0000-4000-8000-0000000000a2"
RETIRED = "11111111-0000-4000-8000-0000000000a3"


def filled(database: Database) -> None:
    with database.writing() as connection:
        settle(connection)
        write(
            connection,
            holder(base=1, from_date="2024-01-01", until_date=LEFT),
            holder(PRESENT, from_date="2025-11-21"),
            holder(LATELY, until_date="2025-11-22"),
            holder(RETIRED),
        )
        write(connection, Retire("holder", RETIRED, 1))


def test_who_has_ended_is_known_to_the_day(database: Database) -> None:
    filled(database)
    with database.reading() as connection:
        found = ended_holders(connection, kept=KEPT, at=NOW)
        assert [each.id for each in found] == [HOLDER]
        day_before = ended_holders(connection, kept=KEPT, at=NOW - timedelta(days=1))
        assert day_before == []
        later = ended_holders(connection, kept=KEPT, at=NOW + timedelta(days=100))
    assert {each.id for each in later} == {HOLDER, LATELY, RETIRED}


def test_they_are_erased_whole_and_the_reason_is_told(database: Database, tmp_path: Path) -> None:
    filled(database)
    with database.reading() as connection:
        ended = ended_holders(connection, kept=KEPT, at=NOW)
    (done,), _ = erase_ended(database, KINDS, tmp_path, ended, at=NOW)
    assert done.records == (("holder", HOLDER),)
    with database.reading() as connection:
        assert check_log(connection).problems == ()
        assert set(connection.scalars(select(table("holders").c.id))) == {PRESENT, LATELY, RETIRED}
        envelope = connection.scalar(
            select(log_entries.c.envelope).where(log_entries.c.seq == done.seq)
        )
        assert envelope is not None
        assert orjson.loads(bytes(envelope))["why"] == "retention"
        assert ended_holders(connection, kept=KEPT, at=NOW) == []
    assert len(Journal(tmp_path).lines()) == 1


def test_nobody_to_erase_writes_nothing(database: Database, tmp_path: Path) -> None:
    filled(database)
    assert erase_ended(database, KINDS, tmp_path, [], at=NOW) == ([], [])
    assert Journal(tmp_path).lines() == []
