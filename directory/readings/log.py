"""The log of readings: an answer leaves when what it shows has been recorded for good.

Whoever comes while a group of entries is being committed waits, and the first of those who waited
commits for all of them: as many answers as there are share one commit. Where the store cannot be
written the entries go to the local spool, loudly; where that cannot be written either, the answer
is refused.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from threading import Lock
from time import monotonic

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from directory.errors import UnavailableError
from directory.readings.errors import NotRecordedError
from directory.readings.rules import Entry
from directory.readings.spool import Spool
from directory.readings.store import Store

TRY_AGAIN_AFTER_SECONDS = 5
"""After the store has failed, it is let alone for so long."""
ALARM_EVERY_SECONDS = 60
PREPARE_EVERY_SECONDS = 60

log = logging.getLogger("directory.readings")


class Outcome(StrEnum):
    """Where entries have been recorded, if at all."""

    STORED = "stored"
    SPOOLED = "spooled"
    REFUSED = "refused"


class _Group:
    """The entries of one answer, and what has become of them."""

    __slots__ = ("entries", "outcome")

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = entries
        self.outcome: Outcome | None = None


class ReadingLog:
    """The log of readings of one process; nothing is opened until it is needed.

    Attributes:
        store: Where the entries are kept.
        spool: Where they wait while that cannot be written.
    """

    def __init__(self, store: Store, spool: Spool) -> None:
        self.store = store
        self.spool = spool
        self._waiting: list[_Group] = []
        self._queueing = Lock()
        self._committing = Lock()
        self._store_again_at = 0.0
        self._alarm_again_at = 0.0
        self._prepare_again_at = 0.0
        self._last = Outcome.STORED

    @classmethod
    def of(cls, database_url: str, state_dir: Path) -> ReadingLog:
        """The log that belongs to a database, with its spool in the state folder."""
        return cls(Store(database_url), Spool(state_dir / "readings"))

    def record(self, entries: Sequence[Entry]) -> Outcome:
        """Record what an answer shows; returns when that outlasts a crash.

        Raises:
            NotRecordedError: It could be written nowhere.
        """
        mine = _Group(entries)
        with self._queueing:
            self._waiting.append(mine)
        with self._committing:
            if mine.outcome is None:
                with self._queueing:
                    groups, self._waiting = self._waiting, []
                self._record_all(groups)
        if mine.outcome is not Outcome.STORED and mine.outcome is not Outcome.SPOOLED:
            raise NotRecordedError(
                "What is marked AMBER or above is shown only when it is recorded who reads it, and"
                " that cannot be written at the moment. Whoever runs this directory has been told;"
                " records marked CLEAR or GREEN are answered as ever."
            )
        return mine.outcome

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A unit of work that sees what is recorded, what waited in the spool included."""
        self.catch_up()
        with self.store.reading() as connection:
            yield connection

    def catch_up(self) -> None:
        """Bring what waits in the spool into the store, as far as that can be written."""
        with self._committing:
            try:
                while self.spool.waiting_bytes() and self.spool.hand_over(self.store.append):
                    pass
            except (SQLAlchemyError, UnavailableError, OSError) as error:
                self._raise_alarm(error)

    def trouble(self) -> str | None:
        """What is wrong with the recording, for the operator; None when nothing is."""
        waiting = self.spool.waiting_bytes()
        if self._last is Outcome.REFUSED:
            return (
                "readings can be written nowhere: answers marked AMBER or above are refused;"
                f" {waiting} bytes wait in {self.spool.folder}"
            )
        if waiting:
            return f"readings are not in their store: {waiting} bytes wait in {self.spool.folder}"
        return None

    def dispose(self) -> None:
        """Close the connections."""
        self.store.dispose()

    def _record_all(self, groups: Sequence[_Group]) -> None:
        outcome = Outcome.REFUSED
        try:
            outcome = self._record([entry for group in groups for entry in group.entries])
        finally:
            # Whatever happened, nobody may be left to believe that theirs is still to come.
            self._last = outcome
            for group in groups:
                group.outcome = outcome

    def _record(self, entries: Sequence[Entry]) -> Outcome:
        if self._may_be_stored():
            try:
                self.store.append(entries)
            except (SQLAlchemyError, UnavailableError) as error:
                self._store_again_at = monotonic() + TRY_AGAIN_AFTER_SECONDS
                self._raise_alarm(error)
            else:
                self._after_storing()
                return Outcome.STORED
        try:
            self.spool.append(entries)
        except OSError as error:
            self._raise_alarm(error)
            return Outcome.REFUSED
        return Outcome.SPOOLED

    def _may_be_stored(self) -> bool:
        """Whether to try the store: not soon after it failed, nor on a disk that is full.

        The room that the ballast has left is the spool's, which needs a tenth of the store's.
        """
        if monotonic() < self._store_again_at:
            return False
        if self.store.is_local and self.spool.waiting_bytes() and not self.spool.prepare():
            self._store_again_at = monotonic() + TRY_AGAIN_AFTER_SECONDS
            return False
        return True

    def _after_storing(self) -> None:
        """Take the spool back in, a part with every group, and see to the ballast."""
        try:
            if self.spool.waiting_bytes() and self.spool.hand_over(self.store.append):
                return
            if monotonic() >= self._prepare_again_at:
                self._prepare_again_at = monotonic() + PREPARE_EVERY_SECONDS
                self.spool.prepare()
        except (SQLAlchemyError, UnavailableError, OSError) as error:
            self._raise_alarm(error)

    def _raise_alarm(self, error: Exception) -> None:
        if monotonic() < self._alarm_again_at:
            return
        self._alarm_again_at = monotonic() + ALARM_EVERY_SECONDS
        fields = {"error": type(error).__name__, "spool": str(self.spool.folder)}
        log.error(
            "READINGS CANNOT BE STORED. They wait in the spool; when that is full, answers marked"
            " AMBER or above are refused.",
            extra={"fields": fields},
        )
