"""The three servers, each started on loopback with the cards in it, and asked in its own way."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import httpx
from sqlalchemy import Connection

from benchmarks.peers.cards import ORGANISATION, SOURCE, put, rid_of, vcard
from directory.changes.apply import apply
from directory.changes.operations import Operation, Put, prepare
from directory.db import Database
from directory.migrate import upgrade
from directory.policy import Tlp
from directory.registry import KINDS
from tests.accounts import account
from tests.api.process import gunicorn

STARTS_WITHIN = 60
DAV = "DAV:"
_SYNC = (
    '<?xml version="1.0"?><sync-collection xmlns="DAV:"><sync-token>{token}</sync-token>'
    "<sync-level>1</sync-level><prop><getetag/></prop></sync-collection>"
)
_SOME = (
    '<?xml version="1.0"?><C:addressbook-multiget xmlns="DAV:"'
    ' xmlns:C="urn:ietf:params:xml:ns:carddav"><prop><getetag/><C:address-data/></prop>'
    "{hrefs}</C:addressbook-multiget>"
)
_ALL = (
    '<?xml version="1.0"?><C:addressbook-query xmlns="DAV:"'
    ' xmlns:C="urn:ietf:params:xml:ns:carddav"><prop><getetag/><C:address-data/></prop>'
    "</C:addressbook-query>"
)


class Server(Protocol):
    """A server that holds the cards, and a client that has copied all of them."""

    name: str

    def whole(self) -> int:
        """Copy everything, with what the cards say; the bytes that came."""

    def change(self, numbers: range, version: int) -> None:
        """Write some cards anew, as somebody else would."""

    def news(self) -> tuple[int, int]:
        """Fetch what has changed, with what it says: how many, and the bytes that came."""


class Dav:
    """A CardDAV server: RFC 6578 tells which cards have changed, RFC 6352 what they say."""

    def __init__(self, name: str, url: str) -> None:
        self.name = name
        self._url = url
        self._client = httpx.Client(timeout=300)
        self._token = ""

    def whole(self) -> int:
        """Copy everything; the bytes that came."""
        body = self._report(_ALL)
        self._token = _token_in(self._report(_SYNC.format(token="")))
        return len(body)

    def change(self, numbers: range, version: int) -> None:
        """Write some cards anew."""
        for number in numbers:
            self._client.put(
                f"{self._url}{rid_of(number)}.vcf",
                content=vcard(number, version),
                headers={"Content-Type": "text/vcard"},
            ).raise_for_status()

    def news(self) -> tuple[int, int]:
        """Fetch what has changed; how many, and the bytes that came."""
        told = self._report(_SYNC.format(token=self._token))
        self._token = _token_in(told)
        hrefs = re.findall(rb"<[^<>]*href[^<>]*>([^<]+\.vcf)<", told)
        if not hrefs:
            return 0, len(told)
        listed = "".join(f"<href>{href.decode()}</href>" for href in hrefs)
        cards = self._report(_SOME.format(hrefs=listed))
        assert cards.count(b"BEGIN:VCARD") == len(hrefs)
        return len(hrefs), len(told) + len(cards)

    def _report(self, body: str) -> bytes:
        answer = self._client.request(
            "REPORT",
            self._url,
            content=body,
            headers={"Depth": "1", "Content-Type": "application/xml"},
        )
        answer.raise_for_status()
        return answer.content


def _token_in(told: bytes) -> str:
    found = re.findall(rb"<[^<>]*sync-token[^<>]*>([^<]+)<", told)
    assert found, told[-300:]
    return str(found[-1].decode())


class Ours:
    """This directory, with an agency that copies it."""

    name = "this directory"

    def __init__(self, url: str, token: str, database: Database) -> None:
        self._client = httpx.Client(
            base_url=f"{url}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=300
        )
        self._database = database
        self._cursor = ""

    def whole(self) -> int:
        """Copy everything; the bytes that came."""
        place = self._client.get("/sync/snapshot").headers["Location"]
        answer = self._client.get(place.removeprefix("/api/v1")).raise_for_status()
        first = answer.content.split(b"\n", 1)[0]
        found = re.search(rb'"cursor":"([^"]+)"', first)
        assert found is not None
        self._cursor = found[1].decode()
        self.news()
        return len(answer.content)

    def change(self, numbers: range, version: int) -> None:
        """Write some cards anew."""
        with self._database.writing() as connection:
            _write(connection, [put(number, version) for number in numbers])

    def news(self) -> tuple[int, int]:
        """Fetch what has changed; how many, and the bytes that came."""
        count = size = 0
        while True:
            answer = self._client.get(
                "/sync/changes",
                params={"after": self._cursor, "limit": 1000},
                headers={"If-None-Match": f'"{self._cursor}"', "Accept-Encoding": "identity"},
            )
            if answer.status_code == 304:
                return count, size
            told = answer.raise_for_status().json()
            count, size = count + len(told["entries"]), size + len(answer.content)
            self._cursor = told["cursor"]
            if not told["more"]:
                return count, size


def _write(connection: Connection, operations: list[Operation]) -> None:
    prepared = prepare(KINDS, operations, actor="a benchmark", origin="edit", reason="")
    apply(connection, KINDS, prepared, writer=None, at=datetime.now(UTC))


@contextmanager
def ours(folder: Path, cards: int) -> Iterator[Server]:
    """This directory on SQLite, with the service as it is deployed."""
    folder.mkdir()
    url = f"sqlite:///{folder / 'directory.db'}"
    upgrade(url)
    database = Database(url)
    economy = Put("economy", {"code": "AU", "name": {"en": "Australia"}, "source": SOURCE})
    agency = Put(
        "organisation",
        {
            "slug": "agency",
            "name": {"en": "Fictional Agency"},
            "organisation_type": "law_enforcement",
            "sector": "public",
            "economy": "AU",
            "owner": "AU",
            "source": SOURCE,
        },
        ORGANISATION,
    )
    with database.writing() as connection:
        _write(connection, [economy, agency])
        _, token = account(connection, clearance=Tlp.AMBER)
    for start in range(0, cards, 5000):
        with database.writing() as connection:
            _write(connection, [put(n, 1) for n in range(start, min(start + 5000, cards))])
    with gunicorn(url, folder, workers=1) as process:
        yield Ours(process.url, token, database)
    database.dispose()


@contextmanager
def radicale(folder: Path, cards: int, environment: Path) -> Iterator[Server]:
    """Radicale, with its cards put into its folder."""
    collection = folder / "collections" / "collection-root" / "officer" / "cards"
    collection.mkdir(parents=True)
    (collection / ".Radicale.props").write_text('{"tag": "VADDRESSBOOK"}')
    for number in range(cards):
        (collection / f"{rid_of(number)}.vcf").write_bytes(vcard(number, 1).encode())
    port = _free_port()
    command = [
        str(environment / "bin/python"), "-m", "radicale", "--config", "",
        "--hosts", f"127.0.0.1:{port}", "--auth-type", "none", "--rights-type", "authenticated",
        "--storage-filesystem-folder", str(folder / "collections"), "--logging-level", "error",
    ]  # fmt: skip
    url = f"http://127.0.0.1:{port}/officer/cards/"
    with _started(command, folder, url):
        yield Dav("Radicale", url)


@contextmanager
def xandikos(folder: Path, cards: int, environment: Path) -> Iterator[Server]:
    """Xandikos, whose collections are git repositories: the cards come in as one commit."""
    folder.mkdir()
    data, port = folder / "data", _free_port()
    data.mkdir()
    command = [
        str(environment / "bin/xandikos"), "serve", "--defaults", "-d", str(data),
        "-l", "127.0.0.1", "-p", str(port),
    ]  # fmt: skip
    url = f"http://127.0.0.1:{port}/user/contacts/addressbook/"
    with _started(command, folder, url):
        pass
    book = data / "user/contacts/addressbook"
    for number in range(cards):
        (book / f"{rid_of(number)}.vcf").write_bytes(vcard(number, 1).encode())
    _git(book, "add", ".")
    _git(book, "-c", "user.name=a", "-c", "user.email=a@agency.example", "commit", "-qm", "cards")
    with _started(command, folder, url):
        yield Dav("Xandikos", url)


def _git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], check=True)  # noqa: S607


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def _started(command: list[str], folder: Path, url: str) -> Iterator[None]:
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen(
            command, cwd=folder, stdout=log, stderr=log, env={"PATH": os.environ["PATH"]}
        )
        try:
            until = time.monotonic() + STARTS_WITHIN
            while not _answers(url):
                assert process.poll() is None, (folder / "server.log").read_text()
                assert time.monotonic() < until, "it did not start"
                time.sleep(0.2)
            yield
        finally:
            process.terminate()
            process.wait(timeout=30)


def _answers(url: str) -> bool:
    try:
        return httpx.request("PROPFIND", url, headers={"Depth": "0"}, timeout=30).status_code < 500
    except httpx.TransportError:
        return False
