"""The 21 economies, who takes part in which network, and the posts that a source names.

What a newcomer would get wrong: an economy without a row in a network is not outside it. Its
standing is unrecorded, and a `not_member` that no source bears would close an open door.
"""

import re
import tomllib
from datetime import date
from itertools import combinations

from directory.names import alias_key
from tests.unit.seed.facts import ROWS, SEED, Row

# The order of APEC's own lists; sorting the names gives another.
APEC_ORDER = [
    "AU",
    "BN",
    "CA",
    "CL",
    "CN",
    "HK",
    "ID",
    "JP",
    "KR",
    "MY",
    "MX",
    "NZ",
    "PG",
    "PE",
    "PH",
    "RU",
    "SG",
    "TW",
    "TH",
    "US",
    "VN",
]
NOT_MEMBERS = {
    ("interpol", "TW"),
    ("un-cybercrime", "TW"),
    ("un-global-poc", "TW"),
    ("un-global-poc", "HK"),
    *(("budapest-35", code) for code in ["TW", "HK", "BN", "CN", "ID", "MY", "MX", "PG"]),
    *(("budapest-35", code) for code in ["AU", "CA", "CL", "JP", "NZ", "PH", "US"]),
}
IN_FORCE = {
    "US": "2007-01-01",
    "JP": "2012-11-01",
    "AU": "2013-03-01",
    "CA": "2015-11-01",
    "CL": "2017-08-01",
    "PH": "2018-07-01",
    "NZ": "2025-12-01",
}


def _of(network: str, economy: str) -> list[Row]:
    return [
        row
        for row in ROWS["membership"].values()
        if (row["network"], row["economy"]) == (network, economy)
    ]


def _standings(network: str, day: str) -> dict[str, str]:
    return {
        row["economy"]: row["status"]
        for row in ROWS["membership"].values()
        if row["network"] == network
        and row.get("from_date", "0") <= day < row.get("until_date", "9")
    }


# ---- economies


def test_the_21_economies_stand_in_apecs_order() -> None:
    assert list(ROWS["economy"]) == APEC_ORDER
    assert [row["apec_order"] for row in ROWS["economy"].values()] == list(range(1, 22))


def test_apecs_names_are_used() -> None:
    names = {code: row["name"]["en"] for code, row in ROWS["economy"].items()}
    assert names["TW"] == "Chinese Taipei"
    assert names["HK"] == "Hong Kong, China"
    assert names["VN"] == "Viet Nam"
    assert names["US"] == "The United States"
    assert names["PH"] == "The Philippines"
    assert all(set(row["name"]) == {"en"} for row in ROWS["economy"].values())


def test_each_economy_has_codes_zone_languages_and_a_joining_date() -> None:
    for code, row in ROWS["economy"].items():
        assert len(row["zones"]) == 1, code
        assert row["languages"], code
        assert re.fullmatch(r"[A-Z]{3}", row["alpha3"]), code
        assert date(1989, 11, 6) <= date.fromisoformat(row["joined_on"]) <= date(1998, 11, 14)
    for field in ("alpha3", "numeric", "code"):
        assert len({row[field] for row in ROWS["economy"].values()}) == 21


def test_chinese_names_live_in_a_file_of_their_own() -> None:
    content = tomllib.loads((SEED / "reference/names.zh-Hant.toml").read_text("utf-8"))
    assert list(content) == ["names"]
    assert list(content["names"]) == list(ROWS["economy"])
    assert content["names"]["TW"] == "中華臺北"
    assert "特別行政區" not in "".join(content["names"].values())


def test_an_alias_belongs_to_one_economy_unless_it_asks() -> None:
    chinese = tomllib.loads((SEED / "reference/names.zh-Hant.toml").read_text("utf-8"))["names"]
    meant: dict[str, str] = {}
    for code, row in ROWS["economy"].items():
        own = (code, row["alpha3"], row["name"]["en"], chinese[code])
        for text in own:
            assert meant.setdefault(alias_key(text), code) == code, text
    for code, row in ROWS["economy"].items():
        for text in row.get("aliases", []):
            assert alias_key(text) not in meant, f"{text} of {code} is understood already"
            meant[alias_key(text)] = code
    for row in ROWS["economy"].values():
        for alias in row.get("ambiguous_aliases", []):
            assert alias_key(alias["text"]) not in meant, alias
            assert alias["also"]


def test_ambiguous_names_ask() -> None:
    asked = {
        (alias["text"], code)
        for code, row in ROWS["economy"].items()
        for alias in row.get("ambiguous_aliases", [])
    }
    assert asked == {
        ("BD", "BN"),
        ("China", "CN"),
        ("China", "HK"),
        ("Korea", "KR"),
        ("Taipei", "TW"),
    }


# ---- who takes part


def test_periods_of_one_economy_in_one_network_never_overlap() -> None:
    for first, second in combinations(ROWS["membership"].values(), 2):
        if all(first[key] == second[key] for key in ("economy", "network")):
            apart = first.get("until_date", "9") <= second.get("from_date", "0") or second.get(
                "until_date", "9"
            ) <= first.get("from_date", "0")
            assert apart, (first["key"], second["key"])


