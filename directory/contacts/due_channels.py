"""Channels kept ready in the order in which they are to be called, written with every change set.

The rows are a function of the tables of records alone; no viewer and no clock is in them. Of a
channel's checks they count those under its own label, which everybody sees who sees the channel.
Whoever may see another check of it, or asks before its newest, has it judged anew (``due``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Table,
    bindparam,
    case,
    func,
    insert,
    literal_column,
    select,
    true,
)

from directory.changes.kinds import Summary
from directory.contacts.always import answers_always, has_no_hours
from directory.contacts.models import channels, checks, contacts, due_channels
from directory.contacts.rules.words import Verification
from directory.contacts.views import Seen, at_first, newest_check, of_the_channel, same_label
from directory.db import constant, is_one_of, json_list, overlaps
from directory.documents import Document
from directory.reference.models import networks

NEVER = "0"
REACHED = "1"
"""How what is known begins: nothing more where there was no check, or it failed, or it reached."""


def known(seen: Seen, *conditions: ColumnElement[bool]) -> ColumnElement[str]:
    """What the newest check says of a channel and since when, as text that sorts as is wanted."""
    begins = case(
        (at_first() == constant(Verification.FAILED), constant(NEVER)), else_=constant(REACHED)
    )
    newest = newest_check(begins + checks.c.checked_at, seen, *conditions)
    return func.coalesce(newest, constant(NEVER))


# The hours of most channels are those of their desk: what is sought in vain costs most.
IS_ALWAYS = case(
    (overlaps(contacts.c.networks, bindparam("guarded")), true()),
    (has_no_hours(channels.c.document), answers_always(contacts.c.document)),
    else_=answers_always(channels.c.document),
)
"""Whether a channel answers around the clock, by its hours or by what its networks agreed."""


def guarded_networks(connection: Connection) -> list[str]:
    """Slugs of all networks whose contacts answer around the clock by agreement."""
    return list(connection.scalars(_GUARDED))


_GUARDED = select(networks.c.slug).where(
    networks.c.retired_at.is_(None), networks.c.document.contains('"two_people":true')
)


def _refresh(connection: Connection, written: Mapping[str, Sequence[Document]]) -> None:
    ids = {document["id"] for document in written.get("channel", ())}
    ids |= {document["channel"] for document in written.get("check", ())}
    # New contacts have no channels but those written with them, and new networks no contacts.
    desks = {d["id"] for d in written.get("contact", ()) if d["revision"] > 1}
    if slugs := {d["slug"] for d in written.get("network", ()) if d["revision"] > 1}:
        desks |= _ids(connection, contacts.c.id, overlaps(contacts.c.networks, _IDS), slugs)
    if desks:
        ids |= _ids(connection, channels.c.id, is_one_of(channels.c.contact, _IDS), desks)
    if not ids:
        return
    chosen = {"ids": json_list(ids)}
    connection.execute(_FORGET, chosen)
    connection.execute(_WRITE_SOME, chosen | _guarded(connection))


def _ids(
    connection: Connection,
    wanted: ColumnElement[str],
    condition: ColumnElement[bool],
    ids: Iterable[str],
) -> set[str]:
    return set(connection.scalars(select(wanted).where(condition), {"ids": json_list(ids)}))


def _fill(connection: Connection) -> None:
    connection.execute(_WRITE_ALL, _guarded(connection))


def _guarded(connection: Connection) -> dict[str, str]:
    return {"guarded": json_list(guarded_networks(connection))}


def _as_channel(table: Table) -> ColumnElement[bool]:
    return same_label(table, channels)


def _write(chosen: ColumnElement[bool]) -> Any:
    """Insert the rows of some channels."""
    narrower = (
        select(func.min(checks.c.marking))
        .where(of_the_channel(), checks.c.retired_at.is_(None), ~_as_channel(checks))
        .correlate(channels)
        .scalar_subquery()
    )
    rows = (
        select(
            channels.c.id,
            channels.c.contact,
            contacts.c.economy,
            contacts.c.sort_title,
            channels.c.position,
            case((IS_ALWAYS, _ONE), else_=_ZERO),
            known(_as_channel),
            narrower,
        )
        .join(contacts, contacts.c.id == channels.c.contact)
        .where(chosen, channels.c.retired_at.is_(None), contacts.c.retired_at.is_(None))
    )
    return insert(due_channels).from_select(list(due_channels.columns), rows)


_IDS: Any = bindparam("ids")
_ZERO, _ONE = literal_column("0", Integer), literal_column("1", Integer)
_FORGET = due_channels.delete().where(is_one_of(due_channels.c.channel, _IDS))
_WRITE_SOME = _write(is_one_of(channels.c.id, _IDS))
_WRITE_ALL = _write(true())

DUE_CHANNELS = Summary(due_channels, channels, _refresh, _fill)
