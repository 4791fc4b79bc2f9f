"""The service under gunicorn: it finishes what it has begun, and its workers count as one."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from tests.api.process import gunicorn


def test_a_request_under_way_is_finished_before_the_service_stops(
    fresh_database: str, tmp_path: Path
) -> None:
    with (
        gunicorn(fresh_database, tmp_path, app="tests.api.slow_service:app") as process,
        ThreadPoolExecutor() as pool,
    ):
        slow = pool.submit(httpx.get, f"{process.url}/slow", timeout=20)
        time.sleep(0.7)
        process.terminate()
        assert is_refused_before_long(f"{process.url}/healthz")
        assert slow.result().text == "done in peace"
        assert process.popen.wait(timeout=20) == 0


def test_figures_are_those_of_all_workers_together(fresh_database: str, tmp_path: Path) -> None:
    with gunicorn(fresh_database, tmp_path) as process:
        with ThreadPoolExecutor(8) as pool:
            asked = 0
            while asked < 400 and (asked < 40 or len(workers_that_counted(process.state)) < 2):
                found = pool.map(
                    lambda n: httpx.get(f"{process.url}/api/v1/economies").status_code, range(8)
                )
                assert set(found) == {200}
                asked += 8
        assert len(workers_that_counted(process.state)) == 2
        for _ in range(4):  # whichever worker answers
            text = httpx.get(f"{process.url}/metrics").text
            (line,) = re.findall(
                r'^directory_requests_total\{.*route="/api/v1/economies".*\} (\S+)$',
                text,
                re.MULTILINE,
            )
            assert float(line) == asked


def is_refused_before_long(url: str) -> bool:
    """Whether the service stops taking new requests; a busy machine may take its time."""
    end = time.monotonic() + 15
    while time.monotonic() < end:
        try:
            httpx.get(url, timeout=1)
        except httpx.TransportError:
            return True
        time.sleep(0.05)
    return False


def workers_that_counted(state: Path) -> set[str]:
    files = [f for f in state.glob("metrics/*/histogram_*.db") if b"/economies" in f.read_bytes()]
    return {file.stem for file in files}
