"""A digest of what a scope holds at a place in the log, for a partner's nightly check of itself."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import BigInteger, Connection, bindparam, select

from directory.changes.models import log_entries, log_payloads
from directory.changes.versions import seen_label
from directory.db import bytewise
from directory.policy import viewer_parameters
from directory.sync.rules.scopes import Scope

ROWS_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Digest:
    """What a scope holds, in short.

    Attributes:
        records: How many records.
        digest: SHA-256 over a line ``<rid> <revision> <payload hash>`` for each, sorted by rid.
    """

    records: int
    digest: bytes


_LATER = log_entries.alias("later")
_SEQ = bindparam("seq", type_=BigInteger)
_HELD = (
    select(log_entries.c.rid, log_entries.c.revision, log_entries.c.payload_hash)
    # What has been erased nobody holds.
    .join(log_payloads, log_payloads.c.seq == log_entries.c.seq)
    .where(
        log_entries.c.seq <= _SEQ,
        seen_label(log_entries),
        ~select(_LATER.c.seq)
        .where(
            _LATER.c.rid == log_entries.c.rid,
            _LATER.c.revision == log_entries.c.revision + 1,
            _LATER.c.seq <= _SEQ,
        )
        .exists(),
    )
    .order_by(bytewise(log_entries.c.rid))
)


def digest(connection: Connection, seq: int, *, scope: Scope) -> Digest:
    """What a scope holds after an entry, by the labels of that place."""
    records, total = 0, hashlib.sha256()
    found = connection.execute(
        _HELD,
        {"seq": seq, **viewer_parameters(scope.viewer)},
        execution_options={"yield_per": ROWS_AT_ONCE},
    )
    for rid, revision, payload_hash in found:
        total.update(f"{rid} {revision} {bytes(payload_hash).hex()}\n".encode())
        records += 1
    return Digest(records, total.digest())
