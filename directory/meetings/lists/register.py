"""The register of lists that were taken along: by whom, which, when, and what stood in them.

An entry names its records, so that it can be told later whose numbers left on a list that was lost.
"""

from __future__ import annotations

import hashlib
from typing import Any

import orjson
from sqlalchemy import Connection, case, insert, literal, null, or_, select, true

from directory.access.rules import Principal
from directory.clock import format_instant
from directory.db import json_list
from directory.ids import new_id
from directory.meetings.lists.listing import ContactList
from directory.meetings.models import list_exports, meetings
from directory.pages import Page, older, page_of
from directory.policy import Role, Viewer, viewer_parameters, visible
from directory.reference.models import networks


def register_export(
    connection: Connection, taken: ContactList, form: str, body: bytes, *, actor: Principal | None
) -> str:
    """Enter a list before it leaves.

    Args:
        connection: A writing unit of work.
        taken: The list.
        form: ``xlsx`` or ``csv``.
        body: The file's bytes.
        actor: Whose account takes it along; None without one.

    Returns:
        The entry's id.
    """
    entry = new_id()
    connection.execute(
        insert(list_exports).values(
            id=entry,
            at=taken.at,
            valid_until=taken.valid_until,
            account=actor.account if actor is not None else None,
            partner=actor.partner if actor is not None else None,
            list=taken.slug,
            form=form,
            digest=hashlib.sha256(body).digest(),
            records=json_list({record["id"] for record in taken.records}),
        )
    )
    return entry


def exports(
    connection: Connection, *, viewer: Viewer, actor: Principal, limit: int, page: str | None
) -> Page:
    """The register, the newest first: an auditor's whole, everybody else's own partner's.

    A colleague's list of a network or meeting that the viewer may not see is absent. Which records
    stood in a list is told to whoever took it and to auditors. What a list is called is told to
    those alone who may see the network or meeting.

    Raises:
        BadPageError: The page is not one of this list.
    """
    seen = or_(
        list_exports.c.list.in_(select(networks.c.slug).where(visible(networks))),
        list_exports.c.list.in_(select(meetings.c.slug).where(visible(meetings))),
    )
    own = list_exports.c.account == literal(actor.account)
    is_auditor = Role.AUDITOR in actor.roles
    statement = (
        select(
            list_exports.c.id,
            list_exports.c.at,
            list_exports.c.valid_until,
            list_exports.c.account,
            list_exports.c.partner,
            case((seen, list_exports.c.list), else_=null()).label("called"),
            list_exports.c.form,
            list_exports.c.digest,
            case((true() if is_auditor else own, list_exports.c.records), else_=null()).label(
                "held"
            ),
        )
        .order_by(list_exports.c.at.desc(), list_exports.c.id.desc())
        .limit(limit + 1)
    )
    if not is_auditor:
        statement = statement.where(
            list_exports.c.partner == literal(actor.partner), or_(own, seen)
        )
    if page is not None:
        statement = statement.where(older(list_exports.c.at, list_exports.c.id, page))
    rows = [
        (_line(row), row.at.isoformat(), row.id)
        for row in connection.execute(statement, viewer_parameters(viewer))
    ]
    return page_of(rows, limit, lambda row: [row[1], row[2]])


def _line(row: Any) -> str:
    return orjson.dumps(
        {
            "id": row.id,
            "at": format_instant(row.at),
            "valid_until": format_instant(row.valid_until),
            "partner": row.partner,
            "account": row.account,
            "list": row.called,
            "form": row.form,
            "digest": bytes(row.digest).hex(),
            "records": None if row.held is None else orjson.Fragment(row.held),
        }
    ).decode()