def test_nobody_is_outside_a_network_without_a_source() -> None:
    outside = {
        (row["network"], row["economy"])
        for row in ROWS["membership"].values()
        if row["status"] == "not_member"
    }
    assert outside == NOT_MEMBERS


def test_a_party_to_budapest_was_none_before_the_entry_into_force() -> None:
    for code, day in IN_FORCE.items():
        before, after = sorted(
            _of("budapest-35", code), key=lambda row: row["status"], reverse=True
        )
        assert (before["status"], before["until_date"]) == ("not_member", day)
        assert (after["status"], after["from_date"]) == ("member", day)
        assert "from_date" not in before
        assert "until_date" not in after
        assert "derived" in before["source"]["place"]
    members = {
        row["economy"]
        for row in ROWS["membership"].values()
        if row["network"] == "budapest-35" and row["status"] == "member"
    }
    assert members == set(IN_FORCE)


def test_only_the_united_states_was_in_budapest_when_the_group_first_met() -> None:
    standings = _standings("budapest-35", "2011-09-24")
    assert [code for code, status in standings.items() if status == "member"] == ["US"]


def test_what_is_not_verified_is_unrecorded_and_not_outside() -> None:
    for code in ("KR", "PE", "RU", "SG", "TH", "VN"):
        assert _of("budapest-35", code) == []
    assert "PG" not in _standings("budapest-35", "2024-10-10")
    assert _of("apcert", "NZ") == []
    assert {
        row["economy"] for row in ROWS["membership"].values() if row["network"] == "un-cybercrime"
    } == {"TW"}


def test_the_24_7_network_has_five_members_in_2011_and_no_one_outside() -> None:
    assert _standings("g7-24-7", "2011-09-24") == dict.fromkeys(
        ("CA", "JP", "US", "RU", "TW"), "member"
    )
    assert "RU" not in _standings("g7-24-7", "2012-01-01")
    assert "TW" not in _standings("g7-24-7", "2004-08-01")


def test_hong_kong_reaches_interpol_through_the_sub_bureau() -> None:
    (row,) = _of("interpol", "HK")
    assert row["status"] == "member"
    assert ROWS["contact"][row["via"]]["economy"] == "HK"
    others = [r for r in ROWS["membership"].values() if "via" in r and r is not row]
    assert others == []


def test_all_but_chinese_taipei_take_part_in_interpol() -> None:
    standings = _standings("interpol", "2026-01-01")
    assert set(standings) == set(APEC_ORDER)
    assert [code for code, status in standings.items() if status == "not_member"] == ["TW"]


def test_closed_doors_of_chinese_taipei_carry_their_sources() -> None:
    evidence = {
        row["network"]: (row["known_on"], row["source"]["document"])
        for row in ROWS["membership"].values()
        if row["economy"] == "TW" and row["status"] == "not_member"
    }
    assert evidence["interpol"][0] == "2018-10-18"
    assert "S19c" in evidence["interpol"][1]
    assert "S71" in evidence["budapest-35"][1]
    assert "Article 37" in evidence["budapest-35"][1]
    assert "S28b" in evidence["un-cybercrime"][1]


def test_no_evidence_is_newer_than_the_newest_source() -> None:
    newest = date(2026, 1, 14)
    for row in ROWS["membership"].values():
        assert date.fromisoformat(row["known_on"]) <= newest, row["key"]


def test_signing_is_not_taking_part() -> None:
    assert ROWS["network"]["un-cybercrime"]["state"] == "planned"
    signed = {
        row["economy"]
        for row in ROWS["statement"].values()
        if row["topic"] == "un-cybercrime-convention" and row["said_on"] == "2025-10-25"
    }
    assert signed == {"AU", "BN", "CL", "MY", "PG", "PE", "PH", "RU", "TH", "VN"}


# ---- contacts


def test_a_desk_has_no_hours_zone_or_language_that_no_source_gives() -> None:
    for row in ROWS["contact"].values():
        assert not {"duty_hours", "zone", "languages"} & row.keys(), row["key"]


def test_a_function_is_yes_only_for_desks_named_under_a_treaty() -> None:
    said = {key for key, row in ROWS["contact"].items() if row.get("functions")}
    assert said == {
        "ca-rcmp-national-operations-centre",
        "au-afp-aocc-watchfloor",
        "ph-central-authority",
    }
    assert ROWS["contact"]["ph-central-authority"]["functions"] == {"mla_liaison": "yes"}


def test_an_attache_is_of_the_economy_that_sends_it() -> None:
    for row in ROWS["contact"].values():
        for slug in row["networks"]:
            if ROWS["network"][slug]["network_kind"] == "attache":
                assert row["economy"] == row["owner"] == ROWS["network"][slug]["economy"]


def test_what_an_attache_covers_is_stated_or_empty() -> None:
    covered = {key: row["covers"] for key, row in ROWS["contact"].items() if row.get("covers")}
    assert covered == {
        "us-fbi-attache-beijing": ["CN", "HK"],
        "us-fbi-attache-canberra": ["AU"],
        "us-fbi-attache-hong-kong": ["HK"],
        "us-fbi-attache-kuala-lumpur": ["MY"],
        "us-fbi-attache-taipei": ["TW"],
        "us-fbi-attache-wellington": ["NZ"],
    }
