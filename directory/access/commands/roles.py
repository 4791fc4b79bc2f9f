"""Roles: granted by one operator, confirmed by a second where it concerns the first, revoked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from directory.access.commands.acting import open_account, operating, refuse_no_operator
from directory.access.commands.partners import is_an_economy
from directory.access.errors import (
    AccessConflictError,
    InvalidAccessError,
    SecondOperatorError,
    UnknownGrantError,
)
from directory.access.models import grants
from directory.access.rules import (
    AccountKind,
    Granted,
    Principal,
    are_independent,
    why_not_role,
    why_not_second,
)
from directory.access.schemas import RoleSchema, load
from directory.changes.kinds import Kinds
from directory.errors import Fault
from directory.ids import new_id
from directory.policy import Role, Viewer


def grant_role(
    connection: Connection,
    kinds: Kinds,
    account: str,
    body: Mapping[str, Any],
    *,
    actor: Principal,
    viewer: Viewer,
    at: datetime,
) -> str:
    """Give an account a role and return the grant's id.

    Within the operator's own partner it has no effect until a second operator confirms it.

    Raises:
        UnknownAccountError: There is no such account.
        InvalidAccessError: Something in it cannot be used.
        AccessConflictError: The account is closed, has the role, or cannot have it.
    """
    given = load(RoleSchema, body)
    operator = operating(connection, actor)
    held = open_account(connection, account)
    if given["economy"] is not None and not is_an_economy(
        connection, kinds, given["economy"], viewer
    ):
        raise InvalidAccessError(
            "This cannot be accepted; nothing was written.",
            Fault("#/economy", "there is no such economy"),
        )
    wanted = Granted(Role(given["role"]), given["economy"])
    refusal = why_not_role(
        AccountKind(held.account_kind),
        {Granted(Role(row.role), row.economy) for row in standing(connection, account)},
        wanted,
    )
    if refusal is not None:
        raise AccessConflictError(refusal)
    return add_role(
        connection,
        account,
        wanted.role,
        wanted.economy,
        by=operator.account,
        needs_confirmation=operator.is_own_account(account),
        at=at,
    )


def confirm_role(
    connection: Connection, account: str, grant: str, *, actor: Principal, at: datetime
) -> None:
    """Bring a role into force that another operator has granted within their own partner.

    Raises:
        UnknownGrantError: The account has no such role.
        AccessConflictError: It needs no confirmation, or the account is closed.
        SecondOperatorError: The operator is not another person than whoever granted or gets it.
    """
    operator = operating(connection, actor)
    open_account(connection, account)
    row = _grant(connection, account, grant)
    if not row.needs_confirmation or row.confirmed_at is not None or row.revoked_at is not None:
        raise AccessConflictError("This role waits for no confirmation.")
    # Lest somebody be their own second person, through an operator whom they have made.
    known, confirming = operator.known, operator.account
    if (
        not are_independent(known, row.granted_by, confirming)
        or why_not_second(known, account, confirming) is not None
    ):
        raise SecondOperatorError(
            "You have granted this role or would get it yourself, or one operator has made both you"
            " and the other. Somebody independent has to confirm it: an operator made with flask"
            " --app wsgi access operator create NAME --email ADDRESS --partner-name NAME, who is"
            " another person."
        )
    connection.execute(
        update(grants)
        .where(grants.c.id == grant)
        .values(confirmed_at=at, confirmed_by=operator.account)
    )


def revoke_role(
    connection: Connection, account: str, grant: str, *, actor: Principal, at: datetime
) -> None:
    """Take a role away at once; one that has been taken away stays as it is.

    Raises:
        UnknownGrantError: The account has no such role.
        AccessConflictError: No operator would be left.
    """
    operator = operating(connection, actor)
    _grant(connection, account, grant)
    connection.execute(
        update(grants)
        .where(grants.c.id == grant, grants.c.revoked_at.is_(None))
        .values(revoked_at=at, revoked_by=operator.account)
    )
    refuse_no_operator(connection)


def add_role(
    connection: Connection,
    account: str,
    role: Role,
    economy: str | None,
    *,
    by: str | None,
    needs_confirmation: bool,
    at: datetime,
) -> str:
    """Write a role that may be given."""
    grant = new_id()
    connection.execute(
        grants.insert().values(
            id=grant,
            account=account,
            role=str(role),
            economy=economy,
            granted_at=at,
            granted_by=by,
            needs_confirmation=needs_confirmation,
        )
    )
    return grant


def standing(connection: Connection, account: str) -> list[Row[Any]]:
    """The roles of an account that nobody has taken away, unconfirmed ones too."""
    return list(
        connection.execute(
            select(grants).where(grants.c.account == account, grants.c.revoked_at.is_(None))
        )
    )


def _grant(connection: Connection, account: str, grant: str) -> Row[Any]:
    row = connection.execute(
        select(grants).where(grants.c.id == grant, grants.c.account == account)
    ).one_or_none()
    if row is None:
        raise UnknownGrantError(f"The account has no role {grant}.")
    return row
