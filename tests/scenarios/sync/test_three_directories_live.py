"""An origin and two mirrors as real processes, through every fault at once; seeded."""

from pathlib import Path

import pytest

from tests.databases import Backend
from tests.scenarios.sync.driver import Plan, run

SEED = "a quiet night"


@pytest.mark.timeout(400)
def test_after_every_fault_each_mirror_is_its_scope_byte_for_byte(
    fresh_database: str, empty_database: str, backend: Backend, tmp_path: Path
) -> None:
    """The long form, with a seed of one's own, is ``make soak``."""
    if backend is Backend.SQLITE:
        pytest.skip("the origin of this scenario is on PostgreSQL, its mirrors are on SQLite")
    told = run(Plan(SEED), tmp_path, fresh_database, lambda: empty_database)
    # Nothing of this would prove anything had nothing happened.
    assert told.entries > 100
    assert told.given_up > 0
    assert sum(told.faults.values()) > 5
    assert told.mirrors["pulls by pages"] > 2
    for verdict in told.verdicts:
        assert verdict.words > 0
        assert verdict.absent > 0
