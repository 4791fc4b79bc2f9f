"""A list that was taken along proposes what a person did to it, and nothing else."""

import random
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from openpyxl.styles import Font

from directory.meetings.lists.plans import Plan
from directory.meetings.lists.rules.columns import Column
from tests.databases import MakeFurnished
from tests.integration.meetings.lists.house import (
    House,
    Sheet,
    moved,
    seeded_house,
    unaccounted,
)

MEETING = "tel45"


@pytest.fixture(scope="module")
def house(new_furnished: MakeFurnished) -> Iterator[House]:
    yield from seeded_house(new_furnished, "reference", "report", "demo")


def said(plan: Plan) -> list[tuple[str, str, str]]:
    """What a plan does: the kind, the field, and what it says then."""
    told = []
    for one in plan.operations:
        if one.document is None:
            told.append((one.kind, "retired", ""))
            continue
        before = one.before or {}
        for field, value in one.document.items():
            if field != "source" and one.before is not None and before.get(field) != value:
                told.append((one.kind, field, str(value)))
        if one.before is None:
            told.append((one.kind, "new", str(one.document.get("raw", one.document.get("name")))))
    return sorted(told)


def test_a_list_that_comes_back_untouched_proposes_nothing(house: House) -> None:
    for form in ("xlsx", "csv"):
        data = house.taken(MEETING, form)
        plan = house.plan(data, f"list.{form}")
        assert said(plan) == [], form
        assert unaccounted(plan, data, f"list.{form}") == set()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_nor_does_one_that_a_spreadsheet_program_saved_as_text(
    house: House, delimiter: str, encoding: str
) -> None:
    text = Sheet(house.taken(MEETING)).as_csv(delimiter, encoding)
    assert said(house.plan(text, "list.csv")) == []


def test_three_edited_cells_are_three_changes(house: House) -> None:
    sheet = Sheet(house.taken(MEETING))
    row = sheet.row_where(lambda at: "\n" not in at(Column.TELEPHONE) and bool(at(Column.TELEPHONE))
                          and bool(at(Column.NAME)))  # fmt: skip
    sheet.cell(row, Column.POST).value = "Night desk (fictional)"
    sheet.cell(row + 1, Column.LANGUAGES).value = "en, fr"
    sheet.cell(row, Column.REMARKS).value = "Ask for the duty officer."
    assert said(house.plan(sheet.saved())) == [
        ("contact", "languages", "['en', 'fr']"),
        ("contact", "note", "{'en': 'Ask for the duty officer.'}"),
        ("contact", "title", "{'en': 'Night desk (fictional)'}"),
    ]


def test_an_edited_number_is_one_change_of_one_channel(house: House) -> None:
    sheet = Sheet(house.taken(MEETING))
    row = sheet.row_where(
        lambda at: at(Column.ECONOMY) == "Australia" and at(Column.TELEPHONE).startswith("+61 2")
    )
    lines = sheet.cell(row, Column.TELEPHONE).value.split("\n")
    lines[0] = "+61 2 5550 0999"
    sheet.cell(row, Column.TELEPHONE).value = "\n".join(lines)
    assert said(house.plan(sheet.saved())) == [
        ("channel", "e164", "+61255500999"),
        ("channel", "raw", "+61 2 5550 0999"),
    ]


def test_a_line_that_is_taken_out_retires_a_channel_and_one_that_is_added_is_one(
    house: House,
) -> None:
    sheet = Sheet(house.taken(MEETING))
    row = sheet.row_where(lambda at: bool(at(Column.EMAIL)) and bool(at(Column.FAX)))
    sheet.cell(row, Column.FAX).value = None
    mails = sheet.cell(row, Column.EMAIL)
    mails.value = f"{mails.value}\nnight.desk@desk.example"
    assert said(house.plan(sheet.saved())) == [
        ("channel", "new", "night.desk@desk.example"),
        ("channel", "retired", ""),
    ]


