"""Verified copies for partners: the feed, snapshots, and the heads that they are signed with.

What leaves here is what the asker's agency may hold, decided in the query. It is sent as it is
stored, so that every hash in it can be computed again, and signed for exactly this asker.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import orjson
from flask import Response, request
from marshmallow import fields, validate

from directory.access.rules import Principal
from directory.clock import utc_now
from directory.errors import UnavailableError
from directory.policy import Tlp
from directory.sync import copies, digests, feed, heads
from directory.sync.errors import UnknownSnapshotError
from directory.sync.heads import SignedHead
from directory.sync.rules.claims import PageClaims
from directory.sync.rules.cursors import Cursor
from directory.sync.rules.scopes import Scope
from directory.sync.snapshots import Snapshot
from directory.web.answers import page_answer
from directory.web.api.base import PREFIX, Blueprint, PageQuery, QuerySchema
from directory.web.api.sync_shapes import (
    ChangesShape,
    CopyPage,
    DigestShape,
    HeadShape,
    KeysShape,
)
from directory.web.auth import Permission, allows
from directory.web.context import Reading, account_of, reading, running, writing
from directory.web.recording import purpose_given

blueprint = Blueprint("sync", __name__, description="Verified copies for partners")

T = TypeVar("T")
HEAD = "Sync-Head"
NDJSON = "application/x-ndjson"
GZIP_LEVEL = 5
"""An eighth less on the way than the quickest, for 7 µs of processor time a change."""
SMALLEST_COMPRESSED = 512
CHUNK_BYTES = 65_536
PRIVATE = [("Cache-Control", "private, no-store"), ("Vary", "Authorization, Accept-Encoding")]
FOR_A_MINUTE = [("Cache-Control", "private, max-age=60"), ("Vary", "Authorization")]

_cursor = {"description": "A place in the log, as an answer gave it."}


class ChangesQuery(QuerySchema):
    """From where on, and how much."""

    after = fields.String(required=True, metadata=_cursor)
    limit = fields.Integer(
        load_default=feed.MOST_ENTRIES,
        validate=validate.Range(1, feed.MOST_ENTRIES),
        metadata={"description": "Entries on a page."},
    )


class DigestQuery(QuerySchema):
    """At which place."""

    at = fields.String(required=True, metadata=_cursor)


class NoQuery(QuerySchema):
    """Nothing can be chosen."""


@blueprint.get("/sync/changes")
@allows(Permission.COPY)
@blueprint.query(ChangesQuery)
@blueprint.answers(ChangesShape)
@blueprint.also(304, "You have everything, and sent the cursor in `If-None-Match`.")
def changes(query: dict[str, Any]) -> Response:
    """What became of the log after a cursor, as far as your agency's copy may hold it.

    The first cursor comes from a snapshot. 410 says why nobody can go on from a cursor, and where
    to begin again. The header `Sync-Head` holds the head, signed for exactly this page and account.
    """
    at = utc_now()

    def make(directory: Reading, head: SignedHead) -> tuple[Principal, Scope, feed.Entries, bool]:
        actor, scope = _copier(directory)
        after = Cursor.read(query["after"])
        found = feed.page(directory.connection, after, query["limit"], scope=scope, head=head)
        return actor, scope, found, copies.is_noted(directory.connection, found.after, actor=actor)

    head, (actor, scope, found, is_noted) = _under_a_head(make, at)
    if not is_noted:
        with running().database.writing() as connection:
            copies.note_cursor(connection, found.after, actor=actor, at=at)
    tag = ("ETag", f'"{found.cursor}"')
    if found.is_empty and request.if_none_match.contains_weak(str(found.cursor)):
        return Response(status=304, headers=[tag, (HEAD, head.text), *PRIVATE])
    claims = PageClaims(
        found.start, found.end, hashlib.sha256(found.body).hexdigest(), scope.hash, actor.account
    )
    body, encoding = _compressed(found.body)
    return Response(
        body,
        headers=[
            ("Content-Type", "application/json"),
            (HEAD, head.for_page(claims, running().keys, at=at)),
            tag,
            *encoding,
            *PRIVATE,
        ],
    )


@blueprint.get("/sync/snapshot")
@allows(Permission.COPY)
@blueprint.query(NoQuery)
@blueprint.answers(None, "At `Location` lies what your agency's copy holds, whole.", status=303)
def snapshot(query: dict[str, Any]) -> Response:
    """The newest snapshot of what your agency's copy may hold, made now where there is none."""
    at = utc_now()
    _, (_, scope) = _under_a_head(lambda directory, head: _copier(directory), at)
    found = running().snapshots.newest(running().database, running().kinds, scope, at=at)
    location = f"{PREFIX}/sync/snapshots/{found.name}"
    return Response(status=303, headers=[("Location", location), *PRIVATE])


