"""What must never go wrong while partners copy: each hazard of copying is a test that names it."""

from __future__ import annotations

import base64
import hashlib
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import orjson
import pytest
from sqlalchemy import Connection, insert, select, update

from directory.access.models import partners
from directory.changes import log
from directory.changes.highwater import HighWater
from directory.changes.models import log_entries, log_epochs, log_head, log_payloads
from directory.changes.operations import Put
from directory.changes.tree import Frontier
from directory.policy import Tlp
from directory.service import Asker
from directory.settings import Anonymous
from directory.sync.heads import SignedHead, signed
from directory.sync.models import copies_taken, signed_heads
from directory.sync.rules.cursors import Cursor
from directory.sync.rules.scopes import Scope
from directory.web.context import running
from tests.api.partners import Partner, partner
from tests.api.service import API, Service, served
from tests.api.world import NOW, number, put, rid, whole_world, write
from tests.databases import MakeFurnished
from tests.integration.sync.copy import Copy
from tests.integration.sync.state import redact

MARKINGS = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")


@pytest.fixture
def service(fresh_furnished: MakeFurnished, tmp_path: Path) -> Iterator[Service]:
    service = served(fresh_furnished(*whole_world()).url, tmp_path, Anonymous.NOTHING)
    yield service
    service.dispose()


@pytest.fixture
def amber(service: Service) -> Partner:
    return partner(service)


def channel(key: int, base: int = 0, *, said: str = "a letter", **document: Any) -> Put:
    source = {"document": said, "place": "page 1", "meeting": None}
    return put("channel", key, base, contact=rid("contact", "public"), medium="telephone",
               owner="AU", source=source, **({"raw": number(key)} | document))  # fmt: skip


def at_the_start(copier: Partner) -> str:
    """The cursor before the first entry."""
    log_id = Cursor.read(copier.copy.cursor).log
    empty = hashlib.sha256(b"").digest()
    return str(Cursor.at(log_id, 0, empty, copier.scope.hash))


def fork(connection: Connection, log_id: str, *, parent: tuple[int, bytes] | None = None) -> None:
    """Let the log go on under another name, as a restore does; perhaps it says from where."""
    seen = log.see(connection)
    connection.execute(update(log_head).values(writing=True, opened_for="copy"))
    connection.execute(update(log_head).values(log_id=log_id))
    connection.execute(update(log_head).values(writing=False, opened_for=None))
    if parent is not None:
        connection.execute(
            insert(log_epochs).values(
                log_id=log_id, parent=seen.log_id, parent_size=parent[0], parent_root=parent[1],
                opened_at=NOW, reason="restore",
            )
        )  # fmt: skip


def test_h5_no_head_is_older_than_one_before_it_whatever_the_clock_says(service: Service) -> None:
    keys, at = running(service.app).keys, datetime(2026, 11, 20, 12, tzinfo=UTC)
    told = []
    for step, hours in enumerate((0, -1, 1, -30, 26, -1)):
        write(service.database, [channel(500 + step)])
        told.append(
            signed(
                service.database, keys, HighWater(keys.path.parent), at=at + timedelta(hours=hours)
            ).claims
        )
    assert [claims.size for claims in told] == sorted(claims.size for claims in told)
    times = [claims.at for claims in told]
    assert times == sorted(set(times))


def test_h6_pages_of_every_size_hold_everything_while_more_is_written(
    service: Service, amber: Partner
) -> None:
    """H6: whatever the limit, nothing is skipped and no page is empty while more follows."""
    amber.begin()
    places, key = amber.copy, 600
    for limit in range(1, 51):
        copier = Partner(service, amber.account, amber.token)
        copier.copy.cursor, copier.copy.frontier = places.cursor, _frontier_of(places)
        copier.copy.held = dict(places.held)
        write(service.database, [channel(key + n) for n in range(5)])
        pages = [copier.pull(limit)]
        write(service.database, [channel(key, 1, raw=number(key + 1), marking="RED")])
        key += 5
        pages.append(copier.pull(limit))
        while pages[-1]["more"]:
            pages.append(copier.pull(limit))
        assert all(len(page["entries"]) <= limit for page in pages)
        assert all(len(page["entries"]) == limit for page in pages if page["more"])
        assert copier.copy.seq - places.seq == sum(len(page["entries"]) for page in pages)
        places = copier.copy if limit % 5 == 0 else places
        if limit in {1, 7, 50}:
            copier.must_be_whole()


