"""Whom to reach by which network, on the seed of real facts.

Each row is written from the facts that the seed's sources state, never from an answer. A route is
written ``network`` where no contact is held for it, ``network=contact`` where one is.
"""

from typing import Any, NamedTuple

import pytest

from directory.ids import seeded_id
from tests.api.service import Service

# A meeting of experts: what the directory says of it as a network is judged by nobody's facts.
MEETING = "apec-experts-group"


class Row(NamedTuple):
    origin: str | None
    to: str
    at: str = "2026-11-18T05:00:00Z"
    function: str | None = None
    opened: str = ""
    unknown: str = ""
    unrecorded: str = ""
    closed: str = ""
    not_for_this: str = ""

    def __str__(self) -> str:
        function = f"-{self.function}" if self.function else ""
        return f"{self.origin}-{self.to}-{self.at[:10]}{function}"


ATTACHES_UNPLACED = "us-fbi-attache=us-fbi-legal-attache us-doj-attache=us-doj-attache"
WINDOW = "g7-24-7=us-g7-24-7-window"
PLANNED = "un-cybercrime"

ROWS = [
    # The Budapest Convention enters into force for one side.
    Row("US", "JP", "2012-10-31", opened="g7-24-7 interpol",
        closed=f"budapest-35 {PLANNED}", unrecorded="apcert un-global-poc"),
    Row("US", "JP", "2012-10-31T23:59:59Z", opened="g7-24-7 interpol",
        closed=f"budapest-35 {PLANNED}", unrecorded="apcert un-global-poc"),
    Row("US", "JP", "2012-11-01T00:00:00Z", opened="budapest-35 g7-24-7 interpol",
        closed=PLANNED, unrecorded="apcert un-global-poc"),
    Row("US", "JP", "2012-11-02", opened="budapest-35 g7-24-7 interpol",
        closed=PLANNED, unrecorded="apcert un-global-poc"),
    Row("US", "NZ", "2025-11-30", opened="interpol",
        closed=f"budapest-35 {PLANNED}", unrecorded="apcert g7-24-7 un-global-poc"),
    Row("US", "NZ", "2025-12-02", opened="budapest-35 interpol",
        closed=PLANNED, unrecorded="apcert g7-24-7 un-global-poc"),
    Row("US", "PH", "2018-06-30", opened="interpol",
        closed=f"budapest-35 {PLANNED}", unrecorded="apcert g7-24-7 un-global-poc"),
    Row("US", "PH", "2018-07-02", opened="budapest-35=ph-central-authority interpol",
        closed=PLANNED, unrecorded="apcert g7-24-7 un-global-poc"),
    Row("AU", "CA", "2015-10-31", opened="interpol",
        closed=f"budapest-35 {PLANNED}", unrecorded="apcert g7-24-7 un-global-poc"),
    Row("AU", "CA", "2015-11-02", opened="budapest-35=ca-rcmp-national-operations-centre interpol",
        closed=PLANNED, unrecorded="apcert g7-24-7 un-global-poc"),
    Row("US", "CL", "2017-07-31", opened="interpol",
        closed=f"budapest-35 {PLANNED}", unrecorded="apcert g7-24-7 un-global-poc"),
    Row("US", "CL", "2017-08-02", opened="budapest-35 interpol",
        closed=PLANNED, unrecorded="apcert g7-24-7 un-global-poc"),
    Row("CA", "AU", "2020-08-01", opened="budapest-35=au-afp-aocc-watchfloor interpol",
        closed=PLANNED, unrecorded="apcert g7-24-7 un-global-poc"),
    # Invited to accede, then nothing more is known.
    Row("US", "PG", "2024-10-09", opened="interpol",
        closed=f"budapest-35 {PLANNED}", unrecorded="apcert g7-24-7 un-global-poc"),
    Row("US", "PG", "2024-10-11", opened="interpol",
        closed=PLANNED, unrecorded="apcert budapest-35 g7-24-7 un-global-poc"),
    # The 24/7 network: evidence of one year, and from one day on.
    Row("US", "RU", "2010-12-31", opened="interpol",
        closed=PLANNED, unrecorded="apcert budapest-35 g7-24-7 un-global-poc"),
    Row("US", "RU", "2011-09-24", opened="g7-24-7 interpol",
        closed=PLANNED, unrecorded="apcert budapest-35 un-global-poc"),
    Row("US", "RU", "2012-01-01", opened="interpol",
        closed=PLANNED, unrecorded="apcert budapest-35 g7-24-7 un-global-poc"),
    Row("US", "TW", "2004-08-01", opened="tecro-ait-mla", unknown="g7-24-7=tw-g7-24-7-window",
        closed=f"budapest-35 interpol {PLANNED} un-global-poc", unrecorded="apcert"),
    Row("US", "TW", "2004-08-03", opened="g7-24-7=tw-g7-24-7-window tecro-ait-mla",
        closed=f"budapest-35 interpol {PLANNED} un-global-poc", unrecorded="apcert"),
    # Chinese Taipei: which doors are open, and which are not.
    Row("TW", "JP", opened="apcert g7-24-7",
        closed=f"budapest-35 interpol {PLANNED} un-global-poc"),
    Row("TW", "MY", opened="apcert", unrecorded="g7-24-7",
        closed=f"budapest-35 interpol {PLANNED} un-global-poc"),
    Row("TW", "US", function="preservation",
        opened=f"{WINDOW} us-fbi-attache=us-fbi-attache-taipei", unknown=ATTACHES_UNPLACED,
        closed=f"budapest-35 interpol {PLANNED} un-global-poc",
        not_for_this="apcert tecro-ait-mla"),
    Row("TW", "US", function="mla_liaison",
        opened="tecro-ait-mla us-fbi-attache=us-fbi-attache-taipei", unknown=ATTACHES_UNPLACED,
        closed=f"budapest-35 interpol {PLANNED} un-global-poc",
        not_for_this="apcert g7-24-7"),
    Row("TW", "US", function="extradition_liaison",
        unknown="us-doj-attache=us-doj-attache",
        closed=f"budapest-35 interpol {PLANNED} un-global-poc",
        not_for_this="apcert g7-24-7 tecro-ait-mla us-fbi-attache"),
    # Hong Kong, China goes through the sub-bureau, both ways.
    Row("HK", "JP", opened="apcert interpol", unrecorded="g7-24-7",
        closed=f"budapest-35 {PLANNED} un-global-poc"),
    Row("JP", "HK", opened="apcert interpol=interpol-sub-bureau-hong-kong", unrecorded="g7-24-7",
        closed=f"budapest-35 {PLANNED} un-global-poc"),
    Row("HK", "US",
        opened="interpol us-fbi-attache=us-fbi-attache-beijing"
        " us-fbi-attache=us-fbi-attache-hong-kong",
        unknown=f"{WINDOW} {ATTACHES_UNPLACED}", unrecorded="apcert",
        closed=f"budapest-35 {PLANNED} un-global-poc"),
    # To the United States: the window and the attachés.
    Row("MY", "US", opened="interpol us-fbi-attache=us-fbi-attache-kuala-lumpur",
        unknown=f"{WINDOW} {ATTACHES_UNPLACED}", unrecorded="apcert un-global-poc",
        closed=f"budapest-35 {PLANNED}"),
    Row("TH", "US", opened="interpol",
        unknown=f"{WINDOW} {ATTACHES_UNPLACED} us-doj-attache=us-doj-attache-bangkok",
        unrecorded="apcert budapest-35 un-global-poc", closed=PLANNED),
    Row("JP", "US", opened=f"budapest-35 interpol {WINDOW}",
        unknown=f"{ATTACHES_UNPLACED} us-fbi-attache=us-fbi-attache-tokyo",
        unrecorded="apcert un-global-poc", closed=PLANNED),
    Row("NZ", "US", opened="budapest-35 interpol us-fbi-attache=us-fbi-attache-wellington",
        unknown=f"{WINDOW} {ATTACHES_UNPLACED}",
        unrecorded="apcert un-global-poc", closed=PLANNED),
    Row("CN", "US", opened="interpol us-fbi-attache=us-fbi-attache-beijing",
        unknown=f"{WINDOW} {ATTACHES_UNPLACED}",
        unrecorded="apcert un-global-poc", closed=f"budapest-35 {PLANNED}"),
    # Between economies of which little is recorded.
    Row("KR", "CN", opened="apcert interpol", unrecorded="g7-24-7 un-global-poc",
        closed=f"budapest-35 {PLANNED}"),
    Row("TH", "VN", opened="apcert interpol", closed=PLANNED,
        unrecorded="budapest-35 g7-24-7 un-global-poc"),
    Row("MX", "PE", opened="interpol", closed=f"budapest-35 {PLANNED}",
        unrecorded="apcert g7-24-7 un-global-poc"),
    Row("CN", "KR", function="incident_response", opened="apcert", unrecorded="un-global-poc",
        closed=f"budapest-35 {PLANNED}", not_for_this="g7-24-7 interpol"),
    Row("SG", "ID", function="locating_suspects", opened="interpol",
        unrecorded="g7-24-7 un-global-poc", closed=f"budapest-35 {PLANNED}",
        not_for_this="apcert"),
    Row("US", "PH", function="mla_liaison", opened="budapest-35=ph-central-authority interpol",
        unrecorded="un-global-poc", closed=PLANNED, not_for_this="apcert g7-24-7"),
    # Nobody asks, or an economy asks for its own desks: no network is judged.
    Row(None, "JP", closed=PLANNED,
        unrecorded="apcert budapest-35 g7-24-7 interpol un-global-poc"),
    Row(None, "HK", unknown="interpol=interpol-sub-bureau-hong-kong",
        unrecorded="apcert g7-24-7", closed=f"budapest-35 {PLANNED} un-global-poc"),
    Row("JP", "JP"),
    Row("CA", "CA", opened="None=ca-rcmp-national-operations-centre"),
]  # fmt: skip

