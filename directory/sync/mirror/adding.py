"""Saying whose copy a directory is, which key it believes, and that it is to begin anew."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection

from directory.changes import copying
from directory.changes.kinds import Kinds
from directory.sync.mirror.alarms import clear_alarms
from directory.sync.mirror.state import find_state, state_of, write_state
from directory.sync.models import mirror_origin
from directory.sync.rules.alarms import Alarm

_NOTHING_HELD = dict.fromkeys(
    ("cursor", "scope", "head", "head_at", "began_seq", "began_at", "pulled_at", "trouble")
)


def add_origin(
    connection: Connection,
    kinds: Kinds,
    *,
    address: str,
    account: str,
    token: str,
    key: Mapping[str, Any],
) -> None:
    """Make this directory the copy of another, or say again how to ask that one.

    Args:
        connection: A writing unit of work.
        kinds: The registered kinds.
        address: Of the origin.
        account: Id of the account there as which it copies.
        token: That account's secret.
        key: The public key that signs there now.

    Raises:
        CopyInTheWayError: This directory has a log of its own.
    """
    copying.become_copy(connection, kinds, address)
    told = {
        "address": address,
        "account": account,
        "token": token,
        "token_expires_at": None,  # nosec B105
        "keys": _written([key]),
    }
    known = find_state(connection)
    if known is None:
        connection.execute(mirror_origin.insert().values(id=1, **told))
        return
    write_state(connection, **told)


def pin_key(connection: Connection, key: Mapping[str, Any], *, at: datetime) -> None:
    """Believe another key, and none of those that were believed before it.

    Raises:
        OriginNotAddedError: Nobody has said whose copy this is to be.
    """
    state_of(connection)
    write_state(connection, keys=_written([key]))
    clear_alarms(connection, Alarm.UNKNOWN_KEY, at=at)


def reset(connection: Connection, kinds: Kinds, *, at: datetime) -> None:
    """Put out all that was copied; the origin, the token and the keys stay as they are.

    Raises:
        OriginNotAddedError: Nobody has said whose copy this is to be.
    """
    state_of(connection)
    copying.put_out(connection, kinds)
    write_state(connection, **_NOTHING_HELD, put_out_at=at)
    clear_alarms(connection, at=at)


def _written(keys: list[Mapping[str, Any]]) -> str:
    return orjson.dumps([dict(key) for key in keys]).decode()