def _frontier_of(copy: Copy) -> Frontier:
    return Frontier(copy.frontier.size, copy.frontier.packed())


def test_h7_whoever_has_everything_is_told_so_and_keeps_their_cursor(
    service: Service, amber: Partner
) -> None:
    amber.begin()
    cursor = amber.copy.cursor
    page = amber.pull()
    assert (page["entries"], page["cursor"], page["more"]) == ([], cursor, False)
    held = {"If-None-Match": f'"{cursor}"'}
    response = amber.ask("/sync/changes", after=cursor, headers=held)
    assert (response.status_code, response.data) == (304, b"")
    assert response.headers["ETag"] == f'"{cursor}"'
    write(service.database, [channel(700)])
    response = amber.ask("/sync/changes", after=cursor, headers=held)
    assert response.status_code == 200
    # The end of a page that somebody has is no reason to keep them from its beginning.
    following = response.get_json()["cursor"]
    held = {"If-None-Match": f'"{following}"'}
    assert amber.ask("/sync/changes", after=cursor, headers=held).status_code == 200
    assert amber.ask("/sync/changes", after=following, headers=held).status_code == 304


def test_h8_no_invented_cursor_is_ever_answered_with_a_page(
    service: Service, amber: Partner
) -> None:
    """H8: malformed is 400, everything else 410 with its reason; never an empty or a full page."""
    amber.begin()
    write(service.database, [channel(n) for n in range(710, 715)])
    amber.follow()
    cursor, dice = amber.copy.cursor, random.Random(8)  # noqa: S311
    version, log_id, seq, root, scope = cursor.split(".")
    assert amber.gone(f"{version}.{'0' * 16}.{seq}.{root}.{scope}") == "unknown-log"
    assert amber.gone(f"{version}.{log_id}.{int(seq) + 1}.{root}.{scope}") == "forked"
    assert amber.gone(f"{version}.{log_id}.{10**17}.{root}.{scope}") == "forked"
    assert amber.gone(f"{version}.{log_id}.{int(seq) - 1}.{root}.{scope}") == "forked"
    assert amber.gone(f"{version}.{log_id}.0.{root}.{scope}") == "forked"
    assert amber.gone(f"{version}.{log_id}.{seq}.{root}.{'0' * 8}") == "scope-changed"
    seen = set()
    for _ in range(150):
        text = list(cursor)
        for _ in range(dice.randint(1, 3)):
            place = dice.randrange(len(text))
            text[place] = dice.choice(["", "0", "f", ".", "9", "Z", "é", "\x01", text[place] * 2])
        changed = "".join(text)
        response = amber.ask("/sync/changes", after=changed)
        seen.add(response.status_code)
        if changed == cursor:
            continue
        assert response.status_code in {400, 410}, changed
        slug = {400: "malformed-cursor", 410: "cursor-gone"}[response.status_code]
        assert response.get_json()["type"] == f"/problems/{slug}"
    assert seen >= {400, 410}
    for missing in ("", "v1", "v2" + cursor[2:], " " + cursor, cursor + "\n"):
        assert amber.ask("/sync/changes", after=missing).status_code == 400
    assert amber.ask("/sync/changes").status_code == 422


def test_h9_a_log_that_went_on_from_another_state_is_a_fork_to_whoever_was_further(
    service: Service, fresh_furnished: MakeFurnished, tmp_path: Path
) -> None:
    """H9: two logs of one name that were the same once, shorter and longer than the cursor."""
    amber = partner(service)
    amber.begin()
    common = amber.copy.cursor
    write(service.database, [channel(n) for n in range(720, 725)])
    amber.follow()
    other = served(fresh_furnished(*whole_world()).url, tmp_path / "other", Anonymous.NOTHING)
    twin = partner(other)
    try:
        with other.database.writing() as connection:
            connection.execute(update(log_head).values(writing=True, opened_for="copy"))
            connection.execute(update(log_head).values(log_id=Cursor.read(common).log))
            connection.execute(update(log_head).values(writing=False, opened_for=None))
        assert twin.ask("/sync/changes", after=common).status_code == 200
        for key in (730, 731):
            write(other.database, [channel(key)])
            assert twin.gone(amber.copy.cursor) == "forked"
        write(other.database, [channel(n) for n in range(732, 742)])
        assert twin.gone(amber.copy.cursor) == "forked"
        twin.copy = amber.copy
    finally:
        other.dispose()


