"""What the directory holds already is proposed by no list, however often it comes."""

import io
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font

from directory.changes.errors import UnknownRecordError
from directory.changes.operations import Retire
from directory.changes.queries import find
from directory.meetings.lists.rules.columns import Column
from directory.meetings.lists.rules.findings import Code
from directory.registry import KINDS
from tests.databases import MakeFurnished
from tests.integration.changes.world import write
from tests.integration.meetings.lists.generated import NETWORK
from tests.integration.meetings.lists.house import NOW, House, Sheet, seeded_house, unaccounted
from tests.integration.meetings.lists.test_round_trip import said
from tests.integration.meetings.lists.test_what_lists_may_not_do import desk


@pytest.fixture
def house(fresh_furnished: MakeFurnished) -> Iterator[House]:
    yield from seeded_house(fresh_furnished, "reference", "report")


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


@pytest.mark.parametrize("is_deleted", [True, False])
def test_a_printed_date_confirms_nothing_where_the_key_is_lost(
    house: House, is_deleted: bool
) -> None:
    """Nobody can tell any more whether somebody wrote it."""
    desk(house, "Alex SAMPLE")
    sheet = Sheet(house.taken(NETWORK))
    row = sheet.row_where(lambda at: at(Column.POST) == "Duty desk")
    sheet.cell(row, Column.CONFIRMED).value = "2026-11-20"
    if is_deleted:
        sheet.sheet.delete_cols(sheet.column(Column.RECORD))
    else:
        sheet.cell(row, Column.RECORD).value += "x"
    plan = house.plan(sheet.saved())
    assert plan.operations == []
    (told,) = [n.finding for n in plan.findings if n.finding.code is Code.NOT_CONFIRMED]
    assert told.read == "2026-11-20"
    assert "key" in str(told.proposed)


def test_a_confirmation_of_today_is_not_one_of_this_noon(house: House) -> None:
    desk(house, "Alex SAMPLE")
    sheet = Sheet(house.taken(NETWORK))
    row = sheet.row_where(lambda at: at(Column.POST) == "Duty desk")
    sheet.cell(row, Column.CONFIRMED).value = date(2026, 11, 26)
    early = NOW - timedelta(hours=3)
    (check,) = house.plan(sheet.saved(), at=early).operations
    assert (check.document or {})["checked_at"] == "2026-11-26T09:00:00Z"


def test_a_number_of_another_contact_is_told(house: House) -> None:
    desk(house, "Alex SAMPLE", title={"en": "Other desk"})
    desk(house, "Robin OTHER", channels=[])
    secret = [{"medium": "telephone", "raw": "+61 2 5550 0188"}]
    desk(house, title={"en": "Secret desk"}, marking="AMBER+STRICT", channels=secret)
    sheet = Sheet(house.taken(NETWORK))
    row = sheet.row_where(lambda at: at(Column.POST) == "Duty desk")
    sheet.cell(row, Column.TELEPHONE).value = "+61 2 5550 0123\n+61 2 5550 0188"
    plan = house.plan(sheet.saved())
    assert [one.kind for one in plan.operations] == ["channel", "channel"]
    (told,) = [n.finding for n in plan.findings if n.finding.code is Code.NUMBER_ELSEWHERE]
    assert told.read == "+61 2 5550 0123"
    assert str(told.proposed).startswith("also the number of Other desk")


def test_a_meeting_that_was_retired_is_none(house: House) -> None:
    with house.database.writing() as connection:
        rid = find(connection, KINDS["meeting"], "tel45", viewer=house.viewer)
        write(connection, Retire("meeting", rid, 1), at=NOW - timedelta(hours=1))
    with pytest.raises(UnknownRecordError, match="no meeting 'tel45'"):
        house.plan(b"Economy,Name\nJapan,SHINJIN Hanako\n", "list.csv", meeting="tel45")


def test_another_spelling_of_what_is_held_is_no_change(house: House) -> None:
    desk(house, "Alex SAMPLE", hours="24/7")
    sheet = Sheet(house.taken(NETWORK))
    row = sheet.row_where(lambda at: at(Column.POST) == "Duty desk")
    sheet.cell(row, Column.ZONE).value = "Sydney"
    assert house.plan(sheet.saved()).operations == []


def test_the_help_sheet_is_known_again_and_a_note_on_it_is_told(house: House) -> None:
    data = house.taken(NETWORK)
    plan = house.plan(data)
    assert [n.finding for n in plan.findings if n.finding.code is Code.OTHER_SHEET] == []
    assert unaccounted(plan, data) == set()
    book = load_workbook(io.BytesIO(data))
    book.worksheets[1].cell(40, 1).value = "Ask Robin about row 5."
    out = io.BytesIO()
    book.save(out)
    plan = house.plan(out.getvalue())
    (told,) = [n.finding for n in plan.findings if n.finding.code is Code.OTHER_SHEET]
    assert told.read == "Ask Robin about row 5."


def test_an_emptied_cell_is_named_where_it_is(house: House) -> None:
    desk(house, "Alex SAMPLE", note={"en": "By day alone."})
    sheet = Sheet(house.taken(NETWORK))
    row = sheet.row_where(lambda at: at(Column.POST) == "Duty desk")
    cells = {column: sheet.cell(row, column) for column in (Column.TELEPHONE, Column.REMARKS)}
    for cell in cells.values():
        cell.value = None
    plan = house.plan(sheet.saved())
    told = {one.kind: [*one.cells] for one in plan.operations}
    assert told["channel"] == [f"Contacts!{cells[Column.TELEPHONE].coordinate}"]
    assert f"Contacts!{cells[Column.REMARKS].coordinate}" in told["contact"]


def test_a_struck_out_row_of_another_list_says_who_has_left_and_no_more(house: House) -> None:
    desk(house, "Alex SAMPLE")
    book = Workbook()
    page: Any = book.active
    page.append(["Economy", "Name", "Tel", "E-mail"])
    page.append(["Australia", "Alex SAMPLE", "+61 2 5550 0123", "alex@desk.example"])
    for cell in page[2]:
        cell.font = Font(strike=True)
    out = io.BytesIO()
    book.save(out)
    plan = house.plan(out.getvalue())
    (ended,) = plan.operations
    assert sorted(ended.cells) == ["Sheet!A2", "Sheet!B2"]
    assert Code.STRUCK_OUT in {finding.code for finding in ended.findings}
    assert {"Sheet!C2", "Sheet!D2"}.isdisjoint(plan.used)
    assert unaccounted(plan, out.getvalue()) == set()


def test_a_language_that_is_spoken_already_is_not_added(house: House) -> None:
    desk(house, "Alex SAMPLE", languages=["en", "zh-Hant-TW"])
    sheet = Sheet(house.taken(NETWORK))
    row = sheet.row_where(lambda at: at(Column.POST) == "Duty desk")
    agency = sheet.cell(row, Column.ORGANISATION).value
    for tag in ("zh", "cmn"):
        sheet.cell(row, Column.LANGUAGES).value = f"en, zh-Hant-TW, {tag}"
        assert house.plan(sheet.saved()).operations == []
        text = (
            "Economy,Name,Position,Organisation,Tel,Languages\n"
            f'Australia,Alex SAMPLE,Duty desk,{agency},+61 2 5550 0123,"{tag}"\n'
        )
        assert house.plan(text.encode(), "list.csv").operations == []
