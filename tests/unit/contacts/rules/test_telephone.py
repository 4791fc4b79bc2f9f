import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.contacts.rules.telephone import (
    international,
    normalise_query,
    number_forms,
    read_number,
)

WRITTEN = st.text() | st.text(
    st.sampled_from("0123456789+＋-–~/() .,;x#\n内線доб分機８"), max_size=40
)
REGIONS = st.sampled_from([None, "TW", "US", "AU", "KR", "HK", "RU", "XX"])


@pytest.mark.parametrize(
    ("raw", "region", "e164"),
    [
        pytest.param("+61 (0)2 5550 0123", None, "+61255500123", id="a trunk zero in brackets"),
        pytest.param(
            "+65 (0)0555 0101", None, "+6505550101", id="one where there is no trunk zero"
        ),
        pytest.param("56 (0)2 0555 0101", "CL", "+56205550101", id="one without the plus"),
        pytest.param("+39 (0)6 0555 0101", None, "+390605550101", id="a zero of the number"),
        pytest.param("02 5550 0123", "AU", "+61255500123", id="national"),
        pytest.param("491570156", "AU", "+61491570156", id="the leading zero lost"),
        pytest.param("85205550101", "HK", "+85205550101", id="the plus lost"),
        pytest.param("(852) 0555 0101", "HK", "+85205550101", id="the calling code in brackets"),
        pytest.param("(56-2) 0555 0101", "CL", "+56205550101", id="with its area"),
        pytest.param("675 055 0101", "PG", "+6750550101", id="the calling code alone"),
        pytest.param("84-24-0555 0101", "VN", "+842405550101", id="the calling code hyphenated"),
        pytest.param("620550101", "ID", "+62620550101", id="a number that begins like a code"),
        pytest.param("021-0555 0101", "ID", "+622105550101", id="a trunk zero"),
        pytest.param("0812-0555-0101 (WA)", "ID", "+6281205550101", id="a remark"),
        pytest.param("FAX：03-0555-0109", "JP", "+81305550109", id="a label in full width"),
        pytest.param("Tel.: 02-0555-0102", "TW", "+886205550102", id="a label"),
        pytest.param("02-055-0101", "KR", "+8220550101", id="hyphens that are only hyphens"),
        pytest.param("＋８８６ ２ ０５５５ ０１０１", None, "+886205550101", id="full width"),
        pytest.param("٠٢-٠٥٥٥-٠١٠١", "TW", "+886205550101", id="Arabic digits"),
        pytest.param("0065 0555 0101", None, "+6505550101", id="an international zero"),
        pytest.param("+1 202 555 0145 (24-hr)", None, "+12025550145", id="figures in a remark"),
        pytest.param("+1 202 555 0145 24/7", None, "+12025550145", id="hours after it"),
        pytest.param("\u202a+1 202 555 0145\u202c", None, "+12025550145", id="invisible marks"),
    ],
)
def test_a_number_is_read_as_lists_write_it(raw: str, region: str | None, e164: str) -> None:
    number = read_number(raw, region)
    assert number.e164 == e164
    assert (number.extension, number.range_low, number.range_high) == (None, None, None)


@pytest.mark.parametrize(
    ("raw", "region", "e164", "extension"),
    [
        ("613-555-0178 ext. 4521", "CA", "+16135550178", "4521"),
        ("+1 202 555 0145 x12", None, "+12025550145", "12"),
        ("03-0555-0101（内線 1234）", "JP", "+81305550101", "1234"),
        ("02-0555-0101 分機 23", "TW", "+886205550101", "23"),
        ("+886-2-0555-0101 #2345", None, "+886205550101", "2345"),
        ("+7 (495) 055-01-01, доб. 12", None, "+74950550101", "12"),
        ("(+632) 055-0101 loc. 23", "PH", "+6320550101", "23"),
        ("+60 3 0555 0101 local 9", None, "+60305550101", "9"),
        ("+56 2 0555 0101 int. 44", None, "+56205550101", "44"),
        ("tel:+1-202-555-0145;ext=12", None, "+12025550145", "12"),
        ("+(66) 2 055 0105 /ext. 7", "TH", "+6620550105", "7"),
        ("86-10-05550101-8021", "CN", "+861005550101", "8021"),
    ],
)
def test_an_extension_is_told_from_the_number(
    raw: str, region: str | None, e164: str, extension: str
) -> None:
    number = read_number(raw, region)
    assert (number.e164, number.extension) == (e164, extension)


@pytest.mark.parametrize(
    ("raw", "region", "low", "high"),
    [
        ("02-055-0101~3", "KR", "8220550101", "8220550103"),
        ("+81-3-0555-0101～0103", None, "81305550101", "81305550103"),
        ("0 2055 0101-2", "TH", "6620550101", "6620550102"),
        ("+886 2 0555 0101-0104", None, "886205550101", "886205550104"),
        ("(55) 0555-0101 al 05", "MX", "525505550101", "525505550105"),
        ("+673 055 0101 / 0102", None, "6730550101", "6730550102"),
        ("(852) 0555 0101 / 0555 0102 (24 hrs)", "HK", "85205550101", "85205550102"),
    ],
)
def test_several_lines_are_a_range(raw: str, region: str | None, low: str, high: str) -> None:
    number = read_number(raw, region)
    assert (number.range_low, number.range_high) == (low, high)
    assert number.e164 == f"+{low}"
    forms = number_forms(raw, number.e164, number.extension)
    assert (forms.low, forms.high) == (low, high)


