"""Contacts' views put together from the versions of a moment.

What never changes of a record (a channel's contact, a check's channel) is looked for in the rows as
they are now; everything else is judged on the versions themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, select

from directory.changes.kinds import Kind
from directory.changes.past import Moment, Row, Version, as_they_were, rows_where
from directory.clock import format_instant
from directory.contacts.kinds import CHANNEL, CHECK, HOLDER, KEY, ORGANISATION
from directory.contacts.models import channels, checks, organisations
from directory.contacts.prepared import by_fingerprint, by_first_day, by_position
from directory.contacts.rules.tried import digest_of
from directory.contacts.rules.words import REACHED, Verification
from directory.contacts.views import UNVERIFIED, fresh_since
from directory.db import Prepared, is_one_of, json_list
from directory.documents import Document
from directory.policy import Viewer, viewer_parameters

_OF_CONTACTS = select(channels.c.id).where(is_one_of(channels.c.contact, bindparam("contacts")))
_PARTS = (
    (
        ORGANISATION,
        Prepared(
            rows_where(ORGANISATION, is_one_of(organisations.c.id, bindparam("organisations")))
        ),
    ),
    *(
        (
            kind,
            Prepared(rows_where(kind, is_one_of(kind.table.c.contact, bindparam("contacts")))),
        )
        for kind in (CHANNEL, HOLDER, KEY)
    ),
    (CHECK, Prepared(rows_where(CHECK, checks.c.channel.in_(_OF_CONTACTS)))),
)


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
    rows = [Row(kind, *row) for kind, rows_of in _PARTS for row in rows_of.rows(connection, given)]
    found = as_they_were(connection, rows, moment, viewer=viewer)
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
