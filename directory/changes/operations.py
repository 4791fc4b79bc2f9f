"""Operations on records, and their preparation before anything is locked.

Validation, canonical bytes and hashes are made here, without the database: while the head is held
everybody else who writes is waiting.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson

from directory.changes.errors import InvalidDocumentError, UnacceptableChangeSetError
from directory.changes.kinds import Kind, Kinds
from directory.documents import Document, canonical, sha256
from directory.errors import Fault
from directory.ids import new_id

MOST_OPERATIONS = 20_000
SALT_BYTES = 16
_SALTS_AT_A_TIME = 256


@dataclass(frozen=True, slots=True)
class Put:
    """Write a record: a new one, a new revision, or a retired one again.

    Attributes:
        kind: Name of the kind.
        document: The kind's fields as given; what the directory sets is refused.
        id: The record; None lets the directory make one up.
        base_revision: The revision this starts from; 0 for a record that is not there yet.
        noted: What the directory noted when this was proposed, which is nothing where it is empty;
            None where it notes when it writes.
    """

    kind: str
    document: Mapping[str, Any]
    id: str | None = None
    base_revision: int = 0
    noted: Mapping[str, str | None] | None = None


@dataclass(frozen=True, slots=True)
class Retire:
    """End a record, and with it those that cannot stand without it."""

    kind: str
    id: str
    base_revision: int


Operation = Put | Retire


@dataclass(frozen=True, slots=True)
class CheckedPut:
    """A put whose document has been checked, and no more of that than its bytes.

    Thousands may be held from when a list is read until it is kept.

    Attributes:
        put: With the id of its record.
        text: The record's canonical bytes.
    """

    put: Put
    text: bytes


@dataclass(frozen=True, slots=True)
class PreparedPut:
    """A put whose document is checked and whose bytes are made."""

    kind: Kind
    id: str
    base_revision: int
    record: Document
    text: bytes
    payload: bytes
    payload_hash: bytes
    noted: Mapping[str, str | None] | None = None


@dataclass(frozen=True, slots=True)
class PreparedChangeSet:
    """A change set that needs only the database to decide on it.

    Attributes:
        actor: Id of who writes; holds no name, because envelopes are never erased.
        origin: The door it came through: ``seed/report``, ``edit``, ``proposal``, ``list``,
            ``revert/<id of the change set that it undoes>``.
        reason: Why, in words.
        meeting: Slug of the meeting it comes from, if any.
        id: The change set's own id, where it was proposed under one.
    """

    actor: str
    origin: str
    reason: str
    meeting: str | None
    puts: tuple[PreparedPut, ...]
    retirements: tuple[Retire, ...]
    id: str | None = None

    @property
    def named(self) -> set[str]:
        """The ids of the records that its operations name; others may go along with these."""
        return {put.id for put in self.puts} | {retire.id for retire in self.retirements}


def prepare(
    kinds: Kinds,
    operations: Iterable[Operation | CheckedPut],
    *,
    actor: str,
    origin: str,
    reason: str,
    meeting: str | None = None,
    change_set: str | None = None,
) -> PreparedChangeSet:
    """Check the operations as far as that goes without the database, and make their bytes.

    What ``checked`` has checked is not checked again.

    Raises:
        InvalidDocumentError: One fault per offending place, prefixed ``#/operations/3``.
        UnacceptableChangeSetError: Empty, too large, an unknown kind, or a record named twice.
    """
    puts: list[PreparedPut] = []
    retirements: list[Retire] = []
    faults: list[Fault] = []
    seen: set[str] = set()
    salts = fresh_salts()
    for index, given in enumerate(operations):
        operation = given.put if isinstance(given, CheckedPut) else given
        if index >= MOST_OPERATIONS:
            raise UnacceptableChangeSetError(
                f"A change set holds at most {MOST_OPERATIONS:,} operations; split it."
            )
        kind = kinds[operation.kind]
        if isinstance(operation, Retire):
            retirements.append(operation)
            rid = operation.id
        else:
            rid = operation.id or new_id()
            try:
                text = given.text if isinstance(given, CheckedPut) else _text(kind, rid, operation)
                puts.append(_prepare_put(kind, rid, operation, text, next(salts)))
            except InvalidDocumentError as error:
                prefix = f"#/operations/{index}/document"
                faults.extend(
                    Fault(prefix + fault.pointer.removeprefix("#"), fault.detail)
                    for fault in error.faults
                )
        if rid in seen:
            raise UnacceptableChangeSetError(
                f"The change set names the {operation.kind} {rid} twice; say it once.",
                Fault(f"#/operations/{index}", "this record has been named before"),
            )
        seen.add(rid)
    if faults:
        raise InvalidDocumentError(
            "Some documents do not have the shape of their kind; nothing was written.", *faults
        )
    if not seen:
        raise UnacceptableChangeSetError("The change set holds no operation.")
    return PreparedChangeSet(
        actor, origin, reason, meeting, tuple(puts), tuple(retirements), change_set
    )


def checked(kinds: Kinds, put: Put) -> CheckedPut:
    """Check a put by itself, before ``prepare`` puts it beside others.

    Args:
        kinds: The registered kinds.
        put: With the id of its record, made by the caller where it is new.

    Raises:
        InvalidDocumentError: One fault per offending place of the document.
        UnacceptableChangeSetError: Its kind is unknown.
    """
    named = put if put.id else replace(put, id=new_id())
    text = _text(kinds[put.kind], str(named.id), put)
    # A copy: what the writer of JSON hands out holds on to several times its length.
    return CheckedPut(named, bytes(memoryview(text)))


def _text(kind: Kind, rid: str, put: Put) -> bytes:
    """The canonical bytes of the record that a put writes, once its document is checked."""
    record = complete(kind, kind.load(put.document), rid, put.base_revision + 1, retired_at=None)
    try:
        return canonical(record)
    except ValueError as error:
        place, _, what = str(error).partition(": ")
        raise InvalidDocumentError("A document cannot be kept.", Fault(place, what)) from None


def _prepare_put(kind: Kind, rid: str, operation: Put, text: bytes, salt: str) -> PreparedPut:
    payload = payload_of(text, kind.version, salt)
    # From here on the record is what a replay of the log reads, down to the order of its keys:
    # what is derived from it must come out the same both times.
    record = orjson.loads(text)
    base = operation.base_revision
    return PreparedPut(kind, rid, base, record, text, payload, sha256(payload), operation.noted)


def complete(
    kind: Kind, document: Document, rid: str, revision: int, *, retired_at: str | None
) -> Document:
    """A document with what the directory itself sets."""
    return document | {
        "id": rid,
        "kind": kind.name,
        "revision": revision,
        "version": kind.version,
        "retired_at": retired_at,
    }


def fresh_salts() -> Iterator[str]:
    """Random salts as long as anybody asks; the system is asked for many at a time."""
    while True:
        many = secrets.token_hex(SALT_BYTES * _SALTS_AT_A_TIME)
        for start in range(0, len(many), 2 * SALT_BYTES):
            yield many[start : start + 2 * SALT_BYTES]


def payload_of(text: bytes, version: int, salt: str) -> bytes:
    """The canonical payload around a record's canonical bytes.

    The salt keeps the hash in the envelope from betraying a short content, such as a telephone
    number, once the payload has been erased: it is one of ``fresh_salts`` and used once.
    """
    return b'{"record":%b,"salt":"%b","version":%d}' % (text, salt.encode(), version)
