"""Errors as RFC 9457 problem documents: the only place that knows a status for an error.

Every error the API can give, its routing errors and its failures included, has this one shape.

Source:
    RFC 9457, Problem Details for HTTP APIs.
"""

from __future__ import annotations

import logging
from typing import Any

import orjson
from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from directory.errors import (
    ConflictError,
    DirectoryError,
    ForbiddenError,
    GoneError,
    InvalidInputError,
    InvalidRequestError,
    NotFoundError,
    PreconditionFailedError,
    PreconditionNeededError,
    UnauthenticatedError,
    UnavailableError,
)
from directory.logs import without_tokens
from directory.web.bodies import BodyTooLargeError, NotJsonError
from directory.web.edge import TooManyRequestsError

STATUSES: dict[type[DirectoryError], int] = {
    InvalidRequestError: 400,
    BodyTooLargeError: 413,
    NotJsonError: 415,
    UnauthenticatedError: 401,
    ForbiddenError: 403,
    NotFoundError: 404,
    ConflictError: 409,
    GoneError: 410,
    PreconditionFailedError: 412,
    InvalidInputError: 422,
    PreconditionNeededError: 428,
    TooManyRequestsError: 429,
    UnavailableError: 503,
    DirectoryError: 500,
}
KEPT_HEADERS = {"Allow", "Retry-After", "WWW-Authenticate", "Content-Range"}
MEDIA_TYPE = "application/problem+json"

log = logging.getLogger("directory.web")


def status_of(error: DirectoryError) -> int:
    """The status of an error's category."""
    return next(STATUSES[base] for base in type(error).__mro__ if base in STATUSES)


def problem(status: int, document: dict[str, Any], **headers: str) -> Response:
    """A problem document as a response."""
    body = {
        **document,
        "status": status,
        "instance": without_tokens(request.path),
        "request_id": g.get("request_id"),
    }
    response = Response(orjson.dumps(body), status, mimetype=MEDIA_TYPE)
    response.headers.update(headers)
    response.headers["Cache-Control"] = "no-store"
    return response


def refused(error: DirectoryError) -> Response:
    """The response to something the directory refuses."""
    document: dict[str, Any] = {
        "type": f"/problems/{error.slug}",
        "title": error.title,
        "detail": error.detail,
        **error.members,
    }
    if error.faults:
        document["errors"] = [
            {"pointer": fault.pointer, "detail": fault.detail} for fault in error.faults
        ]
    headers = {}
    if isinstance(error, UnavailableError):
        headers["Retry-After"] = str(error.retry_after_seconds)
    if isinstance(error, UnauthenticatedError):
        headers["WWW-Authenticate"] = 'Bearer realm="contact directory"'
    return problem(status_of(error), document, **headers)


def bare(error: HTTPException) -> Response:
    """The response to what HTTP itself refuses: no such path, method or media type."""
    status = error.code or 500
    headers = {key: value for key, value in error.get_headers() if key in KEPT_HEADERS}
    details = {
        404: "There is nothing at this address; the paths are listed at /docs.",
        405: f"This address does not take {request.method}.",
        406: "None of the forms asked for in Accept can be given here.",
    }
    return problem(
        status,
        {
            "type": "about:blank",
            "title": error.name,
            "detail": details.get(status, error.description or error.name),
        },
        **headers,
    )


def failed(error: Exception) -> Response:
    """The response to what nobody foresaw: it says nothing but the id under which it is logged."""
    fields = {"request_id": g.get("request_id")}
    log.error("request failed", exc_info=error, extra={"fields": fields})
    return problem(
        500,
        {
            "type": "about:blank",
            "title": "Internal Server Error",
            "detail": "Something went wrong on our side. It is logged under the request_id; give"
            " it to whoever runs this directory.",
        },
    )


def register(app: Flask) -> None:
    """Answer every error of an application with a problem document."""
    app.register_error_handler(DirectoryError, refused)
    app.register_error_handler(HTTPException, bare)
    app.register_error_handler(Exception, failed)
