"""The clients in docs/clients, as partners run them: a mirror in Node, and a file from a stick."""

import gzip
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from directory.changes.highwater import HighWater
from directory.changes.operations import Put
from directory.changes.schemas import SET_BY_THE_DIRECTORY
from directory.clock import utc_now
from directory.db import Database
from directory.policy import Tlp
from directory.registry import KINDS
from directory.service import Asker
from directory.sync.keys import KeyFile
from directory.sync.models import copies_taken
from directory.sync.offline import export_offline_copy
from directory.sync.rules.claims import HeadClaims, PageClaims
from directory.sync.rules.scopes import Scope
from directory.sync.signing import sign, verify
from tests.accounts import account
from tests.api.process import Process, gunicorn
from tests.api.service import sown
from tests.databases import MakeFurnished
from tests.integration.changes.world import write
from tests.integration.sync.state import redact, seen_by
from tests.scenarios.clients.between import between

CLIENTS = Path(__file__).resolve().parents[3] / "docs/clients"
SCOPE = Scope(Tlp.AMBER, frozenset())


@dataclass
class Served:
    """A running directory, and a partner's account in it."""

    database: Database
    process: Process
    token: str
    folder: Path

    @property
    def keys(self) -> KeyFile:
        return KeyFile(self.process.state / "signing-keys.json", True)

    @property
    def kid(self) -> str:
        return self.keys.ring(utc_now()).signing(utc_now()).kid


