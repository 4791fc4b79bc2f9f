from time import perf_counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from directory.contacts.rules.telephone import read_number
from directory.contacts.rules.words import Medium, Purpose
from directory.meetings.lists.rules.numbers import LONGEST_RAW, Number, read_numbers
from tests.unit.meetings.lists.rules.accounting import cells, codes, told, unaccounted

TEL, MOBILE, FAX, WA = Medium.TELEPHONE, Medium.MOBILE, Medium.FAX, Medium.MESSAGING
WRITTEN = cells(
    *"0123456789+-~/() .,;#\n８＋、",
    *(
        "0555 0101",
        "+61 2 5550 0123",
        "ext. ",
        "Fax",
        "(HP)",
        "分機",
        "доб. ",
        " al ",
        " or ",
        "24/7",
    ),
    *("Tel: ", "(after hours)", "傳真：", "x"),
)
REGIONS = st.sampled_from([None, "TW", "US", "AU", "KR", "HK", "RU", "XX"])


def number(
    raw: str,
    e164: str | None,
    extension: str | None = None,
    medium: Medium = TEL,
    purpose: Purpose = Purpose.OFFICE,
) -> Number:
    return Number(raw, medium, e164, extension, purpose)


@pytest.mark.parametrize(
    ("text", "medium", "region", "expected"),
    [
        pytest.param(
            "+61 (0)2 5550 0123",
            TEL,
            "AU",
            [number("+61 (0)2 5550 0123", "+61255500123")],
            id="01 r1: a trunk zero in brackets",
        ),
        pytest.param(
            "+84.24.0550.0107/or 0108",
            TEL,
            "VN",
            [
                number("+84.24.0550.0107", "+842405500107"),
                number("+84.24.0550.0108", "+842405500108"),
            ],
            id="two numbers with a slash and a word between them",
        ),
        pytest.param(
            "0491 570 156",
            MOBILE,
            "AU",
            [number("0491 570 156", "+61491570156", None, MOBILE)],
            id="01 r1: mobile",
        ),
        pytest.param(
            "+673 055 0101 / 0102",
            None,
            "BN",
            [number("+673 055 0101 / 0102", "+6730550101")],
            id="01 r2: an abbreviated neighbour",
        ),
        pytest.param(
            "613-555-0178 ext. 4521\n613-555-0179 (after hours)",
            TEL,
            "CA",
            [
                number("613-555-0178 ext. 4521", "+16135550178", "4521"),
                number(
                    "613-555-0179 (after hours)",
                    "+16135550179",
                    purpose=Purpose.OUT_OF_HOURS,
                ),
            ],
            id="01 r3: extension and line break",
        ),
        pytest.param(
            "(56-2) 0555 0101",
            TEL,
            "CL",
            [number("(56-2) 0555 0101", "+56205550101")],
            id="01 r4: code and area in brackets",
        ),
        pytest.param(
            "86-10-05550101-8021",
            TEL,
            "CN",
            [number("86-10-05550101-8021", "+861005550101", "8021")],
            id="01 r5: an extension behind a hyphen",
        ),
        pytest.param(
            "(852) 0555 0101 / 0555 0102 (24 hrs)",
            TEL,
            "HK",
            [
                number("(852) 0555 0101", "+85205550101"),
                number("0555 0102 (24 hrs)", "+85205550102", purpose=Purpose.DUTY),
            ],
            id="01 r6: two phones",
        ),
        pytest.param(
            "021-0555 0101",
            TEL,
            "ID",
            [number("021-0555 0101", "+622105550101")],
            id="01 r7: no calling code",
        ),
        pytest.param(
            "0812-0555-0101 (WA)",
            MOBILE,
            "ID",
            [number("0812-0555-0101 (WA)", "+6281205550101", None, WA)],
            id="01 r7: WhatsApp",
        ),
        pytest.param(
            "03-0555-0101（内線 1234）",
            TEL,
            "JP",
            [number("03-0555-0101（内線 1234）", "+81305550101", "1234")],
            id="01 r8: full-width brackets",
        ),
        pytest.param(
            "FAX：03-0555-0109",
            None,
            "JP",
            [number("FAX：03-0555-0109", "+81305550109", None, FAX)],
            id="01 r8: a full-width colon",
        ),
        pytest.param(
            "02-055-0101~3", TEL, "KR", [number("02-055-0101~3", "+8220550101")], id="01 r9: range"
        ),
        pytest.param(
            "03-0555 0101 (O) 012-055 0101 (HP)",
            TEL,
            "MY",
            [
                number("03-0555 0101 (O)", "+60305550101"),
                number("012-055 0101 (HP)", "+60120550101", None, MOBILE),
            ],
            id="01 r10: two without a separator",
        ),
        pytest.param(
            "(55) 0555-0101 al 05",
            TEL,
            "MX",
            [number("(55) 0555-0101 al 05", "+525505550101")],
            id="01 r11: al",
        ),
        pytest.param(
            "+64 4 055 0101 / +64 21 055 0101",
            TEL,
            "NZ",
            [number("+64 4 055 0101", "+6440550101"), number("+64 21 055 0101", "+64210550101")],
            id="01 r12: two numbers",
        ),
        pytest.param(
            "675 055 0101",
            TEL,
            "PG",
            [number("675 055 0101", "+6750550101")],
            id="01 r13: the calling code without its plus",
        ),
        pytest.param(
            "(+632) 055-0101 loc. 23",
            TEL,
            "PH",
            [number("(+632) 055-0101 loc. 23", "+6320550101", "23")],
            id="01 r14: loc.",
        ),
        pytest.param(
            "+7 (495) 055-01-01, доб. 12",
            TEL,
            "RU",
            [number("+7 (495) 055-01-01, доб. 12", "+74950550101", "12")],
            id="01 r15: доб.",
        ),
        pytest.param(
            "0 2055 0101-2",
            TEL,
            "TH",
            [number("0 2055 0101-2", "+6620550101")],
            id="01 r16: -2 is a range",
        ),
        pytest.param(
            "84-24-0555 0101",
            TEL,
            "VN",
            [number("84-24-0555 0101", "+842405550101")],
            id="01 r17",
        ),
        pytest.param(
            "Fax 202-555-0144",
            None,
            "US",
            [number("Fax 202-555-0144", "+12025550144", None, FAX)],
            id="01 r18: Fax inside Tel/Fax",
        ),
        pytest.param(
            "+1 202 555 0145 (24-hr)",
            TEL,
            "US",
            [number("+1 202 555 0145 (24-hr)", "+12025550145", purpose=Purpose.DUTY)],
            id="01 r19: at all hours",
        ),
        pytest.param(
            "+886-2-0555-0101 #2345",
            TEL,
            "TW",
            [number("+886-2-0555-0101 #2345", "+886205550101", "2345")],
            id="01 r21: #",
        ),
        pytest.param(
            "+82 2 055 0101\n+82 2 055 0102",
            TEL,
            "KR",
            [number("+82 2 055 0101", "+8220550101"), number("+82 2 055 0102", "+8220550102")],
            id="03 D11: two lines",
        ),
        pytest.param(
            "Tel: 673-055-0103, Fax: 673-055-0104",
            None,
            "BN",
            [
                number("Tel: 673-055-0103", "+6730550103"),
                number("Fax: 673-055-0104", "+6730550104", None, FAX),
            ],
            id="03 old list: labels before",
        ),
        pytest.param(
            "電話：02-0555-0101 傳真：02-0555-0109",
            None,
            "TW",
            [
                number("電話：02-0555-0101", "+886205550101"),
                number("傳真：02-0555-0109", "+886205550109", None, FAX),
            ],
            id="Chinese labels",
        ),
        pytest.param(
            "辦公室電話02-0555-0101傳真02-0555-0109",
            TEL,
            "TW",
            [
                number("辦公室電話02-0555-0101", "+886205550101"),
                number("傳真02-0555-0109", "+886205550109", None, FAX),
            ],
            id="Chinese labels without blanks",
        ),
        pytest.param(
            "(O) 03-0555 0101 (HP) 012-055 0101",
            TEL,
            "MY",
            [
                number("(O) 03-0555 0101", "+60305550101"),
                number("(HP) 012-055 0101", "+60120550101", None, MOBILE),
            ],
            id="labels in brackets before",
        ),
        pytest.param(
            "02 5550 0123 or 0491 570 156",
            TEL,
            "AU",
            [number("02 5550 0123", "+61255500123"), number("0491 570 156", "+61491570156")],
            id="or",
        ),
        pytest.param(
            "+61 2 5550 0123 / 5550 0129",
            TEL,
            "AU",
            [number("+61 2 5550 0123", "+61255500123"), number("+61 2 5550 0129", "+61255500129")],
            id="the area is the first one's",
        ),
        pytest.param(
            "02-0555-0101 轉 12、0107",
            TEL,
            "TW",
            [
                number("02-0555-0101 轉 12", "+886205550101", "12"),
                number("02-0555-0107", "+886205550107"),
            ],
            id="the end of a second number",
        ),
        pytest.param(
            "０２－０５５５－０１０１",
            TEL,
            "TW",
            [number("０２－０５５５－０１０１", "+886205550101")],
            id="full width is kept",
        ),
        pytest.param(
            "room 5, 02-0555-0101",
            TEL,
            "TW",
            [number("room 5, 02-0555-0101", "+886205550101")],
            id="figures that are no number",
        ),
        pytest.param("110", TEL, "TW", [number("110", None)], id="a number for here alone"),
    ],
)
def test_numbers_are_read_as_lists_write_them(
    text: str, medium: Medium | None, region: str, expected: list[Number]
) -> None:
    read = read_numbers(text, medium=medium, region=region)
    assert list(read.value or ()) == expected
    assert unaccounted(text, [n.raw for n in expected], read.doubts) == ""


