"""Snapshots lie in files: whose they are, and what takes them away."""

from pathlib import Path

import pytest

from directory.policy import Tlp
from directory.registry import KINDS
from directory.sync.errors import UnknownSnapshotError
from directory.sync.rules.scopes import Scope
from directory.sync.snapshots import Snapshots
from tests.integration.changes.world import channel, contact, make_history
from tests.integration.sync.small_origin import SmallOrigin

AMBER, CLEAR = Scope(Tlp.AMBER, frozenset()), Scope(Tlp.CLEAR, frozenset())


@pytest.fixture
def lived_in(origin: SmallOrigin) -> SmallOrigin:
    with origin.database.writing() as connection:
        make_history(connection)
    origin.write(contact(base=5), channel(base=5, raw="+61 2 5550 0188", marking="AMBER"))
    return origin


@pytest.fixture
def snapshots(tmp_path: Path) -> Snapshots:
    return Snapshots(tmp_path)


def test_no_scope_is_given_the_snapshot_of_another_whose_hash_is_its_own(
    lived_in: SmallOrigin, snapshots: Snapshots, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four bytes of a hash can be met by trying; what a scope may hold is never told by them."""
    monkeypatch.setattr(Scope, "hash", property(lambda scope: "0" * 8))
    wide = snapshots.newest(lived_in.database, KINDS, AMBER, at=lived_in.now)
    narrow = snapshots.newest(lived_in.database, KINDS, CLEAR, at=lived_in.now)
    assert wide.name != narrow.name
    assert wide.cut.records > narrow.cut.records
    for scope, own, other in ((AMBER, wide, narrow), (CLEAR, narrow, wide)):
        with lived_in.database.reading() as connection:
            assert snapshots.named(connection, own.name, scope=scope) == own
            with pytest.raises(UnknownSnapshotError):
                snapshots.named(connection, other.name, scope=scope)
        assert snapshots.newest(lived_in.database, KINDS, scope, at=lived_in.now) == own
