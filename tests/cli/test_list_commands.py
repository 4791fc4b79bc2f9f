"""Taking a list along from the command line."""

import stat
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from sqlalchemy import select

from directory.meetings.lists.rules.columns import Column
from directory.meetings.models import list_exports
from directory.policy import Role, Tlp
from tests.accounts import account
from tests.api.lists import rows_of, unpacked
from tests.api.test_readings import AMBER
from tests.api.world import rid, whole_world
from tests.cli.commands import Commands, commands, is_in
from tests.cli.test_readings import recorded, running
from tests.databases import MakeFurnished

DESK = rid("contact", AMBER)


@pytest.fixture
def world(fresh_furnished: MakeFurnished, tmp_path: Path) -> Iterator[Commands]:
    with commands(fresh_furnished(*whole_world()).url, tmp_path) as world:
        yield world


def registered(commands: Commands) -> list[tuple[str, str, str | None]]:
    with running(commands).database.reading() as connection:
        rows = connection.execute(select(list_exports).order_by(list_exports.c.at)).all()
    return [(row.list, row.form, row.account) for row in rows]


def test_a_list_is_written_registered_and_recorded(world: Commands, tmp_path: Path) -> None:
    for form in ("xlsx", "csv"):
        file = tmp_path / f"list.{form}"
        printed = world.done("lists", "export", "public-meeting", str(file), "--purpose", "TEL45")
        assert is_in("TLP:AMBER+STRICT. As of", printed)
        assert is_in("Valid until", printed)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        rows = rows_of(file.read_bytes())
        assert is_in(f"{len(rows)} rows written to {file}", printed)
        assert {row[Column.ECONOMY] for row in rows} >= {"Australia", "Japan"}
    assert [each[:2] for each in registered(world)] == [
        ("public-meeting", "xlsx"),
        ("public-meeting", "csv"),
    ]
    assert DESK in recorded(world)


def test_a_list_is_an_account_s(world: Commands, tmp_path: Path) -> None:
    with running(world).database.writing() as connection:
        name, _ = account(connection, clearance=Tlp.GREEN, roles=[Role.READER])
    file = tmp_path / "list.xlsx"
    world.done("lists", "export", "public-meeting", str(file), "--as", name)
    assert DESK not in unpacked(file.read_bytes()).decode()
    assert registered(world) == [("public-meeting", "xlsx", name)]
    assert recorded(world) == set()


def test_a_list_can_be_narrowed_to_economies_by_any_name(world: Commands, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    world.done("lists", "export", "public-meeting", str(file), "--economy", "japan")
    assert {row[Column.ECONOMY] for row in rows_of(file.read_bytes())} == {"Japan"}


@pytest.mark.parametrize(
    ("slug", "name", "more", "code"),
    [
        ("no-such-list", "list.csv", (), 3),
        ("public-meeting", "list.csv", ("--economy", "Atlantis"), 3),
        ("public-meeting", "list.pdf", (), 2),
        ("public-meeting", "no-such-folder/list.csv", (), 2),
        ("public-meeting", "there.csv", (), 2),
    ],
)
def test_what_cannot_be_taken_along_leaves_no_file_and_no_entry(
    world: Commands, tmp_path: Path, slug: str, name: str, more: tuple[str, ...], code: int
) -> None:
    there = tmp_path / "there.csv"
    there.write_text("mine")
    before = set(tmp_path.iterdir())
    result = world.run("lists", "export", slug, str(tmp_path / name), *more)
    assert result.exit_code == code, result.output
    assert {each for each in tmp_path.iterdir() if each.suffix != ".db"} <= before
    assert there.read_text() == "mine"
    assert registered(world) == []
    assert recorded(world) == set()


def test_the_lists_are_told_with_their_slugs(world: Commands) -> None:
    printed = world.done("lists", "list", "--limit", "200")
    for slug in ("g7-24-7", "interpol", "public-meeting", f"net-{AMBER}"):
        assert is_in(slug, printed)
    assert world.json("lists", "list", "--limit", "3") == orjson.loads(
        world.served("/lists", limit="3")
    )
    assert rid("network", AMBER) in recorded(world)
