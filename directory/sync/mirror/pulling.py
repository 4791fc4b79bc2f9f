"""Bringing a copy on: ask, verify, and keep records and place in one transaction, or nothing.

Whatever is refused raises its alarm and leaves the last good copy serving. An origin that does not
answer is trouble and no alarm, until the newest head that is held is no longer believed.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from io import BufferedReader
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import exc

from directory.changes import copying
from directory.changes.errors import CopyMovedError, UntakenEntryError
from directory.changes.kinds import Kinds
from directory.changes.placed import Reached
from directory.db import Database
from directory.errors import UnavailableError
from directory.sync import signing
from directory.sync.errors import BadSignatureError, Gone
from directory.sync.mirror import origin as asking
from directory.sync.mirror.alarms import clear_alarms, raise_alarm
from directory.sync.mirror.errors import OriginTroubleError
from directory.sync.mirror.origin import Origin, SnapshotFile
from directory.sync.mirror.pins import kid_of
from directory.sync.mirror.state import State, state_of, write_state, written_scope
from directory.sync.rules.alarms import Alarm, OlderSnapshotError, RefusedError
from directory.sync.rules.claims import HeadClaims
from directory.sync.rules.standing import is_beyond, judge_claims, judge_head
from directory.sync.rules.verifying import read_header, read_page, read_records

LONGEST_LINE = 32 * 2**20
TROUBLE = (UnavailableError, OSError, exc.OperationalError)
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Pulled:
    """What came of it.

    Attributes:
        size: Entries of the log that the copy has reached.
        pages: Pages that were taken over.
        records: How many records a snapshot held, where one was taken.
        is_current: Whether the copy has all that there is.
        begun_anew: Why an alarm was raised though what came was taken over, if so.
        refused: Why something was not taken, if so.
        trouble: What else went wrong, if something did.
        is_own: Whether it went wrong here, and not at the origin or on the way.
    """

    size: int = 0
    pages: int = 0
    records: int | None = None
    is_current: bool = False
    begun_anew: RefusedError | None = None
    refused: RefusedError | None = None
    trouble: str | None = None
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Mirror:
    """What a copy is brought on with.

    Attributes:
        folder: Where snapshots lie while they are taken over.
        clock: Tells the present instant.
        is_stopping: Whether to leave off after the next page.
    """

    database: Database
    kinds: Kinds
    folder: Path
    clock: Clock
    is_stopping: Callable[[], bool] = lambda: False

    def state(self) -> State:
        """Where the copy stands."""
        with self.database.reading() as connection:
            return state_of(connection)


def pull(mirror: Mirror, origin: Origin) -> Pulled:
    """Bring a copy on as far as its origin is.

    Raises:
        OriginNotAddedError: Nobody has said whose copy it is to be.
    """
    pulled = Pulled()
    try:
        _clear_left(mirror.folder)
        while not pulled.is_current and not mirror.is_stopping():
            pulled = _step(mirror, origin, mirror.state(), pulled)
    except (RefusedError, UntakenEntryError) as error:
        refused = (
            RefusedError(Alarm.POISON, error.detail)
            if isinstance(error, UntakenEntryError)
            else error
        )
        pulled = replace(pulled, refused=refused)
        _note_refusal(mirror, refused)
    except CopyMovedError as error:
        pulled = replace(pulled, trouble=error.detail, is_own=True)
    except TROUBLE as error:
        pulled = replace(pulled, trouble=said(error), is_own=is_own(error))
        # Where the disk is full not even that can be noted.
        with suppress(*TROUBLE):
            note_trouble(mirror, said(error))
    return pulled


def _clear_left(folder: Path) -> None:
    """Delete the snapshots that whoever was killed has left: they hold what may be erased since."""
    for left in folder.glob("mirror-*.part"):
        left.unlink(missing_ok=True)


def is_own(error: Exception) -> bool:
    """Whether something went wrong here: a full disk is none of the origin's doing."""
    return not isinstance(error, OriginTroubleError)


def said(error: Exception) -> str:
    """What went wrong, in words for whoever runs the copy."""
    # What a statement was about to write is for nobody to read.
    return str(error.orig if isinstance(error, exc.DBAPIError) else error)


