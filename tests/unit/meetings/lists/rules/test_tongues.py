import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.contacts.rules.languages import normalise_tag, shared_language
from directory.meetings.lists.rules.findings import Code, Read
from directory.meetings.lists.rules.language_names import BY_NAME, ECONOMY_CODES, ONE_CHARACTER
from directory.meetings.lists.rules.tongues import read_languages
from tests.unit.meetings.lists.rules.told import (
    LONG,
    REPEATED,
    WRITTEN,
    codes,
    is_honest,
    only,
    remarks_of,
)


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        pytest.param("English", "en", id="01 row 1"),
        pytest.param("Malay/English", "ms en", id="01 row 2"),
        pytest.param("English / français", "en fr", id="01 row 3"),
        pytest.param("中文; English", "zh en", id="01 row 5"),
        pytest.param("English, Cantonese, Putonghua", "en yue zh", id="01 row 6"),
        pytest.param("Bahasa Indonesia", "id", id="01 row 7"),
        pytest.param("日本語, English", "ja en", id="01 row 8"),
        pytest.param("Korean, English", "ko en", id="01 row 9"),
        pytest.param("ES/EN", "es en", id="01 row 11"),
        pytest.param("English, te reo Māori", "en mi", id="01 row 12"),
        pytest.param("English, Tok Pisin", "en tpi", id="01 row 13"),
        pytest.param("Filipino, English", "fil en", id="01 row 14"),
        pytest.param("русский, English", "ru en", id="01 row 15"),
        pytest.param("ไทย, English", "th en", id="01 row 16"),
        pytest.param("Tiếng Việt; English", "vi en", id="01 row 17"),
        pytest.param("Mandarin; English", "zh en", id="01 row 21"),
        pytest.param("EN/中文", "en zh", id="03 I9"),
        pytest.param("JA, EN", "ja en", id="03 I10"),
        pytest.param("KO EN", "ko en", id="03 I11"),
        pytest.param("ZH-TW, EN", "zh-TW en", id="03 I12"),
        ("TH", "th"),
        ("Tie\u0302\u0301ng Vie\u0323\u0302t", "vi"),
        ("Bahasa Melayu", "ms"),
        ("English and Spanish", "en es"),
        ("español y inglés", "es en"),
        ("Chinese (Mandarin)", "zh"),
        ("Chinese (Cantonese)", "yue"),
        ("Chinese (Traditional)", "zh-Hant"),
        ("Chinese, Cantonese", "zh yue"),
        ("Filipino/Tagalog", "fil"),
        ("國語、台語", "zh nan"),
        ("中英文", "zh en"),
        ("日本語と英語", "ja en"),
        ("한국어, 영어", "ko en"),
        ("eng, jpn", "en ja"),
        ("es-CL", "es-CL"),
        ("English (UK)", "en-GB"),
        ("English\nFrench", "en fr"),
        ("English, english, EN", "en"),
    ],
)
def test_languages_are_read_in_the_order_written(text: str, tags: str) -> None:
    assert read_languages(text) == Read(tuple(tags.split()))


@pytest.mark.parametrize(
    ("text", "tags", "remarks"),
    [
        pytest.param("español (English limited)", "es en", ["limited"], id="01 row 4"),
        ("English (limited)", "en", ["limited"]),
        ("English (basic), Spanish (native)", "en es", ["basic", "native"]),
        ("English only", "en", ["only"]),
        ("英語可", "en", ["可"]),
        ("Languages: English", "en", ["Languages"]),
    ],
)
def test_what_is_said_of_a_language_is_a_remark(text: str, tags: str, remarks: list[str]) -> None:
    read = read_languages(text)
    assert read.value == tuple(tags.split())
    assert remarks_of(read) == remarks


@pytest.mark.parametrize(
    ("text", "tags", "read_as", "proposed"),
    [
        pytest.param("Klingon, English", ("en",), "Klingon", None, id="a name not known"),
        pytest.param("Klingon", None, "Klingon", None, id="nothing but that"),
        pytest.param("Englsih", ("en",), "Englsih", "en", id="a name misspelt"),
        pytest.param("JP, EN", ("ja", "en"), "JP", "ja", id="an economy's code"),
        pytest.param("FJ/EU", ("fj", "eu"), "EU", "eu", id="a code of a language not expected"),
        pytest.param("E", None, "E", None, id="a letter"),
        pytest.param("XQ, EN", ("en",), "XQ", None, id="no code at all"),
        pytest.param(
            "Bahasa", None, "Bahasa", "Malay (ms) or Indonesian (id)", id="a word of two languages"
        ),
    ],
)
def test_what_may_be_a_language_and_is_not_known_is_doubted(
    text: str, tags: tuple[str, ...] | None, read_as: str, proposed: str | None
) -> None:
    read = read_languages(text)
    assert read.value == tags
    doubt = only(read, Code.UNKNOWN_LANGUAGE)
    assert (doubt.read, doubt.proposed) == (read_as, proposed)
    assert doubt.confidence <= 0.6


@pytest.mark.parametrize("text", ["-", "TBC", "n/a"])
def test_an_empty_word_names_no_language(text: str) -> None:
    read = read_languages(text)
    assert (read.value, codes(read)) == (None, [Code.EMPTY_WORD])


def test_a_small_word_is_no_code_among_names() -> None:
    assert read_languages("English is spoken").value == ("en",)
    assert remarks_of(read_languages("English is spoken")) == ["is spoken"]


@pytest.mark.parametrize(
    "tag", sorted({*BY_NAME.values(), *ONE_CHARACTER.values(), *ECONOMY_CODES.values()})
)
def test_every_tag_of_the_table_is_one_that_contacts_hold(tag: str) -> None:
    assert normalise_tag(tag) == tag
    assert shared_language([tag], tag) == tag


@given(st.sampled_from(sorted(BY_NAME)), st.sampled_from([", ", " / ", "; ", "\n", "、"]))
def test_every_name_is_read_beside_another(name: str, between: str) -> None:
    read = read_languages(f"{name}{between}English")
    assert (read.value or ())[:1] == (BY_NAME[name],)
    assert read.doubts == ()


@given(WRITTEN)
def test_whatever_stands_there_is_read_or_doubted(text: str) -> None:
    read = read_languages(text)
    assert is_honest(read, text)
    assert all(normalise_tag(tag) == tag for tag in read.value or ())


@given(
    st.lists(st.sampled_from(["English", "zzqq", "EN", "Klingon", "(good)", "日本語"]), min_size=1)
)
def test_every_part_is_in_the_value_or_in_a_doubt(parts: list[str]) -> None:
    read = read_languages("; ".join(parts))
    told = " ".join(doubt.read for doubt in read.doubts)
    for part in parts:
        word = part.strip("()")
        assert word in told or word in ("English", "EN", "日本語")


@pytest.mark.parametrize("part", REPEATED)
def test_a_long_cell_takes_no_longer_than_it_is(part: str) -> None:
    begun = time.process_time()
    read_languages((part * LONG)[:LONG])
    assert time.process_time() - begun < 2