@pytest.mark.parametrize(
    ("text", "value", "medium", "region", "e164", "code"),
    [
        pytest.param(
            "85205550101", 85205550101, TEL, "HK", "+85205550101", "lost-sign", id="03 D9: the plus"
        ),
        pytest.param(
            "491570156", 491570156, MOBILE, "AU", "+61491570156", "lost-sign", id="03 E6: the zero"
        ),
        pytest.param(
            "491570156.0", 491570156.0, MOBILE, "AU", "+61491570156", "lost-sign", id="as a float"
        ),
        pytest.param(
            "85205550101", None, TEL, "HK", "+85205550101", "lost-sign", id="through separated text"
        ),
        pytest.param(
            "8.86206E+11", 886205550101, TEL, "TW", "+886205550101", "lost-sign", id="only shown so"
        ),
        pytest.param(
            "02-0555-0102", None, TEL, "TW", "+886205550102", "number-completed", id="01 r22"
        ),
        pytest.param(
            "2025550143", None, TEL, "US", "+12025550143", "number-completed", id="no zero to lose"
        ),
    ],
)
def test_what_a_spreadsheet_lost_is_given_back_and_told(
    text: str, value: float | None, medium: Medium, region: str, e164: str, code: str
) -> None:
    read = read_numbers(text, value, medium=medium, region=region)
    assert [n.e164 for n in read.value or ()] == [e164]
    (doubt,) = [d for d in read.doubts if str(d.code) == code]
    assert doubt.proposed == e164
    assert 0.8 <= doubt.confidence < 1


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("8.86E+11", None, id="in separated text"),
        pytest.param("8.86E+11", 886000000000, id="rounded for good"),
        pytest.param("8,86E+11", "8,86E+11", id="with a comma"),
    ],
)
def test_a_rounded_number_cannot_be_read(text: str, value: float | str | None) -> None:
    read = read_numbers(text, value, medium=TEL, region="TW")
    assert read.value is None
    assert told(read.doubts) == [("unreadable", text, None)]


