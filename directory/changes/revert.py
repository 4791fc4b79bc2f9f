"""Undoing a change set by another one: nothing is taken back from the log.

What a change set created is retired, and what it changed or retired says again what it said before,
under the label that it had then. Whatever was built on since stays, and is listed: undoing it
unasked would overwrite the work of others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from directory.changes import references, rows
from directory.changes.apply import Applied
from directory.changes.entries import (
    Entry,
    Revision,
    entries_of,
    erased_entries,
    versions,
)
from directory.changes.errors import (
    BuiltOnError,
    ForgottenError,
    NotYoursError,
    UnacceptableChangeSetError,
    UnappliedError,
    UndoneError,
    WideningError,
)
from directory.changes.kinds import Kinds, OnRetire
from directory.changes.models import (
    change_sets,
    log_entries,
    proposed_change_sets,
    proposed_operations,
)
from directory.changes.operations import Operation, Put, Retire, prepare
from directory.changes.proposals import Proposed, ProposedOperation, apply_or_propose, propose
from directory.changes.proposed import (
    APPLIED,
    APPROVED,
    DROPPED,
    PROPOSED,
    noted_head,
    proposal,
    unknown,
)
from directory.changes.rights import author
from directory.changes.steps import Held
from directory.changes.versions import seen_version
from directory.changes.views import REVERTING
from directory.db import is_one_of, json_list
from directory.documents import Document
from directory.errors import Fault
from directory.policy import Label, Viewer, covers, viewer_parameters

MOST_FAULTS = 200


@dataclass(frozen=True, slots=True)
class Undoing:
    """How a change set is to be undone.

    Attributes:
        reason: Why, in words; None says which one it undoes.
        only: Ids of the records that it is undone for; None is for all of them.
        may_widen: Whether records may come to be seen by more people than they are now.
    """

    reason: str | None = None
    only: frozenset[str] | None = None
    may_widen: bool = False


def revert(
    connection: Connection,
    kinds: Kinds,
    rid: str,
    undoing: Undoing,
    *,
    viewer: Viewer,
    actor: str,
    at: datetime,
) -> Applied | Proposed:
    """Undo an applied change set by one new one, as far as the viewer may see what it did.

    Args:
        connection: A writing unit of work; it is not committed here.
        kinds: The registered kinds.
        rid: The change set.
        undoing: How.
        viewer: For whom.
        actor: Their account.
        at: The present instant.

    Returns:
        What was written, or a proposal where it takes a second person or is not theirs to write.

    Raises:
        UnknownChangeSetError: There is none of which the viewer may see anything.
        UnappliedError: It only waits, or was rejected.
        UnacceptableChangeSetError: It wrote none of the records that it is to be undone for.
        UndoneError: All of that has been undone already.
        BuiltOnError: Something was built on it since; one fault per later revision.
        ForgottenError: What a record said before has been erased, or is not theirs to see.
        WideningError: More people than now would see a record, and nobody has confirmed that.
        DirectoryError: As ``apply`` and ``propose`` raise.
    """
    head, entries = _applied(connection, kinds, rid, viewer)
    entries = _chosen(entries, undoing.only)
    held = rows.fetch(connection, kinds, _ids(entries))
    before = versions(
        connection,
        kinds,
        [(entry["kind"], entry["rid"], entry["revision"] - 1) for entry in entries],
        viewer=viewer,
    )
    forgotten = [entry for entry in entries if _is_forgotten(entry, before)]
    ids = {entry["rid"] for entry in forgotten}
    erased = () if undoing.only else erased_entries(connection, rid, viewer=viewer)
    operations = [_undone(kinds, entry, before) for entry in entries if entry["rid"] not in ids]
    later = _changed_since(connection, kinds, entries, viewer)
    _refuse_undone(connection, rid, entries, later)
    faults = [
        *(each.fault for each in later),
        *_named_since(connection, kinds, operations, held, viewer),
    ]
    if faults:
        raise BuiltOnError(
            "Nothing was undone: something has been built on it since. Undo that first, the newest"
            " first, or the rest alone with `only`.",
            *faults[:MOST_FAULTS],
        )
    _refuse_forgotten([*forgotten, *erased])
    if not undoing.may_widen:
        _refuse_widening(operations, before, held)
    prepared = prepare(
        kinds,
        operations,
        actor=actor,
        origin=f"{REVERTING}{rid}",
        reason=undoing.reason or f"Undo: {head['reason']}"[:500],
        meeting=head["meeting"],
    )
    waiting = _waiting(connection, prepared.origin, actor, operations)
    if waiting is not None:
        return Proposed(waiting, ())
    try:
        return apply_or_propose(
            connection, kinds, prepared, operations, writer=author(viewer), at=at
        )
    except NotYoursError as error:
        why = error.faults
    proposed = propose(
        connection,
        kinds,
        [ProposedOperation(operation) for operation in operations],
        viewer=viewer,
        actor=actor,
        origin=prepared.origin,
        reason=prepared.reason,
        meeting=prepared.meeting,
        at=at,
    )
    return Proposed(proposed, why)


def _applied(
    connection: Connection, kinds: Kinds, rid: str, viewer: Viewer
) -> tuple[Document, list[Entry]]:
    entries = entries_of(connection, kinds, rid, viewer=viewer)
    if entries:
        return noted_head(connection, kinds, rid, viewer=viewer), entries
    found = proposal(connection, kinds, rid, viewer=viewer)
    if found.head["state"] == APPLIED:
        raise unknown(rid)
    raise UnappliedError(
        f"The change set {rid} is {found.head['state']}; it has written nothing yet."
    )


def _chosen(entries: list[Entry], only: frozenset[str] | None) -> list[Entry]:
    if only is None:
        return entries
    missing = sorted(only - {entry["rid"] for entry in entries})
    if missing or not only:
        raise UnacceptableChangeSetError(
            "Nothing was undone: name records that the change set wrote.",
            *(Fault("#/only", f"it wrote no record {each}") for each in missing[:MOST_FAULTS]),
        )
    return [entry for entry in entries if entry["rid"] in only]


def _ids(entries: Iterable[Entry]) -> dict[str, list[str]]:
    ids: dict[str, list[str]] = {}
    for entry in entries:
        ids.setdefault(entry["kind"], []).append(entry["rid"])
    return ids


def _undone(kinds: Kinds, entry: Entry, before: Mapping[Revision, Document]) -> Operation:
    """The operation that undoes an entry."""
    kind, rid, revision = kinds[entry["kind"]], entry["rid"], entry["revision"]
    document = before.get((rid, revision - 1))
    if document is None or document["retired_at"] is not None:
        return Retire(kind.name, rid, revision)
    return Put(kind.name, kind.as_given(document), rid, revision)


def _is_forgotten(entry: Entry, before: Mapping[Revision, Document]) -> bool:
    return entry["revision"] > 1 and (entry["rid"], entry["revision"] - 1) not in before


def _refuse_forgotten(entries: Iterable[Entry]) -> None:
    faults = [
        Fault(
            f"{entry['kind']}/{entry['rid']}",
            f"its revision {entry['revision'] - 1} is not held any more"
            if entry["now"] is not None
            else "has been erased",
        )
        for entry in entries
    ]
    if faults:
        raise ForgottenError(
            "Nothing was undone. Undo the rest with `only`.", *faults[:MOST_FAULTS]
        )


def _refuse_widening(
    operations: Iterable[Operation],
    before: Mapping[Revision, Document],
    held: Mapping[str, Held],
) -> None:
    faults = []
    for operation in operations:
        if isinstance(operation, Retire):
            continue
        rid = str(operation.id)
        then = Label.of(before[rid, operation.base_revision - 1])
        now = Label.of(held[rid].document)
        if not covers(now, then):
            faults.append(
                Fault(
                    f"{operation.kind}/{rid}",
                    f"would be marked {then.text()} again; it is marked {now.text()} now",
                )
            )
    if faults:
        raise WideningError(
            "Nothing was undone. Confirm it with `confirm_widening` if that is meant.",
            *faults[:MOST_FAULTS],
        )


@dataclass(frozen=True, slots=True)
class _Later:
    """A later revision of something that a change set wrote."""

    change_set: str
    fault: Fault


def _changed_since(
    connection: Connection, kinds: Kinds, entries: Iterable[Entry], viewer: Viewer
) -> list[_Later]:
    """Every later revision of what a change set wrote, with the change set that wrote it."""
    moved = {entry["rid"]: entry for entry in entries if entry["now"] != entry["revision"]}
    found = []
    for name, ids in _ids(moved.values()).items():
        table = kinds[name].table
        later = connection.execute(
            select(log_entries.c.rid, log_entries.c.revision, log_entries.c.change_set)
            .join(table, table.c.id == log_entries.c.rid)
            .where(is_one_of(log_entries.c.rid, bindparam("ids")), seen_version(kinds[name]))
            .order_by(log_entries.c.seq),
            {"ids": json_list(ids), **viewer_parameters(viewer)},
        )
        found += [
            _Later(
                change_set,
                Fault(
                    f"{name}/{rid}",
                    f"is at revision {moved[rid]['now']}; revision {revision} was written by the"
                    f" change set {change_set}",
                ),
            )
            for rid, revision, change_set in later
            if revision > moved[rid]["revision"]
        ]
    return found


def _refuse_undone(
    connection: Connection, rid: str, entries: Iterable[Entry], later: Iterable[_Later]
) -> None:
    """Say so where nothing was built on a change set but what undid all of it."""
    if any(entry["now"] == entry["revision"] for entry in entries):
        return
    undoing = connection.scalars(
        select(change_sets.c.id)
        .where(change_sets.c.origin == bindparam("origin"))
        .order_by(change_sets.c.first_seq),
        {"origin": f"{REVERTING}{rid}"},
    ).all()
    written = {each.change_set for each in later}
    if written and written <= set(undoing):
        raise UndoneError(next(each for each in reversed(undoing) if each in written))


def _waiting(
    connection: Connection, origin: str, actor: str, operations: Iterable[Operation]
) -> str | None:
    """What the same account has proposed already to the same end, so that it is proposed once."""
    table, proposed = proposed_change_sets, proposed_operations
    rows = connection.execute(
        select(table.c.id, proposed.c.rid, proposed.c.base_revision)
        .join(proposed, proposed.c.change_set == table.c.id)
        .where(
            table.c.origin == bindparam("origin"),
            table.c.actor == bindparam("actor"),
            table.c.state.in_((PROPOSED, APPROVED)),
            proposed.c.state != DROPPED,
        ),
        {"origin": origin, "actor": actor},
    )
    held: dict[str, set[tuple[str, int]]] = {}
    for change_set, rid, base in rows:
        held.setdefault(change_set, set()).add((rid, base))
    wanted = {(str(operation.id), operation.base_revision) for operation in operations}
    return next((each for each, started in held.items() if started == wanted), None)


def _named_since(
    connection: Connection,
    kinds: Kinds,
    operations: Iterable[Operation],
    held: Mapping[str, Held],
    viewer: Viewer,
) -> Iterator[Fault]:
    """Every live record that names one that would be retired, and is not undone with it."""
    ended: dict[str, list[Document]] = {}
    undone = set()
    for operation in operations:
        undone.add(operation.id)
        if isinstance(operation, Retire):
            ended.setdefault(operation.kind, []).append(held[operation.id].document)
    sees = author(viewer).sees
    for reference, named, naming in references.referrers(connection, kinds, ended):
        if naming["id"] in undone or reference.on_retire is OnRetire.KEEP:
            continue
        if sees(Label.of(naming)):
            change_set = connection.scalar(
                select(log_entries.c.change_set).where(
                    log_entries.c.rid == naming["id"],
                    log_entries.c.revision == naming["revision"],
                )
            )
            yield Fault(
                f"{naming['kind']}/{naming['id']}",
                f"is at revision {naming['revision']}, written by the change set {change_set}, and"
                f" names the {named['kind']} {named['id']}",
            )
