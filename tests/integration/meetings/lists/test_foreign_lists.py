"""Lists in shapes that nobody agreed on: each row is understood, or said not to be."""

import csv
import io
from collections.abc import Iterator, Sequence
from textwrap import dedent

import pytest

from directory.meetings.errors import NoListError
from directory.meetings.lists.plans import Plan
from directory.meetings.lists.rules.findings import Code
from directory.meetings.lists.rules.found_columns import BESIDE
from tests.databases import MakeFurnished
from tests.integration.meetings.lists.foreign import CHINESE, KOREAN, SPANISH, Foreign
from tests.integration.meetings.lists.house import House, seeded_house, unaccounted
from tests.integration.meetings.lists.told import by_row

Rows = Sequence[Sequence[str]]


@pytest.fixture(scope="module")
def house(new_furnished: MakeFurnished) -> Iterator[House]:
    yield from seeded_house(new_furnished, "reference", "report")


def separated(rows: Rows, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """A list as a spreadsheet program saves it as text."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode(encoding)


def planned(house: House, data: bytes, meeting: str | None = None) -> Plan:
    """What a list proposes; every cell of it is used or listed."""
    plan = house.plan(data, "list.csv", meeting=meeting)
    assert unaccounted(plan, data, "list.csv") == set()
    return plan


def said(plan: Plan, row: int, what: str) -> list[str]:
    """What a row proposes of something: ``said(plan, 2, "fax")``."""
    return [line for line in by_row(plan)[row] if line.startswith(f"{what}: ")]


def doubts(plan: Plan, code: Code) -> list[tuple[str, str, str | None]]:
    return [
        (f.cell, f.read, f.proposed)
        for noted in plan.findings
        for f in [noted.finding]
        if f.code is code
    ]


WRITTEN = pytest.mark.parametrize(
    "written",
    [
        pytest.param(CHINESE, id="in Traditional Chinese"),
        pytest.param(KOREAN, id="in Korean"),
        pytest.param(SPANISH, id="in Spanish"),
    ],
)


@WRITTEN
def test_each_row_proposes_what_it_says(house: House, written: Foreign) -> None:
    data = separated(written.rows, written.delimiter, written.encoding)
    plan = planned(house, data, meeting="tel45")
    assert plan.reading["encoding"] == written.reads_as
    assert plan.reading["delimiter"] == written.delimiter
    told = by_row(plan)
    assert told.keys() == written.expected.keys()
    for row, expected in written.expected.items():
        assert "\n".join(told[row]) == dedent(expected).strip(), row


def test_a_number_as_above_is_the_one_of_the_economy_above(house: House) -> None:
    rows = [
        ["國家", "單位", "姓名", "電話", "傳真"],
        ["日本", "範例廳（虛構）", "範例太郎", "03-0550-0101", "03-0550-0102"],
        ["新加坡", "範例警察（虛構）", "陳範例", "0550 0103", "同上"],
    ]
    plan = planned(house, separated(rows))
    assert said(plan, 3, "telephone") == ["telephone: 0550 0103 = +6505500103"]
    assert said(plan, 3, "fax") == ["fax: 03-0550-0102 = +81305500102"]
    (same,) = [one.finding for one in plan.findings if one.finding.code is Code.SAME_AS]
    assert (same.cell, same.proposed) == ("E3", "03-0550-0102")
    assert same.confidence < 0.5


def test_a_month_confirms_no_day(house: House) -> None:
    rows = [
        ["Economy", "Organisation", "Telephone", "Last confirmed"],
        ["Australia", "Example Police (fictional)", "+61 2 5550 0101", "March 2012"],
        ["Canada", "Example Police (fictional)", "613-555-0102", "5 March 2012"],
    ]
    plan = planned(house, separated(rows))
    assert said(plan, 2, "confirmed") == []
    assert said(plan, 3, "confirmed") == ["confirmed: 2012-03-05"]
    assert doubts(plan, Code.MONTH_ONLY) == [("D2", "March 2012", "2012-03, without a day")]


def test_a_name_in_two_columns_is_one(house: House) -> None:
    rows = [
        ["País", "Institución", "Apellidos", "Nombre", "Correo"],
        ["Chile", "Brigada Ejemplo (ficticia)", "EJEMPLO MUESTRA", "Juan", "juan@pdi.example"],
    ]
    plan = planned(house, separated(rows, ";", "cp1252"))
    assert said(plan, 2, "officer") == ["officer: Juan EJEMPLO MUESTRA (en)"]


def test_what_stands_under_a_number_and_is_none_is_listed(house: House) -> None:
    rows = [
        ["No.", "Economy", "Organisation", "Telephone"],
        ["1", "Chile", "Brigada Ejemplo (ficticia)", "+56 2 0550 0101"],
        ["+56 2 0550 0102", "Chile", "Fiscalía Ejemplo (ficticia)", "+56 2 0550 0103"],
    ]
    assert doubts(planned(house, separated(rows)), Code.REMARK) == [("A3", "+56 2 0550 0102", None)]


HEADINGS = ["Name", "Position", "Telephone", "E-mail"]
SECTIONS: Rows = [
    ["Points of contact (fictional)"],
    ["AUSTRALIA"],
    HEADINGS,
    ["Jane SAMPLE", "Manager", "02 5550 0101", "jane@efp.example"],
    ["Duty officer", "", "02 5550 0102", "duty@efp.example"],
    [],
    ["2. Brunei Darussalam"],
    HEADINGS,
    ["Siti CONTOH", "Head of Unit", "055 0103", "siti@police.example"],
    ["Freedonia"],
    HEADINGS,
    ["Rufus SAMPLE", "President", "055 0104", "rufus@police.example"],
    ["Chile", "(two contacts)"],
    ["Name", "Agency", "E-mail", "Telephone", "Fax"],
    ["Juan EJEMPLO", "Brigada Ejemplo", "juan@pdi.example", "2 0550 0105", "2 0550 0106"],
    ["CHINESE TAIPEI (Taiwan)"],
    HEADINGS,
    ["CHEN Shi-fan", "Investigator", "02-0550-0107", "chen@cib.example"],
]


def test_a_line_that_names_an_economy_stands_over_the_rows_below_it(house: House) -> None:
    plan = planned(house, separated(SECTIONS))
    numbers = {row: said(plan, row, "telephone") for row in (4, 5, 9, 15, 18)}
    assert numbers == {
        4: ["telephone: 02 5550 0101 = +61255500101"],
        5: ["telephone: 02 5550 0102 = +61255500102"],
        9: ["telephone: 055 0103 = +6730550103"],
        15: ["telephone: 2 0550 0105 = +56205500105"],
        18: ["telephone: 02-0550-0107 = +886205500107"],
    }
    assert {one.owner for one in plan.operations} == {"AU", "BN", "CL", "TW"}
    assert plan.reading["heading_rows"] == [3, 8, 11, 14, 17]


def test_headings_in_another_order_hold_for_the_rows_below_them(house: House) -> None:
    plan = planned(house, separated(SECTIONS))
    assert said(plan, 15, "e-mail") == ["e-mail: juan@pdi.example"]
    assert said(plan, 15, "fax") == ["fax: 2 0550 0106 = +56205500106"]
    assert said(plan, 18, "e-mail") == ["e-mail: chen@cib.example"]


def test_a_line_that_names_no_economy_ends_the_one_above(house: House) -> None:
    plan = planned(house, separated(SECTIONS))
    assert not [line for line in by_row(plan)[12] if not line[1:].startswith("12: ")]
    assert doubts(plan, Code.UNKNOWN_ECONOMY) == [("A10", "Freedonia", None)]
    (alone,) = doubts(plan, Code.NO_ECONOMY)
    assert alone[0] == "A12"
    assert ("B13", "(two contacts)", None) in doubts(plan, Code.NOT_PROPOSED)


def test_a_second_list_beside_the_first_is_listed_and_not_mixed_with_it(house: House) -> None:
    rows = [
        ["Economy", "Name", "Tel", "", "Economy", "Name", "Tel"],
        ["Singapore", "TAN Shili", "+65 0550 0101", "", "Chile", "Juan EJEMPLO", "+56 2 0550 0102"],
    ]
    plan = planned(house, separated(rows))
    assert {one.owner for one in plan.operations} == {"SG"}
    assert said(plan, 2, "telephone") == ["telephone: +65 0550 0101 = +6505500101"]
    told = doubts(plan, Code.UNKNOWN_COLUMN)
    assert {cell for cell, _, _ in told} == {"E1", "F1", "G1", "E2", "F2", "G2"}
    assert ("E1", "Economy", BESIDE) in told


def test_an_economy_in_two_languages_is_one(house: House) -> None:
    rows = [
        ["Economy", "經濟體", "Organisation", "Tel"],
        ["Japan", "日本", "Example Police (fictional)", "+81 3 0550 0101"],
    ]
    assert {one.owner for one in planned(house, separated(rows)).operations} == {"JP"}


def test_a_further_name_in_the_row_is_told_to_be_of_the_same_post(house: House) -> None:
    rows = [
        ["Economy", "Agency", "Name 1", "Tel 1", "Name 2", "Tel 2"],
        ["Chile", "Brigada Ejemplo", "Juan EJEMPLO", "2 0550 0101", "Ana MUESTRA", "2 0550 0102"],
    ]
    plan = planned(house, separated(rows))
    assert len(said(plan, 2, "officer")) == len(said(plan, 2, "telephone")) == 2
    assert doubts(plan, Code.HEADING) == [
        ("E1", "Name 2", "name: of another officer of the same post")
    ]


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(
            [
                ["Economy", "Australia", "Chile", "Japan"],
                ["Name", "Jane SAMPLE", "Juan EJEMPLO", "REIDA Ichiro"],
                ["Telephone", "+61 2 5550 0101", "+56 2 0550 0102", "+81 3 0550 0103"],
                ["24/7", "Yes", "No", "Yes"],
            ],
            id="on its side",
        ),
        pytest.param(
            [
                ["Contact cards"],
                ["Economy:", "Australia"],
                ["Name:", "Jane SAMPLE"],
                ["Tel:", "+61 2 5550 0101"],
                [],
                ["Economy:", "Chile"],
                ["Name:", "Juan EJEMPLO"],
                ["Tel:", "+56 2 0550 0102"],
            ],
            id="in cards",
        ),
    ],
)
def test_headings_below_one_another_are_refused_with_what_to_do(house: House, rows: Rows) -> None:
    with pytest.raises(NoListError, match=r"column A.*Turn the table"):
        house.plan(separated(rows), "list.csv")


def test_a_number_and_an_address_in_each_others_column_are_read(house: House) -> None:
    rows = [
        ["Economy", "Agency", "Telephone", "E-mail"],
        ["Chile", "Brigada Ejemplo", "juan@pdi.example", "+56 2 0550 0101"],
    ]
    plan = planned(house, separated(rows))
    assert said(plan, 2, "telephone") == ["telephone: +56 2 0550 0101 = +56205500101"]
    assert said(plan, 2, "e-mail") == ["e-mail: juan@pdi.example"]


def test_what_refers_to_another_list_names_nobody(house: House) -> None:
    rows = [
        ["Economy", "Agency", "Name", "Telephone"],
        ["Chile", "Brigada Ejemplo", "As per previous list", "no change"],
        ["Peru", "División Ejemplo", "See the separate sheet", "+51 1 055 0101"],
    ]
    plan = planned(house, separated(rows))
    assert not [one for one in plan.operations if one.kind == "holder"]
    assert {one.owner for one in plan.operations} == {"PE"}
    assert [f[0] for f in doubts(plan, Code.EMPTY_WORD)] == ["C2", "D2"]


def test_a_column_of_economies_is_told_by_what_stands_in_it(house: House) -> None:
    rows = [
        ["Delegation", "Name", "Tel"],
        ["Singapore", "TAN Shili", "+65 0550 0101"],
        ["Chile", "Juan EJEMPLO", "+56 2 0550 0102"],
        ["Freedonia", "Rufus SAMPLE", "055 0103"],
    ]
    plan = planned(house, separated(rows))
    assert {one.owner for one in plan.operations} == {"SG", "CL"}
    assert doubts(plan, Code.HEADING) == [("A1", "Delegation", "economy")]
    assert doubts(plan, Code.UNKNOWN_COLUMN) == []
    assert doubts(plan, Code.UNKNOWN_ECONOMY) == [("A4", "Freedonia", None)]


def test_a_column_that_holds_no_economies_stays_unknown(house: House) -> None:
    rows = [
        ["Shoe size", "Name", "Tel"],
        ["42", "TAN Shili", "+65 0550 0101"],
        ["Chile", "Juan EJEMPLO", "+56 2 0550 0102"],
    ]
    plan = planned(house, separated(rows))
    assert plan.operations == []
    assert doubts(plan, Code.UNKNOWN_COLUMN)[0][0] in {"A1", "A2", "A3"}
