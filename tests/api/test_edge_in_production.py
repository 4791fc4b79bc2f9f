"""In production the service refuses to start on what is missing, and names it; real processes."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from directory import migrate
from directory.access.rules import new_token
from directory.db import Database
from tests.api.process import ROOT, gunicorn
from tests.api.tokens import reader

CONFIGURED = ("gunicorn", "--config", "deploy/gunicorn.conf.py", "--bind", "127.0.0.1:0")
BARE = ("gunicorn", "--worker-class", "gthread", "--bind", "127.0.0.1:0")
FLASK_RUN = ("flask", "--app", "wsgi", "run", "--port", "0")
SERVERS = [
    pytest.param((*CONFIGURED, "wsgi:app"), id="gunicorn as deployed"),
    pytest.param((*BARE, "wsgi:app"), id="gunicorn without its configuration"),
    pytest.param(FLASK_RUN, id="flask run"),
]


def run(
    command: tuple[str, ...], state: Path, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    clean = {n: v for n, v in os.environ.items() if not n.startswith(("DIRECTORY_", "FLASK_"))}
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env={
            **clean,
            "DIRECTORY_MODE": "production",
            "DIRECTORY_STATE_DIR": str(state),
            "DIRECTORY_SIGNING_KEY_FILE": str(state / "signing-keys.json"),
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def one_step_behind(url: str) -> str:
    newest = migrate.newest()
    migrate.downgrade(url, "-1")
    return newest


@pytest.mark.parametrize("command", SERVERS)
def test_what_is_missing_or_on_is_named_and_nothing_starts(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    missing = {"FLASK_DEBUG": "1", "DIRECTORY_SIGNING_KEY_FILE": ""}
    done = run(command, tmp_path, missing)
    assert done.returncode != 0
    assert "DIRECTORY_DATABASE_URL: is missing" in done.stderr
    assert "DIRECTORY_SIGNING_KEY_FILE: is missing" in done.stderr
    assert "FLASK_DEBUG: is on" in done.stderr


@pytest.mark.parametrize("command", SERVERS)
def test_a_database_behind_its_code_is_not_served_from(
    fresh_database: str, tmp_path: Path, command: tuple[str, ...]
) -> None:
    newest = one_step_behind(fresh_database)
    done = run(command, tmp_path, {"DIRECTORY_DATABASE_URL": fresh_database})
    assert done.returncode != 0
    assert f"this code needs {newest}. Run: flask --app wsgi db upgrade" in done.stderr


def test_a_database_without_migrations_is_not_served_from(
    empty_database: str, tmp_path: Path
) -> None:
    done = run((*CONFIGURED, "wsgi:app"), tmp_path, {"DIRECTORY_DATABASE_URL": empty_database})
    assert done.returncode == 1
    assert "at migration none" in done.stderr
    assert "Traceback" not in done.stderr


def test_commands_still_run_and_bring_it_up(fresh_database: str, tmp_path: Path) -> None:
    one_step_behind(fresh_database)
    environment = {"DIRECTORY_DATABASE_URL": fresh_database}
    assert run(("flask", "--app", "wsgi", "db", "check"), tmp_path, environment).returncode == 1
    done = run(("flask", "--app", "wsgi", "db", "upgrade"), tmp_path, environment)
    assert done.returncode == 0, done.stderr
    keys = {"DIRECTORY_SIGNING_KEY_FILE": str(tmp_path / "signing-keys.json")}
    settings = {"DIRECTORY_MODE": "production", "DIRECTORY_ANONYMOUS": "nothing", **keys}
    with gunicorn(fresh_database, tmp_path, workers=1, settings=settings) as process:
        assert httpx.get(f"{process.url}/api/v1/economies").status_code == 401


def test_a_database_that_does_not_answer_yet_keeps_nothing_from_starting() -> None:
    database = Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    migrate.refuse_when_behind(database)
    database.dispose()


def test_no_log_of_a_running_service_holds_a_token(fresh_database: str, tmp_path: Path) -> None:
    database = Database(fresh_database)
    valid = reader(database)
    database.dispose()
    unknown = new_token()
    with gunicorn(fresh_database, tmp_path, workers=1) as process:
        for token in (valid, unknown):
            sent = {"Authorization": f"Bearer {token}"}
            httpx.get(f"{process.url}/api/v1/economies", headers=sent)
            httpx.get(f"{process.url}/api/v1/economies?token={token}")
            httpx.get(f"{process.url}/api/v1/economies/{token}")
            httpx.put(f"{process.url}/api/v1/economies", headers=sent, content=b"{")
            for broken in (
                f"GET /{token} HTTP/9.9\r\n\r\n",
                f"{token} / HTTP/1.1\r\n\r\n",
                f"GET / HTTP/1.1\r\nAuthorization : Bearer {token}\r\n\r\n",
                f"GET / HTTP/1.1\r\nBearer {token}\r\n\r\n",
                f"GET / HTTP/1.1\r\nContent-Length: {token}\r\n\r\n",
                f"GET / HTTP/1.1\r\nHost: {token} \x01\r\n\r\n",
            ):
                address = urlsplit(process.url)
                assert address.hostname is not None
                _say(address.hostname, address.port or 0, broken)
        log = process.log.read_text()
    assert log.count("Invalid") >= 8
    assert "dir_…" in log
    assert valid.removeprefix("dir_") not in log
    assert unknown.removeprefix("dir_") not in log


def test_the_server_says_neither_its_version_nor_sets_a_cookie(
    fresh_database: str, tmp_path: Path
) -> None:
    with gunicorn(fresh_database, tmp_path, workers=1) as process:
        told = httpx.get(f"{process.url}/docs").headers
    assert re.search(r"\d", told.get("Server", "")) is None
    assert "Set-Cookie" not in told
    assert told["X-Frame-Options"] == "DENY"


def _say(host: str, port: int, text: str) -> bytes:

    with socket.create_connection((host, port), timeout=5) as one:
        one.sendall(text.encode())
        return one.recv(4096)
