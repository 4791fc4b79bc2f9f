"""Which channels to try next: those of which the least is known."""

from __future__ import annotations

from datetime import datetime

import orjson
from sqlalchemy import Connection, bindparam, func, select

from directory.contacts.models import channels, checks, contacts
from directory.contacts.views import at_instant, channel_text, newest_check, view_parameters
from directory.pages import Page, after, page_of, read_page
from directory.policy import Viewer, visible

_LAST = func.coalesce(
    newest_check(checks.c.checked_at, visible, checks.c.checked_at <= bindparam("at")), ""
).label("last")
_ORDER = (_LAST, channels.c.id)


def channels_due(
    connection: Connection,
    economy: str | None,
    *,
    viewer: Viewer,
    at: datetime,
    limit: int,
    page: str | None,
) -> Page:
    """The channels of an economy's desks, never tried ones first, then those longest since.

    Args:
        connection: A reading unit of work.
        economy: Code of the economy; None means the desks that answer for none.
        viewer: Who asks.
        at: The present instant.
        limit: Items on a page.
        page: A place in the list.

    Returns:
        Channels with their verification, each with the ``title`` of its desk and ``why``: what its
        checks say.

    Raises:
        BadPageError: The page is not one of this list.
    """
    given = view_parameters(viewer, at)
    statement = (
        select(channel_text(visible, at_instant), contacts.c.document, *_ORDER)
        .join(contacts, contacts.c.id == channels.c.contact)
        .where(
            contacts.c.retired_at.is_(None),
            visible(contacts),
            channels.c.retired_at.is_(None),
            visible(channels),
        )
        .order_by(*_ORDER)
        .limit(limit + 1)
    )
    if economy is None:
        statement = statement.where(contacts.c.economy.is_(None))
    else:
        statement = statement.where(contacts.c.economy == bindparam("economy"))
        given["economy"] = economy
    if page is not None:
        statement = statement.where(after(_ORDER, read_page(page, str, str)))
    rows = connection.execute(statement, given).all()
    return page_of(
        [(_line(row[0], row[1]), *row[2:]) for row in rows], limit, lambda row: list(row[1:])
    )


def _line(channel: str, contact: str) -> str:
    item = orjson.loads(channel)
    item |= {"title": orjson.loads(contact)["title"], "why": item["verification"]["result"]}
    return orjson.dumps(item).decode()
