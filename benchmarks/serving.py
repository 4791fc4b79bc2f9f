"""The application under the server it is deployed with, and the bare one under the same.

Requests per second on a shared machine say as much about its other tenants as about us: they are
told for the reader's eye, and nothing is judged by them but the memory of a worker.
"""

from __future__ import annotations

import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread

from benchmarks.databases import ROOT

HOST = "127.0.0.1"
CLIENTS = 4
SECONDS = 5.0
MIXED_REQUESTS = 2_000
PATIENCE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Served:
    """What a few clients saw of a server.

    Attributes:
        per_second: Requests answered in a second.
        median_ms: From asking to the whole answer.
    """

    per_second: float
    median_ms: float


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs with one worker."""

    process: subprocess.Popen[bytes]
    port: int

    def resident_mb(self) -> float:
        """Megabytes of memory that the worker holds."""
        listed = subprocess.run(
            ["ps", "-A", "-o", "ppid=,rss="],  # noqa: S607
            capture_output=True,
            text=True,
            check=True,
        )
        pairs = (line.split() for line in listed.stdout.splitlines())
        sizes = [int(size) for parent, size in pairs if int(parent) == self.process.pid]
        return max(sizes) * 1024 / 1e6

    def ask(self, paths: Sequence[str]) -> None:
        """Ask for some paths, one after the other.

        Raises:
            RuntimeError: One was not answered with 200.
        """
        with closing(HTTPConnection(HOST, self.port, timeout=30)) as connection:
            for path in paths:
                _get(connection, path)

    def under_load(self, path: str) -> Served:
        """Ask for one path with several clients at once, for a few seconds."""
        taken: list[list[float]] = [[] for _ in range(CLIENTS)]
        until = time.perf_counter() + SECONDS
        threads = [
            Thread(target=_ask_until, args=(self.port, path, until, mine), daemon=True)
            for mine in taken
        ]
        began = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(SECONDS + PATIENCE_SECONDS)
        seconds = time.perf_counter() - began
        every = [one for mine in taken for one in mine]
        if not every:
            raise RuntimeError(f"{path} was never answered")
        return Served(len(every) / seconds, statistics.median(every) * 1000)


@contextmanager
def gunicorn(application: str, environment: dict[str, str] | None = None) -> Iterator[Server]:
    """Serve an application as it is deployed, with one worker, until the block ends."""
    with closing(socket.socket()) as chosen:
        chosen.bind((HOST, 0))
        port: int = chosen.getsockname()[1]
    settings = ("--config", str(ROOT / "deploy/gunicorn.conf.py"), "--bind", f"{HOST}:{port}")
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", *settings, "--log-level", "error", application],
        cwd=ROOT,
        env={**os.environ, "WEB_CONCURRENCY": "1", **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_until_it_answers(process, port)
        yield Server(process, port)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def directory_settings(url: str, state_dir: Path) -> dict[str, str]:
    """The environment in which the application serves a loaded database."""
    return {
        "DIRECTORY_MODE": "development",
        "DIRECTORY_DATABASE_URL": url,
        "DIRECTORY_STATE_DIR": str(state_dir),
        "DIRECTORY_ANONYMOUS": "clear",
        "DIRECTORY_RATE_LIMIT": "1000000000/minute",
    }


def mixed_paths(paths: Sequence[str], words: Sequence[str]) -> list[str]:
    """As many requests as a memory is judged after: some paths, and searches for many words."""
    searches = [f"/api/v1/search?q={word}" for word in words if word.isascii()]
    mixed = []
    for number in range(MIXED_REQUESTS // 2):
        mixed.append(paths[number % len(paths)])
        mixed.append(searches[number % len(searches)])
    return mixed


def _wait_until_it_answers(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            with closing(HTTPConnection(HOST, port, timeout=5)) as connection:
                connection.request("GET", "/")
                connection.getresponse().read()
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server does not answer")


def _ask_until(port: int, path: str, until: float, taken: list[float]) -> None:
    with closing(HTTPConnection(HOST, port, timeout=30)) as connection:
        while (began := time.perf_counter()) < until:
            _get(connection, path)
            taken.append(time.perf_counter() - began)


def _get(connection: HTTPConnection, path: str) -> None:
    connection.request("GET", path)
    response = connection.getresponse()
    response.read()
    if response.status != 200:
        raise RuntimeError(f"{path} was answered with {response.status}")
