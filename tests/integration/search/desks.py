"""Writing desks, their people and their numbers in one line each."""

from typing import Any

from sqlalchemy import Connection

from directory.changes.operations import Put, Retire
from directory.contacts.callers import CallersFound, callers
from directory.contacts.search import SearchFound, search
from directory.ids import new_id
from directory.policy import PUBLIC, Tlp, Viewer
from tests.integration.changes.world import SOURCE, economy, network, write

PARTNER = Viewer("TW", frozenset({"interpol"}), Tlp.AMBER, frozenset())
OUTSIDER = Viewer("TW", frozenset(), Tlp.AMBER, frozenset())
EDITOR = Viewer("AU", frozenset(), Tlp.RED, frozenset({"AU"}))


class Desks:
    """A directory that is written to record by record."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._revisions: dict[str, int] = {}
        write(connection, economy("AU"), economy("TW"), network("interpol"))
        self.police = self.organisation("police", {"en": "Constabulary"})

    def put(self, kind: str, rid: str | None = None, **fields: Any) -> str:
        rid = rid or new_id()
        document = {"owner": "AU", "source": SOURCE} | fields
        write(self.connection, Put(kind, document, rid, self._revisions.get(rid, 0)))
        self._revisions[rid] = self._revisions.get(rid, 0) + 1
        return rid

    def retire(self, kind: str, rid: str) -> None:
        write(self.connection, Retire(kind, rid, self._revisions[rid]))
        self._revisions[rid] += 1

    def organisation(self, slug: str, name: dict[str, str], rid: str | None = None) -> str:
        shape = {"organisation_type": "law_enforcement", "sector": "public", "economy": "AU"}
        return self.put("organisation", rid, slug=slug, name=name, **shape)

    def contact(
        self, title: str | dict[str, str] = "Desk", rid: str | None = None, **fields: Any
    ) -> str:
        names = {"en": title} if isinstance(title, str) else title
        fields = {"title": names, "organisation": self.police, "economy": "AU"} | fields
        return self.put("contact", rid, **fields)

    def holder(self, contact: str, name: str, rid: str | None = None, **fields: Any) -> str:
        return self.put("holder", rid, contact=contact, name={"en": name}, **fields)

    def channel(self, contact: str, raw: str, rid: str | None = None, **fields: Any) -> str:
        fields = {"medium": "telephone", "raw": raw} | fields
        return self.put("channel", rid, contact=contact, **fields)

    def search(self, q: str, viewer: Viewer = PUBLIC, limit: int = 20) -> SearchFound:
        return search(self.connection, viewer, q, limit=limit)

    def found(self, q: str, viewer: Viewer = PUBLIC) -> list[str]:
        return [hit.contact or hit.id for hit in self.search(q, viewer).hits]

    def callers(
        self, number: str, region: str | None = None, viewer: Viewer = PUBLIC
    ) -> CallersFound:
        return callers(self.connection, viewer, number, region)
