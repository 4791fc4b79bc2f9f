"""Contacts as they are served: each with its organisation, channels, holders and keys, as JSON.

Two ways lead to the same text. ``view_text`` joins the stored documents for one viewer at one
instant, with the policy in every subquery. ``prepared`` keeps it ready by label, since everybody
who may see a label sees the same under it, and is several times as fast; it leaves to the first way
what depends on more than the label: retired contacts, instants in the past, and checks marked more
narrowly than their channel. A test holds the two to each other.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    ScalarSelect,
    Table,
    and_,
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

COMMA: Any = constant(",")
ONE = literal_column("1", Integer)
FAILED, STALE, VERIFIED = map(
    constant, (Verification.FAILED, Verification.STALE, Verification.VERIFIED)
)
UNVERIFIED = f'{{"checked_at":null,"method":null,"result":"{Verification.UNVERIFIED}"}}'

Seen = Callable[[Table], ColumnElement[bool]]
"""Which rows of a table go into a view."""


def view_parameters(viewer: Viewer, at: datetime) -> dict[str, Any]:
    """The parameters that views for a viewer ask for."""
    return viewer_parameters(viewer) | {
        "at": format_instant(at.replace(microsecond=0)),
        "fresh_since": fresh_since(at),
    }


def fresh_since(at: datetime) -> str:
    """The instant since which a check still verifies its channel, as documents write it."""
    return format_instant(at.replace(microsecond=0) - timedelta(days=STALE_AFTER_DAYS))


def view_text() -> ColumnElement[str]:
    """The JSON text of one contact's view, over ``contacts`` joined with ``organisations``."""
    return (
        base_text()
        + constant(',"channels":[')
        + list_text(channels, visible, contacts.c.id, channel_text(visible, at_instant))
        + constant('],"holders":[')
        + list_text(holders, visible, contacts.c.id, holders.c.document)
        + constant('],"keys":[')
        + list_text(keys, visible, contacts.c.id, keys.c.document)
        + constant("]}")
    )


def base_text() -> ColumnElement[str]:
    """A contact's document, open at its end, with its organisation's added."""
    return (
        _opened(contacts.c.document)
        + constant(',"organisation_record":')
        + organisations.c.document
    )


_ORDER: dict[Table, tuple[ColumnElement[Any], ...]] = {
    channels: (channels.c.position, channels.c.id),
    holders: (holders.c.from_date.nulls_first(), holders.c.id),
    keys: (keys.c.fingerprint, keys.c.id),
}


def list_text(
    table: Table, seen: Seen, contact: ColumnElement[str], text: ColumnElement[str]
) -> ColumnElement[str]:
    """The texts of a contact's live parts of one kind, joined by commas."""
    parts: FromClause = (
        select(text.label("text"))
        .where(table.c.contact == contact, table.c.retired_at.is_(None), seen(table))
        .order_by(*_ORDER[table])
        .correlate(contact.table)
        .subquery()
    )
    joined = select(func.aggregate_strings(parts.c.text, COMMA)).scalar_subquery()
    return func.coalesce(joined, constant(""))


def channel_text(seen: Seen, result: Callable[[], ColumnElement[str]]) -> ColumnElement[str]:
    """The JSON text of a channel with its verification."""
    return (
        _opened(channels.c.document)
        + constant(',"verification":')
        + func.coalesce(_verification(seen, result), constant(UNVERIFIED))
        + constant("}")
    )


def at_instant() -> ColumnElement[str]:
    """What a check says of its channel at the instant asked about."""
    return case(
        (_failed(), FAILED),
        (checks.c.checked_at < bindparam("fresh_since"), STALE),
        else_=VERIFIED,
    )


def at_first() -> ColumnElement[str]:
    """What a check says of its channel when it is made: it may have gone stale since."""
    return case((_failed(), FAILED), else_=VERIFIED)


def _failed() -> ColumnElement[bool]:
    return checks.c.outcome.not_in([constant(outcome) for outcome in REACHED])


def _verification(seen: Seen, result: Callable[[], ColumnElement[str]]) -> ScalarSelect[str]:
    """What the newest check says of the channel."""
    text = (
        constant('{"checked_at":"')
        + checks.c.checked_at
        + constant('","method":"')
        + checks.c.method
        + constant('","result":"')
        + result()
        + constant('"}')
    )
    return newest_check(
        text, seen, *([checks.c.checked_at <= bindparam("at")] if result is at_instant else [])
    )


def newest_check(
    value: ColumnElement[str], seen: Seen, *conditions: ColumnElement[bool]
) -> ScalarSelect[str]:
    """Something of the newest check of the channel as it is."""
    return (
        select(value)
        .where(
            of_the_channel(),
            checks.c.retired_at.is_(None),
            seen(checks),
            *conditions,
        )
        .order_by(checks.c.checked_at.desc(), checks.c.id.desc())
        .limit(ONE)
        .correlate(channels)
        .scalar_subquery()
    )


def of_the_channel() -> ColumnElement[bool]:
    """Whether a check tried the number or address that its channel has now."""
    return and_(checks.c.channel == channels.c.id, checks.c.tried == channels.c.digest)


def same_label(table: Table, other: Table) -> ColumnElement[bool]:
    """Whether a row stands under the label of another, so that the same viewers see both."""
    return and_(table.c.marking == other.c.marking, table.c.audience == other.c.audience)


def _opened(document: ColumnElement[str]) -> ColumnElement[str]:
    """A document without its closing brace, so that more can be added to it."""
    return func.substr(document, ONE, func.length(document) - ONE)
