"""Heads of the log, signed when they are asked for, and kept before anybody is given one.

What was signed is never contradicted: not by a smaller size, nor by another root for the same
size, nor by an earlier time. For that the newest is enough, because the log keeps the root at
each of its places; those that nobody believes any more are given up. Two processes that sign at
once wait for each other.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

import orjson
from sqlalchemy import Connection, bindparam, delete, func, insert, select

from directory.changes.highwater import FallenBehindError, HighWater, Mark
from directory.changes.log import TICK
from directory.changes.models import log_entries, log_epochs, log_head
from directory.changes.tree import EMPTY_ROOT
from directory.db import Database, lock_out_writers
from directory.errors import UnavailableError
from directory.prepared import Prepared
from directory.sync.errors import ContradictedHeadError, NoOriginError, SigningKeyError
from directory.sync.keys import KeyFile, Ring
from directory.sync.models import signed_heads
from directory.sync.rules.claims import GOOD_FOR, SIGNED_ANEW_AFTER, Epoch, HeadClaims, PageClaims
from directory.sync.signing import sign


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A head that was signed and is kept.

    Attributes:
        kid: The key that signed it.
        text: The head as a JWS, without a page.
    """

    claims: HeadClaims
    kid: str
    text: str

    def for_page(self, page: PageClaims, keys: KeyFile, *, at: datetime) -> str:
        """The same head signed for exactly some bytes."""
        # Whatever the clock says: once a key has taken over, the one before it signs nothing.
        key = keys.ring(at).signing(max(at, self.claims.at))
        return sign(replace(self.claims, page=page), key)


