"""A backup holds the whole directory, and a restore puts back exactly that, or nothing."""

import io
import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from directory.access.commands.accounts import create_operator
from directory.backup.commands import Restored, Taken, back_up, restore
from directory.backup.errors import (
    BadBackupError,
    NotEmptyError,
    NothingToBackUpError,
    RestoringError,
)
from directory.backup.state import RESTORING, State, refuse_while_restoring
from directory.changes.apply import apply
from directory.changes.highwater import FallenBehindError, HighWater, Mark
from directory.changes.journal import FILE, Blank, Journal
from directory.changes.models import log_epochs, log_head, log_payloads
from directory.changes.operations import prepare
from directory.changes.reaching import Erasing
from directory.changes.redact import redact
from directory.changes.redactions import Why
from directory.clearing import UNCLEARED, Cleared, clear
from directory.db import Database
from directory.errors import DirectoryError, UnavailableError
from directory.migrate import upgrade
from directory.readings.store import Store
from directory.registry import KINDS
from tests.databases import Backend
from tests.integration.changes.tables import all_rows
from tests.integration.changes.world import (
    ACTOR,
    HOLDER,
    NOW,
    check_log,
    economy,
    holder,
    make_history,
    write,
)

MakeDatabase = Callable[[], str]
NARROW: dict[str, Any] = {"marking": "AMBER", "audience": ["interpol"]}
OFFICER = "11111111-0000-4000-8000-00000000000f"
LATER = NOW + timedelta(days=1)
NEW_EACH_TIME = ("log_epochs", "log_head", "idempotency_keys", "token_uses", "readings")
READING = {
    "id": "a-reading",
    "answer": "an-answer",
    "at": "2026-03-01T12:00:00Z",
    "day": "2026-03-01",
    "partner": "a partner",
    "account": "an account",
    "records": "[]",
    "owner": "AU",
    "marking": 2,
    "audience": "[]",
    "purpose": "case 17",
    "door": "/reach",
    "request_id": "r",
}


@dataclass
class Place:
    """A directory with what lies beside it."""

    url: str
    folder: Path

    @property
    def state(self) -> State:
        return State(self.folder / "state", self.folder / "state" / "signing-keys.json")

    @property
    def file(self) -> Path:
        return self.folder / "directory.backup"

    def back_up(self) -> Taken:
        database, store = Database(self.url), Store(self.url)
        try:
            return back_up(
                database, store, self.state, KINDS, self.file, at=NOW, progress=lambda *_: None
            )
        finally:
            database.dispose()
            store.dispose()

    def restore(self, file: Path) -> Restored:
        return restore(self.url, self.state, KINDS, file, at=LATER, progress=lambda *_: None)

    def rows(self) -> dict[str, list[Any]]:
        database = Database(self.url)
        try:
            with database.reading() as connection:
                return all_rows(connection, but=NEW_EACH_TIME)
        finally:
            database.dispose()

    def readings(self) -> list[Any]:
        store = Store(self.url)
        try:
            with store.reading() as connection:
                return [tuple(row) for row in connection.exec_driver_sql("SELECT * FROM readings")]
        finally:
            store.dispose()


@pytest.fixture
def lived(fresh_database: str, tmp_path: Path) -> Place:
    """A directory with a history, accounts, a reading, keys and a journal."""
    folder = tmp_path / "lived"
    (folder / "state").mkdir(parents=True)
    place = Place(fresh_database, folder)
    database, store = Database(place.url), Store(place.url)
    with database.writing() as connection:
        make_history(connection)
        for name in ("Ann", "Ben"):
            create_operator(connection, name, f"{name}@alpha.example", "Alpha", at=NOW)
    store.append([READING])
    database.dispose()
    store.dispose()
    place.state.keys.write_text('{"keys":[{"kid":"one"}]}\n')
    (place.state.folder / "redactions.ndjson").write_text("")
    return place


@pytest.fixture
def empty(empty_database: str, tmp_path: Path) -> Place:
    """A database without so much as a schema."""
    return Place(empty_database, tmp_path / "empty")


def test_what_is_restored_is_what_was_backed_up(lived: Place, empty: Place) -> None:
    taken = lived.back_up()
    done = empty.restore(lived.file)
    assert empty.rows() == lived.rows()
    assert empty.readings() == lived.readings()
    assert empty.state.keys.read_bytes() == lived.state.keys.read_bytes()
    assert empty.state.keys.stat().st_mode & 0o777 == 0o600
    assert lived.file.stat().st_mode & 0o777 == 0o600
    assert (done.taken.log, done.taken.size) == (taken.log, taken.size)
    assert datetime.fromisoformat(done.taken_at) == NOW
    refuse_while_restoring(empty.state.folder)


