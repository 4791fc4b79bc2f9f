"""Which post a row is about: who is recognised, who is not, and when somebody is asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.meetings.lists.likeness import name_key, name_likeness, text_likeness
from directory.meetings.lists.matching import Match
from directory.meetings.lists.rules.findings import Code
from tests.unit.meetings.lists.drafted import (
    NIGHT,
    POLICE,
    WATCH,
    draft,
    match,
    matches,
    post,
)

OTHERS = "Bureau of Placeholders (fictional)"


# One row.


def test_a_number_and_an_organisation_are_enough() -> None:
    held = post("Alex SAMPLE", numbers=[WATCH])
    assert match(draft(5, "Alex SAMPLE", numbers=[WATCH]), held).post is held
    assert match(draft(5, title="Duty desk", numbers=[WATCH], is_post=True), held).post is held


@pytest.mark.parametrize(
    ("held", "written"),
    [
        ({"en": "Alexandra EXAMPLETON"}, {"en": "EXAMPLETON Alexandra"}),
        ({"en": "María José EJEMPLO"}, {"en": "Maria Jose Ejemplo"}),
        ({"en": "HSU Kung-kai", "zh-Hant": "許功蓋"}, {"zh-Hant": "許功蓋"}),
        ({"en": "REI Taro", "ja": "例 太郎"}, {"ja": "例太郎"}),
        ({"ru": "Примеров Иван"}, {"ru": "ИВАН ПРИМЕРОВ"}),
        ({"th": "สมชาย ตัวอย่าง"}, {"th": "สมชาย ตัวอย่าง"}),
        ({"ko": "예시길동"}, {"ko": "예시 길동"}),
        ({"vi": "Nguyễn Văn Ví Dụ"}, {"en": "NGUYEN Van Vi Du"}),
        ({"en": "CONTOHWATI"}, {"en": "Contohwati"}),
    ],
)
def test_a_name_is_recognised_in_any_script(held: dict[str, str], written: dict[str, str]) -> None:
    theirs = post(held)
    assert match(draft(5, written, organisation=POLICE), theirs).post is theirs


def test_a_mailbox_alone_is_not_enough() -> None:
    """Desks share them; and so do a desk and whoever happens to read its mail."""
    held = post("Alex SAMPLE", mails=["desk@efp.example"])
    assert match(draft(5, "Robin OTHER", mails=["desk@efp.example"]), held) == Match()
    row = draft(5, "Robin OTHER", organisation=POLICE, mails=["desk@efp.example"])
    assert match(row, held) == Match()


def test_an_address_is_one_with_or_without_a_name_before_it() -> None:
    held = post("Alex SAMPLE", mails=['"Duty desk" <Desk@efp.example>'])
    row = draft(5, title="Duty desk", mails=["desk@EFP.example"], organisation=POLICE, is_post=True)
    assert match(row, held).points == match(row, post(mails=["desk@efp.example"])).points - 1


def test_who_is_in_another_organisation_now_has_moved() -> None:
    held = post("Alex SAMPLE", numbers=[WATCH])
    row = draft(5, "Alex SAMPLE", organisation=OTHERS, title="Duty desk", numbers=[NIGHT])
    assert match(row, held) == Match(moved_from=held)


def test_who_does_something_else_behind_another_number_has_moved_as_well() -> None:
    """The post stays what it is: nobody takes it along."""
    held = post("Alex SAMPLE", numbers=[WATCH])
    row = draft(5, "Alex SAMPLE", organisation=POLICE, title="Head of forensics", numbers=[NIGHT])
    assert match(row, held) == Match(moved_from=held)


def test_an_organisation_in_another_script_is_not_another_one() -> None:
    held = post("HSU Kung-kai", organisation="National Police Agency")
    row = draft(5, "HSU Kung-kai", organisation="警政署", numbers=[NIGHT])
    assert match(row, held).post is held


def test_who_moved_to_a_post_that_is_there_is_found_in_both() -> None:
    old = post("Alex SAMPLE", numbers=[WATCH])
    new = post("Robin OTHER", organisation=OTHERS, title="Liaison", numbers=[NIGHT])
    row = draft(5, "Alex SAMPLE", organisation=OTHERS, title="Liaison", numbers=[NIGHT])
    found = match(row, old, new)
    assert (found.post, found.moved_from) == (new, old)


def test_the_same_post_with_somebody_else_is_the_same_post() -> None:
    held = post("Alex SAMPLE", numbers=[WATCH])
    row = draft(5, "Robin OTHER", organisation=POLICE, title="Duty desk", numbers=[WATCH])
    found = match(row, held)
    assert (found.post, found.moved_from) == (held, None)


def test_a_title_alone_ends_nobody_s_post() -> None:
    """There are many inspectors in one agency: it takes a person to say who follows whom."""
    held = post("Alex SAMPLE", title="Inspector", numbers=[WATCH])
    row = draft(5, "Robin OTHER", organisation=POLICE, title="Inspector", numbers=[NIGHT])
    assert match(row, held) == Match(candidates=(held,))
    vacant = post(title="Inspector", numbers=[WATCH])
    assert match(row, vacant).post is vacant


def test_the_same_title_in_two_agencies_is_two_posts() -> None:
    held = post("Alex SAMPLE", title="Duty Officer", numbers=[WATCH])
    row = draft(5, "Robin OTHER", organisation=OTHERS, title="Duty Officer", numbers=[NIGHT])
    assert match(row, held) == Match()


def test_two_desks_of_one_switchboard_are_told_apart_by_their_titles() -> None:
    day, night = (post(title=title, numbers=[WATCH]) for title in ("Day desk", "Night watch"))
    row = draft(5, title="Night watch", organisation=POLICE, numbers=[WATCH], is_post=True)
    assert match(row, day, night).post is night
    other = draft(5, title="Forensics", organisation=POLICE, numbers=[WATCH], is_post=True)
    assert match(other, day, night) == Match()


def test_where_two_posts_fit_alike_somebody_is_asked() -> None:
    posts = [post("Alex SAMPLE", numbers=[WATCH]), post("Alex SAMPLE", numbers=[NIGHT])]
    found = match(draft(5, "Alex SAMPLE", organisation=POLICE), *posts)
    assert found.post is None
    assert {one.id for one in found.candidates} == {one.id for one in posts}


def test_who_is_asked_can_say() -> None:
    posts = [post("Alex SAMPLE", numbers=[WATCH]), post("Alex SAMPLE", numbers=[NIGHT])]
    row = draft(5, "Alex SAMPLE", organisation=POLICE)
    assert matches([row], *posts, chosen={5: posts[1].id}) == [Match(posts[1])]
    assert matches([row], *posts, chosen={5: "new"}) == [Match()]


def test_what_is_said_has_to_be_a_post_of_the_row_s_economy() -> None:
    """Nothing new is made of a mistaken id, and no other economy's post is touched."""
    foreign = post("Alex SAMPLE", economy="JP")
    for choice in (foreign.id, "01234567-89ab-4cde-8f01-23456789abcd"):
        row = draft(5, "Alex SAMPLE", organisation=POLICE)
        assert matches([row], foreign, chosen={5: choice}) == [None]
        assert [finding.code for finding in row.findings] == [Code.AMBIGUOUS_MATCH]


