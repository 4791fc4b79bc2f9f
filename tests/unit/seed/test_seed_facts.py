"""Every row of the seed names its source, points at rows that are there, and betrays nobody.

What a newcomer would get wrong: a name that must not be in the seed must not be in a test either.
Such names are compared by their SHA-256.
"""

import hashlib
import json
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

from directory.ids import seeded_id
from directory.registry import KINDS
from tests.unit.seed.facts import ALL, KEYED, PLURALS, ROWS, SEED, TEXTS, references

# The names that the report gives to those who took part, by their SHA-256: a further name in
# the seed fails, and none has to be written in a test.
NAMED_BY_THE_REPORT = {
    "190eb3ebae2b41124493ac98ac49717fbd290156ca2e0de5f1d5c25a11e89120",
    "2863dc6c1b4e07c84fb8a68095b1fedf42a37ea8a64ac54d4aa5f5638bf69696",
    "ace6715cc8ac25c36c1e49d24c9b51e1aaaa3004863d5f8e166f1eb15f4d1bf4",
    "d388a1d68ab45b68ed2ab7f73d0b945d5cef62cb322e5a965fd387754bd71e5d",
    "d90fa6eb48b0d345fcf26b7cc48c16eb73d4a16cd7e341d0742cbfd1cdba2954",
    "dea056233e39ec437d55512395746715982b97187ff7c72d13bd0e1ce494bdc1",
}
CAPACITIES = {
    None,
    "a law firm's summary of the legislation",
    "author of the report, a prosecutor",
    "delegate of Malaysia",
    "delegate of Thailand",
    "delegate of the Philippines",
    "delegate of the United States",
    "delegate of the United States, in a talk",
    "the text of the law",
}
OF_THE_CASES = (
    "dog abuse, abuser, manhunt, melaka, islam, mecca, assassin, transcend,"
    " facebook, twitter, 虐, 狗, 伊斯蘭, 暗殺, 圖一"
)
# A name in one of the cases, in two scripts, by its SHA-256.
WITHHELD = {
    "d95d5d9a4237845e5baebfa41c52ab0f49f48d98a5681d6745967a88cbdb8942",
    "bb2b5a18616006948fceb100a5fb6f051531e454fff9b6f1bb91f2b634bdacd8",
}


# ---- the files


def test_every_file_is_of_a_kind_or_of_names() -> None:
    for name in TEXTS:
        stem = Path(name).stem
        assert stem in PLURALS or stem.startswith("names."), name


def test_a_natural_key_stands_once_within_its_kind() -> None:
    keys = Counter((kind, row["key"]) for _, kind, row in ALL)
    assert [key for key, times in keys.items() if times > 1] == []


def test_a_slug_and_a_code_are_the_natural_key_of_their_row() -> None:
    for kind in ("network", "organisation", "meeting"):
        assert all(row["slug"] == key for key, row in ROWS[kind].items())
    assert all(row["code"] == key for key, row in ROWS["economy"].items())


def test_every_row_names_its_document_and_the_section() -> None:
    for seed_set, kind, row in ALL:
        source = row["source"]
        assert source["document"], (kind, row["key"])
        assert re.search(r"§|title page", source["place"]), (kind, row["key"])
        if seed_set == "reference":
            assert "facts §" in source["place"], (kind, row["key"])


def test_every_source_that_a_row_cites_is_described() -> None:
    described = set(
        re.findall(r"^\| (S\d+[a-c]?) \|", (SEED / "SOURCES.md").read_text("utf-8"), re.MULTILINE)
    )
    cited = {name for text in TEXTS.values() for name in re.findall(r"\bS\d+[a-c]?\b", text)}
    assert cited - described == set()
    assert len(described) > 40


def test_every_row_has_the_shape_of_its_kind() -> None:
    for _, kind, row in ALL:
        document = {key: value for key, value in row.items() if key != "key"}
        for key in KEYED.get(kind, {}):
            if isinstance(document.get(key), list):
                document[key] = [seeded_id(KEYED[kind][key], k) for k in document[key]]
            elif key in document:
                document[key] = seeded_id(KEYED[kind][key], document[key])
        assert KINDS[kind].load(document)["marking"] == "CLEAR", (kind, row["key"])


# ---- references


def test_every_reference_names_a_row_of_the_seed() -> None:
    for _, kind, row in ALL:
        for target, key in references(kind, row):
            assert key in ROWS[target], f"{kind} {row['key']} names {target} {key}"


def test_the_reference_facts_stand_without_the_report() -> None:
    known = {(kind, row["key"]) for seed_set, kind, row in ALL if seed_set == "reference"}
    for seed_set, kind, row in ALL:
        if seed_set == "reference":
            assert set(references(kind, row)) <= known, (kind, row["key"])


def test_a_row_refers_only_to_its_own_owners_rows_and_the_directorys() -> None:
    for _, kind, row in ALL:
        for target, key in references(kind, row):
            owner = ROWS[target][key]["owner"]
            assert owner in {row["owner"], "directory"}, (kind, row["key"], target, key)


def test_who_is_responsible_is_an_economy_or_a_body() -> None:
    bodies = {"all economies", "APEC TEL", "Experts' Group on Cybercrime", "SPSG"}
    for _, kind, row in ALL:
        if kind == "outcome":
            assert set(row.get("responsible", ())) <= {*ROWS["economy"], *bodies}, row["key"]


# ---- what must not be there


def test_the_seed_holds_no_telephone_number_and_no_address() -> None:
    for name, text in TEXTS.items():
        assert "@" not in text, name
        assert re.search(r"\d{7,}", text) is None, name
        assert re.search(r"\+\s?\(?\d", text) is None, name
        assert re.search(r"\d{3}[ .-]\d{3,4}[ .-]\d{3,4}", text) is None, name


def test_the_seed_holds_no_channel_holder_key_or_check() -> None:
    kinds = {Path(name).stem for name in TEXTS}
    assert not kinds & {"channels", "holders", "keys", "checks"}


def test_nobody_is_named_but_those_whom_the_report_names_as_taking_part() -> None:
    named = {
        hashlib.sha256(name.encode()).hexdigest()
        for row in ROWS["attendance"].values()
        for name in row.get("name", {}).values()
    }
    assert named == NAMED_BY_THE_REPORT


def test_a_persons_name_stands_in_attendance_alone() -> None:
    names = [n for row in ROWS["attendance"].values() for n in row.get("name", {}).values()]
    for _, kind, row in ALL:
        unnamed = {key: value for key, value in row.items() if key != "name"}
        told = json.dumps(unnamed if kind == "attendance" else row, ensure_ascii=False)
        for name in names:
            assert name not in told, (kind, row["key"])
    for row in ROWS["statement"].values():
        assert row.get("said_by") in CAPACITIES, row["key"]


def test_nothing_of_the_case_studies_is_there() -> None:
    for name, text in TEXTS.items():
        folded = text.casefold()
        for word in OF_THE_CASES.split(", "):
            assert word not in folded, (name, word)


def test_a_withheld_name_is_nowhere() -> None:
    for name, text in TEXTS.items():
        words = set(re.findall(r"[a-z]+", text.casefold()))
        words |= {first + second for first, second in pairwise(text)}
        assert not WITHHELD & {hashlib.sha256(w.encode()).hexdigest() for w in words}, name


def test_no_flag_is_shown() -> None:
    for name, text in TEXTS.items():
        assert not any("\U0001f1e6" <= char <= "\U0001f1ff" for char in text), name
