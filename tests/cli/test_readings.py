"""What a command shows of AMBER and above is on record too, whatever form it prints."""

from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from sqlalchemy import select

from directory.cli import base
from directory.policy import Role
from directory.readings.models import readings
from directory.service import EXTENSION, Asker, Running
from tests.accounts import account
from tests.api.test_readings import AMBER
from tests.api.world import rid, whole_world
from tests.cli.commands import Commands, commands
from tests.databases import MakeFurnished

DESK = rid("contact", AMBER)


@pytest.fixture
def world(fresh_furnished: MakeFurnished, tmp_path: Path) -> Iterator[Commands]:
    with commands(fresh_furnished(*whole_world()).url, tmp_path) as world:
        yield world


def running(commands: Commands) -> Running:
    found: Running = commands.app.extensions[EXTENSION]
    return found


def recorded(commands: Commands) -> set[str]:
    """The ids of the records whose reading is on record."""
    with running(commands).readings.reading() as connection:
        lists = connection.scalars(select(readings.c.records)).all()
    return {record["id"] for each in lists for record in orjson.loads(each)}


@pytest.mark.parametrize("form", [(), ("--json",)])
@pytest.mark.parametrize(
    ("command", "record"),
    [
        (("contacts", "show", DESK), DESK),
        (("contacts", "show", DESK, "--vcard", "4.0"), DESK),
        (("contacts", "list", "--q", AMBER), DESK),
        (("economies", "contacts", "AU"), DESK),
        (("economies", "statements", "JP"), rid("statement", AMBER)),
        (("economies", "show", "JP"), rid("membership", AMBER)),
        (("networks", "show", "g7-24-7"), rid("membership", AMBER)),
        (("networks", "list"), rid("network", AMBER)),
        (("meetings", "show", "public-meeting"), rid("outcome", AMBER)),
        (("organisations", "show", f"org-{AMBER}"), rid("organisation", AMBER)),
        (("search", AMBER), DESK),
        (("callers", "+61 2 5550 0106"), rid("channel", 106)),
        (("reach", "AU", "--from", "JP"), DESK),
    ],
)
def test_a_command_that_shows_it_leaves_an_entry(
    world: Commands, command: tuple[str, ...], record: str, form: tuple[str, ...]
) -> None:
    world.done(*command, *form, "--purpose", "case 7")
    assert record in recorded(world)
    with running(world).readings.reading() as connection:
        rows = connection.execute(select(readings)).all()
    assert {row.purpose for row in rows} == {"case 7"}
    assert all(row.door.startswith(f"flask {command[0]}") for row in rows)


def test_an_account_whose_agency_wants_a_purpose_must_give_one(
    world: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(world).database.writing() as connection:
        name, _ = account(connection, needs_purpose=True, roles=[Role.READER])
    monkeypatch.setattr(base, "asker", lambda: Asker(account=name))
    refused = world.run("contacts", "show", DESK)
    assert refused.exit_code == 1
    assert "--purpose" in refused.output
    assert AMBER not in refused.output
    assert recorded(world) == set()
    assert AMBER in world.done("contacts", "show", DESK, "--purpose", "case 7")
    assert "case 7" in world.done("readings", "list")
    assert world.run("readings", "list", "--owner", "AU").exit_code == 1
