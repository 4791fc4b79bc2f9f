from time import perf_counter

import pytest
from hypothesis import example, given

from directory.contacts.rules.email import read_address
from directory.contacts.rules.words import Medium
from directory.meetings.lists.rules.addresses import read_addresses, read_contact_details
from tests.unit.meetings.lists.rules.accounting import cells, codes, told, unaccounted

WRITTEN = cells(
    *"ab@.,;/<>()\"' \n＠",
    *("a@b.example", "mailto:", "E-mail: ", "Duty <d@x.example>", " (at) ", "02-0555-0101", "Fax "),
    *("https://x.example/poc", "信箱：", " or "),
)


@pytest.mark.parametrize(
    ("text", "expected", "doubts"),
    [
        pytest.param(
            "watchfloor@efp.example; alex.exampleton@efp.example",
            ["watchfloor@efp.example", "alex.exampleton@efp.example"],
            {"several-addresses"},
            id="01 r1: two",
        ),
        pytest.param(
            "poc＠nsb-cn.example",
            ["poc@nsb-cn.example"],
            {"address-repaired"},
            id="01 r5: a full-width sign",
        ),
        pytest.param(
            '"Command Center" <cc@ccs-us.example>, jane.sample@ccs-us.example',
            ['"Command Center" <cc@ccs-us.example>', "jane.sample@ccs-us.example"],
            {"several-addresses"},
            id="01 r18: a name before it",
        ),
        pytest.param(
            "ALEX.EXAMPLETON@EFP.EXAMPLE",
            ["ALEX.EXAMPLETON@EFP.EXAMPLE"],
            set(),
            id="01 r20: capitals are kept",
        ),
        pytest.param(
            "yesi@police-kr.example\npark@police-kr.example",
            ["yesi@police-kr.example", "park@police-kr.example"],
            {"several-addresses"},
            id="03 G11: two lines",
        ),
        pytest.param(
            "\u200bvidu@c50-vn.example ",
            ["vidu@c50-vn.example"],
            {"normalised"},
            id="03 G15: what nobody sees",
        ),
        pytest.param(
            "a@b.example, A@B.example", ["a@b.example"], {"duplicate"}, id="the same in capitals"
        ),
        pytest.param(
            "a@b.example/c@d.example",
            ["a@b.example", "c@d.example"],
            {"several-addresses"},
            id="a slash",
        ),
        pytest.param("a (at) b.example", ["a@b.example"], {"address-repaired"}, id="spelled out"),
        pytest.param("mailto:a@b.example", ["a@b.example"], {"address-repaired"}, id="mailto"),
        pytest.param("E-mail: a@b.example", ["a@b.example"], {"remark-in-cell"}, id="a label"),
        pytest.param(
            "a@b.example (duty)", ["a@b.example (duty)"], {"remark-in-cell"}, id="a remark stays"
        ),
        pytest.param(
            "Desk, Duty <d@x.example>; e@x.example",
            ["Desk, Duty <d@x.example>", "e@x.example"],
            {"several-addresses"},
            id="a comma within the name",
        ),
        pytest.param("by post only", [], {"unreadable"}, id="no address"),
        pytest.param("a@@b.example", [], {"unreadable"}, id="no such address"),
    ],
)
def test_addresses_are_read_as_lists_write_them(
    text: str, expected: list[str], doubts: set[str]
) -> None:
    read = read_addresses(text)
    assert list(read.value or ()) == expected
    assert codes(read.doubts) == doubts


def test_the_text_wins_over_its_link() -> None:
    read = read_addresses("tcd@police-hk.example", link="mailto:old-tcd@police-hk.example")
    assert read.value == ("tcd@police-hk.example",)
    assert told(read.doubts) == [
        ("link-differs", "mailto:old-tcd@police-hk.example", "tcd@police-hk.example")
    ]


def test_a_link_that_says_the_same_is_not_told() -> None:
    read = read_addresses("tcd@police-hk.example", link="mailto:TCD@police-hk.example?subject=x")
    assert read.doubts == ()


def test_a_link_counts_where_the_text_holds_no_address() -> None:
    read = read_addresses("write to us", link="mailto:desk@police.example")
    assert read.value == ("desk@police.example",)
    assert codes(read.doubts) == {"unreadable", "link-differs"}


def test_a_mixed_cell_is_taken_apart() -> None:
    text = "Tel: 673-055-0103, Fax: 673-055-0104, contoh@old-bn.example"
    read = read_contact_details(text, region="BN")
    assert read.value is not None
    assert [(n.medium, n.e164) for n in read.value.numbers] == [
        (Medium.TELEPHONE, "+6730550103"),
        (Medium.FAX, "+6730550104"),
    ]
    assert read.value.addresses == ("contoh@old-bn.example",)


@pytest.mark.parametrize(
    ("text", "region", "e164s", "addresses", "portals"),
    [
        pytest.param(
            "886-2-0555-0199; jiudan@old-tw.example",
            "TW",
            ["+886205550199"],
            ("jiudan@old-tw.example",),
            (),
            id="03 old list: no labels",
        ),
        pytest.param(
            "(82-2) 055-0199", "KR", ["+8220550199"], (), (), id="03 old list: a number alone"
        ),
        pytest.param(
            "Tel 02-0555-0101 Email: a@b.example https://x.example/poc",
            "TW",
            ["+886205550101"],
            ("a@b.example",),
            ("https://x.example/poc",),
            id="with a portal",
        ),
        pytest.param(
            "02-0555-0101 / Duty desk <d@x.example>",
            "TW",
            ["+886205550101"],
            ("Duty desk <d@x.example>",),
            (),
            id="a name before the address",
        ),
    ],
)
def test_contact_details_without_labels_are_told_apart(
    text: str, region: str, e164s: list[str], addresses: tuple[str, ...], portals: tuple[str, ...]
) -> None:
    value = read_contact_details(text, region=region).value
    assert value is not None
    assert [n.e164 for n in value.numbers] == e164s
    assert (value.addresses, value.portals) == (addresses, portals)


def test_a_mixed_cell_of_words_alone_is_only_told() -> None:
    read = read_contact_details("ask the secretariat", region="BN")
    assert read.value is None
    assert told(read.doubts) == [("remark-in-cell", "ask the secretariat", None)]


@example("a@b.example (at) x")
@given(WRITTEN)
def test_no_address_is_lost_and_each_makes_a_channel(text: str) -> None:
    read = read_addresses(text)
    assert unaccounted(text, read.value or (), read.doubts) == ""
    for address in read.value or ():
        assert read_address(address)[0] is not None
        assert len(address) <= 500
        assert "\n" not in address


@given(WRITTEN)
def test_nothing_in_a_mixed_cell_is_lost(text: str) -> None:
    read = read_contact_details(text, region="TW")
    value = read.value
    said = [] if value is None else [*value.addresses, *value.portals]
    said.extend(one.raw for one in (value.numbers if value else ()))
    assert unaccounted(text, said, read.doubts) == ""


@pytest.mark.parametrize("piece", ["a@", "@", "a@b.example ", "<", "mailto:", "a", '"', "https://"])
def test_a_very_long_cell_takes_no_longer_than_its_length(piece: str) -> None:
    begun = perf_counter()
    for length in (10_000, 3_900):
        read_addresses((piece * 10_000)[:length])
        read_contact_details((piece * 10_000)[:length], region="TW")
    assert perf_counter() - begun < 1
