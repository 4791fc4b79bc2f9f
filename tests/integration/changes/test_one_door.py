"""Nobody writes around ``apply``, and nobody edits the log, not even who holds its head."""

from typing import Any

import pytest
from sqlalchemy import Connection, bindparam, exc, func, insert, select, text, update

from directory.changes.errors import BrokenReferenceError
from directory.changes.models import change_sets, log_entries, log_head
from directory.db import Database
from directory.registry import KINDS
from tests.integration.changes.tables import (
    GUARDED,
    LOG_NAMES,
    RECORD_NAMES,
    all_rows,
    table,
)
from tests.integration.changes.world import (
    NOW,
    channel,
    check_log,
    contact,
    economy,
    make_history,
    settle,
    write,
)

REFUSED = "written through its log alone|the log is never edited"
MEMORY = [name for name in LOG_NAMES if name != "log_head"]


def one_row(connection: Connection, name: str) -> dict[str, Any]:
    found = connection.execute(select(table(name)).limit(1)).mappings().one_or_none()
    return dict(found) if found else {}


def refused(connection: Connection, statement: Any) -> None:
    with pytest.raises(exc.DBAPIError, match=REFUSED), connection.begin_nested():
        connection.execute(statement)


@pytest.mark.parametrize("name", GUARDED)
def test_h33_no_table_takes_a_row_from_outside(whole_seed: Connection, name: str) -> None:
    refused(whole_seed, insert(table(name)).values(one_row(whole_seed, name)))


@pytest.mark.parametrize("name", GUARDED)
def test_h33_no_row_is_changed_from_outside(whole_seed: Connection, name: str) -> None:
    column = table(name).columns.values()[1]
    refused(whole_seed, update(table(name)).values({column: column}))


@pytest.mark.parametrize("name", GUARDED)
def test_h33_no_row_is_deleted_from_outside(whole_seed: Connection, name: str) -> None:
    refused(whole_seed, table(name).delete())


def test_h33_no_table_is_emptied_at_a_stroke(whole_seed: Connection) -> None:
    if whole_seed.dialect.name == "sqlite":
        pytest.skip("SQLite has no TRUNCATE")
    for name in GUARDED:
        refused(whole_seed, text(f"TRUNCATE {name} CASCADE"))


@pytest.mark.parametrize("name", GUARDED)
def test_h33_no_row_is_replaced_from_outside(whole_seed: Connection, name: str) -> None:
    row = one_row(whole_seed, name)
    names, values = ", ".join(f'"{key}"' for key in row), ", ".join(f":{key}" for key in row)
    verb = "INSERT OR REPLACE" if whole_seed.dialect.name == "sqlite" else "INSERT"
    tail = "" if verb != "INSERT" else " ON CONFLICT DO NOTHING"
    statement = text(f'{verb} INTO "{name}" ({names}) VALUES ({values}){tail}')
    typed = statement.bindparams(
        *(bindparam(key, value, table(name).c[key].type) for key, value in row.items())
    )
    refused(whole_seed, typed)


def test_the_log_is_not_edited_even_by_who_holds_its_head(history: Connection) -> None:
    history.execute(log_head.update().values(writing=True))
    for name in MEMORY:
        column = table(name).columns.values()[1]
        refused(history, update(table(name)).values({column: column}))
        refused(history, table(name).delete())
    refused(history, log_head.delete())
    refused(history, log_head.update().values(log_id="another"))
    refused(history, log_head.update().values(size=log_head.c.size - 1))


def test_the_log_is_not_replaced_even_by_who_holds_its_head(history: Connection) -> None:
    if history.dialect.name != "sqlite":
        pytest.skip("only SQLite has REPLACE")
    history.execute(log_head.update().values(writing=True))
    for name in MEMORY:
        statement = insert(table(name)).prefix_with("OR REPLACE")
        refused(history, statement.values(one_row(history, name)))
    again = one_row(history, "log_entries") | {"seq": 10_000}
    refused(history, insert(log_entries).prefix_with("OR REPLACE").values(again))


