"""What an erasure reaches: the versions that go, and the records that cannot stand without others.

Worked out before anything is destroyed, for whoever asks first what would be, and once more while
the head is held.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, select

from directory.changes.errors import StillReferredToError, UnacceptableChangeSetError
from directory.changes.journal import Blank
from directory.changes.kinds import Kind, Kinds, OnRetire, Reference
from directory.changes.models import log_entries, log_payloads
from directory.changes.redactions import OP
from directory.db import is_one_of, json_list, overlaps
from directory.documents import Document
from directory.errors import Fault

MOST_TARGETS = 20_000
MOST_FAULTS = 50
AT_ONCE = 500
"""As many values as a statement is given one by one."""


@dataclass(frozen=True, slots=True)
class Erasing:
    """What is to be erased.

    Attributes:
        records: Ids of records that go whole.
        past: Numbers of entries whose versions have been followed by later ones.
        change_sets: Ids of change sets whose reasons are blanked.
        blanks: Rows beside the log whose text is put out.
        elsewhere: Likewise, in another database: noted here, and put out there by the caller.
        cleared: Of records that stay, the places of each version, by its revision, at which
            something had to go: in an older copy of the directory any of them may be the newest.
        takes_all: Whether what stays and names something of it goes along, instead of being
            refused, however much that is: an older copy of the directory must not stay as it is.
    """

    records: frozenset[str] = frozenset()
    past: frozenset[int] = frozenset()
    change_sets: frozenset[str] = frozenset()
    blanks: tuple[Blank, ...] = ()
    elsewhere: tuple[Blank, ...] = ()
    cleared: Mapping[str, Mapping[int, Sequence[str]]] = field(default_factory=dict)
    takes_all: bool = False


@dataclass(frozen=True, slots=True)
class Reached:
    """What an erasure reaches, worked out and not done.

    Attributes:
        targets: Numbers of the entries whose payloads go.
        gone: The records that go whole, by kind: those named, and those that cannot stand without.
        along: Which of them were not named.
        rest: Records of which only past versions go, by kind.
        spent: What could be noted of versions that go, with the id of their record.
    """

    targets: tuple[int, ...]
    gone: Mapping[str, Mapping[str, Document | None]]
    along: frozenset[str]
    rest: Mapping[str, frozenset[str]]
    spent: frozenset[tuple[str, str]]


def reach(connection: Connection, kinds: Kinds, erasing: Erasing) -> Reached:
    """What an erasure reaches.

    Raises:
        StillReferredToError: What stays names something of it.
        UnacceptableChangeSetError: It reaches too much at once.
    """
    past = entries_where(connection, log_entries.c.seq, map(int, erasing.past))
    newest = {
        row.rid: row.revision
        for row in _newest(connection, {row.rid for row in past} | erasing.records)
    }
    named = erasing.records | {row.rid for row in past if row.revision == newest[row.rid]}
    spent = _spent(connection, kinds, past, named)
    gone = _with_dependants(
        connection, kinds, named | _noted_in(connection, kinds, spent), takes_all=erasing.takes_all
    )
    whole = {rid for ids in gone.values() for rid in ids}
    entries = entries_where(connection, log_entries.c.rid, whole)
    held = _held(connection, {row.seq for row in (*past, *entries)})
    targets = tuple(sorted(held))
    if len(targets) > MOST_TARGETS and not erasing.takes_all:
        raise UnacceptableChangeSetError(
            f"{len(targets):,} versions would be erased at once; the most is {MOST_TARGETS:,}."
        )
    rest: dict[str, set[str]] = {}
    for row in past:
        if row.rid not in whole and row.seq in held:
            rest.setdefault(row.kind, set()).add(row.rid)
    return Reached(
        targets,
        gone,
        frozenset(whole - named),
        {name: frozenset(ids) for name, ids in rest.items()},
        spent,
    )


def _spent(
    connection: Connection, kinds: Kinds, past: Iterable[Any], named: frozenset[str] | set[str]
) -> frozenset[tuple[str, str]]:
    """What others may have noted of versions that go, and no version that stays would give.

    What is noted of a short text, such as a number, can be found by trying: it goes with the text.
    """
    going = {row.seq for row in past}
    of = {kind.noting.target: kind.noting.of for kind in kinds if kind.noting is not None}
    ids = {row.rid for row in past} | named
    spent, left = set[tuple[str, str]](), set[tuple[str, str]]()
    for row in entries_where(connection, log_entries.c.rid, ids):
        if row.kind not in of:
            continue
        body = connection.scalar(select(log_payloads.c.body).where(log_payloads.c.seq == row.seq))
        if body is not None:
            document = kinds[row.kind].present(orjson.loads(bytes(body))["record"])
            noted = row.rid, of[row.kind](document)
            (spent if row.rid in named or row.seq in going else left).add(noted)
    return frozenset(spent - left)


def _noted_in(connection: Connection, kinds: Kinds, spent: Iterable[tuple[str, str]]) -> set[str]:
    """The records in which something of that is noted."""
    found: set[str] = set()
    for kind in kinds:
        if kind.noting is None:
            continue
        table, noting = kind.table, kind.noting
        for rid, noted in spent:
            found |= set(
                connection.scalars(
                    select(table.c.id).where(
                        table.c[noting.names] == rid, table.c[noting.field] == noted
                    )
                )
            )
    return found


def entries_where(connection: Connection, column: Any, values: Iterable[Any]) -> Sequence[Any]:
    """Entries of records, by their number or their record."""
    wanted = sorted(values)
    entry = log_entries.c
    found: list[Any] = []
    for start in range(0, len(wanted), AT_ONCE):
        found += connection.execute(
            select(entry.seq, entry.kind, entry.rid, entry.revision, entry.payload_hash).where(
                column.in_(wanted[start : start + AT_ONCE]), entry.op != OP
            )
        ).all()
    return found


def _newest(connection: Connection, ids: set[str]) -> list[Any]:
    newest: dict[str, Any] = {}
    for row in entries_where(connection, log_entries.c.rid, ids):
        if row.rid not in newest or row.revision > newest[row.rid].revision:
            newest[row.rid] = row
    return list(newest.values())


def _held(connection: Connection, seqs: set[int]) -> set[int]:
    """Which of some entries still have their payloads."""
    wanted, held = sorted(seqs), set[int]()
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        held |= set(
            connection.scalars(select(log_payloads.c.seq).where(log_payloads.c.seq.in_(part)))
        )
    return held


def _with_dependants(
    connection: Connection, kinds: Kinds, named: frozenset[str] | set[str], *, takes_all: bool
) -> dict[str, dict[str, Document | None]]:
    """Records by kind with what their rows say, and those that cannot stand without them."""
    gone: dict[str, dict[str, Document | None]] = {}
    for row in _newest(connection, set(named)):
        gone.setdefault(row.kind, {})[row.rid] = None
    for name, ids in gone.items():
        ids.update(_documents(connection, kinds[name], ids))
    staying: list[tuple[Kind, Document, Document]] = []
    wave = {name: [*filter(None, ids.values())] for name, ids in gone.items()}
    while wave:
        following: dict[str, list[Document]] = {}
        for kind, reference, document, target in naming(connection, kinds, wave):
            if document["id"] in gone.get(kind.name, {}):
                continue
            if not (takes_all or goes_along(reference)):
                staying.append((kind, document, target))
                continue
            gone.setdefault(kind.name, {})[document["id"]] = document
            following.setdefault(kind.name, []).append(document)
        wave = following
    faults = [
        Fault(
            f"{target['kind']}/{target['id']}",
            f"is named by the {kind.name} {document['id']}; change or erase that first",
        )
        for kind, document, target in staying
        if document["id"] not in gone.get(kind.name, {})
    ]
    if faults:
        raise StillReferredToError("Nothing was erased.", *faults[:MOST_FAULTS])
    return gone


def goes_along(reference: Reference) -> bool:
    """Whether a record is nothing without the one it names, as a check is without its channel."""
    return reference.on_retire is OnRetire.CASCADE or reference.same_owner


def _documents(connection: Connection, kind: Kind, ids: Iterable[str]) -> dict[str, Document]:
    found = connection.execute(
        select(kind.table.c.id, kind.table.c.document).where(
            is_one_of(kind.table.c.id, bindparam("ids"))
        ),
        {"ids": json_list(ids)},
    )
    return {row.id: kind.present(orjson.loads(row.document)) for row in found}


def naming(
    connection: Connection, kinds: Kinds, wave: Mapping[str, Sequence[Document]]
) -> Iterable[tuple[Kind, Reference, Document, Document]]:
    """Every record, live or retired, that names one of these."""
    for name, targets in wave.items():
        for kind, reference in kinds.referring_to(name):
            by_key = {target[reference.key]: target for target in targets}
            test = overlaps if reference.many else is_one_of
            found = connection.scalars(
                select(kind.table.c.document).where(
                    test(kind.table.c[reference.column], bindparam("values"))
                ),
                {"values": json_list(by_key)},
            ).all()
            for text in found:
                document = kind.present(orjson.loads(text))
                for _, value in reference.values(document):
                    if value in by_key:
                        yield kind, reference, document, by_key[value]
