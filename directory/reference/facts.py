"""The small reference data, kept in memory for as long as the log's head stands still.

What a viewer may see is chosen by the policy in the query; the memory is kept apart for each set of
rights, so nothing is ever filtered after it was read. A change of any record, or of a viewer's
rights, is seen by the next look-up.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from types import MappingProxyType
from typing import Any

import orjson
from sqlalchemy import Connection, Table, select

from directory.changes import log
from directory.documents import Document
from directory.policy import Tlp, Viewer, viewer_parameters, visible
from directory.prepared import Prepared
from directory.reference.kept import Kept
from directory.reference.models import economies, memberships, networks

MOST_RIGHTS = 128
MOST_KEPT = 8192


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """The reference data that one viewer may see; nobody changes it.

    What else was worked out from the records that this viewer may see, at this head of the log, is
    kept with it: with a change of any record, or of the viewer's rights, there are other facts.

    Attributes:
        economies: Documents by code, in APEC's order, guests last.
        networks: Documents by slug.
        memberships: Documents, by economy and period.
        memberships_of: The same, by the economy's code.
        texts: The stored text of each document, by id.
    """

    economies: Mapping[str, Document]
    networks: Mapping[str, Document]
    memberships: Sequence[Document]
    memberships_of: Mapping[str, Sequence[Document]]
    texts: Mapping[str, str]
    _kept: Kept

    def recall(self, what: Hashable) -> Any:
        """What was kept with these facts under a name; None where nothing was."""
        return self._kept.get((self, what))

    def keep(self, what: Hashable, value: Any, *, weight: int = 1) -> None:
        """Keep something that these rights and these records alone decide.

        Args:
            what: The name to recall it by.
            value: Nobody changes it.
            weight: How much room it takes, of ``MOST_KEPT`` for all viewers together.
        """
        self._kept.put((self, what), value, weight)


def _live(table: Table, *order: object) -> Prepared:
    return Prepared(
        select(table.c.id, table.c.document)
        .where(table.c.retired_at.is_(None), visible(table))
        .order_by(*order)  # type: ignore[arg-type]
    )


_ECONOMIES = _live(
    economies, economies.c.apec_order.is_(None), economies.c.apec_order, economies.c.code
)
_NETWORKS = _live(networks, networks.c.slug)
_MEMBERSHIPS = _live(
    memberships,
    memberships.c.economy,
    memberships.c.network,
    memberships.c.from_date.nulls_first(),
    memberships.c.id,
)


_Rights = tuple[frozenset[str], Tlp | None, frozenset[str]]
"""All of a viewer that decides what they see."""


class ReferenceMemory:
    """The facts as last read, by the rights they were read with. Safe between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._head: log.Glance | None = None
        self._by_rights: OrderedDict[_Rights, Facts] = OrderedDict()
        self._kept = Kept(MOST_KEPT)

    def facts(
        self, connection: Connection, viewer: Viewer, *, head: log.Glance | None = None
    ) -> Facts:
        """The reference data that the viewer may see, as of this unit of work.

        Whoever has looked at the log's head in it may give what they saw.
        """
        rights = (viewer.networks, viewer.clearance, viewer.editor_of)
        head = head or log.glance(connection)
        with self._lock:
            if head == self._head and (known := self._by_rights.get(rights)) is not None:
                self._by_rights.move_to_end(rights)
                return known
        read = _read(connection, viewer, self._kept)
        with self._lock:
            # A unit of work that began earlier must not put older facts in the place of newer.
            if self._head is None or self._head[0] != head[0] or self._head[1] < head[1]:
                self._head = head
                self._by_rights.clear()
                self._kept.clear()
            if head == self._head:
                self._by_rights[rights] = read
                while len(self._by_rights) > MOST_RIGHTS:
                    self._by_rights.popitem(last=False)
        return read


def _read(connection: Connection, viewer: Viewer, kept: Kept) -> Facts:
    parameters = viewer_parameters(viewer)
    texts: dict[str, str] = {}

    def documents(statement: Prepared) -> list[Document]:
        rows = statement.rows(connection, parameters)
        texts.update((rid, text) for rid, text in rows)
        return [orjson.loads(text) for _, text in rows]

    found = documents(_MEMBERSHIPS)
    by_economy: dict[str, list[Document]] = {}
    for membership in found:
        by_economy.setdefault(membership["economy"], []).append(membership)
    return Facts(
        MappingProxyType({document["code"]: document for document in documents(_ECONOMIES)}),
        MappingProxyType({document["slug"]: document for document in documents(_NETWORKS)}),
        tuple(found),
        MappingProxyType(by_economy),
        MappingProxyType(texts),
        kept,
    )