SLUGS = {
    seeded_id("contact", key): key
    for key in (
        "interpol-sub-bureau-hong-kong", "ca-rcmp-national-operations-centre",
        "au-afp-aocc-watchfloor", "ph-central-authority", "tw-g7-24-7-window",
        "us-fbi-attache-beijing", "us-fbi-attache-canberra", "us-fbi-attache-hong-kong",
        "us-fbi-attache-jakarta", "us-fbi-attache-kuala-lumpur", "us-fbi-attache-ottawa",
        "us-fbi-attache-singapore", "us-fbi-attache-taipei", "us-fbi-attache-tokyo",
        "us-fbi-attache-wellington", "us-doj-attache-bangkok", "us-g7-24-7-window",
        "us-fbi-legal-attache", "us-doj-attache",
    )
}  # fmt: skip


def routes(answer: Any, standing: str) -> list[str]:
    return sorted(
        f"{route['network']}={SLUGS[route['contact']['id']]}"
        if route["contact"] is not None
        else route["network"]
        for route in answer["routes"]
        if route["standing"] == standing and route["network"] != MEETING
    )


def networks(items: Any) -> list[str]:
    return sorted(item["network"] for item in items if item["network"] not in {None, MEETING})


def ask(service: Service, row: Row) -> Any:
    return service.get("/reach", to=row.to, from_=row.origin, at=row.at, function=row.function)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_routes_are_those_that_the_facts_allow(real: Service, row: Row) -> None:
    answer = ask(real, row)
    told = {
        "open": routes(answer, "open"),
        "unknown": routes(answer, "unknown"),
        "unrecorded": networks(answer["unrecorded"]),
        "closed": networks(answer["closed"]),
        "not for this": networks(answer["not_for_this"]),
    }
    assert told == {
        "open": sorted(row.opened.split()),
        "unknown": sorted(row.unknown.split()),
        "unrecorded": sorted(row.unrecorded.split()),
        "closed": sorted(row.closed.split()),
        "not for this": sorted(row.not_for_this.split()),
    }


