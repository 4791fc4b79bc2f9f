"""Eight processes that write at once, and one that watches: run as a program by the tests.

Usage: python -m tests.integration.changes.load DATABASE_URL WRITERS CHANGE_SETS

Prints one JSON object: what each writer did, and what the reader saw. Everything is imported once
and the processes are forked, so that eight interpreters do not load the same modules on two cores.
"""

import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from typing import Any

from sqlalchemy import Connection, and_, exists, func, select

from directory.changes import log
from directory.changes.errors import BrokenReferenceError, BrokenRuleError, StaleRevisionError
from directory.changes.models import log_entries
from directory.changes.operations import Operation, Retire
from directory.contacts.models import channels, contacts
from directory.db import Database
from directory.ids import new_id
from directory.reference.models import memberships
from tests.integration.changes.world import (
    channel,
    contact,
    economy,
    membership,
    network,
    organisation,
    write,
)

EXPECTED = (BrokenReferenceError, BrokenRuleError, StaleRevisionError)
CONTACTS = [f"33333333-0000-4000-8000-{number:012d}" for number in range(6)]
ECONOMIES = ("AU", "TW")
NETWORKS = ("interpol", "g7-24-7")
processes = get_context("fork")


class RolledBackError(Exception):
    """A writer changed its mind."""


def prepare_world(database: Database) -> None:
    """Write what the writers will fight over."""
    with database.writing() as connection:
        write(
            connection,
            *(economy(code) for code in ECONOMIES),
            *(network(slug) for slug in NETWORKS),
            organisation(),
            *(contact(rid) for rid in CONTACTS),
        )


@dataclass
class Writer:
    """One writer's chances and memory."""

    database: Database
    dice: random.Random

    def think(self) -> None:
        time.sleep(self.dice.random() * 0.004)

    def held(self, table: Any, rid: str) -> tuple[int, bool]:
        with self.database.reading() as connection:
            row = connection.execute(
                select(table.c.revision, table.c.retired_at).where(table.c.id == rid)
            ).one()
        return row.revision, row.retired_at is not None

    def next_membership(self) -> list[Operation]:
        begin = self.dice.randrange(60)
        years = (f"{1960 + begin}-01-01", f"{1960 + begin + self.dice.randint(1, 3)}-01-01")
        return [
            membership(
                new_id(),
                economy=self.dice.choice(ECONOMIES),
                network=self.dice.choice(NETWORKS),
                from_date=years[0],
                until_date=years[1],
            )
        ]

    def next_slug(self) -> list[Operation]:
        slug = f"unit-{self.dice.randrange(60)}"
        return [organisation(new_id(), slug=slug)]

    def next_contact(self) -> list[Operation]:
        rid = self.dice.choice(CONTACTS)
        revision, retired = self.held(contacts, rid)
        self.think()
        if retired or self.dice.random() < 0.5:
            return [contact(rid, revision, note={"en": str(self.dice.random())})]
        return [Retire("contact", rid, revision)]

    def next_channel(self) -> list[Operation]:
        rid = self.dice.choice(CONTACTS)
        return [channel(new_id(), contact=rid, position=self.dice.randint(1, 9)) for _ in range(2)]

    def choose(self) -> list[Operation]:
        make: Callable[[], list[Operation]] = self.dice.choice(
            [self.next_membership, self.next_slug, self.next_contact, self.next_channel]
        )
        return make()

    def commit(self, operations: list[Operation]) -> str:
        # The clocks of eight machines never agree.
        at = datetime.now(UTC) + timedelta(seconds=self.dice.uniform(-3600, 3600))
        with self.database.writing() as connection:
            if self.dice.random() < 0.5:
                # Who reads before it writes has a snapshot that others may leave behind.
                log.see(connection)
                self.think()
            applied = write(connection, *operations, at=at)
            if self.dice.random() < 0.2:
                self.think()
            if self.dice.random() < 0.03:
                raise RolledBackError
        return applied.change_set


def run_writer(url: str, number: int, times: int, results: Any) -> None:
    """Write change sets and tell which were kept, and how the others ended."""
    writer = Writer(Database(url), random.Random(number))  # noqa: S311
    kept: list[str] = []
    ended: Counter[str] = Counter()
    surprises: list[str] = []
    for _ in range(times):
        operations = writer.choose()
        writer.think()
        try:
            kept.append(writer.commit(operations))
            ended["kept"] += 1
        except (*EXPECTED, RolledBackError) as error:
            ended[type(error).__name__] += 1
        except Exception as error:  # noqa: BLE001 - told to the test, which allows none
            surprises.append(f"{type(error).__name__}: {error}")
    writer.database.dispose()
    results.put({"kept": kept, "ended": ended, "surprises": surprises})


def broken_rules(connection: Connection) -> dict[str, int]:
    """Count what no snapshot may ever show."""
    one, other = memberships.alias(), memberships.alias()
    overlapping = and_(
        one.c.id < other.c.id,
        one.c.economy == other.c.economy,
        one.c.network == other.c.network,
        one.c.from_date < other.c.until_date,
        other.c.from_date < one.c.until_date,
    )
    orphaned = exists().where(
        contacts.c.id == channels.c.contact, contacts.c.retired_at.is_not(None)
    )
    return {
        "overlapping memberships": connection.scalar(
            select(func.count()).select_from(one.join(other, overlapping))
        )
        or 0,
        "live channels of retired contacts": connection.scalar(
            select(func.count())
            .select_from(channels)
            .where(channels.c.retired_at.is_(None), orphaned)
        )
        or 0,
    }


def run_reader(url: str, stop: Any, results: Any) -> None:
    """Look every millisecond, and note each entry when it is first seen."""
    database = Database(url)
    seen: list[int] = []
    polls, complaints = 0, list[str]()
    done = False
    while not done:
        done = stop.is_set()
        last = seen[-1] if seen else 0
        with database.reading() as connection:
            size = log.see(connection).size
            fresh = connection.scalars(
                select(log_entries.c.seq)
                .where(log_entries.c.seq > last)
                .order_by(log_entries.c.seq)
            ).all()
            below = connection.scalar(
                select(func.count()).select_from(log_entries).where(log_entries.c.seq <= last)
            )
            if polls % 20 == 0 or done:
                complaints += [f"{n} {what}" for what, n in broken_rules(connection).items() if n]
        if below != len(seen):
            complaints.append(f"{below} entries below {last}, of which {len(seen)} had been seen")
        seen.extend(fresh)
        if size != len(seen):
            complaints.append(f"the head said {size}, {len(seen)} were to be seen")
        polls += 1
        time.sleep(0.001)
    database.dispose()
    results.put({"seen": seen, "polls": polls, "complaints": complaints[:20]})


def main(url: str, writers: int, times: int) -> None:
    """Run the writers and the reader and print what they tell."""
    database = Database(url)
    prepare_world(database)
    database.dispose()
    told, watched, stop = processes.Queue(), processes.Queue(), processes.Event()
    reader = processes.Process(target=run_reader, args=(url, stop, watched))
    crowd = [
        processes.Process(target=run_writer, args=(url, number, times, told))
        for number in range(writers)
    ]
    for process in (reader, *crowd):
        process.start()
    results = [told.get() for _ in crowd]
    for process in crowd:
        process.join()
    stop.set()
    print(json.dumps({"writers": results, "reader": watched.get()}))  # noqa: T201
    reader.join()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
