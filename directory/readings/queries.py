"""Who read what, for those who may know.

Investigations are secret. An owner's editors learn how many answers showed records of theirs to
which partner on which day, and nothing else. Reader, record and purpose are for the reader's own
partner, where an entry stands under the label of its record: a colleague who may not see the record
does not learn of it here either. An auditor sees every entry, and by itself no record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, and_, distinct, func, or_, select, true

from directory.access.models import partners
from directory.access.rules import Principal
from directory.clock import format_instant
from directory.db import constant
from directory.pages import Page, older, page_of, read_page
from directory.policy import Role, Tlp, Viewer, viewer_parameters, visible
from directory.readings.errors import ReadingsClosedError
from directory.readings.models import readings

NO_PARTNER = ""
"""How a page and an order write that a reader had no account."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which readings are asked for.

    Attributes:
        owner: Whose records were read.
        partner: Whose accounts read them.
        since: The first day, in UTC; ``until`` is the last.
    """

    owner: str | None = None
    partner: str | None = None
    since: date | None = None
    until: date | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """What of it narrows the list."""
        tests = (
            (self.owner, readings.c.owner == self.owner),
            (self.partner, readings.c.partner == self.partner),
            (self.since, readings.c.day >= str(self.since)),
            (self.until, readings.c.day <= str(self.until)),
        )
        return [condition for given, condition in tests if given is not None]


def find(
    connection: Connection,
    asked: Asked,
    *,
    viewer: Viewer,
    principal: Principal | None,
    names: Mapping[str, str],
    limit: int,
    page: str | None = None,
) -> Page:
    """What an account may know of readings: counts where an owner alone is named, or entries.

    Args:
        connection: A reading unit of work of the log's own store.
        asked: Which readings.
        viewer: Who asks.
        principal: With which account; None without one.
        names: What partners are called, by id.
        limit: Items on a page.
        page: A place in the list.

    Raises:
        ReadingsClosedError: They are not open to this account.
    """
    if asked.owner is not None and asked.partner is None:
        return _counts(connection, asked, viewer, names, limit, page)
    return _entries(connection, asked, viewer, principal, limit, page)


def names_of_partners(connection: Connection) -> dict[str, str]:
    """What every partner is called, by id.

    Args:
        connection: A unit of work of the directory's database.
    """
    return {row.id: row.name for row in connection.execute(select(partners.c.id, partners.c.name))}


def _counts(
    connection: Connection,
    asked: Asked,
    viewer: Viewer,
    names: Mapping[str, str],
    limit: int,
    page: str | None,
) -> Page:
    """How many answers showed an owner's records, by day, the newest first, and by partner."""
    is_auditor = Role.AUDITOR in viewer.roles
    if asked.owner not in viewer.editor_of and not is_auditor:
        raise ReadingsClosedError(
            "How often an owner's records were read is told to the owner's editors."
        )
    day, partner = readings.c.day, func.coalesce(readings.c.partner, constant(NO_PARTNER))
    statement = (
        select(day, partner, func.count(distinct(readings.c.answer)))
        .where(*asked.conditions(), true() if is_auditor else visible(readings))
        .group_by(day, partner)
        .order_by(day.desc(), partner)
        .limit(limit + 1)
    )
    if page is not None:
        last_day, last = read_page(page, str, str)
        statement = statement.where(or_(day < last_day, and_(day == last_day, partner > last)))
    rows = [
        (_count(asked.owner, row, names), row[0], row[1])
        for row in connection.execute(statement, viewer_parameters(viewer))
    ]
    return page_of(rows, limit, lambda row: [row[1], row[2]])


def _entries(
    connection: Connection,
    asked: Asked,
    viewer: Viewer,
    principal: Principal | None,
    limit: int,
    page: str | None,
) -> Page:
    """The entries of the reader's own partner, the newest first; of every one for an auditor."""
    if Role.AUDITOR not in viewer.roles:
        if (
            principal is None
            or not principal.is_reader
            or asked.partner not in {None, principal.partner}
        ):
            raise ReadingsClosedError(
                "Who read what, and why, is told to readers of the same partner and to auditors."
            )
        asked = replace(asked, partner=principal.partner)
        may_know = or_(readings.c.account == principal.account, visible(readings))
    else:
        may_know = true()
    statement = (
        select(readings)
        .where(*asked.conditions(), may_know)
        .order_by(readings.c.at.desc(), readings.c.id.desc())
        .limit(limit + 1)
    )
    if page is not None:
        statement = statement.where(older(readings.c.at, readings.c.id, page))
    rows = [
        (_entry(row), row.at.isoformat(), row.id)
        for row in connection.execute(statement, viewer_parameters(viewer))
    ]
    return page_of(rows, limit, lambda row: [row[1], row[2]])


def _count(owner: str | None, row: Any, names: Mapping[str, str]) -> str:
    day, partner, answers = row
    return orjson.dumps(
        {
            "owner": owner,
            "day": day,
            "partner": partner or None,
            "partner_name": names.get(partner),
            "answers": answers,
        }
    ).decode()


def _entry(row: Any) -> str:
    return orjson.dumps(
        {
            "id": row.id,
            "at": format_instant(row.at),
            "partner": row.partner,
            "account": row.account,
            "owner": row.owner,
            "records": orjson.Fragment(row.records),
            # Not "marking": this tells of records, and does not show them.
            "record_marking": Tlp(row.marking).label,
            "purpose": row.purpose,
            "door": row.door,
            "request_id": row.request_id,
        }
    ).decode()
