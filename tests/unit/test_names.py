import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from directory.names import (
    alias_key,
    contains,
    fold,
    index_grams,
    is_latin,
    query_grams,
    words,
)

SCRIPTS = (
    st.text(st.sampled_from("aÁçđßİıØжйΆ許功蓋例れがｶﾞ가สมุทร्हिابً٢ -'’.\u200b\u00a0\u0301"))
    | st.text()
)


def found(text: str, query: str) -> bool:
    """Decide as a gram index does."""
    wanted, held = query_grams(query), set(index_grams(text))
    if wanted.is_empty:
        return False
    begun = wanted.prefix is None or any(gram.startswith(wanted.prefix) for gram in held)
    return begun and held.issuperset(wanted.complete)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("Jean-François EXEMPLE", "jean francois exemple", id="accents and case"),
        pytest.param("te reo Māori", "te reo maori", id="a macron"),
        pytest.param("Nguyễn Văn Ví Dụ, Đặng", "nguyen van vi du dang", id="Vietnamese"),
        pytest.param("Łódź Ørsted Straße Æsir", "lodz orsted strasse aesir", id="barred letters"),
        pytest.param("İSTANBUL ısı", "istanbul isi", id="both Turkish letters i"),
        pytest.param("Управление «Пример»", "управление пример", id="Cyrillic, quoted"),
        pytest.param("Ёлкин", "елкин", id="a Cyrillic accent"),
        pytest.param("Ｔｅｌ：０３", "tel 03", id="full width"),
        pytest.param("ｶﾞｲﾄﾞ", "ガイド", id="half-width kana keep their voicing"),
        pytest.param("が か", "が か", id="voiced and voiceless kana stay apart"),
        pytest.param("ตัวอย่าง", "ตัวอย่าง", id="Thai vowel marks stay"),
        pytest.param("हिन्दी", "हिन्दी", id="Indic vowel marks stay"),
        pytest.param("٢٠٢٦ ๒๕๕๕", "2026 2555", id="digits of other scripts"),
        pytest.param("Kuala\u00a0Lum\u200bpur\u2011Desk", "kuala lumpur desk", id="invisible ones"),
        pytest.param("A\ufe0fB", "ab", id="a variation selector"),
        pytest.param(" \u0301 ", "", id="a mark over nothing"),
    ],
)
def test_spellings_of_one_name_fold_together(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(SCRIPTS)
@example("\u0e33\u0e4d")
@example("ᄀ\u200bᅡ")
def test_composed_and_decomposed_text_fold_to_the_same(text: str) -> None:
    forms = {fold(unicodedata.normalize(form, text)) for form in ("NFC", "NFD")}
    assert forms == {fold(text)}


@given(SCRIPTS)
def test_folding_again_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(SCRIPTS)
def test_folded_text_is_words_and_single_blanks(text: str) -> None:
    folded = fold(text)
    assert folded == " ".join(folded.split())
    assert all(unicodedata.category(c)[0] in "LMNZ" for c in folded)


def test_a_change_of_script_ends_a_word() -> None:
    assert words("IBM株式会社 第3課") == ["ibm", "株式会社", "第", "3", "課"]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        pytest.param("CHAN Si-fan, Stephen", "si fan steph", id="the last word begun"),
        pytest.param("許功蓋", "功蓋", id="a part of a Han name"),
        pytest.param("許功蓋", "蓋", id="a single character"),
        pytest.param("許功蓋", "xugonggai", id="a Han name romanised"),
        pytest.param("許功蓋", "gonggai", id="a romanised given name"),
        pytest.param("許功蓋", "xu gong", id="romanised syllables"),
        pytest.param("Примеров Иван", "primer", id="a Cyrillic name romanised"),
        pytest.param("สมชาย ตัวอย่าง", "ชาย", id="a part of a Thai word"),
        pytest.param("예시길동", "길동", id="a part of a Korean name"),
        pytest.param("例　太郎", "例太郎", id="a blank that only one of them writes"),
        pytest.param("Nguyễn Văn", "nguyen va", id="without accents"),
        pytest.param("IBM株式会社", "ibm 会社", id="two scripts"),
    ],
)
def test_a_name_is_found(text: str, query: str) -> None:
    assert found(text, query)
    assert contains(text, query)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        pytest.param("功許蓋功", "功蓋", id="the same characters in another order"),
        pytest.param("Anna Chan", "anne", id="another word"),
        pytest.param("Anna Chan", "nna", id="the middle of a Latin word"),
        pytest.param("Anna Chan", "", id="nothing"),
        pytest.param("Anna Chan", "...", id="punctuation"),
    ],
)
def test_a_name_is_not_found(text: str, query: str) -> None:
    assert not contains(text, query)


def test_pairs_that_do_not_touch_need_the_exact_look() -> None:
    assert found("甲乙乙丙", "甲乙丙")
    assert not contains("甲乙乙丙", "甲乙丙")


@given(SCRIPTS, st.data())
def test_whatever_stands_in_a_text_is_found_by_it(text: str, data: st.DataObject) -> None:
    tokens = fold(text).split()
    if not tokens:
        return
    token = data.draw(st.sampled_from(tokens))
    assert contains(text, token)
    assert found(text, token)


@given(SCRIPTS)
def test_no_gram_holds_a_blank(text: str) -> None:
    grams = index_grams(text)
    assert all(gram and not any(c.isspace() for c in gram) for gram in grams)
    assert len(grams) == len(set(grams))


def test_every_word_but_the_last_must_be_complete() -> None:
    wanted = query_grams("Example Fed")
    assert (wanted.complete, wanted.prefix) == (("example",), "fed")


def test_a_stretch_of_han_is_sought_by_its_pairs() -> None:
    wanted = query_grams("許功蓋")
    assert (wanted.complete, wanted.prefix) == (("許功", "功蓋"), None)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("P.R. China", "PR China"),
        ("S. Korea", "s korea"),
        ("Papua New-Guinea", "Papua New Guinea"),
        ("Hong Kong ,China", "Hong Kong, China"),
        ("México", "MEXICO"),
        ("Viet Nam", "Vietnam"),
        ("U.S.A.", "USA"),
        ("Brunei ", "brunei"),
    ],
)
def test_an_alias_is_compared_without_blanks_and_points(one: str, other: str) -> None:
    assert alias_key(one) == alias_key(other)


@pytest.mark.parametrize(
    ("word", "latin"),
    [
        ("Đặng", True),
        ("2026", True),
        ("иван", False),
        ("許", False),
        ("", False),
        ("taipei臺", False),
    ],
)
def test_a_word_is_latin_when_no_other_letter_is_in_it(word: str, latin: bool) -> None:
    assert is_latin(word) is latin
