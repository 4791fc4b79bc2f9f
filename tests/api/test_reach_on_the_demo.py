"""When a desk answers and in which language, on the fictional desks with their hours and checks.

The instants are worked out by hand from a desk's duty hours, its zone and the public holidays of
where it is posted.
"""

from typing import Any, NamedTuple

import pytest

from directory.ids import seeded_id
from tests.api.service import Service


class When(NamedTuple):
    origin: str
    to: str
    desk: str
    at: str
    there: str
    reachable: str
    opens_at: str | None = None
    call: str | None = None
    function: str | None = None
    warning: str | None = None

    def __str__(self) -> str:
        return f"{self.desk}-{self.at}"


ROWS = [
    # Monday 23 November 2026 is Labour Thanksgiving Day in Japan.
    When("US", "JP", "demo-jp-police-interpol", "2026-11-22T03:00:00Z", "12:00",
         "later", "2026-11-24T00:30:00Z"),
    When("US", "JP", "demo-jp-police-interpol", "2026-11-24T00:30:00Z", "09:30",
         "now", call="+81 (0)3 0555 0120"),
    When("US", "JP", "demo-jp-police-interpol", "2026-11-24T09:15:00Z", "18:15",
         "later", "2026-11-25T00:30:00Z"),
    # Friday afternoon is free in Brunei Darussalam, Saturday is not.
    When("JP", "BN", "demo-bn-police-desk", "2026-11-20T04:00:00Z", "12:00",
         "later", "2026-11-20T23:45:00Z"),
    # At 20:00 only the mobile is on duty, and its last check failed.
    When("JP", "BN", "demo-bn-police-desk", "2026-11-20T12:00:00Z", "20:00",
         "later", "2026-11-20T23:45:00Z", warning="failed-channels"),
    # The telephone failed; the address behind it still counts.
    When("US", "MX", "demo-mx-justice-mla", "2026-11-18T16:00:00Z", "10:00",
         "now", call="asistencia@fiscalia.mezquite.example", function="mla_liaison",
         warning="failed-channels"),
    # The third Monday of November is a holiday in Mexico.
    When("US", "MX", "demo-mx-justice-mla", "2026-11-16T16:00:00Z", "10:00",
         "later", "2026-11-17T15:00:00Z", function="mla_liaison"),
    # A desk of Russia that keeps the hours of Vladivostok.
    When("CN", "RU", "demo-ru-prosecution-east", "2026-11-18T00:00:00Z", "10:00",
         "now", function="mla_liaison"),
    When("CN", "RU", "demo-ru-prosecution-east", "2026-11-18T03:30:00Z", "13:30",
         "later", "2026-11-18T03:45:00Z", function="mla_liaison"),
    # One and the same hour of UTC, in summer and in winter time.
    When("TW", "US", "demo-us-justice-mla", "2026-07-15T13:00:00Z", "09:00",
         "now", call="+1 202 555 0160 ext. 118", function="mla_liaison"),
    When("TW", "US", "demo-us-justice-mla", "2026-01-14T13:00:00Z", "08:00",
         "now", call="+1 202 555 0161", function="mla_liaison"),
    When("AU", "NZ", "demo-nz-crown-mla", "2026-11-17T19:30:00Z", "08:30",
         "now", function="mla_liaison"),
    When("AU", "NZ", "demo-nz-crown-mla", "2026-07-14T19:30:00Z", "07:30",
         "later", "2026-07-14T20:30:00Z", function="mla_liaison"),
    # Noon breaks and shifts.
    When("CA", "CL", "demo-cl-justice-mla", "2026-11-18T17:30:00Z", "14:30",
         "later", "2026-11-18T18:00:00Z", function="mla_liaison"),
    When("JP", "HK", "demo-hk-liaison-subbureau", "2026-11-18T05:00:00Z", "13:00",
         "later", "2026-11-18T05:45:00Z"),
    When("US", "PE", "demo-pe-police-desk", "2026-11-18T07:00:00Z", "02:00",
         "now", call="(01) 055-0102 anexo 33"),
    When("US", "TW", "demo-tw-police-desk", "2026-11-21T19:00:00Z", "03:00",
         "now", call="+886 2 0555 0101", function="preservation"),
    # 10 October 2026 is a Saturday, so the Friday before is off too in Chinese Taipei; hours that
    # say nothing of holidays, as those of the desk's mobile, do not run on them.
    When("US", "TW", "demo-tw-prosecution-mla", "2026-10-09T02:00:00Z", "10:00",
         "later", "2026-10-11T01:00:00Z", function="mla_liaison"),
    # 31 August is the National Day of Malaysia.
    When("US", "MY", "demo-my-regulator-liaison", "2026-08-31T02:00:00Z", "10:00",
         "later", "2026-09-01T01:00:00Z", function="provider_requests"),
    # A post of the United States keeps the hours of where it sits; its mobile failed.
    When("AU", "US", "demo-us-attache-canberra", "2026-11-21T22:00:00Z", "09:00",
         "later", "2026-11-22T21:30:00Z", warning="failed-channels"),
    When("MY", "US", "demo-us-attache-kualalumpur", "2026-11-18T00:30:00Z", "08:30",
         "now", call="+60 3 0555 0170"),
    # Nothing is said of hours that are not recorded.
    When("JP", "PG", "demo-pg-cert-desk", "2026-11-18T01:00:00Z", "11:00",
         "unknown", function="incident_response", warning="hours-not-recorded"),
]  # fmt: skip