def test_a_post_of_another_economy_is_never_meant() -> None:
    held = post("Alex SAMPLE", numbers=[WATCH], economy="NZ")
    assert match(draft(5, "Alex SAMPLE", numbers=[WATCH]), held) == Match()


def test_initials_stand_for_an_organisation() -> None:
    held = post("Alex SAMPLE", organisation="Example Federal Police, Watchfloor (fictional)")
    row = draft(5, "Alex SAMPLE", organisation="EFP", numbers=[NIGHT])
    assert match(row, held).post is held
    other = draft(5, "Alex SAMPLE", organisation="EFB", numbers=[NIGHT])
    assert match(other, held).moved_from is held


# Names and texts that sound alike.


def test_people_whose_names_sound_alike_are_two_people() -> None:
    held = post({"en": "WANG Wei", "zh-Hant": "王偉"}, organisation=OTHERS)
    row = draft(5, {"en": "WANG Wei", "zh-Hant": "汪薇"}, organisation=POLICE, numbers=[NIGHT])
    assert match(row, held).moved_from is None
    assert name_likeness({"wang wei", "王偉"}, {"wang wei"}) == 100


def test_siblings_are_two_people() -> None:
    held = post("NGUYEN Van Thanh", organisation=OTHERS, title="Liaison")
    row = draft(5, "NGUYEN Van Thang", organisation=POLICE, title="Inspector", numbers=[NIGHT])
    assert match(row, held) == Match()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("police force district a", "police force district b"),
        ("high tech crime unit 1", "high tech crime unit 2"),
        ("example police force north", "example police force south"),
        ("computer crime section ii", "computer crime section iii"),
    ],
)
def test_a_letter_a_number_or_a_direction_makes_two_of_one(one: str, other: str) -> None:
    assert text_likeness((one,), (other,)) < 82
    assert text_likeness((one,), (one,)) == 100


def test_a_name_is_compared_without_its_order_and_blanks() -> None:
    assert name_key("SMITH John") == name_key("John Smith")
    assert name_key("例　太郎") == name_key("例太郎")


# Rows of one list.


