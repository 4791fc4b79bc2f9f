"""A person is found in every place, and afterwards stands in none of them (H13, H15)."""

from collections.abc import Sequence
from datetime import timedelta

import orjson
import pytest
from sqlalchemy import func, select

from directory.access.commands.accounts import create_operator
from directory.access.errors import AccessConflictError
from directory.access.models import accounts
from directory.changes.amending import Amendment, amend
from directory.changes.errors import MirrorRefusesError, StaleRevisionError
from directory.changes.journal import Journal
from directory.changes.kinds import Kinds
from directory.changes.models import (
    change_sets,
    log_entries,
    log_head,
    proposed_change_sets,
    proposed_operations,
)
from directory.changes.reaching import Erasing
from directory.changes.rebuild import rebuild
from directory.changes.redact import Redacted, redact
from directory.changes.redactions import Why
from directory.changes.views import change_set
from directory.clearing import UNCLEARED
from directory.contacts.models import channels
from directory.db import Database
from directory.errors import DirectoryError
from directory.meetings.models import list_findings, returned_lists
from directory.persons.erasing import erase
from directory.persons.outside import taken_outside
from directory.persons.records import in_records
from directory.persons.retention import erase_ended
from directory.persons.rules.matching import Person
from directory.policy import Tlp, Viewer
from directory.readings.models import readings
from directory.registry import KINDS
from directory.sync.models import sync_cursors
from tests.databases import Backend
from tests.disk import files_of
from tests.integration.changes.tables import all_rows, table
from tests.integration.changes.world import CONTACT, HOLDER, NOW, channel, check_log, write
from tests.integration.persons.everywhere import (
    ATTENDANCE,
    CALLED,
    KEY,
    MAIL,
    MAILBOX,
    MOBILE,
    NAME,
    NUMBER,
    OWN_SCRIPT,
    SUCCESSOR,
    TRACES,
    Everywhere,
)

STORES = {
    "record", "version", "change_sets", "proposed_change_sets", "proposed_operations",
    "returned_lists", "list_findings", "accounts", "readings",
}  # fmt: skip


def test_a_person_is_found_in_every_place(everywhere: Everywhere) -> None:
    found = everywhere.found("Zebulon Quuxley", NUMBER)
    assert {place.store for place in found.places} == STORES
    records = {place.key["id"] for place in found.places if place.store == "record"}
    assert records == {HOLDER, ATTENDANCE, MOBILE, MAIL, KEY, CONTACT, SUCCESSOR}
    assert OWN_SCRIPT in found.person.spellings
    assert {taken.what for taken in found.taken} == {"list", "offline", "snapshot", "mirror"}


def test_the_own_script_alone_finds_the_same(everywhere: Everywhere) -> None:
    assert everywhere.found(OWN_SCRIPT, NUMBER).places == everywhere.found(NAME, NUMBER).places


def test_somebody_who_is_nowhere_is_found_nowhere(everywhere: Everywhere) -> None:
    found = everywhere.found("Nobody Atall")
    assert (found.places, found.taken) == ((), ())


def test_the_plan_changes_nothing_and_says_all(everywhere: Everywhere) -> None:
    with everywhere.database.reading() as connection:
        before = all_rows(connection)
    planned = everywhere.planned(NAME, NUMBER)
    assert planned.erasing.records == {HOLDER, ATTENDANCE, MOBILE, MAIL, KEY}
    assert planned.along == {CALLED}
    assert set(planned.rewritten) == {("contact", CONTACT), ("holder", SUCCESSOR)}
    with everywhere.database.reading() as connection:
        assert all_rows(connection) == before


def test_afterwards_a_person_is_found_nowhere_and_the_rest_stands(everywhere: Everywhere) -> None:
    done = everywhere.erased(everywhere.planned(NAME, NUMBER))
    assert everywhere.found(NAME, OWN_SCRIPT, NUMBER).places == ()
    assert everywhere.planned(NAME, NUMBER).is_empty
    with everywhere.database.writing() as connection:
        assert check_log(connection).problems == ()
        documents = {
            row.id: orjson.loads(row.document)
            for name in ("contacts", "holders", "channels", "checks", "keys")
            for row in connection.execute(select(table(name)))
        }
        assert {HOLDER, MOBILE, MAIL, CALLED, KEY}.isdisjoint(documents)
        assert documents[CONTACT]["note"] == {"en": "At night ask for [erased], [erased]."}
        assert documents[SUCCESSOR]["handover"]["outgoing"] == "[erased]"
        assert documents[SUCCESSOR]["name"] == {"en": "Kim"}
        before = all_rows(connection)
        rebuild(connection, KINDS, progress=lambda done, of: None)
        assert all_rows(connection) == before
    assert done.redacted.seq is not None
    assert done.snapshots == 1
    assert not list((everywhere.state / "snapshots").iterdir())


