"""Going through every door as somebody, and telling what they were shown that they may not see."""

from __future__ import annotations

import base64
import io
import logging
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_plus

import orjson
from sqlalchemy import select
from werkzeug.test import TestResponse

from directory.access.models import ACCESS_TABLES
from tests.api.lists import unpacked
from tests.api.service import API, Service
from tests.scenarios.doors.copied import SYNC, copied_for, unfolded, values_in_copy
from tests.scenarios.doors.people import Person
from tests.scenarios.doors.records import Records, values_in
from tests.scenarios.doors.routes import (
    UNKNOWN,
    Asked,
    Route,
    Values,
    beside_the_api,
    requests_for,
    routes_of,
)

FIXED = {"X-Request-Id": "the-same"}
NOT_COMPARED = {
    "/readings": "what others have read is not in a directory that they have not read",
    "/exports": "what others have taken along was taken from one directory",
    "/lists/{slug}.xlsx": "a workbook says to the second when it was made",
    "/sync/changes": "every directory has a log of its own, in which what is hidden is a leaf",
    "/sync/snapshot": "likewise",
    "/sync/snapshots/{name}": "likewise",
    "/sync/head": "likewise",
    "/sync/digest": "likewise",
    "/sync/keys": "and keys of its own",
    "/sync/copies": "what others copied was copied from one directory",
    "/history": "change sets have other ids, and versions that cannot be seen have stand-ins",
}
PASSING = re.compile(rb'"last_used_at":(?:null|"[^"]*")')
"""What differs between two directories asked one after the other by the same person."""
NEXT = re.compile(rb'"next":"([^"]+)"')
PER_PAGE = 30
MOST_PAGES = 10
MOST_TRIES = 4
AUDITOR = "auditor"
TOLD_BY_IDS = (f"{API}/readings", f"{API}/exports")


@dataclass(frozen=True)
class Leak:
    """Something that somebody was told."""

    person: str
    address: str
    what: str

    def __str__(self) -> str:
        return f"{self.person}: {self.address}: {self.what}"


@dataclass
class Walk:
    """One person's way through every door.

    Attributes:
        whole: The directory with everything in it.
        alone: One into which only what this person may see was ever written; None where answers
            are looked through for values alone.
        compared: One in so many answers is compared with that; others by others.
    """

    records: Records
    person: Person
    turn: int
    whole: Service
    alone: Service | None
    compared: int = 1
    leaks: list[Leak] = field(default_factory=list)
    answers: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._asked = 0
        self._all = self.records.values
        self._may_meet = self.records.values_for(self.person.sees)
        self._hidden = set(self.records.hidden_from(self.person.sees))
        self._hidden_records = sorted(self._hidden)
        if self.records.returned is not None:
            self._may_meet |= self.records.returned.values_for(self.person)
            self._hidden |= self.records.returned.hidden_from(self.person)
        self._may_copy = values_in_copy(self.records, self.person)
        self._values = Values(
            self.records,
            self.person,
            self.turn,
            ids_of_access(self.whole),
            copied_for(self.whole, self.person),
        )
        self._lines = [line for line in self.records.lines() if line not in self._may_meet]
        self._unknown: dict[str, tuple[int, bytes]] = {}
        self._clients = {id(s): s.app.test_client() for s in (self.whole, self.alone) if s}

    def everything(self) -> None:
        """Go through every door that reads."""
        self.through(routes_of(self.whole.app))
        for address in beside_the_api(self.whole.app):
            response = self._clients[id(self.whole)].get(address)
            self.look_at(address, response)
            response.close()

    def through(self, routes: Sequence[Route]) -> None:
        """Go through some routes."""
        for asked in requests_for(routes, self._values):
            self.ask(asked)
        for route in routes:
            if route.method == "get" and route.is_list:
                self.pages(route)

    def ask(self, asked: Asked) -> TestResponse:
        """Ask once, and note what must not be in the answer."""
        self._asked += 1
        response = self._get(self.whole, asked)
        self.look_at(asked.address, response)
        if asked.record in self._hidden and "{" in asked.route.path:
            self._must_be_unknown(asked, response)
        elif self.alone is not None and (self._asked + self.turn) % self.compared == 0:
            self._must_be_alike(asked, response, self.alone)
        return response

    def look_at(self, address: str, response: TestResponse) -> None:
        """Note every value in an answer that its reader may not meet and did not say themselves."""
        self.answers[response.status_code] = self.answers.get(response.status_code, 0) + 1
        if response.status_code >= 500:
            self.note(address, f"fails with {response.status_code}")
        headers = "\n".join(f"{name}: {value}" for name, value in response.headers)
        self.look_through(address, unpacked(response.data) + b"\n" + headers.encode())

    def look_through(self, address: str, text: bytes, said: set[str] | None = None) -> None:
        """Note every value in a text, opaque pages included, but what its reader said."""
        shown = values_in(text)
        for page in NEXT.findall(text):
            shown |= values_in(base64.urlsafe_b64decode(page + b"=="))
        may_meet = self._may_meet
        if address.startswith(SYNC):
            may_meet, shown = self._may_copy, shown | values_in(unfolded(text))
        shown = (shown & self._all) - may_meet - (said or _said_in(address))
        if self.person.name == AUDITOR and address.startswith(TOLD_BY_IDS):
            # What was read or taken is told to an auditor by its ids, and by nothing else.
            shown = {value for value in shown if len(value) != len(UNKNOWN)}
        if shown:
            self.note(address, f"shows {', '.join(sorted(shown)[:4])}")
        if b"PGP" in text or b"KEY" in text:
            for line in self._lines:
                if line.encode() in text:
                    self.note(address, f"shows the key {line}")

    def note(self, address: str, what: str) -> None:
        """Keep what was told."""
        self.leaks.append(Leak(self.person.name, address, what))

    def pages(self, route: Route) -> None:
        """Go through a list page by page, and through pages that others were given."""
        for path in self._lists(route):
            page: str | None = None
            for _ in range(MOST_PAGES):
                follows = "" if page is None else f"&page={page}"
                response = self.ask(Asked(route, f"{path}?limit={PER_PAGE}{follows}"))
                page = (response.get_json(silent=True) or {}).get("next")
                if page is None:
                    break
            for key in self._keys_of_others(route):
                self.ask(Asked(route, f"{path}?limit=1&page={key}"))

    def _lists(self, route: Route) -> list[str]:
        if not route.names("path"):
            return [route.path]
        if "/returned-lists/" in route.path:
            ids = self.records.named("returned-lists")
            return [re.sub(r"{\w+}", each, route.path) for each in ids]
        return [re.sub(r"{\w+}", code, route.path) for code in ("AU", "JP")]

    def _keys_of_others(self, route: Route) -> Iterator[str]:
        """Places in a list at records that this person may not see, as if others had told them."""
        for key in self._hidden_records[self.turn : self.turn + 1]:
            slug = str(self.records.document(key).get("slug", key))
            for place in ([slug], [slug, key], [1, slug, key], [0, 1, slug, key], [key]):
                yield base64.urlsafe_b64encode(orjson.dumps(place)).rstrip(b"=").decode()

    def _get(self, service: Service, asked: Asked) -> TestResponse:
        headers = FIXED | asked.headers | self.person.headers
        return self._clients[id(service)].get(asked.address, headers=headers)

    def _must_be_unknown(self, asked: Asked, response: TestResponse) -> None:
        """A hidden record answers as one that never was, byte by byte."""
        assert asked.record is not None
        key = f"{asked.route.path} {asked.form} {asked.address.partition('?')[2]}"
        if key not in self._unknown:
            never = Asked(asked.route, asked.address.replace(asked.record, UNKNOWN), asked.form)
            self._unknown[key] = _without(self._get(self.whole, never), UNKNOWN)
        if _without(response, asked.record) != self._unknown[key]:
            self.note(asked.address, "is hidden, and does not answer as what never was")

    def _must_be_alike(self, asked: Asked, response: TestResponse, alone: Service) -> None:
        """An answer is the same as if what its reader may not see had never been written."""
        if asked.route.path.endswith(tuple(NOT_COMPARED)):
            return
        one, other = _seen(response), _seen(self._get(alone, asked))
        for _ in range(MOST_TRIES):
            if one == other:
                return
            # Time passes between two questions, and some answers say what time it is.
            one, other = _seen(self._get(self.whole, asked)), _seen(self._get(alone, asked))
        if one != other:
            self.note(asked.address, f"differs: {_difference(one, other)}")


