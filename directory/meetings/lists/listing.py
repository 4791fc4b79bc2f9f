"""Which lists there are to take along, and what stands in one.

A list goes where nobody asks who reads it. It therefore never holds a record marked RED, not even
for the owner's editors, who read those in the directory alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import orjson
from sqlalchemy import Connection, bindparam, select

from directory.changes.errors import UnknownRecordError
from directory.contacts.queries import ContactFilter, contact_list
from directory.documents import Document
from directory.errors import Fault, InvalidInputError
from directory.meetings.lists.rules.columns import Column
from directory.meetings.lists.rules.printing import economy_row, holders_on, printed_row
from directory.meetings.models import meetings
from directory.names import in_english
from directory.pages import Page, page_of, read_page
from directory.policy import Tlp, Viewer, viewer_parameters, visible
from directory.reference.aliases import economy_called
from directory.reference.facts import Facts
from directory.reference.rules import Status

VALID_DAYS = 30
"""For how long a list may be relied on: people change their posts and numbers."""
ABOUT = "Points of contact:"
MOST_CONTACTS = 10_000
AT_A_TIME = 500
NETWORK, MEETING = "network", "meeting"
_MEETINGS = select(meetings.c.document).where(meetings.c.retired_at.is_(None), visible(meetings))


class ListTooLongError(InvalidInputError):
    """A list would hold more contacts than one file may."""

    slug = "list-too-long"
    title = "The list is too long for one file"


@dataclass(frozen=True, slots=True)
class ContactList:
    """A list of contacts as one reader may take it along.

    Attributes:
        slug: Of the network or meeting whose list it is.
        name: What that is called.
        marking: The narrowest marking of anything in it.
        at: The instant as of which it holds.
        valid_until: Until when it may be relied on.
        rows: The text of each cell.
        economies: Names to choose from, in APEC's order; ``networks`` and ``zones`` likewise.
        records: The documents of everything in it, those to choose from included.
    """

    slug: str
    name: str
    marking: Tlp
    at: datetime
    valid_until: datetime
    rows: Sequence[Mapping[Column, str]]
    economies: Sequence[str]
    networks: Sequence[str]
    zones: Sequence[str]
    records: Sequence[Document] = field(repr=False)

    @property
    def about(self) -> str:
        """What whoever holds the list has to know of it, in one line."""
        return (
            f"{ABOUT} {' '.join(self.name.split())}. TLP:{self.marking.label}. As of"
            f" {self.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC. Valid until"
            f" {self.valid_until.astimezone(UTC):%Y-%m-%d}; after that take a new one."
        )


def taken_along(viewer: Viewer) -> Viewer:
    """A viewer as their lists see for them: RED never leaves the directory."""
    if viewer.clearance is None:
        return viewer
    return replace(viewer, clearance=min(viewer.clearance, Tlp.AMBER_STRICT))


def economies_named(facts: Facts, text: str | None) -> list[str] | None:
    """The codes of the economies that a list is narrowed to; None where it is not.

    Several stand as codes with commas between. A comma may also stand in a name.

    Raises:
        AmbiguousEconomyError: A name may mean several.
        UnknownEconomyError: No economy the viewer may see is called that.
    """
    if text is None:
        return None
    several = [part.strip() for part in text.split(",") if part.strip()]
    if len(several) > 1 and all(code in facts.economies for code in several):
        return list(dict.fromkeys(several))
    return [economy_called(facts, text)]


def list_called(
    connection: Connection,
    slug: str,
    *,
    economies: Sequence[str] | None = None,
    viewer: Viewer,
    facts: Facts,
    at: datetime,
) -> ContactList:
    """The list of a network, or else of a meeting, by its slug.

    A network's holds the contacts designated for it, a meeting's all contacts of all economies,
    which delegates complete there. Who is expected and has no contact stands in it with a row of
    its own: the members of the network, or those of APEC.

    Args:
        connection: A reading unit of work.
        slug: The network's or the meeting's.
        economies: Codes of those to narrow it to.
        viewer: Who takes it along, as ``taken_along`` has them.
        facts: The reference data that this viewer may see.
        at: The present instant.

    Raises:
        ListTooLongError: It would hold more than ``MOST_CONTACTS``.
        UnknownRecordError: The viewer may see no such network or meeting.
    """
    network = facts.networks.get(slug)
    of = network or _meeting(connection, slug, viewer)
    day = at.astimezone(UTC).date()
    views = _views(connection, slug if network else None, economies, viewer, at)
    if network is None:
        views = [view for view in views if view["economy"] is not None]
        expected = {code for code, each in facts.economies.items() if each["apec_order"]}
    else:
        expected = _members(facts, slug, day)
    wanted = facts.economies.keys() if economies is None else set(economies)
    rows = list(_rows(views, expected & wanted, facts, day))
    chosen = [*facts.economies.values(), *facts.networks.values()]
    records = [of, *(each for each in chosen if each is not of)]
    for view in views:
        records += [view, view["organisation_record"], *view["channels"], *holders_on(view, day)]
    return ContactList(
        slug,
        in_english(of["name"]),
        max(Tlp.from_label(record["marking"]) for record in records),
        at,
        at + timedelta(days=VALID_DAYS),
        rows,
        [in_english(each["name"]) for each in facts.economies.values()],
        [in_english(each["name"]) for each in facts.networks.values()],
        list(dict.fromkeys(zone for each in facts.economies.values() for zone in each["zones"])),
        records,
    )


@dataclass(frozen=True, slots=True)
class Lists:
    """A page of the lists there are, and the networks and meetings whose they are."""

    page: Page
    records: Sequence[Document]


def lists(
    connection: Connection, *, viewer: Viewer, facts: Facts, limit: int, page: str | None
) -> Lists:
    """The lists that a viewer may take along: those of networks, then those of meetings, by slug.

    Raises:
        BadPageError: The page is not one of this list.
    """
    whose = {(NETWORK, slug): document for slug, document in facts.networks.items()}
    for text in connection.scalars(_MEETINGS, viewer_parameters(viewer)):
        document = orjson.loads(text)
        # A network's slug leads to the network.
        if document["slug"] not in facts.networks:
            whose[MEETING, document["slug"]] = document
    order = sorted(whose, key=lambda key: (key[0] == MEETING, key[1]))
    if page is not None:
        kind, slug = read_page(page, str, str)
        order = [key for key in order if (key[0] == MEETING, key[1]) > (kind == MEETING, slug)]
    rows = [(_line(kind, whose[kind, slug]), kind, slug) for kind, slug in order[: limit + 1]]
    shown = [whose[key] for key in order[:limit]]
    return Lists(page_of(rows, limit, lambda row: [row[1], row[2]]), shown)


def _line(kind: str, document: Document) -> str:
    """A list for those who choose one; not ``kind``: it is no record."""
    told = {"slug": document["slug"], "name": in_english(document["name"]), "list_of": kind}
    return orjson.dumps(told).decode()


def _meeting(connection: Connection, slug: str, viewer: Viewer) -> Document:
    text = connection.scalar(
        _MEETINGS.where(meetings.c.slug == bindparam("slug")),
        {"slug": slug, **viewer_parameters(viewer)},
    )
    if text is None:
        raise UnknownRecordError(f"There is no list {slug!r}: no network or meeting has that slug.")
    found: Document = orjson.loads(text)
    return found


def _views(
    connection: Connection,
    network: str | None,
    economies: Sequence[str] | None,
    viewer: Viewer,
    at: datetime,
) -> list[Document]:
    """The views of a list's contacts, by economy and title."""
    found: list[Document] = []
    for code in [None] if economies is None else economies:
        chosen = ContactFilter(economy=code, network=network)
        for view in _views_of(connection, chosen, viewer, at):
            if len(found) == MOST_CONTACTS:
                raise ListTooLongError(
                    f"The list has more than {MOST_CONTACTS} contacts; take it for some economies"
                    " at a time.",
                    Fault("?economy", "name some: TW,JP"),
                )
            found.append(view)
    return found


