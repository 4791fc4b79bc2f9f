"""Contacts' views kept ready by label: written with every change set, read by nearly every look-up.

The rows are a function of the tables of records alone; no clock is in them. A verification stands
as it was when the check was made, and is turned stale on the way out when the check has aged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    bindparam,
    case,
    func,
    insert,
    null,
    select,
    true,
    union,
)

from directory.changes.kinds import Summary
from directory.clock import format_instant
from directory.contacts.models import (
    channels,
    checks,
    contact_parts,
    contacts,
    holders,
    keys,
    organisations,
)
from directory.contacts.rules.words import STALE_AFTER_DAYS, Verification
from directory.contacts.views import (
    at_first,
    base_text,
    channel_text,
    fresh_since,
    list_text,
    newest_check,
    of_the_channel,
    same_label,
    view_parameters,
    view_text,
)
from directory.db import constant, is_one_of, json_list
from directory.documents import Document
from directory.policy import Viewer, visible
from directory.prepared import Prepared

NEVER = "9999"
"""Sorts after every instant."""

_PARTS = (channels, holders, keys)
_OF_KIND = {"contact": "id", "channel": "contact", "holder": "contact", "key": "contact"}


def _refresh(connection: Connection, written: Mapping[str, Sequence[Document]]) -> None:
    ids = {
        document[field] for kind, field in _OF_KIND.items() for document in written.get(kind, ())
    }
    if checked := {document["channel"] for document in written.get("check", ())}:
        ids |= _contacts(connection, channels.c.contact, channels.c.id, checked)
    # New organisations have no contacts but those written with them.
    changed = {d["id"] for d in written.get("organisation", ()) if d["revision"] > 1}
    if changed:
        ids |= _contacts(connection, contacts.c.id, contacts.c.organisation, changed)
    if not ids:
        return
    chosen = {"ids": json_list(ids)}
    connection.execute(_FORGET, chosen)
    connection.execute(_WRITE_SOME, chosen)


def _contacts(
    connection: Connection, wanted: ColumnElement[str], of: ColumnElement[str], ids: set[str]
) -> set[str]:
    found = connection.scalars(
        select(wanted).where(is_one_of(of, bindparam("ids"))), {"ids": json_list(ids)}
    )
    return set(found)


def _fill(connection: Connection) -> None:
    connection.execute(_WRITE_ALL)


def _chosen(column: ColumnElement[str], *, all_: bool) -> ColumnElement[bool]:
    return true() if all_ else is_one_of(column, bindparam("ids"))


def _write(*, all_: bool) -> Any:
    """Insert the rows of some contacts, or of all."""
    labels = union(
        *(
            select(column.label("contact"), table.c.marking, table.c.audience, table.c.owner).where(
                _chosen(column, all_=all_), table.c.retired_at.is_(None)
            )
            for table, column in (
                (contacts, contacts.c.id),
                *((table, table.c.contact) for table in _PARTS),
            )
        )
    ).subquery("labels")

    def here(table: Table) -> ColumnElement[bool]:
        return same_label(table, labels)  # type: ignore[arg-type]

    def as_channel(table: Table) -> ColumnElement[bool]:
        return same_label(table, channels)

    def over_channels(value: ColumnElement[Any]) -> ColumnElement[Any]:
        return (
            select(value)
            .where(
                channels.c.contact == labels.c.contact,
                channels.c.retired_at.is_(None),
                here(channels),
            )
            .correlate(labels)
            .scalar_subquery()
        )

    newest = newest_check(checks.c.checked_at, as_channel)
    verified = newest_check(
        case((at_first() == constant(Verification.VERIFIED), checks.c.checked_at), else_=null()),
        as_channel,
    )
    narrower = (
        select(func.min(checks.c.marking))
        .join(channels, of_the_channel())
        .where(
            channels.c.contact == labels.c.contact,
            channels.c.retired_at.is_(None),
            checks.c.retired_at.is_(None),
            here(channels),
            ~same_label(checks, channels),
        )
        .correlate(labels)
        .scalar_subquery()
    )
    rows: Select[Any] = (
        select(
            labels.c.contact,
            labels.c.marking,
            labels.c.audience,
            labels.c.owner,
            case((here(contacts), base_text()), else_=null()),
            list_text(channels, here, labels.c.contact, channel_text(as_channel, at_first)),
            list_text(holders, here, labels.c.contact, holders.c.document),
            list_text(keys, here, labels.c.contact, keys.c.document),
            func.coalesce(over_channels(func.max(newest)), constant("")),
            func.coalesce(over_channels(func.min(verified)), constant(NEVER)),
            narrower,
        )
        .join(contacts, contacts.c.id == labels.c.contact)
        .join(organisations, organisations.c.id == contacts.c.organisation)
        .where(contacts.c.retired_at.is_(None))
    )
    return insert(contact_parts).from_select(list(contact_parts.columns), rows)


_FORGET = contact_parts.delete().where(is_one_of(contact_parts.c.contact, bindparam("ids")))
_WRITE_SOME = _write(all_=False)
_WRITE_ALL = _write(all_=True)

CONTACT_PARTS = Summary(contact_parts, contacts, _refresh, _fill)

_SLOW = Prepared(
    select(contacts.c.id, view_text())
    .join(organisations, organisations.c.id == contacts.c.organisation)
    .where(is_one_of(contacts.c.id, bindparam("ids")), visible(contacts))
)
_CHECKED, _VERIFIED = '{"checked_at":"', f'"result":"{Verification.VERIFIED}"}}'
_IS_STALE = f'"result":"{Verification.STALE}"}}'


def parts_of(chosen: Any) -> Select[Any]:
    """Select the prepared parts of chosen contacts, in no order; ``views_of`` puts them together.

    Args:
        chosen: A subquery with the ids of visible contacts in a column ``id``.
    """
    return select(
        contact_parts.c.contact,
        contact_parts.c.base,
        contact_parts.c.channels,
        contact_parts.c.holders,
        contact_parts.c["keys"],
        contact_parts.c.newest_check,
        contact_parts.c.oldest_verified,
        contact_parts.c.narrower_checks,
    ).join_from(
        chosen, contact_parts, and_(contact_parts.c.contact == chosen.c.id, visible(contact_parts))
    )


@dataclass(frozen=True, slots=True)
class Views:
    """Contacts' views at an instant.

    Attributes:
        texts: The JSON text of each, by the contact's id.
        until: The instant until which time alone changes none of them; None where that cannot be
            told.
    """

    texts: Mapping[str, str]
    until: datetime | None


def views_of(
    connection: Connection, rows: Iterable[Sequence[Any]], *, viewer: Viewer, at: datetime
) -> Views:
    """The views of contacts, from the rows that ``parts_of`` selects.

    A contact whose view depends on more than its labels is put together anew, all such contacts in
    one further statement.
    """
    now, since = format_instant(at.replace(microsecond=0)), fresh_since(at)
    clearance = -1 if viewer.clearance is None else int(viewer.clearance)
    by_contact: dict[str, list[Sequence[Any]]] = {}
    slow: set[str] = set()
    for row in rows:
        by_contact.setdefault(row[0], []).append(row)
        narrower = row[_NARROWER]
        if row[_NEWEST] > now or (narrower is not None and narrower <= clearance):
            slow.add(row[0])
    texts: dict[str, str] = {}
    oldest = NEVER
    for rid, parts in by_contact.items():
        if rid not in slow:
            texts[rid], verified = _joined(parts, since)
            oldest = min(oldest, verified)
    if slow:
        found = _SLOW.rows(connection, {"ids": json_list(slow), **view_parameters(viewer, at)})
        texts.update((rid, text) for rid, text in found)
    return Views(texts, None if slow else _lapses_at(oldest))


def _lapses_at(checked_at: str) -> datetime:
    """Until when a check that still verifies its channel goes on to do so, at the least."""
    if checked_at == NEVER:
        return datetime.max.replace(tzinfo=UTC)
    return datetime.fromisoformat(checked_at) + timedelta(days=STALE_AFTER_DAYS)


_BASE, _CHANNELS, _HOLDERS, _KEYS, _NEWEST, _OLDEST, _NARROWER = range(1, 8)


def _joined(parts: Sequence[Sequence[Any]], since: str) -> tuple[str, str]:
    """A view, and when the oldest check was made that still verifies a channel in it."""
    if len(parts) == 1:
        _, base, channel_list, holder_list, key_list, _, oldest, *_ = parts[0]
    else:
        base = next(part[_BASE] for part in parts if part[_BASE] is not None)
        channel_list = _merged(parts, _CHANNELS, by_position)
        holder_list = _merged(parts, _HOLDERS, by_first_day)
        key_list = _merged(parts, _KEYS, by_fingerprint)
        oldest = min(part[_OLDEST] for part in parts)
    if oldest < since:
        channel_list, oldest = _aged(channel_list, since)
    view = f'{base},"channels":[{channel_list}],"holders":[{holder_list}],"keys":[{key_list}]}}'
    return view, oldest


def _merged(parts: Sequence[Sequence[Any]], place: int, order: Any) -> str:
    held: list[str] = [part[place] for part in parts if part[place]]
    if len(held) < 2:
        return held[0] if held else ""
    documents = [document for text in held for document in orjson.loads(f"[{text}]")]
    documents.sort(key=order)
    return orjson.dumps(documents)[1:-1].decode()


def by_position(channel: Document) -> tuple[int, str]:
    """By what channels are put in order."""
    return channel["position"], channel["id"]


def by_first_day(holder: Document) -> tuple[str, str]:
    """By what holders are put in order, those whose first day is not known first."""
    return holder["from_date"] or "", holder["id"]


def by_fingerprint(key: Document) -> tuple[str, str]:
    """By what keys are put in order."""
    return key["fingerprint"], key["id"]


def _aged(channel_list: str, since: str) -> tuple[str, str]:
    """Channels whose verifications have aged, and when the oldest fresh check was made.

    Inside a text of a document every quotation mark is escaped, so what is sought stands nowhere
    but where it is meant.
    """
    pieces: list[str] = []
    oldest, done = NEVER, 0
    while (found := channel_list.find(_VERIFIED, done)) >= 0:
        began = channel_list.rfind(_CHECKED, done, found) + len(_CHECKED)
        checked_at = channel_list[began : channel_list.index('"', began)]
        is_stale = checked_at < since
        if not is_stale:
            oldest = min(oldest, checked_at)
        pieces += (channel_list[done:found], _IS_STALE if is_stale else _VERIFIED)
        done = found + len(_VERIFIED)
    pieces.append(channel_list[done:])
    return "".join(pieces), oldest
