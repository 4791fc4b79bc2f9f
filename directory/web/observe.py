"""What a running service tells its operator: a line of log per request, figures, and its health.

No line and no label holds contact data: a request is logged under its route's pattern, never under
its address as asked, and its query not at all.
"""

from __future__ import annotations

import logging
import re
import secrets
import sys
from datetime import UTC, datetime
from functools import lru_cache
from time import perf_counter
from typing import Any

import orjson
from flask import Flask, Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

from directory import migrate
from directory.clock import utc_now
from directory.errors import UnavailableError
from directory.web.asked import header, remembered, this_request
from directory.web.auth import Permission, allows
from directory.web.context import running
from directory.web.mirrored import figures, told_of_copy

REQUEST_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}\Z")
NO_ROUTE = "(no such address)"

REQUESTS = Counter("directory_requests_total", "Requests answered.", ("method", "route", "status"))
SECONDS = Histogram(
    "directory_request_seconds",
    "Time to answer a request.",
    ("route",),
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
log = logging.getLogger("directory.web")


def register(app: Flask) -> None:
    """Watch an application's requests and add ``/healthz``, ``/readyz`` and ``/metrics``."""
    app.before_request(_begin)
    app.after_request(_end)
    app.add_url_rule("/healthz", "healthz", healthz)
    app.add_url_rule("/readyz", "readyz", readyz)
    app.add_url_rule("/metrics", "metrics", metrics)


def _begin() -> None:
    given, kept = header(this_request(), "HTTP_X_REQUEST_ID"), remembered()
    kept.request_id = given if given and REQUEST_ID.match(given) else secrets.token_hex(8)
    kept.began = perf_counter()


def _end(response: Response) -> Response:
    asked, kept = this_request(), remembered()
    request_id, rule, status = kept.request_id, asked.url_rule, response.status_code
    response.headers.add("X-Request-Id", request_id)
    # The method of a request that nothing answers to is whatever somebody typed.
    route, method = (rule.rule, asked.method) if rule is not None else (NO_ROUTE, "-")
    seconds = perf_counter() - kept.began
    count, timer = _figures(method, route, status)
    count.inc()
    timer.observe(seconds)
    if log.isEnabledFor(logging.INFO):
        _write_request(request_id, method, route, status, seconds)
    return response


@lru_cache(maxsize=1024)
def _figures(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    """The figures of one kind of request; looking them up by label costs more than counting."""
    return REQUESTS.labels(method, route, status), SECONDS.labels(route)


def _write_request(request_id: str, method: str, route: str, status: int, seconds: float) -> None:
    """Write the line of a request past the logging machinery, which costs as much as a query."""
    line = orjson.dumps(
        {
            "at": datetime.now(UTC),
            "level": "info",
            "logger": log.name,
            "message": "request",
            "request_id": request_id,
            "method": method,
            "route": route,
            "status": status,
            "milliseconds": round(seconds * 1000, 2),
        },
        option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z,
    )
    sys.stderr.write(line.decode())


@allows(Permission.ANYONE)
def healthz() -> Response:
    """Whether the process answers at all."""
    return Response('{"status":"ok"}', mimetype="application/json")


@allows(Permission.ANYONE)
def readyz() -> Response:
    """Whether the directory can answer: database reachable, migrations at the code's own.

    Raises:
        UnavailableError: It cannot; the detail says which of the two is missing.
    """
    newest = migrate.newest()
    try:
        with running().database.reading() as connection:
            held = migrate.current(connection)
            behind = held == newest and running().high_water.why_behind(connection)
    except UnavailableError:
        raise
    except Exception as error:
        raise NotReadyError("The directory's database does not answer.") from error
    if held != newest:
        raise NotReadyError(
            f"The database is at migration {held or 'none'}, this code needs {newest};"
            " run: flask --app wsgi db upgrade"
        )
    told: dict[str, Any] = {
        "status": "ready",
        "migration": newest,
        "writing": behind or ("at the origin" if running().is_mirror else "open"),
        "readings": running().readings.trouble() or "recorded",
    }
    if running().is_mirror:
        told["copy"] = told_of_copy()
    else:
        told["signing"] = running().keys.trouble(utc_now()) or "usable"
    return Response(orjson.dumps(told), mimetype="application/json")


@allows(Permission.ANYONE)
def metrics() -> Response:
    """The figures of all workers, in Prometheus' text form."""
    registry = CollectorRegistry()
    try:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    except ValueError:
        registry = REGISTRY  # one process, which keeps its figures itself
    told = generate_latest(registry) + (figures() if running().is_mirror else b"")
    return Response(told, content_type=CONTENT_TYPE_LATEST)


class NotReadyError(UnavailableError):
    """The service runs but cannot answer look-ups yet."""

    slug = "not-ready"
    title = "The directory is not ready"
