import base64
import copy
import re
from collections.abc import Mapping
from typing import Any

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from directory.contacts.rules.vcard import Version, vcard

CHANNEL = {
    "medium": "telephone",
    "raw": "02-0555-0102 ext. 12",
    "e164": "+886205550102",
    "extension": "12",
    "purpose": "duty",
    "position": 1,
    "duty_hours": "24/7",
}
CONTACT: dict[str, Any] = {
    "id": "5b0c4c1e-8f60-4f0b-9a57-0c2d7c1f8f10",
    "title": {"zh-Hant": "值勤台", "en": "Duty desk, 24 hours"},
    "organisation_name": "Example Corps (fictional); Unit 3",
    "economy_name": "Chinese Taipei",
    "functions": {"preservation": "yes", "legal_information": "no", "technical_advice": "yes"},
    "languages": ["zh-Hant", "en"],
    "duty_hours": "Mo-Fr 09:00-17:00",
    "zone": "Asia/Taipei",
    "note": {"en": "Ask for the duty officer;\nspeak slowly."},
    "marking": "AMBER+STRICT",
    "recorded_at": "2026-06-17T01:10:00Z",
    "channels": [
        CHANNEL,
        CHANNEL | {"medium": "mobile", "raw": "0905 550 101", "e164": None, "position": 2},
        CHANNEL
        | {
            "medium": "fax",
            "raw": "+886 2 0555 0103",
            "e164": "+886205550103",
            "extension": None,
            "purpose": "office",
            "duty_hours": None,
            "position": 3,
        },
        CHANNEL
        | {
            "medium": "e-mail",
            "raw": "duty@corps.example",
            "e164": None,
            "extension": None,
            "purpose": "office",
            "duty_hours": None,
            "position": 4,
        },
        CHANNEL
        | {
            "medium": "portal",
            "raw": "https://corps.example/desk?a=1;b",
            "e164": None,
            "purpose": "office",
            "duty_hours": None,
            "position": 5,
        },
        CHANNEL
        | {
            "medium": "messaging",
            "raw": "Signal: desk.01",
            "e164": None,
            "purpose": "office",
            "duty_hours": None,
            "position": 6,
        },
    ],
    "holders": [{"name": {"en": "HSU Kung-kai", "zh-Hant": "許功蓋"}}],
    "keys": [{"armored": "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabc=\n"}],
}
VERSIONS: tuple[Version, ...] = ("3.0", "4.0")
versions = pytest.mark.parametrize("version", VERSIONS)
Property = tuple[str, dict[str, str], str]


def read(card: str) -> list[Property]:
    """Read a card back by the grammar of RFC 6350 section 3.3, independently of how it was made."""
    assert card.endswith("\r\n")
    lines = card[:-2].split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    assert not re.search("[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]", "".join(lines))
    unfolded = re.sub("\r\n[ \t]", "", card[:-2]).split("\r\n")
    found: list[Property] = []
    for line in unfolded:
        head, _, value = line.partition(":")
        name, *parameters = head.split(";")
        assert re.fullmatch("[A-Z]+", name)
        pairs = dict(parameter.split("=", 1) for parameter in parameters)
        assert all(re.fullmatch("[A-Za-z0-9,-]+", text) for text in pairs.values())
        found.append((name, pairs, value))
    return found


def plain(value: str) -> str:
    return re.sub(r"\\(.)", lambda m: "\n" if m[1] in "nN" else m[1], value)


def first(card: str, name: str) -> str:
    return next(value for found, _, value in read(card) if found == name)


@versions
def test_a_card_has_what_its_version_demands(version: Version) -> None:
    properties = read(vcard(CONTACT, version))
    assert properties[0] == ("BEGIN", {}, "VCARD")
    assert properties[1] == ("VERSION", {}, version)
    assert properties[-1] == ("END", {}, "VCARD")
    names = [name for name, _, _ in properties]
    for once in ("UID", "REV", "N", "ORG", "TZ", "PRODID", "NOTE", "CATEGORIES"):
        assert names.count(once) == 1
    assert ("KIND" in names) is (version == "4.0")
    assert ("LANG" in names) is (version == "4.0")


def test_a_new_card_says_everything_with_its_parameters() -> None:
    lines = re.sub("\r\n ", "", vcard(CONTACT, "4.0")).split("\r\n")
    for line in (
        "UID:urn:uuid:5b0c4c1e-8f60-4f0b-9a57-0c2d7c1f8f10",
        "KIND:org",
        "FN;ALTID=1;LANGUAGE=en:Duty desk\\, 24 hours",
        "FN;ALTID=1;LANGUAGE=zh-Hant:值勤台",
        "ORG:Example Corps (fictional)\\; Unit 3",
        "ROLE:preservation\\, technical advice",
        "ADR:;;;;;;Chinese Taipei",
        "TZ:Asia/Taipei",
        "CATEGORIES:TLP:AMBER+STRICT",
        "TEL;VALUE=uri;TYPE=work,voice;PREF=1:tel:+886205550102;ext=12",
        "TEL;VALUE=text;TYPE=work,cell;PREF=2:0905 550 101",
        "TEL;VALUE=uri;TYPE=work,fax;PREF=3:tel:+886205550103",
        "EMAIL;TYPE=work;PREF=4:duty@corps.example",
        "URL:https://corps.example/desk?a=1;b",
        "LANG;PREF=1:zh-Hant",
        "LANG;PREF=2:en",
    ):
        assert line in lines


