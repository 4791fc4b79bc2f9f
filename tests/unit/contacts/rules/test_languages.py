import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.contacts.rules.languages import normalise_tag, shared_language


@pytest.mark.parametrize(
    ("tag", "normal"),
    [("EN", "en"), ("en_us", "en-US"), ("zh-hant-tw", "zh-Hant-TW"), ("iw", "he"), ("yue", "yue")],
)
def test_a_tag_is_written_in_its_usual_form(tag: str, normal: str) -> None:
    assert normalise_tag(tag) == normal


@pytest.mark.parametrize("tag", ["", "English", "zz", "und", "mul", "zxx", "x-own", "en-", "中文"])
def test_what_is_no_language_is_refused(tag: str) -> None:
    with pytest.raises(ValueError, match="language tag"):
        normalise_tag(tag)


@given(
    st.text(max_size=20) | st.from_regex(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}", fullmatch=True)
)
def test_a_tag_that_is_accepted_stays_as_it_is(tag: str) -> None:
    try:
        normal = normalise_tag(tag)
    except ValueError:
        assert shared_language([tag], "en") is None
        return
    assert normalise_tag(normal) == normal
    assert shared_language([normal], normal) == normal


@pytest.mark.parametrize(
    ("offered", "wanted"),
    [
        pytest.param("zh-Hant", "zh", id="script is not heard"),
        pytest.param("zh-Hant-TW", "zh-Hans-CN", id="nor is the habit of a place to write"),
        pytest.param("en-AU", "en-US", id="regions understand each other"),
        pytest.param("fr-CA", "fr", id="a region and its language"),
        pytest.param("fil-PH", "tl", id="Filipino and Tagalog"),
        pytest.param("cmn", "zh-TW", id="Mandarin by its own code"),
    ],
)
def test_these_are_one_spoken_language(offered: str, wanted: str) -> None:
    assert shared_language([offered], wanted) == offered


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("ta-SG", "en-SG", id="Tamil and English"),
        pytest.param("yue-Hant-HK", "zh-Hant-HK", id="Cantonese and Mandarin"),
        pytest.param("nan", "zh", id="Hokkien and Mandarin"),
        pytest.param("ms-MY", "id-ID", id="Malay and Indonesian"),
        pytest.param("mi-NZ", "en-NZ", id="Maori and English"),
        pytest.param("qu-PE", "es-PE", id="Quechua and Spanish"),
        pytest.param("ja", "zh", id="Japanese and Chinese"),
        pytest.param("tpi", "en", id="Tok Pisin and English"),
    ],
)
def test_these_are_two_spoken_languages(one: str, other: str) -> None:
    assert shared_language([one], other) is None
    assert shared_language([other], one) is None


def test_the_closest_is_chosen_and_of_equals_the_first() -> None:
    assert shared_language(["ms", "en-US", "en-AU"], "en-AU") == "en-AU"
    assert shared_language(["zh-Hant", "zh-Hans"], "zh") == "zh-Hant"


def test_a_desk_that_offers_nothing_shares_nothing() -> None:
    assert shared_language([], "en") is None
