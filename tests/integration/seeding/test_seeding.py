"""Seeding brings the directory to what the files say, and no further than its own records."""

import json
import re
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from directory.changes.models import change_sets, log_entries, log_head
from directory.changes.operations import Put, Retire
from directory.changes.reaching import Erasing
from directory.changes.redact import redact
from directory.changes.redactions import Why
from directory.changes.schemas import SET_BY_THE_DIRECTORY
from directory.db import Database
from directory.documents import Document
from directory.ids import new_id, seeded_id
from directory.registry import KINDS
from directory.seeding.commands import SeedReport, compare, seed
from directory.seeding.files import SeedFileError
from tests.integration.changes.tables import all_rows
from tests.integration.changes.world import NOW, check_log, write

ROOT = Path(__file__).resolve().parents[3]
SETS = ["base", "more"]
LATER = NOW + timedelta(days=1)

SMALL: dict[str, str] = {
    "base/economies.toml": """
        [defaults]
        source = { document = "a letter", place = "page 1" }
        [[economy]]
        key = "AU"
        code = "AU"
        name = { en = "Australia" }
        [[economy]]
        key = "TW"
        code = "TW"
        name = { en = "Chinese Taipei" }
        """,
    "base/names.zh-Hant.toml": """
        [names]
        TW = "中華台北"
        """,
    "base/organisations.toml": """
        [[organisation]]
        key = "police"
        slug = "police"
        name = { en = "Police" }
        organisation_type = "law_enforcement"
        sector = "public"
        economy = "AU"
        owner = "AU"
        source = { document = "a letter" }
        """,
    "more/contacts.toml": """
        [defaults]
        organisation = "police"
        economy = "AU"
        owner = "AU"
        source = { document = "a letter" }
        [[contact]]
        key = "desk"
        title = { en = "Desk" }
        [[contact]]
        key = "night-desk"
        title = { en = "Night desk" }
        """,
    "more/channels.toml": """
        [[channel]]
        key = "desk-telephone"
        contact = "desk"
        medium = "telephone"
        raw = "+61 2 5550 0100"
        owner = "AU"
        source = { document = "a letter" }
        """,
}
POLICE = seeded_id("organisation", "police")
DESK = seeded_id("contact", "desk")
NIGHT = seeded_id("contact", "night-desk")
TELEPHONE = seeded_id("channel", "desk-telephone")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Seed files of two small sets, to be edited."""
    for name, text in SMALL.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path


def edit(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def take_out(folder: Path, name: str, key: str) -> str:
    """Remove a row from a file."""
    path = folder / name
    text = path.read_text("utf-8")
    rows = re.split(r"(?=\n *\[\[)", text)
    row = next(row for row in rows if f'key = "{key}"' in row)
    path.write_text(text.replace(row, ""), "utf-8")
    return row


def sow(database: Database, folder: Path, sets: list[str] | None = None) -> SeedReport:
    return seed(database, KINDS, folder, SETS if sets is None else sets, at=LATER)


def size(database: Database) -> int:
    with database.reading() as connection:
        return connection.scalar(select(log_head.c.size)) or 0


def held(database: Database, kind: str, rid: str) -> Document:
    table = KINDS[kind].table
    with database.reading() as connection:
        text = connection.scalar(select(table.c.document).where(table.c.id == rid))
    document: Document = json.loads(text or "null")
    return document


def change(database: Database, kind: str, rid: str, **fields: Any) -> None:
    """Change a record as an editor does."""
    before = held(database, kind, rid)
    document = {key: before[key] for key in before if key not in SET_BY_THE_DIRECTORY} | fields
    with database.writing() as connection:
        write(connection, Put(kind, document, rid, before["revision"]))


def retire(database: Database, kind: str, rid: str) -> None:
    with database.writing() as connection:
        write(connection, Retire(kind, rid, held(database, kind, rid)["revision"]))


def counts(report: SeedReport) -> tuple[int, int, int, int, int]:
    return (
        report.added,
        report.changed,
        report.retired,
        report.unchanged,
        len(report.left_alone),
    )


@pytest.fixture
def sown(database: Database, folder: Path) -> Database:
    """A directory seeded with the two small sets."""
    assert counts(sow(database, folder)) == (6, 0, 0, 0, 0)
    return database


def test_the_projects_own_seed_goes_in_and_is_then_unchanged(database: Database) -> None:
    sets = ["reference", "report", "demo"]
    first = seed(database, KINDS, ROOT / "seed", sets, at=NOW)
    before = size(database)
    assert first.added == before > 500
    second = seed(database, KINDS, ROOT / "seed", sets, at=LATER)
    assert counts(second) == (0, 0, 0, before, 0)
    assert size(database) == before
    with database.reading() as connection:
        assert check_log(connection).problems == ()


def test_seeding_goes_through_the_one_door(sown: Database) -> None:
    with sown.reading() as connection:
        assert check_log(connection).problems == ()
        origins = connection.scalars(select(change_sets.c.origin).order_by("first_seq")).all()
    assert origins == ["seed/base", "seed/more"]
    assert held(sown, "economy", seeded_id("economy", "TW"))["name"] == {
        "en": "Chinese Taipei",
        "zh-Hant": "中華台北",
    }


def test_seeding_again_writes_nothing(sown: Database, folder: Path) -> None:
    with sown.reading() as connection:
        before = all_rows(connection)
    assert counts(sow(sown, folder)) == (0, 0, 0, 6, 0)
    with sown.reading() as connection:
        assert all_rows(connection) == before


def test_only_the_difference_of_a_file_is_written(sown: Database, folder: Path) -> None:
    before = size(sown)
    edit(folder, "more/contacts.toml", "Night desk", "Night and weekend desk")
    assert counts(sow(sown, folder)) == (0, 1, 0, 5, 0)
    assert size(sown) == before + 1
    assert held(sown, "contact", NIGHT)["title"] == {"en": "Night and weekend desk"}


def test_the_names_of_a_language_can_be_exchanged(sown: Database, folder: Path) -> None:
    edit(folder, "base/names.zh-Hant.toml", "中華台北", "中華臺北")
    assert counts(sow(sown, folder)) == (0, 1, 0, 5, 0)


def test_a_comparison_says_what_seeding_would_do_and_does_nothing(
    sown: Database, folder: Path
) -> None:
    edit(folder, "more/contacts.toml", "Night desk", "Night and weekend desk")
    take_out(folder, "more/channels.toml", "desk-telephone")
    before = size(sown)
    foretold = compare(sown, KINDS, folder, SETS)
    assert size(sown) == before
    assert foretold == sow(sown, folder)


def test_a_row_taken_out_is_retired_and_put_back_is_put_again(sown: Database, folder: Path) -> None:
    text = (folder / "more/contacts.toml").read_text("utf-8")
    row = take_out(folder, "more/contacts.toml", "night-desk")
    assert counts(sow(sown, folder)) == (0, 0, 1, 5, 0)
    assert held(sown, "contact", NIGHT)["retired_at"] is not None
    assert counts(sow(sown, folder)) == (0, 0, 0, 5, 0)
    (folder / "more/contacts.toml").write_text(text, "utf-8")
    assert row in text
    assert counts(sow(sown, folder)) == (1, 0, 0, 5, 0)
    assert held(sown, "contact", NIGHT)["retired_at"] is None
    assert held(sown, "contact", NIGHT)["revision"] == 3


def test_what_refers_to_each_other_goes_together(sown: Database, folder: Path) -> None:
    for name in ("contacts", "channels"):
        (folder / f"more/{name}.toml").write_text("", "utf-8")
    take_out(folder, "base/organisations.toml", "police")
    assert counts(sow(sown, folder)) == (0, 0, 4, 2, 0)


def test_what_somebody_changed_is_left_alone_and_listed(sown: Database, folder: Path) -> None:
    change(sown, "contact", DESK, title={"en": "Front desk"})
    before = size(sown)
    edit(folder, "more/contacts.toml", '{ en = "Desk" }', '{ en = "Main desk" }')
    report = sow(sown, folder)
    assert counts(report) == (0, 0, 0, 5, 1)
    assert size(sown) == before
    left = report.left_alone[0]
    assert (left.kind, left.id, left.why) == ("contact", DESK, "somebody changed it")
    assert left.place == "more/contacts.toml [1] desk"


def test_what_somebody_retired_is_left_alone_and_listed(sown: Database, folder: Path) -> None:
    retire(sown, "contact", DESK)
    before = size(sown)
    report = sow(sown, folder)
    assert size(sown) == before
    assert {(left.id, left.why) for left in report.left_alone} == {
        (DESK, "somebody retired it"),
        (TELEPHONE, "somebody retired it"),  # went with its contact
    }


def test_what_somebody_brought_to_what_the_file_says_is_no_difference(
    sown: Database, folder: Path
) -> None:
    change(sown, "contact", DESK, title={"en": "Main desk"})
    edit(folder, "more/contacts.toml", '{ en = "Desk" }', '{ en = "Main desk" }')
    assert counts(sow(sown, folder)) == (0, 0, 0, 6, 0)


def test_what_somebody_changed_stays_when_its_row_is_taken_out(
    sown: Database, folder: Path
) -> None:
    change(sown, "contact", NIGHT, title={"en": "Ours now"})
    take_out(folder, "more/contacts.toml", "night-desk")
    assert counts(sow(sown, folder)) == (0, 0, 0, 5, 0)
    assert held(sown, "contact", NIGHT)["retired_at"] is None


def test_retiring_takes_nothing_that_somebody_else_wrote_with_it(
    sown: Database, folder: Path
) -> None:
    mine = new_id()
    with sown.writing() as connection:
        document = {
            "contact": NIGHT,
            "medium": "telephone",
            "raw": "+61 2 5550 0199",
            "owner": "AU",
            "source": {"document": "a call"},
        }
        write(connection, Put("channel", document, mine))
    for name in ("contacts", "channels"):
        (folder / f"more/{name}.toml").write_text("", "utf-8")
    take_out(folder, "base/organisations.toml", "police")
    report = sow(sown, folder)
    # The desk and its telephone go; the night desk stays for the channel's sake, the police for it.
    assert counts(report) == (0, 0, 2, 2, 2)
    assert {left.id for left in report.left_alone} == {NIGHT, POLICE}
    for kind, rid in (("channel", mine), ("contact", NIGHT), ("organisation", POLICE)):
        assert held(sown, kind, rid)["retired_at"] is None
    assert held(sown, "contact", DESK)["retired_at"] is not None


def test_seeding_one_set_leaves_the_other_alone(sown: Database, folder: Path) -> None:
    before = size(sown)
    edit(folder, "more/contacts.toml", "Night desk", "Night and weekend desk")
    assert counts(sow(sown, folder, ["base"])) == (0, 0, 0, 3, 0)
    take_out(folder, "more/contacts.toml", "night-desk")
    assert counts(sow(sown, folder, ["base"])) == (0, 0, 0, 3, 0)
    assert size(sown) == before


def test_a_row_that_moved_to_another_set_is_not_retired(sown: Database, folder: Path) -> None:
    before = size(sown)
    row = take_out(folder, "more/contacts.toml", "night-desk")
    defaults = (folder / "more/contacts.toml").read_text("utf-8").split("[[contact]]")[0]
    (folder / "base/contacts.toml").write_text(defaults + row, "utf-8")
    for sets in (["more"], ["base"], SETS):
        report = sow(sown, folder, sets)
        assert (report.added, report.changed, report.retired) == (0, 0, 0)
    assert size(sown) == before
    # Its new set looks after it from the first change on.
    edit(folder, "base/contacts.toml", "Night desk", "Night and weekend desk")
    assert counts(sow(sown, folder, ["base"]))[:3] == (0, 1, 0)
    take_out(folder, "base/contacts.toml", "night-desk")
    assert counts(sow(sown, folder, ["base"]))[:3] == (0, 0, 1)


BAD_FILES = [
    pytest.param(
        "base/economies.toml",
        'code = "TW"',
        'code = "Taipei"\ncolour = "blue"',
        {
            "base/economies.toml [2] TW#/code": "two capital letters",
            "base/economies.toml [2] TW#/colour": "no such field",
        },
        id="a row of the wrong shape",
    ),
    pytest.param(
        "more/channels.toml",
        'contact = "desk"',
        'contact = "dsek"',
        {"more/channels.toml [1] desk-telephone#/contact": "no contact with the key 'dsek'"},
        id="a key that nobody has",
    ),
    pytest.param(
        "more/contacts.toml",
        'key = "night-desk"',
        'key = "desk"',
        {"more/contacts.toml [2] desk": "the same key stands at more/contacts.toml [1] desk"},
        id="a key that stands twice",
    ),
    pytest.param(
        "base/organisations.toml",
        'economy = "AU"',
        'economy = "XX"\nmarking = "GREEN"',
        {"base/organisations.toml [1] police#/owner": "must be the record's economy"},
        id="an owner that does not fit",
    ),
    pytest.param(
        "more/contacts.toml",
        'economy = "AU"\n        owner = "AU"',
        'economy = "NZ"\n        owner = "NZ"',
        {
            "more/contacts.toml [1] desk#/economy": "there is no economy 'NZ'",
            "more/contacts.toml [2] night-desk#/organisation": "has another owner",
        },
        id="a code that nobody has",
    ),
    pytest.param(
        "base/economies.toml",
        "[defaults]",
        "[defaults",
        {"base/economies.toml": "line 2"},
        id="no TOML at all",
    ),
    pytest.param("base/organisations.toml", '"police"', "7", {}, id="a key that is no text"),
    pytest.param(
        "base/economies.toml", "[defaults]", "[[defaults]]", {}, id="defaults that are a list"
    ),
    pytest.param(
        "base/economies.toml", "[[economy]]", "[[economie]]", {}, id="a table of another name"
    ),
    pytest.param(
        "base/names.zh-Hant.toml", "[names]", "names = 'TW'\n[other]", {}, id="names that are none"
    ),
    pytest.param(
        "base/economies.toml",
        'name = { en = "Chinese Taipei" }',
        'name = "Chinese Taipei"',
        {"base/economies.toml [2] TW#/name": "mapping"},
        id="a name that is no table",
    ),
]


@pytest.mark.parametrize(("name", "old", "new", "faults"), BAD_FILES)
def test_a_bad_file_is_refused_whole_with_the_file_and_the_row(
    database: Database, folder: Path, name: str, old: str, new: str, faults: dict[str, str]
) -> None:
    edit(folder, name, old, new)
    with pytest.raises(SeedFileError) as refusal:
        sow(database, folder)
    told = {fault.pointer: fault.detail for fault in refusal.value.faults}
    for pointer, words in faults.items():
        assert words in told[pointer]
    assert faults or name.split("/")[1] in refusal.value.detail
    assert size(database) == 0


def test_a_file_named_after_nothing_is_refused(database: Database, folder: Path) -> None:
    shutil.move(folder / "base/economies.toml", folder / "base/economys.toml")
    with pytest.raises(SeedFileError, match="named after no kind"):
        sow(database, folder)


def test_an_unknown_set_is_refused_with_the_known_ones(database: Database, folder: Path) -> None:
    with pytest.raises(SeedFileError, match="there are base, more"):
        sow(database, folder, ["bsae"])


def test_a_key_that_stands_in_two_sets_is_refused(database: Database, folder: Path) -> None:
    shutil.copy(folder / "base/economies.toml", folder / "more/economies.toml")
    with pytest.raises(SeedFileError) as refusal:
        sow(database, folder)
    assert len(refusal.value.faults) == 2
    assert size(database) == 0


def test_seedings_that_start_together_give_one_result(database: Database, folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.integration.seeding.at_once", database.url, folder, "4"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert sorted(told) == [[0, 6], [0, 6], [0, 6], [6, 0]]
    assert size(database) == 6
    with database.reading() as connection:
        assert check_log(connection).problems == ()
        assert connection.scalar(select(func.count()).select_from(log_entries)) == 6


def test_an_erased_record_does_not_come_back(database: Database, folder: Path) -> None:
    sow(database, folder)
    with database.writing() as connection:
        erasing = Erasing(frozenset({DESK}))
        done = redact(connection, KINDS, erasing, why=Why.ERASURE, at=LATER, journal=None)
        assert {rid for _, rid in done.records} == {DESK, TELEPHONE}
        before = all_rows(connection)
    report = sow(database, folder)
    assert {(left.id, left.why) for left in report.left_alone} == {
        (DESK, "it was erased"),
        (TELEPHONE, "it was erased"),
    }
    # Nor is it missed where no file names it any more.
    (folder / "more" / "channels.toml").unlink()
    take_out(folder, "more/contacts.toml", "desk")
    assert sow(database, folder).left_alone == []
    with database.reading() as connection:
        assert all_rows(connection) == before
        assert check_log(connection).problems == ()
