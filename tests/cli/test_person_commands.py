"""A person is found and taken out from the machine: told first, done only when asked for."""

from pathlib import Path

import pytest
from sqlalchemy import select

from directory.changes.models import log_head
from directory.clearing import UNCLEARED, note_uncleared
from directory.readings.models import readings
from directory.service import EXTENSION
from directory.settings import Anonymous, Mode
from tests.cli.commands import Commands, commands, is_in
from tests.integration.changes.world import HOLDER, holder, settle, write

NAME = "Zebulon Quuxley"


@pytest.fixture
def lived_in(fresh: Commands) -> Commands:
    """A directory in which somebody has come and gone."""
    with fresh.app.extensions[EXTENSION].database.writing() as connection:
        settle(connection)
        write(connection, holder(base=1, name={"en": NAME}, until_date="2020-01-01"))
    return fresh


def size(app: Commands) -> int:
    with app.app.extensions[EXTENSION].database.reading() as connection:
        return connection.scalar(select(log_head.c.size)) or 0


def test_where_a_person_stands_is_told(lived_in: Commands) -> None:
    printed = lived_in.done("persons", "find", "Quuxley, Zebulon")
    assert is_in(HOLDER, printed)
    assert is_in(NAME, printed)
    assert "Not looked at" in printed
    told = lived_in.json("persons", "find", NAME)
    assert [place["field"] for place in told["places"]] == ["/name/en"]
    assert told["places"][0]["treatment"] == "erased"
    assert "Found nowhere." in lived_in.done("persons", "find", "Nobody Atall")


def test_on_a_mirror_it_is_told_who_erases_what_was_copied(
    lived_in: Commands, tmp_path: Path
) -> None:
    assert "This is a copy" not in lived_in.done("persons", "erase", NAME)
    with lived_in.app.extensions[EXTENSION].database.writing() as connection:
        connection.execute(log_head.update().values(writing=True, opened_for="copy"))
        connection.execute(log_head.update().values(copy_of="https://origin.example"))
        connection.execute(log_head.update().values(writing=False, opened_for=None))
    url = lived_in.app.extensions[EXTENSION].settings.database_url
    with commands(url, tmp_path, anonymous=Anonymous.NOTHING, mode=Mode.MIRROR) as mirror:
        told = mirror.done("persons", "erase", NAME)
    assert is_in(HOLDER, told)
    assert "erased at the origin" in told
    assert "0 places would be treated" in told


def test_that_a_person_was_looked_for_is_recorded_as_a_reading(lived_in: Commands) -> None:
    with lived_in.app.extensions[EXTENSION].database.writing() as connection:
        write(connection, holder(base=2, name={"en": NAME}, marking="AMBER"))
    lived_in.done("persons", "find", NAME)
    with lived_in.app.extensions[EXTENSION].readings.reading() as connection:
        row = connection.execute(select(readings)).one()
    assert (row.door, row.account) == ("flask persons find", None)
    assert HOLDER in row.records


def test_erasing_is_told_first_and_done_when_asked_for(lived_in: Commands) -> None:
    before = size(lived_in)
    printed = lived_in.done("persons", "erase", NAME)
    assert is_in(f"Erased whole: {HOLDER}", printed)
    assert "Nothing was changed. Give --apply to do it." in printed
    assert size(lived_in) == before
    printed = lived_in.done("persons", "erase", NAME, "--apply")
    assert is_in("2 versions and 1 records were erased", printed)
    assert NAME not in printed
    assert size(lived_in) == before + 1
    assert "Found nowhere." in lived_in.done("persons", "find", NAME)
    assert "verify" in lived_in.done("changes", "verify")
    assert lived_in.done("changes", "rebuild", "--apply")
    assert is_in("Erased at a person's request (redact)", lived_in.done("changes", "log"))


def test_a_record_can_be_named_instead(lived_in: Commands) -> None:
    told = lived_in.json("persons", "erase", "--record", HOLDER, "--why", "legal", "--apply")
    assert told["records"] == [{"kind": "holder", "id": HOLDER}]
    assert lived_in.run("persons", "erase", "--record", "nothing").exit_code == 3


def test_nobody_at_all_is_not_looked_for(lived_in: Commands) -> None:
    for arguments in ((), ("-",), ("a",)):
        result = lived_in.run("persons", "find", *arguments)
        assert result.exit_code == 1
        assert "Say who is looked for" in result.stderr


def test_holders_expire_when_a_time_is_set(lived_in: Commands) -> None:
    state = lived_in.app.extensions[EXTENSION].settings.state_dir
    note_uncleared(state)
    assert "is off" in lived_in.done("persons", "expire")
    assert (state / UNCLEARED).exists()
    # What was erased and could not be written over is seen to all the same.
    assert "is off" in lived_in.done("persons", "expire", "--apply")
    assert not (state / UNCLEARED).exists()
    assert is_in("1 holders would be erased", lived_in.done("persons", "expire", "--days", "730"))
    printed = lived_in.done("persons", "expire", "--days", "730", "--apply")
    assert is_in("1 holders were erased, in 2 versions", printed)
    assert is_in(
        "0 holders were erased", lived_in.done("persons", "expire", "--days", "1", "--apply")
    )
