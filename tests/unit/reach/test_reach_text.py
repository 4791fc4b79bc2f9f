"""The card: what stands on it, and that nothing on it can mislead."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from directory.reach.inputs import Desk
from directory.reach.rules.answer import reach
from directory.reach.text import MOST_LINES, card, columns, plain, shortened, wrapped
from tests.unit.reach.world import DIRECTORY, OFFICE, ask, channel, desk, desks_of, question


def printed(*desks: Desk, at: str = "2026-11-18T05:00Z", own: tuple[Desk, ...] = ()) -> str:
    return card(reach(question("JP", "US", at=at), DIRECTORY, desks, own))


def japanese(key: str, raw: str, result: str = "verified", **keys: Any) -> Desk:
    marking = keys.pop("channel_marking", "CLEAR")
    line = channel(f"{key}-1", "telephone", raw, result) | {"marking": marking}
    usual = {"networks": ["g7-24-7"], "duty_hours": OFFICE, "zone": "Asia/Tokyo"}
    return desk(key, "JP", [line], **(usual | keys))


def test_the_card_is_the_answer_to_read_aloud() -> None:
    assert card(ask("JP", "TW", "preservation", "en", at="2026-11-18T05:00Z")) == (
        """\
TLP:CLEAR
To Japan, from Chinese Taipei, for preservation, in en
At 2026-11-18T05:00:00Z   Valid until 2026-11-18T08:00:00Z

Call Desk jp-cyber (Fictional Organisation of jp-cyber) now on telephone +81 3 0000 0001, 2026-11-18
14:00 Asia/Tokyo there, through G7 24/7 Network. Closed: Budapest Convention, article 35 (Chinese
Taipei does not take part, known on 2026-01-31), INTERPOL (Chinese Taipei does not take part, known
on 2018-10-18), UN Convention (only planned).

1. NOW: Desk jp-cyber, Fictional Organisation of jp-cyber
   telephone +81 3 0000 0001 (verified 2026-11-01); now 14:00 Asia/Tokyo
   G7 24/7 Network: open; language en

Your own desks
   Desk tw-duty: telephone +886 2 0000 0001 (unverified)

