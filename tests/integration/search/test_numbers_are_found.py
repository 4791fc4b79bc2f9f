"""Telephone numbers are found by their digits, however they are punctuated."""

import pytest

from directory.contacts.search import Quality
from tests.integration.search.desks import EDITOR, OUTSIDER, PARTNER, Desks


@pytest.mark.parametrize(
    "typed",
    [
        "+61 2 5550 0123",
        " 61 2 5550 0123",
        "61255500123",
        "0061 2 5550 0123",
        "(02) 5550-0123",
        "02 5550 0123",
        "5550 0123",
        "55500123",
        "0123",
        "+61 (0)2 5550 0123",
        "+61.2.5550.0123",
        "＋６１ ２ ５５５０ ０１２３",
        "tel. 02 5550 0123",
        "02 5550",
        "+61 2 555",
        "6125550",
    ],
)
def test_a_number_is_found_by_its_digits(desks: Desks, typed: str) -> None:
    contact = desks.contact()
    channel = desks.channel(contact, "+61 2 5550 0123")
    (hit,) = desks.search(typed).hits
    assert (hit.kind, hit.id, hit.contact) == ("channel", channel, contact)
    assert hit.matched == "+61255500123"


@pytest.mark.parametrize("typed", ["5550 0124", "123", "+62 2 5550 0123", "desk 0123", "5500"])
def test_other_digits_do_not_find_it(desks: Desks, typed: str) -> None:
    desks.channel(desks.contact(), "+61 2 5550 0123")
    assert desks.search(typed).hits == ()


@pytest.mark.parametrize("typed", ["0863", "0863 55", "8635"])
def test_a_number_without_its_calling_code_is_found_by_its_beginning(
    desks: Desks, typed: str
) -> None:
    contact = desks.contact()
    desks.channel(contact, "0863 5550 0123 99")
    assert desks.found(typed) == [contact]


def test_the_whole_number_comes_first(desks: Desks) -> None:
    longer = desks.contact("One")
    desks.channel(longer, "+886 2 5550 0123")
    whole = desks.contact("Two")
    desks.channel(whole, "5550 0123")
    hits = desks.search("5550 0123").hits
    assert [(hit.contact, hit.quality) for hit in hits] == [
        (whole, Quality.EXACT),
        (longer, Quality.SUBSTRING),
    ]


def test_a_number_behind_a_switchboard_is_found_with_its_extension_first(desks: Desks) -> None:
    others = [desks.contact(f"Desk {n}") for n in range(3)]
    for n, contact in enumerate(others):
        desks.channel(contact, f"+61 2 5550 0100 ext. {10 + n}")
    assert desks.found("02 5550 0100 ext 11")[0] == others[1]
    assert sorted(desks.found("02 5550 0100")) == sorted(others)


def test_every_line_of_a_range_is_found(desks: Desks) -> None:
    contact = desks.contact()
    desks.channel(contact, "+61 2 5550 0108 ~ 12")
    for line in range(108, 113):
        assert desks.found(f"02 5550 0{line}") == [contact]
    for line in (107, 113):
        assert desks.found(f"02 5550 0{line}") == []


def test_a_former_number_still_finds_its_desk(desks: Desks) -> None:
    contact = desks.contact()
    channel = desks.channel(contact, "+61 2 5550 0123")
    desks.channel(contact, "+61 2 5550 0199", channel)
    (hit,) = desks.search("5550 0123").hits
    assert (hit.contact, hit.is_former) == (contact, True)
    (hit,) = desks.search("5550 0199").hits
    assert (hit.contact, hit.is_former) == (contact, False)
    desks.retire("channel", channel)
    assert desks.search("5550 0199").hits[0].is_former
    desks.retire("contact", contact)
    assert desks.search("5550 0199").hits == ()


def test_a_present_number_comes_before_a_former_one(desks: Desks) -> None:
    before, now = desks.contact("One"), desks.contact("Two")
    channel = desks.channel(before, "+61 2 5550 0123")
    desks.channel(before, "+61 2 5550 0199", channel)
    desks.channel(now, "+61 2 5550 0123")
    assert desks.found("5550 0123") == [now, before]


def test_a_number_is_found_by_those_who_may_see_its_channel(desks: Desks) -> None:
    contact = desks.contact()
    desks.channel(contact, "+61 2 5550 0123", marking="AMBER", audience=["interpol"])
    assert desks.found("5550 0123") == desks.found("5550 0123", OUTSIDER) == []
    assert desks.found("5550 0123", PARTNER) == [contact]
    assert desks.found("5550 0123", EDITOR) == [contact]


def test_a_former_number_needs_sight_of_what_was_and_of_what_is(desks: Desks) -> None:
    contact = desks.contact()
    opened = desks.channel(contact, "+61 2 5550 0101", marking="AMBER")
    desks.channel(contact, "+61 2 5550 0102", opened)
    closed = desks.channel(contact, "+61 2 5550 0103")
    desks.channel(contact, "+61 2 5550 0104", closed, marking="AMBER")
    assert desks.found("5550 0101") == desks.found("5550 0103") == desks.found("5550 0104") == []
    assert desks.found("5550 0102") == [contact]
    for number in ("0101", "0102", "0103", "0104"):
        assert desks.found(f"5550 {number}", PARTNER) == [contact]


def test_a_name_on_a_messaging_service_is_found_by_its_words(desks: Desks) -> None:
    contact = desks.contact()
    desks.channel(contact, "@duty-desk (by arrangement)", medium="messaging")
    assert desks.found("arrangement") == [contact]
