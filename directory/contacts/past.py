"""Contacts as the directory held them at a moment, in the very shape in which it serves them now.

What has not been written since is chosen by the database, as in today's lists. What has is read
from the log and chosen here, by the same words; nothing in it has been shown to the policy later
than in the query that read it.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, or_, select, union_all

from directory.changes.errors import UnknownRecordError
from directory.changes.past import (
    Moment,
    Row,
    Version,
    as_they_were,
    changed_since,
    is_unchanged,
    moment_parameters,
    rows_where,
    stream_changed,
    versions,
)
from directory.contacts import queries
from directory.contacts.kinds import CONTACT, ORGANISATION
from directory.contacts.models import contacts, organisations
from directory.contacts.past_views import past_view, past_views
from directory.contacts.queries import GUESTS_LAST, GUESTS_PLACE, ContactFilter, DatedText
from directory.contacts.rules import languages
from directory.db import bytewise, constant, is_one_of, json_list
from directory.documents import Document, canonical
from directory.names import fold, in_english
from directory.pages import Page, after, read_page, write_page
from directory.policy import DIRECTORY, Viewer, viewer_parameters, visible
from directory.prepared import Prepared
from directory.reference.models import economies

NO_ECONOMY = ""
"""Stands for the economy of what answers for none."""
FOR_EVER = datetime.max.replace(tzinfo=UTC)
"""Until when time alone changes nothing in what was."""

# A contact belongs to its economy or to the directory, and never changes its owner: what answered
# for another economy then and answers for another now is the directory's. So is its organisation
# then, of which there are few, and by which there is an index.
_OF_THE_DIRECTORY = and_(
    contacts.c.owner == constant(DIRECTORY),
    contacts.c.organisation.in_(
        select(organisations.c.id).where(organisations.c.owner == constant(DIRECTORY))
    ),
)
_CONCERNED = union_all(
    *(
        select(contacts.c.id).where(condition)
        for condition in (
            is_one_of(contacts.c.economy, bindparam("economies")),
            _OF_THE_DIRECTORY,
            is_one_of(contacts.c.id, bindparam("values")),
        )
    )
)
_DESKS = Prepared(rows_where(CONTACT, contacts.c.id.in_(_CONCERNED)))


def contact(
    connection: Connection, rid: str, *, viewer: Viewer, moment: Moment | None, at: datetime
) -> DatedText:
    """One contact with its parts as they were, live or retired.

    Args:
        connection: A reading unit of work.
        rid: The contact's id.
        viewer: Who asks.
        moment: What had been recorded; None means what is recorded now.
        at: The instant at which its checks are judged.

    Raises:
        UnknownRecordError: There was none that the viewer may see with its organisation.
        ErasedError: What it said then has been erased since.
    """
    if moment is None:
        return queries.contact(connection, rid, viewer=viewer, at=at)
    stored, view = past_view(connection, rid, viewer=viewer, moment=moment, at=at)
    if view is None:
        raise UnknownRecordError(f"There is no contact {rid}.")
    return DatedText(stored.revision, view, FOR_EVER)


def desks(
    connection: Connection,
    economies_concerned: Iterable[str],
    ids: Iterable[str],
    *,
    viewer: Viewer,
    moment: Moment,
    at: datetime,
) -> Mapping[str, str]:
    """The views of all contacts of some economies that were live, and of some contacts by id."""
    concerned, named = frozenset(economies_concerned), frozenset(ids)
    rows = _DESKS.rows(
        connection,
        {
            "economies": json_list(concerned),
            "values": json_list(named),
            **viewer_parameters(viewer),
        },
    )
    found = as_they_were(connection, [Row(CONTACT, *row) for row in rows], moment, viewer=viewer)
    live = {
        rid: version
        for rid, version in found.items()
        if version is not None
        and version.document["retired_at"] is None
        and (version.document["economy"] in concerned or rid in named)
    }
    return past_views(connection, live, viewer=viewer, moment=moment, at=at)


def contacts_of(
    connection: Connection,
    economy: str,
    *,
    viewer: Viewer,
    moment: Moment | None,
    at: datetime,
    limit: int,
    page: str | None,
) -> Page:
    """The contacts that answered for an economy, with their parts, by title.

    Raises:
        BadPageError: The page is not one of this list.
    """
    if moment is None:
        return queries.contacts_of(
            connection, economy, viewer=viewer, at=at, limit=limit, page=page
        )
    chosen = ContactFilter(economy=economy)
    return contact_list(
        connection, chosen, viewer=viewer, moment=moment, at=at, limit=limit, page=page
    )


def contact_list(
    connection: Connection,
    chosen: ContactFilter,
    *,
    viewer: Viewer,
    moment: Moment | None,
    at: datetime,
    limit: int,
    page: str | None,
) -> Page:
    """Contacts that were live, by economy in APEC's order, then by title.

    Args:
        connection: A reading unit of work.
        chosen: Which; not by ``ids`` but for now, which a search of what is held now has found.
        viewer: Who asks.
        moment: What had been recorded; None means what is recorded now.
        at: The instant at which their checks are judged.
        limit: Items on a page.
        page: A place in the list.

    Raises:
        BadPageError: The page is not one of this list.
    """
    if moment is None:
        return queries.contact_list(
            connection, chosen, viewer=viewer, at=at, limit=limit, page=page
        )
    start = tuple(read_page(page, int, str, str, str)) if page is not None else None
    places = _places(connection)
    given = moment_parameters(moment, viewer)
    agencies = _agencies(connection, chosen.organisation, moment, viewer)
    listed: list[_Listed] = []
    for codes in _in_turn(places, chosen.economy, start):
        of_these = _unchanged(connection, chosen, codes, agencies.named, given, limit + 1, start)
        changed = (
            (_key(document, places), document)
            for document in _changed(connection, chosen, codes, agencies, given)
        )
        later = ((key, document) for key, document in changed if start is None or key > start)
        of_these += heapq.nsmallest(limit + 1, later, key=_first)
        listed += sorted(of_these, key=_first)
        if len(listed) > limit:
            break
    shown = listed[:limit]
    held = {
        document["id"]: Version(document, canonical(document).decode()) for _, document in shown
    }
    views = past_views(connection, held, viewer=viewer, moment=moment, at=at)
    following = write_page(list(shown[-1][0])) if len(listed) > limit else None
    return Page([views[rid] for rid in held], following, FOR_EVER)


Key = tuple[int, str, str, str]
"""Place of the economy, its code, the folded title and the id of a contact."""
_Listed = tuple[Key, Document]


def _first(listed: _Listed) -> Key:
    return listed[0]


def _key(document: Document, places: Mapping[str, int]) -> Key:
    economy = document["economy"] or NO_ECONOMY
    return places.get(economy, GUESTS_PLACE), economy, _sorted_by(document), document["id"]


def _sorted_by(document: Document) -> str:
    return _folded(in_english(document["title"]))


@lru_cache(maxsize=50_000)
def _folded(title: str) -> str:
    """A title as ``sort_title`` has it: each page of a list asks for those of a whole economy."""
    return fold(title)


def _places(connection: Connection) -> dict[str, int]:
    """The economies' places in APEC's order, which is the order of today's lists as well."""
    rows = connection.execute(select(economies.c.code, economies.c.apec_order))
    found = {row.code: GUESTS_PLACE if row.apec_order is None else row.apec_order for row in rows}
    return found | {NO_ECONOMY: GUESTS_PLACE}


