"""The feed: what became of the log after a cursor, as far as a scope may see it.

A page is one statement. What of an entry leaves is decided by the policy, as a condition of that
statement: the entry with its body, that it left the scope's sight, or the bare hash of its leaf,
with which its holder can still compute every root. Stored bytes are joined, never written anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    ScalarSelect,
    and_,
    bindparam,
    case,
    literal_column,
    not_,
    null,
    or_,
    select,
    union,
)

from directory.changes.models import log_entries, log_payloads
from directory.changes.versions import label_of, seen_label
from directory.db import constant
from directory.policy import viewer_parameters, visible_under
from directory.prepared import Prepared
from directory.sync.errors import CursorGoneError, Gone
from directory.sync.heads import SignedHead, root_at
from directory.sync.rules.cursors import ROOT_BYTES, Cursor
from directory.sync.rules.scopes import Scope

MOST_ENTRIES = 1000
_NO_ROWS: Sequence[Sequence[Any]] = ()


@dataclass(frozen=True, slots=True)
class Entries:
    """A page of the feed.

    Attributes:
        after: The cursor at ``start``, of the present log.
        start: The last entry before it.
        end: Its last entry, or ``start`` where it has none.
        cursor: The cursor at ``end``.
        body: The page as JSON.
    """

    after: Cursor
    start: int
    end: int
    cursor: Cursor
    body: bytes

    @property
    def is_empty(self) -> bool:
        """Whether its asker has everything already."""
        return self.start == self.end


def page(
    connection: Connection, after: Cursor, limit: int, *, scope: Scope, head: SignedHead
) -> Entries:
    """The entries that follow a cursor, as a scope may see them.

    Args:
        connection: A reading unit of work.
        after: The cursor, as it was sent.
        limit: How many entries at most.
        scope: What its holder may hold.
        head: The head up to which entries are given.

    Raises:
        CursorGoneError: Nobody can go on from the cursor.
    """
    root = check(connection, after, scope=scope, head=head)
    claims, end, rows = head.claims, after.seq, _NO_ROWS
    if end < claims.size:
        most = min(end + limit, claims.size)
        given = {"after": after.seq, "end": most, **viewer_parameters(scope.viewer)}
        rows = _PAGE.rows(connection, given)
        end, root = rows[-1][0], bytes(rows[-1][1])
    cursor = Cursor.at(claims.log, end, root, scope.hash)
    since = Cursor(claims.log, after.seq, after.root, scope.hash)
    start = (
        f'{{"log":"{claims.log}","from":{after.seq},"to":{end},'
        f'"more":{"true" if end < claims.size else "false"},"cursor":"{cursor}",'
        f'"root":"{root.hex()}","entries":['
    )
    body = b"".join((start.encode(), b",".join(_entries(rows)), b"]}"))
    return Entries(since, after.seq, end, cursor, body)


def check(connection: Connection, cursor: Cursor, *, scope: Scope, head: SignedHead) -> bytes:
    """Whether somebody can go on from a cursor, and the root at its place.

    A cursor of a log that this one goes on from is as good as one of this log, as far as the two
    are the same.

    Raises:
        CursorGoneError: They cannot.
    """
    claims = head.claims
    most = claims.size
    if cursor.log != claims.log:
        for epoch in claims.epochs:
            most = min(most, epoch.size)
            if epoch.parent == cursor.log:
                break
        else:
            raise CursorGoneError(Gone.UNKNOWN_LOG)
    root = None
    if cursor.seq == most == claims.size:
        root = bytes.fromhex(claims.root)
    elif cursor.seq <= most:
        root = root_at(connection, cursor.seq)
    if root is None or root[:ROOT_BYTES].hex() != cursor.root:
        raise CursorGoneError(Gone.FORKED)
    if cursor.seq < claims.oldest:
        raise CursorGoneError(Gone.EXPIRED)
    if cursor.scope != scope.hash:
        raise CursorGoneError(Gone.SCOPE_CHANGED)
    return root


def _entries(rows: Sequence[Sequence[Any]]) -> Iterator[bytes]:
    """Each entry as JSON; what was stored travels as text that holds its exact bytes."""
    write = orjson.dumps
    for _, _, sight, envelope, leaf, body in rows:
        if sight == LEAF:
            yield b'{"leaf":"%s"}' % leaf.hex().encode()
        elif sight == SHOWN:
            told = b"null" if body is None else write(bytes(body).decode())
            yield b'{"env":%s,"body":%s}' % (write(bytes(envelope).decode()), told)
        elif sight == REMOVED:
            yield b'{"env":%s,"remove":1}' % write(bytes(envelope).decode())
        else:
            yield b'{"env":%s}' % write(bytes(envelope).decode())


LEAF, REMOVED, SHOWN, REDACTED = range(4)
_ENTRY = log_entries.alias("entry")
_PREVIOUS = log_entries.alias("previous")
_NEWEST = log_entries.alias("newest")
_LATER = log_entries.alias("later")


def _number(value: int) -> ColumnElement[int]:
    return literal_column(str(value))


_IS_PREVIOUS = and_(_PREVIOUS.c.rid == _ENTRY.c.rid, _PREVIOUS.c.revision == _ENTRY.c.revision - 1)
# Each looked up by an index, entry by entry: where these are joins PostgreSQL reads the whole log
# for a page, until it is long.
_LABEL_BEFORE = select(label_of(_PREVIOUS)).where(_IS_PREVIOUS).correlate(_ENTRY).scalar_subquery()


def _of_the_newest(what: ColumnElement[Any]) -> ScalarSelect[Any]:
    """Something of the newest entry of an entry's record."""
    return (
        select(what)
        .where(_LATER.c.rid == _ENTRY.c.rid)
        .order_by(_LATER.c.revision.desc())
        .limit(1)
        .correlate(_ENTRY)
        .scalar_subquery()
    )


