"""Taking a person out of the directory: first what would be done, place by place, then all of it.

One unit of work does what is the database's own: records written anew without the name, then past
and records erased, and texts beside the log put out. What lies elsewhere follows, and may be done
again: it finds nothing the second time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from directory.access.commands.acting import refuse_no_operator
from directory.access.errors import AccessConflictError
from directory.access.models import accounts
from directory.changes import log, rows
from directory.changes.apply import apply
from directory.changes.deciding import restate
from directory.changes.errors import StaleRevisionError, UnknownRecordError
from directory.changes.journal import Blank, Journal
from directory.changes.kinds import Kinds
from directory.changes.models import change_sets
from directory.changes.operations import Operation, Put, prepare
from directory.changes.queries import logged_among, newest_among
from directory.changes.reaching import Erasing, reach
from directory.changes.reapplying import ERASED
from directory.changes.redact import Redacted, put_out, redact
from directory.changes.redactions import ACTOR, ORIGIN, REASONS, Why
from directory.clearing import note_uncleared
from directory.db import Database
from directory.documents import Document
from directory.persons.finding import Found
from directory.persons.outside import Taken, taken_outside
from directory.persons.places import Place, Treatment
from directory.persons.records import is_theirs
from directory.persons.rules.matching import Person
from directory.persons.tables import blank_of, dropped_with
from directory.persons.unreadable import clear_erased, erasing_alone
from directory.readings.log import ReadingLog
from directory.readings.models import readings

LEAST = 0.6
"""How sure it has to be, unless asked otherwise, that a place is about the person."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What erasing a person would do.

    Attributes:
        person: Who.
        least: How sure it has to be.
        treated: The places that are treated.
        left: Those that are not sure enough, or only a person can treat; on a mirror, all that it
            has copied.
        erasing: What is erased, but for what the rewriting adds.
        rewritten: The places at which records are written anew, by kind and id.
        along: Records that go because they cannot stand without another.
        newest: The newest entry of each record that goes whole.
        taken: What was taken outside.
    """

    person: Person
    least: float
    treated: tuple[Place, ...]
    left: tuple[Place, ...]
    erasing: Erasing
    rewritten: dict[tuple[str, str], tuple[str, ...]]
    along: frozenset[str]
    newest: Mapping[str, int]
    taken: tuple[Taken, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to erase."""
        erasing = self.erasing
        return not (
            erasing.records
            or erasing.past
            or erasing.change_sets
            or erasing.blanks
            or erasing.elsewhere
        )


@dataclass(frozen=True, slots=True)
class Erased:
    """What was done.

    Attributes:
        redacted: In the log.
        snapshots: How many snapshots for partners were taken away.
        taken: What was taken outside and has not dropped it.
        todo: What is left to be seen to by hand.
    """

    redacted: Redacted
    snapshots: int
    taken: tuple[Taken, ...]
    todo: tuple[str, ...]


def plan(
    connection: Connection,
    kinds: Kinds,
    found: Found,
    *,
    records: Sequence[str] = (),
    least: float = LEAST,
    is_local: bool,
    at: datetime,
) -> Plan:
    """What erasing a person would do; nothing is written.

    Args:
        connection: A reading unit of work.
        kinds: The registered kinds.
        found: Where they occur.
        records: Ids of records that are theirs, whatever they say.
        least: How sure it has to be that a place is about them.
        is_local: Whether the log of readings is a database of its own.
        at: The present instant.

    Raises:
        UnknownRecordError: There never was one of the records.
        StillReferredToError: What stays names something of it.
    """
    for rid in sorted(set(records) - logged_among(connection, records)):
        raise UnknownRecordError(f"There is no record {rid}.")
    is_copy = log.copied_from(connection) is not None
    treated = [
        place
        for place in found.places
        if place.treatment is not Treatment.BY_HAND
        # What a mirror has copied is erased at the origin, and goes here with the next pull.
        and not (is_copy and _is_of_the_log(place))
        and (place.confidence >= least or place.key.get("id") in records)
    ]
    whole = set() if is_copy else set(records)
    rewritten: dict[tuple[str, str], list[str]] = {}
    past: set[int] = set()
    for place in treated:
        if place.seq is None:
            continue
        past.add(place.seq)
        if is_theirs(place) or (place.store == "record" and place.treatment is Treatment.ERASED):
            whole.add(place.key["id"])
        elif place.treatment is Treatment.REWRITTEN:
            rewritten.setdefault((place.key["kind"], place.key["id"]), []).append(place.field)
    present = {place.seq for place in treated if place.store == "record"}
    # What is written anew has no past version yet; it is added when it has.
    erasing = Erasing(frozenset(whole), frozenset(past - present))
    reached = reach(connection, kinds, erasing)
    blanks = _merged(
        [
            *_blanks(connection, treated, at=at),
            *dropped_with(connection, kinds, reached),
        ]
    )
    put_out = tuple(blank for blank in blanks if not (is_local and blank.table == readings.name))
    kept = {key: tuple(places) for key, places in rewritten.items() if key[1] not in whole}
    erasing = Erasing(
        erasing.records,
        erasing.past,
        frozenset(place.key["id"] for place in treated if place.store == change_sets.name),
        put_out,
        tuple(blank for blank in blanks if blank not in put_out),
        _cleared(treated, whole),
    )
    return Plan(
        found.person,
        least,
        tuple(treated),
        tuple(place for place in found.places if place not in treated),
        erasing,
        kept,
        reached.along,
        newest_among(connection, erasing.records | reached.along),
        found.taken,
    )


def _is_of_the_log(place: Place) -> bool:
    return place.seq is not None or place.store == change_sets.name