def _in_turn(
    places: Mapping[str, int], economy: str | None, start: tuple[Any, ...] | None
) -> Iterator[list[str]]:
    """The economies of a list from a place in it, in their order and few at a time.

    What has been written since is found out of order. A page is mostly of one economy, and then
    only that one's has to be read.
    """
    if economy is not None:
        yield [economy]
        return
    codes = sorted(places, key=lambda code: (places[code], code))
    if start is not None:
        codes = [code for code in codes if (places[code], code) >= start[:2]]
    yield from filter(None, (codes[:1], codes[1:4], codes[4:]))


class _Agencies(NamedTuple):
    """The organisations of a list's contacts.

    Attributes:
        seen: Ids of all that the viewer may see now: what has been written since may have left one
            that has been narrowed since.
        named: Ids of those that were asked for by id or slug; None where none was.
    """

    seen: frozenset[str]
    named: frozenset[str] | None


def _agencies(
    connection: Connection, name: str | None, moment: Moment, viewer: Viewer
) -> _Agencies:
    rows = connection.execute(
        select(organisations.c.id, organisations.c.slug).where(visible(organisations)),
        viewer_parameters(viewer),
    ).all()
    seen = frozenset(row.id for row in rows)
    if name is None:
        return _Agencies(seen, None)
    # A slug never changes.
    candidates = [row.id for row in rows if name in (row.id, row.slug)]
    then = versions(connection, (ORGANISATION,), moment, candidates, viewer=viewer)
    return _Agencies(seen, frozenset(version.document["id"] for version in then))