def _step(mirror: Mirror, origin: Origin, state: State, pulled: Pulled) -> Pulled:
    """One question to the origin, and what its answer changes."""
    if state.cursor is None:
        return _begin(mirror, origin, state, pulled)
    answer = origin.page(state.cursor)
    if isinstance(answer, asking.Gone):
        if pulled.records is not None:
            # Whoever says so again and again would have one snapshot after the other fetched.
            raise OriginTroubleError(
                "The origin does not go on from the snapshot that it just gave."
            )
        try:
            return _begin(mirror, origin, state, pulled, gone=answer.reason)
        except OlderSnapshotError:
            answer = origin.page(state.cursor)
            if isinstance(answer, asking.Gone):
                raise
    head, kid = _verified(answer.head, state)
    if isinstance(answer, asking.Unchanged):
        return _unchanged(mirror, state, head, kid, answer.head, pulled)
    now = mirror.clock()
    page = read_page(answer.body, head, state.standing, now=now)
    with mirror.database.writing() as connection:
        _refuse_moved(state_of(connection), state)
        copying.follow(
            connection,
            mirror.kinds,
            page.entries,
            Reached(page.log, page.frontier, page.last_at),
            after=(state.log, state.frontier.size),
        )
        write_state(
            connection,
            cursor=str(page.cursor),
            **_believed(state, head, kid),
            **(_reached(answer.head, head, now) if page.is_last else {}),
            # In the same unit of work: whoever is killed after it has it still to do.
            **({"put_out_at": now} if any(each.body is None for each in page.entries) else {}),
        )
        if page.is_last:
            clear_alarms(connection, Alarm.FREEZE, at=now)
    return replace(
        pulled,
        size=page.frontier.size,
        pages=pulled.pages + 1,
        is_current=page.is_last,
    )


def _unchanged(
    mirror: Mirror, state: State, head: HeadClaims, kid: str, text: str, pulled: Pulled
) -> Pulled:
    """Note that there is nothing new, which only a head of this very size and root can say."""
    now = mirror.clock()
    if head.page is not None:
        # It vouches for some bytes, which anybody may hold: an offline copy's stands on a stick.
        raise RefusedError(
            Alarm.SPLICE, "the origin says that nothing is new under a head that is signed for more"
        )
    judge_head(head, state.standing, now=now)
    if (head.log, head.size, head.root) != (
        state.log,
        state.frontier.size,
        state.frontier.root().hex(),
    ):
        raise RefusedError(
            Alarm.SPLICE, "the origin says that nothing is new, and its head says otherwise"
        )
    with mirror.database.writing() as connection:
        _refuse_moved(state_of(connection), state)
        write_state(connection, **_believed(state, head, kid), **_reached(text, head, now))
        clear_alarms(connection, Alarm.FREEZE, at=now)
    return replace(pulled, size=head.size, is_current=True)


def _begin(
    mirror: Mirror, origin: Origin, state: State, pulled: Pulled, gone: str | None = None
) -> Pulled:
    """Put a snapshot in the place of everything that is held."""
    mirror.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = mirror.folder / f"mirror-{secrets.token_hex(8)}.part"
    try:
        # For nobody else to read: it holds what the partner may see.
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        return _take_snapshot(mirror, state, origin.snapshot(path), pulled, gone)
    finally:
        path.unlink(missing_ok=True)


def _take_snapshot(
    mirror: Mirror, state: State, found: SnapshotFile, pulled: Pulled, gone: str | None
) -> Pulled:
    head, kid = _verified(found.head, state)
    now, standing = mirror.clock(), state.standing
    judge_claims(head, standing, found.digest)
    judge_head(head, standing, now=now)
    if gone in {Gone.FORKED, Gone.UNKNOWN_LOG} and head.log == standing.log:
        raise RefusedError(
            Alarm.FORK,
            "the origin no longer knows what is held here, under the same log and without saying"
            " that it was restored. Ask whoever runs it; then flask mirror reset begins anew",
        )
    with found.path.open("rb") as lines:
        header = read_header(_line(lines), head, standing)
        with mirror.database.writing() as connection:
            _refuse_moved(state_of(connection), state)
            count = copying.replace_all(
                connection,
                mirror.kinds,
                read_records(_lines(lines), header),
                Reached(header.log, header.frontier, header.at),
            )
            is_current = header.frontier.size == head.size
            write_state(
                connection,
                cursor=str(header.cursor),
                scope=written_scope(header.scope),
                began_seq=header.frontier.size,
                began_at=header.at,
                **_believed(state, head, kid),
                **(_reached(found.head, head, now) if is_current else _of_then(state, header.at)),
                **({} if state.cursor is None else {"put_out_at": now}),
            )
            if is_beyond(head, standing):
                begun_anew = RefusedError(
                    Alarm.FORK,
                    f"the origin was restored from an earlier state; the copy began anew with the"
                    f" log {head.log}, and {standing.frontier.size} entries of {standing.log} are"
                    " not all part of it",
                )
                raise_alarm(connection, begun_anew.alarm, begun_anew.detail, at=now)
                pulled = replace(pulled, begun_anew=begun_anew)
    return replace(
        pulled,
        size=header.frontier.size,
        records=count,
        is_current=is_current,
    )


