"""Whose number a display shows; never who is calling."""

import pytest

from directory.contacts.callers import MatchKind
from tests.integration.search.desks import OUTSIDER, PARTNER, Desks


@pytest.mark.parametrize(
    ("shown", "region", "is_whole"),
    [
        ("+61 2 5550 0123", None, True),
        (" 61 2 5550 0123", None, True),
        ("+61255500123", "TW", True),
        ("02 5550 0123", "AU", True),
        ("0061 2 5550 0123", None, True),
        ("61255500123", None, False),
        ("02 5550 0123", None, False),
        ("5550 0123", None, False),
    ],
)
def test_a_number_is_recognised(
    desks: Desks, shown: str, region: str | None, is_whole: bool
) -> None:
    contact = desks.contact()
    channel = desks.channel(contact, "+61 2 5550 0123")
    (match,) = desks.callers(shown, region).matches
    assert (match.kind, match.contact, match.channel) == (MatchKind.EXACT, contact, channel)
    assert match.is_whole is is_whole
    assert match.number == "+61255500123"


@pytest.mark.parametrize("shown", ["+61 2 5550 0124", "+1 25550 0123", "0123", "", "anonymous"])
def test_another_number_is_nobodys(desks: Desks, shown: str) -> None:
    desks.channel(desks.contact(), "+61 2 5550 0123")
    assert desks.callers(shown).matches == ()


def test_a_number_with_another_calling_code_is_another_number(desks: Desks) -> None:
    desks.channel(desks.contact(), "+61 2 5550 0123")
    assert desks.callers("+886 2 5550 0123").matches == ()


def test_a_number_kept_without_calling_code_is_recognised_by_its_end(desks: Desks) -> None:
    contact = desks.contact()
    desks.channel(contact, "(02) 5550 0123")
    for shown in ("+61 2 5550 0123", "02 5550 0123", "0255500123"):
        (match,) = desks.callers(shown).matches
        assert (match.kind, match.is_whole) == (MatchKind.EXACT, False)


def test_any_line_of_a_range_is_its_desks(desks: Desks) -> None:
    desks.channel(desks.contact(), "+61 2 5550 0108 ~ 12")
    (match,) = desks.callers("+61 2 5550 0110").matches
    assert match.kind is MatchKind.RANGE
    assert (match.low, match.high) == ("+61255500108", "+61255500112")
    assert desks.callers("+61 2 5550 0113").matches == ()


def test_a_switchboard_shows_for_every_desk_behind_it(desks: Desks) -> None:
    behind, other, board = (desks.contact(f"Desk {n}") for n in range(3))
    desks.channel(behind, "+61 2 5550 0100 ext. 11")
    desks.channel(other, "+61 2 5550 0100 ext. 12")
    desks.channel(board, "+61 2 5550 0100", purpose="switchboard")
    matches = desks.callers("+61 2 5550 0100").matches
    assert {match.kind for match in matches} == {MatchKind.SWITCHBOARD}
    assert {match.contact for match in matches} == {behind, other, board}
    with_extension = desks.callers("+61 2 5550 0100 ext 12").matches
    assert (with_extension[0].contact, with_extension[0].kind) == (other, MatchKind.EXACT)
    as_digits = desks.callers("+61 2 5550 0100 12").matches
    assert [(match.contact, match.kind) for match in as_digits] == [(other, MatchKind.EXACT)]


def test_a_former_number_is_said_to_be_one(desks: Desks) -> None:
    contact = desks.contact()
    channel = desks.channel(contact, "+61 2 5550 0123")
    desks.channel(contact, "+61 2 5550 0199", channel)
    (match,) = desks.callers("+61 2 5550 0123").matches
    assert (match.kind, match.desk_is_retired) == (MatchKind.FORMER, False)
    desks.channel(contact, "+61 2 5550 0123", channel)
    (match,) = desks.callers("+61 2 5550 0123").matches
    assert match.kind is MatchKind.EXACT
    desks.retire("contact", contact)
    (match,) = desks.callers("+61 2 5550 0199").matches
    assert (match.kind, match.desk_is_retired) == (MatchKind.FORMER, True)


def test_a_number_that_did_not_change_is_no_former_one(desks: Desks) -> None:
    contact = desks.contact()
    channel = desks.channel(contact, "+61 2 5550 0123")
    desks.channel(contact, "+61 2 5550 0123", channel, purpose="duty", marking="AMBER")
    assert desks.callers("+61 2 5550 0123").matches == ()
    (match,) = desks.callers("+61 2 5550 0123", viewer=PARTNER).matches
    assert match.kind is MatchKind.EXACT


def test_a_caller_learns_nothing_of_hidden_channels_and_desks(desks: Desks) -> None:
    contact = desks.contact()
    channel = desks.channel(contact, "+61 2 5550 0123")
    desks.channel(contact, "+61 2 5550 0199", channel)
    desks.channel(contact, "+61 2 5550 0199", channel, marking="AMBER", audience=["interpol"])
    for number in ("0123", "0199"):
        assert desks.callers(f"+61 2 5550 {number}").matches == ()
        assert desks.callers(f"+61 2 5550 {number}", viewer=OUTSIDER).matches == ()
        assert len(desks.callers(f"+61 2 5550 {number}", viewer=PARTNER).matches) == 1


def test_a_retired_channel_does_not_betray_a_desk_that_has_since_been_hidden(
    desks: Desks,
) -> None:
    contact = desks.contact()
    channel = desks.channel(contact, "+61 2 5550 0123")
    desks.retire("channel", channel)
    desks.contact("Desk", contact, marking="AMBER")
    assert desks.callers("+61 2 5550 0123").matches == ()
    assert len(desks.callers("+61 2 5550 0123", viewer=PARTNER).matches) == 1


@pytest.mark.parametrize(
    ("raw", "shown", "expected"),
    [
        ("+61 2 5550 0123", "+61 2 5550 0123", True),
        ("+61 2 5550 0123", "02 5550 0123", True),
        ("(02) 5550 0123", "+61 2 5550 0123", True),
        ("+61 2 5550 0123 ext. 4", "+61 2 5550 0123", True),
        ("+61 2 5550 0123 ext. 4", "+61 2 5550 0123 4", True),
        ("+61 2 5550 0120 ~ 29", "+61 2 5550 0123", True),
        ("+61 2 5550 0120 ~ 29", "5550 0123", True),
        ("+61 2 5550 0199", "+61 2 5550 0123", False),
        ("+886 2 5550 0123", "+61 2 5550 0123", False),
    ],
)
def test_the_number_that_calls_is_no_way_to_call_back(
    desks: Desks, raw: str, shown: str, expected: bool
) -> None:
    document = {"medium": "telephone", "raw": raw, "extension": None, "e164": None}
    if raw.startswith("+"):
        document["e164"] = "+" + "".join(
            c for c in raw.split(" ext")[0].split(" ~")[0] if c.isdigit()
        )
        document["extension"] = raw.partition("ext. ")[2] or None
    assert desks.callers(shown).is_incoming(document) is expected