def _unchanged(
    connection: Connection,
    chosen: ContactFilter,
    codes: Sequence[str],
    named: frozenset[str] | None,
    given: Mapping[str, Any],
    most: int,
    start: tuple[Any, ...] | None,
) -> list[_Listed]:
    """The first contacts of some economies in the list that have not been written since."""
    place = func.coalesce(economies.c.apec_order, GUESTS_LAST)
    order = (
        place,
        bytewise(func.coalesce(contacts.c.economy, "")),
        bytewise(contacts.c.sort_title),
        contacts.c.id,
    )
    statement = (
        select(contacts.c.document, *order)
        .outerjoin(economies, economies.c.code == contacts.c.economy)
        .where(
            _is_of(codes),
            contacts.c.retired_at.is_(None),
            is_unchanged(contacts),
            visible(contacts),
        )
        # What is the same in all rows has not to be sorted by, and an index may have the rest.
        .order_by(*(order if len(codes) > 1 else order[2:]))
        .limit(most)
    )
    asked, wanted = chosen.conditions()
    wanted["codes"] = json_list(codes)
    statement = statement.where(*asked)
    if named is not None:
        statement = statement.where(is_one_of(contacts.c.organisation, bindparam("named")))
        wanted["named"] = json_list(named)
    if start is not None:
        statement = statement.where(after(order, start))
    rows = connection.execute(statement, {**given, **wanted})
    return [((place, of, title, rid), orjson.loads(text)) for text, place, of, title, rid in rows]


def _is_of(codes: Sequence[str]) -> ColumnElement[bool]:
    """Whether a contact answers for one of some economies."""
    is_of: ColumnElement[bool] = (
        contacts.c.economy == bindparam("code", codes[0])
        if len(codes) == 1
        else is_one_of(contacts.c.economy, bindparam("codes"))
    )
    return or_(is_of, contacts.c.economy.is_(None)) if NO_ECONOMY in codes else is_of


def _changed(
    connection: Connection,
    chosen: ContactFilter,
    codes: Sequence[str],
    agencies: _Agencies,
    given: Mapping[str, Any],
) -> Iterator[Document]:
    """The contacts of some economies in the list that have been written since, in no order."""
    wanted = {**given, "codes": json_list(codes)}
    of_economies = and_(_is_of(codes), contacts.c.owner != constant(DIRECTORY))
    is_chosen = _chooser(chosen, agencies.seen if agencies.named is None else agencies.named)
    for condition in (of_economies, _OF_THE_DIRECTORY):
        statement = changed_since(CONTACT, condition)
        for document in stream_changed(connection, CONTACT, statement, wanted):
            if (document["economy"] or NO_ECONOMY) in codes and is_chosen(document):
                yield document


def _chooser(chosen: ContactFilter, agencies: frozenset[str]) -> Callable[[Document], bool]:
    spoken = chosen.language and languages.spoken_code(chosen.language)

    def is_chosen(document: Document) -> bool:
        return (
            document["retired_at"] is None
            and document["organisation"] in agencies
            and chosen.economy in (None, document["economy"])
            and (chosen.network is None or chosen.network in document["networks"])
            and (chosen.function is None or document["functions"].get(chosen.function) == "yes")
            and (spoken is None or spoken in map(languages.spoken_code, document["languages"]))
        )

    return is_chosen