_NEWEST = Prepared(
    select(
        log_head.c.log_id,
        log_head.c.size,
        log_head.c.root,
        log_head.c.copy_of,
        signed_heads.c.size.label("signed_size"),
        signed_heads.c.root.label("signed_root"),
        signed_heads.c.kid,
        signed_heads.c.jws,
    )
    .outerjoin(signed_heads, signed_heads.c.log_id == log_head.c.log_id)
    .order_by(signed_heads.c.size.desc(), signed_heads.c.at.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class _Stand:
    """Where the log is, and what was signed of it last."""

    log: str
    size: int
    root: bytes
    signed: SignedHead | None


def current(
    connection: Connection, keys: KeyFile, high_water: HighWater, *, at: datetime
) -> SignedHead | None:
    """The newest head, where it is still the log's and need not be signed anew; else None.

    Raises:
        FallenBehindError: The log holds less than was vouched for: what was signed before a
            restore is still in the old database.
        SigningKeyError: There is no key.
        ContradictedHeadError: The log is not what was signed.
        NoOriginError: The log is another directory's.
    """
    stand = _stand(connection, high_water)
    return None if _is_due(stand, keys.ring(at), at) else stand.signed


def signed(database: Database, keys: KeyFile, high_water: HighWater, *, at: datetime) -> SignedHead:
    """Sign the log as it is now, unless another process just has.

    Where the database is held by a writer for too long, what was signed before is still true.

    Args:
        database: The directory's.
        keys: What heads are signed with.
        high_water: Where it is noted, before anybody is given the head, what was vouched for.
        at: The present instant.

    Raises:
        SigningKeyError: There is no key.
        ContradictedHeadError: The log is not what was signed.
        NoOriginError: The log is another directory's.
        FallenBehindError: The log holds less than was vouched for.
        UnavailableError: Nothing can be written, and nothing that is still believed was signed.
    """
    try:
        with database.writing() as connection:
            made = _sign(connection, keys.ring(at), at)
            # Before the commit: after a crash the mark may be ahead of what was signed, never of
            # what the log holds.
            claims = made.claims
            high_water.raise_to(Mark(claims.log, claims.size, claims.root))
            return made
    except (ContradictedHeadError, FallenBehindError, SigningKeyError):
        raise
    except UnavailableError:
        with database.reading() as connection:
            last = _stand(connection).signed
        if last is None or last.claims.until <= at:
            raise
        return last


def _sign(connection: Connection, ring: Ring, at: datetime) -> SignedHead:
    lock_out_writers(connection, signed_heads)
    stand = _stand(connection)
    if stand.signed is not None and not _is_due(stand, ring, at):
        return stand.signed
    signed_at = _after_the_last(connection, stand, at)
    key, following = ring.signing(signed_at), ring.next(signed_at)
    claims = HeadClaims(
        stand.log,
        stand.size,
        stand.root.hex(),
        signed_at,
        signed_at + GOOD_FOR,
        next_key=None if following is None else following.public,
        epochs=tuple(epochs(connection, stand.log)),
    )
    made = SignedHead(claims, key.kid, sign(claims, key))
    connection.execute(
        insert(signed_heads).values(
            log_id=stand.log,
            size=stand.size,
            at=signed_at,
            root=stand.root,
            kid=made.kid,
            jws=made.text,
        )
    )
    # Nobody believes them any more, and what they said of the log stands in the log itself.
    connection.execute(delete(signed_heads).where(signed_heads.c.at < signed_at - GOOD_FOR))
    return made


def _after_the_last(connection: Connection, stand: _Stand, at: datetime) -> datetime:
    """A time later than any at which was signed before, even where the clock went back."""
    if stand.signed is not None:
        return max(at, stand.signed.claims.at + TICK)
    # A log that was begun where another was left.
    last: datetime | None = connection.scalar(select(func.max(signed_heads.c.at)))
    return at if last is None else max(at, last + TICK)


def _stand(connection: Connection, high_water: HighWater | None = None) -> _Stand:
    found = _NEWEST.rows(connection, {})
    if not found:
        raise UnavailableError("The directory's log has no head; run: flask --app wsgi db upgrade")
    log, size, root, copy_of, signed_size, signed_root, kid, text = found[0]
    if copy_of is not None:
        # Two who sign one log could contradict each other, and nobody could tell who is right.
        raise NoOriginError(f"It signs nothing. Copy from its origin: {copy_of}")
    if high_water is not None:
        high_water.refuse_less(log, size, bytes(root))
    if signed_size is None:
        return _Stand(log, size, bytes(root), None)
    _refuse_contradiction(connection, log, size, bytes(root), signed_size, bytes(signed_root))
    return _Stand(log, size, bytes(root), SignedHead(_claims_of(text), kid, text))


def _refuse_contradiction(
    connection: Connection, log: str, size: int, root: bytes, signed_size: int, signed_root: bytes
) -> None:
    if signed_size > size:
        what = f"{signed_size} entries of the log {log} were signed; it has {size}"
    else:
        # A log only grows, so what is between the two places was looked at when it was written.
        then = root if signed_size == size else root_at(connection, signed_size)
        if then == signed_root:
            return
        what = f"the root of the log {log} at entry {signed_size} is not the one that was signed"
    raise ContradictedHeadError(
        f"Nothing is signed any more: {what}. Was an older state put in its place? Restore it with"
        " flask changes restore, which begins a new log that names this one."
    )


_ROOT_AT = Prepared(select(log_entries.c.root).where(log_entries.c.seq == bindparam("seq")))


def root_at(connection: Connection, seq: int) -> bytes | None:
    """The root after an entry, for 0 that of an empty log; None where there is no such entry."""
    if seq == 0:
        return EMPTY_ROOT
    found = _ROOT_AT.rows(connection, {"seq": seq})
    return bytes(found[0][0]) if found else None


def _is_due(stand: _Stand, ring: Ring, at: datetime) -> bool:
    """Whether the log has grown, a day has passed, or the keys are others."""
    last = stand.signed
    if last is None or last.claims.size != stand.size:
        return True
    not_before = max(at, last.claims.at)
    following = ring.next(not_before)
    announced = None if last.claims.next_key is None else last.claims.next_key.get("kid")
    return (
        at - last.claims.at >= SIGNED_ANEW_AFTER
        or last.kid != ring.signing(not_before).kid
        or announced != (None if following is None else following.kid)
    )


def _claims_of(text: str) -> HeadClaims:
    """What one of our own heads says, as it is kept."""
    payload = text.split(".")[1]
    return HeadClaims.read(orjson.loads(base64.urlsafe_b64decode(payload + "==")))


def epochs(connection: Connection, log: str) -> Iterator[Epoch]:
    """The logs that a log goes on from, the newest first."""
    found = {row.log_id: row for row in connection.execute(select(log_epochs))}
    while log in found:
        row = found.pop(log)
        yield Epoch(row.parent, row.parent_size, bytes(row.parent_root).hex())
        log = row.parent
