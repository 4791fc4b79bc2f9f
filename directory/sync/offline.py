"""A copy as one signed file, for where there is no network: verified and searched without us.

The first line holds the signed head and the public keys; the rest, of which the head was signed, is
a snapshot. ``docs/clients/offline_copy.py`` reads it.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import IO

import orjson

from directory.access.rules import Principal
from directory.changes import log
from directory.changes.highwater import HighWater
from directory.changes.kinds import Kinds
from directory.db import Database
from directory.durable import flush_folder, fresh, working_folder
from directory.errors import UnavailableError
from directory.sync.copies import OFFLINE, register_copy
from directory.sync.heads import signed
from directory.sync.keys import KeyFile
from directory.sync.rules.claims import HeadClaims, PageClaims
from directory.sync.rules.scopes import Scope
from directory.sync.signing import sign
from directory.sync.snapshots import Cut, may_be_given, write_snapshot

VERSION = 1
FORM = "offline-copy"
_PIECE = 1 << 20
_TRIES = 5


def export_offline_copy(
    database: Database,
    kinds: Kinds,
    keys: KeyFile,
    high_water: HighWater,
    to: Path,
    *,
    scope: Scope,
    actor: Principal,
    at: datetime,
    valid_until: datetime,
) -> Cut:
    """Write what a scope holds into one signed file, and enter it in the register before that.

    Args:
        database: The directory's.
        kinds: The registered kinds.
        keys: What heads are signed with.
        high_water: Where it is noted what was vouched for.
        to: The file, replaced as a whole; for its owner alone.
        scope: What it may hold.
        actor: Whose account takes it along.
        at: The present instant.
        valid_until: Until when it is to be believed.

    Returns:
        What stands in it.

    Raises:
        UnavailableError: Something was erased or withdrawn from it while it was made, again and
            again.
    """
    for _ in range(_TRIES):
        with tempfile.TemporaryFile(dir=to.parent) as rest:
            with database.reading() as connection:
                cut = write_snapshot(connection, kinds, scope, rest.write)
            head = signed(database, keys, high_water, at=at)
            page = PageClaims(0, cut.size, cut.sha256.hex(), scope.hash, "")
            first = _first_line(replace(head.claims, until=valid_until, page=page), keys, at)
            with database.writing() as connection:
                # Whoever erases from here on waits, and then finds the copy in the register.
                log.hold(connection)
                may_leave = may_be_given(connection, cut, scope)
                if may_leave:
                    register_copy(
                        connection, cut, OFFLINE, scope, actor=actor, at=at, valid_until=valid_until
                    )
            if may_leave:
                rest.seek(0)
                _write(to, first, rest)
                return cut
    raise UnavailableError(
        "While the copy was made, something in it was erased or withdrawn, each time; try again."
    )


def _first_line(claims: HeadClaims, keys: KeyFile, at: datetime) -> bytes:
    """The signed head, and the key that it is checked with."""
    # Whatever the clock says: once a key has taken over, the one before it signs nothing.
    key = keys.ring(at).signing(max(at, claims.at))
    told = {"v": VERSION, "form": FORM, "head": sign(claims, key), "keys": {"keys": [key.public]}}
    return orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE)


def _write(to: Path, first: bytes, rest: IO[bytes]) -> None:
    with working_folder(to, ".contact-directory-offline-") as folder:
        part = folder / "whole"
        with fresh(part) as file:
            file.write(first)
            while piece := rest.read(_PIECE):
                file.write(piece)
        part.replace(to)
    flush_folder(to.parent)
