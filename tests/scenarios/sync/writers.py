"""Processes that write to an origin at once: run as a program by the scenario.

Usage: python -m tests.scenarios.sync.writers STATE_FOLDER WRITERS

Each line of its input, ``[DATABASE_URL, SEED, CHANGE_SETS]``, lets each of them write so many; then
it prints one JSON object: how they ended, and what was not expected. Everything is imported once
and the processes are forked.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from directory.changes.errors import (
    BrokenReferenceError,
    BrokenRuleError,
    ErasedError,
    StaleRevisionError,
    StillReferredToError,
    UnknownRecordError,
)
from directory.changes.highwater import HighWater
from directory.changes.journal import Journal
from directory.changes.models import log_entries, log_payloads
from directory.changes.operations import Operation, Retire
from directory.changes.reaching import Erasing
from directory.changes.redact import redact
from directory.changes.redactions import Why
from directory.clock import utc_now
from directory.contacts.models import channels, contacts, holders
from directory.db import Database
from directory.ids import new_id
from directory.policy import MARKINGS
from directory.registry import KINDS
from directory.sync.snapshots import Snapshots
from tests.integration.changes.world import channel, contact, holder, write
from tests.scenarios.sync.ground import NETWORKS, POLICE, mark

EXPECTED = (
    BrokenReferenceError,
    BrokenRuleError,
    ErasedError,
    StaleRevisionError,
    StillReferredToError,
    UnknownRecordError,
)
DESKS = 3
RENEWED_AFTER = 10
AUDIENCES: tuple[tuple[str, ...], ...] = ((), (), (NETWORKS[0],), (NETWORKS[1],), NETWORKS)
processes = get_context("fork")


class RolledBackError(Exception):
    """A writer changed its mind."""


@dataclass
class Writer:
    """One writer, its chances, and the desks that are mostly its own."""

    database: Database
    state: Path
    dice: random.Random
    number: int
    writers: int
    ended: Counter[str] = field(default_factory=Counter)
    surprises: list[str] = field(default_factory=list)

    def work(self, change_sets: int) -> None:
        """Write so many change sets, or try to."""
        acts = {self.rewrite: 45, self.touch: 30, self.retire: 7, self.forget: 8, self.erase: 7}
        for _ in range(change_sets):
            act = self.dice.choices(list(acts), list(acts.values()))[0]
            try:
                act(self._desk())
                self.ended["kept"] += 1
            except (*EXPECTED, RolledBackError) as error:
                self.ended[type(error).__name__] += 1
            except Exception as error:  # noqa: BLE001 - told, and a failure of the scenario
                self.surprises.append(f"{act.__name__}: {error!r}")
            time.sleep(self.dice.random() * 0.02)

    def rewrite(self, key: str) -> None:
        """Write a desk with what belongs to it, under new labels; there need not be one yet."""
        place = self.dice.randrange(len(MARKINGS))
        audience = list(self.dice.choice(AUDIENCES))
        label = {"marking": MARKINGS[place], "audience": audience}
        stricter = {"marking": MARKINGS[self.dice.randrange(place, len(MARKINGS))]}
        with self.database.writing() as connection:
            rid = _id(key, 0)
            operations: list[Operation] = [
                contact(
                    rid,
                    _revision(connection, contacts, rid),
                    title={"en": f"Desk {mark(self.dice)}"},
                    organisation=POLICE,
                    **label,
                ),
                *(self._belonging(connection, key, label | stricter)),
            ]
            write(connection, *operations, at=utc_now())
            if self.dice.random() < 0.03:
                raise RolledBackError

    def touch(self, key: str) -> None:
        """Change what belongs to a desk, and leave its label."""
        with self.database.writing() as connection:
            row = _row(connection, contacts, _id(key, 0))
            if row is None or row.retired_at is not None:
                return
            told = json.loads(row.document)
            label = {"marking": told["marking"], "audience": told["audience"]}
            write(connection, *self._belonging(connection, key, label), at=utc_now())

    def retire(self, key: str) -> None:
        """End a desk, and with it what belongs to it."""
        with self.database.writing() as connection:
            row = _row(connection, contacts, _id(key, 0))
            if row is not None and row.retired_at is None:
                write(connection, Retire("contact", row.id, row.revision), at=utc_now())

    def forget(self, key: str) -> None:
        """Erase what the records of a desk said before."""
        with self.database.writing() as connection:
            ids = [_id(key, part) for part in (0, 1)] + self._holders(connection, key)
            rows = connection.execute(
                select(log_entries.c.seq, log_entries.c.rid, log_entries.c.revision)
                .join(log_payloads, log_payloads.c.seq == log_entries.c.seq)
                .where(log_entries.c.rid.in_(ids))
                .order_by(log_entries.c.seq)
            ).all()
            newest = {row.rid: row.seq for row in rows}
            past = frozenset(row.seq for row in rows if row.seq != newest[row.rid])
            self._redact(connection, Erasing(past=past))
        Snapshots(self.state).clear()

    def erase(self, key: str) -> None:
        """Erase a holder, or now and then a whole desk."""
        with self.database.writing() as connection:
            ids = self._holders(connection, key)
            if self.dice.random() < 0.3:
                ids.append(_id(key, 0))
            self._redact(connection, Erasing(records=frozenset(ids)))
        Snapshots(self.state).clear()

    def _redact(self, connection: Connection, erasing: Erasing) -> None:
        journal = Journal(self.state)
        redact(connection, KINDS, erasing, why=Why.ERASURE, at=utc_now(), journal=journal)

    def _desk(self) -> str:
        """The key of a desk; now and then of another writer's, with whom it is then fought over."""
        number = self.number
        if self.dice.random() < 0.15:
            number = self.dice.randrange(self.writers)
        # A desk that was erased is nobody's any more; others take its place.
        desks = DESKS + self.ended["kept"] // RENEWED_AFTER
        return f"{number:04}{self.dice.randrange(desks):04}"

    def _belonging(
        self, connection: Connection, key: str, label: dict[str, Any]
    ) -> list[Operation]:
        """A number and a holder; whoever follows an erased holder is a new one."""
        desk, number = _id(key, 0), _id(key, 1)
        held = self._holders(connection, key)
        person = held[0] if held else new_id()
        raw = f"0{mark(self.dice)}"
        name = {"en": f"Kim {mark(self.dice)}"}
        revisions = (
            _revision(connection, channels, number),
            _revision(connection, holders, person),
        )
        return [
            channel(number, revisions[0], contact=desk, medium="portal", raw=raw, **label),
            holder(person, revisions[1], contact=desk, name=name, **label),
        ]

    def _holders(self, connection: Connection, key: str) -> list[str]:
        statement = select(holders.c.id).where(holders.c.contact == _id(key, 0))
        return list(connection.scalars(statement.order_by(holders.c.id)))


