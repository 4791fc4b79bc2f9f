"""What was erased after a backup was made is erased once more when it is restored (H15)."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import Connection, insert, select

from directory.access.models import accounts
from directory.backup.commands import back_up, restore
from directory.backup.state import State
from directory.changes.journal import DamagedJournalError, Journal, Line, read_lines
from directory.changes.models import (
    change_sets,
    log_entries,
    log_head,
    log_payloads,
    proposed_change_sets,
    proposed_operations,
)
from directory.changes.operations import Put, Retire
from directory.changes.reaching import Erasing
from directory.changes.reapplying import Reapplied, reapply, replaced
from directory.changes.redact import redact
from directory.changes.redactions import Why
from directory.db import Database
from directory.ids import new_id
from directory.persons.erasing import erase_within, plan
from directory.persons.finding import Found
from directory.persons.records import in_records
from directory.persons.rules.matching import Person
from directory.persons.tables import in_tables
from directory.readings.store import Store
from directory.registry import KINDS
from tests.integration.changes.tables import all_rows, table
from tests.integration.changes.world import (
    CONTACT,
    HOLDER,
    NOW,
    ORGANISATION,
    check_log,
    contact,
    holder,
    organisation,
    settle,
    write,
)
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


@pytest.mark.parametrize("then", ["applied", "proposed"])
def test_h15_what_waits_in_a_backup_is_not_applied_empty(everywhere: Everywhere, then: str) -> None:
    """Whether or not it waited when they were erased, in the backup it does."""
    _state(everywhere, then, first="approved", rest="approved")
    lines = lines_of_an_erasure(everywhere)
    _state(everywhere, "proposed", first="open", rest="approved")
    with everywhere.database.writing() as connection:
        settled = Put("organisation", dict(organisation().document), new_id())
        connection.execute(
            insert(proposed_operations).values(
                change_set="p", place=3, state="approved", op="put", kind="organisation",
                rid=str(settled.id), base_revision=0,
                document=orjson.dumps(dict(settled.document)).decode(),
                marking=0, audience="[]", owner="AU",
            )
        )  # fmt: skip
        again(connection, everywhere, lines)
    with everywhere.database.reading() as connection:
        found = connection.execute(
            select(proposed_operations.c.state, proposed_operations.c.document).order_by(
                proposed_operations.c.place
            )
        )
        assert [(row.state, row.document is None) for row in found] == [
            *[("dropped", True)] * 3,
            ("approved", False),
        ]
        # Nothing is open any more: all that is left of it has been approved.
        assert connection.scalar(select(proposed_change_sets.c.state)) == "approved"


def _state(everywhere: Everywhere, whole: str, *, first: str, rest: str) -> None:
    """Say what became of what is proposed there, and of its operations."""
    operations = proposed_operations
    with everywhere.database.writing() as connection:
        connection.execute(proposed_change_sets.update().values(state=whole))
        connection.execute(operations.update().values(state=rest))
        connection.execute(operations.update().where(operations.c.place == 0).values(state=first))


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


OTHER = "11111111-0000-4000-8000-0000000000aa"
"""Another organisation."""


@dataclass
class Twice:
    """A directory whose state was kept when it was asked for, and goes on."""

    database: Database
    state: Path

    def erased(self, *spellings: str) -> None:
        """Take somebody out of it."""
        with self.database.reading() as connection:
            person = Person(spellings)
            places = [*in_records(connection, KINDS, person), *in_tables(connection, person)]
            planned = plan(
                connection, KINDS, Found(person, tuple(places), (), 0), is_local=False, at=NOW
            )
        with self.database.writing() as connection:
            erase_within(
                connection, KINDS, planned,
                journal=Journal(self.state), why=Why.ERASURE, at=NOW,
            )  # fmt: skip


@pytest.fixture
def twice(database: Database, tmp_path: Path) -> Twice:
    with database.writing() as connection:
        settle(connection)
    return Twice(database, tmp_path)


def said(connection: Connection) -> str:
    bodies = b"".join(bytes(each) for each in connection.scalars(select(log_payloads.c.body)))
    return bodies.decode() + repr(all_rows(connection))


@pytest.fixture
def restored(
    twice: Twice, empty_database: str
) -> Iterator[Callable[[Callable[[], None]], tuple[Connection, Reapplied]]]:
    """Back up, let a life go on, restore, and look at what that comes up with."""
    with ExitStack() as stack:

        def go_on(life: Callable[[], None]) -> tuple[Connection, Reapplied]:
            state = State(twice.state / "none", twice.state / "no-keys")
            url = twice.database.engines[0].url.render_as_string(hide_password=False)
            store, file = Store(url), twice.state / "backup"
            back_up(twice.database, store, state, KINDS, file, at=NOW, progress=lambda *_: None)
            store.dispose()
            life()
            copied: list[Reapplied] = []

            def noted(*args: Any, **named: Any) -> Reapplied:
                copied.append(reapply(*args, **named))
                return copied[-1]

            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("directory.backup.commands.reapply", noted)
                restore(
                    empty_database, State(twice.state, twice.state / "no-keys"), KINDS, file,
                    at=LATER, progress=lambda *_: None,
                )  # fmt: skip
            again = Database(empty_database)
            stack.callback(again.dispose)
            connection = stack.enter_context(again.writing())
            assert check_log(connection).problems == ()
            return connection, copied[0]

        yield go_on


Restored = Callable[[Callable[[], None]], tuple[Connection, Reapplied]]


def test_a_text_that_moved_before_it_was_erased_goes_where_it_stood_then(
    twice: Twice, restored: Restored
) -> None:
    with twice.database.writing() as connection:
        write(connection, contact(base=1, note={"en": f"Ask for {NAME}"}))

    def life() -> None:
        with twice.database.writing() as connection:
            write(connection, contact(base=2, note={"zh-Hant": NAME}))
        twice.erased(NAME)

    connection, _ = restored(life)
    assert NAME not in said(connection)
    assert CONTACT in connection.scalars(select(table("contacts").c.id)).all()


def test_a_record_that_only_used_to_name_somebody_stays_with_all_that_names_it(
    twice: Twice, restored: Restored
) -> None:
    with twice.database.writing() as connection:
        write(connection, organisation(base=1, name={"en": f"Office of {NAME}"}))

    def life() -> None:
        with twice.database.writing() as connection:
            write(connection, organisation(base=2))
        twice.erased(NAME)

    connection, done = restored(life)
    assert NAME not in said(connection)
    assert done.along == ()
    assert CONTACT in connection.scalars(select(table("contacts").c.id)).all()


def test_what_named_an_erased_record_then_goes_along_and_is_told(
    twice: Twice, restored: Restored
) -> None:
    child = new_id()
    with twice.database.writing() as connection:
        write(
            connection,
            organisation(OTHER, slug="new", name={"en": "New"}),
            organisation(child, slug="part", name={"en": "Part"}, parent=ORGANISATION),
        )

    def life() -> None:
        with twice.database.writing() as connection:
            write(
                connection,
                contact(base=1, organisation=OTHER),
                organisation(child, base=1, slug="part", name={"en": "Part"}),
            )
            write(connection, Retire("organisation", ORGANISATION, 1))
            redact(
                connection, KINDS, Erasing(frozenset({ORGANISATION})),
                why=Why.ERASURE, at=NOW, journal=Journal(twice.state),
            )  # fmt: skip

    connection, done = restored(life)
    organisations = table("organisations")
    left = {row.id: row.parent for row in connection.execute(select(organisations))}
    assert left == {OTHER: None, child: None}
    assert ("contact", CONTACT) in done.along
    assert ("organisation", child) not in done.along


def test_two_people_in_one_text_are_both_gone(twice: Twice, restored: Restored) -> None:
    """The second line knows the version that the first one left, which no backup holds."""
    other = "Bobbex Yarrowman"
    with twice.database.writing() as connection:
        write(connection, contact(base=1, note={"en": f"Ask for {NAME}", "zh-Hant": other}))

    def life() -> None:
        twice.erased(NAME)
        twice.erased(other)

    connection, _ = restored(life)
    assert NAME not in said(connection)
    assert other not in said(connection)
    assert CONTACT in connection.scalars(select(table("contacts").c.id)).all()


def test_what_the_first_line_adds_does_not_settle_the_second(
    twice: Twice, restored: Restored
) -> None:
    """By its place in the log alone, the second line would seem to be there already."""
    other = "Bobbex Yarrowman"
    with twice.database.writing() as connection:
        write(
            connection,
            contact(base=1, note={"en": NAME}),
            holder(new_id(), name={"en": other}),
        )

    def life() -> None:
        with twice.database.writing() as connection:
            write(connection, contact(base=2))
        twice.erased(NAME)
        twice.erased(other)

    connection, done = restored(life)
    assert done.redactions == 2
    assert other not in said(connection)


def test_what_was_retired_then_cannot_be_written_anew_and_goes(
    twice: Twice, restored: Restored
) -> None:
    with twice.database.writing() as connection:
        write(connection, organisation(base=1, name={"en": f"Office of {NAME}"}))
        write(connection, Retire("contact", CONTACT, 1))
        write(connection, Retire("organisation", ORGANISATION, 2))

    def life() -> None:
        with twice.database.writing() as connection:
            write(connection, organisation(base=3), contact(base=2))
        twice.erased(NAME)

    connection, done = restored(life)
    assert NAME not in said(connection)
    assert {("organisation", ORGANISATION), ("contact", CONTACT)} <= set(done.along)


def test_all_lines_are_known_before_the_first_is_carried_out(
    twice: Twice, restored: Restored
) -> None:
    """What stood in the way of one line and went with another is not told as lost."""

    def life() -> None:
        with twice.database.writing() as connection:
            write(
                connection,
                organisation(OTHER, slug="new", name={"en": "New"}),
                contact(base=1, organisation=OTHER),
                Retire("organisation", ORGANISATION, 1),
            )
        for rid in (ORGANISATION, CONTACT):
            with twice.database.writing() as connection:
                redact(
                    connection, KINDS, Erasing(frozenset({rid})),
                    why=Why.ERASURE, at=NOW, journal=Journal(twice.state),
                )  # fmt: skip

    connection, done = restored(life)
    assert done.along == ()
    for name in ("organisations", "contacts", "channels", "holders", "checks"):
        assert connection.execute(select(table(name))).all() == []