def test_somebody_else_in_post_ends_a_holder_and_hands_over(house: House) -> None:
    sheet = Sheet(house.taken(MEETING))
    row = sheet.row_where(lambda at: bool(at(Column.NAME)) and not at(Column.OWN_SCRIPT))
    outgoing = sheet.cell(row, Column.NAME).value
    sheet.cell(row, Column.NAME).value = "Quentin NEWCOMER"
    plan = house.plan(sheet.saved(), meeting="tel44")
    ended, followed = plan.operations
    assert ended.kind == followed.kind == "holder"
    assert (ended.document or {})["until_date"] == (followed.document or {})["from_date"]
    assert (followed.document or {})["name"] == {"en": "Quentin NEWCOMER"}
    assert (followed.document or {})["handover"] == {
        "outgoing": outgoing,
        "incoming": "Quentin NEWCOMER",
        "accompanied": None,
    }


def test_a_corrected_spelling_is_the_same_person(house: House) -> None:
    sheet = Sheet(house.taken(MEETING))
    row = sheet.row_where(lambda at: len(at(Column.NAME)) > 12)
    name = sheet.cell(row, Column.NAME).value
    sheet.cell(row, Column.NAME).value = f"{name[:-1]}{'e' if name[-1] != 'e' else 'a'}"
    ((kind, field, _),) = said(house.plan(sheet.saved()))
    assert (kind, field) == ("holder", "name")


def test_a_struck_out_row_has_left_the_post(house: House) -> None:
    sheet = Sheet(house.taken(MEETING))
    row = sheet.row_where(lambda at: bool(at(Column.NAME)))
    for cell in sheet.sheet[sheet.first + row]:
        cell.font = Font(strike=True)
    ((kind, field, _),) = said(house.plan(sheet.saved()))
    assert (kind, field) == ("holder", "until_date")


def test_a_date_of_confirmation_is_a_check_of_every_channel_of_the_row(house: House) -> None:
    sheet = Sheet(house.taken(MEETING))
    row = sheet.row_where(lambda at: bool(at(Column.TELEPHONE)) and bool(at(Column.EMAIL)))
    lines = sum(
        len((sheet.cell(row, column).value or "").split("\n"))
        for column in (Column.TELEPHONE, Column.MOBILE, Column.FAX, Column.EMAIL, Column.PORTAL,
                       Column.MESSAGING)
        if sheet.cell(row, column).value
    )  # fmt: skip
    sheet.cell(row, Column.CONFIRMED).value = date(2026, 11, 25)
    plan = house.plan(sheet.saved())
    assert {one.kind for one in plan.operations} == {"check"}
    failed = sum(n.finding.code == "not-confirmed" for n in plan.findings)
    assert len(plan.operations) + failed == lines


def test_rows_may_be_sorted_and_columns_moved_renamed_or_deleted(house: House) -> None:
    data = house.taken(MEETING)
    dice = random.Random(7)  # noqa: S311 - the same shuffle every time

    def shuffled(places: list[int]) -> list[int]:
        return dice.sample(places, len(places))

    assert said(house.plan(moved(data, shuffled))) == []
    assert said(house.plan(moved(data, lambda places: [*places[::2], places[-1]]))) == []
    sheet = Sheet(data)
    for column in (Column.POST, Column.TELEPHONE, Column.NAME):
        sheet.sheet.cell(sheet.machine_row - 1, sheet.column(column)).value = "Something else"
    first, last = sheet.first, sheet.sheet.max_row
    texts = [[cell.value for cell in row] for row in sheet.sheet.iter_rows(first, last)]
    dice.shuffle(texts)
    for row, values in enumerate(texts, start=first):
        for place, value in enumerate(values, start=1):
            sheet.sheet.cell(row, place).value = value
    assert said(house.plan(sheet.saved())) == []


def test_a_row_that_is_added_is_a_new_post(house: House) -> None:
    sheet = Sheet(house.taken(MEETING))
    row = sheet.rows()
    for column, text in (
        (Column.ECONOMY, "Japan"),
        (Column.POST, "Cyber liaison"),
        (Column.ORGANISATION, "Wholly New Agency (fictional)"),
        (Column.NAME, "SHINJIN Hanako"),
        (Column.TELEPHONE, "+81 3-0555-0777"),
    ):
        sheet.cell(row, column).value = text
    plan = house.plan(sheet.saved())
    assert [one.kind for one in plan.operations] == [
        "organisation",
        "contact",
        "holder",
        "channel",
    ]
    assert {one.owner for one in plan.operations} == {"JP"}


