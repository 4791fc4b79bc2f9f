"""The feed, snapshots and heads, as partners ask for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from directory.changes.operations import Put
from directory.policy import Role, Tlp
from directory.settings import Anonymous
from tests.api.partners import Partner, partner
from tests.api.service import Service, served
from tests.api.world import number, put, rid, whole_world, write
from tests.databases import MakeFurnished


@pytest.fixture
def service(fresh_furnished: MakeFurnished, tmp_path: Path) -> Iterator[Service]:
    service = served(fresh_furnished(*whole_world()).url, tmp_path, Anonymous.NOTHING)
    yield service
    service.dispose()


@pytest.fixture
def amber(service: Service) -> Partner:
    return partner(service)


def channel(key: int, base: int = 0, **document: Any) -> Put:
    return put("channel", key, base, contact=rid("contact", "public"), medium="telephone",
               owner="AU", **({"raw": number(key)} | document))  # fmt: skip


@pytest.mark.parametrize("clearance", list(Tlp))
@pytest.mark.parametrize("is_compressed", [True, False])
def test_a_snapshot_is_what_the_scope_sees(
    service: Service, clearance: Tlp, is_compressed: bool
) -> None:
    copier = partner(service, clearance=clearance)
    told = copier.begin(compressed=is_compressed)
    assert told["clearance"] == min(clearance, Tlp.AMBER_STRICT).label
    assert told["records"] > 20
    copier.must_be_whole()


def test_the_feed_goes_on_where_the_snapshot_ends(service: Service, amber: Partner) -> None:
    amber.begin()
    before = amber.copy.seq
    write(
        service.database,
        [channel(400), channel(401, marking="RED"), channel(400, 1, raw=number(402))],
    )
    amber.follow()
    assert amber.copy.seq == before + 3
    assert amber.copy.counts == {"body+env": 2, "leaf": 1}
    amber.must_be_whole()


def test_the_whole_log_can_be_walked_from_the_snapshot_of_an_empty_one(
    fresh_database: str, tmp_path: Path
) -> None:
    service = served(fresh_database, tmp_path, Anonymous.NOTHING)
    copier = partner(service)
    assert copier.begin()["size"] == 0
    assert copier.pull()["entries"] == []
    write(service.database, [put("economy", "AU", code="AU", name={"en": "Australia"})])
    copier.follow()
    copier.must_be_whole()
    assert len(copier.copy.held) == 1
    service.dispose()


def test_copies_are_for_accounts_that_read(service: Service) -> None:
    paths = ("/sync/changes?after=x", "/sync/snapshot", "/sync/snapshots/x", "/sync/head",
             "/sync/keys", "/sync/digest?at=x")  # fmt: skip
    operator = partner(service, "operators", roles=[Role.OPERATOR])
    for path in paths:
        service.refused(path, 401)
        assert operator.ask(path).status_code == 403
        assert operator.ask(path).get_json()["type"] == "/problems/role-needed"