def test_h9_a_log_that_names_where_it_goes_on_from_keeps_whoever_was_there(
    service: Service,
) -> None:
    amber = partner(service)
    amber.begin()
    early = amber.copy.cursor
    write(service.database, [channel(n) for n in range(740, 745)])
    amber.follow()
    with service.database.writing() as connection:
        root = connection.scalar(
            select(log_entries.c.root).where(log_entries.c.seq == amber.copy.seq - 1)
        )
        assert root is not None
        fork(connection, "f" * 16, parent=(amber.copy.seq - 1, bytes(root)))
    assert amber.gone(amber.copy.cursor) == "forked"
    page = amber.ask("/sync/changes", after=early).get_json()
    assert page["log"] == "f" * 16
    assert page["cursor"].startswith(f"v1.{'f' * 16}.")
    # A log that was begun from that one in turn, further back.
    with service.database.writing() as connection:
        root = connection.scalar(
            select(log_entries.c.root).where(log_entries.c.seq == amber.copy.seq - 5)
        )
        fork(connection, "e" * 16, parent=(amber.copy.seq - 5, bytes(root or b"")))
    assert amber.ask("/sync/changes", after=early).status_code == 200
    middle = page["cursor"].replace("f" * 16, Cursor.read(early).log)
    assert amber.gone(middle) == "forked"
    claims = amber.ask("/sync/head").get_json()["head"].split(".")[1]
    epochs = orjson.loads(_decoded(claims))["epochs"]
    assert [each["log"] for each in epochs] == ["f" * 16, Cursor.read(early).log]


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "==")


def test_h9_a_log_behind_what_was_signed_of_it_signs_nothing_more(service: Service) -> None:
    amber = partner(service)
    amber.begin()
    with service.database.writing() as connection:
        head = connection.execute(select(signed_heads)).mappings().one()
        connection.execute(insert(signed_heads), {**head, "size": head["size"] + 3})
    problem = amber.ask("/sync/head")
    assert (problem.status_code, problem.get_json()["type"]) == (503, "/problems/head-contradicted")
    assert amber.ask("/sync/changes", after=amber.copy.cursor).status_code == 503


def test_h10_what_leaves_a_partners_sight_is_withdrawn_and_not_told_to_others(
    service: Service,
) -> None:
    copiers = [partner(service, marking, clearance=tlp) for marking, tlp in _CLEARANCES.items()]
    for copier in copiers:
        copier.begin()
    dice, revisions = random.Random(10), dict.fromkeys(range(750, 756), 0)  # noqa: S311
    for _ in range(40):
        key = dice.choice(list(revisions))
        label: dict[str, Any] = {
            "marking": dice.choice(MARKINGS),
            "audience": dice.choice([[], ["interpol"]]),
        }
        write(service.database, [channel(key, revisions[key], raw=number(key), **label)])
        revisions[key] += 1
        if dice.random() < 0.4:
            dice.choice(copiers).follow(dice.randint(1, 9))
    for copier in copiers:
        copier.follow(7)
        copier.must_be_whole()
    narrow, wide = copiers[0].copy, copiers[-1].copy
    assert narrow.counts["leaf"] > wide.counts["leaf"] > 0
    assert all(copier.copy.counts["env+remove"] for copier in copiers)
    with service.database.reading() as connection:
        for seq, envelope in narrow.heard.items():
            # Whose envelope is told was to be seen in this version or the one before.
            row = connection.execute(select(log_entries).where(log_entries.c.seq == seq)).one()
            assert "CLEAR" in {row.label_after, row.label_before}, envelope


