"""An origin without its doors: snapshots and pages cut straight from a unit of work."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection

from directory.changes import log
from directory.registry import KINDS
from directory.sync import feed, heads
from directory.sync.heads import SignedHead
from directory.sync.rules.claims import HeadClaims
from directory.sync.rules.cursors import Cursor
from directory.sync.rules.scopes import Scope
from directory.sync.snapshots import Cut, write_snapshot
from tests.integration.changes.world import NOW
from tests.integration.sync.copy import Copy


def head_of(connection: Connection) -> SignedHead:
    """The head of the log as it stands, signed by nobody."""
    seen = log.see(connection)
    claims = HeadClaims(
        seen.log_id,
        seen.size,
        seen.root.hex(),
        NOW,
        NOW + timedelta(days=2),
        epochs=tuple(heads.epochs(connection, seen.log_id)),
    )
    return SignedHead(claims, "", "")


def begin(connection: Connection, copy: Copy, scope: Scope) -> Cut:
    """Give a copy a snapshot."""
    parts: list[bytes] = []
    cut = write_snapshot(connection, KINDS, scope, parts.append)
    copy.load(b"".join(parts))
    return cut


def follow(connection: Connection, copy: Copy, scope: Scope, limit: int = 1000) -> None:
    """Give a copy all that has happened since its cursor."""
    more = True
    while more:
        page = feed.page(
            connection, Cursor.read(copy.cursor), limit, scope=scope, head=head_of(connection)
        )
        more = copy.take(page.body)["more"]
