"""What the directory had recorded by an instant, as its viewer may see it.

A row is the newest version of its record. Where the entry that wrote it is no later than the
instant, the row is what was recorded by then as well, and no log is read. Only records written
since are looked up in the log: the newest entry of each that is no later. Either way a version is
shown to those alone who may see both its own label and the one that the record has now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    Table,
    bindparam,
    null,
    select,
    true,
    union_all,
)

from directory.changes import log
from directory.changes.errors import (
    BeforeTheLogError,
    ErasedError,
    NotYetRecordedError,
    UnknownRecordError,
)
from directory.changes.kinds import Kind
from directory.changes.models import change_sets, log_entries, log_payloads
from directory.changes.queries import StoredText
from directory.changes.versions import seen_version
from directory.clock import format_instant
from directory.db import Instant, Prepared, is_one_of, json_list
from directory.documents import Document, canonical
from directory.errors import Fault
from directory.policy import Viewer, viewer_parameters, visible

ROWS_AT_ONCE = 500


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
    .where(log_entries.c.at <= bindparam("by", type_=Instant))
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


def versions_where(
    kind: Kind, condition: ColumnElement[bool], of_changed: ColumnElement[bool] | None = None
) -> Prepared:
    """Select records as they were at the moment: id, document, payload, one of the two null.

    Args:
        kind: The kind of the records.
        condition: Over the kind's table; true of a record now exactly where it was true then,
            unless ``of_changed`` stands in for it where the record has been written since.
        of_changed: Another condition for such records, which may also be true of too many.
    """
    table = kind.table
    unchanged = select(table.c.id, table.c.document, null().label("body")).where(
        condition, is_unchanged(table), visible(table)
    )
    changed = changed_since(kind, condition if of_changed is None else of_changed).subquery()
    return Prepared(
        union_all(unchanged, select(changed.c.id, null().label("document"), changed.c.body))
    )


@lru_cache(maxsize=64)
def _by_value(kind: Kind, column: str) -> Prepared:
    return versions_where(kind, is_one_of(kind.table.c[column], bindparam("values")))


@lru_cache(maxsize=64)
def _all(kind: Kind) -> Prepared:
    return versions_where(kind, true())


def versions(
    connection: Connection,
    kind: Kind,
    at: Moment,
    values: Iterable[str] | None = None,
    *,
    of: str = "id",
    viewer: Viewer,
) -> list[Version]:
    """The records of a kind at a moment, retired ones too, in no order; erased ones are left out.

    Args:
        connection: A reading unit of work.
        kind: The kind.
        at: The moment.
        values: What ``of`` is to be one of; None means all records.
        of: A column that never changes of a record.
        viewer: Who asks.
    """
    given = moment_parameters(at, viewer)
    if values is None:
        return read_versions(_all(kind), connection, kind, given)
    return read_versions(
        _by_value(kind, of), connection, kind, given | {"values": json_list(values)}
    )


def read_versions(
    statement: Prepared, connection: Connection, kind: Kind, given: Mapping[str, Any]
) -> list[Version]:
    """The versions that a statement of ``versions_where`` finds, but for erased ones."""
    return [
        _stored(kind, text) if body is None else logged(kind, body)
        for _, text, body in statement.rows(connection, given)
        if text is not None or body is not None
    ]


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
    given = moment_parameters(at, viewer) | {"values": json_list([rid])}
    found = _by_value(kind, "id").rows(connection, given)
    if not found:
        raise UnknownRecordError(f"There is no {kind.name} {rid}.")
    _, text, body = found[0]
    if text is None and body is None:
        raise ErasedError(f"What the {kind.name} {rid} said then has been erased.")
    version = _stored(kind, text) if body is None else logged(kind, body)
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