def route_to(answer: Any, desk: str) -> Any:
    wanted = seeded_id("contact", desk)
    found = [r for r in answer["routes"] if r["contact"] and r["contact"]["id"] == wanted]
    assert found, f"no route to {desk}"
    return found[0]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_desk_answers_by_the_clock_on_its_own_wall(demo: Service, row: When) -> None:
    answer = demo.get("/reach", to=row.to, from_=row.origin, at=row.at, function=row.function)
    route = route_to(answer, row.desk)
    assert (route["reachable"], route["opens_at"]) == (row.reachable, row.opens_at)
    assert row.there in route["local_time"]
    if row.call is not None:
        assert route["call"]["raw"] == row.call
    if row.warning is not None:
        assert row.warning in {warning["code"] for warning in route["warnings"]}


class Spoken(NamedTuple):
    origin: str
    to: str
    desk: str
    asked: str | None
    shared: str | None
    function: str | None = None


@pytest.mark.parametrize(
    "row",
    [
        Spoken("TW", "US", "demo-us-justice-mla", "zh-Hant", "zh-Hant", "mla_liaison"),
        Spoken("TW", "US", "demo-us-justice-mla", "zh-Hans", "zh-Hant", "mla_liaison"),
        Spoken("TW", "US", "demo-us-justice-mla", None, "zh-Hant", "mla_liaison"),
        Spoken("TW", "US", "demo-us-justice-mla", "fr", None, "mla_liaison"),
        Spoken("TW", "MY", "demo-my-police-desk", "zh-Hant-TW", "zh-Hans"),
        Spoken("MY", "US", "demo-us-attache-kualalumpur", None, "ms"),
        Spoken("KR", "US", "demo-us-attache-tokyo", None, "ko"),
        Spoken("CN", "US", "demo-us-attache-hongkong", "zh", "cmn"),
        Spoken("SG", "MY", "demo-my-regulator-liaison", "ta", "ta", "technical_advice"),
        Spoken("SG", "AU", "demo-au-police-desk", "ta", None),
        Spoken("CA", "VN", "demo-vn-prosecution-mla", "fr-CA", "fr", "mla_liaison"),
        Spoken("US", "PE", "demo-pe-police-desk", "es-US", "es-PE"),
    ],
    ids=str,
)
def test_a_language_is_shared_across_scripts_and_varieties(demo: Service, row: Spoken) -> None:
    answer = demo.get(
        "/reach",
        to=row.to,
        from_=row.origin,
        language=row.asked,
        function=row.function,
        at="2026-11-18T05:00:00Z",
    )
    assert route_to(answer, row.desk)["language"] == row.shared


@pytest.mark.parametrize("at", ["2026-11-18T05:00:00Z", "2026-11-21T19:00:00Z"])
def test_no_answer_anywhere_counts_on_a_failed_channel_or_hides_an_instant(
    demo: Service, at: str
) -> None:
    codes = [economy["code"] for economy in demo.get("/economies")["items"]]
    seen = set()
    for origin in codes:
        for to in codes:
            answer = demo.get("/reach", to=to, from_=origin, at=at)
            for route in answer["routes"]:
                seen.add(route["reachable"])
                call = route["call"]
                if route["reachable"] == "now":
                    assert call["verification"]["result"] != "failed"
                    assert route["opens_at"] is None
                elif route["reachable"] == "later":
                    assert route["opens_at"].endswith("Z")
                    assert route["opens_at"] > at
                assert [w["text"] for w in route["warnings"] if not w["text"]] == []
    assert seen == {"now", "later", "unknown"}


def test_channels_are_verified_by_what_was_known_at_the_instant(demo: Service) -> None:
    def verification(at: str) -> Any:
        answer = demo.get("/reach", to="US", from_="MX", at=at)
        call = route_to(answer, "demo-us-ncb-desk")["call"]
        assert call["raw"] == "+1 (202) 555-0120"
        return call["verification"]["result"]

    (check,) = [
        result["checked_at"]
        for result in demo.get("/contacts/" + seeded_id("contact", "demo-us-ncb-desk"))["channels"]
        for result in [result["verification"]]
        if result["checked_at"] and result["checked_at"].startswith("2026-10-25")
    ]
    assert verification(check) == "verified"
    assert verification("2026-10-24T00:00:00Z") == "unverified"
    assert verification("2027-01-22T00:00:00Z") == "verified"
    assert verification("2027-01-24T00:00:00Z") == "stale"
