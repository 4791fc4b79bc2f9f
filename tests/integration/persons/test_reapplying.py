"""What was erased after a backup was made is erased once more when it is restored (H15)."""

from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import Connection, select

from directory.access.models import accounts
from directory.changes.journal import DamagedJournalError, Journal, Line, read_lines
from directory.changes.models import change_sets, log_entries, log_head, log_payloads
from directory.changes.reapplying import Reapplied, reapply, replaced
from directory.changes.redactions import Why
from directory.ids import new_id
from directory.persons.erasing import erase_within
from directory.registry import KINDS
from tests.integration.changes.tables import all_rows, table
from tests.integration.changes.world import CONTACT, HOLDER, NOW, check_log, holder, write
from tests.integration.persons.everywhere import MOBILE, NAME, NUMBER, TRACES, Everywhere

LATER = NOW + timedelta(days=2)


def again(connection: Connection, everywhere: Everywhere, lines: list[Line]) -> Reapplied:
    elsewhere = frozenset({"readings"} if everywhere.readings.store.is_local else ())
    return reapply(connection, KINDS, lines, at=LATER, elsewhere=elsewhere)


class _UndoneError(Exception):
    pass


def lines_of_an_erasure(everywhere: Everywhere) -> list[Line]:
    """The journal of an erasure that the database itself has not seen: it is as in a backup."""
    planned = everywhere.planned(NAME, NUMBER)
    journal = Journal(everywhere.state)
    with suppress(_UndoneError), everywhere.database.writing() as connection:
        erase_within(connection, KINDS, planned, journal=journal, why=Why.ERASURE, at=NOW)
        raise _UndoneError
    return journal.lines()


def test_h15_a_backup_from_before_is_brought_to_the_erasure(everywhere: Everywhere) -> None:
    lines = lines_of_an_erasure(everywhere)
    with everywhere.database.writing() as connection:
        assert MOBILE in connection.scalars(select(table("channels").c.id)).all()
        done = again(connection, everywhere, lines)
        assert done.redactions == 1
        told = repr(all_rows(connection, but=("readings",))).lower()
        assert not [trace for trace in TRACES if trace.decode() in told]
        bodies = b"".join(bytes(each) for each in connection.scalars(select(log_payloads.c.body)))
        assert not [trace for trace in TRACES if trace in bodies.lower()]
        # The desk itself is still there: only what was taken out of it is.
        note = connection.scalar(
            select(table("contacts").c.document).where(table("contacts").c.id == CONTACT)
        )
        assert orjson.loads(note or "")["note"] == {"en": "[erased]"}
        assert connection.scalar(select(accounts.c.name).where(accounts.c.closed_at.is_not(None)))
        assert "" in connection.scalars(select(change_sets.c.reason)).all()
        assert check_log(connection).problems == ()
    assert bool(done.elsewhere) is everywhere.readings.store.is_local


def test_doing_it_twice_does_it_once(everywhere: Everywhere) -> None:
    lines = lines_of_an_erasure(everywhere)
    with everywhere.database.writing() as connection:
        again(connection, everywhere, lines)
        # In a log that has grown past the line's place, it is told by the line's own log alone.
        renamed: list[Line] = [{**line, "log": "ffffffffffffffff"} for line in lines]
        before = all_rows(connection)
        assert again(connection, everywhere, renamed).versions == 0
        assert all_rows(connection) == before


def test_a_log_that_has_the_redaction_is_left_as_it_is(everywhere: Everywhere) -> None:
    everywhere.erased(everywhere.planned(NAME, NUMBER))
    with everywhere.database.writing() as connection:
        before = all_rows(connection)
        done = again(connection, everywhere, Journal(everywhere.state).lines())
        assert (done.redactions, done.versions, done.elsewhere) == (0, 0, ())
        assert all_rows(connection) == before


def test_a_redaction_that_was_never_committed_is_not_done_later(everywhere: Everywhere) -> None:
    lines = lines_of_an_erasure(everywhere)
    with everywhere.database.writing() as connection:
        for _ in range(5):
            write(connection, holder(new_id(), name={"en": "New"}))
        head = connection.execute(select(log_head)).one()
        assert head.size >= lines[0]["seq"]
        assert again(connection, everywhere, lines).redactions == 0
        assert connection.scalar(
            select(log_entries.c.leaf).where(log_entries.c.seq == lines[0]["seq"])
        ) != bytes.fromhex(lines[0]["leaf"])
        assert HOLDER in connection.scalars(select(table("holders").c.id)).all()


def test_of_two_lines_for_one_place_the_later_counts(everywhere: Everywhere) -> None:
    lines = lines_of_an_erasure(everywhere)
    nothing: dict[str, Any] = {
        **lines[0], "leaf": "00", "targets": [], "records": [], "blanks": [], "change_sets": [],
    }  # fmt: skip
    with everywhere.database.writing() as connection:
        assert again(connection, everywhere, [lines[0], nothing]).redactions == 0
        assert again(connection, everywhere, [nothing, lines[0]]).redactions == 1


def test_a_record_that_says_something_else_by_now_is_not_a_target(everywhere: Everywhere) -> None:
    (line,) = lines_of_an_erasure(everywhere)
    other = [[*target[:3], "00" * 32] for target in line["targets"]]
    with everywhere.database.writing() as connection:
        changed: Line = {**line, "records": [], "targets": other, "log": "ffffffffffffffff"}
        assert again(connection, everywhere, [changed]).versions == 0


def test_a_damaged_journal_is_refused(tmp_path: Path) -> None:
    assert Journal(tmp_path).lines() == []
    for data in (b"{}\n", b"nonsense\n", b'{"v":2}\n'):
        with pytest.raises(DamagedJournalError, match="Line 1"):
            list(read_lines(data))


def test_a_text_is_replaced_where_there_is_one() -> None:
    document = {"note": {"en": "Ann"}, "list": ["a", {"b~/": "c"}], "n": 1}
    assert replaced(document, "/note/en", "x")["note"] == {"en": "x"}
    assert replaced(document, "/list/1/b~0~1", "x")["list"] == ["a", {"b~/": "x"}]
    for nowhere in ("/n", "/list/7", "/list/1/b~0~1/d", "/other/en"):
        assert replaced(document, nowhere, "x") == document