_CLEARANCES = {"clear": Tlp.CLEAR, "amber": Tlp.AMBER, "strict": Tlp.AMBER_STRICT}


def test_h11_a_partner_whose_rights_change_between_two_pages_begins_again(
    service: Service, amber: Partner
) -> None:
    amber.begin()
    write(service.database, [channel(n) for n in range(760, 764)])
    amber.pull(2)
    with service.database.writing() as connection:
        connection.execute(
            update(partners).where(partners.c.id == "partner").values(clearance=int(Tlp.GREEN))
        )
    assert amber.gone(amber.copy.cursor) == "scope-changed"
    amber.begin()
    amber.must_be_whole()
    assert "AMBER" not in {orjson.loads(d)["marking"] for d in amber.copy.documents().values()}


def test_h11_the_midnight_of_a_memberships_date_changes_the_scope_without_an_entry(
    service: Service,
) -> None:
    agency = rid("organisation", "dated")
    write(service.database, [
        put("network", "dated", slug="dated-network", name={"en": "Dated"},
            network_kind="membership", state="operating"),
        put("organisation", "dated", slug="dated", name={"en": "Dated"}, economy="AU", owner="AU",
            organisation_type="law_enforcement", sector="public"),
        put("contact", "dated", title={"en": "Desk"}, organisation=agency, economy="AU",
            networks=["dated-network"], owner="AU"),
        put("membership", "dated", economy="AU", network="dated-network", status="member",
            known_on="2025-01-01", from_date="2025-12-01"),
    ])  # fmt: skip
    copier = partner(service, "dated", economy="AU", organisation=agency)
    midnight = datetime(2025, 12, 1, tzinfo=UTC)
    found = []
    for at in (midnight - timedelta(microseconds=1), midnight):
        with running(service.app).reading(Asker(token=copier.token), at=at) as directory:
            size = log.see(directory.connection).size
            found.append((Scope.of(directory.viewer), size))
    (before, size), (after, later) = found
    assert size == later
    assert before.networks | {"dated-network"} == after.networks != before.networks
    assert before.hash != after.hash
    copier.begin()
    version, log_id, seq, root, _ = copier.copy.cursor.split(".")
    assert copier.gone(f"{version}.{log_id}.{seq}.{root}.{before.hash}") == "scope-changed"


def test_h12_no_byte_of_what_is_narrower_reaches_a_wider_scope(service: Service) -> None:
    """H12: a public desk has a restricted number, and had others; grep all that was ever sent."""
    public = partner(service, "public", clearance=Tlp.CLEAR)
    public.begin()
    secrets = []
    for key, marking in enumerate(MARKINGS[1:], start=770):
        secret = f"only for {hashlib.sha256(str(key).encode()).hexdigest()[:12]}"
        secrets += [secret, rid("channel", key)]
        write(service.database, [channel(key, marking=marking, said=secret)])
        public.pull()
        write(service.database, [channel(key, 1, marking="RED", said=secret)])
    for key in (780, 781):
        secrets.append(f"before {key}")
        write(service.database, [channel(key, marking="AMBER", said=f"before {key}")])
        write(service.database, [channel(key, 1, said="open")])
    public.follow(3)
    public.must_be_whole()
    fresh = partner(service, "another", clearance=Tlp.CLEAR)
    fresh.begin()
    sent = public.copy.bytes_seen + fresh.copy.bytes_seen
    copier = Partner(service, fresh.account, fresh.token)
    copier.copy.cursor = at_the_start(fresh)
    copier.follow(100)
    sent += copier.copy.bytes_seen
    assert copier.copy.documents() == fresh.copy.documents()
    assert number(1).encode() in sent
    assert [secret for secret in secrets if secret.encode() in sent] == []
    assert [text for text in ("veiled01", "veiled07", number(101)) if text.encode() in sent] == []


