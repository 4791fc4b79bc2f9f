"""What the directory had recorded by an instant, as its viewer may see it.

A row is the newest version of its record. Where the entry that wrote it is no later than the
instant, the row is what was recorded by then as well, and no log is read. Only records written
since are looked up in the log: the newest entry of each that is no later. Either way a version is
shown to those alone who may see both its own label and the one that the record has now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

import orjson
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    Table,
    bindparam,
    select,
    true,
)

from directory.changes import log
from directory.changes.errors import (
    BeforeTheLogError,
    ErasedError,
    NotYetRecordedError,
    UnknownRecordError,
)
from directory.changes.kinds import Kind
from directory.changes.models import change_sets, log_entries, log_head, log_payloads
from directory.changes.queries import StoredText, refuse_erased
from directory.changes.versions import seen_label, seen_version
from directory.clock import format_instant
from directory.db import Instant, is_one_of, json_list
from directory.documents import Document, canonical
from directory.errors import Fault
from directory.policy import Viewer, viewer_parameters, visible
from directory.prepared import Prepared

ROWS_AT_ONCE = 500
VERSIONS_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Moment:
    """A state of the directory that has been.

    Attributes:
        by: The instant by which all of it had been recorded.
        seq: The last entry of it.
    """

    by: datetime
    seq: int


class Version(NamedTuple):
    """A record as it stood at a moment: its document in the present shape, and its text."""

    document: Document
    text: str


_NEWEST = Prepared(
    # Of the change set, not the entry: a change set is recorded whole, whatever tick an entry has.
    select(change_sets.c.last_seq)
    .join(log_entries, log_entries.c.change_set == change_sets.c.id)
    .where(
        log_entries.c.at <= bindparam("by", type_=Instant),
        # A copy holds entries that are older than itself, but not all that were recorded by then.
        ~select(log_head.c.id).where(log_head.c.began_at > bindparam("by", type_=Instant)).exists(),
    )
    .order_by(log_entries.c.at.desc())
    .limit(1)
)


def moment(connection: Connection, by: datetime, *, now: datetime) -> Moment:
    """The state of the directory by an instant.

    A change set is recorded as a whole at the instant of its first entry.

    Raises:
        NotYetRecordedError: The instant has not come yet, so more may be recorded by then.
        BeforeTheLogError: Nothing was recorded by then.
    """
    # The log's own time may be ahead of a clock that was put back; what is past for it is past.
    if by > now and by > (log.see(connection).last_at or now):
        raise NotYetRecordedError(
            f"What will be recorded by {format_instant(by)} is not known yet. A bare date means the"
            " end of that day in UTC; leave as_of out for what is recorded now.",
            Fault("?as_of", "lies in the future"),
        )
    found = _NEWEST.rows(connection, {"by": by})
    if not found:
        raise BeforeTheLogError(f"Nothing had been recorded by {format_instant(by)}.")
    return Moment(by, found[0][0])


_SEQ = bindparam("moment_seq", type_=BigInteger)


def moment_parameters(at: Moment, viewer: Viewer) -> dict[str, Any]:
    """The parameters that the statements of this module ask for."""
    return {"moment_seq": at.seq, **viewer_parameters(viewer)}


def is_unchanged(table: Table) -> ColumnElement[bool]:
    """Whether a row is also what its record was at the moment."""
    return table.c.seq <= _SEQ


def changed_since(kind: Kind, condition: ColumnElement[bool]) -> Select[Any]:
    """Select the id and payload of each record written since the moment, as it was then.

    Args:
        kind: The kind of the records.
        condition: Over the kind's table; only what never changes of a record may be asked for.
    """
    table, earlier = kind.table, log_entries.alias("earlier")
    newest = (
        select(earlier.c.seq)
        .where(earlier.c.rid == table.c.id, earlier.c.seq <= _SEQ)
        .order_by(earlier.c.revision.desc())
        .limit(1)
        .correlate(table)
        .scalar_subquery()
    )
    return (
        select(table.c.id, log_payloads.c.body)
        .select_from(table)
        .join(log_entries, log_entries.c.seq == newest)
        .outerjoin(log_payloads, log_payloads.c.seq == log_entries.c.seq)
        .where(condition, table.c.seq > _SEQ, seen_version(kind))
    )


_LOGGED = log_entries.alias("logged")
_NEXT = log_entries.alias("next")
_AS_LOGGED = Prepared(
    # Of any kind, in one statement: to plan it takes longer than to run it.
    select(_LOGGED.c.rid, log_payloads.c.body)
    .select_from(_LOGGED)
    .outerjoin(log_payloads, log_payloads.c.seq == _LOGGED.c.seq)
    .where(
        is_one_of(_LOGGED.c.rid, bindparam("rids")),
        _LOGGED.c.seq <= _SEQ,
        ~select(_NEXT.c.seq)
        .where(
            _NEXT.c.rid == _LOGGED.c.rid,
            _NEXT.c.revision == _LOGGED.c.revision + 1,
            _NEXT.c.seq <= _SEQ,
        )
        .exists(),
        seen_label(_LOGGED),
    )
)


class Row(NamedTuple):
    """A record's row as it is now, as far as its viewer may see it."""

    kind: Kind
    id: str
    seq: int
    text: str


