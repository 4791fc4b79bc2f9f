"""The measurements by name; each yields the figures of one loaded database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks import (
    appending,
    asking,
    cpu,
    living,
    past,
    recording,
    remembering,
    returning,
    searching,
    serving,
    statements,
    syncing,
)
from benchmarks.figures import Figure
from benchmarks.loading import Loading
from directory.db import Database
from directory.service import EXTENSION
from tests.databases import Backend


@dataclass(frozen=True, slots=True)
class Subject:
    """A loaded database, and where what is served from it may keep its state."""

    backend: Backend
    url: str
    loading: Loading
    is_fresh: bool
    state_dir: Path

    def figure(self, group: str, name: str, value: float, unit: str, **more: object) -> Figure:
        """A figure of this database."""
        return Figure(group, name, str(self.backend), value, unit, **more)  # type: ignore[arg-type]


Run = Callable[[Subject], Iterator[Figure]]


def loading(subject: Subject) -> Iterator[Figure]:
    """How fast records come in through the one door."""
    held = subject.loading
    when = "" if subject.is_fresh else f"; measured on {held.measured_on}"
    each = 1e6 / held.records
    yield subject.figure(
        "loading",
        f"loading {held.records:,} records",
        held.records_per_second,
        "records/s",
        target=3000,
        note=f"prepare {held.prepare_seconds * each:.0f} µs, apply {held.apply_seconds * each:.0f}"
        f" µs a record, {held.cpu_seconds * each:.0f} µs of it this process's CPU{when}",
    )


def relative_cpu(subject: Subject) -> Iterator[Figure]:
    """Processor time beside a bare application, and statements per call."""
    for for_insiders in (False, True):
        with asking.application(subject.url, subject.state_dir, for_insiders=for_insiders) as app:
            choose = asking.insiders_calls if for_insiders else asking.measured_calls
            database: Database = app.extensions[EXTENSION].database
            with cpu.settled_memory():
                for measured in choose(app):
                    sent = len(statements.statements_of(measured.call, database))
                    found = cpu.beside_bare(measured.call)
                    yield subject.figure(
                        "cpu",
                        measured.name,
                        found.ratio,
                        "of bare",
                        low=found.lowest,
                        high=found.highest,
                        target=measured.targets.get(subject.backend),
                        note=f"{found.ours_us:.0f} µs beside {found.bare_us:.0f},"
                        f" {sent} statements",
                    )


def search(subject: Subject) -> Iterator[Figure]:
    """How long searches and callers take."""
    with asking.application(subject.url, subject.state_dir) as app:
        for latency in searching.latencies(app, app.extensions[EXTENSION].database):
            yield subject.figure(
                "search",
                latency.name,
                latency.p95_ms,
                "ms",
                target=latency.most_ms,
                at_least=False,
                note=f"95th percentile; median {latency.median_ms:.1f},"
                f" longest {latency.longest_ms:.1f}",
            )


def readings(subject: Subject) -> Iterator[Figure]:
    """How much longer an answer takes because it is recorded who reads it."""
    with asking.application(subject.url, subject.state_dir, for_insiders=True) as app:
        for found in recording.added(app):
            yield subject.figure(
                "readings",
                found.name,
                found.median_ms,
                "ms",
                target=5,
                at_least=False,
                note=f"added to a median of {found.without_ms:.1f};"
                f" {found.p95_ms:.1f} at the 95th percentile",
            )


def recorded_once(subject: Subject) -> Iterator[Figure]:
    """How much longer the past takes than the present."""
    with living.lived_in(subject.url) as database, cpu.settled_memory():
        size = living.entries(database)
        for found in past.latencies(database):
            yield _past_figure(subject, found, size)


def every_page(subject: Subject) -> Iterator[Figure]:
    """How long all contacts of the past take, page after page."""
    with living.lived_in(subject.url) as database, cpu.settled_memory():
        size = living.entries(database)
        for found in past.whole_list(database):
            yield _past_figure(subject, found, size)


def _past_figure(subject: Subject, found: past.Latency, size: int) -> Figure:
    return subject.figure(
        "past",
        found.name,
        found.then_ms - found.now_ms if found.is_added else found.then_ms,
        "ms",
        target=found.most_ms,
        at_least=False,
        note=f"{found.then_ms:.1f} beside {found.now_ms:.1f} now, {found.wall_ms:.1f} by a clock on"
        f" the wall; {size:,} entries",
    )


def lists(subject: Subject) -> Iterator[Figure]:
    """How long a returned list takes to be proposed and to be applied."""
    for found in returning.lists(subject.url):
        for what, seconds in (
            ("proposed", found.propose_seconds),
            ("applied", found.apply_seconds),
        ):
            yield subject.figure(
                "lists",
                f"{found.rows:,} rows, {found.name}: {what}",
                seconds,
                "s",
                target=10,
                at_least=False,
                note=f"{found.rows / seconds:,.0f} rows/s, {found.operations:,} operations",
            )


def list_memory(subject: Subject) -> Iterator[Figure]:
    """How much memory a returned list takes, in a process of its own."""
    for found in remembering.memories(subject.url):
        yield subject.figure(
            "memory",
            f"{found.rows:,} rows, {found.name}",
            max(found.proposed, found.applied),
            "MB",
            target=250,
            at_least=False,
            note=f"{found.before:.0f} before, {found.proposed:.0f} at most when proposed,"
            f" {found.applied:.0f} when applied",
        )


def sync(subject: Subject) -> Iterator[Figure]:
    """How fast a partner copies, and how much that is."""
    with syncing.partnered(subject.url, subject.state_dir) as partner:
        walked, end = syncing.walk(partner)
        yield subject.figure(
            "sync",
            "the whole feed, page by page",
            walked.changes / walked.seconds,
            "changes/s",
            target=20_000,
            note=f"{walked.changes:,} changes;"
            f" {walked.changes / walked.cpu_seconds:,.0f}/s of this process's CPU,"
            f" {walked.changes / (walked.cpu_seconds + walked.server_seconds):,.0f}/s with the"
            " database's",
        )
        for name, size, most in (("plain", walked.plain, 600), ("gzip", walked.squeezed, 150)):
            yield subject.figure(
                "sync",
                f"a change on the wire, {name}",
                size / walked.changes,
                "bytes",
                target=most,
                at_least=False,
            )
        yield subject.figure(
            "sync",
            "changes that a mirror verifies",
            syncing.verified_per_second(partner, walked),
            "changes/s",
            target=50_000,
        )
        for asked in (syncing.deltas(partner, end), syncing.polls(partner, end)):
            yield subject.figure(
                "sync",
                asked.name,
                asked.percentile(95),
                "ms",
                target=15,
                at_least=False,
                note=f"the 95th percentile; median {asked.percentile(50):.1f},"
                f" {asked.cpu_ms:.1f} of processor time, the database's with it",
            )


def appends(subject: Subject) -> Iterator[Figure]:
    """How many change sets of one change eight processes write at once."""
    yield subject.figure(
        "sync",
        f"change sets of one change, {appending.WRITERS} processes",
        appending.appended_per_second(subject.url),
        "change sets/s",
        target=500 if subject.backend is Backend.SQLITE else 300,
    )


def http(subject: Subject) -> Iterator[Figure]:
    """A worker's memory, and requests per second beside the bare application's."""
    with asking.application(subject.url, subject.state_dir) as app:
        calls = {m.name: m.call.path for m in asking.measured_calls(app) if not m.call.headers}
        words = searching.search_words(app.extensions[EXTENSION].database)
    with serving.gunicorn("benchmarks.hello:app") as server:
        server.ask(["/"] * 50)
        bare = server.under_load("/")
        yield subject.figure(
            "http",
            "bare application",
            bare.per_second,
            "requests/s",
            note=f"median {bare.median_ms:.2f} ms",
        )
    settings = serving.directory_settings(subject.url, subject.state_dir)
    with serving.gunicorn("wsgi:app", settings) as server:
        paths = list(calls.values())
        server.ask(paths * 10)
        first = server.resident_mb()
        server.ask(serving.mixed_paths(paths, words))
        yield subject.figure(
            "memory",
            "a worker's memory",
            server.resident_mb(),
            "MB",
            target=250,
            at_least=False,
            note=f"after 2,000 mixed requests; {first:.0f} MB before",
        )
        for name in ("an economy's contacts", "reach", "one contact", "search"):
            seen = server.under_load(calls[name])
            yield subject.figure(
                "http",
                name,
                seen.per_second,
                "requests/s",
                note=f"median {seen.median_ms:.2f} ms,"
                f" {seen.per_second / bare.per_second:.2f} of bare",
            )


LONG: dict[str, Run] = {"every-page": every_page}
"""Those that take minutes more, and are made only when they are asked for by name."""
RUNS: dict[str, Run] = {
    "loading": loading,
    "cpu": relative_cpu,
    "search": search,
    "readings": readings,
    "past": recorded_once,
    "lists": lists,
    "list-memory": list_memory,
    "sync": sync,
    "appends": appends,
    "http": http,
}