def test_what_stands_beside_the_log_says_nothing_any_more(everywhere: Everywhere) -> None:
    everywhere.erased(everywhere.planned(NAME, NUMBER))
    with everywhere.database.reading() as connection:
        operations = connection.execute(select(proposed_operations)).all()
        said = {(each.document, each.noted, each.state) for each in operations}
        assert said == {(None, None, "dropped")}
        assert len(operations) == 3
        proposal = connection.execute(select(proposed_change_sets)).one()
        assert (proposal.reason, proposal.remark) == ("", None)
        returned = connection.execute(select(returned_lists)).one()
        assert returned.file_name == "[erased]"
        assert returned.reading == "{}"
        finding = connection.execute(select(list_findings)).one()
        assert (finding.read, finding.proposed) == ("[erased]", "[erased]")
        ended = connection.execute(select(accounts).where(accounts.c.name == "[erased]")).one()
        assert ended.closed_at is not None
        assert ended.email == f"{ended.id}@erased.invalid"
        reasons = connection.scalars(select(change_sets.c.reason)).all()
        assert "" in reasons
    with everywhere.readings.reading() as connection:
        assert connection.execute(select(readings)).one().purpose is None


def test_what_was_taken_outside_is_told_until_it_is_dropped(everywhere: Everywhere) -> None:
    done = everywhere.erased(everywhere.planned(NAME, NUMBER))
    assert {taken.what for taken in done.taken} == {"list", "offline", "snapshot", "mirror"}
    assert {taken.partner for taken in done.taken} == {None, "ministry"} - {None}
    assert all(taken.todo for taken in done.taken)


def test_who_is_not_sure_enough_is_left_and_listed(everywhere: Everywhere) -> None:
    planned = everywhere.planned("Quuxley", least=1.0)
    assert not [place for place in planned.treated if place.confidence < 1]


@pytest.mark.timeout(400)
def test_h13_nothing_readable_is_left_on_the_disk(everywhere: Everywhere, backend: Backend) -> None:
    if backend is Backend.POSTGRESQL:
        # As the statistics of a directory in use: samples of what stands in its columns.
        with everywhere.database.writing() as connection:
            connection.exec_driver_sql("ANALYZE")
    assert _left(everywhere) >= {b"zebulon", b"quuxley", OWN_SCRIPT.encode()}
    done = everywhere.erased(everywhere.planned(NAME, NUMBER))
    if backend is Backend.SQLITE:
        assert done.todo == ()
    for _ in range(10):
        # Whoever writes to another database of the tests' server for long is waited for, and told.
        if not any("run this command again" in todo for todo in done.todo):
            break
        done = everywhere.erased(everywhere.planned(NAME, NUMBER))
    assert _left(everywhere) == set()


def _left(everywhere: Everywhere) -> set[bytes]:
    """What can be read of them in any file."""
    files = [
        *(file for file in everywhere.state.glob("**/*") if file.is_file()),
        *files_of(everywhere.database),
        *files_of(everywhere.readings.store.database),
    ]
    data = [file.read_bytes().lower() for file in files]
    return {trace for trace in TRACES if any(trace in each for each in data)}


def test_what_could_not_be_cleared_is_told_and_done_the_second_time(
    everywhere: Everywhere, backend: Backend
) -> None:
    if backend is Backend.POSTGRESQL:
        pytest.skip("a file with one writer is SQLite's")
    url = everywhere.database.url
    hasty, other = Database(url, lock_timeout=0), Database(url)
    planned = everywhere.planned(NAME, NUMBER)
    with other.reading() as connection:
        connection.execute(select(func.count()).select_from(log_entries)).one()
        done = erase(
            hasty, KINDS, everywhere.readings, everywhere.state, planned,
            why=Why.ERASURE, at=NOW,
        )  # fmt: skip
    assert len(done.todo) == 1
    assert "run this" in done.todo[0]
    done = everywhere.erased(everywhere.planned(NAME, NUMBER))
    assert (done.redacted.seq, done.todo) == (None, ())
    assert _left(everywhere) == set()
    hasty.dispose()
    other.dispose()