@blueprint.get("/sync/snapshots/<string:name>")
@allows(Permission.COPY)
@blueprint.query(NoQuery)
@blueprint.gives(NDJSON, "A header line, then a line for each record, by id.")
def snapshot_file(query: dict[str, Any], name: str) -> Response:
    """A snapshot, whole: everything that your agency's copy may hold, and the cursor to go on from.

    It never changes under its name. The header `Sync-Head` holds the head, signed for exactly
    these bytes, uncompressed, and this account. That it was taken is entered in the register.
    """
    at = utc_now()

    def make(directory: Reading, head: SignedHead) -> tuple[Principal, Scope, Snapshot]:
        actor, scope = _copier(directory)
        return actor, scope, running().snapshots.named(directory.connection, name, scope=scope)

    head, (actor, scope, found) = _under_a_head(make, at)
    if head.claims.size < found.cut.size:
        raise UnavailableError("The snapshot is not signed yet; try again in a moment.")
    claims = PageClaims(0, found.cut.size, found.cut.sha256.hex(), scope.hash, actor.account)
    signed = head.for_page(claims, running().keys, at=at)
    # Whoever asks for the headers alone takes nothing along.
    if request.method == "HEAD":
        body, about = _body_of(found)
    else:
        with writing() as unit:
            # Whoever erases from here on waits, and then finds the copy in the register.
            copies.refuse_outdated(unit.connection, found.cut, scope)
            copies.register_copy(
                unit.connection,
                found.cut,
                copies.SNAPSHOT,
                scope,
                actor=actor,
                at=at,
                valid_until=head.claims.until,
            )
            # Last, so that nothing is left open; where the file is gone nothing was taken either.
            body, about = _body_of(found)
    return Response(
        body,
        headers=[("Content-Type", NDJSON), (HEAD, signed), *about, *PRIVATE],
    )


@blueprint.get("/sync/head")
@allows(Permission.COPY)
@blueprint.query(NoQuery)
@blueprint.answers(HeadShape)
def head(query: dict[str, Any]) -> Response:
    """The newest head of the log: its size and root, until when they are believed, and the keys."""

    def make(directory: Reading, head: SignedHead) -> None:
        account_of(directory)

    found, _ = _under_a_head(make, utc_now())
    return _json({"head": found.text}, FOR_A_MINUTE)


@blueprint.get("/sync/keys")
@allows(Permission.COPY)
@blueprint.query(NoQuery)
@blueprint.answers(KeysShape)
def keys(query: dict[str, Any]) -> Response:
    """The public keys that heads are signed with: the present one, then the next if there is one.

    Whoever has no key yet compares its `kid` with what the directory's operator says on another
    way; whoever has one believes the `next_key` of a signed head, and nothing else.
    """
    at = utc_now()
    with reading() as directory:
        account_of(directory)
    ring = running().keys.ring(at)
    found = [ring.signing(at), ring.next(at)]
    return _json({"keys": [key.public for key in found if key is not None]}, FOR_A_MINUTE)