def _id(key: str, part: int) -> str:
    return f"55555555-0000-4000-8000-{key}{part:04}"


def _row(connection: Connection, table: Any, rid: str) -> Any:
    return connection.execute(select(table).where(table.c.id == rid)).one_or_none()


def _revision(connection: Connection, table: Any, rid: str) -> int:
    row = _row(connection, table, rid)
    return 0 if row is None else int(row.revision)


def _work(url: str, state: Path, seed: str, number: int, writers: int, count: int) -> Any:
    database = Database(url, guard=HighWater(state).refuse_behind)
    dice = random.Random(f"{seed} {number}")  # noqa: S311 - chances, not secrets
    writer = Writer(database, state, dice, number, writers)
    writer.work(count)
    database.dispose()
    return writer.ended, writer.surprises


def main(state: Path, writers: int) -> None:
    """Write whenever a line says so."""
    for line in sys.stdin:
        url, seed, count = json.loads(line)
        with processes.Pool(writers) as pool:
            given = [(url, state, seed, n, writers, count) for n in range(writers)]
            told = pool.starmap(_work, given, chunksize=1)
        ended: Counter[str] = sum((each for each, _ in told), Counter())
        surprises = [text for _, some in told for text in some]
        print(json.dumps({"ended": ended, "surprises": surprises}), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
