"""Every answer that shows a record marked AMBER or above is recorded before it leaves.

One place for all routes: ``answers.answer`` comes here with what it is about to send, whether the
asker then gets the body, its headers alone or a 304. An answer of a route for readers that went
past it is not given.
"""

from __future__ import annotations

from collections.abc import Iterable

import orjson
from flask import Flask, Response, current_app
from prometheus_client import Counter

from directory.access.rules import Principal
from directory.clock import utc_now
from directory.documents import Document
from directory.readings.errors import NotRecordedError, PurposeNeededError
from directory.readings.log import Outcome
from directory.readings.rules import (
    Reader,
    Shown,
    entries_of,
    may_show_restricted,
    read_purpose,
    restricted_in,
)
from directory.service import EXTENSION
from directory.web.asked import header, remembered, this_request
from directory.web.auth import Permission, permission_of

HEADER = "Purpose"
_IN_WSGI = "HTTP_PURPOSE"
READINGS = Counter(
    "directory_readings_total",
    "Answers that show AMBER or above: stored, spooled (the store cannot be written) or refused.",
    ("outcome",),
)


def register(app: Flask) -> None:
    """Give no answer to readers of which it was not asked what it shows."""
    app.after_request(_refuse_unasked)


def shown_in(
    body: bytes,
    *,
    is_json: bool = True,
    behind: Iterable[Document] | None = None,
) -> tuple[Shown, ...]:
    """The records marked AMBER or above that an answer shows.

    Args:
        body: What is about to be sent.
        is_json: Whether it is JSON, in which records say what they are.
        behind: The records that it shows in another form or in part.

    Raises:
        ValueError: It is not JSON, and nobody says what it shows.
    """
    if not is_json and behind is None:
        if _is_for_readers():
            raise ValueError("an answer that is not JSON must come with the records behind it")
        return ()
    if is_json and _is_for_readers() and may_show_restricted(body):
        return restricted_in(orjson.loads(body), behind or ())
    return restricted_in(None, behind or ())


def record(shown: tuple[Shown, ...]) -> None:
    """Record who is about to be shown what; returns when that outlasts a crash.

    Raises:
        BadPurposeError: The purpose that was given cannot be kept.
        PurposeNeededError: None was given, and the reader's partner asks for one.
        NotRecordedError: It could be written nowhere.
    """
    kept = remembered()
    kept.is_recorded = True
    purpose = purpose_given(is_needed=bool(shown))
    if not shown:
        return
    principal: Principal | None = kept.get("principal")
    rule = this_request().url_rule
    reader = Reader(
        principal.partner if principal is not None else None,
        principal.account if principal is not None else None,
        purpose,
        rule.rule if rule is not None else "",
        kept.request_id,
    )
    try:
        outcome = current_app.extensions[EXTENSION].readings.record(
            entries_of(shown, reader, utc_now())
        )
    except NotRecordedError:
        READINGS.labels(Outcome.REFUSED).inc()
        raise
    READINGS.labels(outcome).inc()


def purpose_given(*, is_needed: bool) -> str | None:
    """What somebody says that they read for.

    Args:
        is_needed: Whether they are about to be shown something marked AMBER or above.

    Raises:
        BadPurposeError: It cannot be kept.
        PurposeNeededError: They say nothing, and their partner wants it said.
    """
    given = header(this_request(), _IN_WSGI)
    purpose = None if given is None else read_purpose(given.encode("latin-1"))
    if not is_needed or purpose is not None:
        return purpose
    principal: Principal | None = remembered().get("principal")
    if principal is not None and principal.needs_purpose:
        raise PurposeNeededError(
            "The answer shows records marked AMBER or above, and your agency wants it kept for what"
            f" they are read. Ask again with the header {HEADER}: a few words, or a case number,"
            " in at most 200 characters. Your own agency and an auditor can read it, nobody else."
        )
    return purpose


def _is_for_readers() -> bool:
    return permission_of(current_app, this_request().endpoint or "") is not Permission.ANYONE


def _refuse_unasked(response: Response) -> Response:
    if response.status_code != 200 or remembered().get("is_recorded", False):
        return response
    asked = this_request()
    if (
        asked.method != "OPTIONS"
        and asked.endpoint is not None
        and permission_of(current_app, asked.endpoint) is Permission.READ
    ):
        raise RuntimeError(f"{asked.endpoint} answers past the recording of readings")
    return response
