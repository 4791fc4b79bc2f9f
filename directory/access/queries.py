"""Whose token it is, and who made whom."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, LargeBinary, Row, and_, bindparam, or_, select
from sqlalchemy.sql import Select

from directory.access.errors import UnknownAccountError
from directory.access.models import accounts, grants, partners, tokens
from directory.access.rules import TOKEN, AccountKind, Granted, Made, Principal, digest_of
from directory.db import Instant, Prepared
from directory.errors import UnauthenticatedError
from directory.policy import Role, Tlp

_IN_FORCE = and_(
    grants.c.revoked_at.is_(None),
    or_(grants.c.needs_confirmation.is_(False), grants.c.confirmed_at.is_not(None)),
)
_OPEN = and_(accounts.c.closed_at.is_(None), partners.c.closed_at.is_(None))


def _principals(*more: Any) -> Select[Any]:
    return select(
        accounts.c.id,
        accounts.c.account_kind,
        partners.c.id,
        partners.c.organisation,
        partners.c.economy,
        partners.c.clearance,
        partners.c.needs_purpose,
        grants.c.role,
        grants.c.economy,
        *more,
    )


# One row for each role in force. Everything that ends a token stands in the query, so that one
# that was never issued, has expired or was revoked takes the same way to the same answer.
_BY_TOKEN = Prepared(
    _principals(tokens.c.id, tokens.c.digest, tokens.c.expires_at)
    .join(accounts, accounts.c.id == tokens.c.account)
    .join(partners, partners.c.id == accounts.c.partner)
    .outerjoin(grants, and_(grants.c.account == accounts.c.id, _IN_FORCE))
    .where(
        tokens.c.digest == bindparam("digest", type_=LargeBinary),
        tokens.c.revoked_at.is_(None),
        tokens.c.expires_at > bindparam("at", type_=Instant),
        _OPEN,
    )
)


def holder_of(connection: Connection, token: str, *, at: datetime) -> Principal:
    """The account whose token this is.

    Raises:
        UnauthenticatedError: The token is malformed, unknown, expired or revoked, or its account
            or partner is closed: all of them look the same.
    """
    digest = digest_of(token)
    rows = _BY_TOKEN.rows(connection, {"digest": digest, "at": at})
    # Found by an index over the hashes of random secrets, whose timing tells nothing of a secret;
    # the hashes are compared once more in constant time.
    if (
        TOKEN.match(token) is None
        or not rows
        or not hmac.compare_digest(bytes(rows[0][10]), digest)
    ):
        raise UnauthenticatedError(
            "The token is not valid. Ask an operator of this directory for another one."
        )
    expires_at = rows[0][11]
    return _principal(
        rows,
        token=rows[0][9],
        expires_at=datetime.fromisoformat(expires_at)
        if isinstance(expires_at, str)
        else expires_at,
    )


def named(connection: Connection, name: str) -> Principal:
    """An open account by its id, or by its name where no other has it; for the command line.

    Raises:
        UnknownAccountError: There is none, or more than one is called that.
    """
    rows = connection.execute(
        _principals()
        .join(partners, partners.c.id == accounts.c.partner)
        .outerjoin(grants, and_(grants.c.account == accounts.c.id, _IN_FORCE))
        .where(or_(accounts.c.id == name, accounts.c.name == name), _OPEN)
    ).all()
    if not rows:
        raise UnknownAccountError(f"There is no open account {name!r}.")
    if len({row[0] for row in rows}) > 1:
        raise UnknownAccountError(f"Several accounts are called {name!r}; name one by its id.")
    return _principal(rows)


def _principal(
    rows: Sequence[Row[Any]] | Sequence[Sequence[Any]],
    *,
    token: str | None = None,
    expires_at: datetime | None = None,
) -> Principal:
    first = rows[0]
    return Principal(
        account=first[0],
        account_kind=AccountKind(first[1]),
        partner=first[2],
        organisation=first[3],
        economy=first[4],
        clearance=Tlp(first[5]),
        needs_purpose=bool(first[6]),
        granted=frozenset(Granted(Role(row[7]), row[8]) for row in rows if row[7] is not None),
        token=token,
        expires_at=expires_at,
    )


def makers(connection: Connection) -> dict[str, Made]:
    """Every account there ever was, with those who made it what it is."""
    by: dict[str, set[str]] = {}
    for column, maker in (
        (accounts.c.id, accounts.c.created_by),
        (grants.c.account, grants.c.granted_by),
        (grants.c.account, grants.c.confirmed_by),
        (tokens.c.account, tokens.c.issued_by),
    ):
        for account, who in connection.execute(select(column, maker).where(maker.is_not(None))):
            if who != account:
                by.setdefault(account, set()).add(who)
    return {
        row.id: Made(
            row.id,
            AccountKind(row.account_kind),
            row.partner,
            row.name,
            row.email,
            frozenset(by.get(row.id, ())),
        )
        for row in connection.execute(select(accounts))
    }
