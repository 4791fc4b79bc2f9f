"""The reference data as the directory held it at a moment."""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType

from sqlalchemy import Connection

from directory.changes.kinds import Kind
from directory.changes.past import Moment, Version, versions
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
    def live(kind: Kind) -> list[Version]:
        found = versions(connection, kind, moment, viewer=viewer)
        return [version for version in found if version.document["retired_at"] is None]

    economies, networks, memberships = live(ECONOMY), live(NETWORK), live(MEMBERSHIP)
    texts = {
        version.document["id"]: version.text for version in (*economies, *networks, *memberships)
    }
    found = sorted(_documents(memberships), key=_by_period)
    by_economy: dict[str, list[Document]] = {}
    for membership in found:
        by_economy.setdefault(membership["economy"], []).append(membership)
    ordered = sorted(_documents(economies), key=_by_place)
    by_slug = sorted(_documents(networks), key=lambda network: str(network["slug"]))
    return Facts(
        MappingProxyType({document["code"]: document for document in ordered}),
        MappingProxyType({document["slug"]: document for document in by_slug}),
        tuple(found),
        MappingProxyType(by_economy),
        MappingProxyType(texts),
        _NOTHING_IS_KEPT,
    )


def _documents(found: Iterable[Version]) -> list[Document]:
    return [version.document for version in found]


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
