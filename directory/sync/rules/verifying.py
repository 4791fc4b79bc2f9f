"""Verifying what an origin sends: bytes in, entries or a named refusal out.

Nothing is believed for where it came from. The head's signature covers the bytes of a page or
snapshot; the envelopes' hashes lead to a root that the head signs; the bodies' hashes stand in
their envelopes. Signatures themselves are checked before anything comes here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from directory.changes.placed import Placed
from directory.changes.tree import Frontier, leaf_hash
from directory.clock import parse_instant
from directory.policy import Tlp
from directory.sync.rules.alarms import Alarm, OlderSnapshotError, RefusedError
from directory.sync.rules.claims import HeadClaims
from directory.sync.rules.cursors import Cursor
from directory.sync.rules.scopes import Scope
from directory.sync.rules.signed import body_of, envelope_of, has, hash_of, poison, shaped, text_of
from directory.sync.rules.standing import Standing, is_beyond, judge_claims, judge_head

SNAPSHOT_VERSION = 1
MOST_ENTRIES = 1000
"""As many entries as a page has at most."""


@dataclass(frozen=True, slots=True)
class PageRead:
    """A page that may be taken over.

    Attributes:
        entries: What was given more of than its leaf.
        frontier: After the page.
        cursor: The place after the page.
        is_last: Whether the copy has then reached the head.
        last_at: The time of the last entry whose envelope was given.
    """

    log: str
    entries: Sequence[Placed]
    frontier: Frontier
    cursor: Cursor
    is_last: bool
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class SnapshotRead:
    """What the first line of a snapshot says, as far as it has been verified."""

    log: str
    frontier: Frontier
    scope: Scope
    cursor: Cursor
    records: int
    at: datetime | None


def read_page(body: bytes, head: HeadClaims, standing: Standing, *, now: datetime) -> PageRead:
    """Verify a page of the feed and read it.

    Args:
        body: The exact bytes, decompressed.
        head: The head that came with them, whose signature holds.
        standing: Where the copy stands.
        now: The present instant.

    Raises:
        RefusedError: Something in it must not be; nothing of it may be taken.
    """
    claims = judge_claims(head, standing, sha256(body).hexdigest())
    size = standing.frontier.size
    if claims.scope != standing.scope:
        raise RefusedError(Alarm.SPLICE, "the page was signed for another scope")
    if claims.start != size:
        raise RefusedError(
            Alarm.REPLAY, f"a page that begins after entry {claims.start}, not after {size}"
        )
    judge_head(head, standing, now=now)
    if is_beyond(head, standing):
        raise RefusedError(Alarm.FORK, "the origin has given up what is held here")
    page = shaped(body, _page_shape)
    if page["log"] != head.log or (page["from"], page["to"]) != (claims.start, claims.end):
        raise RefusedError(Alarm.SPLICE, "the page is of another place than its head says")
    entries, frontier, last_at = _walk(page["entries"], standing.frontier)
    _judge_end(page, head, frontier)
    cursor = Cursor.at(head.log, frontier.size, frontier.root(), claims.scope)
    if page["cursor"] != str(cursor):
        raise RefusedError(Alarm.SPLICE, "the page's cursor is not that of its end")
    return PageRead(head.log, entries, frontier, cursor, not page["more"], last_at)


def _judge_end(page: dict[str, Any], head: HeadClaims, frontier: Frontier) -> None:
    """Whether a page ends where it says, and where its head says."""
    root = frontier.root().hex()
    if frontier.size != page["to"]:
        raise RefusedError(Alarm.SPLICE, "the page has other entries than it says")
    if root != page["root"] or (frontier.size == head.size and root != head.root):
        raise RefusedError(
            Alarm.FORK, f"up to entry {frontier.size} the root is another than that signed"
        )
    if page["more"] != (frontier.size < head.size) or frontier.size > head.size:
        raise RefusedError(
            Alarm.SPLICE, f"the page ends at {frontier.size} of {head.size} entries and says else"
        )
    if page["more"] and not page["entries"]:
        raise RefusedError(Alarm.SPLICE, "the page is empty though there is more")


def _walk(entries: list[Any], before: Frontier) -> tuple[list[Placed], Frontier, datetime | None]:
    """Hash every entry into the tree, and read those that were given."""
    frontier = Frontier(before.size, before.packed())
    placed: list[Placed] = []
    last_at: datetime | None = None
    for entry in entries:
        seq = frontier.size + 1
        if entry.keys() == {"leaf"}:
            frontier.push(hash_of(entry["leaf"], seq))
            continue
        envelope = text_of(entry.get("env"), seq)
        frontier.push(leaf_hash(envelope))
        told = envelope_of(envelope, seq)
        last_at = parse_instant(told["at"])
        placed.append(_placed(entry, seq, told, envelope, frontier.root()))
    return placed, frontier, last_at


def _placed(
    entry: dict[str, Any], seq: int, told: dict[str, Any], envelope: bytes, root: bytes
) -> Placed:
    rest = entry.keys() - {"env"}
    if told["op"] == "redact":
        if rest:
            raise poison(seq, "a redaction has more than its envelope")
        return Placed(seq, told, envelope, root, None)
    if rest == {"remove"} and entry["remove"] == 1:
        return Placed(seq, told, envelope, root, None, is_withdrawn=True)
    if rest != {"body"}:
        raise poison(seq, "it is neither given, nor withdrawn, nor hidden")
    body = None if entry["body"] is None else body_of(entry["body"], told, seq)
    return Placed(seq, told, envelope, root, body)


def read_header(line: bytes, head: HeadClaims, standing: Standing) -> SnapshotRead:
    """Verify the first line of a snapshot whose bytes are those signed.

    Raises:
        RefusedError: It contradicts its head, or itself.
    """
    claims = head.page
    header = shaped(line, _header_shape)
    try:
        frontier = Frontier(header["size"], bytes.fromhex(header["frontier"]))
        scope = Scope(Tlp.from_label(header["clearance"]), frozenset(header["networks"]))
        at = None if header["at"] is None else parse_instant(header["at"])
    except (KeyError, TypeError, ValueError) as error:
        raise RefusedError(Alarm.POISON, f"the snapshot's head cannot be read: {error}") from None
    if claims is None or header["log"] != head.log or claims.start != 0:
        raise RefusedError(Alarm.SPLICE, "the snapshot is of another log, or no snapshot")
    if (claims.end, claims.scope) != (header["size"], header["scope"]):
        raise RefusedError(Alarm.SPLICE, "the snapshot is another than its head says")
    if header["scope"] != scope.hash:
        raise RefusedError(Alarm.SPLICE, "the snapshot's scope is not what its name says")
    root = frontier.root()
    if root.hex() != header["root"] or frontier.size > head.size:
        raise RefusedError(Alarm.FORK, "the snapshot's root is not what its tree gives")
    if frontier.size == head.size and root.hex() != head.root:
        raise RefusedError(Alarm.FORK, "the snapshot's root is another than that signed")
    _judge_against_held(header["log"], scope, frontier, standing)
    cursor = Cursor.at(head.log, frontier.size, root, scope.hash)
    if header["cursor"] != str(cursor):
        raise RefusedError(Alarm.SPLICE, "the snapshot's cursor is not that of its end")
    return SnapshotRead(head.log, frontier, scope, cursor, header["records"], at)


def _judge_against_held(log: str, scope: Scope, frontier: Frontier, standing: Standing) -> None:
    """Refuse a snapshot that is other than what is held of the same log, or takes it back.

    Whoever's rights have changed is given what was made for others of the same scope, be it cut
    earlier: its head has been judged, and the pages after it lead there. Under the scope that is
    held nothing calls for one: that a cursor is gone is not signed, and anybody may say so.
    """
    if log != standing.log:
        return
    if scope.hash == standing.scope and frontier.size < standing.frontier.size:
        raise OlderSnapshotError(
            f"a snapshot of size {frontier.size}, and {standing.frontier.size} entries are held"
            " under the same rights"
        )
    if frontier.size == standing.frontier.size and frontier.root() != standing.frontier.root():
        raise RefusedError(
            Alarm.EQUIVOCATION,
            f"a snapshot of size {frontier.size} has another root than what is held",
        )


def read_records(lines: Iterator[bytes], header: SnapshotRead) -> Iterator[Placed]:
    """Read the records of a snapshot, one line each.

    Raises:
        RefusedError: One is not what its envelope says, or they are fewer or more than told.
    """
    count, before, root = 0, "", header.frontier.root()
    for line in lines:
        count += 1
        record = shaped(line, _record_shape)
        envelope = text_of(record["env"], 0)
        told = envelope_of(envelope, None)
        seq = told["seq"]
        if not 0 < seq <= header.frontier.size:
            raise poison(seq, "the snapshot does not reach so far")
        if told["rid"] <= before:
            raise poison(seq, "the records do not stand in their order")
        before = told["rid"]
        yield Placed(seq, told, envelope, root, body_of(record["body"], told, seq))
    if count != header.records:
        raise RefusedError(
            Alarm.SPLICE, f"the snapshot has {count} records and says {header.records}"
        )


def _record_shape(found: Any) -> bool:
    return has(found, {"env": str, "body": str})


def _page_shape(found: Any) -> bool:
    shape = {"log": str, "from": int, "to": int, "more": bool, "cursor": str, "root": str}
    return (
        has(found, shape | {"entries": list})
        and len(found["entries"]) <= MOST_ENTRIES
        and all(type(entry) is dict for entry in found["entries"])
    )


def _header_shape(found: Any) -> bool:
    shape: dict[str, type] = {"v": int, "log": str, "size": int, "root": str, "frontier": str}
    shape |= {"scope": str, "clearance": str, "networks": list, "cursor": str, "records": int}
    return (
        has(found, shape)
        and found["v"] == SNAPSHOT_VERSION
        and found["size"] >= 0
        and "at" in found
        and all(type(slug) is str for slug in found["networks"])
    )