def test_the_readings_own_file_is_cleared_the_second_time_too(
    everywhere: Everywhere, backend: Backend
) -> None:
    if backend is Backend.POSTGRESQL:
        pytest.skip("the readings have a file of their own on SQLite")
    own = everywhere.readings.store.database
    hasty = Database(own.url, lock_timeout=0)
    with pytest.MonkeyPatch.context() as patch, own.reading() as connection:
        connection.execute(select(func.count()).select_from(readings)).one()
        patch.setattr(everywhere.readings.store, "database", hasty)
        done = everywhere.erased(everywhere.planned(NAME, NUMBER))
    assert len(done.todo) == 1
    hasty.dispose()
    # The timer's command as well as the same one once more.
    assert (everywhere.state / UNCLEARED).exists()
    assert _expired(everywhere) == ([], [])
    assert not (everywhere.state / UNCLEARED).exists()
    assert _left(everywhere) == set()


def test_whoever_is_killed_before_the_readings_own_file_has_it_done_by_the_timer(
    everywhere: Everywhere, backend: Backend
) -> None:
    if backend is Backend.POSTGRESQL:
        pytest.skip("the readings have a file of their own on SQLite")
    planned = everywhere.planned(NAME, NUMBER)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(everywhere.readings.store, "put_out", _killed)
        with pytest.raises(KeyboardInterrupt):
            everywhere.erased(planned)
    with everywhere.readings.store.reading() as connection:
        assert connection.scalar(_PURPOSES) == 1
    assert _expired(everywhere) == ([], [])
    with everywhere.readings.store.reading() as connection:
        assert connection.scalar(_PURPOSES) == 0
    assert _left(everywhere) == set()


_PURPOSES = select(func.count()).where(readings.c.purpose.is_not(None))


def _killed(ids: Sequence[str]) -> None:
    raise KeyboardInterrupt


def _expired(everywhere: Everywhere) -> tuple[list[Redacted], list[str]]:
    """What the timer's command does where nobody's time is over."""
    return erase_ended(
        everywhere.database, KINDS, everywhere.readings.store, everywhere.state, [],
        kept=timedelta(days=1), at=NOW,
    )  # fmt: skip


def test_what_has_moved_since_it_was_planned_is_not_erased(everywhere: Everywhere) -> None:
    planned = everywhere.planned(NAME, NUMBER)
    with everywhere.database.writing() as connection:
        write(connection, channel(MOBILE, base=1, medium="mobile", raw="+61 491 570 157"))
    with pytest.raises(StaleRevisionError, match=MOBILE):
        everywhere.erased(planned)
    with everywhere.database.reading() as connection:
        assert connection.scalar(select(channels.c.revision).where(channels.c.id == MOBILE)) == 2
    assert Journal(everywhere.state).lines() == []


def test_no_line_of_the_journal_names_anybody(everywhere: Everywhere) -> None:
    everywhere.erased(everywhere.planned(NAME, NUMBER))
    data = Journal(everywhere.state).path.read_bytes().lower()
    assert not [trace for trace in TRACES if trace in data]


def test_the_log_records_it_without_the_name(everywhere: Everywhere) -> None:
    done = everywhere.erased(everywhere.planned(NAME, NUMBER))
    with everywhere.database.reading() as connection:
        newest = connection.execute(
            select(log_entries).where(log_entries.c.seq == done.redacted.seq)
        ).one()
        assert newest.seq == connection.scalar(select(func.max(log_entries.c.seq)))
        noted = connection.execute(
            select(change_sets).where(change_sets.c.id == newest.change_set)
        ).one()
    assert noted.reason == "Erased at a person's request"


def test_h14_a_mirror_is_listed_until_it_has_taken_the_redaction(everywhere: Everywhere) -> None:
    done = everywhere.erased(everywhere.planned(NAME, NUMBER))
    targets, seq = done.redacted.targets, done.redacted.seq
    assert seq is not None
    with everywhere.database.writing() as connection:
        # One that came with an entry was given what follows it.
        for presented, listed in ((min(targets) - 1, True), (seq - 1, True), (seq, False)):
            connection.execute(sync_cursors.update().values(seq=presented))
            taken = taken_outside(connection, targets, redacted_at=seq)
            assert ("mirror" in {each.what for each in taken}) is listed


def test_h14_the_entry_can_be_told_to_everybody(everywhere: Everywhere) -> None:
    done = everywhere.erased(everywhere.planned(NAME, NUMBER))
    with everywhere.database.reading() as connection:
        envelope = connection.scalar(
            select(log_entries.c.envelope).where(log_entries.c.seq == done.redacted.seq)
        )
    assert envelope is not None
    told = orjson.loads(bytes(envelope))
    assert set(told) == {
        "v", "seq", "at", "kind", "rid", "op", "revision", "owner", "change_set", "actor",
        "payload_hash", "targets", "why",
    }  # fmt: skip
    # Not even the records are named: whoever never saw them learns nothing of them.
    erased = {HOLDER, ATTENDANCE, MOBILE, MAIL, KEY, CONTACT}
    assert not [rid for rid in erased if rid.encode() in bytes(envelope)]