def test_who_still_stands_in_the_list_has_not_been_followed() -> None:
    """A colleague behind the same switchboard is somebody beside them."""
    held = post("Alex SAMPLE", numbers=[WATCH])
    stays = draft(5, "Alex SAMPLE", organisation=POLICE, title="Duty desk", numbers=[WATCH])
    beside = draft(6, "Robin OTHER", organisation=POLICE, title="Duty desk", numbers=[WATCH])
    assert matches([beside], held) == [Match(held, points=6)]
    found = matches([beside, stays], held)
    assert found[0] == Match()
    assert found[1] is not None
    assert found[1].post is held


def test_who_still_stands_in_the_list_has_not_moved() -> None:
    held = post("Alex SAMPLE", numbers=[WATCH])
    here = draft(5, "Alex SAMPLE", organisation=POLICE, title="Duty desk", numbers=[WATCH])
    there = draft(6, "Alex SAMPLE", organisation=OTHERS, title="Liaison", numbers=[NIGHT])
    assert [found and found.moved_from for found in matches([here, there], held)] == [None, None]


def test_a_row_beside_the_one_that_was_taken_along_is_another_post() -> None:
    held = post("Alex SAMPLE", numbers=[WATCH])
    added = draft(6, "Robin OTHER", organisation=POLICE, title="Duty desk", numbers=[WATCH])
    assert matches([added], held, edited=[held]) == [Match()]
    again = draft(6, "Alex SAMPLE", organisation=OTHERS, title="Liaison", numbers=[NIGHT])
    assert matches([again], held, edited=[held]) == [Match()]


def test_of_two_who_might_follow_the_likelier_does() -> None:
    held = post("Alex SAMPLE", numbers=[WATCH], mails=["desk@efp.example"])
    one = draft(5, "Robin OTHER", organisation=POLICE, title="Duty desk", numbers=[WATCH])
    other = draft(
        6, "Kim THIRD", organisation=POLICE, title="Duty desk", numbers=[WATCH],
        mails=["desk@efp.example"],
    )  # fmt: skip
    found = matches([one, other], held)
    assert [each and each.post for each in found] == [None, held]


def test_of_two_who_might_follow_alike_somebody_is_asked() -> None:
    held = post("Alex SAMPLE", numbers=[WATCH])
    rows = [
        draft(row, name, organisation=POLICE, title="Duty desk", numbers=[WATCH])
        for row, name in ((5, "Robin OTHER"), (6, "Kim THIRD"))
    ]
    assert matches(rows, held) == [Match(candidates=(held,))] * 2


def test_two_who_hold_one_post_are_both_in_it() -> None:
    held = post("Alex SAMPLE", "Robin OTHER", numbers=[WATCH])
    rows = [
        draft(row, name, organisation=POLICE, numbers=[WATCH])
        for row, name in ((5, "Robin OTHER"), (6, "Alex SAMPLE"))
    ]
    assert [each and each.post for each in matches(rows, held)] == [held, held]


GIVEN = ("Alex", "Robin", "Kim", "Sam", "Jo", "Wiremu", "Hana")
TITLES = ("Duty Officer", "Inspector", "Deputy Director", "Night watch")
AGENCIES = (POLICE, OTHERS, "Example Police Force, District A", "Example Police Force, District B")


@st.composite
def agencies(draw: st.DrawFn) -> tuple[list[tuple[str, str, str]], int]:
    """People of one family in few agencies, behind one switchboard and in one mailbox.

    No two of them are the same person, title and agency; some of them are in the directory.
    """
    people = draw(
        st.lists(
            st.tuples(
                st.sampled_from(GIVEN), st.sampled_from(TITLES), st.sampled_from(AGENCIES)
            ),
            min_size=2, max_size=8, unique_by=(lambda each: each[0],),
        )
    )  # fmt: skip
    return people, draw(st.integers(1, len(people)))


@given(agencies(), st.booleans(), st.booleans())
def test_whatever_people_share_nobody_takes_another_s_place(
    people: tuple[list[tuple[str, str, str]], int], shares_number: bool, shares_mail: bool
) -> None:
    """Everybody whom the directory has stands in the list: nobody has left, whoever else came."""
    everybody, known = people
    numbers = [WATCH] if shares_number else []
    mails = ["all@efp.example"] if shares_mail else []
    held = [
        post(f"{name} SAMPLE", title=title, organisation=agency, numbers=numbers, mails=mails)
        for name, title, agency in everybody[:known]
    ]
    rows = [
        draft(row, f"{name} SAMPLE", title=title, organisation=agency, numbers=numbers, mails=mails)
        for row, (name, title, agency) in enumerate(everybody)
    ]
    for place, found in enumerate(matches(rows, *held)):
        assert found is not None
        assert found.moved_from is None
        if place < known:
            assert found.post is held[place]
        else:
            assert found.post is None
