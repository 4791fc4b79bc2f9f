"""The hidden column of a list: what it tells programs, and what it does not."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.contacts.rules.words import Medium
from directory.meetings.lists.rules.columns import Column
from directory.meetings.lists.rules.record_keys import (
    Printed,
    PrintedChannel,
    RecordKey,
    economy_key,
    read_record_key,
    record_key,
)
from tests.unit.meetings.lists.desks import DAY, channel, desk, holder, record, row_of

VIEW = desk(
    revision=7,
    channels=[channel("+886 2 0555 0101", revision=3), channel("a@camphor.example", "e-mail")],
    holders=[holder(en="FAN Li-hua"), holder(en="HSU Pi-yu")],
)
KEY = row_of(VIEW)[Column.RECORD]

media = st.sampled_from(list(Medium))
revisions = st.integers(1, 2**31)
labelled = st.fixed_dictionaries({"id": st.uuids().map(str), "revision": revisions})
channels = st.fixed_dictionaries(
    {"id": st.uuids().map(str), "revision": revisions, "medium": media.map(str)}
)
days = st.dates(date(1900, 1, 1), date(2199, 12, 31))


def printed(document: Any) -> Printed:
    return Printed(document["id"], document["revision"])


@given(labelled, labelled, st.lists(labelled, max_size=3), st.lists(channels, max_size=5),
       days, st.none() | days)  # fmt: skip
def test_a_key_is_read_as_it_was_written(
    contact: Any, organisation: Any, holders: Any, held: Any, day: date, confirmed: date | None
) -> None:
    view = contact | {"organisation_record": organisation, "channels": held}
    text = record_key(view, holders, day=day, confirmed=str(confirmed or ""))
    assert read_record_key(text) == RecordKey(
        day,
        confirmed,
        printed(contact),
        printed(organisation),
        None,
        tuple(printed(each) for each in holders),
        tuple(PrintedChannel(c["id"], c["revision"], Medium(c["medium"])) for c in held),
    )


def test_a_key_says_which_channels_are_the_lines_of_a_cell() -> None:
    key = read_record_key(KEY)
    assert key is not None
    telephone, mail = VIEW["channels"]
    assert {(each.medium, each.id, each.revision) for each in key.channels} == {
        (Medium.TELEPHONE, telephone["id"], 3),
        (Medium.EMAIL, mail["id"], mail["revision"]),
    }


def test_a_key_of_an_economy_is_read() -> None:
    economy = record("economy", revision=2)
    assert read_record_key(economy_key(economy, day=DAY)) == RecordKey(
        DAY, economy=Printed(economy["id"], 2)
    )


@pytest.mark.parametrize(
    "bent",
    [
        pytest.param(f"  {KEY}\r\n", id="blanks around it"),
        pytest.param(KEY.replace(";", ";\n"), id="wrapped at its parts"),
        pytest.param("\u00a0 ".join(KEY[n : n + 11] for n in range(0, len(KEY), 11)), id="broken"),
        pytest.param("\ufeff" + KEY[:40] + "\u200b" + KEY[40:], id="characters without width"),
    ],
)
def test_blanks_do_no_harm(bent: str) -> None:
    assert read_record_key(bent) == read_record_key(KEY) is not None


@given(st.data())
def test_a_damaged_key_is_noticed(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(KEY) - 1))
    other = data.draw(st.sampled_from("0123456789abcdef;:-x").filter(lambda c: c != KEY[place]))
    assert read_record_key(KEY[:place] + other + KEY[place + 1 :]) is None
    assert read_record_key(KEY[:place] + KEY[place + 1 :]) is None
    assert read_record_key(KEY[:place]) is None


@given(st.text())
def test_any_other_text_is_no_key(text: str) -> None:
    assert read_record_key(text) is None


def test_a_key_with_a_sound_checksum_and_nothing_sound_in_it_is_none() -> None:
    from directory.meetings.lists.rules import record_keys

    some = record("contact")["id"]
    for said in (
        "v1",
        "v1;2026-11-26",
        f"v2;2026-11-26;economy:{some}:1",
        f"v1;2026-13-26;economy:{some}:1",
        "v1;2026-11-26;economy:x:1",
        f"v1;2026-11-26;economy:{some}:one",
        f"v1;2026-11-26;economy:{some}",
        f"v1;2026-11-26;contact:{some}:1",
        f"v1;2026-11-26;economy:{some}:1;channel:{some}:1:pigeon",
        f"v1;2026-11-26;economy:{some}:1;confirmed:soon",
        f"v1;2026-11-26;economy:{some}:{'9' * 5000}",
    ):
        assert read_record_key(f"{said};{record_keys._checksum(said)}") is None


def test_a_key_holds_nothing_that_the_records_say() -> None:
    for text in ("0555", "0101", "camphor", "FAN", "HSU", "Duty", "Corps", "Taipei"):
        assert text not in KEY