def test_a_proposal_that_says_nothing_any_more_is_read_and_not_opened_again(
    everywhere: Everywhere,
) -> None:
    everywhere.erased(everywhere.planned(NAME, NUMBER))
    editor = Viewer("AU", frozenset(), Tlp.AMBER, frozenset({"AU"}), account="editor")
    with everywhere.database.writing() as connection:
        change_set(connection, KINDS, "p", viewer=editor)
        with pytest.raises(DirectoryError):
            amend(
                connection, KINDS, "p", 0, Amendment(keep="mine"), viewer=editor,
                why_not_second=lambda one, other: None, at=NOW,
            )  # fmt: skip


def test_a_refused_erasure_is_not_in_the_journal(everywhere: Everywhere) -> None:
    """A restore would do what was refused."""
    with everywhere.database.writing() as connection:
        create_operator(connection, NAME, MAILBOX, "Alpha", at=NOW)
    planned = everywhere.planned(NAME, NUMBER)
    with everywhere.database.reading() as connection:
        before = all_rows(connection)
    with pytest.raises(AccessConflictError, match="No operator"):
        everywhere.erased(planned)
    with everywhere.database.reading() as connection:
        assert all_rows(connection) == before
    assert Journal(everywhere.state).lines() == []


def test_the_journal_keeps_nothing_of_other_people(everywhere: Everywhere) -> None:
    """It would outlast their own erasure, and a restore would write it back."""
    other = "Bobbex Yarrowman"
    with everywhere.database.writing() as connection:
        reading = orjson.dumps({"rows": [NAME, other]}).decode()
        connection.execute(returned_lists.update().values(reading=reading))
    everywhere.erased(everywhere.planned(NAME, NUMBER))
    assert other.encode() not in Journal(everywhere.state).path.read_bytes()
    assert everywhere.planned(other).is_empty


def test_what_was_noted_of_a_number_goes_with_the_document_that_named_it(
    everywhere: Everywhere,
) -> None:
    """By itself it could not be found again when the number's own line is erased."""
    with everywhere.database.writing() as connection:
        connection.execute(
            proposed_operations.update()
            .where(proposed_operations.c.place == 2)
            .values(document=orjson.dumps({"channel": MOBILE, "note": "Bobbex Yarrowman"}).decode())
        )
    everywhere.erased(everywhere.planned("Bobbex Yarrowman"))
    with everywhere.database.reading() as connection:
        operation = connection.execute(
            select(proposed_operations).where(proposed_operations.c.place == 2)
        ).one()
        assert (operation.document, operation.noted) == (None, None)


def test_on_a_mirror_its_own_accounts_and_purposes_are_treated_and_nothing_else(
    everywhere: Everywhere,
) -> None:
    with everywhere.database.writing() as connection:
        connection.execute(log_head.update().values(writing=True, opened_for="copy"))
        connection.execute(log_head.update().values(copy_of="https://origin.example"))
        connection.execute(log_head.update().values(writing=False, opened_for=None))
        head = connection.execute(select(log_head)).one()
    planned = everywhere.planned(NAME, NUMBER, records=[HOLDER])
    assert planned.erasing.records | planned.erasing.past == set()
    assert planned.rewritten == {}
    assert "record" in {place.store for place in planned.left}
    done = everywhere.erased(planned)
    assert (done.redacted.seq, done.redacted.targets) == (None, ())
    left = {place.store for place in everywhere.found(NAME, NUMBER).places}
    assert left == {"record", "version", "change_sets"}
    with everywhere.database.reading() as connection:
        assert connection.execute(select(log_head)).one() == head
    with pytest.raises(MirrorRefusesError), everywhere.database.writing() as connection:
        redact(
            connection, KINDS, Erasing(frozenset({HOLDER})),
            why=Why.ERASURE, at=NOW, journal=Journal(everywhere.state),
        )  # fmt: skip


def test_a_kind_that_only_the_origin_knows_is_looked_through_as_well(
    everywhere: Everywhere,
) -> None:
    """A mirror keeps what it was given, whether or not its program is of the origin's release."""
    fewer = Kinds(tuple(kind for kind in KINDS if kind.name != "holder"))
    with everywhere.database.reading() as connection:
        places = list(in_records(connection, fewer, Person([NAME])))
    assert HOLDER in {place.key["id"] for place in places}
