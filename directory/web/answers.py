"""Documents as responses: stored bytes joined, with an ETag that says when nothing has changed.

An ETag is ``"<revision>.<hash of the visible body>"``: two viewers who see different parts of a
record get different ones, and what is hidden from a viewer never changes theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask import Response, request
from werkzeug.exceptions import NotAcceptable
from xxhash import xxh3_128_hexdigest

from directory.changes.queries import StoredText
from directory.documents import Document
from directory.pages import Page
from directory.web.recording import record, shown_in

JSON = "application/json"


def record_answer(stored: StoredText) -> Response:
    """One record as JSON."""
    return answer(stored.text.encode(), revision=stored.revision)


def page_answer(page: Page) -> Response:
    """A page of a list as JSON."""
    return answer(page.json().encode())


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
    tag = f"{revision}.{xxh3_128_hexdigest(body)}"
    # Weak as strong: bodies that hash the same are the same bytes, compressed by a proxy or not.
    headers = [
        ("ETag", f'"{tag}"'),
        ("Cache-Control", "private, no-cache"),
        ("Vary", "Accept, Authorization"),
    ]
    if "If-None-Match" in request.headers and request.if_none_match.contains_weak(tag):
        return Response(status=304, headers=headers)
    charset = "" if media_type == JSON else "; charset=utf-8"
    headers.append(("Content-Type", f"{media_type}{charset}"))
    return Response(body, headers=headers)


def chosen_form(offered: Sequence[str]) -> str:
    """The form that the asker likes best of those on offer, the first where they do not mind.

    Raises:
        NotAcceptable: None of them will do.
    """
    if request.headers.get("Accept", "*/*") in {"*/*", offered[0]}:
        return offered[0]
    best = request.accept_mimetypes.best_match(offered)
    if best is None:
        raise NotAcceptable
    return best
