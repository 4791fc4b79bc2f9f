"""What a copy does beside copying: write over what it put out, and replace its token in time."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass

from directory.changes import copying
from directory.clearing import Cleared, clear
from directory.sync.mirror.errors import OriginTroubleError
from directory.sync.mirror.origin import Origin
from directory.sync.mirror.pulling import TROUBLE, Mirror, note_trouble, said
from directory.sync.mirror.state import state_of, write_state

PATIENCE = 5.0
RESTS = 19
"""So many times as long as writing over has taken it is left alone: readers may wait for it."""


def overwrite(mirror: Mirror) -> Cleared:
    """Write over what was put out, if something was since this was last done.

    Returns:
        What stood in the way; then it is still to be done.
    """
    put_out_at = mirror.state().put_out_at
    if put_out_at is None:
        return Cleared()
    cleared = clear(mirror.database, copying.tables(mirror.kinds), patience=PATIENCE)
    if not cleared.again:
        with mirror.database.writing() as connection:
            # Whoever put out more meanwhile has noted that anew.
            if state_of(connection).put_out_at == put_out_at:
                write_state(connection, put_out_at=None)
    return cleared


@dataclass
class Tidier:
    """Tidies a copy after each pull."""

    mirror: Mirror
    rests_until: float = 0.0

    def tidy(self, origin: Origin) -> Cleared:
        """Do what is to be done; what cannot be done now is done after another pull.

        Returns:
            What stood in the way of writing over what was put out.
        """
        cleared = Cleared()
        begun = time.monotonic()
        if begun >= self.rests_until:
            try:
                cleared = overwrite(self.mirror)
            except TROUBLE as error:
                cleared = Cleared((said(error),))
            ended = time.monotonic()
            self.rests_until = ended + RESTS * (ended - begun)
        with suppress(*TROUBLE):
            _rotate_token(self.mirror, origin)
        return cleared


def _rotate_token(mirror: Mirror, origin: Origin) -> None:
    """Replace the token once the origin warns that it ends; the old one holds for a day more."""
    if origin.token_ends_at is None:
        return
    before = mirror.state()
    try:
        token, ends_at = origin.rotated()
    except OriginTroubleError as error:
        note_trouble(mirror, f"The token could not be replaced: {error}")
        return
    with mirror.database.writing() as connection:
        if state_of(connection).token == before.token:
            write_state(connection, token=token, token_expires_at=ends_at)
