import unicodedata
from time import perf_counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from directory.meetings.lists.rules.findings import Code
from directory.meetings.lists.rules.people import Person, post_in, read_people
from directory.meetings.lists.rules.scripts import script_tags, tag_of
from tests.unit.meetings.lists.rules.accounting import cells, codes, told, unaccounted

HANT = {"Hani": "zh-Hant"}
HANS = {"Hani": "zh-Hans"}
JAPAN = {"Hani": "ja"}
NFD_NAME = unicodedata.normalize("NFD", "Nguyễn Văn Ví Dụ")
WRITTEN = cells(
    *"ABab ,;/()（）.\n'’-=&",
    *("Mr ", "例", "太", "り", "예", "Ж", "ก", "ễ", "Jr.", "Duty Officer", " and ", "先生", "S.H."),
)


def en(name: str, *honorifics: str, note: str | None = None, **own: str) -> Person:
    return Person({"en": name, **own}, honorifics, note)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("EXAMPLETON, Alexandra", en("Alexandra EXAMPLETON"), id="01 r1: comma order"),
        pytest.param("SAMPEL, Peter", en("Peter SAMPEL"), id="01 r13: comma order"),
        pytest.param(
            "Siti Contoh binti Hj AHMAD",
            en("Siti Contoh binti Hj AHMAD"),
            id="01 r2: an honorific within a name stays",
        ),
        pytest.param(
            "Jean-François EXEMPLE", en("Jean-François EXEMPLE"), id="01 r3: accents stay"
        ),
        pytest.param(
            "María José EJEMPLO PÉREZ", en("María José EJEMPLO PÉREZ"), id="01 r4: two family names"
        ),
        pytest.param(
            "CHAN Si-fan, Stephen", en("Stephen CHAN Si-fan"), id="01 r6: a Western name behind"
        ),
        pytest.param("CONTOHWATI", en("CONTOHWATI"), id="01 r7: a mononym"),
        pytest.param("Placeholder bin CONTOH", en("Placeholder bin CONTOH"), id="01 r10"),
        pytest.param(
            "Juan DELA CRUZ-HALIMBAWA III", en("Juan DELA CRUZ-HALIMBAWA III"), id="01 r14: suffix"
        ),
        pytest.param("Jane Q. SAMPLE", en("Jane Q. SAMPLE"), id="01 r18: an initial"),
        pytest.param(
            "Alexandra Exampleton", en("Alexandra Exampleton"), id="01 r20: no capitals added"
        ),
        pytest.param(
            "Ms Alexandra EXAMPLETON", en("Alexandra EXAMPLETON", "Ms"), id="03 B6: honorific"
        ),
        pytest.param(
            "Mr Sam EXAMPLETON-SMITH (alternate)",
            en("Sam EXAMPLETON-SMITH", "Mr", note="alternate"),
            id="03 B7: alternate",
        ),
        pytest.param(
            "Pol.Lt.Col. Somchai TUAYANG",
            en("Somchai TUAYANG", "Pol.Lt.Col."),
            id="03 B14: a rank without blanks",
        ),
        pytest.param("Col. NGUYEN Van Vi Du", en("NGUYEN Van Vi Du", "Col."), id="03 B15: a rank"),
        pytest.param("Insp. Peter SAMPEL", en("Peter SAMPEL", "Insp."), id="03 B16: a rank"),
        pytest.param("Hj Contoh bin Example", en("Contoh bin Example", "Hj"), id="03 old list: Hj"),
        pytest.param(
            "Dyg Hjh Siti Contoh binti Hj AHMAD",
            en("Siti Contoh binti Hj AHMAD", "Dyg Hjh"),
            id="two honorifics",
        ),
        pytest.param(
            "Dato' Sri Dr Placeholder bin CONTOH",
            en("Placeholder bin CONTOH", "Dato' Sri Dr"),
            id="three honorifics",
        ),
        pytest.param("Sri Contohwati", en("Sri Contohwati"), id="Sri alone is a name"),
        pytest.param("MAJOR John", en("MAJOR John"), id="a family name that is also a rank"),
        pytest.param("Tuan Contoh NGUYEN", en("Tuan Contoh NGUYEN"), id="Tuan alone is a name"),
        pytest.param("Muthu a/l Contoh", en("Muthu a/l Contoh"), id="a slash within a name"),
        pytest.param(
            "CONTOH, S.H., M.H.", en("CONTOH", "S.H.", "M.H."), id="degrees are no given names"
        ),
        pytest.param("DELA CRUZ, Juan, Jr.", en("Juan DELA CRUZ Jr."), id="comma order and suffix"),
        pytest.param(
            "EXAMPLETON, Ms Alexandra", en("Alexandra EXAMPLETON", "Ms"), id="honorific inside"
        ),
        pytest.param(
            "Jane SAMPLE, Duty Officer", en("Jane SAMPLE", note="Duty Officer"), id="with her post"
        ),
        pytest.param(
            "Jane SAMPLE\nTrial Attorney", en("Jane SAMPLE", note="Trial Attorney"), id="two lines"
        ),
        pytest.param("Viet\u00a0 \u200bSAMPLE", en("Viet SAMPLE"), id="blanks nobody sees"),
    ],
)
def test_a_name_is_read_as_lists_write_it(name: str, expected: Person) -> None:
    read = read_people(name, script_tag=HANT)
    assert read.value == (expected,)
    assert unaccounted(name, _said(read.value), read.doubts) == ""


