"""Documents as responses: stored bytes joined, with an ETag that says when nothing has changed.

An ETag is ``"<revision>.<hash of the visible body>"``: two viewers who see different parts of a
record get different ones, and what is hidden from a viewer never changes theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from flask import Response
from werkzeug.exceptions import NotAcceptable
from xxhash import xxh3_128_hexdigest

from directory.changes.queries import StoredText
from directory.clock import AsOf, format_instant
from directory.contacts.queries import DatedText
from directory.documents import Document
from directory.pages import Page
from directory.readings.rules import Shown
from directory.service import Reading
from directory.web.asked import header, this_request
from directory.web.edge import READING
from directory.web.recording import record, shown_in

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.datastructures import Headers

JSON = "application/json"
CHARSET = "; charset=utf-8"


AS_OF = "As-Of"
ROOM_BYTES = 1024
"""What a unit of weight stands for among what is kept with the facts."""


class _Known(NamedTuple):
    """An answer that is kept: its tag, what it shows, and while time leaves it so."""

    tag: str
    body: bytes
    shown: tuple[Shown, ...]
    since: datetime
    until: datetime


class _Answer(Response):
    """An answer whose headers are all there: none has to be worked out when it is sent."""

    default_mimetype = None

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> Headers:
        """The headers as they stand."""
        return self.headers


def record_answer(stored: StoredText, *, as_of: AsOf | None = None) -> Response:
    """One record as JSON."""
    return dated_by(as_of, answer(stored.text.encode(), revision=stored.revision))


def dated_by(as_of: AsOf | None, response: Response) -> Response:
    """An answer that says by when what it shows had been recorded, where that is not now.

    Records and lists have the shape that they always have, so it stands in a header.
    """
    if as_of is not None:
        response.headers[AS_OF] = format_instant(as_of.by)
    return response


def page_answer(page: Page) -> Response:
    """A page of a list as JSON."""
    return answer(page.json().encode())


def dated_answer(
    directory: Reading, at: datetime, make: Callable[[], Page | DatedText]
) -> Response:
    """An answer that hangs on the address, the records, the viewer's rights and the time alone.

    Such an answer is kept with the facts and given again without being made again. The facts are
    others with the very next look-up after a change of any record, or of the viewer's rights, and
    who asks is looked up each time: a new marking or a revoked token is never passed by.

    Args:
        directory: The unit of work.
        at: The instant of the answer.
        make: Looks the answer up.
    """
    asked = this_request()
    what = (asked.path, asked.query_string)
    known: _Known | None = directory.facts.recall(what)
    if known is None or not known.since <= at < known.until:
        made = make()
        if isinstance(made, Page):
            revision, body = 0, made.json().encode()
        else:
            revision, body = made.revision, made.text.encode()
        until = at if made.until is None else made.until
        known = _Known(_tag(revision, body), body, shown_in(body), at, until)
        if until > at:
            directory.facts.keep(what, known, weight=1 + len(body) // ROOM_BYTES)
    record(known.shown)
    return _sent(known.tag, known.body, JSON)


class Passing(NamedTuple):
    """An answer that names the instant for which it was made.

    Attributes:
        at: The instant, as the body has it for the first time.
        shown: The records marked AMBER or above that it shows.
        until: Until when it stays the same, but for the instant; None if that cannot be told.
    """

    body: bytes
    at: str
    shown: tuple[Shown, ...]
    until: datetime | None


class _Kept(NamedTuple):
    """What stands before and after the instant that an answer names, and when that is so."""

    before: bytes
    after: bytes
    shown: tuple[Shown, ...]
    since: datetime
    until: datetime


def passing_answer(
    directory: Reading, now: datetime, make: Callable[[], Passing], *, is_kept: bool
) -> Response:
    """An answer that is the same for a while but for the instant it names.

    It is kept like ``dated_answer``'s, apart for each economy from which viewers may ask.

    Args:
        directory: The unit of work.
        now: The instant of the answer.
        make: Makes the answer.
        is_kept: Whether it is made for this instant, and may be given again for another.
    """
    asked = this_request()
    what = (asked.path, asked.query_string, directory.viewer.economy)
    known: _Kept | None = directory.facts.recall(what) if is_kept else None
    if known is not None and known.since <= now < known.until:
        at = format_instant(now.replace(microsecond=0)).encode()
        body, shown = b"".join((known.before, at, known.after)), known.shown
    else:
        made = make()
        body, shown = made.body, made.shown
        if is_kept and made.until is not None:
            before, _, after = body.partition(made.at.encode())
            weight = 1 + len(body) // ROOM_BYTES
            directory.facts.keep(what, _Kept(before, after, shown, now, made.until), weight=weight)
    record(shown)
    return _sent(_tag(0, body), body, JSON)


def answer(
    body: bytes,
    *,
    revision: int = 0,
    media_type: str = JSON,
    behind: Iterable[Document] | None = None,
) -> Response:
    """A body with its ETag, or 304 where the asker has it already; recorded where it has to be.

    Args:
        body: The exact bytes to send.
        revision: The record's revision; 0 for what is not one record.
        media_type: What the bytes are.
        behind: The records that it shows in another form than their own, or in part. A body that
            is not JSON does not say by itself what it shows.
    """
    record(shown_in(body, is_json=media_type == JSON, behind=behind))
    return _sent(_tag(revision, body), body, media_type)


def file_answer(body: bytes, *, name: str, media_type: str, behind: Iterable[Document]) -> Response:
    """A file made for this asker at this instant, recorded where it has to be.

    It has no ETag: each is registered by itself, and none is another one unchanged.

    Args:
        body: The exact bytes to send.
        name: What to save it as; plain ASCII without quotation marks.
        media_type: What the bytes are.
        behind: The records that stand in it.
    """
    record(shown_in(body, is_json=False, behind=behind))
    return Response(
        body,
        headers=[
            ("Content-Type", f"{media_type}{CHARSET if media_type.startswith('text/') else ''}"),
            ("Content-Disposition", f'attachment; filename="{name}"'),
            ("Cache-Control", "private, no-store"),
            ("Vary", "Authorization"),
        ],
    )


def _tag(revision: int, body: bytes) -> str:
    return f"{revision}.{xxh3_128_hexdigest(body)}"


def _is_held(tag: str) -> bool:
    """Whether the asker says that they have the body of a tag.

    Whoever writes is always told what came of it: to them a 304 would say that nothing happened.
    """
    asked = this_request()
    given = header(asked, "HTTP_IF_NONE_MATCH")
    if given is None or asked.method not in READING:
        return False
    # Weak as strong: bodies that hash the same are the same bytes, compressed by a proxy or not.
    return given == f'"{tag}"' or asked.if_none_match.contains_weak(tag)


def _sent(tag: str, body: bytes, media_type: str) -> Response:
    if _is_held(tag):
        return _unchanged(tag)
    charset = "" if media_type == JSON else CHARSET
    headers = _headers(tag)
    headers += (
        ("Content-Type", f"{media_type}{charset}"),
        ("Content-Length", str(len(body))),
    )
    return _Answer(body, headers=headers)


def _unchanged(tag: str) -> Response:
    return _Answer(status=304, headers=_headers(tag))


def _headers(tag: str) -> list[tuple[str, str]]:
    return [
        ("ETag", f'"{tag}"'),
        ("Cache-Control", "private, no-cache"),
        ("Vary", "Accept, Authorization"),
    ]


def chosen_form(offered: Sequence[str]) -> str:
    """The form that the asker likes best of those on offer, the first where they do not mind.

    Raises:
        NotAcceptable: None of them will do.
    """
    asked = this_request()
    if header(asked, "HTTP_ACCEPT") in {None, "*/*", offered[0]}:
        return offered[0]
    best = asked.accept_mimetypes.best_match(offered)
    if best is None:
        raise NotAcceptable
    return best
