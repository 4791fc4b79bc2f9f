"""What an answer says beside its routes: evidence, calls, reasons, warnings, sentences, notes."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from directory.documents import Document
from directory.reach.inputs import Desk
from directory.reach.rules.answer import Reach, reach
from tests.unit.reach.world import (
    DESKS,
    DIRECTORY,
    MEMBERSHIPS,
    OFFICE,
    SOURCE,
    ask,
    by_economy,
    channel,
    common,
    desk,
    desks_of,
    membership,
    question,
)

MIDNIGHT_IN_TOKYO = "2026-11-18T15:00Z"


def answer(*asked: Any, **keys: Any) -> Document:
    return ask(*asked, **keys).document


def only(desk_asked: Desk, *asked: Any, **keys: Any) -> Reach:
    """Ask a directory that holds one desk of the economy asked for."""
    return reach(question(*asked, **keys), DIRECTORY, [desk_asked], [])


def one(document: Document, contact: str, network: str | None = None) -> Document:
    """The route to a contact."""
    return next(
        route
        for route in document["routes"]
        if route["contact"]
        and route["contact"]["id"] == contact
        and network in (None, route["network"])
    )


def codes(items: list[Document]) -> list[str]:
    return [item["code"] for item in items]


def japanese(*channels: Document, **keys: Any) -> Desk:
    usual = {"networks": ["g7-24-7"], "duty_hours": OFFICE, "zone": "Asia/Tokyo"}
    return desk("it", "JP", channels, **(usual | keys))


# -- the shape of the answer


def test_an_answer_has_its_parts_in_the_order_in_which_they_are_read() -> None:
    assert list(answer("JP", "US")) == [
        "to",
        "from",
        "function",
        "at",
        "as_of",
        "answer",
        "own_desks",
        "routes",
        "unrecorded",
        "closed",
        "not_for_this",
        "notes",
    ]


def test_a_route_says_all_there_is_to_say() -> None:
    route = answer("JP", "US", at="2026-11-18T05:00Z")["routes"][0]
    assert list(route) == [
        "rank",
        "network",
        "basis",
        "standing",
        "evidence",
        "contact",
        "call",
        "reachable",
        "opens_at",
        "local_time",
        "language",
        "reasons",
        "warnings",
    ]
    assert route["local_time"] == "2026-11-18 14:00 Asia/Tokyo"
    assert route["call"]["raw"] == "+81 3 0000 0001"
    assert route["call"]["verification"]["result"] == "verified"


def test_every_step_of_the_ranking_shows_in_the_reasons() -> None:
    route = one(answer("JP", "US", "preservation", "en", at="2026-11-18T05:00Z"), "jp-cyber")
    assert codes(route["reasons"]) == [
        "standing-open",
        "function-yes",
        "reachable-now",
        "language-shared",
        "verification-verified",
        "position",
    ]


def test_what_was_not_asked_for_shows_as_not_asked() -> None:
    reasons = codes(one(answer("JP", None), "jp-cyber")["reasons"])
    assert reasons[1] == "function-not-asked"
    assert reasons[3] == "language-not-asked"


# -- standing and evidence


def test_evidence_is_participation_date_and_source_of_both() -> None:
    assert one(answer("JP", "US"), "jp-cyber", "budapest-35")["evidence"] == [
        {"economy": "US", "status": "member", "known_on": "2026-01-31", "source": SOURCE},
        {"economy": "JP", "status": "member", "known_on": "2026-01-31", "source": SOURCE},
    ]


def test_a_closed_network_says_who_is_out_since_when_that_is_known_and_from_where() -> None:
    closed = {item["network"]: item for item in answer("JP", "TW")["closed"]}
    assert closed["interpol"]["code"] == "not-a-member"
    assert closed["interpol"]["text"] == (
        "INTERPOL: Chinese Taipei does not take part, known on 2018-10-18, from treaty list, row 7."
    )
    assert closed["interpol"]["evidence"][0] == {
        "economy": "TW",
        "status": "not_member",
        "known_on": "2018-10-18",
        "source": SOURCE,
    }


def test_an_economy_without_a_membership_is_unknown_and_somebody_can_settle_it() -> None:
    route = one(answer("US", "MY"), "us-duty", "g7-24-7")
    assert route["standing"] == "unknown"
    assert route["evidence"][0] == {
        "economy": "MY",
        "status": "unknown",
        "known_on": None,
        "source": None,
    }
    assert route["contact"]["channels"], "it can still be called"
    warning = next(w for w in route["warnings"] if w["code"] == "standing-unknown")
    assert warning["text"] == (
        "The participation of Malaysia is not recorded; Malaysia or a coordinator of the directory"
        " can settle it."
    )


def test_an_unrecorded_network_names_whose_participation_is_missing() -> None:
    item = next(i for i in answer("AU", "US")["unrecorded"] if i["network"] == "interpol")
    assert item["missing"] == ["AU"]
    assert "Australia" in item["settled_by"]


@pytest.mark.parametrize(
    ("at", "old"),
    [
        pytest.param("2028-01-31", False, id="two years to the day are fresh"),
        pytest.param("2028-02-01", True, id="a day more is old"),
        pytest.param("2011-09-24", False, id="evidence newer than the instant is not old"),
    ],
)
def test_evidence_is_warned_about_after_two_years(at: str, old: bool) -> None:
    warnings = codes(one(answer("JP", "US", at=at), "jp-cyber", "g7-24-7")["warnings"])
    assert ("evidence-old" in warnings) is old


def test_two_rows_for_one_day_do_not_close_what_one_of_them_opens() -> None:
    rows = by_economy([*MEMBERSHIPS, membership("g7-24-7", "JP", "not_member")])
    both = dataclasses.replace(DIRECTORY, memberships=rows)
    found = reach(question("JP", "US"), both, desks_of("JP"), [])
    assert one(found.document, "jp-cyber", "g7-24-7")["standing"] == "open"


def test_an_ended_network_is_closed() -> None:
    ended = {**DIRECTORY.networks["g7-24-7"], "state": "ended"}
    networks = {**DIRECTORY.networks, "g7-24-7": ended}
    without = dataclasses.replace(DIRECTORY, networks=networks)
    closed = reach(question("JP", "US"), without, desks_of("JP"), []).document["closed"]
    assert ("g7-24-7", "network-ended") in [(item["network"], item["code"]) for item in closed]


def test_an_attache_shows_whom_the_post_covers_as_evidence() -> None:
    route = one(answer("US", "BN"), "us-in-kl")
    assert route["evidence"] == [
        {"economy": "BN", "status": "covered", "known_on": None, "source": SOURCE}
    ]
    assert "covers Brunei Darussalam" in route["basis"]


def test_an_attache_of_unrecorded_coverage_is_warned_about() -> None:
    route = one(answer("US", "AU"), "us-in-canberra")
    assert route["evidence"][0]["status"] == "unknown"
    assert "coverage-not-recorded" in codes(route["warnings"])


def test_a_service_without_a_post_for_the_asker_is_unrecorded_not_closed() -> None:
    item = next(i for i in answer("US", "JP")["unrecorded"] if i["network"] == "us-attaches")
    assert item["code"] == "no-post-covers"
    assert item["settled_by"].startswith("The United States can settle")


def test_a_desk_that_answers_for_no_network_may_be_asked_directly() -> None:
    alone = desk("it", "JP", [channel("c", "telephone", "+81 3 0000 0009")])
    document = only(alone, "JP", "TW").document
    assert one(document, "it")["standing"] == "open"
    assert one(document, "it")["network"] is None
    assert "no-network" in codes(document["notes"])


def test_a_desk_of_a_network_that_is_not_held_is_not_free_to_be_asked() -> None:
    route = one(only(japanese(networks=["gone"]), "JP", "US").document, "it")
    assert (route["network"], route["standing"]) == (None, "unknown")
    assert "network-not-held" in codes(route["warnings"])


def test_desks_of_another_economy_are_ignored() -> None:
    found = reach(question("JP", "US"), DIRECTORY, list(DESKS.values()), [])
    assert {r["contact"]["economy"] for r in found.document["routes"] if r["contact"]} == {"JP"}


def test_the_way_in_may_be_a_desk_of_another_economy() -> None:
    beijing = desk(
        "hk-sub-bureau", "CN", [channel("c", "telephone", "+86 10 0000 0001")], posted_in="HK"
    )
    found = reach(question("HK", "JP"), DIRECTORY, [beijing], [])
    assert one(found.document, "hk-sub-bureau")["network"] == "interpol"


def test_a_desk_beside_the_way_in_is_warned_about() -> None:
    document = answer("HK", "JP")
    basis = one(document, "hk-sub-bureau")["basis"]
    assert "Hong Kong, China is reached through Desk hk-sub-bureau" in basis
    assert "goes-through-via" in codes(one(document, "hk-police")["warnings"])
    assert "goes-through-via" not in codes(one(document, "hk-sub-bureau")["warnings"])


def test_requests_from_hong_kong_go_through_its_sub_bureau_too() -> None:
    document = answer("JP", "HK")
    assert "Requests from Hong Kong, China go through" in one(document, "jp-ncb")["basis"]
    assert document["own_desks"][0]["via_for"] == ["interpol"]


# -- reachable, and on which channel


def test_later_says_when_in_utc() -> None:
    route = one(answer("JP", "US", at=MIDNIGHT_IN_TOKYO), "jp-cyber", "g7-24-7")
    assert (route["reachable"], route["opens_at"]) == ("later", "2026-11-19T00:00:00Z")
    assert route["local_time"] == "2026-11-19 00:00 Asia/Tokyo"


def test_local_time_is_that_of_the_instant_not_of_today() -> None:
    moscow = desk("it", "JP", [channel("c", "telephone", "1")], zone="Europe/Moscow")
    route = one(only(moscow, "JP", "US", at="2011-09-24T01:10Z").document, "it")
    assert route["local_time"] == "2011-09-24 05:10 Europe/Moscow"


def test_a_channel_with_hours_of_its_own_keeps_them() -> None:
    out_of_hours = channel("c", "mobile", "+81 90 0000 0009", duty_hours="24/7", position=2)
    office = channel("b", "telephone", "+81 3 0000 0009")
    route = one(
        only(japanese(office, out_of_hours), "JP", "US", at=MIDNIGHT_IN_TOKYO).document, "it"
    )
    assert (route["reachable"], route["call"]["id"]) == ("now", "c")


def test_an_address_with_running_hours_is_answered_but_a_voice_comes_first() -> None:
    mail = channel("a", "e-mail", "duty@jp.example", "verified")
    phone = channel("b", "telephone", "+81 3 0000 0009", position=2)
    noon = "2026-11-18T05:00Z"
    assert one(only(japanese(mail), "JP", "US", at=noon).document, "it")["reachable"] == "now"
    both = one(only(japanese(mail, phone), "JP", "US", at=noon).document, "it")
    assert both["call"]["id"] == "b"


def test_channels_are_tried_verified_stale_unverified_failed() -> None:
    results = ["failed", "unverified", "stale", "verified"]
    numbers = [channel(r, "telephone", r, r, position=n) for n, r in enumerate(results, 1)]
    route = one(only(japanese(*numbers), "JP", "US", at="2026-11-18T05:00Z").document, "it")
    assert [c["id"] for c in route["contact"]["channels"]] == results[::-1]
    assert "failed-channels" in codes(route["warnings"])


def test_a_channel_that_failed_is_passed_over_even_when_it_alone_is_on_duty() -> None:
    failed = channel("a", "telephone", "+81 3 0000 0009", "failed", duty_hours="24/7")
    office = channel("b", "telephone", "+81 3 0000 0010", position=2)
    route = one(only(japanese(failed, office), "JP", "US", at=MIDNIGHT_IN_TOKYO).document, "it")
    assert (route["reachable"], route["call"]["id"]) == ("later", "b")


def test_a_desk_all_of_whose_channels_failed_is_given_as_a_last_resort() -> None:
    route = one(answer("JP", "US"), "jp-ncb")
    assert (route["reachable"], route["call"]["id"]) == ("unknown", "jp-ncb-1")
    assert "channel-failed" in codes(route["warnings"])


@pytest.mark.parametrize(
    ("keys", "warning"),
    [
        ({"duty_hours": None}, "hours-not-recorded"),
        ({"zone": None}, "zone-not-recorded"),
    ],
)
def test_hours_or_a_zone_not_recorded_leave_it_unknown(keys: dict[str, Any], warning: str) -> None:
    phone = channel("a", "telephone", "+81 3 0000 0009")
    route = one(only(japanese(phone, **keys), "JP", "US").document, "it")
    assert (route["reachable"], route["opens_at"]) == ("unknown", None)
    assert warning in codes(route["warnings"])


def test_a_line_answered_at_all_hours_needs_no_zone() -> None:
    phone = channel("a", "telephone", "+81 3 0000 0009", duty_hours="24/7")
    route = one(only(japanese(phone, zone=None), "JP", "US").document, "it")
    assert (route["reachable"], route["local_time"]) == ("now", None)


def test_hours_that_cannot_be_read_cost_one_desk_not_the_answer() -> None:
    phone = channel("a", "telephone", "+81 3 0000 0009", duty_hours="whenever")
    assert one(only(japanese(phone), "JP", "US").document, "it")["reachable"] == "unknown"


def test_a_desk_without_a_channel_and_a_network_without_a_desk_say_so() -> None:
    routes = answer("NZ", "US", at="2025-12-02")["routes"]
    assert codes(routes[0]["warnings"]) == ["no-channel-held"]
    assert routes[0]["call"] is None
    assert codes(routes[1]["warnings"]) == ["no-contact-held"]
    assert routes[1]["contact"] is None


def test_only_holders_in_post_at_the_instant_are_shown() -> None:
    terms = [
        ("before", None, "2026-11-18"),
        ("now", "2026-11-18", "2026-12-01"),
        ("after", "2026-11-19", None),
    ]
    holders = [
        common("holder", key) | {"name": {"en": key}, "from_date": begins, "until_date": ends}
        for key, begins, ends in terms
    ]
    route = one(only(desk("it", "JP", holders=holders), "JP", "US").document, "it")
    assert [holder["id"] for holder in route["contact"]["holders"]] == ["now"]


# -- language


@pytest.mark.parametrize(
    ("wanted", "language", "code"),
    [
        pytest.param("ja", "ja-JP", "language-shared", id="a variant is shared"),
        pytest.param("zh-Hant", None, "language-not-shared", id="another language is not"),
        pytest.param(None, "en", "language-shared", id="the asking economy's own by default"),
    ],
)
def test_a_language_is_shared_when_it_can_be_spoken(
    wanted: str | None, language: str | None, code: str
) -> None:
    route = one(answer("JP", "US", None, wanted), "jp-cyber")
    assert route["language"] == language
    assert route["reasons"][3]["code"] == code


# -- what is not for this


def test_a_desk_that_does_what_its_network_does_not_serve_is_named_there() -> None:
    willing = desk("it", "JP", networks=["apcert"], functions={"extradition_liaison": "yes"})
    refused = only(willing, "JP", "MY", "extradition_liaison").document["not_for_this"]
    item = next(i for i in refused if i["network"] == "apcert")
    assert item["willing"] == [{"id": "it", "title": {"en": "Desk it"}}]


def test_a_desk_that_says_no_says_why_it_is_not_for_this() -> None:
    refused = answer("US", "TW", "mla_liaison")["not_for_this"]
    item = next(i for i in refused if i["contact"])
    assert (item["contact"]["id"], item["code"]) == ("us-duty", "contact-says-no")
    assert (
        item["text"] == "Desk us-duty (Fictional Organisation of us-duty) does not do MLA liaison."
    )


# -- two sentences, and notes


def test_the_sentences_say_whom_to_call_now_and_what_is_closed() -> None:
    assert answer("JP", "TW", "preservation", at="2026-11-18T05:00Z")["answer"] == (
        "Call Desk jp-cyber (Fictional Organisation of jp-cyber) now on telephone +81 3 0000 0001,"
        " 2026-11-18 14:00 Asia/Tokyo there, through G7 24/7 Network."
        " Closed: Budapest Convention, article 35 (Chinese Taipei does not take part, known on"
        " 2026-01-31), INTERPOL (Chinese Taipei does not take part, known on 2018-10-18),"
        " UN Convention (only planned)."
    )


def test_the_sentences_say_when_the_next_desk_opens() -> None:
    sentences = answer("JP", "TW", "preservation", at="2026-11-21T05:00Z")["answer"]
    assert sentences.startswith(
        "Nobody held here answers now; Desk jp-cyber (Fictional Organisation of jp-cyber) opens at"
        " 2026-11-24T00:00:00Z (2026-11-24 09:00 Asia/Tokyo) on telephone +81 3 0000 0001."
    )


def test_the_sentences_name_a_better_desk_that_is_closed_at_this_hour() -> None:
    sentences = answer("US", "TW", "mla_liaison", at="2026-11-18T05:00Z")["answer"]
    assert sentences.startswith("Call Desk us-in-taipei")
    assert "(not recorded: whether it does MLA liaison)" in sentences
    assert "; ranked before it, Desk us-mla" in sentences


def test_the_sentences_admit_what_is_not_recorded_of_the_standing() -> None:
    assert (
        "whether G7 24/7 Network is open to Malaysia"
        in only(DESKS["us-duty"], "US", "MY", "technical_advice").document["answer"]
    )


def test_the_sentences_admit_that_no_number_is_held() -> None:
    assert answer("NZ", "US", at="2025-12-02")["answer"].startswith(
        "Nobody held here is known to answer now; the directory holds no number or address of"
        " Desk nz-desk"
    )


def test_the_sentences_admit_that_no_contact_is_held() -> None:
    assert answer("NZ", "US", at="2025-11-30")["answer"].startswith(
        "Nobody held here is known to answer now; INTERPOL is open, but the directory holds no"
        " contact of New Zealand for it."
    )


def test_the_sentences_try_a_desk_whose_hours_are_not_recorded() -> None:
    assert answer("TW", "JP", "preservation")["answer"].startswith(
        "Nobody held here is known to answer now; try Desk tw-duty (Fictional Organisation of"
        " tw-duty) on telephone +886 2 0000 0001, whose hours are not recorded."
    )


def test_the_sentences_admit_that_there_is_no_route() -> None:
    assert answer("MY", "TW", "preservation")["answer"].startswith(
        "The directory holds no route to Malaysia for preservation. Closed:"
    )


def test_without_an_asking_economy_the_answer_says_that_standing_is_not_judged() -> None:
    document = answer("JP", None)
    assert "Standing is not judged" in document["answer"]
    assert "standing-not-judged" in codes(document["notes"])
    assert {route["standing"] for route in document["routes"]} == {"unknown"}


def test_a_note_tells_preserving_from_disclosing() -> None:
    assert codes(answer("JP", "US", "preservation")["notes"])[0] == "preserving-is-not-disclosing"
    assert "preserving-is-not-disclosing" not in codes(answer("JP", "US")["notes"])


def test_texts_call_economies_by_their_apec_names() -> None:
    document = answer("US", "HK")
    basis = one(document, "us-ncb")["basis"]
    assert basis.startswith("Hong Kong, China and The United States take part in INTERPOL.")
