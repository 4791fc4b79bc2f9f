"""What stands between a mirror and its origin: it loses, repeats, delays, cuts off and falsifies.

It knows nothing of what it carries but where the bytes are. Which fault comes when is drawn from a
seed; what was done is counted, so that every alarm of the mirror can be held against it.
"""

from __future__ import annotations

import gzip
import http.client
import random
import threading
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

MOST_KEPT = 50
LONGEST_DELAY_SECONDS = 0.5
_BETWEEN_TWO_ALONE = {"connection", "transfer-encoding", "content-length", "date", "server", "host"}


class Fault(StrEnum):
    """What may happen to an answer on its way."""

    DROP = "drop"
    DUPLICATE = "duplicate"
    DELAY = "delay"
    TRUNCATE = "truncate"
    FLIP = "flip"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it goes to the mirror.

    Attributes:
        length: What it says its length is; None says what it is.
    """

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    length: int | None = None


@dataclass
class Way:
    """The way of one mirror to its origin.

    Attributes:
        upstream: Where the origin listens; it may move.
        rate: How likely an answer meets with a fault.
        count: The faults so far, by sort.
        first: When each sort came first, by the clock.
        places: What was asked for, by the end of its path and the status of the answer.
        earlier: Answers that were given, to be given again.
    """

    dice: random.Random
    upstream: str = ""
    rate: float = 0.0
    url: str = ""
    count: Counter[str] = field(default_factory=Counter)
    first: dict[str, float] = field(default_factory=dict)
    places: Counter[str] = field(default_factory=Counter)
    earlier: dict[str, list[Answer]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def asked(self) -> int:
        """How often it was asked, and there was an answer."""
        return sum(self.places.values())

    def drawn(self) -> Fault | None:
        """The fault that the next answer meets with."""
        with self.lock:
            if self.dice.random() >= self.rate:
                return None
            return self.dice.choice(list(Fault))

    def note(self, fault: Fault) -> None:
        """Count a fault that is being done."""
        with self.lock:
            self.count[str(fault)] += 1
            self.first.setdefault(str(fault), time.time())

    def keep(self, place: str, answer: Answer) -> None:
        """Note an answer, and keep it to be given again."""
        with self.lock:
            self.places[f"{place} {answer.status}"] += 1
            kept = self.earlier.setdefault(place, [])
            kept.append(answer)
            del kept[:-MOST_KEPT]

    def altered(self, fault: Fault, place: str, answer: Answer) -> Answer | None:
        """What becomes of an answer; None where none is given."""
        with self.lock:
            if fault is Fault.DROP:
                return None
            if fault is Fault.DUPLICATE:
                return self.dice.choice(self.earlier[place])
            if fault is Fault.TRUNCATE:
                return self._cut(answer)
            return self._flipped(answer) if fault is Fault.FLIP else answer

    def _cut(self, answer: Answer) -> Answer:
        rest = answer.body[: self.dice.randrange(len(answer.body) or 1)]
        # One says what it should have been; the other has come from somebody who has seen to that.
        honest = self.dice.random() < 0.5
        return replace(answer, body=rest, length=len(answer.body) if honest else None)

    def _flipped(self, answer: Answer) -> Answer:
        headers = dict(answer.headers)
        name = next((each for each in headers if each.lower() == "sync-head"), None)
        if name is not None and (not answer.body or self.dice.random() < 0.3):
            headers[name] = self._with_other_letter(headers[name])
            return replace(answer, headers=list(headers.items()))
        if not answer.body:
            return answer
        is_packed = headers.get("Content-Encoding") == "gzip"
        # What was falsified before it was compressed does not betray itself by that.
        if is_packed and self.dice.random() < 0.7:
            plain = self._with_other_bit(gzip.decompress(answer.body))
            return replace(answer, body=gzip.compress(plain, 1))
        return replace(answer, body=self._with_other_bit(answer.body))

    def _with_other_bit(self, body: bytes) -> bytes:
        changed = bytearray(body)
        changed[self.dice.randrange(len(body))] ^= 1 << self.dice.randrange(8)
        return bytes(changed)

    def _with_other_letter(self, text: str) -> str:
        place = self.dice.randrange(len(text))
        other = "A" if text[place] != "A" else "B"
        return text[:place] + other + text[place + 1 :]


@contextmanager
def proxy(way: Way) -> Iterator[Way]:
    """Carry what is asked on a port of this machine to the origin, while the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.carry()

        def do_POST(self) -> None:
            self.carry()

        def carry(self) -> None:
            _carry(self, way)

        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    way.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield way
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _carry(handler: BaseHTTPRequestHandler, way: Way) -> None:
    """One request to the origin, and what is left of its answer back."""
    handler.close_connection = True
    given = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
    path = urlsplit(handler.path).path.rstrip("/")
    place = "snapshots" if "/snapshots/" in path else path.rpartition("/")[2]
    fault = way.drawn()
    try:
        answer = _asked(handler, way.upstream, given)
        way.keep(place, answer)
        if fault is not None:
            way.note(fault)
            if fault is Fault.DELAY:
                time.sleep(way.dice.random() * LONGEST_DELAY_SECONDS)
            altered = way.altered(fault, place, answer)
            if altered is None:
                return
            answer = altered
        _send(handler, answer)
    except (OSError, http.client.HTTPException, zlib.error):
        # The origin is down, or the mirror has gone: either way nothing more is said.
        return


def _asked(handler: BaseHTTPRequestHandler, upstream: str, given: bytes) -> Answer:
    connection = http.client.HTTPConnection(urlsplit(upstream).netloc, timeout=30)
    try:
        headers = {n: v for n, v in handler.headers.items() if n.lower() not in _BETWEEN_TWO_ALONE}
        connection.request(handler.command, handler.path, given or None, headers)
        response = connection.getresponse()
        kept = [(n, v) for n, v in response.getheaders() if n.lower() not in _BETWEEN_TWO_ALONE]
        return Answer(response.status, kept, response.read())
    finally:
        connection.close()


def _send(handler: BaseHTTPRequestHandler, answer: Answer) -> None:
    handler.send_response(answer.status)
    for name, value in answer.headers:
        handler.send_header(name, value)
    if answer.status not in {204, 304}:
        length = len(answer.body) if answer.length is None else answer.length
        handler.send_header("Content-Length", str(length))
    handler.send_header("Connection", "close")
    handler.end_headers()
    handler.wfile.write(answer.body)