@blueprint.get("/sync/digest")
@allows(Permission.COPY)
@blueprint.query(DigestQuery)
@blueprint.answers(DigestShape)
def digest(query: dict[str, Any]) -> Response:
    """What your agency's copy holds at a cursor, in short, to compare it with.

    It is meant for whoever has just reached the end of the feed.
    """

    def make(directory: Reading, head: SignedHead) -> tuple[Cursor, digests.Digest]:
        _, scope = _copier(directory)
        cursor = Cursor.read(query["at"])
        root = feed.check(directory.connection, cursor, scope=scope, head=head)
        found = digests.digest(directory.connection, cursor.seq, scope=scope)
        return Cursor.at(head.claims.log, cursor.seq, root, scope.hash), found

    _, (cursor, found) = _under_a_head(make, utc_now())
    told = {"cursor": str(cursor), "records": found.records, "digest": found.digest.hex()}
    return _json(told, PRIVATE)


@blueprint.get("/sync/copies")
@allows(Permission.ACCOUNT)
@blueprint.query(PageQuery)
@blueprint.answers(CopyPage)
def copies_taken(query: dict[str, Any]) -> Response:
    """The register of copies, the newest first: those taken whole, and how far mirrors are.

    Those of your own partner; an auditor sees every partner's.
    """
    with reading() as directory:
        return page_answer(
            copies.copies(directory.connection, actor=account_of(directory), **query)
        )


def _copier(directory: Reading) -> tuple[Principal, Scope]:
    """Whose copy is asked for, and what it may hold.

    Raises:
        PurposeNeededError: The partner wants it said for what AMBER is read.
    """
    scope = Scope.of(directory.viewer)
    purpose_given(is_needed=scope.clearance >= Tlp.AMBER)
    return account_of(directory), scope


def _under_a_head(make: Callable[[Reading, SignedHead], T], at: datetime) -> tuple[SignedHead, T]:
    """Something read in one snapshot of the database, and the head that it was read under.

    Nobody is given what no head has been signed for; the asker is admitted before one is.
    """
    with reading() as directory:
        account_of(directory)
        found = heads.current(directory.connection, running().keys, running().high_water, at=at)
        if found is not None:
            return found, make(directory, found)
    found = heads.signed(running().database, running().keys, running().high_water, at=at)
    with reading() as directory:
        return found, make(directory, found)


def _accepts_gzip() -> bool:
    return request.accept_encodings.quality("gzip") > 0


def _compressed(body: bytes) -> tuple[bytes, list[tuple[str, str]]]:
    if len(body) < SMALLEST_COMPRESSED or not _accepts_gzip():
        return body, []
    return gzip.compress(body, GZIP_LEVEL, mtime=0), [("Content-Encoding", "gzip")]


def _body_of(found: Snapshot) -> tuple[Iterator[bytes], list[tuple[str, str]]]:
    """A snapshot's bytes in a form that the asker takes, and what to say of them.

    The file is open before anything is answered: whoever deletes it then takes nothing away.
    """
    try:
        if _accepts_gzip():
            size = found.path.stat().st_size
            about = [("Content-Length", str(size)), ("Content-Encoding", "gzip")]
        else:
            about = [("Content-Length", str(found.cut.length))]
        if request.method == "HEAD":
            return iter(()), about
        opened: Any = (Path.open if _accepts_gzip() else gzip.open)(found.path, "rb")
    except FileNotFoundError:
        raise UnknownSnapshotError("The snapshot has just been replaced; ask again.") from None
    return _read_through(opened), about


def _read_through(opened: BinaryIO) -> Iterator[bytes]:
    with opened:
        while chunk := opened.read(CHUNK_BYTES):
            yield chunk


def _json(told: dict[str, Any], headers: list[tuple[str, str]]) -> Response:
    return Response(orjson.dumps(told), headers=[("Content-Type", "application/json"), *headers])
