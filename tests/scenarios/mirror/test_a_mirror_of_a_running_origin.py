"""A partner sets up a mirror of a running directory, and lives with it."""

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from directory.changes import log
from directory.changes.models import log_epochs, log_head, log_payloads
from directory.clock import utc_now
from directory.db import Database
from directory.policy import Role, Tlp
from directory.registry import KINDS
from directory.sync.heads import root_at
from directory.sync.mirror.state import write_state
from directory.web.context import running
from tests.accounts import account
from tests.api.process import Process, gunicorn
from tests.api.world import NOW, number, put, rid, whole_world, write
from tests.databases import MakeFurnished
from tests.integration.sync.state import redact
from tests.scenarios.mirror.running import MirrorService, key_of, mirror_service, partner_token


@dataclass(frozen=True, slots=True)
class Two:
    """An origin that runs, and a mirror that knows it."""

    origin: Process
    held: Database
    mirror: MirrorService

    def channel(self, key: int, base: int = 0, raw: int | None = None) -> None:
        """Write a telephone number at the origin."""
        write(
            self.held,
            [
                put(
                    "channel",
                    key,
                    base,
                    contact=rid("contact", "public"),
                    medium="telephone",
                    owner="AU",
                    raw=number(raw or key),
                )
            ],
        )


@pytest.fixture
def two(
    fresh_furnished: MakeFurnished, new_database: Callable[[], str], tmp_path: Path
) -> Iterator[Two]:
    url = fresh_furnished(*whole_world()).url
    held = Database(url)
    token = partner_token(held, "mirroring")
    mirror = mirror_service(new_database(), tmp_path / "mirror state")
    with gunicorn(url, tmp_path / "origin", workers=1, anonymous="nothing") as origin:
        told = mirror.done(
            "mirror", "add", origin.url, "--token", token, "--pin", key_of(origin, token)
        )
        assert "copy of http://127.0.0.1" in told
        yield Two(origin, held, mirror)
    held.dispose()
    running(mirror.app).dispose()


@pytest.mark.timeout(300)
def test_it_copies_serves_and_refuses(two: Two) -> None:
    mirror = two.mirror
    assert "Began with" in mirror.done("mirror", "pull")
    assert "are what the origin holds" in mirror.done("mirror", "check")
    two.channel(400)
    assert "by one page." in mirror.done("mirror", "pull")
    assert "are what the origin holds" in mirror.done("mirror", "check")
    assert "Nothing new" in mirror.done("mirror", "pull")
    told = mirror.status()
    assert (told["origin"], told["clearance"]) == (two.origin.url, "AMBER")
    assert (told["alarms"], told["trouble"]) == ([], None)
    assert two.origin.url in mirror.refused("seed", "apply", "reference")
    with mirror.database.writing() as connection:
        _, wide = account(connection, clearance=Tlp.AMBER, roles=[(Role.EDITOR, "AU")])
        _, narrow = account(connection, partner="other", clearance=Tlp.CLEAR)
    it_answers_within_the_rights_of_who_asks(two, wide, narrow)
    it_refuses_to_be_written(two, wide)
    it_tells_how_old_it_is(two, wide)


def it_answers_within_the_rights_of_who_asks(two: Two, wide: str, narrow: str) -> None:
    def ids(token: str) -> set[str]:
        listed = two.mirror.ask(token, "/contacts", query_string={"limit": "200"})
        assert listed.headers["Copy-Of"] == two.origin.url
        assert listed.headers["Copy-As-Of"].endswith("Z")
        return {item["id"] for item in listed.get_json()["items"]}

    assert ids(narrow) < ids(wide)
    for path, query in {
        "/reach": {"to": "AU", "from": "JP"},
        "/search": {"q": "desk"},
        "/callers": {"number": number(400)},
        "/lists/g7-24-7.csv": {},
        f"/contacts/{rid('contact', 'public')}/history": {},
        f"/channels/{rid('channel', 400)}": {},
    }.items():
        answer = two.mirror.ask(wide, path, query_string=query)
        assert answer.status_code == 200, answer.text
        assert answer.headers["Copy-Of"] == two.origin.url
    before = two.mirror.ask(wide, "/contacts", query_string={"as_of": "2026-01-01"})
    assert before.status_code == 404
    assert before.get_json()["type"] == "/problems/before-the-log"


def it_refuses_to_be_written(two: Two, wide: str) -> None:
    for method, path in (
        ("PUT", f"/channels/{rid('channel', 400)}"),
        ("DELETE", f"/channels/{rid('channel', 400)}"),
        ("POST", "/contacts"),
        ("POST", "/checks"),
        ("POST", "/change-sets"),
        ("GET", "/sync/changes?after=x"),
        ("GET", "/sync/head"),
    ):
        refused = two.mirror.ask(wide, path, method, json={} if method != "GET" else None)
        assert refused.status_code == 409, refused.text
        assert refused.get_json()["type"] == "/problems/this-is-a-copy"
        assert two.origin.url in refused.get_json()["detail"]
        # Whoever may not ask is not told whose copy it is.
        hidden = two.mirror.ask(None, path, method, json={} if method != "GET" else None)
        assert hidden.status_code == 401
        assert two.origin.url not in hidden.text + str(hidden.headers)
    assert two.mirror.ask(wide, "/access/tokens/rotate", "POST").status_code == 201