@pytest.fixture(scope="module")
def served(
    new_furnished: MakeFurnished, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """The demonstration, served, with an agency cleared for AMBER."""
    folder = tmp_path_factory.mktemp("clients")
    database = Database(new_furnished(*sown("reference", "report", "demo")).url)
    with database.writing() as connection:
        _, token = account(connection, partner="Gamma", clearance=Tlp.AMBER)
    with gunicorn(database.url, folder, workers=1) as process:
        yield Served(database, process, token, folder)
    database.dispose()


def node(
    served: Served, *arguments: str, token: str | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["node", str(CLIENTS / "mirror.mjs"), *arguments],  # noqa: S607
        env={
            "DIRECTORY_TOKEN": served.token if token is None else token,
            "PATH": "/usr/bin:/usr/local/bin:/bin",
        },
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def copied(state: Path) -> dict[str, str]:
    """The records that a Node client holds, each as the directory stores it."""
    told = json.loads(state.read_text("utf-8"))
    return {
        rid: each["body"][len('{"record":') : each["body"].rindex(',"salt":"')]
        for rid, each in told["records"].items()
    }


def seen(served: Served) -> dict[str, str]:
    with served.database.reading() as connection:
        return seen_by(connection, SCOPE)


def rewritten(served: Served, rid: str, **fields: Any) -> int:
    """Write a contact anew, and the place of that in the log."""
    with served.database.writing() as connection:
        table = KINDS["contact"].table
        row = connection.execute(select(table).where(table.c.id == rid)).one()
        held = json.loads(row.document)
        document = {key: held[key] for key in held if key not in SET_BY_THE_DIRECTORY}
        made = write(connection, Put("contact", document | fields, rid, row.revision), at=utc_now())
    return made.first_seq


needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="there is no node here")


@needs_node
def test_a_client_of_another_language_says_what_it_was_not_given(served: Served) -> None:
    given = ("pull", served.process.url, "--key", served.kid)
    for arguments, told in (
        (given, "usage"),
        ((*given, "--state", "none.json"), "DIRECTORY_TOKEN"),
    ):
        done = node(served, *arguments, token="")
        assert (done.returncode, done.stdout) == (2, "")
        assert told in done.stderr
        assert "    at " not in done.stderr


@needs_node
def test_a_client_of_another_language_follows_the_log(served: Served) -> None:
    state = served.folder / "node.json"
    pull = ("pull", served.process.url, "--key", served.kid, "--state", str(state))
    done = node(served, *pull)
    assert done.returncode == 0, done.stderr
    assert copied(state) == seen(served)
    with served.database.reading() as connection:
        table = KINDS["contact"].table
        narrowed, renamed, erased = connection.scalars(
            select(table.c.id)
            .where(table.c.marking == int(Tlp.CLEAR), table.c.retired_at.is_(None))
            .order_by(table.c.id)
            .limit(3)
        )
    rewritten(served, renamed, title={"en": "Renamed desk"})
    with served.database.writing() as connection:
        holders = KINDS["holder"].table
        seq = connection.scalar(
            select(holders.c.seq).where(holders.c.marking <= int(Tlp.AMBER)).limit(1)
        )
        assert seq is not None
        redact(connection, [seq], at=utc_now())
    assert narrowed != erased
    done = node(served, *pull)
    assert done.returncode == 0, done.stderr
    assert copied(state) == seen(served)
    assert "Renamed desk" in node(served, "search", "renamed desk", "--state", str(state)).stdout


@needs_node
def test_a_client_of_another_language_refuses_what_is_not_the_origins(served: Served) -> None:
    state = served.folder / "wary.json"
    pull = ("pull", served.process.url, "--state", str(state), "--key")
    stranger = node(served, *pull, "A" * 43)
    assert stranger.returncode == 1
    assert "unknown-key" in stranger.stderr
    assert not state.exists()
    assert node(served, *pull, served.kid).returncode == 0
    whole = state.read_text("utf-8")
    told = json.loads(whole)
    for change, code in (
        ({"head": {**told["head"], "size": told["head"]["size"] + 5}}, "rollback"),
        ({"head": {**told["head"], "root": "00" * 32}}, "equivocation"),
        ({"head": {**told["head"], "log": "f" * 16}}, "fork"),
        ({"account": "another"}, "splice"),
        ({"size": told["size"] + 5}, "rollback"),
    ):
        # Something has to be signed for the account before it can be seen to be another's.
        state.write_text(json.dumps(told | change | {"cursor": None}), "utf-8")
        held = state.read_bytes()
        done = node(served, *pull, served.kid)
        assert done.returncode == 1, (change, done.stdout)
        assert code in done.stderr
        assert state.read_bytes() == held
    state.write_text(whole, "utf-8")
    refused = node(served, *pull, served.kid, token="dir_" + "x" * 43)
    assert refused.returncode == 4
    assert state.read_text("utf-8") == whole


@needs_node
def test_h23_a_client_of_another_language_takes_no_head_that_vouches_for_something_else(
    served: Served,
) -> None:
    state = served.folder / "frozen.json"
    pull = ("pull", served.process.url, "--key", served.kid, "--state", str(state))
    assert node(served, *pull).returncode == 0
    offline = json.loads(exported(served, "frozen.ndjson", days=366).read_bytes().split(b"\n")[0])
    told = json.loads(state.read_text("utf-8"))
    key = served.keys.ring(utc_now()).signing(utc_now())
    claims = HeadClaims(
        told["log"], told["size"], told["head"]["root"],
        utc_now() - timedelta(days=3), utc_now() + timedelta(days=366),
    )  # fmt: skip
    with between(served.process.url) as there:
        told = told | {"origin": there.url, "head": told["head"] | {"at": "2026-01-01T00:00:00Z"}}
        state.write_text(json.dumps(told), "utf-8")
        held = state.read_bytes()
        for path, answer in (
            ("/api/v1/sync/head", (200, {}, json.dumps({"head": offline["head"]}).encode())),
            ("/api/v1/sync/changes", (304, {"Sync-Head": offline["head"]}, b"")),
            ("/api/v1/sync/changes", (304, {}, b"")),
        ):
            there.instead = {path: answer}
            done = node(served, *pull)
            assert done.returncode == 1, (path, done.stdout, done.stderr)
            assert "splice" in done.stderr
            assert state.read_bytes() == held
        long = sign(claims, key)
        there.instead = {
            "/api/v1/sync/head": (200, {}, json.dumps({"head": long}).encode()),
            "/api/v1/sync/changes": (304, {"Sync-Head": long}, b""),
        }
        done = node(served, *pull)
        assert done.returncode == 4, (done.stdout, done.stderr)
        assert "freeze" in done.stderr
        assert state.read_bytes() == held


@needs_node
def test_h23_a_client_of_another_language_takes_no_snapshot_of_days_ago(served: Served) -> None:
    """What it holds may have been erased since, and its head says so by its age."""
    state = served.folder / "days-ago.json"
    head_at = utc_now() - timedelta(days=3)
    asking = {"Authorization": f"Bearer {served.token}"}
    answer = httpx.get(
        f"{served.process.url}/api/v1/sync/snapshot", headers=asking, follow_redirects=True
    )
    key = served.keys.ring(utc_now()).signing(utc_now())
    _, claims = verify(answer.headers["Sync-Head"], [key.public])
    old = sign(replace(claims, at=head_at, until=head_at + timedelta(days=366)), key)
    with between(served.process.url) as there:
        there.instead = {
            "/api/v1/sync/head": (
                200, {}, json.dumps({"head": sign(replace(claims, page=None), key)}).encode(),
            ),
            "/api/v1/sync/snapshot": (200, {"Sync-Head": old}, answer.content),
        }  # fmt: skip
        done = node(served, "pull", there.url, "--key", served.kid, "--state", str(state))
    assert done.returncode == 4, (done.stdout, done.stderr)
    assert "freeze" in done.stderr
    assert not state.exists()


@needs_node
def test_a_client_of_another_language_holds_what_is_said_to_the_signed_head(served: Served) -> None:
    state = served.folder / "held.json"
    pull = ("pull", served.process.url, "--key", served.kid, "--state", str(state))
    assert node(served, *pull).returncode == 0
    told = json.loads(state.read_text("utf-8"))
    key = served.keys.ring(utc_now()).signing(utc_now())
    cursor, size, at = told["cursor"], told["size"], utc_now()
    claims = HeadClaims(told["log"], size, told["head"]["root"], at, at + timedelta(hours=48))

    def signed_for(body: bytes, start: int, head: HeadClaims) -> str:
        digest = hashlib.sha256(body).hexdigest()
        page = PageClaims(start, head.size, digest, told["scope"], told["account"])
        return sign(replace(head, page=page), key)

    page = {"log": told["log"], "from": size, "to": size, "more": True, "cursor": cursor}
    body = json.dumps(page | {"root": claims.root, "entries": []}).encode()
    asking = {"Authorization": f"Bearer {served.token}"}
    snapshot = httpx.get(
        f"{served.process.url}/api/v1/sync/snapshot", headers=asking, follow_redirects=True
    ).content
    # It may have been cut before, for others of this scope, so that pages followed it.
    cut = json.loads(snapshot.split(b"\n", 1)[0])["size"]
    other = replace(claims, size=cut, root="00" * 32)
    # The copy and the head that the origin told alone agree; what comes with the next does not.
    with between(served.process.url) as there:
        for path, data, head, change, code in (
            ("changes", body, claims, {}, "splice"),
            ("snapshot", snapshot, other, {"cursor": None, "head": None}, "fork"),
        ):
            there.instead = {
                "/api/v1/sync/head": (200, {}, json.dumps({"head": sign(head, key)}).encode()),
                f"/api/v1/sync/{path}": (
                    200,
                    {"Sync-Head": signed_for(data, 0 if path == "snapshot" else size, head)},
                    data,
                ),
            }
            state.write_text(json.dumps(told | {"origin": there.url} | change), "utf-8")
            done = node(served, *pull)
            assert done.returncode == 1, (path, done.stdout, done.stderr)
            assert f"{code}:" in done.stderr, done.stderr


def exported(served: Served, name: str, *, days: int = 30) -> Path:
    """An offline copy for the partner, made some days ago where it is to have expired."""
    file = served.folder / name
    at = utc_now() if days > 0 else utc_now() + timedelta(days=days - 1)
    with served.database.reading() as connection:
        actor = Asker(token=served.token).identified(connection, utc_now())
    assert actor is not None
    export_offline_copy(
        served.database,
        KINDS,
        served.keys,
        HighWater(served.process.state),
        file,
        scope=SCOPE,
        actor=actor,
        at=utc_now(),
        valid_until=at + timedelta(days=abs(days)),
    )
    return file


def offline(file: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the script as its reader does, without anything of this project to import."""
    return subprocess.run(
        [sys.executable, "-I", str(CLIENTS / "offline_copy.py"), str(file), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=file.parent,
    )


def test_an_offline_copy_is_verified_and_searched_without_us(served: Served) -> None:
    file = exported(served, "stick.ndjson")
    assert file.stat().st_mode & 0o777 == 0o600
    done = offline(file, "--key", served.kid)
    assert done.returncode == 0, done.stderr
    assert f"Verified: {len(seen(served))} records" in done.stdout
    lines = file.read_bytes().splitlines()[2:]
    held = {json.loads(json.loads(line)["body"])["record"]["id"] for line in lines}
    assert held == seen(served).keys()
    found = offline(file, "--key", served.kid, "--search", "sycamore")
    assert "(fictional)" in found.stdout
    number = offline(file, "--key", served.kid, "--search", "555-0145")
    assert number.returncode == 0
    assert "555 0145" in number.stdout
    assert offline(file, "--key", served.kid, "--search", "nobody at all").returncode == 3
    packed = file.with_suffix(".gz")
    packed.write_bytes(gzip.compress(file.read_bytes()))
    assert offline(packed, "--key", served.kid).returncode == 0


def test_an_offline_copy_names_whoever_is_in_post_on_that_day(served: Served) -> None:
    today = utc_now().date()
    terms = {
        "Vesna Now": (today - timedelta(days=9), today + timedelta(days=300)),
        "Vesna Since": (None, None),
        "Vesna Gone": (None, today - timedelta(days=1)),
        "Vesna Soon": (today + timedelta(days=9), None),
    }
    with served.database.writing() as connection:
        contacts = KINDS["contact"].table
        rid, owner = connection.execute(
            select(contacts.c.id, contacts.c.owner)
            .where(contacts.c.marking == int(Tlp.CLEAR), contacts.c.retired_at.is_(None))
            .limit(1)
        ).one()
        for name, days in terms.items():
            begins, ends = (None if day is None else day.isoformat() for day in days)
            told = {"contact": rid, "owner": owner, "name": {"en": name}, "marking": "GREEN"}
            told |= {"from_date": begins, "until_date": ends, "source": {"document": "a letter"}}
            write(connection, Put("holder", told), at=utc_now())
    found = offline(exported(served, "terms.ndjson"), "--key", served.kid, "--search", "vesna now")
    assert {name for name in terms if f"in post: {name}" in found.stdout} == {
        "Vesna Now",
        "Vesna Since",
    }


def test_an_offline_copy_stands_in_the_register(served: Served) -> None:
    exported(served, "registered.ndjson")
    with served.database.reading() as connection:
        entry = connection.execute(
            select(copies_taken).order_by(copies_taken.c.at.desc()).limit(1)
        ).one()
    assert (entry.form, entry.partner, entry.clearance) == ("offline", "Gamma", int(Tlp.AMBER))
    assert entry.valid_until > datetime.now(UTC) + timedelta(days=29)


def test_an_offline_copy_that_was_altered_is_not_shown(served: Served) -> None:
    whole = exported(served, "altered.ndjson").read_bytes()
    file = served.folder / "bad.ndjson"
    first, rest = whole.split(b"\n", 1)
    for data in (
        whole.replace(b"Sycamore", b"Sicamore", 1),
        whole[:-10],
        first + b"\n",
        b"",
        b"{}\n" + rest,
        first[:-40] + b"\n" + rest,
        whole + whole.splitlines(keepends=True)[-1],
        whole[: len(first) - 300] + b"A" + whole[len(first) - 299 :],
    ):
        file.write_bytes(data)
        done = offline(file, "--key", served.kid, "--search", "a")
        assert done.returncode == 1, data[:200]
        assert "DO NOT USE THIS FILE" in done.stderr
        assert done.stdout == ""
    other = offline(served.folder / "altered.ndjson", "--key", "B" * 43)
    assert other.returncode == 1
    assert "was signed by key" in other.stderr


def test_an_offline_copy_says_loudly_that_it_has_expired(served: Served) -> None:
    file = exported(served, "old.ndjson", days=-3)
    done = offline(file, "--key", served.kid, "--search", "sycamore")
    assert done.returncode == 4
    assert "EXPIRED" in done.stdout


def test_the_script_is_short_enough_to_be_read() -> None:
    lines = (CLIENTS / "offline_copy.py").read_text("utf-8").splitlines()
    assert len(lines) < 200
    named = {line.split()[1].split(".")[0] for line in lines if line.startswith(("import", "from"))}
    assert named - set(sys.stdlib_module_names) == {"cryptography"}
