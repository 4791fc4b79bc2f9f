"""Clients that are slow on purpose do not keep the service from those who need it."""

import contextlib
import socket
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from directory.db import Database
from tests.accounts import account
from tests.api.process import Process, gunicorn
from tests.api.service import sown
from tests.databases import MakeFurnished

CLIENTS = 60
HELD_UP_SECONDS = 8
"""gunicorn's own threaded worker answered nobody for so long; a busy machine is no such thing."""
LOOK_UPS = 20
HEAD = "GET /api/v1/reach?from=TW&to=US HTTP/1.1\r\nHost: directory\r\n"
WHOLE = f"{HEAD}\r\n".encode()
BODY = "PUT /api/v1/contacts/x HTTP/1.1\r\nHost: directory\r\nContent-Type: application/json\r\n"
UPLOAD = (
    "POST /api/v1/returned-lists HTTP/1.1\r\nHost: directory\r\n"
    "Content-Type: multipart/form-data; boundary=b\r\n"
)


@pytest.fixture(scope="module")
def url(new_furnished: MakeFurnished) -> str:
    return new_furnished(*sown("reference", "report", "demo")).url


@pytest.fixture(scope="module")
def process(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    # Bodies that never came count as writes once their clients are gone.
    unlimited = {"DIRECTORY_RATE_LIMIT_WRITES": "off"}
    with gunicorn(url, tmp_path_factory.mktemp("slow"), settings=unlimited) as started:
        yield started


@contextlib.contextmanager
def clients(
    process: Process, first: bytes, *, room: int | None = None
) -> Iterator[list[socket.socket]]:
    """Many connections that have sent something and then do nothing."""
    address = urlsplit(process.url)
    with contextlib.ExitStack() as stack:
        opened = []
        for _ in range(CLIENTS):
            one = stack.enter_context(contextlib.closing(socket.socket()))
            if room is not None:
                one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
            one.connect((address.hostname, address.port))
            one.sendall(first)
            opened.append(one)
        yield opened


def slowest_look_up(process: Process, between: Callable[[], None] = lambda: None) -> float:
    """The seconds that the slowest of some honest look-ups took, each on its own connection."""
    slowest = 0.0
    for _ in range(LOOK_UPS):
        between()
        began = time.monotonic()
        answer = httpx.get(f"{process.url}/api/v1/reach?from=TW&to=US", timeout=30)
        slowest = max(slowest, time.monotonic() - began)
        assert answer.status_code == 200
    return slowest


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(b"", id="nothing at all"),
        pytest.param(b"G", id="one byte"),
        pytest.param(HEAD.encode(), id="half a head"),
        pytest.param(
            f"{BODY}Content-Length: 1000\r\n\r\n{{".encode(), id="a body that never comes"
        ),
        pytest.param(f"{BODY}Content-Length: 9000000\r\n\r\n{{".encode(), id="too large a body"),
        pytest.param(
            f"{UPLOAD}Content-Length: 9000000\r\n\r\n--b".encode(), id="a list that never comes"
        ),
        pytest.param(f"{BODY}Transfer-Encoding: chunked\r\n\r\n5\r\n".encode(), id="half a chunk"),
        pytest.param(WHOLE + HEAD.encode(), id="one whole request and a half"),
        pytest.param(HEAD.encode() + b"Connection: close\r\n\r\n", id="no end after the answer"),
    ],
)
def test_clients_that_stop_half_way_hold_nobody_up(process: Process, first: bytes) -> None:
    with clients(process, first):
        assert slowest_look_up(process) < HELD_UP_SECONDS


def test_clients_that_send_a_byte_at_a_time_hold_nobody_up(process: Process) -> None:
    with clients(process, HEAD.encode()) as opened:

        def send() -> None:
            for one in opened:
                with contextlib.suppress(OSError):
                    one.sendall(b"X")

        assert slowest_look_up(process, send) < HELD_UP_SECONDS


