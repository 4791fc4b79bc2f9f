"""Somebody between a client and its origin, who answers some questions in the origin's place."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx

Answer = tuple[int, Mapping[str, str], bytes]


@dataclass
class Between:
    """Whoever stands in between.

    Attributes:
        url: Where a client reaches them.
        instead: What is answered in the origin's place, by the path.
    """

    url: str
    instead: dict[str, Answer] = field(default_factory=dict)


@contextmanager
def between(origin: str) -> Iterator[Between]:
    """Stand between a client and an origin until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = there.instead.get(self.path.split("?")[0]) or self._passed_on()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 304:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _passed_on(self) -> Answer:
            kept = ("Authorization", "If-None-Match")
            asked = {name: self.headers[name] for name in kept if name in self.headers}
            found = httpx.get(origin + self.path, headers=asked)
            told = ("Sync-Head", "ETag", "Location", "Content-Type")
            passed = {name: found.headers[name] for name in told if name in found.headers}
            return found.status_code, passed, found.content

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    there = Between(f"http://127.0.0.1:{server.server_address[1]}")
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield there
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