def test_a_copied_row_is_another_row(house: House) -> None:
    """Whoever adds a colleague copies the line above, hidden column included."""
    sheet = Sheet(house.taken(MEETING))
    row = sheet.row_where(lambda at: bool(at(Column.NAME)) and bool(at(Column.EMAIL)))
    new = sheet.rows()
    for place in range(1, sheet.sheet.max_column + 1):
        sheet.sheet.cell(sheet.first + new, place).value = sheet.sheet.cell(
            sheet.first + row, place
        ).value
    sheet.cell(new, Column.NAME).value = "Quentin NEWCOMER"
    sheet.cell(new, Column.POST).value = "Forensics desk"
    sheet.cell(new, Column.EMAIL).value = "newcomer@desk.example"
    for column in (Column.TELEPHONE, Column.MOBILE, Column.FAX, Column.PORTAL, Column.MESSAGING,
                   Column.OWN_SCRIPT, Column.CONFIRMED):  # fmt: skip
        sheet.cell(new, column).value = None
    plan = house.plan(sheet.saved())
    assert [one.kind for one in plan.operations] == ["contact", "holder", "channel"]


def test_what_moved_since_is_proposed_from_what_was_printed(house: House) -> None:
    """The base of an operation is the revision that the person had before them."""
    sheet = Sheet(house.taken(MEETING))
    row = sheet.row_where(lambda at: bool(at(Column.POST)) and bool(at(Column.NAME)))
    sheet.cell(row, Column.REMARKS).value = "By day alone."
    (one,) = house.plan(sheet.saved()).operations
    assert one.base_revision >= 1
    assert one.before is not None


def test_what_looks_like_a_formula_is_text_both_ways(house: House) -> None:
    sheet = Sheet(house.taken(MEETING))
    row = sheet.row_where(lambda at: bool(at(Column.POST)))
    cell = sheet.cell(row, Column.REMARKS)
    cell.value = "=1+1 is what they say"
    cell.data_type = "s"
    ((_, field, value),) = said(house.plan(sheet.saved()))
    assert (field, value) == ("note", "{'en': '=1+1 is what they say'}")


def test_a_name_written_beside_another_script_is_the_same_person(house: House) -> None:
    sheet = Sheet(house.taken(MEETING))
    row = sheet.row_where(lambda at: bool(at(Column.NAME)) and not at(Column.OWN_SCRIPT))
    sheet.cell(row, Column.OWN_SCRIPT).value = "范例"
    ((kind, field, _),) = said(house.plan(sheet.saved()))
    assert (kind, field) == ("holder", "name")


def named_in_two_scripts(house: House, own: Any) -> list[tuple[str, str, str]]:
    """What comes of another name in own script, once the other column names the person too."""
    sheet = Sheet(house.taken(MEETING))
    row = sheet.row_where(lambda at: bool(at(Column.NAME)) and not at(Column.OWN_SCRIPT))
    sheet.cell(row, Column.OWN_SCRIPT).value = "范小例"
    house.applied(house.kept(house.plan(sheet.saved())).change_sets.values())
    sheet = Sheet(house.taken(MEETING))
    row = sheet.row_where(lambda at: at(Column.OWN_SCRIPT) == "范小例")
    sheet.cell(row, Column.OWN_SCRIPT).value = own
    return said(house.plan(sheet.saved()))


@pytest.mark.parametrize(
    "own",
    [
        pytest.param("范曉例", id="one character of three is corrected"),
        pytest.param(None, id="only the other column still names them"),
    ],
)
def test_who_is_still_named_in_the_other_column_has_not_left(house: House, own: Any) -> None:
    ((kind, field, _),) = named_in_two_scripts(house, own)
    assert (kind, field) == ("holder", "name")


def test_another_name_in_own_script_is_somebody_else(house: House) -> None:
    told = named_in_two_scripts(house, "新仮名")
    assert {kind for kind, _, _ in told} == {"holder"}
    assert len(told) > 1