def _said_in(address: str) -> set[str]:
    """What the asker knew already."""
    return values_in(unquote_plus(address).encode())


def ids_of_access(service: Service) -> list[str]:
    """Ids of partners, accounts, roles and tokens."""
    with service.database.reading() as connection:
        return sorted(i for table in ACCESS_TABLES for i in connection.scalars(select(table.c.id)))


def _without(response: TestResponse, name: str) -> tuple[int, bytes]:
    return response.status_code, response.data.replace(name.encode(), b"...")


def _seen(response: TestResponse) -> tuple[int, dict[str, str], bytes]:
    headers, body = dict(response.headers), response.data
    if PASSING.search(body):
        headers.pop("ETag", None)
        headers.pop("Content-Length", None)
        body = PASSING.sub(b'"last_used_at":...', body)
    return response.status_code, headers, body


def _difference(one: tuple[Any, ...], other: tuple[Any, ...]) -> str:
    for a, b in zip(one, other, strict=True):
        if a != b:
            if isinstance(a, bytes):
                at = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), 0)
                return f"{a[max(0, at - 60) : at + 60]!r} and {b[max(0, at - 60) : at + 60]!r}"
            return f"{a!r} and {b!r}"
    return ""


class Ear(logging.Handler):
    """Whatever is logged or written to standard error."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.stream = io.StringIO()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record with all that came with it."""
        self.stream.write(f"{self.format(record)} {getattr(record, 'fields', '')}\n")


@contextmanager
def listening(*names: str) -> Iterator[Ear]:
    """Hear what is logged meanwhile, by loggers that keep to themselves too."""
    ear, stderr = Ear(), sys.stderr
    loggers = [logging.getLogger(name) for name in (None, *names)]
    for logger in loggers:
        logger.addHandler(ear)
    sys.stderr = ear.stream
    try:
        yield ear
    finally:
        sys.stderr = stderr
        for logger in loggers:
            logger.removeHandler(ear)


def told(leaks: Sequence[Leak]) -> str:
    """Leaks for whoever reads a failed test: the first few, and how many there are."""
    return "\n".join([f"{len(leaks)} leaks", *(str(leak) for leak in leaks[:20])])