def it_tells_how_old_it_is(two: Two, wide: str) -> None:
    ready = two.mirror.ask(None, "//readyz").get_json()
    assert ready["copy"]["alarms"] == []
    assert ready["copy"]["age_seconds"] < 300
    figures = two.mirror.ask(None, "//metrics").text
    assert "directory_copy_age_seconds" in figures
    assert 'directory_copy_alarms{alarm="fork"} 0.0' in figures
    asked = {"to": "AU", "from": "JP"}
    young = two.mirror.ask(wide, "/reach", query_string=asked).get_json()
    assert "old-copy" not in {note["code"] for note in young["notes"]}
    with two.mirror.database.writing() as connection:
        write_state(connection, pulled_at=utc_now() - timedelta(days=3, hours=1))
    old = two.mirror.ask(wide, "/reach", query_string=asked).get_json()
    assert old["notes"][0]["code"] == "old-copy"
    assert "3 days old" in old["notes"][0]["text"]
    card = two.mirror.ask(wide, "/reach", query_string=asked, headers={"Accept": "text/plain"})
    assert "3 days old" in card.text


@pytest.mark.timeout(300)
def test_a_copy_that_is_behind_an_erasure_is_not_called_a_wrong_one(two: Two) -> None:
    mirror = two.mirror
    two.channel(400)
    assert "Began with" in mirror.done("mirror", "pull")
    with two.held.writing() as connection:
        redact(connection, [log.see(connection).size], at=NOW)
    told = mirror.refused("mirror", "check")
    assert "is behind its origin" in told
    assert "reset" not in told
    assert "by one page." in mirror.done("mirror", "pull")
    assert "are what the origin holds" in mirror.done("mirror", "check")
    with mirror.database.writing() as connection:
        connection.execute(update(log_head).values(writing=True, opened_for="copy"))
        connection.execute(
            delete(log_payloads).where(
                log_payloads.c.seq
                == select(KINDS["meeting"].table.c.seq).limit(1).scalar_subquery()
            )
        )
        connection.execute(update(log_head).values(writing=False, opened_for=None))
    assert "is not what its origin holds" in mirror.refused("mirror", "check")


@pytest.mark.timeout(300)
def test_a_copy_that_began_anew_after_a_restore_needs_a_person(two: Two) -> None:
    mirror = two.mirror
    mirror.done("mirror", "pull")
    restore(two.held)
    found = mirror.run("mirror", "pull")
    assert found.exit_code == 2
    assert "Began with" in found.stdout
    assert "ALARM fork: the origin was restored" in found.stderr
    assert "The copy began anew" in found.stderr
    assert mirror.status()["alarms"][0]["code"] == "fork"
    assert "are what the origin holds" in mirror.done("mirror", "check")
    assert "Nothing new" in mirror.done("mirror", "pull")
    assert "1 alarm is marked" in mirror.done("mirror", "clear")
    assert "0 alarms are marked" in mirror.done("mirror", "clear")
    with mirror.database.writing() as connection:
        write_state(connection, keys="[]")
    refused = mirror.run("mirror", "pull")
    assert refused.exit_code == 2
    assert "ALARM unknown-key" in refused.stderr


@pytest.mark.timeout(300)
def test_who_says_again_whose_copy_it_is_is_told_where_it_stands(two: Two) -> None:
    mirror = two.mirror
    mirror.done("mirror", "pull")
    token = partner_token(two.held, "mirroring anew")
    known = ("--token", token, "--pin", key_of(two.origin, token))
    told = mirror.done("mirror", "add", two.origin.url, *known)
    assert f"the copy goes on from entry {mirror.status()['size']}" in told


def restore(origin: Database) -> None:
    """Begin a new log that goes on from before what the mirror has reached."""
    with origin.writing() as connection:
        head, _ = log.take_to_copy(connection)
        kept = head.size - 3
        connection.execute(
            log_epochs.insert().values(
                log_id="fedcba9876543210",
                parent=head.log_id,
                parent_size=kept,
                parent_root=root_at(connection, kept),
                opened_at=NOW,
                reason="restore",
            )
        )
        connection.execute(log_head.update().values(log_id="fedcba9876543210"))
        log.release(connection, head)


@pytest.mark.timeout(300)
def test_it_watches_until_it_is_told_to_end_and_only_one_does(two: Two) -> None:
    mirror = two.mirror
    watching = subprocess.Popen(
        mirror.command("mirror", "pull", "--watch", "--every", "1"),
        env=mirror.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        until(lambda: mirror.status()["as_of"] is not None)
        assert "Another process" in mirror.done("mirror", "pull")
        size = mirror.status()["size"]
        two.channel(401)
        until(lambda: mirror.status()["size"] == size + 1)
        watching.send_signal(signal.SIGTERM)
        out, err = watching.communicate(timeout=20)
        assert (watching.returncode, err) == (0, "")
        assert "Began with" in out
    finally:
        watching.kill()
        watching.wait()
    assert "are what the origin holds" in mirror.done("mirror", "check")


def until(holds: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < give_up, "it never came to that"
        time.sleep(0.3)
