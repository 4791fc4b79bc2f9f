"""Contacts as they are served: each with its organisation, channels, holders and keys.

The stored documents are joined by the database and leave as they are; nothing is parsed on the way
out. Each part carries its own label, so the policy stands in every one of the subqueries: what a
viewer may not see is absent, and a channel's verification rests on the checks they may see.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    ScalarSelect,
    Select,
    Table,
    bindparam,
    case,
    func,
    literal_column,
    select,
)

from directory.clock import format_instant
from directory.contacts.models import channels, checks, contacts, holders, keys, organisations
from directory.contacts.rules.words import REACHED, STALE_AFTER_DAYS, Verification
from directory.db import constant
from directory.policy import Viewer, viewer_parameters, visible

ONE = literal_column("1", Integer)
FAILED, STALE, VERIFIED = map(
    constant, (Verification.FAILED, Verification.STALE, Verification.VERIFIED)
)
UNVERIFIED = f'{{"checked_at":null,"method":null,"result":"{Verification.UNVERIFIED}"}}'


def view_parameters(viewer: Viewer, at: datetime) -> dict[str, Any]:
    """The parameters that ``contact_views`` and ``channel_views`` ask for."""
    return viewer_parameters(viewer) | {
        "at": format_instant(at.replace(microsecond=0)),
        "fresh_since": format_instant(at.replace(microsecond=0) - timedelta(days=STALE_AFTER_DAYS)),
        "day": at.date(),
    }


def contact_views() -> Select[tuple[str]]:
    """Select the JSON text of contacts' views; add conditions, order and limit."""
    return select(view_text().label("view")).join(
        organisations, organisations.c.id == contacts.c.organisation
    )


def view_text() -> ColumnElement[str]:
    """The JSON text of one contact's view, over ``contacts`` joined with ``organisations``."""
    return (
        _opened(contacts.c.document)
        + constant(',"organisation_record":')
        + organisations.c.document
        + constant(',"channels":')
        + _list_of(channels, channel_text(), channels.c.position, channels.c.id)
        + constant(',"holders":')
        + _list_of(
            holders,
            holders.c.document,
            holders.c.from_date,
            holders.c.id,
            where=(holders.c.until_date.is_(None) | (holders.c.until_date > bindparam("day"))),
        )
        + constant(',"keys":')
        + _list_of(keys, keys.c.document, keys.c.fingerprint, keys.c.id)
        + constant("}")
    )


def channel_text() -> ColumnElement[str]:
    """The JSON text of a channel with its verification, computed at the instant asked about."""
    return (
        _opened(channels.c.document)
        + constant(',"verification":')
        + func.coalesce(_verification(), constant(UNVERIFIED))
        + constant("}")
    )


def _verification() -> ScalarSelect[str]:
    """What the newest visible check up to the instant says of the channel."""
    result = case(
        (checks.c.outcome.not_in([constant(outcome) for outcome in REACHED]), FAILED),
        (checks.c.checked_at < bindparam("fresh_since"), STALE),
        else_=VERIFIED,
    )
    text = (
        constant('{"checked_at":"')
        + checks.c.checked_at
        + constant('","method":"')
        + checks.c.method
        + constant('","result":"')
        + result
        + constant('"}')
    )
    return (
        select(text)
        .where(
            checks.c.channel == channels.c.id,
            checks.c.checked_at <= bindparam("at"),
            checks.c.retired_at.is_(None),
            visible(checks),
        )
        .order_by(checks.c.checked_at.desc(), checks.c.id.desc())
        .limit(ONE)
        .correlate(channels)
        .scalar_subquery()
    )


def _list_of(
    table: Table,
    text: ColumnElement[str],
    *order: ColumnElement[Any],
    where: ColumnElement[bool] | None = None,
) -> ColumnElement[str]:
    """The JSON list of a contact's live and visible parts of one kind."""
    parts: FromClause = (
        select(text.label("text"))
        .where(
            table.c.contact == contacts.c.id,
            table.c.retired_at.is_(None),
            visible(table),
            *([] if where is None else [where]),
        )
        .order_by(*order)
        .correlate(contacts)
        .subquery()
    )
    joined = select(func.aggregate_strings(parts.c.text, literal_column("','"))).scalar_subquery()
    return constant("[") + func.coalesce(joined, constant("")) + constant("]")


def _opened(document: ColumnElement[str]) -> ColumnElement[str]:
    """A document without its closing brace, so that more can be added to it."""
    return func.substr(document, ONE, func.length(document) - ONE)