def test_a_backup_of_one_kind_of_database_restores_into_the_other(
    lived: Place, empty: Place, pytestconfig: pytest.Config, backend: Backend, tmp_path: Path
) -> None:
    if backend is Backend.POSTGRESQL:
        other = Place(f"sqlite:///{tmp_path / 'other.db'}", tmp_path / "other")
        lived.back_up()
        done = other.restore(lived.file)
        assert done.records > 0
        # Back again, where the two can be compared as they stand.
        other.back_up()
        empty.restore(other.file)
        assert empty.rows() == lived.rows()


def test_a_restored_log_goes_on_under_another_name_and_says_from_where(
    lived: Place, empty: Place
) -> None:
    taken = lived.back_up()
    done = empty.restore(lived.file)
    database = Database(empty.url)
    with database.writing() as connection:
        epoch = connection.execute(select(log_epochs)).one()
        head = connection.execute(select(log_head)).one()
        assert (epoch.parent, epoch.parent_size) == (taken.log, taken.size)
        assert bytes(epoch.parent_root).hex() == taken.root
        assert head.log_id == epoch.log_id == done.log != taken.log
        assert head.opened_for is None
        write(connection, economy("ZZ"), at=LATER)
        assert check_log(connection).problems == ()
    database.dispose()
    assert empty.state.high_water.mark(done.log) == Mark(done.log, taken.size, taken.root)


def test_who_writes_meanwhile_is_not_held_up_and_not_half_in_it(lived: Place, empty: Place) -> None:
    before = lived.rows()
    database, store = Database(lived.url), Store(lived.url)
    written: list[int] = []

    def write_once(done: int, of: int) -> None:
        if not written:
            written.append(done)
            with database.writing() as connection:
                write(connection, economy("ZZ"), at=LATER)

    # The snapshot begins with its first statement, before anything is told of progress.
    back_up(database, store, lived.state, KINDS, lived.file, at=NOW, progress=write_once)
    database.dispose()
    store.dispose()
    assert written
    empty.restore(lived.file)
    assert empty.rows() == before


def altered(path: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """A backup of which one member is another."""
    made = path.with_suffix(".altered")
    with tarfile.open(path) as old, tarfile.open(made, "w:gz") as new:
        for told in old:
            file = old.extractfile(told)
            assert file is not None
            data = file.read()
            if told.name == name:
                data = change(data)
                told.size = len(data)
            new.addfile(told, io.BytesIO(data))
    return made


ALTERED: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("tables/log_payloads.ndjson", lambda data: data.replace(b"A", b"B", 1)),
    ("tables/tokens.ndjson", lambda data: b""),
    ("state/signing-keys.json", lambda data: data + b"\n"),
    ("manifest.json", lambda data: data.replace(b'"v": 1', b'"v": 9')),
    ("manifest.json", lambda data: b"[]"),
    ("manifest.json", lambda data: data.replace(b"tokens.ndjson", b"tokens.nothing")),
    ("manifest.json", lambda data: json.dumps(json.loads(data) | {"migration": "9999"}).encode()),
]


def test_a_backup_that_was_altered_is_refused_and_nothing_done(lived: Place, empty: Place) -> None:
    lived.back_up()
    for name, change in ALTERED:
        with pytest.raises(BadBackupError):
            empty.restore(altered(lived.file, name, change))
    assert not (empty.folder / "state").exists()


