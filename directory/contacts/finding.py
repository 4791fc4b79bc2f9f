"""What a search and a displayed number lead to, put together for whoever asks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Table, bindparam, select

from directory.changes.queries import StoredText, recorded_at
from directory.contacts.callers import CallersFound, Match, callers
from directory.contacts.models import contacts, organisations
from directory.contacts.numbers import Label
from directory.contacts.queries import desks
from directory.contacts.rules.vcard import Version, vcard
from directory.contacts.rules.words import Verification
from directory.contacts.search import Hit, search
from directory.db import is_one_of, json_list
from directory.documents import Document
from directory.names import alias_key, in_english
from directory.policy import Tlp, Viewer, viewer_parameters, visible
from directory.prepared import Prepared
from directory.reference.aliases import economies_matching
from directory.reference.facts import Facts

MOST_MATCHING = 200
NOTHING_IS_PROVEN = (
    "A displayed number proves nothing: anybody can have any number displayed."
    " Call the desk back on one of its verified channels before you tell the caller anything."
)


def find(connection: Connection, facts: Facts, viewer: Viewer, q: str, *, limit: int) -> Document:
    """Everything that a name, an address or digits lead to, the best first.

    Returns:
        ``items`` (economies and networks first, then desks and organisations, each with ``kind``,
        ``id``, ``name``, ``economy``, ``matched``, ``quality`` and ``href``) and ``corrected``, the
        words that were searched instead, or None.
    """
    items = _economies(facts, q) + _networks(facts, q)
    # A correction is for when nothing else matched, and an economy's name is something.
    found = search(connection, viewer, q, limit=limit, correct=not items)
    desks_found = _documents(
        connection,
        viewer,
        _CONTACTS,
        {hit.contact for hit in found.hits if hit.contact is not None},
    )
    bodies_found = _documents(
        connection, viewer, _ORGANISATIONS, {hit.id for hit in found.hits if hit.contact is None}
    )
    for hit in found.hits:
        if hit.contact is not None and hit.contact in desks_found:
            contact = desks_found[hit.contact]
            items.append(
                _item("contact", contact, contact["title"], f"/contacts/{hit.contact}", hit)
            )
        elif hit.id in bodies_found:
            document = bodies_found[hit.id]
            path = f"/organisations/{document['slug']}"
            items.append(_item("organisation", document, document["name"], path, hit))
    return {"items": items[:limit], "next": None, "corrected": found.corrected}


def contacts_matching(connection: Connection, viewer: Viewer, q: str) -> list[str]:
    """The ids of the desks that a name, an address or digits lead to."""
    found = search(connection, viewer, q, limit=MOST_MATCHING)
    return [hit.contact for hit in found.hits if hit.contact is not None]


def card_of(
    connection: Connection, stored: StoredText, facts: Facts, version: Version, *, at: datetime
) -> str:
    """A contact's view as a vCard, with the names of its organisation and economy.

    Only those who hold the post at the instant stand on it.
    """
    view = orjson.loads(stored.text)
    day = at.date().isoformat()
    view["holders"] = [
        holder
        for holder in view["holders"]
        if (holder["from_date"] or "") <= day < (holder["until_date"] or "9999")
    ]
    recorded = recorded_at(connection, view["id"], stored.revision)
    view["recorded_at"] = f"{recorded:%Y%m%dT%H%M%SZ}"
    economy = facts.economies.get(view["economy"])
    view["organisation_name"] = in_english(view["organisation_record"]["name"])
    view["economy_name"] = in_english(economy["name"]) if economy is not None else ""
    return vcard(view, version)


def who_calls(
    connection: Connection,
    facts: Facts,
    viewer: Viewer,
    number: str,
    *,
    region: str | None,
    at: datetime,
) -> Document:
    """The desks whose channel has a displayed number, and on what to call them back.

    Returns:
        ``match`` (the nearest kind of match, or ``none``), ``callers`` and ``note``.
    """
    found = callers(connection, viewer, number, region)
    held = {match.contact for match in found.matches}
    texts = desks(connection, (), held, viewer=viewer, at=at).texts
    views = {rid: orjson.loads(text) for rid, text in texts.items()}
    shown = [_caller(match, views.get(match.contact), found, facts) for match in found.matches]
    return {
        "number": f"+{found.digits}" if found.is_e164 else found.digits,
        "match": found.matches[0].kind.label if found.matches else "none",
        "callers": shown,
        "note": NOTHING_IS_PROVEN,
    }


def _live(table: Table) -> Prepared:
    return Prepared(
        select(table.c.id, table.c.document).where(
            is_one_of(table.c.id, bindparam("ids")), table.c.retired_at.is_(None), visible(table)
        )
    )


_CONTACTS = _live(contacts)
_ORGANISATIONS = _live(organisations)


def _documents(
    connection: Connection, viewer: Viewer, statement: Prepared, ids: set[str]
) -> dict[str, Document]:
    if not ids:
        return {}
    rows = statement.rows(connection, {"ids": json_list(ids), **viewer_parameters(viewer)})
    return {rid: orjson.loads(text) for rid, text in rows}


def _item(kind: str, document: Document, name: dict[str, str], path: str, hit: Hit) -> Document:
    return {
        "kind": kind,
        "id": document["id"],
        "name": name,
        "economy": document["economy"],
        "marking": document["marking"],
        "audience": document["audience"],
        "owner": document["owner"],
        "matched": hit.matched,
        "matched_in": hit.kind,
        "matched_record": _kept_as(hit.kind, hit.id, hit.label),
        "quality": hit.quality.label,
        "former": hit.is_former,
        "href": f"/api/v1{path}",
    }


def _economies(facts: Facts, q: str) -> list[Document]:
    return [
        _named("economy", facts.economies[code], code, f"/economies/{code}", q)
        for code in economies_matching(facts, q)
    ]


def _networks(facts: Facts, q: str) -> list[Document]:
    key = alias_key(q)
    return [
        _named("network", document, document["economy"], f"/networks/{slug}", q)
        for slug, document in facts.networks.items()
        if len(key) > 1
        and any(key in alias_key(name) for name in (slug, *document["name"].values()))
    ]


def _named(kind: str, document: Document, economy: str | None, path: str, q: str) -> Document:
    name = document["name"]
    whole = any(alias_key(text) == alias_key(q) for text in name.values())
    return {
        "kind": kind,
        "id": document["id"],
        "name": name,
        "economy": economy,
        "marking": document["marking"],
        "audience": document["audience"],
        "owner": document["owner"],
        "matched": in_english(name),
        "matched_in": kind,
        "matched_record": _of(document),
        "quality": "exact" if whole else "prefix",
        "former": False,
        "href": f"/api/v1{path}",
    }


def _caller(match: Match, view: Document | None, found: CallersFound, facts: Facts) -> Document:
    back: list[dict[str, Any]] = []
    if view is not None:
        back = [
            channel
            for channel in view["channels"]
            if channel["verification"]["result"] == Verification.VERIFIED
            and not found.is_incoming(channel)
        ]
    economy = facts.economies.get(view["economy"]) if view is not None else None
    return {
        "match": match.kind.label,
        "contact": match.contact,
        "title": view["title"] if view is not None else None,
        "organisation": view["organisation_record"]["name"] if view is not None else None,
        "economy": view["economy"] if view is not None else None,
        "economy_name": in_english(economy["name"]) if economy is not None else None,
        "retired": match.desk_is_retired,
        "number": match.number,
        "until": match.high,
        "extension": match.extension,
        "whole_number": match.is_whole,
        "call_back": back,
        "records": [
            _kept_as("channel", match.channel, match.label),
            *([_of(view), _of(view["organisation_record"])] if view is not None else []),
        ],
    }


def _of(document: Document) -> Document:
    """A record and its label, nothing more."""
    return {key: document[key] for key in ("kind", "id", "owner", "marking", "audience")}


def _kept_as(kind: str, record: str, label: Label) -> Document:
    """A record and the label that it is found under."""
    marking, audience, owner = label
    return {
        "kind": kind,
        "id": record,
        "owner": owner,
        "marking": Tlp(marking).label,
        "audience": orjson.loads(audience),
    }