def test_clients_that_never_read_hold_nobody_up(process: Process) -> None:
    asking = b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: directory\r\n\r\n" * 20
    with clients(process, asking, room=2048):
        assert slowest_look_up(process) < HELD_UP_SECONDS


def test_a_request_that_comes_in_pieces_is_answered(process: Process) -> None:
    address = urlsplit(process.url)
    with socket.create_connection((address.hostname, address.port), timeout=10) as one:
        for piece in (WHOLE[:1], WHOLE[1:30], WHOLE[30:-1], WHOLE[-1:]):
            one.sendall(piece)
            time.sleep(0.05)
        assert one.recv(100).startswith(b"HTTP/1.1 200 OK\r\n")


def test_two_requests_sent_at_once_are_both_answered(process: Process) -> None:
    address = urlsplit(process.url)
    ending = HEAD.encode() + b"Connection: close\r\n\r\n"
    with socket.create_connection((address.hostname, address.port), timeout=10) as one:
        one.sendall(WHOLE + ending)
        answers = b"".join(iter(lambda: one.recv(65536), b""))
    assert answers.count(b"HTTP/1.1 200 OK\r\n") == 2


def test_an_answer_is_whole_however_slowly_it_is_read(process: Process) -> None:
    path = "/api/v1/contacts?limit=200"
    expected = httpx.get(process.url + path).content
    address = urlsplit(process.url)
    with contextlib.closing(socket.socket()) as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        one.connect((address.hostname, address.port))
        one.sendall(f"GET {path} HTTP/1.1\r\nHost: directory\r\nConnection: close\r\n\r\n".encode())
        time.sleep(1)
        answer = b"".join(iter(lambda: one.recv(4096), b""))
    assert answer.partition(b"\r\n\r\n")[2] == expected


def test_a_client_that_waits_to_be_told_may_send_its_body(process: Process) -> None:
    address = urlsplit(process.url)
    with socket.create_connection((address.hostname, address.port), timeout=10) as one:
        head = f"{BODY}Content-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
        one.sendall(head.encode())
        assert one.recv(100).startswith(b"HTTP/1.1 100 Continue\r\n")
        one.sendall(b"{}")
        assert b"HTTP/1.1 4" in b"".join(iter(lambda: one.recv(4096), b""))


def test_a_body_without_a_length_is_refused(process: Process) -> None:
    answer = httpx.put(f"{process.url}/api/v1/contacts", content=iter([b"{}"]))
    assert answer.status_code == 411


def test_too_large_a_body_is_refused_at_once(process: Process) -> None:
    answer = httpx.put(f"{process.url}/api/v1/contacts", content=b"x" * 2_000_000)
    assert answer.status_code in {405, 413}


@pytest.mark.parametrize("path", ["returned-lists", "change-sets"])
def test_a_large_list_comes_through_whole(process: Process, url: str, path: str) -> None:
    database = Database(url)
    with database.writing() as connection:
        _, token = account(connection, partner=path)
    database.dispose()
    headers = {"Authorization": f"Bearer {token}"}
    file = {"file": ("list.csv", b"Economy,Name\nJapan,A\n" + b"x," * 4_000_000, "text/csv")}
    answer = httpx.post(f"{process.url}/api/v1/{path}", files=file, headers=headers, timeout=60)
    assert answer.status_code == 422, answer.text
    assert answer.json()["type"] == "/problems/file-too-large"  # for its columns


def test_nobody_s_large_list_is_refused_and_so_is_a_larger_one(process: Process) -> None:
    for size, status in ((8_000_000, 401), (11_000_000, 401)):
        answer = httpx.post(
            f"{process.url}/api/v1/returned-lists", files={"file": ("l.csv", b"x" * size)}
        )
        assert answer.status_code == status


def test_what_the_parser_refuses_is_refused(process: Process) -> None:
    long = "x" * 5000
    assert httpx.get(f"{process.url}/api/v1/economies?q={long}").status_code == 414
    assert httpx.get(process.url, headers={"X": long}).status_code == 431
    many = {f"X-{n}": "x" for n in range(60)}
    assert httpx.get(process.url, headers=many).status_code == 431
