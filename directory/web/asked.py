"""The request at hand, and what is remembered while it lasts, without Flask's stand-ins.

Each look through ``request`` or ``g`` finds the object anew, which costs as much as adding a
header, and a look-up would take some forty. Whoever looks often takes the object itself.
"""

from __future__ import annotations

from typing import cast

from flask import Request, g, request
from flask.ctx import _AppCtxGlobals


def this_request() -> Request:
    """The request that is being answered."""
    return cast(Request, request._get_current_object())  # type: ignore[attr-defined]


def remembered() -> _AppCtxGlobals:
    """What is remembered until the request has been answered."""
    return cast(_AppCtxGlobals, g._get_current_object())


def header(asked: Request, name: str) -> str | None:
    """A header as it was sent; a missing one costs nothing, unlike among the request's own headers.

    Args:
        asked: The request.
        name: As WSGI calls it: ``HTTP_AUTHORIZATION``.
    """
    found: str | None = asked.environ.get(name)
    return found
