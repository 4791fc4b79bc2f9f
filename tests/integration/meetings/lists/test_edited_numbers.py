"""Numbers that a person corrects in a list: what was known of the old one is not of the new."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from directory.changes.operations import Put
from directory.contacts.queries import contact
from directory.db import Database
from directory.documents import Document
from directory.meetings.lists.plans import Plan
from directory.meetings.lists.rules.columns import Column
from directory.meetings.lists.rules.findings import Code
from directory.policy import Tlp
from directory.registry import KINDS
from directory.seeding.commands import seed
from tests.integration.changes.world import SOURCE, write
from tests.integration.meetings.lists.generated import NETWORK, Desk
from tests.integration.meetings.lists.house import NOW, House, Sheet
from tests.integration.meetings.lists.test_what_lists_may_not_do import desk, of_kind

SEED = Path(__file__).resolve().parents[4] / "seed"
FIRST, SECOND, OTHER = "+61 2 5550 0123", "+61 2 5550 0124", "+61 2 5550 0177"


@pytest.fixture
def house(new_database: Callable[[], str]) -> Iterator[House]:
    database = Database(new_database())
    seed(database, KINDS, SEED, ("reference", "report"), at=NOW)
    yield House(database)
    database.dispose()


def with_lines(house: House, *raws: str) -> Desk:
    lines = [{"medium": "telephone", "raw": raw} for raw in raws]
    return desk(house, "Alex SAMPLE", channels=lines)


def lines(house: House, made: Desk) -> list[Document]:
    with house.database.reading() as connection:
        view = contact(connection, made.id, viewer=house.viewer, at=NOW)
    found: list[Document] = orjson.loads(view.text)["channels"]
    return found


def told(house: House, made: Desk) -> dict[str, str]:
    """What the checks of each number say of it."""
    return {one["raw"]: one["verification"]["result"] for one in lines(house, made)}


def checked(house: House, line: Document, outcome: str) -> None:
    document: dict[str, Any] = {
        "channel": line["id"],
        "checked_at": "2026-11-20T02:00:00Z",
        "outcome": outcome,
        "method": "test_call",
        "source": SOURCE,
    } | {name: line[name] for name in ("owner", "marking", "audience")}
    with house.database.writing() as connection:
        write(connection, Put("check", document), at=NOW - timedelta(hours=1))


def returned(house: House, text: str, on: date | None = None) -> Plan:
    """The list with other numbers, and perhaps a date of confirmation."""
    sheet = Sheet(house.taken(NETWORK))
    row = sheet.row_where(lambda at: at(Column.POST) == "Duty desk")
    sheet.cell(row, Column.TELEPHONE).value = text
    if on is not None:
        sheet.cell(row, Column.CONFIRMED).value = on
    return house.plan(sheet.saved())


def applied(house: House, plan: Plan) -> None:
    house.applied(house.kept(plan).change_sets.values())


@pytest.mark.parametrize("outcome", ["answered", "number_dead"])
def test_a_number_that_was_replaced_is_unverified(house: House, outcome: str) -> None:
    made = with_lines(house, FIRST)
    checked(house, lines(house, made)[0], outcome)
    plan = returned(house, OTHER)
    assert [one.kind for one in plan.operations] == ["channel"]
    applied(house, plan)
    assert told(house, made) == {OTHER: "unverified"}


@pytest.mark.parametrize("outcome", ["answered", "number_dead"])
def test_a_number_that_was_replaced_and_confirmed_is_verified(house: House, outcome: str) -> None:
    """Whatever was known of the one before, even that it was dead."""
    made = with_lines(house, FIRST, SECOND)
    checked(house, lines(house, made)[0], outcome)
    plan = returned(house, f"{OTHER}\n{SECOND}", date(2026, 11, 25))
    assert [one.kind for one in plan.operations] == ["channel", "check", "check"]
    assert not [one for one in plan.findings if one.finding.code is Code.NOT_CONFIRMED]
    applied(house, plan)
    assert told(house, made) == {OTHER: "verified", SECOND: "verified"}


def test_a_word_does_not_overrule_a_call_of_the_number_that_comes_back(house: House) -> None:
    made = with_lines(house, FIRST)
    checked(house, lines(house, made)[0], "number_dead")
    applied(house, returned(house, OTHER))
    plan = returned(house, FIRST, date(2026, 11, 25))
    assert [one.kind for one in plan.operations] == ["channel"]
    (doubt,) = [one.finding for one in plan.findings if one.finding.code is Code.NOT_CONFIRMED]
    assert doubt.read == FIRST
    applied(house, plan)
    assert told(house, made) == {FIRST: "failed"}


def test_another_punctuation_takes_nothing_away(house: House) -> None:
    made = with_lines(house, FIRST)
    checked(house, lines(house, made)[0], "answered")
    applied(house, returned(house, "+61 (2) 5550-0123"))
    assert told(house, made) == {"+61 (2) 5550-0123": "verified"}


def test_a_number_that_somebody_edits_meanwhile_is_not_what_was_confirmed(house: House) -> None:
    made = with_lines(house, FIRST)
    kept = house.kept(returned(house, FIRST, date(2026, 11, 25)))
    line = lines(house, made)[0]
    with house.database.writing() as connection:
        document = KINDS["channel"].as_given(line)
        other = document | {"raw": OTHER, "e164": None}
        write(connection, Put("channel", other, line["id"], line["revision"]), at=NOW)
    house.applied(kept.change_sets.values())
    assert told(house, made) == {OTHER: "unverified"}


# A number that the post has on another channel.


def test_a_number_that_the_post_has_already_is_not_doubled(house: House) -> None:
    made = with_lines(house, FIRST, SECOND)
    first, second = lines(house, made)
    plan = returned(house, f"+61 (2) 5550 0124\n{SECOND}", date(2026, 11, 25))
    (one,) = of_kind(plan, "channel")
    assert (one.id, one.document) == (first["id"], None)
    (doubt,) = [each.finding for each in plan.findings if each.finding.code is Code.DUPLICATE]
    assert doubt.read == "+61 (2) 5550 0124"
    assert FIRST in str(doubt.proposed)
    (check,) = of_kind(plan, "check")
    assert (check.document or {})["channel"] == second["id"]
    applied(house, plan)
    assert told(house, made) == {SECOND: "verified"}
    assert returned(house, SECOND).operations == []


def test_a_number_that_came_meanwhile_is_not_doubled(house: House) -> None:
    made = with_lines(house, FIRST)
    sheet = Sheet(house.taken(NETWORK))
    row = sheet.row_where(lambda at: at(Column.POST) == "Duty desk")
    sheet.cell(row, Column.TELEPHONE).value = OTHER
    first = lines(house, made)[0]
    with house.database.writing() as connection:
        document = KINDS["channel"].as_given(first)
        added = document | {"raw": OTHER, "e164": None, "position": 2}
        write(connection, Put("channel", added), at=NOW)
    plan = house.plan(sheet.saved())
    assert [(one.id, one.document) for one in plan.operations] == [(first["id"], None)]
    applied(house, plan)
    assert list(told(house, made)) == [OTHER]
    assert house.plan(sheet.saved()).operations == []


def test_a_line_that_moves_up_keeps_its_channel(house: House) -> None:
    """In another punctuation, too, and whatever stands in its old place."""
    made = with_lines(house, FIRST, SECOND)
    first, second = lines(house, made)
    plan = returned(house, f"+61 (2) 5550 0124\n{OTHER}")
    said = {one.id: (one.document or {})["raw"] for one in plan.operations}
    assert said == {second["id"]: "+61 (2) 5550 0124", first["id"]: OTHER}
    assert not [one for one in plan.findings if one.finding.code is Code.DUPLICATE]


def test_what_the_sender_may_not_see_is_no_other_channel(house: House) -> None:
    made = with_lines(house, FIRST)
    line = lines(house, made)[0]
    with house.database.writing() as connection:
        document = KINDS["channel"].as_given(line)
        secret = document | {"raw": OTHER, "e164": None, "marking": "RED"}
        write(connection, Put("channel", secret), at=NOW - timedelta(hours=1))
    sheet = Sheet(house.taken(NETWORK))
    row = sheet.row_where(lambda at: at(Column.POST) == "Duty desk")
    sheet.cell(row, Column.TELEPHONE).value = OTHER
    sender = replace(house.viewer, clearance=Tlp.AMBER)
    plan = house.plan(sheet.saved(), viewer=sender)
    assert [one.id for one in plan.operations] == [line["id"]]
    assert [one.document is None for one in plan.operations] == [False]
