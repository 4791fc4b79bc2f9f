"""Rows that say the same become one, and rows that only look alike stay as many as they are."""

from datetime import date

import pytest

from directory.meetings.lists.duplicates import without_duplicates
from directory.meetings.lists.rules.findings import Code
from tests.unit.meetings.lists.drafted import NIGHT, POLICE, WATCH, draft


def test_a_row_in_another_spelling_is_the_same() -> None:
    first = draft(
        5, "Alexandra EXAMPLETON", title="Manager, Liaison", organisation=POLICE,
        numbers=[WATCH], mails=["alex@efp.example"], confirmed_on=date(2012, 3, 1),
    )  # fmt: skip
    later = draft(
        24, "Exampleton Alexandra", title="Mgr Liaison", organisation="EFP",
        numbers=[WATCH, NIGHT], mails=["ALEX@EFP.EXAMPLE"], confirmed_on=date(2012, 4, 1),
        remarks="by night", cell_of={"remarks": "R24", "organisation": "G24"},
    )  # fmt: skip
    assert without_duplicates([first, later]) == [first]
    assert [line.raw for line in first.lines] == [WATCH, "alex@efp.example", NIGHT]
    assert first.confirmed_on == date(2012, 4, 1)
    told = {(finding.cell, finding.code) for finding in first.findings}
    assert told == {("A24", Code.DUPLICATE), ("R24", Code.REMARK), ("G24", Code.REMARK)}


def test_several_rows_that_are_one_become_one() -> None:
    rows = [draft(row, "Alex SAMPLE", organisation=POLICE, numbers=[WATCH]) for row in range(5, 9)]
    assert without_duplicates(rows) == rows[:1]
    assert sum(finding.code is Code.DUPLICATE for finding in rows[0].findings) == 3


@pytest.mark.parametrize(
    "other",
    [
        draft(6, "Robin SAMPLE", organisation=POLICE, title="Inspector", numbers=[WATCH]),
        draft(6, "Alex SAMPLE", organisation="Bureau of Others", title="Head", numbers=[NIGHT]),
        draft(6, title="Inspector", organisation=POLICE, numbers=[WATCH], is_post=True),
        draft(6, "Alex SAMPLE", organisation=POLICE, title="Inspector", numbers=[WATCH],
              economy="NZ"),
        draft(6, "Alex SAMPLE", organisation=POLICE, title="Inspector", numbers=[WATCH],
              is_struck=True),
    ],
)  # fmt: skip
def test_who_shares_something_is_not_the_same(other: object) -> None:
    """A colleague behind one number, a namesake, the desk itself, another economy, who has left."""
    first = draft(5, "Alex SAMPLE", organisation=POLICE, title="Inspector", numbers=[WATCH])
    assert without_duplicates([first, other]) == [first, other]  # type: ignore[list-item]


def test_two_desks_in_one_mailbox_are_two() -> None:
    desks = [
        draft(row, title=title, organisation=POLICE, mails=["all@efp.example"], is_post=True)
        for row, title in ((5, "Watch floor"), (6, "Forensics"))
    ]
    assert without_duplicates(desks) == desks