def test_the_door_closes_behind_a_change_set(whole_seed: Connection) -> None:
    write(whole_seed, economy("ZZ"))
    for name in [*RECORD_NAMES, *MEMORY]:
        refused(whole_seed, insert(table(name)).values(one_row(whole_seed, name)))
        refused(whole_seed, table(name).delete())
    assert whole_seed.scalar(select(log_head.c.writing)) is False


def test_a_refused_change_set_leaves_nothing_in_a_unit_that_goes_on(database: Database) -> None:
    with database.writing() as connection:
        settle(connection)
        before = all_rows(connection)
        with pytest.raises(BrokenReferenceError):
            write(
                connection, contact(base=1, title={"en": "x"}), channel(base=1, audience=["none"])
            )
        assert all_rows(connection) == before
        refused(connection, table("channels").delete())
    with database.reading() as connection:
        assert all_rows(connection) == before
        assert check_log(connection).problems == ()


def test_a_change_set_that_fails_at_its_last_step_leaves_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    class FallsOverError(Exception):
        pass

    def fall_over(*_: Any) -> None:
        raise FallsOverError

    with database.writing() as connection:
        settle(connection)
        before = all_rows(connection)
        monkeypatch.setattr("directory.changes.log.release", fall_over)
        with pytest.raises(FallsOverError):
            write(connection, contact(base=1, title={"en": "x"}))
        assert all_rows(connection) == before
        refused(connection, table("contacts").delete())
    with database.reading() as connection:
        assert all_rows(connection) == before


def test_what_is_opened_by_hand_and_undone_was_never_open(database: Database) -> None:
    class UndoneError(Exception):
        pass

    def open_by_hand() -> None:
        with database.writing() as connection:
            connection.execute(log_head.update().values(writing=True))
            connection.execute(table("checks").delete())
            raise UndoneError

    with database.writing() as connection:
        make_history(connection)
    with database.reading() as connection:
        before = all_rows(connection)
    with pytest.raises(UndoneError):
        open_by_hand()
    with database.reading() as connection:
        assert all_rows(connection) == before


def test_a_head_left_open_is_told_of_and_closed_by_the_next_change_set(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(log_head.update().values(writing=True))
    with database.reading() as connection:
        assert "left open" in " ".join(check_log(connection).problems)
    with database.writing() as connection:
        write(connection, economy("AU"))
    with database.reading() as connection:
        assert check_log(connection).problems == ()


@pytest.mark.parametrize("name", GUARDED)
def test_a_reading_unit_cannot_write(database: Database, name: str) -> None:
    with (
        pytest.raises(exc.OperationalError, match="readonly")
        if database.is_sqlite
        else pytest.raises(exc.DBAPIError, match="read-only transaction"),
        database.reading() as connection,
    ):
        connection.execute(table(name).delete())


def test_every_table_of_records_is_guarded(shared_database: Database) -> None:
    with shared_database.reading() as connection:
        if shared_database.is_sqlite:
            found = connection.scalars(
                text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            ).all()
        else:
            found = connection.scalars(
                text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'")
            ).all()
    derived = [one.name for kind in KINDS for one in kind.derived]
    for name in [*GUARDED, *derived]:
        for verb in ("insert", "update", "delete"):
            assert f"{name}_{verb}" in found


def test_a_change_set_names_its_entries_and_they_name_it(settled: Connection) -> None:
    applied = write(settled, contact(base=1), channel(base=1), at=NOW)
    noted = settled.execute(select(change_sets).where(change_sets.c.id == applied.change_set)).one()
    count = settled.scalar(
        select(func.count()).where(log_entries.c.change_set == applied.change_set)
    )
    assert (noted.first_seq, noted.last_seq) == (applied.first_seq, applied.last_seq)
    assert count == applied.last_seq - applied.first_seq + 1 == 2
