"""The expected answers of reach, one case a block, on the directory of ``world``.

A case reads: who is asked from whom, for what, in which language, when; then what must come out.
A route is written ``network/desk standing reachable``; ``-`` stands for none.
2026-11-18 is a Wednesday: 05:00 UTC is the middle of the day in East Asia and night in the US.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from directory.documents import Document
from tests.unit.reach.world import ask

MIDDAY = "2026-11-18T05:00Z"


@dataclass(frozen=True)
class Case:
    """A question and its expected answer."""

    name: str
    asked: str
    at: str
    routes: str = ""
    closed: str = ""
    unrecorded: str = ""
    not_for_this: str = ""
    own_desks: str = ""


CASES = [
    Case(
        "US to JP by Budapest is closed on the day before it enters into force",
        "JP from US for preservation",
        "2012-10-31",
        routes="g7-24-7/jp-cyber open later, interpol/jp-ncb open unknown",
        closed="budapest-35 un-cybercrime",
        not_for_this="apcert jp-csirt",
        own_desks="us-duty us-ncb",
    ),
    Case(
        "US to JP by Budapest is open on the day after it entered into force",
        "JP from US for preservation",
        "2012-11-02",
        routes="budapest-35/jp-cyber open later, g7-24-7/jp-cyber open later,"
        " interpol/jp-ncb open unknown",
        closed="un-cybercrime",
        not_for_this="apcert jp-csirt",
        own_desks="us-duty us-ncb",
    ),
    Case(
        "a membership holds from the first second of its first day in UTC",
        "JP from US for preservation",
        "2012-11-01T00:00Z",
        routes="budapest-35/jp-cyber open now, g7-24-7/jp-cyber open now,"
        " interpol/jp-ncb open unknown",
        closed="un-cybercrime",
        not_for_this="apcert jp-csirt",
        own_desks="us-duty us-ncb",
    ),
    Case(
        "and not a second before, though it is already that day in Tokyo",
        "JP from US for preservation",
        "2012-10-31T23:59:59Z",
        routes="g7-24-7/jp-cyber open later, interpol/jp-ncb open unknown",
        closed="budapest-35 un-cybercrime",
        not_for_this="apcert jp-csirt",
        own_desks="us-duty us-ncb",
    ),
    Case(
        "US to NZ by Budapest is closed on 2025-11-30",
        "NZ from US",
        "2025-11-30",
        routes="interpol/- open unknown",
        closed="budapest-35 un-cybercrime",
        unrecorded="apcert g7-24-7",
        own_desks="us-ncb",
    ),
    Case(
        "US to NZ by Budapest is open on 2025-12-02, to a desk without a channel",
        "NZ from US",
        "2025-12-02",
        routes="budapest-35/nz-desk open unknown, interpol/- open unknown",
        closed="un-cybercrime",
        unrecorded="apcert g7-24-7",
        own_desks="us-duty us-ncb",
    ),
    Case(
        "TW to JP by INTERPOL is closed",
        "JP from TW for preservation",
        MIDDAY,
        routes="g7-24-7/jp-cyber open now",
        closed="budapest-35 interpol un-cybercrime",
        not_for_this="apcert jp-csirt",
        own_desks="tw-duty",
    ),
    Case(
        "TW to MY by INTERPOL is closed, and nothing else is recorded",
        "MY from TW",
        MIDDAY,
        closed="budapest-35 interpol un-cybercrime",
        unrecorded="apcert g7-24-7",
    ),
    Case(
        "TW to HK by INTERPOL is closed, sub-bureau or not",
        "HK from TW",
        MIDDAY,
        closed="budapest-35 interpol un-cybercrime",
        unrecorded="apcert g7-24-7",
    ),
    Case(
        "JP to TW by INTERPOL is closed too",
        "TW from JP for preservation",
        MIDDAY,
        routes="g7-24-7/tw-duty open unknown",
        closed="budapest-35 interpol un-cybercrime",
        not_for_this="apcert",
        own_desks="jp-cyber",
    ),
    Case(
        "JP to HK by INTERPOL is open through the sub-bureau, which claims no network itself",
        "HK from JP",
        MIDDAY,
        routes="interpol/hk-sub-bureau open now, interpol/hk-police open now",
        closed="un-cybercrime",
        unrecorded="apcert budapest-35 g7-24-7",
        own_desks="jp-ncb",
    ),
    Case(
        "at night only the sub-bureau answers",
        "HK from JP",
        "2026-11-18T18:00Z",
        routes="interpol/hk-sub-bureau open now, interpol/hk-police open later",
        closed="un-cybercrime",
        unrecorded="apcert budapest-35 g7-24-7",
        own_desks="jp-ncb",
    ),
    Case(
        "HK to JP by INTERPOL is open, and the sub-bureau is the own desk to use first",
        "JP from HK for locating_suspects",
        MIDDAY,
        routes="interpol/jp-ncb open unknown",
        closed="un-cybercrime",
        not_for_this="apcert budapest-35 g7-24-7",
        own_desks="hk-sub-bureau hk-police",
    ),
    Case(
        "MY to US by the 24/7 network is unknown, its desk listed after the open routes",
        "US from MY for preservation",
        MIDDAY,
        routes="us-attaches/us-in-kl open now, -/us-mail open now, interpol/us-ncb open later,"
        " budapest-35/us-duty unknown now, g7-24-7/us-duty unknown now",
        closed="tw-us-mla un-cybercrime",
        not_for_this="apcert",
        own_desks="my-ncb",
    ),
    Case(
        "a membership that is recorded as unknown is as unknown as one that is not recorded",
        "AU from US for technical_advice",
        MIDDAY,
        closed="un-cybercrime",
        unrecorded="g7-24-7 interpol",
        not_for_this="apcert budapest-35",
    ),
    Case(
        "an attaché covers an economy where it is not posted",
        "US from BN for locating_suspects",
        MIDDAY,
        routes="us-attaches/us-in-kl open now, -/us-mail open now, interpol/us-ncb unknown later",
        closed="tw-us-mla un-cybercrime",
        not_for_this="apcert budapest-35 g7-24-7",
    ),
    Case(
        "an attaché whose coverage is not recorded is unknown where it is posted",
        "US from AU for locating_suspects",
        MIDDAY,
        routes="-/us-mail open now, us-attaches/us-in-canberra unknown now,"
        " interpol/us-ncb unknown later",
        closed="tw-us-mla un-cybercrime",
        not_for_this="apcert budapest-35 g7-24-7",
    ),
    Case(
        "and no route from anywhere else: no post that covers JP is held",
        "US from JP for locating_suspects",
        MIDDAY,
        routes="-/us-mail open now, interpol/us-ncb open later",
        closed="tw-us-mla un-cybercrime",
        unrecorded="us-attaches",
        not_for_this="apcert budapest-35 g7-24-7",
        own_desks="jp-ncb",
    ),
    Case(
        "a bilateral agreement is a route between its parties; a yes goes before an unknown",
        "US from TW for mla_liaison",
        MIDDAY,
        routes="tw-us-mla/us-mla open later, us-attaches/us-in-taipei open now, -/us-mail open now",
        closed="budapest-35 interpol un-cybercrime",
        not_for_this="apcert g7-24-7 us-duty",
    ),
    Case(
        "and is not named between others, where no desk would vanish without a word",
        "MY from JP for mla_liaison",
        MIDDAY,
        routes="interpol/my-ncb open now",
        closed="un-cybercrime",
        not_for_this="apcert budapest-35 g7-24-7",
        own_desks="jp-ncb",
    ),
    Case(
        "networks that do not serve the function are not for this",
        "JP from MY for incident_response",
        MIDDAY,
        routes="apcert/jp-csirt open now, interpol/jp-ncb open unknown",
        closed="un-cybercrime",
        not_for_this="budapest-35 g7-24-7",
        own_desks="my-ncb",
    ),
    Case(
        "a network open between both without a desk is a route without a contact",
        "MY from JP for incident_response",
        MIDDAY,
        routes="interpol/my-ncb open now, apcert/- open unknown",
        closed="un-cybercrime",
        not_for_this="budapest-35 g7-24-7",
        own_desks="jp-csirt jp-ncb",
    ),
    Case(
        "a desk that says no is not for this, whatever its network serves",
        "US from JP for mla_liaison",
        MIDDAY,
        routes="-/us-mail open now, interpol/us-ncb open later",
        closed="tw-us-mla un-cybercrime",
        unrecorded="us-attaches",
        not_for_this="apcert budapest-35 g7-24-7 us-duty",
        own_desks="jp-ncb",
    ),
    Case(
        "a private organisation answers for no network, whatever it claims",
        "US from TW for emergency_disclosure",
        MIDDAY,
        routes="-/us-mail open now, us-attaches/us-in-taipei open now",
        closed="budapest-35 interpol un-cybercrime",
        not_for_this="apcert g7-24-7 tw-us-mla",
    ),
    Case(
        "the language asked for decides between desks that answer now",
        "US from MY for locating_suspects in en",
        "2026-11-18T15:00Z",
        routes="interpol/us-ncb open now, -/us-mail open now, us-attaches/us-in-kl open later",
        closed="tw-us-mla un-cybercrime",
        not_for_this="apcert budapest-35 g7-24-7",
        own_desks="my-ncb",
    ),
    Case(
        "a written variant is the same spoken language",
        "US from TW for locating_suspects in zh-Hans",
        MIDDAY,
        routes="us-attaches/us-in-taipei open now, -/us-mail open now",
        closed="budapest-35 interpol un-cybercrime",
        not_for_this="apcert g7-24-7 tw-us-mla",
    ),
    Case(
        "Saturday is no working day",
        "JP from TW for preservation",
        "2026-11-21T05:00Z",
        routes="g7-24-7/jp-cyber open later",
        closed="budapest-35 interpol un-cybercrime",
        not_for_this="apcert jp-csirt",
        own_desks="tw-duty",
    ),
    Case(
        "nor is Labour Thanksgiving Day in Tokyo, a Monday",
        "JP from TW for preservation",
        "2026-11-23T05:00Z",
        routes="g7-24-7/jp-cyber open later",
        closed="budapest-35 interpol un-cybercrime",
        not_for_this="apcert jp-csirt",
        own_desks="tw-duty",
    ),
    Case(
        "a post keeps the holidays of where it is posted: Double Tenth observed, Friday 9 Oct 2026",
        "US from TW for locating_suspects",
        "2026-10-09T03:00Z",
        routes="-/us-mail open now, us-attaches/us-in-taipei open later",
        closed="budapest-35 interpol un-cybercrime",
        not_for_this="apcert g7-24-7 tw-us-mla",
    ),
    Case(
        "and works on the sender's holiday: Veterans Day, Wednesday 11 Nov 2026",
        "US from TW for locating_suspects",
        "2026-11-11T03:00Z",
        routes="us-attaches/us-in-taipei open now, -/us-mail open now",
        closed="budapest-35 interpol un-cybercrime",
        not_for_this="apcert g7-24-7 tw-us-mla",
    ),
    Case(
        "duty hours that end are over at their end",
        "JP from TW for preservation",
        "2026-11-18T08:00Z",
        routes="g7-24-7/jp-cyber open later",
        closed="budapest-35 interpol un-cybercrime",
        not_for_this="apcert jp-csirt",
        own_desks="tw-duty",
    ),
    Case(
        "and begin at their beginning",
        "JP from TW for preservation",
        "2026-11-18T00:00Z",
        routes="g7-24-7/jp-cyber open now",
        closed="budapest-35 interpol un-cybercrime",
        not_for_this="apcert jp-csirt",
        own_desks="tw-duty",
    ),
    Case(
        "without an asking economy nothing is open and what is closed to all is still closed",
        "TW",
        MIDDAY,
        routes="g7-24-7/tw-duty unknown unknown",
        closed="budapest-35 interpol un-cybercrime",
        unrecorded="apcert tw-us-mla",
    ),
    Case(
        "within an economy no network is needed",
        "JP from JP for preservation",
        MIDDAY,
        routes="-/jp-cyber open now, -/jp-ncb open unknown",
        not_for_this="jp-csirt",
        own_desks="jp-csirt jp-cyber jp-ncb",
    ),
    Case(
        "in 2011 all that TW and US shared is there, judged by what was recorded of it",
        "US from TW for preservation",
        "2011-09-24",
        routes="g7-24-7/us-duty open now, -/us-mail open now, us-attaches/us-in-taipei open later",
        closed="budapest-35 interpol un-cybercrime",
        not_for_this="apcert tw-us-mla",
        own_desks="tw-duty",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_answer_is_the_one_written_down(case: Case) -> None:
    words = case.asked.split()
    said = dict(zip(words[1::2], words[2::2], strict=True))
    answer = ask(words[0], said.get("from"), said.get("for"), said.get("in"), at=case.at).document

    assert written_routes(answer) == [r.strip() for r in case.routes.split(",") if r.strip()]
    assert [item["network"] for item in answer["closed"]] == case.closed.split()
    assert [item["network"] for item in answer["unrecorded"]] == case.unrecorded.split()
    assert refused(answer) == case.not_for_this.split()
    assert [item["contact"]["id"] for item in answer["own_desks"]] == case.own_desks.split()


def test_there_are_at_least_thirty_cases_and_no_two_ask_the_same() -> None:
    assert len({(case.asked, case.at) for case in CASES}) == len(CASES) >= 30


def written_routes(answer: Document) -> list[str]:
    return [
        f"{route['network'] or '-'}/{route['contact']['id'] if route['contact'] else '-'}"
        f" {route['standing']} {route['reachable']}"
        for route in answer["routes"]
    ]


def refused(answer: Document) -> list[str]:
    return [item["network"] or item["contact"]["id"] for item in answer["not_for_this"]]
