"""What a command is about to print is recorded first where it shows AMBER or above.

Commands hand over here what they print, in whatever form they then print it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable

import click
import orjson

from directory.access.rules import Principal
from directory.cli.base import PRINCIPAL, PURPOSE, running
from directory.clock import utc_now
from directory.documents import Document
from directory.readings.errors import PurposeNeededError
from directory.readings.rules import (
    Reader,
    entries_of,
    may_show_restricted,
    read_purpose,
    restricted_in,
)


def record(body: bytes | str, behind: Iterable[Document] = ()) -> None:
    """Record what a command is about to print; returns when that outlasts a crash.

    Args:
        body: It, as JSON.
        behind: The records that it shows in part or in other words.

    Raises:
        BadPurposeError: The purpose that was given cannot be kept.
        PurposeNeededError: None was given, and the account's partner asks for one.
        NotRecordedError: It could be written nowhere.
    """
    ctx = click.get_current_context()
    given: str | None = ctx.meta.get(PURPOSE)
    purpose = None if given is None else read_purpose(given.encode())
    text = body.encode() if isinstance(body, str) else body
    shown = restricted_in(orjson.loads(text) if may_show_restricted(text) else None, behind)
    if not shown:
        return
    principal: Principal | None = ctx.meta.get(PRINCIPAL)
    if principal is not None and principal.needs_purpose and purpose is None:
        raise PurposeNeededError(
            "This shows records marked AMBER or above, and the account's agency wants it kept for"
            " what they are read: give --purpose."
        )
    reader = Reader(
        principal.partner if principal is not None else None,
        principal.account if principal is not None else None,
        purpose,
        " ".join(["flask", *ctx.command_path.split()[1:]]),
        secrets.token_hex(8),
    )
    running().readings.record(entries_of(shown, reader, utc_now()))