def _views_of(
    connection: Connection, chosen: ContactFilter, viewer: Viewer, at: datetime
) -> Iterator[Document]:
    """Contacts' views without their keys, read some at a time: the texts of all are large."""
    page: str | None = None
    while True:
        part = contact_list(connection, chosen, viewer=viewer, at=at, limit=AT_A_TIME, page=page)
        for text in part.texts:
            view: Document = orjson.loads(text)
            del view["keys"]
            yield view
        if (page := part.next) is None:
            return


def _members(facts: Facts, network: str, day: date) -> set[str]:
    today = day.isoformat()
    return {
        each["economy"]
        for each in facts.memberships
        if each["network"] == network
        and each["status"] == Status.MEMBER
        and (each["from_date"] or "") <= today < (each["until_date"] or "9999-12-31")
    }


def _rows(
    views: Sequence[Document], expected: set[str], facts: Facts, day: date
) -> Iterator[dict[Column, str]]:
    """The rows in APEC's order; contacts that answer for no economy come last."""
    names = {slug: in_english(document["name"]) for slug, document in facts.networks.items()}
    held: dict[str | None, list[Document]] = {}
    for view in views:
        held.setdefault(view["economy"], []).append(view)
    for code in [*facts.economies, *(held.keys() - facts.economies.keys())]:
        economy = facts.economies.get(code or "")
        called = in_english(economy["name"]) if economy is not None else code or ""
        for view in held.get(code, ()):
            yield printed_row(view, economy_name=called, network_names=names, day=day)
        if economy is not None and code in expected and code not in held:
            yield economy_row(economy, economy_name=called, day=day)
