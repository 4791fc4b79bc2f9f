"""How fast a partner copies: the whole feed, ten changes, nothing new, and how much that is.

Asked is the application itself, through WSGI, as a partner's account would: with its token, its
cursor noted, every page signed. A copy of the loaded database is written to and removed afterwards.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import quantiles
from time import perf_counter, process_time

from flask import Flask
from sqlalchemy import select

from benchmarks.asking import API, Answer, Call, application
from benchmarks.copies import copied
from benchmarks.servers import serving_all, spent
from benchmarks.world import AT
from directory.changes.apply import apply
from directory.changes.models import log_head
from directory.changes.operations import Put, prepare
from directory.changes.tree import EMPTY_ROOT, Frontier
from directory.clock import utc_now
from directory.db import Database
from directory.policy import Tlp
from directory.registry import KINDS
from directory.service import EXTENSION, Running
from directory.sync.rules.cursors import Cursor
from directory.sync.rules.scopes import Scope
from directory.sync.rules.standing import Standing
from directory.sync.rules.verifying import read_page
from directory.sync.signing import verify
from directory.web.api.sync import GZIP_LEVEL
from tests.accounts import account

ACTOR = "00000000-0000-4000-8000-000000000001"
DELTA, TURNS = 10, 200
SOURCE = {"document": "a letter", "place": "page 1", "meeting": None}


@dataclass(frozen=True, slots=True)
class Walked:
    """A walk of the whole feed.

    Attributes:
        cpu_seconds: Of this process; ``server_seconds`` of those that serve the database.
        plain: Bytes of all pages, ``squeezed`` of them compressed as they are sent.
        pages: Each page as it came, with its signed head.
    """

    changes: int
    seconds: float
    cpu_seconds: float
    server_seconds: float
    plain: int
    squeezed: int
    pages: Sequence[tuple[bytes, str]]


@dataclass(slots=True)
class Asked:
    """How long something took, in milliseconds, each time that it was asked.

    Attributes:
        cpu_ms: Processor time of one time, of this process and of the database's, the mean.
    """

    name: str
    took: list[float] = field(default_factory=list)
    cpu_ms: float = 0.0

    def percentile(self, part: int) -> float:
        """What so many of a hundred stayed below."""
        return quantiles(self.took, n=100)[part - 1]


@dataclass(frozen=True, slots=True)
class Partner:
    """A partner's account in the application."""

    app: Flask
    database: Database
    account: str
    token: str
    scope: Scope

    def ask(self, cursor: str, **headers: str) -> Answer:
        """A page of the feed."""
        sent = {"Authorization": f"Bearer {self.token}", **headers}
        return Call(self.app, f"{API}/sync/changes?after={cursor}", sent).answer()

    def start(self) -> str:
        """The cursor before the first entry."""
        with self.database.reading() as connection:
            log_id = connection.scalar(select(log_head.c.log_id))
        return str(Cursor.at(str(log_id), 0, EMPTY_ROOT, self.scope.hash))


@contextmanager
def partnered(url: str, state_dir: Path) -> Iterator[Partner]:
    """A partner cleared for AMBER, of no network, in a copy of a loaded database."""
    with copied(url, "sync") as database:
        with database.writing() as connection:
            mine, token = account(connection)
        with application(database.url, state_dir) as app:
            yield Partner(app, database, mine, token, Scope(Tlp.AMBER, frozenset()))


def walk(partner: Partner) -> tuple[Walked, str]:
    """Take the whole feed, and the cursor at its end."""
    cursor, changes, plain, squeezed = partner.start(), 0, 0, 0
    seconds, cpu_seconds, more, pages = 0.0, 0.0, True, list[tuple[bytes, str]]()
    partner.ask(cursor)
    servers = serving_all(partner.database)
    before = spent(servers)
    while more:
        began, began_cpu = perf_counter(), process_time()
        answer = partner.ask(cursor)
        seconds += perf_counter() - began
        cpu_seconds += process_time() - began_cpu
        pages.append((answer.body, answer.headers["Sync-Head"]))
        told = answer.json()
        cursor, more = told["cursor"], told["more"]
        changes += len(told["entries"])
        plain += len(answer.body)
        squeezed += len(gzip.compress(answer.body, GZIP_LEVEL))
    server_seconds = spent(servers) - before
    return Walked(changes, seconds, cpu_seconds, server_seconds, plain, squeezed, pages), cursor


def verified_per_second(partner: Partner, walked: Walked) -> float:
    """Changes a second that a mirror verifies of what it was given, before it keeps any.

    Signatures, hashes of bytes, envelopes and payloads, the tree's root after each entry.
    """
    directory: Running = partner.app.extensions[EXTENSION]
    keys = [key.public for key in directory.keys.ring(utc_now()).keys]
    with partner.database.reading() as connection:
        log_id = connection.scalar(select(log_head.c.log_id))
    standing = Standing(partner.account, log_id, Frontier(), partner.scope.hash, None)
    began = perf_counter()
    for body, text in walked.pages:
        _, head = verify(text, keys)
        page = read_page(body, head, standing, now=utc_now())
        standing = replace(standing, frontier=page.frontier, head=head)
    return walked.changes / (perf_counter() - began)


def deltas(partner: Partner, cursor: str) -> Asked:
    """Ten changes, as whoever had everything before asks for them."""
    asked = Asked(f"{DELTA} changes")
    made = [network(str(number)) for number in range(DELTA)]
    given = prepare(KINDS, made, actor=ACTOR, origin="benchmark", reason="a benchmark")
    with partner.database.writing() as connection:
        apply(connection, KINDS, given, writer=None, at=AT)
    partner.ask(cursor)
    _time(partner, asked, lambda: _must(partner.ask(cursor), 200, DELTA))
    return asked


def network(called: str) -> Put:
    """A network that is not there yet."""
    document = {
        "slug": f"net-{called}", "name": {"en": f"Network {called}"}, "network_kind": "membership",
        "state": "operating", "source": SOURCE,
    }  # fmt: skip
    return Put("network", document)


def polls(partner: Partner, cursor: str) -> Asked:
    """Nothing new."""
    asked = Asked("nothing new: 304")
    end = partner.ask(cursor).json()["cursor"]
    partner.ask(end)
    known = {"If-None-Match": f'"{end}"'}
    _time(partner, asked, lambda: _must(partner.ask(end, **known), 304, 0))
    return asked


def _must(answer: Answer, status: int, entries: int) -> None:
    if answer.status != status or (entries and len(answer.json()["entries"]) != entries):
        raise ValueError(f"{answer.status}: that is not what was to be measured")


def _time(partner: Partner, asked: Asked, ask: Callable[[], None]) -> None:
    servers = serving_all(partner.database)
    before = process_time() + spent(servers)
    for _ in range(TURNS):
        began = perf_counter()
        ask()
        asked.took.append((perf_counter() - began) * 1000)
    asked.cpu_ms = (process_time() + spent(servers) - before) / TURNS * 1000
