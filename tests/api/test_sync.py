"""The feed, snapshots and heads, as partners ask for them."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from directory.changes.highwater import HighWater
from directory.changes.models import log_entries, log_payloads
from directory.changes.operations import Put
from directory.clock import utc_now
from directory.policy import Role, Tlp
from directory.settings import Anonymous
from directory.sync import copies, heads
from directory.sync.keys import ANNOUNCED_FOR
from directory.sync.models import signed_heads
from directory.sync.rules.claims import HeadClaims
from directory.sync.rules.cursors import Cursor
from directory.sync.signing import verify
from directory.web.context import running
from tests.api.partners import Partner, partner
from tests.api.service import Service, served, watching
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


def test_a_page_says_what_it_is_and_that_nobody_else_is_to_keep_it(
    service: Service, amber: Partner
) -> None:
    amber.begin()
    write(service.database, [channel(n) for n in range(410, 416)])
    response = amber.ask("/sync/changes", after=amber.copy.cursor)
    assert response.headers["Cache-Control"] == "private, no-store"
    assert {"Authorization", "Accept-Encoding"} <= set(response.headers["Vary"].split(", "))
    assert "Content-Encoding" not in response.headers
    accepting = {"Accept-Encoding": "br, gzip"}
    squeezed = amber.ask("/sync/changes", after=amber.copy.cursor, headers=accepting)
    assert squeezed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(squeezed.data) == response.data
    assert len(squeezed.data) < len(response.data) / 2
    refusing = {"Accept-Encoding": "gzip;q=0"}
    assert amber.ask("/sync/changes", after=amber.copy.cursor, headers=refusing).data == (
        response.data
    )


def test_stored_bytes_leave_as_they_are(service: Service, amber: Partner) -> None:
    amber.begin()
    odd = '“𠮷” \\ " \u2028 é'
    write(service.database, [channel(420, source={"document": odd, "place": "", "meeting": None})])
    page = amber.pull()
    with service.database.reading() as connection:
        row = connection.execute(
            select(log_entries.c.envelope, log_payloads.c.body).join(
                log_payloads, log_payloads.c.seq == log_entries.c.seq
            ).where(log_entries.c.seq == page["to"])
        ).one()  # fmt: skip
    (entry,) = page["entries"]
    assert entry["env"].encode() == bytes(row.envelope)
    assert entry["body"].encode() == bytes(row.body)
    assert odd in orjson.loads(entry["body"])["record"]["source"]["document"]


def test_an_agency_that_wants_a_purpose_copies_amber_for_one(service: Service) -> None:
    asking = partner(service, "asking", needs_purpose=True)
    for path in ("/sync/snapshot", "/sync/changes?after=v1", "/sync/digest?at=v1"):
        assert asking.ask(path).status_code == 428
        assert asking.ask(path, headers={"Purpose": "mirror"}).status_code in {303, 400}
    location = asking.ask("/sync/snapshot", headers={"Purpose": "mirror"}).headers["Location"]
    assert asking.ask(location).status_code == 428
    assert asking.ask(location, headers={"Purpose": "mirror"}).status_code == 200
    # Who may hold nothing of AMBER reads nothing of it.
    open_to_all = partner(service, "open", needs_purpose=True, clearance=Tlp.GREEN)
    open_to_all.begin()


def test_who_copies_stands_in_the_register(service: Service, amber: Partner) -> None:
    told = amber.begin()
    amber.ask(amber.ask("/sync/snapshot").headers["Location"], method="HEAD")
    write(service.database, [channel(430)])
    before = amber.copy.cursor
    amber.follow()
    followed, taken = amber.ask("/sync/copies").get_json()["items"]
    assert (taken["form"], taken["size"], taken["records"]) == (
        "snapshot", told["size"], told["records"],
    )  # fmt: skip
    assert (taken["clearance"], taken["networks"]) == ("AMBER", [])
    assert taken["account"] == followed["account"] == amber.account
    # What it came with last, not what it was given: that may have been lost on the way.
    assert (followed["form"], followed["size"]) == ("feed", Cursor.read(before).seq)
    amber.pull()
    assert amber.ask("/sync/copies").get_json()["items"][0]["size"] == told["size"] + 1
    with service.database.reading() as connection:
        assert [(r.account, r.seq) for r in copies.receipts(connection)] == [
            (amber.account, told["size"] + 1)
        ]
    other = partner(service, "other")
    assert other.ask("/sync/copies").get_json()["items"] == []
    auditor = partner(service, "auditors", roles=[Role.AUDITOR])
    listed = auditor.ask("/sync/copies", limit=1).get_json()
    assert [item["form"] for item in listed["items"]] == ["feed"]
    rest = auditor.ask("/sync/copies", limit=1, page=listed["next"]).get_json()
    assert ([item["form"] for item in rest["items"]], rest["next"]) == (["snapshot"], None)


def test_a_cursor_that_was_noted_is_not_written_again(service: Service, amber: Partner) -> None:
    amber.begin()
    amber.pull()
    with watching(service.database) as seen:
        amber.ask("/sync/changes", after=amber.copy.cursor)
    assert [text for text in seen if text.lstrip().startswith(("INSERT", "UPDATE"))] == []


@pytest.mark.parametrize("many", [1, 200])
def test_a_page_takes_the_same_statements_whatever_is_in_it(
    service: Service, amber: Partner, many: int
) -> None:
    amber.begin()
    write(service.database, [channel(1000 + n) for n in range(many)])
    after = amber.copy.cursor
    amber.ask("/sync/changes", after=after)
    with watching(service.database) as seen:
        assert len(amber.ask("/sync/changes", after=after).get_json()["entries"]) == many
    assert len([text for text in seen if text.lstrip().startswith(("SELECT", "WITH"))]) <= 6


def test_who_has_everything_is_answered_without_looking_into_the_log(
    service: Service, amber: Partner
) -> None:
    amber.begin()
    amber.pull()
    with watching(service.database) as seen:
        known = {"If-None-Match": f'"{amber.copy.cursor}"'}
        response = amber.ask("/sync/changes", after=amber.copy.cursor, headers=known)
    assert response.status_code == 304
    assert [text for text in seen if "log_entries" in text or "log_payloads" in text] == []


def test_the_next_key_is_announced_in_the_head_before_it_signs(
    service: Service, amber: Partner
) -> None:
    keys, at = running(service.app).keys, utc_now()
    (key,) = amber.keys
    assert claims_of(amber).next_key is None
    ring = keys.rotate(at, after=ANNOUNCED_FOR)
    claims = claims_of(amber)
    assert claims.next_key == ring.keys[1].public
    assert [each["kid"] for each in amber.keys] == [key["kid"], ring.keys[1].kid]
    later = heads.signed(service.database, keys, HighWater(keys.path.parent), at=at + ANNOUNCED_FOR)
    kid, claims = verify(later.text, [claims.next_key])
    assert (kid, claims.next_key) == (ring.keys[1].kid, None)
    # The clock of this machine is a week behind that head: the old key signs nothing any more.
    amber.begin()
    told = amber.ask("/sync/head").get_json()["head"]
    assert verify(told, [ring.keys[1].public])[0] == ring.keys[1].kid


def claims_of(copier: Partner) -> HeadClaims:
    return verify(copier.ask("/sync/head").get_json()["head"], copier.keys)[1]


def test_a_head_is_signed_anew_after_a_day_and_is_believed_for_two(
    service: Service, amber: Partner
) -> None:
    keys, database, at = running(service.app).keys, service.database, utc_now()
    first = heads.signed(database, keys, HighWater(keys.path.parent), at=at)
    assert (
        heads.signed(database, keys, HighWater(keys.path.parent), at=at + timedelta(hours=23))
        == first
    )
    second = heads.signed(database, keys, HighWater(keys.path.parent), at=at + timedelta(hours=24))
    assert second.claims.at == at + timedelta(hours=24)
    assert second.claims.until - second.claims.at == timedelta(hours=48)
    assert (second.claims.size, second.claims.root) == (first.claims.size, first.claims.root)


def test_heads_are_kept_for_as_long_as_somebody_may_believe_them(
    service: Service, amber: Partner
) -> None:
    keys, database, at = running(service.app).keys, service.database, utc_now()
    high_water = HighWater(keys.path.parent)

    def kept() -> list[datetime]:
        with database.reading() as connection:
            return list(connection.scalars(select(signed_heads.c.at).order_by(signed_heads.c.at)))

    days = [at + timedelta(days=day) for day in range(4)]
    for day in days[:3]:
        heads.signed(database, keys, high_water, at=day)
    assert kept() == days[:3]
    last = heads.signed(database, keys, high_water, at=days[3])
    assert kept() == days[1:]
    # A clock that goes back finds nothing else to sign, however little is kept.
    assert heads.signed(database, keys, high_water, at=at) == last


def test_without_a_key_nothing_is_copied_and_all_else_goes_on(
    service: Service, amber: Partner
) -> None:
    amber.begin()
    assert service.get("//readyz")["signing"] == "usable"
    running(service.app).keys.path.chmod(0o644)
    told = service.get("//readyz")
    assert told["status"] == "ready"
    assert "chmod 600" in told["signing"]
    for path in ("/sync/head", "/sync/keys", f"/sync/changes?after={amber.copy.cursor}"):
        response = amber.ask(path)
        assert response.status_code == 503
        assert response.get_json()["type"] == "/problems/signing-key-unusable"
    assert amber.ask("/economies").status_code == 200