@pytest.mark.parametrize(
    ("text", "medium", "region", "expected"),
    [
        pytest.param(
            "+673 055 0101 / 0102",
            TEL,
            "BN",
            ("number-range", "+673 055 0101 / 0102", "+6730550101 to +6730550102"),
            id="neighbours",
        ),
        pytest.param(
            "02-055-0101~3",
            TEL,
            "KR",
            ("number-range", "02-055-0101~3", "+8220550101 to +8220550103"),
            id="three lines",
        ),
        pytest.param(
            "(55) 0555-0101 al 05",
            TEL,
            "MX",
            ("number-range", "(55) 0555-0101 al 05", "+525505550101 to +525505550105"),
            id="al",
        ),
        pytest.param(
            "02-0555-0101 to 02-0555-0109",
            TEL,
            "TW",
            ("number-range", "02-0555-0101 to 02-0555-0109", "the first and the last alone"),
            id="both written out",
        ),
        pytest.param(
            "+61 2 5550 0123 / 0129",
            TEL,
            "AU",
            ("number-completed", "0129", "+61 2 5550 0129"),
            id="no neighbours are two numbers",
        ),
        pytest.param(
            "86-10-05550101-8021",
            TEL,
            "CN",
            ("extension-read", "86-10-05550101-8021", "ext. 8021"),
            id="a guessed extension",
        ),
        pytest.param(
            "+61 2 5550 0123; +61 2 5550 0129",
            TEL,
            "AU",
            (
                "several-numbers",
                "+61 2 5550 0123; +61 2 5550 0129",
                "telephone +61255500123; telephone +61255500129",
            ),
            id="several",
        ),
        pytest.param(
            "012-055 0101 (HP)", TEL, "MY", ("remark-in-cell", "(HP)", "mobile"), id="a label"
        ),
        pytest.param(
            "+1 202 555 0145 (24-hr)", TEL, "US", ("remark-in-cell", "(24-hr)", "duty"), id="hours"
        ),
        pytest.param(
            "see below", TEL, "US", ("remark-in-cell", "see below", None), id="no number at all"
        ),
        pytest.param(
            "03-0555 0101 (lobby)", TEL, "MY", ("remark-in-cell", "(lobby)", None), id="a remark"
        ),
        pytest.param(
            "+673 055 0101",
            TEL,
            "BN",
            ("number-doubted", "+673 055 0101", "+673 0550101"),
            id="plan",
        ),
        pytest.param(
            "853-0555-0101", TEL, None, ("number-doubted", "853-0555-0101", None), id="no plan"
        ),
    ],
)
def test_each_doubt_names_what_stands_there_and_what_is_made_of_it(
    text: str, medium: Medium | None, region: str | None, expected: tuple[str, str, str | None]
) -> None:
    assert expected in told(read_numbers(text, medium=medium, region=region).doubts)