def _refuse_moved(now: State, before: State) -> None:
    """Refuse to go on where what was asked for, as whom, or what is believed has changed since."""
    if _asked_as(now) != _asked_as(before):
        raise CopyMovedError("Another process has brought this copy on, or said anew whose it is.")


def _asked_as(state: State) -> tuple[object, ...]:
    return state.address, state.account, state.token, state.keys, state.cursor, state.head


def _line(lines: BufferedReader) -> bytes:
    line = lines.readline(LONGEST_LINE)
    if not line.endswith(b"\n"):
        raise RefusedError(Alarm.POISON, "the snapshot has a line that is too long, or cut off")
    return line[:-1]


def _lines(lines: BufferedReader) -> Iterator[bytes]:
    while lines.peek(1):
        yield _line(lines)


def _verified(text: str, state: State) -> tuple[HeadClaims, str]:
    """A head whose signature holds, and the key that made it."""
    if not text:
        raise RefusedError(Alarm.SPLICE, "nothing signed came with it")
    try:
        kid, head = signing.verify(text, state.keys)
    except BadSignatureError as error:
        if error.kid is None or error.is_known:
            raise RefusedError(Alarm.SPLICE, error.detail) from error
        raise RefusedError(
            Alarm.UNKNOWN_KEY,
            f"signed with the key {error.kid}, which is not believed here. Ask whoever runs the"
            f" origin whether it is theirs; then flask mirror pin {error.kid}",
        ) from error
    return head, kid


def _believed(state: State, head: HeadClaims, kid: str) -> dict[str, str]:
    """The keys to believe from now on: the one that signed, and the one it announces.

    A key that was followed by another is never believed again.
    """
    kids = [key["kid"] for key in state.keys]
    keys = list(state.keys[kids.index(kid) :])
    if head.next_key is not None:
        announced = dict(head.next_key)
        announced["kid"] = kid_of(announced)
        keys = [keys[0]] if announced["kid"] == kid else [keys[0], announced]
    return {"keys": orjson.dumps(keys).decode()}


def _reached(text: str, head: HeadClaims, now: datetime) -> dict[str, Any]:
    return {"head": text, "head_at": head.at, "pulled_at": now, "tried_at": now, "trouble": None}


def _of_then(state: State, at: datetime | None) -> dict[str, datetime | None]:
    """How old a copy is that began anew with a snapshot of before: no younger than that.

    Somebody may keep the pages after it away, and whoever reads meanwhile has to know.
    """
    if state.pulled_at is None or (at is not None and state.pulled_at <= at):
        return {}
    return {"pulled_at": at}


def _note_refusal(mirror: Mirror, refused: RefusedError) -> None:
    now = mirror.clock()
    with mirror.database.writing() as connection:
        raise_alarm(connection, refused.alarm, refused.detail, at=now)
        write_state(connection, tried_at=now, trouble=str(refused))


def note_trouble(mirror: Mirror, trouble: str) -> None:
    """Note what went wrong; where that goes on until no head is believed any more, it alarms."""
    now = mirror.clock()
    with mirror.database.writing() as connection:
        frozen = state_of(connection).frozen(now)
        if frozen is not None:
            raise_alarm(connection, Alarm.FREEZE, frozen.detail, at=now)
        write_state(connection, tried_at=now, trouble=trouble)