ALL_BUT_CHINESE_TAIPEI = [
    "AU", "BN", "CA", "CL", "CN", "HK", "ID", "JP", "KR", "MY", "MX", "NZ", "PG", "PE", "PH",
    "RU", "SG", "TH", "US", "VN",
]  # fmt: skip


@pytest.mark.parametrize("to", ALL_BUT_CHINESE_TAIPEI)
def test_interpol_is_closed_to_chinese_taipei_with_date_and_source(real: Service, to: str) -> None:
    answer = real.get("/reach", to=to, from_="TW", at="2026-11-18T05:00:00Z")
    (closed,) = [item for item in answer["closed"] if item["network"] == "interpol"]
    (evidence,) = [e for e in closed["evidence"] if e["economy"] == "TW"]
    assert (evidence["status"], evidence["known_on"]) == ("not_member", "2018-10-18")
    assert evidence["source"]["document"] in closed["text"]
    assert "known on 2018-10-18" in closed["text"]
    assert "interpol" not in {route["network"] for route in answer["routes"]}


def test_an_unknown_route_stands_after_the_open_ones_and_says_who_can_settle_it(
    real: Service,
) -> None:
    answer = real.get("/reach", to="US", from_="MY", at="2026-11-18T05:00:00Z")
    standings = [route["standing"] for route in answer["routes"]]
    assert standings == sorted(standings)  # "open" before "unknown"
    assert [route["rank"] for route in answer["routes"]] == list(range(1, len(standings) + 1))
    (window,) = [route for route in answer["routes"] if route["network"] == "g7-24-7"]
    assert window["standing"] == "unknown"
    assert window["contact"]["title"]["en"] == "24/7 window of the United States"
    (unknown,) = [w for w in window["warnings"] if w["code"] == "standing-unknown"]
    assert "Malaysia" in unknown["text"]
    assert "can settle it" in unknown["text"]
    assert {e["economy"]: e["status"] for e in window["evidence"]} == {
        "MY": "unknown",
        "US": "member",
    }


