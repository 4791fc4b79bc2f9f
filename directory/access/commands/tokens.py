"""Tokens: issued by operators, replaced by themselves, revoked by either."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, update

from directory.access.commands.acting import Operator, open_account, operating
from directory.access.commands.roles import standing
from directory.access.errors import SecondOperatorError, UnknownTokenError
from directory.access.models import partners, tokens
from directory.access.rules import (
    OVERLAP,
    Principal,
    are_independent,
    chain_of,
    digest_of,
    hint_of,
    new_token,
)
from directory.access.schemas import TokenRequestSchema, load
from directory.db import lock_out_writers
from directory.errors import UnauthenticatedError
from directory.ids import new_id
from directory.policy import Role


def issue_token(
    connection: Connection, body: Mapping[str, Any], *, actor: Principal, at: datetime
) -> tuple[str, str]:
    """Issue a token for an account.

    Returns:
        Its id and the token itself, which nobody can ever find out again.

    Raises:
        InvalidAccessError: Something in it cannot be used.
        UnknownAccountError: There is no such account.
        AccessConflictError: The account is closed.
        SecondOperatorError: It is another account of the operator's own partner, whose roles no
            other operator has granted or confirmed.
    """
    given = load(TokenRequestSchema, body)
    operator = operating(connection, actor)
    account = given["account"]
    open_account(connection, account)
    if (
        account != operator.account
        and operator.is_own_account(account)
        and not _is_vouched_for(connection, operator, account)
    ):
        raise SecondOperatorError(
            "Whoever holds the token of another account of your own partner is that account. Ask"
            " an operator of another partner, or let a second operator confirm its roles first."
        )
    return add_token(
        connection, account, by=operator.account, life=timedelta(days=given["days"]), at=at
    )


def _is_vouched_for(connection: Connection, operator: Operator, account: str) -> bool:
    """Whether another operator stands behind every role that an account has."""
    roles = [r for r in standing(connection, account) if not _waits(r)]
    vouchers = [row.confirmed_by or row.granted_by for row in roles]
    return bool(roles) and all(
        voucher is not None and are_independent(operator.known, operator.account, voucher)
        for voucher in vouchers
    )


def _waits(role: Row[Any]) -> bool:
    return role.needs_confirmation and role.confirmed_at is None


def rotate_token(connection: Connection, *, actor: Principal, at: datetime) -> tuple[str, str]:
    """Replace the token that asks for it; the old one holds for a day more at most.

    Whatever else descends from the same token ends at once, so that rotating again, because an
    answer was lost or by mistake, leaves two live tokens and not more.

    Returns:
        Id of the new token, and the token itself.

    Raises:
        UnauthenticatedError: The token has ended in the meantime.
    """
    lock_out_writers(connection, partners)
    held = {
        row.id: row
        for row in connection.execute(select(tokens).where(tokens.c.account == actor.account))
    }
    old = held.get(actor.token or "")
    if old is None or old.revoked_at is not None or old.expires_at <= at:
        raise UnauthenticatedError("The token is not valid any more.")
    chain = chain_of({row.id: row.replaces for row in held.values()}, old.id)
    # A token that was rotated before ends sooner than it was issued for; its successor does not.
    latest = max((held[each] for each in chain), key=lambda row: (row.issued_at, row.id))
    _revoke(connection, chain - {old.id}, by=actor.account, at=at)
    connection.execute(
        update(tokens)
        .where(tokens.c.id == old.id)
        .values(expires_at=min(old.expires_at, at + OVERLAP))
    )
    return add_token(
        connection,
        actor.account,
        by=old.issued_by,
        life=latest.expires_at - latest.issued_at,
        replaces=old.id,
        at=at,
    )


def revoke_token(connection: Connection, token: str, *, actor: Principal, at: datetime) -> None:
    """End a token at once: one's own, or as an operator anybody's.

    Raises:
        UnknownTokenError: There is none, or it is somebody else's.
    """
    if Role.OPERATOR in actor.roles:
        operating(connection, actor)
    else:
        lock_out_writers(connection, partners)
    row = connection.execute(select(tokens).where(tokens.c.id == token)).one_or_none()
    if row is None or (row.account != actor.account and Role.OPERATOR not in actor.roles):
        raise UnknownTokenError(f"There is no token {token}.")
    _revoke(connection, {token}, by=actor.account, at=at)


def _revoke(connection: Connection, ids: set[str], *, by: str, at: datetime) -> None:
    connection.execute(
        update(tokens)
        .where(tokens.c.id.in_(ids), tokens.c.revoked_at.is_(None), tokens.c.expires_at > at)
        .values(revoked_at=at, revoked_by=by)
    )


def add_token(
    connection: Connection,
    account: str,
    *,
    by: str | None,
    life: timedelta,
    at: datetime,
    replaces: str | None = None,
) -> tuple[str, str]:
    """Write a new token's hash, and return its id and the token itself."""
    token, token_id = new_token(), new_id()
    connection.execute(
        tokens.insert().values(
            id=token_id,
            account=account,
            digest=digest_of(token),
            hint=hint_of(token),
            issued_at=at,
            issued_by=by,
            expires_at=at + life,
            replaces=replaces,
        )
    )
    return token_id, token
