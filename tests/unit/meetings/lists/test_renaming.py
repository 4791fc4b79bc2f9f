"""Another name over an organisation's: spelt otherwise, another one, or nobody can tell."""

from typing import Any

import pytest

from directory.meetings.lists.renaming import Meant, is_respelt, meant_by

HELD = "Example Federal Police (fictional)"


def called(*names: str, **by_tag: str) -> dict[str, Any]:
    return {"name": {f"x-{n}": name for n, name in enumerate(names)} | by_tag}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        pytest.param("EXAMPLE Federal Police (fictional)", Meant.SPELLING, id="case"),
        pytest.param("Exámple Federal Police (fictional)", Meant.SPELLING, id="accents"),
        pytest.param("Example Fedral Police (fictional)", Meant.SPELLING, id="a letter lost"),
        pytest.param("Exmaple Federal Police (fictional)", Meant.SPELLING, id="two changed over"),
        pytest.param("Example Federal-Police, fictional", Meant.SPELLING, id="points"),
        pytest.param("虛構聯邦警察", Meant.SAME, id="its other name"),
        pytest.param("Example Federal Police Force (fictional)", Meant.UNSURE, id="a word more"),
        pytest.param("Example Federal Police", Meant.UNSURE, id="a part of it"),
        pytest.param("EFP", Meant.UNSURE, id="its initials"),
        pytest.param("Example Feral Police (fictional)", Meant.UNSURE, id="another word"),
        pytest.param("Bureau of Samples (fictional)", Meant.OTHER, id="another name"),
        pytest.param("Example Federal Police 2 (fictional)", Meant.OTHER, id="another number"),
        pytest.param("例", Meant.OTHER, id="another script"),
    ],
)
def test_what_a_name_means(written: str, meant: Meant) -> None:
    held = {"name": {"en": HELD, "zh-Hant": "虛構聯邦警察"}}
    assert meant_by(written, held, []) is meant


def test_the_name_of_another_one_is_that_however_much_alike() -> None:
    held, other = called(en="Example Police Unit Alder"), called(en="Example Police Unit Alden")
    assert meant_by("Example Police Unit Alden", held, [other]) is Meant.OTHER
    assert meant_by("Example Police Unit Alderr", held, [other]) is Meant.UNSURE
    assert meant_by("Example Police Unit Alderr", held, []) is Meant.SPELLING


@pytest.mark.parametrize(
    ("one", "other"),
    [("afp unit", "app unit"), ("royal example", "rural example"), ("刑事警察局", "刑事警察課"),
     ("district a office", "district b office"), ("unit one", "unit one east")],
)  # fmt: skip
def test_what_is_no_slip_of_the_finger(one: str, other: str) -> None:
    assert not is_respelt(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("cyber crime unit", "cybercrime unit"), ("ministry of justcie", "ministry of justice"),
     ("telecomunicatoins office", "telecommunications office")],
)  # fmt: skip
def test_what_is_a_slip_of_the_finger(one: str, other: str) -> None:
    assert is_respelt(one, other)
