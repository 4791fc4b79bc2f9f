"""The demo directory keeps its promises: fictional throughout, and complete.

The two to four contacts of an economy are its own posts. Attachés (posted in another economy) and
private providers come on top and are counted apart.
"""

import re
from collections import Counter
from datetime import date
from itertools import pairwise

import pytest

from directory.policy import MARKINGS, Label, covers
from tests.unit.seed.demo import ALL, BY_KEY, CHANNELS, CONTACTS, DEMO, FILES, SEED, Row, rows_of

TODAY = date(2026, 11, 23).isoformat()
BUDAPEST_PARTIES = {"AU", "CA", "CL", "JP", "NZ", "PH", "US"}
REFERENCES = (
    ("organisation", "parent", "organisation"),
    ("contact", "organisation", "organisation"),
    ("holder", "contact", "contact"),
    ("channel", "contact", "contact"),
    ("key", "contact", "contact"),
    ("check", "channel", "channel"),
)


def _label(row: Row) -> Label:
    return Label.of({"marking": "CLEAR", "audience": [], **row})


def _sector(contact: Row) -> str:
    sector: str = BY_KEY["organisation"][contact["organisation"]]["sector"]
    return sector


def _own(contact: Row) -> bool:
    return _sector(contact) == "public" and "posted_in" not in contact


def _economies() -> list[str]:
    rows = rows_of("reference", "economies")
    members = [row for row in rows if row.get("apec_order")]
    return [row["code"] for row in sorted(members, key=lambda row: row["apec_order"])]


def test_every_file_is_of_a_known_kind_and_none_invents_a_membership() -> None:
    assert {path.stem for path in (SEED / "demo").glob("*.toml")} == set(FILES.values())


def test_a_key_occurs_once_within_its_kind_and_is_not_used_by_another_set() -> None:
    for kind, rows in DEMO.items():
        others = [
            row["key"]
            for folder in ("reference", "report")
            for row in rows_of(folder, FILES[kind])
        ]  # fmt: skip
        repeated = [key for key, n in Counter([r["key"] for r in rows] + others).items() if n > 1]
        assert not repeated


def test_every_row_says_that_its_source_is_fictional() -> None:
    assert all(row["source"] == {"document": "demo", "place": "fictional"} for _, row in ALL)


def test_each_of_the_21_economies_has_two_to_four_contacts_of_its_own() -> None:
    counted = Counter(contact["economy"] for contact in CONTACTS if _own(contact))
    assert set(counted) == set(_economies())
    assert len(counted) == 21
    assert all(2 <= number <= 4 for number in counted.values())


@pytest.mark.parametrize("kind", ["organisation", "contact"])
def test_economies_follow_in_the_order_of_apec(kind: str) -> None:
    own = DEMO[kind] if kind != "contact" else [row for row in CONTACTS if _own(row)]
    public = [row for row in own if row.get("sector") != "private"]
    assert list(dict.fromkeys(row["economy"] for row in public)) == _economies()


def test_every_organisation_says_in_english_that_it_is_fictional() -> None:
    assert all("fictional" in row["name"]["en"] for row in DEMO["organisation"])


def test_every_other_name_of_an_organisation_says_so_in_its_own_language() -> None:
    words = {
        "es": "fictici", "fil": "kathang-isip", "fr": "fictif", "id": "fiktif", "ja": "架空",
        "ko": "가상", "mi": "pakimaero", "ms": "rekaan", "ru": "вымышлен", "th": "สมมติ",
        "vi": "hư cấu", "zh-Hans": "虚构", "zh-Hant": "虛構",
    }  # fmt: skip
    for row in DEMO["organisation"]:
        for language, name in row["name"].items():
            assert language == "en" or words[language] in name


def test_two_providers_are_private_and_answer_for_no_network() -> None:
    providers = {r["key"] for r in DEMO["organisation"] if r["organisation_type"] == "provider"}
    contacts = [row for row in CONTACTS if row["organisation"] in providers]
    assert len(providers) == 2
    assert {row["organisation"] for row in contacts} == providers
    for row in contacts:
        assert _sector(row) == "private"
        assert not row.get("networks")
        serves = {name for name, answer in row["functions"].items() if answer == "yes"}
        assert serves & {"provider_requests", "emergency_disclosure"}