_LABEL_NOW = _of_the_newest(label_of(_LATER))
_READ = (
    select(
        _ENTRY.c.seq,
        _ENTRY.c.root,
        _ENTRY.c.envelope,
        _ENTRY.c.leaf,
        _ENTRY.c.op,
        label_of(_ENTRY).label("own"),
        case((_ENTRY.c.revision > _number(1), _LABEL_BEFORE)).label("before"),
        _LABEL_NOW.label("latest"),
    )
    .where(
        _ENTRY.c.seq > bindparam("after", type_=BigInteger),
        _ENTRY.c.seq <= bindparam("end", type_=BigInteger),
    )
    .cte("read")
    .prefix_with("MATERIALIZED")
)
# A page has a handful of labels and a thousand entries: the policy judges each label once, which
# it does only where they have been gathered before they are judged.
_LABELS = (
    union(*(select(_READ.c[name].label("label")) for name in ("own", "before", "latest")))
    .cte("labels")
    .prefix_with("MATERIALIZED")
)
_SEEN = (
    # Nobody edits in the name of a scope, so that an owner makes no difference.
    select(_LABELS.c.label)
    .where(visible_under(_LABELS.c.label, constant("")))
    .cte("seen")
    .prefix_with("MATERIALIZED")
)


def _is_seen(name: str) -> ColumnElement[bool]:
    return _READ.c[name].in_(select(_SEEN.c.label))


_JUDGED = (
    select(
        *(_READ.c[name] for name in ("seq", "root", "envelope", "leaf")),
        case(
            (_READ.c.op == constant("redact"), _number(REDACTED)),
            (and_(_is_seen("own"), _is_seen("latest")), _number(SHOWN)),
            (_is_seen("before"), _number(REMOVED)),
            else_=_number(LEAF),
        ).label("sight"),
    )
    # Judged once for each entry, and not once for each place where that is asked below.
    .cte("judged")
    .prefix_with("MATERIALIZED")
)
_IS_LEAF, _IS_SHOWN = _JUDGED.c.sight == _number(LEAF), _JUDGED.c.sight == _number(SHOWN)
_BODY = (
    select(log_payloads.c.body)
    .where(log_payloads.c.seq == _JUDGED.c.seq)
    .correlate(_JUDGED)
    .scalar_subquery()
)
_PAGE = Prepared(
    select(
        _JUDGED.c.seq,
        _JUDGED.c.root,
        _JUDGED.c.sight,
        case((_IS_LEAF, null()), else_=_JUDGED.c.envelope).label("envelope"),
        case((_IS_LEAF, _JUDGED.c.leaf), else_=null()).label("leaf"),
        case((_IS_SHOWN, _BODY), else_=null()).label("body"),
    ).order_by(_JUDGED.c.seq)
)


def withdrawn_since(connection: Connection, seq: int, *, scope: Scope) -> bool:
    """Whether something that a scope held at a place must not be given out as it was then.

    That is so where anything has been erased since, and where a record has left the scope's sight.
    """
    return bool(_WITHDRAWN.rows(connection, {"after": seq, **viewer_parameters(scope.viewer)}))


_WITHDRAWN = Prepared(
    select(_ENTRY.c.seq)
    .select_from(_ENTRY)
    .join(_NEWEST, _NEWEST.c.seq == _of_the_newest(_LATER.c.seq))
    .outerjoin(_PREVIOUS, _IS_PREVIOUS)
    .where(
        _ENTRY.c.seq > bindparam("after", type_=BigInteger),
        or_(
            _ENTRY.c.op == constant("redact"),
            and_(seen_label(_PREVIOUS), not_(seen_label(_NEWEST))),
        ),
    )
    .limit(1)
)
