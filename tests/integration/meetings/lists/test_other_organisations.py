"""What a person writes over the name of an organisation is proposed, or told: never swallowed."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from directory.changes.operations import Put
from directory.db import Database
from directory.meetings.lists.plans import Plan
from directory.meetings.lists.rules.columns import Column
from directory.meetings.lists.rules.findings import Code, Finding
from directory.registry import KINDS
from directory.seeding.commands import seed
from tests.integration.changes.world import write
from tests.integration.meetings.lists.generated import NETWORK, Desk
from tests.integration.meetings.lists.house import NOW, House, Sheet, unaccounted

SEED = Path(__file__).resolve().parents[4] / "seed"
HELD = "Example Federal Police (fictional)"


@pytest.fixture
def house(new_database: Callable[[], str]) -> Iterator[House]:
    """Two posts of one organisation, and a third of another."""
    database = Database(new_database())
    seed(database, KINDS, SEED, ("reference", "report"), at=NOW)
    with database.writing() as connection:
        first: Any = None
        for title, name in (("First", HELD), ("Second", HELD), ("Third", "Second Bureau")):
            made = Desk("AU", {"en": title}, {}, "GREEN", [], None, [], {}, [], [])
            agency, contact = made.operations()
            assert isinstance(agency, Put)
            assert isinstance(contact, Put)
            if title == "Second":
                contact = Put("contact", {**contact.document, "organisation": first}, contact.id)
                write(connection, contact, at=NOW - timedelta(days=1))
                continue
            first = first or agency.id
            named = Put("organisation", {**agency.document, "name": {"en": name, "fr": name}},
                        agency.id)  # fmt: skip
            write(connection, named, contact, at=NOW - timedelta(days=1))
    yield House(database)
    database.dispose()


def renamed(house: House, **names: str) -> tuple[Plan, dict[str, str]]:
    """What comes of other names in the rows of some posts, and in which cells these stand."""
    sheet, cells = Sheet(house.taken(NETWORK)), {}
    for title, name in names.items():
        row = sheet.row_where(lambda at, title=title: at(Column.POST) == title)  # type: ignore[misc]
        cell = sheet.cell(row, Column.ORGANISATION)
        cell.value = name
        cells[title] = f"{sheet.sheet.title}!{cell.coordinate}"
    data = sheet.saved()
    plan = house.plan(data)
    assert unaccounted(plan, data) == set()
    return plan, cells


def told(plan: Plan, code: Code) -> list[Finding]:
    return [noted.finding for noted in plan.findings if noted.finding.code is code]


def organisations(house: House) -> dict[str, str]:
    """The name of each post's organisation."""
    records = house.records()
    return {
        record["title"]["en"]: records[record["organisation"]]["name"]["en"]
        for record in records.values()
        if record["kind"] == "contact" and record["title"].get("en") in {"First", "Second", "Third"}
    }


def test_a_corrected_spelling_is_an_edit_of_the_organisation(house: House) -> None:
    new = "Example Fedral Police (fictional)"
    plan, cells = renamed(house, First=new)
    (one,) = plan.operations
    assert (one.kind, list(one.cells)) == ("organisation", [cells["First"]])
    (finding,) = told(plan, Code.ORGANISATION_ASSUMED)
    assert (finding.cell, finding.read) == (cells["First"], new)
    assert "for all of its posts" in str(finding.proposed)
    house.applied(house.kept(plan).change_sets.values())
    assert organisations(house) == {"First": new, "Second": new, "Third": "Second Bureau"}
    again, _ = renamed(house, First=new)
    assert again.operations == []


def test_the_same_correction_in_two_rows_is_one_edit(house: House) -> None:
    new = "Example Fedral Police (fictional)"
    plan, cells = renamed(house, First=new, Second=new)
    (one,) = plan.operations
    assert set(one.cells) == set(cells.values())


def test_two_corrections_of_one_name_are_not_both_taken(house: House) -> None:
    plan, cells = renamed(
        house,
        First="Example Fedral Police (fictional)",
        Second="Example Federal Polices (fictional)",
    )
    (one,) = plan.operations
    (finding,) = told(plan, Code.NOT_PROPOSED)
    assert {finding.cell, *one.cells} == set(cells.values())
    assert "another row spells it" in str(finding.proposed)


def test_the_name_of_another_moves_the_post(house: House) -> None:
    plan, _ = renamed(house, First="Second Bureau")
    assert [one.kind for one in plan.operations] == ["contact"]
    house.applied(house.kept(plan).change_sets.values())
    assert organisations(house)["First"] == "Second Bureau"


@pytest.mark.parametrize(
    "name", ["EFP", "Example Federal Police", "Example Feral Police (fictional)"]
)
def test_what_may_be_either_is_told_with_how_to_get_it(house: House, name: str) -> None:
    plan, cells = renamed(house, First=name)
    assert plan.operations == []
    (finding,) = told(plan, Code.NOT_PROPOSED)
    assert (finding.cell, finding.read, finding.confidence) == (cells["First"], name, 0.0)
    assert HELD in str(finding.proposed)
    assert "change the organisation agency-" in str(finding.proposed)


def test_a_correction_of_what_was_renamed_meanwhile_is_a_conflict(house: House) -> None:
    sheet = Sheet(house.taken(NETWORK))
    row = sheet.row_where(lambda at: at(Column.POST) == "First")
    sheet.cell(row, Column.ORGANISATION).value = "Example Fedral Police (fictional)"
    records = house.records()
    agency = next(one for one in records.values() if one.get("name", {}).get("en") == HELD)
    document = {key: agency[key] for key in (
        "slug", "organisation_type", "sector", "economy", "owner", "source", "marking", "audience",
    )}  # fmt: skip
    other = Put(
        "organisation", {**document, "name": {"en": "Renamed (fictional)"}}, agency["id"], 1
    )
    with house.database.writing() as connection:
        write(connection, other, at=NOW)
    (one,) = house.plan(sheet.saved()).operations
    assert (one.kind, one.base_revision) == ("organisation", 1)
