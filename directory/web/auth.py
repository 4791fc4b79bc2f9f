"""Who asks, and whether the route is open to them: default deny.

Every route declares a permission (``allows``). One that declares none answers nobody, and a test
finds it. What of the answer the asker may see is the policy's to say, in the query.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, Response, current_app

from directory.access.errors import RoleNeededError
from directory.access.rules import WARNED_BEFORE, Principal
from directory.clock import format_instant, utc_now
from directory.errors import ForbiddenError, UnauthenticatedError
from directory.policy import Role
from directory.service import EXTENSION, Asker
from directory.settings import Anonymous
from directory.web.asked import header, remembered, this_request

View = TypeVar("View", bound=Callable[..., Any])
SCHEME = "bearer "


class Permission(StrEnum):
    """To whom a route is open.

    Attributes:
        ANYONE: To everybody, whatever the operator has closed: health, documentation, problems.
        READ: To accounts, and without one as far as the operator has opened the directory.
        ACCOUNT: To every account.
        COPY: To accounts that read, for their agency's copy.
        OPERATE: To operators.
    """

    ANYONE = "anyone"
    READ = "read"
    ACCOUNT = "account"
    COPY = "copy"
    OPERATE = "operate"


def allows(permission: Permission) -> Callable[[View], View]:
    """Declare to whom a route is open."""

    def decorate(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return decorate


def register(app: Flask) -> None:
    """Refuse routes that declare no permission, and warn of tokens that are about to end."""
    app.before_request(_refuse_undeclared)
    app.after_request(_warn_of_expiry)


def permission_of(app: Flask, endpoint: str) -> Permission | None:
    """The permission that a route declares."""
    found: Permission | None = getattr(app.view_functions[endpoint], "permission", None)
    return found


def asker() -> Asker:
    """Who the current request says to come from, to be admitted as its route declares.

    Raises:
        UnauthenticatedError: What it sends is not a token at all.
    """
    given = header(this_request(), "HTTP_AUTHORIZATION")
    if given is None:
        return Asker(admit=_admit)
    scheme, token = given[: len(SCHEME)], given[len(SCHEME) :].strip()
    if scheme.lower() != SCHEME:
        raise UnauthenticatedError(
            "Send the token as it was shown to you: Authorization: Bearer dir_…"
        )
    return Asker(token=token, admit=_admit)


def _admit(principal: Principal | None) -> None:
    remembered().principal = principal
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    permission = permission_of(app, this_request().endpoint or "")
    if principal is None:
        opening = app.extensions[EXTENSION].settings.anonymous
        if permission is Permission.ANYONE or (
            permission is Permission.READ and opening is not Anonymous.NOTHING
        ):
            return
        raise UnauthenticatedError(
            "This takes an account: send its token as Authorization: Bearer dir_…"
        )
    if principal.token is not None:
        app.extensions[EXTENSION].uses.note(principal.token, utc_now())
    if permission is Permission.OPERATE and Role.OPERATOR not in principal.roles:
        raise RoleNeededError("Partners, accounts and tokens are kept by operators.")
    if permission is Permission.COPY and not principal.is_reader:
        raise RoleNeededError("Copies are for accounts that read: readers, editors, coordinators.")


def _refuse_undeclared() -> None:
    endpoint = this_request().endpoint
    if endpoint is not None and permission_of(current_app, endpoint) is None:
        raise ForbiddenError("Nobody has said to whom this address is open, so it is closed.")


def _warn_of_expiry(response: Response) -> Response:
    principal: Principal | None = remembered().get("principal")
    if principal is not None and principal.expires_at is not None:
        expires_at: datetime = principal.expires_at
        if expires_at - utc_now() < WARNED_BEFORE:
            response.headers["Token-Expires"] = format_instant(expires_at)
    return response