@pytest.mark.parametrize(
    ("name", "own_script", "tags", "expected"),
    [
        pytest.param("FAN Li", "范例", HANS, {"en": "FAN Li", "zh-Hans": "范例"}, id="01 r5"),
        pytest.param(
            "CHAN Si-fan, Stephen",
            "陳示範",
            HANT,
            {"en": "Stephen CHAN Si-fan", "zh-Hant": "陳示範"},
            id="01 r6",
        ),
        pytest.param(
            "REI Taro",
            "例\u3000太郎",
            JAPAN,
            {"en": "REI Taro", "ja": "例 太郎"},
            id="01 r8: an ideographic space",
        ),
        pytest.param(
            "YESI Gil-dong", "예시길동", {}, {"en": "YESI Gil-dong", "ko": "예시길동"}, id="01 r9"
        ),
        pytest.param(
            "PRIMEROV Ivan Ivanovich",
            "Примеров Иван Иванович",
            {},
            {"en": "PRIMEROV Ivan Ivanovich", "ru": "Примеров Иван Иванович"},
            id="01 r15: Cyrillic",
        ),
        pytest.param(
            "Somchai TUAYANG",
            "สมชาย ตัวอย่าง",
            {},
            {"en": "Somchai TUAYANG", "th": "สมชาย ตัวอย่าง"},
            id="01 r16: Thai",
        ),
        pytest.param(
            "NGUYEN Van Vi Du",
            NFD_NAME,
            {},
            {"en": "NGUYEN Van Vi Du", "vi": "Nguyễn Văn Ví Dụ"},
            id="01 r17: decomposed",
        ),
        pytest.param(
            "HSU Kung-kai", "許功蓋", HANT, {"en": "HSU Kung-kai", "zh-Hant": "許功蓋"}, id="01 r21"
        ),
        pytest.param(
            "Mr Stephen CHAN Si-fan 陳示範",
            None,
            HANT,
            {"en": "Stephen CHAN Si-fan", "zh-Hant": "陳示範"},
            id="03 B9: both in one cell",
        ),
        pytest.param(
            "Mr REI Taro (例 太郎)",
            None,
            JAPAN,
            {"en": "REI Taro", "ja": "例 太郎"},
            id="03 B10: in brackets",
        ),
        pytest.param(
            "LIN Chien-jen 林前任",
            None,
            HANT,
            {"en": "LIN Chien-jen", "zh-Hant": "林前任"},
            id="03 B13: a name that reads like a remark",
        ),
        pytest.param(
            "CHEN Jiu-dan (陳舊單)",
            None,
            HANT,
            {"en": "CHEN Jiu-dan", "zh-Hant": "陳舊單"},
            id="03 old list: in brackets",
        ),
        pytest.param(
            "HSU Kung-kai / 許功蓋",
            None,
            HANT,
            {"en": "HSU Kung-kai", "zh-Hant": "許功蓋"},
            id="a slash between scripts is one person",
        ),
        pytest.param(
            "例太郎 (REI Taro)", None, JAPAN, {"en": "REI Taro", "ja": "例太郎"}, id="the other way"
        ),
        pytest.param("例 たろう", None, HANT, {"ja": "例 たろう"}, id="kana tell Japanese"),
        pytest.param("許功蓋檢察官", None, HANT, {"zh-Hant": "許功蓋"}, id="an honorific behind"),
        pytest.param("許功蓋", None, {}, {"und-Hani": "許功蓋"}, id="nothing tells the language"),
    ],
)
def test_names_stand_under_the_tag_of_their_script(
    name: str, own_script: str | None, tags: dict[str, str], expected: dict[str, str]
) -> None:
    read = read_people(name, own_script=own_script, script_tag=tags)
    assert read.value is not None
    assert [person.name for person in read.value] == [expected]
    assert unaccounted(name + (own_script or ""), _said(read.value), read.doubts) == ""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param(
            "YESI Gil-dong / PARK Yesi", ["YESI Gil-dong", "PARK Yesi"], id="03 B11: two people"
        ),
        pytest.param("Mr A SAMPLE, Ms B SAMPLE", ["A SAMPLE", "B SAMPLE"], id="at an honorific"),
        pytest.param("A SAMPLE; B SAMPLE", ["A SAMPLE", "B SAMPLE"], id="semicolon"),
        pytest.param("A SAMPLE\nB SAMPLE", ["A SAMPLE", "B SAMPLE"], id="line break"),
        pytest.param("許功蓋、王範例", ["許功蓋", "王範例"], id="ideographic comma"),
        pytest.param("A SAMPLE and B SAMPLE", ["A SAMPLE", "B SAMPLE"], id="and"),
        pytest.param("A SAMPLE/B SAMPLE", ["A SAMPLE", "B SAMPLE"], id="a slash without blanks"),
        pytest.param("Noor/Nur Contoh", ["Noor/Nur Contoh"], id="two spellings of one name"),
    ],
)
def test_several_people_in_a_cell_are_told_apart(name: str, expected: list[str]) -> None:
    read = read_people(name, script_tag=HANT)
    assert [next(iter(person.name.values())) for person in read.value or ()] == expected
    assert ("several-people" in codes(read.doubts)) == (len(expected) > 1)


