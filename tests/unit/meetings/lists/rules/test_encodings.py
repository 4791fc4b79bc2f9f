import codecs
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.meetings.errors import UnreadableFileError, WrongEncodingError
from directory.meetings.lists.rules.characters import storable
from directory.meetings.lists.rules.encodings import ENCODINGS, decode, known_encoding
from tests.unit.meetings.lists.written import JAPANESE, TRADITIONAL, WRITTEN, as_text

LISTS = {language: written.lists() for language, written in WRITTEN.items()}


@cache
def repertoire(encoding: str) -> list[str]:
    """The characters that an encoding can write and read back; some it reads as others."""
    return [
        c for c in map(chr, range(1, 0xFFFE)) if c not in "\x1b\ufeff" and _is_kept(c, encoding)
    ]


def _is_kept(character: str, encoding: str) -> bool:
    try:
        return character.encode(encoding).decode(encoding) == character
    except UnicodeError:
        return False


@cache
def texts(encoding: str) -> st.SearchStrategy[str]:
    """Texts in an encoding; to look through a whole repertoire for each would take seconds."""
    return st.text(st.sampled_from(repertoire(encoding)))


@pytest.mark.parametrize("language", WRITTEN)
@given(data=st.data())
@settings(max_examples=25)
def test_a_list_of_ten_rows_is_read_as_it_was_written(language: str, data: st.DataObject) -> None:
    rows = data.draw(LISTS[language])
    text = as_text(rows, data.draw(st.sampled_from(",;\t")))
    decoded = decode(text.encode(WRITTEN[language].encoding))
    assert decoded.text == text
    assert decoded.encoding == WRITTEN[language].encoding
    assert 0.6 < decoded.confidence <= 1


@pytest.mark.parametrize("language", WRITTEN)
@given(data=st.data())
@settings(max_examples=8)
def test_the_unicode_forms_are_known_without_doubt(language: str, data: st.DataObject) -> None:
    text = as_text(data.draw(LISTS[language]))
    for mark, encoding in [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
    ]:
        marked = decode(mark + text.encode(encoding))
        assert (marked.text, marked.encoding, marked.confidence) == (text, encoding, 1.0)
    for encoding in ["utf-8", "utf-16-le", "utf-16-be"]:
        bare = decode(text.encode(encoding))
        assert (bare.text, bare.encoding) == (text, encoding)
        assert 0.9 <= bare.confidence < 1


@pytest.mark.parametrize("encoding", sorted(set(ENCODINGS) - {"utf-16"}))
@given(data=st.data())
@settings(max_examples=25)
def test_any_text_is_read_in_the_encoding_that_a_person_chose(
    encoding: str, data: st.DataObject
) -> None:
    text = data.draw(texts(encoding))
    assert decode(text.encode(encoding), encoding=encoding).text == text


@pytest.mark.parametrize("name", ["許功蓋", "恒", "裏", "碁", "恒裏碁", "王許功蓋"])
def test_names_that_break_big5_are_read(name: str) -> None:
    text = f"姓名,電話\r\n{name},02 0555 0101\r\n"
    decoded = decode(text.encode("cp950"))
    assert (decoded.text, decoded.encoding) == (text, "cp950")


def test_characters_of_hong_kong_are_read_where_big5_has_none() -> None:
    text = "姓名,電話,職稱,備註\r\n陳𨋢峯,02 0555 0101,督察,喺度啲嘢\r\n"
    with pytest.raises(UnicodeEncodeError):
        text.encode("cp950")
    decoded = decode(text.encode("big5hkscs"))
    assert (decoded.text, decoded.encoding) == (text, "big5hkscs")


def test_the_guess_comes_with_what_else_it_may_be() -> None:
    rows = [TRADITIONAL.headings, ["許功蓋", "檢察官", "範例地檢署", "", "同左"]]
    decoded = decode(as_text(rows).encode("cp950"))
    assert decoded.encoding == "cp950"
    assert "gb18030" in decoded.possible
    assert "cp950" not in decoded.possible
    assert "utf-8" not in decoded.possible
    for other in decoded.possible:
        assert decode(as_text(rows).encode("cp950"), encoding=other).encoding == other


def test_plain_letters_leave_no_doubt() -> None:
    decoded = decode(b"Economy,Name\r\nAustralia,Alexandra EXAMPLETON\r\n")
    assert (decoded.encoding, decoded.confidence, decoded.possible) == ("utf-8", 1.0, ())


def test_mail_encoding_of_japanese_is_read() -> None:
    text = as_text([JAPANESE.headings, ["例示 太郎", "警視", "例示省国際課", "", "未定"]])
    decoded = decode(text.encode("iso2022-jp"))
    assert (decoded.text, decoded.encoding) == (text, "iso2022-jp")


def test_a_choice_that_cannot_be_is_refused_with_the_byte() -> None:
    data = "姓名\r\n許功蓋\r\n".encode("cp950")
    with pytest.raises(WrongEncodingError, match=r"byte 1 \(0xA9, in line 1\) cannot be read"):
        decode(data, encoding="utf-8")
    with pytest.raises(WrongEncodingError, match=r"'klingon' is no encoding"):
        decode(data, encoding="klingon")


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("Big5", "cp950"),
        ("Shift_JIS", "cp932"),
        ("GBK", "gb18030"),
        ("EUC-KR", "cp949"),
        ("Windows-1252", "cp1252"),
        ("ISO-8859-1", "cp1252"),
        ("UTF8", "utf-8"),
        ("utf_16_le", "utf-16-le"),
        ("rot13", None),
        ("zip", None),
        ("idna", None),
    ],
)
def test_encodings_have_the_names_that_people_know(name: str, known: str | None) -> None:
    assert known_encoding(name) == known


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"Economy\0Name\r\n", id="one NUL among letters"),
        pytest.param(b"Economy,Name\r\n" + bytes(300), id="NULs at the end"),
        pytest.param("姓名\0".encode("utf-16-le"), id="a NUL in UTF-16"),
        pytest.param(codecs.BOM_UTF8 + b"Economy\0", id="a NUL after a mark"),
        pytest.param(bytes(range(1, 32)) * 20, id="controls"),
    ],
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        decode(data)


def test_a_mark_that_lies_is_told() -> None:
    with pytest.raises(UnreadableFileError, match=r"says that it is written in UTF-8.*0xE9"):
        decode(codecs.BOM_UTF8 + b"Pr\xe9nom\r\n")


@given(st.binary(max_size=300), st.sampled_from([None, *ENCODINGS]))
@settings(max_examples=400)
def test_any_bytes_are_read_or_refused(data: bytes, encoding: str | None) -> None:
    try:
        decoded = decode(data, encoding=encoding)
    except (UnreadableFileError, WrongEncodingError):
        return
    assert "\0" not in decoded.text
    assert 0 <= decoded.confidence <= 1


@given(st.text(st.characters()))
def test_what_is_kept_can_be_stored(text: str) -> None:
    kept, replaced = storable(text)
    kept.encode("utf-8")
    assert not set(kept) & {"\0", "\r", "\x1b"}
    assert storable(kept) == (kept, 0)
    assert replaced <= len(text)
