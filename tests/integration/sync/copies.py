"""A copy under test: what it holds, brought on from bytes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import inspect, select

from directory.changes import copying, log
from directory.changes.models import log_head
from directory.changes.placed import Reached
from directory.changes.tree import Frontier
from directory.db import Database
from directory.policy import Tlp, Viewer
from directory.registry import KINDS
from directory.sync.rules.claims import HeadClaims
from directory.sync.rules.standing import Standing
from directory.sync.rules.verifying import read_header, read_page, read_records
from tests.integration.sync.small_origin import ACCOUNT, state

ADDRESS = "https://origin.example"
ALL = Viewer(None, frozenset(), Tlp.RED, frozenset({"AU", "TW", "directory"}))


@dataclass
class Copy:
    """A database that copies, and what it knows of its origin beside it."""

    database: Database
    scope: str | None = None
    head: HeadClaims | None = None

    def begin(self) -> None:
        with self.database.writing() as connection:
            copying.become_copy(connection, KINDS, ADDRESS)

    def standing(self) -> Standing:
        with self.database.reading() as connection:
            row = connection.execute(select(log_head)).one()
        frontier = Frontier(row.size, bytes(row.frontier))
        held = None if self.scope is None else row.log_id
        return Standing(ACCOUNT, held, frontier, self.scope, self.head)

    def take_snapshot(self, body: bytes, head: HeadClaims, *, now: datetime) -> None:
        first, *rest = body.splitlines()
        header = read_header(first, head, self.standing())
        with self.database.writing() as connection:
            copying.replace_all(
                connection,
                KINDS,
                read_records(iter(rest), header),
                Reached(header.log, header.frontier, header.at),
            )
        self.scope, self.head = header.scope.hash, head

    def take_page(self, body: bytes, head: HeadClaims, *, now: datetime) -> bool:
        standing = self.standing()
        page = read_page(body, head, standing, now=now)
        with self.database.writing() as connection:
            copying.follow(
                connection,
                KINDS,
                page.entries,
                Reached(page.log, page.frontier, page.last_at),
                after=(standing.log or "", standing.frontier.size),
            )
        if page.is_last:
            self.head = head
        return page.is_last

    def state(self) -> list[tuple[str, int, str]]:
        with self.database.reading() as connection:
            return state(connection, ALL)

    def glance(self) -> log.Glance:
        with self.database.reading() as connection:
            return log.glance(connection)


def raw_rows(database: Database) -> str:
    """Every value of every table, as text in which a test looks for what must not be there."""
    told: list[Any] = []
    with database.reading() as connection:
        for name in inspect(connection).get_table_names():
            told += [tuple(row) for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"')]  # noqa: S608
    return repr(told)
