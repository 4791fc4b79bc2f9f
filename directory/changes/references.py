"""References between records: they must stand, and must not betray what they name.

All of this is checked while the head is held, over what the tables say together with what the
change set is about to write.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import orjson
from sqlalchemy import Connection, Table, bindparam, select

from directory.changes.errors import BrokenReferenceError
from directory.changes.kinds import Kind, Kinds, OnRetire, Reference
from directory.changes.rights import Writer
from directory.changes.steps import Held, Step
from directory.db import is_one_of, json_list, overlaps
from directory.documents import Document
from directory.errors import Fault
from directory.policy import DIRECTORY, Label, Tlp, covers
from directory.prepared import Prepared

MOST_FAULTS = 50


class _Target(NamedTuple):
    label: Label
    is_retired: bool


class _Use(NamedTuple):
    """One value in one step that names another record."""

    step: Step
    reference: Reference
    pointer: str
    value: str

    def fault(self, detail: str) -> Fault:
        return Fault(f"{self.step.kind.name}/{self.step.id}{self.pointer}", detail)


def check(
    connection: Connection, kinds: Kinds, steps: Sequence[Step], writer: Writer | None
) -> None:
    """Refuse references that do not hold after these steps, in either direction.

    What the writer may not see neither helps nor hinders: a hidden target is an unknown one, a
    hidden record does not keep what it names from being retired or marked.

    Raises:
        BrokenReferenceError: One fault per reference, at most fifty.
    """
    faults = [
        *_taken_names(connection, kinds, steps, writer),
        *_unmet(connection, kinds, steps, writer),
        *_left_behind(connection, kinds, steps, writer),
    ]
    if faults:
        raise BrokenReferenceError(
            "The change set was not applied; nothing was written.", *faults[:MOST_FAULTS]
        )


def dependants(
    connection: Connection,
    kinds: Kinds,
    retired: Sequence[tuple[Kind, str, Held]],
    *,
    leave_out: set[str],
) -> list[tuple[Kind, str, Held]]:
    """The live records that go when these do, and those that go with them in turn."""
    found: list[tuple[Kind, str, Held]] = []
    seen = set(leave_out)
    wave = list(retired)
    while wave:
        following: list[tuple[Kind, str, Held]] = []
        for kind, reference, rows in _referrers(connection, kinds, _documents_by_kind(wave)):
            if reference.on_retire is not OnRetire.CASCADE:
                continue
            for document in rows:
                if document["id"] not in seen:
                    seen.add(document["id"])
                    following.append((kind, document["id"], Held(document["revision"], document)))
        found += following
        wave = following
    return found


def referrers(
    connection: Connection, kinds: Kinds, documents: dict[str, list[Document]]
) -> Iterator[tuple[Reference, Document, Document]]:
    """Each live record that names one of these: the reference, the one named, the one naming.

    Args:
        connection: Any unit of work.
        kinds: The registered kinds.
        documents: The documents that may be named, by the name of their kind.
    """
    for _, reference, found in _referrers(connection, kinds, documents):
        by_key = {named[reference.key]: named for named in documents[reference.target]}
        for document in found:
            for _, value in reference.values(document):
                if value in by_key:
                    yield reference, by_key[value], document


def _taken_names(
    connection: Connection, kinds: Kinds, steps: Sequence[Step], writer: Writer | None
) -> Iterator[Fault]:
    """Faults of new records whose readable name another record has; a retired one keeps its."""
    for kind in kinds:
        if kind.unique is None:
            continue
        ids: dict[str, str] = {}
        for step in steps:
            if step.kind is kind and step.before is None:
                name = step.record[kind.unique]
                if ids.setdefault(name, step.id) != step.id:
                    yield Fault(f"{kind.name}/{step.id}#/{kind.unique}", f"{name!r} stands twice")
        if not ids:
            continue
        found = _named(kind.table, kind.unique).rows(connection, {"values": json_list(ids)})
        for name, *label, _ in found:
            if not _is_seen(writer, _label(*label)):
                continue
            yield Fault(
                f"{kind.name}/{ids[name]}#/{kind.unique}", f"{name!r} is taken; choose another"
            )


def _label(marking: int, audience: str, owner: str) -> Label:
    return Label(Tlp(marking), frozenset(orjson.loads(audience)), owner)


def _is_seen(writer: Writer | None, label: Label) -> bool:
    return writer is None or writer.sees(label)


def _unmet(
    connection: Connection, kinds: Kinds, steps: Sequence[Step], writer: Writer | None
) -> Iterator[Fault]:
    uses = [
        _Use(step, reference, pointer, value)
        for step in steps
        if step.op == "put"
        for reference in kinds.references_of(step.kind)
        for pointer, value in reference.values(step.record)
    ]
    targets = _targets(connection, kinds, steps, uses)
    for use in uses:
        target = targets.get((use.reference.target, use.reference.key, use.value))
        # Retired, foreign and hidden answer as unknown does: the sender learns nothing of them.
        if (
            target is None
            or not _is_seen(writer, target.label)
            or (target.is_retired and use.reference.on_retire is not OnRetire.KEEP)
        ):
            yield use.fault(f"there is no {use.reference.target} {use.value!r}")
            continue
        label = Label.of(use.step.record)
        if not _fits(use.reference, target.label, label):
            yield from _misfits(use, target, label)


def _fits(reference: Reference, target: Label, label: Label) -> bool:
    owners = (label.owner,) if reference.same_owner else (label.owner, DIRECTORY)
    return target.owner in owners and covers(target, label)


def _misfits(use: _Use, target: _Target, label: Label) -> Iterator[Fault]:
    name = f"the {use.reference.target} {use.value!r}"
    if use.reference.same_owner:
        if target.label.owner != label.owner:
            yield use.fault(
                f"{name} is answered for by {target.label.owner}, so the owner must be the same"
            )
    elif target.label.owner not in {label.owner, DIRECTORY}:
        yield use.fault(
            f"{name} has another owner; a record refers to its own owner's records and to the"
            " directory's"
        )
    if not covers(target.label, label):
        yield use.fault(
            f"{name} is marked {target.label.text()}, which fewer people may see than this"
            f" record, marked {label.text()}"
        )


def _targets(
    connection: Connection, kinds: Kinds, steps: Sequence[Step], uses: Iterable[_Use]
) -> dict[tuple[str, str, str], _Target]:
    wanted: dict[tuple[str, str], set[str]] = defaultdict(set)
    for use in uses:
        wanted[use.reference.target, use.reference.key].add(use.value)
    targets: dict[tuple[str, str, str], _Target] = {}
    for (name, key), values in wanted.items():
        pending = {
            step.record[key]: _Target(Label.of(step.record), step.op == "retire")
            for step in steps
            if step.kind.name == name
        }
        unknown = {"values": json_list(values - pending.keys())}
        for value, marking, audience, owner, retired_at in _named(kinds[name].table, key).rows(
            connection, unknown
        ):
            label = _label(marking, audience, owner)
            targets[name, key, value] = _Target(label, retired_at is not None)
        for value in values & pending.keys():
            targets[name, key, value] = pending[value]
    return targets


def _left_behind(
    connection: Connection, kinds: Kinds, steps: Sequence[Step], writer: Writer | None
) -> Iterator[Fault]:
    """Faults of live records outside the change set whose target retires or draws its curtain."""
    touched = {step.id for step in steps}
    moved = {
        step.id: step
        for step in steps
        if step.before is not None
        and (step.op == "retire" or Label.of(step.before.document) != Label.of(step.record))
    }
    documents = _documents_by_kind(
        [(step.kind, step.id, step.before) for step in moved.values() if step.before]
    )
    for kind, reference, rows in _referrers(connection, kinds, documents):
        by_key = {
            step.record[reference.key]: step
            for step in moved.values()
            if step.kind.name == reference.target
        }
        for document in rows:
            if document["id"] in touched or not _is_seen(writer, Label.of(document)):
                continue
            for _, value in reference.values(document):
                step = by_key.get(value)
                if step is not None and (why := _why_left(kind, reference, document, step)):
                    yield Fault(f"{step.kind.name}/{step.id}", why)


def _why_left(kind: Kind, reference: Reference, document: Document, step: Step) -> str | None:
    who = f"the {kind.name} {document['id']} refers to it"
    if step.op == "retire":
        if reference.on_retire is OnRetire.KEEP:
            return None
        return f"cannot be retired while {who}; retire or change that first"
    if covers(Label.of(step.record), Label.of(document)):
        return None
    return f"cannot be marked {step.label_after} while {who}, marked {Label.of(document).text()}"


def _documents_by_kind(
    records: Sequence[tuple[Kind, str, Held]],
) -> dict[str, list[Document]]:
    documents: dict[str, list[Document]] = defaultdict(list)
    for kind, _, held in records:
        documents[kind.name].append(held.document)
    return documents


def _referrers(
    connection: Connection, kinds: Kinds, documents: dict[str, list[Document]]
) -> Iterator[tuple[Kind, Reference, list[Document]]]:
    """The live records that name any of these, by the kind and field that names them."""
    for target, named in documents.items():
        for kind, reference in kinds.referring_to(target):
            found = _naming(kind.table, reference).rows(
                connection, {"values": json_list(document[reference.key] for document in named)}
            )
            yield kind, reference, [kind.present(orjson.loads(text)) for (text,) in found]


@lru_cache(maxsize=64)
def _named(table: Table, key: str) -> Prepared:
    """Each record of some names: the name, the label, and when it was retired."""
    return Prepared(
        select(
            table.c[key], table.c.marking, table.c.audience, table.c.owner, table.c.retired_at
        ).where(is_one_of(table.c[key], bindparam("values")))
    )


@lru_cache(maxsize=128)
def _naming(table: Table, reference: Reference) -> Prepared:
    """The documents of the live records that name some others through a field."""
    test = overlaps if reference.many else is_one_of
    # In an order of their own: the place of a fault must tell nothing of others.
    return Prepared(
        select(table.c.document)
        .where(test(table.c[reference.column], bindparam("values")), table.c.retired_at.is_(None))
        .order_by(table.c.id)
    )
