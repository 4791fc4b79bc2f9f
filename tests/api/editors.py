"""A small directory with people who write in it: two economies, a guarded desk and a plain one."""

from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from werkzeug.test import TestResponse

from directory.access.rules import AccountKind
from directory.changes import log
from directory.changes.operations import Operation, Put
from directory.db import Database
from directory.policy import Role, Tlp
from tests.accounts import Granted, account
from tests.api.service import API, Service, served
from tests.api.world import SOURCE, put, rid, write
from tests.databases import Furnished

GUARDED, PLAIN = rid("contact", "guarded"), rid("contact", "plain")
GUARDED_LINE, PLAIN_LINE = rid("channel", "guarded"), rid("channel", "plain")
HIDDEN_LINE = rid("channel", "hidden")
AGENCY = rid("organisation", "AU")
SECRET_AGENCY = rid("organisation", "hidden")


def channel(contact: str = PLAIN, **more: Any) -> dict[str, Any]:
    return {
        "contact": contact,
        "medium": "telephone",
        "raw": "+61 2 5550 0199",
        "owner": "AU",
        "marking": "GREEN",
        "source": SOURCE,
    } | more


def organisation(**more: Any) -> dict[str, Any]:
    return {
        "slug": "au-other",
        "name": {"en": "Another agency (fictional)"},
        "organisation_type": "law_enforcement",
        "sector": "public",
        "economy": "AU",
        "owner": "AU",
        "marking": "CLEAR",
        "source": SOURCE,
    } | more


def frame() -> list[Operation]:
    """What stands before anybody writes."""
    network: dict[str, Any] = {"network_kind": "membership", "state": "operating"}
    desk = {"organisation": AGENCY, "economy": "AU", "owner": "AU", "zone": "Australia/Sydney"}
    return [
        put("economy", "AU", code="AU", name={"en": "Australia"}),
        put("economy", "JP", code="JP", name={"en": "Japan"}),
        put("network", "g7", slug="g7", name={"en": "g7"}, two_people=True, **network),
        put("network", "other", slug="other", name={"en": "other"}, **network),
        put("membership", "AU", economy="AU", network="g7", status="member", known_on="2026-01-01"),
        Put("organisation", organisation(slug="au-police"), AGENCY),
        Put("organisation", organisation(slug="au-secret", marking="RED"), SECRET_AGENCY),
        Put("contact", {"title": {"en": "Desk around the clock"}, "networks": ["g7"],
                        "duty_hours": "24/7", "source": SOURCE} | desk, GUARDED),
        Put("contact", {"title": {"en": "Office"}, "duty_hours": "Mo-Fr 09:00-17:00",
                        "source": SOURCE} | desk, PLAIN),
        Put("channel", channel(GUARDED, raw="+61 2 5550 0101"), GUARDED_LINE),
        Put("channel", channel(PLAIN, raw="+61 2 5550 0102"), PLAIN_LINE),
        Put("channel", channel(PLAIN, raw="+61 2 5550 0103", marking="RED"), HIDDEN_LINE),
    ]  # fmt: skip


@dataclass
class Editors:
    """The directory, and the tokens of those who write in it, by their names."""

    service: Service
    tokens: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)

    def employ(
        self,
        name: str,
        *roles: Granted,
        clearance: Tlp = Tlp.AMBER,
        kind: AccountKind = AccountKind.PERSON,
    ) -> None:
        """Make an account of a partner of its own."""
        with self.service.database.writing() as connection:
            self.accounts[name], self.tokens[name] = account(
                connection,
                partner=f"partner of {name}",
                clearance=clearance,
                roles=roles,
                kind=kind,
            )

    def ask(
        self, who: str | None, method: str, path: str, body: Any = None, **headers: str
    ) -> TestResponse:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if who is not None:
            given["Authorization"] = f"Bearer {self.tokens[who]}"
        options: dict[str, Any] = {} if body is None else {"json": body}
        client = self.service.app.test_client()
        return client.open(API + path, method=method, headers=given, **options)

    def get(self, who: str | None, path: str) -> Any:
        response = self.ask(who, "GET", path)
        assert response.status_code == 200, response.get_data(as_text=True)
        return response.get_json()

    def tag(self, who: str, path: str) -> str:
        """The ETag that whoever changes a record rests on."""
        return self.ask(who, "GET", path).headers["ETag"]

    def change(self, who: str, path: str, **fields: Any) -> TestResponse:
        """Read a record as its own document, alter some fields and send it back."""
        response = self.ask(who, "GET", path)
        document = response.get_json()
        for name in (*SET, *VIEWED):
            document.pop(name, None)
        return self.ask(who, "PUT", path, document | fields, If_Match=response.headers["ETag"])

    def size(self) -> int:
        """How many entries the log has."""
        with self.service.database.reading() as connection:
            return log.see(connection).size


SET = ("id", "kind", "revision", "version", "retired_at", "tried", "verification")
VIEWED = (
    *("organisation_record", "channels", "holders", "keys", "memberships"),
    *("attendances", "outcomes", "open", "change_sets", "represented", "handovers"),
)


EMPLOYED: dict[str, dict[str, Any]] = {
    "reader": {"roles": [Role.READER]},
    "editor": {"roles": [(Role.EDITOR, "AU")]},
    "second": {"roles": [(Role.EDITOR, "AU")]},
    "chief": {"roles": [(Role.EDITOR, "AU")], "clearance": Tlp.RED},
    "foreigner": {"roles": [(Role.EDITOR, "JP")]},
    "coordinator": {"roles": [Role.COORDINATOR], "clearance": Tlp.RED},
    "junior": {"roles": [Role.COORDINATOR]},
    "operator": {"roles": [Role.OPERATOR], "clearance": Tlp.RED},
    "service": {"roles": [(Role.EDITOR, "AU")], "kind": AccountKind.SERVICE},
}


def furnish(url: str) -> dict[str, Any]:
    """Write what stands before anybody writes, and tell everybody's token and account."""
    database = Database(url)
    write(database, frame())
    made = {}
    with database.writing() as connection:
        for name, about in EMPLOYED.items():
            given: dict[str, Any] = {"partner": f"partner of {name}", "clearance": Tlp.AMBER}
            made[name] = account(connection, **given | about)
    database.dispose()
    return {
        "tokens": {name: token for name, (_, token) in made.items()},
        "accounts": {name: id_ for name, (id_, _) in made.items()},
    }


def editors_in(furnished: Furnished, state: Path) -> Editors:
    """Everybody, at work in a directory of their own."""
    return Editors(served(furnished.url, state), **deepcopy(furnished.told))
