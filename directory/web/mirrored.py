"""What a mirror adds to answers: whose copy it is, how old, and that nobody writes to it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from directory.clock import format_instant, utc_now
from directory.documents import Document
from directory.errors import UnavailableError
from directory.sync.mirror.state import alarms, find_state
from directory.sync.mirror.status import age_seconds
from directory.sync.rules.alarms import Alarm
from directory.web.api.base import PREFIX
from directory.web.context import reading, running
from directory.web.edge import READING

COPY_OF, COPY_AS_OF = "Copy-Of", "Copy-As-Of"
NEVER = "never"
_ITS_OWN = frozenset({"access"})
"""What a mirror keeps itself: its partners, accounts and tokens."""
_NEVER_PASSED_ON = frozenset({"sync"})


def register(app: Flask) -> None:
    """Make an application a mirror's, where it is one."""
    if running(app).is_mirror:
        app.before_request(_refuse_writes)
        app.after_request(_say_whose_copy)


def told_of_copy() -> Document:
    """How a mirror stands, for whoever watches over it; it says nothing of what it holds."""
    now = utc_now()
    with running().database.reading() as connection:
        state, standing = find_state(connection), alarms(connection, now=now)
    age = None if state is None else age_seconds(state, now)
    return {"age_seconds": age, "alarms": sorted(alarm.code for alarm in standing)}


def figures() -> bytes:
    """A mirror's figures, in Prometheus' text form."""
    registry = CollectorRegistry()
    registry.register(_Figures())
    return generate_latest(registry)


class _Figures:
    """A copy's age and alarms; they are the database's, whichever worker is asked."""

    def collect(self) -> Iterable[Metric]:
        """The figures as they are now."""
        told = told_of_copy()
        age = GaugeMetricFamily(
            "directory_copy_age_seconds", "Since when the copy may lack what its origin has."
        )
        if told["age_seconds"] is not None:
            age.add_metric([], told["age_seconds"])
        standing = GaugeMetricFamily(
            "directory_copy_alarms", "Alarms that nobody has seen to.", labels=["alarm"]
        )
        for alarm in Alarm:
            standing.add_metric([alarm], told["alarms"].count(alarm))
        return [age, standing]


def _refuse_writes() -> None:
    if request.endpoint is None or not request.path.startswith(f"{PREFIX}/"):
        return
    is_refused = request.method not in READING and request.blueprint not in _ITS_OWN
    if is_refused or request.blueprint in _NEVER_PASSED_ON:
        # Only whom the route is open to is told whose copy this is.
        with reading() as directory:
            running().refuse_copy(directory.connection)


def _say_whose_copy(response: Response) -> Response:
    # Only whom the route has admitted is told: where there is no route, nobody was asked who it is.
    if "principal" in g and response.status_code not in {401, 403}:
        state = None
        # The answer stands, be it that the database is down.
        with suppress(UnavailableError), running().database.reading() as connection:
            state = find_state(connection)
        if state is not None:
            at = state.pulled_at
            response.headers[COPY_OF] = state.address
            response.headers[COPY_AS_OF] = NEVER if at is None else format_instant(at)
    return response
