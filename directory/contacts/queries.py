"""Contacts and organisations as their viewer may see them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Table,
    bindparam,
    func,
    literal_column,
    or_,
    select,
)

from directory.changes.errors import UnknownRecordError
from directory.changes.queries import StoredText, refuse_erased
from directory.contacts.kinds import CONTACT
from directory.contacts.models import checks, contacts, organisations
from directory.contacts.prepared import Views, parts_of, views_of
from directory.contacts.rules import languages
from directory.contacts.views import view_parameters, view_text
from directory.db import is_one_of, json_list, overlaps
from directory.documents import Document
from directory.pages import Page, after, page_of, read_page
from directory.policy import Viewer, viewer_parameters, visible
from directory.prepared import Prepared
from directory.reference.models import economies

_IN_ORDER = (contacts.c.sort_title, contacts.c.id)
_LIVE = (contacts.c.retired_at.is_(None), visible(contacts))
GUESTS_PLACE = 1_000_000
"""The place of economies that have none in APEC's order, and of desks that answer for none."""
GUESTS_LAST = literal_column(str(GUESTS_PLACE), Integer)


@dataclass(frozen=True, slots=True)
class ContactFilter:
    """What the contacts of a list have in common; None leaves a thing open.

    Attributes:
        economy: Code of the economy they answer for.
        network: Slug of a network they are designated for.
        function: A function they are known to perform.
        language: BCP 47 tag of a language they speak, in any script or variety.
        organisation: Id or slug of their organisation.
        ids: The contacts themselves, as a search found them.
    """

    economy: str | None = None
    network: str | None = None
    function: str | None = None
    language: str | None = None
    organisation: str | None = None
    ids: Sequence[str] | None = None

    def conditions(self) -> tuple[list[ColumnElement[bool]], dict[str, Any]]:
        """What is asked of the contacts' rows, but for the organisation, and its parameters."""
        asked: list[ColumnElement[bool]] = []
        parameters: dict[str, Any] = {}
        if self.economy is not None:
            asked.append(contacts.c.economy == bindparam("economy"))
            parameters["economy"] = self.economy
        for column, value in (
            (contacts.c.networks, self.network),
            (contacts.c.functions, self.function),
            (contacts.c.spoken, self.language and languages.spoken_code(self.language)),
        ):
            if value is not None:
                asked.append(overlaps(column, bindparam(f"one_{column.name}")))
                parameters[f"one_{column.name}"] = json_list([value])
        if self.ids is not None:
            asked.append(is_one_of(contacts.c.id, bindparam("ids")))
            parameters["ids"] = json_list(self.ids)
        return asked, parameters


_OF_ECONOMY_CHOSEN = (
    select(contacts.c.id, contacts.c.sort_title)
    .where(
        contacts.c.economy == bindparam("economy"),
        *_LIVE,
        contacts.c.sort_title >= bindparam("after_title"),
        or_(
            contacts.c.sort_title > bindparam("after_title"),
            contacts.c.id > bindparam("after_id"),
        ),
    )
    .order_by(*_IN_ORDER)
    .limit(bindparam("limit"))
    .subquery("chosen")
)
# Not ordered: a page is quicker to put in order here than its long texts are in the database.
_OF_ECONOMY = Prepared(parts_of(_OF_ECONOMY_CHOSEN).add_columns(_OF_ECONOMY_CHOSEN.c.sort_title))
_DESKS_CHOSEN = (
    select(contacts.c.id)
    .where(
        or_(
            is_one_of(contacts.c.economy, bindparam("economies")),
            is_one_of(contacts.c.id, bindparam("ids")),
        ),
        *_LIVE,
    )
    .subquery("chosen")
)
_DESKS = Prepared(parts_of(_DESKS_CHOSEN))

_ONE_CHOSEN = (
    select(contacts.c.id, contacts.c.revision)
    .where(contacts.c.id == bindparam("id"), *_LIVE)
    .subquery("chosen")
)
_ONE_LIVE = Prepared(parts_of(_ONE_CHOSEN).add_columns(_ONE_CHOSEN.c.revision))
_ONE = Prepared(
    select(contacts.c.revision, view_text())
    .join(organisations, organisations.c.id == contacts.c.organisation)
    .where(contacts.c.id == bindparam("id"), visible(contacts))
)


def contacts_of(
    connection: Connection,
    economy: str,
    *,
    viewer: Viewer,
    at: datetime,
    limit: int,
    page: str | None,
) -> Page:
    """The contacts that answer for an economy, with their parts, by title.

    Raises:
        BadPageError: The page is not one of this list.
    """
    title, rid = read_page(page, str, str) if page is not None else ("", "")
    rows = _OF_ECONOMY.rows(
        connection,
        {
            "economy": economy,
            "after_title": title,
            "after_id": rid,
            "limit": limit + 1,
            **viewer_parameters(viewer),
        },
    )
    views = views_of(connection, rows, viewer=viewer, at=at)
    order = sorted({(row[-1], row[0]) for row in rows})
    return page_of(
        [(views.texts[rid], title, rid) for title, rid in order],
        limit,
        lambda row: list(row[1:]),
        until=views.until,
    )


@dataclass(frozen=True, slots=True)
class DatedText(StoredText):
    """A contact's view at an instant.

    Attributes:
        until: The instant until which time alone changes nothing in it; None where it cannot be
            told.
    """

    until: datetime | None


