"""Deleting the tables and replaying the log makes them again, to the last column."""

from dataclasses import replace

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from directory.changes.errors import DamagedLogError
from directory.changes.kinds import Kinds
from directory.changes.models import log_head
from directory.changes.rebuild import rebuild
from directory.registry import KINDS
from tests.integration.changes.tables import (
    RECORD_NAMES,
    all_rows,
    table,
    take_guards_away,
)
from tests.integration.changes.world import SOURCE, check_log, economy, write


def rebuilt(connection: Connection, kinds: Kinds = KINDS) -> dict[str, int]:
    return rebuild(connection, kinds, progress=lambda done, of: None)


def test_a_rebuild_after_a_history_changes_nothing(history: Connection) -> None:
    before = all_rows(history)
    counts = rebuilt(history)
    assert all_rows(history) == before
    assert counts["contact"] == 1
    assert counts["organisation"] == 2
    assert check_log(history).problems == ()


def test_a_rebuild_of_the_whole_seed_changes_nothing(whole_seed: Connection) -> None:
    before = all_rows(whole_seed)
    counts = rebuilt(whole_seed)
    assert all_rows(whole_seed) == before
    assert all(counts.values())


def test_a_rebuild_mends_what_was_altered(history: Connection) -> None:
    before = all_rows(history)
    take_guards_away(history, *RECORD_NAMES)
    history.execute(table("checks").delete())
    history.execute(table("channels").update().values(position=7, document="{}"))
    assert all_rows(history) != before
    rebuilt(history)
    assert all_rows(history) == before


def test_the_log_is_not_touched_and_goes_on(history: Connection) -> None:
    size = history.scalar(select(log_head.c.size))
    rebuilt(history)
    assert history.scalar(select(log_head.c.size)) == size
    assert history.scalar(select(log_head.c.writing)) is False
    write(history, economy("SG", source=SOURCE))
    assert check_log(history).problems == ()


def test_a_log_with_an_unknown_kind_is_left_alone(history: Connection) -> None:
    before = all_rows(history)
    fewer = Kinds(tuple(kind for kind in KINDS if kind.name != "check"), KINDS.shared_references)
    with pytest.raises(DamagedLogError, match="check"):
        rebuilt(history, fewer)
    assert all_rows(history) == before


def test_a_rebuild_that_fails_leaves_nothing_in_a_unit_that_goes_on(history: Connection) -> None:
    class FallsOverError(Exception):
        pass

    def fall_over(document: object) -> dict[str, object]:
        raise FallsOverError

    before = all_rows(history)
    broken = Kinds(
        tuple(replace(kind, columns=fall_over) if kind.name == "check" else kind for kind in KINDS),
        KINDS.shared_references,
    )
    with pytest.raises(FallsOverError):
        rebuilt(history, broken)
    assert all_rows(history) == before


def test_the_tables_are_guarded_again_after_a_rebuild(history: Connection) -> None:
    rebuilt(history)
    with pytest.raises(DBAPIError, match="written through its log alone"):
        history.execute(table("checks").delete())