def rows_where(kind: Kind, condition: ColumnElement[bool]) -> Select[Any]:
    """Select the id, newest entry and document of each record that its viewer may see now.

    Args:
        kind: The kind of the records.
        condition: Over the kind's table. Only of what never changes of a record does it hold at a
            moment exactly where it holds now; where it is true of too many, choose again.
    """
    table = kind.table
    return select(table.c.id, table.c.seq, table.c.document).where(condition, visible(table))


def as_they_were(
    connection: Connection, rows: Sequence[Row], at: Moment, *, viewer: Viewer
) -> dict[str, Version | None]:
    """The versions of records at a moment by id, None where one has been erased.

    Records that were not there yet, or that the viewer may not see as they were, are left out.

    Args:
        connection: A reading unit of work.
        rows: What the viewer may see of them now.
        at: The moment.
        viewer: Who asks.
    """
    kind_of = {row.id: row.kind for row in rows if row.seq > at.seq}
    found: dict[str, Version | None] = {
        row.id: _stored(row.kind, row.text) for row in rows if row.seq <= at.seq
    }
    if kind_of:
        given = moment_parameters(at, viewer) | {"rids": json_list(kind_of)}
        for rid, body in _AS_LOGGED.rows(connection, given):
            found[rid] = None if body is None else logged(kind_of[rid], body)
    return found


@lru_cache(maxsize=64)
def _by_value(kind: Kind, column: str) -> Prepared:
    return Prepared(rows_where(kind, is_one_of(kind.table.c[column], bindparam("values"))))


@lru_cache(maxsize=64)
def _all(kind: Kind) -> Prepared:
    return Prepared(rows_where(kind, true()))


def versions(
    connection: Connection,
    kinds: Iterable[Kind],
    at: Moment,
    values: Iterable[str] | None = None,
    *,
    viewer: Viewer,
) -> Iterator[Version]:
    """Records of some kinds at a moment, retired ones too, in no order; erased ones are left out.

    A few thousand at a time, so that whoever keeps none of them has never more in memory: to make
    all documents at once takes twice as long, most of it for collecting garbage.

    Args:
        connection: A reading unit of work.
        kinds: The kinds.
        at: The moment.
        values: Ids of the records; None means all.
        viewer: Who asks.
    """
    given = viewer_parameters(viewer)
    if values is not None:
        given["values"] = json_list(values)
    rows = (
        Row(kind, *row)
        for kind in kinds
        for row in (_all(kind) if values is None else _by_value(kind, "id")).rows(connection, given)
    )
    while some := list(islice(rows, VERSIONS_AT_ONCE)):
        for version in as_they_were(connection, some, at, viewer=viewer).values():
            if version is not None:
                yield version


def stream_changed(
    connection: Connection, kind: Kind, statement: Select[Any], given: Mapping[str, Any]
) -> Iterator[Document]:
    """The documents that a statement of ``changed_since`` finds, a few at a time."""
    found = connection.execute(
        statement.where(log_payloads.c.body.is_not(None)),
        given,
        execution_options={"yield_per": ROWS_AT_ONCE},
    )
    for _, body in found:
        yield kind.present(orjson.loads(body)["record"])


def record(
    connection: Connection, kind: Kind, rid: str, at: Moment, *, viewer: Viewer
) -> StoredText:
    """One record as it was at a moment, live or retired.

    Raises:
        UnknownRecordError: There was none, or the viewer may not see it: the two look the same.
        ErasedError: What it said then has been erased since.
    """
    given = viewer_parameters(viewer) | {"values": json_list([rid])}
    rows = [Row(kind, *row) for row in _by_value(kind, "id").rows(connection, given)]
    if not rows:
        refuse_erased(connection, kind, rid, viewer=viewer)
    return stored_text(kind, rid, as_they_were(connection, rows, at, viewer=viewer))


def stored_text(kind: Kind, rid: str, found: Mapping[str, Version | None]) -> StoredText:
    """One of the records that ``as_they_were`` found.

    Raises:
        UnknownRecordError: It is not among them.
        ErasedError: It has been erased.
    """
    if rid not in found:
        raise UnknownRecordError(f"There is no {kind.name} {rid}.")
    version = found[rid]
    if version is None:
        raise ErasedError(f"What the {kind.name} {rid} said then has been erased.")
    return StoredText(version.document["revision"], version.text)


def _stored(kind: Kind, text: str) -> Version:
    return Version(kind.present(orjson.loads(text)), text)


def logged(kind: Kind, body: bytes) -> Version:
    """A version from its payload in the log."""
    record = orjson.loads(body)["record"]
    document = kind.present(record)
    if document is not record:
        return Version(document, canonical(document).decode())
    # A payload is canonical, so the record's own bytes stand between its first key and the next.
    return Version(document, body[len(_BEFORE_RECORD) : body.rindex(_AFTER_RECORD)].decode())


_BEFORE_RECORD, _AFTER_RECORD = b'{"record":', b',"salt":"'