def test_h14_an_erasure_reaches_whoever_lost_sight_before(service: Service) -> None:
    former, current = partner(service, "green", clearance=Tlp.GREEN), partner(service)
    never = partner(service, "clear", clearance=Tlp.CLEAR)
    for copier in (former, current, never):
        copier.begin()
    write(service.database, [channel(790, marking="GREEN", said="a person")])
    former.follow()
    current.follow()
    write(service.database, [channel(790, 1, marking="AMBER", said="a person")])
    with service.database.writing() as connection:
        targets = connection.scalars(
            select(log_entries.c.seq).where(log_entries.c.rid == rid("channel", 790))
        ).all()
        redacted = redact(connection, targets, at=NOW)
    for copier in (former, current, never):
        copier.follow()
        envelope = copier.copy.heard[redacted]
        assert (envelope["op"], envelope["targets"]) == ("redact", sorted(targets))
        assert envelope["payload_hash"] is None
        assert rid("channel", 790) not in copier.copy.held
        copier.must_be_whole()
    # Who comes late is told of the entries, and of nothing in them.
    late = partner(service, "late")
    late.begin()
    late.copy = Copy(cursor=at_the_start(late))
    late.follow(50)
    late.must_be_whole()
    assert b"a person" not in late.copy.bytes_seen


def test_h16_a_number_cannot_be_guessed_from_what_is_left_after_an_erasure(
    service: Service, amber: Partner
) -> None:
    amber.begin()
    write(service.database, [channel(800)])
    with service.database.writing() as connection:
        seq = connection.scalar(
            select(log_entries.c.seq).where(log_entries.c.rid == rid("channel", 800))
        )
        body = connection.scalar(select(log_payloads.c.body).where(log_payloads.c.seq == seq))
        redact(connection, [seq or 0], at=NOW)
    told = orjson.loads(bytes(body or b""))
    assert len(bytes.fromhex(told["salt"])) == 16
    amber.follow()
    left = amber.copy.heard[seq or 0]["payload_hash"]
    for guess in range(1000):
        told["record"] |= {"raw": number(guess), "e164": number(guess).replace(" ", "")}
        record = orjson.dumps(told["record"], option=orjson.OPT_SORT_KEYS)
        for known in (record, b'{"record":%s,"version":1}' % record):
            assert hashlib.sha256(known).hexdigest() != left
    assert told["salt"].encode() not in amber.copy.bytes_seen


def test_h20_a_snapshot_cut_while_others_write_meets_the_feed_without_a_seam(
    service: Service,
) -> None:
    done = Event()

    def write_on() -> None:
        dice, revisions = random.Random(20), dict.fromkeys(range(810, 816), 0)  # noqa: S311
        while not done.wait(0.003):  # others come in between
            key = dice.choice(list(revisions))
            marking = dice.choice(MARKINGS[:4])
            write(service.database, [channel(key, revisions[key], marking=marking)])
            revisions[key] += 1

    writers = Thread(target=write_on)
    writers.start()
    try:
        copiers = []
        for place in range(6):
            copier = partner(service, f"p{place}", clearance=list(Tlp)[place % 4])
            told = copier.begin()
            assert told["cursor"].split(".")[2] == str(told["size"])
            copier.pull(5)
            copiers.append(copier)
    finally:
        done.set()
        writers.join()
    assert len({copier.copy.seq for copier in copiers}) > 1
    for copier in copiers:
        copier.follow(13)
        copier.must_be_whole()


