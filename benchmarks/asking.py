"""The calls that are measured, asked of the real application in this process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson
from flask import Flask
from sqlalchemy import Connection
from werkzeug.test import EnvironBuilder

from benchmarks.world import ASKING, CHANNELS, INSIDER, MEASURED_DESKS, MIXED, OPEN
from directory.access.rules import Principal
from directory.app import create_app
from directory.changes.log import Glance
from directory.policy import Viewer
from directory.readings.log import ReadingLog
from directory.service import EXTENSION, Running
from directory.settings import Anonymous, Limits, Mode, Settings

API = "/api/v1"
ENOUGH = "1000000000/minute"
AT_SOME_TIME = "2026-11-26T09:00:00Z"
"""What is asked about an instant is judged anew each time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an application gave."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body, read."""
        return orjson.loads(self.body)


class Call:
    """One request to an application, made straight through WSGI as often as one likes."""

    def __init__(self, app: Flask, path: str, headers: Mapping[str, str] | None = None) -> None:
        self.path = path
        self.headers = dict(headers or {})
        self._application = app.wsgi_app
        self._environ = EnvironBuilder(path, headers=self.headers.items()).get_environ()

    def __call__(self) -> None:
        """Make the request, take its whole answer and forget it."""
        parts = self._application(dict(self._environ), _start)
        b"".join(parts)
        close = getattr(parts, "close", None)
        if close is not None:
            close()

    def answer(self) -> Answer:
        """Make the request and keep the answer."""
        began: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], error: Any = None) -> Any:
            began.append((status, headers))
            return _write

        body = b"".join(self._application(dict(self._environ), start))
        status, headers = began[-1]
        return Answer(int(status.split()[0]), dict(headers), body)


def _start(status: str, headers: list[tuple[str, str]], error: Any = None) -> Any:
    return _write


def _write(data: bytes) -> object:
    raise AssertionError("an answer is returned, not written piece by piece")


class _ForInsiders(Running):
    """A running directory whose every asker is a partner's officer."""

    def viewer(
        self,
        connection: Connection,
        principal: Principal | None,
        *,
        at: datetime,
        head: Glance | None = None,
    ) -> Viewer:
        return INSIDER


@contextmanager
def application(url: str, state_dir: Path, *, for_insiders: bool = False) -> Iterator[Flask]:
    """The application on a loaded database."""
    # Counting is part of what a call costs; being refused is not.
    limits = Limits(asks=ENOUGH, writes=ENOUGH, refused=ENOUGH)
    app = create_app(Settings(Mode.DEVELOPMENT, url, state_dir, Anonymous.CLEAR, limits))
    running: Running = app.extensions[EXTENSION]
    if for_insiders:
        app.extensions[EXTENSION] = _ForInsiders(
            running.settings,
            running.database,
            running.kinds,
            running.uses,
            _own_log(url, state_dir),
            running.keys,
            running.snapshots,
            running.memory,
        )
    try:
        yield app
    finally:
        app.extensions[EXTENSION].dispose()


def _own_log(url: str, state_dir: Path) -> ReadingLog:
    """A log that leaves nothing beside a database that is kept."""
    is_file = url.startswith("sqlite:")
    return ReadingLog.of(f"sqlite:///{state_dir / 'kept.db'}" if is_file else url, state_dir)


def address(path: str, **query: str) -> str:
    """An address of the API; ``from_`` is written ``from``."""
    asked = {name.removesuffix("_"): value for name, value in query.items()}
    return f"{API}{path}?{urlencode(asked)}" if asked else f"{API}{path}"


@dataclass(frozen=True, slots=True)
class Measured:
    """A call whose share of a bare application's speed is measured.

    Attributes:
        targets: The least it should be, by database.
    """

    name: str
    call: Call
    targets: Mapping[str, float]


Targets = Mapping[str, float]
CONTACTS: Targets = {"sqlite": 0.3, "postgresql": 0.15}
REACH: Targets = {"sqlite": 0.15, "postgresql": 0.08}
UNCHANGED: Targets = {"sqlite": 0.4, "postgresql": 0.2}


def measured_calls(app: Flask) -> list[Measured]:
    """The calls asked by anybody, each asked once so that what it answers is known."""
    contacts = _economy(app, OPEN)
    desk = contacts.answer().json()["items"][0]
    single = Call(app, address(f"/contacts/{desk['id']}"))
    reach = Call(app, _reach(OPEN))
    _expect_routes(reach)
    word = desk["title"]["en"].split()[0]
    found: list[tuple[str, Call, Targets]] = [
        ("an economy's contacts", contacts, CONTACTS),
        ("the same, unchanged (304)", _unchanged(app, contacts), UNCHANGED),
        ("reach", reach, REACH),
        ("reach, judged anew", Call(app, _reach(OPEN, at=AT_SOME_TIME)), REACH),
        ("reach as a card", Call(app, _reach(OPEN), {"Accept": "text/plain"}), {}),
        ("one contact", single, {}),
        ("the same, unchanged (304)", _unchanged(app, single), UNCHANGED),
        ("search", Call(app, address("/search", q=word)), {}),
        ("callers", Call(app, address("/callers", number=desk["channels"][0]["e164"])), {}),
    ]
    return [Measured(name, call, targets) for name, call, targets in found]


def insiders_calls(app: Flask) -> list[Measured]:
    """The calls on desks under several labels, asked by a partner's officer."""
    contacts, reach = _economy(app, MIXED), Call(app, _reach(MIXED))
    anew = Call(app, _reach(MIXED, at=AT_SOME_TIME))
    markings = {item["marking"] for item in contacts.answer().json()["items"]}
    _expect(len(markings) > 1, "several markings in the answer", markings)
    _expect_routes(reach)
    return [
        Measured("an economy's contacts, several markings", contacts, CONTACTS),
        Measured("reach, several markings", reach, REACH),
        Measured("reach, several markings, judged anew", anew, REACH),
    ]


def _economy(app: Flask, code: str) -> Call:
    call = Call(app, address(f"/economies/{code}/contacts", limit=str(MEASURED_DESKS)))
    items = call.answer().json()["items"]
    channels = sum(len(item["channels"]) for item in items)
    wanted = (MEASURED_DESKS, MEASURED_DESKS * CHANNELS)
    _expect((len(items), channels) == wanted, "20 contacts and 80 channels", (len(items), channels))
    return call


def _reach(to: str, **more: str) -> str:
    return address("/reach", to=to, from_=ASKING, function="preservation", **more)


def _expect_routes(call: Call) -> None:
    routes = len(call.answer().json()["routes"])
    _expect(routes == MEASURED_DESKS, "20 routes", routes)


def _unchanged(app: Flask, call: Call) -> Call:
    tag = call.answer().headers["ETag"]
    unchanged = Call(app, call.path, {"If-None-Match": tag})
    status = unchanged.answer().status
    _expect(status == 304, "304", status)
    return unchanged


def _expect(holds: bool, wanted: str, found: object) -> None:
    if not holds:
        raise AssertionError(f"this would measure something else: wanted {wanted}, found {found}")
