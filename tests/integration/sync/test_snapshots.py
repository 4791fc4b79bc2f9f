"""Snapshots lie in files: whose they are, and what takes them away."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from directory.changes.highwater import HighWater
from directory.changes.models import log_entries
from directory.clock import utc_now
from directory.policy import Tlp
from directory.registry import KINDS
from directory.service import Asker
from directory.sync import offline
from directory.sync.errors import UnknownSnapshotError
from directory.sync.heads import SignedHead, signed
from directory.sync.keys import KeyFile
from directory.sync.models import copies_taken
from directory.sync.rules.scopes import Scope
from directory.sync.snapshots import Snapshot, Snapshots
from tests.accounts import account
from tests.integration.changes.world import channel, contact, make_history
from tests.integration.sync.redacting import redact
from tests.integration.sync.small_origin import DAY, SmallOrigin

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


def test_no_offline_copy_leaves_that_was_cut_before_an_erasure(
    lived_in: SmallOrigin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever erases reports what is in the register; what comes there later has to be without."""
    with lived_in.database.writing() as connection:
        _, token = account(connection, partner="Gamma", clearance=Tlp.AMBER)
    with lived_in.database.reading() as connection:
        actor = Asker(token=token).identified(connection, utc_now())
    assert actor is not None
    real = signed
    erased: list[int] = []

    def erasing(*arguments: Any, **more: Any) -> SignedHead:
        if not erased:
            erased.append(redact(lived_in, [newest(lived_in, "check")]))
        return real(*arguments, **more)

    monkeypatch.setattr(offline, "signed", erasing)
    file = tmp_path / "stick.ndjson"
    cut = offline.export_offline_copy(
        lived_in.database, KINDS, KeyFile(tmp_path / "keys.json", True), HighWater(tmp_path), file,
        scope=AMBER, actor=actor, at=lived_in.now, valid_until=lived_in.now + DAY,
    )  # fmt: skip
    assert '\\"kind\\":\\"check\\"' not in file.read_text("utf-8")
    assert cut.size == erased[0]
    with lived_in.database.reading() as connection:
        sizes = connection.scalars(select(copies_taken.c.size)).all()
    assert sizes == [cut.size]


def test_no_snapshot_stays_that_was_cut_before_an_erasure_and_named_after_it(
    lived_in: SmallOrigin, snapshots: Snapshots, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Snapshots._make
    erased: list[int] = []

    def erasing(*arguments: Any) -> Snapshot:
        if not erased:
            erased.append(redact(lived_in, [newest(lived_in, "check")]))
            snapshots.clear()
        return real(*arguments)

    monkeypatch.setattr(Snapshots, "_make", erasing)
    found = snapshots.newest(lived_in.database, KINDS, AMBER, at=lived_in.now)
    assert found.cut.size == erased[0]
    assert list((tmp_path / "snapshots").glob("*.gz")) == [found.path]


def newest(origin: SmallOrigin, kind: str) -> int:
    """The last entry of a kind."""
    with origin.database.reading() as connection:
        found = connection.scalar(
            select(func.max(log_entries.c.seq)).where(log_entries.c.kind == kind)
        )
    assert found is not None
    return int(found)


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