def test_names_in_two_columns_belong_together_in_their_order() -> None:
    read = read_people(
        "HSU Kung-kai / WANG Fan-li",
        own_script="許功蓋 / 王範例",
        script_tag=HANT,
        honorific="Mr / Ms",
    )
    assert read.value == (
        Person({"en": "HSU Kung-kai", "zh-Hant": "許功蓋"}, ("Mr",)),
        Person({"en": "WANG Fan-li", "zh-Hant": "王範例"}, ("Ms",)),
    )


def test_a_name_too_many_in_the_other_column_is_given_to_nobody() -> None:
    read = read_people("HSU Kung-kai", own_script="許功蓋 / 王範例", script_tag=HANT)
    assert [person.name for person in read.value or ()] == [{"en": "HSU Kung-kai"}]
    assert ("other-script", "王範例", None) in told(read.doubts)


@pytest.mark.parametrize(
    "honorific",
    [
        *("Ms", "Dyg Hjh", "Sgt.", "Sr.", "SSP", "AKBP", "Dato' Sri Dr", "Lic.", "Det. Snr Sgt"),
        *("Atty.", "Г-н", "Pol. Lt. Col.", "Col.", "En."),
    ],
)
def test_an_honorific_of_its_own_column_is_kept_as_written(honorific: str) -> None:
    read = read_people("Jane SAMPLE", honorific=honorific)
    assert read.value == (Person({"en": "Jane SAMPLE"}, (honorific,)),)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("Duty Officer", id="01 r19: a post and no person"),
        pytest.param("Watchfloor (duty officer)", id="03 B8"),
        pytest.param("值班人員", id="Chinese"),
        pytest.param("24/7 Operations Centre", id="a centre"),
        pytest.param("Oficial de guardia", id="Spanish"),
        pytest.param("Дежурная часть", id="Russian"),
        pytest.param("Cybercrime Duty Officer", id="with what it is for"),
    ],
)
def test_a_post_without_a_person_names_nobody(name: str) -> None:
    read = read_people(name, script_tag=HANT)
    assert read.value == ()
    assert told(read.doubts) == [("nobody-named", name, f"the post {name}")]
    assert post_in(name) == name


def test_what_may_be_a_name_beside_the_words_of_a_post_is_doubted_more() -> None:
    certain = read_people("Duty Officer").doubts[0]
    likely = read_people("Contoh Duty Officer").doubts[0]
    assert likely.code == certain.code
    assert likely.confidence < certain.confidence
    assert post_in("Ms Contoh, Duty Officer") is None


def test_an_economy_that_named_nobody_gives_nobody() -> None:
    assert read_people("").value == ()
    assert read_people("", own_script="").doubts == ()


def test_a_remark_in_the_place_of_a_name_makes_nobody() -> None:
    read = read_people("(not an APEC economy)")
    assert read.value == ()
    assert told(read.doubts) == [
        ("remark-in-cell", "(not an APEC economy)", "note: not an APEC economy")
    ]


