from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.meetings.lists.rules.posts import Post, read_post, sounds_like_a_title
from tests.unit.meetings.lists.rules.accounting import cells, codes, told, unaccounted

WRITTEN = cells(
    *"ab,;/()（） \n-",
    *("Director", "Police", " of ", "Head", "檢察署", "檢察官", "(former)", " at ", "Post"),
)


@pytest.mark.parametrize(
    ("combined", "title", "organisation", "sure"),
    [
        pytest.param(
            "Manager, Liaison\nExample Federal Police (fictional)",
            "Manager, Liaison",
            "Example Federal Police (fictional)",
            0.9,
            id="03 C6: two lines",
        ),
        pytest.param(
            "SSP, Example Technology Crime Division (fictional)",
            "SSP",
            "Example Technology Crime Division (fictional)",
            0.9,
            id="03 C9: a comma",
        ),
        pytest.param(
            "Inspectors, Example Center (fictional)",
            "Inspectors",
            "Example Center (fictional)",
            0.9,
            id="03 C11",
        ),
        pytest.param(
            "Example Federal Police\nManager",
            "Manager",
            "Example Federal Police",
            0.8,
            id="the organisation first",
        ),
        pytest.param(
            "Director, Cybercrime Division, Example Police",
            "Director",
            "Cybercrime Division, Example Police",
            0.9,
            id="two levels",
        ),
        pytest.param(
            "Jefe de Unidad, Policía Ejemplo",
            "Jefe de Unidad",
            "Policía Ejemplo",
            0.9,
            id="Spanish",
        ),
        pytest.param("示範地方檢察署檢察官", "檢察官", "示範地方檢察署", 0.7, id="Chinese, glued"),
        pytest.param("示範地方檢察署 檢察官", "檢察官", "示範地方檢察署", 0.8, id="Chinese"),
        pytest.param(
            "Officer in Charge at Example Constabulary",
            "Officer in Charge",
            "Example Constabulary",
            0.9,
            id="at",
        ),
    ],
)
def test_one_cell_may_hold_post_and_organisation(
    combined: str, title: str, organisation: str, sure: float
) -> None:
    read = read_post(None, None, combined)
    assert read.value == Post(title, organisation)
    assert [(str(d.code), d.proposed, d.confidence) for d in read.doubts] == [
        ("post-read", f"{title}; in: {organisation}", sure)
    ]


@pytest.mark.parametrize(
    ("combined", "expected"),
    [
        pytest.param("Watch officer", Post("Watch officer", None), id="03 C7"),
        pytest.param("Assistant Director", Post("Assistant Director", None), id="03 C10"),
        pytest.param("Deputy Superintendent", Post("Deputy Superintendent", None), id="03 C14"),
        pytest.param("OIC", Post("OIC", None), id="03 C16"),
        pytest.param("Head of Unit", Post("Head of Unit", None), id="a post over a unit"),
        pytest.param("Police Inspector", Post("Police Inspector", None), id="a post of the police"),
    ],
)
def test_a_post_alone_needs_no_doubt(combined: str, expected: Post) -> None:
    read = read_post(None, None, combined)
    assert (read.value, read.doubts) == (expected, ())


def test_an_organisation_alone_is_told() -> None:
    read = read_post(None, None, "Office of the Director")
    assert read.value == Post(None, "Office of the Director")
    assert told(read.doubts) == [
        ("post-read", "Office of the Director", "the organisation Office of the Director")
    ]


def test_it_says_when_a_title_cannot_be_told_from_an_organisation() -> None:
    read = read_post(None, None, "Contoh Siber")
    assert read.value == Post("Contoh Siber", None)
    assert [d.confidence for d in read.doubts] == [0.3]


def test_who_is_a_former_one_has_left() -> None:
    read = read_post(None, None, "Prosecutor (former)")
    assert read.value == Post("Prosecutor", None)
    assert told(read.doubts) == [("remark-in-cell", "(former)", "has left the post")]


def test_the_word_post_is_no_title() -> None:
    read = read_post(None, None, "Post")
    assert read.value is None
    assert told(read.doubts) == [("remark-in-cell", "Post", "a post, whoever holds it")]


def test_columns_of_their_own_are_taken_as_they_are() -> None:
    read = read_post("Manager, Liaison", "Example Federal Police, Watchfloor (fictional)", None)
    assert read.value == Post("Manager, Liaison", "Example Federal Police, Watchfloor (fictional)")
    assert read.doubts == ()


def test_what_looks_like_a_formula_stays_text() -> None:
    """01 r24."""
    read = read_post("+SUM(1,1)", "@Example Telco Berhad (fictional private sector)", None)
    assert read.value == Post("+SUM(1,1)", "@Example Telco Berhad (fictional private sector)")


def test_a_column_of_its_own_wins_over_one_of_both() -> None:
    read = read_post("Chief", None, "Manager, Example Police")
    assert read.value == Post("Chief", "Example Police")
    assert ("remark-in-cell", "Manager", None) in told(read.doubts)


def test_lines_of_a_title_become_one() -> None:
    read = read_post("Head,\nLiaison", None, None)
    assert read.value == Post("Head, Liaison", None)


@pytest.mark.parametrize("text", [None, "", " \u200b "])
def test_nothing_is_no_post(text: str | None) -> None:
    assert read_post(text, text, text).value is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Trial Attorney", True), ("Jane SAMPLE", False), ("Example Police", False), ("檢察官", True)],
)
def test_what_sounds_like_a_title(text: str, expected: bool) -> None:
    assert sounds_like_a_title(text) is expected


@given(st.none() | WRITTEN, st.none() | WRITTEN, st.none() | WRITTEN)
def test_nothing_is_lost(
    position: str | None, organisation: str | None, combined: str | None
) -> None:
    read = read_post(position, organisation, combined)
    said = (read.value.title, read.value.organisation) if read.value else ()
    for text in (position or "", organisation or "", combined or ""):
        assert unaccounted(_without_at(text), said, read.doubts) == ""
    for part in said:
        assert part is None or (part and "\n" not in part)
    assert codes(read.doubts) <= {"post-read", "remark-in-cell", "unreadable", "normalised"}


@pytest.mark.parametrize("piece", ["a", "(", "檢", "檢察署", ", ", " at ", "a of ", "(former)"])
def test_a_very_long_cell_takes_no_longer_than_its_length(piece: str) -> None:
    begun = perf_counter()
    text = (piece * 10_000)[:10_000]
    read_post(text, text, text)
    assert perf_counter() - begun < 1


def _without_at(text: str) -> str:
    return text.replace(" at ", " ")