def test_h21_a_slow_client_finishes_and_finds_a_way_on(service: Service, amber: Partner) -> None:
    first = amber.ask("/sync/snapshot").headers["Location"]
    with service.database.reading() as connection:
        size = log.see(connection).size
    write(service.database, [channel(n) for n in range(820, 820 + size // 8)])
    second = amber.ask("/sync/snapshot").headers["Location"]
    assert first != second
    response = amber.ask(first)
    assert response.status_code == 200
    amber.copy.load(response.data)
    amber.follow()
    amber.must_be_whole()
    # Once something in it is erased there is no such file, and another way on.
    with service.database.writing() as connection:
        seq = connection.scalar(
            select(log_entries.c.seq).where(log_entries.c.rid == rid("channel", 820))
        )
        redact(connection, [seq or 0], at=NOW)
    folder = running(service.app).settings.state_dir / "snapshots"
    for gone in (first, second):
        assert amber.ask(gone).status_code == 404
        assert not (folder / gone.rsplit("/", 1)[1]).exists()
    amber.begin()
    amber.must_be_whole()


def test_a_snapshot_is_not_given_again_once_a_record_in_it_has_left_its_scope(
    service: Service, amber: Partner
) -> None:
    write(service.database, [channel(830, said="was open")])
    first = amber.ask("/sync/snapshot").headers["Location"]
    assert amber.ask("/sync/snapshot").headers["Location"] == first
    write(service.database, [channel(831)])
    assert amber.ask("/sync/snapshot").headers["Location"] == first
    write(service.database, [channel(830, 1, marking="RED")])
    assert amber.ask(first).status_code == 404
    second = amber.ask("/sync/snapshot").headers["Location"]
    assert second != first
    assert b"was open" not in amber.ask(second).data


def test_a_snapshot_that_something_is_erased_from_while_it_is_asked_for_does_not_leave(
    service: Service, amber: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(service.database, [channel(835)])
    location = amber.ask("/sync/snapshot").headers["Location"]
    real = SignedHead.for_page

    def erasing(head: SignedHead, *arguments: Any, **more: Any) -> str:
        with service.database.writing() as connection:
            redact(connection, [log.see(connection).size], at=NOW)
        return real(head, *arguments, **more)

    monkeypatch.setattr(SignedHead, "for_page", erasing)
    assert amber.ask(location).status_code == 404
    with service.database.reading() as connection:
        assert connection.execute(select(copies_taken)).all() == []


def test_h35_a_page_is_never_larger_than_was_said(service: Service, amber: Partner) -> None:
    amber.begin()
    for limit in ("0", "1001", "-1", "1e3", "x"):
        response = amber.ask("/sync/changes", after=amber.copy.cursor, limit=limit)
        assert response.status_code == 422, limit
    response = amber.ask("/sync/changes", after=at_the_start(amber))
    assert len(response.get_json()["entries"]) <= 1000
    assert amber.ask(f"{API}/sync/snapshots/..%2f..%2fdirectory.db").status_code == 404
    assert amber.ask(f"{API}/sync/snapshots/{'0' * 5000}").status_code == 404


def test_h30_a_copy_is_not_copied_on(service: Service, amber: Partner) -> None:
    """H30: who mirrors another directory signs nothing and gives nothing on."""
    amber.begin()
    with service.database.writing() as connection:
        connection.execute(update(log_head).values(writing=True, opened_for="copy"))
        connection.execute(update(log_head).values(copy_of="https://origin.example"))
        connection.execute(update(log_head).values(writing=False, opened_for=None))
    write_nothing = (f"/sync/changes?after={amber.copy.cursor}", "/sync/snapshot", "/sync/head")
    for path in write_nothing:
        response = amber.ask(path)
        assert (response.status_code, response.get_json()["type"]) == (403, "/problems/no-origin")
        assert "https://origin.example" in response.get_json()["detail"]


def test_an_erasure_takes_every_snapshot_with_it_that_may_hold_it(
    service: Service, amber: Partner
) -> None:
    clear = partner(service, "clear", clearance=Tlp.CLEAR)
    for copier in (amber, clear):
        copier.begin()
    snapshots = running(service.app).snapshots
    folder = running(service.app).settings.state_dir / "snapshots"
    assert len(list(folder.glob("*.gz"))) == 2
    write(service.database, [channel(840)])
    with service.database.writing() as connection:
        redact(connection, [log.see(connection).size], at=NOW)
    assert snapshots.clear() == 2
    assert [path.name for path in folder.iterdir() if path.suffix != ".lock"] == []


def test_what_a_dead_process_left_half_made_is_cleared_away(
    service: Service, amber: Partner
) -> None:
    folder = running(service.app).settings.state_dir / "snapshots"
    folder.mkdir()
    scope = amber.scope.hash
    left = (f"{scope}.0000.part", f"{'0' * 16}-3-{scope}-{'1' * 16}.ndjson.gz.json")
    for name in left:
        (folder / name).write_bytes(b"{}")
    amber.begin()
    assert [name for name in left if (folder / name).exists()] == []
