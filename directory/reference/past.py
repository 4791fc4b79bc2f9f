"""The reference data as the directory held it at a moment."""

from __future__ import annotations

from types import MappingProxyType

from sqlalchemy import Connection

from directory.changes.kinds import Kind
from directory.changes.past import Moment, versions
from directory.documents import Document
from directory.policy import Viewer
from directory.reference.facts import Facts
from directory.reference.kept import Kept
from directory.reference.kinds import ECONOMY, MEMBERSHIP, NETWORK

_LAST = 1_000_000
_NOTHING_IS_KEPT = Kept(0)


def facts_then(
    connection: Connection, facts: Facts, moment: Moment | None, *, viewer: Viewer
) -> Facts:
    """The reference data as it was at a moment; None means as it is.

    What the viewer may see of it hangs on their rights and on the records alone, so it is kept with
    the facts of today: a change of any record, or of the rights, makes it be read again.

    Args:
        connection: The unit of work in which the facts of today were read.
        facts: The facts of today for the same viewer.
        moment: When.
        viewer: Who asks.
    """
    if moment is None:
        return facts
    what = ("as of", moment.seq)
    known: Facts | None = facts.recall(what)
    if known is None:
        known = _read(connection, moment, viewer)
        facts.keep(what, known, weight=1 + len(known.texts))
    return known


def _read(connection: Connection, moment: Moment, viewer: Viewer) -> Facts:
    live = [
        version
        for version in versions(connection, (ECONOMY, NETWORK, MEMBERSHIP), moment, viewer=viewer)
        if version.document["retired_at"] is None
    ]

    def of(kind: Kind) -> list[Document]:
        return [document for document, _ in live if document["kind"] == kind.name]

    found = sorted(of(MEMBERSHIP), key=_by_period)
    by_economy: dict[str, list[Document]] = {}
    for membership in found:
        by_economy.setdefault(membership["economy"], []).append(membership)
    ordered = sorted(of(ECONOMY), key=_by_place)
    by_slug = sorted(of(NETWORK), key=lambda network: str(network["slug"]))
    return Facts(
        MappingProxyType({document["code"]: document for document in ordered}),
        MappingProxyType({document["slug"]: document for document in by_slug}),
        tuple(found),
        MappingProxyType(by_economy),
        MappingProxyType({document["id"]: text for document, text in live}),
        _NOTHING_IS_KEPT,
    )


def _by_place(economy: Document) -> tuple[int, str]:
    place = economy["apec_order"]
    return _LAST if place is None else place, economy["code"]


def _by_period(membership: Document) -> tuple[str, str, str, str]:
    return (
        membership["economy"],
        membership["network"],
        membership["from_date"] or "",
        membership["id"],
    )
