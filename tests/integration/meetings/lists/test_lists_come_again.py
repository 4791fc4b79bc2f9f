"""What the directory holds already is proposed by no list, however often it comes."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from directory.db import Database
from directory.meetings.lists.rules.columns import Column
from directory.registry import KINDS
from directory.seeding.commands import seed
from tests.integration.meetings.lists.generated import NETWORK
from tests.integration.meetings.lists.house import NOW, House, Sheet
from tests.integration.meetings.lists.test_round_trip import said
from tests.integration.meetings.lists.test_what_lists_may_not_do import desk

SEED = Path(__file__).resolve().parents[4] / "seed"


@pytest.fixture
def house(new_database: Callable[[], str]) -> Iterator[House]:
    database = Database(new_database())
    seed(database, KINDS, SEED, ("reference", "report"), at=NOW)
    yield House(database)
    database.dispose()


@pytest.fixture
def edited(house: House) -> Sheet:
    """A list in which a person has changed one row in every way, and added another."""
    desk(house, "Alex SAMPLE", languages=["en"])
    sheet = Sheet(house.taken(NETWORK))
    row = sheet.row_where(lambda at: at(Column.POST) == "Duty desk")
    for column, text in (
        (Column.POST, "Night desk"),
        (Column.NAME, "Robin OTHER"),
        (Column.TELEPHONE, "+61 2 5550 0123\n+61 2 5550 0124"),
        (Column.EMAIL, "night.desk@desk.example"),
        (Column.REMARKS, "By day alone."),
        (Column.LANGUAGES, "en, fr"),
        (Column.CONFIRMED, date(2026, 11, 25)),
    ):
        sheet.cell(row, column).value = text
    new = sheet.rows()
    for column, text in (
        (Column.ECONOMY, "Japan"),
        (Column.POST, "Cyber liaison"),
        (Column.ORGANISATION, "Wholly New Agency (fictional)"),
        (Column.NAME, "SHINJIN Hanako"),
        (Column.TELEPHONE, "+81 3-0555-0777"),
    ):
        sheet.cell(new, column).value = text
    return sheet


def test_a_list_that_comes_twice_is_written_once(house: House, edited: Sheet) -> None:
    first = house.plan(edited.saved())
    assert {one.kind for one in first.operations} == {
        "contact", "holder", "channel", "check", "organisation",
    }  # fmt: skip
    house.applied(house.kept(first).change_sets.values())
    before = house.records()
    again = house.plan(edited.saved())
    assert said(again) == []
    house.applied(house.kept(again).change_sets.values())
    assert house.records() == before


def test_what_somebody_entered_meanwhile_is_no_conflict(house: House, edited: Sheet) -> None:
    """Two delegates bring the same correction back; the second changes what is left."""
    row = edited.row_where(lambda at: at(Column.POST) == "Night desk")
    house.applied(house.kept(house.plan(edited.saved())).change_sets.values())
    edited.cell(row, Column.TELEPHONE).value = "+61 2 5550 0123\n+61 2 5550 0124\n+61 2 5550 0125"
    channel, check = house.plan(edited.saved()).operations
    assert (channel.document or {})["raw"] == "+61 2 5550 0125"
    assert (check.document or {})["channel"] == channel.id


def test_lines_that_change_places_change_nothing(house: House) -> None:
    desk(house, "Alex SAMPLE", "Robin OTHER", channels=[
        {"medium": "telephone", "raw": "+61 2 5550 0123"},
        {"medium": "telephone", "raw": "+61 2 5550 0124"},
    ])  # fmt: skip
    sheet = Sheet(house.taken(NETWORK))
    row = sheet.row_where(lambda at: at(Column.POST) == "Duty desk")
    for column in (Column.NAME, Column.TELEPHONE):
        cell = sheet.cell(row, column)
        cell.value = "\n".join(reversed(cell.value.split("\n")))
    assert house.plan(sheet.saved()).operations == []
