"""What a scope sees of a directory now, and erasures put straight into the log."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from directory.changes import log
from directory.changes.models import change_sets, log_entries, log_head, log_payloads
from directory.changes.tree import leaf_hash
from directory.clock import format_instant
from directory.documents import canonical
from directory.ids import new_id
from directory.policy import viewer_parameters, visible
from directory.registry import KINDS
from directory.sync.rules.scopes import Scope

ACTOR = "00000000-0000-4000-8000-000000000009"


def seen_by(connection: Connection, scope: Scope) -> dict[str, str]:
    """The rows of all tables of records that a scope sees: each document by its id."""
    return {
        row.id: row.document
        for kind in KINDS
        for row in connection.execute(
            select(kind.table.c.id, kind.table.c.document).where(visible(kind.table)),
            viewer_parameters(scope.viewer),
        )
    }


def redact(connection: Connection, targets: Iterable[int], *, at: datetime) -> int:
    """Erase the payloads of some entries, and the rows of records whose newest these are."""
    chosen, head = sorted(targets), log.take(connection)
    seq, rid, change_set = head.size + 1, new_id(), new_id()
    then = at if head.last_at is None else max(at, head.last_at + log.TICK)
    envelope = canonical(
        {
            "v": log.ENVELOPE_VERSION,
            "seq": seq,
            "at": format_instant(then),
            "kind": "redaction",
            "rid": rid,
            "op": "redact",
            "revision": 1,
            "owner": "directory",
            "change_set": change_set,
            "actor": ACTOR,
            "payload_hash": None,
            "targets": chosen,
            "why": "erasure",
        }
    )
    leaf = leaf_hash(envelope)
    head.frontier.push(leaf)
    head.last_at = then
    connection.execute(
        insert(log_entries).values(
            seq=seq, change_set=change_set, kind="redaction", rid=rid, op="redact", revision=1,
            owner="directory", at=then, label_before="", label_after="", payload_hash=b"",
            envelope=envelope, leaf=leaf, root=head.frontier.root(),
        )
    )  # fmt: skip
    connection.execute(
        insert(change_sets).values(
            id=change_set, first_seq=seq, last_seq=seq, at=then, actor=ACTOR, origin="erasure",
            reason="", meeting=None,
        )
    )  # fmt: skip
    connection.execute(update(log_head).values(opened_for="erasure"))
    connection.execute(delete(log_payloads).where(log_payloads.c.seq.in_(chosen)))
    for kind in KINDS:
        connection.execute(delete(kind.table).where(kind.table.c.seq.in_(chosen)))
    connection.execute(update(log_head).values(opened_for=None))
    log.release(connection, head)
    return seq
