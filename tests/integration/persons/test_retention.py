"""Holders who left longer ago than they are to be kept are erased, and nobody else."""

import time
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from sqlalchemy import insert, select

from directory.changes.journal import Journal
from directory.changes.models import log_entries, proposed_change_sets, proposed_operations
from directory.changes.operations import Retire
from directory.clearing import Cleared
from directory.db import Database
from directory.persons.retention import Ended, ended_holders, erase_ended
from directory.readings.store import Store
from directory.registry import KINDS
from tests.integration.changes.tables import table
from tests.integration.changes.world import ACTOR, HOLDER, NOW, check_log, holder, settle, write

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


def ended_by_now(database: Database) -> list[Ended]:
    with database.reading() as connection:
        return ended_holders(connection, kept=KEPT, at=NOW)


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
    ended = ended_by_now(database)
    (done,), _ = erase_ended(
        database, KINDS, Store(database.url), tmp_path, ended, kept=KEPT, at=NOW
    )
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
    assert erase_ended(database, KINDS, Store(database.url), tmp_path, [], kept=KEPT, at=NOW) == (
        [],
        [],
    )
    assert Journal(tmp_path).lines() == []


def test_what_was_proposed_about_them_goes_with_them(database: Database, tmp_path: Path) -> None:
    filled(database)
    with database.writing() as connection:
        connection.execute(
            insert(proposed_change_sets).values(
                id="p", state="applied", actor=ACTOR, origin="edit", reason="", proposed_at=NOW
            )
        )
        document = orjson.dumps({"name": {"en": "Quuxley Zebulon"}}).decode()
        connection.execute(
            insert(proposed_operations).values(
                change_set="p", place=0, state="approved", op="put", kind="holder", rid=HOLDER,
                base_revision=1, document=document, marking=2, audience="[]", owner="AU",
            )
        )  # fmt: skip
    ended = ended_by_now(database)
    erase_ended(database, KINDS, Store(database.url), tmp_path, ended, kept=KEPT, at=NOW)
    with database.reading() as connection:
        assert connection.scalars(select(proposed_operations.c.document)).all() == [None]


def test_what_a_killed_run_left_readable_the_next_one_clears(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(database)
    ended = ended_by_now(database)

    def killed(database: Database, tables: Iterable[str]) -> Cleared:
        raise KeyboardInterrupt

    cleared: list[str] = []

    def noted(database: Database, tables: Iterable[str]) -> Cleared:
        cleared.append(database.url)
        return Cleared()

    monkeypatch.setattr("directory.persons.unreadable.clear", killed)
    with pytest.raises(KeyboardInterrupt):
        erase_ended(database, KINDS, Store(database.url), tmp_path, ended, kept=KEPT, at=NOW)
    monkeypatch.setattr("directory.persons.unreadable.clear", noted)
    for _ in range(2):
        assert erase_ended(
            database, KINDS, Store(database.url), tmp_path, [], kept=KEPT, at=NOW
        ) == ([], [])
    store = Store(database.url)
    assert cleared == [database.url, *([store.database.url] if store.is_local else [])]


def test_who_has_not_ended_any_more_by_then_is_left(database: Database, tmp_path: Path) -> None:
    filled(database)
    ended = ended_by_now(database)
    with database.writing() as connection:
        write(connection, holder(base=2, from_date="2024-01-01"))
    assert (
        erase_ended(database, KINDS, Store(database.url), tmp_path, ended, kept=KEPT, at=NOW)[0]
        == []
    )
    with database.reading() as connection:
        assert HOLDER in set(connection.scalars(select(table("holders").c.id)))


def test_of_two_at_once_neither_leaves_anything_readable(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that clears what it has erased waits for another that is about to erase, and after."""
    filled(database)
    ended = ended_by_now(database)
    other = Database(database.url)
    began, cleared = list[Future[object]](), list[bool]()

    def slow(database: Database, tables: Iterable[str]) -> Cleared:
        if not began:
            began.append(
                pool.submit(
                    erase_ended, other, KINDS, Store(other.url), tmp_path, [], kept=KEPT, at=NOW
                )
            )
            time.sleep(0.2)
            # While this one clears, the other one must not have looked whether there is need.
            cleared.append(began[0].done())
        return Cleared()

    monkeypatch.setattr("directory.persons.unreadable.clear", slow)
    with ThreadPoolExecutor(1) as pool:
        (done,), _ = erase_ended(
            database, KINDS, Store(database.url), tmp_path, ended, kept=KEPT, at=NOW
        )
        assert began[0].result() == ([], [])
    assert done.records == (("holder", HOLDER),)
    assert cleared == [False]
    other.dispose()
