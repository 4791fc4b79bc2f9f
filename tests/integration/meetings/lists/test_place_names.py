"""What lists call economies, beside the names that the directory itself has for them."""

from collections.abc import Iterator

import pytest

from directory.meetings.lists.place_names import Places
from directory.meetings.lists.rules.economy_names import NAMES
from directory.meetings.lists.rules.findings import Code
from directory.reference.facts import ReferenceMemory
from tests.databases import MakeFurnished
from tests.integration.meetings.lists.house import House, seeded_house


@pytest.fixture(scope="module")
def house(new_furnished: MakeFurnished) -> Iterator[House]:
    yield from seeded_house(new_furnished, "reference")


def called(house: House, text: str) -> tuple[str | None, list[Code]]:
    with house.database.reading() as connection:
        facts = ReferenceMemory().facts(connection, house.viewer)
    place, doubts = Places(facts).called(text)
    return (None if place is None else place.code), [doubt.code for doubt in doubts]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *(("オーストラリア", "AU"), ("アメリカ合衆国", "US"), ("대한민국", "KR"), ("홍콩", "HK")),
        *(("Japón", "JP"), ("EE.UU.", "US"), ("Папуа - Новая Гвинея", "PG"), ("ไต้หวัน", "TW")),
        *(("Hàn Quốc", "KR"), ("Mỹ", "US"), ("中国台北", "TW"), ("俄罗斯联邦", "RU")),
        *(("Taipei, Chinese", "TW"), ("Korea, South", "KR"), ("R.O.C. (Taiwan)", "TW")),
        *(("1. Australia", "AU"), ("Economy: Chile", "CL"), ("CANADA:", "CA")),
        *(("日本 Japan", "JP"), ("Japan / 日本", "JP"), ("Canada (Ottawa)", "CA")),
        *(("China (Hong Kong)", "HK"), ("Korea (ROK)", "KR")),
    ],
)
def test_an_economy_is_known_by_what_others_call_it(house: House, text: str, code: str) -> None:
    assert called(house, text) == (code, [Code.ECONOMY_ALIAS])


@pytest.mark.parametrize("text", ["China", "Korea", "Korea (Seoul)", "Corea", "Taipei"])
def test_what_is_ambiguous_stays_so(house: House, text: str) -> None:
    assert called(house, text) == (None, [Code.AMBIGUOUS_ECONOMY])


@pytest.mark.parametrize(
    "text",
    [
        "Macao",
        "Macao (PRC)",
        "Japan / Canada",
        "Japan / Macao",
        "Macao 中国大陆",
        "Police",
        "6",
        "(",
    ],
)
def test_another_place_is_none_of_them(house: House, text: str) -> None:
    assert called(house, text) == (None, [Code.UNKNOWN_ECONOMY])


@pytest.mark.parametrize("code", NAMES)
def test_the_directory_calls_no_other_economy_so(house: House, code: str) -> None:
    for name in NAMES[code]:
        assert called(house, f" {name} ")[0] == code, name
