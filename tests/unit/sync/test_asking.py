"""An origin is asked within limits: nothing that it sends takes more room or time than it may."""

import gzip
import socket
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

import httpx
import pytest

from directory.sync.mirror import origin as asking
from directory.sync.mirror.errors import BadOriginError, OriginTroubleError
from directory.sync.mirror.origin import Gone, HttpOrigin, Page, Unchanged, checked_address

ADDRESS = "https://origin.example"
CURSOR = "v1.0123456789abcdef.0.e3b0c44298fc1c14.01234567"


def asked(answer: Callable[[httpx.Request], httpx.Response]) -> HttpOrigin:
    return HttpOrigin(ADDRESS, "dir_token", transport=httpx.MockTransport(answer))


class Endless(httpx.SyncByteStream):
    """A body that goes on as long as anybody reads it."""

    def __init__(self, piece: bytes) -> None:
        self.piece, self.sent = piece, 0

    def __iter__(self) -> Iterator[bytes]:
        while True:
            self.sent += len(self.piece)
            yield self.piece


def test_h35_an_endless_page_is_left_off_at_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "MOST_PAGE_BYTES", 2**20)
    body = Endless(b"x" * 2**16)
    origin = asked(lambda request: httpx.Response(200, stream=body))
    with pytest.raises(OriginTroubleError, match="more than 1,048,576 bytes"):
        origin.page(CURSOR)
    assert body.sent < 2**21


def test_h35_a_page_that_swells_takes_no_more_room_than_its_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(asking, "MOST_PAGE_BYTES", 2**22)
    bomb = zlib.compress(bytes(2**30), 9, 31)
    headers = {"Content-Encoding": "gzip"}
    origin = asked(lambda request: httpx.Response(200, headers=headers, stream=Once(bomb)))
    tracemalloc.start()
    with pytest.raises(OriginTroubleError, match="more than"):
        origin.page(CURSOR)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2**24


class Once(httpx.SyncByteStream):
    def __init__(self, body: bytes) -> None:
        self.body = body

    def __iter__(self) -> Iterator[bytes]:
        yield self.body


def test_h35_a_snapshot_that_swells_is_left_off(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(asking, "MOST_SNAPSHOT_BYTES", 2**22)
    bomb = zlib.compress(bytes(2**28), 9, 31)

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/snapshot"):
            return httpx.Response(303, headers={"Location": "/api/v1/sync/snapshots/x"})
        return httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=Once(bomb))

    with pytest.raises(OriginTroubleError, match="more than"):
        asked(answer).snapshot(tmp_path / "snapshot")
    assert (tmp_path / "snapshot").stat().st_size <= 2**22


@pytest.mark.parametrize("cut", [1, 10, 100])
def test_half_a_page_is_trouble(cut: int) -> None:
    body = gzip.compress(bytes(range(256)) * 40)[:-cut]
    headers = {"Content-Encoding": "gzip"}
    origin = asked(lambda request: httpx.Response(200, headers=headers, stream=Once(body)))
    with pytest.raises(OriginTroubleError):
        origin.page(CURSOR)


@pytest.mark.parametrize("body", [b"", b"x", bytes(range(256)) * 4096])
def test_what_was_compressed_comes_out_whole(body: bytes) -> None:
    headers = {"Content-Encoding": "gzip", "Sync-Head": "head"}
    packed = gzip.compress(body)
    origin = asked(lambda request: httpx.Response(200, headers=headers, stream=Once(packed)))
    assert origin.page(CURSOR) == Page(body, "head")


def test_a_page_says_what_it_is() -> None:
    answers = {
        httpx.Response(304, headers={"Sync-Head": "signed"}): Unchanged("signed"),
        httpx.Response(410, stream=Once(b'{"reason":"forked"}')): Gone("forked"),
    }
    for response, expected in answers.items():
        assert asked(lambda request, r=response: r).page(CURSOR) == expected  # type: ignore[misc]


@pytest.mark.parametrize(
    "place",
    [
        "https://elsewhere.example/api/v1/sync/snapshots/x",
        "//elsewhere.example/api/v1/sync/snapshots/x",
        "https://origin.example.evil.example/api/v1/sync/snapshots/x",
        "http://origin.example/api/v1/sync/snapshots/x",
        "/api/v1/access/tokens/rotate",
        "/api/v1/sync/snapshots/../../access/me",
        "",
    ],
)
def test_nobody_follows_a_snapshot_elsewhere(place: str, tmp_path: Path) -> None:
    asked_for = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked_for.append(str(request.url))
        return httpx.Response(303, headers={"Location": place})

    with pytest.raises(OriginTroubleError):
        asked(answer).snapshot(tmp_path / "snapshot")
    assert asked_for == [f"{ADDRESS}/api/v1/sync/snapshot"]


def test_nobody_follows_a_page_elsewhere() -> None:
    elsewhere = {"Location": "https://elsewhere.example/"}
    with pytest.raises(OriginTroubleError, match="302"):
        asked(lambda request: httpx.Response(302, headers=elsewhere, stream=Once(b""))).page(CURSOR)


@pytest.mark.parametrize("address", ["http://127.0.0.1:8000", "http://localhost", "http://[::1]:9"])
def test_this_machine_may_be_asked_without_encryption(address: str) -> None:
    assert checked_address(address) == address


@pytest.mark.parametrize(
    "address",
    ["http://origin.example", "http://127.0.0.1.evil.example", "ftp://origin.example", "origin",
     "https://", "https://user:word@origin.example", "https://origin.example/?a=b"],
)  # fmt: skip
def test_no_other_is_asked_without_encryption(address: str) -> None:
    with pytest.raises(BadOriginError):
        checked_address(address)
    if address == "http://origin.example":
        assert checked_address(address, is_insecure=True) == address


def test_h23_a_header_that_never_ends_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "HEADER_SECONDS", 0.3)
    with dripping() as address:
        origin = HttpOrigin(address, "dir_token")
        # The connection is kept for the next question.
        assert origin.page(CURSOR) == Unchanged("")
        with pytest.raises(OriginTroubleError, match="not begun to answer"):
            origin.page(CURSOR)
        origin.close()


def test_h23_a_handshake_that_never_ends_keeps_nobody_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(asking, "HEADER_SECONDS", 0.3)
    monkeypatch.setattr(asking, "_TIMEOUT", httpx.Timeout(60))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        origin = HttpOrigin(f"https://127.0.0.1:{silent.getsockname()[1]}", "dir_token")
        begun = time.monotonic()
        with pytest.raises(OriginTroubleError, match="not begun to answer"):
            origin.page(CURSOR)
        assert time.monotonic() - begun < 30
        origin.close()


@contextmanager
def dripping() -> Iterator[str]:
    """The address of somebody who answers once, and from then on a byte now and then."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            taken, _ = server.accept()
            with taken, suppress(OSError):
                taken.recv(2**16)
                taken.sendall(b"HTTP/1.1 304 Not Modified\r\n\r\n")
                taken.recv(2**16)
                taken.sendall(b"HTTP/1.1 200 OK\r\nX: ")
                for _ in range(100):
                    taken.sendall(b"x")
                    time.sleep(0.1)

        thread = Thread(target=drip)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}"
        finally:
            thread.join()


def test_an_origin_that_is_away_is_trouble() -> None:
    def away(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("nobody is there", request=request)

    with pytest.raises(OriginTroubleError, match="ConnectError"):
        asked(away).page(CURSOR)