@pytest.mark.parametrize(
    ("raw", "region"),
    [
        pytest.param("+886 2 0555 0101 / 0109", None, id="the lines between are another's"),
        pytest.param("+64 4 055 0101 / +64 21 055 0101", None, id="two whole numbers"),
        pytest.param("03-0555 0101 (O) 012-055 0101 (HP)", "MY", id="nothing between them"),
        pytest.param("613-555-0178\n613-555-0179 (after hours)", "CA", id="a line each"),
    ],
)
def test_of_two_numbers_the_first_is_read_with_a_warning(raw: str, region: str | None) -> None:
    number = read_number(raw, region)
    assert number.e164 is not None
    assert number.range_low is None
    assert any("More than one number" in warning for warning in number.warnings)


def test_a_number_that_no_plan_knows_is_kept_with_a_warning() -> None:
    number = read_number("+65 0555 0101", None)
    assert number.e164 == "+6505550101"
    assert "check it by calling" in number.warnings[0]


@pytest.mark.parametrize(
    ("raw", "region", "reason"),
    [
        ("-", "MY", "no telephone number"),
        ("same", "PG", "no telephone number"),
        ("", None, "no telephone number"),
        ("8.86E+11", "TW", "rounded"),
        ("0205550101", None, "No calling code"),
        ("555-0123", "US", "from abroad"),
        ("110", "TW", "from abroad"),
        ("+999 555 0101", None, "could not be read"),
        ("+8862055501010101", None, "too many digits"),
    ],
)
def test_what_cannot_be_dialled_is_kept_with_a_warning(
    raw: str, region: str | None, reason: str
) -> None:
    number = read_number(raw, region)
    assert number.e164 is None
    assert reason in number.warnings[0]


@given(WRITTEN, REGIONS)
def test_no_text_is_refused(raw: str, region: str | None) -> None:
    number = read_number(raw, region)
    assert number.e164 or number.warnings
    if number.e164:
        assert number.e164[0] == "+"
        assert set(number.e164[1:]) <= set(string.digits)
        assert len(number.e164) <= 16
    if number.range_low and number.range_high:
        assert number.e164 == f"+{number.range_low}"
        assert number.range_low < number.range_high
        assert len(number.range_low) == len(number.range_high)


@given(WRITTEN, REGIONS)
def test_without_doubts_the_same_number_is_read(raw: str, region: str | None) -> None:
    doubted = read_number(raw, region)
    read = read_number(raw, region, doubting=False)
    kept = tuple(warning for warning in doubted.warnings if "The numbering plan" not in warning)
    assert read == replace(doubted, warnings=kept)


@given(WRITTEN, REGIONS)
def test_an_index_holds_the_number_that_was_read(raw: str, region: str | None) -> None:
    number = read_number(raw, region)
    forms = number_forms(raw, number.e164, number.extension)
    if number.e164:
        assert forms.digits == number.e164[1:]
        assert normalise_query(number.e164) in (forms.digits, "")
    assert forms.reversed_digits == forms.digits[::-1]
    assert set(forms.digits) <= set(string.digits)


def test_a_number_without_calling_code_is_indexed_by_its_digits() -> None:
    forms = number_forms("02-0555-0102 ext. 3", None, "3")
    assert (forms.digits, forms.extension) == ("0205550102", "3")


@pytest.mark.parametrize(
    "typed",
    [
        "+886 2 0555 0102",
        "＋886-2-0555-0102",
        " 886205550102",
        "00886205550102",
        "011 886 2 0555 0102",
        "+886 (0)2 0555.0102",
        "886 2 0555 0102 ext. 12",
    ],
)
def test_a_number_is_sought_by_its_digits_however_it_is_typed(typed: str) -> None:
    assert normalise_query(typed) == "886205550102"


@pytest.mark.parametrize(
    ("typed", "digits"),
    [("02-0555-0102", "205550102"), ("0102", "0102"), ("duty desk", ""), ("", "")],
)
def test_a_national_number_ends_the_digits_of_the_stored_one(typed: str, digits: str) -> None:
    assert normalise_query(typed) == digits
    assert "886205550102".endswith(digits)


@given(WRITTEN)
def test_a_query_is_digits_or_nothing(text: str) -> None:
    assert set(normalise_query(text)) <= set(string.digits)


def test_a_number_is_shown_as_it_is_read_out() -> None:
    assert international("+61255500123") == "+61 2 5550 0123"
    assert international("+12025550145", "12") == "+1 202-555-0145 ext. 12"
    assert international("+999") == "+999"
