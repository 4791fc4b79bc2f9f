"""Documents as responses: stored bytes joined, with an ETag that says when nothing has changed.

An ETag is ``"<revision>.<hash of the visible body>"``: two viewers who see different parts of a
record get different ones, and what is hidden from a viewer never changes theirs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from flask import Response, request
from werkzeug.exceptions import NotAcceptable

from directory.changes.queries import StoredText
from directory.pages import Page

JSON = "application/json"


def record_answer(stored: StoredText) -> Response:
    """One record as JSON."""
    return answer(stored.text.encode(), revision=stored.revision)


def page_answer(page: Page) -> Response:
    """A page of a list as JSON."""
    following = "null" if page.next is None else f'"{page.next}"'
    return answer(f'{{"items":[{",".join(page.texts)}],"next":{following}}}'.encode())


def answer(body: bytes, *, revision: int = 0, media_type: str = JSON) -> Response:
    """A body with its ETag, or 304 where the asker has it already.

    Args:
        body: The exact bytes to send.
        revision: The record's revision; 0 for what is not one record.
        media_type: What the bytes are.
    """
    tag = f"{revision}.{hashlib.sha256(body).hexdigest()[:32]}"
    # Weak as strong: bodies that hash the same are the same bytes, compressed by a proxy or not.
    if request.if_none_match.contains_weak(tag):
        response = Response(status=304)
    else:
        response = Response(body, content_type=_content_type(media_type))
    response.headers["ETag"] = f'"{tag}"'
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Accept, Authorization"
    return response


def _content_type(media_type: str) -> str:
    return media_type if media_type == JSON else f"{media_type}; charset=utf-8"


def chosen_form(offered: Sequence[str]) -> str:
    """The form that the asker likes best of those on offer, the first where they do not mind.

    Raises:
        NotAcceptable: None of them will do.
    """
    if not request.accept_mimetypes:
        return offered[0]
    best = request.accept_mimetypes.best_match(offered)
    if best is None:
        raise NotAcceptable
    return best
