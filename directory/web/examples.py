"""Requests that can be tried as they stand, for each path of the API.

Ids are those that seeding always gives. Channels, holders, keys and checks are in the fictional
set alone (``make demo``), because the report holds none.
"""

from __future__ import annotations

from dataclasses import dataclass

from directory.ids import seeded_id


@dataclass(frozen=True, slots=True)
class Example:
    """A request to try.

    Attributes:
        path: What follows the prefix of the API, query included.
        accept: The form to ask for, where it is not JSON.
        takes_a_token: Whether nobody without an account gets an answer.
    """

    path: str
    accept: str = ""
    takes_a_token: bool = False


def _record(plural: str, kind: str, key: str) -> tuple[Example, ...]:
    return (Example(f"/{plural}/{seeded_id(kind, key)}"),)


_DESK = seeded_id("contact", "ca-rcmp-national-operations-centre")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_REACH = "/reach?to=US&from=CA&function=preservation"

WITH_HISTORY = (
    *("economies", "networks", "organisations", "meetings", "contacts", "memberships"),
    *("statements", "holders", "channels", "keys", "checks", "attendances", "outcomes"),
)

EXAMPLES: dict[str, tuple[Example, ...]] = {
    "/reach": (
        Example(_REACH),
        Example(_REACH, "text/plain"),
        Example("/reach?to=Japan&from=TW&function=mla_liaison&language=zh-Hant&at=2012-11-02"),
    ),
    "/economies": (Example("/economies"),),
    "/economies/{code}": (Example("/economies/TW"),),
    "/economies/{code}/contacts": (Example("/economies/US/contacts?limit=5"),),
    "/economies/{code}/statements": (Example("/economies/PH/statements"),),
    "/contacts": (Example("/contacts?function=preservation&limit=5"), Example("/contacts?q=FBI")),
    "/contacts/{contact_id}": (
        Example(f"/contacts/{_DESK}"),
        Example(f"/contacts/{_DESK}", "text/vcard"),
    ),
    "/organisations": (Example("/organisations?economy=US"),),
    "/organisations/{name}": (Example("/organisations/interpol"),),
    "/search": (Example("/search?q=interpol"),),
    "/callers": (Example("/callers?number=%2B61255500101"),),
    "/checks/due": (Example("/checks/due?economy=AU"), Example("/checks/due?economy=all&limit=5")),
    "/coverage": (Example("/coverage?economy=AU"), Example("/coverage")),
    "/change-sets": (Example("/change-sets?state=proposed", takes_a_token=True),),
    "/change-sets/{change_set}": (),
    "/returned-lists": (Example("/returned-lists?meeting=tel45", takes_a_token=True),),
    "/returned-lists/{list_id}": (),
    "/returned-lists/{list_id}/findings": (),
    "/networks": (Example("/networks"),),
    "/networks/{name}": (Example("/networks/g7-24-7"),),
    "/meetings": (Example("/meetings"),),
    "/meetings/{name}": (
        Example("/meetings/apec-cybercrime-experts-1"),
        Example("/meetings/tel45", "text/plain"),
    ),
    "/lists": (Example("/lists"),),
    "/lists/{slug}.xlsx": (Example("/lists/g7-24-7.xlsx", XLSX),),
    "/lists/{slug}.csv": (
        Example("/lists/tel45.csv", "text/csv"),
        Example("/lists/g7-24-7.csv?economy=AU,CA", "text/csv"),
    ),
    "/exports": (Example("/exports", takes_a_token=True),),
    "/memberships/{record_id}": _record("memberships", "membership", "g7-24-7/CA"),
    "/statements/{record_id}": _record("statements", "statement", "PH/cybercrime-law/2012-09-12"),
    "/holders/{record_id}": _record("holders", "holder", "demo-au-police-desk/2026-07-01"),
    "/channels/{record_id}": _record("channels", "channel", "demo-au-police-desk/duty-telephone"),
    "/keys/{record_id}": _record("keys", "key", "demo-au-police-desk/2024"),
    "/checks/{record_id}": _record(
        "checks", "check", "demo-au-police-desk/duty-telephone/2026-11-12"
    ),
    "/attendances/{record_id}": _record(
        "attendances", "attendance", "apec-cybercrime-experts-1/BN/delegate"
    ),
    "/readings": (Example("/readings?from=2026-11-01"),),
    "/outcomes/{record_id}": _record("outcomes", "outcome", "apec-cybercrime-experts-1/A1"),
    "/sync/changes": (),  # the first cursor comes from a snapshot
    "/sync/snapshot": (Example("/sync/snapshot", takes_a_token=True),),
    "/sync/snapshots/{name}": (),
    "/sync/head": (Example("/sync/head", takes_a_token=True),),
    "/sync/keys": (Example("/sync/keys", takes_a_token=True),),
    "/sync/digest": (),
    "/sync/copies": (Example("/sync/copies", takes_a_token=True),),
    "/access/me": (Example("/access/me", takes_a_token=True),),
    "/access/partners": (Example("/access/partners", takes_a_token=True),),
    "/access/partners/{partner_id}": (),  # their ids are random: the lists have them
    "/access/accounts": (Example("/access/accounts", takes_a_token=True),),
    "/access/accounts/{account_id}": (),
    "/access/tokens": (Example("/access/tokens", takes_a_token=True),),
}


def _with_history(examples: dict[str, tuple[Example, ...]]) -> dict[str, tuple[Example, ...]]:
    """Every record has a history at its own address."""
    told = {
        f"{path}/history": tuple(Example(f"{each.path}/history") for each in found[:1])
        for path, found in examples.items()
        if path.removeprefix("/").split("/")[0] in WITH_HISTORY
        and path.count("/") == 2
        and path.endswith("}")
    }
    return examples | told


EXAMPLES = _with_history(EXAMPLES)
