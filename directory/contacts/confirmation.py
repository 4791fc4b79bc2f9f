"""One act of confirming a list, as API and commands carry it out.

It is worked out in a reading unit of work, before anything is locked; what it confirms is looked at
once more while it is written, so that nobody confirms what they have not read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from directory.changes.apply import Applied
from directory.changes.errors import InvalidDocumentError
from directory.changes.kinds import Kinds
from directory.changes.operations import PreparedChangeSet, Put, prepare
from directory.changes.proposals import Proposed
from directory.changes.queries import find, label_of
from directory.contacts.confirming import (
    Confirmable,
    checks_for_list,
    confirm,
    confirmable,
    confirmed_by,
    refuse_moved,
)
from directory.documents import Document
from directory.errors import Fault
from directory.policy import Label, Viewer
from directory.reference.aliases import economy_called
from directory.reference.facts import Facts

ORIGIN = "edit"
NOTHING_DONE = "Nothing was confirmed."


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody says of a list that they confirm.

    Attributes:
        contacts: Ids of contacts, where only these are confirmed.
        confirmed_at: When the word was given; None means now.
        meeting: Slug of the meeting at which it was.
        note: In their words.
        revisions: The revision of each contact and channel as they read it, by id.
    """

    contacts: Sequence[str] | None = None
    confirmed_at: datetime | None = None
    meeting: str | None = None
    note: str | None = None
    revisions: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Act:
    """One act of confirming, worked out before anything is locked.

    Attributes:
        economy: Code of the economy.
        among: Ids of contacts, where only these are confirmed.
        found: What of the list is confirmed.
        given: Its checks.
        prepared: What ``prepare`` made of them.
    """

    economy: str
    among: Sequence[str] | None
    found: Confirmable
    given: list[Put]
    prepared: PreparedChangeSet


def work_out(
    connection: Connection,
    facts: Facts,
    kinds: Kinds,
    name: str,
    asked: Asked,
    *,
    viewer: Viewer,
    actor: str,
    at: datetime,
) -> Act:
    """Work out what confirming a list would write.

    Args:
        connection: A reading unit of work.
        facts: The reference data that the viewer may see.
        kinds: The registered kinds.
        name: The economy, by its code or any name.
        asked: What is said of it.
        viewer: Who confirms.
        actor: Their account.
        at: The present instant.

    Raises:
        InvalidDocumentError: The word was given in the future, or a contact is none of the list's.
        UnknownRecordError: There is no meeting of that name that the viewer may see.
        MovedListError: The list is no longer the one that was read.
        DirectoryError: As ``economy_called`` and ``confirmable`` raise.
    """
    economy = economy_called(facts, name)
    found = confirmable(connection, economy, viewer=viewer, among=asked.contacts)
    if asked.revisions:
        refuse_moved(found, asked.revisions)
    meeting: tuple[str, Label] | None = None
    if asked.meeting is not None:
        kind = kinds["meeting"]
        rid = find(connection, kind, asked.meeting, viewer=viewer)
        meeting = asked.meeting, label_of(connection, kind, rid, viewer=viewer)
    given = checks_for_list(found, economy, on=asked.confirmed_at or at, meeting=meeting)
    # It would outlast every check of today.
    if any(kinds["check"].untimely(dict(given[0].document), at)):
        raise InvalidDocumentError(NOTHING_DONE, Fault("#/confirmed_at", "lies in the future"))
    prepared = prepare(
        kinds,
        given,
        actor=actor,
        origin=ORIGIN,
        reason=asked.note or f"The list of {economy} was confirmed unchanged.",
        meeting=asked.meeting,
    )
    return Act(economy, asked.contacts, found, given, prepared)


def carry_out(
    connection: Connection, kinds: Kinds, act: Act, *, viewer: Viewer, at: datetime
) -> Applied | Proposed:
    """Write what was worked out, or propose it where that takes a second person.

    Raises:
        DirectoryError: As ``confirm`` raises.
    """
    return confirm(
        connection,
        kinds,
        act.prepared,
        act.given,
        found=act.found,
        economy=act.economy,
        among=act.among,
        viewer=viewer,
        at=at,
    )


def outcome(connection: Connection, act: Act, change_set: str, *, viewer: Viewer) -> Document:
    """What an act that was written has confirmed, and what it left out."""
    counts = confirmed_by(connection, change_set, viewer=viewer)
    return {"change_set": change_set, "state": "applied", **counts, "left_out": left_out(act)}


def left_out(act: Act) -> list[Document]:
    """The channels that a word cannot confirm, each with the reason."""
    return [
        {"channel": each["id"], "contact": each["contact"], "why": "its last check failed"}
        for each in act.found.failed
    ]
