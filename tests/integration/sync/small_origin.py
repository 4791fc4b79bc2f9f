"""An origin as small as it can be: makes heads, pages and snapshots of a real directory.

Written from the wire format alone, one entry after the other and with the policy in memory, so that
what it sends does not rest on the queries of the origin proper.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import orjson
from joserfc import jws
from joserfc.jwk import ECKey
from sqlalchemy import Connection, select

from directory.changes.apply import Applied
from directory.changes.kinds import Kinds
from directory.changes.models import log_entries, log_head, log_payloads
from directory.changes.operations import Operation
from directory.changes.tree import EMPTY_ROOT
from directory.clock import format_instant
from directory.db import Database
from directory.documents import canonical
from directory.policy import Label, Tlp, Viewer, may_see
from directory.registry import KINDS
from directory.sync.rules.claims import GOOD_FOR, Epoch, HeadClaims, PageClaims
from directory.sync.rules.cursors import Cursor
from directory.sync.rules.scopes import Scope
from tests.integration.changes.world import NOW, write

ACCOUNT = "22222222-0000-4000-8000-000000000001"
EVERYTHING = Scope(Tlp.AMBER_STRICT, frozenset({"interpol", "g7-24-7"}))
PUBLIC = Scope(Tlp.CLEAR, frozenset())


def new_key() -> ECKey:
    return ECKey.generate_key("P-256", private=True)


def public(key: ECKey) -> dict[str, Any]:
    return dict(key.as_dict(private=False)) | {"kid": key.thumbprint()}


@dataclass
class SmallOrigin:
    """A directory, a key, and the scope under which somebody copies it."""

    database: Database
    key: ECKey = field(default_factory=new_key)
    scope: Scope = EVERYTHING
    account: str = ACCOUNT
    now: datetime = NOW
    next_key: ECKey | None = None
    epochs: tuple[Epoch, ...] = ()
    kinds: Kinds = KINDS

    def write(self, *operations: Operation) -> Applied:
        with self.database.writing() as connection:
            return write(connection, *operations, at=self.now, kinds=self.kinds)

    def head(self) -> HeadClaims:
        with self.database.reading() as connection:
            row = connection.execute(select(log_head)).one()
        return HeadClaims(
            row.log_id,
            row.size,
            bytes(row.root).hex(),
            self.now,
            self.now + GOOD_FOR,
            next_key=None if self.next_key is None else public(self.next_key),
            epochs=self.epochs,
        )

    def root_at(self, seq: int) -> bytes:
        """The root after an entry."""
        with self.database.reading() as connection:
            root = connection.scalar(select(log_entries.c.root).where(log_entries.c.seq == seq))
        return EMPTY_ROOT if root is None else bytes(root)

    def sign(self, head: HeadClaims) -> str:
        header = {"alg": "ES256", "kid": self.key.thumbprint()}
        return jws.serialize_compact(header, canonical(head.document()), self.key)

    def claims(self, body: bytes, start: int, end: int) -> HeadClaims:
        digest = sha256(body).hexdigest()
        page = PageClaims(start, end, digest, self.scope.hash, self.account)
        return replace(self.head(), page=page)

    def page(self, after: int, limit: int = 1000) -> tuple[bytes, HeadClaims]:
        """The page after an entry, and the head that is signed for it."""
        head = self.head()
        with self.database.reading() as connection:
            rows = _rows(connection)
            labels = _current_labels(rows)
            entries = [
                _told(row, rows, labels, self.scope.viewer) for row in rows[after : after + limit]
            ]
        end = after + len(entries)
        root = bytes(rows[end - 1].root) if end else bytes.fromhex(head.root)
        body = canonical(
            {
                "log": head.log,
                "from": after,
                "to": end,
                "more": end < head.size,
                "cursor": str(Cursor.at(head.log, end, root, self.scope.hash)),
                "root": root.hex(),
                "entries": entries,
            }
        )
        return body, self.claims(body, after, end)

    def snapshot(self) -> tuple[bytes, HeadClaims]:
        """A snapshot of the present state, and the head that is signed for it."""
        head = self.head()
        with self.database.reading() as connection:
            records = list(self._records(connection))
            row = connection.execute(select(log_head)).one()
        header = {
            "v": 1,
            "log": head.log,
            "size": head.size,
            "root": head.root,
            "frontier": bytes(row.frontier).hex(),
            "at": None if row.last_at is None else format_instant(row.last_at),
            "scope": self.scope.hash,
            "clearance": self.scope.clearance.label,
            "networks": sorted(self.scope.networks),
            "cursor": str(
                Cursor.at(head.log, head.size, bytes.fromhex(head.root), self.scope.hash)
            ),
            "records": len(records),
        }
        body = b"".join(canonical(line) + b"\n" for line in (header, *records))
        return body, self.claims(body, 0, head.size)

    def state(self) -> list[tuple[str, int, str]]:
        """What a copy has to hold: id, revision and text of every record of the scope."""
        with self.database.reading() as connection:
            return state(connection, self.scope.viewer, self.kinds)

    def _records(self, connection: Connection) -> Iterator[dict[str, str]]:
        found = {row.seq: row for row in _rows(connection)}
        held = []
        for kind in self.kinds:
            for row in connection.execute(select(kind.table)):
                label = Label.of(orjson.loads(row.document))
                if may_see(self.scope.viewer, label):
                    held.append((row.id, found[row.seq]))
        for _, row in sorted(held, key=lambda each: each[0]):
            yield {"env": bytes(row.envelope).decode(), "body": bytes(row.body).decode()}


def state(
    connection: Connection, viewer: Viewer, kinds: Kinds = KINDS
) -> list[tuple[str, int, str]]:
    return sorted(
        (row.id, row.revision, row.document)
        for kind in kinds
        for row in connection.execute(select(kind.table))
        if may_see(viewer, Label.of(orjson.loads(row.document)))
    )


def _rows(connection: Connection) -> list[Any]:
    return list(
        connection.execute(
            select(log_entries, log_payloads.c.body)
            .outerjoin(log_payloads, log_payloads.c.seq == log_entries.c.seq)
            .order_by(log_entries.c.seq)
        )
    )


def _effective(row: Any) -> str:
    return str(row.label_before if row.op == "retire" else row.label_after)


def _current_labels(rows: list[Any]) -> Mapping[str, str]:
    return {row.rid: _effective(row) for row in rows}


def _sees(viewer: Viewer, label: str, owner: str) -> bool:
    if not label:
        return False
    marking, *audience = label.split(" ")
    return may_see(viewer, Label(Tlp.from_label(marking), frozenset(audience), owner))


def _told(row: Any, rows: list[Any], labels: Mapping[str, str], viewer: Viewer) -> dict[str, Any]:
    envelope = bytes(row.envelope).decode()
    if row.op == "redact":
        return {"env": envelope}
    if _sees(viewer, _effective(row), row.owner) and _sees(viewer, labels[row.rid], row.owner):
        return {"env": envelope, "body": None if row.body is None else bytes(row.body).decode()}
    before = [each for each in rows[: row.seq - 1] if each.rid == row.rid]
    if before and _sees(viewer, _effective(before[-1]), row.owner):
        return {"env": envelope, "remove": 1}
    return {"leaf": bytes(row.leaf).hex()}


DAY = timedelta(days=1)
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