def test_an_old_card_says_it_in_the_old_way() -> None:
    lines = re.sub("\r\n ", "", vcard(CONTACT, "3.0")).split("\r\n")
    for line in (
        "FN:Duty desk\\, 24 hours",
        "N:Duty desk\\, 24 hours;;;;",
        "TZ;VALUE=text:Asia/Taipei",
        "TEL;TYPE=WORK,VOICE,PREF:+886205550102 ext. 12",
        "TEL;TYPE=WORK,CELL:0905 550 101",
        "EMAIL;TYPE=INTERNET:duty@corps.example",
    ):
        assert line in lines
    assert "Languages: zh-Hant, en" in plain(first(vcard(CONTACT, "3.0"), "NOTE"))


@versions
def test_the_note_holds_what_has_no_property(version: Version) -> None:
    note = plain(first(vcard(CONTACT, version), "NOTE")).split("\n")
    assert note[0] == "TLP:AMBER+STRICT"
    assert "Officer in post: HSU Kung-kai / 許功蓋" in note
    assert "Duty hours: Mo-Fr 09:00-17:00 (Asia/Taipei)" in note
    assert "messaging: Signal: desk.01" in note
    assert any(line.startswith("duty: +886 ") and line.endswith("(24/7)") for line in note)
    assert note[-2:] == ["Ask for the duty officer;", "speak slowly."]


@versions
def test_a_key_comes_out_as_it_went_in(version: Version) -> None:
    value = first(vcard(CONTACT, version), "KEY")
    encoded = value.removeprefix("data:application/pgp-keys;base64,")
    assert base64.b64decode(encoded, validate=True).decode() == CONTACT["keys"][0]["armored"]


@versions
def test_an_empty_contact_is_still_a_card(version: Version) -> None:
    bare = CONTACT | {
        "title": {},
        "organisation_name": "",
        "economy_name": "",
        "functions": {},
        "languages": [],
        "duty_hours": None,
        "zone": None,
        "note": {},
        "channels": [],
        "holders": [],
        "keys": [],
    }
    del bare["recorded_at"]
    names = [name for name, _, _ in read(vcard(bare, version))]
    assert names.count("FN") == 1
    assert "REV" not in names


def named(text: str) -> Mapping[str, Any]:
    contact = copy.deepcopy(CONTACT)
    contact |= {
        "title": {"en": text},
        "organisation_name": text,
        "economy_name": text,
        "zone": text or None,
        "note": {"en": text},
        "languages": [text],
        "duty_hours": text or None,
        "holders": [{"name": {"en": text}}],
    }
    for channel in contact["channels"]:
        channel |= {"raw": text, "e164": text or None, "extension": text or None}
    return contact


NASTY = st.text() | st.text(st.sampled_from("\r\n\v\x85\u2028\\,;:\"'許é😀 TELX=+1"), max_size=200)


@given(NASTY, st.sampled_from(VERSIONS))
def test_no_text_can_add_a_property(text: str, version: Version) -> None:
    harmless = sorted(name for name, _, _ in read(vcard(named("x"), version)))
    allowed = {*harmless, "LANG", "URL", "TITLE", "ADR", "TZ"}
    names = [name for name, _, _ in read(vcard(named(text), version))]
    assert set(names) <= allowed
    assert names.count("TEL") == 3
    assert names.count("EMAIL") == names.count("FN") == names.count("NOTE") == 1
    assert (names[0], names[-1]) == ("BEGIN", "END")


@pytest.mark.parametrize("line_break", ["\r\n", "\n", "\r", "\u2028", "\x85", "\v"])
@versions
def test_a_line_break_in_a_name_is_text(line_break: str, version: Version) -> None:
    card = vcard(named(f"desk{line_break}TEL:1"), version)
    assert plain(first(card, "ORG")) == "desk\nTEL:1"
    assert ("TEL", {}, "1") not in read(card)


@versions
def test_what_no_card_may_hold_is_taken_out(version: Version) -> None:
    card = vcard(named("de\x00s\x1bk\ud800\x7f"), version)
    assert first(card, "ORG") == "desk"


@pytest.mark.parametrize("tag", ["en\r\nTEL", "en;X=1", 'e"n', "en:x", ""])
@versions
def test_a_language_tag_cannot_leave_its_parameter(tag: str, version: Version) -> None:
    card = vcard(CONTACT | {"title": {"en": "Desk", tag: "other"}, "languages": [tag]}, version)
    assert [value for name, _, value in read(card) if name == "FN"] == ["Desk"]


PRINTABLE = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"))).map(
    lambda text: f"a{text}"
)


@given(PRINTABLE, st.sampled_from(VERSIONS))
def test_what_goes_in_comes_out(text: str, version: Version) -> None:
    card = vcard(named(text), version)
    for name in ("FN", "ORG", "TITLE", "TZ"):
        assert plain(first(card, name)) == text
    assert plain(first(card, "NOTE")).endswith(text)


@versions
def test_another_reader_agrees(version: Version) -> None:
    card = vobject.readOne(vcard(CONTACT, version))
    assert card.fn.value == "Duty desk, 24 hours"
    assert card.org.value == ["Example Corps (fictional); Unit 3"]
    assert card.email.value == "duty@corps.example"
    assert next(tel.value for tel in card.contents["tel"]).endswith(
        "+886205550102;ext=12" if version == "4.0" else "+886205550102 ext. 12"
    )
    assert card.note.value.splitlines()[-1] == "speak slowly."


@given(PRINTABLE)
def test_another_reader_finds_the_same_text_in_an_old_card(text: str) -> None:
    card = vobject.readOne(vcard(named(text), "3.0"))
    assert card.fn.value == text
    assert card.org.value == [text]