def contact(connection: Connection, rid: str, *, viewer: Viewer, at: datetime) -> DatedText:
    """One contact with its parts, live or retired.

    Raises:
        UnknownRecordError: There is none that the viewer may see.
        ErasedError: It has been erased.
    """
    rows = _ONE_LIVE.rows(connection, {"id": rid, **viewer_parameters(viewer)})
    if rows:
        views = views_of(connection, rows, viewer=viewer, at=at)
        return DatedText(rows[0][-1], views.texts[rid], views.until)
    # Of a retired contact no view stands ready.
    rows = _ONE.rows(connection, {"id": rid, **view_parameters(viewer, at)})
    if not rows:
        refuse_erased(connection, CONTACT, rid, viewer=viewer)
        raise UnknownRecordError(f"There is no contact {rid}.")
    return DatedText(rows[0][0], rows[0][1], None)


def desks(
    connection: Connection,
    economies_concerned: Iterable[str],
    ids: Iterable[str],
    *,
    viewer: Viewer,
    at: datetime,
) -> Views:
    """The views of all live contacts of some economies, and of some contacts by id."""
    rows = _DESKS.rows(
        connection,
        {
            "economies": json_list(economies_concerned),
            "ids": json_list(ids),
            **viewer_parameters(viewer),
        },
    )
    return views_of(connection, rows, viewer=viewer, at=at)


def contact_list(
    connection: Connection,
    chosen: ContactFilter,
    *,
    viewer: Viewer,
    at: datetime,
    limit: int,
    page: str | None,
) -> Page:
    """Contacts by economy in APEC's order, then by title.

    Raises:
        BadPageError: The page is not one of this list.
    """
    place = func.coalesce(economies.c.apec_order, GUESTS_LAST).label("place")
    order = (place, func.coalesce(contacts.c.economy, "").label("of"), *_IN_ORDER)
    statement = (
        select(contacts.c.id, place, order[1], contacts.c.sort_title)
        .join(organisations, organisations.c.id == contacts.c.organisation)
        .outerjoin(economies, economies.c.code == contacts.c.economy)
        .where(*_LIVE)
        .order_by(*order)
        .limit(bindparam("limit"))
    )
    asked, wanted = chosen.conditions()
    statement = statement.where(*asked)
    parameters = {"limit": limit + 1, **wanted, **viewer_parameters(viewer)}
    if chosen.organisation is not None:
        # A slug of an organisation the viewer may not see must not choose its contacts.
        statement = statement.where(
            or_(
                organisations.c.id == bindparam("organisation"),
                organisations.c.slug == bindparam("organisation"),
            ),
            visible(organisations),
        )
        parameters["organisation"] = chosen.organisation
    if page is not None:
        statement = statement.where(after(order, read_page(page, int, str, str, str)))
    these = statement.subquery("chosen")
    key = (these.c.place, these.c.of, these.c.sort_title, these.c.id)
    rows = connection.execute(parts_of(these).add_columns(*key).order_by(*key), parameters).all()
    views = views_of(connection, rows, viewer=viewer, at=at)
    keys = {row[0]: row[-len(key) :] for row in rows}
    return page_of(
        [(views.texts[rid], *place) for rid, place in keys.items()],
        limit,
        lambda row: list(row[1:]),
        until=views.until,
    )


def organisation_list(
    connection: Connection, *, economy: str | None, viewer: Viewer, limit: int, page: str | None
) -> Page:
    """Organisations by slug.

    Raises:
        BadPageError: The page is not one of this list.
    """
    statement = (
        select(organisations.c.document, organisations.c.slug)
        .where(organisations.c.retired_at.is_(None), visible(organisations))
        .order_by(organisations.c.slug)
        .limit(limit + 1)
    )
    if economy is not None:
        statement = statement.where(organisations.c.economy == economy)
    if page is not None:
        statement = statement.where(after((organisations.c.slug,), read_page(page, str)))
    rows = connection.execute(statement, viewer_parameters(viewer)).all()
    return page_of(rows, limit, lambda row: [row[1]])


def organisations_of(
    connection: Connection, codes: Iterable[str], *, viewer: Viewer
) -> list[Document]:
    """The live organisations of some economies, by slug."""
    belongs = is_one_of(organisations.c.economy, bindparam("wanted"))
    return _live_of(connection, organisations, belongs, codes, organisations.c.slug, viewer)


def checks_of(connection: Connection, channels: Iterable[str], *, viewer: Viewer) -> list[Document]:
    """The live checks of some channels, by their ids."""
    belongs = is_one_of(checks.c.channel, bindparam("wanted"))
    return _live_of(connection, checks, belongs, channels, checks.c.id, viewer)


def _live_of(
    connection: Connection,
    table: Table,
    belongs: ColumnElement[bool],
    wanted: Iterable[str],
    order: ColumnElement[Any],
    viewer: Viewer,
) -> list[Document]:
    rows = connection.execute(
        select(table.c.document)
        .where(belongs, table.c.retired_at.is_(None), visible(table))
        .order_by(order),
        {"wanted": json_list(wanted), **viewer_parameters(viewer)},
    )
    return [orjson.loads(row.document) for row in rows]


def organisation(connection: Connection, name: str, *, viewer: Viewer) -> StoredText:
    """One organisation by id or slug, live or retired.

    Raises:
        UnknownRecordError: There is none that the viewer may see.
    """
    found = connection.execute(
        select(organisations.c.revision, organisations.c.document)
        .where(
            or_(organisations.c.id == bindparam("name"), organisations.c.slug == bindparam("name")),
            visible(organisations),
        )
        # A hidden organisation may have had the name first; who sees both gets always the same.
        .order_by(organisations.c.id)
        .limit(1),
        {"name": name, **viewer_parameters(viewer)},
    ).one_or_none()
    if found is None:
        raise UnknownRecordError(f"There is no organisation {name!r}.")
    return StoredText(found.revision, found.document)