def test_attaches_are_posted_elsewhere_and_some_cover_several_economies() -> None:
    attaches = [row for row in CONTACTS if "posted_in" in row]
    assert all(row["posted_in"] in row["covers"] for row in attaches)
    assert all(row["economy"] not in row["covers"] for row in attaches)
    assert {network for row in attaches for network in row["networks"]} == {
        "us-fbi-attache",
        "us-doj-attache",
    }
    assert sum(len(row["covers"]) > 1 for row in attaches) >= 3


def test_every_reference_resolves() -> None:
    for kind, field, target in REFERENCES:
        for row in DEMO[kind]:
            assert row.get(field) is None or row[field] in BY_KEY[target]


def test_every_economy_named_is_one_of_the_21() -> None:
    known = set(_economies())
    for _, row in ALL:
        named = [row.get("economy"), row.get("posted_in"), *row.get("covers", ())]
        assert {code for code in named if code} <= known


def test_every_network_named_exists() -> None:
    known = {row["slug"] for row in rows_of("reference", "networks")}
    named = {n for _, row in ALL for n in (*row.get("networks", ()), *row.get("audience", ()))}
    assert named <= known


def test_only_parties_designate_a_contact_under_the_budapest_convention() -> None:
    designated = {row["economy"] for row in CONTACTS if "budapest-35" in row.get("networks", ())}
    assert designated == BUDAPEST_PARTIES


def test_no_contact_answers_for_a_network_its_economy_is_recorded_as_outside_of() -> None:
    outside = {
        (row["economy"], row["network"])
        for row in rows_of("reference", "memberships")
        if row["status"] == "not_member" and row.get("until_date") is None
    }
    assert ("TW", "interpol") in outside
    designated = {(row["economy"], n) for row in CONTACTS for n in row.get("networks", ())}
    assert not designated & outside


def test_a_record_refers_only_to_what_all_its_readers_may_see() -> None:
    for kind, field, target in REFERENCES:
        for row in DEMO[kind]:
            if row.get(field):
                assert covers(_label(BY_KEY[target][row[field]]), _label(row)), row["key"]


def test_a_record_is_owned_by_whoever_owns_what_it_belongs_to() -> None:
    assert all(row["owner"] == row["economy"] for row in DEMO["organisation"] + CONTACTS)
    for kind, field, target in REFERENCES:
        for row in DEMO[kind]:
            if row.get(field):
                assert row["owner"] == BY_KEY[target][row[field]]["owner"]


def test_every_marking_occurs_among_the_channels() -> None:
    counted = Counter(row.get("marking", "CLEAR") for row in CHANNELS)
    assert set(counted) == set(MARKINGS)
    assert counted["RED"] >= 3
    assert any(row.get("audience") for row in CHANNELS)


def test_some_posts_have_no_holder_some_an_ended_one_some_a_coming_one() -> None:
    holders = DEMO["holder"]
    assert {row["contact"] for row in holders} < set(BY_KEY["contact"])
    assert any(row.get("until_date", "9") <= TODAY for row in holders)
    assert any(row.get("from_date", "0") > TODAY for row in holders)
    assert any("handover" in row for row in holders)
    assert any(" " not in row["name"]["en"] for row in holders)


def test_holders_of_a_post_follow_each_other() -> None:
    for contact in BY_KEY["contact"]:
        rows = [row for row in DEMO["holder"] if row["contact"] == contact]
        periods = sorted((r.get("from_date", "0"), r.get("until_date", "9")) for r in rows)
        assert all(earlier[1] <= later[0] for earlier, later in pairwise(periods))
        assert all(start < end for start, end in periods)


def test_no_natural_key_holds_a_word_of_a_holders_name() -> None:
    for row in DEMO["holder"]:
        words = re.findall(r"\w{3,}", " ".join(row["name"].values()).casefold())
        assert not [word for word in words if word in row["key"].split("-")]
        assert re.fullmatch(r".+/(\d{4}-\d\d-\d\d|undated)", row["key"])
    for kind, row in ALL:
        assert row["key"].isascii(), kind