def test_hong_kong_sends_and_is_reached_through_the_sub_bureau(real: Service) -> None:
    sub_bureau = seeded_id("contact", "interpol-sub-bureau-hong-kong")
    sending = real.get("/reach", to="JP", from_="HK", at="2026-11-18T05:00:00Z")
    (desk,) = sending["own_desks"]
    assert (desk["contact"]["id"], desk["via_for"]) == (sub_bureau, ["interpol"])
    (there,) = [r for r in sending["routes"] if r["network"] == "interpol"]
    assert "INTERPOL Beijing's Sub-Bureau for Hong Kong" in there["basis"]
    reached = real.get("/reach", to="HK", from_="JP", at="2026-11-18T05:00:00Z")
    (route,) = [r for r in reached["routes"] if r["network"] == "interpol"]
    assert (route["standing"], route["contact"]["id"]) == ("open", sub_bureau)
    assert "reached through INTERPOL Beijing's Sub-Bureau" in route["basis"]


def test_the_evidence_of_a_route_has_status_date_and_source_of_both_sides(real: Service) -> None:
    answer = real.get("/reach", to="US", from_="TW", function="preservation", at="2026-11-18")
    (route,) = [r for r in answer["routes"] if r["network"] == "g7-24-7"]
    told = {e["economy"]: (e["status"], e["known_on"]) for e in route["evidence"]}
    assert told == {"TW": ("member", "2011-09-24"), "US": ("member", "2011-09-24")}
    assert all("report" in e["source"]["document"] for e in route["evidence"])
    assert "evidence-old" in {warning["code"] for warning in route["warnings"]}
    assert "no-channel-held" in {warning["code"] for warning in route["warnings"]}


def test_the_answer_names_what_is_closed_and_the_notes_say_what_preserving_is_not(
    real: Service,
) -> None:
    answer = real.get("/reach", to="US", from_="TW", function="preservation", at="2026-11-18")
    assert "INTERPOL (Chinese Taipei does not take part, known on 2018-10-18)" in answer["answer"]
    assert "preserving-is-not-disclosing" in {note["code"] for note in answer["notes"]}
    # A closed door is told as participation, date and source; never by calling it names.
    assert not {"country", "state", "nation"} & set(answer["answer"].lower().split())


def test_without_the_asking_economy_standing_is_not_judged_and_the_answer_says_so(
    real: Service,
) -> None:
    answer = real.get("/reach", to="US", at="2026-11-18T05:00:00Z")
    assert answer["from"] is None
    assert {route["standing"] for route in answer["routes"]} == {"unknown"}
    assert "Standing is not judged" in answer["answer"]
    assert "standing-not-judged" in {note["code"] for note in answer["notes"]}


def test_an_economy_asking_for_itself_is_told_of_its_own_desks(real: Service) -> None:
    answer = real.get("/reach", to="TW", from_="TW", at="2026-11-18T05:00:00Z")
    (route,) = answer["routes"]
    assert (route["network"], route["standing"]) == (None, "open")
    assert route["contact"]["id"] == seeded_id("contact", "tw-g7-24-7-window")
    assert answer["closed"] == []


def test_names_and_aliases_mean_their_economies(real: Service) -> None:
    by_code = real.get("/reach", to="US", from_="TW", at="2026-11-18")
    by_name = real.get("/reach", to="The United States", from_="Chinese Taipei", at="2026-11-18")
    by_alias = real.get("/reach", to="美國", from_="臺灣", at="2026-11-18")
    assert by_code == by_name == by_alias


@pytest.mark.parametrize(("origin", "to"), [("MY", "US"), ("US", "MY"), ("TW", "JP"), ("TH", "CA")])
def test_a_meeting_of_experts_is_no_way_in(real: Service, origin: str, to: str) -> None:
    answer = real.get("/reach", **{"from": origin, "to": to, "at": "2011-09-24"})
    assert MEETING not in [route["network"] for route in answer["routes"]]
    assert "Experts" not in answer["answer"]
    (told,) = [item for item in answer["not_for_this"] if item["network"] == MEETING]
    assert told["text"].startswith("No request can be sent through")