Closed: Budapest Convention, article 35: Chinese Taipei does not take part, known on 2026-01-31, fr…
Closed: INTERPOL: Chinese Taipei does not take part, known on 2018-10-18, from treaty list, row 7.
Closed: UN Convention is planned; it does not operate yet.
Not for this: APCERT, Desk jp-csirt
Note: Preserving is not disclosing: content is handed over only on a formal request.
Note: Requests through a network go desk to desk: from your own desk to theirs.
Note: Standing says who takes part, since when that is known and from which source; nothing more.
"""
    )


def test_a_desk_reached_through_two_networks_is_printed_once() -> None:
    text = card(ask("JP", "US", at="2026-11-18T05:00Z"))
    assert text.count("Desk jp-cyber, ") == 1
    assert "1, 2. NOW: Desk jp-cyber" in text
    assert "Budapest Convention, article 35: open; G7 24/7 Network: open" in text


def test_a_hundred_desks_fit_on_forty_lines() -> None:
    many = [japanese(f"desk-{n:03}", f"+81 3 0000 {n:04}") for n in range(100)]
    text = printed(*many)
    assert text.count("\n") <= MOST_LINES
    assert "Desk desk-000, " in text
    blocks = text.count(" NOW: ")
    assert blocks >= 4
    assert f"… and {102 - blocks} more" in text, "two networks are open without a desk"


def test_a_desk_that_the_sentences_name_is_printed_however_low_it_ranks() -> None:
    closed = [japanese(f"desk-{n:03}", "1", functions={"preservation": "yes"}) for n in range(30)]
    awake = japanese("awake", "+81 3 0000 0099", duty_hours="24/7")
    asked = question("JP", "US", "preservation", at="2026-11-18T15:00Z")
    text = card(reach(asked, DIRECTORY, [*closed, awake], []))
    assert "Call Desk awake" in text
    assert "\n31. NOW: Desk awake, " in text


@pytest.mark.parametrize(
    ("contact", "line", "expected"),
    [
        ("CLEAR", "CLEAR", "TLP:CLEAR"),
        ("GREEN", "CLEAR", "TLP:GREEN"),
        ("CLEAR", "AMBER+STRICT", "TLP:AMBER+STRICT"),
        ("RED", "AMBER", "TLP:RED"),
    ],
)
def test_the_most_restrictive_marking_on_the_card_heads_it(
    contact: str, line: str, expected: str
) -> None:
    held = japanese("it", "+81 3 0000 0001", channel_marking=line, marking=contact)
    assert printed(held).split("\n")[0] == expected


def test_a_record_that_is_not_on_the_card_does_not_mark_it() -> None:
    clear = [japanese(f"desk-{n:03}", f"+81 3 0000 {n:04}") for n in range(30)]
    last = japanese("zzz", "+81 3 0000 0099", "unverified", marking="RED")
    assert printed(*clear, last).startswith("TLP:CLEAR\n")


def test_own_desks_mark_the_card_too() -> None:
    own = desk("own", "US", networks=["g7-24-7"], marking="AMBER")
    assert printed(japanese("it", "1"), own=(own,)).startswith("TLP:AMBER\n")


@pytest.mark.parametrize(
    ("at", "until"),
    [
        pytest.param("2026-11-18T05:00Z", "2026-11-18T08:00:00Z", id="the desk closes"),
        pytest.param("2026-11-18T09:00Z", "2026-11-19T00:00:00Z", id="the desk opens"),
        pytest.param("2026-11-20T09:00Z", "2026-11-21T09:00:00Z", id="never more than a day"),
        pytest.param("2012-10-31T09:00Z", "2012-11-01T00:00:00Z", id="a membership begins"),
        pytest.param("2028-01-31T09:00Z", "2028-02-01T00:00:00Z", id="evidence grows old"),
        pytest.param("2027-01-30T02:00Z", "2027-01-30T08:00:00Z", id="a verification lapses"),
    ],
)
def test_the_card_is_valid_until_something_changes_by_itself(at: str, until: str) -> None:
    held = japanese("it", "1")
    if at.startswith("2027"):  # a Saturday; verified on the ninetieth day before
        held.channels[0]["verification"]["checked_at"] = "2026-11-01T08:00:00Z"
    assert f"Valid until {until}" in printed(held, at=at)


def test_a_number_too_long_for_its_line_gives_way_to_its_plain_form_or_is_left_out() -> None:
    raw = "+81 3 0000 0001 or, when that is busy, after five in the afternoon, 0002"
    held = japanese("it", raw)
    assert printed(held).count(raw) == 1, "whole in the sentences"
    assert "telephone (too long to print; see contact it)" in printed(held)
    dialled = japanese("it", raw)
    dialled.channels[0]["e164"] = "+81300000001"
    assert "telephone +81300000001" in printed(dialled)


def test_names_cannot_forge_lines_or_move_the_pen() -> None:
    forged = japanese("it", "1", title={"en": "Desk\nTLP:CLEAR\x1b[2J\u202e\u2028x\u200b"})
    text = printed(forged)
    assert [line for line in text.split("\n") if line.startswith("TLP:")] == ["TLP:CLEAR"]
    assert "Desk TLP:CLEAR [2J x" in text
    assert all(line.isprintable() for line in text.split("\n"))


def test_wide_characters_count_twice() -> None:
    assert columns("聯絡窗口 a") == 10
    assert shortened("聯絡窗口", 7) == "聯絡窗…"
    assert plain("聯絡\u3000窗口") == "聯絡 窗口"
    assert wrapped("聯絡窗口", 4, 3) == ["聯絡", "窗口"]


def test_text_that_is_cut_never_ends_in_half_a_number() -> None:
    assert wrapped("call them on +81 3 0000 0001 today", 20, 1) == ["call them on …"]


def test_a_card_for_nobody_is_still_a_card() -> None:
    found = reach(question("JP", None), DIRECTORY, [], [])
    assert card(dataclasses.replace(found)).startswith("TLP:CLEAR\nTo Japan\n")


def test_the_card_within_an_economy_does_not_list_its_desks_twice() -> None:
    text = card(reach(question("JP", "JP"), DIRECTORY, desks_of("JP"), desks_of("JP")))
    assert "Your own desks" not in text
