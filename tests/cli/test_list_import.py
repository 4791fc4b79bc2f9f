"""Bringing a list back from the command line: what a person is told, and how the command ends."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from rich.cells import cell_len
from sqlalchemy import func, select

from directory.meetings.models import returned_lists
from directory.policy import Role, Tlp
from tests.accounts import account
from tests.api.returning import listed
from tests.api.service import sown
from tests.cli.commands import Commands, commands, is_in
from tests.cli.test_readings import recorded, running
from tests.databases import MakeFurnished

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
WORKBOOK = SAMPLES / "03_meeting_return.xlsx"
CSV = SAMPLES / "01_tel45_poc_return_utf8bom.csv"
CONTACT = "New desk (fictional),Example Unit (fictional)"
AU = f"Australia,Kim EXAMPLE,{CONTACT},+61 2 5550 0177,desk@au.example"
JP = f"Japan,Taro SAMPLE,{CONTACT},+81 3 0555 0101,desk@jp.example"


@pytest.fixture
def directory(fresh_furnished: MakeFurnished, tmp_path: Path) -> Any:
    url = fresh_furnished(*sown("reference", "report")).url
    with commands(url, tmp_path) as made:
        yield made


def employ(directory: Commands, *roles: Any, clearance: Tlp = Tlp.AMBER, partner: str = "p") -> str:
    with running(directory).database.writing() as connection:
        name, _ = account(connection, partner=partner, clearance=clearance, roles=roles)
    return name


def kept(directory: Commands) -> int:
    with running(directory).database.reading() as connection:
        return int(connection.scalar(select(func.count()).select_from(returned_lists)) or 0)


def file_of(tmp_path: Path, *rows: str) -> str:
    file = tmp_path / "list.csv"
    file.write_bytes(listed(*rows))
    return str(file)


def test_what_needs_a_person_stands_first_and_nothing_is_kept(directory: Commands) -> None:
    result = directory.run("lists", "import", str(WORKBOOK), "--meeting", "tel45")
    assert result.exit_code in {0, 2}, result.output
    printed = result.stdout
    assert [line for line in printed.splitlines() if cell_len(line) > 80] == []
    places = [printed.index(text) for text in
              ("12 rows on the sheet POC list", "To settle", "To look over", "For the record",
               "Australia (AU)", "Hong Kong, China (HK)", "Nothing was kept")]  # fmt: skip
    assert places == sorted(places)
    for text in ("F10 =D10", "5/3/2012", "other calendar, 95% sure",
                 "confirmed on 2012-03-01", "Of 137 cells"):  # fmt: skip
        assert is_in(text, printed), text
    assert kept(directory) == 0


def test_a_text_file_tells_its_encoding(directory: Commands) -> None:
    result = directory.run("lists", "import", str(CSV), "--meeting", "tel45")
    assert is_in("Read as utf-8 (100% sure).", result.stdout)
    assert kept(directory) == 0


def test_programs_get_the_same_in_one_body(directory: Commands) -> None:
    result = directory.run("lists", "import", str(WORKBOOK), "--json")
    told = orjson.loads(result.stdout)
    assert told.keys() == {"reading", "cells", "cells_used", "operations", "findings"}
    assert told["cells"] == 137
    assert {each["owner"] for each in told["operations"]} >= {"AU", "HK", "JP"}


def test_nobody_without_an_account_proposes_and_is_told_how_to(
    directory: Commands, tmp_path: Path
) -> None:
    for option in ("--propose", "--apply"):
        result = directory.run("lists", "import", file_of(tmp_path, AU), option)
        assert result.exit_code == 1
        assert "--as ACCOUNT" in result.stderr
        assert "docs/operating.md" in result.stderr
    assert kept(directory) == 0


def test_a_proposal_waits_and_is_no_failure(directory: Commands, tmp_path: Path) -> None:
    name = employ(directory, Role.READER)
    printed = directory.done(
        "lists", "import", file_of(tmp_path, AU, JP), "--propose", "--meeting", "tel45",
        "--as", name,
    )  # fmt: skip
    assert is_in("Returned list", printed)
    assert printed.count("proposed") == 2
    (found,) = directory.json("lists", "returned", "--as", name)["items"]
    assert (found["file_name"], found["meeting"]) == ("list.csv", "tel45")
    told = directory.done("lists", "returned", "--meeting", "tel45", "--as", name)
    assert is_in(found["id"], told)
    doubts = directory.json("lists", "findings", found["id"], "--as", name)["items"]
    assert {each["code"] for each in doubts} >= {"new-organisation"}
    assert is_in("new organisation", directory.done("lists", "findings", found["id"], "--as", name))
    assert {each["id"] for each in doubts} <= recorded(directory)


def test_a_coordinator_applies_all_of_it_at_once(directory: Commands, tmp_path: Path) -> None:
    name = employ(directory, Role.COORDINATOR)
    told = directory.json(
        "lists", "import", file_of(tmp_path, AU, JP), "--apply", "--meeting", "tel45", "--as", name
    )
    assert {each["owner"]: each["state"] for each in told["change_sets"]} == {
        "AU": "applied", "JP": "applied",
    }  # fmt: skip
    assert is_in("list.csv", directory.done("meetings", "show", "tel45", "--as", name))
    again = directory.done("lists", "apply", told["id"], "--as", name)
    assert again.count("applied") == 2
    undone = directory.json("lists", "revert", told["id"], "--as", name, "--reason", "A mistake.")
    assert {each["state"] for each in undone["items"]} == {"reverted"}
    # Asked twice it is undone once, and nobody is needed for it.
    assert directory.json("lists", "revert", told["id"], "--as", name) == undone


def test_what_is_not_theirs_waits_for_others_and_ends_with_2(
    directory: Commands, tmp_path: Path
) -> None:
    name = employ(directory, (Role.EDITOR, "AU"))
    result = directory.run(
        "lists", "import", file_of(tmp_path, AU, JP), "--apply", "--json", "--as", name
    )
    assert result.exit_code == 2, result.output
    told = orjson.loads(result.stdout)
    states = {each["owner"]: each["state"] for each in told["change_sets"]}
    assert states == {"AU": "applied", "JP": "proposed"}
    (waiting,) = (each for each in told["change_sets"] if each["owner"] == "JP")
    assert "Nothing was decided" in waiting["detail"]
    other = employ(directory, (Role.EDITOR, "JP"), partner="q")
    for verb, code in (("approve", 0), ("apply", 0), ("apply", 0)):
        result = directory.run("lists", verb, told["id"], "--as", other)
        assert result.exit_code == code, result.output
    assert is_in("applied", result.stdout)


def test_what_hinders_is_told_once_with_what_to_type_next(
    directory: Commands, tmp_path: Path
) -> None:
    name = employ(directory, Role.READER)
    result = directory.run("lists", "import", file_of(tmp_path, AU, JP), "--apply", "--as", name)
    assert result.exit_code == 2
    assert result.stdout.count("Nothing was decided") == 1
    assert is_in("AU, JP: Nothing was decided", result.stdout)
    (found,) = directory.json("lists", "returned", "--as", name)["items"]
    for verb in ("approve", "apply"):
        assert f"lists {verb} {found['id']} --as ACCOUNT" in result.stdout
    last = result.stdout.splitlines()[-1]
    assert last.startswith("2 economies, ")
    assert last.endswith(" to settle")
    coordinator = employ(directory, Role.COORDINATOR, partner="q")
    file = file_of(tmp_path, AU.replace("0177", "0178"))
    printed = directory.done("lists", "import", file, "--apply", "--as", coordinator)
    assert "lists approve" not in printed
    assert printed.splitlines()[-1].startswith("1 economy, ")


def test_what_nobody_knows_of_a_handover_is_said_so(directory: Commands, tmp_path: Path) -> None:
    name = employ(directory, Role.COORDINATOR)
    directory.done("lists", "import", file_of(tmp_path, AU), "--apply", "--as", name)
    file = file_of(tmp_path, AU.replace("Kim EXAMPLE", "Lee SAMPLE"))
    printed = directory.done("lists", "import", file, "--propose", "--as", name)
    assert is_in("accompanied: not known", printed)
    (waiting, *_) = directory.json("change-sets", "list", "--as", name)["items"]
    assert is_in("accompanied: not known", directory.done(
        "change-sets", "show", waiting["id"], "--as", name
    ))  # fmt: skip


def test_a_table_about_no_economy_is_no_list(directory: Commands) -> None:
    readme = Path(__file__).resolve().parents[2] / "README.md"
    result = directory.run("lists", "import", str(readme))
    assert result.exit_code == 1
    assert is_in("which economy it is about", result.stderr)


def test_a_row_that_nothing_can_tell_asks(directory: Commands, tmp_path: Path) -> None:
    result = directory.run("lists", "import", file_of(tmp_path, AU.replace("Australia", "BD")))
    assert result.exit_code == 2
    assert is_in("--match 15=CONTACT_ID", result.stdout)


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        (("--meeting", "no-such-meeting"), 3, "no-such-meeting"),
        (("--encoding", "klingon"), 1, "klingon"),
        (("--sheet", "Other"), 1, "Other"),
        (("--match", "15"), 2, "--match"),
        (("--meeting", "No Slug"), 2, "--meeting"),
    ],
)
def test_what_cannot_be_done_is_said(
    directory: Commands, tmp_path: Path, options: tuple[str, ...], code: int, told: str
) -> None:
    result = directory.run("lists", "import", file_of(tmp_path, AU), *options)
    assert result.exit_code == code, result.output
    assert told in result.stderr


def test_nothing_is_marked_wider_than_was_said(directory: Commands, tmp_path: Path) -> None:
    name = employ(directory, Role.READER)
    result = directory.run(
        "lists", "import", file_of(tmp_path, AU), "--marking", "RED", "--as", name
    )
    assert result.exit_code == 2
    assert "above the clearance, AMBER" in result.stderr


def test_nothing_becomes_public_that_nobody_said_is(directory: Commands, tmp_path: Path) -> None:
    name = employ(directory, Role.READER, clearance=Tlp.CLEAR)
    command = ("lists", "import", file_of(tmp_path, AU), "--propose", "--as", name)
    result = directory.run(*command)
    assert result.exit_code == 2
    assert "say --marking CLEAR" in result.stderr
    assert kept(directory) == 0
    looked = directory.run("lists", "import", file_of(tmp_path, AU), "--as", name)
    assert is_in("--propose or --apply, with --marking CLEAR", looked.stdout)
    directory.done(*command, "--marking", "CLEAR")


def test_deciding_takes_an_account_and_a_list_that_is_there(directory: Commands) -> None:
    nowhere = "99999999-0000-4000-8000-000000000000"
    name = employ(directory, Role.COORDINATOR)
    for verb in ("approve", "apply", "revert"):
        assert directory.run("lists", verb, nowhere).exit_code == 1
        assert directory.run("lists", verb, nowhere, "--as", name).exit_code == 3
    assert directory.run("lists", "findings", nowhere, "--as", name).exit_code == 3
    for command in (("returned",), ("findings", nowhere)):
        assert "--as ACCOUNT" in directory.run("lists", *command).output
