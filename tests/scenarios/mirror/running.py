"""An origin that runs as a process on this machine, and a mirror that asks it over HTTP."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import orjson
from click.testing import Result
from flask import Flask
from werkzeug.test import TestResponse

from directory.app import create_app
from directory.db import Database
from directory.policy import Tlp
from directory.settings import OFF, Anonymous, Limits, Mode, Settings
from directory.web.context import running
from tests.accounts import account
from tests.api.process import Process

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True)
class MirrorService:
    """A mirror, driven by its commands and asked for what it holds.

    Attributes:
        url: Of its database.
        state: Its state folder.
    """

    url: str
    state: Path
    app: Flask

    @property
    def environment(self) -> dict[str, str]:
        """What a process of it runs with."""
        kept = {name: v for name, v in os.environ.items() if not name.startswith("DIRECTORY_")}
        return kept | {
            "DIRECTORY_MODE": "mirror",
            "DIRECTORY_DATABASE_URL": self.url,
            "DIRECTORY_STATE_DIR": str(self.state),
            "DIRECTORY_ANONYMOUS": "nothing",
        }

    @property
    def database(self) -> Database:
        return running(self.app).database

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]

    def run(self, *arguments: str) -> Result:
        return self.app.test_cli_runner().invoke(args=list(arguments), env={"COLUMNS": "200"})

    def done(self, *arguments: str) -> str:
        found = self.run(*arguments)
        assert found.exit_code == 0, found.output
        return found.stdout

    def refused(self, *arguments: str) -> str:
        found = self.run(*arguments)
        assert found.exit_code == 1, found.output
        return found.stderr

    def status(self) -> dict[str, Any]:
        told: dict[str, Any] = orjson.loads(self.done("mirror", "status", "--json"))
        return told

    def ask(self, token: str | None, path: str, method: str = "GET", **more: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers |= more.pop("headers", {})
        address = path.removeprefix("/") if path.startswith("//") else f"/api/v1{path}"
        return self.app.test_client().open(address, method=method, headers=headers, **more)


def mirror_service(url: str, state: Path) -> MirrorService:
    """A mirror on a database."""
    limits = Limits(OFF, OFF, OFF)
    app = create_app(Settings(Mode.MIRROR, url, state, Anonymous.NOTHING, limits))
    return MirrorService(url, state, app)


def partner_token(database: Database, name: str, clearance: Tlp = Tlp.AMBER) -> str:
    """The token of an account of a new partner."""
    with database.writing() as connection:
        return account(connection, partner=name, clearance=clearance)[1]


def key_of(process: Process, token: str) -> str:
    """The name of the key that an origin signs with, as its operator would tell it."""
    told = httpx.get(
        f"{process.url}/api/v1/sync/keys", headers={"Authorization": f"Bearer {token}"}
    )
    assert told.status_code == 200, told.text
    return str(told.json()["keys"][0]["kid"])
