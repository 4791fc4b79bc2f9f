"""Economies and networks with who takes part, and statements, as their viewer may see them."""

from __future__ import annotations

from collections.abc import Iterable

import orjson
from sqlalchemy import Connection, bindparam, select

from directory.changes.errors import UnknownRecordError
from directory.changes.queries import StoredText
from directory.documents import Document
from directory.pages import Page, page_of, read_page
from directory.policy import Viewer, viewer_parameters, visible
from directory.reference.facts import Facts
from directory.reference.models import statements


def economy_page(facts: Facts) -> Page:
    """The economies in APEC's order, guests last; the list is short and has one page."""
    return Page([facts.texts[document["id"]] for document in facts.economies.values()], None)


def economy_view(facts: Facts, code: str) -> StoredText:
    """One economy the viewer may see, by code, with its memberships."""
    return _with_memberships(facts, facts.economies[code], facts.memberships_of.get(code, ()))


def network_page(facts: Facts) -> Page:
    """The networks by slug; the list is short and has one page."""
    return Page([facts.texts[document["id"]] for document in facts.networks.values()], None)


def network_view(facts: Facts, name: str) -> StoredText:
    """One network, by slug or id, with each economy's memberships in APEC's order.

    Raises:
        UnknownRecordError: There is none that the viewer may see.
    """
    for document in facts.networks.values():
        if name in {document["slug"], document["id"]}:
            rows = (
                row
                for code in facts.economies
                for row in facts.memberships_of.get(code, ())
                if row["network"] == document["slug"]
            )
            return _with_memberships(facts, document, rows)
    raise UnknownRecordError(f"There is no network {name!r}.")


def _with_memberships(
    facts: Facts, document: Document, memberships: Iterable[Document]
) -> StoredText:
    rows = ",".join(facts.texts[row["id"]] for row in memberships)
    text = f'{facts.texts[document["id"]][:-1]},"memberships":[{rows}]}}'
    return StoredText(document["revision"], text)


def statement_list(
    connection: Connection, economy: str, *, viewer: Viewer, limit: int, page: str | None
) -> Page:
    """What was said of an economy, oldest first, each with the ids of what superseded it.

    All of an economy's statements are read for any page of them: a later one tells of an earlier
    one that it no longer holds.

    Raises:
        BadPageError: The page is not one of this list.
    """
    rows = connection.execute(
        select(statements.c.document)
        .where(
            statements.c.economy == bindparam("economy"),
            statements.c.retired_at.is_(None),
            visible(statements),
        )
        .order_by(statements.c.said_on, statements.c.id),
        {"economy": economy, **viewer_parameters(viewer)},
    )
    said: list[Document] = [orjson.loads(row.document) for row in rows]
    later: dict[str, list[str]] = {}
    for document in said:
        for earlier in document["supersedes"]:
            later.setdefault(earlier, []).append(document["id"])
    seen = tuple(read_page(page, str, str)) if page is not None else ("", "")
    shown = [
        (
            orjson.dumps(document | {"superseded_by": later.get(document["id"], [])}).decode(),
            document["said_on"],
            document["id"],
        )
        for document in said
        if (document["said_on"], document["id"]) > seen
    ]
    return page_of(shown[: limit + 1], limit, lambda row: [row[1], row[2]])
