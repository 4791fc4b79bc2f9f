"""The service as it runs for real: gunicorn with the project's own configuration, on loopback."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN = 90


@dataclass(frozen=True, slots=True)
class Process:
    """A running service.

    Attributes:
        url: Where it listens.
        state: Its state folder.
        log: Its standard error.
    """

    url: str
    state: Path
    log: Path
    popen: subprocess.Popen[bytes]

    def terminate(self) -> None:
        """Ask it to stop as a service manager would."""
        self.popen.send_signal(signal.SIGTERM)


@contextmanager
def gunicorn(
    database_url: str,
    folder: Path,
    *,
    app: str = "wsgi:app",
    workers: int = 2,
    anonymous: str = "everything",
    settings: Mapping[str, str] | None = None,
) -> Iterator[Process]:
    """Start the service on a free port and wait until it answers; it is stopped at the end."""
    state, log = folder / "state", folder / "gunicorn.log"
    state.mkdir(parents=True, exist_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("DIRECTORY_")
    } | {
        "DIRECTORY_DATABASE_URL": database_url,
        "DIRECTORY_STATE_DIR": str(state),
        "DIRECTORY_ANONYMOUS": anonymous,
        "DIRECTORY_RATE_LIMIT": "off",
        "WEB_CONCURRENCY": str(workers),
        **(settings or {}),
    }
    environment.pop("PROMETHEUS_MULTIPROC_DIR", None)
    command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py",
               "--bind", f"127.0.0.1:{port}", app]  # fmt: skip
    with log.open("wb") as stderr:
        popen = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=stderr, stderr=stderr)
        process = Process(f"http://127.0.0.1:{port}", state, log, popen)
        try:
            _wait(process)
            yield process
        finally:
            popen.terminate()
            try:
                popen.wait(timeout=20)
            except subprocess.TimeoutExpired:
                popen.kill()
                popen.wait()


def _wait(process: Process) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        assert process.popen.poll() is None, process.log.read_text()
        try:
            if httpx.get(f"{process.url}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"the service did not start:\n{process.log.read_text()}")
