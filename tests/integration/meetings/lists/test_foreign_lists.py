"""Lists in shapes that nobody agreed on: each row is understood, or said not to be."""

import csv
import io
from collections.abc import Iterator, Sequence

import pytest

from directory.meetings.lists.plans import Plan
from directory.meetings.lists.rules.findings import Code
from tests.databases import MakeFurnished
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


def planned(house: House, data: bytes) -> Plan:
    """What a list proposes; every cell of it is used or listed."""
    plan = house.plan(data, "list.csv")
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


def test_a_number_as_above_is_the_one_of_the_economy_above(house: House) -> None:
    rows = [
        ["國家", "單位", "姓名", "電話", "傳真"],
        ["日本", "範例廳（虛構）", "範例太郎", "03-0550-0101", "03-0550-0102"],
        ["新加坡", "範例警察（虛構）", "陳範例", "0550 0103", "同上"],
    ]
    plan = planned(house, separated(rows))
    assert said(plan, 3, "telephone") == ["telephone: 0550 0103 = +6505500103"]
    assert said(plan, 3, "fax") == ["fax: 03-0550-0102 = +81305500102"]
    assert doubts(plan, Code.SAME_AS) == [("E3", "同上", "03-0550-0102")]


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