def test_a_backup_that_was_cut_off_is_refused(lived: Place, empty: Place) -> None:
    lived.back_up()
    whole = lived.file.read_bytes()
    for length in (0, 1, 100, len(whole) // 2, len(whole) * 9 // 10):
        cut = lived.folder / "cut"
        cut.write_bytes(whole[:length])
        with pytest.raises(BadBackupError):
            empty.restore(cut)
    assert not (empty.folder / "state").exists()


def test_a_backup_whose_hashes_agree_and_whose_log_does_not_is_not_served(
    lived: Place, empty: Place
) -> None:
    """Whoever altered the backup could alter its manifest too; the log's own hashes tell."""
    database = Database(lived.url)
    with database.writing() as connection:
        connection.execute(update(log_head).values(writing=True, opened_for="copy"))
        connection.exec_driver_sql("DELETE FROM log_payloads WHERE seq = 1")
        connection.execute(update(log_head).values(writing=False, opened_for=None))
    database.dispose()
    lived.back_up()
    with pytest.raises(DirectoryError):
        empty.restore(lived.file)
    assert (empty.state.folder / RESTORING).exists()
    with pytest.raises(UnavailableError, match="not to be used"):
        refuse_while_restoring(empty.state.folder)


def test_a_directory_is_never_written_over(lived: Place) -> None:
    lived.back_up()
    before = lived.rows()
    with pytest.raises(NotEmptyError):
        lived.restore(lived.file)
    assert lived.rows() == before
    assert not (lived.state.folder / RESTORING).exists()


def test_an_empty_directory_that_is_migrated_already_will_do(
    lived: Place, fresh_database: str, empty: Place
) -> None:
    lived.back_up()
    upgrade(empty.url)
    assert empty.restore(lived.file).records > 0


def test_other_signing_keys_are_not_mixed_up(lived: Place, empty: Place) -> None:
    lived.back_up()
    empty.state.folder.mkdir(parents=True)
    empty.state.keys.write_text('{"keys":[{"kid":"another"}]}')
    with pytest.raises(DirectoryError, match="does not know"):
        empty.restore(lived.file)
    assert empty.state.keys.read_text() == '{"keys":[{"kid":"another"}]}'


def test_keys_that_have_been_rotated_since_stay(lived: Place, empty: Place) -> None:
    lived.back_up()
    empty.state.folder.mkdir(parents=True)
    newer = '{"keys":[{"kid":"one"},{"kid":"two"}]}'
    empty.state.keys.write_text(newer)
    empty.restore(lived.file)
    assert empty.state.keys.read_text() == newer


def test_keys_of_before_a_rotation_give_way_to_the_later_ones(lived: Place, empty: Place) -> None:
    newer = '{"keys":[{"kid":"one"},{"kid":"two"}]}'
    lived.state.keys.write_text(newer)
    lived.back_up()
    empty.state.folder.mkdir(parents=True)
    # As from an older image of the state folder; mirrors believe the key "two" alone by now.
    empty.state.keys.write_text('{"keys":[{"kid":"one"}]}')
    empty.restore(lived.file)
    assert empty.state.keys.read_text() == newer


def test_a_mirror_is_not_backed_up(lived: Place) -> None:
    database = Database(lived.url)
    with database.writing() as connection:
        connection.execute(update(log_head).values(writing=True, opened_for="copy"))
        connection.execute(update(log_head).values(copy_of="https://origin.example"))
        connection.execute(update(log_head).values(writing=False, opened_for=None))
    database.dispose()
    with pytest.raises(NothingToBackUpError):
        lived.back_up()
    assert not lived.file.exists()


def test_h9_a_database_put_back_by_hand_takes_no_writes(lived: Place, tmp_path: Path) -> None:
    """A restore from backup forks history unless it opens an epoch; the mark notices."""
    high_water = HighWater(tmp_path / "state")
    database = Database(lived.url, guard=high_water.refuse_behind)
    with database.writing() as connection:
        applied = write(connection, economy("ZZ"), at=LATER)
        head = connection.execute(select(log_head)).one()
    high_water.raise_to(Mark(head.log_id, head.size, bytes(head.root).hex()))
    with database.writing() as connection:
        write(connection, economy("ZX"), at=LATER)
    high_water.raise_to(Mark(head.log_id, applied.last_seq + 5, "00" * 32))
    with (
        pytest.raises(FallenBehindError, match="put back from an older copy"),
        database.writing() as connection,
    ):
        write(connection, economy("ZY"), at=LATER)
    with database.reading() as connection:
        assert check_log(connection).problems == ()
        assert "changes restore" in (high_water.why_behind(connection) or "")
    database.dispose()


def test_of_two_that_restore_at_once_one_is_told_and_leaves_nothing(
    lived: Place, empty: Place
) -> None:
    lived.back_up()
    with empty.state.restoring_alone(), pytest.raises(RestoringError, match="Another process"):
        empty.restore(lived.file)
    refuse_while_restoring(empty.state.folder)
    assert empty.restore(lived.file).records > 0


def test_the_database_that_was_left_by_a_restore_takes_no_writes_any_more(
    lived: Place, empty: Place
) -> None:
    lived.back_up()
    empty.state.folder.mkdir(parents=True)
    done = empty.restore(lived.file)
    high_water = empty.state.high_water
    for place, is_refused in ((lived, True), (empty, False)):
        database = Database(place.url)
        with database.reading() as connection:
            why = high_water.why_behind(connection)
        database.dispose()
        assert (why is not None) == is_refused
        if why is not None:
            assert f"goes on as log {done.log}" in why
    high_water.raise_to(Mark(done.taken.log, done.taken.size + 100, "00" * 32))
    mark = high_water.mark(done.taken.log)
    assert mark is not None
    assert mark.left_for == done.log


def test_h9_a_database_that_went_another_way_to_the_same_size_is_noticed(
    lived: Place, tmp_path: Path
) -> None:
    high_water = HighWater(tmp_path / "state")
    database = Database(lived.url)
    with database.reading() as connection:
        head = connection.execute(select(log_head)).one()
        high_water.raise_to(Mark(head.log_id, head.size, bytes(head.root).hex()))
        assert high_water.why_behind(connection) is None
    other = HighWater(tmp_path / "other")
    other.raise_to(Mark(head.log_id, head.size, "00" * 32))
    with database.reading() as connection:
        assert other.why_behind(connection) is not None
    database.dispose()


def test_a_mark_never_goes_back(tmp_path: Path) -> None:
    high_water = HighWater(tmp_path)
    high_water.raise_to(Mark("a", 5, "05"))
    high_water.raise_to(Mark("a", 4, "04"))
    high_water.raise_to(Mark("b", 1, "01"))
    assert high_water.mark("a") == Mark("a", 5, "05")
    assert high_water.mark("b") == Mark("b", 1, "01")


KILLED = """
import os, signal, sys
from pathlib import Path
from datetime import UTC, datetime
from directory.backup import commands
from directory.backup.state import State
from directory.registry import KINDS
from sqlalchemy import event
from sqlalchemy.engine import Engine

url, folder, file, n = sys.argv[1:5]
left = iter(range(int(n)))

@event.listens_for(Engine, "before_cursor_execute")
def tick(*_):
    if next(left, None) is None:
        os.kill(os.getpid(), signal.SIGKILL)

folder = Path(folder)
commands.restore(url, State(folder, folder / "signing-keys.json"), KINDS, Path(file),
                 at=datetime(2026, 3, 2, tzinfo=UTC), progress=lambda *_: None)
"""


@pytest.mark.parametrize("statements", [60, 250])
def test_a_restore_that_is_killed_is_not_served_and_can_be_done_again(
    lived: Place, empty: Place, tmp_path: Path, statements: int
) -> None:
    lived.back_up()
    killed = subprocess.run(
        [
            sys.executable,
            "-c",
            KILLED,
            empty.url,
            str(empty.state.folder),
            str(lived.file),
            str(statements),
        ],
        capture_output=True,
        check=False,
    )
    if killed.returncode == 0:
        pytest.skip("it was done before")
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    with pytest.raises(UnavailableError):
        refuse_while_restoring(empty.state.folder)
    again = Place(f"sqlite:///{tmp_path / 'again.db'}", empty.folder)
    assert again.restore(lived.file).records > 0
    refuse_while_restoring(empty.state.folder)
    with closing(sqlite3.connect(tmp_path / "again.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize("is_kept", [True, False])
def test_h15_what_was_erased_after_a_backup_does_not_come_back(
    lived: Place, empty: Place, backend: Backend, is_kept: bool
) -> None:
    """A restore repeats the erasures of the journal that lies outside the database."""
    database = Database(lived.url)
    with database.writing() as connection:
        made = write(
            connection, holder(OFFICER, name={"en": "Zebulon Quuxley"}, **NARROW), at=LATER
        )
    lived.back_up()
    with database.writing() as connection:
        done = redact(
            connection,
            KINDS,
            Erasing(frozenset({OFFICER})),
            why=Why.ERASURE,
            at=LATER,
            journal=Journal(lived.state.folder),
        )
    database.dispose()
    assert done.targets
    if is_kept:
        empty.state.folder.mkdir(parents=True)
        shutil.copy(lived.state.folder / FILE, empty.state.folder / FILE)
    restored = empty.restore(lived.file)
    assert restored.erased == (1 if is_kept else 0)
    database = Database(empty.url)
    with database.reading() as connection:
        assert restored.records == check_log(connection).records
    database.dispose()
    database = Database(empty.url)
    with database.reading() as connection:
        body = connection.scalar(
            select(log_payloads.c.body).where(log_payloads.c.seq == made.first_seq)
        )
        assert (body is None) == is_kept
        assert check_log(connection).problems == ()
        assert ("Zebulon" in repr(all_rows(connection))) == (not is_kept)
        epoch = connection.execute(select(log_epochs)).one()
        assert epoch.parent_size == restored.taken.size
    database.dispose()
    if backend is Backend.SQLITE:
        path = Path(empty.url.removeprefix("sqlite:///"))
        data = b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))
        assert (b"Zebulon" in data) == (not is_kept)


def test_h13_what_a_restore_could_not_write_over_is_told_and_noted(
    lived: Place, empty: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived.back_up()
    database = Database(lived.url)
    with database.writing() as connection:
        redact(
            connection, KINDS, Erasing(records=frozenset({HOLDER})),
            why=Why.ERASURE, at=LATER, journal=Journal(empty.state.folder),
        )  # fmt: skip
    database.dispose()
    monkeypatch.setattr(
        "directory.backup.commands.clear", lambda *_: Cleared(("the disk is full",))
    )
    restored = empty.restore(lived.file)
    assert "the disk is full; flask --app wsgi persons expire" in restored.todo[0]
    assert (empty.state.folder / UNCLEARED).exists()


def test_h13_rows_blanked_after_a_backup_leave_nothing_in_the_files(
    lived: Place, empty: Place, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An erasure that takes no version is repeated as well, and its text written over."""
    secret = "Quuxley Zebulon " * 20
    store, database = Store(lived.url), Database(lived.url)
    store.append([READING | {"id": "another", "purpose": secret}])
    with database.writing() as connection:
        prepared = prepare(KINDS, [economy("ZZ")], actor=ACTOR, origin="edit", reason=secret)
        change_set = apply(connection, KINDS, prepared, writer=None, at=LATER).change_set
    lived.back_up()
    blank = Blank("readings", {"id": "another"}, {"purpose": None})
    with database.writing() as connection:
        redact(
            connection,
            KINDS,
            Erasing(change_sets=frozenset({change_set}), elsewhere=(blank,)),
            why=Why.ERASURE,
            at=LATER,
            journal=Journal(lived.state.folder),
        )
    store.dispose()
    database.dispose()
    empty.state.folder.mkdir(parents=True)
    shutil.copy(lived.state.folder / FILE, empty.state.folder / FILE)
    cleared: list[Database] = []

    def noted(database: Database, tables: Iterable[str]) -> Cleared:
        cleared.append(database)
        return clear(database, tables)

    monkeypatch.setattr("directory.backup.commands.clear", noted)
    restored = empty.restore(lived.file)
    assert restored.erased == 0
    assert not (empty.state.folder / UNCLEARED).exists()
    if backend is Backend.SQLITE:
        assert restored.todo == ()
    # Some builds of SQLite write over what they free at once, so the files do not tell it alone.
    assert len(cleared) == (2 if backend is Backend.SQLITE else 1)
    assert "Zebulon" not in repr((empty.rows(), empty.readings()))
    if backend is Backend.SQLITE:
        path = Path(empty.url.removeprefix("sqlite:///"))
        data = {each.name: each.read_bytes() for each in path.parent.glob(f"{path.stem}*")}
        assert len(data) > 1
        assert not [name for name, held in data.items() if b"Zebulon" in held]


def test_a_journal_begun_anew_is_given_the_lines_that_the_backup_knew(
    lived: Place, empty: Place
) -> None:
    known, since = ({"v": 1, "seq": None, "log": each} for each in ("known", "since"))
    (lived.state.folder / FILE).write_text(json.dumps(known) + "\n" + json.dumps(since) + "\n")
    kept = {FILE: (lived.state.folder / FILE).read_bytes()}
    empty.state.folder.mkdir(parents=True)
    Journal(empty.state.folder).append(since)
    Journal(empty.state.folder).append(later := since | {"log": "later"})
    for _ in range(2):
        empty.state.put_back(kept)
        assert Journal(empty.state.folder).lines() == [known, since, later]
    assert (empty.state.folder / FILE).stat().st_mode & 0o777 == 0o600
