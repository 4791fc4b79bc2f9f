"""Whatever happens, a copy ends as what its scope sees: byte for byte, for every scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from directory.changes.models import log_entries
from directory.changes.operations import Operation, Retire
from directory.policy import Tlp
from directory.sync import digests
from directory.sync.rules.scopes import Scope
from tests.integration.changes.world import NOW, channel, settle, write
from tests.integration.sync.copy import Copy
from tests.integration.sync.origin import begin, follow
from tests.integration.sync.state import redact, seen_by

NETWORKS = ("interpol", "g7-24-7")
RECORDS = tuple(f"44444444-0000-4000-8000-{number:012}" for number in range(4))
SCOPES = tuple(
    Scope(clearance, networks)
    for clearance in (Tlp.CLEAR, Tlp.GREEN, Tlp.AMBER, Tlp.AMBER_STRICT)
    for networks in (frozenset[str](), frozenset({"interpol"}), frozenset(NETWORKS))
)


@dataclass(frozen=True)
class Step:
    """What happens to a record: it is written under a label, retired, or erased."""

    record: str
    what: str
    marking: str = "CLEAR"
    audience: tuple[str, ...] = ()


LABELS = st.tuples(
    st.sampled_from([tlp.label for tlp in Tlp]),
    st.sampled_from([(), ("interpol",), ("g7-24-7",), NETWORKS]),
)
STEPS = st.one_of(
    st.builds(lambda record, label: Step(record, "put", *label), st.sampled_from(RECORDS), LABELS),
    st.builds(Step, st.sampled_from(RECORDS), st.sampled_from(["retire", "erase"])),
)


class History:
    """Carries steps out in one unit of work, which is undone afterwards."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.held: dict[str, tuple[int, bool]] = {}
        self.erased: set[str] = set()

    def take(self, step: Step, number: int) -> None:
        if step.record in self.erased:
            return
        revision, is_live = self.held.get(step.record, (0, False))
        if step.what == "erase":
            self._erase(step.record)
        elif step.what == "put":
            document = {"marking": step.marking, "audience": list(step.audience)}
            self._write(channel(step.record, revision, position=number + 1, **document))
            self.held[step.record] = (revision + 1, True)
        elif is_live:
            self._write(Retire("channel", step.record, revision))
            self.held[step.record] = (revision + 1, False)

    def _write(self, operation: Operation) -> None:
        write(self.connection, operation, at=NOW)

    def _erase(self, record: str) -> None:
        targets = self.connection.scalars(
            select(log_entries.c.seq).where(log_entries.c.rid == record)
        ).all()
        if targets:
            redact(self.connection, targets, at=NOW)
            self.erased.add(record)


@pytest.fixture
def settled(connection: Connection) -> Connection:
    settle(connection)
    return connection


@given(
    steps=st.lists(STEPS, max_size=14),
    begun=st.integers(0, 14),
    scope=st.sampled_from(SCOPES),
    limit=st.integers(1, 8),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_h10_h36_a_snapshot_and_the_feed_after_it_are_what_the_scope_sees(
    settled: Connection, steps: Sequence[Step], begun: int, scope: Scope, limit: int
) -> None:
    nested = settled.begin_nested()
    try:
        history, copy = History(settled), Copy()
        if begun >= len(steps):
            begin(settled, copy, scope)
        for number, step in enumerate(steps):
            if number == begun:
                begin(settled, copy, scope)
            history.take(step, number)
            if copy.log and number % 3 == 0:
                follow(settled, copy, scope, limit)
        follow(settled, copy, scope, limit)
        assert copy.documents() == seen_by(settled, scope)
        told = digests.digest(settled, copy.seq, scope=scope)
        assert (told.records, told.digest.hex()) == copy.digest()
        fresh = Copy()
        begin(settled, fresh, scope)
        assert fresh.held == copy.held
        assert fresh.frontier.root() == copy.frontier.root()
    finally:
        nested.rollback()
