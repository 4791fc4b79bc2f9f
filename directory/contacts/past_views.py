"""Contacts' views put together from the versions of a moment.

What never changes of a record (a channel's contact, a check's channel) is looked for in the rows as
they are now; everything else is judged on the versions themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, bindparam, select, union_all

from directory.changes.kinds import Kind
from directory.changes.past import Moment, Row, Version, as_they_were, rows_where, stored_text
from directory.changes.queries import StoredText, refuse_erased
from directory.clock import format_instant
from directory.contacts.kinds import CHANNEL, CHECK, CONTACT, HOLDER, KEY, ORGANISATION
from directory.contacts.models import channels, checks, contacts, organisations
from directory.contacts.prepared import by_fingerprint, by_first_day, by_position
from directory.contacts.rules.tried import digest_of
from directory.contacts.rules.words import REACHED, Verification
from directory.contacts.views import UNVERIFIED, fresh_since
from directory.db import constant, is_one_of, json_list
from directory.documents import Document
from directory.policy import Viewer, viewer_parameters
from directory.prepared import Prepared

_KINDS = {kind.name: kind for kind in (CONTACT, ORGANISATION, CHANNEL, HOLDER, KEY, CHECK)}
_CONTACTS: Any = bindparam("contacts")
_OF_CONTACTS = select(channels.c.id).where(is_one_of(channels.c.contact, _CONTACTS))
_PARTS = (
    *((kind, is_one_of(kind.table.c.contact, _CONTACTS)) for kind in (CHANNEL, HOLDER, KEY)),
    (CHECK, checks.c.channel.in_(_OF_CONTACTS)),
)
_ORGANISATIONS = is_one_of(organisations.c.id, bindparam("organisations"))
_THEIR_ORGANISATIONS = organisations.c.id.in_(
    select(contacts.c.organisation).where(is_one_of(contacts.c.id, _CONTACTS))
)


def _rows(*parts: tuple[Kind, ColumnElement[bool]]) -> Prepared:
    # One statement: on PostgreSQL each costs more for being one than for what it finds.
    selected = (
        rows_where(kind, condition).add_columns(constant(kind.name).label("kind"))
        for kind, condition in parts
    )
    return Prepared(union_all(*selected))


_PARTS_OF_MANY = _rows((ORGANISATION, _ORGANISATIONS), *_PARTS)
_ALL_OF_ONE = _rows(
    (CONTACT, is_one_of(contacts.c.id, _CONTACTS)),
    (ORGANISATION, _THEIR_ORGANISATIONS),
    *_PARTS,
)


def past_view(
    connection: Connection, rid: str, *, viewer: Viewer, moment: Moment, at: datetime
) -> tuple[StoredText, str | None]:
    """One contact as it was, and the JSON text of its view.

    The view is None where the viewer may not see its organisation any more.

    Raises:
        UnknownRecordError: There was none that the viewer may see.
        ErasedError: What it said then has been erased since.
    """
    given = {"contacts": json_list([rid]), **viewer_parameters(viewer)}
    found = _found(connection, _ALL_OF_ONE, given, viewer, moment)
    if rid not in found:
        refuse_erased(connection, CONTACT, rid, viewer=viewer)
    stored = stored_text(CONTACT, rid, found)
    held = {rid: Version(orjson.loads(stored.text), stored.text)}
    if held[rid].document["organisation"] in found:
        return stored, _views(held, found, at).get(rid)
    # It has another organisation now, or that one is not to be seen.
    return stored, past_views(connection, held, viewer=viewer, moment=moment, at=at).get(rid)


def past_views(
    connection: Connection,
    held: Mapping[str, Version],
    *,
    viewer: Viewer,
    moment: Moment,
    at: datetime,
) -> dict[str, str]:
    """The JSON text of each contact's view, by its id.

    A contact whose organisation the viewer may not see any more is left out: it cannot be shown
    without. That is one which has been written since, and has another organisation now.
    """
    given = {
        "contacts": json_list(held),
        "organisations": json_list({v.document["organisation"] for v in held.values()}),
        **viewer_parameters(viewer),
    }
    return _views(held, _found(connection, _PARTS_OF_MANY, given, viewer, moment), at)


def _found(
    connection: Connection,
    statement: Prepared,
    given: Mapping[str, Any],
    viewer: Viewer,
    moment: Moment,
) -> dict[str, Version | None]:
    rows = [
        Row(_KINDS[kind], rid, seq, text)
        for rid, seq, text, kind in statement.rows(connection, given)
    ]
    return as_they_were(connection, rows, moment, viewer=viewer)


def _views(
    held: Mapping[str, Version], found: Mapping[str, Version | None], at: datetime
) -> dict[str, str]:
    versions = [version for version in found.values() if version is not None]

    def those(kind: Kind) -> list[Version]:
        return [version for version in versions if version.document["kind"] == kind.name]

    organisation_of = {document["id"]: text for document, text in those(ORGANISATION)}
    newest = _newest_checks(those(CHECK), at)
    since = fresh_since(at)
    lists = (
        _by_contact(
            those(CHANNEL), by_position, lambda channel: _channel_text(channel, newest, since)
        ),
        _by_contact(those(HOLDER), by_first_day, _text),
        _by_contact(those(KEY), by_fingerprint, _text),
    )
    return {
        rid: _view_text(version.text, organisation, [texts.get(rid, "") for texts in lists])
        for rid, version in held.items()
        if (organisation := organisation_of.get(version.document["organisation"])) is not None
    }


def _view_text(contact: str, organisation: str, parts: Sequence[str]) -> str:
    channels, holders, keys = parts
    return (
        f'{contact[:-1]},"organisation_record":{organisation}'
        f',"channels":[{channels}],"holders":[{holders}],"keys":[{keys}]}}'
    )


def _by_contact(
    parts: Iterable[Version],
    order: Callable[[Document], tuple[Any, ...]],
    text: Callable[[Version], str],
) -> dict[str, str]:
    """The texts of live parts by contact, in their order, joined by commas."""
    found: dict[str, list[str]] = {}
    for part in sorted(parts, key=lambda version: order(version.document)):
        if part.document["retired_at"] is None:
            found.setdefault(part.document["contact"], []).append(text(part))
    return {rid: ",".join(texts) for rid, texts in found.items()}


def _text(version: Version) -> str:
    return version.text


def _channel_text(
    channel: Version, newest: Mapping[tuple[str, str | None], Document], since: str
) -> str:
    check = newest.get((channel.document["id"], digest_of(channel.document)))
    verification = UNVERIFIED if check is None else _verification(check, since)
    return f'{channel.text[:-1]},"verification":{verification}}}'


def _verification(check: Document, since: str) -> str:
    if check["outcome"] not in REACHED:
        result = Verification.FAILED
    else:
        result = Verification.STALE if check["checked_at"] < since else Verification.VERIFIED
    told = {"checked_at": check["checked_at"], "method": check["method"], "result": str(result)}
    return orjson.dumps(told).decode()


def _newest_checks(
    checks: Iterable[Version], at: datetime
) -> dict[tuple[str, str | None], Document]:
    """The newest live check of each channel, and of what it tried, made by an instant."""
    until = format_instant(at.replace(microsecond=0))
    newest: dict[tuple[str, str | None], Document] = {}
    for check, _ in checks:
        if check["retired_at"] is None and check["checked_at"] <= until:
            what = check["channel"], check["tried"]
            held = newest.get(what)
            if held is None or _made(held) < _made(check):
                newest[what] = check
    return newest


def _made(check: Document) -> tuple[str, str]:
    return check["checked_at"], check["id"]
