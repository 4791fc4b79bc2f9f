"""Confirming a list unchanged in one act: its owner's word that every line of it is right.

A word is not a call. It verifies a channel like one, and ages like one, but says of itself that it
is a ``confirmation``; and it does not overrule a call: a channel whose last check failed is left
out until somebody has reached it. What a word does to a line that answers around the clock is
judged as any other check is (``guarding``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, func, select

from directory.changes import log
from directory.changes.apply import Applied
from directory.changes.errors import InvalidDocumentError, NotYoursError
from directory.changes.kinds import Kinds
from directory.changes.models import log_entries
from directory.changes.operations import PreparedChangeSet, Put
from directory.changes.proposals import Proposed, apply_or_propose
from directory.changes.rights import author
from directory.clock import format_instant
from directory.contacts.models import channels, checks, contacts
from directory.contacts.rules.words import REACHED, CheckMethod, CheckOutcome
from directory.contacts.views import newest_check
from directory.db import is_one_of
from directory.documents import Document
from directory.errors import ConflictError, Fault
from directory.policy import Label, Viewer, covers, may_write, viewer_parameters, visible

MOST_FAULTS = 50


class MovedListError(ConflictError):
    """A list that was to be confirmed is no longer the one that was read."""

    slug = "list-moved"
    title = "The list has changed since it was read"


class NothingToConfirmError(ConflictError):
    """There is no channel that the word of whoever asks could confirm."""

    slug = "nothing-to-confirm"
    title = "There is nothing to confirm"


def checks_for(channels: Iterable[Document], *, on: datetime, source: Document) -> list[Put]:
    """The checks that say of some channels that their owner stands by them.

    Args:
        channels: Documents of channels, live or about to be written, each with its ``id``.
        on: When the word was given.
        source: Where it stands: ``{document, place, meeting}``.
    """
    return [
        Put(
            "check",
            {
                "channel": channel["id"],
                "checked_at": format_instant(on.replace(microsecond=0)),
                "outcome": str(CheckOutcome.CONFIRMED),
                "method": str(CheckMethod.CONFIRMATION),
                "source": source,
            }
            | {name: channel[name] for name in ("owner", "marking", "audience")},
        )
        for channel in channels
    ]


def checks_for_list(
    found: Confirmable, economy: str, *, on: datetime, meeting: tuple[str, Label] | None
) -> list[Put]:
    """The checks of an economy's list.

    Args:
        found: What of the list is confirmed.
        economy: Code of the economy.
        on: When the word was given.
        meeting: Slug and label of the meeting at which it was; it is named as the source only
            where everybody who sees the check sees the meeting.
    """
    source = {"document": f"the list of {economy}, confirmed unchanged", "place": None}
    at_it: list[Document] = []
    elsewhere: list[Document] = []
    for channel in found.channels:
        is_open = meeting is not None and covers(meeting[1], Label.of(channel))
        (at_it if is_open else elsewhere).append(channel)
    name = None if meeting is None else meeting[0]
    return [
        *checks_for(at_it, on=on, source=source | {"meeting": name}),
        *checks_for(elsewhere, on=on, source=source | {"meeting": None}),
    ]


@dataclass(frozen=True, slots=True)
class Confirmable:
    """The part of an economy's list that somebody may confirm.

    Attributes:
        channels: Documents of the channels that their word confirms.
        failed: Documents of those whose last check failed.
        revisions: The revision of each contact and channel of it, by id.
        desks: Documents of its contacts, by id.
    """

    channels: Sequence[Document]
    failed: Sequence[Document]
    revisions: Mapping[str, int]
    desks: Mapping[str, Document]


def confirmable(
    connection: Connection, economy: str, *, viewer: Viewer, among: Sequence[str] | None
) -> Confirmable:
    """What of an economy's list the viewer may confirm, because they see it and write it.

    Args:
        connection: Any unit of work.
        economy: Code of the economy.
        viewer: Who confirms.
        among: Ids of contacts, where only these are confirmed.

    Raises:
        InvalidDocumentError: A contact that was named is none of the economy's.
        NotYoursError: Nothing of the list is theirs to write.
        NothingToConfirmError: There is no channel in it.
    """
    desks = _desks(connection, economy, viewer)
    if among is not None:
        desks = _named(desks, among)
    mine = {rid: desk for rid, desk in desks.items() if may_write(viewer, Label.of(desk))}
    if (among is not None and len(mine) < len(desks)) or (
        not mine and not viewer.editor_of & {economy}
    ):
        raise NotYoursError(
            f"Nothing was confirmed: a list is confirmed by those who write it, {economy}'s"
            " editors. How a call went anybody may report."
        )
    found: list[Document] = []
    failed: list[Document] = []
    revisions = {rid: desk["revision"] for rid, desk in mine.items()}
    for channel, outcome in _lines(connection, economy, viewer):
        if channel["contact"] not in mine:
            continue
        revisions[channel["id"]] = channel["revision"]
        (found if outcome is None or outcome in REACHED else failed).append(channel)
    if not found:
        raise NothingToConfirmError(
            f"Nothing was confirmed: of {economy} no channel is held that a word could confirm."
            " One whose last check failed has to be reached first."
        )
    return Confirmable(found, failed, revisions, mine)


def refuse_moved(found: Confirmable, seen: Mapping[str, int]) -> None:
    """Refuse to confirm what has changed since somebody read it.

    Args:
        found: The list as it is.
        seen: The revision of each contact and channel as they read it, by id. Of a kind of which
            they name none, none is compared.

    Raises:
        MovedListError: One fault for each record that has moved, is gone, or is new.
    """
    faults = list(_moved(found.revisions, seen, _kinds(found)))
    if faults:
        raise MovedListError(
            "Nothing was confirmed: the list has changed since you read it. Read it again.",
            *faults[:MOST_FAULTS],
        )


def _kinds(found: Confirmable) -> dict[str, str]:
    lines = {channel["id"] for channel in (*found.channels, *found.failed)}
    return {rid: "channel" if rid in lines else "contact" for rid in found.revisions}


def _moved(
    held: Mapping[str, int], seen: Mapping[str, int], kinds: Mapping[str, str]
) -> Iterator[Fault]:
    for rid, revision in seen.items():
        now = held.get(rid)
        if now is None:
            yield Fault(f"#/revisions/{rid}", "is no longer in the list that you may confirm")
        elif now != revision:
            yield Fault(f"#/revisions/{rid}", f"is at revision {now} now; you read {revision}")
    named = {kinds[rid] for rid in seen if rid in kinds}
    for rid in held.keys() - seen.keys():
        if kinds[rid] in named:
            yield Fault(f"#/revisions/{rid}", f"this {kinds[rid]} was not in the list you read")


def confirm(
    connection: Connection,
    kinds: Kinds,
    prepared: PreparedChangeSet,
    given: Sequence[Put],
    *,
    found: Confirmable,
    economy: str,
    among: Sequence[str] | None,
    viewer: Viewer,
    at: datetime,
) -> Applied | Proposed:
    """Write the checks of a list, unless it has moved since they were made.

    Args:
        connection: A writing unit of work; it is not committed here.
        kinds: The registered kinds.
        prepared: What ``prepare`` made of ``given``.
        given: What ``checks_for`` made of ``found``.
        found: The list as it was read before anything was locked.
        economy: Code of the economy.
        among: Ids of contacts, where only these are confirmed.
        viewer: Who confirms.
        at: The present instant.

    Raises:
        MovedListError: The list is another one by now.
        DirectoryError: As ``apply`` raises; what takes a second person is no error here.
    """
    log.hold(connection)
    now = confirmable(connection, economy, viewer=viewer, among=among)
    refuse_moved(now, found.revisions)
    if [each["id"] for each in now.channels] != [each["id"] for each in found.channels]:
        raise MovedListError(
            "Nothing was confirmed: a call to one of its channels was reported meanwhile."
        )
    return apply_or_propose(connection, kinds, prepared, given, writer=author(viewer), at=at)


def confirmed_by(connection: Connection, change_set: str, *, viewer: Viewer) -> dict[str, int]:
    """How many channels, of how many contacts, an applied change set confirms."""
    row = connection.execute(
        select(
            func.count().label("channels"),
            func.count(channels.c.contact.distinct()).label("contacts"),
        )
        .select_from(log_entries)
        .join(checks, checks.c.id == log_entries.c.rid)
        .join(channels, channels.c.id == checks.c.channel)
        .where(log_entries.c.change_set == bindparam("change_set"), visible(checks)),
        {"change_set": change_set, **viewer_parameters(viewer)},
    ).one()
    return dict(row._mapping)


def _desks(connection: Connection, economy: str, viewer: Viewer) -> dict[str, Document]:
    rows = connection.execute(
        select(contacts.c.id, contacts.c.document)
        .where(
            contacts.c.economy == bindparam("economy"),
            contacts.c.retired_at.is_(None),
            visible(contacts),
        )
        .order_by(contacts.c.id),
        {"economy": economy, **viewer_parameters(viewer)},
    )
    return {row.id: orjson.loads(row.document) for row in rows}


def _named(desks: Mapping[str, Document], among: Sequence[str]) -> dict[str, Document]:
    faults = [
        Fault(f"#/contacts/{place}", f"there is no contact {rid} in this list")
        for place, rid in enumerate(among)
        if rid not in desks
    ]
    if faults:
        raise InvalidDocumentError("Nothing was confirmed.", *faults[:MOST_FAULTS])
    return {rid: desks[rid] for rid in among}


def _lines(
    connection: Connection, economy: str, viewer: Viewer
) -> Iterator[tuple[Document, str | None]]:
    """The channels of an economy that the viewer sees and writes, and how each last went."""
    rows: Any = connection.execute(
        select(channels.c.document, newest_check(checks.c.outcome, visible).label("outcome"))
        .join(contacts, contacts.c.id == channels.c.contact)
        .where(
            contacts.c.economy == bindparam("economy"),
            contacts.c.retired_at.is_(None),
            visible(contacts),
            channels.c.retired_at.is_(None),
            visible(channels),
            is_one_of(channels.c.owner, bindparam("editor_of")),
        )
        .order_by(channels.c.contact, channels.c.position, channels.c.id),
        {"economy": economy, **viewer_parameters(viewer)},
    )
    for row in rows:
        yield orjson.loads(row.document), row.outcome
