"""The two lists that came back from meetings, end to end: what each row of them proposes."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from directory.changes.apply import Applied
from directory.changes.proposals import Proposed
from directory.changes.revert import Undoing, revert
from directory.changes.verify import verify
from directory.meetings.lists.drafts import Ledger
from directory.meetings.lists.plans import Plan
from directory.meetings.lists.rules.findings import Code
from directory.meetings.lists.rules.grid import Cell, Sheet
from directory.registry import KINDS
from tests.databases import MakeFurnished
from tests.integration.meetings.lists.expected import MEETING_RETURN, RETURN_FORM
from tests.integration.meetings.lists.house import NOW, House, seeded_house, unaccounted
from tests.integration.meetings.lists.told import by_row, elsewhere

ROOT = Path(__file__).resolve().parents[4]
SAMPLES = ROOT / "tests" / "samples"
FORM = "01_tel45_poc_return_utf8bom.csv"
BOOK = "03_meeting_return.xlsx"
ROWS = {FORM: RETURN_FORM, BOOK: MEETING_RETURN}
MEETING = "tel45"


@pytest.fixture(scope="module")
def house(new_furnished: MakeFurnished) -> Iterator[House]:
    yield from seeded_house(new_furnished, "reference", "report")


@pytest.fixture
def own_house(fresh_furnished: MakeFurnished) -> Iterator[House]:
    """A directory that a test may write to."""
    yield from seeded_house(fresh_furnished, "reference", "report")


def sample(house: House, name: str) -> Plan:
    return house.plan((SAMPLES / name).read_bytes(), name, meeting=MEETING)


@pytest.mark.parametrize("name", ROWS)
def test_each_row_proposes_what_it_says(house: House, name: str) -> None:
    told = by_row(sample(house, name))
    assert told.keys() == ROWS[name].keys()
    for row, expected in ROWS[name].items():
        assert "\n".join(told[row]) == dedent(expected).strip(), row


@pytest.mark.parametrize("name", ROWS)
def test_every_cell_is_used_or_stands_in_a_finding(house: House, name: str) -> None:
    data = (SAMPLES / name).read_bytes()
    assert unaccounted(house.plan(data, name), data, name) == set()


@pytest.mark.parametrize("name", ROWS)
def test_a_cell_that_is_passed_over_is_noticed(
    house: House, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgotten = {FORM: "J5", BOOK: "POC list!D7"}[name]
    used = Ledger.use

    def use(self: Ledger, sheet: Sheet, cell: Cell) -> None:
        if sheet.address_of(cell) != forgotten:
            used(self, sheet, cell)

    monkeypatch.setattr(Ledger, "use", use)
    last = [n.finding for n in sample(house, name).findings if n.finding.code is Code.NOT_PROPOSED]
    monkeypatch.setattr(Ledger, "rest", lambda self: iter(()))
    data = (SAMPLES / name).read_bytes()
    is_doubted = name == FORM
    assert (forgotten in {finding.cell for finding in last}) is not is_doubted
    missing = unaccounted(house.plan(data, name), data, name)
    assert missing == (set() if is_doubted else {forgotten})


def test_what_stands_on_other_sheets_is_shown_and_not_taken(house: House) -> None:
    old = [f"Old list (about 2007)!{column}{row}" for row in range(1, 6) for column in "ABC"]
    assert elsewhere(sample(house, BOOK)) == sorted([*old, "hidden notes!A1"])


def test_an_economy_that_nominated_nobody_is_a_gap(house: House) -> None:
    plan = sample(house, FORM)
    assert "SG" not in plan.by_owner()
    (gap,) = [noted for noted in plan.findings if noted.finding.code is Code.NOBODY_NAMED
              and noted.finding.proposed is None]  # fmt: skip
    assert (gap.owner, gap.finding.cell) == ("SG", "A27")


@pytest.mark.parametrize("name", ROWS)
def test_a_list_is_applied_once_verifies_and_can_be_undone(own_house: House, name: str) -> None:
    house, before = own_house, own_house.records()
    plan = sample(house, name)
    kept = house.kept(plan, name, meeting=MEETING)
    assert kept.change_sets.keys() == plan.by_owner().keys()
    assert house.records() == before
    house.applied(kept.change_sets.values())
    applied = house.records()
    assert len(applied) == len(before) + len(plan.operations)
    assert sample(house, name).operations == []
    _assert_verified(house)
    with house.database.writing() as connection:
        undone = [
            revert(
                connection, KINDS, rid, Undoing(), viewer=house.second, actor="somebody else",
                at=NOW,
            )
            for rid in [*kept.change_sets.values()][::-1]
        ]  # fmt: skip
    waiting = [done.change_set for done in undone if isinstance(done, Proposed)]
    assert {type(done) for done in undone} <= {Applied, Proposed}
    assert len(undone) == len(kept.change_sets)
    house.applied(waiting, by=house.viewer)
    assert house.records() == before
    _assert_verified(house)


def test_the_second_list_finds_whom_the_first_brought(own_house: House) -> None:
    house = own_house
    first = house.kept(sample(house, FORM), FORM, meeting=MEETING)
    house.applied(first.change_sets.values())
    plan = sample(house, BOOK)
    new = Counter(one.kind for one in plan.operations if one.before is None)
    assert (new["organisation"], new["contact"], new["holder"]) == (0, 2, 2)
    assert changed(plan) == {("TH", "contact", "zone")}
    house.applied(house.kept(plan, BOOK, meeting=MEETING).change_sets.values())
    assert sample(house, BOOK).operations == []
    assert sample(house, FORM).operations == []
    _assert_verified(house)


def changed(plan: Plan) -> set[tuple[str, str, str]]:
    """Of which owner, in which kind and field, records that are held would say something else."""
    return {
        (one.owner, one.kind, name)
        for one in plan.operations
        for name, value in (one.document or {}).items()
        if one.before is not None and name != "source" and one.before[name] != value
    }


def _assert_verified(house: House) -> None:
    with house.database.reading() as connection:
        assert verify(connection, KINDS, progress=lambda done, of: None).problems == ()
