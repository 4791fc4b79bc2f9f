"""A small directory written by hand for the tests of reach: every desk is there for one reason.

Everything in it is fictional but the standing of a few networks, which the expected answers name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from directory.documents import Document
from directory.reach.inputs import Desk, Directory, Question
from directory.reach.rules.answer import Reach, reach

SOURCE = {"document": "treaty list", "place": "row 7", "meeting": None}


def common(kind: str, key: str, owner: str = "directory") -> Document:
    return {
        "id": key,
        "kind": kind,
        "revision": 1,
        "version": 1,
        "retired_at": None,
        "marking": "CLEAR",
        "audience": [],
        "owner": owner,
        "source": SOURCE,
    }


def economy(code: str, name: str, *languages: str) -> Document:
    keys = {"code": code, "name": {"en": name}, "languages": list(languages)}
    return common("economy", code) | keys


def network(slug: str, name: str, kind: str = "membership", **keys: Any) -> Document:
    usual: Document = {"state": "operating", "functions": [], "economy": None, "note": {}}
    return common("network", slug) | {
        "slug": slug,
        "name": {"en": name},
        "network_kind": kind,
        **usual,
        **keys,
    }


def membership(network_slug: str, code: str, status: str = "member", **keys: Any) -> Document:
    usual = {"from_date": None, "until_date": None, "via": None, "known_on": "2026-01-31"}
    key = f"{network_slug}/{code}/{status}/{keys.get('from_date', '')}"
    return common("membership", key) | {
        "economy": code,
        "network": network_slug,
        "status": status,
        "note": {},
        **usual,
        **keys,
    }


def channel(key: str, medium: str, raw: str, result: str = "unverified", **keys: Any) -> Document:
    verification = {
        "result": result,
        "checked_at": None if result == "unverified" else "2026-11-01T08:00:00Z",
        "method": None if result == "unverified" else "test_call",
    }
    usual = {"e164": None, "extension": None, "purpose": "duty", "position": 1, "duty_hours": None}
    return common("channel", key) | {
        "medium": medium,
        "raw": raw,
        "verification": verification,
        **usual,
        **keys,
    }


def desk(
    key: str,
    code: str | None,
    channels: Sequence[Document] = (),
    *,
    sector: str = "public",
    holders: Sequence[Document] = (),
    **keys: Any,
) -> Desk:
    usual: Document = {
        "title": {"en": f"Desk {key}"},
        "organisation": f"org-{key}",
        "economy": code,
        "posted_in": code,
        "covers": [],
        "networks": [],
        "functions": {},
        "languages": [],
        "duty_hours": None,
        "zone": None,
        "note": {},
    }
    organisation = common("organisation", f"org-{key}", code or "directory") | {
        "name": {"en": f"Fictional Organisation of {key}"},
        "organisation_type": "law_enforcement",
        "sector": sector,
    }
    contact = common("contact", key, code or "directory") | usual | keys
    return Desk(contact, organisation, channels, holders)


ECONOMIES = {
    document["code"]: document
    for document in (
        economy("AU", "Australia", "en-AU"),
        economy("BN", "Brunei Darussalam", "ms-BN", "en"),
        economy("CN", "People's Republic of China", "zh-Hans-CN"),
        economy("HK", "Hong Kong, China", "zh-Hant-HK", "en-HK"),
        economy("JP", "Japan", "ja-JP"),
        economy("MY", "Malaysia", "ms-MY", "en-MY"),
        economy("NZ", "New Zealand", "en-NZ", "mi-NZ"),
        economy("TW", "Chinese Taipei", "zh-Hant-TW"),
        economy("US", "The United States", "en-US"),
    )
}

NETWORKS = {
    document["slug"]: document
    for document in (
        network("g7-24-7", "G7 24/7 Network", functions=["preservation", "technical_advice"]),
        network("interpol", "INTERPOL"),
        network("budapest-35", "Budapest Convention, article 35", functions=["preservation"]),
        network("apcert", "APCERT", "association", functions=["incident_response"]),
        network("us-attaches", "United States attachés", "attache", economy="US"),
        network("tw-us-mla", "TW-US agreement", "bilateral", functions=["mla_liaison"]),
        network("un-cybercrime", "UN Convention", state="planned"),
    )
}

MEMBERSHIPS = (
    membership("g7-24-7", "US"),
    membership("g7-24-7", "JP"),
    membership("g7-24-7", "TW"),
    membership("g7-24-7", "AU", "unknown"),
    membership("interpol", "US"),
    membership("interpol", "JP"),
    membership("interpol", "MY"),
    membership("interpol", "NZ"),
    membership("interpol", "HK", via="hk-sub-bureau"),
    membership("interpol", "TW", "not_member", known_on="2018-10-18"),
    membership("budapest-35", "US", from_date="2007-01-01"),
    membership("budapest-35", "JP", "not_member", until_date="2012-11-01"),
    membership("budapest-35", "JP", from_date="2012-11-01"),
    membership("budapest-35", "NZ", "not_member", until_date="2025-12-01"),
    membership("budapest-35", "NZ", from_date="2025-12-01"),
    membership("budapest-35", "TW", "not_member"),
    membership("apcert", "JP"),
    membership("apcert", "MY"),
    membership("tw-us-mla", "TW"),
    membership("tw-us-mla", "US"),
)


def by_economy(memberships: Iterable[Document]) -> dict[str, list[Document]]:
    rows: dict[str, list[Document]] = {}
    for row in memberships:
        rows.setdefault(row["economy"], []).append(row)
    return rows


DIRECTORY = Directory(ECONOMIES, NETWORKS, by_economy(MEMBERSHIPS))

OFFICE = "Mo-Fr 09:00-17:00"
DESKS = {
    d.id: d
    for d in (
        desk(
            "us-duty",
            "US",
            [
                channel("us-duty-1", "telephone", "+1 202 555 0101", "verified"),
                channel("us-duty-2", "e-mail", "duty@us.example", position=2),
            ],
            networks=["g7-24-7", "budapest-35"],
            functions={"preservation": "yes", "mla_liaison": "no"},
            languages=["en-US", "es-US"],
            duty_hours="24/7",
            zone="America/New_York",
        ),
        desk(
            "us-ncb",
            "US",
            [channel("us-ncb-1", "telephone", "+1 202 555 0102")],
            networks=["interpol"],
            languages=["en-US", "fr"],
            duty_hours=OFFICE,
            zone="America/New_York",
        ),
        desk(
            "us-in-taipei",
            "US",
            [channel("us-in-taipei-1", "telephone", "+1 202 555 0103", "stale")],
            networks=["us-attaches"],
            posted_in="TW",
            covers=["TW"],
            languages=["en-US", "zh-Hant"],
            duty_hours=OFFICE,
            zone="Asia/Taipei",
        ),
        desk(
            "us-in-kl",
            "US",
            [channel("us-in-kl-1", "telephone", "+1 202 555 0104")],
            networks=["us-attaches"],
            posted_in="MY",
            covers=["MY", "BN"],
            languages=["en-US"],
            duty_hours=OFFICE,
            zone="Asia/Kuala_Lumpur",
        ),
        desk(
            "us-in-canberra",  # which economies it covers is not recorded
            "US",
            [channel("us-in-canberra-1", "telephone", "+1 202 555 0105")],
            networks=["us-attaches"],
            posted_in="AU",
            duty_hours=OFFICE,
            zone="Australia/Sydney",
        ),
        desk(
            "us-mla",
            "US",
            [channel("us-mla-1", "telephone", "+1 202 555 0106")],
            networks=["tw-us-mla"],
            functions={"mla_liaison": "yes"},
            duty_hours=OFFICE,
            zone="America/New_York",
        ),
        desk(
            "us-mail",  # private: the networks it claims are not its own
            "US",
            [channel("us-mail-1", "portal", "https://lawful.example/")],
            sector="private",
            networks=["g7-24-7"],
            functions={"emergency_disclosure": "yes"},
            duty_hours="24/7",
            zone="America/Los_Angeles",
        ),
        desk(
            "jp-cyber",
            "JP",
            [
                channel("jp-cyber-1", "telephone", "+81 3 0000 0001", "verified"),
                channel("jp-cyber-2", "mobile", "+81 90 0000 0001", "failed", position=2),
            ],
            networks=["g7-24-7", "budapest-35"],
            functions={"preservation": "yes"},
            languages=["ja-JP", "en"],
            duty_hours=OFFICE,
            zone="Asia/Tokyo",
        ),
        desk(
            "jp-ncb",  # always on duty, but the last check failed
            "JP",
            [channel("jp-ncb-1", "telephone", "+81 3 0000 0002", "failed")],
            networks=["interpol"],
            languages=["ja-JP"],
            duty_hours="24/7",
            zone="Asia/Tokyo",
        ),
        desk(
            "jp-csirt",
            "JP",
            [channel("jp-csirt-1", "e-mail", "csirt@jp.example", "verified")],
            networks=["apcert"],
            functions={"incident_response": "yes", "preservation": "no"},
            languages=["en"],
            duty_hours="24/7",
            zone="Asia/Tokyo",
        ),
        desk(
            "hk-sub-bureau",
            "HK",
            [channel("hk-sub-1", "telephone", "+852 0000 0001", "verified")],
            languages=["zh-Hant-HK", "en-HK"],
            duty_hours="24/7",
            zone="Asia/Hong_Kong",
        ),
        desk(
            "hk-police",
            "HK",
            [channel("hk-police-1", "telephone", "+852 0000 0002")],
            networks=["interpol"],
            languages=["zh-Hant-HK"],
            duty_hours=OFFICE,
            zone="Asia/Hong_Kong",
        ),
        desk("nz-desk", "NZ", networks=["budapest-35"], zone="Pacific/Auckland"),
        desk(
            "my-ncb",
            "MY",
            [channel("my-ncb-1", "telephone", "+60 3 0000 0001")],
            networks=["interpol"],
            languages=["ms-MY", "en-MY"],
            duty_hours=OFFICE,
            zone="Asia/Kuala_Lumpur",
        ),
        desk(
            "tw-duty",  # answers, but when is not recorded
            "TW",
            [channel("tw-duty-1", "telephone", "+886 2 0000 0001", "unverified")],
            networks=["g7-24-7"],
            functions={"preservation": "yes"},
            languages=["zh-Hant-TW", "en"],
            zone="Asia/Taipei",
        ),
    )
}


def desks_of(code: str | None) -> list[Desk]:
    return [d for d in DESKS.values() if d.contact["economy"] == code]


def instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo is not None else at.replace(hour=12, tzinfo=UTC)


def question(
    to: str,
    origin: str | None,
    function: str | None = None,
    language: str | None = None,
    at: str = "2026-11-18T05:00Z",
) -> Question:
    return Question(to, origin, function, language, instant(at))


def ask(
    to: str,
    origin: str | None,
    function: str | None = None,
    language: str | None = None,
    at: str = "2026-11-18T05:00Z",
) -> Reach:
    """Ask the hand-written directory."""
    asked = question(to, origin, function, language, at)
    return reach(asked, DIRECTORY, desks_of(to), desks_of(origin))