def _cleared(treated: Sequence[Place], whole: set[str]) -> dict[str, dict[int, list[str]]]:
    """Where something goes in each version of the records that stay."""
    cleared: dict[str, dict[int, list[str]]] = {}
    for place in treated:
        if place.seq is not None and place.key["id"] not in whole:
            versions = cleared.setdefault(place.key["id"], {})
            versions.setdefault(place.key["revision"], []).append(place.field)
    return cleared


def _blanks(connection: Connection, treated: Sequence[Place], *, at: datetime) -> list[Blank]:
    """What is put in the place of each text beside the log."""
    blanks: list[Blank] = []
    for place in treated:
        if place.seq is not None or place.store == change_sets.name:
            continue
        blank = (
            Blank(place.store, place.key, {"purpose": None})
            if place.store == readings.name
            else blank_of(connection, place, at=at)
        )
        if blank is not None:
            blanks.append(blank)
    return blanks


def _merged(blanks: Sequence[Blank]) -> list[Blank]:
    """One blank for each row."""
    merged: dict[tuple[Any, ...], Blank] = {}
    for blank in blanks:
        key = (blank.table, *blank.key.values())
        before = merged[key].values if key in merged else {}
        merged[key] = Blank(blank.table, blank.key, {**before, **blank.values})
    return list(merged.values())


def erase(
    database: Database,
    kinds: Kinds,
    read_log: ReadingLog,
    state_dir: Path,
    planned: Plan,
    *,
    why: Why,
    at: datetime,
) -> Erased:
    """Do what was planned, whole, and leave nothing readable of it.

    Raises:
        StaleRevisionError: A record has moved since; nothing was done. Plan again.
        InvalidDocumentError: A record cannot be written without the name; nothing was done.
    """
    with erasing_alone(state_dir):
        note_uncleared(state_dir)
        with database.writing() as connection:
            redacted = erase_within(
                connection, kinds, planned, journal=Journal(state_dir), why=why, at=at
            )
        snapshots, todo = clear_erased(database, kinds, read_log.store, state_dir)
    if read_log.spool.waiting_bytes():
        todo.append(f"readings wait in {read_log.spool.folder}; when they are stored, run it again")
    with database.reading() as connection:
        taken = taken_outside(connection, redacted.targets, redacted_at=redacted.seq)
    return Erased(redacted, snapshots, tuple(taken), tuple(todo))


def erase_within(
    connection: Connection,
    kinds: Kinds,
    planned: Plan,
    *,
    journal: Journal,
    why: Why,
    at: datetime,
) -> Redacted:
    """Do what is the database's own of a plan, in one unit of work.

    Raises:
        StaleRevisionError: A record has moved since.
        InvalidDocumentError: A record cannot be written without the name.
        AccessConflictError: No operator would be left.
    """
    log.hold(connection)
    _refuse_moved(connection, planned)
    _close_accounts(connection, planned)
    past = _rewrite(connection, kinds, planned, why, at)
    erasing = replace(planned.erasing, past=planned.erasing.past | past)
    redacted = redact(connection, kinds, erasing, why=why, at=at, journal=journal)
    for change_set in {
        blank.key["change_set"] for blank in erasing.blanks if "state" in blank.values
    }:
        restate(connection, change_set)
    return redacted


def _refuse_moved(connection: Connection, planned: Plan) -> None:
    """Refuse to erase what nobody was shown: the records were changed since it was planned."""
    newest = newest_among(connection, planned.newest)
    moved = sorted(rid for rid, seq in planned.newest.items() if newest.get(rid) != seq)
    if moved:
        raise StaleRevisionError(
            "Records that were to be erased have been changed meanwhile; nothing was erased. Look"
            f" at them and plan again: {', '.join(moved)}."
        )


def _close_accounts(connection: Connection, planned: Plan) -> None:
    """Put out the accounts, before the journal has a line: what it has, a restore does.

    Raises:
        AccessConflictError: No operator would be left.
    """
    had_operator = _has_operator(connection)
    for blank in planned.erasing.blanks:
        if blank.table == accounts.name:
            put_out(connection, blank)
    if had_operator:
        refuse_no_operator(connection)


def _has_operator(connection: Connection) -> bool:
    try:
        refuse_no_operator(connection)
    except AccessConflictError:
        return False
    return True


def _rewrite(
    connection: Connection, kinds: Kinds, planned: Plan, why: Why, at: datetime
) -> set[int]:
    """Write records anew without the name; the entries that are past now and have it."""
    if not planned.rewritten:
        return set()
    ids: dict[str, list[str]] = {}
    for name, rid in planned.rewritten:
        ids.setdefault(name, []).append(rid)
    held = rows.fetch(connection, kinds, ids)
    revisions = {
        place.key["id"]: place.key["revision"]
        for place in planned.treated
        if place.store == "record"
    }
    operations: list[Operation] = [
        Put(
            name,
            _without(kinds[name].as_given(held[rid].document), planned),
            rid,
            revisions[rid],
        )
        for name, rid in planned.rewritten
    ]
    prepared = prepare(kinds, operations, actor=ACTOR, origin=ORIGIN, reason=REASONS[why])
    apply(connection, kinds, prepared, writer=None, at=at)
    return {
        place.seq
        for place in planned.treated
        if place.seq is not None and (place.key["kind"], place.key["id"]) in planned.rewritten
    }


def _without(value: Any, planned: Plan) -> Any:
    if isinstance(value, str):
        return planned.person.without(value, ERASED, planned.least)
    if isinstance(value, dict):
        document: Document = {name: _without(item, planned) for name, item in value.items()}
        return document
    if isinstance(value, list):
        return [_without(item, planned) for item in value]
    return value