def test_a_hyphen_makes_an_extension_less_sure_than_a_word() -> None:
    def sure(text: str) -> float:
        doubts = read_numbers(text, medium=TEL, region="CN").doubts
        return next(d.confidence for d in doubts if str(d.code) == "extension-read")

    assert sure("86-10-05550101-8021") < sure("86-10-05550101 ext. 8021")
    assert sure("86-10-05550101 ext. 1 / ext. 2") < sure("86-10-05550101-8021")


@pytest.mark.parametrize(
    "text", ["+61 2 5550 0101 / 0102", "02 5550 0123", "Tel/Fax: 02 5550 0123"]
)
def test_what_is_not_said_in_a_column_of_both_is_doubted(text: str) -> None:
    read = read_numbers(text, medium=None, region="AU")
    (doubt,) = [d for d in read.doubts if str(d.code) == "number-doubted"]
    assert doubt.proposed is not None
    assert doubt.proposed.startswith("telephone ")
    assert doubt.confidence < 0.7


def test_a_sure_number_is_not_doubted() -> None:
    assert read_numbers("+61 2 5550 0123", medium=TEL, region="AU").doubts == ()


def test_an_empty_mark_holds_no_number() -> None:
    read = read_numbers("-", medium=TEL, region="MY")
    assert (read.value, codes(read.doubts)) == (None, {"unreadable"})


@example("0555 0101(HP)\n00123", None, None)
@example("000\r0", None, None)
@example("000AL0T:", None, None)
@example("000AL T:", None, None)
@given(WRITTEN, REGIONS, st.sampled_from([None, *Medium]))
def test_nothing_is_lost_and_every_number_makes_a_channel(
    text: str, region: str | None, medium: Medium | None
) -> None:
    read = read_numbers(text, medium=medium, region=region)
    found = read.value or ()
    assert unaccounted(text, [n.raw for n in found], read.doubts) == ""
    for one in found:
        assert 0 < len(one.raw) <= LONGEST_RAW
        assert not any(c in one.raw for c in "\r\n\0")
        # A channel refuses a text that says another number than the one beside it.
        assert read_number(one.raw, None).e164 in (None, one.e164)
        assert one.extension is None or len(one.extension) <= 20


@given(WRITTEN, REGIONS)
def test_a_number_that_was_read_is_read_the_same_again(text: str, region: str | None) -> None:
    for one in read_numbers(text, medium=TEL, region=region).value or ():
        if one.e164 is not None:
            again = read_numbers(one.raw, medium=one.medium, region=region).value or ()
            assert [n.e164 for n in again][:1] == [one.e164]


@given(st.integers() | st.floats())
def test_any_stored_number_is_put_up_with(value: float) -> None:
    read = read_numbers(str(value), value, medium=TEL, region="AU")
    assert read.value or read.doubts


@pytest.mark.parametrize("piece", ["1", "(", "+", "0555 0101 / ", "( 1", "x", "Tel ", "24h ", "~1"])
def test_a_very_long_cell_takes_no_longer_than_its_length(piece: str) -> None:
    begun = perf_counter()
    read_numbers((piece * 10_000)[:10_000], medium=TEL, region="TW")
    read_numbers((piece * 10_000)[:1_900], medium=TEL, region="TW")
    assert perf_counter() - begun < 1
