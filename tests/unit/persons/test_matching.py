"""A person is met in every way in which people write a name, and colleagues are not."""

import pytest

from directory.persons.rules.matching import (
    CERTAIN,
    FAMILY_NAME,
    INITIALS,
    MAILBOX,
    OTHER_SCRIPT,
    SHORTENED,
    Person,
)

LEE = Person(["Lee Mei-Ling", "李美玲"])
ANN = Person(["Ann Lee"])


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ("Lee Mei-Ling", CERTAIN),
        ("mei ling LEE", CERTAIN),
        ("LEE, Meiling", CERTAIN),
        ("Supt. Lee Meiling (night duty)", CERTAIN),
        ("ask for Ｌｅｅ Ｍｅｉ　Ｌｉｎｇ first", CERTAIN),
        ("連絡先は李美玲警部", CERTAIN),
        ("李 美玲", CERTAIN),
        ("mei.ling.lee@police.example", MAILBOX),
        ("Lee M.L. answers", INITIALS),
        ("M L Lee", INITIALS),
        ("mllee@police.example", INITIALS),
        ("Mr Lee", FAMILY_NAME),
        ("lee@police.example", FAMILY_NAME),
        ("lee.wong@police.example", FAMILY_NAME),
    ],
)
def test_a_person_is_met(text: str, sure: float) -> None:
    assert LEE.confidence(text) == sure


@pytest.mark.parametrize(
    "text",
    ["", "Li Na", "the fleet leaves", "Mei-Fong Wong", "李大華", "sleeping", "meeting", "a Lee B",
     "duty@police.example", "leeds@police.example"],
)  # fmt: skip
def test_somebody_else_is_not(text: str) -> None:
    assert LEE.confidence(text) == 0


def test_a_name_is_met_in_the_other_script() -> None:
    assert Person(["李美玲"]).confidence("Ms Li Meiling") == OTHER_SCRIPT
    assert Person(["Li Meiling"]).confidence("李美玲女士") == OTHER_SCRIPT
    assert Person(["Иванов Пётр"]).confidence("ИВАНОВ ПЕТР") == CERTAIN
    assert Person(["Ivanov Petr"]).confidence("Пётр Иванов") == OTHER_SCRIPT


def test_initials_and_mailboxes_of_a_short_name() -> None:
    assert ANN.confidence("a.lee@police.example") == INITIALS
    assert ANN.confidence("ann.lee@police.example") == MAILBOX
    assert ANN.confidence("annlee7@police.example") == MAILBOX
    assert ANN.confidence("A. Lee") == INITIALS
    assert ANN.confidence("alee") == 0


def test_a_word_of_a_long_name_may_be_left_out() -> None:
    assert Person(["Nguyễn Thị Minh"]).confidence("Nguyen Minh") == SHORTENED


def test_accents_and_honorifics_do_not_matter() -> None:
    person = Person(["Dr. José Ñañez"])
    assert person.confidence("Jose Nanez") == CERTAIN
    assert person.confidence("ÑAN\u0303EZ, José") == CERTAIN


def test_a_mononym_is_a_name() -> None:
    assert Person(["Suharto"]).confidence("Mr Suharto") == CERTAIN


def test_numbers_and_addresses_are_met_however_they_are_written() -> None:
    person = Person(["+61 2 5550 0142", "a.lee@police.example"])
    assert person.confidence("call (02) 5550-0142 at night") == CERTAIN
    assert person.confidence("A.Lee@Police.Example") == CERTAIN
    assert person.confidence("call (02) 5550-0143 at night") == 0


def test_a_text_is_written_without_the_person() -> None:
    text = "At night ask for LEE, Mei-Ling (李美玲), or the desk."
    assert LEE.without(text, "[erased]", 0.5) == (
        "At night ask for [erased] ([erased]), or the desk."
    )
    assert LEE.without("Mr Lee", "[erased]", 0.5) == "Mr Lee"


def test_nobody_is_met_nowhere() -> None:
    assert Person(["", "  ", "—"]).is_nobody
    assert not LEE.is_nobody
