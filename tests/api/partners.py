"""Partners who copy a directory through its API, each with an account and a verified copy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from werkzeug.test import TestResponse

from directory.clock import utc_now
from directory.policy import Tlp
from directory.service import Asker
from directory.sync.rules.claims import HeadClaims
from directory.sync.rules.scopes import Scope
from directory.web.context import running
from tests.accounts import account
from tests.api.service import API, Service
from tests.integration.sync.copy import Copy, head_for, plain
from tests.integration.sync.state import seen_by


@dataclass
class Partner:
    """A partner's account and its copy.

    Attributes:
        service: Whom it asks.
        account: Id of its account.
    """

    service: Service
    account: str
    token: str
    copy: Copy = field(default_factory=Copy)

    @property
    def scope(self) -> Scope:
        """What it may hold at this instant."""
        with running(self.service.app).reading(Asker(token=self.token), at=utc_now()) as found:
            return Scope.of(found.viewer)

    @property
    def keys(self) -> Sequence[Mapping[str, Any]]:
        """The keys that the directory says it signs with."""
        told = self.ask("/sync/keys").get_json()
        return list(told["keys"])

    def ask(self, path: str, **query: Any) -> TestResponse:
        """Ask with its token; headers beside it are named ``headers``."""
        headers = {"Authorization": f"Bearer {self.token}", **query.pop("headers", {})}
        address = path if path.startswith(API) else f"{API}{path}"
        method = query.pop("method", "GET")
        client = self.service.app.test_client()
        return client.open(address, method=method, query_string=query or None, headers=headers)

    def begin(self, *, compressed: bool = True) -> dict[str, Any]:
        """Take a snapshot, and what its header says."""
        accept = {"Accept-Encoding": "gzip"} if compressed else {}
        for _ in range(20):
            response = self.ask("/sync/snapshot")
            assert response.status_code == 303, response.text
            response = self.ask(response.headers["Location"], headers=accept)
            if response.status_code != 404:  # something in it was withdrawn in between
                break
        assert response.status_code == 200, response.text
        body = plain(response.data, response.headers.get("Content-Encoding"))
        claims = self.verified(response, body)
        told = self.copy.load(body)
        assert claims.page is not None
        assert (claims.page.start, claims.page.end) == (0, told["size"])
        return told

    def pull(self, limit: int = 1000, **more: Any) -> dict[str, Any]:
        """Take a page of the feed."""
        response = self.ask("/sync/changes", after=self.copy.cursor, limit=limit, **more)
        assert response.status_code == 200, response.text
        body = plain(response.data, response.headers.get("Content-Encoding"))
        claims = self.verified(response, body)
        page = self.copy.take(body)
        assert claims.page is not None
        assert (claims.page.start, claims.page.end) == (page["from"], page["to"])
        assert response.headers["ETag"] == f'"{page["cursor"]}"'
        if not page["more"]:
            assert (claims.size, claims.root) == (page["to"], page["root"])
        assert page["entries"] or not page["more"]
        return page

    def follow(self, limit: int = 1000) -> None:
        """Take pages until there are no more."""
        while self.pull(limit)["more"]:
            pass

    def verified(self, response: TestResponse, body: bytes) -> HeadClaims:
        """The claims of the head that came with an answer."""
        return head_for(
            response.headers["Sync-Head"],
            body,
            self.keys,
            account=self.account,
            scope=self.scope.hash,
        )

    def must_be_whole(self) -> None:
        """Its copy is the rows that its scope sees now, byte for byte, and the digest says so."""
        with self.service.database.reading() as connection:
            assert self.copy.documents() == seen_by(connection, self.scope)
        told = self.ask("/sync/digest", at=self.copy.cursor).get_json()
        assert (told["records"], told["digest"]) == self.copy.digest()

    def gone(self, cursor: str) -> str:
        """Why nobody can go on from a cursor."""
        response = self.ask("/sync/changes", after=cursor)
        assert response.status_code == 410, response.text
        problem = response.get_json()
        assert problem["type"] == "/problems/cursor-gone"
        assert problem["snapshot"] == f"{API}/sync/snapshot"
        return str(problem["reason"])


def partner(
    service: Service, name: str = "partner", clearance: Tlp = Tlp.AMBER, **of: Any
) -> Partner:
    """A new partner with one account."""
    with service.database.writing() as connection:
        made, token = account(connection, partner=name, clearance=clearance, **of)
    return Partner(service, made, token)