def test_a_formula_stays_text() -> None:
    name = '=HYPERLINK("http://evil.example","Zed")'
    read = read_people(name)
    assert read.value == (Person({"en": name}),)
    assert codes(read.doubts) == {"formula-text"}


def test_a_family_name_in_capitals_makes_the_order_surer() -> None:
    capitals = read_people("EXAMPLETON, Alexandra").doubts[0]
    plain = read_people("Exampleton, Alexandra").doubts[0]
    assert told([capitals]) == [("name-order", "EXAMPLETON, Alexandra", "Alexandra EXAMPLETON")]
    assert plain.confidence < capitals.confidence


def test_a_decomposed_name_equals_the_composed_one_and_says_so() -> None:
    read = read_people(unicodedata.normalize("NFD", "José SAMPLÉ"))
    assert read.value == (Person({"en": "José SAMPLÉ"}),)
    assert codes(read.doubts) == {"normalised"}


@pytest.mark.parametrize(
    ("languages", "tags"),
    [
        (["zh-Hant-TW"], {"Hani": "zh-Hant"}),
        (["zh-Hans-CN"], {"Hani": "zh-Hans"}),
        (["zh-Hant-HK", "yue-Hant-HK", "en-HK"], {"Hani": "zh-Hant"}),
        (["en-SG", "zh-Hans-SG", "ms-SG"], {"Hani": "zh-Hans"}),
        (["ja-JP"], {"Hani": "ja"}),
        (["ko-KR"], {"Hani": "ko-Hani"}),
        (["en-AU"], {}),
    ],
)
def test_the_languages_of_an_economy_tell_the_tag_of_chinese_characters(
    languages: list[str], tags: dict[str, str]
) -> None:
    assert script_tags(languages) == tags


def test_a_tag_is_not_guessed_from_chinese_characters() -> None:
    assert tag_of("例", {}) == "und-Hani"


@example("", "0 AND ;", None)
@example("0\n;", None, "Ms")
@given(WRITTEN, st.none() | WRITTEN, st.none() | st.sampled_from(["Ms", "Г-н", "x"]))
def test_nothing_is_lost_and_nothing_raises(
    name: str, own: str | None, honorific: str | None
) -> None:
    read = read_people(name, own_script=own, honorific=honorific, script_tag=HANT)
    for written in (name, own or "", honorific or ""):
        assert unaccounted(written, _said(read.value or ()), read.doubts) == ""
    for person in read.value or ():
        assert person.name
        assert all(text and "\n" not in text for text in person.name.values())


@pytest.mark.parametrize("piece", ["A", "(", "Mr ", "例", "a ", ", ", "ก.", "я-", "/ ", "x\n"])
def test_a_very_long_cell_takes_no_longer_than_its_length(piece: str) -> None:
    begun = perf_counter()
    read_people((piece * 10_000)[:10_000])
    read_people((piece * 10_000)[:1_900])
    assert perf_counter() - begun < 0.5


def _said(people: tuple[Person, ...]) -> list[str]:
    return [
        text
        for person in people
        for text in (*person.name.values(), *person.honorifics, person.note or "")
    ]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("María MUESTRA (until May), then Luis EJEMPLO", ["María MUESTRA", "Luis EJEMPLO"]),
        ("Jane SAMPLE, John EXAMPLE", ["Jane SAMPLE", "John EXAMPLE"]),
        ("CHAN Tai-man, LEE Siu-ming", ["CHAN Tai-man", "LEE Siu-ming"]),
        ("DE LA MUESTRA, Jose", ["Jose DE LA MUESTRA"]),
        ("c/o Marie EXEMPLE", ["Marie EXEMPLE"]),
        ("Name: Jane SAMPLE", ["Jane SAMPLE"]),
    ],
)
def test_a_comma_between_whole_names_parts_people(text: str, names: list[str]) -> None:
    read = read_people(text)
    assert [person.name["en"] for person in read.value or ()] == names


@pytest.mark.parametrize(
    "text", ["See the separate sheet", "To follow by mail", "Contact the embassy"]
)
def test_a_sentence_is_nobody(text: str) -> None:
    read = read_people(text)
    assert not read.value
    assert [doubt.code for doubt in read.doubts] == [Code.UNREADABLE]


@pytest.mark.parametrize("text", ["Abdul rahman bin ali", "jane sample", "Jan van der Sample"])
def test_a_name_in_small_letters_is_a_name(text: str) -> None:
    assert [person.name["en"] for person in read_people(text).value or ()] == [text]
