"""Operators of two agencies who keep partners and accounts, asked through the API."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from werkzeug.test import TestResponse

from directory.access.commands.accounts import create_operator
from directory.clock import utc_now
from directory.db import Database
from directory.settings import Anonymous
from tests.api.service import API, Service, served
from tests.api.world import put, rid, write
from tests.databases import Furnished

AGENCY = rid("organisation", "open")
HIDDEN_AGENCY = rid("organisation", "hidden")
NOWHERE = "00000000-0000-4000-8000-000000000000"


@dataclass(frozen=True)
class Office:
    """A directory with two operators made at the machine.

    Attributes:
        ann: Token of an operator of the partner Alpha.
        ben: Token of an operator of the partner Beta.
    """

    service: Service
    ann: str
    ben: str

    def ask(self, token: str | None, method: str, path: str, body: Any = None) -> TestResponse:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        client = self.service.app.test_client()
        return client.open(f"{API}{path}", method=method, json=body, headers=headers)

    def done(self, token: str, method: str, path: str, body: Any = None) -> Any:
        response = self.ask(token, method, path, body)
        assert response.status_code < 300, response.text
        return response.get_json(silent=True)

    def refused(
        self, status: int, slug: str, token: str | None, method: str, path: str, body: Any = None
    ) -> Any:
        response = self.ask(token, method, path, body)
        problem = response.get_json()
        assert (response.status_code, problem["type"]) == (status, f"/problems/{slug}"), problem
        return problem

    def me(self, token: str) -> Any:
        return self.done(token, "GET", "/access/me")

    def partner(self, name: str = "Gamma", token: str | None = None, **more: Any) -> str:
        body = {"name": name, "clearance": "AMBER", **more}
        return str(self.done(token or self.ann, "POST", "/access/partners", body)["id"])

    def account(self, partner: str, name: str, token: str | None = None, **more: Any) -> str:
        body = {"partner": partner, "name": name, "email": f"{name.lower()}@gamma.example"}
        return str(self.done(token or self.ann, "POST", "/access/accounts", body | more)["id"])

    def role(
        self, account: str, role: str, token: str | None = None, economy: str | None = None
    ) -> Any:
        path = f"/access/accounts/{account}/roles"
        body = {"role": role, "economy": economy}
        return self.done(token or self.ann, "POST", path, body)["roles"][-1]

    def token(self, account: str, token: str | None = None, **more: Any) -> Any:
        body = {"account": account, **more}
        return self.done(token or self.ann, "POST", "/access/tokens", body)

    def reader(self, name: str = "Rita") -> tuple[str, str]:
        """An account that reads, of a partner of its own, and its token."""
        account = self.account(self.partner(f"Partner of {name}"), name)
        self.role(account, "reader")
        return account, self.token(account)["token"]

    def operator(self, name: str, partner: str, at: datetime | None = None) -> str:
        """The token of another operator made at the machine."""
        email = f"{name.lower()}@{partner.lower()}.example"
        with self.service.database.writing() as connection:
            return create_operator(connection, name, email, partner, at=at or utc_now())[1]


def furnish(url: str) -> dict[str, str]:
    """Write what an office needs, and tell its operators' tokens."""
    database = Database(url)
    write(database, [
        put("economy", "AU", code="AU", name={"en": "Australia"}, zones=["Australia/Sydney"]),
        put("economy", "JP", code="JP", name={"en": "Japan"}, zones=["Asia/Tokyo"]),
        put("economy", "XH", code="XH", name={"en": "Hidden"}, zones=["UTC"], marking="GREEN"),
        put("network", "g7", slug="g7-24-7", name={"en": "G7"}, network_kind="membership",
            state="operating"),
        put("membership", "AU", economy="AU", network="g7-24-7", status="member",
            known_on="2026-01-01"),
        *(put("organisation", key, slug=key, name={"en": key}, economy="AU", owner="AU",
              organisation_type="law_enforcement", sector="public", marking=marking)
          for key, marking in (("open", "CLEAR"), ("hidden", "GREEN"))),
        put("contact", "desk", title={"en": "Desk"}, organisation=AGENCY, economy="AU",
            networks=["g7-24-7"], owner="AU", marking="AMBER"),
    ])  # fmt: skip
    with database.writing() as connection:
        _, ann = create_operator(connection, "Ann", "ann@alpha.example", "Alpha", at=utc_now())
        _, ben = create_operator(connection, "Ben", "ben@beta.example", "Beta", at=utc_now())
    database.dispose()
    return {"ann": ann, "ben": ben}


@contextmanager
def office_in(furnished: Furnished, state: Path) -> Iterator[Office]:
    """An office on a database of its own, closed to everybody without an account."""
    service = served(furnished.url, state, Anonymous.NOTHING)
    yield Office(service, **furnished.told)
    service.dispose()
