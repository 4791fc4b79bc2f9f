"""Operations as a request names them: new records by a name that holds within the request alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from directory.changes.errors import UnacceptableChangeSetError
from directory.changes.kinds import Kind, Kinds
from directory.changes.operations import Operation, Put, Retire
from directory.documents import Document
from directory.errors import Fault
from directory.ids import new_id

REF = "ref:"
"""How the name of a new record begins where an id goes."""
MOST_FAULTS = 50


def operations_of(kinds: Kinds, asked: Sequence[Mapping[str, Any]]) -> list[Operation]:
    """Operations with the ids of their records, which the directory makes for new ones.

    Args:
        kinds: The registered kinds.
        asked: Each with ``op``, ``kind``, ``id``, ``ref``, ``base_revision`` and ``document``, of
            which those that say nothing are None.

    Raises:
        UnacceptableChangeSetError: An unknown kind or ``ref``; or an operation that lacks what it
            needs, or says what it cannot say. One fault per place, at most fifty.
    """
    faults: list[Fault] = []
    ids: dict[str, str] = {}
    for n, each in enumerate(asked):
        faults.extend(Fault(f"#/operations/{n}{place}", why) for place, why in _wrong(each))
        ref = each["ref"]
        if ref in ids:
            faults.append(Fault(f"#/operations/{n}/ref", f"{ref!r} stands twice"))
        elif ref is not None:
            ids[ref] = new_id()
    _refuse(faults)
    found: list[Operation] = []
    for n, each in enumerate(asked):
        kind, base = kinds[each["kind"]], each["base_revision"] or 0
        if each["op"] == "retire":
            found.append(Retire(kind.name, each["id"], base))
            continue
        document = _resolved(kinds, kind, each["document"], ids, n, faults)
        rid = each["id"] or ids.get(each["ref"]) or new_id()
        found.append(Put(kind.name, document, rid, base))
    _refuse(faults)
    return found


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise UnacceptableChangeSetError(
            "The change set cannot be proposed; nothing was kept.", *faults[:MOST_FAULTS]
        )


def _wrong(each: Mapping[str, Any]) -> list[tuple[str, str]]:
    wrong = []
    if each["op"] == "retire":
        if each["id"] is None:
            wrong.append(("/id", "say which record"))
        if each["ref"] is not None:
            wrong.append(("/ref", "is for new records"))
        if each["document"] is not None:
            wrong.append(("/document", "a retirement has none"))
    else:
        if each["document"] is None:
            wrong.append(("/document", "say what it is to say"))
        elif "marking" not in each["document"]:
            wrong.append(("/document/marking", "say it: CLEAR, GREEN, AMBER, AMBER+STRICT or RED"))
        if each["id"] is not None and each["ref"] is not None:
            wrong.append(("/ref", "is for new records, which have no id yet"))
    if each["id"] is not None and not each["base_revision"]:
        wrong.append(("/base_revision", "say which revision it starts from"))
    if each["id"] is None and each["base_revision"]:
        wrong.append(("/base_revision", "a new record starts from none; leave it out"))
    return wrong


def _resolved(
    kinds: Kinds,
    kind: Kind,
    document: Document,
    ids: Mapping[str, str],
    n: int,
    faults: list[Fault],
) -> Document:
    """A document with the ids of new records where it names them."""
    resolved = dict(document)

    def id_of(value: Any, place: str) -> Any:
        if not isinstance(value, str) or not value.startswith(REF):
            return value
        rid = ids.get(value.removeprefix(REF))
        if rid is None:
            pointer = f"#/operations/{n}/document/{place}"
            faults.append(Fault(pointer, f"no operation has the ref {value[len(REF) :]!r}"))
        return rid

    for reference in kinds.references_of(kind):
        value = resolved.get(reference.field)
        if reference.key != "id" or value is None:
            continue
        if reference.many and isinstance(value, list):
            resolved[reference.field] = [
                id_of(item, f"{reference.field}/{index}") for index, item in enumerate(value)
            ]
        else:
            resolved[reference.field] = id_of(value, reference.field)
    return resolved
