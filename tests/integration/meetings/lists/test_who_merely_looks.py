"""Whoever merely looks at what a list would propose is told what proposing it would tell."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from openpyxl.styles import Font

from directory.changes.errors import UnacceptableChangeSetError
from directory.changes.operations import Put
from directory.db import Database
from directory.meetings.lists import sifting
from directory.meetings.lists.plans import Plan
from directory.meetings.lists.queries import findings
from directory.meetings.lists.returned import Kept
from directory.meetings.lists.rules.columns import Column
from directory.meetings.lists.rules.findings import Code
from directory.policy import PUBLIC, Role, Tlp, Viewer
from directory.registry import KINDS
from directory.seeding.commands import seed
from tests.integration.changes.world import membership, write
from tests.integration.meetings.lists.generated import NETWORK, Desk
from tests.integration.meetings.lists.house import NOW, House, Sheet, unaccounted

SEED = Path(__file__).resolve().parents[4] / "seed"
LOOKER = replace(PUBLIC, clearance=Tlp.GREEN)
"""Nobody's account, where the directory is open to such a reader."""
READER = Viewer(None, frozenset(), Tlp.GREEN, frozenset(), frozenset({Role.READER}), "reader")


@pytest.fixture
def house(new_database: Callable[[], str]) -> Iterator[House]:
    """A directory in which a public membership is exercised by way of a public post."""
    database = Database(new_database())
    seed(database, KINDS, SEED, ("reference", "report"), at=NOW)
    made = Desk(
        "TH", {"en": "Bureau desk"}, {}, "CLEAR", [], None, [], {}, [],
        [{"medium": "telephone", "raw": "+66 2 055 0123"}],
    )  # fmt: skip
    with database.writing() as connection:
        # What is exercised by way of a post is the directory's, and so is the post.
        for put in made.operations():
            assert isinstance(put, Put)
            ours = replace(put, document={**put.document, "owner": "directory"})
            write(connection, ours, at=NOW - timedelta(days=1))
        via = membership(
            economy="TH", network="budapest-35", status="unknown", via=made.id,
            owner="directory", marking="CLEAR", from_date="2026-01-01",
        )  # fmt: skip
        write(connection, via, at=NOW - timedelta(days=1))
    yield House(database)
    database.dispose()


def changed(house: House) -> Sheet:
    sheet = Sheet(house.taken(NETWORK))
    row = sheet.row_where(lambda at: at(Column.POST) == "Bureau desk")
    sheet.cell(row, Column.MARKING).value = "GREEN"
    sheet.cell(row, Column.REMARKS).value = "By day alone."
    return sheet


def told(plan: Plan) -> list[tuple[str, str, str, str | None]]:
    return sorted(
        (one.finding.cell, str(one.finding.code), one.finding.read, one.finding.proposed)
        for one in plan.findings
    )


def kept_findings(house: House, kept: Kept, viewer: Viewer) -> list[tuple[str, str, str, str]]:
    with house.database.reading() as connection:
        page = findings(connection, KINDS, kept.id, viewer=viewer, code=None, limit=200, page=None)
    each = [orjson.loads(text) for text in page.texts]
    return sorted((one["cell"], one["code"], one["read"], one["proposed"]) for one in each)


def test_a_marking_that_cannot_stand_is_told_to_who_has_no_account(house: House) -> None:
    """What refers to the post may be seen by more than would see the post itself."""
    data = changed(house).saved()
    plan = house.plan(data, viewer=LOOKER)
    (one,) = [n.finding for n in plan.findings if n.finding.code is Code.NOT_PROPOSED]
    assert one.read == "GREEN"
    assert one.cell.startswith("Contacts!")
    assert "budapest" not in str(one.proposed)
    (contact,) = plan.operations
    assert contact.document is not None
    assert (contact.document["marking"], contact.document["note"]) == (
        "CLEAR", {"en": "By day alone."},
    )  # fmt: skip
    assert unaccounted(plan, data) == set()


def test_on_proposing_nothing_more_is_told(house: House) -> None:
    data = changed(house).saved()
    looked = house.plan(data, viewer=LOOKER)
    plan = house.plan(data, viewer=READER)
    assert told(plan) == told(looked)
    kept = house.kept(plan, viewer=READER)
    assert kept_findings(house, kept, READER) == told(looked)


def test_a_post_that_others_name_cannot_be_struck_out_and_that_is_told(house: House) -> None:
    sheet = Sheet(house.taken(NETWORK))
    row = sheet.row_where(lambda at: at(Column.POST) == "Bureau desk")
    for cell in sheet.sheet[sheet.first + row]:
        cell.font = Font(strike=True)
    plan = house.plan(sheet.saved(), viewer=PUBLIC)
    assert plan.operations == []
    (one,) = [n.finding for n in plan.findings if n.finding.code is Code.NOT_PROPOSED]
    assert "cannot be retired" in str(one.proposed)
    assert one.cell


def test_a_part_that_is_too_large_is_refused_before_it_is_kept(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sifting, "MOST_OPERATIONS", 0)
    with pytest.raises(UnacceptableChangeSetError, match="Split the list"):
        house.plan(changed(house).saved(), viewer=LOOKER)
