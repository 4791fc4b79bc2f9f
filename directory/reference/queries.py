"""Statements about economies, and networks with who takes part, as their viewer may see them."""

from __future__ import annotations

import orjson
from sqlalchemy import Connection, bindparam, select

from directory.documents import Document
from directory.pages import Page, page_of, read_page
from directory.policy import Viewer, viewer_parameters, visible
from directory.reference.models import statements


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
