"""Lists overwrite nobody's work, show nothing hidden, and hand posts over as they were told."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
import pytest
from openpyxl.styles import Font

from directory.changes.amending import Amendment, amend
from directory.changes.errors import MovedBaseError
from directory.changes.operations import Put
from directory.changes.views import change_set
from directory.documents import Document
from directory.ids import new_id
from directory.meetings.lists.building import Planned
from directory.meetings.lists.plans import Plan
from directory.meetings.lists.queries import findings, returned_list
from directory.meetings.lists.rules.columns import Column
from directory.meetings.lists.rules.findings import Code
from directory.policy import Label, Role, Tlp, Viewer, covers, may_see
from directory.registry import KINDS
from tests.databases import MakeFurnished
from tests.integration.changes.world import SOURCE, write
from tests.integration.meetings.lists.generated import NETWORK, Desk
from tests.integration.meetings.lists.house import NOW, House, Sheet, is_other, seeded_house

MEETING = "tel45"
HEADINGS = "Economy,Name,Position,Organisation,Tel,E-mail,Networks\n"
LOW = Viewer("AU", frozenset(), Tlp.GREEN, frozenset(), frozenset({Role.READER}), "low")


@pytest.fixture
def house(fresh_furnished: MakeFurnished) -> Iterator[House]:
    yield from seeded_house(fresh_furnished, "reference", "report")


def desk(house: House, *names: str, **keys: Any) -> Desk:
    """A post that the directory has."""
    usual: dict[str, Any] = {
        "economy": "AU", "title": {"en": "Duty desk"}, "note": {}, "marking": "AMBER",
        "audience": [], "hours": None, "languages": [], "functions": {},
        "holders": [{"en": name} for name in names],
        "channels": [{"medium": "telephone", "raw": "+61 2 5550 0123"}],
    }  # fmt: skip
    made = Desk(**{**usual, **keys})
    with house.database.writing() as connection:
        write(connection, *made.operations(), at=NOW - timedelta(days=1))
    return made


def returned(house: House, *rows: str, **options: Any) -> Plan:
    text = HEADINGS + "\n".join(rows) + "\n"
    return house.plan(text.encode(), "list.csv", **options)


def of_kind(plan: Plan, kind: str) -> list[Planned]:
    return [one for one in plan.operations if one.kind == kind]


def document(one: Planned) -> Document:
    assert one.document is not None
    return one.document


# A base that moved.


def test_what_somebody_else_changed_meanwhile_is_a_conflict_and_nothing_else(house: House) -> None:
    made = [desk(house, f"Alex {n}", title={"en": f"Desk {n}"}) for n in range(3)]
    sheet = Sheet(house.taken(NETWORK))
    for row in range(sheet.rows()):
        if str(sheet.cell(row, Column.POST).value).startswith("Desk"):
            sheet.cell(row, Column.REMARKS).value = "By day alone."
    held = house.records()[made[1].id]
    theirs = Put("contact", KINDS["contact"].as_given(held) | {"title": {"en": "Moved"}},
                 made[1].id, 1)  # fmt: skip
    with house.database.writing() as connection:
        write(connection, theirs, at=NOW)
    kept = house.kept(house.plan(sheet.saved()))
    (rid,) = kept.change_sets.values()
    told = viewed(house, rid)
    assert {one["id"]: one["conflict"] is not None for one in told["operations"]} == {
        made[0].id: False,
        made[1].id: True,
        made[2].id: False,
    }
    place, conflict = next((n, one["conflict"]) for n, one in enumerate(told["operations"])
                           if one["conflict"])  # fmt: skip
    titles = [conflict[side]["title"]["en"] for side in ("base", "theirs", "mine")]
    assert titles == ["Desk 1", "Moved", "Desk 1"]
    with pytest.raises(MovedBaseError):
        house.applied([rid])
    both = KINDS["contact"].as_given(conflict["theirs"]) | {"note": conflict["mine"]["note"]}
    settle(house, rid, place, both)
    house.applied([rid])
    after = house.records()
    assert [after[one.id]["note"] for one in made] == [{"en": "By day alone."}] * 3
    assert after[made[1].id]["title"] == {"en": "Moved"}


def viewed(house: House, rid: str) -> Document:
    with house.database.reading() as connection:
        return change_set(connection, KINDS, rid, viewer=house.second)


def settle(house: House, rid: str, place: int, settled: Document) -> None:
    third = replace(house.viewer, account="a third")
    with house.database.writing() as connection:
        amend(
            connection, KINDS, rid, place, Amendment(document=settled, base_revision=2),
            viewer=third, why_not_second=is_other, at=NOW,
        )  # fmt: skip


# Handing over.


@pytest.mark.parametrize(
    ("there", "accompanied"),
    [
        (["Alex SAMPLE", "Robin OTHER"], True),
        (["Robin OTHER"], False),
        (["Alex SAMPLE"], None),
        ([], None),
    ],
)
def test_who_was_at_the_meeting_tells_whether_the_handover_was_accompanied(
    house: House, there: list[str], accompanied: bool | None
) -> None:
    made = desk(house, "Alex SAMPLE")
    for name in there:
        attended(house, name)
    row = f"Australia,Robin OTHER,Duty desk,{agency_of(house, made)},+61 2 5550 0123,,"
    plan = returned(house, row, meeting=MEETING)
    ended, followed = of_kind(plan, "holder")
    assert document(ended)["until_date"] == document(followed)["from_date"]
    assert document(followed)["handover"] == {
        "outgoing": "Alex SAMPLE",
        "incoming": "Robin OTHER",
        "accompanied": accompanied,
    }
    assert Code.PERSON_CHANGED in {noted.finding.code for noted in plan.findings}


def attended(house: House, name: str) -> None:
    document = {"meeting": MEETING, "economy": "AU", "name": {"en": name}, "source": SOURCE}
    with house.database.writing() as connection:
        write(connection, Put("attendance", document | {"capacity": {"en": "delegate"}}), at=NOW)


def agency_of(house: House, made: Desk) -> str:
    records = house.records()
    return str(records[records[made.id]["organisation"]]["name"]["en"])


def test_who_moved_leaves_a_post_that_stays(house: House) -> None:
    made = desk(house, "Alex SAMPLE")
    plan = returned(house, "Australia,Alex SAMPLE,Liaison,Wholly New Bureau,+61 2 5550 0777,,")
    ended, begun = sorted(of_kind(plan, "holder"), key=lambda one: one.before is None)
    assert document(ended)["contact"] == made.id
    assert document(ended)["until_date"] is not None
    assert document(begun)["contact"] != made.id
    assert [one.before for one in of_kind(plan, "contact")] == [None]
    assert Code.PERSON_MOVED in {noted.finding.code for noted in plan.findings}


def test_a_struck_out_row_ends_who_is_named_and_no_namesake(house: House) -> None:
    here, there = desk(house, "Alex SAMPLE"), desk(house, "Alex SAMPLE")
    sheet = Sheet(house.taken(NETWORK))
    for cell in sheet.sheet[sheet.first]:
        cell.font = Font(strike=True)
    for column in range(1, sheet.sheet.max_column + 1):
        sheet.sheet.cell(sheet.machine_row, column).value = None
    record = sheet.sheet.max_column
    for row in range(1, sheet.sheet.max_row + 1):
        sheet.sheet.cell(row, record).value = None
    struck = str(sheet.sheet.cell(sheet.first, 3).value)
    plan = house.plan(sheet.saved())
    (ended,) = [one for one in of_kind(plan, "holder") if document(one)["until_date"]]
    whose = {agency_of(house, each): each.id for each in (here, there)}
    assert document(ended)["contact"] == whose[struck]


def test_where_nothing_tells_namesakes_apart_somebody_is_asked(house: House) -> None:
    for _ in range(2):
        desk(house, "Alex SAMPLE")
    plan = returned(house, "Australia,Alex SAMPLE,,,,,")
    assert plan.operations == []
    assert [n.finding.code for n in plan.findings if n.finding.confidence == 0] == [
        Code.AMBIGUOUS_MATCH
    ]


# Networks.


def test_a_membership_that_cannot_be_is_told_and_not_proposed(house: House) -> None:
    plan = returned(house, "Taiwan,HSU Kung-kai,Prosecutor,Office,02-0555-0101,,G8 24/7; INTERPOL")
    (contact,) = of_kind(plan, "contact")
    assert document(contact)["networks"] == ["g7-24-7"]
    codes = {noted.finding.code for noted in plan.findings}
    assert Code.IMPOSSIBLE_MEMBERSHIP in codes


def test_a_company_takes_part_in_no_network(house: House) -> None:
    plan = returned(
        house, "Malaysia,Zed CONTOH,Manager,Telco (private sector),03-0555 0101,,INTERPOL"
    )
    (contact,), (organisation,) = of_kind(plan, "contact"), of_kind(plan, "organisation")
    assert document(contact)["networks"] == []
    assert document(organisation)["sector"] == "private"
    assert any(n.finding.code is Code.NOT_PROPOSED and n.finding.read == "INTERPOL"
               for n in plan.findings)  # fmt: skip


# Markings.


@pytest.mark.parametrize("marking", ["CLEAR", "GREEN", "AMBER+STRICT"])
def test_what_is_new_is_never_wider_than_its_organisation_nor_narrower_than_is_allowed(
    house: House, marking: str
) -> None:
    made = desk(house, "Alex SAMPLE", marking=marking)
    name = agency_of(house, made)
    rows = (
        f"Australia,Alex SAMPLE,Duty desk,{name},+61 2 5550 0124,,",
        f"Australia,Robin OTHER,Liaison,{name},+61 2 5550 0125,,",
        "Australia,Alex SAMPLE,Duty desk,Another Name Entirely,+61 2 5550 0123,,",
    )
    for row in rows:
        plan = returned(house, row)
        assert_held_together(house, plan)
        house.kept(plan)


def assert_held_together(house: House, plan: Plan) -> None:
    """Whoever may see a record may see what it names."""
    known = house.records() | {one.id: document(one) for one in plan.operations}
    for one in plan.operations:
        told = document(one)
        for name in ("contact", "organisation", "channel"):
            if name in told:
                target = known[told[name]]
                assert covers(Label.of(target), Label.of(told)), (one.kind, name)


def test_an_edited_organisation_can_be_seen_by_all_who_see_the_post(house: House) -> None:
    made = desk(house, "Alex SAMPLE", marking="CLEAR")
    sheet = Sheet(house.taken(NETWORK))
    row = sheet.row_where(lambda at: at(Column.POST) == "Duty desk")
    sheet.cell(row, Column.ORGANISATION).value = "Wholly New Bureau"
    plan = house.plan(sheet.saved())
    assert {one.kind for one in plan.operations} == {"organisation", "contact"}
    house.applied(house.kept(plan).change_sets.values())
    assert agency_of(house, made) == "Wholly New Bureau"


def test_a_marking_that_cannot_stand_is_told_and_the_rest_is_proposed(house: House) -> None:
    """Neither wider than what it names, nor narrower than the sender may see."""
    made = desk(house, "Alex SAMPLE")
    sheet = Sheet(house.taken(NETWORK))
    row = sheet.row_where(lambda at: at(Column.POST) == "Duty desk")
    sheet.cell(row, Column.MARKING).value = "RED"
    sheet.cell(row, Column.NAME).value = "Quentin NEWCOMER"
    amber = replace(house.viewer, clearance=Tlp.AMBER, editor_of=frozenset())
    plan = house.plan(sheet.saved(), viewer=amber)
    assert all(may_see(amber, Label.of(document(one))) for one in plan.operations)
    assert {one.kind for one in plan.operations} == {"holder"}
    house.kept(plan, viewer=amber)
    assert house.records()[made.id]["marking"] == "AMBER"


# What the sender may not see.


def test_a_list_is_held_against_nothing_that_its_sender_may_not_see(house: House) -> None:
    hidden = desk(house, "Alex SAMPLE", title={"en": "Secret desk"})
    name = agency_of(house, hidden)
    row = f"Australia,Alex SAMPLE,Liaison,{name},+61 2 5550 0123,,"
    seen = returned(house, row)
    assert any(one.before is not None for one in seen.operations)
    plan = returned(house, row, viewer=LOW, marking=Tlp.GREEN)
    assert all(one.before is None for one in plan.operations)
    assert_untold(house, plan, hidden)
    chosen = returned(house, row, viewer=LOW, marking=Tlp.GREEN, matches={2: hidden.id})
    nothing = returned(house, row, viewer=LOW, marking=Tlp.GREEN, matches={2: new_id()})
    assert chosen.operations == nothing.operations == []
    codes = [[n.finding.code for n in one.findings] for one in (chosen, nothing)]
    assert codes[0] == codes[1]


def test_a_row_of_a_hidden_post_tells_nothing_of_it(house: House) -> None:
    hidden = desk(house, "Alex SAMPLE", title={"en": "Secret desk"})
    sheet = Sheet(house.taken(NETWORK))
    row = sheet.row_where(lambda at: at(Column.POST) == "Secret desk")
    sheet.cell(row, Column.REMARKS).value = "By day alone."
    plan = house.plan(sheet.saved(), viewer=LOW, marking=Tlp.GREEN)
    assert plan.operations == []
    missing = [n.finding for n in plan.findings if n.finding.code is Code.MISSING]
    assert [finding.proposed for finding in missing] == [None]
    assert_untold(house, plan, hidden, but="Secret desk")


def test_a_hidden_organisation_s_slug_does_not_show(house: House) -> None:
    """Its name is free as far as the sender may know; who applies it sees that it is not."""
    with house.database.writing() as connection:
        write(connection, Put("organisation", {
            "slug": "au-hidden-bureau", "name": {"en": "Hidden Bureau"}, "owner": "AU",
            "organisation_type": "other", "sector": "public", "economy": "AU",
            "marking": "AMBER", "source": SOURCE,
        }), at=NOW)  # fmt: skip
    row = "Australia,Alex SAMPLE,Liaison,Hidden Bureau,+61 2 5550 0123,,"
    plan = returned(house, row, viewer=LOW, marking=Tlp.GREEN)
    (organisation,) = of_kind(plan, "organisation")
    assert document(organisation)["slug"] == "au-hidden-bureau"
    assert house.kept(plan, viewer=LOW, marking=Tlp.GREEN).change_sets.keys() == {"AU"}


def test_findings_are_seen_as_their_records_are(house: House) -> None:
    desk(house, "Alex SAMPLE", title={"en": "Secret desk"})
    row = "Australia,Robin OTHER,Liaison,Wholly New Bureau,02 5550 0123,,"
    kept = house.kept(returned(house, row))
    with house.database.reading() as connection:
        assert returned_list(connection, KINDS, kept.id, viewer=house.second)["findings"]
        with pytest.raises(Exception, match="no returned list"):
            returned_list(connection, KINDS, kept.id, viewer=LOW)
        with pytest.raises(Exception, match="no returned list"):
            findings(connection, KINDS, kept.id, viewer=LOW, code=None, limit=100, page=None)


def assert_untold(house: House, plan: Plan, hidden: Desk, *, but: str = "") -> None:
    """Nothing of a hidden post stands in findings or operations that the list did not say."""
    records = house.records()
    ids = {rid for rid, record in records.items() if record.get("contact") == hidden.id}
    ids |= {hidden.id, records[hidden.id]["organisation"]} - {but}
    words = {"Secret desk"} - {but}
    told = orjson.dumps(
        [[n.finding.read, n.finding.proposed, n.finding.cell] for n in plan.findings]
        + [[one.id, one.document, one.before] for one in plan.operations]
    ).decode()
    organisations = {records[hidden.id]["organisation"]}
    for text in (ids - organisations) | words:
        assert text not in told


# One cell that cannot be.


def marked(house: House, marking: str) -> Plan:
    sheet = Sheet(house.taken(NETWORK))
    row = sheet.row_where(lambda at: at(Column.POST) == "Duty desk")
    sheet.cell(row, Column.MARKING).value = marking
    sheet.cell(row, Column.REMARKS).value = "By day alone."
    return house.plan(sheet.saved())


def test_a_narrower_marking_takes_along_all_that_stands_behind_the_post(house: House) -> None:
    made = desk(house, "Alex SAMPLE", marking="GREEN")
    (channel,) = channels_of(house, made)
    check = {"channel": channel, "checked_at": "2026-11-20T10:00:00Z", "method": "test_call",
             "outcome": "answered", "owner": "AU", "marking": "GREEN",
             "source": SOURCE}  # fmt: skip
    with house.database.writing() as connection:
        write(connection, Put("check", check), at=NOW - timedelta(hours=1))
    kept = house.kept(marked(house, "AMBER"))
    house.applied(kept.change_sets.values())
    after = house.records()
    behind = [one for one in after.values()
              if one.get("contact") == made.id or one.get("channel") == channel]  # fmt: skip
    assert {one["marking"] for one in [*behind, after[made.id]]} == {"AMBER"}
    assert len(behind) == 3


def channels_of(house: House, made: Desk) -> list[str]:
    return [rid for rid, one in house.records().items()
            if one.get("contact") == made.id and "medium" in one]  # fmt: skip


def test_a_marking_that_others_contradict_is_told_at_its_cell(house: House) -> None:
    """Here a number is entered while the list is being read."""
    made = desk(house, "Alex SAMPLE", marking="GREEN")
    plan = marked(house, "AMBER")
    channel = {"contact": made.id, "medium": "telephone", "raw": "+61 2 5550 0199", "owner": "AU",
               "marking": "GREEN", "source": SOURCE}  # fmt: skip
    with house.database.writing() as connection:
        write(connection, Put("channel", channel), at=NOW - timedelta(hours=1))
    (contact,) = of_kind(plan, "contact")
    cell = contact.marked_in
    assert cell in contact.cells
    kept = house.kept(plan)
    house.applied(kept.change_sets.values())
    after = house.records()[made.id]
    assert (after["marking"], after["note"]) == ("GREEN", {"en": "By day alone."})
    with house.database.reading() as connection:
        page = findings(connection, KINDS, kept.id, viewer=house.viewer, code=None, limit=100,
                        page=None)  # fmt: skip
    told = [orjson.loads(text) for text in page.texts]
    (one,) = [each for each in told if each["code"] == Code.NOT_PROPOSED]
    assert one["read"] == "AMBER"
    assert one["cell"] == cell
